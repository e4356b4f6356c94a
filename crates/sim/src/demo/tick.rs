//! One tick: the clock moves, what is due arrives, server and phones run until nothing is left to
//! do at this instant.
//!
//! The order makes races impossible. Phones are told the time first, so that what the server
//! sends at T is judged at T; then the clock moves and money arrives; only when the server is
//! quiet do the phones' own timers fire, so that no step begins that the money forbids.

use std::time::Duration;

use fairlock_domain::calendar::Instant;
use tokio::time::timeout;

use super::DemoError;
use super::people::Doings;
use super::script::{FeedKind, Message};
use super::world::World;
use crate::phones::wire::{self, Order};

/// Real time after which a server that still has something to do is stuck: a tick takes
/// milliseconds, the first one plans the whole portfolio.
const QUIET_WITHIN: Duration = Duration::from_secs(120);

/// What a tick ends with.
pub struct TickEnd {
    pub doings: Doings,
    /// Words worth telling about what arrived.
    pub told: Vec<String>,
}

impl World {
    /// Runs one tick at an instant.
    pub async fn tick(&mut self, at: Instant) -> Result<TickEnd, DemoError> {
        let now = at.unix_seconds();
        let arrives = self.messages.front().is_some_and(|m| m.at <= at);
        let due = self.deadline.is_some_and(|deadline| deadline <= at);
        let mut told = Vec::new();
        // With nothing that arrives or is due, the server has nothing to say before the phones do.
        if arrives || due {
            self.phones.order(&Order::Time { now }).await?;
        }
        self.clock.set(at);
        if arrives || due {
            while let Some(message) = self.messages.pop_front_if(|m| m.at <= at) {
                told.extend(self.deliver(&message).await?);
            }
            self.settle().await?;
        }
        let doings = self.people.act(at);
        let tick = Order::Tick(wire::Tick {
            now,
            offline: doings.offline.clone(),
            online: doings.online.clone(),
            press: doings.press.clone(),
        });
        if self.look(&tick).await? {
            self.settle().await?;
        }
        Ok(TickEnd { doings, told })
    }

    async fn deliver(&mut self, message: &Message) -> Result<Option<String>, DemoError> {
        match message.kind {
            FeedKind::Statements => {
                self.bank.drop_file(&message.name, &message.body)?;
                Ok(None)
            }
            FeedKind::Callbacks => self.bank.post_callback(&message.body).await,
        }
    }

    /// Waits until server and phones are quiet, and stay so: no frame went between two looks.
    pub async fn settle(&mut self) -> Result<(), DemoError> {
        loop {
            let quiet = timeout(QUIET_WITHIN, self.server.quiet()).await;
            self.deadline = quiet.map_err(|_| {
                let backlog = self.server.backlog();
                DemoError::World(format!(
                    "the server has still to do at this instant: {backlog:?}"
                ))
            })?;
            if !self.look(&Order::Settle).await? {
                return Ok(());
            }
        }
    }

    /// Gives the phones an order; true when frames went since the last look.
    async fn look(&mut self, order: &Order) -> Result<bool, DemoError> {
        let seen = self.phones.seen(order).await?;
        self.wake = seen.as_ref().and_then(|seen| seen.wake);
        let traffic = seen.map_or(self.traffic, |seen| seen.traffic);
        let moved = traffic != self.traffic;
        self.traffic = traffic;
        Ok(moved)
    }
}
