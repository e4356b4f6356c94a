//! The report: what a phone says back, signed with its own key. Its field list is closed and is
//! the published inventory of the data that a phone sends.
//!
//! Failure is [`crate::cbor::Malformed`]. Absent on purpose: how a server opens one, and place, contacts,
//! apps, usage, any identifier of the network or SIM.

use alloc::string::String;
use alloc::vec::Vec;

use crate::grant::{NOTICES_MAX, TIME_MAX};
use crate::ids::PayloadHash;
use crate::level::Level;
use crate::wire::ascending;

/// Refusals and cuts that a report remembers, newest last.
pub const REJECTS_MAX: usize = 16;
/// Longest version of agent, OS or backend, in bytes.
pub const VERSION_MAX: usize = 32;
/// Overlays that can be live at once: a pass, codes, and a cap of each level.
pub const OVERLAYS_MAX: usize = 6;

crate::record! {
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Report: "a report" v1 {
        /// The phone's own, rising with every report.
        2 need counter: u64,
        /// Nonce of the last contact token that counted.
        3 some nonce: [u8; 16],
        /// Highest seq accepted.
        4 need seq: u64,
        /// SHA-256 of the payload in force.
        5 need in_force: PayloadHash,
        6 need grant_level: Level,
        7 need level: Level,
        8 need why: Why,
        9 list overlays: OverlayLive,
        10 list shown: Shown,
        /// At most 16, newest last.
        11 list rejects: Reject,
        /// Wrong codes typed since the last right one.
        12 need code_tries: u64,
        /// Lower bound of the true time.
        13 need lower: u64,
        /// No upper bound after a boot without contact.
        14 some upper: u64,
        15 need ksv: u64,
        16 need charter_n: u64,
        17 need enrolments: u64,
        18 need agent: String,
        19 need os_patch: String,
        20 need backend: String,
        /// Emergency passes used since enrolment.
        21 need passes: u64,
        |report| {
            report.lower.max(report.upper.unwrap_or(0)) <= TIME_MAX => "an instant below 2^40",
            report.overlays.len() <= OVERLAYS_MAX => "at most 6 overlays",
            report.shown.len() as u64 <= NOTICES_MAX => "at most 8 notices",
            ascending(&report.shown, |shown| shown.id) => "notices with ids rising",
            report.rejects.len() <= REJECTS_MAX => "at most 16 refusals and cuts",
            report.agent.len() <= VERSION_MAX => "an agent's version of at most 32 bytes",
            report.os_patch.len() <= VERSION_MAX => "a patch level of at most 32 bytes",
            report.backend.len() <= VERSION_MAX => "a backend's name of at most 32 bytes",
        }
    }
}

crate::signed_payload!(Report);

crate::row! {
    /// Why the level in force is what it is.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Why: "why" {
        cause: Cause,
        /// Index in `steps` of the highest step of the grant in force that has begun.
        step: u8,
        /// What the next step still waits for, ascending; empty when none is left.
        waits: Vec<Wait>,
        |why| {
            ascending(&why.waits, |wait| *wait) => "waits in ascending order",
        }
    }
}

crate::codes! {
    pub enum Cause: "a cause: 0 to 9" {
        /// The grant's own steps.
        Grant = 0,
        /// No fresh contact for too long.
        Lapse = 1,
        /// The emergency pass.
        Pass = 2,
        /// An overlay is over, but the window of the step beneath isn't open.
        Returning = 3,
        /// Released by a grant.
        Released = 4,
        /// Released by the end of the contract.
        End = 5,
        /// The backend can't do more, or hasn't done it.
        Backend = 6,
        /// The backend took a function of the floor: open until the next boot.
        Floor = 7,
        /// A typed code.
        Code = 8,
        /// A cap of the whole lender.
        Cap = 9,
    }

    /// What keeps a step from beginning; 1 to 6 are the guards' own keys.
    pub enum Wait: "a wait: 0 to 9" {
        /// Its `at` isn't reached.
        At = 0,
        Notices = 1,
        Lead = 2,
        Silence = 3,
        Window = 4,
        Dwell = 5,
        Before = 6,
        /// An overlay is live.
        Overlay = 7,
        /// The newest grant, as the last token names it, hasn't arrived.
        Newest = 8,
        /// The lower bound of time is above the upper.
        Bounds = 9,
    }
}

crate::row! {
    /// An overlay that lowers now.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct OverlayLive: "an overlay" {
        kind: OverlayKind,
        /// Seconds of running time left.
        left_s: u64,
    }
}

crate::codes! {
    pub enum OverlayKind: "a kind of overlay: 1 to 3" {
        Pass = 1,
        Code = 2,
        Cap = 3,
    }
}

crate::record! {
    /// How a notice was shown.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Shown: "a notice shown" {
        1 need id: u16,
        /// How often it was put before an unlocked, lit screen.
        2 need times: u64,
        3 need seconds: u64,
        /// Lower bound of the instant at which it counted as shown.
        4 some first: u64,
        |shown| {
            shown.first.is_none_or(|at| at <= TIME_MAX) => "an instant below 2^40",
        }
    }
}

crate::row! {
    /// A refused object, or a part that was cut.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Reject: "a refusal or cut" {
        /// Code of `verify::Refusal` or `verify::CutReason`.
        code: u64,
        /// Seq of the grant, 0 when it wasn't read that far.
        seq: u64,
        /// First step cut; 0 for a whole object.
        step: u8,
        |reject| {
            reject.code <= 255 && reject.step <= 3 => "a code, and an index of a step",
        }
    }
}
