//! What somebody who looks at a phone sees, and what a simulation may know beside that.
//!
//! The screen comes from the agent as data; the rest is what every phone shows by itself (its own
//! clock, its radio) and what stands behind the glass (the backend). Words are the reader's.

use fairlock_agent::{Capabilities, Observed, Screen};
use fairlock_protocol::channel::Said;
use fairlock_protocol::{Charter, Level};

use super::backend::Faults;

/// One look at a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// The screen is lit.
    pub lit: bool,
    /// None before the agent said anything.
    pub screen: Option<Screen>,
    /// The charter in force, or the one that is offered.
    pub charter: Option<Charter>,
    /// The 15 digits that this phone calls its own.
    pub imei: Option<String>,
    /// The phone's own clock, Unix seconds; its owner may have set it to anything.
    pub wall: i64,
    pub airplane: bool,
    /// A channel to the server is open.
    pub connected: bool,
    /// What its owner last told the lender, and whether it got there.
    pub said: Option<(Said, bool)>,
    pub behind: Behind,
}

/// Behind the glass: what the agent wants, and what the backend makes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    /// The level that grants and overlays come to.
    pub wanted: Level,
    /// What is in effect, as seen on the phone.
    pub seen: Observed,
    pub capabilities: Capabilities,
    pub faults: Faults,
    /// How many times the phone has started.
    pub boot: u64,
    /// Seq of the newest grant; 0 before the first.
    pub seq: u64,
}
