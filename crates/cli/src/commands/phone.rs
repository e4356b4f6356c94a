//! `fairlock phone`: one simulated phone in the terminal.

use std::sync::Arc;

use fairlock_sim::phone::{self, LINES, Options, PhoneError};
use tokio::sync::mpsc;

use crate::args::PhoneArgs;
use crate::commands::{runtime, stop_on_ctrl_c};
use crate::exit::Failure;
use crate::os::{OsClock, OsEntropy};
use crate::out::{say, tell};

/// Runs the phone until Ctrl-C, printing its screen whenever it changes and taking what is typed.
pub fn run(args: PhoneArgs) -> Result<(), Failure> {
    tell!("{LINES}");
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
        phone::run(options, lines())
            .await
            .map_err(|error| match error {
                PhoneError::NoBundle | PhoneError::Bundle | PhoneError::NoImei => {
                    Failure::input(error)
                }
                _ => Failure::outside(error),
            })
    })
}

/// What is typed, line by line, until its end. A thread, for reading a terminal can't be given up.
fn lines() -> mpsc::UnboundedReceiver<String> {
    let (typed, lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if typed.send(line).is_err() {
                break;
            }
        }
    });
    lines
}
