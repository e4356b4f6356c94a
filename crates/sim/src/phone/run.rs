//! `fairlock phone`: one phone in real time, in somebody's hand.
//!
//! Each start of the process is a boot. Whoever looks gets a [`View`] whenever it changes and after
//! each thing that a [`Finger`] did; what is awaited on the network is never waited for.

use std::time::Duration;

use fairlock_agent::{Event, Now, STORE_EVERY_S, ScreenKind};
use fairlock_protocol::channel::Said;
use tokio::sync::mpsc::UnboundedReceiver;

use super::backend::{Faults, Simulated};
use super::bundle;
use super::device::Device;
use super::folder::{Durability, Folder};
use super::handset::Handset;
use super::view::View;
use super::{Options, PhoneError};
use crate::world::Http;

/// What a finger does to the phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finger {
    /// Presses the emergency pass.
    Pass,
    /// Types a code.
    Code(String),
    /// Holds the camera over a QR; this is its text.
    Scan(String),
    /// Accepts the charter that is shown, or doesn't.
    Accept,
    Refuse,
    /// Tells the lender something.
    Say(Said),
    /// Asks for contact now.
    TryAgain,
    Airplane,
    /// The screen goes on or off.
    Screen,
    /// Switches the phone off and on again.
    Reboot,
    /// Takes the battery out and puts it back.
    PowerCut,
    /// Sets the phone's own clock forward, or back, by seconds.
    Clock(i64),
    /// No finger: the lock backend breaks, or is mended.
    Break(Faults),
    /// Puts the phone away.
    Quit,
}

/// Runs one phone until told to stop; `fingers` brings what is done to it.
pub async fn run(
    options: Options,
    mut fingers: UnboundedReceiver<Finger>,
) -> Result<(), PhoneError> {
    let mut stop = options.stop.clone();
    let mut hand = Hand::pick_up(&options).await?;
    hand.enrol(&mut fingers).await?;
    hand.event(Event::ScreenOn).await?;
    let mut shown = None;
    let mut listening = true;
    loop {
        let view = hand.view();
        if shown.as_ref() != Some(&view) {
            (options.show)(view.clone());
            shown = Some(view);
        }
        let sleep = hand.until_wake();
        let event = tokio::select! {
            event = hand.phone.arrival() => event,
            finger = fingers.recv(), if listening => match finger {
                Some(Finger::Quit) => return hand.event(Event::Shutdown).await,
                Some(finger) => {
                    // Also an unchanged screen is an answer.
                    shown = None;
                    hand.does(finger).await?;
                    continue;
                }
                None => {
                    listening = false;
                    continue;
                }
            },
            () = tokio::time::sleep(sleep) => Event::Tick,
            _ = stop.wait_for(|stop| *stop) => return hand.event(Event::Shutdown).await,
        };
        hand.event(event).await?;
    }
}

/// A phone in a hand.
struct Hand<'a> {
    options: &'a Options,
    phone: Handset,
    switched_on_ns: u64,
    /// By how much its owner has set the clock.
    clock_off: i64,
    lit: bool,
    faults: Faults,
    /// What its owner last told the lender, and whether it got there.
    said: Option<(Said, bool)>,
}

impl<'a> Hand<'a> {
    async fn pick_up(options: &'a Options) -> Result<Hand<'a>, PhoneError> {
        let folder = Folder::open(&options.state_dir, Durability::Synced);
        let folder = folder.map_err(|source| folder_error(options, source))?;
        let faults = options.faults.clone();
        let device = switch_on(options, folder, faults.clone())?;
        if let Some(imei) = &options.imei {
            let kept = device.set_imei(imei);
            kept.map_err(|source| PhoneError::State { source })?;
        }
        let mut hand = Hand {
            options,
            phone: Handset::new(device, options.server.clone(), Http::default()),
            switched_on_ns: options.clock.monotonic_ns(),
            clock_off: 0,
            lit: true,
            faults,
            said: None,
        };
        hand.start().await?;
        Ok(hand)
    }

    async fn start(&mut self) -> Result<(), PhoneError> {
        let start = self.phone.device.start_event(self.options.entropy.as_ref());
        self.event(start).await
    }

    /// Off, with or without a warning, and on again.
    async fn restart(&mut self, warned: bool) -> Result<(), PhoneError> {
        if warned {
            self.event(Event::Shutdown).await?;
        }
        let in_reach = self.phone.is_in_reach();
        let folder = self.phone.device.folder().clone();
        let device = switch_on(self.options, folder, self.faults.clone())?;
        self.phone = Handset::new(device, self.options.server.clone(), Http::default());
        self.switched_on_ns = self.options.clock.monotonic_ns();
        self.lit = true;
        if !in_reach {
            let now = self.now();
            self.phone.leave(now).await?;
        }
        self.start().await?;
        self.event(Event::ScreenOn).await
    }

    fn now(&self) -> Now {
        let clock = &self.options.clock;
        Now {
            running: (clock.monotonic_ns() - self.switched_on_ns) / 1_000_000_000,
            wall: clock.now().unix_seconds().saturating_add(self.clock_off),
        }
    }

    async fn event(&mut self, event: Event) -> Result<(), PhoneError> {
        let now = self.now();
        self.phone.event(event, now).await
    }

    async fn does(&mut self, finger: Finger) -> Result<(), PhoneError> {
        let event = match finger {
            Finger::Pass => Event::PassPressed,
            Finger::Code(code) => Event::CodeTyped(code),
            Finger::Scan(text) => Event::Scanned(text),
            Finger::Accept => Event::CharterAccepted,
            Finger::Say(what) => {
                let now = self.now();
                self.said = Some((what, self.phone.say(what, now).await?));
                return Ok(());
            }
            Finger::TryAgain => Event::NetworkUp,
            Finger::Screen => {
                self.lit = !self.lit;
                match self.lit {
                    true => Event::ScreenOn,
                    false => Event::ScreenOff,
                }
            }
            Finger::Clock(seconds) => {
                self.clock_off = self.clock_off.saturating_add(seconds);
                Event::Tick
            }
            Finger::Break(faults) => {
                self.faults = faults.clone();
                self.phone.device.set_faults(faults);
                let looked = self.phone.device.look();
                looked.map_err(|source| PhoneError::State { source })?
            }
            Finger::Airplane => {
                let now = self.now();
                return match self.phone.is_in_reach() {
                    true => self.phone.leave(now).await,
                    false => self.phone.come_back(now).await,
                };
            }
            Finger::Reboot => return self.restart(true).await,
            Finger::PowerCut => return self.restart(false).await,
            // The one in force stays; and quitting is the loop's.
            Finger::Refuse | Finger::Quit => return Ok(()),
        };
        self.event(event).await
    }

    /// Only a phone that isn't enrolled; the charter is read and accepted first.
    async fn enrol(&mut self, fingers: &mut UnboundedReceiver<Finger>) -> Result<(), PhoneError> {
        if self.phone.device.is_enrolled() {
            return Ok(());
        }
        let options = self.options;
        let text = options.bundle.as_deref().ok_or(PhoneError::NoBundle)?;
        let bundle = bundle::read(text).ok_or(PhoneError::Bundle)?;
        let imei = options.imei.as_deref().ok_or(PhoneError::NoImei)?;
        let enrol = self.phone.device.enrol_event(bundle, imei);
        self.event(enrol).await?;
        let refused = || PhoneError::Enrol("the server's offer can't be accepted".to_string());
        let kind = self.phone.device.screen().map(|screen| screen.kind);
        if kind != Some(ScreenKind::Charter) {
            return Err(refused());
        }
        (options.show)(self.view());
        if !options.accept {
            self.read_charter(fingers).await?;
        }
        self.event(Event::CharterAccepted).await?;
        match self.phone.device.is_enrolled() {
            true => Ok(()),
            false => Err(refused()),
        }
    }

    /// Waits for the owner; until then only reading is done.
    async fn read_charter(
        &mut self,
        fingers: &mut UnboundedReceiver<Finger>,
    ) -> Result<(), PhoneError> {
        let mut stop = self.options.stop.clone();
        loop {
            let finger = tokio::select! {
                finger = fingers.recv() => finger,
                _ = stop.wait_for(|stop| *stop) => None,
            };
            match finger {
                Some(Finger::Accept) => return Ok(()),
                None | Some(Finger::Refuse | Finger::Quit) => return Err(PhoneError::NotAccepted),
                Some(_) => (self.options.show)(self.view()),
            }
        }
    }

    fn view(&self) -> View {
        let device = &self.phone.device;
        View {
            lit: self.lit,
            screen: device.screen().cloned(),
            charter: device.charter().cloned(),
            imei: device.imei().ok().flatten(),
            // To the minute, as clocks on phones: a second is no news.
            wall: self.now().wall / 60 * 60,
            airplane: !self.phone.is_in_reach(),
            connected: self.phone.is_connected(),
            said: self.said,
            behind: device.behind(),
        }
    }

    /// Real time until the agent wants to be woken; at the latest until its state is to be stored.
    fn until_wake(&self) -> Duration {
        let wake = self.phone.device.wake_running().unwrap_or(u64::MAX);
        let seconds = wake
            .saturating_sub(self.now().running)
            .clamp(1, STORE_EVERY_S);
        Duration::from_secs(seconds)
    }
}

fn switch_on(options: &Options, folder: Folder, faults: Faults) -> Result<Device, PhoneError> {
    let mut backend = Simulated::new(options.capabilities);
    backend.faults = faults;
    Device::switch_on_with(folder, options.entropy.as_ref(), backend)
        .map_err(|source| folder_error(options, source))
}

fn folder_error(options: &Options, source: std::io::Error) -> PhoneError {
    PhoneError::Folder {
        path: options.state_dir.clone(),
        source,
    }
}
