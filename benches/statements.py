#!/usr/bin/env python3
"""Statements beside lxml, in the same run, round by round in turn.

Usage: python3 benches/statements.py [path of the fairlock binary] [rounds]
Needs Python's lxml (pip install lxml) and a release build: cargo build --release. lxml walks the same
camt.053 with iterparse and takes the fields of an entry that `fairlock statement read` prints; that
is the least that a reader in Python does. Ours is the median of `fairlock bench statements`.
"""

import io
import json
import statistics
import subprocess
import sys
import time

try:
    from lxml import etree
except ImportError:
    sys.exit("SKIPPED: no lxml in this Python; expected pip install lxml")

ENTRIES = 20_000
SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
ENTRY = (
    '<Ntry><NtryRef>{n}</NtryRef><Amt Ccy="KES">1{n}.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
    "<BookgDt><Dt>2026-03-02</Dt></BookgDt><ValDt><Dt>2026-03-02</Dt></ValDt><AcctSvcrRef>B{n}</AcctSvcrRef>"
    "<NtryDtls><TxDtls><Refs><EndToEndId>E{n}</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy=\"KES\">1{n}.50</Amt>"
    "</TxAmt></AmtDtls><RltdPties><Dbtr><Pty><Nm>AMINA OKELLO</Nm></Pty></Dbtr><DbtrAcct><Id><Othr>"
    "<Id>0123456789</Id></Othr></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>RATE MARCH RF18 5390 0754 7034</Ustrd>"
    "</RmtInf>{unread}</TxDtls></NtryDtls></Ntry>\n"
)
UNREAD = "".join(
    f"<Prtry><Tp>Kind {n}</Tp><Agt><FinInstnId><BICFI>BANKKENA</BICFI><Nm>A bank of Nairobi</Nm></FinInstnId></Agt></Prtry>"
    for n in range(28)
)
PATHS = [
    "Amt", "CdtDbtInd", "Sts/Cd", "BookgDt/Dt", "ValDt/Dt", "AcctSvcrRef", "NtryRef",
    "NtryDtls/TxDtls/Refs/EndToEndId", "NtryDtls/TxDtls/AmtDtls/TxAmt/Amt",
    "NtryDtls/TxDtls/RltdPties/Dbtr/Pty/Nm", "NtryDtls/TxDtls/RltdPties/DbtrAcct/Id/Othr/Id",
    "NtryDtls/TxDtls/RmtInf/Ustrd",
]  # fmt: skip
FINDS = ["/".join(f"{{{SPACE}}}{step}" for step in path.split("/")) for path in PATHS]


def document(unread):
    entries = "".join(ENTRY.format(n=f"{n:07}", unread=unread) for n in range(ENTRIES))
    return (
        f'<Document xmlns="{SPACE}"><BkToCstmrStmt><Stmt><Id>S</Id>{entries}</Stmt></BkToCstmrStmt></Document>'
    ).encode()


def theirs(data):
    started = time.perf_counter()
    read = 0
    for _, entry in etree.iterparse(io.BytesIO(data), tag=f"{{{SPACE}}}Ntry"):
        fields = [entry.findtext(find) for find in FINDS]
        assert fields[0].endswith(".50")
        read += 1
        entry.clear()
        while entry.getprevious() is not None:
            del entry.getparent()[0]
    assert read == ENTRIES
    return ENTRIES / (time.perf_counter() - started)


def ours(binary):
    words = [binary, "bench", "statements", "--json", "--rounds", "5", "--size", str(ENTRIES)]
    ran = subprocess.run(words, capture_output=True, text=True, check=True)
    found = [json.loads(line) for line in ran.stdout.splitlines()]
    return [result["ours"]["per_second"] for result in found[:2]]


def main():
    binary = sys.argv[1] if len(sys.argv) > 1 else "target/release/fairlock"
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    documents = [("small", document("")), ("3.7 KB each", document(UNREAD))]
    rates = {name: ([], []) for name, _ in documents}
    for _ in range(rounds):
        for (name, data), rate in zip(documents, ours(binary)):
            rates[name][0].append(rate)
            rates[name][1].append(theirs(data))
    for name, (mine, peer) in rates.items():
        mine, peer = statistics.median(mine), statistics.median(peer)
        print(f"camt.053, {name}: ours {mine:,.0f} entries/s, lxml {peer:,.0f}, {mine / peer:.1f} times as many")


if __name__ == "__main__":
    main()
