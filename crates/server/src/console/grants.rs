//! A grant decoded: its content in typed words, who signed it, and what the phone said to it.

use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::money::Money;
use fairlock_protocol::cose::{MultiSigned, Sign1, verify_ed25519};
use fairlock_protocol::ids::Domain;
use fairlock_protocol::keyset::KeySet;
use fairlock_protocol::{Alg, Binding, Grant as Body, Guards, Level as WireLevel, Role, sha256};
use fairlock_storage::{GrantRow, GrantState};
use fairlock_web::view::grant::{Answer, GrantNotice, Guard, InWords, Signature, Step, Warrant};
use fairlock_web::view::{Cite, Grant, Level};

use super::answer::{Trouble, hex};
use super::reads::Known;
use super::{codes, rules};
use crate::Shared;

/// The page of one grant.
pub fn page(shared: &Shared, known: &Known, seq: u64, path: &str) -> Result<Grant, Trouble> {
    let absent = || Trouble::NotFound {
        thing: path.to_string(),
        expected: Some("a grant of this contract, by its seq"),
    };
    let device = known.device.as_ref().ok_or_else(absent)?;
    let row = shared
        .store
        .grant(shared.lender, device.device, seq)?
        .ok_or_else(absent)?;
    let body = Body::read(&row.payload).map_err(|_| Trouble::Cut)?;
    let beside = |newer: bool| {
        let seqs = known.grants.iter().map(|g| g.seq);
        match newer {
            true => seqs.filter(|s| *s > seq).min(),
            false => seqs.filter(|s| *s < seq).max(),
        }
    };
    let raw = row.cose.as_ref().unwrap_or(&row.payload);
    Ok(Grant {
        id: known.row.contract_id.clone(),
        words: in_words(shared, known, &body),
        signature: signature(shared, &row, &device.spki_sha256)?,
        answer: answer(known, &row),
        payload_hash: hex(&row.payload_sha256),
        raw_hex: hex(raw),
        bytes: raw.len(),
        previous: beside(false),
        next: beside(true),
    })
}

fn answer(known: &Known, row: &GrantRow) -> Answer {
    if let Some(phone) = &row.phone {
        let at = row.delivered.map_or(row.created.at, |stamp| stamp.at);
        let code = phone.code.parse().map_or(phone.code.clone(), codes::name);
        return Answer::Refused {
            at,
            codes: vec![code],
        };
    }
    if let Some(applied) = row.applied {
        return Answer::Accepted { at: applied.at };
    }
    match (row.state, row.delivered) {
        (GrantState::Refused, _) => Answer::Refused {
            at: row.created.at,
            codes: row.code.clone().into_iter().collect(),
        },
        (_, Some(stamp)) => Answer::Superseded { at: stamp.at },
        (GrantState::Superseded, _) => Answer::Superseded { at: row.created.at },
        (GrantState::Signed, None) => match known.newest_grant() {
            Some(newest) if newest.seq > row.seq => Answer::Superseded {
                at: newest.created.at,
            },
            _ => Answer::NotDelivered,
        },
        (GrantState::Unsigned | GrantState::Held, None) => Answer::Unsigned,
    }
}

/// Who signed, and whether the signature holds against the lender's own key set.
fn signature(
    shared: &Shared,
    row: &GrantRow,
    spki_hash: &[u8; 32],
) -> Result<Option<Signature>, Trouble> {
    let (Some(cose), Some(signed)) = (&row.cose, row.signed) else {
        return Ok(None);
    };
    let keys = key_set(shared)?;
    let Ok(object) = Sign1::parse(cose) else {
        return Ok(None);
    };
    let binding = Binding {
        lender: shared.lender.0,
        device: row.device.0,
        spki_hash: *spki_hash,
    };
    let entry = keys.as_ref().and_then(|keys| keys.key(object.kid));
    let holds = entry.is_some_and(|entry| {
        let message = object.signed(Alg::Ed25519, &binding.aad(Domain::Grant));
        verify_ed25519(&entry.key, &message, &object.signature)
    });
    let role = Role::from_code(u64::from(row.role));
    Ok(Some(Signature {
        role: role.map_or_else(String::new, role_name),
        kid: hex(&object.kid),
        at: signed.at,
        holds: holds && sha256(&row.payload) == row.payload_sha256,
    }))
}

/// The lender's newest key set.
fn key_set(shared: &Shared) -> Result<Option<KeySet>, Trouble> {
    let row = shared.store.newest_key_set(shared.lender)?;
    Ok(row.and_then(|row| {
        let object = MultiSigned::parse(&row.bytes).ok()?;
        KeySet::read(object.payload).ok()
    }))
}

fn role_name(role: Role) -> String {
    format!("{role:?}").to_uppercase()
}

/// A level of the wire.
pub fn level(level: WireLevel) -> Level {
    match level {
        WireLevel::Released => Level::Released,
        WireLevel::Free => Level::Free,
        WireLevel::Remind => Level::Remind,
        WireLevel::Reduce => Level::Reduce,
        WireLevel::Lock => Level::Lock,
    }
}

/// The content of a grant, every number turned into what it names.
pub fn in_words(shared: &Shared, known: &Known, body: &Body) -> InWords {
    let amount = |minor: u64| Money::new(i128::from(minor), known.row.currency);
    let first = Step {
        at: instant(body.iat),
        level: level(body.level),
        guards: Vec::new(),
    };
    let later = body.later.iter().map(|step| Step {
        at: instant(step.at),
        level: level(step.level),
        guards: guards(shared, &step.guards),
    });
    let notices = body.notices.iter().map(|notice| GrantNotice {
        id: u64::from(notice.id),
        name: Some(notice_name(shared, notice.id)),
        level: level(notice.level),
        amount: amount(notice.amount),
        due: Day::from_unix_days(i32::try_from(notice.due_day).unwrap_or(i32::MAX)),
        show_from: instant(notice.show_from),
    });
    InWords {
        seq: body.seq,
        issued: instant(body.iat),
        ksv: body.ksv,
        steps: std::iter::once(first).chain(later).collect(),
        notices: notices.collect(),
        pay: body.pay.map(amount),
        warrant: body.warrant.as_ref().map(|w| warrant(shared, w)),
        lapse: body.lapse.map(|l| (u64::from(l.hours), level(l.level))),
        end: body.end.map(instant),
        base: body.base,
    }
}

fn guards(shared: &Shared, guards: &Guards) -> Vec<Guard> {
    let hours = |h: Option<u16>| h.map(u64::from);
    let shown = guards.notices.iter();
    let shown: Vec<String> = shown.map(|id| notice_name(shared, *id)).collect();
    let window = guards.window.map(|w| Guard::Window {
        from_min: w.from_min,
        to_min: w.to_min,
        days: w.days,
        offset_min: i32::from(w.offset_min),
    });
    [
        (!shown.is_empty()).then_some(Guard::Shown(shown)),
        hours(guards.lead_h).map(Guard::LeadHours),
        hours(guards.silence_h).map(Guard::ContactHours),
        window,
        hours(guards.dwell_h).map(Guard::DwellHours),
        guards.before.map(instant).map(Guard::Before),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn warrant(shared: &Shared, warrant: &fairlock_protocol::Warrant) -> Warrant {
    let packs = shared.rulebook.packs();
    let named = warrant.packs.iter().map(|(number, version)| {
        let pack = packs.iter().find(|pack| pack.number == *number);
        let id = pack.map_or_else(|| number.to_string(), |pack| pack.id.clone());
        (id, u64::from(*version))
    });
    Warrant {
        packs: named.collect(),
        rules: warrant.rules.iter().map(|n| cite(shared, *n)).collect(),
        decision: hex(&warrant.decision),
        covers: u64::from(warrant.covered),
    }
}

/// The rule with that number: numbers are frozen in the pack files and differ over all packs.
fn cite(shared: &Shared, number: u16) -> Cite {
    for pack in shared.rulebook.packs() {
        if let Some(rule) = rules::of(pack).into_iter().find(|r| r.number == number) {
            return Cite {
                pack: pack.id.clone(),
                version: pack.version.to_string(),
                rule: rule.id,
                citation: rule.citation,
                url: rule.url,
            };
        }
    }
    Cite {
        pack: String::new(),
        version: String::new(),
        rule: number.to_string(),
        citation: String::new(),
        url: None,
    }
}

/// `PACK/ID` of the notice with that number; a number of no pack stays one.
pub fn notice_name(shared: &Shared, number: u16) -> String {
    let mut packs = shared.rulebook.packs().iter();
    let named = packs.find_map(|pack| {
        let notice = pack.notices.iter().find(|n| n.terms.number == number)?;
        Some(format!("{}/{}", pack.id, notice.id))
    });
    named.unwrap_or_else(|| number.to_string())
}

fn instant(seconds: u64) -> Instant {
    Instant::from_unix_seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
}
