//! The next key set: proposed, signed as far as the keys are here, checked as a phone checks it, and
//! stored.

use std::path::Path;

use anyhow::anyhow;
use fairlock_protocol::cose::MultiSigned;
use fairlock_protocol::refusal::Refusal;
use fairlock_protocol::{KeySet, Kid, Role};
use fairlock_server::Entropy as _;
use fairlock_signer::ceremony::{self, CeremonyError, Change, name};
use fairlock_signer::held::sign_key_set;
use fairlock_signer::keys::FIRST_KSV;
use fairlock_signer::{HeldKey, KeyRing, KeyRole, Seeds};
use fairlock_storage::{DeviceAct, KeySetRow, LenderId, Store};

use super::paper::Paper;
use super::{chain, roots, show};
use crate::args::keys::{BeginArgs, ChangeArgs, InstallArgs, RevokeArgs, RotateArgs};
use crate::data_dir;
use crate::exit::Failure;
use crate::key_file;
use crate::os::{self, OsEntropy};
use crate::out::{say, tell};

/// Key set 1 under the caller's own roots.
pub fn begin(args: &BeginArgs) -> Result<(), Failure> {
    let installation = data_dir::open(&args.data_dir)?;
    let (store, lender) = (&installation.store, installation.lender);
    if !chain(store, lender)?.is_empty() {
        return Err(Failure::Input(anyhow!(
            "there is a key set already; expected none: use `fairlock keys rotate --new-root`"
        )));
    }
    let (public, held) = roots(&args.root)?;
    let set = ceremony::first(&installation.keys, seconds(), &public);
    let set = set.map_err(Failure::input)?;
    let signers: Vec<&HeldKey> = held.iter().collect();
    let bytes = sign_key_set(&set, &lender.0, &signers).map_err(malformed)?;
    let object = MultiSigned::parse(&bytes).map_err(|e| Failure::Outside(anyhow!("{e:?}")))?;
    let hash = fairlock_protocol::sha256(object.payload);
    KeySet::first(&bytes, &lender.0, &hash).map_err(|error| {
        Failure::Input(anyhow!(
            "{} ROOT files; expected 2 or more, to sign it ({error:?})",
            held.len()
        ))
    })?;
    store_it(store, lender, &set, bytes, Vec::new(), "command line")
}

pub fn rotate(args: &RotateArgs) -> Result<(), Failure> {
    let replace = match &args.roles {
        None => KeyRole::ALL.to_vec(),
        Some(words) => roles(words)?,
    };
    let change = Change {
        replace,
        ..Change::default()
    };
    propose(change, &args.change)
}

pub fn revoke(args: &RevokeArgs) -> Result<(), Failure> {
    let kids = args.keys.iter().map(|word| kid(word));
    let change = Change {
        revoke: kids.collect::<Result<Vec<Kid>, Failure>>()?,
        ..Change::default()
    };
    propose(change, &args.change)
}

fn propose(mut change: Change, args: &ChangeArgs) -> Result<(), Failure> {
    data_dir::open_existing(&args.data_dir)?;
    let installation = data_dir::open(&args.data_dir)?;
    let (store, lender, mut ring) = (
        installation.store.clone(),
        installation.lender,
        installation.keys,
    );
    let chain: Vec<KeySet> = chain(&store, lender)?
        .into_iter()
        .map(|(set, _)| set)
        .collect();
    let last = chain.last().ok_or(CeremonyError::NoChain);
    let last = last.map_err(Failure::input)?;
    let (new_roots, mut held) = roots(&args.new_root)?;
    for path in &args.root {
        held.push(key_file::read(path, Role::Root)?);
    }
    change.at = seconds();
    change.roots = (!new_roots.is_empty()).then_some(new_roots);
    change.mirrors = (!args.mirror.is_empty()).then(|| args.mirror.clone());
    let safety = args.safety.iter().map(|word| {
        key_file::bytes32(word).ok_or_else(|| {
            Failure::Input(anyhow!("--safety {word}: expected 64 hexadecimal digits"))
        })
    });
    change.safety = safety.collect::<Result<_, _>>()?;
    let seeds = new_seeds(&args.data_dir, last, &chain, &change)?;
    if let Some(seeds) = seeds {
        ring.add(last.ksv + 1, seeds);
    }
    let set = ceremony::next(&chain, &change, &ring).map_err(Failure::input)?;
    let starters = starters(&ring, last);
    if !starters.is_empty() {
        tell!(
            "signed by this installation's starter roots too: replace them with --new-root before phones are real"
        );
    }
    let signers: Vec<&HeldKey> = held.iter().chain(&starters).collect();
    let bytes = sign_key_set(&set, &lender.0, &signers).map_err(malformed)?;
    let taken = last.next(&bytes, &lender.0);
    let few = matches!(taken, Err(Refusal::Threshold));
    match (taken, &args.out) {
        (Ok(_), _) => {}
        (Err(_), Some(_)) if few => {}
        (Err(_), None) if few => {
            return Err(Failure::Input(anyhow!(
                "key set {}: too few signatures; expected 2 ROOT keys of key set {} and 2 of its own: add --root FILE, or --out FILE to sign it elsewhere",
                set.ksv,
                last.ksv
            )));
        }
        (Err(error), _) => {
            return Err(Failure::Outside(anyhow!(
                "no phone would take it: {error:?}"
            )));
        }
    }
    if let Some(seeds) = seeds {
        data_dir::keep_seeds(&args.data_dir, set.ksv, &seeds)?;
    }
    if let (true, Some(out)) = (few, &args.out) {
        let paper = Paper {
            lender: lender.0,
            set,
            object: bytes,
        };
        paper.write(out)?;
        tell!("waits for signatures: fairlock keys sign, then fairlock keys install");
        say!("{}", out.display());
        return Ok(());
    }
    let gone = gone(last, &set);
    store_it(&store, lender, &set, bytes, gone, &args.by)
}

pub fn install(args: &InstallArgs) -> Result<(), Failure> {
    data_dir::open_existing(&args.data_dir)?;
    let installation = data_dir::open(&args.data_dir)?;
    let (store, lender, mut ring) = (
        installation.store.clone(),
        installation.lender,
        installation.keys,
    );
    let paper = Paper::read(&args.file)?;
    let wrong = |what: String| Failure::Input(anyhow!("{}: {what}", args.file.display()));
    let chain = chain(&store, lender)?;
    let last = chain.last().map(|(set, _)| set);
    let last = last.ok_or(CeremonyError::NoChain).map_err(Failure::input)?;
    if paper.set.ksv == last.ksv && paper.set == *last {
        tell!("key set {}: is the newest already", last.ksv);
        return Ok(());
    }
    let set = last.next(&paper.object, &lender.0).map_err(|error| {
        let why = match error {
            Refusal::Threshold => format!(
                "too few signatures; expected 2 ROOT keys of key set {} and 2 of its own",
                last.ksv
            ),
            Refusal::Version => format!(
                "key set {}; expected {}, the one after the newest",
                paper.set.ksv,
                last.ksv + 1
            ),
            error => format!("no phone would take it: {error:?}"),
        };
        wrong(why)
    })?;
    if let Some(seeds) = data_dir::seeds_of(&args.data_dir, set.ksv)? {
        ring.add(set.ksv, seeds);
    }
    let listed = |role: KeyRole| {
        let key = ring.public_in(role, set.ksv);
        set.keys.iter().any(|entry| entry.key == key)
    };
    if let Some(role) = KeyRole::ALL.into_iter().find(|role| !listed(*role)) {
        return Err(wrong(format!(
            "its {} key isn't this installation's; expected the newest proposal made here",
            role.name()
        )));
    }
    let gone = gone(last, &set);
    store_it(&store, lender, &set, paper.object, gone, &args.by)
}

fn store_it(
    store: &Store,
    lender: LenderId,
    set: &KeySet,
    bytes: Vec<u8>,
    gone: Vec<Kid>,
    by: &str,
) -> Result<(), Failure> {
    let at = os::now();
    let row = KeySetRow {
        ksv: set.ksv,
        bytes,
        created_at: at,
    };
    let note = match gone.len() {
        0 => format!("{} keys", set.keys.len()),
        _ => format!("{} keys, gone: {}", set.keys.len(), names(&gone)),
    };
    let added = store.add_key_set(lender, row, gone);
    if !added.map_err(Failure::outside)? {
        return Err(Failure::Input(anyhow!(
            "key set {}: another one came first; expected to be made anew after it",
            set.ksv
        )));
    }
    let act = DeviceAct {
        at,
        kind: "key_set".to_owned(),
        subject: set.ksv.to_string(),
        by: by.to_owned(),
        note,
    };
    store.record_act(lender, act).map_err(Failure::outside)?;
    for line in show::lines(set, &[], &[]) {
        tell!("{line}");
    }
    say!("{}", set.ksv);
    Ok(())
}

/// Seeds for the roles that get a key of their own; the others keep theirs. None when none does.
fn new_seeds(
    dir: &Path,
    last: &KeySet,
    chain: &[KeySet],
    change: &Change,
) -> Result<Option<Seeds>, Failure> {
    let roles = ceremony::replaced(last, chain, change);
    if roles.is_empty() {
        return Ok(None);
    }
    let mut seeds = None;
    for ksv in (FIRST_KSV..=last.ksv).rev() {
        seeds = data_dir::seeds_of(dir, ksv)?;
        if seeds.is_some() {
            break;
        }
    }
    let lost = || Failure::Outside(anyhow!("{}: no keys; expected the file", dir.display()));
    let mut seeds = seeds.ok_or_else(lost)?;
    for role in roles {
        OsEntropy.fill(&mut seeds[role as usize]);
    }
    Ok(Some(seeds))
}

/// The starter roots, as far as this key set lists them.
fn starters(ring: &KeyRing, last: &KeySet) -> Vec<HeldKey> {
    let starters = ring.starters().into_iter();
    starters
        .filter(|key| last.roots.0.contains(&key.public()))
        .collect()
}

fn gone(last: &KeySet, set: &KeySet) -> Vec<Kid> {
    let kids = last.keys.iter().map(|entry| entry.kid());
    kids.filter(|kid| set.key(*kid).is_none()).collect()
}

fn names(kids: &[Kid]) -> String {
    let names: Vec<String> = kids.iter().map(|kid| name(*kid)).collect();
    names.join(", ")
}

fn roles(words: &[String]) -> Result<Vec<KeyRole>, Failure> {
    if words == ["none"] {
        return Ok(Vec::new());
    }
    let read = words.iter().map(|word| {
        let mut all = KeyRole::ALL.into_iter();
        all.find(|role| role.name() == word).ok_or_else(|| {
            Failure::Input(anyhow!(
                "--roles {word}: expected restrict, relax, release, contact, charter, or none"
            ))
        })
    });
    read.collect()
}

fn kid(word: &str) -> Result<Kid, Failure> {
    let bytes = key_file::bytes(word).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| Failure::Input(anyhow!("{word}: expected a key's id, 8 digits")))
}

fn malformed(error: fairlock_protocol::cbor::Malformed) -> Failure {
    Failure::Input(anyhow!(
        "no phone would read this key set; expected {}",
        error.expected
    ))
}

fn seconds() -> u64 {
    u64::try_from(os::now().unix_seconds()).unwrap_or(0)
}
