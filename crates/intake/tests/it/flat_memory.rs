//! A file of any size passes in the memory of its largest entry: allocations are counted, time
//! isn't.

use std::io::Read;

use fairlock_intake::read;

/// What a reader may hold at once, whatever the file's size: its buffers.
const HELD_MAX: u64 = 2 * 1024 * 1024;

/// A head, the same entry until the size is reached, a tail.
struct Made {
    parts: [&'static str; 3],
    left: u64,
    at: usize,
    part: usize,
}

fn made(parts: [&'static str; 3], size: u64) -> Made {
    Made {
        parts,
        left: size / parts[1].len() as u64,
        at: 0,
        part: 0,
    }
}

impl Read for Made {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() && self.part < 3 {
            let left = &self.parts[self.part].as_bytes()[self.at..];
            let count = left.len().min(buffer.len() - filled);
            buffer[filled..filled + count].copy_from_slice(&left[..count]);
            filled += count;
            self.at += count;
            if self.at == self.parts[self.part].len() {
                self.at = 0;
                if self.part == 1 && self.left > 1 {
                    self.left -= 1;
                } else {
                    self.part += 1;
                }
            }
        }
        Ok(filled)
    }
}

const CAMT: [&str; 3] = [
    "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><Stmt><Id>S</Id>",
    "<Ntry><Amt Ccy=\"KES\">150.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-02\
     </Dt></BookgDt><AcctSvcrRef>B1</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs>\
     <RltdPties><Dbtr><Pty><Nm>AMINA</Nm><PstlAdr><AdrLine>A street of which nobody here has ever heard, with a \
     house number and a post box, and all that a bank can write about a place</AdrLine></PstlAdr></Pty></Dbtr>\
     </RltdPties><RmtInf><Ustrd>RF18 5390 0754 7034</Ustrd></RmtInf><AddtlTxInf>And more text, which isn't read, so \
     that a file of 64 MiB has no more than some hundred thousand entries, as those of banks have</AddtlTxInf>\
     </TxDtls></NtryDtls></Ntry>",
    "</Stmt></BkToCstmrStmt></Document>",
];

const MT940: [&str; 3] = [
    ":20:A\n:25:KE1\n:28C:1/1\n:60F:C260301KES0,\n",
    ":61:2603020302C150,00NTRFNONREF//B1\n:86:166?00GUTSCHRIFT?20EREF+E1?21SVWZ+RF18 5390 0754 7034?30BANKKENA\
     ?31KE990123456789?32AMINA\n",
    ":62F:C260302KES1,\n-\n",
];

fn held(parts: [&'static str; 3], size: u64) -> (u64, u64) {
    let mut entries = 0;
    let counted = allocation_counter::measure(|| {
        let mut file = made(parts, size);
        read(&mut file, None, &mut |_, _| entries += 1)
            .map(drop)
            .unwrap();
    });
    (entries, counted.bytes_max)
}

#[test]
fn a_large_file_takes_no_more_memory_than_a_small_one() {
    for (parts, size) in [(CAMT, 63 << 20), (MT940, 16 << 20)] {
        let (few, small) = held(parts, 1 << 20);
        let (many, large) = held(parts, size);
        assert!(many > 15 * few && few > 1_000, "{few} and {many} entries");
        assert!(large <= HELD_MAX, "{large} bytes held");
        assert!(
            large <= small + small / 10,
            "{small} and {large} bytes held"
        );
    }
}

/// An entry of 14 bytes: more than a million of them fit into a file.
#[test]
fn a_million_and_one_entries_are_refused() {
    let parts = [
        ":20:A\n:60F:C260301KES0,\n",
        ":61:260302C1,\n",
        ":62F:C260302KES1,\n-\n",
    ];
    let mut file = made(parts, 1_000_001 * 14);
    let mut entries = 0;
    let refused = read(&mut file, None, &mut |_, _| entries += 1)
        .err()
        .unwrap();
    assert_eq!(refused.found, "more than 1,000,000 entries");
    assert_eq!(entries, 1_000_000);
}
