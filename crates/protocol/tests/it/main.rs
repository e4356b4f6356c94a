//! The protocol from outside: bytes in, levels out.

mod attack_list;
mod attacks;
mod charters;
mod encodings;
mod enrolment;
#[path = "../../fuzz/src/targets.rs"]
mod fuzzed;
mod hostile;
mod keysets;
mod levels;
mod log;
mod loosening;
mod model;
mod order;
mod overlays;
mod reports;
mod sizes;
mod time_attacks;
mod world;
