//! `fairlock cap`: an upper bound for all phones of a lender, by a SAFETY key.
//!
//! The cap is signed here, held against the newest key set as a phone would, and stored; the server
//! hands it out. On purpose absent: taking one back, which no phone would believe.

use anyhow::anyhow;
use fairlock_domain::calendar::Instant;
use fairlock_domain::rules::Level as Row;
use fairlock_protocol::cap::Cap as Body;
use fairlock_protocol::cose::MultiSigned;
use fairlock_protocol::{KeySet, Level, Role};
use fairlock_signer::ceremony::name;
use fairlock_storage::{CapRow, DeviceAct};
use serde_json::json;

use crate::args::cap::{Cap, Level as Word, ListArgs, MakeArgs};
use crate::data_dir;
use crate::exit::Failure;
use crate::key_file;
use crate::os;
use crate::out::{say, tell};

/// Caps that are listed.
const LISTED: u32 = 100;

pub fn run(command: &Cap) -> Result<(), Failure> {
    match command {
        Cap::Make(args) => make(args),
        Cap::List(args) => list(args),
    }
}

fn make(args: &MakeArgs) -> Result<(), Failure> {
    let (store, lender) = data_dir::open_existing(&args.data_dir)?;
    let key = key_file::read(&args.safety, Role::Safety)?;
    let newest = store.newest_key_set(lender).map_err(Failure::outside)?;
    let set = newest.and_then(|row| {
        let object = MultiSigned::parse(&row.bytes).ok()?;
        KeySet::read(object.payload).ok()
    });
    let listed = |set: &KeySet| set.key(key.kid()).is_some_and(|k| k.role == Role::Safety);
    let Some(set) = set.filter(listed) else {
        return Err(Failure::Input(anyhow!(
            "{}: SAFETY key {} isn't in the newest key set; expected one that `fairlock keys rotate --safety` has listed",
            args.safety.display(),
            name(key.kid())
        )));
    };
    let at = os::now();
    let iat = u64::try_from(at.unix_seconds()).unwrap_or(0);
    let until = iat + u64::from(args.days) * 86_400;
    let (level, row) = levels(args.level);
    let cap = Body {
        n: store.next_cap(lender).map_err(Failure::outside)?,
        iat,
        ksv: set.ksv,
        until,
        level,
    };
    let bytes = key.sign_cap(&lender.0, &cap).map_err(|error| {
        Failure::Input(anyhow!(
            "no phone would read it; expected {}",
            error.expected
        ))
    })?;
    let ends = Instant::from_unix_seconds(i64::try_from(until).unwrap_or(i64::MAX));
    let stored = store.add_cap(
        lender,
        CapRow {
            n: cap.n,
            level: row,
            until: ends,
            bytes,
            made_at: at,
        },
    );
    if !stored.map_err(Failure::outside)? {
        return Err(Failure::Input(anyhow!(
            "cap {}: another one came first; expected to be made again",
            cap.n
        )));
    }
    let act = DeviceAct {
        at,
        kind: "cap".to_owned(),
        subject: cap.n.to_string(),
        by: args.by.clone(),
        note: format!(
            "{} until {ends}, by SAFETY key {}",
            row.name(),
            name(key.kid())
        ),
    };
    store.record_act(lender, act).map_err(Failure::outside)?;
    if args.json {
        say!(
            "{}",
            json!({"cap": cap.n, "level": row.name(), "until": ends.to_string()})
        );
    } else {
        tell!("cap {}: {}, until {ends}", cap.n, words(row));
        say!("{}", cap.n);
    }
    Ok(())
}

fn list(args: &ListArgs) -> Result<(), Failure> {
    let (store, lender) = data_dir::open_existing(&args.data_dir)?;
    let caps = store.caps(lender, LISTED).map_err(Failure::outside)?;
    let now = os::now();
    for cap in caps {
        let alive = cap.until > now;
        if args.json {
            say!(
                "{}",
                json!({"cap": cap.n, "level": cap.level.name(), "made": cap.made_at.to_string(),
                    "until": cap.until.to_string(), "alive": alive})
            );
        } else {
            let over = if alive { "" } else { " (over)" };
            say!(
                "cap {}: {}, until {}{over}",
                cap.n,
                words(cap.level),
                cap.until
            );
        }
    }
    Ok(())
}

fn levels(word: Word) -> (Level, Row) {
    match word {
        Word::Free => (Level::Free, Row::Free),
        Word::Remind => (Level::Remind, Row::Remind),
        Word::Reduce => (Level::Reduce, Row::Reduce),
        Word::Lock => (Level::Lock, Row::Lock),
    }
}

fn words(level: Row) -> &'static str {
    match level {
        Row::Released | Row::Free => "every phone is open",
        Row::Remind => "no phone is limited, notices alone",
        Row::Reduce => "no phone is locked",
        Row::Lock => "a freeze: nothing new begins",
    }
}
