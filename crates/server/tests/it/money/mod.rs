//! The money side from outside: files and calls go in, payments and books come out.

mod bad;
pub mod bench;
pub mod camt;
mod feeds;
mod http;
mod matching;
mod recognition;
mod returns;
mod samples;
mod shuffle;
pub mod site;
mod sources;
