//! What a key set says, in lines and as JSON.

use fairlock_domain::calendar::Day;
use fairlock_protocol::keyset::KeyEntry;
use fairlock_protocol::{KeySet, Role, kid};
use fairlock_signer::ceremony::{STAY_LISTED_S, name, replaced_at};
use serde_json::json;

use super::chain;
use crate::args::keys::ShowArgs;
use crate::data_dir;
use crate::exit::Failure;
use crate::out::{say, tell};

pub fn run(args: &ShowArgs) -> Result<(), Failure> {
    data_dir::open_existing(&args.data_dir)?;
    let installation = data_dir::open(&args.data_dir)?;
    let (store, lender) = (&installation.store, installation.lender);
    let sets: Vec<KeySet> = chain(store, lender)?
        .into_iter()
        .map(|(set, _)| set)
        .collect();
    let Some(newest) = sets.last() else {
        tell!(
            "no key set yet: the first phone's enrolment makes one under starter roots, `fairlock keys begin` one under yours"
        );
        return Err(Failure::No);
    };
    let starters = installation.keys.starters().map(|key| key.public());
    let phones = store.phones_by_key_set(lender).map_err(Failure::outside)?;
    if args.json {
        say!("{}", as_json(newest, &sets, &starters, &phones));
        return Ok(());
    }
    for line in lines(newest, &sets, &starters) {
        say!("{line}");
    }
    for (ksv, phones) in phones {
        match ksv {
            Some(ksv) => say!("phones with key set {ksv}: {phones}"),
            None => say!("phones that have reported nothing yet: {phones}"),
        }
    }
    Ok(())
}

/// The lines of one key set. `sets` is the chain that it ends, as far as it is known here.
pub fn lines(set: &KeySet, sets: &[KeySet], starters: &[[u8; 32]]) -> Vec<String> {
    let mut lines = vec![format!(
        "key set {}, made on {}, floor {}",
        set.ksv,
        day(set.iat),
        set.floor_ksv
    )];
    for entry in &set.keys {
        let line = format!(
            "  {} {:8} {}",
            name(entry.kid()),
            word(entry.role),
            standing(entry, sets)
        );
        lines.push(line.trim_end().to_string());
    }
    let (roots, threshold) = &set.roots;
    for root in roots {
        let starter = match starters.contains(root) {
            true => "starter, derived from this installation's own keys",
            false => "",
        };
        let line = format!("  {} root     {starter}", name(kid(root)));
        lines.push(line.trim_end().to_string());
    }
    lines.push(format!("  {threshold} of {} roots sign", roots.len()));
    for mirror in &set.mirrors {
        lines.push(format!("  mirror {mirror}"));
    }
    lines
}

fn standing(entry: &KeyEntry, sets: &[KeySet]) -> String {
    match (replaced_at(entry, sets), entry.role) {
        (Some(at), Role::Relax | Role::Release) => format!(
            "replaced on {}, listed until {} at least",
            day(at),
            day(at + STAY_LISTED_S)
        ),
        (Some(at), _) => format!("replaced on {}", day(at)),
        (None, _) => String::new(),
    }
}

fn as_json(
    set: &KeySet,
    sets: &[KeySet],
    starters: &[[u8; 32]],
    phones: &[(Option<u64>, u64)],
) -> serde_json::Value {
    let keys: Vec<_> = set
        .keys
        .iter()
        .map(|entry| {
            json!({"kid": name(entry.kid()), "role": word(entry.role),
                "replaced": replaced_at(entry, sets).map(day), "not_after": entry.not_after})
        })
        .collect();
    let roots: Vec<_> = set
        .roots
        .0
        .iter()
        .map(|root| json!({"kid": name(kid(root)), "starter": starters.contains(root)}))
        .collect();
    let phones: Vec<_> = phones
        .iter()
        .map(|(ksv, count)| json!({"key_set": ksv, "phones": count}))
        .collect();
    json!({"key_set": set.ksv, "floor": set.floor_ksv, "made": day(set.iat), "keys": keys,
        "roots": roots, "threshold": set.roots.1, "mirrors": set.mirrors, "phones": phones})
}

pub fn word(role: Role) -> &'static str {
    match role {
        Role::Root => "root",
        Role::Restrict => "restrict",
        Role::Relax => "relax",
        Role::Release => "release",
        Role::Safety => "safety",
        Role::Contact => "contact",
        Role::Log => "log",
        Role::Charter => "charter",
    }
}

/// The day of an instant, in UTC.
fn day(at: u64) -> String {
    let days = i32::try_from(at / 86_400).unwrap_or(i32::MAX);
    Day::from_unix_days(days).to_string()
}
