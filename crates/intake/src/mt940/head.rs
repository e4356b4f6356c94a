//! What a message says of itself, gathered while its entries pass.

use crate::error::{Place, ReadError};
use crate::mt940::dates;
use crate::mt940::entry::decimal;
use crate::mt940::tag::Tag;
use crate::statement::{Balance, Direction, Entry, Stamp, StatementHead};
use crate::totals::Totals;

#[derive(Default)]
pub(super) struct Head {
    /// The line of its first field; 0 before there is one.
    line: u64,
    reference: Option<String>,
    account: Option<String>,
    number: Option<String>,
    opening: Option<Balance>,
    closing: Option<(Balance, Stamp)>,
    /// Closed by `:62F:`, not at a page's end.
    is_final: bool,
    floor_currency: Option<String>,
    has_interim_field: bool,
    moment: Option<Stamp>,
    totals: Totals,
}

impl Head {
    pub(super) fn begins_at(&mut self, line: u64) {
        if self.line == 0 {
            self.line = line;
        }
    }

    pub(super) fn first_line(&self) -> u64 {
        self.line
    }

    pub(super) fn has_opening(&self) -> bool {
        self.opening.is_some()
    }

    /// A closing balance is there: no entry may follow.
    pub(super) fn is_closed(&self) -> bool {
        self.closing.is_some()
    }

    pub(super) fn entries(&self) -> u32 {
        self.totals.entries
    }

    pub(super) fn count(&mut self, entry: &Entry) {
        self.totals.count(entry);
    }

    /// A page's own head when it doesn't repeat the statement's.
    pub(super) fn heading(&self) -> Head {
        Head {
            line: self.line,
            reference: self.reference.clone(),
            account: self.account.clone(),
            number: self.number.clone(),
            ..Head::default()
        }
    }

    /// The currency of the message's entries: an entry has none of its own. Empty when nothing
    /// says it.
    pub(super) fn entry_currency(&self) -> &str {
        let of_balance = self
            .opening
            .as_ref()
            .map(|balance| balance.currency.as_str());
        let said = of_balance.or(self.floor_currency.as_deref());
        said.or_else(|| currency_behind(self.account.as_deref()?))
            .unwrap_or_default()
    }

    pub(super) fn field(&mut self, tag: Tag, text: &str, line: u64) -> Result<(), ReadError> {
        let first = text.lines().next().unwrap_or_default().trim();
        match tag {
            Tag::Reference => self.reference = filled(first),
            Tag::Account => return once(&mut self.account, first, ":25:", line),
            Tag::Number => return once(&mut self.number, first, ":28C:", line),
            Tag::Opening => self.opening = Some(balance(first, ":60F:", line)?.0),
            Tag::Closing | Tag::PageEnd if self.closing.is_some() => {
                let expected = "one closing balance in a message";
                return Err(ReadError::new(Place::Line(line), "a second one", expected));
            }
            Tag::Closing | Tag::PageEnd => {
                self.closing = Some(balance(first, ":62F:", line)?);
                self.is_final = tag == Tag::Closing;
            }
            Tag::Floor => {
                self.has_interim_field = true;
                let currency = first.get(..3).filter(|code| is_currency(code));
                self.floor_currency = currency.map(str::to_owned).or(self.floor_currency.take());
            }
            Tag::Moment => {
                self.has_interim_field = true;
                self.moment = dates::moment(first).or(self.moment);
            }
            Tag::Totals => self.has_interim_field = true,
            Tag::Entry | Tag::About | Tag::Other => {}
        }
        Ok(())
    }

    /// `None` when nothing was said: no message was there.
    pub(super) fn complete(self, header_says_interim: bool) -> Option<StatementHead> {
        let balanced = self.opening.is_some() || self.closing.is_some();
        let says = balanced
            || self.has_interim_field
            || self.reference.is_some()
            || self.account.is_some()
            || self.number.is_some()
            || self.totals.entries > 0;
        if !says {
            return None;
        }
        let interim = !balanced && (self.has_interim_field || header_says_interim);
        let currency = self.entry_currency().to_owned();
        let closing = self.closing.as_ref().map(|(balance, _)| balance);
        let currency = match (currency.as_str(), closing) {
            ("", Some(closing)) => closing.currency.clone(),
            _ => currency,
        };
        let balances_chain = self.totals.balances_chain(self.opening.as_ref(), closing);
        // Banks that don't number write 0; pages of one statement share a number, and the last
        // one counts.
        let digits = self
            .number
            .as_deref()
            .map(|n| n.split('/').next().unwrap_or(n));
        let sequence = digits.and_then(|digits| digits.parse().ok());
        let sequence = sequence.filter(|number| *number > 0 && self.is_final);
        let (closing, closed_on) = self.closing.unzip();
        Some(StatementHead {
            is_final: !interim,
            format: if interim { "mt942" } else { "mt940" }.to_owned(),
            statement: match (self.reference, self.number) {
                (Some(reference), Some(number)) => Some(format!("{reference}/{number}")),
                (reference, number) => reference.or(number),
            },
            account: self.account,
            currency: Some(currency).filter(|currency| !currency.is_empty()),
            opening: self.opening,
            closing,
            balances_chain,
            electronic_sequence: sequence,
            legal_sequence: None,
            created: self.moment,
            complete_to: closed_on,
            entries: self.totals.entries,
        })
    }
}

fn filled(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

/// Fills a slot, or finds the same in it.
fn once(slot: &mut Option<String>, text: &str, tag: &str, line: u64) -> Result<(), ReadError> {
    match slot {
        Some(known) if known != text => {
            let expected = format!("{known:?} again, or {tag} once in a message");
            Err(ReadError::text(Place::Line(line), text, expected))
        }
        _ => {
            *slot = filled(text);
            Ok(())
        }
    }
}

/// `C260302KES1500,00`: mark, date, currency, amount.
fn balance(text: &str, tag: &str, line: u64) -> Result<(Balance, Stamp), ReadError> {
    let read = || {
        let direction = match text.as_bytes().first()? {
            b'C' => Direction::Credit,
            b'D' => Direction::Debit,
            _ => return None,
        };
        let day = dates::day(text.get(1..7)?)?;
        let currency = text.get(7..10).filter(|code| is_currency(code))?;
        let balance = Balance {
            amount: decimal(text.get(10..)?.trim())?,
            direction,
            currency: currency.to_owned(),
        };
        Some((balance, Stamp { day, at: None }))
    };
    read().ok_or_else(|| {
        let expected = format!("a balance such as C260302KES1500,00 in {tag}");
        ReadError::text(Place::Line(line), text, expected)
    })
}

fn is_currency(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Some banks write the currency behind the account's number.
fn currency_behind(account: &str) -> Option<&str> {
    let (number, currency) = account.split_at_checked(account.len().checked_sub(3)?)?;
    let behind_digit = number.ends_with(|c: char| c.is_ascii_digit());
    (is_currency(currency) && behind_digit).then_some(currency)
}
