//! A running server: its shared state, the loop that does what is due, and its end.
//!
//! The loop's order is the order of trust: money first (so that a payment is known before any
//! step is signed), then the law (sweep, proofs of notices), then signatures, then delivery. A
//! pass that finds nothing costs a few indexed reads. Messages to borrowers are handed over beside
//! the loop, by a worker of their own: a carrier that is slow holds up nothing else.
//!
//! Failure of one pass is logged and tried again after [`RETRY_AFTER`]; a failed fsync ends the
//! process in `storage`, never here.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use fairlock_domain::calendar::Instant;
use fairlock_rulebook::Rulebook;
use fairlock_signer::Signer;
use fairlock_storage::{LenderId, Store};
use tokio::net::TcpListener;
use tokio::sync::{Notify, broadcast, watch};
use tokio::task::JoinHandle;

use crate::config::{Config, ConfigError};
use crate::live::{self, LiveError};
use crate::{Clock, Entropy, device, http, money, notices};

/// A pass that failed is tried again after this much real time: long enough not to spin on a
/// broken disk, short enough that a freed phone doesn't wait for a person.
const RETRY_AFTER: Duration = Duration::from_millis(500);

/// The watched folder is looked at this often in real time when nothing else wakes the loop. A
/// person who drops a file sees it read within a second.
const FOLDER_EVERY: Duration = Duration::from_millis(700);

/// Live pages learn of at most this many unread changes; a slower reader is told to reload.
const CHANGES_KEPT: usize = 256;

/// What a server is made of; all of it is handed in.
pub struct Parts {
    pub store: Store,
    pub lender: LenderId,
    /// The lender's name as borrowers know it.
    pub lender_name: String,
    pub rulebook: Arc<Rulebook>,
    pub signer: Signer,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
}

/// What every handler and worker shares.
pub struct Shared {
    pub config: Config,
    pub store: Store,
    pub lender: LenderId,
    pub lender_name: String,
    pub rulebook: Arc<Rulebook>,
    pub signer: Signer,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    /// Whether the lender's contracts were real when this server started.
    pub live: bool,
    /// Phones that are connected now.
    pub hub: device::Hub,
    /// Feed health, counters and other state of the money side.
    pub money: money::State,
    /// Texts and carriers of messages to borrowers.
    pub notices: notices::State,
    changes: broadcast::Sender<Change>,
    wake: Notify,
    asked: AtomicU64,
    stopped: watch::Receiver<bool>,
}

/// Something a live page may want to show again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Money, law, grant or report of this contract.
    Contract(String),
    /// A feed's health, or counts of the portfolio.
    Portfolio,
}

impl Shared {
    /// Tells the loop that there is something to do.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Tells live pages; nobody listening is fine.
    pub fn announce(&self, change: Change) {
        let _ = self.changes.send(change);
    }

    /// Listens to what changes from now on.
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// Resolves when the server is told to stop: open sockets and live pages end with it.
    pub async fn stopping(&self) {
        let _ = self.stopped.clone().wait_for(|stop| *stop).await;
    }
}

/// What the server still has to do at this instant. Zero means quiet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backlog {
    /// Files in the watched folder that aren't stored yet.
    pub files: u64,
    /// Stored messages that aren't processed yet.
    pub messages: u64,
    /// Questions to providers that are due and not put yet.
    pub enquiries: u64,
    /// Contracts whose `review_at` has come.
    pub reviews: u64,
    /// Notices that are due and not tried yet at this instant.
    pub notices: u64,
    /// Grants whose body is stored and that aren't signed yet.
    pub unsigned: u64,
    /// Connected phones whose newest grant isn't named in a report yet.
    pub undelivered: u64,
}

impl Backlog {
    /// Nothing is left to do now.
    pub fn is_zero(&self) -> bool {
        *self == Backlog::default()
    }
}

/// What one pass of the loop found.
#[derive(Debug, Clone, Copy, Default)]
struct Served {
    /// The newest request for a pass that this pass came after.
    asked: u64,
    backlog: Backlog,
    /// The next instant at which something falls due with no new fact.
    next: Option<Instant>,
    failed: bool,
}

/// Why a server can't start, in the order of the checks.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(
        "can't listen on {addr}: {source}; expected a free port (choose another with --listen)"
    )]
    Listen {
        addr: SocketAddr,
        source: std::io::Error,
    },
    #[error(transparent)]
    Live(#[from] LiveError),
    #[error("feeds: {0}")]
    Feeds(String),
    #[error("notices: {0}")]
    Notices(#[from] notices::OpenError),
}

/// Starts a server and returns when it listens.
pub async fn start(config: Config, parts: Parts) -> Result<Running, StartError> {
    config.check()?;
    live::check_stored(&parts.store, parts.lender, &parts.rulebook)?;
    let live = parts
        .store
        .live_since(parts.lender)
        .map_err(LiveError::from)?;
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|source| StartError::Listen {
            addr: config.listen,
            source,
        })?;
    let addr = listener.local_addr().map_err(|source| StartError::Listen {
        addr: config.listen,
        source,
    })?;
    let money =
        money::State::open(&config, &parts).map_err(|e| StartError::Feeds(e.to_string()))?;
    let notices = notices::State::open(&config, &parts.lender_name)?;
    let (changes, _) = broadcast::channel(CHANGES_KEPT);
    let (stop, stopped) = watch::channel(false);
    let shared = Arc::new(Shared {
        config,
        store: parts.store,
        lender: parts.lender,
        lender_name: parts.lender_name,
        rulebook: parts.rulebook,
        signer: parts.signer,
        clock: parts.clock,
        entropy: parts.entropy,
        live: live.is_some(),
        hub: device::Hub::default(),
        money,
        notices,
        changes,
        wake: Notify::new(),
        asked: AtomicU64::new(0),
        stopped: stopped.clone(),
    });
    let (served_tx, served) = watch::channel(Served::default());
    let worker = tokio::spawn(work(shared.clone(), served_tx, stopped.clone()));
    let carrier = tokio::spawn(notices::run(shared.clone(), stopped.clone()));
    let asker = tokio::spawn(money::ask_providers(shared.clone(), stopped.clone()));
    let web = tokio::spawn(http::serve(listener, addr, shared.clone(), stopped));
    Ok(Running {
        addr,
        shared,
        served,
        stop,
        worker,
        carrier,
        asker,
        web,
    })
}

/// A server that listens and works until it is shut down.
pub struct Running {
    addr: SocketAddr,
    shared: Arc<Shared>,
    served: watch::Receiver<Served>,
    stop: watch::Sender<bool>,
    worker: JoinHandle<()>,
    carrier: JoinHandle<()>,
    asker: JoinHandle<()>,
    web: JoinHandle<()>,
}

impl Running {
    /// The address it listens on, with the port it took.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The state it works on, for reads and for tests.
    pub fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// What was left to do after the newest pass.
    pub fn backlog(&self) -> Backlog {
        self.served.borrow().backlog
    }

    /// Waits until a pass that began after this call left nothing to do at this instant, and
    /// returns the next instant at which something falls due with no new fact.
    pub async fn quiet(&self) -> Option<Instant> {
        let asked = self.shared.asked.fetch_add(1, Ordering::SeqCst) + 1;
        self.shared.wake();
        let mut served = self.served.clone();
        let done = served
            .wait_for(|s| s.asked >= asked && !s.failed && s.backlog.is_zero())
            .await;
        done.ok().and_then(|s| s.next)
    }

    /// Stops listening, ends connections and the loop, and waits for both.
    pub async fn shutdown(self) {
        let _ = self.stop.send(true);
        self.shared.wake();
        let _ = self.worker.await;
        let _ = self.carrier.await;
        let _ = self.asker.await;
        let _ = self.web.await;
    }
}

/// The loop.
async fn work(
    shared: Arc<Shared>,
    served: watch::Sender<Served>,
    mut stopped: watch::Receiver<bool>,
) {
    while !*stopped.borrow() {
        let asked = shared.asked.load(Ordering::SeqCst);
        let result = pass(&shared).await;
        let state = match result {
            Ok((backlog, next)) => Served {
                asked,
                backlog,
                next,
                failed: false,
            },
            Err(error) => {
                tracing::error!(%error, "a pass failed; it is tried again");
                Served {
                    asked,
                    failed: true,
                    ..*served.borrow()
                }
            }
        };
        let failed = state.failed;
        let next = state.next;
        served.send_replace(state);
        let deadline = async {
            match next {
                Some(at) if !failed => shared.clock.reached(at).await,
                _ => std::future::pending().await,
            }
        };
        let poll = if failed { RETRY_AFTER } else { FOLDER_EVERY };
        tokio::select! {
            () = shared.wake.notified() => {}
            () = deadline => {}
            () = tokio::time::sleep(poll) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// Does all that is due now, in the order of trust.
async fn pass(shared: &Arc<Shared>) -> Result<(Backlog, Option<Instant>), PassError> {
    money::pass(shared).await?;
    device::pass(shared).await?;
    let mut backlog = money::backlog(shared).await?;
    let waiting = device::backlog(shared).await?;
    backlog.unsigned = waiting.unsigned;
    backlog.undelivered = waiting.undelivered;
    backlog.notices = notices::backlog(shared).await?;
    if backlog.enquiries > 0 {
        shared.money.wake_asker();
    }
    if backlog.notices > 0 {
        shared.notices.wake();
    }
    let deadlines = [
        money::next_deadline(shared).await?,
        notices::next_deadline(shared).await?,
        device::next_deadline(shared).await?,
    ];
    Ok((backlog, deadlines.into_iter().flatten().min()))
}

/// What can end a pass early; the next one starts over, for each step is idempotent.
#[derive(Debug, thiserror::Error)]
pub enum PassError {
    #[error("money: {0}")]
    Money(#[from] money::MoneyError),
    #[error("device: {0}")]
    Device(#[from] device::DeviceError),
    #[error("notices: {0}")]
    Notices(#[from] notices::NoticesError),
}
