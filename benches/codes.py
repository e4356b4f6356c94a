#!/usr/bin/env python3
"""Typed codes beside PyPI openpaygo, in the same run, round by round in turn.

Usage: python3 benches/codes.py [path of the fairlock binary] [rounds]
Needs Python's openpaygo (pip install openpaygo; 0.6.3 was measured) and a release build:
cargo build --release. Both make and read the same OpenPAYGO tokens at a count of 100; this script
first checks that they agree, digit by digit. Ours is measured inside its own process by `fairlock
bench codes`, theirs in this one: starting a process costs more than a hundred codes.
"""

import json
import statistics
import subprocess
import sys
import time

KEY = "bc41ec9530f6dac86b1a29ab82edc5fb"
STARTING_CODE = 516959010
COUNT = 100
CODES = 100

try:
    from openpaygo.token_decode import OpenPAYGOTokenDecoder as Decoder
    from openpaygo.token_encode import OpenPAYGOTokenEncoder as Encoder
except ImportError:
    sys.exit("SKIPPED: no openpaygo in this Python; expected pip install openpaygo")


def theirs_make(value):
    return Encoder.generate_token(KEY, COUNT, value, starting_code=STARTING_CODE)


def theirs_read(token):
    return Decoder.decode_token(token, KEY, COUNT, [COUNT], STARTING_CODE)


def ours(binary, *words):
    ran = subprocess.run([binary, *words], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in ran.stdout.splitlines()]


def check_equal(binary):
    chain = ["--openpaygo", "--key", KEY, "--starting-code", str(STARTING_CODE)]
    chain += ["--count", str(COUNT)]
    for value in (0, 1, 30, 995):
        count, token = theirs_make(value)
        made = ours(binary, "code", "make", *chain, "--value", str(value))
        assert made == [{"token": token, "count": count}], (made, token)
        [read] = ours(binary, "code", "read", *chain, token)
        assert (read["result"], read["value"], read["count"]) == ("ok", value, count), read


def per_second(work, arguments):
    started = time.perf_counter()
    for argument in arguments:
        work(argument)
    return len(arguments) / (time.perf_counter() - started)


def main():
    binary = sys.argv[1] if len(sys.argv) > 1 else "target/release/fairlock"
    rounds = max(5, int(sys.argv[2])) if len(sys.argv) > 2 else 5
    check_equal(binary)
    values = [i * 7 % 996 for i in range(CODES)]
    tokens = [theirs_make(value)[1] for value in values]
    rates = {"make": ([], []), "read": ([], [])}
    for _ in range(rounds):
        results = ours(binary, "bench", "codes", "--json", "--rounds", "5", "--size", "4000")
        for name, result in zip(("make", "read"), results):
            rates[name][0].append(result["ours"]["per_second"])
        rates["make"][1].append(per_second(theirs_make, values))
        rates["read"][1].append(per_second(theirs_read, tokens))
    for name, (our_rates, their_rates) in rates.items():
        print(json.dumps({
            "bench": f"codes {name}, count {COUNT}",
            "rounds": rounds,
            "fairlock_per_second": spread(our_rates),
            "openpaygo_per_second": spread(their_rates),
            "times": round(statistics.median(our_rates) / statistics.median(their_rates)),
        }))


def spread(rates):
    return [round(least) for least in (min(rates), statistics.median(rates), max(rates))]


if __name__ == "__main__":
    main()
