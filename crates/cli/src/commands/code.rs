//! `fairlock code make / read`: typed codes, for the phone of a contract or from an OpenPAYGO key.

use anyhow::anyhow;
use fairlock_codes::openpaygo::{self, OpenPaygo};
use fairlock_codes::{Counts, FIRST_COUNT, Found, Kind, digits, grouped, long};
use fairlock_protocol::Binding;
use fairlock_protocol::charter::Charter;
use fairlock_protocol::cose::MultiSigned;
use fairlock_server::notices::short;
use fairlock_signer::Signer;
use fairlock_signer::codes::{CodeOrder, Form};
use fairlock_storage::{ContractFacts, LenderId, NewCode, Store};
use serde::Serialize;
use serde_json::json;

use crate::args::code::{ChainArgs, CodeMakeArgs, CodeReadArgs, Type};
use crate::commands::explain;
use crate::data_dir;
use crate::exit::Failure;
use crate::os;
use crate::out::{say, tell};

#[derive(Serialize)]
struct Made {
    token: String,
    count: u64,
}

#[derive(Serialize)]
struct Read<'a> {
    result: &'static str,
    r#type: Option<&'static str>,
    value: Option<u64>,
    count: u64,
    used: &'a [u64],
}

pub fn make(args: CodeMakeArgs) -> Result<(), Failure> {
    let kind = kind(args.kind);
    match (&args.contract, chain(&args.chain)) {
        (Some(name), _) => for_contract(name, kind, &args),
        (None, Some(chain)) => {
            let value = value(kind, args.value)?;
            let made = chain.make(kind, value, args.chain.count);
            let (count, token) = made.ok_or_else(|| too_much(value))?;
            let token = chain.text(token, args.chain.restricted);
            print(&Made { token, count })
        }
        (None, None) => Err(Failure::Input(anyhow!("expected a contract or --key"))),
    }
}

pub fn read(args: CodeReadArgs) -> Result<(), Failure> {
    let Some(chain) = chain(&args.chain) else {
        return of_contract(&args);
    };
    let mut used = args.used;
    used.sort_unstable();
    used.dedup();
    let count = args.chain.count;
    let mut counts = Counts { count, used };
    for word in &args.words {
        let token = digits(word).and_then(|digits| chain.token(&digits, args.chain.restricted));
        let found = token.map_or(Found::Wrong, |token| chain.read(token, &mut counts));
        let (result, right) = match found {
            Found::Right { kind, value } => ("ok", Some((name(kind), value))),
            Found::Used => ("used", None),
            Found::Wrong => ("invalid", None),
        };
        print(&Read {
            result,
            r#type: right.map(|(name, _)| name),
            value: right.map(|(_, value)| value),
            count: counts.count,
            used: &counts.used,
        })?;
    }
    Ok(())
}

/// The chain that `--key` names.
fn chain(args: &ChainArgs) -> Option<OpenPaygo> {
    let key = args.key.as_ref()?;
    Some(OpenPaygo::new(key, args.starting_code, args.extended))
}

fn print(line: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(line).map_err(Failure::outside)?;
    say!("{text}");
    Ok(())
}

const fn kind(given: Type) -> Kind {
    match given {
        Type::Add => Kind::Add,
        Type::Set => Kind::Set,
        Type::Disable => Kind::Disable,
        Type::Sync => Kind::Sync,
    }
}

const fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Add => "add",
        Kind::Set => "set",
        Kind::Disable => "disable",
        Kind::Sync => "sync",
    }
}

const fn form_name(form: Form) -> &'static str {
    match form {
        Form::Long => "long",
        Form::Digits => "digits",
        Form::Restricted => "restricted",
    }
}

/// ADD and SET carry a value, the others none.
fn value(kind: Kind, given: Option<u64>) -> Result<u64, Failure> {
    match (kind, given) {
        (Kind::Add | Kind::Set, Some(value)) => Ok(value),
        (Kind::Disable | Kind::Sync, None) => Ok(0),
        (Kind::Add | Kind::Set, None) => Err(Failure::Input(anyhow!(
            "--type {}: expected --value",
            name(kind)
        ))),
        _ => Err(Failure::Input(anyhow!(
            "--type {}: expected no --value",
            name(kind)
        ))),
    }
}

fn too_much(value: u64) -> Failure {
    Failure::Input(anyhow!(
        "value {value}: expected at most {} (extended 999999; the long code 1 to {})",
        openpaygo::VALUE_MAX,
        long::DAYS_MAX
    ))
}

/// What is needed to make a phone's codes.
struct Phone {
    contract: String,
    store: Store,
    lender: LenderId,
    signer: Signer,
    binding: Binding,
    /// The phone's point from its enrolment.
    point: [u8; 65],
    code_days: u64,
    lender_name: String,
}

impl Phone {
    fn open(name: &str, data_dir: &std::path::Path) -> Result<Phone, Failure> {
        data_dir::open_existing(data_dir)?;
        let (store, lender, signer) = data_dir::open(data_dir)?.parts();
        let facts = explain::find(&store, lender, name)?;
        let no_phone = |what| Failure::Input(anyhow!("{}: {what}", facts.contract.id));
        let row = store.device_of(lender, &facts.contract.id);
        let row = row.map_err(Failure::outside)?;
        let row = row.ok_or_else(|| no_phone("no phone; expected one that has enrolled"))?;
        let point = row.exchange_key.as_slice().try_into();
        let point = point.map_err(|_| no_phone("its phone enrolled before there were codes"))?;
        let charters = store.charters(lender, row.device);
        let charters = charters.map_err(Failure::outside)?;
        let charter = charters.iter().find_map(|charter| {
            let signed = MultiSigned::parse(charter.accepted.as_ref()?).ok()?;
            Charter::read(signed.payload).ok()
        });
        let charter = charter.ok_or_else(|| no_phone("its phone has accepted no charter yet"))?;
        Ok(Phone {
            contract: name_of(&facts),
            binding: Binding {
                lender: lender.0,
                device: row.device.0,
                spki_hash: row.spki_sha256,
            },
            point,
            code_days: u64::from(charter.code_days),
            lender_name: charter.lender,
            store,
            lender,
            signer,
        })
    }

    fn code(&self, order: CodeOrder, count: u64) -> Option<String> {
        self.signer.code(&self.binding, &self.point, order, count)
    }
}

fn name_of(facts: &ContractFacts) -> String {
    facts.contract.id.clone()
}

/// Takes the next count, and only then makes the code.
fn for_contract(name: &str, kind_given: Kind, args: &CodeMakeArgs) -> Result<(), Failure> {
    let form = match (args.openpaygo, args.chain.restricted) {
        (false, _) => Form::Long,
        (true, false) => Form::Digits,
        (true, true) => Form::Restricted,
    };
    let (kind, days) = match (form, args.days) {
        (Form::Long, Some(days)) => (Kind::Add, days),
        (Form::Long, None) => (Kind::Disable, 0),
        _ => (kind_given, value(kind_given, args.value)?),
    };
    let order = CodeOrder { form, kind, days };
    if !order.fits() {
        return Err(too_much(days));
    }
    let phone = Phone::open(name, &args.data_dir)?;
    let new = NewCode {
        form: form_name(form).to_owned(),
        kind: self::name(kind).to_owned(),
        days,
        made_at: os::now(),
    };
    let device = fairlock_storage::DeviceId(phone.binding.device);
    let ahead = args.ahead;
    let next = move |newest: Option<u64>| {
        let newest = newest.unwrap_or(FIRST_COUNT);
        order.next_count(Some(newest + ahead))
    };
    let count = phone.store.take_code(phone.lender, device, new, next);
    let count = count.map_err(Failure::outside)?;
    let code = phone.code(order, count);
    let code = code.ok_or_else(|| Failure::Outside(anyhow!("the phone's point is none")))?;
    let opens = match kind {
        Kind::Add | Kind::Set => days.min(phone.code_days),
        Kind::Disable => phone.code_days,
        Kind::Sync => 0,
    };
    let spoken = grouped(&code);
    let text = short::code(&phone.lender_name, &spoken);
    if args.json {
        say!(
            "{}",
            json!({"contract": phone.contract, "code": code, "spoken": spoken, "count": count, "type": self::name(kind), "days": opens, "text": text})
        );
    } else {
        let opens = match opens {
            0 => "opens nothing".to_string(),
            days => format!("opens {days} days from typing, once"),
        };
        tell!("code {count} for the phone of {}: {opens}", phone.contract);
        say!("{spoken}");
    }
    Ok(())
}

/// Is each word a code that was made for this phone?
fn of_contract(args: &CodeReadArgs) -> Result<(), Failure> {
    let Some((name, words)) = args
        .words
        .split_first()
        .filter(|(_, words)| !words.is_empty())
    else {
        return Err(Failure::Input(anyhow!(
            "expected a contract and its codes, or --openpaygo with --key"
        )));
    };
    let phone = Phone::open(name, &args.data_dir)?;
    let device = fairlock_storage::DeviceId(phone.binding.device);
    let made = phone.store.codes(phone.lender, device);
    let made = made.map_err(Failure::outside)?;
    let mut all = true;
    for word in words {
        let typed = digits(word).unwrap_or_default();
        let plain: String = typed.iter().map(|digit| char::from(b'0' + digit)).collect();
        let found = made.iter().find(|(count, code)| {
            let order = order(code);
            order.and_then(|order| phone.code(order, *count)) == Some(plain.clone())
        });
        let result = match found {
            Some(_) => "ok",
            None if typed.len() == long::DIGITS && !long::is_one(&typed) => "slip",
            None => "unknown",
        };
        all &= found.is_some();
        if args.json {
            say!(
                "{}",
                json!({
                    "code": word, "result": result,
                    "count": found.map(|(count, _)| count),
                    "type": found.map(|(_, code)| &code.kind),
                    "days": found.map(|(_, code)| code.days),
                    "made_at": found.map(|(_, code)| code.made_at.to_string()),
                })
            );
        } else {
            say!("{}", sentence(word, result, found));
        }
    }
    if all { Ok(()) } else { Err(Failure::No) }
}

fn sentence(word: &str, result: &str, found: Option<&(u64, NewCode)>) -> String {
    match (result, found) {
        (_, Some((count, code))) => {
            let days = match code.days {
                0 => "as many days as the charter allows".to_string(),
                days => format!("{days} days"),
            };
            format!(
                "{word}: code {count}, {}, {days}, made at {}",
                code.kind, code.made_at
            )
        }
        ("slip", None) => format!("{word}: a digit is wrong or two are swapped"),
        _ => format!("{word}: not a code of this phone"),
    }
}

/// What a stored code says.
fn order(code: &NewCode) -> Option<CodeOrder> {
    let forms = [Form::Long, Form::Digits, Form::Restricted];
    let kinds = [Kind::Add, Kind::Set, Kind::Disable, Kind::Sync];
    Some(CodeOrder {
        form: forms
            .into_iter()
            .find(|form| form_name(*form) == code.form)?,
        kind: kinds.into_iter().find(|kind| name(*kind) == code.kind)?,
        days: code.days,
    })
}
