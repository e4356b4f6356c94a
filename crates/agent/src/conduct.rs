//! What a level is on the phone: the only thing that a backend is told. Every one is made through
//! the [`Floor`].

use alloc::vec::Vec;

use fairlock_protocol::charter::{AppClass, Restriction};
use fairlock_protocol::{Charter, Level};

use crate::floor::Floor;

/// How the phone shall behave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conduct {
    level: Level,
    floor: Floor,
    paused: Vec<AppClass>,
    restrictions: Vec<Restriction>,
}

impl Conduct {
    /// What this level is under this charter; an open phone may have none.
    pub fn at(level: Level, charter: Option<&Charter>) -> Conduct {
        let limited = charter.filter(|_| level >= Level::Reduce);
        Conduct {
            level,
            floor: Floor::of(charter),
            paused: limited.map_or_else(Vec::new, |charter| charter.classes.clone()),
            restrictions: limited.map_or_else(Vec::new, |charter| charter.restrictions.clone()),
        }
    }

    pub fn level(&self) -> Level {
        self.level
    }

    /// What stays. Nothing below can contradict it.
    pub fn floor(&self) -> &Floor {
        &self.floor
    }

    /// Classes of apps that are paused, the floor's apps excepted.
    pub fn paused(&self) -> &[AppClass] {
        &self.paused
    }

    /// What the charter allows to be restricted while the phone is limited; usually nothing.
    pub fn restrictions(&self) -> &[Restriction] {
        &self.restrictions
    }
}
