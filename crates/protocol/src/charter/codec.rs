//! The charter's bytes: a map of 25 keys, closed lists counting from 1.

use alloc::string::String;
use alloc::vec::Vec;

use super::{
    AppClass, CHARTER_MAX, Channel, ChannelKind, Charter, Currency, FloorApp, FloorKind, Help,
    HelpKind, Limits, PASS_TIMES_MAX, Pass, Restriction, Zone,
};
use crate::cbor::{Malformed, MapWriter, Reader, Writer};
use crate::grant::{DAY_MAX, Lapse, SEQ_MAX, TIME_MAX, read_u16};
use crate::level::Level;

const CHANNEL_KINDS: [ChannelKind; 4] = [
    ChannelKind::Bank,
    ChannelKind::MobileMoney,
    ChannelKind::Card,
    ChannelKind::Cash,
];
const FLOOR_KINDS: [FloorKind; 6] = [
    FloorKind::Payment,
    FloorKind::Banking,
    FloorKind::MobileMoney,
    FloorKind::Authenticator,
    FloorKind::Health,
    FloorKind::GovernmentId,
];
const CLASSES: [AppClass; 6] = [
    AppClass::Games,
    AppClass::Video,
    AppClass::Music,
    AppClass::Social,
    AppClass::News,
    AppClass::Shopping,
];
const RESTRICTIONS: [Restriction; 4] = [
    Restriction::SafeBoot,
    Restriction::FactoryReset,
    Restriction::Debugging,
    Restriction::UnknownSources,
];
const HELP_KINDS: [HelpKind; 3] = [HelpKind::Lender, HelpKind::Complaint, HelpKind::Advice];

/// Counts and lengths keep the whole below [`CHARTER_MAX`] in ordinary cases and bound it in all.
const CHANNELS_MAX: u64 = 8;
const FLOOR_MAX: u64 = 32;
const HELP_MAX: u64 = 6;
const LANGUAGES_MAX: u64 = 10;
const TRANSITIONS_MAX: u64 = 24;
const NAME_MAX: usize = 64;
const APP_MAX: usize = 96;
/// RFC 8.3 of ISO 11649: `RF`, 2 check digits, 21 characters.
const REFERENCE_MAX: usize = 25;
const TAG_MAX: usize = 12;

impl Charter {
    pub fn payload(&self) -> Result<Vec<u8>, Malformed> {
        let mut map = MapWriter::default();
        map.key(1).uint(1);
        map.key(2).uint(self.n);
        map.key(3).uint(self.iat);
        map.key(4).text(&self.lender);
        map.key(5).text(&self.contract);
        self.currency.write(map.key(6));
        map.key(7).text(&self.reference);
        write_list(map.key(8), &self.channels, Channel::write);
        map.key(9).uint(self.highest.code());
        if let Some(limits) = &self.reduce {
            limits.write(map.key(10));
        }
        if let Some(limits) = &self.lock {
            limits.write(map.key(11));
        }
        if !self.floor.is_empty() {
            write_list(map.key(12), &self.floor, FloorApp::write);
        }
        if !self.classes.is_empty() {
            write_list(map.key(13), &self.classes, |class, writer| {
                writer.uint(1 + *class as u64)
            });
        }
        map.key(14).uint(u64::from(self.offline_days));
        map.key(15).uint(u64::from(self.silence_h));
        self.lapse.write(map.key(16));
        self.pass.write(map.key(17));
        map.key(18).uint(u64::from(self.code_days));
        map.key(19).uint(u64::from(self.reset_lead_h));
        if !self.restrictions.is_empty() {
            write_list(map.key(20), &self.restrictions, |one, writer| {
                writer.uint(1 + *one as u64)
            });
        }
        map.key(21).uint(u64::from(self.last_due));
        map.key(22).uint(u64::from(self.last_day));
        self.zone.write(map.key(23));
        write_list(map.key(24), &self.help, Help::write);
        write_list(map.key(25), &self.languages, |tag, writer| writer.text(tag));
        let payload = map.finish();
        match Charter::read(&payload)? == *self {
            true => Ok(payload),
            false => Err(Malformed {
                at: 0,
                expected: "a charter that reads back as it was",
            }),
        }
    }

    pub fn read(payload: &[u8]) -> Result<Charter, Malformed> {
        let r = &mut Reader::new(payload);
        if payload.len() > CHARTER_MAX {
            return r.wrong("a charter of at most 1,536 bytes");
        }
        let f = &mut r.fields("a charter: a map")?;
        r.need(f, 1, "key 1, the version")?;
        if r.uint(1, "version 1")? != 1 {
            return r.wrong("version 1");
        }
        r.need(f, 2, "key 2, n")?;
        let n = r.uint(SEQ_MAX, "a counter below 2^53")?;
        r.need(f, 3, "key 3, iat")?;
        let iat = r.uint(TIME_MAX, "an instant below 2^40")?;
        r.need(f, 4, "key 4, the lender's name")?;
        let lender = read_text(r, NAME_MAX, "the lender's name")?;
        r.need(f, 5, "key 5, the contract's number")?;
        let contract = read_text(r, NAME_MAX, "the contract's number")?;
        r.need(f, 6, "key 6, currency")?;
        let currency = Currency::read(r)?;
        r.need(f, 7, "key 7, reference")?;
        let reference = read_text(r, REFERENCE_MAX, "a reference of at most 25 bytes")?;
        r.need(f, 8, "key 8, channels")?;
        let channels = read_list(r, 1, CHANNELS_MAX, "1 to 8 channels", Channel::read)?;
        if !channels.is_sorted_by(|a, b| a.id < b.id) {
            return r.wrong("channels with ids rising");
        }
        r.need(f, 9, "key 9, the highest level")?;
        let highest = Level::read(r)?;
        if highest < Level::Remind {
            return r.wrong("a highest level of remind, reduce or lock");
        }
        let reduce = if r.has(f, 10)? {
            Some(Limits::read(r)?)
        } else {
            None
        };
        let lock = if r.has(f, 11)? {
            Some(Limits::read(r)?)
        } else {
            None
        };
        let mut floor = Vec::new();
        if r.has(f, 12)? {
            floor = read_list(r, 1, FLOOR_MAX, "1 to 32 floor apps", FloorApp::read)?;
        }
        let mut classes = Vec::new();
        if r.has(f, 13)? {
            classes = read_list(r, 1, 6, "1 to 6 classes", |r| {
                read_one(r, &CLASSES, "a class of apps: 1 to 6")
            })?;
        }
        r.need(f, 14, "key 14, offline_days")?;
        let offline_days = read_u16(r, "days")?;
        r.need(f, 15, "key 15, silence_h")?;
        let silence_h = read_u16(r, "hours")?;
        r.need(f, 16, "key 16, lapse")?;
        let lapse = Lapse::read(r)?;
        r.need(f, 17, "key 17, emergency pass")?;
        let pass = Pass::read(r)?;
        r.need(f, 18, "key 18, code_days")?;
        let code_days = read_u16(r, "days")?;
        r.need(f, 19, "key 19, reset_lead_h")?;
        let reset_lead_h = read_u16(r, "hours")?;
        let mut restrictions = Vec::new();
        if r.has(f, 20)? {
            restrictions = read_list(r, 1, 4, "1 to 4 restrictions", |r| {
                read_one(r, &RESTRICTIONS, "a restriction: 1 to 4")
            })?;
        }
        if !floor.is_sorted_by(|a, b| a < b)
            || !classes.is_sorted_by(|a, b| a < b)
            || !restrictions.is_sorted_by(|a, b| a < b)
        {
            return r.wrong("sets in ascending order");
        }
        r.need(f, 21, "key 21, the last due day")?;
        let last_due = r.uint(DAY_MAX, "a day since 1970-01-01")? as u32;
        r.need(f, 22, "key 22, the last day")?;
        let last_day = r.uint(DAY_MAX, "a day since 1970-01-01")? as u32;
        r.need(f, 23, "key 23, zone")?;
        let zone = Zone::read(r)?;
        r.need(f, 24, "key 24, whom to call")?;
        let help = read_list(r, 1, HELP_MAX, "1 to 6 contacts", Help::read)?;
        r.need(f, 25, "key 25, languages")?;
        let languages = read_list(r, 1, LANGUAGES_MAX, "1 to 10 languages", |r| {
            read_text(r, TAG_MAX, "a language tag")
        })?;
        r.end_fields(f)?;
        r.end()?;
        Ok(Charter {
            n,
            iat,
            lender,
            contract,
            currency,
            reference,
            channels,
            highest,
            reduce,
            lock,
            floor,
            classes,
            offline_days,
            silence_h,
            lapse,
            pass,
            code_days,
            reset_lead_h,
            restrictions,
            last_due,
            last_day,
            zone,
            help,
            languages,
        })
    }
}

fn write_list<T>(writer: &mut Writer, list: &[T], mut write: impl FnMut(&T, &mut Writer)) {
    writer.array(list.len() as u64);
    list.iter().for_each(|item| write(item, writer));
}

fn read_list<T>(
    r: &mut Reader<'_>,
    min: u64,
    max: u64,
    expected: &'static str,
    mut read: impl FnMut(&mut Reader<'_>) -> Result<T, Malformed>,
) -> Result<Vec<T>, Malformed> {
    let count = r.array(min, max, expected)?;
    (0..count).map(|_| read(r)).collect()
}

fn read_text(r: &mut Reader<'_>, max: usize, expected: &'static str) -> Result<String, Malformed> {
    Ok(String::from(r.text(max, expected)?))
}

fn read_one<T: Copy>(
    r: &mut Reader<'_>,
    list: &[T],
    expected: &'static str,
) -> Result<T, Malformed> {
    let code = r.uint(list.len() as u64, expected)?;
    match (code as usize)
        .checked_sub(1)
        .and_then(|index| list.get(index))
    {
        Some(value) => Ok(*value),
        None => r.wrong(expected),
    }
}

impl Currency {
    fn write(&self, writer: &mut Writer) {
        writer.array(2);
        writer.bytes(&self.code);
        writer.uint(u64::from(self.exponent));
    }

    fn read(r: &mut Reader<'_>) -> Result<Currency, Malformed> {
        r.array(2, 2, "[code, exponent]")?;
        let code: [u8; 3] = r.fixed("3 letters of ISO 4217")?;
        if !code.iter().all(u8::is_ascii_uppercase) {
            return r.wrong("3 letters of ISO 4217");
        }
        Ok(Currency {
            code,
            exponent: r.uint(4, "0 to 4 decimals")? as u8,
        })
    }
}

impl Channel {
    fn write(&self, writer: &mut Writer) {
        writer.array(4);
        writer.uint(u64::from(self.id));
        writer.uint(1 + self.kind as u64);
        writer.text(&self.payee);
        writer.text(&self.account);
    }

    fn read(r: &mut Reader<'_>) -> Result<Channel, Malformed> {
        r.array(4, 4, "a channel: [id, kind, payee, account]")?;
        Ok(Channel {
            id: read_u16(r, "a channel's id")?,
            kind: read_one(r, &CHANNEL_KINDS, "a kind of channel: 1 to 4")?,
            payee: read_text(r, NAME_MAX, "the payee's name")?,
            account: read_text(r, NAME_MAX, "the payee's account")?,
        })
    }
}

impl Limits {
    fn write(&self, writer: &mut Writer) {
        writer.array(5);
        for value in [self.lead_h, self.dwell_h, self.from_min, self.to_min] {
            writer.uint(u64::from(value));
        }
        writer.uint(u64::from(self.days));
    }

    fn read(r: &mut Reader<'_>) -> Result<Limits, Malformed> {
        r.array(5, 5, "limits: [lead_h, dwell_h, from_min, to_min, days]")?;
        Ok(Limits {
            lead_h: read_u16(r, "hours")?,
            dwell_h: read_u16(r, "hours")?,
            from_min: r.uint(1440, "a minute of the day")? as u16,
            to_min: r.uint(1440, "a minute of the day")? as u16,
            days: r.uint(127, "weekdays, bit 0 is Monday")? as u8,
        })
    }
}

impl FloorApp {
    fn write(&self, writer: &mut Writer) {
        writer.array(2);
        writer.uint(1 + self.kind as u64);
        writer.text(&self.app);
    }

    fn read(r: &mut Reader<'_>) -> Result<FloorApp, Malformed> {
        r.array(2, 2, "a floor app: [kind, app]")?;
        Ok(FloorApp {
            kind: read_one(r, &FLOOR_KINDS, "a kind of floor app: 1 to 6")?,
            app: read_text(r, APP_MAX, "an app's package name")?,
        })
    }
}

impl Pass {
    fn write(&self, writer: &mut Writer) {
        writer.array(3);
        writer.uint(u64::from(self.hours));
        writer.uint(u64::from(self.times));
        writer.uint(u64::from(self.period_days));
    }

    fn read(r: &mut Reader<'_>) -> Result<Pass, Malformed> {
        r.array(3, 3, "a pass: [hours, times, period_days]")?;
        Ok(Pass {
            hours: read_u16(r, "hours")?,
            times: r.uint(u64::from(PASS_TIMES_MAX), "at most 8 passes a period")? as u8,
            period_days: read_u16(r, "days")?,
        })
    }
}

impl Zone {
    fn write(&self, writer: &mut Writer) {
        writer.array(3);
        writer.text(&self.name);
        writer.int(i64::from(self.offset_min));
        write_list(writer, &self.transitions, |(from, offset), writer| {
            writer.array(2);
            writer.uint(*from);
            writer.int(i64::from(*offset));
        });
    }

    fn read(r: &mut Reader<'_>) -> Result<Zone, Malformed> {
        const OFFSET: &str = "an offset within 18 hours";
        r.array(3, 3, "a zone: [name, offset_min, transitions]")?;
        let name = read_text(r, NAME_MAX, "a zone's name")?;
        let offset_min = r.int(-1080, 1080, OFFSET)? as i16;
        let transitions = read_list(r, 0, TRANSITIONS_MAX, "at most 24 transitions", |r| {
            r.array(2, 2, "a transition: [from, offset_min]")?;
            let from = r.uint(TIME_MAX, "an instant below 2^40")?;
            Ok((from, r.int(-1080, 1080, OFFSET)? as i16))
        })?;
        if !transitions.is_sorted_by(|a, b| a.0 < b.0) {
            return r.wrong("transitions in ascending order");
        }
        Ok(Zone {
            name,
            offset_min,
            transitions,
        })
    }
}

impl Help {
    fn write(&self, writer: &mut Writer) {
        writer.array(3);
        writer.uint(1 + self.kind as u64);
        writer.text(&self.name);
        writer.text(&self.contact);
    }

    fn read(r: &mut Reader<'_>) -> Result<Help, Malformed> {
        r.array(3, 3, "a contact: [kind, name, contact]")?;
        Ok(Help {
            kind: read_one(r, &HELP_KINDS, "a kind of contact: 1 to 3")?,
            name: read_text(r, NAME_MAX, "a name")?,
            contact: read_text(r, NAME_MAX, "a telephone number or address")?,
        })
    }
}
