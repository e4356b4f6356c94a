//! Any bytes as an input; whatever session comes out meets a few more events. Every call must end
//! with an output in canonical form.

use fairlock_agent::{Event, Now};
use fairlock_agent_ffi::wire::Written;
use fairlock_agent_ffi::{OUTPUT_MAX, step_bytes};
use fairlock_protocol::cbor::{MapWriter, Reader, canonical};
use fairlock_protocol::wire::Item;

pub fn run(bytes: &[u8]) {
    let mut session = call(bytes);
    let events = [
        Event::Connected,
        Event::ScreenOn,
        Event::PassPressed,
        Event::Tick,
    ];
    for (n, event) in events.into_iter().enumerate() {
        let Some(before) = session else { return };
        let now = Now {
            running: 100_000 * n as u64,
            wall: 0,
        };
        let mut map = MapWriter::default();
        map.key(1).uint(1);
        now.put(map.key(2));
        Written(event).put(map.key(3));
        map.key(4).bytes(&before);
        session = call(&map.finish());
    }
}

/// The session afterwards, if the input was understood.
fn call(input: &[u8]) -> Option<Vec<u8>> {
    let output = step_bytes(input);
    assert!(output.len() <= OUTPUT_MAX, "{} bytes", output.len());
    canonical(&output).expect("canonical");
    let mut reader = Reader::new(&output);
    let fields = &mut reader.fields("an output").ok()?;
    reader.need(fields, 1, "version").ok()?;
    assert_eq!(reader.uint(1, "version 1"), Ok(1));
    reader.need(fields, 2, "session").ok()?;
    reader.bytes(OUTPUT_MAX, "session").ok().map(<[u8]>::to_vec)
}
