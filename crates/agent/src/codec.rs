//! The durable state's bytes: canonical CBOR, version 1, at most 4 KiB.
//!
//! Failure is [`Malformed`]: bytes that this version wouldn't have written. A port seals them with
//! a key of its key store and hands in none when the seal is broken. Absent on purpose: display
//! data, the channel, enrolments that aren't finished.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use fairlock_protocol::cbor::{Malformed, MapWriter, Reader, canonical};
use fairlock_protocol::charter::Charter;
use fairlock_protocol::p256::DeviceKey;
use fairlock_protocol::report::{REJECTS_MAX, Reject};
use fairlock_protocol::{Binding, KeySet};

use crate::STATE_MAX;
use crate::state::{Enrolled, Phase, State, Volatile};
use crate::time::{Time, Upper};

mod in_force;

/// Counts, seconds and instants.
const NUMBER_MAX: u64 = (1 << 53) - 1;
const NUMBER: &str = "a number below 2^53";
const TEXT_MAX: usize = 32;

impl State {
    /// The durable part, canonical and versioned, at most 4 KiB.
    pub fn encode(&self) -> Vec<u8> {
        let mut map = MapWriter::default();
        map.key(1).uint(1);
        map.key(2).uint(self.enrolments);
        let time = &self.time;
        let writer = map.key(3);
        writer.array(if time.upper.is_some() { 6 } else { 4 });
        for value in [time.running, time.reading, time.boot, time.lower] {
            writer.uint(value);
        }
        if let Some(upper) = time.upper {
            writer.uint(upper.at);
            writer.uint(upper.sent);
        }
        if let Some(enrolled) = self.enrolled() {
            map.key(4).raw(&enrolled.encode());
        }
        map.finish()
    }

    pub fn decode(bytes: &[u8]) -> Result<State, Malformed> {
        if bytes.len() > STATE_MAX {
            return Err(Malformed {
                at: STATE_MAX,
                expected: "a state of at most 4,096 bytes",
            });
        }
        canonical(bytes)?;
        let r = &mut Reader::new(bytes);
        let f = &mut r.fields("a state: a map")?;
        r.need(f, 1, "key 1, the version")?;
        if r.uint(1, "a state of version 1")? != 1 {
            return r.wrong("a state of version 1");
        }
        r.need(f, 2, "key 2, enrolments")?;
        let enrolments = r.uint(NUMBER_MAX, NUMBER)?;
        r.need(f, 3, "key 3, time")?;
        let time = read_time(r)?;
        let mut phase = Phase::Blank;
        if r.has(f, 4)? {
            phase = Phase::Enrolled(Box::new(Enrolled::read(r)?));
        }
        r.end_fields(f)?;
        r.end()?;
        let now = Volatile {
            stored_at: time.running,
            ..Volatile::default()
        };
        Ok(State {
            time,
            enrolments,
            phase,
            now,
        })
    }
}

fn read_time(r: &mut Reader<'_>) -> Result<Time, Malformed> {
    let length = r.array(4, 6, "[running, reading, boot, lower, upper?, sent?]")?;
    let mut values = [0; 6];
    for value in values.iter_mut().take(length as usize) {
        *value = r.uint(NUMBER_MAX, NUMBER)?;
    }
    let [running, reading, boot, lower, at, sent] = values;
    let upper = match length {
        4 => None,
        6 => Some(Upper { at, sent }),
        _ => return r.wrong("an upper bound with the instant of sending"),
    };
    Ok(Time {
        running,
        reading,
        boot,
        lower,
        upper,
    })
}

impl Enrolled {
    fn encode(&self) -> Vec<u8> {
        let mut map = MapWriter::default();
        map.key(1).bytes(&self.binding.lender);
        map.key(2).bytes(&self.binding.device);
        map.key(3).bytes(self.key.spki());
        // What was read once within its bounds can be written again.
        map.key(4).bytes(&self.keys.payload().unwrap_or_default());
        map.key(5)
            .bytes(&self.charter.payload().unwrap_or_default());
        map.key(6).raw(&in_force::encode(&self.in_force));
        map.key(7).uint(self.counter);
        if !self.rejects.is_empty() {
            let writer = map.key(8);
            writer.array(self.rejects.len() as u64);
            for reject in &self.rejects {
                writer.array(3);
                writer.uint(reject.code);
                writer.uint(reject.seq);
                writer.uint(u64::from(reject.step));
            }
        }
        if let Some((nonce, now)) = &self.contact {
            let writer = map.key(9);
            writer.array(2);
            writer.bytes(nonce);
            writer.uint(*now);
        }
        map.key(10).text(&self.os_patch);
        map.key(11).text(&self.backend);
        map.finish()
    }

    fn read(r: &mut Reader<'_>) -> Result<Enrolled, Malformed> {
        let f = &mut r.fields("an enrolment: a map")?;
        r.need(f, 1, "key 1, the lender")?;
        let lender = r.fixed("a lender's id of 16 bytes")?;
        r.need(f, 2, "key 2, the device")?;
        let device = r.fixed("a device's id of 16 bytes")?;
        r.need(f, 3, "key 3, the device's key")?;
        let Some(key) = DeviceKey::from_spki(r.bytes(91, "a key of 91 bytes")?) else {
            return r.wrong("a P-256 SubjectPublicKeyInfo of 91 bytes");
        };
        r.need(f, 4, "key 4, the key set")?;
        let keys = KeySet::read(r.bytes(STATE_MAX, "a key set")?)?;
        r.need(f, 5, "key 5, the charter")?;
        let charter = Charter::read(r.bytes(STATE_MAX, "a charter")?)?;
        r.need(f, 6, "key 6, what is in force")?;
        let in_force = in_force::read(r)?;
        r.need(f, 7, "key 7, the report counter")?;
        let counter = r.uint(NUMBER_MAX, NUMBER)?;
        let rejects = if r.has(f, 8)? {
            read_rejects(r)?
        } else {
            Vec::new()
        };
        let mut contact = None;
        if r.has(f, 9)? {
            r.array(2, 2, "[nonce, now]")?;
            contact = Some((r.fixed("a nonce of 16 bytes")?, r.uint(NUMBER_MAX, NUMBER)?));
        }
        r.need(f, 10, "key 10, the OS patch level")?;
        let os_patch = String::from(r.text(TEXT_MAX, "a text of at most 32 bytes")?);
        r.need(f, 11, "key 11, the backend")?;
        let backend = String::from(r.text(TEXT_MAX, "a text of at most 32 bytes")?);
        r.end_fields(f)?;
        let binding = Binding {
            lender,
            device,
            spki_hash: key.spki_hash(),
        };
        Ok(Enrolled {
            binding,
            key,
            keys,
            charter,
            in_force,
            counter,
            rejects,
            contact,
            os_patch,
            backend,
        })
    }
}

fn read_rejects(r: &mut Reader<'_>) -> Result<Vec<Reject>, Malformed> {
    let count = r.array(1, REJECTS_MAX, "1 to 16 refusals or cuts")?;
    let mut rejects = Vec::new();
    for _ in 0..count {
        r.array(3, 3, "[code, seq, step]")?;
        rejects.push(Reject {
            code: r.uint(255, "a code")?,
            seq: r.uint(NUMBER_MAX, NUMBER)?,
            step: r.uint(3, "an index of a step")? as u8,
        });
    }
    Ok(rejects)
}
