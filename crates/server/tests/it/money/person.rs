//! What a person does about money: match, unmatch, match again, keep, pay back; and what posts by
//! who paid.

use fairlock_domain::pii::Pii;
use fairlock_server::money::matching::{ActError, Deed, Done, Order, PayerKey, act};
use fairlock_storage::SuspenseRow;

use super::bench::{Bench, C1, C2, LENDER, TILL, confirmation, contract};
use super::camt::{credit, statement};

fn order(actor: &str) -> Order {
    Order {
        actor: actor.to_owned(),
        reason: "the payer called".to_owned(),
    }
}

fn to(contract: &str) -> Deed {
    Deed::Match {
        contract_id: contract.to_owned(),
        standing: false,
    }
}

impl Bench {
    /// With a key, so that payers are compared.
    fn with_payers() -> Bench {
        let mut bench = Bench::new();
        bench.desk.payers = Some(PayerKey::new([5; 32]));
        bench
    }

    fn act(&self, id: &str, deed: Deed) -> Result<Done, ActError> {
        act(&self.desk, id, &deed, &order("Amina"), self.stamp())
    }

    fn waiting(&self) -> SuspenseRow {
        let mut open = self.store().open_suspense(LENDER, 10).unwrap();
        assert_eq!(open.len(), 1);
        open.remove(0)
    }

    /// The only payment in suspense.
    fn waiting_id(&self) -> String {
        self.waiting().payment.id
    }
}

/// A bench with 100.00 in suspense that could be C-1's.
fn in_doubt() -> (Bench, String) {
    let bench = Bench::with_payers();
    bench.file(&statement("S-1").with(credit("100.00").text("RF53C1")));
    assert_eq!(
        bench.payments(),
        ["suspense booked 100.00 no_reference [C-1]"]
    );
    let id = bench.waiting_id();
    (bench, id)
}

#[test]
fn a_match_by_a_person_credits_ends_the_shield_and_leaves_a_trail() {
    let (bench, id) = in_doubt();
    assert_eq!(bench.holds("C-1"), ["payment_in_doubt"]);
    let done = bench.act(&id, to("C-1")).unwrap();
    assert_eq!(bench.payments(), ["C-1 booked 100.00 2026-03-02"]);
    assert!(bench.holds("C-1").is_empty());
    assert_eq!(done.contracts, ["C-1"]);
    let trail = bench.store().actions_on(LENDER, &id).unwrap();
    let trail: Vec<_> = trail
        .iter()
        .map(|a| (a.actor.as_str(), a.action.as_str(), a.reason.as_str()))
        .collect();
    assert_eq!(trail, [("Amina", "match", "the payer called")]);
    let row = bench.store().payment(LENDER, &id).unwrap().unwrap();
    assert_eq!(row.matched_by.as_deref(), Some("person"));
    bench.proves();
}

#[test]
fn what_was_matched_wrongly_is_taken_off_and_the_ladder_starts_again() {
    let mut bench = Bench::with_payers();
    bench.file(&statement("S-1").with(credit("200.00").text(C1)));
    assert_eq!(bench.level("C-1"), "free");
    let id = bench.store().payments_of(LENDER, "C-1").unwrap()[0]
        .0
        .id
        .clone();
    bench.clock("2026-03-04T12:00:00Z");
    bench.act(&id, Deed::Unmatch).unwrap();
    assert_eq!(bench.payments(), ["suspense booked 200.00 unmatched []"]);
    assert_eq!(
        bench.balances(),
        [
            "receivable_principal:C-1 300.00",
            "receivable_principal:C-2 300.00",
            "suspense -200.00",
            "bank:NL91ABNA0417164300 200.00",
            "fund_source -600.00",
        ]
    );
    assert_eq!(bench.level("C-1"), "free", "due again from this day");
    bench.clock("2026-03-05T12:00:00Z");
    assert_eq!(bench.level("C-1"), "remind");
    bench.proves();
    // The file again names C-1 still: what a person took off isn't put back by it.
    bench.file(
        &statement("S-1")
            .with(credit("200.00").text(C1))
            .with(credit("1.00").text(C2)),
    );
    assert!(
        bench
            .payments()
            .contains(&"suspense booked 200.00 unmatched []".to_owned())
    );
}

#[test]
fn a_match_to_another_contract_is_a_reversal_there_and_a_booking_here() {
    let bench = Bench::with_payers();
    bench.file(&statement("S-1").with(credit("100.00").text(C1)));
    let id = bench.store().payments_of(LENDER, "C-1").unwrap()[0]
        .0
        .id
        .clone();
    bench.act(&id, to("C-2")).unwrap();
    assert_eq!(bench.payments(), ["C-2 booked 100.00 2026-03-02"]);
    // And back again: each time a life of its own, in the ledger and in the facts.
    bench.act(&id, to("C-1")).unwrap();
    bench.act(&id, to("C-2")).unwrap();
    assert_eq!(bench.payments(), ["C-2 booked 100.00 2026-03-02"]);
    assert_eq!(
        bench.balances(),
        [
            "receivable_principal:C-1 300.00",
            "receivable_principal:C-2 200.00",
            "bank:NL91ABNA0417164300 100.00",
            "fund_source -600.00",
        ]
    );
    let events = bench.store().facts(LENDER, "C-1").unwrap().unwrap().events;
    assert_eq!(events.len(), 4, "booked, reversed, booked, reversed");
    bench.proves();
}

#[test]
fn announced_money_is_taken_off_too() {
    let bench = Bench::with_payers();
    bench.file(&statement("S-1").with(credit("100.00").servicer("A1").status("PDNG").text(C1)));
    let id = bench.store().payments_of(LENDER, "C-1").unwrap()[0]
        .0
        .id
        .clone();
    bench.act(&id, to("C-2")).unwrap();
    assert_eq!(bench.payments(), ["C-2 pending 100.00 2026-03-02"]);
    assert!(bench.holds("C-1").is_empty());
    assert_eq!(bench.holds("C-2"), ["payment_in_doubt"]);
    bench.file(&statement("S-2").with(credit("100.00").servicer("A1").text(C1)));
    assert_eq!(bench.payments(), ["C-2 booked 100.00 2026-03-02"]);
    bench.proves();
}

#[test]
fn what_a_person_may_not_do_changes_nothing() {
    let (bench, id) = in_doubt();
    let refused = |deed: Deed| bench.act(&id, deed).unwrap_err().to_string();
    assert!(refused(to("C-9")).contains("contract C-9 isn't there"));
    assert!(refused(Deed::Unmatch).contains("expected one that is on a contract"));
    let channel = || "bank".to_owned();
    assert!(refused(Deed::RefundPaid { channel: channel() }).contains("whose refund is decided"));
    assert!(refused(Deed::RefundFailed { channel: channel() }).contains("whose refund left"));
    let nobody = Order {
        actor: " ".to_owned(),
        reason: "x".to_owned(),
    };
    let unnamed = act(&bench.desk, &id, &Deed::Keep, &nobody, bench.stamp());
    assert!(
        unnamed
            .unwrap_err()
            .to_string()
            .contains("actor: 0 characters")
    );
    let kes = vec![contract("C-KES", "KES", "bank")];
    bench
        .store()
        .import_contracts(LENDER, kes, bench.now)
        .unwrap();
    assert!(refused(to("C-KES")).contains("expected one currency"));
    assert_eq!(
        bench.payments(),
        ["suspense booked 100.00 no_reference [C-1]"]
    );
    assert!(bench.store().actions_on(LENDER, &id).unwrap().is_empty());
    bench.act(&id, to("C-1")).unwrap();
    assert!(bench.act(&id, to("C-1")).unwrap_err().is_refusal());
    assert!(bench.act(&id, Deed::Keep).unwrap_err().is_refusal());
}

#[test]
fn what_is_kept_open_shields_on() {
    let (bench, id) = in_doubt();
    bench.act(&id, Deed::Keep).unwrap();
    let waiting = bench.waiting();
    assert_eq!(waiting.kept_by.as_deref(), Some("Amina"));
    assert_eq!(bench.holds("C-1"), ["payment_in_doubt"]);
}

#[test]
fn a_refund_leaves_in_two_steps_by_two_people_and_may_come_back() {
    let (bench, id) = in_doubt();
    bench.act(&id, Deed::Refund).unwrap();
    assert!(bench.holds("C-1").is_empty());
    assert!(
        bench
            .balances()
            .contains(&"refunds_payable -100.00".to_owned())
    );
    // Told again, it stays decided.
    let again = [credit("100.00").text("RF53C1"), credit("1.00").text(C2)];
    let again = again
        .into_iter()
        .fold(statement("S-1"), |file, entry| file.with(entry));
    bench.file(&again);
    assert_eq!(bench.payments(), ["C-2 booked 1.00 2026-03-02"]);
    let paid = Deed::RefundPaid {
        channel: "bank".to_owned(),
    };
    let same = bench.act(&id, paid.clone()).unwrap_err().to_string();
    assert!(same.contains("expected another person"), "{same}");
    act(&bench.desk, &id, &paid, &order("Baraka"), bench.stamp()).unwrap();
    assert!(
        bench
            .balances()
            .iter()
            .all(|line| !line.starts_with("refunds_payable"))
    );
    let failed = Deed::RefundFailed {
        channel: "bank".to_owned(),
    };
    bench.act(&id, failed).unwrap();
    let waits = "suspense booked 100.00 unmatched []".to_owned();
    assert!(bench.payments().contains(&waits));
    assert!(bench.balances().contains(&"suspense -100.00".to_owned()));
    // The next try is a refund of its own, or a match after all.
    bench.act(&id, Deed::Refund).unwrap();
    bench.proves();
}

#[test]
fn a_confirmed_match_may_stand_for_all_that_the_payer_sends() {
    let bench = Bench::with_payers();
    let from = |amount: &str, text: &str| {
        credit(amount)
            .payer("Aunt")
            .payer_account("DE02120300000000202051")
            .text(text)
    };
    bench.file(&statement("S-1").with(from("10.00", "for Joyce")));
    let id = bench.waiting_id();
    let standing = Deed::Match {
        contract_id: "C-2".to_owned(),
        standing: true,
    };
    bench.act(&id, standing).unwrap();
    bench.file(
        &statement("S-2")
            .to("2026-03-03T00:00:00Z")
            .with(from("11.00", "again")),
    );
    let both = ["C-2 booked 10.00 2026-03-02", "C-2 booked 11.00 2026-03-02"];
    assert_eq!(bench.payments(), both);
    // Taken off once, the instruction ends.
    bench.act(&id, Deed::Unmatch).unwrap();
    bench.file(
        &statement("S-3")
            .to("2026-03-04T00:00:00Z")
            .with(from("12.00", "again")),
    );
    assert_eq!(
        bench.payments(),
        [
            "C-2 booked 11.00 2026-03-02",
            "suspense booked 10.00 unmatched []",
            "suspense booked 12.00 no_reference [C-2]",
        ]
    );
    bench.proves();
}

#[test]
fn a_known_number_posts_by_the_amount_rule_and_a_mask_only_proposes() {
    let bench = Bench::with_payers();
    let mut kes = contract("C-KES", "KES", TILL);
    kes.phone_number = Some(Pii::new("+254 712 345 126".to_owned()));
    bench
        .store()
        .import_contracts(LENDER, vec![kes], bench.now)
        .unwrap();
    bench.time_passes();
    let by = |receipt: &str, amount: &str, number: &str| {
        let body = confirmation(receipt, amount, "my phone");
        bench.confirm(&body.replace("2540 ***** 126", number));
    };
    by("RKTQDM7W61", "100", "254712345126");
    by("RKTQDM7W62", "301", "254712345126");
    by("RKTQDM7W63", "100", "2547 ***** 126");
    by("RKTQDM7W64", "100", "2547 ***** 127");
    assert_eq!(
        bench.payments(),
        [
            "C-KES booked 100.00 2026-03-03",
            "suspense booked 100.00 no_reference [C-KES]",
            "suspense booked 100.00 no_reference []",
            "suspense booked 301.00 amount_rule [C-KES]",
        ]
    );
    bench.proves();
}

#[test]
fn a_virtual_account_is_one_contracts() {
    let bench = Bench::new();
    let mut other = contract("C-KES", "EUR", "bank");
    other.virtual_account = Some("XX0000123456789012".to_owned());
    let mut twin = contract("C-9", "EUR", "bank");
    twin.virtual_account = other.virtual_account.clone();
    bench
        .store()
        .import_contracts(LENDER, vec![other], bench.now)
        .unwrap();
    let refused = bench
        .store()
        .import_contracts(LENDER, vec![twin], bench.now);
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .contains("virtual account is contract C-KES's")
    );
    bench.file(&statement("S-1").with(credit("5.00").text("ID IPH: XX0000123456789012 RATA")));
    assert_eq!(bench.payments(), ["C-KES booked 5.00 2026-03-02"]);
}
