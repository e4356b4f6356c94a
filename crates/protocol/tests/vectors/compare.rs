//! Loosening or tightening: pairs of grants, and by which parts the new one is stricter.

use fairlock_issuer::left_of;
use fairlock_protocol::compare::{Remaining, compare};
use fairlock_protocol::{Grant, Lapse, Level, Notice};

use crate::json::{Json, map};
use crate::lender::{DAY, FIRST, LAST, START, ladder, notice, remind, step, unlock};

const LAPSE: Lapse = Lapse {
    hours: 72,
    level: Level::Reduce,
};
const END: u64 = START + 400 * DAY;

/// Effective values, as a phone under this charter makes them.
fn effective(grant: &Grant) -> (Lapse, u64) {
    let lapse = grant.lapse.map_or(LAPSE, |lapse| lapse.lower(LAPSE));
    (lapse, grant.end.map_or(END, |end| end.min(END)))
}

struct Pair<'a> {
    old: Grant,
    begun: usize,
    cap: Option<Level>,
    bend: &'a dyn Fn(&mut Grant),
    steps: Option<usize>,
    notices: &'a [u16],
    lapse: bool,
    end: bool,
}

fn pair(name: &str, pair: &Pair<'_>) -> Json {
    let mut new = Grant {
        seq: 3,
        later: ladder(2).later.split_off(pair.begun),
        ..pair.old.clone()
    };
    new.warrant = None;
    (pair.bend)(&mut new);
    let (lapse, end) = effective(&pair.old);
    let old = Remaining {
        cap: pair.cap,
        ..left_of(&pair.old, pair.begun, lapse, end)
    };
    let (lapse, end) = effective(&new);
    let got = compare(&new, lapse, end, &old);
    let named = (got.steps, got.notices.as_slice(), got.lapse, got.end);
    assert_eq!(
        named,
        (pair.steps, pair.notices, pair.lapse, pair.end),
        "{name}"
    );
    map! {
        "name": name,
        "old": Json::bytes(&pair.old.payload().expect("a grant")),
        "begun": pair.begun as u64,
        "lapse_fired": pair.cap.map(Level::code),
        "new": Json::bytes(&new.payload().expect("a grant")),
        "stricter": map! {
            "steps": got.steps.map(|index| index as u64),
            "notices": got.notices.iter().map(|id| u64::from(*id)).collect::<Vec<_>>(),
            "lapse": got.lapse, "end": got.end,
        },
        "loosening": got.is_loosening(),
    }
}

fn base<'a>(bend: &'a dyn Fn(&mut Grant)) -> Pair<'a> {
    Pair {
        old: ladder(2),
        begun: 0,
        cap: None,
        bend,
        steps: None,
        notices: &[],
        lapse: false,
        end: false,
    }
}

pub fn file() -> Json {
    let mut pairs = Vec::new();
    let mut looser = |name: &str, bend: &dyn Fn(&mut Grant)| pairs.push(pair(name, &base(bend)));
    looser("the same again", &|_| {});
    looser("an unlock", &|new| *new = unlock(3));
    looser("released", &|new| {
        *new = Grant::plain(3, START, 3, Level::Released)
    });
    looser("the last step left out", &|new| new.later.truncate(2));
    looser("a step a second later", &|new| new.later[1].at += 1);
    looser("lead longer by 1 h", &|new| {
        new.later[1].guards.lead_h = Some(25)
    });
    looser("dwell longer by 1 h", &|new| {
        new.later[2].guards.dwell_h = Some(25)
    });
    looser("silence shorter by 1 h", &|new| {
        new.later[1].guards.silence_h = Some(71)
    });
    looser("before sooner by a second", &|new| {
        new.later[1].guards.before = Some(START + 9 * DAY - 1)
    });
    looser("a guard more", &|new| new.later[1].guards.dwell_h = Some(1));
    looser("a window narrower by a minute", &|new| {
        window(new).to_min -= 1
    });
    looser("a window without Sunday", &|new| window(new).days = 63);
    looser(
        "a further notice named, that stands in the old one",
        &|new| new.later[1].guards.notices = vec![FIRST, LAST],
    );
    looser("amount lower", &|new| first(new).amount -= 1);
    looser("a notice left out that no guard names", &|new| {
        new.later.truncate(2);
        new.notices.truncate(1)
    });
    looser("an unnamed notice shown from later", &|new| {
        new.later.truncate(2);
        new.notices[1].show_from += 1
    });
    looser("pay higher", &|new| new.pay = Some(999_999));
    looser("lapse shorter by 1 h", &|new| {
        new.lapse = Some(Lapse {
            hours: 71,
            level: Level::Reduce,
        })
    });
    looser("lapse longer than the charter's", &|new| {
        new.lapse = Some(Lapse {
            hours: 168,
            level: Level::Reduce,
        })
    });
    let mut stricter =
        |name: &str, steps: Option<usize>, notices: &[u16], bend: &dyn Fn(&mut Grant)| {
            pairs.push(pair(
                name,
                &Pair {
                    steps,
                    notices,
                    ..base(bend)
                },
            ));
        };
    stricter("RELAX tightening by one second", Some(2), &[], &|new| {
        new.later[1].at -= 1
    });
    stricter("a step sooner, in another's place", Some(1), &[], &|new| {
        new.later.insert(0, remind(START + 30));
        new.later.truncate(1);
    });
    stricter("a level higher", Some(1), &[], &|new| {
        new.later.truncate(1);
        new.later[0].level = Level::Reduce;
    });
    stricter("lead shortened by 1 h", Some(2), &[], &|new| {
        new.later[1].guards.lead_h = Some(23)
    });
    stricter("guard stripped: lead", Some(2), &[], &|new| {
        new.later[1].guards.lead_h = None
    });
    stricter("guard stripped: notices", Some(2), &[], &|new| {
        new.later[1].guards.notices.clear()
    });
    stricter("guard stripped: silence", Some(2), &[], &|new| {
        new.later[1].guards.silence_h = None
    });
    stricter("guard stripped: window", Some(2), &[], &|new| {
        new.later[1].guards.window = None
    });
    stricter("guard stripped: before", Some(2), &[], &|new| {
        new.later[1].guards.before = None
    });
    stricter("guard stripped: dwell", Some(3), &[], &|new| {
        new.later[2].guards.dwell_h = None
    });
    stricter("silence longer by 1 h", Some(2), &[], &|new| {
        new.later[1].guards.silence_h = Some(73)
    });
    stricter("before later by a second", Some(2), &[], &|new| {
        new.later[1].guards.before = Some(START + 9 * DAY + 1)
    });
    stricter("window widened by a minute", Some(2), &[], &|new| {
        window(new).from_min -= 1
    });
    stricter("a window at another offset", Some(2), &[], &|new| {
        window(new).offset_min -= 15
    });
    stricter("a new notice", None, &[99], &|new| {
        new.notices.push(notice(99, Level::Remind))
    });
    stricter("a named notice dearer", Some(2), &[FIRST], &|new| {
        first(new).amount += 1
    });
    stricter("a named notice of another day", Some(2), &[FIRST], &|new| {
        first(new).due_day += 1
    });
    stricter(
        "a named notice of another rule",
        Some(2),
        &[FIRST],
        &|new| first(new).reason += 1,
    );
    stricter(
        "a named notice shown from later",
        Some(2),
        &[FIRST],
        &|new| first(new).show_from += 1,
    );
    stricter("a notice shown from earlier", Some(2), &[FIRST], &|new| {
        first(new).show_from -= 1
    });
    pairs.extend(by_state());
    map! {
        "about": "What is left of `old` after `begun` steps, held against `new`, under a charter \
                  with the lapse and the end given here.",
        "charter_lapse": Json::List(vec![u64::from(LAPSE.hours).into(), LAPSE.level.code().into()]),
        "charter_end": END,
        "pairs": pairs,
    }
}

/// Pairs whose old grant has come some way, or that differ in lapse and end.
fn by_state() -> Vec<Json> {
    let lapse = |hours, level| Some(Lapse { hours, level });
    let two = Grant {
        later: ladder(2).later[..2].to_vec(),
        warrant: None,
        ..ladder(2)
    };
    vec![
        pair(
            "steps[0] stricter",
            &Pair {
                begun: 1,
                ..base(&|new| new.level = Level::Remind)
            },
        ),
        pair(
            "each step a level lower",
            &Pair {
                begun: 1,
                ..base(&|new| {
                    new.later[0].level = Level::Remind;
                    new.later[1].level = Level::Reduce
                })
            },
        ),
        pair(
            "a step more",
            &Pair {
                old: two,
                steps: Some(3),
                ..base(&|new| new.later = ladder(2).later)
            },
        ),
        pair(
            "after remind has begun: the rest again",
            &Pair {
                begun: 1,
                ..base(&|_| {})
            },
        ),
        pair(
            "after remind has begun: remind again",
            &Pair {
                begun: 1,
                steps: Some(1),
                ..base(&|new| new.later = ladder(2).later)
            },
        ),
        pair(
            "step added by RELAX under a lowered level",
            &Pair {
                begun: 3,
                steps: Some(1),
                ..base(&|new| {
                    new.level = Level::Remind;
                    new.later = vec![step(Level::Lock, START + 9 * DAY)]
                })
            },
        ),
        pair(
            "after the lapse has fired at reduce: the lock again",
            &Pair {
                begun: 2,
                cap: Some(Level::Reduce),
                steps: Some(1),
                ..base(&|_| {})
            },
        ),
        pair(
            "after the lapse has fired at reduce: a reduce instead",
            &Pair {
                begun: 2,
                cap: Some(Level::Reduce),
                ..base(&|new| new.later[0].level = Level::Reduce)
            },
        ),
        pair(
            "lapse lengthened",
            &Pair {
                old: Grant {
                    lapse: lapse(24, Level::Remind),
                    ..ladder(2)
                },
                lapse: true,
                ..base(&|new| new.lapse = lapse(25, Level::Remind))
            },
        ),
        pair(
            "lapse at a higher level",
            &Pair {
                old: Grant {
                    lapse: lapse(24, Level::Remind),
                    ..ladder(2)
                },
                lapse: true,
                ..base(&|new| new.lapse = lapse(24, Level::Reduce))
            },
        ),
        pair(
            "lapse left out",
            &Pair {
                old: Grant {
                    lapse: lapse(24, Level::Remind),
                    ..ladder(2)
                },
                lapse: true,
                ..base(&|new| new.lapse = None)
            },
        ),
        pair(
            "an unlock after a short lapse",
            &Pair {
                old: Grant {
                    lapse: lapse(24, Level::Remind),
                    end: Some(START + DAY),
                    ..ladder(2)
                },
                ..base(&|new| *new = unlock(3))
            },
        ),
        pair(
            "end moved earlier",
            &Pair {
                end: true,
                ..base(&|new| new.end = Some(START + 300 * DAY))
            },
        ),
        pair(
            "end moved later",
            &Pair {
                old: Grant {
                    end: Some(START + 300 * DAY),
                    ..ladder(2)
                },
                end: true,
                ..base(&|new| new.end = Some(START + 301 * DAY))
            },
        ),
        pair(
            "end after the charter's",
            &base(&|new| new.end = Some(START + 500 * DAY)),
        ),
    ]
}

fn window(grant: &mut Grant) -> &mut fairlock_protocol::Window {
    grant.later[1].guards.window.as_mut().expect("a window")
}

fn first(grant: &mut Grant) -> &mut Notice {
    &mut grant.notices[0]
}
