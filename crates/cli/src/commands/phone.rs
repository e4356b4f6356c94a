//! `fairlock phone`: one simulated phone in the terminal.

use std::sync::Arc;

use fairlock_sim::phone::{self, Options, PhoneError};

use crate::args::PhoneArgs;
use crate::commands::{runtime, stop_on_ctrl_c};
use crate::exit::Failure;
use crate::os::{OsClock, OsEntropy};
use crate::out::say;

/// Runs the phone until Ctrl-C, printing its screen whenever it changes.
pub fn run(args: PhoneArgs) -> Result<(), Failure> {
    runtime()?.block_on(async {
        let options = Options {
            server: args.server,
            bundle: args.token,
            imei: args.imei,
            state_dir: args.state_dir,
            clock: Arc::new(OsClock::start()),
            entropy: Arc::new(OsEntropy),
            show: Arc::new(|screen| say!("{screen}\n")),
            stop: stop_on_ctrl_c(),
        };
        phone::run(options).await.map_err(|error| match error {
            PhoneError::NoBundle | PhoneError::Bundle | PhoneError::NoImei => Failure::input(error),
            _ => Failure::outside(error),
        })
    })
}
