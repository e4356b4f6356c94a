//! Plans become grants: tables of one contract's story, in words.
//!
//! 10 February is due day; 1,500.00 KES are asked for. Rule numbers of the sandbox: 121 `first`,
//! 122 `final`.

use fairlock_domain::calendar::{Instant, Span};
use fairlock_domain::holds::HoldKind;
use fairlock_domain::payment::PaymentState;
use fairlock_domain::plan::{self, Plan};
use fairlock_domain::rules::{Proof, Rules};
use fairlock_domain::standing::{Event, EventKind, Facts, FeedState, NoticeId};
use fairlock_protocol::Level;
use fairlock_signer::convert::{self, Context, Converted};

use super::kit::{Known, Phone, at, charter, day, facts, money, rules, zone_of};
use super::words::told;

/// A contract, its phone, and what the server knows of it.
struct Story {
    facts: Facts,
    rules: Rules,
    known: Known,
    phone: Phone,
}

impl Story {
    fn under(packs: &[&str]) -> Story {
        Story::in_zone(packs, "Africa/Nairobi")
    }

    fn in_zone(packs: &[&str], zone: &str) -> Story {
        let zone = zone_of(zone);
        let rules = rules(packs);
        let charter = charter(&rules, &zone);
        Story {
            facts: facts(zone),
            rules,
            known: Known::of(charter.clone()),
            phone: Phone::enrolled(charter, at("2026-01-10T09:00:00Z")),
        }
    }

    /// Enrolled on 10 January, and the first grant taken.
    fn enrolled(packs: &[&str]) -> Story {
        let mut story = Story::under(packs);
        story.turn("2026-01-10T12:00:00+03:00", "RELAX free");
        story
    }

    fn happens(&mut self, when: &str, kind: EventKind) {
        self.facts.events.push(Event { at: at(when), kind });
    }

    fn plan(&self, now: Instant) -> Plan {
        plan::plan(&self.facts, &self.rules, now).unwrap()
    }

    /// What the plan at `when` makes of what the phone is known to have; nothing is sent.
    fn asked(&self, when: &str, expected: &str) {
        let now = at(when);
        assert_eq!(told(&self.convert(now), now), expected, "at {when}");
    }

    fn convert(&self, now: Instant) -> Converted {
        let context = Context {
            rules: &self.rules,
            zone: &self.facts.zone,
            decision: [7; 16],
            now,
        };
        convert::grant(&self.plan(now), &self.known.prior, &context).unwrap()
    }

    /// What the plan at `when` makes of what the phone has. The phone gets it at once, acts on
    /// it, and reports.
    fn turn(&mut self, when: &str, expected: &str) {
        let now = at(when);
        let converted = self.convert(now);
        assert_eq!(told(&converted, now), expected, "at {when}");
        if let Some(body) = converted.body {
            let taken = self.phone.take(&body, now).unwrap().unwrap();
            assert_eq!(taken.cuts, [], "at {when}");
            self.phone.contact(&body.payload, now);
            self.known.made(body);
        }
        self.phone.advance(now);
        self.known.reported(&self.phone);
    }

    /// Time goes by on the phone alone, up to `when`; its report arrives.
    fn phone_at(&mut self, when: &str, level: Level) {
        let now = at(when);
        if let Some(newest) = self.known.made.last() {
            self.phone.contact(&newest.payload.clone(), now);
        }
        self.phone.advance(now);
        assert_eq!(self.phone.state.level(), level, "at {when}");
        self.known.reported(&self.phone);
    }

    fn served(&mut self, when: &str, notice: &str) {
        self.served_by(when, notice, "sms");
    }

    fn served_by(&mut self, when: &str, notice: &str, channel: &str) {
        let (pack, notice) = notice.split_once('/').unwrap();
        let notice = NoticeId {
            pack: pack.to_owned(),
            notice: notice.to_owned(),
        };
        self.happens(
            when,
            EventKind::Notice {
                notice,
                channel: channel.to_owned(),
                proof: Proof::Shown,
            },
        );
    }

    fn paid(&mut self, when: &str, id: &str, state: PaymentState, minor: i128) {
        self.happens(
            when,
            EventKind::Payment {
                id: id.to_owned(),
                state,
                amount: money(minor),
                paid_on: None,
            },
        );
    }
}

/// A step to `reduce` under the sandbox's law.
fn reduce(at: &str, before: &str) -> String {
    format!(
        "then reduce {at} (shown 121, lead 24 h, heard 72 h, 08:00-20:00 +03:00, before {before})"
    )
}

/// A step to `lock` under the sandbox's law.
fn lock(at: &str, before: &str) -> String {
    format!(
        "then lock {at} (shown 122, lead 48 h, heard 72 h, 08:00-20:00 +03:00, dwell 24 h, \
         before {before})"
    )
}

/// At `remind` from 11 February, with `first` served at nine and shown.
fn warned() -> Story {
    let mut story = Story::enrolled(&["sandbox"]);
    story.turn(
        "2026-02-11T00:00:00+03:00",
        "RESTRICT free, then remind +1 s; pays 150000",
    );
    story.phone_at("2026-02-11T00:00:01+03:00", Level::Remind);
    story.turn("2026-02-11T00:00:01+03:00", "nothing new");
    // Due at nine: the phone shows it, as one of the channels.
    story.turn(
        "2026-02-11T09:00:00+03:00",
        "RESTRICT remind; pays 150000; notices 121@150000",
    );
    story.phone.look_at_notices(at("2026-02-11T09:00:00+03:00"));
    story.served("2026-02-11T09:00:00+03:00", "sandbox/first");
    let reduce = reduce("+1 d 23 h", "+61 d 23 h");
    story.turn(
        "2026-02-11T09:00:00+03:00",
        &format!("RESTRICT remind, {reduce}; pays 150000; notices 121@150000; again +61 d 23 h"),
    );
    story
}

/// At `reduce` from 13 February 08:00, with `final` served at nine and shown.
fn reduced() -> Story {
    let mut story = warned();
    story.phone_at("2026-02-13T07:59:59+03:00", Level::Remind);
    story.phone_at("2026-02-13T08:00:00+03:00", Level::Reduce);
    story.turn("2026-02-13T08:00:00+03:00", "nothing new");
    story.served("2026-02-13T09:00:00+03:00", "sandbox/final");
    let lock = lock("+3 d 23 h", "+10 d 23 h");
    story.turn(
        "2026-02-13T09:00:00+03:00",
        &format!(
            "RESTRICT reduce, {lock}; pays 150000; notices 121@150000 122@150000; \
             again +10 d 23 h"
        ),
    );
    story.phone.look_at_notices(at("2026-02-13T09:00:00+03:00"));
    story
}

/// At `lock` from 17 February 08:00.
fn locked() -> Story {
    let mut story = reduced();
    story.phone_at("2026-02-17T07:59:59+03:00", Level::Reduce);
    story.phone_at("2026-02-17T08:00:00+03:00", Level::Lock);
    story.turn("2026-02-17T08:00:00+03:00", "nothing new");
    story
}

#[test]
fn a_ladder_climbs_notice_by_notice() {
    locked();
}

#[test]
fn booked_money_frees_with_a_level_and_nothing_else() {
    let mut story = locked();
    story.paid(
        "2026-02-18T22:00:00+03:00",
        "P-1",
        PaymentState::Booked,
        150_000,
    );
    story.turn("2026-02-18T22:00:00+03:00", "RELAX free");
    story.phone_at("2026-02-18T22:00:00+03:00", Level::Free);
    story.turn("2026-02-19T22:00:00+03:00", "nothing new");
}

#[test]
fn all_paid_releases_and_nothing_comes_after() {
    let mut story = locked();
    story.paid(
        "2026-02-18T22:00:00+03:00",
        "P-1",
        PaymentState::Booked,
        450_000,
    );
    story.turn("2026-02-18T22:00:00+03:00", "RELEASE released");
    story.phone_at("2026-02-18T22:00:00+03:00", Level::Released);
    story.paid(
        "2026-02-19T22:00:00+03:00",
        "P-1",
        PaymentState::Reversed,
        450_000,
    );
    story.turn("2026-02-19T22:00:00+03:00", "nothing new");
}

#[test]
fn a_phone_that_released_itself_at_the_end_gets_nothing_more() {
    let mut story = locked();
    story.known.prior.level = Level::Released;
    story.asked("2026-02-19T22:00:00+03:00", "nothing new");
    story.paid("2026-02-19T22:00:00+03:00", "P-1", PaymentState::Booked, 1);
    story.asked("2026-02-19T22:00:00+03:00", "nothing new");
}

#[test]
fn pending_money_that_covers_opens_a_lock_and_the_ladder_comes_back() {
    let mut story = locked();
    story.paid(
        "2026-02-18T22:00:00+03:00",
        "P-1",
        PaymentState::Pending,
        150_000,
    );
    story.turn(
        "2026-02-18T22:00:00+03:00",
        "RELAX remind; pays 150000; notices 121@150000 122@150000",
    );
    story.phone_at("2026-02-18T22:00:00+03:00", Level::Remind);
    story.paid(
        "2026-02-19T10:00:00+03:00",
        "P-1",
        PaymentState::Failed,
        150_000,
    );
    let (reduce, lock) = (reduce("+1 s", "+60 d 1 s"), lock("+1 d", "+8 d"));
    story.turn(
        "2026-02-19T10:00:00+03:00",
        &format!(
            "RESTRICT remind, {reduce}, {lock}; pays 150000; notices 121@150000 122@150000; \
             again +8 d"
        ),
    );
    story.phone_at("2026-02-19T10:00:01+03:00", Level::Reduce);
    story.phone_at("2026-02-20T10:00:00+03:00", Level::Reduce);
    story.phone_at("2026-02-20T10:00:01+03:00", Level::Lock);
}

fn feed(state: FeedState) -> EventKind {
    EventKind::Feed {
        feed: "bank".to_owned(),
        state,
    }
}

#[test]
fn a_hold_that_stands_still_takes_back_what_is_ahead() {
    let mut story = warned();
    story.happens("2026-02-12T12:00:00+03:00", feed(FeedState::Stale));
    story.turn(
        "2026-02-12T12:00:00+03:00",
        "RELAX remind; pays 150000; notices 121@150000",
    );
    story.phone_at("2026-02-14T12:00:00+03:00", Level::Remind);
    story.turn("2026-02-14T12:00:00+03:00", "nothing new");
    story.happens("2026-02-15T07:00:00+03:00", feed(FeedState::Healthy));
    let reduce = reduce("+1 h", "+60 d 1 h");
    story.turn(
        "2026-02-15T07:00:00+03:00",
        &format!("RESTRICT remind, {reduce}; pays 150000; notices 121@150000; again +60 d 1 h"),
    );
    story.phone_at("2026-02-15T08:00:00+03:00", Level::Reduce);
}

#[test]
fn in_a_hold_a_level_stays_and_what_the_phone_has_not_reached_is_not_granted() {
    let mut story = reduced();
    story.happens("2026-02-17T09:00:00+03:00", feed(FeedState::Gap));
    // The plan is at `lock` since eight; the phone has reported `reduce`.
    assert_eq!(
        story.plan(at("2026-02-17T09:00:00+03:00")).level,
        plan::Level::Lock
    );
    story.asked(
        "2026-02-17T09:00:00+03:00",
        "RELAX reduce; pays 150000; notices 121@150000 122@150000",
    );
}

fn hold(id: &str, kind: HoldKind) -> EventKind {
    EventKind::Hold {
        id: id.to_owned(),
        kind,
        until: None,
    }
}

#[test]
fn a_dispute_lowers_and_a_wrong_person_is_asked_for_nothing() {
    let mut story = locked();
    story.happens("2026-02-18T10:00:00+03:00", hold("H-1", HoldKind::Dispute));
    story.turn(
        "2026-02-18T10:00:00+03:00",
        "RELAX remind; pays 150000; notices 121@150000 122@150000",
    );
    story.phone_at("2026-02-18T10:00:00+03:00", Level::Remind);
    story.happens(
        "2026-02-18T11:00:00+03:00",
        hold("H-2", HoldKind::WrongPerson),
    );
    story.turn("2026-02-18T11:00:00+03:00", "RELAX remind");
}

#[test]
fn a_part_payment_lowers_the_amount_and_keeps_the_steps() {
    let mut story = warned();
    story.paid(
        "2026-02-12T10:00:00+03:00",
        "P-1",
        PaymentState::Booked,
        20_000,
    );
    let reduce = reduce("+22 h", "+60 d 22 h");
    story.turn(
        "2026-02-12T10:00:00+03:00",
        &format!("RELAX remind, {reduce}; pays 130000; notices 121@150000; again +60 d 22 h"),
    );
    story.phone_at("2026-02-13T08:00:00+03:00", Level::Reduce);
}

#[test]
fn a_fall_goes_alone_and_the_ladder_follows() {
    // Two instalments are past due when `first` is served; the older one is paid at `reduce`.
    // What is left is 2 days past due: `reduce` falls, and comes again on the third day.
    let mut story = Story::enrolled(&["sandbox"]);
    for (instalment, due) in story
        .facts
        .contract
        .instalments
        .iter_mut()
        .zip(["09", "12"])
    {
        instalment.due = day(&format!("2026-02-{due}"));
    }
    story.turn(
        "2026-02-13T00:00:00+03:00",
        "RESTRICT free, then remind +1 s; pays 300000; notices 121@300000",
    );
    story.phone_at("2026-02-13T00:00:01+03:00", Level::Remind);
    // By law it is served now, whenever the phone showed it.
    story.served("2026-02-13T09:00:00+03:00", "sandbox/first");
    let first = reduce("+1 d", "+61 d");
    story.turn(
        "2026-02-13T09:00:00+03:00",
        &format!("RESTRICT remind, {first}; pays 300000; notices 121@300000; again +61 d"),
    );
    story.phone.look_at_notices(at("2026-02-13T09:00:00+03:00"));
    story.phone_at("2026-02-14T09:00:00+03:00", Level::Reduce);
    story.paid(
        "2026-02-14T10:00:00+03:00",
        "P-1",
        PaymentState::Booked,
        150_000,
    );
    story.turn(
        "2026-02-14T10:00:00+03:00",
        "RELAX remind; pays 150000; notices 121@300000; again now",
    );
    story.phone_at("2026-02-14T10:00:00+03:00", Level::Remind);
    let again = reduce("+22 h", "+60 d 22 h");
    story.turn(
        "2026-02-14T10:00:00+03:00",
        &format!("RESTRICT remind, {again}; pays 150000; notices 121@300000; again +60 d 22 h"),
    );
    story.phone_at("2026-02-15T08:00:00+03:00", Level::Reduce);
}

#[test]
fn the_first_step_is_never_above_what_the_phone_has() {
    let mut story = locked();
    // The phone lost its state: it reports `free` under the newest grant.
    story.known.prior.level = Level::Free;
    let (reduce, lock) = (reduce("+2 s", "+60 d 2 s"), lock("+3 s", "+5 d 22 h"));
    story.asked(
        "2026-02-18T10:00:00+03:00",
        &format!(
            "RESTRICT free, then remind +1 s, {reduce}, {lock}; pays 150000; \
             notices 121@150000 122@150000; again +5 d 22 h"
        ),
    );
}

#[test]
fn what_the_phone_may_have_besides_makes_a_tightening_of_it() {
    let mut story = warned();
    // The phone has the ladder. That it was taken back in a hold hasn't reached the phone yet.
    story.happens("2026-02-12T12:00:00+03:00", feed(FeedState::Stale));
    let body = story.convert(at("2026-02-12T12:00:00+03:00")).body.unwrap();
    story.known.made(body);
    story.happens("2026-02-12T13:00:00+03:00", feed(FeedState::Healthy));
    let reduce = reduce("+19 h", "+60 d 19 h");
    story.asked(
        "2026-02-12T13:00:00+03:00",
        &format!("RESTRICT remind, {reduce}; pays 150000; notices 121@150000; again +60 d 19 h"),
    );
}

#[test]
fn a_grant_that_the_phone_cut_is_not_what_it_has() {
    let mut story = warned();
    story.asked("2026-02-12T10:00:00+03:00", "nothing new; again +60 d 22 h");
    story.known.prior.disobeyed = true;
    let reduce = reduce("+22 h", "+60 d 22 h");
    story.asked(
        "2026-02-12T10:00:00+03:00",
        &format!("RESTRICT remind, {reduce}; pays 150000; notices 121@150000; again +60 d 22 h"),
    );
}

#[test]
fn a_step_keeps_its_bound_until_that_has_passed() {
    let story = warned();
    // The phone is away. The next instalment changes the amount; the step keeps its 14 April.
    let kept = reduce("+1 s", "+12 d 23 h");
    story.asked(
        "2026-04-01T09:00:00+03:00",
        &format!(
            "RESTRICT remind, {kept}; pays 300000; notices 121@150000 122@300000; \
             again +12 d 23 h"
        ),
    );
    let renewed = reduce("+1 s", "+60 d 1 s");
    story.asked(
        "2026-04-14T08:00:00+03:00",
        &format!(
            "RESTRICT remind, {renewed}; pays 450000; notices 121@150000 122@450000; \
             again +60 d 1 s"
        ),
    );
}

#[test]
fn a_pass_changes_no_grant() {
    let mut story = locked();
    let moment = story.phone.moment(at("2026-02-18T10:00:00+03:00"));
    let pass = story.phone.charter.pass;
    assert!(story.phone.state.press_pass(&pass, moment.running));
    story.happens("2026-02-18T10:00:00+03:00", EventKind::EmergencyPass);
    let planned = story.plan(at("2026-02-18T10:00:00+03:00"));
    assert_eq!(planned.level, plan::Level::Remind);
    story.phone_at("2026-02-18T10:00:00+03:00", Level::Remind);
    story.turn("2026-02-18T10:00:00+03:00", "nothing new");
    story.turn("2026-02-19T10:00:00+03:00", "nothing new");
    story.phone_at("2026-02-19T10:00:00+03:00", Level::Lock);
}

#[test]
fn a_pack_that_is_not_in_force_never_goes_beyond_remind() {
    let mut story = Story::enrolled(&["in"]);
    assert_eq!(story.phone.charter.highest, Level::Remind);
    story.turn(
        "2026-02-11T00:00:00+03:00",
        "RESTRICT free, then remind +1 s; pays 150000",
    );
    story.phone_at("2026-02-11T00:00:01+03:00", Level::Remind);
    story.turn("2026-06-11T00:00:00+03:00", "RELAX remind; pays 450000");
}

#[test]
fn a_window_has_the_offset_of_its_day_and_ends_with_it() {
    let mut story = Story::in_zone(&["sandbox"], "Europe/Berlin");
    story.facts.contract.instalments[0].due = day("2026-03-24");
    story.facts.contract.instalments[1].due = day("2026-04-24");
    story.facts.contract.instalments[2].due = day("2026-05-24");
    story.turn("2026-03-20T12:00:00+01:00", "RELAX free");
    story.turn(
        "2026-03-25T00:00:00+01:00",
        "RESTRICT free, then remind +1 s; pays 150000",
    );
    story.phone_at("2026-03-25T00:00:01+01:00", Level::Remind);
    story.served("2026-03-25T09:00:00+01:00", "sandbox/first");
    // On 29 March at 02:00 the clocks go forward; the owner doesn't look at the phone before.
    story.turn(
        "2026-03-25T09:00:00+01:00",
        "RESTRICT remind, then reduce +1 d 23 h (shown 121, lead 24 h, heard 72 h, \
         08:00-20:00 +01:00, before +3 d 17 h); pays 150000; notices 121@150000; \
         again +3 d 17 h",
    );
    story.turn(
        "2026-03-27T09:00:00+01:00",
        "RESTRICT remind, then reduce +1 s (shown 121, lead 24 h, heard 72 h, \
         08:00-20:00 +01:00, before +1 d 17 h); pays 150000; notices 121@150000 122@150000; \
         again +1 d 17 h",
    );
    story.asked("2026-03-29T01:59:58+01:00", "nothing new; again +2 s");
    story.turn(
        "2026-03-29T03:00:00+02:00",
        "RESTRICT remind, then reduce +1 s (shown 121, lead 24 h, heard 72 h, \
         08:00-20:00 +02:00, before +60 d 1 s); pays 150000; notices 121@150000 122@150000; \
         again +60 d 1 s",
    );
}

/// Under the strict default, with all notices of `reduce` served.
fn strictly_warned() -> Story {
    let mut story = Story::enrolled(&["strict-default"]);
    let served = [
        ("2026-04-13T09:00:00+03:00", "first", "sms"),
        ("2026-05-04T09:00:00+03:00", "second", "sms"),
        ("2026-05-11T09:00:00+03:00", "final", "sms"),
        ("2026-05-11T09:00:00+03:00", "final", "phone"),
    ];
    for (when, notice, channel) in served {
        story.served_by(when, &format!("strict-default/{notice}"), channel);
    }
    story.known.prior.level = Level::Remind;
    story
}

#[test]
fn a_step_begins_before_the_next_day_that_its_law_forbids_or_not_at_all() {
    let mut story = strictly_warned();
    // Thursday 21 May is a holiday; the law forbids it and the day before.
    story.facts.holidays.push(day("2026-05-21"));
    let told = |story: &Story, when| {
        let converted = story.convert(at(when));
        let later = converted.body.map_or(Vec::new(), |body| body.grant.later);
        let reduce = later.into_iter().find(|step| step.level == Level::Reduce);
        (
            reduce.and_then(|step| step.guards.before),
            converted.again_at,
        )
    };
    let second = |when| Some(at(when).unix_seconds() as u64);
    // Granted when `final` is served, for Thursday 14 May.
    let (before, _) = told(&story, "2026-05-11T09:00:00+03:00");
    assert_eq!(before, second("2026-05-20T00:00:00+03:00"));
    // The phone hasn't begun it by Wednesday: not today and not on the holiday; then anew.
    for (when, tomorrow) in [
        ("2026-05-20T10:00:00+03:00", "2026-05-21T00:00:00+03:00"),
        ("2026-05-21T10:00:00+03:00", "2026-05-22T00:00:00+03:00"),
    ] {
        assert_eq!(told(&story, when), (None, Some(at(tomorrow))), "{when}");
    }
    let (before, _) = told(&story, "2026-05-22T00:00:00+03:00");
    assert_eq!(
        before,
        second("2026-07-21T00:00:01+03:00"),
        "60 days from then"
    );
}

#[test]
fn only_a_step_that_comes_late_may_begin_without_contact() {
    let story = strictly_warned();
    let now = at("2026-05-11T09:00:00+03:00");
    let silence = |days: u32| {
        let mut plan = story.plan(now);
        let step = plan
            .steps
            .iter_mut()
            .find(|s| s.level == plan::Level::Reduce)
            .unwrap();
        step.at = now.plus(Span::days(days));
        let context = Context {
            rules: &story.rules,
            zone: &story.facts.zone,
            decision: [7; 16],
            now,
        };
        let body = convert::grant(&plan, &story.known.prior, &context)
            .unwrap()
            .body;
        let later = body.unwrap().grant.later;
        later
            .into_iter()
            .find(|s| s.level == Level::Reduce)
            .unwrap()
            .guards
            .silence_h
    };
    // 30 days of the charter, and a week in which the grant may wait for the phone.
    assert_eq!(silence(36), Some(72));
    assert_eq!(silence(37), None);
}
