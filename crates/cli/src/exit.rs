//! How a command ends when it doesn't end well: one line and an exit code.

use std::process::ExitCode;

use crate::out::tell;

/// A command's failure. The order is that of the exit codes.
#[derive(Debug)]
pub enum Failure {
    /// 1: the question was understood, and the answer is no. Said on stdout already.
    No,
    /// 2: the input or the call is wrong: what, where, what was expected.
    Input(anyhow::Error),
    /// 3: something outside failed: database, network, a busy port.
    Outside(anyhow::Error),
}

impl Failure {
    /// Wraps an error in the input or in the call.
    pub fn input(error: impl Into<anyhow::Error>) -> Failure {
        Failure::Input(error.into())
    }

    /// Wraps a failure of something outside.
    pub fn outside(error: impl Into<anyhow::Error>) -> Failure {
        Failure::Outside(error.into())
    }

    /// Says it on stderr in one line; `verbose` adds the chain of causes.
    pub fn print(&self, verbose: bool) {
        let error = match self {
            Failure::No => return,
            Failure::Input(error) | Failure::Outside(error) => error,
        };
        tell!("fairlock: {error}");
        if verbose {
            for cause in error.chain().skip(1) {
                tell!("  because: {cause}");
            }
        }
    }

    /// What failed, for a log.
    pub fn cause(&self) -> String {
        match self {
            Failure::No => "no".to_string(),
            Failure::Input(error) | Failure::Outside(error) => error.to_string(),
        }
    }

    pub fn code(&self) -> ExitCode {
        match self {
            Failure::No => ExitCode::from(1),
            Failure::Input(_) => ExitCode::from(2),
            Failure::Outside(_) => ExitCode::from(3),
        }
    }
}
