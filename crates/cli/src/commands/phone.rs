//! `fairlock phone`: one simulated phone in the terminal.

use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, PoisonError};

use console::Term;
use fairlock_agent::Capabilities;
use fairlock_sim::phone::{self, Finger, Options, PhoneError, View};
use fairlock_web::Texts;
use tokio::sync::mpsc;

use crate::args::phone::{Cannot, PhoneArgs};
use crate::commands::{runtime, stop_on_ctrl_c};
use crate::exit::Failure;
use crate::os::{OsClock, OsEntropy};
use crate::out::{say, tell};
use crate::phone::{Look, Window, asks};

/// Runs the phone until q or Ctrl-C, drawing its screen whenever it changes and doing what is typed.
pub fn run(args: PhoneArgs) -> Result<(), Failure> {
    let texts = Texts::english().map_err(Failure::outside)?;
    let window = Arc::new(Mutex::new(Window::new(texts, look(args.width))));
    let cannot = |level| args.cannot.contains(&level);
    runtime()?.block_on(async {
        let drawn = window.clone();
        let unread = !args.yes;
        let options = Options {
            server: args.server,
            bundle: args.token,
            imei: args.imei,
            state_dir: args.state_dir,
            clock: Arc::new(OsClock::start()),
            entropy: Arc::new(OsEntropy),
            accept: args.yes,
            capabilities: Capabilities {
                reduce: !cannot(Cannot::Reduce),
                lock: !cannot(Cannot::Lock),
            },
            faults: args.fault,
            show: Arc::new(move |view| show(&drawn, view, unread)),
            stop: stop_on_ctrl_c(),
        };
        let ran = phone::run(options, fingers(window)).await;
        ran.map_err(|error| match error {
            PhoneError::NoBundle | PhoneError::Bundle | PhoneError::NoImei => Failure::input(error),
            PhoneError::NotAccepted => {
                tell!("fairlock: {error}");
                Failure::No
            }
            _ => Failure::outside(error),
        })
    })
}

fn look(width: Option<u16>) -> Look {
    let terminal = std::io::stdout().is_terminal();
    let (rows, columns) = match terminal {
        true => Term::stdout().size(),
        false => (0, 80),
    };
    Look {
        width: usize::from(width.unwrap_or(columns)),
        terminal,
        rows: terminal.then_some(usize::from(rows)),
    }
}

fn show(window: &Mutex<Window>, view: View, unread: bool) {
    let waits = unread && asks(&view);
    let mut window = window.lock().unwrap_or_else(PoisonError::into_inner);
    let text = window.see(view);
    say!("{text}");
    if waits {
        tell!("y accepts the charter; nothing is enrolled before");
    }
}

/// What fingers do, line by line, until the end of what is typed. A thread, for reading a terminal
/// can't be given up.
fn fingers(window: Arc<Mutex<Window>>) -> mpsc::UnboundedReceiver<Finger> {
    let (does, fingers) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            let taken = {
                let mut window = window.lock().unwrap_or_else(PoisonError::into_inner);
                window.take(&line)
            };
            match taken {
                Err(text) => say!("{text}"),
                Ok(finger) => {
                    if does.send(finger).is_err() {
                        break;
                    }
                }
            }
        }
    });
    fingers
}
