//! What happens in a demo, in words: who was limited, who was freed and how fast, who went away,
//! which feed fell silent.

use std::collections::BTreeMap;

use fairlock_domain::calendar::{Instant, Zone};
use fairlock_domain::standing::FeedState;
use fairlock_rulebook::time::format_instant;
use fairlock_storage::{LenderId, PaymentTimes, Store, StoreError};

use super::tick::TickEnd;
use crate::oracle::model::Level;

/// Remembers what was told, so that only changes are.
pub struct Narrator {
    zone: Zone,
    levels: BTreeMap<String, Level>,
    feeds: BTreeMap<String, FeedState>,
    gone: bool,
}

impl Narrator {
    /// Times are told in this zone.
    pub fn new(zone: Zone) -> Narrator {
        Narrator {
            zone,
            levels: BTreeMap::new(),
            feeds: BTreeMap::new(),
            gone: false,
        }
    }

    /// What is worth reading of a tick, one line each.
    pub fn tell(
        &mut self,
        at: Instant,
        end: &TickEnd,
        store: &Store,
        lender: LenderId,
    ) -> Result<Vec<String>, StoreError> {
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
        match &end.seen {
            Some(seen) => {
                for phone in &seen.phones {
                    if let Some(level) = Level::from_word(&phone.level) {
                        lines.extend(self.phone(&phone.contract, level, store, lender)?);
                    }
                }
            }
            None if !self.gone => {
                self.gone = true;
                lines.push(
                    "the phones' process has ended; the demo goes on without reports".to_string(),
                );
            }
            None => {}
        }
        let when = format_instant(at, &self.zone);
        let when = when.get(..16).unwrap_or(&when).replace('T', " ");
        Ok(lines
            .into_iter()
            .map(|line| format!("{when}  {line}"))
            .collect())
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

/// How fast a payment freed a phone: ours in real time, the borrower's in the calendar's.
fn speed(times: &PaymentTimes) -> Option<String> {
    let ours = received_to_usable_ms(times)?;
    let acted = times.acted_at.map(|acted| {
        let wait = times.received.at.since(acted).as_seconds();
        format!(
            " ({} h {:02} min after the borrower acted)",
            wait / 3_600,
            wait % 3_600 / 60
        )
    });
    Some(format!(
        "{ours} ms after its payment arrived{}",
        acted.unwrap_or_default()
    ))
}

/// From the arrival of the message to the arrival of the phone's report, in real milliseconds.
pub fn received_to_usable_ms(times: &PaymentTimes) -> Option<u64> {
    let applied = times.applied?.monotonic_ns;
    Some(applied.saturating_sub(times.received.monotonic_ns) / 1_000_000)
}
