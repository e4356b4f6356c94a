//! The simulated lock backend: a phone of plain data that can be limited, asked, and broken.
//!
//! It stands for what a real backend sees of its platform, so it remembers calls one by one (apps
//! paused, page up, restrictions set) and not the level. [`Faults`] are the ways in which real ones
//! fail.

use std::collections::BTreeSet;

use fairlock_agent::{Backend, Capabilities, Conduct, Fault, Function, Observed};
use fairlock_protocol::Level;
use fairlock_protocol::charter::{AppClass, Restriction};

use super::conformance::{OnPhone, Use, has_page};

/// What goes wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    /// So many calls to the platform succeed, then each is refused until told otherwise.
    pub refuse_after: Option<u32>,
    /// The right to call the platform is gone.
    pub right_lost: bool,
    /// The platform's lock takes this function of the floor as well.
    pub takes: Option<Function>,
}

/// One simulated phone.
#[derive(Debug, Clone)]
pub struct Simulated {
    capabilities: Capabilities,
    pub faults: Faults,
    phone: Phone,
    /// Still holds the right to limit.
    owner: bool,
    /// Calls that changed something.
    calls: u32,
}

/// What is set on the phone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Phone {
    page: bool,
    paused: BTreeSet<AppClass>,
    restrictions: BTreeSet<Restriction>,
    /// What the agent's own banner says.
    banner: Option<Level>,
    /// What the page leaves: packages of the floor.
    stays: BTreeSet<String>,
}

impl Simulated {
    pub fn new(capabilities: Capabilities) -> Simulated {
        Simulated {
            capabilities,
            faults: Faults::default(),
            phone: Phone::default(),
            owner: true,
            calls: 0,
        }
    }
}

impl OnPhone for Simulated {
    fn works(&self, wanted: Use) -> bool {
        match wanted {
            Use::Function(function) => !(self.phone.page && self.faults.takes == Some(function)),
            Use::App { package, class } => {
                let paused = class.is_some_and(|class| self.phone.paused.contains(&class));
                self.phone.stays.contains(package) || !(self.phone.page || paused)
            }
        }
    }

    fn is_clean(&self) -> bool {
        self.phone == Phone::default() && !self.owner
    }

    fn changes(&self) -> u32 {
        self.calls
    }
}

impl Simulated {
    /// One call to the platform, if it changes anything.
    fn call(&mut self, wanted: bool, change: impl FnOnce(&mut Phone)) -> Result<(), Fault> {
        if !wanted {
            return Ok(());
        }
        if self.faults.right_lost || !self.owner {
            return Err(Fault::RightLost);
        }
        match &mut self.faults.refuse_after {
            Some(0) => return Err(Fault::Refused),
            Some(left) => *left -= 1,
            None => {}
        }
        change(&mut self.phone);
        self.calls += 1;
        Ok(())
    }

    fn set(&mut self, wanted: Phone) -> Result<(), Fault> {
        let now = self.phone.clone();
        let lower = |phone: &mut Phone| {
            phone.page &= wanted.page;
            phone.paused.retain(|class| wanted.paused.contains(class));
            phone
                .restrictions
                .retain(|one| wanted.restrictions.contains(one));
        };
        // What opens comes first: a fault on the way leaves a phone that is no stricter.
        let mut opened = now.clone();
        lower(&mut opened);
        self.call(opened != now, lower)?;
        let stays = wanted.stays.clone();
        self.call(self.phone.stays != stays, |phone| phone.stays = stays)?;
        let restrictions = wanted.restrictions.clone();
        self.call(self.phone.restrictions != restrictions, |phone| {
            phone.restrictions = restrictions;
        })?;
        let paused = wanted.paused.clone();
        self.call(self.phone.paused != paused, |phone| phone.paused = paused)?;
        self.call(self.phone.page != wanted.page, |phone| {
            phone.page = wanted.page
        })?;
        let banner = wanted.banner;
        self.call(self.phone.banner != banner, |phone| phone.banner = banner)
    }
}

impl Backend for Simulated {
    fn capabilities(&self) -> Capabilities {
        self.capabilities
    }

    fn apply(&mut self, conduct: &Conduct) -> Result<(), Fault> {
        let level = conduct.level();
        let apps = conduct.floor().apps().iter().map(|app| app.app.clone());
        let limits = level >= Level::Reduce;
        self.set(Phone {
            page: has_page(conduct),
            paused: conduct.paused().iter().copied().collect(),
            restrictions: conduct.restrictions().iter().copied().collect(),
            banner: (level >= Level::Remind).then_some(level),
            stays: if limits {
                apps.collect()
            } else {
                BTreeSet::new()
            },
        })
    }

    fn observe(&self) -> Observed {
        let phone = &self.phone;
        let level = match phone {
            _ if !self.owner && *phone == Phone::default() => Level::Released,
            Phone { page: true, .. } => Level::Lock,
            _ if !phone.paused.is_empty() || !phone.restrictions.is_empty() => Level::Reduce,
            _ if !phone.stays.is_empty() => Level::Reduce,
            Phone { banner, .. } => banner.unwrap_or(Level::Free),
        };
        let gone = |function: &Function| !self.works(Use::Function(*function));
        Observed {
            level,
            missing: Function::ALL.iter().copied().filter(gone).collect(),
        }
    }

    fn release(&mut self) -> Result<(), Fault> {
        self.set(Phone::default())?;
        self.owner = false;
        Ok(())
    }
}
