//! Payments: references as people type them, keys, states, and whose money it is.

use fairlock_domain::calendar::Day;
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::payment::keys::Content;
use fairlock_domain::payment::matching::{KnownContract, Leads, Wanted};
use fairlock_domain::payment::reference::{self, Slip};
use fairlock_domain::payment::{
    Candidate, Evidence, Key, Match, Reference, ReferenceError, SuspenseReason,
};
use proptest::prelude::*;

fn kes() -> Currency {
    Currency::from_code("KES").unwrap()
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn of(contract: &str) -> Reference {
    Reference::of_contract(contract).unwrap()
}

/// Every reading of every mention in a text.
fn found(text: &str) -> Vec<String> {
    let mentions = reference::find([text]);
    let readings = mentions.iter().flat_map(|m| &m.readings);
    readings.map(|r| r.as_str().to_owned()).collect()
}

#[test]
fn references_of_the_standard_and_of_contracts() {
    // The example of ISO 11649 itself, and two that banks publish.
    for text in [
        "RF18539007547034",
        "RF18 5390 0754 7034",
        "rf712348231",
        "RF 71 2348 231",
    ] {
        assert!(Reference::parse(text).is_ok(), "{text}");
    }
    assert_eq!(of("539007547034").as_str(), "RF18539007547034");
    assert_eq!(of("C-1001"), of("c 1001"));
    assert_eq!(
        of("4471-20").in_fours().split(' ').map(str::len).max(),
        Some(4)
    );
    assert_eq!(of("1234567890123456").as_str().len(), 20);
}

#[test]
fn what_is_no_reference_says_why() {
    use ReferenceError::{Character, CheckDigits, Empty, NotRf, TooLong};
    let table = [
        ("", Empty),
        (" \n", Empty),
        ("RF18-539007547034", Character('-')),
        ("RF18539007547034É", Character('É')),
        ("RF185390075470345390075", TooLong(23)),
        ("RF18", NotRf),
        ("XX18539007547034", NotRf),
        ("RFAB539007547034", NotRf),
        ("RF81539007547034", CheckDigits),
        ("RF18539007547043", CheckDigits),
    ];
    for (text, expected) in table {
        assert_eq!(Reference::parse(text), Err(expected), "{text:?}");
    }
    assert_eq!(Reference::of_contract("--"), Err(Empty));
    assert_eq!(
        Reference::of_contract("12345678901234567"),
        Err(TooLong(21))
    );
}

#[test]
fn check_digits_that_are_never_made_are_never_taken() {
    // 97, 98 and 02 have the twins 00, 01 and 99 with the same remainder.
    for number in 0..2_000 {
        let reference = of(&format!("{number:06}"));
        let digits = &reference.as_str()[2..4];
        let Some(twin) = [("97", "00"), ("98", "01"), ("02", "99")]
            .iter()
            .find(|(made, _)| *made == digits)
        else {
            continue;
        };
        let text = format!("RF{}{number:06}", twin.1);
        assert_eq!(
            Reference::parse(&text),
            Err(ReferenceError::CheckDigits),
            "{text}"
        );
    }
}

#[test]
fn references_are_found_where_people_put_them() {
    let right = of("447120");
    let (whole, fours) = (right.as_str(), right.in_fours());
    let texts = [
        whole.to_owned(),
        fours.clone(),
        whole.to_lowercase(),
        format!("payment {whole} thank you"),
        format!("ref:{whole};July"),
        format!("({fours})"),
        format!("Ustrd one\n{}\n{}", &whole[..6], &whole[6..]),
        format!("R F {}", &whole[2..]),
    ];
    for text in texts {
        assert_eq!(found(&text), [whole], "{text:?}");
    }
    for text in [
        format!("INV{whole}"),
        format!("{whole}X"),
        format!("{}-{}", &whole[..6], &whole[6..]),
        "RF RF RF".to_owned(),
        String::new(),
    ] {
        assert_eq!(found(&text), [""; 0], "{text:?}");
    }
}

#[test]
fn the_same_reference_twice_is_one_mention() {
    let right = of("447120");
    let texts = [right.as_str(), &right.in_fours(), right.as_str()];
    assert_eq!(reference::find(texts).len(), 1);
}

/// Matches a payment with these texts where three contracts exist.
fn check(texts: &[&str], expected: Match) {
    let contracts = ["4471-20", "4471-21", "5102-77"];
    let known: Vec<_> = contracts
        .iter()
        .map(|id| KnownContract {
            reference: of(id),
            contract_id: (*id).to_owned(),
            currency: kes(),
        })
        .collect();
    let wanted = Wanted::of(texts);
    let asked = wanted.references();
    let found: Vec<_> = known
        .into_iter()
        .filter(|k| asked.contains(&k.reference))
        .collect();
    assert_eq!(decide(&wanted, &found, kes()), expected, "{texts:?}");
}

/// By what was written alone.
fn decide(wanted: &Wanted, known: &[KnownContract], currency: Currency) -> Match {
    let amount = Money::new(150_000, currency);
    wanted.decide(known, &[], &Leads::default(), &[], amount)
}

fn matched(contract: &str) -> Match {
    Match::Contract {
        contract_id: contract.to_owned(),
        evidence: Evidence::Reference,
    }
}

fn waits(reason: SuspenseReason, candidates: &[(&str, Evidence)]) -> Match {
    Match::Suspense {
        reason,
        candidates: candidates
            .iter()
            .map(|(contract, evidence)| Candidate::new(contract, *evidence))
            .collect(),
    }
}

#[test]
fn only_exact_evidence_matches() {
    use Evidence::{Near, Reference as Exact};
    use SuspenseReason::{NoReference, TwoReferences, UnknownReference};
    let (mine, other, nobodys) = (of("4471-20"), of("5102-77"), of("999999"));
    let (mine, other, nobodys) = (mine.as_str(), other.as_str(), nobodys.as_str());

    check(&[mine], matched("4471-20"));
    check(
        &["for the phone", &format!("{mine} July")],
        matched("4471-20"),
    );
    check(&[mine, mine], matched("4471-20"));
    check(
        &[mine, other],
        waits(TwoReferences, &[("4471-20", Exact), ("5102-77", Exact)]),
    );
    check(
        &[mine, nobodys],
        waits(TwoReferences, &[("4471-20", Exact)]),
    );
    check(&[nobodys], waits(UnknownReference, &[]));
    check(&["rent"], waits(NoReference, &[]));
    check(&[], waits(NoReference, &[]));

    // One slip away: proposed, never matched.
    let swapped = format!("{}{}{}", &mine[..6], &mine[7..8], &mine[6..7]) + &mine[8..];
    check(
        &[&swapped],
        waits(NoReference, &[("4471-20", Near(Slip::Swapped))]),
    );
    check(
        &[&mine[2..]],
        waits(NoReference, &[("4471-20", Near(Slip::NoPrefix))]),
    );
    check(
        &["4471-20"],
        waits(NoReference, &[("4471-20", Near(Slip::NoCheckDigits))]),
    );
    check(
        &[&format!("{}-{}", &mine[..4], &mine[4..])],
        waits(NoReference, &[("4471-20", Near(Slip::Punctuated))]),
    );
}

#[test]
fn a_longer_reading_by_chance_is_no_second_reference() {
    // One number in 97 behind a reference makes a longer one with the same check digits.
    let right = of("4471-20");
    let (longer, text) = (0..1_000)
        .map(|n| {
            (
                of(&format!("447120{n:03}")),
                format!("{} {n:03}", right.as_str()),
            )
        })
        .find(|(longer, _)| longer.as_str()[..4] == right.as_str()[..4])
        .expect("97 in a thousand fit about ten times");
    assert_eq!(found(&text), [right.as_str(), longer.as_str()]);
    check(&[&text], matched("4471-20"));
    // If both are contracts, nobody can know.
    let known = ["4471-20", &longer.as_str()[4..]].map(|id| KnownContract {
        reference: of(id),
        contract_id: id.to_owned(),
        currency: kes(),
    });
    let decided = decide(&Wanted::of(&[&text]), &known, kes());
    let both = matches!(&decided, Match::Suspense { reason: SuspenseReason::TwoReferences, candidates } if candidates.len() == 2);
    assert!(both, "{decided:?}");
}

#[test]
fn another_currency_waits_for_a_person() {
    let wanted = Wanted::of(&[of("4471-20").as_str()]);
    let known = KnownContract {
        reference: of("4471-20"),
        contract_id: "4471-20".to_owned(),
        currency: kes(),
    };
    let usd = Currency::from_code("USD").unwrap();
    let expected = waits(
        SuspenseReason::OtherCurrency,
        &[("4471-20", Evidence::Reference)],
    );
    assert_eq!(decide(&wanted, &[known], usd), expected);
}

#[test]
fn a_key_is_made_only_of_what_identifies() {
    let amount = Money::new(150_000, kes());
    let on = day("2026-03-02");
    let end_to_end = |debtor: &str, id: &str| Key::end_to_end("KE12", debtor, amount, on, id);
    assert!(end_to_end("KE99", "E2E-1").is_some());
    for (debtor, id) in [
        ("", "E2E-1"),
        ("KE99", ""),
        ("KE99", "NOTPROVIDED"),
        ("KE99", " notprovided "),
    ] {
        assert_eq!(end_to_end(debtor, id), None, "{debtor:?} {id:?}");
    }
    assert_eq!(
        Key::receipt("mpesa", "slu8xq1z9a"),
        Key::receipt("mpesa", " SLU8XQ1Z9A ")
    );
    assert_eq!(Key::receipt("mpesa", ""), None);
    assert_eq!(Key::account_servicer("", "REF", 0), None);
    assert_eq!(
        Key::account_servicer("nl91 abna 0417", "REF", 0),
        Key::account_servicer("NL91ABNA0417", "REF", 0)
    );
    assert_ne!(
        Key::account_servicer("NL91", "REF", 0),
        Key::account_servicer("NL91", "REF", 1)
    );
    assert!(Key::uetr("8A562C67-CA16-48BA-B074-65581BE6F001").is_some());
    assert_eq!(Key::uetr("8a562c67-ca16-48ba-b074"), None);
    assert_eq!(Key::place("NL91", "", 0, 0), None);
}

#[test]
fn a_key_s_text_is_its_own() {
    let servicer = |account: &str, reference: &str| {
        Key::account_servicer(account, reference, 0).unwrap().text()
    };
    assert_ne!(servicer("A", "BC"), servicer("AB", "C"));
    assert_ne!(servicer("A|B", "C"), servicer("A", "B|C"));
    assert_ne!(servicer("A%7CB", "C"), servicer("A|B", "C"));
    assert_eq!(servicer("NL91", "X|1"), "acct-svcr-ref|NL91|X%7C1|0");
}

#[test]
fn equal_entries_have_one_content_and_two_keys() {
    let content = |text| Content {
        account: "NL91 ABNA",
        booking_date: day("2026-03-02"),
        amount: Money::new(150_000, kes()),
        credit: true,
        text,
    };
    assert_eq!(content("July  rent\n").text(), content("July rent").text());
    assert_ne!(content("July rent").text(), content("July").text());
    let key = |occurrence| Key::Content {
        sha256: [7; 32],
        occurrence,
    };
    assert_ne!(key(0).text(), key(1).text());
}

proptest! {
    #[test]
    fn a_made_reference_is_found_however_it_is_spaced(
        number in "[A-Z0-9]{1,16}",
        spaces in prop::collection::vec(0usize..2, 20),
        lower in any::<bool>(),
    ) {
        let right = of(&number);
        let mut typed = String::new();
        for (c, space) in right.as_str().chars().zip(spaces.iter().cycle()) {
            typed.push(if lower { c.to_ascii_lowercase() } else { c });
            typed.extend(std::iter::repeat_n(' ', *space));
        }
        prop_assert_eq!(Reference::parse(&typed), Ok(right.clone()));
        let readings = found(&format!("x: {typed}."));
        prop_assert!(readings.contains(&right.as_str().to_owned()), "{}", typed);
    }

    #[test]
    fn one_wrong_character_or_swap_never_passes_and_is_proposed(
        number in "[0-9]{4,16}",
        at in 0usize..16,
        other in "[0-9]",
        swap in any::<bool>(),
    ) {
        let right = of(&number);
        let mut typed: Vec<char> = right.as_str().chars().collect();
        let at = 4 + at % number.len();
        if swap && at + 1 < typed.len() {
            typed.swap(at, at + 1);
        } else {
            typed[at] = other.chars().next().unwrap();
        }
        let typed: String = typed.into_iter().collect();
        prop_assume!(typed != right.as_str());
        prop_assert_eq!(Reference::parse(&typed), Err(ReferenceError::CheckDigits));
        let near = reference::near([typed.as_str()]);
        prop_assert!(near.iter().any(|(r, _)| *r == right), "{}", typed);
    }

    #[test]
    fn no_text_panics(text in ".{0,200}") {
        let _ = Wanted::of(&[&text]).references();
        let _ = Reference::parse(&text);
        let _ = Reference::of_contract(&text);
    }
}
