//! `fairlock keys`: the chain of key sets, and the ROOT keys that people hold.
//!
//! `make` makes the next one, `paper` is a key set on its way between machines, `show` says what
//! stands. Secrets are read from files named in the call and never stored. On purpose absent: any
//! way past two ROOT keys.

mod make;
mod paper;
mod show;

use std::path::Path;

use anyhow::anyhow;
use fairlock_protocol::cose::MultiSigned;
use fairlock_protocol::enrol::hex;
use fairlock_protocol::{KeySet, Role};
use fairlock_signer::HeldKey;
use fairlock_signer::ceremony::name;
use fairlock_storage::{KeySetRow, LenderId, Store};

use crate::args::keys::{Held, Keys, NewArgs, SignArgs};
use crate::exit::Failure;
use crate::key_file;
use crate::out::{say, tell};

use paper::Paper;

pub fn run(command: Keys) -> Result<(), Failure> {
    match command {
        Keys::Show(args) => show::run(&args),
        Keys::New(args) => new(&args),
        Keys::Begin(args) => make::begin(&args),
        Keys::Rotate(args) => make::rotate(&args),
        Keys::Revoke(args) => make::revoke(&args),
        Keys::Sign(args) => sign(&args),
        Keys::Install(args) => make::install(&args),
    }
}

fn new(args: &NewArgs) -> Result<(), Failure> {
    let (role, word) = match args.role {
        Held::Root => (Role::Root, "root"),
        Held::Safety => (Role::Safety, "safety"),
    };
    let key = key_file::make(&args.out, role)?;
    let public = hex(&key.public());
    if args.json {
        let kid = name(key.kid());
        say!(
            "{}",
            serde_json::json!({"role": word, "kid": kid, "public": public})
        );
    } else {
        tell!(
            "{}: {word} key {}; keep the file away from the server. Its public half:",
            args.out.display(),
            name(key.kid())
        );
        say!("{public}");
    }
    Ok(())
}

fn sign(args: &SignArgs) -> Result<(), Failure> {
    let mut paper = Paper::read(&args.file)?;
    for line in show::lines(&paper.set, &[], &[]) {
        tell!("{line}");
    }
    for path in &args.root {
        let key = key_file::read(path, Role::Root)?;
        paper.sign(&key, &args.file)?;
        tell!("signed by {}", name(key.kid()));
    }
    paper.write(&args.file)?;
    say!("{}", args.file.display());
    Ok(())
}

/// The chain so far, oldest first.
fn chain(store: &Store, lender: LenderId) -> Result<Vec<(KeySet, KeySetRow)>, Failure> {
    let rows = store.key_sets_above(lender, 0).map_err(Failure::outside)?;
    let read = rows.into_iter().map(|row| {
        let set = MultiSigned::parse(&row.bytes).ok();
        let set = set.and_then(|object| KeySet::read(object.payload).ok());
        let set = set.ok_or_else(|| {
            Failure::Outside(anyhow!("key set {} as stored can't be read", row.ksv))
        })?;
        Ok((set, row))
    });
    read.collect()
}

/// ROOT keys as a call names them: public halves of all, secrets of those that are files.
fn roots(words: &[String]) -> Result<(Vec<[u8; 32]>, Vec<HeldKey>), Failure> {
    let (mut public, mut held) = (Vec::new(), Vec::new());
    for word in words {
        if let Some(key) = key_file::bytes32(word) {
            public.push(key);
            continue;
        }
        let key = key_file::read(Path::new(word), Role::Root)?;
        public.push(key.public());
        held.push(key);
    }
    Ok((public, held))
}
