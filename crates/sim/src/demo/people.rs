//! What borrowers do with their phones, by seed: some are out of reach for days, one for twenty,
//! some press the emergency pass when their phone is locked.

use fairlock_domain::calendar::{Instant, Span};

use crate::oracle::model::Level;
use crate::world::Chance;

/// One phone in five is out of reach once, for one to five days.
const AWAY_ONE_IN: u64 = 5;
const AWAY_DAYS_MAX: u64 = 5;

/// The one that comes back after 20 days (story 3) leaves within the first month, so that even a
/// short run sees it go.
const LONG_AWAY_DAYS: u32 = 20;
const LONG_AWAY_FROM_DAYS: u64 = 30;

/// Four borrowers in ten know of the emergency pass.
const PRESSES_IN_TEN: u64 = 4;

/// They press it within so many hours after they meet the lock.
const PRESS_HOURS_MAX: u64 = 20;

/// One phone's person.
struct Person {
    contract: String,
    away: Option<(Instant, Instant)>,
    is_away: bool,
    /// How long after the lock the pass is pressed, for those who do.
    presses_after: Option<Span>,
    locked_since: Option<Instant>,
    pressed: bool,
}

/// All of them.
pub struct People {
    people: Vec<Person>,
}

/// What people do at one instant; contracts name the phones.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Doings {
    pub offline: Vec<String>,
    pub online: Vec<String>,
    pub press: Vec<String>,
}

impl People {
    /// Draws everyone's habits; `days` is the length of the calendar from `start`.
    pub fn draw(seed: u64, contracts: &[String], start: Instant, days: u32) -> People {
        let chance = Chance::new(seed, "people");
        let long_away = chance.below(contracts.len() as u64);
        let people = contracts
            .iter()
            .enumerate()
            .map(|(i, contract)| Person {
                contract: contract.clone(),
                away: if i as u64 == long_away {
                    let from = start.plus(Span::hours(24 * draw(&chance, LONG_AWAY_FROM_DAYS)));
                    Some((from, from.plus(Span::days(LONG_AWAY_DAYS))))
                } else if chance.below(AWAY_ONE_IN) == 0 {
                    let from = start.plus(Span::hours(draw(&chance, u64::from(days) * 24)));
                    let length = Span::hours(24 + draw(&chance, (AWAY_DAYS_MAX - 1) * 24));
                    Some((from, from.plus(length)))
                } else {
                    None
                },
                is_away: false,
                presses_after: (chance.below(10) < PRESSES_IN_TEN)
                    .then(|| Span::hours(1 + draw(&chance, PRESS_HOURS_MAX))),
                locked_since: None,
                pressed: false,
            })
            .collect();
        People { people }
    }

    /// What is done at `now`, each thing once.
    pub fn act(&mut self, now: Instant) -> Doings {
        let mut doings = Doings::default();
        for person in &mut self.people {
            let away = person
                .away
                .is_some_and(|(from, until)| from <= now && now < until);
            if away && !person.is_away {
                doings.offline.push(person.contract.clone());
            } else if person.is_away && !away {
                doings.online.push(person.contract.clone());
            }
            person.is_away = away;
            if person.press_at().is_some_and(|at| at <= now) {
                person.pressed = true;
                doings.press.push(person.contract.clone());
            }
        }
        doings
    }

    /// Tells a person what the phone is at.
    pub fn meet(&mut self, contract: &str, level: Level, now: Instant) {
        let person = self.people.iter_mut().find(|p| p.contract == contract);
        let Some(person) = person else { return };
        if level == Level::Lock {
            person.locked_since.get_or_insert(now);
        } else {
            person.locked_since = None;
            person.pressed = false;
        }
    }

    /// The next instant after `now` at which somebody does something.
    pub fn next_after(&self, now: Instant) -> Option<Instant> {
        let of = |p: &Person| {
            let away = p.away.into_iter().flat_map(|(from, until)| [from, until]);
            away.chain(p.press_at()).filter(|at| *at > now).min()
        };
        self.people.iter().filter_map(of).min()
    }
}

impl Person {
    fn press_at(&self) -> Option<Instant> {
        let since = self.locked_since.filter(|_| !self.pressed)?;
        Some(since.plus(self.presses_after?))
    }
}

/// A small number below `bound`, for spans of days and hours.
fn draw(chance: &Chance, bound: u64) -> u32 {
    u32::try_from(chance.below(bound)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: u32) -> Instant {
        Instant::from_unix_seconds(1_772_409_600).plus(Span::hours(hours))
    }

    #[test]
    fn a_seed_draws_the_same_people() {
        let contracts: Vec<String> = (0..40).map(|i| format!("C-{i}")).collect();
        let run = |seed| {
            let mut people = People::draw(seed, &contracts, at(0), 120);
            let mut log = Vec::new();
            let mut now = at(0);
            while let Some(next) = people.next_after(now) {
                now = next;
                log.push((now, people.act(now)));
            }
            log
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        let away: usize = run(7).iter().map(|(_, d)| d.offline.len()).sum();
        let back: usize = run(7).iter().map(|(_, d)| d.online.len()).sum();
        assert!(away >= 1 && away == back, "{away} left, {back} came back");
    }

    #[test]
    fn the_pass_is_pressed_once_a_lock() {
        let mut people = People {
            people: vec![Person {
                contract: "C-1".to_string(),
                away: None,
                is_away: false,
                presses_after: Some(Span::hours(3)),
                locked_since: None,
                pressed: false,
            }],
        };
        people.meet("C-1", Level::Lock, at(0));
        assert_eq!(people.next_after(at(0)), Some(at(3)));
        assert_eq!(people.act(at(2)).press, [""; 0]);
        assert_eq!(people.act(at(3)).press, ["C-1"]);
        assert_eq!(people.act(at(4)).press, [""; 0]);
        people.meet("C-1", Level::Remind, at(5));
        people.meet("C-1", Level::Lock, at(30));
        assert_eq!(people.act(at(33)).press, ["C-1"]);
    }
}
