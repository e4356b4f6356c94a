//! What a plan hands to the signer: the tightest conditions of each step over all packs.

use fairlock_domain::calendar::{Day, Instant, Span};
use fairlock_domain::plan::{Guards, Level, Plan, Step, plan};
use fairlock_rulebook::time;

use super::story::Story;

fn planned(story: &str, at: &str) -> (Story, Plan) {
    let story = Story::read(story);
    let plan = plan(&story.facts, &story.rules, instant(at)).expect("facts that fit together");
    (story, plan)
}

fn instant(text: &str) -> Instant {
    time::parse_instant(text).expect("an instant")
}

fn guards(step: &Step) -> &Guards {
    step.guards.as_ref().expect("guards of a step above remind")
}

#[test]
fn a_step_carries_what_a_phone_can_check() {
    let (_, plan) = planned(
        "strict-default in Asia/Kolkata, signed 2026-01-10
        holiday 2026-05-28
        due 2026-02-10 1500.00",
        "2026-05-12T12:00:00+05:30",
    );
    let step = &plan.steps[0];
    assert_eq!(
        (step.at, step.level),
        (instant("2026-05-14T09:00:00+05:30"), Level::Reduce)
    );
    let guards = guards(step);
    assert_eq!((guards.lead_hours, guards.dwell_hours), (72, 0));
    assert_eq!(
        (guards.from_minute, guards.to_minute, guards.weekdays),
        (540, 960, 0b1111)
    );
    // Wed 27 May is the day before a holiday.
    assert_eq!(guards.before, Some(instant("2026-05-27T00:00:00+05:30")));
    let notices: Vec<_> = guards
        .notices
        .iter()
        .map(|n| {
            (
                n.notice.as_str(),
                n.notice_number,
                n.at,
                n.arrears.minor(),
                n.due_day,
            )
        })
        .collect();
    let due = Day::parse("2026-02-10").expect("a day");
    let expected = [
        (
            "first",
            221,
            instant("2026-04-13T09:00:00+05:30"),
            150_000,
            due,
        ),
        (
            "second",
            222,
            instant("2026-05-04T09:00:00+05:30"),
            150_000,
            due,
        ),
        (
            "final",
            223,
            instant("2026-05-11T09:00:00+05:30"),
            150_000,
            due,
        ),
    ];
    assert_eq!(notices, expected);
    assert_eq!(guards.rules, [211, 212, 221, 222, 223]);
    assert!(plan.reached.is_empty());
}

#[test]
fn a_lock_ends_with_the_approval_it_rests_on() {
    let story = "strict-default in Asia/Kolkata, signed 2026-01-10
        due 2026-02-10 1500.00
        2026-05-26 12:00 approve";
    let (_, plan) = planned(story, "2026-05-27T12:00:00+05:30");
    assert_eq!(plan.reached.len(), 1, "reduce stands");
    let lock = &plan.steps[0];
    assert_eq!(
        (lock.at, lock.level),
        (instant("2026-05-28T09:00:00+05:30"), Level::Lock)
    );
    let guards = guards(lock);
    assert_eq!((guards.lead_hours, guards.dwell_hours), (72, 336));
    assert_eq!(
        guards.before,
        Some(instant("2026-06-02T12:00:00+05:30")),
        "7 x 24 h after it was given"
    );
    assert_eq!(guards.rules, [211, 214, 215, 216, 221, 222, 223, 224]);
}

#[test]
fn what_stands_is_handed_over_too_so_that_a_phone_can_follow() {
    let (_, plan) = planned(
        "sandbox in Africa/Nairobi, signed 2026-01-10
        due 2026-02-10 1500.00
        2026-02-18 12:00 pass",
        "2026-02-18T13:00:00+03:00",
    );
    assert_eq!(plan.level, Level::Remind, "a pass caps");
    let reached: Vec<_> = plan.reached.iter().map(|s| (s.level, s.at)).collect();
    let expected = [
        (Level::Reduce, instant("2026-02-13T08:00:00+03:00")),
        (Level::Lock, instant("2026-02-17T08:00:00+03:00")),
    ];
    assert_eq!(reached, expected, "beneath the pass");
    assert_eq!(guards(&plan.reached[0]).lead_hours, 24);
    let lock = guards(&plan.reached[1]);
    assert_eq!(
        (lock.lead_hours, lock.dwell_hours, lock.before),
        (48, 24, None)
    );
    assert_eq!(lock.rules, [113, 114, 115, 121, 122]);
}

#[test]
fn over_several_packs_the_tightest_of_each_counts() {
    let (_, plan) = planned(
        "sandbox+strict-default in Asia/Kolkata, signed 2026-01-10
        due 2026-02-10 1500.00",
        "2026-05-14T09:00:00+05:30",
    );
    let reduce = &plan.reached[0];
    assert_eq!(
        reduce.at,
        instant("2026-05-14T09:00:00+05:30"),
        "when the last pack reached it"
    );
    let guards = guards(reduce);
    assert_eq!(
        (guards.from_minute, guards.to_minute, guards.weekdays),
        (540, 960, 0b1111)
    );
    assert_eq!(guards.lead_hours, 72);
    let names: Vec<&str> = guards.notices.iter().map(|n| n.notice.as_str()).collect();
    assert_eq!(names, ["first", "first", "second", "final"]);
    assert_eq!(plan.reached.len(), 1, "only the sandbox is at lock");
}

#[test]
fn nobody_is_asked_for_money_while_it_may_not_be_owed() {
    let table = [
        ("wrong_person", false),
        ("death", false),
        ("insolvency", false),
        ("court", false),
        ("dispute", true),
        ("hardship", true),
        ("promise", true),
    ];
    for (kind, demands) in table {
        let (_, plan) = planned(
            &format!(
                "sandbox in Africa/Nairobi, signed 2026-01-10
                due 2026-02-10 1500.00
                2026-02-12 12:00 hold H {kind}"
            ),
            "2026-02-12T13:00:00+03:00",
        );
        assert_eq!(plan.may_demand, demands, "{kind}");
    }
}

#[test]
fn a_notice_to_serve_says_how() {
    let (_, plan) = planned(
        "strict-default in Asia/Kolkata, signed 2026-01-10, by hand
        due 2026-02-10 1500.00",
        "2026-04-14T12:00:00+05:30",
    );
    let due = &plan.notices_due[0];
    assert_eq!(
        (due.notice.as_str(), due.notice_number, due.level),
        ("first", 221, Level::Reduce)
    );
    assert_eq!(due.at, instant("2026-04-13T09:00:00+05:30"));
    assert_eq!(
        (due.channels, due.proof.name(), due.lead_hours),
        (1, "delivered", 504)
    );
}

/// The first step to `reduce` of a sandbox whose window minds holidays like this: 10 + 3 days is Fri
/// 13 February, from 08:00.
#[track_caller]
fn check_before((on, before): (bool, bool), holidays: &str, begins: &str, ends: Option<&str>) {
    let mut story = Story::read(&format!(
        "sandbox in Africa/Nairobi, signed 2026-01-10
        {holidays}
        due 2026-02-10 1500.00"
    ));
    let reduce = story.rules.packs[0].reduce.as_mut().expect("conditions");
    let days = &mut reduce.window.as_mut().expect("a window").value.days;
    (days.not_on_holidays, days.not_before_holidays) = (on, before);
    let now = instant("2026-02-12T12:00:00+03:00");
    let plan = plan(&story.facts, &story.rules, now).expect("facts that fit together");
    let step = &plan.steps[0];
    assert_eq!(step.at, instant(begins));
    assert_eq!(guards(step).before, ends.map(instant));
}

#[test]
fn a_step_ends_with_the_first_day_that_its_law_forbids() {
    let (friday, saturday) = ("2026-02-13T08:00:00+03:00", "2026-02-14T08:00:00+03:00");
    let monday = "holiday 2026-02-16";
    check_before((false, false), monday, friday, None);
    check_before(
        (true, false),
        monday,
        friday,
        Some("2026-02-16T00:00:00+03:00"),
    );
    check_before(
        (false, true),
        monday,
        friday,
        Some("2026-02-15T00:00:00+03:00"),
    );
    check_before(
        (true, true),
        monday,
        friday,
        Some("2026-02-15T00:00:00+03:00"),
    );
    // A holiday on the day after: forbidden on its eve, itself, or both.
    let tomorrow = "holiday 2026-02-14";
    check_before(
        (true, false),
        tomorrow,
        friday,
        Some("2026-02-14T00:00:00+03:00"),
    );
    check_before((false, true), tomorrow, saturday, None);
    check_before((true, true), tomorrow, "2026-02-15T08:00:00+03:00", None);
}

#[test]
fn hours_of_a_lead_are_rounded_up_for_the_phone() {
    for (minutes, hours) in [(1, 1), (59, 1), (60, 1), (61, 2), (90, 2), (120, 2)] {
        let mut story = Story::read(
            "sandbox in Africa/Nairobi, signed 2026-01-10
            due 2026-02-10 1500.00",
        );
        story.rules.packs[0].notices[0].terms.value.lead = Span::minutes(minutes);
        let now = instant("2026-02-12T12:00:00+03:00");
        let plan = plan(&story.facts, &story.rules, now).expect("facts that fit together");
        assert_eq!(
            guards(&plan.steps[0]).lead_hours,
            hours,
            "{minutes} minutes"
        );
    }
}
