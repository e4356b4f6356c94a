//! The gate: to the minute, across a change of clocks, and every limit by itself.

use fairlock_domain::calendar::{Day, Instant, Span, Zone};
use fairlock_domain::rules::contact::{
    CapPeriod, ContactCap, ContactKind, CoolOff, Occasion, OptOut,
};
use fairlock_domain::rules::{Cited, Days, Named, Pack, Rules, Weekdays, Window};
use fairlock_rulebook::{load_builtin, zone};
use fairlock_server::notices::Channel;
use fairlock_server::notices::gate::{Closed, Contact, Gate, Known, Way};
use fairlock_storage::{NoticeClass, Wish, WishRow};
use proptest::prelude::*;

use crate::money::bench::{at, day};

/// What a test knows of a borrower.
struct Borrower {
    zone: Zone,
    holidays: Vec<Day>,
    packs: Vec<Pack>,
    contacts: Vec<Contact>,
    wishes: Vec<WishRow>,
}

impl Borrower {
    fn of(zone: &str, pack: &str) -> Borrower {
        Borrower {
            zone: fairlock_rulebook::zone::load(zone).unwrap(),
            holidays: Vec::new(),
            packs: vec![pack_of(pack)],
            contacts: Vec::new(),
            wishes: Vec::new(),
        }
    }

    /// With collection rules of the test's own.
    fn under(rule: impl FnOnce(&mut Pack)) -> Borrower {
        let mut borrower = Borrower::of("Africa/Nairobi", "sandbox");
        rule(&mut borrower.packs[0]);
        borrower
    }

    fn ask(&self, class: NoticeClass, channel: Channel, now: Instant) -> Gate {
        let rules = Rules {
            packs: self.packs.clone(),
        };
        let known = Known {
            rules: &rules,
            zone: &self.zone,
            holidays: &self.holidays,
            contacts: &self.contacts,
            wishes: &self.wishes,
        };
        known.ask(class, channel, now)
    }

    /// Closed now, and open from that instant on: to the nanosecond.
    fn closed(&self, class: NoticeClass, now: &str, until: &str, why: Closed) {
        let until = at(until);
        let answer = self.ask(class, Channel::Sms, at(now));
        assert_eq!(answer, Gate::Until(until, why), "at {now}");
        let before = Instant::from_unix_nanos(until.unix_nanos() - 1);
        assert_ne!(self.ask(class, Channel::Sms, before), Gate::Open);
        assert_eq!(self.ask(class, Channel::Sms, until), Gate::Open);
    }

    fn open(&self, class: NoticeClass, now: &str) {
        assert_eq!(
            self.ask(class, Channel::Sms, at(now)),
            Gate::Open,
            "at {now}"
        );
    }

    fn text_at(&mut self, channel: Channel, when: &str) {
        self.contacts.push(Contact {
            at: at(when),
            way: Way::Message(channel),
            conversation: false,
        });
    }

    fn call_at(&mut self, when: &str, conversation: bool) {
        self.contacts.push(Contact {
            at: at(when),
            way: Way::Call,
            conversation,
        });
    }
}

fn pack_of(id: &str) -> Pack {
    load_builtin().unwrap().get(id).unwrap().clone()
}

fn cited<T>(value: T) -> Cited<T> {
    Cited {
        number: 1,
        value,
        citation: pack_of("sandbox").contact.citation,
    }
}

fn named<T>(id: &str, value: T) -> Named<T> {
    Named {
        id: id.to_owned(),
        rule: cited(value),
    }
}

fn hours(from: u16, to: u16) -> Window {
    Window {
        from_minute: from * 60,
        to_minute: to * 60,
        days: Days {
            weekdays: Weekdays::EVERY,
            not_on_holidays: false,
            not_before_holidays: false,
        },
    }
}

fn hours_of(pack: &str) -> Closed {
    Closed::Hours {
        pack: pack.to_owned(),
    }
}

fn cap_of(cap: &str) -> Closed {
    Closed::Cap {
        pack: "sandbox".to_owned(),
        cap: cap.to_owned(),
    }
}

const LAW: NoticeClass = NoticeClass::Statutory;
const DEBT: NoticeClass = NoticeClass::Collection;

/// `strict-default`: 08:00 to 19:00 on working days.
#[test]
fn hours_open_and_close_to_the_minute() {
    let nairobi = Borrower::of("Africa/Nairobi", "strict-default");
    let strict = || hours_of("strict-default");
    let (friday, monday) = ("2026-03-06T08:00:00+03:00", "2026-03-09T08:00:00+03:00");
    nairobi.open(LAW, friday);
    nairobi.closed(LAW, "2026-03-06T07:59:59.999999999+03:00", friday, strict());
    nairobi.open(LAW, "2026-03-06T18:59:59.999999999+03:00");
    nairobi.closed(LAW, "2026-03-06T19:00:00+03:00", monday, strict());
    nairobi.closed(LAW, "2026-03-07T12:00:00+03:00", monday, strict());
}

#[test]
fn a_holiday_closes_them_all_day() {
    let mut nairobi = Borrower::of("Africa/Nairobi", "strict-default");
    nairobi.holidays = vec![day("2026-03-09")];
    let strict = hours_of("strict-default");
    let (monday, tuesday) = ("2026-03-09T12:00:00+03:00", "2026-03-10T08:00:00+03:00");
    nairobi.closed(LAW, monday, tuesday, strict);
}

/// Berlin goes from +01:00 to +02:00 on Sun 29 Mar 2026, and back on Sun 25 Oct.
#[test]
fn a_change_of_clocks_moves_them() {
    let berlin = Borrower::of("Europe/Berlin", "strict-default");
    let strict = || hours_of("strict-default");
    let friday = "2026-03-27T19:00:00+01:00";
    berlin.closed(LAW, friday, "2026-03-30T06:00:00Z", strict());
    berlin.open(LAW, "2026-03-27T07:00:00Z");
    assert_ne!(
        berlin.ask(LAW, Channel::Sms, at("2026-03-27T06:59:59Z")),
        Gate::Open,
        "the week before 08:00 is an hour later"
    );
    let friday = "2026-10-23T19:00:00+02:00";
    berlin.closed(LAW, friday, "2026-10-26T07:00:00Z", strict());
}

#[test]
fn a_night_in_which_the_clocks_go_back_is_still_a_night() {
    let mut berlin = Borrower::of("Europe/Berlin", "sandbox");
    berlin.packs[0].contact.value = hours(2, 3);
    // 02:30 comes twice on 25 Oct 2026; the window is open from its first 02:00 to its first 03:00,
    // which is after both.
    berlin.open(LAW, "2026-10-25T00:30:00Z");
    berlin.open(LAW, "2026-10-25T01:30:00Z");
    let next = "2026-10-26T01:00:00Z";
    berlin.closed(LAW, "2026-10-25T02:00:00Z", next, hours_of("sandbox"));
    // And on 29 Mar there is no 02:30 at all.
    let next = "2026-03-30T00:00:00Z";
    berlin.closed(LAW, "2026-03-29T00:59:59Z", next, hours_of("sandbox"));
}

#[test]
fn the_strictest_of_several_packs_counts() {
    let mut two = Borrower::of("Africa/Nairobi", "sandbox");
    two.packs.push(pack_of("strict-default"));
    let (saturday, monday) = ("2026-03-07T12:00:00+03:00", "2026-03-09T08:00:00+03:00");
    two.closed(LAW, saturday, monday, hours_of("strict-default"));
    two.packs[0].contact.value = hours(10, 12);
    let ten = "2026-03-09T10:00:00+03:00";
    two.closed(LAW, saturday, ten, hours_of("sandbox"));
    two.packs[0].contact.value = hours(20, 21);
    assert_eq!(
        two.ask(LAW, Channel::Sms, at(saturday)),
        Gate::Never(hours_of("sandbox")),
        "hours that never meet"
    );
}

#[test]
fn a_pack_out_of_force_closes_nothing() {
    let mut nairobi = Borrower::of("Africa/Nairobi", "strict-default");
    nairobi.packs[0].effective_to = Some(day("2026-03-06"));
    nairobi.open(LAW, "2026-03-07T12:00:00+03:00");
}

#[test]
fn a_statutory_notice_minds_hours_alone() {
    let mut spared = Borrower::under(|pack| {
        pack.collection.hours = vec![named("h", hours(10, 11))];
        let none = ContactCap {
            most: 0,
            kind: ContactKind::Any,
            period: CapPeriod::LocalDay,
        };
        pack.collection.caps = vec![named("none", none)];
    });
    spared.wishes = vec![WishRow {
        wish: Wish::No(OptOut::Sms),
        since: at("2026-03-01T00:00:00Z"),
        until: None,
    }];
    spared.open(LAW, "2026-03-04T12:00:00+03:00");
    assert_eq!(
        spared.ask(DEBT, Channel::Sms, at("2026-03-04T12:00:00+03:00")),
        Gate::Never(Closed::Refused(Channel::Sms))
    );
}

#[test]
fn collection_has_hours_of_its_own() {
    let nairobi = Borrower::under(|pack| {
        let mut saturday = hours(8, 15);
        saturday.days.weekdays = Weekdays(0b010_0000);
        let mut week = hours(7, 19);
        week.days.weekdays = Weekdays(0b001_1111);
        pack.collection.hours = vec![named("week", week), named("saturday", saturday)];
    });
    nairobi.open(DEBT, "2026-03-06T07:00:00+03:00");
    nairobi.open(DEBT, "2026-03-07T14:59:59+03:00");
    let monday = "2026-03-09T07:00:00+03:00";
    let sandbox = || hours_of("sandbox");
    nairobi.closed(DEBT, "2026-03-07T15:00:00+03:00", monday, sandbox());
    nairobi.closed(DEBT, "2026-03-08T12:00:00+03:00", monday, sandbox());
    nairobi.open(LAW, "2026-03-08T12:00:00+03:00");
}

#[test]
fn once_a_day_is_once_a_local_day() {
    let mut nairobi = Borrower::under(|pack| {
        let once = ContactCap {
            most: 1,
            kind: ContactKind::Any,
            period: CapPeriod::LocalDay,
        };
        pack.collection.caps = vec![named("once", once)];
    });
    nairobi.open(DEBT, "2026-03-04T23:00:00+03:00");
    nairobi.text_at(Channel::Email, "2026-03-04T23:00:00+03:00");
    let midnight = "2026-03-05T00:00:00+03:00";
    nairobi.closed(DEBT, "2026-03-04T23:30:00+03:00", midnight, cap_of("once"));
}

#[test]
fn a_rolling_cap_opens_when_the_oldest_that_counts_leaves() {
    let mut nairobi = Borrower::under(|pack| {
        let two_in_a_week = ContactCap {
            most: 2,
            kind: ContactKind::Messages,
            period: CapPeriod::Rolling(Span::days(7)),
        };
        pack.collection.caps = vec![named("week", two_in_a_week)];
    });
    nairobi.text_at(Channel::Sms, "2026-03-02T10:00:00Z");
    nairobi.call_at("2026-03-03T10:00:00Z", true);
    nairobi.open(DEBT, "2026-03-04T10:00:00Z");
    nairobi.text_at(Channel::Email, "2026-03-04T10:00:00Z");
    let first_leaves = "2026-03-09T10:00:00Z";
    nairobi.closed(DEBT, "2026-03-05T10:00:00Z", first_leaves, cap_of("week"));
    nairobi.text_at(Channel::Sms, "2026-03-09T10:00:00Z");
    let second_leaves = "2026-03-11T10:00:00Z";
    nairobi.closed(DEBT, "2026-03-10T00:00:00Z", second_leaves, cap_of("week"));
}

#[test]
fn a_cap_of_none_never_opens() {
    for period in [CapPeriod::LocalDay, CapPeriod::Rolling(Span::days(1))] {
        let nairobi = Borrower::under(|pack| {
            let none = ContactCap {
                most: 0,
                kind: ContactKind::Messages,
                period,
            };
            pack.collection.caps = vec![named("none", none)];
        });
        let now = at("2026-03-04T10:00:00Z");
        assert_eq!(
            nairobi.ask(DEBT, Channel::Sms, now),
            Gate::Never(cap_of("none"))
        );
    }
}

#[test]
fn a_cap_of_calls_is_no_message_s() {
    let mut nairobi = Borrower::under(|pack| {
        let none = ContactCap {
            most: 0,
            kind: ContactKind::Calls,
            period: CapPeriod::LocalDay,
        };
        pack.collection.caps = vec![named("calls", none)];
    });
    nairobi.call_at("2026-03-04T09:00:00Z", true);
    nairobi.open(DEBT, "2026-03-04T10:00:00Z");
}

#[test]
fn after_a_conversation_it_is_quiet_for_a_while() {
    let mut nairobi = Borrower::under(|pack| {
        pack.collection.cool_off = Some(cited(CoolOff {
            time: Span::days(7),
            kind: ContactKind::Any,
        }));
    });
    nairobi.call_at("2026-03-03T10:00:00Z", false);
    nairobi.open(DEBT, "2026-03-04T10:00:00Z");
    nairobi.call_at("2026-03-04T10:00:00Z", true);
    let why = Closed::CoolOff {
        pack: "sandbox".to_owned(),
    };
    nairobi.closed(DEBT, "2026-03-04T11:00:00Z", "2026-03-11T10:00:00Z", why);
}

#[test]
fn one_channel_a_week_is_from_monday_to_sunday() {
    let mut nairobi = Borrower::under(|pack| {
        pack.collection.one_channel_a_week = Some(cited(()));
    });
    // Sunday, local.
    nairobi.text_at(Channel::Email, "2026-03-08T23:59:59+03:00");
    nairobi.open(DEBT, "2026-03-09T00:00:00+03:00");
    nairobi.text_at(Channel::Email, "2026-03-09T12:00:00+03:00");
    let why = Closed::OneChannel {
        pack: "sandbox".to_owned(),
    };
    let monday = "2026-03-16T00:00:00+03:00";
    nairobi.closed(DEBT, "2026-03-10T12:00:00+03:00", monday, why);
    let now = at("2026-03-10T12:00:00+03:00");
    assert_eq!(nairobi.ask(DEBT, Channel::Email, now), Gate::Open);
}

#[test]
fn a_wish_lasts_as_long_as_it_says() {
    let mut nairobi = Borrower::under(|_| {});
    nairobi.wishes = vec![WishRow {
        wish: Wish::During(Occasion::Wedding),
        since: at("2026-03-04T00:00:00Z"),
        until: Some(at("2026-03-06T00:00:00Z")),
    }];
    nairobi.open(DEBT, "2026-03-03T23:59:59Z");
    let (now, until) = ("2026-03-04T00:00:00Z", "2026-03-06T00:00:00Z");
    nairobi.closed(DEBT, now, until, Closed::Occasion(Occasion::Wedding));
}

#[test]
fn limits_add_up() {
    let mut nairobi = Borrower::of("Africa/Nairobi", "strict-default");
    nairobi.packs[0].collection.cool_off = Some(cited(CoolOff {
        time: Span::hours(24),
        kind: ContactKind::Any,
    }));
    // Spoken with on Friday at noon; 24 h later it is Saturday.
    nairobi.call_at("2026-03-06T12:00:00+03:00", true);
    let why = Closed::CoolOff {
        pack: "strict-default".to_owned(),
    };
    let monday = "2026-03-09T08:00:00+03:00";
    nairobi.closed(DEBT, "2026-03-06T13:00:00+03:00", monday, why);
}

fn a_zone() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("Africa/Nairobi"),
        Just("Europe/Berlin"),
        Just("America/New_York"),
        Just("Pacific/Auckland"),
        Just("Asia/Kathmandu"),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What it promises is kept: closed until then, open at it; and nothing opens in between.
    #[test]
    fn the_answer_is_the_first_open_instant(
        name in a_zone(),
        (from, to) in (0u16..23).prop_flat_map(|from| (Just(from), from + 1..=24)),
        weekdays in 1u8..128,
        most in 1u16..4,
        days in 1u32..9,
        contacts in proptest::collection::vec((0i64..20 * 86_400, any::<bool>()), 0..12),
        now in 0i64..30 * 86_400,
        steps in proptest::collection::vec(0.0f64..1.0, 16),
    ) {
        let start = at("2026-03-20T00:00:00Z").unix_seconds();
        let mut borrower = Borrower::under(|pack| {
            let mut window = hours(from, to);
            window.days.weekdays = Weekdays(weekdays);
            pack.contact.value = window;
            let cap = ContactCap {
                most,
                kind: ContactKind::Any,
                period: CapPeriod::Rolling(Span::days(days)),
            };
            pack.collection.caps = vec![named("cap", cap)];
            pack.collection.one_channel_a_week = Some(cited(()));
        });
        borrower.zone = zone::load(name).unwrap();
        borrower.contacts = contacts
            .into_iter()
            .map(|(s, by_mail)| Contact {
                at: Instant::from_unix_seconds(start + s),
                way: Way::Message(if by_mail { Channel::Email } else { Channel::Sms }),
                conversation: false,
            })
            .collect();
        // Contact that is known lies in the past.
        let now = Instant::from_unix_seconds(start + 20 * 86_400 + now);
        let answer = borrower.ask(DEBT, Channel::Sms, now);
        if let Gate::Until(until, _) = &answer {
            prop_assert!(*until > now);
            prop_assert_eq!(borrower.ask(DEBT, Channel::Sms, *until), Gate::Open);
            let gap = (until.unix_nanos() - now.unix_nanos()) as f64;
            for step in steps {
                let between = now.unix_nanos() + (gap * step) as i128;
                let between = Instant::from_unix_nanos(between);
                if between < *until {
                    prop_assert_ne!(borrower.ask(DEBT, Channel::Sms, between), Gate::Open);
                }
            }
        } else {
            prop_assert_eq!(answer, Gate::Open);
        }
    }
}
