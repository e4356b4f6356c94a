//! Three banks and their daily statements: numbered without gaps, balances that chain, money that
//! is announced one day and booked on the next, batches, fees, returns. One of them is silent for
//! a week and then sends what it owes.

use std::collections::BTreeMap;

use fairlock_domain::calendar::Weekday;
use fairlock_domain::money::Currency;

use crate::calendar::{DAYS, Moment, day};
use crate::chance::Chance;
use crate::habits::{Fate, Memo, Payment, WATCHED};
use crate::portfolio::{Contract, Feed};
use crate::statement::{Head, Line, Style, Transaction, Writer};

pub struct Bank {
    feed: Feed,
    account: &'static str,
    style: Style,
    /// On which nothing is booked.
    closed_on: Weekday,
    /// Balance before the first statement, in minor units.
    opening: i64,
    /// Days whose statements arrive with the one after them.
    silent: std::ops::Range<i32>,
}

pub const BANKS: [Bank; 3] = [
    Bank {
        feed: Feed::BankKes,
        account: "0112004430567800",
        style: Style {
            version: 8,
            prefix: "",
        },
        closed_on: Weekday::Sunday,
        opening: 128_435_000,
        silent: 0..0,
    },
    Bank {
        feed: Feed::BankUgx,
        account: "9030005821744",
        style: Style {
            version: 2,
            prefix: "",
        },
        closed_on: Weekday::Sunday,
        opening: 18_406_500,
        silent: 58..65,
    },
    Bank {
        feed: Feed::BankKwd,
        account: "KW27FLNB0000000000007745210046",
        style: Style {
            version: 10,
            prefix: "c:",
        },
        closed_on: Weekday::Friday,
        opening: 22_917_250,
        silent: 0..0,
    },
];

/// Money that comes after this hour is booked on the next day.
const CUT_OFF_HOUR: i64 = 16;
/// When a statement of the day before arrives: 04:00 UTC, 07:00 in all three places.
const ARRIVAL_SECOND: i64 = 7 * 3600;
/// Fewest transactions that a bank puts into one entry.
const BATCH_MIN: usize = 5;

/// All statements of a bank, by file name.
pub fn statements(
    bank: &Bank,
    contracts: &[Contract],
    payments: &[Payment],
    chance: &mut Chance,
) -> Vec<(String, String)> {
    let currency = Currency::from_code(bank.feed.currency()).expect("a currency of ISO 4217");
    let writer = Writer {
        style: bank.style,
        currency,
    };
    let mut books = Books {
        bank,
        contracts,
        days: BTreeMap::new(),
        sequence: 0,
    };
    for payment in payments
        .iter()
        .filter(|payment| contracts[payment.contract].feed == bank.feed)
    {
        books.take(payment, chance);
    }
    let mut balance = bank.opening;
    let mut files = Vec::new();
    for (number, statement_day) in (1..).zip(-1..DAYS - 1) {
        let lines = books.lines(statement_day, chance);
        let moved: i64 = lines.iter().filter(|line| line.booked).map(signed).sum();
        let head = Head {
            id: format!("{}-2026-{number:04}", currency.code()),
            number,
            created: Moment::at(statement_day + 1, 3600).with_offset(),
            from: Moment::at(statement_day, 0).with_offset(),
            to: Moment::at(statement_day + 1, 0).with_offset(),
            account: bank.account,
            day: day(statement_day),
            opening: balance,
            closing: balance + moved,
        };
        balance += moved;
        files.push((
            file_name(bank, statement_day, number),
            writer.document(&head, &lines),
        ));
    }
    files
}

/// `2026-03-02T0400Z-bank-kes-0001.camt053.xml`: when it arrives, of which feed, its number.
fn file_name(bank: &Bank, statement_day: i32, number: i32) -> String {
    let mut arrives = statement_day + 1;
    if bank.silent.contains(&arrives) {
        arrives = bank.silent.end;
    }
    let at = Moment::at(arrives, ARRIVAL_SECOND).in_utc();
    let at = format!("{}Z", at[..16].replace(':', ""));
    format!("{at}-{}-{number:04}.camt053.xml", bank.feed.name())
}

fn signed(line: &Line) -> i64 {
    if line.credit {
        line.amount
    } else {
        -line.amount
    }
}

/// What a bank has to write into each day's statement.
struct Books<'a> {
    bank: &'a Bank,
    contracts: &'a [Contract],
    days: BTreeMap<i32, Vec<Line>>,
    sequence: u32,
}

impl Books<'_> {
    /// Enters a payment on the days on which it is announced, booked and taken back.
    fn take(&mut self, payment: &Payment, chance: &mut Chance) {
        let acted = payment.acted.day();
        let late = payment.acted.hour() >= CUT_OFF_HOUR;
        let closed = day(acted).weekday() == self.bank.closed_on;
        let books_on = self.open_day(if late || closed { acted + 1 } else { acted });
        // What isn't booked at once is announced, on closed days always.
        let announced = closed || late && (payment.contract < WATCHED.len() || chance.percent(12));
        let reference = self.reference(acted);
        let line = |on, booked, chance: &mut Chance| Line {
            amount: payment.amount,
            credit: true,
            booked,
            day: day(on),
            reference: reference.clone(),
            transactions: vec![self.transaction(payment, &reference, chance)],
            text: None,
            apart: announced || self.has_story(payment),
        };
        let mut lines = Vec::new();
        if announced || payment.fate == Fate::Bounced {
            lines.push((acted, line(acted, false, chance)));
        }
        if payment.fate != Fate::Bounced {
            lines.push((books_on, line(books_on, true, chance)));
        }
        if let Fate::Returned(after) = payment.fate {
            let on = self.open_day(books_on + after);
            lines.push((on, self.returned(payment, &reference, on)));
        }
        for (on, line) in lines {
            self.days.entry(on).or_default().push(line);
        }
    }

    fn open_day(&self, from: i32) -> i32 {
        match day(from).weekday() == self.bank.closed_on {
            true => from + 1,
            false => from,
        }
    }

    fn reference(&mut self, on: i32) -> String {
        self.sequence += 1;
        let date = day(on).to_string().replace('-', "");
        format!("FT{}{:05}", &date[2..], self.sequence)
    }

    /// The payer's side of it. Watched payers and those whose money comes back have an id of
    /// their own, of which a return reminds.
    fn transaction(&self, payment: &Payment, reference: &str, chance: &mut Chance) -> Transaction {
        let contract = &self.contracts[payment.contract];
        let named = self.has_story(payment);
        let (structured, free) = memo(contract, payment.memo, chance);
        let late = payment.acted.hour() >= CUT_OFF_HOUR;
        Transaction {
            amount: None,
            end_to_end: named.then(|| reference.replacen("FT", "E2E", 1)),
            name: contract.borrower.full_name(),
            structured,
            free,
            accepted: (named || late).then(|| payment.acted.with_offset()),
            return_reason: None,
        }
    }

    fn has_story(&self, payment: &Payment) -> bool {
        payment.contract < WATCHED.len() || payment.fate != Fate::Booked
    }

    fn returned(&mut self, payment: &Payment, reference: &str, on: i32) -> Line {
        let contract = &self.contracts[payment.contract];
        let end_to_end = Some(reference.replacen("FT", "E2E", 1));
        let own = self.reference(on);
        Line {
            amount: payment.amount,
            credit: false,
            booked: true,
            day: day(on),
            reference: own,
            transactions: vec![Transaction {
                amount: None,
                end_to_end,
                name: contract.borrower.full_name(),
                structured: None,
                free: Some("Returned: refused by the payer's bank".to_owned()),
                accepted: None,
                return_reason: Some("MD06"),
            }],
            text: None,
            apart: true,
        }
    }

    /// The entries of a day: announced money, booked money (some of it in one batch), fees and a
    /// weekly sweep to another account of the lender.
    fn lines(&mut self, on: i32, chance: &mut Chance) -> Vec<Line> {
        let lines = self.days.remove(&on).unwrap_or_default();
        let mut lines = self.batched(lines, on, chance);
        let date = day(on);
        let fee = match self.bank.feed.currency() {
            "KES" => 45_000,
            "UGX" => 12_000,
            _ => 1_500,
        };
        if date.ymd().2 == 1 {
            lines.push(self.own_debit(fee, on, "Account maintenance fee"));
        }
        let incoming: i64 = lines.iter().filter(|line| line.booked).map(signed).sum();
        if date.weekday() == Weekday::Thursday && incoming > 0 {
            lines.push(self.own_debit(incoming / 2, on, "Sweep to treasury account"));
        }
        lines
    }

    fn own_debit(&mut self, amount: i64, on: i32, text: &'static str) -> Line {
        Line {
            amount,
            credit: false,
            booked: true,
            day: day(on),
            reference: self.reference(on),
            transactions: Vec::new(),
            text: Some(text),
            apart: true,
        }
    }

    /// Some days the bank puts what came over one clearing into one entry. Money that has a story
    /// stays apart.
    fn batched(&mut self, lines: Vec<Line>, on: i32, chance: &mut Chance) -> Vec<Line> {
        let plain = |line: &Line| !line.apart;
        let candidates = lines.iter().filter(|line| plain(line)).count();
        if candidates < BATCH_MIN || !chance.percent(70) {
            return lines;
        }
        let (batch, mut apart): (Vec<Line>, Vec<Line>) = lines.into_iter().partition(plain);
        let amount = batch.iter().map(|line| line.amount).sum();
        let transactions = batch.into_iter().flat_map(|line| {
            line.transactions.into_iter().map(move |one| Transaction {
                amount: Some(line.amount),
                end_to_end: Some(line.reference.replacen("FT", "B", 1)),
                ..one
            })
        });
        let transactions = transactions.collect();
        apart.push(Line {
            amount,
            credit: true,
            booked: true,
            day: day(on),
            reference: self.reference(on),
            transactions,
            text: None,
            apart: true,
        });
        apart
    }
}

/// The structured reference or the free text that a payer writes.
fn memo(contract: &Contract, memo: Memo, chance: &mut Chance) -> (Option<String>, Option<String>) {
    let reference = &contract.reference;
    match memo {
        Memo::Nothing => (
            None,
            Some((*chance.pick(&["phone", "simu loan", "instalment", "payment"])).to_owned()),
        ),
        Memo::Mistyped => (None, Some(mistyped(reference.as_str(), chance))),
        Memo::Reference if chance.percent(55) => (Some(reference.to_string()), None),
        Memo::Reference => {
            let text = match chance.between(0, 3) {
                0 => reference.in_fours(),
                1 => format!("Loan {reference}"),
                2 => format!("simu {}", reference.as_str().to_lowercase()),
                _ => reference.to_string(),
            };
            (None, Some(text))
        }
    }
}

/// One slip of a finger: its check digits say that it isn't the reference.
pub fn mistyped(reference: &str, chance: &mut Chance) -> String {
    let mut characters: Vec<char> = reference.chars().collect();
    let last = characters.len() - 1;
    match characters[last] != characters[last - 1] && chance.percent(50) {
        true => characters.swap(last, last - 1),
        false => characters[last] = if characters[last] == '7' { '1' } else { '7' },
    }
    characters.into_iter().collect()
}
