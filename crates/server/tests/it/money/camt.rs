//! Writes camt files as a bank would, from a few words an entry.

/// A statement, report or notification in the making.
#[derive(Clone)]
pub struct File {
    message: &'static str,
    root: &'static str,
    id: String,
    account: String,
    sequence: Option<u64>,
    balances: Option<(i64, i64)>,
    to: Option<String>,
    entries: Vec<Entry>,
}

/// One entry: `credit("100.00")`, then what it says.
#[derive(Clone)]
pub struct Entry {
    amount: String,
    credit: bool,
    status: &'static str,
    reversal: bool,
    day: String,
    servicer: Option<String>,
    details: Vec<Detail>,
}

/// One transaction of an entry.
#[derive(Clone, Default)]
pub struct Detail {
    amount: Option<String>,
    instructed: Option<String>,
    end_to_end: Option<String>,
    uetr: Option<String>,
    acted: Option<String>,
    text: Option<String>,
    creditor_reference: Option<String>,
    payer: Option<String>,
    payer_account: Option<String>,
    returned: Option<&'static str>,
}

pub const ACCOUNT: &str = "NL91ABNA0417164300";

fn file(message: &'static str, root: &'static str, id: &str) -> File {
    File {
        message,
        root,
        id: id.to_owned(),
        account: ACCOUNT.to_owned(),
        sequence: None,
        balances: None,
        to: None,
        entries: Vec::new(),
    }
}

pub fn statement(id: &str) -> File {
    file("camt.053.001.08", "BkToCstmrStmt/Stmt", id)
}

pub fn report(id: &str) -> File {
    file("camt.052.001.08", "BkToCstmrAcctRpt/Rpt", id)
}

pub fn notification(id: &str) -> File {
    file("camt.054.001.08", "BkToCstmrDbtCdtNtfctn/Ntfctn", id)
}

impl File {
    pub fn account(mut self, account: &str) -> File {
        self.account = account.to_owned();
        self
    }

    pub fn number(mut self, number: u64) -> File {
        self.sequence = Some(number);
        self
    }

    /// In cents.
    pub fn balances(mut self, opening: i64, closing: i64) -> File {
        self.balances = Some((opening, closing));
        self
    }

    /// The end of its period, RFC 3339.
    pub fn to(mut self, to: &str) -> File {
        self.to = Some(to.to_owned());
        self
    }

    pub fn with(mut self, entry: Entry) -> File {
        self.entries.push(entry);
        self
    }

    pub fn xml(&self) -> Vec<u8> {
        let (root, part) = self.root.split_once('/').unwrap();
        let number = self
            .sequence
            .map(|n| format!("<ElctrncSeqNb>{n}</ElctrncSeqNb>"));
        let to = self.to.as_ref().map(|to| {
            format!("<FrToDt><FrDtTm>2026-01-01T00:00:00Z</FrDtTm><ToDtTm>{to}</ToDtTm></FrToDt>")
        });
        let balances = self
            .balances
            .map(|(opening, closing)| balance("OPBD", opening) + &balance("CLBD", closing));
        let entries: String = self.entries.iter().map(Entry::xml).collect();
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
             <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:{}\"><{root}><{part}>\
             <Id>{}</Id>{}{}<Acct><Id><IBAN>{}</IBAN></Id><Ccy>EUR</Ccy></Acct>{}{entries}\
             </{part}></{root}></Document>",
            self.message,
            self.id,
            number.unwrap_or_default(),
            to.unwrap_or_default(),
            self.account,
            balances.unwrap_or_default(),
        )
        .into_bytes()
    }
}

fn balance(code: &str, cents: i64) -> String {
    let side = if cents < 0 { "DBIT" } else { "CRDT" };
    let (whole, rest) = (cents.abs() / 100, cents.abs() % 100);
    format!(
        "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{whole}.{rest:02}\
         </Amt><CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>2026-03-02</Dt></Dt></Bal>"
    )
}

fn entry(amount: &str, credit: bool) -> Entry {
    Entry {
        amount: amount.to_owned(),
        credit,
        status: "BOOK",
        reversal: false,
        day: "2026-03-02".to_owned(),
        servicer: None,
        details: vec![Detail::default()],
    }
}

pub fn credit(amount: &str) -> Entry {
    entry(amount, true)
}

pub fn debit(amount: &str) -> Entry {
    entry(amount, false)
}

impl Entry {
    pub fn status(mut self, status: &'static str) -> Entry {
        self.status = status;
        self
    }

    pub fn reversal(mut self) -> Entry {
        self.reversal = true;
        self
    }

    pub fn on(mut self, day: &str) -> Entry {
        self.day = day.to_owned();
        self
    }

    pub fn servicer(mut self, reference: &str) -> Entry {
        self.servicer = Some(reference.to_owned());
        self
    }

    fn only(mut self, change: impl FnOnce(&mut Detail)) -> Entry {
        change(&mut self.details[0]);
        self
    }

    pub fn text(self, text: &str) -> Entry {
        self.only(|d| d.text = Some(text.to_owned()))
    }

    pub fn creditor_reference(self, reference: &str) -> Entry {
        self.only(|d| d.creditor_reference = Some(reference.to_owned()))
    }

    pub fn end_to_end(self, id: &str) -> Entry {
        self.only(|d| d.end_to_end = Some(id.to_owned()))
    }

    pub fn uetr(self, uetr: &str) -> Entry {
        self.only(|d| d.uetr = Some(uetr.to_owned()))
    }

    pub fn acted(self, acted: &str) -> Entry {
        self.only(|d| d.acted = Some(acted.to_owned()))
    }

    pub fn payer(self, name: &str) -> Entry {
        self.only(|d| d.payer = Some(name.to_owned()))
    }

    /// The account it came from.
    pub fn payer_account(self, iban: &str) -> Entry {
        self.only(|d| d.payer_account = Some(iban.to_owned()))
    }

    pub fn returned(self, reason: &'static str) -> Entry {
        self.only(|d| d.returned = Some(reason))
    }

    pub fn instructed(self, amount: &str) -> Entry {
        self.only(|d| d.instructed = Some(amount.to_owned()))
    }

    /// A batch: each transaction has an amount and a text.
    pub fn batch(mut self, parts: &[(&str, &str)]) -> Entry {
        let part = |(amount, text): &(&str, &str)| Detail {
            amount: Some((*amount).to_owned()),
            text: Some((*text).to_owned()),
            ..Detail::default()
        };
        self.details = parts.iter().map(part).collect();
        self
    }

    fn xml(&self) -> String {
        let side = if self.credit { "CRDT" } else { "DBIT" };
        let reversal = if self.reversal {
            "<RvslInd>true</RvslInd>"
        } else {
            ""
        };
        let servicer = tag("AcctSvcrRef", &self.servicer);
        let details: String = self.details.iter().map(|d| d.xml(self.credit)).collect();
        format!(
            "<Ntry><Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>{side}</CdtDbtInd>{reversal}\
             <Sts><Cd>{}</Cd></Sts><BookgDt><Dt>{}</Dt></BookgDt><ValDt><Dt>{}</Dt></ValDt>\
             {servicer}<NtryDtls>{details}</NtryDtls></Ntry>",
            self.amount, self.status, self.day, self.day
        )
    }
}

impl Detail {
    fn xml(&self, credit: bool) -> String {
        let amount = self.amount.as_ref();
        let amount = amount.map(|a| format!("<Amt Ccy=\"EUR\">{a}</Amt>"));
        let instructed = self.instructed.as_ref();
        let instructed = instructed
            .map(|a| format!("<AmtDtls><InstdAmt><Amt Ccy=\"EUR\">{a}</Amt></InstdAmt></AmtDtls>"));
        let party = if credit { "Dbtr" } else { "Cdtr" };
        let name = self.payer.as_ref();
        let name = name.map(|n| format!("<{party}><Pty><Nm>{n}</Nm></Pty></{party}>"));
        let account = self.payer_account.as_ref();
        let account =
            account.map(|a| format!("<{party}Acct><Id><IBAN>{a}</IBAN></Id></{party}Acct>"));
        let payer = [name, account].map(Option::unwrap_or_default).concat();
        let payer = (!payer.is_empty()).then(|| format!("<RltdPties>{payer}</RltdPties>"));
        let structured = self.creditor_reference.as_ref();
        let structured =
            structured.map(|r| format!("<Strd><CdtrRefInf><Ref>{r}</Ref></CdtrRefInf></Strd>"));
        let remittance = tag("Ustrd", &self.text) + &structured.unwrap_or_default();
        let acted = self.acted.as_ref();
        let acted = acted.map(|a| format!("<RltdDts><AccptncDtTm>{a}</AccptncDtTm></RltdDts>"));
        let returned = self.returned;
        let returned = returned.map(|r| format!("<RtrInf><Rsn><Cd>{r}</Cd></Rsn></RtrInf>"));
        format!(
            "<TxDtls><Refs>{}{}</Refs>{}{}{}<RmtInf>{remittance}</RmtInf>{}{}</TxDtls>",
            tag("EndToEndId", &self.end_to_end),
            tag("UETR", &self.uetr),
            amount.unwrap_or_default(),
            instructed.unwrap_or_default(),
            payer.unwrap_or_default(),
            acted.unwrap_or_default(),
            returned.unwrap_or_default(),
        )
    }
}

fn tag(name: &str, value: &Option<String>) -> String {
    let value = value.as_ref();
    value
        .map(|v| format!("<{name}>{v}</{name}>"))
        .unwrap_or_default()
}
