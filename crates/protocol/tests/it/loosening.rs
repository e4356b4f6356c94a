//! The law of the loosening rule: what RELAX or RELEASE can put in force is stricter in no future.
//!
//! Random ladders, random pasts, random new grants, then the same random future for a phone that
//! took the new grant and for one that didn't: time, contact, blind contact, boots, notices seen,
//! passes, codes, caps. And the proof that this search can fail: a rule that overlooks one kind of
//! difference is caught. `FAIRLOCK_MODEL_PAIRS` says how many pairs; a million take minutes in a
//! release build. Left out, as in the design: drifting clocks, power cuts, keys that expire.

use fairlock_protocol::compare::{Remaining, compare};
use fairlock_protocol::in_force::CapLive;
use fairlock_protocol::{Grant, Lapse, Level, Notice, Role, Step, Window};

use crate::world::{DAY, FIRST, HOUR, LAST, Phone, START, daytime, ladder, step, warrant};

/// A small generator, so that a seed is the whole case.
#[derive(Clone)]
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize].clone()
    }
}

fn windows() -> [Window; 4] {
    let day = daytime();
    [
        day,
        Window {
            from_min: 600,
            to_min: 900,
            ..day
        },
        Window {
            days: 0b000_1111,
            ..day
        },
        Window {
            from_min: 540,
            ..day
        },
    ]
}

fn random_step(dice: &mut Dice, level: Level, at: u64) -> Step {
    let mut step = step(level, at);
    if level == Level::Remind {
        step.guards = Default::default();
        return step;
    }
    let guards = &mut step.guards;
    guards.notices = match (level, dice.below(3)) {
        (Level::Reduce, 0) => vec![FIRST],
        (Level::Reduce, 1) => vec![FIRST, LAST],
        _ => vec![LAST],
    };
    guards.lead_h = Some(dice.pick(&[48, 60, 72]));
    guards.silence_h = Some(dice.pick(&[24, 48, 72]));
    if level == Level::Reduce && at >= START + 15 * DAY && dice.one_in(2) {
        guards.silence_h = None;
    }
    guards.window = Some(dice.pick(&windows()));
    guards.dwell_h = match level {
        Level::Lock => Some(dice.pick(&[24, 48])),
        _ => dice.pick(&[None, None, Some(12)]),
    };
    guards.before = Some(at + dice.pick(&[2, 5, 7]) * DAY);
    step
}

fn random_lapse(dice: &mut Dice) -> Option<Lapse> {
    let level = dice.pick(&[Level::Free, Level::Remind, Level::Reduce]);
    dice.pick(&[
        None,
        Some(Lapse {
            hours: dice.clone().pick(&[24, 48, 72]),
            level,
        }),
    ])
}

/// A lawful ladder of up to three steps.
fn random_ladder(dice: &mut Dice) -> Grant {
    let mut at = START;
    let mut later = Vec::new();
    for level in [Level::Remind, Level::Reduce, Level::Lock] {
        at += 60 + dice.below(6) * DAY / 2;
        if level == Level::Reduce && dice.one_in(6) {
            at += 15 * DAY;
        }
        if !dice.one_in(4) {
            later.push(random_step(dice, level, at));
        }
    }
    let covered = later.len() as u8;
    Grant {
        later,
        lapse: random_lapse(dice),
        warrant: Some(warrant(covered)),
        ..ladder(2)
    }
}

/// What is left of the ladder in force, bent here and there.
fn random_successor(dice: &mut Dice, phone: &Phone) -> Grant {
    let remaining = phone.state.remaining();
    let mut grant = Grant {
        level: dice.pick(&[Level::Free, Level::Remind, Level::Reduce, Level::Lock]),
        later: remaining.later.to_vec(),
        notices: remaining.notices.to_vec(),
        lapse: Some(phone.state.lapse),
        base: Some(phone.state.highest),
        ..ladder(phone.state.highest + 1)
    };
    for index in 0..grant.later.len() {
        bend(dice, &mut grant.later[index]);
    }
    if dice.one_in(6) {
        grant.later.pop();
    }
    if dice.one_in(10) {
        let at = grant.later.last().map_or(START, |step| step.at) + DAY;
        grant.later.push(random_step(dice, Level::Lock, at));
    }
    if dice.one_in(6) {
        grant.lapse = random_lapse(dice);
    }
    for notice in &mut grant.notices {
        if dice.one_in(8) {
            bend_notice(dice, notice);
        }
    }
    if let Some(first) = grant.later.first() {
        let below = [Level::Free, Level::Remind, Level::Reduce];
        let below: Vec<Level> = below
            .into_iter()
            .filter(|level| *level < first.level)
            .collect();
        grant.level = dice.pick(&below);
    }
    grant.warrant = Some(warrant(grant.later.len() as u8));
    grant
}

fn bend(dice: &mut Dice, step: &mut Step) {
    let guards = &mut step.guards;
    match dice.below(16) {
        0 => step.at += dice.pick(&[1, HOUR, DAY]),
        1 => step.at -= dice.pick(&[1, HOUR, DAY]),
        2 => guards.lead_h = guards.lead_h.map(|hours| hours + 12),
        3 => guards.lead_h = guards.lead_h.map(|hours| hours.saturating_sub(12).max(24)),
        4 => guards.silence_h = guards.silence_h.map(|hours| dice.pick(&[hours, 24])),
        5 => guards.silence_h = Some(72),
        6 => guards.window = guards.window.map(|_| dice.pick(&windows())),
        7 => guards.dwell_h = guards.dwell_h.map(|hours| hours + 12),
        8 => guards.dwell_h = guards.dwell_h.map(|hours| hours.min(24)),
        9 => guards.before = guards.before.map(|before| before - DAY / 2),
        10 => guards.before = guards.before.map(|before| before + DAY),
        11 => guards.notices = dice.pick(&[vec![FIRST], vec![FIRST, LAST], vec![LAST]]),
        12 if step.level == Level::Lock => step.level = Level::Reduce,
        _ => {}
    }
}

fn bend_notice(dice: &mut Dice, notice: &mut Notice) {
    match dice.below(4) {
        0 => notice.amount -= 1,
        1 => notice.amount += 1,
        2 => notice.due_day += 1,
        _ => notice.show_from -= 1,
    }
}

/// One thing that happens to a phone, the same for both.
fn happen(dice: &mut Dice, phones: &mut [Phone]) {
    let what = dice.below(32);
    let seconds = dice.pick(&[60, HOUR, 3 * HOUR, 7 * HOUR, DAY, 2 * DAY]);
    let id = dice.pick(&[FIRST, LAST]);
    let level = dice.pick(&[Level::Free, Level::Remind, Level::Reduce, Level::Lock]);
    for phone in phones.iter_mut() {
        phone.state.settle(&phone.moment);
    }
    let pressed = phones.iter().all(|phone| {
        let left = phone
            .state
            .passes_left(&phone.charter.pass, phone.moment.running);
        phone.level() >= Level::Reduce && left > 0
    });
    for phone in phones {
        match what {
            0 | 1 => phone.reboot(),
            2..=5 => {
                phone.state.shown_for(id, 5, phone.moment.lower);
            }
            // A pass that only one of them could press would compare two borrowers.
            6 | 7 if pressed => assert!(phone.press_pass()),
            8 | 9 => {
                let fresh = phone.state.fresh.unwrap_or(START);
                phone.contact_fresh(fresh);
            }
            10 => phone.state.open_by_code(1 + (seconds % 3) as u16, 7),
            11 => {
                let until = phone.moment.lower + seconds;
                cap(phone, level, until);
            }
            12..=25 => {
                phone.wait(seconds);
                phone.contact();
            }
            _ => phone.wait(seconds),
        }
        phone.wait(0);
    }
}

/// A cap without its signature: of one level the one that ends last.
fn cap(phone: &mut Phone, level: Level, until: u64) {
    let caps = &mut phone.state.caps;
    let before = caps.iter().find(|cap| cap.level == level);
    let until = before.map_or(until, |cap| cap.until.max(until));
    caps.retain(|cap| cap.level != level);
    if phone.state.released.is_none() {
        caps.push(CapLive { level, until });
        caps.sort_by_key(|cap| cap.level);
    }
}

/// A past: the ladder, and some of it begun.
fn past(dice: &mut Dice, template: &Phone) -> Phone {
    let mut phone = template.clone();
    phone.take(Role::Restrict, &random_ladder(dice));
    let mut alone = [phone];
    for _ in 0..dice.below(40) {
        happen(dice, &mut alone);
    }
    let [phone] = alone;
    phone
}

/// Looks for a moment at which the second phone is stricter than the first.
fn stricter_somewhere(dice: &mut Dice, old: Phone, new: Phone) -> Option<String> {
    let mut phones = [old, new];
    for _ in 0..40 {
        let [old, new] = &phones;
        if new.state.begun.is_empty() && new.state.next_step().is_none() {
            // Free for ever: nobody is below that.
            return None;
        }
        if new.level() > old.level() {
            return Some(format!(
                "{:?} > {:?}\n{old:?}\n{new:?}",
                new.level(),
                old.level(),
                old = old.state,
                new = new.state
            ));
        }
        happen(dice, &mut phones);
    }
    None
}

/// What a search has seen.
#[derive(Default)]
struct Tally {
    pairs: u64,
    /// Of which the new grant was taken whole.
    whole: u64,
    /// Of which it ended up lower at some moment.
    lower: u64,
}

/// Successors that are tried on one past.
const SUCCESSORS: u64 = 8;

/// One seed is one past and what may follow it.
fn try_past(seed: u64, template: &Phone, tally: &mut Tally) {
    let mut dice = Dice(seed);
    let old = past(&mut dice, template);
    if old.state.released.is_some() {
        return;
    }
    for _ in 0..SUCCESSORS {
        try_pair(seed, &old, &mut dice, tally);
    }
}

fn try_pair(seed: u64, old: &Phone, dice: &mut Dice, tally: &mut Tally) {
    let mut successor = random_successor(dice, old);
    let role = dice.pick(&[Role::Relax, Role::Relax, Role::Release]);
    if role == Role::Release && dice.one_in(2) {
        successor.end = Some(old.moment.lower + dice.below(20) * DAY);
    }
    if successor.payload().is_err() {
        return;
    }
    let mut new = old.clone();
    let accepted = new.take(role, &successor);
    tally.pairs += 1;
    tally.whole += u64::from(accepted.cuts.is_empty());
    tally.lower += u64::from(new.level() < old.level());
    if let Some(found) = stricter_somewhere(dice, old.clone(), new) {
        panic!("seed {seed}, {role:?}: {found}\n{successor:#?}");
    }
}

/// So many cost about 13 s of one core in an ordinary build.
const PAIRS: u64 = 20_000;

#[test]
fn a_loosening_is_stricter_in_no_future() {
    let wanted = std::env::var("FAIRLOCK_MODEL_PAIRS").ok();
    let wanted = wanted.map_or(PAIRS, |text| text.parse().expect("a number of pairs"));
    let template = Phone::new();
    let search = |half: u64| {
        let mut tally = Tally::default();
        let mut seed = half;
        while tally.pairs < wanted.div_ceil(2) {
            try_past(seed, &template, &mut tally);
            seed += 2;
        }
        tally
    };
    let tallies = std::thread::scope(|scope| {
        let threads = [0, 1].map(|half| scope.spawn(move || search(half)));
        threads.map(|thread| thread.join().expect("no pair that is stricter"))
    });
    let sum = |of: fn(&Tally) -> u64| tallies.iter().map(of).sum::<u64>();
    let (pairs, whole, lower) = (sum(|t| t.pairs), sum(|t| t.whole), sum(|t| t.lower));
    println!("{pairs} pairs, {whole} taken whole, {lower} lower at once: none stricter");
    assert!(whole > pairs / 10 && lower > pairs / 50, "{whole} {lower}");
}

/// The rule with one difference overlooked: that part of the old grant is copied into the new.
type Overlook = fn(&mut Grant, &Remaining<'_>);

/// What a weaker rule would let pass, and how much of it was found out.
#[derive(Default)]
struct Caught {
    passed: usize,
    found: usize,
}

/// Tries one pair of grants on a weaker rule.
fn try_rule(caught: &mut Caught, overlook: Overlook, old: &Phone, new: &Grant, dice: &mut Dice) {
    let remaining = old.state.remaining();
    let effective = |grant: &Grant| {
        let charter = old.charter.lapse;
        grant.lapse.map_or(charter, |lapse| lapse.lower(charter))
    };
    let loosens =
        |grant: &Grant| compare(grant, effective(grant), remaining.end, &remaining).is_loosening();
    let mut seen = new.clone();
    overlook(&mut seen, &remaining);
    if !loosens(&seen) || loosens(new) {
        return;
    }
    caught.passed += 1;
    // What a phone with the weaker rule would have in force.
    let mut fooled = old.clone();
    fooled.take(Role::Restrict, new);
    fooled.state.lapse = effective(new);
    let found = (0..4).any(|_| stricter_somewhere(dice, old.clone(), fooled.clone()).is_some());
    caught.found += usize::from(found);
}

fn each(grant: &mut Grant, old: &Remaining<'_>, copy: impl Fn(&mut Step, &Step)) {
    for (step, before) in grant.later.iter_mut().zip(old.later) {
        copy(step, before);
    }
}

#[test]
fn planted_weaker_rules_are_caught() {
    let rules: [(&str, Overlook); 9] = [
        ("at", |new, old| {
            each(new, old, |step, before| step.at = before.at)
        }),
        ("lead", |new, old| {
            each(new, old, |step, before| {
                step.guards.lead_h = before.guards.lead_h
            });
        }),
        ("silence", |new, old| {
            each(new, old, |step, before| {
                step.guards.silence_h = before.guards.silence_h
            });
        }),
        ("window", |new, old| {
            each(new, old, |step, before| {
                step.guards.window = before.guards.window
            });
        }),
        ("dwell", |new, old| {
            each(new, old, |step, before| {
                step.guards.dwell_h = before.guards.dwell_h
            });
        }),
        ("before", |new, old| {
            each(new, old, |step, before| {
                step.guards.before = before.guards.before
            });
        }),
        ("notices", |new, old| {
            each(new, old, |step, before| {
                step.guards.notices = before.guards.notices.clone()
            });
        }),
        ("steps added", |new, old| {
            new.later.truncate(old.later.len())
        }),
        ("lapse", |new, old| new.lapse = Some(old.lapse)),
    ];
    let mut caught = rules.map(|_| Caught::default());
    let template = Phone::new();
    for seed in 0..4000 {
        let mut dice = Dice(seed);
        let old = past(&mut dice, &template);
        let new = random_successor(&mut dice, &old);
        if new.payload().is_ok() {
            for ((_, overlook), caught) in rules.iter().zip(&mut caught) {
                try_rule(caught, *overlook, &old, &new, &mut dice);
            }
        }
    }
    for ((name, _), Caught { passed, found }) in rules.iter().zip(caught) {
        println!("{name}: {found} of {passed} stricter grants found out");
        assert!(
            passed > 10,
            "{name}: only {passed} grants got past the weaker rule"
        );
        assert!(
            found > 0,
            "{name}: none of {passed} stricter grants was found out"
        );
    }
}
