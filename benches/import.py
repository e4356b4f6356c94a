#!/usr/bin/env python3
"""A CSV of a million payments on many contracts, imported by `fairlock import payments`.

    python3 benches/import.py target/release/fairlock [--rows N] [--contracts N] [--dir DIR]

Makes a contract file and a payment file with references that have check digits (ISO 11649), imports
both into a new database and prints what fairlock says: entries, seconds, rate, memory; and the time
that a processor took, which counts where others share the machine. One row in a hundred names no
contract, one in a hundred is a debit. Needs nothing but Python.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MAPPING = """[columns]
booking_date = "Date"
amount = "Amount"
remittance = "Text"
[references]
AcctSvcrRef = "Ref"
[dates]
formats = ["yyyy-MM-dd"]
[constants]
currency = "KES"
account = "KE-BENCH"
"""


def reference(contract):
    """ISO 11649: RF, two MOD 97-10 check digits, then the contract's id without its hyphen."""
    body = contract.replace("-", "")
    digits = "".join(str(int(c, 36)) for c in body + "RF00")
    return f"RF{98 - int(digits) % 97:02d}{body}"


def luhn(digits):
    """An IMEI's last digit."""
    total = 0
    for position, digit in enumerate(digits):
        doubled = int(digit) * (2 if position % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str((10 - total % 10) % 10)


def contracts(path, count):
    with path.open("w") as out:
        out.write("contract,borrower,imei,product,currency,signed_on,time_zone,packs,"
                  "first_due,step,instalments,amount\n")
        for n in range(count):
            imei = f"35{n:012d}"
            out.write(f"B{n:07d},Borrower {n},{imei}{luhn(imei)},purchase_loan,KES,2026-01-01,"
                      "Africa/Nairobi,sandbox,2026-02-01,monthly,12,1500.00\n")


def payments(path, rows, count):
    with path.open("w") as out:
        out.write("Date,Amount,Text,Ref\n")
        for n in range(rows):
            day = 1 + n % 28
            # Spread so that neighbours are of different contracts.
            text = reference(f"B{n * 7919 % count:07d}") if n % 100 else "no reference"
            amount = "-20.00" if n % 100 == 50 else f"{100 + n % 900}.00"
            out.write(f"2026-03-{day:02d},{amount},{text},S{n}\n")


def run(*command):
    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    for line in (done.stdout + done.stderr).splitlines():
        if "suspense:" not in line:
            print(f"  {line}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"  {time.monotonic() - begun:.1f} s in all, {cpu:.1f} s of a processor")
    if done.returncode:
        sys.exit(f"{command[0]} ended with {done.returncode}")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("fairlock", type=Path)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--contracts", type=int, default=100_000)
    arguments.add_argument("--dir", type=Path)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.dir) as folder:
        folder = Path(folder)
        (folder / "bench.toml").write_text(MAPPING)
        contracts(folder / "contracts.csv", asked.contracts)
        payments(folder / "payments.csv", asked.rows, asked.contracts)
        size = (folder / "payments.csv").stat().st_size
        print(f"{asked.contracts} contracts")
        data = ("--data-dir", str(folder / "data"))
        run(asked.fairlock, "import", "contracts", *data, str(folder / "contracts.csv"))
        print(f"{asked.rows} rows, {size / 2**20:.1f} MiB")
        run(asked.fairlock, "import", "payments", *data, "--format", f"csv:{folder}/bench.toml",
            str(folder / "payments.csv"))
        database = sum(f.stat().st_size for f in (folder / "data").rglob("*") if f.is_file())
        print(f"database {database / 2**20:.0f} MiB")


if __name__ == "__main__":
    main()
