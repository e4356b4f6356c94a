//! `fairlock bench statements`: files of banks to normalised entries.
//!
//! The yardsticks do what no reader can leave out, over the same bytes: quick-xml gives each event
//! of the document and nobody looks at it; a text's lines are found and checked to be UTF-8. Memory
//! is measured on files that are made while they are read, so that only the reader's own counts.

use std::hint::black_box;
use std::io::{BufRead as _, BufReader, Read};

use anyhow::anyhow;
use fairlock_intake::Mapping;
use quick_xml::events::Event;
use serde_json::json;

use super::os;
use super::rounds::{Measured, alternate, timed};
use super::say;
use crate::args::BenchArgs;
use crate::exit::Failure;

/// Entries of a round: some tenths of a second each.
const ENTRIES: u32 = 100_000;
/// Bytes of the files in which memory is measured; the most that a file may have is 64 MiB.
const SMALL: usize = 4 << 20;
const LARGE: usize = 63 << 20;

const EVENTS: &str = "quick-xml reading every event";
const LINES: &str = "lines found and checked to be UTF-8";

/// One kind of file, in parts.
struct Kind {
    name: &'static str,
    head: String,
    /// An entry; `#` stands for its number.
    entry: String,
    tail: &'static str,
    mapping: Option<Mapping>,
}

pub fn run(args: &BenchArgs) -> Result<(), Failure> {
    let kinds = kinds()?;
    // Memory first: the most that was ever resident never falls again.
    let peaks: Vec<_> = kinds.iter().map(peaks).collect::<Result<_, _>>()?;
    for (kind, peaks) in kinds.iter().zip(peaks) {
        contest(args, kind, peaks)?;
    }
    Ok(())
}

fn contest(args: &BenchArgs, kind: &Kind, peaks: serde_json::Value) -> Result<(), Failure> {
    // A file that is longer than the longest one isn't read at all.
    let wanted = args.size.unwrap_or(ENTRIES) as usize;
    let entries = wanted.min(LARGE / kind.entry_bytes()).max(1);
    let mut bytes = Vec::new();
    Made::new(kind, entries)
        .read_to_end(&mut bytes)
        .map_err(Failure::outside)?;
    let read = kind.read(&mut bytes.as_slice())?;
    if read != entries {
        return Err(Failure::Outside(anyhow!(
            "{}: {read} of {entries} entries",
            kind.name
        )));
    }
    let is_xml = bytes.starts_with(b"<");
    let mut ours = || timed(entries, || _ = black_box(kind.read(&mut bytes.as_slice())));
    let mut bare = || match is_xml {
        true => timed(entries, || _ = black_box(events(&bytes))),
        false => timed(entries, || _ = black_box(lines(&bytes))),
    };
    let (ours, yards) = alternate(args.rounds, kind.name, &mut ours, &mut bare);
    let megabytes = |nanos: f64| (bytes.len() as f64 / entries as f64 * 1e3 / nanos).round();
    say(
        args,
        &Measured {
            work: format!("{entries} entries of {}", kind.name),
            unit: "entry",
            rounds: args.rounds,
            ours,
            yardstick: if is_xml { EVENTS } else { LINES },
            yards,
            details: vec![
                ("bytes_an_entry".to_owned(), (bytes.len() / entries).into()),
                (
                    "megabytes_a_second".to_owned(),
                    megabytes(ours.median).into(),
                ),
                (
                    "yardstick_megabytes_a_second".to_owned(),
                    megabytes(yards.median).into(),
                ),
                (
                    "times_the_yardsticks_speed".to_owned(),
                    (yards.median / ours.median).into(),
                ),
                ("memory".to_owned(), peaks),
            ],
        },
    );
    Ok(())
}

/// By how much the most that was ever resident rose while a small and a large file was read.
fn peaks(kind: &Kind) -> Result<serde_json::Value, Failure> {
    let rise = |size: usize| -> Result<Option<u64>, Failure> {
        let entries = size / kind.entry_bytes();
        let before = os::resident_bytes();
        kind.read(&mut Made::new(kind, entries))?;
        Ok(os::peak_bytes()
            .zip(before)
            .map(|(peak, before)| peak.saturating_sub(before)))
    };
    Ok(
        json!({"small_file_bytes": SMALL, "small_rise": rise(SMALL)?, "large_file_bytes": LARGE, "large_rise": rise(LARGE)?}),
    )
}

impl Kind {
    /// Bytes of an entry as it stands in the file, its numbers written out.
    fn entry_bytes(&self) -> usize {
        self.entry.replace('#', &number(0)).len()
    }

    /// Entries read.
    fn read(&self, input: &mut dyn Read) -> Result<usize, Failure> {
        let mut count = 0;
        let mut each = |_: usize, entry| {
            black_box(&entry);
            count += 1;
        };
        let wrong = |error: String| Failure::Outside(anyhow!("{}: {error}", self.name));
        match &self.mapping {
            None => fairlock_intake::read(input, None, &mut each)
                .map(drop)
                .map_err(|error| wrong(error.to_string()))?,
            Some(mapping) => fairlock_intake::sheet::read(input, mapping, &mut each)
                .map(drop)
                .map_err(|errors| wrong(format!("{:?}", errors.first())))?,
        }
        Ok(count)
    }
}

/// Events of a document.
fn events(bytes: &[u8]) -> usize {
    let mut reader = quick_xml::Reader::from_reader(BufReader::new(bytes));
    let (mut buffer, mut count) = (Vec::new(), 0);
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof) | Err(_) => return count,
            Ok(event) => {
                black_box(&event);
                count += 1;
            }
        }
    }
}

fn lines(bytes: &[u8]) -> usize {
    let mut input = BufReader::new(bytes);
    let (mut line, mut count) = (Vec::new(), 0);
    while input
        .read_until(b'\n', &mut line)
        .is_ok_and(|read| read > 0)
    {
        count += usize::from(std::str::from_utf8(black_box(&line)).is_ok());
        line.clear();
    }
    count
}

/// A file of so many entries, made while it is read.
struct Made<'a> {
    kind: &'a Kind,
    entries: usize,
    next: usize,
    ended: bool,
    part: Vec<u8>,
    at: usize,
}

impl<'a> Made<'a> {
    fn new(kind: &'a Kind, entries: usize) -> Made<'a> {
        Made {
            kind,
            entries,
            next: 0,
            ended: false,
            part: kind.head.clone().into_bytes(),
            at: 0,
        }
    }

    fn more(&mut self) {
        self.at = 0;
        self.part.clear();
        if self.next < self.entries {
            let entry = self.kind.entry.replace('#', &number(self.next));
            self.part.extend(entry.bytes());
            self.next += 1;
        } else if !self.ended {
            self.ended = true;
            self.part.extend(self.kind.tail.bytes());
        }
    }
}

/// An entry's number, of one length in every entry.
fn number(entry: usize) -> String {
    format!("{entry:07}")
}

impl Read for Made<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.part.len() {
            self.more();
        }
        let left = &self.part[self.at..];
        let count = left.len().min(buffer.len());
        buffer[..count].copy_from_slice(&left[..count]);
        self.at += count;
        Ok(count)
    }
}

fn kinds() -> Result<Vec<Kind>, Failure> {
    let mapping = fairlock_intake::mapping::builtin("mpesa-portal");
    let mapping = mapping.ok_or_else(|| Failure::Outside(anyhow!("no mapping mpesa-portal")))?;
    // What banks add that nobody needs: addresses, agents, codes, texts of their own.
    let unread: String = (0..28)
        .map(|n| {
            format!(
                "<Prtry><Tp>Kind {n}</Tp><Agt><FinInstnId><BICFI>BANKKENA</BICFI><Nm>A bank of \
                 Nairobi</Nm></FinInstnId></Agt></Prtry>"
            )
        })
        .collect();
    Ok(vec![
        camt("camt.053, small", ""),
        camt("camt.053, 3.7 KB each", &unread),
        Kind {
            name: "MT940",
            head: ":20:BENCH\n:25:KE1234567890\n:28C:1/1\n:60F:C260301KES0,\n".to_owned(),
            entry: ":61:2603020302C1#,50NTRFNONREF//B#\n:86:166?00GUTSCHRIFT?100399?20EREF+E#\
                    ?21SVWZ+RATE MARCH RF18 5390?22 0754 7034?30BANKKENA\n?31KE990123456789\
                    ?32AMINA OKELLO\n"
                .to_owned(),
            tail: ":62F:C260302KES1,\n-\n",
            mapping: None,
        },
        Kind {
            name: "CSV",
            head: "Receipt No.,Completion Time,Initiation Time,Details,Transaction Status,Paid In,\
                   Withdrawn,Balance,Other Party Info,A/C No.\n"
                .to_owned(),
            entry:
                "R#,2026-03-02 09:30:45,2026-03-02 09:30:40,Pay Bill from 2547******26,Completed,\
                    150.00,,,2547******26 - AMINA,RF18539007547034\n"
                    .to_owned(),
            tail: "",
            mapping: Some(mapping),
        },
    ])
}

fn camt(name: &'static str, unread: &str) -> Kind {
    let entry = format!(
        "<Ntry><NtryRef>#</NtryRef><Amt Ccy=\"KES\">1#.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK\
         </Cd></Sts><BookgDt><Dt>2026-03-02</Dt></BookgDt><ValDt><Dt>2026-03-02</Dt></ValDt>\
         <AcctSvcrRef>B#</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>E#</EndToEndId></Refs>\
         <AmtDtls><TxAmt><Amt Ccy=\"KES\">1#.50</Amt></TxAmt></AmtDtls><RltdPties><Dbtr><Pty><Nm>\
         AMINA OKELLO</Nm></Pty></Dbtr><DbtrAcct><Id><Othr><Id>0123456789</Id></Othr></Id></DbtrAcct>\
         </RltdPties><RmtInf><Ustrd>RATE MARCH RF18 5390 0754 7034</Ustrd></RmtInf>{unread}</TxDtls>\
         </NtryDtls></Ntry>\n"
    );
    Kind {
        name,
        head: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:\
               camt.053.001.08\"><BkToCstmrStmt><Stmt><Id>S</Id><Acct><Id><IBAN>KE1</IBAN></Id><Ccy>KES\
               </Ccy></Acct>\n"
            .to_owned(),
        entry,
        tail: "</Stmt></BkToCstmrStmt></Document>\n",
        mapping: None,
    }
}
