//! Charters and enrolment: what breaks the compiled limits, what takes another's place, and which
//! offers a phone believes.

use fairlock_protocol::charter::{AppClass, Limits, Replacement, Zone};
use fairlock_protocol::enrol::{Acceptance, Offer};
use fairlock_protocol::ids::Domain;
use fairlock_protocol::keyset::Role;
use fairlock_protocol::wire::bytes;
use fairlock_protocol::{Binding, Charter, Lapse, Level};

use crate::json::{Json, map};
use crate::lender::{binding, by_roots, charter, device_key, key, key_set, next_key_set, sign_by};
use crate::objects::{bundle, countersigned, offer, signed_charter};

type Bend<'a> = &'a dyn Fn(&mut Charter);

fn bent(bend: Bend<'_>) -> Charter {
    let mut charter = charter();
    bend(&mut charter);
    charter
}

fn lock(charter: &mut Charter) -> &mut Limits {
    charter.lock.as_mut().expect("limits")
}

fn breaches() -> Vec<Json> {
    let check = |(name, expected, bend): (&str, Option<&str>, Bend<'_>)| {
        let charter = bent(bend);
        let found = charter.check().err().map(|breach| format!("{breach:?}"));
        assert_eq!(found.as_deref(), expected, "{name}");
        map! { "name": name, "charter": Json::bytes(&bytes(&charter)), "breach": found }
    };
    let cases: [(&str, Option<&str>, Bend<'_>); 19] = [
        ("within the limits", None, &|_| {}),
        ("nothing above remind", None, &|one| {
            (one.highest, one.reduce, one.lock) = (Level::Remind, None, None)
        }),
        ("no limits of lock", Some("LimitsMissing"), &|one| {
            one.lock = None
        }),
        (
            "limits of lock under reduce",
            Some("LimitsMissing"),
            &|one| one.highest = Level::Reduce,
        ),
        ("47 h of lead for lock", Some("LeadTooShort"), &|one| {
            lock(one).lead_h = 47
        }),
        ("23 h of lead for reduce", Some("LeadTooShort"), &|one| {
            one.reduce.as_mut().expect("limits").lead_h = 23
        }),
        ("23 h of dwell for lock", Some("DwellTooShort"), &|one| {
            lock(one).dwell_h = 23
        }),
        ("from 06:59", Some("WindowTooWide"), &|one| {
            lock(one).from_min = 419
        }),
        ("to 21:01", Some("WindowTooWide"), &|one| {
            lock(one).to_min = 1261
        }),
        ("silence of 73 h", Some("SilenceTooLong"), &|one| {
            one.silence_h = 73
        }),
        ("a lapse after 169 h", Some("LapseTooLong"), &|one| {
            one.lapse.hours = 169
        }),
        ("a lapse to lock", Some("LapseTooLong"), &|one| {
            one.lapse.level = Level::Lock
        }),
        ("a pass of 23 h", Some("PassTooSmall"), &|one| {
            one.pass.hours = 23
        }),
        ("no pass", Some("PassTooSmall"), &|one| one.pass.times = 0),
        ("a pass in 31 days", Some("PassTooSmall"), &|one| {
            one.pass.period_days = 31
        }),
        ("offline after 13 days", Some("OfflineTooSoon"), &|one| {
            one.offline_days = 13
        }),
        (
            "a last day 181 days after the last due day",
            Some("LastDayTooLate"),
            &|one| one.last_day = one.last_due + 181,
        ),
        ("no complaint body", Some("NobodyToCall"), &|one| {
            one.help.truncate(1)
        }),
        ("several: the first answers", Some("LeadTooShort"), &|one| {
            lock(one).lead_h = 1;
            lock(one).dwell_h = 1;
            one.help.clear()
        }),
    ];
    cases.map(check).to_vec()
}

/// The end of the last day, around changes of the clocks.
fn ends() -> Vec<Json> {
    let zone = |offset_min, transitions: Vec<(u64, i16)>| Zone {
        name: "a zone".into(),
        offset_min,
        transitions,
    };
    let day = 21_001 * 86_400;
    [
        ("Nairobi", charter().zone),
        ("west of Greenwich", zone(-300, vec![])),
        (
            "back by an hour at that midnight: read twice",
            zone(60, vec![(day - 3600, 0)]),
        ),
        (
            "forward by an hour before that midnight",
            zone(0, vec![(day - 7200, 60)]),
        ),
        ("forward over that midnight", zone(0, vec![(day, 60)])),
    ]
    .map(|(name, zone)| {
        let charter = Charter { zone, ..charter() };
        map! { "name": name, "charter": Json::bytes(&bytes(&charter)), "end": charter.end() }
    })
    .to_vec()
}

fn replacements() -> Vec<Json> {
    let mut out = Vec::new();
    let mut check = |name: &str,
                     bend: Bend<'_>,
                     roots: &[u8],
                     expected: Result<(bool, bool), u64>| {
        let new = bent(&|one| {
            one.n = 2;
            bend(one)
        });
        let object = signed_charter(&new, roots);
        let found = Replacement::open(&object, &binding(), &key_set(), &charter());
        let got = found
            .as_ref()
            .map(|one| (one.softer, one.payees_change))
            .map_err(|error| error.code());
        assert_eq!(got, expected, "{name}");
        let gives = match found {
            Ok(one) => {
                map! { "softer": one.softer, "payees_change": one.payees_change, "known": one.known }
            }
            Err(error) => map! { "refused": error.code() },
        };
        out.push(map! { "name": name, "object": Json::bytes(&object), "gives": gives });
    };
    let (softer, stricter) = (Ok((true, false)), Ok((false, false)));
    check("the same, with a counter more", &|_| {}, &[], softer);
    check("the one in force", &|one| one.n = 1, &[], softer);
    check(
        "old charter replayed",
        &|one| (one.n, one.silence_h) = (1, 71),
        &[],
        Err(23),
    );
    check(
        "below the compiled limits",
        &|one| lock(one).lead_h = 47,
        &[],
        Err(22),
    );
    check("lead longer", &|one| lock(one).lead_h = 49, &[], softer);
    check(
        "dwell shorter than before, within the limits",
        &|one| one.reset_lead_h = 71,
        &[],
        stricter,
    );
    check(
        "no lock any more",
        &|one| (one.highest, one.lock) = (Level::Reduce, None),
        &[],
        softer,
    );
    check(
        "a class more",
        &|one| one.classes.push(AppClass::Music),
        &[],
        stricter,
    );
    check("a class less", &|one| one.classes.truncate(1), &[], softer);
    check("a floor app less", &|one| one.floor.clear(), &[], stricter);
    check("hours wider", &|one| lock(one).to_min += 1, &[], stricter);
    check(
        "a lapse sooner",
        &|one| {
            one.lapse = Lapse {
                hours: 24,
                level: Level::Remind,
            }
        },
        &[],
        softer,
    );
    check("a pass more", &|one| one.pass.times = 2, &[], softer);
    check("a day later", &|one| one.last_day += 1, &[], stricter);
    check(
        "another zone",
        &|one| one.zone.offset_min = 120,
        &[],
        stricter,
    );
    check(
        "another language",
        &|one| one.languages = vec!["en".into()],
        &[],
        stricter,
    );
    check(
        "money goes elsewhere, without ROOT",
        &|one| one.channels[0].account = "400201".into(),
        &[],
        Err(24),
    );
    check(
        "money goes elsewhere, by one root",
        &|one| one.channels[0].account = "400201".into(),
        &[1],
        Err(24),
    );
    check(
        "money goes elsewhere, by two roots",
        &|one| one.channels[0].account = "400201".into(),
        &[1, 3],
        Ok((true, true)),
    );
    check(
        "another reference, by two roots",
        &|one| one.reference = "RF18".into(),
        &[2, 3],
        Ok((true, true)),
    );
    out
}

fn offers() -> Vec<Json> {
    let mut out = Vec::new();
    let nonce = [6; 16];
    let mut check = |name: &str, bend: &dyn Fn(&mut Offer), expected: Option<u64>| {
        let mut offer = offer();
        bend(&mut offer);
        let code = offer
            .open(&bundle(), &nonce, &device_key())
            .map_err(|error| error.code())
            .err();
        assert_eq!(code, expected, "{name}");
        let gives = match code {
            Some(code) => map! { "refused": code },
            None => map! { "taken": true },
        };
        out.push(map! { "name": name, "offer": Json::bytes(&offer.encode()), "gives": gives });
    };
    let by = |role: Role, binding: &Binding, charter: &Charter| {
        sign_by(
            &[key(role)],
            &binding.aad(Domain::Charter),
            &charter.payload().expect("a charter"),
        )
    };
    let elsewhere = Binding {
        device: [0xd2; 16],
        ..binding()
    };
    check("in order", &|_| {}, None);
    check("another nonce", &|offer| offer.nonce = [7; 16], Some(14));
    check(
        "another key set than the bundle's",
        &|offer| offer.key_set = by_roots(&next_key_set(), &[2, 3]),
        Some(17),
    );
    check(
        "a key set by one root",
        &|offer| offer.key_set = by_roots(&key_set(), &[2]),
        Some(21),
    );
    check(
        "a charter by RELAX",
        &|offer| offer.charter = by(Role::Relax, &binding(), &charter()),
        Some(6),
    );
    check(
        "a charter for another device",
        &|offer| offer.charter = by(Role::Charter, &elsewhere, &charter()),
        Some(9),
    );
    check(
        "charter below compiled limits",
        &|offer| offer.charter = by(Role::Charter, &binding(), &bent(&|one| one.silence_h = 73)),
        Some(22),
    );
    check(
        "the device answers to another id",
        &|offer| offer.device = [0xd2; 16],
        Some(9),
    );
    out
}

fn acceptances() -> Vec<Json> {
    let mut out = Vec::new();
    let mut check = |name: &str, object: Vec<u8>, expected: Option<u64>| {
        let message = Acceptance { charter: object };
        let code =
            fairlock_issuer::open_acceptance(&message, &binding(), &device_key(), &key_set())
                .map_err(|error| error.code())
                .err();
        assert_eq!(code, expected, "{name}");
        let gives = match code {
            Some(code) => map! { "refused": code },
            None => map! { "taken": true },
        };
        out.push(map! { "name": name, "message": Json::bytes(&message.encode()), "gives": gives });
    };
    let good = countersigned(&offer().charter);
    check("in order", good.clone(), None);
    check("not countersigned", offer().charter, Some(9));
    let mut spoilt = good;
    let last = spoilt.len() - 1;
    spoilt[last] ^= 1;
    check("a signature spoilt", spoilt, Some(9));
    out
}

pub fn file() -> Json {
    map! {
        "about": "Replacements are held against the charter of objects.json under its key set, by the \
                  phone of keys.json; offers against the bundle of objects.json and nonce 06 times 16.",
        "breaches": breaches(),
        "ends": ends(),
        "replacements": replacements(),
        "offers": offers(),
        "acceptances": acceptances(),
    }
}
