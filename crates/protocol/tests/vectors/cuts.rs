//! Every cut of a grant: which of several answers, and what takes effect all the same.

use fairlock_protocol::channel::wrap;
use fairlock_protocol::ids::{Domain, lender_aad};
use fairlock_protocol::keyset::Role;
use fairlock_protocol::log::{Checkpoint, Proof, leaf, node};
use fairlock_protocol::{Grant, Lapse, Level, sha256};

use crate::json::Json;
use crate::lender::{
    DAY, FIRST, LENDER, START, charter, grant_by, key, key_set_with_log, ladder, notice, sign_as,
    step, unlock, warrant,
};
use crate::run::{Gives, States, Story, whole};

type Bend<'a> = &'a dyn Fn(&mut Grant);

/// Every cut, and the first of several.
pub fn cuts(states: &States) -> Vec<Json> {
    let mut out = Vec::new();
    let sooner = || Grant {
        later: vec![step(Level::Reduce, START + DAY)],
        warrant: Some(warrant(1)),
        base: Some(2),
        ..ladder(3)
    };
    let mut check = |name: &str, role, grant: &Grant, cuts: &[(u64, u8)]| {
        let mut story = states.on_ladder();
        story.gives(role, grant, Gives::Cuts(cuts.to_vec()));
        out.push(story.vector(name));
    };
    check(
        "a sooner reduce by RESTRICT, with all it needs",
        Role::Restrict,
        &sooner(),
        &[],
    );
    // Faults are added from the last check to the first; the first answers.
    let mut grant = sooner();
    grant.later[0].guards.lead_h = Some(23);
    check(
        "charter: lead shortened by 1 h",
        Role::Restrict,
        &grant,
        &[(108, 1)],
    );
    grant.warrant = None;
    check("warrant: missing", Role::Restrict, &grant, &[(106, 1)]);
    grant.base = Some(1);
    check("base: stale", Role::Restrict, &grant, &[(105, 1)]);
    grant.iat = START + 2 + 601;
    check("iat: future", Role::Restrict, &grant, &[(104, 1)]);
    check("role: RELAX adds a step", Role::Relax, &grant, &[(103, 1)]);
    grant.seq = 2;
    grant.base = Some(1);
    check("seq: an equal one", Role::Relax, &grant, &[(102, 1)]);
    grant.ksv = 1;
    check("ksv: below the floor", Role::Relax, &grant, &[(101, 1)]);
    grant.ksv = 4;
    check("ksv: above the phone's", Role::Relax, &grant, &[(101, 1)]);
    let bent = |bend: &dyn Fn(&mut Grant)| {
        let mut grant = sooner();
        bend(&mut grant);
        grant
    };
    check(
        "iat: at the upper bound and 10 min",
        Role::Restrict,
        &bent(&|one| one.iat = START + 602),
        &[],
    );
    check(
        "warrant: covers none of the later steps",
        Role::Restrict,
        &bent(&|one| one.warrant = Some(warrant(0))),
        &[(106, 1)],
    );
    let charter: [(&str, Bend<'_>); 14] = [
        ("charter: no notices", &|one| {
            one.later[0].guards.notices.clear()
        }),
        ("charter: a notice that isn't there", &|one| {
            one.later[0].guards.notices = vec![FIRST, 99]
        }),
        ("charter: a notice of a lower level", &|one| {
            one.notices[0].level = Level::Remind
        }),
        ("charter: no lead", &|one| one.later[0].guards.lead_h = None),
        ("charter: no window", &|one| {
            one.later[0].guards.window = None
        }),
        ("charter: window widened by a minute", &|one| {
            one.later[0].guards.window.as_mut().expect("one").to_min += 1
        }),
        ("charter: a window at another offset", &|one| {
            one.later[0].guards.window.as_mut().expect("one").offset_min = 120
        }),
        ("charter: no before", &|one| {
            one.later[0].guards.before = None
        }),
        ("charter: silence too long", &|one| {
            one.later[0].guards.silence_h = Some(73)
        }),
        ("charter: reduce without silence_h, too soon", &|one| {
            one.later[0].guards.silence_h = None
        }),
        ("charter: reduce within 60 days of at", &|one| {
            one.later[0].guards.before = Some(one.later[0].at + 60 * DAY + 1)
        }),
        ("charter: lock without dwell", &|one| {
            one.later[0] = lock(|step| step.guards.dwell_h = None)
        }),
        ("charter: lock without silence_h", &|one| {
            one.later[0] = lock(|step| step.guards.silence_h = None)
        }),
        ("charter: lock within 7 days of at", &|one| {
            one.later[0] = lock(|step| step.guards.before = Some(step.at + 7 * DAY + 1))
        }),
    ];
    for (name, bend) in charter {
        check(name, Role::Restrict, &bent(bend), &[(108, 1)]);
    }
    let offline = bent(&|one| {
        one.later[0] = step(Level::Reduce, START + 14 * DAY);
        one.later[0].guards.silence_h = None;
    });
    check(
        "charter: reduce without silence_h, after 14 days",
        Role::Restrict,
        &offline,
        &[],
    );
    let late = Grant {
        base: Some(2),
        notices: [notice(9, Level::Remind)]
            .into_iter()
            .chain(ladder(3).notices)
            .collect(),
        ..ladder(3)
    };
    check(
        "role: a new notice by RELAX",
        Role::Relax,
        &late,
        &[(103, 0)],
    );
    check("a new notice by RESTRICT", Role::Restrict, &late, &[]);
    let shown_earlier = Grant {
        notices: ladder(3)
            .notices
            .iter()
            .map(|one| fairlock_protocol::Notice {
                show_from: START - 1,
                ..*one
            })
            .collect(),
        base: Some(2),
        ..ladder(3)
    };
    check(
        "role: next notice pre-shown by RELAX",
        Role::Relax,
        &shown_earlier,
        &[(103, 2)],
    );
    let lapse = |hours| Grant {
        lapse: Some(Lapse {
            hours,
            level: Level::Reduce,
        }),
        ..ladder(3)
    };
    check("lapse shortened by RELAX", Role::Relax, &lapse(48), &[]);
    let mut longer = states.on_ladder();
    longer.gives(Role::Relax, &lapse(48), whole());
    longer.gives(
        Role::Relax,
        &Grant {
            seq: 4,
            ..lapse(72)
        },
        Gives::Cuts(vec![(109, 0)]),
    );
    out.push(longer.vector("lapse: lengthened by RELAX"));
    let mut end = states.on_ladder();
    let ends = |seq, end| Grant {
        end: Some(end),
        ..ladder(seq)
    };
    end.gives(
        Role::Relax,
        &ends(3, START + 30 * DAY),
        Gives::Cuts(vec![(103, 0)]),
    );
    end.gives(Role::Release, &ends(4, START + 30 * DAY), whole());
    end.gives(
        Role::Release,
        &ends(5, START + 31 * DAY),
        Gives::Cuts(vec![(110, 0)]),
    );
    out.push(end.vector("end: moved by RELAX, by RELEASE, and later"));
    let mut stale = states.at_lock();
    let frees = Grant {
        warrant: Some(warrant(1)),
        later: vec![step(Level::Reduce, START + 9 * DAY)],
        base: Some(1),
        ..ladder(3)
    };
    stale.gives(Role::Restrict, &frees, Gives::Cuts(vec![(105, 1)]));
    stale.is(Level::Free);
    out.push(stale.vector("stale base cuts but frees"));
    let mut paid = states.at_lock();
    let bad_last = Grant {
        warrant: Some(warrant(1)),
        later: vec![lock(|step| {
            step.at = START + 9 * DAY;
            step.guards.notices.clear()
        })],
        base: Some(2),
        ..ladder(3)
    };
    paid.gives(Role::Restrict, &bad_last, Gives::Cuts(vec![(108, 1)]));
    paid.is(Level::Free);
    out.push(paid.vector("paid grant with a bad last step unlocks"));
    out.extend(logged());
    out
}

/// A lock alone, bent.
fn lock(bend: impl Fn(&mut fairlock_protocol::Step)) -> fairlock_protocol::Step {
    let mut step = step(Level::Lock, START + 2 * DAY);
    bend(&mut step);
    step
}

/// The root of a tree over leaf hashes, and the siblings of one (RFC 9162, 2.1).
fn tree(leaves: &[[u8; 32]], index: usize) -> ([u8; 32], Vec<[u8; 32]>) {
    if let [one] = leaves {
        return (*one, Vec::new());
    }
    let at = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(at);
    let ((left, below_left), (right, below_right)) = (
        tree(left, index.min(at - 1)),
        tree(right, index.saturating_sub(at)),
    );
    let mut below = if index < at { below_left } else { below_right };
    below.push(if index < at { right } else { left });
    (node(&left, &right), below)
}

fn proof(role: Role, size: u8, index: usize, grant: &Grant) -> Proof {
    let mut leaves: Vec<_> = (0..size).map(|n| leaf(&[n; 32])).collect();
    leaves[index] = leaf(&sha256(&grant.payload().expect("a grant")));
    let (root, path) = tree(&leaves, index);
    let checkpoint = Checkpoint {
        size: size.into(),
        root,
        iat: START,
    };
    let aad = lender_aad(Domain::Checkpoint, &LENDER);
    Proof {
        checkpoint: sign_as(
            &key(role),
            &aad,
            &checkpoint.payload().expect("a checkpoint"),
        ),
        index: index as u64,
        path,
    }
}

fn logged() -> Vec<Json> {
    let mut out = Vec::new();
    let mut check = |name: &str, proof: Option<&Proof>, cuts: &[(u64, u8)]| {
        let mut story = Story::begun(charter(), key_set_with_log());
        let object = grant_by(Role::Restrict, &ladder(2));
        let encoded = proof.map(Proof::encode);
        story.gives_bytes(
            &wrap(&object, encoded.as_deref()),
            0,
            Gives::Cuts(cuts.to_vec()),
        );
        story.gives(Role::Relax, &unlock(3), whole());
        out.push(story.vector(name));
    };
    let cut = &[(107, 1)];
    check("proof: none under a key set with a log", None, cut);
    for (size, index) in [(1, 0), (2, 1), (3, 2), (5, 4), (7, 3), (8, 7)] {
        let name = format!("proof: leaf {index} of {size}");
        check(&name, Some(&proof(Role::Log, size, index, &ladder(2))), &[]);
    }
    check(
        "proof: of another grant",
        Some(&proof(Role::Log, 5, 2, &ladder(3))),
        cut,
    );
    check(
        "proof: a checkpoint by CONTACT",
        Some(&proof(Role::Contact, 5, 2, &ladder(2))),
        cut,
    );
    let bent = |bend: &dyn Fn(&mut Proof)| {
        let mut proof = proof(Role::Log, 5, 2, &ladder(2));
        bend(&mut proof);
        proof
    };
    check(
        "proof: another index",
        Some(&bent(&|proof| proof.index = 3)),
        cut,
    );
    check(
        "proof: a sibling too many",
        Some(&bent(&|proof| proof.path.push([0; 32]))),
        cut,
    );
    check(
        "proof: a sibling missing",
        Some(&bent(&|proof| {
            proof.path.pop();
        })),
        cut,
    );
    out
}
