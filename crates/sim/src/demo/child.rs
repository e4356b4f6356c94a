//! The phones' process as the demo holds it: a child that takes orders over stdin.
//!
//! It may end at any time (someone kills it to see what happens). Then the demo goes on without
//! reports: every order from then on answers that nothing is there.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::demo::DemoError;
use crate::phones::wire::{Answer, Order, PhoneSeen, Seen};

/// The hidden subcommand of the one binary.
const SUBCOMMAND: &str = "demo-phones";

/// The child, while it lives, and what it last said of each phone.
pub struct Phones {
    alive: Option<Alive>,
    seen: BTreeMap<String, PhoneSeen>,
}

struct Alive {
    child: Child,
    orders: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Phones {
    /// Starts the process. It is not in the demo's process group, so that Ctrl-C in a terminal
    /// reaches the demo alone, which then ends it by closing its stdin.
    pub fn start(executable: &Path) -> Result<Phones, DemoError> {
        let failed = |what: String| DemoError::Phones(format!("{}: {what}", executable.display()));
        let mut child = Command::new(executable)
            .arg(SUBCOMMAND)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed(error.to_string()))?;
        let (orders, answers) = (child.stdin.take(), child.stdout.take());
        let (Some(orders), Some(answers)) = (orders, answers) else {
            return Err(failed("no pipes to it".to_string()));
        };
        Ok(Phones {
            alive: Some(Alive {
                child,
                orders,
                answers: BufReader::new(answers).lines(),
            }),
            seen: BTreeMap::new(),
        })
    }

    /// The process' id while it lives, for people who want to look at its sockets or kill it.
    pub fn process_id(&self) -> Option<u32> {
        self.alive.as_ref()?.child.id()
    }

    /// Gives an order and waits for its answer; None when the process has ended.
    pub async fn order(&mut self, order: &Order) -> Result<Option<Answer>, DemoError> {
        let Some(alive) = &mut self.alive else {
            return Ok(None);
        };
        match exchange(alive, order).await {
            Some(line) => serde_json::from_str(&line)
                .map(Some)
                .map_err(|error| DemoError::Phones(format!("answered {line:?}: {error}"))),
            None => {
                self.alive = None;
                self.seen.clear();
                Ok(None)
            }
        }
    }

    /// What each phone was at when last seen; empty when the process has ended.
    pub fn all(&self) -> impl Iterator<Item = &PhoneSeen> {
        self.seen.values()
    }

    pub fn is_alive(&self) -> bool {
        self.alive.is_some()
    }

    /// What a phone shows; None when the process has ended.
    pub async fn screen(&mut self, contract: &str) -> Result<Option<String>, DemoError> {
        let contract = contract.to_string();
        match self.order(&Order::Screen { contract }).await? {
            Some(Answer::Screen { text }) => Ok(Some(text)),
            Some(_) | None => Ok(None),
        }
    }

    /// Gives an order that is answered with what the phones are at; [`Phones::all`] has them then.
    pub async fn seen(&mut self, order: &Order) -> Result<Option<Seen>, DemoError> {
        match self.order(order).await? {
            None => Ok(None),
            Some(Answer::Seen(mut seen)) => {
                for phone in seen.phones.drain(..) {
                    self.seen.insert(phone.contract.clone(), phone);
                }
                Ok(Some(seen))
            }
            Some(other) => Err(DemoError::Phones(format!(
                "answered {other:?} to {order:?}"
            ))),
        }
    }

    /// Ends the process by closing its stdin, and waits for it.
    pub async fn end(mut self) {
        if let Some(alive) = self.alive.take() {
            let Alive {
                mut child, orders, ..
            } = alive;
            drop(orders);
            // It can't be reaped only when somebody else did it already.
            let _ = child.wait().await;
        }
    }
}

/// None when the process closed its pipes: it has ended, or is about to.
async fn exchange(alive: &mut Alive, order: &Order) -> Option<String> {
    let mut line = serde_json::to_vec(order).ok()?;
    line.push(b'\n');
    alive.orders.write_all(&line).await.ok()?;
    alive.orders.flush().await.ok()?;
    alive.answers.next_line().await.ok()?
}
