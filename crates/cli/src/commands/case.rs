//! `fairlock case`: what borrowers said on their phones, and the lender's answer.

use fairlock_server::device::cases::{self, CaseError};
use fairlock_storage::{CaseKind, CaseRow, CaseState, DeviceAct, Stamp};
use serde_json::json;

use crate::args::case::{AnswerArgs, Case, ListArgs};
use crate::commands::explain;
use crate::data_dir;
use crate::exit::Failure;
use crate::os;
use crate::out::{say, tell};

/// Open cases that are listed.
const LISTED: u32 = 1000;

pub fn run(command: &Case) -> Result<(), Failure> {
    match command {
        Case::List(args) => list(args),
        Case::Answer(args) => answer(args),
    }
}

fn list(args: &ListArgs) -> Result<(), Failure> {
    let (store, lender) = data_dir::open_existing(&args.data_dir)?;
    let rows = match &args.contract {
        Some(name) => {
            let facts = explain::find(&store, lender, name)?;
            store.cases_of(lender, &facts.contract.id)
        }
        None => store.open_cases(lender, LISTED),
    };
    for case in rows.map_err(Failure::outside)? {
        if args.json {
            say!(
                "{}",
                json!({"case": case.no, "contract": case.contract_id, "said": case.kind.name(),
                    "state": state(&case), "opened": case.opened_at.to_string(),
                    "answer_by": case.answer_by.to_string(),
                    "closed": case.closed_at.map(|at| at.to_string())})
            );
        } else {
            say!(
                "case {} of {}: {}, {} since {}, to be answered by {}",
                case.no,
                case.contract_id,
                words(case.kind),
                state(&case),
                case.opened_at,
                case.answer_by
            );
        }
    }
    Ok(())
}

fn answer(args: &AnswerArgs) -> Result<(), Failure> {
    let (store, lender) = data_dir::open_existing(&args.data_dir)?;
    let facts = explain::find(&store, lender, &args.contract)?;
    let contract = facts.contract.id;
    let now = Stamp {
        at: os::now(),
        monotonic_ns: 0,
    };
    let answered = cases::answer(&store, lender, (&contract, args.case), args.upheld, now);
    answered.map_err(|error| match error {
        CaseError::NotOpen(_) | CaseError::UnknownContract => Failure::input(error),
        _ => Failure::outside(error),
    })?;
    let word = if args.upheld { "upheld" } else { "refused" };
    let act = DeviceAct {
        at: now.at,
        kind: "case".to_owned(),
        subject: contract.clone(),
        by: args.by.clone(),
        note: format!("case {} {word}", args.case),
    };
    store.record_act(lender, act).map_err(Failure::outside)?;
    tell!("case {} of {contract}: {word}", args.case);
    Ok(())
}

fn state(case: &CaseRow) -> &'static str {
    match case.state {
        CaseState::Open if cases::is_over(case, os::now()) => "over",
        state => state.name(),
    }
}

fn words(kind: CaseKind) -> &'static str {
    match kind {
        CaseKind::Paid => "says it is paid",
        CaseKind::Wrong => "says something is wrong",
        CaseKind::BoughtUsed => "says the phone was bought used",
    }
}
