//! Charters that take another's place: softer at any time, stricter by the borrower's will, other
//! payees by ROOT alone.

use ed25519_dalek::SigningKey;
use fairlock_protocol::charter::{
    AppClass, Channel, FloorApp, FloorKind, Help, Limits, Replacement, Restriction,
};
use fairlock_protocol::ids::Domain;
use fairlock_protocol::refusal::Refusal;
use fairlock_protocol::{Charter, Grant, Level, Role};

use crate::world::{BINDING, DAY, Phone, START, charter, key, key_set, root, sign_by, unlock};

fn open_by(keys: &[SigningKey], new: &Charter) -> Result<Replacement, Refusal> {
    let payload = new.payload().expect("a charter that phones can read");
    let object = sign_by(keys, &BINDING.aad(Domain::Charter), &payload);
    Replacement::open(&object, &BINDING, &key_set(), &charter())
}

/// Bends the charter in force, number 2, signed by CHARTER.
fn bent(bend: impl Fn(&mut Charter)) -> Result<Replacement, Refusal> {
    let mut new = Charter { n: 2, ..charter() };
    bend(&mut new);
    open_by(&[key(Role::Charter)], &new)
}

fn is_softer(bend: impl Fn(&mut Charter)) -> bool {
    let replacement = bent(bend).expect("a charter in order");
    assert!(!replacement.known && !replacement.payees_change);
    replacement.softer
}

fn reduce(bend: impl Fn(&mut Limits)) -> impl Fn(&mut Charter) {
    move |charter| bend(charter.reduce.as_mut().unwrap())
}

#[test]
fn every_field_at_least_as_soft() {
    assert!(is_softer(|_| {}));
    assert!(is_softer(|new| {
        new.highest = Level::Reduce;
        new.lock = None;
    }));
    assert!(is_softer(reduce(|limits| limits.lead_h += 1)));
    assert!(is_softer(reduce(|limits| limits.dwell_h += 1)));
    assert!(is_softer(reduce(|limits| limits.from_min += 1)));
    assert!(is_softer(reduce(|limits| limits.to_min -= 1)));
    assert!(is_softer(reduce(|limits| limits.days = 0b001_1111)));
    assert!(is_softer(|new| {
        new.floor.push(FloorApp {
            kind: FloorKind::Health,
            app: "ke.health".into(),
        });
    }));
    assert!(is_softer(|new| new.classes.truncate(1)));
    assert!(is_softer(|new| new.offline_days += 1));
    assert!(is_softer(|new| new.silence_h -= 1));
    assert!(is_softer(|new| new.lapse.hours -= 1));
    assert!(is_softer(|new| new.lapse.level = Level::Remind));
    assert!(is_softer(|new| new.pass.hours += 1));
    assert!(is_softer(|new| new.pass.times += 1));
    assert!(is_softer(|new| new.pass.period_days -= 1));
    assert!(is_softer(|new| new.code_days += 1));
    assert!(is_softer(|new| new.reset_lead_h += 1));
    assert!(is_softer(|new| new.last_day -= 1));
    assert!(is_softer(|new| new.last_due += 1));
    assert!(is_softer(|new| {
        let more = new.help[0].clone();
        new.help.push(Help {
            contact: "0800 3".into(),
            ..more
        });
    }));
    assert!(is_softer(|new| new.languages.push("luo".into())));
}

#[test]
fn one_field_stricter_needs_the_borrower() {
    assert!(!is_softer(|new| new.lender.push('x')));
    assert!(!is_softer(|new| new.contract.push('x')));
    assert!(!is_softer(|new| new.currency.exponent = 0));
    assert!(!is_softer(reduce(|limits| limits.from_min -= 1)));
    assert!(!is_softer(reduce(|limits| limits.to_min += 1)));
    assert!(!is_softer(|new| new.floor.clear()));
    assert!(!is_softer(|new| new.classes.push(AppClass::Music)));
    assert!(!is_softer(|new| new.lapse.hours += 1));
    assert!(!is_softer(|new| new.code_days -= 1));
    assert!(!is_softer(|new| new.reset_lead_h -= 1));
    assert!(!is_softer(|new| new
        .restrictions
        .push(Restriction::SafeBoot)));
    assert!(!is_softer(|new| new.last_day += 1));
    assert!(!is_softer(|new| new.zone.offset_min += 60));
    assert!(!is_softer(|new| new.help[0].contact.push('x')));
    assert!(!is_softer(|new| new.languages = vec!["fr".into()]));
    // From a softer one than the sample: these fields are at the compiled limits there.
    let mut old = Charter {
        offline_days: 20,
        silence_h: 48,
        ..charter()
    };
    old.pass.hours = 48;
    old.pass.times = 2;
    old.pass.period_days = 20;
    old.reduce.as_mut().unwrap().lead_h = 48;
    old.reduce.as_mut().unwrap().days = 31;
    old.lapse.level = Level::Remind;
    let stricter = |bend: &dyn Fn(&mut Charter)| {
        let mut new = old.clone();
        bend(&mut new);
        assert!(new != old && !new.at_least_as_soft(&old), "{new:?}");
    };
    stricter(&|new| new.offline_days -= 1);
    stricter(&|new| new.silence_h += 1);
    stricter(&|new| new.pass.hours -= 1);
    stricter(&|new| new.pass.times -= 1);
    stricter(&|new| new.pass.period_days += 1);
    stricter(&|new| new.lapse.level = Level::Reduce);
    stricter(&reduce(|limits| limits.lead_h -= 1));
    stricter(&reduce(|limits| limits.days = 63));
    old.highest = Level::Reduce;
    old.lock = None;
    assert!(!charter().at_least_as_soft(&old), "a higher level");
}

#[test]
fn old_charter_replayed() {
    let mut new = charter();
    new.pass.times = 3;
    assert_eq!(
        open_by(&[key(Role::Charter)], &new),
        Err(Refusal::CharterOld)
    );
    let known = open_by(&[key(Role::Charter)], &charter()).unwrap();
    assert!(known.known);
    new.n = 0;
    assert_eq!(
        open_by(&[key(Role::Charter)], &new),
        Err(Refusal::CharterOld)
    );
}

#[test]
fn charters_of_others() {
    let new = Charter { n: 2, ..charter() };
    for role in [Role::Restrict, Role::Relax, Role::Release, Role::Safety] {
        assert_eq!(
            open_by(&[key(role)], &new),
            Err(Refusal::UnknownKid),
            "{role:?}"
        );
    }
    let payload = new.payload().unwrap();
    let other = sign_by(&[key(Role::Charter)], &BINDING.aad(Domain::Grant), &payload);
    let opened = Replacement::open(&other, &BINDING, &key_set(), &charter());
    assert_eq!(opened, Err(Refusal::Signature));
    let breach = bent(|new| new.silence_h = 73);
    assert!(matches!(breach, Err(Refusal::Breach(_))), "{breach:?}");
}

/// Where money goes changes only with 2 of 3 roots.
#[test]
fn payees_change_only_with_root() {
    let changes: [fn(&mut Charter); 3] = [
        |new| new.channels[0].account.push('9'),
        |new| {
            let more = Channel {
                id: 2,
                ..new.channels[0].clone()
            };
            new.channels.push(more);
        },
        |new| new.reference.push('9'),
    ];
    for change in changes {
        assert_eq!(bent(change), Err(Refusal::Root));
        let mut new = Charter { n: 2, ..charter() };
        change(&mut new);
        let by = |roots: &[u8]| {
            let mut keys = vec![key(Role::Charter)];
            keys.extend(roots.iter().map(|n| root(*n)));
            open_by(&keys, &new)
        };
        assert_eq!(by(&[1]), Err(Refusal::Root));
        assert_eq!(by(&[1, 9]), Err(Refusal::Root));
        let taken = by(&[1, 3]).unwrap();
        assert!(taken.payees_change && taken.softer);
    }
}

/// What a softer charter doesn't allow is lowered or dropped, whatever grants say.
#[test]
fn a_softer_charter_lowers_at_once() {
    let mut phone = Phone::at(Level::Lock);
    let mut softer = charter();
    softer.highest = Level::Remind;
    (softer.reduce, softer.lock) = (None, None);
    softer.lapse.hours = 24;
    softer.last_day -= 10;
    phone.state.recharter(&charter(), &softer);
    assert_eq!(phone.level(), Level::Remind);
    assert_eq!(
        (phone.state.lapse.hours, phone.state.end),
        (24, softer.end())
    );
    // A ladder that hasn't begun keeps what the new charter still allows.
    let mut waiting = Phone::on_ladder();
    let mut longer = charter();
    longer.lock.as_mut().unwrap().lead_h = 49;
    waiting.state.recharter(&charter(), &longer);
    assert_eq!(waiting.state.later.len(), 2, "lock's lead is too short now");
}

/// An `end` that RELEASE moved stays; the charter's own moves with it.
#[test]
fn the_end_under_another_charter() {
    let mut phone = Phone::new();
    let mut later = charter();
    later.last_day += 5;
    phone.state.recharter(&charter(), &later);
    assert_eq!(phone.state.end, later.end(), "accepted by the borrower");
    let earlier = Grant {
        end: Some(START + 90 * DAY),
        ..unlock(2)
    };
    let mut moved = Phone::new();
    moved.take(Role::Release, &earlier);
    moved.state.recharter(&charter(), &later);
    assert_eq!(moved.state.end, START + 90 * DAY);
}
