//! The binary, used as people use it: files in, words and exit codes out.

mod benches;
mod calls;
mod imports;
mod readers;
mod run;
mod server;
