//! `fairlock phone`: one phone in real time, its screen as text.
//!
//! Each start of the process is a boot. The person at the terminal looks at the phone all the
//! time, accepts the charter by scanning the bundle, and types a line for what a finger does.

use std::time::Duration;

use fairlock_agent::{Event, Now, STORE_EVERY_S};
use tokio::sync::mpsc::UnboundedReceiver;

use super::bundle;
use super::device::Device;
use super::folder::{Durability, Folder};
use super::handset::Handset;
use super::{Options, PhoneError};
use crate::world::Http;

/// What a line of the terminal does to the phone.
pub const LINES: &str =
    "a code of 9, 15 or 17 digits: type it; p: emergency pass; a: airplane mode on or off";

/// Runs one phone until told to stop; `typed` brings what the person types, line by line.
pub async fn run(options: Options, mut typed: UnboundedReceiver<String>) -> Result<(), PhoneError> {
    let folder = |source| PhoneError::Folder {
        path: options.state_dir.clone(),
        source,
    };
    let kept = Folder::open(&options.state_dir, Durability::Synced).map_err(folder)?;
    let device = Device::switch_on(kept, options.entropy.as_ref()).map_err(folder)?;
    let switched_on_ns = options.clock.monotonic_ns();
    let clocks = || Now {
        running: (options.clock.monotonic_ns() - switched_on_ns) / 1_000_000_000,
        wall: options.clock.now().unix_seconds(),
    };
    let start = device.start_event(options.entropy.as_ref());
    let mut phone = Handset::new(device, options.server.clone(), Http::default());
    phone.event(start, clocks()).await?;
    if !phone.device.is_enrolled() {
        enrol(&mut phone, &options, clocks()).await?;
    }
    phone.event(Event::ScreenOn, clocks()).await?;
    let mut shown = String::new();
    let mut stop = options.stop.clone();
    loop {
        let screen = phone.device.screen_text();
        if screen != shown {
            (options.show)(screen.clone());
            shown = screen;
        }
        let sleep = until_wake(&phone, clocks());
        let event = tokio::select! {
            event = phone.arrival() => event,
            Some(line) = typed.recv() => {
                // Also an unchanged screen is an answer.
                shown.clear();
                match line.trim() {
                    "a" => {
                        airplane(&mut phone, clocks(), &options).await?;
                        continue;
                    }
                    "p" => Event::PassPressed,
                    code if code.starts_with(|first: char| first.is_ascii_digit()) => {
                        Event::CodeTyped(code.to_string())
                    }
                    _ => {
                        (options.show)(LINES.to_string());
                        continue;
                    }
                }
            }
            () = tokio::time::sleep(sleep) => Event::Tick,
            _ = stop.wait_for(|stop| *stop) => {
                return phone.event(Event::Shutdown, clocks()).await;
            }
        };
        phone.event(event, clocks()).await?;
    }
}

async fn airplane(phone: &mut Handset, now: Now, options: &Options) -> Result<(), PhoneError> {
    let on = phone.is_in_reach();
    (options.show)(format!("Airplane mode {}.", if on { "on" } else { "off" }));
    match on {
        true => phone.leave(now).await,
        false => phone.come_back(now).await,
    }
}

async fn enrol(phone: &mut Handset, options: &Options, now: Now) -> Result<(), PhoneError> {
    let text = options.bundle.as_deref().ok_or(PhoneError::NoBundle)?;
    let bundle = bundle::read(text).ok_or(PhoneError::Bundle)?;
    let imei = options.imei.as_deref().ok_or(PhoneError::NoImei)?;
    let enrol = phone.device.enrol_event(bundle, imei);
    phone.event(enrol, now).await?;
    phone.event(Event::CharterAccepted, now).await?;
    if phone.device.is_enrolled() {
        return Ok(());
    }
    Err(PhoneError::Enrol(
        "the server's offer wasn't accepted".to_string(),
    ))
}

/// Real time until the agent wants to be woken; at the latest until its state is to be stored.
fn until_wake(phone: &Handset, now: Now) -> Duration {
    let wake = phone.device.wake_running().unwrap_or(u64::MAX);
    let seconds = wake.saturating_sub(now.running).clamp(1, STORE_EVERY_S);
    Duration::from_secs(seconds)
}
