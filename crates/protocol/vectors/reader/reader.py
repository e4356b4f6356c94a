"""A second reader of Fairlock's test vectors.

    python reader.py            verifies every vector; prints one line a file
    python reader.py FOLDER     vectors from elsewhere

Written from docs/protocol.md and docs/protocol.cddl, not from the Rust: where it and the Rust come
to different outcomes, one of them or the document is wrong. Exit 0 when all agree, 1 with one line
for each vector that doesn't. Needs cbor2, cryptography and cddl-verifier (requirements.txt).
"""

import json
import sys
from pathlib import Path

import gate
import typed
import wire
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from phone import Moment, Phone
from wire import LEVELS, RULES, Binding, Refused, read, sha256

HEX = bytes.fromhex
CODE_OF = {level: code for code, level in LEVELS.items()}


class Checks:
    def __init__(self):
        self.count, self.failures = 0, []

    def same(self, what, expected, got):
        self.count += 1
        if expected != got:
            self.failures.append(f"{what}: the vector says {expected}, this reader {got}")


def code_of(action):
    """The code of a refusal, or None."""
    try:
        action()
        return None
    except Refused as refused:
        return refused.code


# --- stories -----------------------------------------------------------------------------------------


class Teller:
    def __init__(self, binding, checks):
        self.binding, self.checks, self.stories = binding, checks, {}

    def tell(self, story):
        self.stories[story["name"]] = story
        self.play(story, True)

    def play(self, story, check):
        if "after" in story:
            phone = self.play(self.stories[story["after"]], False)
        else:
            charter = gate.Charter(read("charter", HEX(story["charter"])))
            keys = read("keyset", HEX(story["keys"]))
            phone = Phone(self.binding, charter, keys, story["events"][0]["at"][0])
        for number, event in enumerate(story["events"]):
            moment = Moment(*event["at"])
            phone.settle(moment)
            gives = getattr(self, event["do"])(phone, moment, event)
            if check:
                what = f"{story['name']}, event {number + 1} ({event['do']})"
                self.checks.same(what, event.get("gives"), gives)
                self.checks.same(what, event["then"], self.then(phone, moment))
        return phone

    def then(self, phone, moment):
        return {
            "level": CODE_OF[phone.level()],
            "grant_level": CODE_OF[phone.grant_level()],
            "cause": phone.cause(),
            "step": phone.steps_begun,
            "waits": phone.waits(moment),
        }

    def tick(self, phone, moment, event):
        phone.tick(moment)

    def grant(self, phone, moment, event):
        data = HEX(event["object"]) + bytes(event.get("zeros", 0))
        try:
            taken = gate.accept(phone, data, moment)
        except Refused as refused:
            return {"refused": refused.code}
        if taken is None:
            return {"known": True}
        seq, tightening, newer, cuts = taken
        return {"accepted": seq, "tightening": tightening, "newer_keys": newer, "cuts": cuts}

    def token(self, phone, moment, event):
        nonce, sent, settled = HEX(event["nonce"]), event["sent"], event["settled"]
        try:
            token = gate.open_token(phone, HEX(event["object"]), moment, nonce, sent, settled)
        except Refused as refused:
            return {"refused": refused.code}
        phone.contact(token, sent)
        return {"counts": True}

    def cap(self, phone, moment, event):
        try:
            cap = gate.open_cap(phone, HEX(event["object"]), moment)
        except Refused as refused:
            return {"refused": refused.code}
        phone.add_cap(LEVELS[cap[6]], cap[5], moment)
        return {"counts": True}

    def keys(self, phone, moment, event):
        try:
            aad = phone.binding.aad("keyset")
            phone.new_keys(gate.open_key_set(HEX(event["object"]), phone.keys, aad))
        except Refused as refused:
            return {"refused": refused.code}
        return {"counts": True}

    def shown(self, phone, moment, event):
        return {"first_shown": phone.show(event["notice"], event["seconds"], moment)}

    def code(self, phone, moment, event):
        phone.open_by_code(event["days"], moment)

    # `pass` is a word of Python's.
    def __getattr__(self, name):
        if name == "pass":
            return lambda phone, moment, event: {"counts": phone.press_pass(moment)}
        raise AttributeError(name)


# --- files --------------------------------------------------------------------------------------------


def keys(file, checks):
    """Every key again from its name, and the AADs from their parts."""
    binding = Binding(HEX(file["lender"]), HEX(file["device"]), HEX(file["device_key"]["spki"]))
    seed = lambda name: sha256(f"fairlock test key, never to be trusted: {name}".encode())
    for key in file["ed25519"]:
        private = ed25519.Ed25519PrivateKey.from_private_bytes(seed(key["name"]))
        public = private.public_key().public_bytes_raw()
        got = [seed(key["name"]).hex(), public.hex(), wire.kid(public).hex()]
        checks.same(f"key {key['name']}", [key["private"], key["public"], key["kid"]], got)
    own = file["device_key"]
    private = ec.derive_private_key(int.from_bytes(seed("Device"), "big"), ec.SECP256R1())
    der, info = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    spki = private.public_key().public_bytes(der, info)
    checks.same("device key", own["spki"], spki.hex())
    checks.same("spki_hash", own["spki_hash"], sha256(spki).hex())
    checks.same("kid of the device", own["kid"], wire.kid(spki[26:]).hex())
    for aad in file["aads"]:
        kind = aad["domain"].split("/")[1]
        checks.same(f"AAD {aad['domain']}", aad["aad"], binding.aad(kind).hex())
    return binding


def valid(rule, data):
    return RULES.validate(data, root_type=rule).valid


DOMAINS = {"grant": "grant", "contact": "contact", "cap": "cap", "checkpoint": "checkpoint"}


def objects(file, checks, binding, public):
    imei = file["imei"]
    import hmac

    message = b"fairlock/imei/v1" + imei["imei"].encode()
    checks.same("IMEI", imei["hash"], hmac.digest(HEX(imei["token"]), message, "sha256").hex())
    for one in file["signed"]:
        rule, payload, data = one["rule"], HEX(one["payload"]), HEX(one["object"])
        name = one["name"]
        checks.same(f"{name}: hash", one["hash"], sha256(payload).hex())
        checks.same(f"{name}: AAD", one["aad"], binding.aad(rule).hex())
        checks.same(f"{name}: CDDL", (True, True), (valid(rule, payload), valid(f"{rule}-object", data)))
        checks.same(f"{name}: schema", None, code_of(lambda: read(rule, payload)))
        checks.same(f"{name}: notation", "".join(one["payload_diag"]), notation(payload))
        verify(one, rule, payload, data, checks, binding, public)
    for one in file["unsigned"]:
        data = HEX(one["bytes"])
        checks.same(f"{one['name']}: CDDL", True, valid(one["rule"], data))
        checks.same(f"{one['name']}: schema", None, code_of(lambda: read(one["rule"], data)))
        checks.same(f"{one['name']}: notation", "".join(one["diag"]), notation(data))
    for one in file["malformed"]:
        data = HEX(one["bytes"])
        checks.same(f"{one['rule']}, {one['why']}", 12, code_of(lambda: read(one["rule"], data)))
    for one in file["qr"]["read"]:
        frames = [HEX(frame) for frame in one["frames"]]
        checks.same(f"QR of {one['name']}", one["text"], typed.qr_text(b"".join(frames)))
        checks.same(f"QR of {one['name']}, read", frames, typed.qr_frames(one["text"]))
    for one in file["qr"]["refused"]:
        checks.same(f"QR: {one['name']}", None, typed.qr_frames(one["text"]))


def notation(data):
    """Diagnostic notation as the vectors have it: a top map's entries on lines of their own."""
    import cbor2

    def word(item):
        if isinstance(item, bytes):
            return f"h'{item.hex()}'"
        if isinstance(item, str):
            return json.dumps(item, ensure_ascii=False)
        if isinstance(item, list):
            return "[" + ", ".join(map(word, item)) + "]"
        if isinstance(item, dict):
            return "{" + ", ".join(f"{word(k)}: {word(v)}" for k, v in item.items()) + "}"
        return str(item)

    item = cbor2.loads(data)
    if not isinstance(item, dict):
        return word(item)
    return "{" + ",".join(f"  {word(k)}: {word(v)}" for k, v in item.items()) + "}"


def verify(one, rule, payload, data, checks, binding, public):
    """Each signature over exactly the bytes that stand there."""
    name, by = one["name"], one["by"].split(", ")
    if rule in ("keyset", "charter"):
        found, signatures = wire.multi(data)
    else:
        alg, key, found, signature = wire.sign1(data)
        signatures = [(alg, key, signature)]
    checks.same(f"{name}: payload", payload.hex(), found.hex())
    make = wire.signed_by_several if rule in ("keyset", "charter") else wire.signed_by_one
    structures, signers = [], set()
    for alg, key, signature in signatures:
        signer, raw = public[key]
        structure = make(alg, key, binding.aad(rule), payload)
        structures.append(structure.hex())
        check = wire.verify_device if alg == wire.ESP256 else wire.verify_server
        checks.same(f"{name}: signature of {signer}", True, check(raw, structure, signature))
        signers.add(signer)
    checks.same(f"{name}: signers", set(by), signers)
    checks.same(f"{name}: bytes under a signature", True, one["signed"] in structures)


def compare(file, checks):
    charter_lapse = file["charter_lapse"][0], LEVELS[file["charter_lapse"][1]]
    for pair in file["pairs"]:
        old, new = (gate.Grant(read("grant", HEX(pair[one])), b"") for one in ("old", "new"))
        ends = lambda grant: min(file["charter_end"], grant.end if grant.end is not None else gate.NEVER)
        cap = wire.LOCK if pair["lapse_fired"] is None else LEVELS[pair["lapse_fired"]]
        left = old.later[pair["begun"] :], old.notices, old.effective_lapse(charter_lapse), ends(old), cap
        steps, notices, lapse, end = gate.compare(new, new.effective_lapse(charter_lapse), ends(new), left)
        got = {"steps": steps, "notices": notices, "lapse": lapse, "end": end}
        checks.same(pair["name"], pair["stricter"], got)
        loosening = steps is None and not notices and not lapse and not end
        checks.same(f"{pair['name']}: loosening", pair["loosening"], loosening)


SOFT_SAME = (4, 5, 6, 23)


def at_least_as_soft(new, old):
    """Every field of a charter at least as soft; channels, reference, n, iat aren't compared."""
    holds = lambda these, those: all(one in these for one in those)

    def limits(key):
        a, b = new.get(key), old.get(key)
        if a is None or b is None:
            return a is None
        return a[0] >= b[0] and a[1] >= b[1] and a[2] >= b[2] and a[3] <= b[3] and a[4] & ~b[4] == 0

    level = lambda charter, key: LEVELS[charter[key]]
    a, b = new[16], old[16]
    return (
        all(new[key] == old[key] for key in SOFT_SAME)
        and level(new, 9) <= level(old, 9)
        and limits(10)
        and limits(11)
        and holds(new.get(12, []), old.get(12, []))
        and holds(old.get(13, []), new.get(13, []))
        and holds(old.get(20, []), new.get(20, []))
        and all(new[key] >= old[key] for key in (14, 18, 19))
        and new[15] <= old[15]
        and a[0] <= b[0]
        and LEVELS[a[1]] <= LEVELS[b[1]]
        and new[17][0] >= old[17][0]
        and new[17][1] >= old[17][1]
        and new[17][2] <= old[17][2]
        and new[22] <= old[22]
        and holds(new[24], old[24])
        and holds(new[25], old[25])
    )


def replace(data, old, binding, keyset):
    payload, signatures = gate.signed_by_charter_key(data, binding, keyset)
    new = read("charter", payload)
    if gate.Charter(new).breach():
        raise Refused(22)
    if new[2] <= old[2] and new != old:
        raise Refused(23)
    moves = new[8] != old[8] or new[7] != old[7]
    if moves and not gate.roots_signed(payload, signatures, binding.aad("charter"), keyset):
        raise Refused(24)
    return {"softer": at_least_as_soft(new, old), "payees_change": moves, "known": new == old}


def open_offer(data, bundle, nonce, spki):
    offer = read("enrolment-3", data)
    if offer[1] != nonce:
        raise Refused(14)
    payload, signatures = wire.multi(offer[5])
    if sha256(payload) != bundle[4]:
        raise Refused(17)
    keyset = read("keyset", payload)
    binding = Binding(bundle[5], offer[2], spki)
    if not gate.roots_signed(payload, signatures, binding.aad("keyset"), keyset):
        raise Refused(21)
    charter, _ = gate.signed_by_charter_key(offer[3], binding, keyset)
    if gate.Charter(read("charter", charter)).breach():
        raise Refused(22)


def open_acceptance(data, binding, keyset):
    message = read("enrolment-4", data)
    payload, signatures = gate.signed_by_charter_key(message[1], binding, keyset)
    own = wire.kid(binding.spki[26:])
    signature = next((s for alg, key, s in signatures if key == own and alg == wire.ESP256), None)
    structure = wire.signed_by_several(wire.ESP256, own, binding.aad("charter"), payload)
    if signature is None or not wire.verify_device(binding.spki, structure, signature):
        raise Refused(9)
    read("charter", payload)


def papers(file, checks, binding, parts):
    by_name = {one["name"]: one for one in parts["signed"] + parts["unsigned"]}
    old = read("charter", HEX(by_name["a charter"]["payload"]))
    keyset = read("keyset", HEX(by_name["a key set"]["payload"]))
    bundle = read("enrolment-1", HEX(by_name["enrolment 1, the bundle"]["bytes"]))
    for one in file["breaches"]:
        charter = gate.Charter(read("charter", HEX(one["charter"])))
        checks.same(one["name"], one["breach"], charter.breach())
    for one in file["ends"]:
        checks.same(one["name"], one["end"], gate.Charter(read("charter", HEX(one["charter"]))).end)

    def gives(action, otherwise):
        try:
            return action() or otherwise
        except Refused as refused:
            return {"refused": refused.code}

    taken = {"taken": True}
    for one in file["replacements"]:
        got = gives(lambda: replace(HEX(one["object"]), old, binding, keyset), None)
        checks.same(one["name"], one["gives"], got)
    for one in file["offers"]:
        got = gives(lambda: open_offer(HEX(one["offer"]), bundle, b"\6" * 16, binding.spki), taken)
        checks.same(f"offer: {one['name']}", one["gives"], got)
    for one in file["acceptances"]:
        got = gives(lambda: open_acceptance(HEX(one["message"]), binding, keyset), taken)
        checks.same(f"acceptance: {one['name']}", one["gives"], got)


def codes(file, checks, binding, exchange):
    made = file["keys"]
    phone, server = HEX(made["phone"]), HEX(made["server"])
    for own, other, name in ((phone, server, "Phone one-time"), (server, phone, "Server one-time")):
        private = HEX(exchange[name]["private"])
        pair = typed.code_keys(private, own, other, phone, server, binding.aad("code"))
        checks.same(f"code keys of {name}", (made["long"], made["openpaygo"]), tuple(k.hex() for k in pair))
    long, short = HEX(made["long"]), HEX(made["openpaygo"])
    for one in file["long"]:
        count, days = one["count"], one["days"]
        checks.same("MAC input", one["mac_input"], typed.mac_input(binding.device, count, days).hex())
        checks.same("MAC input: CDDL", True, valid("code-mac-input", HEX(one["mac_input"])))
        code = typed.make_long(long, binding.device, count, days)
        checks.same(f"code {count}, {days} days", (one["code"], one["spoken"]), (code, typed.group(code)))
        checks.same("code: CDDL", True, valid("long-code", wire.encode(one["code"])))
    for one in file["openpaygo"]:
        chain = typed.Chain(short, one["extended"])
        count, token = chain.make(one["kind"], one["value"], one["after_count"])
        got = count, chain.text(token, one["restricted"])
        checks.same(f"token {one['kind']} {one['value']}", (one["count"], one["token"]), got)
    chain = typed.Chain(short)
    for story in file["stories"]:
        counts = typed.Counts()
        for read_ in story["reads"]:
            number = typed.digits(read_["typed"])
            if story["form"] == "long":
                said = typed.read_long(long, binding.device, number, counts)
            else:
                said = chain.read(number, story["form"] == "restricted", counts)
            then = {"count": counts.count, "used": sorted(counts.used)}
            checks.same(f"{story['name']}: {number}", (read_["gives"], read_["then"]), (said, then))
    for one in file["forms"]:
        checks.same(f"digits of {one['typed']!r}", one["digits"], typed.digits(one["typed"]))


def main():
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    file = {path.name: json.loads(path.read_text("utf-8")) for path in folder.glob("*.json")}
    checks = Checks()
    binding = keys(file["keys.json"], checks)
    own = file["keys.json"]["device_key"]
    public = {HEX(key["kid"]): (key["name"], HEX(key["public"])) for key in file["keys.json"]["ed25519"]}
    public[HEX(own["kid"])] = (own["name"], HEX(own["spki"]))
    teller = Teller(binding, checks)

    def stories(name):
        return lambda: [teller.tell(story) for story in file[name]["stories"]]

    parts = {
        "keys.json": lambda: None,
        "objects.json": lambda: objects(file["objects.json"], checks, binding, public),
        "levels.json": stories("levels.json"),
        "refusals.json": stories("refusals.json"),
        "cuts.json": stories("cuts.json"),
        "others.json": stories("others.json"),
        "compare.json": lambda: compare(file["compare.json"], checks),
        "papers.json": lambda: papers(file["papers.json"], checks, binding, file["objects.json"]),
        "codes.json": lambda: codes(file["codes.json"], checks, binding, file["keys.json"]["exchange"]),
    }
    checks.same("the files", sorted(parts), sorted(file))
    before = 0
    for name, part in parts.items():
        try:
            part()
        except Exception as error:  # a broken file is a difference, and the others are read too
            checks.failures.append(f"{name} can't be read to its end: {error!r}")
        print(f"{name}: {checks.count - before} checks")
        before = checks.count
    for failure in checks.failures:
        print(failure)
    print(f"reader: {checks.count} checks, {len(checks.failures)} differ")
    return 1 if checks.failures else 0


if __name__ == "__main__":
    sys.exit(main())
