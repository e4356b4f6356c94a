//! Permits: recorded once, withdrawn once, and told again as they were known at any instant.

use fairlock_domain::calendar::{Instant, zone};
use fairlock_domain::contract::RegulatorApproval;
use fairlock_domain::rules::Level;
use fairlock_domain::standing::Clearance;
use fairlock_storage::{
    ChangeSet, ContractChange, ContractFacts, NewPermit, PacksInUse, Permit, PermitError,
};

use crate::world::{LENDER, OTHER_LENDER, World, at, contract, day, on_each_engine, plan, stamp};

fn clearance(pack: &str) -> NewPermit {
    NewPermit {
        permit: Permit::Clearance(Clearance {
            pack: pack.into(),
            by: "J. Hale".into(),
            on: day("2026-01-01"),
            until: day("2026-12-31"),
            opinion_sha256: [3; 32],
        }),
        withdrawn_on: None,
    }
}

fn approval(reference: &str) -> NewPermit {
    NewPermit {
        permit: Permit::Approval(RegulatorApproval {
            pack: "sandbox".into(),
            reference: reference.into(),
            on: day("2026-02-01"),
            until: None,
        }),
        withdrawn_on: None,
    }
}

fn withdrawn(mut permit: NewPermit, on: &str) -> NewPermit {
    permit.withdrawn_on = Some(day(on));
    permit
}

/// Added, withdrawn, unchanged.
fn record(world: &World, permits: Vec<NewPermit>, seconds: i64) -> (u64, u64, u64) {
    let done = world.store.record_permits(LENDER, permits, at(seconds));
    let done = done.expect("recordable");
    (done.added, done.withdrawn, done.unchanged)
}

fn facts(world: &World, contract: &str) -> ContractFacts {
    let facts = world.store.facts(LENDER, contract).expect("readable");
    facts.expect("there")
}

/// Plans a contract, as a server whose clock says so.
fn planned(world: &World, contract: &str, seconds: i64) {
    let mut set = ChangeSet::new(stamp(seconds));
    let mut change = ContractChange::new(contract, world.version(contract));
    change.projection = Some(plan(Level::Free));
    set.contracts.push(change);
    world.store.commit(LENDER, set).expect("it fits");
}

/// The last days that count, of clearances and of approvals.
fn ends(known: &ContractFacts, now: Option<Instant>) -> Vec<String> {
    let facts = match now {
        Some(now) => known.facts_at(zone::utc(), now),
        None => known.facts(zone::utc()),
    };
    let clearances = facts.clearances.iter().map(|c| c.until.to_string());
    let approvals = facts.particulars.approvals.iter();
    let approvals = approvals.map(|a| a.until.map_or("open".to_owned(), |until| until.to_string()));
    clearances.chain(approvals).collect()
}

#[test]
fn a_permit_is_a_new_fact_of_the_contracts_under_its_pack_alone() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let mut elsewhere = contract("C-2");
        elsewhere.packs = vec!["sandbox-2".into()];
        let import = world.store.import_contracts(LENDER, vec![elsewhere], at(0));
        assert_eq!(import.expect("importable").added, 1);
        let before = (world.version("C-1"), world.version("C-2"));
        let both = vec![clearance("sandbox"), approval("17")];
        let tried = world.store.check_permits(LENDER, both.clone());
        assert_eq!(tried.expect("recordable").added, 2);
        assert_eq!(world.version("C-1"), before.0, "a trial changes nothing");
        assert_eq!(record(world, both.clone(), 5), (2, 0, 0));
        assert_eq!(
            (world.version("C-1"), world.version("C-2")),
            (before.0 + 2, before.1)
        );
        assert_eq!(ends(&facts(world, "C-1"), None), ["2026-12-31", "open"]);
        assert!(facts(world, "C-2").permits.is_empty());
        assert_eq!(record(world, both, 6), (0, 0, 2));
        assert_eq!(
            world.version("C-1"),
            before.0 + 2,
            "the same again is no news"
        );
        assert_eq!(world.store.permits(OTHER_LENDER), Ok(Vec::new()));
    });
}

#[test]
fn a_withdrawal_ends_a_permit_and_the_time_before_it_stays_as_it_was_known() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        record(world, vec![clearance("sandbox"), approval("17")], 10);
        let ended = vec![
            withdrawn(clearance("sandbox"), "2026-03-01"),
            withdrawn(approval("17"), "2026-04-01"),
        ];
        let version = world.version("C-1");
        assert_eq!(record(world, ended.clone(), 20), (0, 2, 0));
        assert_eq!(world.version("C-1"), version + 2);
        let known = facts(world, "C-1");
        assert_eq!(ends(&known, None), ["2026-02-28", "2026-03-31"]);
        assert_eq!(ends(&known, Some(at(20))), ["2026-02-28", "2026-03-31"]);
        assert_eq!(ends(&known, Some(at(19))), ["2026-12-31", "open"]);
        assert!(ends(&known, Some(at(9))).is_empty());
        assert_eq!(record(world, ended, 30), (0, 0, 2));
        // A withdrawal isn't taken back by an older file, nor moved.
        for (permit, day) in [
            (clearance("sandbox"), "2026-03-01"),
            (withdrawn(approval("17"), "2026-04-02"), "2026-04-01"),
        ] {
            let refused = world.store.record_permits(LENDER, vec![permit], at(40));
            let refused = refused.expect_err("withdrawn").to_string();
            let expected = format!("was withdrawn on {day}; expected that day in withdrawn_on");
            assert!(refused.ends_with(&expected), "{refused}");
        }
    });
}

#[test]
fn a_withdrawal_never_makes_a_permit_longer() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let late = withdrawn(clearance("sandbox"), "2027-06-01");
        assert_eq!(record(world, vec![late], 5), (1, 0, 0));
        assert_eq!(ends(&facts(world, "C-1"), None), ["2026-12-31"]);
    });
}

#[test]
fn the_same_paper_with_other_days_is_refused_and_nothing_of_its_file_stays() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        record(world, vec![clearance("sandbox")], 5);
        let mut other = clearance("sandbox");
        if let Permit::Clearance(clearance) = &mut other.permit {
            clearance.until = day("2027-12-31");
        }
        let file = vec![approval("18"), other];
        let refused = world.store.record_permits(LENDER, file, at(6));
        assert!(
            matches!(&refused, Err(PermitError::OtherContent { index: 1, pack, .. }) if pack == "sandbox"),
            "{refused:?}"
        );
        assert_eq!(facts(world, "C-1").permits.len(), 1);
    });
}

#[test]
fn a_lender_is_made_live_once_and_stays_so() {
    on_each_engine(|world| {
        let store = &world.store;
        assert_eq!(store.live_since(LENDER), Ok(None));
        store.make_live(LENDER, at(5)).expect("writable");
        store.make_live(LENDER, at(9)).expect("writable");
        assert_eq!(store.live_since(LENDER), Ok(Some(at(5))));
        assert_eq!(store.live_since(OTHER_LENDER), Ok(None));
        assert_eq!(world.reopened().live_since(LENDER), Ok(Some(at(5))));
    });
}

#[test]
fn packs_in_use_are_told_with_a_contract_under_them() {
    on_each_engine(|world| {
        world.import(&["C-2", "C-1"]);
        let mut third = contract("C-3");
        third.packs = vec!["nz".into()];
        let import = world.store.import_contracts(LENDER, vec![third], at(0));
        import.expect("importable");
        let in_use = |packs: &[&str], contract: &str, contracts| PacksInUse {
            packs: packs.iter().map(|pack| (*pack).into()).collect(),
            contract_id: contract.into(),
            contracts,
        };
        let expected = [
            in_use(&["nz"], "C-3", 1),
            in_use(&["sandbox", "strict-default"], "C-1", 2),
        ];
        assert_eq!(
            world.store.packs_in_use(LENDER).expect("readable"),
            expected
        );
    });
}

/// A command's clock may be behind the server's: what a plan didn't know became known after it.
#[test]
fn news_become_known_after_every_plan_that_was_made_without_them() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        planned(world, "C-1", 100);
        record(world, vec![clearance("sandbox")], 90);
        assert!(ends(&facts(world, "C-1"), Some(at(100))).is_empty());
        assert_eq!(ends(&facts(world, "C-1"), Some(at(101))), ["2026-12-31"]);
        planned(world, "C-1", 200);
        record(
            world,
            vec![withdrawn(clearance("sandbox"), "2026-03-01")],
            200,
        );
        assert_eq!(ends(&facts(world, "C-1"), Some(at(200))), ["2026-12-31"]);
        assert_eq!(ends(&facts(world, "C-1"), Some(at(201))), ["2026-02-28"]);
        // Plans of other packs' contracts are no reason to wait.
        record(world, vec![clearance("elsewhere")], 150);
        let permits = world.store.permits(LENDER).expect("readable");
        assert_eq!(permits[1].recorded_at, at(150));
        assert_eq!(world.store.next_review(LENDER), Ok(Some(at(200))));
    });
}
