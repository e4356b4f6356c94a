//! Contact tokens, caps and key sets at the gate.

use fairlock_protocol::cap::Cap;
use fairlock_protocol::cose::Alg;
use fairlock_protocol::ids::{Domain, short};
use fairlock_protocol::keyset::Role;
use fairlock_protocol::{Grant, Level};

use crate::item::{Item, Uint};
use crate::json::Json;
use crate::lender::{
    DAY, HOUR, START, binding, by_roots, grant_by, key, ladder, next_key_set, raw, sign_as,
    stranger, unlock,
};
use crate::run::{Gives, States, Story, whole};

/// Contact tokens, caps and key sets at the gate.
pub fn others(states: &States) -> Vec<Json> {
    let mut out = Vec::new();
    let newest = |story: &Story| short(&story.state.hash);
    let mut check = |name: &str,
                     role,
                     travelled,
                     bend: &dyn Fn(&mut fairlock_protocol::contact::ContactToken),
                     code: Option<u64>| {
        let mut story = states.on_ladder();
        story.pass_time(600);
        let mut token = story.token(story.moment.lower, newest(&story));
        bend(&mut token);
        story.gives_token(role, &token, travelled, code);
        out.push(story.vector(name));
    };
    let none = |_: &mut fairlock_protocol::contact::ContactToken| {};
    check("token: in order", Role::Contact, 3, &none, None);
    check(
        "token: 60 s after its nonce",
        Role::Contact,
        60,
        &none,
        None,
    );
    check("token: by RELAX", Role::Relax, 3, &none, Some(13));
    check(
        "token: 61 s after its nonce",
        Role::Contact,
        61,
        &none,
        Some(15),
    );
    check(
        "token: before the lower bound",
        Role::Contact,
        0,
        &|token| {
            token.now -= 3;
            token.fresh -= 3
        },
        Some(16),
    );
    check(
        "token: before the lower bound, within its radius",
        Role::Contact,
        0,
        &|token| {
            token.now -= 3;
            token.fresh -= 3;
            token.radius_s = 2
        },
        None,
    );
    check(
        "token: after the upper bound",
        Role::Contact,
        0,
        &|token| token.now += 3,
        Some(16),
    );
    let mut nonce = states.on_ladder();
    let token = nonce.token(nonce.moment.lower, newest(&nonce));
    let object = sign_as(
        &key(Role::Contact),
        &binding().aad(Domain::Contact),
        &token.payload().expect("a token"),
    );
    nonce.token_bytes(&object, [0xee; 16], 0, Some(14));
    out.push(nonce.vector("token: another nonce"));
    let mut schema = states.on_ladder();
    let late = Item::of(&token.payload().expect("a token"))
        .set(5, Uint(token.now + 1))
        .bytes();
    schema.token_bytes(
        &sign_as(&key(Role::Contact), &binding().aad(Domain::Contact), &late),
        token.nonce,
        0,
        Some(12),
    );
    schema.token_bytes(
        &sign_as(
            &key(Role::Contact),
            &binding().aad(Domain::Grant),
            &token.payload().expect("a token"),
        ),
        token.nonce,
        0,
        Some(9),
    );
    out.push(schema.vector("token: fresh after now; a token signed as a grant"));
    let mut booted = states.on_ladder();
    booted.boot();
    let mut token = booted.token(booted.moment.lower + 30 * DAY, newest(&booted));
    token.now = booted.moment.lower + 30 * DAY;
    booted.gives_token(Role::Contact, &token, 0, None);
    out.push(booted.vector("token: any instant after a boot"));
    let mut caps = states.at_lock();
    let now = caps.moment.lower;
    let cap = |until, level| Cap {
        n: 1,
        iat: now,
        ksv: 3,
        until,
        level,
    };
    caps.gives_cap(Role::Relax, &cap(now + DAY, Level::Remind), Some(13));
    caps.gives_cap(
        Role::Safety,
        &Cap {
            iat: now + 3 + 600,
            ..cap(now + DAY, Level::Remind)
        },
        Some(16),
    );
    caps.gives_cap(
        Role::Safety,
        &cap(now + 30 * DAY + 1, Level::Remind),
        Some(12),
    );
    caps.gives_cap(
        Role::Safety,
        &cap(now + 30 * DAY, Level::Released),
        Some(12),
    );
    caps.is(Level::Lock);
    caps.gives_cap(Role::Safety, &cap(now + 30 * DAY, Level::Remind), None);
    caps.is(Level::Remind);
    out.push(caps.vector("cap: by RELAX, of the future, of 31 days, to released, in order"));
    out.extend(key_sets(states));
    out
}

fn key_sets(states: &States) -> Vec<Json> {
    let mut out = Vec::new();
    let mut check = |name: &str, object: &[u8], code: Option<u64>| {
        let mut story = states.on_ladder();
        story.gives_keys(object, code);
        out.push(story.vector(name));
    };
    let set = next_key_set();
    check("key set: by roots of both", &by_roots(&set, &[2, 3]), None);
    check(
        "key set: by all roots",
        &by_roots(&set, &[1, 2, 3, 4]),
        None,
    );
    check(
        "key set: by one root of the old",
        &by_roots(&set, &[3, 4]),
        Some(21),
    );
    check(
        "key set: by one root of the new",
        &by_roots(&set, &[1, 2]),
        Some(21),
    );
    let bent = |bend: &dyn Fn(&mut fairlock_protocol::KeySet)| {
        let mut bent = set.clone();
        bend(&mut bent);
        by_roots(&bent.sorted(), &[2, 3])
    };
    check("key set: skipped", &bent(&|set| set.ksv = 5), Some(18));
    check("key set: rolled back", &bent(&|set| set.ksv = 2), Some(18));
    check(
        "key set: a lower floor",
        &bent(&|set| set.floor_ksv = 1),
        Some(19),
    );
    check(
        "key set: a root as a key",
        &bent(&|set| set.keys[0].key = raw(&crate::lender::root(1))),
        Some(20),
    );
    check(
        "key set: RELAX becomes RESTRICT",
        &bent(&|set| {
            set.keys.retain(|entry| entry.role != Role::Restrict);
            set.keys
                .iter_mut()
                .filter(|entry| entry.role == Role::Relax)
                .for_each(|entry| entry.role = Role::Restrict);
        }),
        Some(20),
    );
    let mut floor = states.on_ladder();
    floor.gives(Role::Relax, &unlock(10_002), whole());
    let mut rotated = next_key_set();
    rotated.floor_ksv = 4;
    rotated.keys.retain(|entry| entry.role != Role::Relax);
    rotated.keys.push(fairlock_protocol::keyset::KeyEntry {
        key: raw(&stranger()),
        role: Role::Relax,
        alg: Alg::Ed25519,
        not_after: None,
    });
    floor.gives_keys(&by_roots(&rotated.sorted(), &[2, 3]), None);
    floor.gives_bytes(&grant_by(Role::Relax, &unlock(3)), 0, Gives::Refused(6));
    let tightening = Grant {
        ksv: 4,
        iat: START + 1,
        base: Some(2),
        ..ladder(3)
    };
    floor.gives(Role::Restrict, &tightening, whole());
    out.push(floor.vector("seq burnt, then floor_ksv: what the lost key numbered is forgotten"));
    let mut rotation = states.at_reduce();
    rotation.gives_keys(&by_roots(&next_key_set(), &[2, 3]), None);
    rotation.gives(
        Role::Relax,
        &Grant {
            iat: START + HOUR,
            ..unlock(3)
        },
        whole(),
    );
    rotation.is(Level::Free);
    out.push(rotation.vector("unlock signed before a rotation"));
    out
}
