"""Typed codes and QR texts, from docs/protocol.md."""

import hmac
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from wire import encode, is_canonical, item_end, point, read

BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
DAMM = (
    "0317598642 7092154863 4206871359 1750983426 6123045978 "
    "3674209581 5869720134 8945362017 9438617205 2581436790"
).split()


def digits(typed):
    """The digits without spaces and dashes; None when there is anything else."""
    bare = [one for one in typed if one not in " -"]
    if len(bare) > 31 or not all("0" <= one <= "9" for one in bare):
        return None
    return "".join(bare)


def code_keys(private, own, other, phone, server, info):
    key = ec.derive_private_key(int.from_bytes(private, "big"), ec.SECP256R1())
    shared = key.exchange(ec.ECDH(), point(other))
    both = HKDF(hashes.SHA256(), 48, phone + server, info).derive(shared)
    return both[:32], both[32:]


# --- 17 digits -------------------------------------------------------------------------------------


def damm(number):
    check = 0
    for one in number:
        check = int(DAMM[check][int(one)])
    return check


def mac_input(device, count, days):
    return encode(["fairlock/code/v1", device, count, 1 if days == 0 else 0, days])


def proof(key, device, count, days):
    tag = hmac.digest(key, mac_input(device, count, days), "sha256")
    return int.from_bytes(tag[:8], "big") % 10**14


def make_long(key, device, count, days):
    body = f"{days:02}{proof(key, device, count, days):014}"
    return body + str(damm(body))


def group(code):
    size = 4 if len(code) == 17 else 3
    groups = [code[at : at + size] for at in range(0, len(code), size)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = [groups[-2] + groups[-1]]
    return " ".join(groups)


class Counts:
    def __init__(self):
        self.count, self.used = 1, {1}

    def allows(self, count, kind):
        if count > self.count:
            return True
        if kind == "sync":
            return count + 64 > self.count
        return kind == "add" and count + 16 > self.count and count not in self.used

    def take(self, count, kind):
        """An ADD uses its own count alone, anything else all older ones."""
        highest = max(count, max(self.used))
        window = range(max(0, highest - 16), highest + 1)
        self.used = {n for n in window if kind != "add" or n == count or n in self.used}
        if count > self.count or kind == "sync":
            self.count = count


def read_long(key, device, typed, counts):
    days = int(typed[:2])
    if len(typed) != 17 or damm(typed) != 0 or days > 90:
        return "wrong"
    for count in range(1, counts.count + 1_001):
        if proof(key, device, count, days) == int(typed[2:16]):
            if not counts.allows(count, "add"):
                return "used"
            counts.take(count, "add")
            return f"{'disable' if days == 0 else 'add'} {days}"
    return "wrong"


# --- OpenPAYGO Token -----------------------------------------------------------------------------------

MASK = 2**64 - 1


def siphash(key, message):
    """SipHash-2-4 (Aumasson and Bernstein)."""
    k0, k1 = struct.unpack("<QQ", key)
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261, k1 ^ 0x7465646279746573]

    def turn(x, by):
        return (x << by | x >> (64 - by)) & MASK

    def rounds(times):
        a, b, c, d = v
        for _ in range(times):
            a = (a + b) & MASK
            b = turn(b, 13) ^ a
            a = turn(a, 32)
            c = (c + d) & MASK
            d = turn(d, 16) ^ c
            a = (a + d) & MASK
            d = turn(d, 21) ^ a
            c = (c + b) & MASK
            b = turn(b, 17) ^ c
            c = turn(c, 32)
        v[:] = a, b, c, d

    whole = len(message) - len(message) % 8
    last = message[whole:].ljust(7, b"\0") + bytes([len(message) & 255])
    for at in range(0, whole, 8):
        block = int.from_bytes(message[at : at + 8], "little")
        v[3] ^= block
        rounds(2)
        v[0] ^= block
    block = int.from_bytes(last, "little")
    v[3] ^= block
    rounds(2)
    v[0] ^= block
    v[2] ^= 255
    rounds(4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def reduce(value):
    folded = (value >> 32 ^ value & 0xFFFFFFFF) >> 2
    return folded - 73_741_825 if folded > 999_999_999 else folded


class Chain:
    def __init__(self, key, extended=False):
        self.key, self.extended = key, extended
        self.size = 10**6 if extended else 1000
        self.starting = reduce(siphash(key, key))

    def step(self, code):
        if self.extended:
            value = siphash(self.key, struct.pack(">Q", code)) >> 24
            return value - 99_511_627_777 if value > 999_999_999_999 else value
        return reduce(siphash(self.key, struct.pack(">II", code, code)))

    def put(self, code, base):
        return code - code % self.size + base

    def make(self, kind, value, after):
        value = {"disable": 998, "sync": 999}.get(kind, value)
        count = after + 1
        if count % 2 != (0 if kind == "add" else 1):
            count += 1
        base = (self.starting + value) % self.size
        code = self.put(self.starting, base)
        for _ in range(count):
            code = self.step(code)
        return count, self.put(code, base)

    def text(self, token, restricted):
        if not restricted:
            return f"{token:0{12 if self.extended else 9}}"
        pairs = 20 if self.extended else 15
        return "".join(str((token >> 2 * at & 3) + 1) for at in reversed(range(pairs)))

    def read(self, typed, restricted, counts):
        token = int(typed)
        if restricted:
            token = 0
            for one in typed:
                token = token << 2 | int(one) - 1
        base = token % 1000
        value = (base - self.starting) % 1000
        code, found = self.put(self.starting, base), "wrong"
        for count in range(1, counts.count + (100 if value == 999 else 64) + 1):
            code = self.step(code)
            if self.put(code, base) != token:
                continue
            kind = "add" if count % 2 == 0 else {998: "disable", 999: "sync"}.get(value, "set")
            if counts.allows(count, kind):
                counts.take(count, kind)
                return f"{kind} {value}"
            found = "used"
        return found


# --- QR ------------------------------------------------------------------------------------------------


def qr_text(data):
    text = "FL1:"
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        number = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            number, one = divmod(number, 45)
            text += BASE45[one]
    return text


def qr_frames(text):
    """The frames of a text; None when it isn't one of ours."""
    if len(text) > 3391 or not text.startswith("FL1:"):
        return None
    data = b""
    for at in range(4, len(text), 3):
        part = text[at : at + 3]
        if len(part) == 1 or any(one not in BASE45 for one in part):
            return None
        number = sum(BASE45.index(one) * 45**place for place, one in enumerate(part))
        size = len(part) - 1
        if number >= 256**size:
            return None
        data += number.to_bytes(size, "big")
    frames, at = [], 0
    while at < len(data):
        try:
            end = item_end(data, at)
        except (ValueError, IndexError):
            return None
        frames.append(data[at:end])
        at = end
    try:
        for frame in frames:
            read_frame(frame)
    except Exception:
        return None
    return frames


def read_frame(data):
    if len(data) > 8192 or not is_canonical(data):
        raise ValueError("no frame")
    return read("frame", data)
