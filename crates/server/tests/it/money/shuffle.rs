//! The law of the books: whatever order messages come in, and however often, they end the same.

use fairlock_domain::calendar::Span;
use proptest::prelude::*;

use super::bench::{Bench, C1, C2};
use super::camt::{Entry, File, credit, debit, notification, report, statement};

/// How a payer's money is told: by which key the bank knows it, and by which messages.
#[derive(Debug, Clone)]
struct Told {
    cents: u32,
    to: usize,
    day: u8,
    way: u8,
    pending_in_report: bool,
    in_notification: bool,
    booked: bool,
    returned: bool,
}

fn told() -> impl Strategy<Value = Told> {
    let flags = any::<(bool, bool, bool, bool)>();
    (1..5u32, 0..3usize, 1..4u8, 0..4u8, flags).prop_map(
        |(euros, to, day, way, (pending_in_report, in_notification, booked, returned))| Told {
            cents: euros * 1_000,
            to,
            day,
            way,
            pending_in_report,
            in_notification,
            booked,
            returned: booked && returned && matches!(way, 1 | 2),
        },
    )
}

impl Told {
    /// The entry, known by the bank's number, by the payment system's, by the payer's id, or by
    /// nothing but what it says.
    fn entry(&self, n: usize, entry: fn(&str) -> Entry) -> Entry {
        let amount = format!("{}.{:02}", self.cents / 100, self.cents % 100);
        let entry = entry(&amount).on(&format!("2026-03-{:02}", self.day));
        let entry = entry.payer(&format!("Payer {n}"));
        match self.way {
            0 => entry.servicer(&format!("A{n}")),
            1 => entry.uetr(&format!("00000000-0000-4000-8000-{n:012}")),
            2 => entry.end_to_end(&format!("E{n}")),
            _ => entry.payer("Somebody"),
        }
    }

    fn named(&self, entry: Entry) -> Entry {
        match self.to {
            0 => entry.text(C1),
            1 => entry.text(C2),
            _ => entry.text("for the phone"),
        }
    }
}

/// The files in which a bank would tell all of it, each with an id of its own.
fn files(all: &[Told]) -> Vec<File> {
    let mut files = Vec::new();
    for (n, one) in all.iter().enumerate() {
        let credited = one.named(one.entry(n, credit));
        if one.pending_in_report {
            let pending = credited.clone().status("PDNG");
            files.push(report(&format!("R-{n}")).with(pending));
        }
        if one.in_notification && one.booked {
            files.push(notification(&format!("N-{n}")).with(credited.clone()));
        }
    }
    for day in 1..4u8 {
        let mut file =
            statement(&format!("S-{day}")).to(&format!("2026-03-{:02}T00:00:00Z", day + 1));
        for (n, one) in all
            .iter()
            .enumerate()
            .filter(|(_, one)| one.booked && one.day == day)
        {
            file = file.with(one.named(one.entry(n, credit)));
        }
        files.push(file);
        let mut back =
            statement(&format!("B-{day}")).to(&format!("2026-03-{:02}T00:00:00Z", day + 5));
        for (n, one) in all
            .iter()
            .enumerate()
            .filter(|(_, one)| one.returned && one.day == day)
        {
            back = back.with(one.entry(n, debit).returned("AC04"));
        }
        files.push(back);
    }
    files
}

/// What the books and borrowers see when the files came in this order.
fn ends(files: &[File], order: &[usize]) -> (Vec<String>, Vec<String>, [&'static str; 2]) {
    let mut bench = Bench::new();
    for (place, at) in order.iter().enumerate() {
        bench.now = bench.now.plus(Span::minutes(7));
        let mut bytes = files[*at].xml();
        // A file that is told again comes with other bytes, or the inbox would see to it.
        bytes.extend(format!("<!-- {place} -->").bytes());
        bench.import(&bytes).unwrap();
    }
    bench.proves();
    (
        bench.payments(),
        bench.balances(),
        ["C-1", "C-2"].map(|id| bench.level(id)),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_and_repetition_change_nothing(
        all in prop::collection::vec(told(), 1..7),
        seed in any::<u64>(),
    ) {
        let files = files(&all);
        let straight: Vec<usize> = (0..files.len()).collect();
        let mut shuffled: Vec<usize> = straight.iter().chain(&straight).copied().collect();
        let mut state = seed | 1;
        for at in (1..shuffled.len()).rev() {
            // A small generator of our own: the order is a pure function of the seed.
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(at, (state >> 33) as usize % (at + 1));
        }
        prop_assert_eq!(ends(&files, &straight), ends(&files, &shuffled));
    }
}
