//! One simulated phone: the agent's mind, and around it what a phone has: a key, a folder, a
//! clock, a socket and a screen.
//!
//! Reading order: `folder` and `key` (what it keeps), `device` (the phone without its radio),
//! `link` and `handset` (with it), `screen` (what it shows, for machines), `view` and `run`
//! (`fairlock phone`, whose words are the command line's). Failure of
//! the network is no failure of a phone. `backend` limits a phone of plain data; `conformance` is what every
//! backend has to keep.

pub mod backend;
pub mod bundle;
pub mod conformance;
pub mod device;
pub mod folder;
pub mod handset;
mod key;
mod link;
mod run;
mod screen;
mod view;

use std::path::PathBuf;
use std::sync::Arc;

use fairlock_agent::Capabilities;
use fairlock_server::{Clock, Entropy};
use tokio::sync::watch;

use backend::Faults;

pub use run::{Finger, run};
pub use view::{Behind, View};

/// What `fairlock phone` takes from outside.
pub struct Options {
    /// `http://host:port` of the server.
    pub server: String,
    /// The one-time bundle that `fairlock enrol` printed; needed only until it is enrolled.
    pub bundle: Option<String>,
    /// The phone's own IMEI, which the contract names; needed only until it is enrolled.
    pub imei: Option<String>,
    /// Where key and state stand; made when absent.
    pub state_dir: PathBuf,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    /// The charter is accepted unread: for scripts.
    pub accept: bool,
    /// What the lock backend can't do, and how it fails.
    pub capabilities: Capabilities,
    pub faults: Faults,
    /// Receives what is to be seen whenever it changes.
    pub show: Arc<dyn Fn(View) + Send + Sync>,
    /// Turns true when the phone shall end (Ctrl-C).
    pub stop: watch::Receiver<bool>,
}

/// Why a phone can't run, in the order of the checks.
#[derive(Debug, thiserror::Error)]
pub enum PhoneError {
    #[error("{path}: {source}; expected a folder that this phone can keep its key and state in")]
    Folder {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("not enrolled yet; expected --token with the bundle that `fairlock enrol` printed")]
    NoBundle,
    #[error("--token: expected the bundle that `fairlock enrol` printed, whole")]
    Bundle,
    #[error("not enrolled yet; expected --imei with the 15 digits that its contract names")]
    NoImei,
    #[error("enrolment: {0}")]
    Enrol(String),
    #[error(
        "the charter wasn't accepted, so nothing was enrolled; expected y, or --yes in a script"
    )]
    NotAccepted,
    #[error("the phone's state can't be kept ({source}); expected room and a writable folder")]
    State { source: std::io::Error },
    #[error("server {server}: {what}")]
    Server { server: String, what: String },
}
