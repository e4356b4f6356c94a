//! How a bank writes camt.053: its version, its prefix, and the texts of its elements.

use fairlock_domain::calendar::Day;
use fairlock_domain::money::{Currency, Money};

/// A bank's way to write.
#[derive(Clone, Copy)]
pub struct Style {
    /// Of camt.053.001.
    pub version: u32,
    /// Before every element's name, with its colon.
    pub prefix: &'static str,
}

/// An entry as it stands in a statement.
pub struct Line {
    pub amount: i64,
    pub credit: bool,
    pub booked: bool,
    pub day: Day,
    /// The bank's own reference.
    pub reference: String,
    pub transactions: Vec<Transaction>,
    /// For lines without a transaction.
    pub text: Option<&'static str>,
    /// It has a story, by which it must be recognised: it isn't put into a batch.
    pub apart: bool,
}

/// A transaction of an entry.
pub struct Transaction {
    /// Given when the entry has several.
    pub amount: Option<i64>,
    pub end_to_end: Option<String>,
    /// The other party.
    pub name: String,
    pub structured: Option<String>,
    pub free: Option<String>,
    pub accepted: Option<String>,
    pub return_reason: Option<&'static str>,
}

/// What stands around the entries.
pub struct Head<'a> {
    pub id: String,
    pub number: i32,
    pub created: String,
    pub from: String,
    pub to: String,
    pub account: &'a str,
    pub day: Day,
    pub opening: i64,
    pub closing: i64,
}

pub struct Writer {
    pub style: Style,
    pub currency: Currency,
}

impl Writer {
    pub fn document(&self, head: &Head<'_>, lines: &[Line]) -> String {
        let Style { version, prefix } = self.style;
        let namespace = format!("urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:02}");
        let attribute = match prefix.trim_end_matches(':') {
            "" => "xmlns".to_owned(),
            prefix => format!("xmlns:{prefix}"),
        };
        let group = self.el(
            "GrpHdr",
            &(self.el("MsgId", &head.id) + &self.el("CreDtTm", &head.created)),
        );
        let entries: String = lines.iter().map(|line| self.entry(line) + "\n").collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{prefix}Document {attribute}=\"{namespace}\">\n\
             <{prefix}BkToCstmrStmt>\n{group}\n<{prefix}Stmt>\n{}\n{entries}</{prefix}Stmt>\n\
             </{prefix}BkToCstmrStmt>\n</{prefix}Document>\n",
            self.head(head)
        )
    }

    fn head(&self, head: &Head<'_>) -> String {
        let number = head.number.to_string();
        let period = self.el("FrDtTm", &head.from) + &self.el("ToDtTm", &head.to);
        let account = match head
            .account
            .starts_with(|first: char| first.is_ascii_digit())
        {
            true => self.el("Othr", &self.el("Id", head.account)),
            false => self.el("IBAN", head.account),
        };
        let account = self.el("Id", &account) + &self.el("Ccy", self.currency.code());
        [
            self.el("Id", &head.id),
            self.el("ElctrncSeqNb", &number),
            self.el("LglSeqNb", &number),
            self.el("CreDtTm", &head.created),
            self.el("FrToDt", &period),
            self.el("Acct", &account),
            format!("\n{}", self.balance("OPBD", head.opening, head.day)),
            format!("\n{}", self.balance("CLBD", head.closing, head.day)),
        ]
        .concat()
    }

    fn balance(&self, code: &str, amount: i64, day: Day) -> String {
        let kind = self.el("Tp", &self.el("CdOrPrtry", &self.el("Cd", code)));
        let date = self.el("Dt", &self.el("Dt", &day.to_string()));
        self.el(
            "Bal",
            &(kind + &self.amount(amount.abs()) + &self.direction(amount >= 0) + &date),
        )
    }

    fn entry(&self, line: &Line) -> String {
        let status = if line.booked { "BOOK" } else { "PDNG" };
        let status = match self.style.version {
            ..=6 => self.el("Sts", status),
            _ => self.el("Sts", &self.el("Cd", status)),
        };
        let date = self.el("Dt", &line.day.to_string());
        let family = if line.credit { "RCDT" } else { "ICDT" };
        let details: String = line
            .transactions
            .iter()
            .map(|transaction| self.transaction(line, transaction))
            .collect();
        let inside = [
            self.amount(line.amount),
            self.direction(line.credit),
            status,
            self.el("BookgDt", &date),
            self.el("ValDt", &date),
            self.el("AcctSvcrRef", &line.reference),
            self.el("BkTxCd", &self.el("Prtry", &self.el("Cd", family))),
            self.optional(
                "NtryDtls",
                Some(details)
                    .filter(|details| !details.is_empty())
                    .as_deref(),
            ),
            self.optional("AddtlNtryInf", line.text),
        ];
        self.el("Ntry", &inside.concat())
    }

    fn transaction(&self, line: &Line, transaction: &Transaction) -> String {
        let end_to_end = transaction
            .end_to_end
            .as_ref()
            .map(|id| self.el("EndToEndId", id));
        let party = match self.style.version {
            ..=7 => self.el("Nm", &escaped(&transaction.name)),
            _ => self.el("Pty", &self.el("Nm", &escaped(&transaction.name))),
        };
        let party = self.el(if line.credit { "Dbtr" } else { "Cdtr" }, &party);
        let code = self.el("Tp", &self.el("CdOrPrtry", &self.el("Cd", "SCOR")));
        let structured = transaction.structured.as_ref().map(|reference| {
            let reference = code + &self.el("Ref", reference);
            self.el("Strd", &self.el("CdtrRefInf", &reference))
        });
        let free = transaction
            .free
            .as_ref()
            .map(|text| self.el("Ustrd", &escaped(text)));
        let remittance = free.unwrap_or_default() + &structured.unwrap_or_default();
        let accepted = transaction
            .accepted
            .as_ref()
            .map(|at| self.el("AccptncDtTm", at));
        let reason = transaction
            .return_reason
            .map(|code| self.el("Rsn", &self.el("Cd", code)));
        let inside = [
            self.optional("Refs", end_to_end.as_deref()),
            self.own_amount(line, transaction),
            self.el("RltdPties", &party),
            self.optional(
                "RmtInf",
                Some(remittance).filter(|text| !text.is_empty()).as_deref(),
            ),
            self.optional("RltdDts", accepted.as_deref()),
            self.optional("RtrInf", reason.as_deref()),
        ];
        self.el("TxDtls", &inside.concat())
    }

    /// Up to version 2 a transaction's amount is inside `AmtDtls`.
    fn own_amount(&self, line: &Line, transaction: &Transaction) -> String {
        match (transaction.amount, self.style.version) {
            (None, _) => String::new(),
            (Some(amount), ..=2) => self.el("AmtDtls", &self.el("TxAmt", &self.amount(amount))),
            (Some(amount), _) => self.amount(amount) + &self.direction(line.credit),
        }
    }

    fn amount(&self, minor: i64) -> String {
        let prefix = self.style.prefix;
        let amount = Money::new(i128::from(minor), self.currency);
        format!(
            "<{prefix}Amt Ccy=\"{}\">{amount}</{prefix}Amt>",
            self.currency
        )
    }

    fn direction(&self, credit: bool) -> String {
        self.el("CdtDbtInd", if credit { "CRDT" } else { "DBIT" })
    }

    fn optional(&self, name: &str, inside: Option<&str>) -> String {
        inside
            .map(|inside| self.el(name, inside))
            .unwrap_or_default()
    }

    /// An element with what is inside it.
    fn el(&self, name: &str, inside: &str) -> String {
        let prefix = self.style.prefix;
        format!("<{prefix}{name}>{inside}</{prefix}{name}>")
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
