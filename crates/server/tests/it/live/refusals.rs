//! What a live lender is refused: contracts at import, packs at the server's start, permits that
//! nobody asks for. Each with one sentence that names the contract and the rule.

use fairlock_domain::calendar::Instant;
use fairlock_rulebook::{Rulebook, builtin_texts, load_builtin};
use fairlock_server::StartError;
use fairlock_server::contracts::{self, ContractFileError};
use fairlock_server::live::{self, LiveError};
use fairlock_server::permits::{self, Kind, PermitFileError};
use fairlock_storage::Store;

use super::land::{approval, book, clearance, file, law, with};
use crate::device::rig::{LENDER, Site, at};

const ACME: (&str, &str) = ("Acme Mobile", "operator");

struct Desk {
    store: Store,
    _dir: tempfile::TempDir,
}

fn now() -> Instant {
    at("2026-01-10T12:00:00+03:00")
}

impl Desk {
    fn new() -> Desk {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("fairlock.db")).unwrap();
        Desk { store, _dir: dir }
    }

    fn live() -> Desk {
        let desk = Desk::new();
        live::make_live(&desk.store, LENDER, &load_builtin().unwrap(), now()).unwrap();
        desk
    }

    /// How many were added, or every sentence of the refusal.
    fn import(&self, rulebook: &Rulebook, packs: &str) -> Result<u64, Vec<String>> {
        let file = file(packs, ACME);
        let imported = contracts::import(&self.store, LENDER, rulebook, file.as_bytes(), now());
        match imported {
            Ok(imported) => Ok(imported.added),
            Err(ContractFileError::NotLive(all)) => {
                Err(all.iter().map(ToString::to_string).collect())
            }
            Err(other) => panic!("{other}"),
        }
    }
}

/// The built-in packs and others.
fn and(more: &[&str]) -> Rulebook {
    let more = more.iter().map(|text| ("more", *text));
    Rulebook::from_texts(builtin_texts().iter().copied().chain(more)).unwrap()
}

#[track_caller]
fn refused(rulebook: &Rulebook, packs: &str, why: &str) {
    let desk = Desk::live();
    let expected = format!("contract C-1001: {why}");
    assert_eq!(desk.import(rulebook, packs), Err(vec![expected]));
    assert!(desk.store.contract(LENDER, "C-1001").unwrap().is_none());
    // A lender that tries things out takes it all the same.
    assert_eq!(Desk::new().import(rulebook, packs), Ok(1));
}

#[test]
fn made_up_packs_are_refused() {
    let why = "sandbox 101 (release_at_payoff) is made up; expected no made-up rules";
    let builtin = load_builtin().unwrap();
    refused(&builtin, "sandbox", why);
    refused(&builtin, "in sandbox", why);
}

#[test]
fn models_are_refused() {
    refused(
        &load_builtin().unwrap(),
        "strict-default model-us-nv",
        "model-us-nv 2406 (legal_status) is a statute about other goods, a model only; \
         expected a law about phones",
    );
}

#[test]
fn packs_of_no_jurisdiction_are_refused() {
    let builtin = load_builtin().unwrap();
    refused(
        &builtin,
        "strict-default",
        "strict-default: jurisdiction \"none\"; expected a pack of a jurisdiction beside",
    );
    refused(
        &builtin,
        "strict-default platform-android",
        "strict-default, platform-android: jurisdiction \"none\"; \
         expected a pack of a jurisdiction beside",
    );
    assert_eq!(Desk::live().import(&builtin, "strict-default nz"), Ok(1));
}

#[test]
fn packs_that_contradict_each_other_are_refused() {
    let leases = law("permitted").replace(
        "takes = [\"purchase_loan\", \"lease\", \"cash_loan\"]",
        "takes = [\"lease\"]",
    );
    refused(
        &and(&[&leases]),
        "strict-default land",
        "strict-default 202, land 7002: no product that all take; \
         expected packs that can be kept together",
    );
}

#[test]
fn a_lender_whose_contracts_stand_under_such_packs_is_not_made_live() {
    let (desk, builtin) = (Desk::new(), load_builtin().unwrap());
    assert_eq!(desk.import(&builtin, "sandbox"), Ok(1));
    let refused = live::make_live(&desk.store, LENDER, &builtin, now());
    let Err(LiveError::Refused(all)) = refused else {
        panic!("{refused:?}");
    };
    let all: Vec<String> = all.iter().map(ToString::to_string).collect();
    let sentence = "contract C-1001: sandbox 101 (release_at_payoff) is made up; \
                    expected no made-up rules";
    assert_eq!(all, [sentence]);
    assert_eq!(desk.store.live_since(LENDER), Ok(None));
}

/// Starts a server over a live lender's contract, with the packs of another program.
async fn started(then: &str) -> Result<(), Vec<String>> {
    let site = Site::start_with(book(&law("permitted")), |store, rulebook, now| {
        live::make_live(store, LENDER, rulebook, now).unwrap();
        let file = file("land", ACME);
        contracts::import(store, LENDER, rulebook, file.as_bytes(), now).unwrap();
    })
    .await;
    match site.refused_with(book(then)).await {
        None => Ok(()),
        Some(StartError::Live(LiveError::Refused(all))) => {
            Err(all.iter().map(ToString::to_string).collect())
        }
        Some(other) => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn packs_that_became_impossible_are_refused_at_the_start() {
    assert_eq!(started(&law("prohibited")).await, Ok(()), "it reminds");
    let model = with(
        law("model_only"),
        "[applies]",
        "goods = [\"motor_vehicle\"]",
    );
    let sentence = |why: &str| Err(vec![format!("contract C-1001: {why}")]);
    assert_eq!(
        started(&model).await,
        sentence(
            "land 7005 (legal_status) is a statute about other goods, a model only; \
             expected a law about phones"
        )
    );
    let made_up = law("permitted").replacen("\"house\"", "\"fictional\"", 1);
    assert_eq!(
        started(&made_up).await,
        sentence("land 7001 (release_at_payoff) is made up; expected no made-up rules")
    );
    let nowhere = law("permitted").replace("jurisdiction = \"xx\"", "jurisdiction = \"none\"");
    assert_eq!(
        started(&nowhere).await,
        sentence("land: jurisdiction \"none\"; expected a pack of a jurisdiction beside")
    );
    let gone = law("permitted").replace("id = \"land\"", "id = \"sea\"");
    assert_eq!(
        started(&gone).await,
        sentence(
            "land: not among the packs of this program; \
             expected packs that `fairlock rules list` names"
        )
    );
}

#[test]
fn permits_that_no_pack_asks_for_are_refused_with_their_row() {
    let licensed = with(
        law("permitted"),
        "[licence]",
        "regulator = \"Land Regulator\"",
    );
    let cases = [
        (
            law("permitted"),
            clearance("2026-01-01", "2026-12-31", ""),
            "row 2, column pack: found \"land\", expected a pack whose legal status is counsel",
        ),
        (
            law("counsel"),
            approval("2026-01-01", ""),
            "row 2, column pack: found \"land\", expected a pack that asks for a regulator's approval ([licence])",
        ),
        (
            licensed.replace("id = \"land\"", "id = \"sea\""),
            approval("2026-01-01", ""),
            "row 2, column pack: found \"land\", expected a rule pack that is known",
        ),
    ];
    for (law, (kind, file), expected) in cases {
        let desk = Desk::new();
        let told = (kind, file.as_bytes());
        let refused = permits::import(&desk.store, LENDER, &book(&law), told, now());
        let Err(PermitFileError::Faults(faults)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].to_string(), expected);
        assert_eq!(desk.store.permits(LENDER), Ok(Vec::new()));
    }
    let (desk, told) = (Desk::new(), approval("2026-01-01", ""));
    let told = (Kind::Approvals, told.1.as_bytes());
    let recorded = permits::import(&desk.store, LENDER, &book(&licensed), told, now());
    assert_eq!(recorded.unwrap().added, 1);
}
