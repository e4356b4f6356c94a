//! The run from its first day to its end.

use std::path::Path;
use std::time::Duration;

use fairlock_domain::calendar::zone;
use fairlock_domain::calendar::{Instant, Span};
use fairlock_rulebook::time::format_instant;
use fairlock_storage::StoreError;
use tokio::sync::watch;

use super::events::Narrator;
use super::record::Record;
use super::script::{FeedKind, Script};
use super::summary;
use super::world::World;
use super::{DemoError, Ended, Options, Said, Say};
use crate::oracle::check;
use crate::oracle::inputs::{FeedRule, Inputs, Message, MessageKind};
use crate::oracle::model::Level;

const DAY: Span = Span::days(1);

/// The zone in which the demo tells the time: that of its banks and borrowers.
const TOLD_IN: &str = "Africa/Nairobi";

/// Runs the demo to its end: after the last day with `exit`, else when `options.stop` says so.
pub async fn run(options: Options, say: Say) -> Result<Ended, DemoError> {
    let script = Script::read(&options.demo_dir)?;
    // The oracle's own reading; without `exit` nobody asks it.
    let inputs = match options.exit {
        true => Some(inputs(&script)?),
        false => None,
    };
    let mut stop = options.stop.clone();
    let mut world = tokio::select! {
        world = World::start(&options, script) => world?,
        () = told_to_stop(&mut stop) => return Ok(Ended::Stopped),
    };
    addresses(&world, &say);
    let ended = live(&mut world, &options, &say, &mut stop, inputs.as_ref()).await;
    world.phones.end().await;
    world.server.shutdown().await;
    ended
}

fn addresses(world: &World, say: &Say) {
    let address = |what, path: &str| Said::Address {
        what,
        url: format!("http://{}{path}", world.server.addr()),
    };
    say(address("console", "/"));
    if let Some(phone) = world.phones.all().next() {
        say(address(
            "a phone",
            &format!("/contracts/{}/phone", phone.contract),
        ));
    }
    if let Some(id) = world.phones.process_id() {
        say(Said::Event(format!(
            "phones are process {id}; `ss -tnp` shows their sockets, and killing it changes reports only"
        )));
    }
}

async fn live(
    world: &mut World,
    options: &Options,
    say: &Say,
    stop: &mut watch::Receiver<bool>,
    inputs: Option<&Inputs>,
) -> Result<Ended, DemoError> {
    let mut record = Record::default();
    if !days(world, options, say, stop, &mut record).await? {
        return Ok(Ended::Stopped);
    }
    say(Said::CalendarEnded { days: options.days });
    let Some(inputs) = inputs else {
        told_to_stop(stop).await;
        return Ok(Ended::Stopped);
    };
    let trace = record
        .into_trace(&world.store, world.lender)
        .map_err(store)?;
    let results = check(inputs, &trace);
    let happened = summary::happened(world, &trace).map_err(store)?;
    for line in happened
        .into_iter()
        .chain(summary::verdict(&results, &trace))
    {
        say(Said::Summary(line));
    }
    let failed = results.iter().filter(|result| !result.is_green()).count();
    Ok(match failed {
        0 => Ended::Green,
        failed => Ended::Red { failed },
    })
}

/// Runs tick after tick; false when told to stop.
async fn days(
    world: &mut World,
    options: &Options,
    say: &Say,
    stop: &mut watch::Receiver<bool>,
    record: &mut Record,
) -> Result<bool, DemoError> {
    let told_in = fairlock_rulebook::zone::load(TOLD_IN).unwrap_or_else(zone::utc);
    let mut narrator = Narrator::new(told_in.clone());
    let end = world.start.plus(Span::hours(24 * options.days));
    let mut day = 0;
    let mut at = world.start;
    loop {
        let tick = world.tick(at).await?;
        record.add(at.unix_seconds(), &world.phones);
        for phone in world.phones.all() {
            if let Some(level) = Level::from_word(&phone.level) {
                world.people.meet(&phone.contract, level, at);
            }
        }
        for line in narrator.tell(at, &tick, world).map_err(store)? {
            say(Said::Event(line));
        }
        if let Some(contract) = narrator.first_lock() {
            let screen = world.phones.screen(&contract).await?;
            for line in screen.iter().flat_map(|screen| screen.lines()) {
                say(Said::Event(format!("    | {line}")));
            }
        }
        let days_gone = at.since(world.start).as_seconds() / DAY.as_seconds();
        if day < days_gone {
            day = days_gone;
            let text = progress(world, at, &told_in).map_err(store)?;
            say(Said::Progress {
                day: u32::try_from(day).unwrap_or(u32::MAX),
                of: options.days,
                text,
            });
        }
        if at >= end {
            return Ok(true);
        }
        let waits = [
            world.messages.front().map(|m| m.at),
            world.deadline,
            world.wake.map(Instant::from_unix_seconds),
            world.people.next_after(at),
            Some(end),
        ];
        // Whoever asks for an instant that is over already is looked at a second later.
        let soonest = at.plus(Span::seconds(1));
        let next = waits
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(end)
            .max(soonest);
        if pause(options.day_pause, next.since(at), stop).await {
            return Ok(false);
        }
        at = next;
    }
}

/// Waits the calendar's share of real time; true when told to stop.
async fn pause(day: Duration, span: Span, stop: &mut watch::Receiver<bool>) -> bool {
    let seconds = u32::try_from(span.as_seconds()).unwrap_or(u32::MAX);
    let share = day.saturating_mul(seconds) / u32::try_from(DAY.as_seconds()).unwrap_or(1);
    if share.is_zero() {
        return *stop.borrow();
    }
    tokio::select! {
        () = tokio::time::sleep(share) => false,
        () = told_to_stop(stop) => true,
    }
}

/// Waits until told to stop; for ever when nobody can tell any more.
async fn told_to_stop(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// The portfolio in a few words.
fn progress(
    world: &World,
    at: Instant,
    told_in: &fairlock_domain::calendar::Zone,
) -> Result<String, StoreError> {
    let date = format_instant(at, told_in);
    let counts = world.store.level_counts(world.lender)?;
    let levels: Vec<String> = counts
        .iter()
        .filter(|count| count.contracts > 0)
        .map(|count| format!("{} {}", count.contracts, count.level.name()))
        .collect();
    Ok(format!(
        "{}: {}",
        date.get(..10).unwrap_or(&date),
        levels.join(", ")
    ))
}

/// What the oracle knows of a demo folder.
pub fn inputs_of(demo_dir: &Path) -> Result<Inputs, DemoError> {
    inputs(&Script::read(demo_dir)?)
}

/// What the oracle knows beforehand: the same folder, read by its own rules.
fn inputs(script: &Script) -> Result<Inputs, DemoError> {
    let contracts = String::from_utf8_lossy(&script.contracts);
    let start = script.start().map_or(0, Instant::unix_seconds);
    let messages: Vec<Message> = script
        .messages
        .iter()
        .map(|message| Message {
            at: message.at.unix_seconds(),
            feed: &message.feed,
            body: &message.body,
            kind: match message.kind {
                FeedKind::Statements => MessageKind::Statement,
                FeedKind::Callbacks => MessageKind::Callback,
            },
        })
        .collect();
    let feeds: Vec<FeedRule> = script
        .feeds
        .iter()
        .map(|feed| FeedRule {
            name: feed.name.clone(),
            period: feed.period().as_seconds(),
        })
        .collect();
    Inputs::read(&contracts, &messages, &feeds, start).map_err(DemoError::Contracts)
}

fn store(error: StoreError) -> DemoError {
    DemoError::Store(error.to_string())
}
