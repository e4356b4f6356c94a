//! The level over time: what begins when, what lowers, and what comes back.

use fairlock_protocol::cap::Cap;
use fairlock_protocol::keyset::Role;
use fairlock_protocol::{Grant, Lapse, Level};

use crate::json::Json;
use crate::lender::{
    DAY, FIRST, HOUR, LAST, START, charter, key_set, ladder, step, unlock, warrant,
};
use crate::run::{States, Story, whole};

/// Seconds up to a local day and hour in Nairobi; day 0 is that of [`START`].
fn until(story: &Story, day: u64, hour: u64) -> u64 {
    START - 9 * HOUR + day * DAY + hour * HOUR - story.moment.lower
}

pub fn stories(states: &States) -> Vec<Json> {
    let mut out = vec![
        steps(states),
        guards(states),
        window(states),
        before(states),
        late(),
    ];
    out.extend(freeing(states));
    out.extend(lapses(states));
    out.extend(offline(states));
    out.extend(passes(states));
    out.extend(codes_and_caps(states));
    out.extend(ends(states));
    out.extend(notices(states));
    out.extend(times(states));
    out
}

fn steps(states: &States) -> Json {
    let mut story = states.at_lock();
    for _ in 0..4 {
        story.contact();
        story.waits(DAY, Level::Lock);
    }
    story.vector("lock stays while contact does")
}

/// Each guard in turn is the last that is missing.
fn guards(states: &States) -> Json {
    let mut story = states.on_ladder();
    story.waits(60, Level::Remind);
    let seconds = until(&story, 2, 9);
    story.waits(seconds, Level::Remind);
    story.contact();
    story.shows(FIRST, 4);
    story.waits(DAY, Level::Remind);
    story.shows(FIRST, 1);
    story.waits(DAY - 1, Level::Remind);
    story.contact();
    story.waits(1, Level::Reduce);
    story.vector("notice not shown for 5 s, then too young by a second")
}

fn window(states: &States) -> Json {
    let mut evening = states.both_shown();
    let seconds = until(&evening, 1, 20);
    evening.waits(seconds, Level::Remind);
    evening.contact();
    let seconds = until(&evening, 2, 21);
    evening.waits(seconds, Level::Remind);
    let seconds = until(&evening, 3, 8) - 1;
    evening.waits(seconds, Level::Remind);
    evening.waits(1, Level::Reduce);
    evening.vector("outside the window until it opens")
}

fn before(states: &States) -> Json {
    let mut late = states.both_shown();
    let seconds = START + 9 * DAY - late.moment.lower;
    late.pass_time(seconds);
    late.contact();
    late.waits(1, Level::Remind);
    late.vector("before passed: neither reduce nor lock begins any more")
}

/// Everything arrives late: reduce begins, and lock only after its dwell.
fn late() -> Json {
    let mut story = Story::begun(charter(), key_set());
    story.pass_time(5 * DAY);
    story.contact();
    story.gives(Role::Restrict, &ladder(2), whole());
    story.contact();
    story.shows(FIRST, 5);
    story.shows(LAST, 5);
    story.waits(47 * HOUR, Level::Reduce);
    story.contact();
    story.waits(24 * HOUR - 1, Level::Reduce);
    story.contact();
    story.waits(1, Level::Lock);
    story.vector("ladder late: reduce and lock not together")
}

fn freeing(states: &States) -> Vec<Json> {
    let mut paid = states.at_lock();
    paid.gives(Role::Relax, &unlock(3), whole());
    paid.is(Level::Free);
    paid.waits(10 * DAY, Level::Free);
    let mut part = states.at_lock();
    let lower = Grant {
        notices: ladder(3).notices,
        ..Grant::plain(3, START, 3, Level::Reduce)
    };
    part.gives(Role::Relax, &lower, whole());
    part.is(Level::Reduce);
    let mut bound = states.at_reduce();
    bound.gives(
        Role::Relax,
        &Grant::plain(3, START, 3, Level::Lock),
        whole(),
    );
    bound.is(Level::Reduce);
    bound.waits(60, Level::Reduce);
    let mut again = states.on_ladder();
    again.gives(
        Role::Relax,
        &Grant {
            seq: 3,
            ..ladder(3)
        },
        whole(),
    );
    again.waits(60, Level::Remind);
    let mut released = states.at_lock();
    released.gives(
        Role::Release,
        &Grant::plain(1, START, 3, Level::Released),
        whole(),
    );
    released.is(Level::Released);
    released.waits(DAY, Level::Released);
    let mut first = states.on_ladder();
    first.waits(60, Level::Remind);
    first.gives(
        Role::Relax,
        &Grant {
            iat: START + 30,
            later: ladder(3).later[1..].to_vec(),
            warrant: None,
            ..ladder(3)
        },
        whole(),
    );
    first.is(Level::Free);
    let mut add = states.at_reduce();
    let rest = ladder(3).later[2..].to_vec();
    add.gives(
        Role::Relax,
        &Grant {
            level: Level::Reduce,
            later: rest,
            warrant: None,
            ..ladder(3)
        },
        whole(),
    );
    add.is(Level::Reduce);
    vec![
        paid.vector("an unlock frees at once"),
        part.vector("steps[0] at reduce lowers a lock to reduce"),
        bound.vector("steps[0] only bounds: it raises nothing"),
        again.vector("the same ladder again by RELAX"),
        released.vector("released by an old seq, and final"),
        first.vector("steps[0] at free drops what has begun"),
        add.vector("the rest of a ladder after what has begun"),
    ]
}

fn lapses(states: &States) -> Vec<Json> {
    let mut dead = states.at_lock();
    dead.contact();
    dead.waits(72 * HOUR - 1, Level::Lock);
    dead.waits(1, Level::Reduce);
    dead.contact();
    dead.waits(60, Level::Reduce);
    dead.gives(
        Role::Relax,
        &Grant {
            iat: START + 1,
            ..Grant::plain(3, START, 3, Level::Lock)
        },
        whole(),
    );
    dead.waits(DAY, Level::Reduce);
    let mut blind = states.at_lock();
    let short = fairlock_protocol::ids::short(&blind.state.hash);
    let fresh = blind.moment.lower;
    for _ in 0..3 {
        blind.wait(DAY);
        let token = blind.token(fresh, short);
        blind.gives_token(Role::Contact, &token, 0, None);
    }
    blind.waits(1, Level::Reduce);
    let mut sooner = states.at_lock();
    let lapse = Some(Lapse {
        hours: 24,
        level: Level::Remind,
    });
    sooner.gives(
        Role::Relax,
        &Grant {
            lapse,
            ..Grant::plain(3, START, 3, Level::Lock)
        },
        whole(),
    );
    sooner.contact();
    sooner.waits(DAY - 1, Level::Lock);
    sooner.waits(2, Level::Remind);
    vec![
        dead.vector("lapse after 72 h of a dead server; contact after lapse doesn't lock"),
        blind.vector("a server that is alive but blind: fresh stands still"),
        sooner.vector("a shorter, lower lapse in the grant"),
    ]
}

fn offline(states: &States) -> Vec<Json> {
    let mut drawer = states.both_shown();
    drawer.pass_time(30 * DAY);
    drawer.boot();
    drawer.waits(DAY, Level::Remind);
    let mut booted = states.both_shown();
    booted.boot();
    booted.waits(48 * HOUR, Level::Remind);
    booted.contact();
    booted.waits(1, Level::Reduce);
    let mut story = Story::begun(charter(), key_set());
    let mut grant = Grant {
        later: vec![step(Level::Reduce, START + 14 * DAY)],
        warrant: Some(warrant(1)),
        ..ladder(2)
    };
    grant.later[0].guards.silence_h = None;
    story.gives(Role::Restrict, &grant, whole());
    story.contact();
    story.shows(FIRST, 5);
    story.boot();
    story.waits(14 * DAY - 6, Level::Free);
    story.waits(1, Level::Reduce);
    story.waits(50 * DAY, Level::Reduce);
    vec![
        drawer.vector("drawer for 30 days, then offline: no lock"),
        booted.vector("after a boot no step with silence_h begins before contact"),
        story.vector("a phone that never calls ends at reduce"),
    ]
}

fn passes(states: &States) -> Vec<Json> {
    let mut pass = states.at_lock();
    pass.presses_pass(true);
    pass.is(Level::Remind);
    pass.presses_pass(false);
    pass.waits(24 * HOUR - 1, Level::Remind);
    pass.contact();
    pass.waits(1, Level::Lock);
    pass.presses_pass(false);
    pass.waits(30 * DAY - 24 * HOUR, Level::Reduce);
    pass.presses_pass(true);
    let mut over = states.at_lock();
    let seconds = until(&over, 6, 21);
    over.waits(seconds, Level::Lock);
    over.presses_pass(true);
    over.contact();
    over.waits(24 * HOUR, Level::Remind);
    let seconds = until(&over, 8, 8);
    over.waits(seconds, Level::Lock);
    let mut still = Story::begun(charter(), key_set());
    still.pass_time(5 * DAY);
    still.contact();
    still.gives(Role::Restrict, &ladder(2), whole());
    still.contact();
    still.shows(FIRST, 5);
    still.shows(LAST, 5);
    still.waits(24 * HOUR, Level::Reduce);
    still.contact();
    still.presses_pass(true);
    still.waits(24 * HOUR, Level::Reduce);
    still.contact();
    still.waits(24 * HOUR - 1, Level::Reduce);
    still.waits(1, Level::Lock);
    let mut boots = states.at_reduce();
    boots.presses_pass(true);
    for _ in 0..4 {
        boots.pass_time(6 * HOUR);
        boots.boot();
    }
    let mut renewed = states.at_lock();
    renewed.presses_pass(true);
    renewed.gives(
        Role::Relax,
        &Grant {
            iat: START + 1,
            ..Grant::plain(3, START, 3, Level::Lock)
        },
        whole(),
    );
    let seconds = until(&renewed, 6, 21).max(24 * HOUR);
    renewed.waits(seconds, Level::Remind);
    vec![
        pass.vector("pass: one in 30 days, for 24 h"),
        over.vector("pass over the window's end"),
        still.vector("lead and dwell stand still while a pass is live"),
        boots.vector("reboot every 6 hours offline: a pass ends all the same"),
        renewed.vector("window and before stripped by re-signing a begun level"),
    ]
}

fn codes_and_caps(states: &States) -> Vec<Json> {
    let mut code = states.at_lock();
    code.opens_by_code(2);
    code.is(Level::Free);
    code.contact();
    code.waits(DAY, Level::Free);
    code.opens_by_code(0);
    code.contact();
    code.waits(DAY - 1, Level::Free);
    code.waits(1, Level::Lock);
    let mut long = states.at_lock();
    long.opens_by_code(30);
    long.waits(7 * DAY - 1, Level::Free);
    long.contact();
    long.waits(1, Level::Remind);
    let mut caps = states.at_lock();
    let now = caps.moment.lower;
    let cap = |n, days, level| Cap {
        n,
        iat: now,
        ksv: 3,
        until: now + days * DAY,
        level,
    };
    caps.gives_cap(Role::Safety, &cap(1, 2, Level::Remind), None);
    caps.gives_cap(Role::Safety, &cap(2, 1, Level::Reduce), None);
    caps.is(Level::Remind);
    caps.waits(DAY, Level::Remind);
    caps.contact();
    caps.waits(DAY - 1, Level::Remind);
    caps.waits(1, Level::Lock);
    let mut freeze = states.both_shown();
    let now = freeze.moment.lower;
    let cap = |days, level| Cap {
        n: 1,
        iat: now,
        ksv: 3,
        until: now + days * DAY,
        level,
    };
    freeze.gives_cap(Role::Safety, &cap(3, Level::Lock), None);
    freeze.waits(49 * HOUR, Level::Remind);
    freeze.contact();
    freeze.waits(DAY - HOUR, Level::Remind);
    freeze.waits(24 * HOUR, Level::Reduce);
    vec![
        code.vector("a code frees for its days; then the lock comes back"),
        long.vector("a code of 30 days frees for code_days; by then `before` has passed"),
        caps.vector("cap replaced by a higher n: they add up"),
        freeze.vector("cap freeze: nothing begins, leads stand still"),
    ]
}

fn ends(states: &States) -> Vec<Json> {
    let mut end = states.at_lock();
    let last = charter().end() - end.moment.lower;
    end.pass_time(last);
    end.boot();
    end.wait(72 * HOUR - 1);
    end.waits(1, Level::Released);
    let mut early = states.at_lock();
    let ends = Grant {
        end: Some(START + 6 * DAY),
        ..Grant::plain(3, START, 3, Level::Lock)
    };
    early.gives(Role::Release, &ends, whole());
    early.contact();
    early.waits(DAY, Level::Lock);
    early.contact();
    early.waits(71 * HOUR, Level::Lock);
    early.waits(HOUR, Level::Released);
    vec![
        end.vector("end offline: 72 h of running time after the last day"),
        early.vector("an earlier end by RELEASE"),
    ]
}

fn notices(states: &States) -> Vec<Json> {
    let changed = |bend: &dyn Fn(&mut fairlock_protocol::Notice)| {
        let mut grant = Grant {
            iat: START + 120,
            base: Some(2),
            ..ladder(3)
        };
        grant.notices.iter_mut().for_each(bend);
        grant.later.remove(0);
        grant.warrant = Some(warrant(2));
        grant
    };
    let mut lowered = states.both_shown();
    lowered.gives(Role::Relax, &changed(&|notice| notice.amount -= 1), whole());
    lowered.waits(47 * HOUR, Level::Free);
    lowered.contact();
    lowered.waits(HOUR, Level::Reduce);
    let mut raised = states.both_shown();
    raised.gives(
        Role::Restrict,
        &changed(&|notice| notice.amount += 1),
        whole(),
    );
    raised.waits(49 * HOUR, Level::Free);
    let mut old = states.both_shown();
    let far = Grant {
        later: vec![step(Level::Reduce, START + 61 * DAY)],
        base: Some(2),
        warrant: Some(warrant(1)),
        ..ladder(3)
    };
    old.gives(Role::Restrict, &far, whole());
    old.pass_time(61 * DAY);
    old.contact();
    old.waits(HOUR, Level::Free);
    vec![
        lowered.vector("amount lowered keeps lead"),
        raised.vector("amount raised: shown anew"),
        old.vector("id reused after 61 days"),
    ]
}

fn times(states: &States) -> Vec<Json> {
    let mut crossed = states.both_shown();
    crossed.pass_time(48 * HOUR);
    crossed.contact();
    crossed.moment.upper = Some(crossed.moment.lower - 1);
    crossed.tick();
    crossed.is(Level::Remind);
    crossed.moment.upper = Some(crossed.moment.lower);
    crossed.waits(1, Level::Reduce);
    let mut dropped = states.both_shown();
    dropped.pass_time(48 * HOUR);
    let token = dropped.token(dropped.moment.lower, [7; 8]);
    dropped.gives_token(Role::Contact, &token, 0, None);
    dropped.waits(60, Level::Remind);
    dropped.gives(Role::Relax, &unlock(3), whole());
    let mut wide = states.both_shown();
    let seconds = until(&wide, 2, 10);
    wide.pass_time(seconds);
    wide.contact();
    wide.moment.upper = Some(wide.moment.lower + 11 * HOUR);
    wide.tick();
    wide.is(Level::Remind);
    wide.moment.upper = Some(wide.moment.lower + 9 * HOUR);
    wide.tick();
    wide.is(Level::Reduce);
    let mut silent = states.both_shown();
    silent.waits(73 * HOUR, Level::Remind);
    silent.contact();
    silent.waits(1, Level::Reduce);
    vec![
        crossed.vector("lower bound above the upper"),
        dropped.vector("tokens pass, unlock dropped: nothing begins"),
        wide.vector("all between the bounds must lie in the window"),
        silent.vector("silence too long, until contact"),
    ]
}
