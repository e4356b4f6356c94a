//! The report: what a phone says back, signed with its own key. Its field list is closed and is
//! the published inventory of the data that a phone sends.
//!
//! Failure is [`ReportError`], in the order of the checks. Absent on purpose: place, contacts,
//! apps, usage, any identifier of the network or SIM.

use alloc::string::String;
use alloc::vec::Vec;

use crate::cbor::{Malformed, MapWriter, Reader};
use crate::cose::{Alg, CoseError, Sign1};
use crate::grant::{NOTICES_MAX, SEQ_MAX, TIME_MAX, read_u16};
use crate::ids::{Binding, Domain, PayloadHash};
use crate::level::Level;
use crate::p256::DeviceKey;

/// Refusals and cuts that a report remembers, newest last.
pub const REJECTS_MAX: u64 = 16;
const VERSION_MAX: usize = 32;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The phone's own, rising with every report.
    pub counter: u64,
    /// Nonce of the last contact token that counted.
    pub nonce: Option<[u8; 16]>,
    /// Highest seq accepted.
    pub seq: u64,
    /// SHA-256 of the payload in force.
    pub in_force: PayloadHash,
    pub grant_level: Level,
    pub level: Level,
    pub why: Why,
    pub overlays: Vec<OverlayLive>,
    pub shown: Vec<Shown>,
    /// At most 16, newest last.
    pub rejects: Vec<Reject>,
    /// Bounds of the true time; no upper one after a boot without contact.
    pub lower: u64,
    pub upper: Option<u64>,
    pub ksv: u64,
    pub charter_n: u64,
    pub enrolments: u64,
    pub agent: String,
    pub os_patch: String,
    pub backend: String,
    /// Emergency passes used since enrolment.
    pub passes: u64,
}

/// Why the level in force is what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    pub cause: Cause,
    /// Index in `steps` of the highest step of the grant in force that has begun.
    pub step: u8,
    /// What the next step still waits for, ascending; empty when none is left.
    pub waits: Vec<Wait>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The grant's own steps.
    Grant,
    /// No fresh contact for too long.
    Lapse,
    /// The emergency pass.
    Pass,
    /// The pass is over, but the window of the step beneath isn't open.
    Returning,
    /// Released by a grant.
    Released,
    /// Released by the end of the contract.
    End,
}

/// What keeps a step from beginning; 1 to 6 are the guards' own keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wait {
    /// Its `at` isn't reached.
    At,
    Notices,
    Lead,
    Silence,
    Window,
    Dwell,
    Before,
    /// An overlay is live.
    Overlay,
    /// The newest grant, as the last token names it, hasn't arrived.
    Newest,
    /// The lower bound of time is above the upper.
    Bounds,
}

/// An overlay that lowers now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OverlayLive {
    pub kind: OverlayKind,
    /// Seconds of running time left.
    pub left_s: u64,
}

/// Codes (2) and caps (3) come with their own work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OverlayKind {
    Pass = 1,
}

/// How a notice was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    pub id: u16,
    /// Lower bound of the instant at which it counted as shown.
    pub first: Option<u64>,
    /// How often it was put before an unlocked, lit screen.
    pub times: u64,
    pub seconds: u64,
}

/// A refused object, or a part that was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Code of `verify::Refusal` or `verify::Cut`.
    pub code: u64,
    /// Seq of the grant, 0 when it wasn't read that far.
    pub seq: u64,
    /// First step cut; 0 for a whole object.
    pub step: u8,
}

/// Why bytes are no report of this phone, in the order of the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportError {
    Cose(CoseError),
    /// Not signed by this device's key, by its kid.
    Kid,
    Alg,
    Signature,
    Schema(Malformed),
}

impl Report {
    /// Opens a report of the phone with this key.
    pub fn open(bytes: &[u8], binding: &Binding, key: &DeviceKey) -> Result<Report, ReportError> {
        let object = Sign1::parse(bytes).map_err(ReportError::Cose)?;
        if object.kid != key.kid() {
            return Err(ReportError::Kid);
        }
        if object.alg != Alg::Esp256.code() {
            return Err(ReportError::Alg);
        }
        let message = object.signed(Alg::Esp256, &binding.aad(Domain::Report));
        if !key.verify(&message, &object.signature) {
            return Err(ReportError::Signature);
        }
        Report::read(object.payload).map_err(ReportError::Schema)
    }

    pub fn payload(&self) -> Result<Vec<u8>, Malformed> {
        let mut map = MapWriter::default();
        map.key(1).uint(1);
        map.key(2).uint(self.counter);
        if let Some(nonce) = &self.nonce {
            map.key(3).bytes(nonce);
        }
        map.key(4).uint(self.seq);
        map.key(5).bytes(&self.in_force);
        map.key(6).uint(self.grant_level.code());
        map.key(7).uint(self.level.code());
        self.why.write(&mut map);
        self.write_lists(&mut map);
        let writer = map.key(13);
        writer.array(if self.upper.is_some() { 2 } else { 1 });
        writer.uint(self.lower);
        if let Some(upper) = self.upper {
            writer.uint(upper);
        }
        map.key(14).uint(self.ksv);
        map.key(15).uint(self.charter_n);
        map.key(16).uint(self.enrolments);
        map.key(17).text(&self.agent);
        map.key(18).text(&self.os_patch);
        map.key(19).text(&self.backend);
        map.key(20).uint(self.passes);
        let payload = map.finish();
        Report::read(&payload)?;
        Ok(payload)
    }

    fn write_lists(&self, map: &mut MapWriter) {
        if !self.overlays.is_empty() {
            let writer = map.key(9);
            writer.array(self.overlays.len() as u64);
            for overlay in &self.overlays {
                writer.array(2);
                writer.uint(overlay.kind as u64);
                writer.uint(overlay.left_s);
            }
        }
        if !self.shown.is_empty() {
            let writer = map.key(10);
            writer.array(self.shown.len() as u64);
            for shown in &self.shown {
                writer.array(if shown.first.is_some() { 4 } else { 3 });
                writer.uint(u64::from(shown.id));
                writer.uint(shown.times);
                writer.uint(shown.seconds);
                if let Some(first) = shown.first {
                    writer.uint(first);
                }
            }
        }
        if !self.rejects.is_empty() {
            let writer = map.key(11);
            writer.array(self.rejects.len() as u64);
            for reject in &self.rejects {
                writer.array(3);
                writer.uint(reject.code);
                writer.uint(reject.seq);
                writer.uint(u64::from(reject.step));
            }
        }
    }

    pub fn read(payload: &[u8]) -> Result<Report, Malformed> {
        const INSTANT: &str = "an instant below 2^40";
        let r = &mut Reader::new(payload);
        let f = &mut r.fields("a report: a map")?;
        r.need(f, 1, "key 1, the version")?;
        if r.uint(1, "version 1")? != 1 {
            return r.wrong("version 1");
        }
        r.need(f, 2, "key 2, the counter")?;
        let counter = r.uint(SEQ_MAX, "a counter below 2^53")?;
        let nonce = if r.has(f, 3)? {
            Some(r.fixed("a nonce of 16 bytes")?)
        } else {
            None
        };
        r.need(f, 4, "key 4, the highest seq")?;
        let seq = r.uint(SEQ_MAX, "a seq below 2^53")?;
        r.need(f, 5, "key 5, the payload in force")?;
        let in_force = r.fixed("a hash of 32 bytes")?;
        r.need(f, 6, "key 6, the grant level")?;
        let grant_level = Level::read(r)?;
        r.need(f, 7, "key 7, the level in force")?;
        let level = Level::read(r)?;
        r.need(f, 8, "key 8, why")?;
        let why = Why::read(r)?;
        let overlays = if r.has(f, 9)? {
            read_overlays(r)?
        } else {
            Vec::new()
        };
        let shown = if r.has(f, 10)? {
            read_shown(r)?
        } else {
            Vec::new()
        };
        let rejects = if r.has(f, 11)? {
            read_rejects(r)?
        } else {
            Vec::new()
        };
        r.need(f, 13, "key 13, the bounds of time")?;
        let bounds = r.array(1, 2, "[lower, upper?]")?;
        let lower = r.uint(TIME_MAX, INSTANT)?;
        let upper = if bounds == 2 {
            Some(r.uint(TIME_MAX, INSTANT)?)
        } else {
            None
        };
        r.need(f, 14, "key 14, ksv")?;
        let ksv = r.uint(u64::from(u16::MAX), "a key set version below 2^16")?;
        r.need(f, 15, "key 15, the charter's counter")?;
        let charter_n = r.uint(SEQ_MAX, "a counter below 2^53")?;
        r.need(f, 16, "key 16, the enrolment count")?;
        let enrolments = r.uint(SEQ_MAX, "a count below 2^53")?;
        let mut texts = [const { String::new() }; 3];
        for (key, text) in (17..).zip(&mut texts) {
            r.need(f, key, "keys 17 to 19: agent, OS patch level, backend")?;
            *text = String::from(r.text(VERSION_MAX, "a version of at most 32 bytes")?);
        }
        r.need(f, 20, "key 20, passes used")?;
        let passes = r.uint(SEQ_MAX, "a count below 2^53")?;
        r.end_fields(f)?;
        r.end()?;
        let [agent, os_patch, backend] = texts;
        Ok(Report {
            counter,
            nonce,
            seq,
            in_force,
            grant_level,
            level,
            why,
            overlays,
            shown,
            rejects,
            lower,
            upper,
            ksv,
            charter_n,
            enrolments,
            agent,
            os_patch,
            backend,
            passes,
        })
    }
}

const CAUSES: [Cause; 6] = [
    Cause::Grant,
    Cause::Lapse,
    Cause::Pass,
    Cause::Returning,
    Cause::Released,
    Cause::End,
];
const WAITS: [Wait; 10] = [
    Wait::At,
    Wait::Notices,
    Wait::Lead,
    Wait::Silence,
    Wait::Window,
    Wait::Dwell,
    Wait::Before,
    Wait::Overlay,
    Wait::Newest,
    Wait::Bounds,
];

impl Why {
    fn write(&self, map: &mut MapWriter) {
        let writer = map.key(8);
        writer.array(3);
        writer.uint(self.cause as u64);
        writer.uint(u64::from(self.step));
        writer.array(self.waits.len() as u64);
        self.waits.iter().for_each(|wait| writer.uint(*wait as u64));
    }

    fn read(r: &mut Reader<'_>) -> Result<Why, Malformed> {
        r.array(3, 3, "why: [cause, step, waits]")?;
        let cause = r.uint(5, "a cause: 0 to 5")?;
        let Some(cause) = CAUSES.into_iter().find(|one| *one as u64 == cause) else {
            return r.wrong("a cause: 0 to 5");
        };
        let step = r.uint(3, "an index of a step")? as u8;
        let count = r.array(0, WAITS.len() as u64, "at most 10 waits")?;
        let mut waits = Vec::new();
        for _ in 0..count {
            let wait = r.uint(9, "a wait: 0 to 9")?;
            match WAITS.into_iter().find(|one| *one as u64 == wait) {
                Some(wait) => waits.push(wait),
                None => return r.wrong("a wait: 0 to 9"),
            }
        }
        if !waits.is_sorted_by(|a, b| a < b) {
            return r.wrong("waits in ascending order");
        }
        Ok(Why { cause, step, waits })
    }
}

fn read_overlays(r: &mut Reader<'_>) -> Result<Vec<OverlayLive>, Malformed> {
    let count = r.array(1, 1, "one overlay")?;
    let mut overlays = Vec::new();
    for _ in 0..count {
        r.array(2, 2, "an overlay: [kind, seconds left]")?;
        if r.uint(1, "an overlay of kind 1, the pass")? != 1 {
            return r.wrong("an overlay of kind 1, the pass");
        }
        let left_s = r.uint(TIME_MAX, "seconds")?;
        overlays.push(OverlayLive {
            kind: OverlayKind::Pass,
            left_s,
        });
    }
    Ok(overlays)
}

fn read_shown(r: &mut Reader<'_>) -> Result<Vec<Shown>, Malformed> {
    let count = r.array(1, NOTICES_MAX, "1 to 8 notices")?;
    let mut shown: Vec<Shown> = Vec::new();
    for _ in 0..count {
        let length = r.array(3, 4, "a notice shown: [id, times, seconds, first?]")?;
        let id = read_u16(r, "a notice id")?;
        let times = r.uint(SEQ_MAX, "a count")?;
        let seconds = r.uint(TIME_MAX, "seconds")?;
        let first = if length == 4 {
            Some(r.uint(TIME_MAX, "an instant below 2^40")?)
        } else {
            None
        };
        shown.push(Shown {
            id,
            first,
            times,
            seconds,
        });
    }
    if !shown.is_sorted_by(|a, b| a.id < b.id) {
        return r.wrong("notices with ids rising");
    }
    Ok(shown)
}

fn read_rejects(r: &mut Reader<'_>) -> Result<Vec<Reject>, Malformed> {
    let count = r.array(1, REJECTS_MAX, "1 to 16 refusals or cuts")?;
    let mut rejects = Vec::new();
    for _ in 0..count {
        r.array(3, 3, "a refusal or cut: [code, seq, step]")?;
        let code = r.uint(255, "a code")?;
        let seq = r.uint(SEQ_MAX, "a seq below 2^53")?;
        rejects.push(Reject {
            code,
            seq,
            step: r.uint(3, "an index of a step")? as u8,
        });
    }
    Ok(rejects)
}
