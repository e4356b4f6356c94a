//! Kept messages read once more: what was right stays, what was missed comes.

use fairlock_server::money::process::FILE_SOURCE;
use fairlock_server::money::replay::{Report, replay};
use fairlock_server::money::{inbox, process};
use fairlock_storage::{
    ChangeSet, Listed, MessageNo, MessageOutcome, MessageState, NewLine, PaymentChange, Taken,
};

use super::bench::{Bench, C1, C2, LENDER, TILL, at, confirmation};
use super::camt::{File, credit, statement};

fn all() -> Listed {
    Listed {
        source: None,
        since: at("2026-01-01T00:00:00Z"),
        state: None,
    }
}

fn of(bench: &Bench, listed: &Listed, dry_run: bool) -> Report {
    replay(&bench.desk, listed, dry_run, bench.stamp(), &mut |_| {}).unwrap()
}

/// Everything that a replay could move: payments, balances, facts' versions, notes of messages.
fn everything(bench: &Bench) -> Vec<String> {
    let mut all = bench.payments();
    all.extend(bench.balances());
    for id in ["C-1", "C-2"] {
        let facts = bench.store().facts(LENDER, id).unwrap().unwrap();
        all.push(format!("{id} version {}", facts.version));
    }
    let messages = bench
        .store()
        .messages(LENDER, &self::all(), MessageNo(0), 100);
    for message in messages.unwrap() {
        let note = message.note.unwrap_or_default();
        all.push(format!("{} {} {note}", message.no.0, message.state.name()));
    }
    all
}

/// A file in the inbox, ended by a reader that had a fault.
fn misread(bench: &Bench, file: &File, with: impl FnOnce(&mut ChangeSet, MessageNo)) -> MessageNo {
    let taken = inbox::take_file(
        &bench.desk,
        "file.xml",
        Vec::new(),
        file.xml(),
        bench.stamp(),
    );
    let Taken::New(no) = taken.unwrap() else {
        panic!("it came before");
    };
    let mut set = ChangeSet::new(bench.stamp());
    set.message = Some(MessageOutcome {
        no,
        state: MessageState::Processed,
        note: "0 payments new".to_owned(),
    });
    with(&mut set, no);
    bench.store().commit(LENDER, set).unwrap();
    no
}

fn paid(amount: &str, reference: &str) -> super::camt::Entry {
    credit(amount).text(reference)
}

#[test]
fn what_was_right_is_left_as_it_is() {
    let bench = Bench::new();
    bench.file(
        &statement("S-1")
            .with(paid("10.00", C1))
            .with(paid("5.00", "who?")),
    );
    bench.file(
        &statement("S-2")
            .with(paid("20.00", C2))
            .with(credit("1.00").status("PDNG")),
    );
    bench.confirm(&confirmation("RKTQDM7W6S", "100", C1));
    let before = everything(&bench);
    let report = of(&bench, &all(), false);
    assert_eq!((report.read, report.same), (3, 3), "{report:?}");
    assert_eq!(everything(&bench), before);
    bench.proves();
}

#[test]
fn a_parked_message_is_processed_once_it_can_be_read() {
    let mut bench = Bench::new();
    let till = std::mem::take(&mut bench.desk.sources);
    let kes = super::bench::contract("C-KES", "KES", TILL);
    bench
        .store()
        .import_contracts(LENDER, vec![kes], bench.now)
        .unwrap();
    let reference = fairlock_domain::payment::Reference::of_contract("C-KES").unwrap();
    let ended = bench.confirm(&confirmation("RKTQDM7W6S", "100", reference.as_str()));
    assert!(matches!(ended, process::Ended::Parked(_)), "{ended:?}");
    bench.desk.sources = till;
    bench.clock("2026-03-09T12:00:00Z");
    let report = of(&bench, &all(), false);
    assert_eq!(report.changed.len(), 1, "{report:?}");
    let (row, times) = bench
        .store()
        .payments_of(LENDER, "C-KES")
        .unwrap()
        .remove(0);
    assert_eq!(row.amount.to_string(), "100.00");
    // It came when it came, however late it was understood.
    assert_eq!(times.received.at, at("2026-03-03T12:00:00Z"));
    assert_eq!(of(&bench, &all(), false).same, 1);
    bench.proves();
}

#[test]
fn what_a_reader_missed_is_added_once() {
    let bench = Bench::new();
    let file = statement("S-1").with(paid("10.00", C1));
    let no = misread(&bench, &file, |_, _| {});
    assert_eq!(of(&bench, &all(), true).changed.len(), 1);
    assert!(bench.payments().is_empty(), "a dry run only tells");
    let report = of(&bench, &all(), false);
    assert_eq!(report.changed[0].2.new, 1);
    assert_eq!(bench.payments(), ["C-1 booked 10.00 2026-03-02"]);
    let note = bench
        .store()
        .message(LENDER, no)
        .unwrap()
        .unwrap()
        .note
        .unwrap();
    assert!(note.starts_with("read again: 1 payments new"), "{note}");
    assert_eq!(of(&bench, &all(), false).same, 1);
    bench.proves();
}

#[test]
fn a_line_that_stood_behind_another_payment_is_for_a_person() {
    let bench = Bench::new();
    bench.file(&statement("S-1").with(paid("10.00", C1)));
    let other = statement("S-2").with(paid("20.00", C2));
    let (row, _) = bench.store().payments_of(LENDER, "C-1").unwrap().remove(0);
    let no = misread(&bench, &other, |set, message| {
        set.lines.push(NewLine {
            message,
            place: "0/0/0".to_owned(),
            account: None,
            kind: "payment".to_owned(),
            state: "booked".to_owned(),
            amount: row.amount,
            booking_date: None,
            value_date: None,
            text: None,
            name: None,
            payment_id: Some(row.id.clone()),
        });
        set.payments.push(PaymentChange {
            payment: row.clone(),
            keys: Vec::new(),
        });
        set.contracts.clear();
    });
    let before = everything(&bench);
    let report = of(&bench, &all(), false);
    let [(left, _, why)] = report.left.as_slice() else {
        panic!("{report:?}");
    };
    assert_eq!(*left, no);
    assert!(
        why.contains(&format!("stands behind payment {}", row.id)),
        "{why}"
    );
    assert_eq!(everything(&bench), before);
}

#[test]
fn a_message_that_cant_be_read_any_more_stays_as_it_was() {
    let bench = Bench::new();
    bench.import(b"<Document><What/></Document>").unwrap_err();
    let before = everything(&bench).len();
    let report = of(&bench, &all(), false);
    assert_eq!((report.read, report.left.len()), (1, 1), "{report:?}");
    assert_eq!(everything(&bench).len(), before);
}

#[test]
fn a_replay_takes_only_what_was_asked_for() {
    let mut bench = Bench::new();
    bench.file(&statement("S-1").with(paid("10.00", C1)));
    bench.confirm(&confirmation("RKTQDM7W6S", "100", C1));
    bench.clock("2026-03-04T12:00:00Z");
    bench.file(&statement("S-2").with(paid("20.00", C2)));
    let check = |listed: Listed, read: u64| {
        assert_eq!(of(&bench, &listed, false).read, read, "{listed:?}");
    };
    let file = Some(FILE_SOURCE.to_owned());
    let since = at("2026-03-04T00:00:00Z");
    check(all(), 3);
    check(
        Listed {
            source: file.clone(),
            ..all()
        },
        2,
    );
    check(Listed { since, ..all() }, 1);
    check(
        Listed {
            source: Some(TILL.to_owned()),
            since,
            ..all()
        },
        0,
    );
    check(
        Listed {
            state: Some(MessageState::Parked),
            ..all()
        },
        0,
    );
}
