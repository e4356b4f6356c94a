//! A small demo: three contracts on one bank feed, in real formats, and a run of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fairlock_domain::payment::Reference;
use fairlock_sim::demo::{self, DemoError, Ended, Options, Said};
use fairlock_sim::world::CountedClock;
use tempfile::TempDir;
use tokio::sync::watch;

const CONTRACTS: &str = "\
contract,borrower,imei,product,currency,signed_on,consent_on,separate_signature,acknowledged_copy,time_zone,packs,feed,first_due,step,instalments,amount,phone
C-1,Joyce Odhiambo,490154203237518,purchase_loan,KES,2026-02-05,2026-02-05,yes,yes,Africa/Nairobi,sandbox,bank,2026-03-02,monthly,3,1000.00,yes
C-2,Kevin Ouma,490154203237526,purchase_loan,KES,2026-02-05,2026-02-05,yes,yes,Africa/Nairobi,sandbox,bank,2026-03-02,monthly,1,1000.00,yes
C-3,Purity Onyango,490154203237534,purchase_loan,KES,2026-02-05,2026-02-05,yes,yes,Africa/Nairobi,sandbox,bank,2026-03-20,monthly,1,1000.00,no
";

/// The bank's account.
const ACCOUNT: &str = "0112004430567800";

/// With this seed nobody is out of reach and nobody presses the emergency pass within the run.
const SEED: u64 = 1;

/// Days of March on which the bank sends a statement of the day before; money comes on the 14th.
pub const DAYS: u32 = 16;
pub const PAID_ON: u32 = 14;

/// A demo folder on disk.
pub struct Tiny {
    dir: TempDir,
}

/// What a run said, and how it ended.
pub struct Run {
    pub ended: Result<Ended, DemoError>,
    pub said: Vec<Said>,
}

impl Tiny {
    /// C-1 pays its instalment and C-2 all that it owes, both in the statement of the 14th.
    pub fn new() -> Tiny {
        let dir = tempfile::tempdir().expect("a temporary folder");
        for folder in ["statements", "callbacks"] {
            fs::create_dir(dir.path().join(folder)).expect("a writable folder");
        }
        let tiny = Tiny { dir };
        tiny.write("contracts.csv", CONTRACTS);
        let feed = format!("feed,kind,account,period_hours\nbank,statements,{ACCOUNT},30\n");
        tiny.write("feeds.csv", &feed);
        for day in 2..2 + DAYS {
            let entries = match day {
                PAID_ON => [
                    entry("FT1", "C-1", "1000.00"),
                    entry("FT2", "C-2", "1000.00"),
                ]
                .concat(),
                _ => String::new(),
            };
            tiny.write(&Tiny::statement_name(day), &statement(day, &entries));
        }
        tiny
    }

    pub fn statement_name(day: u32) -> String {
        format!("statements/2026-03-{day:02}T0400Z-bank-{day:04}.camt053.xml")
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.dir.path().join(name), text).expect("a writable folder");
    }

    /// Edits a file as a person would: one text for another.
    pub fn edit(&self, name: &str, from: &str, to: &str) {
        let path = self.dir.path().join(name);
        let text = fs::read_to_string(&path).expect("a file of this demo");
        assert!(text.contains(from), "{name} holds {from}");
        fs::write(path, text.replace(from, to)).expect("a writable folder");
    }

    /// Runs it whole, as `demo --exit` does; `hear` hears each word when it is said.
    pub async fn run(&self, hear: impl Fn(&Said) + Send + Sync + 'static) -> Run {
        run(self.path(), DAYS, 2, hear).await
    }
}

/// Runs any demo folder with `--exit`.
pub async fn run(
    demo_dir: &Path,
    days: u32,
    phones: u16,
    hear: impl Fn(&Said) + Send + Sync + 'static,
) -> Run {
    let data = tempfile::tempdir().expect("a temporary folder");
    let options = options(demo_dir, &data.path().join("demo"), days, phones);
    let said = Arc::new(Mutex::new(Vec::new()));
    let heard = said.clone();
    let say = move |word: Said| {
        hear(&word);
        heard.lock().expect("no panic while it is held").push(word);
    };
    let ended = demo::run(options, Arc::new(say)).await;
    let said = std::mem::take(&mut *said.lock().expect("no panic while it is held"));
    Run { ended, said }
}

pub fn options(demo_dir: &Path, data_dir: &Path, days: u32, phones: u16) -> Options {
    let (_, stop) = watch::channel(false);
    Options {
        data_dir: data_dir.to_path_buf(),
        demo_dir: demo_dir.to_path_buf(),
        listen: ([127, 0, 0, 1], 0).into(),
        seed: SEED,
        days,
        day_pause: Duration::ZERO,
        phones,
        exit: true,
        reset: false,
        executable: child(),
        real: Arc::new(CountedClock::default()),
        stop,
    }
}

/// The child processes of these tests: `src/bin/sim-child.rs`.
pub fn child() -> PathBuf {
    PathBuf::from(env!("CARGO_BIN_EXE_sim-child"))
}

impl Run {
    /// Events that contain all of these texts.
    pub fn events(&self, texts: &[&str]) -> Vec<&str> {
        self.said
            .iter()
            .filter_map(|said| match said {
                Said::Event(line) if texts.iter().all(|text| line.contains(text)) => {
                    Some(line.as_str())
                }
                _ => None,
            })
            .collect()
    }

    /// The summary's line that begins so.
    pub fn summary(&self, begin: &str) -> &str {
        let line = self.said.iter().find_map(|said| match said {
            Said::Summary(line) => line.strip_prefix(begin),
            _ => None,
        });
        line.unwrap_or_else(|| panic!("no summary line {begin:?} in {:?}", self.said))
    }

    /// Everything that was said, for a failing test.
    pub fn text(&self) -> String {
        let lines: Vec<String> = self.said.iter().map(|said| format!("{said:?}")).collect();
        format!("{:?}\n{}", self.ended, lines.join("\n"))
    }
}

/// A statement of the day before, complete up to its midnight in Nairobi.
fn statement(day: u32, entries: &str) -> String {
    let (day, before) = (
        format!("2026-03-{day:02}"),
        format!("2026-03-{:02}", day - 1),
    );
    let number: u32 = day[8..].parse().expect("a day");
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M-{number}</MsgId><CreDtTm>{day}T01:00:00+03:00</CreDtTm></GrpHdr>
<Stmt><Id>S-{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><CreDtTm>{day}T01:00:00+03:00</CreDtTm>
<FrToDt><FrDtTm>{before}T00:00:00+03:00</FrDtTm><ToDtTm>{day}T00:00:00+03:00</ToDtTm></FrToDt>
<Acct><Id><Othr><Id>{ACCOUNT}</Id></Othr></Id><Ccy>KES</Ccy></Acct>
{entries}</Stmt></BkToCstmrStmt></Document>
"#
    )
}

/// A booked credit whose payer typed the contract's reference.
fn entry(bank_reference: &str, contract: &str, amount: &str) -> String {
    let reference = Reference::of_contract(contract).expect("a contract's id");
    let text = reference.as_str();
    format!(
        r#"<Ntry><Amt Ccy="KES">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-13</Dt></BookgDt><ValDt><Dt>2026-03-13</Dt></ValDt><AcctSvcrRef>{bank_reference}</AcctSvcrRef><NtryDtls><TxDtls><RmtInf><Ustrd>Loan {text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
"#
    )
}
