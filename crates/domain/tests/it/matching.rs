//! Whose money a payment is, by more than what stands in it: virtual accounts, the payer's number,
//! standing instructions; and what only proposes.

use fairlock_domain::money::{Currency, Money};
use fairlock_domain::payment::change::{Change, ChangeKind, left};
use fairlock_domain::payment::evidence::Evidence;
use fairlock_domain::payment::matching::{
    KnownContract, Leads, Owing, VirtualContract, Wanted, names_alike,
};
use fairlock_domain::payment::payer::number_digits;
use fairlock_domain::payment::virtual_account::{Shape, find, registered};
use fairlock_domain::payment::{Candidate, Match, PhoneMask, Reference};
use proptest::prelude::*;

const A: &str = "4471-20";
const B: &str = "5102-77";
/// The virtual account of contract A; the lender's begin with XX0000 and have 18 characters.
const ACCOUNT: &str = "XX0000123456789012";

fn kes() -> Currency {
    Currency::from_code("KES").unwrap()
}

fn money(minor: i128) -> Money {
    Money::new(minor, kes())
}

fn shape() -> Shape {
    Shape::new("XX0000", ACCOUNT.len()).unwrap()
}

/// Owes 1,500.00 now, 9,000.00 in all, in instalments of 1,500.00.
fn owing(id: &str) -> Owing {
    Owing {
        contract_id: id.to_owned(),
        currency: kes(),
        open: true,
        due: 150_000,
        restore: 150_000,
        payoff: 900_000,
        instalments: vec![150_000],
        name_alike: false,
    }
}

/// A payment that is to be matched, where contracts A and B are open.
struct Case {
    texts: Vec<String>,
    leads: Leads,
    owing: Vec<Owing>,
    amount: i128,
}

fn paying(amount: i128) -> Case {
    Case {
        texts: Vec::new(),
        leads: Leads::default(),
        owing: vec![owing(A), owing(B)],
        amount,
    }
}

impl Case {
    fn saying(mut self, text: &str) -> Case {
        self.texts.push(text.to_owned());
        self
    }

    fn by(mut self, set: impl FnOnce(&mut Leads)) -> Case {
        set(&mut self.leads);
        self
    }

    fn where_it(mut self, set: impl FnOnce(&mut Owing)) -> Case {
        set(&mut self.owing[0]);
        self
    }

    fn decide(&self) -> Match {
        let texts: Vec<&str> = self.texts.iter().map(String::as_str).collect();
        let wanted = Wanted::with_accounts(&texts, Some(&shape()));
        let known: Vec<KnownContract> = [A, B]
            .iter()
            .map(|id| KnownContract {
                reference: Reference::of_contract(id).unwrap(),
                contract_id: (*id).to_owned(),
                currency: kes(),
            })
            .filter(|k| wanted.references().contains(&k.reference))
            .collect();
        let accounts: Vec<VirtualContract> = [(ACCOUNT, A)]
            .iter()
            .filter(|(number, _)| wanted.virtual_accounts().iter().any(|n| n == number))
            .map(|(number, id)| VirtualContract {
                number: (*number).to_owned(),
                contract_id: (*id).to_owned(),
                currency: kes(),
            })
            .collect();
        let amount = money(self.amount);
        wanted.decide(&known, &accounts, &self.leads, &self.owing, amount)
    }
}

/// A case comes to a contract and why, or to a reason with each candidate and all its evidence.
fn check(case: &Case, expected: &str) {
    let text = match case.decide() {
        Match::Contract {
            contract_id,
            evidence,
        } => format!("{contract_id} by {}", evidence.name()),
        Match::Suspense { reason, candidates } => {
            let all = candidates.iter().map(|c| {
                let evidence: Vec<&str> = c.evidence.iter().map(|e| e.name()).collect();
                format!(" {} {} {}", c.contract_id, c.score(), evidence.join("+"))
            });
            format!("{}{}", reason.name(), all.collect::<String>())
        }
    };
    assert_eq!(text, expected, "{:?}", case.texts);
}

fn only(list: &mut Vec<String>, ids: &[&str]) {
    *list = ids.iter().map(|id| (*id).to_owned()).collect();
}

#[test]
fn a_virtual_account_posts_wherever_it_stands() {
    let expected = "4471-20 by virtual_account";
    check(&paying(1).saying(ACCOUNT), expected);
    check(
        &paying(1).saying(&format!("ID IPH: {ACCOUNT} zaplata")),
        expected,
    );
    check(
        &paying(1).saying("ID IPH: xx00 0012 3456 7890 12"),
        expected,
    );
    // The same contract named twice is one.
    let both = Reference::of_contract(A).unwrap();
    check(
        &paying(1).saying(ACCOUNT).saying(both.as_str()),
        "4471-20 by reference",
    );
}

#[test]
fn a_virtual_account_that_contradicts_or_is_nobodys_waits() {
    let other = Reference::of_contract(B).unwrap();
    check(
        &paying(1).saying(ACCOUNT).saying(other.as_str()),
        "two_references 4471-20 100 virtual_account 5102-77 100 reference",
    );
    check(&paying(1).saying("XX0000999999999999"), "unknown_reference");
    // One digit short isn't of the lender's shape, and says nothing.
    check(&paying(1).saying("XX000099999999999"), "no_reference");
}

#[test]
fn a_phone_number_posts_by_the_amount_rule_alone() {
    let phone = |amount| paying(amount).by(|l| only(&mut l.phone, &[A]));
    let posts = "4471-20 by phone_and_amount";
    check(&phone(150_000), posts);
    check(&phone(100), posts);
    check(&phone(900_000), posts);
    check(&phone(900_001), "amount_rule 4471-20 60 phone_number");
    // The last instalment is less than the others: a whole one is still what it pays.
    let last = |o: &mut Owing| (o.due, o.restore, o.payoff) = (40_000, 40_000, 40_000);
    check(&phone(150_000).where_it(last), posts);
    check(
        &phone(150_001).where_it(last),
        "amount_rule 4471-20 60 phone_number",
    );
}

#[test]
fn a_phone_number_of_two_open_contracts_posts_to_neither() {
    let two = |amount| paying(amount).by(|l| only(&mut l.phone, &[A, B]));
    check(
        &two(150_000),
        "several_contracts 4471-20 76 phone_number+same_amount 5102-77 76 phone_number+same_amount",
    );
    // One of them is ended: the other is the only one that is open.
    let ended = two(150_000).where_it(|o| o.open = false);
    check(&ended, "5102-77 by phone_and_amount");
    let only_ended = paying(1)
        .by(|l| only(&mut l.phone, &[A]))
        .where_it(|o| o.open = false);
    check(&only_ended, "amount_rule 4471-20 60 phone_number");
}

#[test]
fn a_standing_instruction_posts_to_its_one_open_contract() {
    let standing = |ids: &'static [&str]| paying(7).by(|l| only(&mut l.standing, ids));
    check(&standing(&[A]), "4471-20 by standing_instruction");
    check(
        &standing(&[A]).where_it(|o| o.open = false),
        "amount_rule 4471-20 98 standing_instruction",
    );
    check(
        &standing(&[A, B]),
        "several_contracts 4471-20 98 standing_instruction 5102-77 98 standing_instruction",
    );
    let both = standing(&[A]).by(|l| only(&mut l.phone, &[B]));
    check(
        &both,
        "disagrees 4471-20 98 standing_instruction 5102-77 60 phone_number",
    );
}

#[test]
fn what_was_written_outranks_who_paid_and_a_slip_of_it_stops_everything() {
    let of_b = Reference::of_contract(B).unwrap();
    let by_a = |text: &str| paying(1).by(|l| only(&mut l.phone, &[A])).saying(text);
    check(&by_a(of_b.as_str()), "5102-77 by reference");
    // B's reference without its check digits, by A's phone: nobody knows.
    check(
        &by_a("5102-77"),
        "disagrees 4471-20 60 phone_number 5102-77 60 reference_without_check_digits",
    );
    // Something that is nearly no reference of anybody's: the payer meant one.
    check(&by_a("RF00123123"), "disagrees 4471-20 60 phone_number");
    // A slip of the same contract's reference takes nothing away.
    check(&by_a("4471-20"), "4471-20 by phone_and_amount");
}

#[test]
fn a_mask_a_sum_a_name_and_habit_only_propose() {
    let mask = paying(150_000).by(|l| only(&mut l.mask, &[A]));
    check(&mask, "no_reference 4471-20 55 same_amount+phone_mask");
    let all = paying(150_000)
        .saying("447120")
        .by(|l| (only(&mut l.mask, &[A]), only(&mut l.earlier, &[A, B])).1)
        .where_it(|o| o.name_alike = true);
    check(
        &all,
        "no_reference 4471-20 92 reference_without_check_digits+same_payer+same_amount+phone_mask+name \
         5102-77 70 same_payer+same_amount",
    );
    // A sum that many owe leads to nobody.
    check(&paying(150_000), "no_reference");
}

#[test]
fn masks_hide_what_they_hide() {
    let fits = |mask: &str, number: &str| PhoneMask::parse(mask).unwrap().fits(number);
    assert!(fits("2547 ***** 126", "254712345126"));
    assert!(fits("2547 ***** 126", "+254 712 345 126"));
    assert!(!fits("2547 ***** 126", "254712345127"));
    assert!(!fits("2547 ***** 126", "254812345126"));
    assert!(!fits("2547 ***** 126", "2547126"), "a star hides a digit");
    for none in [
        "254712345126",
        "2547*****",
        "",
        "*",
        "2547 x 126",
        "**********",
    ] {
        assert!(PhoneMask::parse(none).is_none(), "{none:?}");
    }
    assert_eq!(
        number_digits("+254 (712) 345-126").as_deref(),
        Some("254712345126")
    );
    for none in ["2547 ***** 126", "0712345126", "12", ""] {
        assert_eq!(number_digits(none), None, "{none:?}");
    }
}

#[test]
fn virtual_accounts_are_told_from_other_text() {
    assert_eq!(
        find(["invoice 2026-03-01, 1.500,00"], None),
        Vec::<String>::new()
    );
    assert_eq!(find(["to PL1234567890 now"], None), ["PL1234567890"]);
    assert_eq!(
        registered(" xx00 0012 3456 7890 12 ").as_deref(),
        Some(ACCOUNT)
    );
    for none in ["", "1234567", "ACCOUNTNAME", "XX-0000-1234"] {
        assert_eq!(registered(none), None, "{none:?}");
    }
    for (prefix, chars) in [("", 12), ("XX0000", 6), ("X", 7), ("X", 35), ("X-", 12)] {
        assert_eq!(Shape::new(prefix, chars), None, "{prefix} {chars}");
    }
}

#[test]
fn names_are_alike_by_two_words() {
    assert!(names_alike("ODHIAMBO JOYCE", "Joyce Odhiambo"));
    assert!(names_alike("Joyce W. Odhiambo", "Joyce Odhiambo"));
    assert!(!names_alike("JOYCE", "Joyce Odhiambo"));
    assert!(!names_alike("Joyce Ouma", "Joyce Odhiambo"));
}

#[test]
fn what_is_left_is_a_sum() {
    use ChangeKind::{Chargeback, ChargebackWon, Fee, Refund, RefundFailed};
    let change = |kind, id: &str, minor| Change {
        kind,
        id: id.to_owned(),
        amount: money(minor),
        charges: None,
    };
    let table: &[(&[Change], Option<i128>)] = &[
        (&[], Some(100)),
        (&[change(Refund, "r1", 30)], Some(70)),
        (
            &[change(Refund, "r1", 30), change(Refund, "r1", 30)],
            Some(70),
        ),
        (
            &[change(Refund, "r1", 30), change(Refund, "r2", 70)],
            Some(0),
        ),
        (&[change(Refund, "r1", 30), change(Refund, "r2", 71)], None),
        (
            &[change(RefundFailed, "r1", 30), change(Refund, "r1", 30)],
            Some(100),
        ),
        (
            &[
                change(Chargeback, "d1", 100),
                change(ChargebackWon, "d1", 100),
            ],
            Some(100),
        ),
        (
            &[
                change(Chargeback, "d1", 100),
                change(RefundFailed, "d1", 100),
            ],
            Some(0),
        ),
        (&[change(Fee, "f1", 3)], Some(100)),
    ];
    for (changes, expected) in table {
        assert_eq!(
            left(money(100), changes),
            expected.map(money),
            "{changes:?}"
        );
    }
    for kind in ChangeKind::ALL {
        assert_eq!(ChangeKind::from_name(kind.name()), Some(kind));
    }
}

#[test]
fn evidence_is_in_the_order_of_its_strength() {
    let weights: Vec<u8> = Evidence::ALL[..14].iter().map(|e| e.weight()).collect();
    assert!(weights.is_sorted_by(|a, b| a >= b), "{weights:?}");
    for evidence in Evidence::ALL {
        assert_eq!(Evidence::from_name(evidence.name()), Some(evidence));
    }
}

proptest! {
    /// What only proposes never posts, whatever comes together.
    #[test]
    fn fuzzy_evidence_never_posts(
        earlier in any::<bool>(), mask in any::<bool>(), alike in any::<bool>(),
        amount in 1i128..1_000_000, text in "(4471-?20|[a-z ]{0,12}|[0-9]{1,7})",
    ) {
        let case = paying(amount)
            .saying(&text)
            .by(|l| {
                only(&mut l.earlier, if earlier { &[A] } else { &[] });
                only(&mut l.mask, if mask { &[A, B] } else { &[] });
            })
            .where_it(|o| o.name_alike = alike);
        let decided = case.decide();
        let waits = matches!(decided, Match::Suspense { .. });
        prop_assert!(waits, "{decided:?}");
    }

    /// The same evidence gives the same score in whatever order it comes, and more never less.
    #[test]
    fn a_score_only_rises(places in prop::collection::vec(0usize..15, 1..8)) {
        let all: Vec<Evidence> = places.iter().map(|at| Evidence::ALL[*at]).collect();
        let mut one = Candidate::new(A, all[0]);
        let mut before = one.score();
        for evidence in &all {
            one.add(*evidence);
            prop_assert!(one.score() >= before);
            before = one.score();
        }
        let mut turned = Candidate::new(A, all[all.len() - 1]);
        for evidence in all.iter().rev() {
            turned.add(*evidence);
        }
        prop_assert_eq!(one, turned);
    }
}
