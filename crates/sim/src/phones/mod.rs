//! The phones' process of the demo: N phones in one runtime, told the time over stdin.
//!
//! Control lines say what time it is, which phones are out of reach and who presses the emergency
//! pass; they never carry a grant or money: those arrive over real sockets only, so that killing
//! this process changes nothing but what is reported.

mod actor;
mod glance;
mod process;
pub mod wire;

pub use process::run;

/// Why the phones' process ends early, in the order of the checks.
#[derive(Debug, thiserror::Error)]
pub enum PhonesError {
    #[error("control line {line}: {what}; expected one JSON object as `fairlock demo` writes it")]
    Control { line: u64, what: String },
    #[error("control lines: {0}")]
    Io(#[from] std::io::Error),
    #[error("phone of {contract}: {what}")]
    Phone { contract: String, what: String },
}
