//! `fairlock charter`: the charters of a phone, and another one offered.
//!
//! The draft is the signer's, the comparison the protocol's; here the call is read and the answer
//! stored, for the server to hand out. On purpose absent: any way to make a phone take a stricter
//! one.

mod payees;

use anyhow::anyhow;
use fairlock_domain::calendar::Day;
use fairlock_domain::rules;
use fairlock_protocol::cose::MultiSigned;
use fairlock_protocol::ids::Domain;
use fairlock_protocol::{Binding, Charter, KeySet, Level, Role};
use fairlock_server::device::charters;
use fairlock_signer::Signer;
use fairlock_signer::charter::{Terms, draft, says_the_same, softened};
use fairlock_signer::held::add_root_to_charter;
use fairlock_storage::{CharterRow, ContractFacts, DeviceAct, DeviceRow, LenderId, Store};
use serde_json::json;

use crate::args::charter::{CharterCommand, Highest, OfferArgs, ShowArgs};
use crate::commands::{explain, rulebook};
use crate::data_dir;
use crate::exit::Failure;
use crate::key_file;
use crate::os;
use crate::out::{say, tell};

pub fn run(command: &CharterCommand) -> Result<(), Failure> {
    match command {
        CharterCommand::Show(args) => show(args),
        CharterCommand::Offer(args) => offer(args),
    }
}

fn show(args: &ShowArgs) -> Result<(), Failure> {
    let (store, lender) = data_dir::open_existing(&args.data_dir)?;
    let phone = Phone::open(&store, lender, &args.contract)?;
    for row in &phone.rows {
        let charter = charters::read(row).ok_or_else(|| unreadable(row.n))?;
        let accepted = row.accepted_at.map(|at| at.to_string());
        if args.json {
            say!(
                "{}",
                json!({"charter": row.n, "offered": row.offered_at.to_string(), "accepted": accepted,
                    "highest": charter.highest.word(), "last_day": day(charter.last_day)})
            );
        } else {
            let accepted = match accepted {
                Some(at) => format!("signed by the phone at {at}"),
                None => "waits for the phone".to_string(),
            };
            say!(
                "charter {}: up to {}, last day {}, offered at {}, {accepted}",
                row.n,
                charter.highest.word(),
                day(charter.last_day),
                row.offered_at
            );
        }
    }
    Ok(())
}

/// A contract's phone with its charters, newest first.
struct Phone {
    facts: ContractFacts,
    row: DeviceRow,
    rows: Vec<CharterRow>,
}

impl Phone {
    fn open(store: &Store, lender: LenderId, name: &str) -> Result<Phone, Failure> {
        let facts = explain::find(store, lender, name)?;
        let row = store.device_of(lender, &facts.contract.id);
        let row = row.map_err(Failure::outside)?.ok_or_else(|| {
            Failure::Input(anyhow!("{name}: no phone; expected one that has enrolled"))
        })?;
        let rows = store.charters(lender, row.device);
        let rows = rows.map_err(Failure::outside)?;
        Ok(Phone { facts, row, rows })
    }

    /// The newest charter that both sides signed.
    fn in_force(&self) -> Result<Charter, Failure> {
        let accepted = self.rows.iter().find(|row| row.accepted.is_some());
        let row = accepted.ok_or_else(|| {
            Failure::Input(anyhow!(
                "{}: its phone has accepted no charter yet",
                self.facts.contract.id
            ))
        })?;
        charters::read(row).ok_or_else(|| unreadable(row.n))
    }

    /// What today's rules allow, with payees, contacts and languages as they are.
    fn today(&self, old: &Charter, n: u64) -> Result<Charter, Failure> {
        let known = &self.facts;
        let gone = |what: &str| Failure::Outside(anyhow!("{what}: not known to this program"));
        let zone = fairlock_rulebook::zone::load(&known.time_zone);
        let zone = zone.ok_or_else(|| gone(&known.time_zone))?;
        let packs: Vec<&str> = known.packs.iter().map(String::as_str).collect();
        let rules: rules::Rules = rulebook()?
            .rules_for(&packs)
            .ok_or_else(|| gone(&packs.join(", ")))?;
        let drafted = draft(Terms {
            n,
            now: os::now(),
            lender_name: &old.lender,
            facts: &known.facts(zone),
            reference: &old.reference,
            zone_name: &known.time_zone,
            rules: &rules,
            channels: old.channels.clone(),
            help: old.help.clone(),
            languages: old.languages.clone(),
        });
        let mut today = drafted.map_err(Failure::input)?;
        if today.zone.name == old.zone.name && today.last_day <= old.last_day {
            today.zone = old.zone.clone();
        }
        Ok(today)
    }
}

fn offer(args: &OfferArgs) -> Result<(), Failure> {
    data_dir::open_existing(&args.data_dir)?;
    let (store, lender, signer) = data_dir::open(&args.data_dir)?.parts();
    signer.refresh(&store, lender).map_err(Failure::outside)?;
    let phone = Phone::open(&store, lender, &args.contract)?;
    let old = phone.in_force()?;
    let n = phone.rows.first().map_or(0, |row| row.n) + 1;
    let today = phone.today(&old, n)?;
    let mut wanted = match args.today {
        true => today,
        false => softened(&old, &today),
    };
    ask(&mut wanted, args)?;
    wanted.check().map_err(|breach| {
        Failure::Input(anyhow!(
            "the charter breaks a limit that is compiled into phones: {breach:?}"
        ))
    })?;
    if says_the_same(&wanted, &old) {
        tell!("charter {} says all of this already", old.n);
        return Err(Failure::No);
    }
    let softer = wanted.at_least_as_soft(&old);
    if !softer {
        may_be_stricter(&phone, args)?;
    }
    let signed = sign(&signer, lender, &phone, &wanted, args)?;
    let at = os::now();
    let stored = store.offer_charter(lender, phone.row.device, n, signed, at);
    if !stored.map_err(Failure::outside)? {
        return Err(Failure::Input(anyhow!(
            "charter {n}: another one came first; expected to be made again"
        )));
    }
    let word = if softer { "softer" } else { "stricter" };
    let contract = &phone.facts.contract.id;
    let act = DeviceAct {
        at,
        kind: "charter".to_owned(),
        subject: contract.clone(),
        by: args.by.clone(),
        note: format!("charter {n}, {word}, up to {}", wanted.highest.word()),
    };
    store.record_act(lender, act).map_err(Failure::outside)?;
    if args.json {
        say!(
            "{}",
            json!({"contract": contract, "charter": n, "softer": softer, "highest": wanted.highest.word()})
        );
    } else {
        tell!(
            "charter {n} for the phone of {contract}: {}",
            match softer {
                true => "takes force at its next contact",
                false => "waits until the borrower accepts it",
            }
        );
        say!("{n}");
    }
    Ok(())
}

/// What the call asks for, on top.
fn ask(charter: &mut Charter, args: &OfferArgs) -> Result<(), Failure> {
    if let Some(highest) = args.highest {
        let highest = match highest {
            Highest::Remind => Level::Remind,
            Highest::Reduce => Level::Reduce,
            Highest::Lock => Level::Lock,
        };
        if highest > charter.highest {
            return Err(Failure::Input(anyhow!(
                "--highest {}: expected at most {}, what the law permits today and the charter in force allows",
                highest.word(),
                charter.highest.word()
            )));
        }
        charter.highest = highest;
        charter.lock = charter.lock.take().filter(|_| highest >= Level::Lock);
        charter.reduce = charter.reduce.take().filter(|_| highest >= Level::Reduce);
    }
    if let Some(hours) = args.lead_hours {
        for limits in [&mut charter.reduce, &mut charter.lock]
            .into_iter()
            .flatten()
        {
            limits.lead_h = limits.lead_h.max(hours);
        }
    }
    charter.pass.hours = args.pass_hours.unwrap_or(charter.pass.hours);
    charter.code_days = args.code_days.unwrap_or(charter.code_days);
    charter.offline_days = args.offline_days.unwrap_or(charter.offline_days);
    charter.silence_h = args.silence_hours.unwrap_or(charter.silence_h);
    if let Some(text) = &args.last_day {
        let day = Day::parse(text).ok().map(Day::unix_days);
        let day = day.and_then(|day| u32::try_from(day).ok());
        charter.last_day = day.ok_or_else(|| {
            Failure::Input(anyhow!("--last-day {text}: expected a day as 2026-12-31"))
        })?;
    }
    if !args.payee.is_empty() {
        charter.channels = payees::read(&args.payee)?;
    }
    Ok(())
}

/// A stricter one is only offered to a phone that isn't limited, by its own word.
fn may_be_stricter(phone: &Phone, args: &OfferArgs) -> Result<(), Failure> {
    if !args.stricter {
        return Err(Failure::Input(anyhow!(
            "this charter would be stricter somewhere; expected --stricter, and the borrower's acceptance"
        )));
    }
    match phone
        .row
        .reported
        .as_ref()
        .map(|reported| reported.grant_level)
    {
        Some(level) if level <= rules::Level::Remind => Ok(()),
        Some(level) => Err(Failure::Input(anyhow!(
            "its phone is at {}; a stricter charter is only offered at free or remind",
            level.name()
        ))),
        None => Err(Failure::Input(anyhow!(
            "its phone has reported nothing yet; a stricter charter is only offered at free or remind"
        ))),
    }
}

fn sign(
    signer: &Signer,
    lender: LenderId,
    phone: &Phone,
    charter: &Charter,
    args: &OfferArgs,
) -> Result<Vec<u8>, Failure> {
    let binding = Binding {
        lender: lender.0,
        device: phone.row.device.0,
        spki_hash: phone.row.spki_sha256,
    };
    let reported = phone.row.reported.as_ref().map(|reported| reported.ksv);
    let signed = signer.sign_charter(&binding, reported, charter);
    let mut signed = signed.map_err(Failure::input)?;
    for path in &args.root {
        let key = key_file::read(path, Role::Root)?;
        signed = add_root_to_charter(&signed, &binding, &key)
            .map_err(|error| Failure::Outside(anyhow!("{error:?}")))?;
    }
    if !args.payee.is_empty() {
        check_roots(signer.newest().as_deref(), &binding, &signed)?;
    }
    Ok(signed)
}

/// No phone would take another payee without enough of its roots.
fn check_roots(newest: Option<&KeySet>, phone: &Binding, signed: &[u8]) -> Result<(), Failure> {
    let object = MultiSigned::parse(signed).ok();
    let enough = newest
        .zip(object)
        .is_some_and(|(set, object)| set.has_signed(&object, &phone.aad(Domain::Charter)));
    match enough {
        true => Ok(()),
        false => Err(Failure::Input(anyhow!(
            "too few ROOT signatures for another payee; expected --root for 2 keys of the newest key set"
        ))),
    }
}

fn unreadable(n: u64) -> Failure {
    Failure::Outside(anyhow!("charter {n} as stored can't be read"))
}

fn day(days: u32) -> String {
    Day::from_unix_days(i32::try_from(days).unwrap_or(i32::MAX)).to_string()
}
