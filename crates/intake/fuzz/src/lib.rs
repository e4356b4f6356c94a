//! What the fuzz targets run; the crate's own tests include the same file.

pub mod callbacks;
pub mod tables;
pub mod targets;
