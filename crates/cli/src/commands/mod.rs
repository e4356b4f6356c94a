//! One file a command: read the input, call the library, print the answer.

pub mod bench;
pub mod cap;
pub mod case;
pub mod cash;
pub mod charter;
pub mod code;
pub mod demo;
pub mod enrol;
pub mod evidence;
pub mod explain;
pub mod feeds;
pub mod grant;
pub mod import;
pub mod inbox;
pub mod keys;
mod live;
mod mappings;
mod page;
pub mod payments;
pub mod permits;
pub mod phone;
pub mod preview;
pub mod proof;
pub mod replay;
pub mod rules;
pub mod serve;
pub mod sources;
pub mod statement;

use std::path::Path;

use anyhow::anyhow;
use fairlock_rulebook::Rulebook;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::exit::Failure;

/// The runtime of commands that wait for sockets.
fn runtime() -> Result<Runtime, Failure> {
    Runtime::new().map_err(Failure::outside)
}

/// A flag that turns true at the first Ctrl-C. Call it inside a runtime.
fn stop_on_ctrl_c() -> watch::Receiver<bool> {
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stop.send_replace(true);
        }
    });
    stopped
}

/// The rule packs that are part of the program.
fn rulebook() -> Result<Rulebook, Failure> {
    fairlock_rulebook::load_builtin().map_err(Failure::outside)
}

/// Reads a whole file; a missing one is an error of the call.
fn read_file(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path)
        .map_err(|e| Failure::Input(anyhow!("{}: can't read it ({e})", path.display())))
}

/// Reads a text file; bytes that aren't UTF-8 are an error of the input.
fn read_text(path: &Path) -> Result<String, Failure> {
    String::from_utf8(read_file(path)?).map_err(|e| {
        Failure::Input(anyhow!(
            "{}: byte {} isn't UTF-8; expected UTF-8 text",
            path.display(),
            e.utf8_error().valid_up_to()
        ))
    })
}
