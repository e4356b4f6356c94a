//! One phone of the process: a task that takes orders and frames, and says what it is at.

use fairlock_agent::{Event, Now};
use fairlock_protocol::enrol::Bundle;
use fairlock_protocol::ids::PayloadHash;
use tokio::sync::{mpsc, oneshot, watch};

use super::glance::{Habit, LIT_S};
use crate::phone::PhoneError;
use crate::phone::handset::Handset;

/// What a phone is told to do. Each is done when [`Status::done`] counts it.
pub enum Command {
    /// It is this time now.
    Time(i64),
    /// Timers fire, and the person does something with the phone.
    Tick { now: i64, doing: Doing },
    /// Says what it shows.
    Screen(oneshot::Sender<String>),
}

/// What a person does with the phone at one instant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Doing {
    pub leaves: bool,
    pub comes_back: bool,
    pub presses: bool,
}

/// What a phone is at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Status {
    /// Commands done.
    pub done: u64,
    pub idle: bool,
    pub reachable: bool,
    pub traffic: u64,
    /// Unix seconds.
    pub wake: Option<i64>,
    pub level: &'static str,
    /// SHA-256 of the payload of the grant in force.
    pub grant: Option<PayloadHash>,
    /// Why it ended.
    pub failed: Option<String>,
}

/// A phone and its person.
pub struct Actor {
    handset: Handset,
    habit: Habit,
    /// When the phone was switched on, Unix seconds.
    on_since: i64,
    now: i64,
    lit_until: Option<i64>,
    done: u64,
}

impl Actor {
    pub fn new(handset: Handset, habit: Habit, now: i64) -> Actor {
        Actor {
            handset,
            habit,
            on_since: now,
            now,
            lit_until: None,
            done: 0,
        }
    }

    /// Switches on, enrols with a bundle, accepts the charter and connects.
    pub async fn enrol(
        &mut self,
        start: Event,
        bundle: Bundle,
        imei: &str,
    ) -> Result<(), PhoneError> {
        let now = self.clocks();
        self.handset.event(start, now).await?;
        let enrol = self.handset.device.enrol_event(bundle, imei);
        self.handset.event(enrol, now).await?;
        self.handset.event(Event::CharterAccepted, now).await?;
        if self.handset.device.is_enrolled() {
            return Ok(());
        }
        Err(PhoneError::Enrol(
            "the server's offer wasn't accepted".to_string(),
        ))
    }

    /// Lives until the commands end.
    pub async fn live(
        mut self,
        mut commands: mpsc::UnboundedReceiver<Command>,
        status: watch::Sender<Status>,
    ) {
        loop {
            status.send_replace(self.status());
            let result = tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => self.command(command).await,
                    None => return,
                },
                event = self.handset.arrival() => {
                    let now = self.clocks();
                    self.handset.event(event, now).await
                }
            };
            if let Err(error) = result {
                let failed = Some(error.to_string());
                status.send_modify(|status| status.failed = failed);
                return;
            }
        }
    }

    async fn command(&mut self, command: Command) -> Result<(), PhoneError> {
        self.done += 1;
        match command {
            Command::Time(now) => {
                self.now = self.now.max(now);
                Ok(())
            }
            Command::Tick { now, doing } => {
                self.now = self.now.max(now);
                self.tick(doing).await
            }
            Command::Screen(reply) => {
                // Nobody waits for it any more: fine.
                let _ = reply.send(self.handset.device.screen_text());
                Ok(())
            }
        }
    }

    async fn tick(&mut self, doing: Doing) -> Result<(), PhoneError> {
        let now = self.clocks();
        if doing.leaves {
            self.handset.leave(now).await?;
        }
        if doing.comes_back {
            self.handset.come_back(now).await?;
        }
        if doing.presses {
            self.handset.event(Event::PassPressed, now).await?;
        }
        if self
            .handset
            .device
            .wake_running()
            .is_some_and(|at| at <= now.running)
        {
            self.handset.event(Event::Tick, now).await?;
        }
        if self.lit_until.is_some_and(|until| until <= self.now) {
            self.lit_until = None;
            self.handset.event(Event::ScreenOff, now).await?;
        }
        if self.look_at().is_some_and(|at| at <= self.now) {
            self.lit_until = Some(self.now + LIT_S);
            self.handset.event(Event::ScreenOn, now).await?;
        }
        Ok(())
    }

    /// When the person looks next, if the phone has something that must be seen.
    fn look_at(&self) -> Option<i64> {
        let screen = self.handset.device.screen()?;
        screen.notice?;
        self.lit_until
            .is_none()
            .then(|| self.habit.next_look(self.now))
    }

    fn clocks(&self) -> Now {
        Now {
            running: u64::try_from(self.now - self.on_since).unwrap_or(0),
            wall: self.now,
        }
    }

    fn status(&self) -> Status {
        let device = &self.handset.device;
        let agent = device.wake_running().map(|running| {
            self.on_since
                .saturating_add(i64::try_from(running).unwrap_or(i64::MAX))
        });
        let wakes = [agent, self.lit_until, self.look_at()];
        Status {
            done: self.done,
            idle: self.handset.is_idle(),
            reachable: self.handset.is_connected(),
            traffic: self.handset.traffic(),
            wake: wakes.into_iter().flatten().min(),
            level: device.level().word(),
            grant: device.in_force(),
            failed: None,
        }
    }
}
