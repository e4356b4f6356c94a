//! Charters: packs in words, limits in words.

use fairlock_protocol::charter::{Charter, Limits};

use super::kit::{charter, rules, zone_of};

fn limits(limits: &Option<Limits>) -> String {
    limits.as_ref().map_or("never".to_owned(), |l| {
        let time = |min: u16| format!("{:02}:{:02}", min / 60, min % 60);
        let (from, to) = (time(l.from_min), time(l.to_min));
        format!(
            "lead {} h, dwell {} h, {from}-{to} on {:07b}",
            l.lead_h, l.dwell_h, l.days
        )
    })
}

fn told(charter: &Charter) -> String {
    format!(
        "{}; reduce {}; lock {}; pass {} h in {} days",
        charter.highest.word(),
        limits(&charter.reduce),
        limits(&charter.lock),
        charter.pass.hours,
        charter.pass.period_days
    )
}

fn check(packs: &[&str], expected: &str) {
    let charter = charter(&rules(packs), &zone_of("Africa/Nairobi"));
    assert_eq!(told(&charter), expected, "{packs:?}");
}

#[test]
fn a_charter_has_the_tightest_limits_of_its_packs() {
    check(
        &["sandbox"],
        "lock; reduce lead 24 h, dwell 0 h, 08:00-20:00 on 1111111; \
         lock lead 48 h, dwell 24 h, 08:00-20:00 on 1111111; pass 24 h in 30 days",
    );
    check(
        &["strict-default"],
        "lock; reduce lead 72 h, dwell 0 h, 09:00-16:00 on 0001111; \
         lock lead 72 h, dwell 336 h, 09:00-16:00 on 0001111; pass 48 h in 30 days",
    );
    check(
        &["sandbox", "strict-default"],
        "lock; reduce lead 72 h, dwell 0 h, 09:00-16:00 on 0001111; \
         lock lead 72 h, dwell 336 h, 09:00-16:00 on 0001111; pass 48 h in 30 days",
    );
    // A law that isn't in force permits nothing, whatever stands beside it.
    check(
        &["in"],
        "remind; reduce never; lock never; pass 24 h in 30 days",
    );
    check(
        &["in", "sandbox"],
        "remind; reduce never; lock never; pass 24 h in 30 days",
    );
}

#[test]
fn a_charter_knows_its_zone_to_the_last_day() {
    let charter = charter(&rules(&["sandbox"]), &zone_of("Europe/Berlin"));
    assert_eq!(charter.zone.offset_min, 60);
    // 29 March 01:00 UTC to summer time; the last day is 7 October, before the next change.
    assert_eq!(charter.zone.transitions, [(1_774_746_000, 120)]);
    assert_eq!(charter.last_day - charter.last_due, 180);
}

#[test]
fn the_largest_ordinary_charter_fits_and_reads_back() {
    let charter = charter(&rules(&["strict-default"]), &zone_of("America/New_York"));
    let payload = charter.payload().unwrap();
    assert_eq!(Charter::read(&payload).unwrap(), charter);
}
