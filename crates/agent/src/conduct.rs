//! What a level is on the phone: the only thing that a backend is told. Every one is made through
//! the [`Floor`].

use alloc::vec::Vec;

use fairlock_protocol::charter::{AppClass, Restriction};
use fairlock_protocol::{Charter, Level};

use crate::floor::{Floor, Function};

/// How the phone shall behave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conduct {
    level: Level,
    floor: Floor,
    paused: Vec<AppClass>,
    restrictions: Vec<Restriction>,
}

/// What somebody wants to do with the phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use<'a> {
    Function(Function),
    App {
        package: &'a str,
        class: Option<AppClass>,
    },
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

    /// The lock page stands before everything but the floor.
    pub fn page(&self) -> bool {
        self.level == Level::Lock
    }

    /// May this go on?
    pub fn leaves(&self, wanted: Use) -> bool {
        match wanted {
            Use::Function(function) => self.floor.functions().contains(&function),
            Use::App { package, class } => {
                let stays = self.floor.apps().iter().any(|app| app.app == package);
                let paused = class.is_some_and(|class| self.paused.contains(&class));
                stays || !(self.page() || paused)
            }
        }
    }
}
