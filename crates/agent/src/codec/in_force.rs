//! The bytes of what grants have left on the phone.

use alloc::vec::Vec;

use fairlock_protocol::cbor::{Fields, Malformed, MapWriter, Reader, Writer};
use fairlock_protocol::grant::{LATER_MAX, NOTICES_MAX};
use fairlock_protocol::in_force::{Begun, FirstShown, RECENT_MAX, Showing};
use fairlock_protocol::report::Cause;
use fairlock_protocol::{InForce, Lapse, Level, Notice, Step, Window};

use super::{NUMBER, NUMBER_MAX};

/// More passes than any charter allows in a period.
const PASSES_MAX: u64 = 8;

pub(super) fn encode(state: &InForce) -> Vec<u8> {
    let mut map = MapWriter::default();
    map.key(1).uint(state.highest);
    map.key(2).uint(state.base);
    map.key(3).bytes(&state.hash);
    write_list(&mut map, 4, &state.recent, |name, writer| {
        writer.bytes(name)
    });
    write_list(&mut map, 5, &state.later, Step::write);
    map.key(6).uint(u64::from(state.begun_steps));
    write_list(&mut map, 7, &state.begun, write_begun);
    write_list(&mut map, 8, &state.notices, Notice::write);
    write_some(&mut map, 9, state.pay);
    state.lapse.write(map.key(10));
    map.key(11).uint(u64::from(state.lapsed));
    map.key(12).uint(state.end);
    write_some(&mut map, 13, state.end_since);
    write_some(
        &mut map,
        14,
        state.released.map(|cause| u64::from(cause == Cause::End)),
    );
    write_list(&mut map, 15, &state.shown, write_showing);
    map.key(16).uint(state.dwell_since);
    write_some(&mut map, 17, state.pass_until);
    write_list(&mut map, 18, &state.pass_starts, |start, writer| {
        writer.uint(*start)
    });
    map.key(19).uint(state.passes);
    map.key(20).uint(state.at);
    map.key(21).uint(state.paused);
    write_some(&mut map, 22, state.fresh);
    map.key(23).int(state.fresh_mark);
    if let Some(newest) = &state.newest {
        map.key(24).bytes(newest);
    }
    map.finish()
}

pub(super) fn read(r: &mut Reader<'_>) -> Result<InForce, Malformed> {
    let f = &mut r.fields("what is in force: a map")?;
    let highest = need_number(r, f, 1)?;
    let base = need_number(r, f, 2)?;
    r.need(f, 3, "key 3, the payload's hash")?;
    let hash = r.fixed("a hash of 32 bytes")?;
    let recent = read_list(r, f, 4, RECENT_MAX as u64, |r| r.fixed("8 bytes of a hash"))?;
    let later = read_list(r, f, 5, LATER_MAX, Step::read)?;
    r.need(f, 6, "key 6, steps begun")?;
    let begun_steps = r.uint(later.len() as u64, "no more steps begun than there are")? as u8;
    let begun = read_list(r, f, 7, LATER_MAX, read_begun)?;
    let notices = read_list(r, f, 8, NOTICES_MAX, Notice::read)?;
    let pay = number(r, f, 9)?;
    r.need(f, 10, "key 10, the lapse")?;
    let lapse = Lapse::read(r)?;
    r.need(f, 11, "key 11, whether the lapse has fired")?;
    let lapsed = r.uint(1, "0 or 1")? == 1;
    let end = need_number(r, f, 12)?;
    let end_since = number(r, f, 13)?;
    let released = match r.has(f, 14)? {
        true => Some(match r.uint(1, "0 or 1")? {
            0 => Cause::Released,
            _ => Cause::End,
        }),
        false => None,
    };
    let shown = read_list(r, f, 15, NOTICES_MAX, read_showing)?;
    let dwell_since = need_number(r, f, 16)?;
    let pass_until = number(r, f, 17)?;
    let pass_starts = read_list(r, f, 18, PASSES_MAX, |r| r.uint(NUMBER_MAX, NUMBER))?;
    let passes = need_number(r, f, 19)?;
    let at = need_number(r, f, 20)?;
    let paused = need_number(r, f, 21)?;
    let fresh = number(r, f, 22)?;
    r.need(f, 23, "key 23, the mark of fresh contact")?;
    let far = NUMBER_MAX as i64;
    let fresh_mark = r.int(-far, far, "a mark within 2^53")?;
    let newest = if r.has(f, 24)? {
        Some(r.fixed("8 bytes of a hash")?)
    } else {
        None
    };
    r.end_fields(f)?;
    Ok(InForce {
        highest,
        base,
        hash,
        recent,
        later,
        begun_steps,
        begun,
        notices,
        pay,
        lapse,
        lapsed,
        end,
        end_since,
        released,
        shown,
        dwell_since,
        pass_until,
        pass_starts,
        passes,
        at,
        paused,
        fresh,
        fresh_mark,
        newest,
    })
}

/// An empty list is left out.
fn write_list<T>(
    map: &mut MapWriter,
    key: u64,
    list: &[T],
    mut write: impl FnMut(&T, &mut Writer),
) {
    if list.is_empty() {
        return;
    }
    let writer = map.key(key);
    writer.array(list.len() as u64);
    list.iter().for_each(|item| write(item, writer));
}

fn read_list<T>(
    r: &mut Reader<'_>,
    f: &mut Fields,
    key: u64,
    max: u64,
    mut read: impl FnMut(&mut Reader<'_>) -> Result<T, Malformed>,
) -> Result<Vec<T>, Malformed> {
    if !r.has(f, key)? {
        return Ok(Vec::new());
    }
    let count = r.array(1, max, "a list within its bounds")?;
    (0..count).map(|_| read(r)).collect()
}

fn write_some(map: &mut MapWriter, key: u64, value: Option<u64>) {
    if let Some(value) = value {
        map.key(key).uint(value);
    }
}

fn number(r: &mut Reader<'_>, f: &mut Fields, key: u64) -> Result<Option<u64>, Malformed> {
    match r.has(f, key)? {
        true => Ok(Some(r.uint(NUMBER_MAX, NUMBER)?)),
        false => Ok(None),
    }
}

fn need_number(r: &mut Reader<'_>, f: &mut Fields, key: u64) -> Result<u64, Malformed> {
    match number(r, f, key)? {
        Some(value) => Ok(value),
        None => r.wrong("a number that every state has"),
    }
}

/// `{1: level, 2: flags, 3: window?, 4: before?}`; flags: 1 by_lower, 2 returning.
fn write_begun(begun: &Begun, writer: &mut Writer) {
    let mut map = MapWriter::default();
    map.key(1).uint(begun.level.code());
    map.key(2)
        .uint(u64::from(begun.by_lower) + 2 * u64::from(begun.returning));
    if let Some(window) = begun.window {
        window.write(map.key(3));
    }
    write_some(&mut map, 4, begun.before);
    writer.raw(&map.finish());
}

fn read_begun(r: &mut Reader<'_>) -> Result<Begun, Malformed> {
    let f = &mut r.fields("a begun step: a map")?;
    r.need(f, 1, "its level")?;
    let level = Level::read(r)?;
    r.need(f, 2, "its flags")?;
    let flags = r.uint(3, "flags 0 to 3")?;
    let window = if r.has(f, 3)? {
        Some(Window::read(r)?)
    } else {
        None
    };
    let before = number(r, f, 4)?;
    r.end_fields(f)?;
    Ok(Begun {
        level,
        window,
        by_lower: flags & 1 == 1,
        before,
        returning: flags & 2 == 2,
    })
}

/// `[id, times, seconds]`, or with `[…, running, free, lower]` of the moment it counted.
fn write_showing(showing: &Showing, writer: &mut Writer) {
    writer.array(if showing.first.is_some() { 6 } else { 3 });
    writer.uint(u64::from(showing.id));
    writer.uint(showing.times);
    writer.uint(showing.seconds);
    if let Some(first) = showing.first {
        writer.uint(first.running);
        writer.uint(first.free);
        writer.uint(first.lower);
    }
}

fn read_showing(r: &mut Reader<'_>) -> Result<Showing, Malformed> {
    let length = r.array(3, 6, "a notice shown: 3 or 6 numbers")?;
    let id = r.uint(u64::from(u16::MAX), "a notice id")? as u16;
    let mut values = [0; 5];
    for value in values.iter_mut().take(length as usize - 1) {
        *value = r.uint(NUMBER_MAX, NUMBER)?;
    }
    let [times, seconds, running, free, lower] = values;
    let first = match length {
        3 => None,
        6 => Some(FirstShown {
            running,
            free,
            lower,
        }),
        _ => return r.wrong("a notice shown: 3 or 6 numbers"),
    };
    Ok(Showing {
        id,
        times,
        seconds,
        first,
    })
}
