//! A phone with its radio: device, HTTP, and the channel while there is one.
//!
//! A phone out of reach keeps everything but the network. Failure of the network is no failure of
//! the phone: the agent learns that the channel is gone, and asks for it again in its own time.

use std::collections::VecDeque;
use std::future::pending;
use std::time::Duration;

use fairlock_agent::{Event, Now};
use fairlock_protocol::channel::{Frame, Said};
use tokio::time::timeout;

use super::PhoneError;
use super::device::{Device, Radio};
use super::link::Link;
use crate::world::Http;

/// Real time after which a server that doesn't open a channel counts as not there.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// Events that one event may lead to: enrolment, the longest chain, takes a dozen.
const CHAIN_MAX: usize = 64;

/// One phone on the network.
pub struct Handset {
    pub device: Device,
    server: String,
    http: Http,
    link: Option<Link>,
    in_reach: bool,
    traffic: u64,
    /// The server has answered on this channel: it knows who is there.
    introduced: bool,
    /// Reports that aren't acknowledged, and check-ins that aren't answered.
    reports_waiting: u64,
    check_ins_waiting: u64,
}

impl Handset {
    /// A phone that will talk to `server`, `http://host:port`.
    pub fn new(device: Device, server: String, http: Http) -> Handset {
        Handset {
            device,
            server,
            http,
            link: None,
            in_reach: true,
            traffic: 0,
            introduced: false,
            reports_waiting: 0,
            check_ins_waiting: 0,
        }
    }

    /// One event, and all that follows from it, the network included.
    pub async fn event(&mut self, event: Event, now: Now) -> Result<(), PhoneError> {
        let mut events = VecDeque::from([event]);
        for _ in 0..CHAIN_MAX {
            let Some(event) = events.pop_front() else {
                return Ok(());
            };
            self.note_arrival(&event);
            let folder = |source| PhoneError::State { source };
            for radio in self.device.step(event, now).map_err(folder)? {
                events.extend(self.carry_out(radio).await?);
            }
        }
        Err(PhoneError::Server {
            server: self.server.clone(),
            what: format!("more than {CHAIN_MAX} answers to one event"),
        })
    }

    async fn carry_out(&mut self, radio: Radio) -> Result<Option<Event>, PhoneError> {
        match radio {
            Radio::Post { path, body } => self.post(&path, body).await.map(Some),
            Radio::Connect { mirror, path } => {
                let server = mirror.unwrap_or_else(|| self.server.clone());
                Ok(Some(self.connect(&server, &path).await))
            }
            Radio::Send(bytes) => Ok(self.send(bytes).await),
        }
    }

    async fn post(&self, path: &str, body: Vec<u8>) -> Result<Event, PhoneError> {
        let url = format!("{}{path}", self.server);
        let answer = self.http.post(&url, "application/cbor", body).await;
        let answer = answer.map_err(|error| PhoneError::Enrol(error.to_string()))?;
        if !(200..300).contains(&answer.status) {
            let text = String::from_utf8_lossy(&answer.body).trim().to_string();
            return Err(PhoneError::Enrol(format!(
                "{url}: {} {text}",
                answer.status
            )));
        }
        Ok(Event::Answer(answer.body.to_vec()))
    }

    async fn connect(&mut self, server: &str, path: &str) -> Event {
        self.drop_link();
        if self.in_reach
            && let Ok(Ok(link)) = timeout(CONNECT_WITHIN, Link::open(server, path)).await
        {
            self.link = Some(link);
            return Event::Connected;
        }
        Event::Disconnected
    }

    async fn send(&mut self, bytes: Vec<u8>) -> Option<Event> {
        match Frame::decode(&bytes) {
            Ok(Frame::Report(_)) => self.reports_waiting += 1,
            Ok(Frame::CheckIn { .. }) => self.check_ins_waiting += 1,
            _ => {}
        }
        self.traffic += 1;
        let sent = match &mut self.link {
            Some(link) => link.send(bytes).await,
            None => false,
        };
        if sent {
            return None;
        }
        self.drop_link();
        Some(Event::Disconnected)
    }

    /// What the owner says on the screen goes to the server as it is; false where it doesn't get
    /// there. It is the port's alone: nothing of it changes what the phone does.
    pub async fn say(&mut self, what: Said, now: Now) -> Result<bool, PhoneError> {
        if !self.introduced {
            return Ok(false);
        }
        match self.send(Frame::Said { what }.encode()).await {
            None => Ok(true),
            Some(gone) => {
                self.event(gone, now).await?;
                Ok(false)
            }
        }
    }

    fn note_arrival(&mut self, event: &Event) {
        let Event::Frame(bytes) = event else { return };
        self.traffic += 1;
        match Frame::decode(bytes) {
            Ok(Frame::Ack { .. }) => {
                self.introduced = true;
                self.reports_waiting = self.reports_waiting.saturating_sub(1);
            }
            Ok(Frame::Contact(_)) => {
                self.check_ins_waiting = self.check_ins_waiting.saturating_sub(1);
            }
            _ => {}
        }
    }

    /// What the channel brings next, as an event; waits for ever while there is none.
    pub async fn arrival(&mut self) -> Event {
        match &mut self.link {
            None => pending().await,
            Some(link) => match link.next().await {
                Some(bytes) => Event::Frame(bytes),
                None => {
                    self.drop_link();
                    Event::Disconnected
                }
            },
        }
    }

    /// Out of reach from now on: the channel is gone without a goodbye.
    pub async fn leave(&mut self, now: Now) -> Result<(), PhoneError> {
        self.in_reach = false;
        if self.link.is_some() {
            self.drop_link();
            self.event(Event::Disconnected, now).await?;
        }
        Ok(())
    }

    /// In reach again.
    pub async fn come_back(&mut self, now: Now) -> Result<(), PhoneError> {
        self.in_reach = true;
        self.event(Event::NetworkUp, now).await
    }

    fn drop_link(&mut self) {
        self.link = None;
        self.introduced = false;
        self.reports_waiting = 0;
        self.check_ins_waiting = 0;
    }

    pub fn is_connected(&self) -> bool {
        self.link.is_some()
    }

    pub fn is_in_reach(&self) -> bool {
        self.in_reach
    }

    /// Nothing that was sent waits for its answer.
    pub fn is_idle(&self) -> bool {
        self.reports_waiting == 0 && self.check_ins_waiting == 0
    }

    /// Frames sent and received so far.
    pub fn traffic(&self) -> u64 {
        self.traffic
    }
}
