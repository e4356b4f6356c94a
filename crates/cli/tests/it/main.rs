//! The binary, used as people use it: files in, words and exit codes out.

mod bad_input;
mod benches;
mod calls;
mod codes;
mod demo;
mod evidence;
mod explain;
mod imports;
mod live;
mod payments;
mod phone;
mod pipes;
mod preview;
mod readers;
mod rules;
mod run;
mod server;
