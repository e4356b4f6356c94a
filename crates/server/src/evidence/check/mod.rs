//! The reader: what of an evidence file holds, and what doesn't.
//!
//! Nothing in a file is trusted: hashes are computed again, decisions are planned again from the
//! events and the pack texts inside, signatures are verified with the keys inside, and tables are
//! held against signed objects. An item that can't be read is one more thing that doesn't hold,
//! and the rest is looked at all the same. Failure is never a panic. On purpose absent: knowing
//! whether the keys inside are the lender's (the phone knows: `readme.txt` says how to ask it).

mod books;
mod decisions;
mod duties;
mod input;
mod signed;

use super::{Items, archive};
use input::Input;

/// What is looked at, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    Whole,
    Readable,
    RecordHashes,
    Replanned,
    KeySets,
    Charters,
    Signatures,
    Warrants,
    Words,
    Reports,
    Ledger,
    Notices,
    Duties,
}

impl Check {
    pub const ALL: [Check; 13] = [
        Check::Whole,
        Check::Readable,
        Check::RecordHashes,
        Check::Replanned,
        Check::KeySets,
        Check::Charters,
        Check::Signatures,
        Check::Warrants,
        Check::Words,
        Check::Reports,
        Check::Ledger,
        Check::Notices,
        Check::Duties,
    ];

    /// As results name it.
    pub const fn name(self) -> &'static str {
        match self {
            Check::Whole => "whole",
            Check::Readable => "readable",
            Check::RecordHashes => "record_hashes",
            Check::Replanned => "replanned",
            Check::KeySets => "key_sets",
            Check::Charters => "charters",
            Check::Signatures => "signatures",
            Check::Warrants => "warrants",
            Check::Words => "words",
            Check::Reports => "reports",
            Check::Ledger => "ledger",
            Check::Notices => "notices",
            Check::Duties => "duties",
        }
    }

    /// What holds when nothing is broken, for people.
    pub const fn sentence(self) -> &'static str {
        match self {
            Check::Whole => "every item is the one that SHA256SUMS names, and none is missing",
            Check::Readable => "facts, packs and tables can be read",
            Check::RecordHashes => "each decision has the hash of its record",
            Check::Replanned => "each decision follows from the events by the packs of then",
            Check::KeySets => "each key set is signed by its roots",
            Check::Charters => "each charter is signed by the lender, and by the phone if accepted",
            Check::Signatures => "each grant that went out is signed by a key that may",
            Check::Warrants => "each grant rests on a decision in here and goes no further",
            Check::Words => "each text beside signed bytes says what the bytes say",
            Check::Reports => "each report is signed by this phone and knows a grant in here",
            Check::Ledger => "debits equal credits, and the books have the payments of the events",
            Check::Notices => "each text message that counts was sent, word for word",
            Check::Duties => "what the lender owed in hours and money follows from the above",
        }
    }
}

/// One thing that doesn't hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    pub check: Check,
    /// The item, and where in it.
    pub subject: String,
    pub found: String,
    pub expected: String,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The evidence's name: the one hash over its list of items.
    pub hash: String,
    /// As `about.json` says them; empty when it can't be read.
    pub contract: String,
    pub at: String,
    pub program: String,
    /// The name of key set 1, for comparison with what the phone was enrolled with.
    pub first_key_set: Option<String>,
    /// How many subjects each check looked at.
    pub looked_at: Vec<(Check, u64)>,
    pub broken: Vec<Broken>,
}

impl Checked {
    pub fn holds(&self) -> bool {
        self.broken.is_empty()
    }
}

/// Breaks listed of each check: past that many a person looks at the first ones anyway.
const LISTED_MAX: usize = 100;

/// Counts what is looked at, and keeps what doesn't hold.
#[derive(Default)]
struct Tally {
    looked_at: [u64; Check::ALL.len()],
    broken: Vec<Broken>,
}

impl Tally {
    fn look(&mut self, check: Check) {
        self.looked_at[check as usize] += 1;
    }

    fn broken(
        &mut self,
        check: Check,
        subject: impl Into<String>,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) {
        let listed = self.broken.iter().filter(|b| b.check == check).count();
        if listed < LISTED_MAX {
            self.broken.push(Broken {
                check,
                subject: subject.into(),
                found: found.into(),
                expected: expected.into(),
            });
        }
    }

    /// Looks at one subject; `holds` or not.
    fn judge(&mut self, check: Check, subject: &str, holds: bool, found: &str, expected: &str) {
        self.look(check);
        if !holds {
            self.broken(check, subject, found, expected);
        }
    }
}

/// Checks everything; `seen` is told of each decision, so that a long check shows progress.
pub fn check(items: &Items, seen: &mut dyn FnMut(u64, u64)) -> Checked {
    let mut tally = Tally::default();
    whole(items, &mut tally);
    let input = Input::read(items, &mut tally);
    let plans = decisions::check(&input, &mut tally, seen);
    let first_key_set = signed::check(&input, &plans, &mut tally);
    books::check(&input, &mut tally);
    duties::check(&input, &mut tally);
    tally.broken.sort_by_key(|broken| broken.check);
    let about = input.about.as_ref();
    let say = |field: fn(&super::tables::About) -> &String| about.map(field).cloned();
    Checked {
        hash: archive::evidence_hash(items),
        contract: say(|about| &about.contract).unwrap_or_default(),
        at: say(|about| &about.at).unwrap_or_default(),
        program: say(|about| &about.program).unwrap_or_default(),
        first_key_set,
        looked_at: Check::ALL.into_iter().zip(tally.looked_at).collect(),
        broken: tally.broken,
    }
}

/// Every item against the list, and the list against its hash.
fn whole(items: &Items, tally: &mut Tally) {
    let text = |path: &str| {
        let bytes = items.get(path).map(Vec::as_slice).unwrap_or_default();
        String::from_utf8_lossy(bytes).into_owned()
    };
    let (listed, own) = (text(archive::SUMS), archive::sums(items));
    let hash = format!("{}  {}\n", archive::evidence_hash(items), archive::SUMS);
    let kept = text(archive::SUMS_HASH);
    let same = kept == hash;
    tally.judge(
        Check::Whole,
        archive::SUMS_HASH,
        same,
        kept.trim_end(),
        hash.trim_end(),
    );
    let listed: Vec<&str> = listed.split_inclusive('\n').collect();
    let own: Vec<&str> = own.split_inclusive('\n').collect();
    let path = |line: &str| line.trim_end().get(66..).unwrap_or_default().to_string();
    for line in &own {
        let named = listed.iter().any(|listed| listed == line);
        let subject = path(line);
        let hash = line.get(..64).unwrap_or_default();
        tally.judge(
            Check::Whole,
            &subject,
            named,
            hash,
            "the hash that SHA256SUMS names",
        );
    }
    for line in &listed {
        if !items.contains_key(&path(line)) {
            tally.broken(
                Check::Whole,
                path(line),
                "no such item",
                "every item of SHA256SUMS",
            );
        }
    }
    if listed.concat() != own.concat() && tally.broken.is_empty() {
        let expected = "one line an item, by path, each once";
        tally.broken(Check::Whole, archive::SUMS, "another list", expected);
    }
}
