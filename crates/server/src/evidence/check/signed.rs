//! Signed objects: key sets, charters, grants and reports, verified with the keys inside.

use std::collections::BTreeMap;

use fairlock_domain::money::Money;
use fairlock_domain::plan::{self, Plan};
use fairlock_protocol::cose::{MultiSigned, Sign1, to_be_signed_multi, verify_ed25519};
use fairlock_protocol::ids::{Domain, PayloadHash};
use fairlock_protocol::keyset::KeyEntry;
use fairlock_protocol::p256::DeviceKey;
use fairlock_protocol::{Alg, Binding, Charter, Grant, KeySet, Kid, Level, Role, sha256};
use fairlock_signer::look;
use serde_json::Value;

use super::decisions::{Planned, Plans};
use super::input::Input;
use super::{Check, Tally};
use crate::evidence::tables::{GrantCourse, text};
use crate::evidence::{decode, hex};

/// Checks them all; the name of key set 1.
pub fn check(input: &Input<'_>, plans: &Plans<'_>, tally: &mut Tally) -> Option<String> {
    let sets = key_sets(input, tally);
    if let Some((binding, key)) = phone(input, tally) {
        charters(input, &binding, &key, &sets, tally);
        let grants = grants(input, &binding, &sets, tally);
        warrants(input, &grants, plans, tally);
        reports(input, &binding, &key, &grants, tally);
    } else if let Some((path, ..)) = input.folder("grants", ".cose").first() {
        tally.broken(
            Check::Signatures,
            *path,
            "no phone",
            "device.json with its key",
        );
    }
    sets.first().map(|(name, _)| name.clone())
}

/// Payload hash and content of each, oldest first.
type KeySets = Vec<(String, KeySet)>;

fn key_sets(input: &Input<'_>, tally: &mut Tally) -> KeySets {
    let mut sets = KeySets::new();
    let lender = input.lender.unwrap_or_default();
    for (path, name, bytes) in input.folder("keys", ".cose") {
        tally.look(Check::KeySets);
        let object = MultiSigned::parse(bytes).ok();
        let set = object.as_ref().and_then(|o| KeySet::read(o.payload).ok());
        let (Some(object), Some(set)) = (object, set) else {
            tally.broken(Check::KeySets, path, "other bytes", "a signed key set");
            continue;
        };
        words(input, "keys", name, &decode::key_set(&object, &set), tally);
        let enough = |roots: &(Vec<[u8; 32]>, u8)| {
            fairlock_issuer::signed_by_roots(&object, &lender, &roots.0) >= usize::from(roots.1)
        };
        let before = sets.last().map(|(_, before)| &before.roots);
        if !enough(&set.roots) || !before.is_none_or(enough) {
            let expected = "enough of its own roots, and of the roots of the one before";
            tally.broken(Check::KeySets, path, "too few signatures", expected);
            continue;
        }
        let mut roots: Vec<[u8; 32]> = before.map_or(Vec::new(), |(roots, _)| roots.clone());
        roots.extend(&set.roots.0);
        roots.sort_unstable();
        roots.dedup();
        if fairlock_issuer::signed_by_roots(&object, &lender, &roots) != object.signatures.len() {
            let expected = "no signature but those of roots";
            tally.broken(Check::KeySets, path, "one more", expected);
        }
        if name.parse() != Ok(set.ksv) {
            let expected = "the version in its name";
            tally.broken(Check::KeySets, path, set.ksv.to_string(), expected);
        }
        sets.push((hex(&sha256(object.payload)), set));
    }
    if sets.is_empty() && input.phone.is_some() {
        tally.broken(
            Check::KeySets,
            "keys",
            "none that holds",
            "the lender's key set",
        );
    }
    sets
}

fn key_of(sets: &KeySets, kid: Kid) -> Option<&KeyEntry> {
    sets.iter().rev().find_map(|(_, set)| set.key(kid))
}

/// Whom objects are for, and the phone's key.
fn phone(input: &Input<'_>, tally: &mut Tally) -> Option<(Binding, DeviceKey)> {
    let phone = input.phone.as_ref()?;
    let Some(key) = DeviceKey::from_spki(&phone.spki) else {
        let expected = "a P-256 key of 91 bytes";
        tally.broken(Check::Readable, "device.json", "another key", expected);
        return None;
    };
    let binding = Binding {
        lender: input.lender?,
        device: phone.device,
        spki_hash: key.spki_hash(),
    };
    Some((binding, key))
}

fn charters(
    input: &Input<'_>,
    binding: &Binding,
    key: &DeviceKey,
    sets: &KeySets,
    tally: &mut Tally,
) {
    let listed = input.phone.as_ref().map(|phone| phone.charters.as_slice());
    for (n, accepted) in listed.unwrap_or_default() {
        let endings = [Some("offered"), accepted.then_some("accepted")];
        for ending in endings.into_iter().flatten() {
            let path = format!("charters/{n:05}-{ending}.cose");
            let bytes = input.items.get(&path).map(Vec::as_slice);
            let problem = charter(bytes.unwrap_or_default(), *n, binding, sets, |object| {
                ending == "offered" || by_phone(object, binding, key)
            });
            let found = problem.unwrap_or_default();
            let expected = "signed by CHARTER, and by the phone once accepted";
            tally.judge(Check::Charters, &path, problem.is_none(), found, expected);
        }
    }
}

fn charter(
    bytes: &[u8],
    n: u64,
    binding: &Binding,
    sets: &KeySets,
    other: impl Fn(&MultiSigned<'_>) -> bool,
) -> Option<&'static str> {
    let Ok(object) = MultiSigned::parse(bytes) else {
        return Some("no signed object");
    };
    if Charter::read(object.payload).map(|charter| charter.n) != Ok(n) {
        return Some("another charter");
    }
    let aad = binding.aad(Domain::Charter);
    let by_lender = object.signatures.iter().any(|signed| {
        let entry = key_of(sets, signed.kid).filter(|entry| entry.role == Role::Charter);
        let message = to_be_signed_multi(signed.kid, Alg::Ed25519, &aad, object.payload);
        entry.is_some_and(|entry| {
            signed.alg == Alg::Ed25519.code()
                && verify_ed25519(&entry.key, &message, &signed.signature)
        })
    });
    match (by_lender, other(&object)) {
        (true, true) => None,
        (false, _) => Some("not signed by the lender"),
        (true, false) => Some("not signed by the phone"),
    }
}

fn by_phone(object: &MultiSigned<'_>, binding: &Binding, key: &DeviceKey) -> bool {
    let aad = binding.aad(Domain::Charter);
    let message = to_be_signed_multi(key.kid(), Alg::Esp256, &aad, object.payload);
    let signed = object.by(key.kid());
    signed.is_some_and(|s| {
        s.alg == Alg::Esp256.code() && fairlock_issuer::device_signed(key, &message, &s.signature)
    })
}

/// A grant that went out, by its payload's hash.
struct Known {
    seq: u64,
    grant: Grant,
    path: String,
}

fn grants(
    input: &Input<'_>,
    binding: &Binding,
    sets: &KeySets,
    tally: &mut Tally,
) -> BTreeMap<PayloadHash, Known> {
    let mut known = BTreeMap::new();
    let aad = binding.aad(Domain::Grant);
    for (path, name, bytes) in input.folder("grants", ".cose") {
        tally.look(Check::Signatures);
        let object = Sign1::parse(bytes).ok();
        let read = object.and_then(|o| Some((Grant::read(o.payload).ok()?, o)));
        let Some((grant, object)) = read else {
            tally.broken(Check::Signatures, path, "other bytes", "a signed grant");
            continue;
        };
        words(input, "grants", name, &decode::grant(&grant), tally);
        let message = object.signed(Alg::Ed25519, &aad);
        let by = key_of(sets, object.kid).filter(|entry| {
            object.alg == Alg::Ed25519.code()
                && verify_ed25519(&entry.key, &message, &object.signature)
        });
        let role = by.map(|entry| entry.role);
        if !role.is_some_and(|role| may_sign(role, &grant)) {
            let found = role.map_or("no valid signature".to_string(), |role| format!("{role:?}"));
            let expected = "RESTRICT for a tightening, RELEASE for a release, RELAX for the rest";
            tally.broken(Check::Signatures, path, found, expected);
        }
        if name.parse() != Ok(grant.seq) {
            tally.broken(
                Check::Signatures,
                path,
                grant.seq.to_string(),
                "the seq in its name",
            );
        }
        let path = path.to_string();
        let seq = grant.seq;
        known.insert(object.hash(), Known { seq, grant, path });
    }
    listed(input, &known, tally);
    known
}

fn may_sign(role: Role, grant: &Grant) -> bool {
    let tightens = grant.warrant.is_some() || grant.base.is_some();
    match role {
        Role::Release => grant.level == Level::Released,
        Role::Restrict => grant.level != Level::Released,
        Role::Relax => grant.level != Level::Released && !tightens,
        _ => false,
    }
}

/// The table names the grants that are there, and no others; unsigned bodies are in words too.
fn listed(input: &Input<'_>, known: &BTreeMap<PayloadHash, Known>, tally: &mut Tally) {
    for row in &input.grants {
        let signed = known.values().any(|known| known.seq == row.seq);
        let subject = format!("grants.json, seq {}", row.seq);
        let there = signed == row.signed_at.is_some();
        let expected = "a signed object exactly where the table says signed";
        tally.judge(Check::Signatures, &subject, there, &row.state, expected);
    }
    for known in known.values() {
        if !input.grants.iter().any(|row| row.seq == known.seq) {
            let expected = "a row of grants.json";
            tally.broken(Check::Signatures, known.path.as_str(), "no row", expected);
        }
    }
    for (path, name, bytes) in input.folder("grants", ".cbor") {
        match Grant::read(bytes) {
            Ok(grant) => words(input, "grants", name, &decode::grant(&grant), tally),
            Err(_) => tally.broken(Check::Words, path, "other bytes", "a grant's payload"),
        }
    }
}

/// Each grant against the plan of the decision that it rests on.
fn warrants(
    input: &Input<'_>,
    grants: &BTreeMap<PayloadHash, Known>,
    plans: &Plans<'_>,
    tally: &mut Tally,
) {
    let mut ordered: Vec<&Known> = grants.values().collect();
    ordered.sort_by_key(|known| known.seq);
    for known in ordered {
        tally.look(Check::Warrants);
        let row = input.grants.iter().find(|row| row.seq == known.seq);
        let problem = warrant(known, row, plans);
        if let Err((found, expected)) = problem {
            tally.broken(Check::Warrants, known.path.as_str(), found, expected);
        }
    }
}

fn warrant(
    known: &Known,
    row: Option<&GrantCourse>,
    plans: &Plans<'_>,
) -> Result<(), (String, &'static str)> {
    let grant = &known.grant;
    let warrant = grant.warrant.as_ref();
    let told = row.map(|row| row.decision.clone()).unwrap_or_default();
    let decision = warrant.map_or(told.clone(), |w| hex(&w.decision));
    if decision != told {
        return Err((told, "in grants.json the decision that the warrant names"));
    }
    let Some(Planned { plan, scenario }) = plans.get(&decision) else {
        let expected = "a decision in here that follows from the facts";
        return Err((format!("decision {decision}"), expected));
    };
    if let Some(warrant) = warrant {
        let packs = scenario.rules.packs.iter();
        let mut own: Vec<(u16, u16)> = packs.map(|p| (p.number, p.version)).collect();
        own.sort_unstable();
        if !warrant.packs.iter().all(|pack| own.contains(pack)) {
            return Err((
                format!("{:?}", warrant.packs),
                "packs inside, in their versions",
            ));
        }
        let refused = look::tightening(grant, plan, &scenario.facts.zone);
        return refused.map_err(|why| {
            let expected = "no more than the plan of that decision allows";
            (format!("goes further in: {}", why.code()), expected)
        });
    }
    if rank(grant.level) > highest(plan) {
        let expected = "at most the level of that decision";
        return Err((grant.level.word().to_string(), expected));
    }
    let asked = grant.pay.map_or(0, i128::from);
    let owed = Money::new(asked, scenario.facts.contract.currency);
    if owed.minor() > plan.restore.minor() {
        return Err((
            owed.to_string(),
            "no more money than that decision asks for",
        ));
    }
    Ok(())
}

/// The highest level that stands, emergency passes not counted.
fn highest(plan: &Plan) -> plan::Level {
    let reached = plan.reached.iter().map(|step| step.level);
    reached.fold(plan.level, plan::Level::max)
}

fn rank(level: Level) -> plan::Level {
    match level {
        Level::Released => plan::Level::Released,
        Level::Free => plan::Level::Free,
        Level::Remind => plan::Level::Remind,
        Level::Reduce => plan::Level::Reduce,
        Level::Lock => plan::Level::Lock,
    }
}

fn reports(
    input: &Input<'_>,
    binding: &Binding,
    key: &DeviceKey,
    grants: &BTreeMap<PayloadHash, Known>,
    tally: &mut Tally,
) {
    for (path, name, bytes) in input.folder("reports", ".cose") {
        tally.look(Check::Reports);
        let report = match fairlock_issuer::open_report(bytes, binding, key) {
            Ok(report) => report,
            Err(error) => {
                let expected = "a report signed by this phone";
                tally.broken(Check::Reports, path, format!("{error:?}"), expected);
                continue;
            }
        };
        words(input, "reports", name, &decode::report(&report), tally);
        let arrived = input
            .reports
            .iter()
            .any(|row| row.counter == report.counter);
        if name.parse() != Ok(report.counter) || !arrived {
            let expected = "the counter in its name and in reports.json";
            tally.broken(Check::Reports, path, report.counter.to_string(), expected);
        }
        let Some(known) = grants.get(&report.in_force) else {
            let expected = "a grant in here";
            tally.broken(Check::Reports, path, hex(&report.in_force), expected);
            continue;
        };
        let later = known.grant.later.iter().map(|step| step.level);
        let most = later.fold(known.grant.level, Level::max);
        if report.level > report.grant_level || report.grant_level > most {
            let expected = "a phone no stricter than its grant";
            tally.broken(Check::Reports, path, report.level.word(), expected);
        }
    }
    let have = input.folder("reports", ".cose").len();
    if have != input.reports.len() {
        let expected = format!("{have} rows");
        tally.broken(
            Check::Reports,
            "reports.json",
            input.reports.len().to_string(),
            expected,
        );
    }
}

/// The text beside signed bytes is the one that the bytes give.
fn words(input: &Input<'_>, folder: &str, name: &str, own: &Value, tally: &mut Tally) {
    let path = format!("{folder}/{name}.json");
    let same = input
        .items
        .get(&path)
        .is_some_and(|kept| *kept == text(own));
    tally.judge(
        Check::Words,
        &path,
        same,
        "another text",
        "what the bytes beside it say",
    );
}
