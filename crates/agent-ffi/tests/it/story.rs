//! A phone's story as inputs and outputs: enrolled, warned, limited, locked, opened by a pass, paid,
//! released.

use std::sync::OnceLock;

use fairlock_agent::Event;
use fairlock_protocol::{Grant, Level, Role};

use crate::rig::Rig;
use crate::server::{DAY, HOUR, START, ladder, unlock};
use crate::twin::Twin;

/// Every input and its output, in order.
pub fn calls() -> &'static [(Vec<u8>, Vec<u8>)] {
    static CALLS: OnceLock<Vec<(Vec<u8>, Vec<u8>)>> = OnceLock::new();
    CALLS.get_or_init(|| {
        let mut rig = Rig::with(Some(Twin::default()));
        rig.enrol();
        rig.event(Event::CharterAccepted);
        rig.issue(Role::Restrict, ladder());
        rig.event(Event::ScreenOn);
        while rig.level < Level::Lock {
            rig.advance(HOUR);
            assert!(rig.now < START + 30 * DAY, "never locked");
        }
        rig.event(Event::CodeTyped("1234 5678 9012 34567".into()));
        rig.event(Event::PassPressed);
        rig.power_cut();
        rig.issue(Role::Relax, unlock());
        rig.event(Event::Shutdown);
        let released = Grant {
            level: Level::Released,
            ..unlock()
        };
        rig.issue(Role::Release, released);
        assert_eq!(rig.level, Level::Released);
        rig.twin.unwrap().calls
    })
}

/// The story as the programs of other languages read it.
pub fn file() -> Vec<u8> {
    let mut bytes = Vec::new();
    for (input, output) in calls() {
        for item in [input, output] {
            bytes.extend((item.len() as u32).to_be_bytes());
            bytes.extend(item);
        }
    }
    bytes
}
