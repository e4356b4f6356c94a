//! The call from C and from Java, over a whole story; its bounds; and bytes that are no input.

mod bounds;
mod corpus;
mod languages;
mod story;
mod wire;

// The phone and its server around the agent are the agent's own tests'.
#[allow(dead_code, reason = "its tests need more of it")]
#[path = "../../../agent/tests/it/rig.rs"]
mod rig;
#[allow(dead_code, reason = "its tests need more of it")]
#[path = "../../../agent/tests/it/server.rs"]
mod server;
#[path = "../../../agent/tests/it/twin.rs"]
mod twin;

#[path = "../../fuzz/src/step.rs"]
mod fuzzed;
