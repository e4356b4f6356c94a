//! The phone's own gate, asked on behalf of whoever holds a grant: the same function, the same
//! order of reasons.

use anyhow::anyhow;
use fairlock_protocol::cose::MultiSigned;
use fairlock_protocol::verify::{Checks, CutReason, Outcome, Refusal, accept};
use fairlock_protocol::{Binding, Charter, InForce, KeySet};
use serde_json::json;

use super::read::{self, Carried};
use super::{charter_file, charter_of, phone_of};
use crate::args::grant::VerifyArgs;
use crate::data_dir;
use crate::exit::Failure;
use crate::out::say;

/// What a grant is held against.
pub struct Against {
    pub binding: Binding,
    pub keys: KeySet,
    pub charter: Charter,
}

pub fn run(args: &VerifyArgs) -> Result<(), Failure> {
    let carried = read::file(&args.file)?;
    let hash = carried.open(&args.file).map(|opened| opened.hash).ok();
    let against = match &args.keys {
        Some(_) => files(args)?,
        None => database(args, hash)?,
    };
    answer(args.json, judge(&carried, against, args.highest))
}

/// What a freshly enrolled phone makes of it, at the moment at which it was issued.
pub fn judge(carried: &Carried, mut against: Against, highest: u64) -> Result<Outcome, Refusal> {
    let binding = against.binding;
    for set in &carried.key_sets {
        // A set that doesn't follow is refused, and the phone goes on with the one it has.
        if let Ok(next) = against.keys.next(set, &binding.lender) {
            against.keys = next;
        }
    }
    let mut in_force = InForce::enrolled(&against.charter, 0);
    in_force.highest = highest;
    let checks = Checks {
        binding,
        keys: &against.keys,
        charter: &against.charter,
        moment: &fairlock_issuer::exact(0, carried.issued()),
    };
    accept(&mut in_force, &carried.grant, &checks)
}

fn answer(as_json: bool, judged: Result<Outcome, Refusal>) -> Result<(), Failure> {
    let (line, object, holds) = match judged {
        Err(refusal) => {
            let why = refused(refusal);
            let line = format!("refused ({}): {why}", refusal.code());
            let object = json!({"result": "refused", "code": refusal.code(), "why": why});
            (vec![line], object, false)
        }
        Ok(Outcome::Known) => (
            vec!["holds: it is in force already".to_string()],
            json!({"result": "known"}),
            true,
        ),
        Ok(Outcome::Accepted(accepted)) => {
            let cuts = accepted.cuts.iter();
            let mut lines: Vec<String> = cuts
                .clone()
                .map(|cut| match cut.step {
                    0 => format!("cut ({}): {}", cut.reason.code(), was_cut(cut.reason)),
                    step => format!(
                        "cut from step {} on ({}): {}",
                        step + 1,
                        cut.reason.code(),
                        was_cut(cut.reason)
                    ),
                })
                .collect();
            let kind = match accepted.tightening {
                true => "a tightening",
                false => "a loosening",
            };
            lines.push(match lines.is_empty() {
                true => format!(
                    "holds: grant {}, {kind}, would be accepted whole",
                    accepted.seq
                ),
                false => format!(
                    "the rest of grant {}, {kind}, would be accepted",
                    accepted.seq
                ),
            });
            let cuts: Vec<_> = cuts
                .map(|cut| json!({"code": cut.reason.code(), "step": cut.step, "why": was_cut(cut.reason)}))
                .collect();
            let holds = cuts.is_empty();
            let result = if holds { "accepted" } else { "cut" };
            let object = json!({"result": result, "seq": accepted.seq,
                "tightening": accepted.tightening, "newer_keys": accepted.newer_keys,
                "cuts": cuts});
            (lines, object, holds)
        }
    };
    match as_json {
        true => say!("{object}"),
        false => line.iter().for_each(|line| say!("{line}")),
    }
    if holds { Ok(()) } else { Err(Failure::No) }
}

fn files(args: &VerifyArgs) -> Result<Against, Failure> {
    let missing = |what: &str| Failure::Input(anyhow!("--{what}: expected beside --keys"));
    let path = args.keys.as_ref().ok_or_else(|| missing("keys"))?;
    let bytes = read::bytes(path)?;
    let keys = MultiSigned::parse(&bytes).ok();
    let keys = keys.and_then(|object| KeySet::read(object.payload).ok());
    let keys = keys.ok_or_else(|| {
        Failure::Input(anyhow!(
            "{}: no key set; expected its COSE_Sign",
            path.display()
        ))
    })?;
    let charter = args.charter.as_ref().ok_or_else(|| missing("charter"))?;
    Ok(Against {
        binding: Binding {
            lender: id(args.lender.as_deref(), "lender")?,
            device: id(args.device.as_deref(), "device")?,
            spki_hash: id(args.spki_sha256.as_deref(), "spki-sha256")?,
        },
        keys,
        charter: charter_file(charter)?,
    })
}

fn id<const N: usize>(text: Option<&str>, name: &str) -> Result<[u8; N], Failure> {
    let bytes = text.and_then(read::hex).and_then(|b| b.try_into().ok());
    bytes.ok_or_else(|| Failure::Input(anyhow!("--{name}: expected {} hexadecimal digits", 2 * N)))
}

fn database(args: &VerifyArgs, hash: Option<[u8; 32]>) -> Result<Against, Failure> {
    let Some(dir) = &args.data_dir else {
        return Err(Failure::Input(anyhow!(
            "nothing to check against; expected --data-dir, or --keys with the files of a phone"
        )));
    };
    let (store, lender) = data_dir::open_existing(dir)?;
    let hash = hash.unwrap_or_default();
    let device = phone_of(&store, lender, &hash, args.contract.as_deref())?;
    let device = device.ok_or_else(|| {
        Failure::Input(anyhow!(
            "{}: this database doesn't know the grant; expected --contract with an enrolled phone",
            args.file.display()
        ))
    })?;
    let row = store.newest_key_set(lender).map_err(Failure::outside)?;
    let keys = row.and_then(|row| {
        let object = MultiSigned::parse(&row.bytes).ok()?;
        KeySet::read(object.payload).ok()
    });
    let (Some(keys), Some(charter)) = (keys, charter_of(&store, lender, &device)?) else {
        return Err(Failure::Outside(anyhow!(
            "{}: the database holds no key set or no charter of this phone",
            dir.display()
        )));
    };
    Ok(Against {
        binding: Binding {
            lender: lender.0,
            device: device.device.0,
            spki_hash: device.spki_sha256,
        },
        keys,
        charter,
    })
}

/// Why it is refused whole.
fn refused(refusal: Refusal) -> String {
    let text = match refusal {
        Refusal::Wrapper(e) | Refusal::Canonical(e) => return format!("not its one form: {e}"),
        Refusal::Header(e) => return format!("its header: {e}"),
        Refusal::Schema(e) => return format!("its payload: {e}"),
        Refusal::Released => "the phone is released for ever",
        Refusal::Size => "longer than an object may be",
        Refusal::UnknownKid => "its key isn't in the key set",
        Refusal::KeyExpired => "its key had expired",
        Refusal::Alg => "another algorithm than its key's",
        Refusal::Signature => "the signature doesn't hold for this phone",
        Refusal::SeqOld => "its seq is at or below the base of the newest tightening",
        Refusal::SeqJump => "its seq is more than 10,000 above the highest accepted",
        Refusal::Role => "its key's role may not sign this",
        Refusal::Nonce => "an answer to another nonce",
        Refusal::Late => "more than 60 s after its nonce",
        Refusal::Outside => "outside the bounds of time",
        // A grant is never refused for these.
        Refusal::Hash
        | Refusal::Version
        | Refusal::Floor
        | Refusal::KeyRole
        | Refusal::Threshold
        | Refusal::Breach(_)
        | Refusal::CharterOld
        | Refusal::Root => "what a key set or a charter is refused for",
    };
    text.to_string()
}

/// Why something of it is cut.
fn was_cut(reason: CutReason) -> &'static str {
    match reason {
        CutReason::Ksv => "another key set than the phone's",
        CutReason::Seq => "its seq isn't higher than the highest accepted",
        CutReason::Role => "its key's role may not tighten",
        CutReason::Iat => "issued in the phone's future",
        CutReason::Base => "its signer didn't know the phone's highest seq",
        CutReason::Warrant => "no warrant, or one that covers fewer steps",
        CutReason::Proof => "no proof of the log",
        CutReason::Charter => "beyond the charter or the compiled limits",
        CutReason::Lapse => "a lapse that would tighten by itself",
        CutReason::End => "an end that would move later",
    }
}
