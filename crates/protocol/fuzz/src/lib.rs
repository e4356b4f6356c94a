//! What the fuzz targets run; the crate's own tests include the same files.

pub mod targets;
#[path = "../../tests/it/world.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
pub mod world;
