"""Bytes: deterministic CBOR, COSE, AADs, and the closed schemas.

Written from docs/protocol.md and docs/protocol.cddl, not from the Rust. A payload is taken when it
is of its CDDL rule and keeps what CDDL can't say, which stands here.
"""

import hashlib
from pathlib import Path

import cbor2
from cddl_verifier import Validator
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

DOCS = Path(__file__).resolve().parents[4] / "docs"
RULES = Validator(DOCS / "protocol.cddl")

LEVELS = {255: -1, 0: 0, 1: 1, 2: 2, 3: 3}
RELEASED, FREE, REMIND, REDUCE, LOCK = -1, 0, 1, 2, 3
ROOT, RESTRICT, RELAX, RELEASE, SAFETY, CONTACT, LOG, CHARTER = range(8)
ED25519, ESP256 = -19, -9
OBJECT_MAX = 4096


class Refused(Exception):
    """An object is refused whole, by the code of reports."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


def sha256(data):
    return hashlib.sha256(data).digest()


def kid(key):
    return sha256(key)[:4]


# --- CBOR --------------------------------------------------------------------------------------


def plain(item, depth=1):
    """Only integers, bytes, texts, arrays and maps, nested at most 8 deep."""
    if depth > 8 or isinstance(item, bool):
        return False
    if isinstance(item, int):
        return -(2**63) <= item < 2**64
    if isinstance(item, (bytes, str)):
        return True
    if isinstance(item, list):
        return all(plain(one, depth + 1) for one in item)
    if isinstance(item, dict):
        return all(plain(one, depth + 1) for pair in item.items() for one in pair)
    return False


def is_canonical(data):
    try:
        item = cbor2.loads(data)
        return plain(item) and cbor2.dumps(item, canonical=True) == data
    except Exception:
        return False


def encode(item):
    return cbor2.dumps(item, canonical=True)


def item_end(data, at=0):
    """Where the item that begins here ends; raises when it doesn't."""
    head = data[at]
    major, info = head >> 5, head & 31
    at += 1
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(info, 0)
    if at + size > len(data) or 28 <= info <= 30:
        raise ValueError("no item")
    value = int.from_bytes(data[at : at + size], "big") if size else info
    at += size
    if info == 31:
        if major not in (2, 3, 4, 5):
            raise ValueError("no item")
        while data[at] != 0xFF:
            at = item_end(data, at)
        return at + 1
    if major in (2, 3):
        at += value
    for _ in range({4: value, 5: 2 * value, 6: 1}.get(major, 0)):
        at = item_end(data, at)
    if at > len(data):
        raise ValueError("no item")
    return at


# --- signatures --------------------------------------------------------------------------------

P = 2**255 - 19
D = -121665 * pow(121666, P - 2, P) % P


def has_small_order(encoded):
    """Is 8 times this point of edwards25519 the neutral one? (Strict verification refuses it.)"""
    y = int.from_bytes(encoded, "little") & (2**255 - 1)
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x + u) % P == 0:
        x = x * pow(2, (P - 1) // 4, P) % P
    elif (v * x * x - u) % P != 0:
        return False  # not a point at all: verification says so
    for _ in range(3):
        t = D * x * x % P * y % P * y % P
        x, y = 2 * x * y * pow(1 + t, P - 2, P) % P, (y * y + x * x) * pow(1 - t, P - 2, P) % P
    return (x, y) == (0, 1)


def verify_server(key, message, signature):
    if has_small_order(key) or has_small_order(signature[:32]):
        return False
    try:
        ed25519.Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True
    except (InvalidSignature, ValueError):
        return False


P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def point(encoded):
    """A P-256 key from its uncompressed point; None when it isn't one."""
    try:
        if len(encoded) == 65:
            return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), encoded)
    except ValueError:
        pass
    return None


def verify_device(spki, message, signature):
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if s > P256_ORDER // 2:
        return False
    try:
        point(spki[26:]).verify(
            utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256())
        )
        return True
    except InvalidSignature:
        return False


# --- COSE --------------------------------------------------------------------------------------


def header(protected):
    """alg and kid of a protected header, exactly these two."""
    item = cbor2.loads(protected)
    if not isinstance(item, dict) or list(item) != [1, 4]:
        raise Refused(5)
    alg, key = item[1], item[4]
    if not isinstance(alg, int) or not -256 <= alg <= -1:
        raise Refused(5)
    if not isinstance(key, bytes) or len(key) != 4:
        raise Refused(5)
    return alg, key


def is_signature(item):
    return isinstance(item, bytes) and len(item) == 64


def sign1(data):
    """The parts of a COSE_Sign1: size, canonical form, header, in this order."""
    if len(data) > OBJECT_MAX:
        raise Refused(3)
    if not is_canonical(data):
        raise Refused(4)
    item = cbor2.loads(data)
    if not isinstance(item, list) or len(item) != 4:
        raise Refused(5)
    protected, unprotected, payload, signature = item
    shape = isinstance(protected, bytes) and unprotected == {} and isinstance(payload, bytes)
    if not shape or not is_signature(signature):
        raise Refused(5)
    if not is_canonical(protected) or not is_canonical(payload):
        raise Refused(4)
    alg, key = header(protected)
    return alg, key, payload, signature


def multi(data):
    """Payload and signatures of a COSE_Sign, in the same order of checks."""
    if len(data) > OBJECT_MAX:
        raise Refused(3)
    if not is_canonical(data):
        raise Refused(4)
    item = cbor2.loads(data)
    if not isinstance(item, list) or len(item) != 4:
        raise Refused(5)
    body, unprotected, payload, signatures = item
    shape = body == b"" and unprotected == {} and isinstance(payload, bytes)
    if not shape or not isinstance(signatures, list) or not 1 <= len(signatures) <= 16:
        raise Refused(5)
    for one in signatures:
        if not isinstance(one, list) or len(one) != 3 or one[1] != {} or not is_signature(one[2]):
            raise Refused(5)
    if not is_canonical(payload):
        raise Refused(4)
    found = []
    for protected, _, signature in signatures:
        if not is_canonical(protected):
            raise Refused(4)
        alg, key = header(protected)
        if found and found[-1][1] >= key:
            raise Refused(5)
        found.append((alg, key, signature))
    return payload, found


def protected_of(alg, key):
    return encode({1: alg, 4: key})


def signed_by_one(alg, key, aad, payload):
    return encode(["Signature1", protected_of(alg, key), aad, payload])


def signed_by_several(alg, key, aad, payload):
    return encode(["Signature", b"", protected_of(alg, key), aad, payload])


class Binding:
    """Whom objects are for."""

    def __init__(self, lender, device, spki):
        self.lender, self.device, self.spki = lender, device, spki

    def aad(self, kind):
        domain = f"fairlock/{kind}/v1"
        if kind in ("keyset", "cap", "checkpoint"):
            return encode([domain, self.lender])
        return encode([domain, self.lender, self.device, sha256(self.spki)])


# --- schemas -----------------------------------------------------------------------------------


def rising(items):
    return all(a < b for a, b in zip(items, items[1:]))


def texts_fit(item):
    """No control characters, and none of Unicode's second set either."""
    if isinstance(item, str):
        return not any(ord(one) < 0x20 or 0x7F <= ord(one) <= 0x9F for one in item)
    if isinstance(item, list):
        return all(texts_fit(one) for one in item)
    if isinstance(item, dict):
        return all(texts_fit(one) for one in item.values())
    return True


def grant_fits(grant):
    steps, warrant = grant[5], grant.get(8)
    ats, levels = [s[0] for s in steps], [LEVELS[s[1]] for s in steps]
    guards = [step[2] for step in steps if len(step) == 3]
    fits = ats[0] == grant[3] and rising(ats) and rising([max(levels[0], 0), *levels[1:]])
    fits &= rising([notice[0] for notice in grant.get(6, [])])
    fits &= grant.get(11, -1) < grant[2]
    for one in guards:
        fits &= one != {} and rising(one.get(1, [])) and (4 not in one or one[4][1] < one[4][2])
    if warrant:
        fits &= rising([pack[0] for pack in warrant[1]]) and rising(warrant[2])
        fits &= warrant[4] < len(steps)
    return fits


def keyset_fits(keys):
    entries, (roots, threshold) = keys[5], keys[6]
    fits = keys[3] <= keys[2] and threshold <= len(roots) and len(encode(keys)) <= 896
    fits &= all(entry[0] == kid(entry[3]) for entry in entries)
    fits &= rising([entry[0] for entry in entries]) and rising([kid(root) for root in roots])
    return fits and not any(entry[3] in roots for entry in entries)


def charter_fits(charter):
    fits = len(encode(charter)) <= 1536 and rising([channel[0] for channel in charter[8]])
    fits &= all(b"A"[0] <= letter <= b"Z"[0] for letter in charter[6][0])
    for key in (12, 13, 20):
        fits &= rising(charter.get(key, []))
    return fits and rising([one[0] for one in charter[23][2]])


def report_fits(report):
    return rising(report[8][2]) and rising([shown[1] for shown in report.get(10, [])])


BEYOND = {
    "grant": grant_fits,
    "keyset": keyset_fits,
    "charter": charter_fits,
    "report": report_fits,
    "contact": lambda token: token[5] <= token[2],
    "cap": lambda cap: cap[3] < cap[5] <= cap[3] + 30 * 86400,
    "enrolment-2": lambda one: one[2][:26] == SPKI_HEAD and point(one[2][26:]) and point(one[4]),
    "enrolment-3": lambda one: point(one[4]),
}
SPKI_HEAD = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")


def read(rule, data):
    """A payload of this rule; Refused(12) when it isn't one."""
    if not is_canonical(data) or not RULES.validate(data, root_type=rule).valid:
        raise Refused(12)
    item = cbor2.loads(data)
    if not texts_fit(item) or not BEYOND.get(rule, lambda _: True)(item):
        raise Refused(12)
    return item


def entry_kids(keys):
    return {entry[0] for entry in keys[5]}
