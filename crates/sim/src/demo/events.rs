//! What happens in a demo, in words: who was limited, who was freed and how fast, who went away,
//! which feed fell silent.

use std::collections::BTreeMap;

use fairlock_domain::calendar::{Instant, Span, Zone};
use fairlock_domain::standing::FeedState;
use fairlock_rulebook::time::format_instant;
use fairlock_storage::{LenderId, PaymentTimes, Store, StoreError};

use super::tick::TickEnd;
use super::world::World;
use crate::oracle::model::Level;

/// Remembers what was told, so that only changes are.
pub struct Narrator {
    zone: Zone,
    levels: BTreeMap<String, Level>,
    feeds: BTreeMap<String, FeedState>,
    gone: bool,
    first_lock: FirstLock,
}

/// The first lock of a run is shown as its borrower sees it.
enum FirstLock {
    NotYet,
    Now(String),
    Shown,
}

impl Narrator {
    /// Times are told in this zone.
    pub fn new(zone: Zone) -> Narrator {
        Narrator {
            zone,
            levels: BTreeMap::new(),
            feeds: BTreeMap::new(),
            gone: false,
            first_lock: FirstLock::NotYet,
        }
    }

    /// What is worth reading of a tick, one line each.
    pub fn tell(
        &mut self,
        at: Instant,
        end: &TickEnd,
        world: &World,
    ) -> Result<Vec<String>, StoreError> {
        let (store, lender) = (&world.store, world.lender);
        let mut lines = end.told.clone();
        for contract in &end.doings.offline {
            lines.push(format!("{contract}: out of reach from now on"));
        }
        for contract in &end.doings.online {
            lines.push(format!("{contract}: in reach again"));
        }
        for contract in &end.doings.press {
            lines.push(format!(
                "{contract}: the borrower pressed the emergency pass"
            ));
        }
        self.feeds(store, lender, &mut lines)?;
        for phone in world.phones.all() {
            if let Some(level) = Level::from_word(&phone.level) {
                lines.extend(self.phone(&phone.contract, level, store, lender)?);
            }
        }
        if !world.phones.is_alive() && !self.gone {
            self.gone = true;
            lines.push(
                "the phones' process has ended; the demo goes on without reports".to_string(),
            );
        }
        let when = format_instant(at, &self.zone);
        let when = when.get(..16).unwrap_or(&when).replace('T', " ");
        Ok(lines
            .into_iter()
            .map(|line| format!("{when}  {line}"))
            .collect())
    }

    /// The contract whose phone locked first, once.
    pub fn first_lock(&mut self) -> Option<String> {
        let FirstLock::Now(contract) = &self.first_lock else {
            return None;
        };
        let contract = contract.clone();
        self.first_lock = FirstLock::Shown;
        Some(contract)
    }

    fn feeds(
        &mut self,
        store: &Store,
        lender: LenderId,
        lines: &mut Vec<String>,
    ) -> Result<(), StoreError> {
        for row in store.feeds(lender)? {
            let before = self.feeds.insert(row.feed.clone(), row.state);
            if before.unwrap_or(FeedState::Healthy) == row.state {
                continue;
            }
            let feed = &row.feed;
            lines.push(match row.state {
                FeedState::Healthy => format!("feed {feed}: complete again"),
                FeedState::Stale => {
                    format!("feed {feed}: silent; nobody who pays through it climbs")
                }
                FeedState::Gap => {
                    let why = row.why.unwrap_or_default();
                    format!("feed {feed}: something is missing ({why}); nobody on it climbs")
                }
            });
        }
        Ok(())
    }

    fn phone(
        &mut self,
        contract: &str,
        level: Level,
        store: &Store,
        lender: LenderId,
    ) -> Result<Option<String>, StoreError> {
        let before = self.levels.insert(contract.to_string(), level);
        let before = before.unwrap_or(Level::Free);
        if level == Level::Lock && matches!(self.first_lock, FirstLock::NotYet) {
            self.first_lock = FirstLock::Now(contract.to_string());
        }
        let words = match level {
            _ if level == before => return Ok(None),
            Level::Reduce | Level::Lock if level > before => level.word(),
            Level::Released => "released, for ever",
            Level::Free if before >= Level::Reduce => "free again",
            _ => return Ok(None),
        };
        if level > before {
            let row = store.contract(lender, contract)?;
            let owed = row.map(|row| format!("{} {}", row.currency.code(), row.restore));
            return Ok(Some(format!(
                "{contract}: {words}; {} opens it",
                owed.unwrap_or_default()
            )));
        }
        let newest = store.payments_of(lender, contract)?.into_iter().next();
        let speed = newest.and_then(|(_, times)| speed(&times));
        Ok(Some(match speed {
            Some(speed) => format!("{contract}: {words}, {speed}"),
            None => format!("{contract}: {words}"),
        }))
    }
}

/// How fast a payment freed a phone: ours in real time, the borrower's in the calendar's. A phone
/// that was out of reach waited in the calendar, and real time says nothing of it.
fn speed(times: &PaymentTimes) -> Option<String> {
    let ours = match received_to_usable_ms(times) {
        Some(ms) => format!("{ms} ms after its payment arrived"),
        None => {
            let waited = times.applied?.at.since(times.received.at);
            format!(
                "at its first contact, {} after its payment arrived",
                span(waited)
            )
        }
    };
    let acted = times.acted_at.map(|acted| {
        let wait = times.applied?.at.since(acted);
        Some(format!(" ({} after the borrower acted)", span(wait)))
    });
    Some(format!("{ours}{}", acted.flatten().unwrap_or_default()))
}

/// A span of the calendar, for people.
pub fn span(span: Span) -> String {
    let minutes = span.as_seconds() / 60;
    format!("{} h {:02} min", minutes / 60, minutes % 60)
}

/// From the arrival of the message to the arrival of the phone's report, in real milliseconds;
/// None for a phone that reported only at a later instant of the calendar.
pub fn received_to_usable_ms(times: &PaymentTimes) -> Option<u64> {
    let applied = times
        .applied
        .filter(|applied| applied.at == times.received.at)?;
    Some(
        applied
            .monotonic_ns
            .saturating_sub(times.received.monotonic_ns)
            / 1_000_000,
    )
}
