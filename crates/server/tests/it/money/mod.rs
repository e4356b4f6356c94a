//! The money side from outside: files and calls go in, payments and books come out.

mod api;
mod bad;
pub mod bench;
pub mod camt;
mod cash;
mod chain;
mod changes;
mod everything;
mod feed_time;
mod feeds;
mod hooks;
mod http;
mod matching;
mod mt940;
mod person;
mod recognition;
mod reconcile;
mod replay;
mod returns;
mod samples;
mod shuffle;
pub mod site;
mod sources;
mod tables;
