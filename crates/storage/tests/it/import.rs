//! Importing contracts, and finding them.

use fairlock_domain::calendar::zone;
use fairlock_domain::contract::{
    BorrowerKind, Creditor, CreditorKind, Frequency, Goods, Particulars,
};
use fairlock_domain::ledger::Account;
use fairlock_domain::loan::order::Component;
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::payment::Reference;
use fairlock_domain::pii::Pii;
use fairlock_domain::rules::Level;
use fairlock_storage::{ImportError, Imported, NewContract};

use crate::world::{LENDER, OTHER_LENDER, World, at, contract, day, kes, on_each_engine};

#[test]
fn a_contract_arrives_whole() {
    on_each_engine(|world| {
        world.import(&["C-1001"]);
        let row = world
            .store
            .contract(LENDER, "C-1001")
            .expect("readable")
            .expect("there");
        let new = contract("C-1001");
        assert_eq!(
            row.reference,
            Reference::of_contract("C-1001").expect("short enough")
        );
        assert_eq!(row.product, new.contract.product);
        assert_eq!(row.signed_on, new.contract.signed_on);
        assert_eq!(row.instalments, new.contract.instalments);
        assert_eq!((row.time_zone, row.packs), (new.time_zone, new.packs));
        assert_eq!((row.feed, row.calendar), (new.contract.feed, new.calendar));
        assert!(row.borrower == new.borrower && row.imei == new.imei);
        assert!(row.phone_number == new.phone_number);
        assert_eq!((row.level, row.payoff), (Level::Free, kes(3_000)));
        assert_eq!(row.review_at, Some(at(0)), "due for its first plan at once");

        let owed = Account::receivable(Component::Principal, "C-1001");
        let books = world.store.balances(LENDER).expect("readable");
        let receivable = books.balance(&owed, kes(0).currency());
        assert_eq!(receivable.net(), 3_000);
        assert!(world.store.proof(LENDER).expect("readable").holds());
    });
}

#[test]
fn the_same_file_again_changes_nothing() {
    on_each_engine(|world| {
        world.import(&["C-1", "C-2"]);
        let again = vec![contract("C-1"), contract("C-2"), contract("C-3")];
        let done = world
            .store
            .import_contracts(LENDER, again, at(9))
            .expect("the same");
        assert_eq!((done.added, done.unchanged), (1, 2));
        assert!(world.store.proof(LENDER).expect("readable").holds());
    });
}

/// Imports C-1, then a file whose second contract is wrong: nothing of the file is taken.
fn check(wrong: impl Fn(&mut NewContract), expected: &ImportError) {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let mut second = contract("C-3");
        wrong(&mut second);
        let file = || vec![contract("C-2"), second.clone()];
        let tried = world.store.check_contracts(LENDER, file());
        assert_eq!(tried.as_ref(), Err(expected));
        let done = world.store.import_contracts(LENDER, file(), at(0));
        assert_eq!(done.as_ref(), Err(expected));
        assert!(
            world
                .store
                .contract(LENDER, "C-2")
                .expect("readable")
                .is_none()
        );
        assert!(world.store.proof(LENDER).expect("readable").holds());
    });
}

#[test]
fn a_file_is_all_or_nothing() {
    let id = |text: &str| text.to_owned();
    let (index, contract_id) = (1, id("C-3"));
    check(
        |new| new.contract.id = "-".into(),
        &ImportError::Reference {
            index,
            contract_id: id("-"),
            problem: fairlock_domain::payment::ReferenceError::Empty,
        },
    );
    check(
        |new| new.contract.instalments.clear(),
        &ImportError::NoInstalments {
            index,
            contract_id: contract_id.clone(),
        },
    );
    let instalment = ImportError::Instalment {
        index,
        contract_id: contract_id.clone(),
        no: 2,
    };
    check(
        |new| new.contract.instalments[1].amount = kes(0),
        &instalment,
    );
    let dollars = Money::new(5, Currency::from_code("USD").expect("a currency"));
    check(
        |new| new.contract.instalments[1].amount = dollars,
        &instalment,
    );
    check(
        |new| {
            new.contract.id = "C-1".into();
            new.imei = Pii::new("imei-C-1".into());
        },
        &ImportError::OtherContent {
            index,
            contract_id: id("C-1"),
        },
    );
    check(
        |new| new.contract.id = "c 1".into(),
        &ImportError::ReferenceTaken {
            index,
            contract_id: id("c 1"),
            reference: Reference::of_contract("C-1").expect("short enough"),
            other: id("C-1"),
        },
    );
    check(
        |new| new.imei = Pii::new("imei-C-1".into()),
        &ImportError::ImeiTaken {
            index,
            contract_id,
            other: id("C-1"),
        },
    );
}

#[test]
fn a_dry_run_counts_and_changes_nothing() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let file = vec![contract("C-1"), contract("C-2")];
        let done = world
            .store
            .check_contracts(LENDER, file)
            .expect("importable");
        let expected = Imported {
            added: 1,
            unchanged: 1,
        };
        assert_eq!(done, expected);
        assert!(
            world
                .store
                .contract(LENDER, "C-2")
                .expect("readable")
                .is_none()
        );
        let levels = world.store.level_counts(LENDER).expect("readable");
        assert_eq!(levels.iter().map(|count| count.contracts).sum::<u64>(), 1);
    });
}

#[test]
fn contracts_are_found_by_what_people_have() {
    on_each_engine(|world: &World| {
        world.import(&["C-1", "C-2"]);
        let store = &world.store;
        let references = ["C-2", "C-9"].map(|id| Reference::of_contract(id).expect("short"));
        let found = store
            .contracts_by_reference(LENDER, &references)
            .expect("readable");
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].contract_id.as_str(), found[0].currency.code()),
            ("C-2", "KES")
        );
        let by_phone = store
            .contracts_by_phone(LENDER, &[9; 32])
            .expect("readable");
        assert_eq!(by_phone, ["C-1", "C-2"]);
        assert_eq!(
            store
                .contracts_by_phone(LENDER, &[8; 32])
                .expect("readable"),
            [""; 0]
        );
        let by_imei = store
            .contract_by_imei(LENDER, "imei-C-1")
            .expect("readable");
        assert_eq!(by_imei.as_deref(), Some("C-1"));
    });
}

#[test]
fn another_lender_sees_nothing() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let store = &world.store;
        assert!(
            store
                .contract(OTHER_LENDER, "C-1")
                .expect("readable")
                .is_none()
        );
        assert!(
            store
                .facts(OTHER_LENDER, "C-1")
                .expect("readable")
                .is_none()
        );
        let same = store.import_contracts(OTHER_LENDER, vec![contract("C-1")], at(0));
        assert_eq!(same.expect("their own").added, 1);
        let count = |lender| store.due_review_count(lender, at(0)).expect("readable");
        assert_eq!((count(LENDER), count(OTHER_LENDER)), (1, 1));
    });
}

#[test]
fn new_holidays_are_new_facts() {
    on_each_engine(|world| {
        world.import(&["C-1"]);
        let store = &world.store;
        let facts = || {
            store
                .facts(LENDER, "C-1")
                .expect("readable")
                .expect("there")
        };
        let before = facts().version;
        let days = [day("2026-12-12"), day("2026-01-01")];
        store
            .set_holidays(LENDER, "KE", &days, at(5))
            .expect("writable");
        store
            .set_holidays(LENDER, "UG", &days[..1], at(5))
            .expect("writable");
        let after = facts();
        assert_eq!(after.version, before + 1);
        assert_eq!(after.holidays, [day("2026-01-01"), day("2026-12-12")]);
    });
}

/// What packs ask besides the terms comes back as it was told, and is part of what was told.
#[test]
fn particulars_come_back_and_may_not_change() {
    on_each_engine(|world| {
        let known = Particulars {
            creditor: Some(Creditor {
                name: "Acme Mobile".into(),
                kind: CreditorKind::Operator,
            }),
            borrower: Some(BorrowerKind::Consumer),
            goods: Some(Goods::ConsumerGoods),
            days_of_grace: 10,
            ..Particulars::default()
        };
        let told = |particulars: &Particulars| NewContract {
            particulars: particulars.clone(),
            ..contract("C-1")
        };
        let import = |contract| world.store.import_contracts(LENDER, vec![contract], at(0));
        assert_eq!(import(told(&known)).expect("importable").added, 1);
        assert_eq!(import(told(&known)).expect("the same").unchanged, 1);
        let other = Particulars {
            goods: None,
            ..known.clone()
        };
        for other in [told(&other), contract("C-1")] {
            assert!(matches!(
                import(other),
                Err(ImportError::OtherContent { .. })
            ));
        }
        let facts = world.store.facts(LENDER, "C-1").expect("readable");
        let facts = facts.expect("there").facts(zone::utc());
        // The instalments of these tests are due monthly.
        let frequency = Some(Frequency::Other);
        assert_eq!(facts.particulars, Particulars { frequency, ..known });
    });
}

/// Where due days keep no rhythm, or one quicker than weekly, nobody knows how often it is paid.
#[test]
fn how_often_it_is_paid_is_read_off_the_due_days() {
    on_each_engine(|world| {
        let cases: [(&[&str], Option<Frequency>); 6] = [
            (
                &["2026-02-01", "2026-02-08", "2026-02-15"],
                Some(Frequency::Weekly),
            ),
            (
                &["2026-02-15", "2026-02-01", "2026-02-08"],
                Some(Frequency::Weekly),
            ),
            (
                &["2026-02-01", "2026-02-09", "2026-03-09"],
                Some(Frequency::Other),
            ),
            (&["2026-02-01", "2026-02-08", "2026-02-22"], None),
            (&["2026-02-01", "2026-02-02", "2026-02-03"], None),
            (&["2026-02-01"], None),
        ];
        for (no, (dues, expected)) in cases.into_iter().enumerate() {
            let id = format!("C-{no}");
            let mut new = contract(&id);
            let amount = new.contract.instalments[0].amount;
            let line = |due: &&str| fairlock_domain::contract::Instalment {
                due: day(due),
                amount,
            };
            new.contract.instalments = dues.iter().map(line).collect();
            let imported = world.store.import_contracts(LENDER, vec![new], at(0));
            assert_eq!(imported.expect("importable").added, 1);
            let facts = world.store.facts(LENDER, &id).expect("readable");
            let facts = facts.expect("there").facts(zone::utc());
            assert_eq!(facts.particulars.frequency, expected, "{dues:?}");
        }
    });
}
