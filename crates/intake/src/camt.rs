//! camt.052, camt.053 and camt.054, versions 1 to 13: reports, statements and notifications of an
//! account.
//!
//! Read by local name, one reader for all versions: what changed between them (status as text or
//! code, parties with one more level, version 1's other names) is handled where it is read.
//! Elements that aren't needed are passed over. Failure: a missing or second amount, direction or
//! status; a value that isn't what its element says. On purpose absent: totals (`TxsSummry`), which
//! banks get wrong and balances prove better.

pub(crate) mod detail;
mod entry;

use crate::error::ReadError;
use crate::leaf::{amount, direction, number, once, stamp};
use crate::statement::{Amount, Balance, Entry, Stamp, StatementHead};
use crate::totals::Totals;
use crate::xml::Xml;

/// Entries of one file (design/payments.md, "Bad input").
pub const ENTRIES_MAX: u32 = 1_000_000;

/// Reads the message whose root element is the current one. `statements` gets the heads; `on_entry`
/// each entry as it is read, with the position of its statement.
pub(crate) fn read(
    xml: &mut Xml<'_>,
    format: &str,
    statements: &mut Vec<StatementHead>,
    on_entry: &mut dyn FnMut(usize, Entry),
) -> Result<(), ReadError> {
    while xml.child()? {
        match xml.name() {
            "Stmt" | "Rpt" | "Ntfctn" => {
                let position = statements.len();
                let before: u32 = statements.iter().map(|head| head.entries).sum();
                let mut each = |entry| on_entry(position, entry);
                let head = statement(xml, format, ENTRIES_MAX - before, &mut each)?;
                statements.push(head);
            }
            _ => xml.skip()?,
        }
    }
    Ok(())
}

/// What is gathered of a statement while its entries pass.
#[derive(Default)]
struct Gathered {
    id: Option<String>,
    account: Option<String>,
    account_currency: Option<String>,
    balances: Vec<(String, Balance)>,
    electronic_sequence: Option<u64>,
    legal_sequence: Option<u64>,
    created: Option<Stamp>,
    complete_to: Option<Stamp>,
    totals: Totals,
}

fn statement(
    xml: &mut Xml<'_>,
    format: &str,
    entries_max: u32,
    on_entry: &mut dyn FnMut(Entry),
) -> Result<StatementHead, ReadError> {
    let mut gathered = Gathered::default();
    while xml.child()? {
        match xml.name() {
            "Id" => gathered.id = xml.text()?,
            "Acct" => account(xml, &mut gathered)?,
            "Bal" => balance(xml, &mut gathered.balances)?,
            "ElctrncSeqNb" => gathered.electronic_sequence = number(xml)?,
            "LglSeqNb" => gathered.legal_sequence = number(xml)?,
            "CreDtTm" => gathered.created = stamp(xml)?,
            "FrToDt" => gathered.complete_to = period_end(xml)?,
            "Ntry" => {
                if gathered.totals.entries == entries_max {
                    return Err(xml.unexpected(
                        "more than 1,000,000 entries",
                        "at most 1,000,000 in one file",
                    ));
                }
                let entry = entry::read(xml, gathered.totals.entries)?;
                gathered.totals.count(&entry);
                on_entry(entry);
            }
            _ => xml.skip()?,
        }
    }
    Ok(gathered.into_head(format))
}

impl Gathered {
    fn into_head(self, format: &str) -> StatementHead {
        let opening = self.balance(["OPBD", "PRCD"]);
        let closing = self.balance(["CLBD", "ITBD"]);
        let balances_chain = self
            .totals
            .balances_chain(opening.as_ref(), closing.as_ref());
        let currency = self.account_currency.or(self.totals.currency());
        StatementHead {
            is_final: format.starts_with("camt.053"),
            format: format.to_owned(),
            statement: self.id,
            account: self.account,
            currency,
            opening,
            closing,
            balances_chain,
            electronic_sequence: self.electronic_sequence,
            legal_sequence: self.legal_sequence,
            created: self.created,
            complete_to: self.complete_to,
            entries: self.totals.entries,
        }
    }

    /// The first balance of the first code that is there, in the account's currency if there is one
    /// in it.
    fn balance(&self, codes: [&str; 2]) -> Option<Balance> {
        codes.iter().find_map(|code| {
            let mut of_code = self
                .balances
                .iter()
                .filter(|(known, _)| known == code)
                .map(|(_, balance)| balance);
            let in_account_currency =
                |balance: &&Balance| Some(&balance.currency) == self.account_currency.as_ref();
            let found = of_code
                .clone()
                .find(in_account_currency)
                .or_else(|| of_code.next());
            found.cloned()
        })
    }
}

fn account(xml: &mut Xml<'_>, gathered: &mut Gathered) -> Result<(), ReadError> {
    while xml.child()? {
        match xml.name() {
            "Id" => gathered.account = detail::account_id(xml)?,
            "Ccy" => gathered.account_currency = xml.text()?,
            _ => xml.skip()?,
        }
    }
    Ok(())
}

/// A balance is kept when it says its kind by a code.
fn balance(xml: &mut Xml<'_>, balances: &mut Vec<(String, Balance)>) -> Result<(), ReadError> {
    let (mut code, mut own_amount, mut own_direction) = (None, None::<Amount>, None);
    while xml.child()? {
        match xml.name() {
            "Tp" => code = balance_code(xml)?,
            "Amt" => {
                let value = amount(xml)?;
                once(xml, &mut own_amount, Some(value))?;
            }
            "CdtDbtInd" => own_direction = Some(direction(xml)?),
            _ => xml.skip()?,
        }
    }
    let missing =
        |expected: &str| xml.unexpected("nothing", &format!("{expected} in this balance"));
    let amount = own_amount.ok_or_else(|| missing("Amt"))?;
    let direction = own_direction.ok_or_else(|| missing("CdtDbtInd"))?;
    let balance = Balance {
        amount: amount.value,
        direction,
        currency: amount.currency,
    };
    balances.extend(
        code.filter(|code| READ_BALANCES.contains(&code.as_str()))
            .map(|code| (code, balance)),
    );
    Ok(())
}

/// The balances that open and close a statement; a file may have any number of others.
const READ_BALANCES: [&str; 4] = ["OPBD", "PRCD", "CLBD", "ITBD"];

/// `Tp/CdOrPrtry/Cd`; version 1 has no `CdOrPrtry`.
fn balance_code(xml: &mut Xml<'_>) -> Result<Option<String>, ReadError> {
    let mut code = None;
    while xml.child()? {
        match xml.name() {
            "CdOrPrtry" => code = balance_code(xml)?.or(code),
            "Cd" => code = xml.text()?.or(code),
            _ => xml.skip()?,
        }
    }
    Ok(code)
}

fn period_end(xml: &mut Xml<'_>) -> Result<Option<Stamp>, ReadError> {
    let mut end = None;
    while xml.child()? {
        match xml.name() {
            "ToDtTm" | "ToDt" => end = stamp(xml)?,
            _ => xml.skip()?,
        }
    }
    Ok(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    /// No file of 64 MiB has a million entries of the least size, so that the limit is tried with a
    /// smaller one.
    #[test]
    fn entries_are_counted_against_the_limit() {
        let entry =
            "<Ntry><Amt Ccy=\"KES\">1</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts></Ntry>";
        let document = format!("<Stmt>{entry}{entry}</Stmt>");
        let read = |entries_max| {
            let mut input = document.as_bytes();
            let mut xml = Xml::new(Source::new(&mut input)?);
            xml.root()?;
            statement(&mut xml, "camt.053", entries_max, &mut |_| {})
        };
        assert_eq!(read(2).map(|head| head.entries), Ok(2));
        let error = read(1).map(|head| head.entries).expect_err("one too many");
        assert_eq!(error.found, "more than 1,000,000 entries");
    }
}
