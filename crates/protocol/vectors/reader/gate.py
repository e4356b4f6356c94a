"""What a phone makes of a signed object: the verifier's order, comparison, cuts."""

import cbor2

from wire import (
    CHARTER,
    CONTACT,
    ED25519,
    FREE,
    LEVELS,
    LOCK,
    LOG,
    REDUCE,
    RELAX,
    RELEASE,
    RELEASED,
    RESTRICT,
    SAFETY,
    Refused,
    item_end,
    kid,
    multi,
    read,
    sha256,
    sign1,
    signed_by_one,
    signed_by_several,
    verify_server,
)

HOUR, DAY = 3600, 86400
NEVER = 2**64


def entry_of(keys, key):
    return next((entry for entry in keys[5] if entry[0] == key), None)


def open_server(data, aad, keys, lower):
    """Up to the signature: payload, role and kid."""
    alg, key, payload, signature = sign1(data)
    entry = entry_of(keys, key)
    if entry is None:
        raise Refused(6)
    role, not_after = entry[1], entry[4] if len(entry) == 5 else NEVER
    if role not in (RELAX, RELEASE) and lower > not_after:
        raise Refused(7)
    if alg != entry[2]:
        raise Refused(8)
    if not verify_server(entry[3], signed_by_one(alg, key, aad, payload), signature):
        raise Refused(9)
    return payload, role, key


# --- how a grant travels -------------------------------------------------------------------------


def unwrap(data):
    """The grant's bytes and, if there is one, the proof's."""
    try:
        if data[0] & 0xE0 != 0x80 or data[0] & 31 > 27:
            raise ValueError
        size = {24: 1, 25: 2, 26: 4, 27: 8}.get(data[0] & 31, 0)
        length = int.from_bytes(data[1 : 1 + size], "big") if size else data[0] & 31
        if length == 4:
            return data, None
        if size or length not in (1, 2):
            raise ValueError
        end = item_end(data, 1)
        proof = None
        if length == 2:
            proof = cbor2.loads(data[end:])
            if not isinstance(proof, bytes) or cbor2.dumps(proof) != data[end:]:
                raise ValueError
        elif end != len(data):
            raise ValueError
        return data[1:end], proof
    except Exception:
        raise Refused(2) from None


def node(left, right):
    return sha256(b"\1" + left + right)


def root_of(leaf, index, size, path):
    """RFC 9162, 2.1.3.2; None when the path doesn't fit."""
    fn, sn, r = index, size - 1, leaf
    if not 0 <= fn <= sn:
        return None
    for sibling in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            r = node(sibling, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node(r, sibling)
        fn, sn = fn >> 1, sn >> 1
    return r if sn == 0 else None


def is_proven(proof, payload, phone, moment):
    try:
        proof = read("log-proof", proof)
        aad = phone.binding.aad("checkpoint")
        signed, role, _ = open_server(proof[1], aad, phone.keys, moment.lower)
        checkpoint = read("checkpoint", signed)
    except Refused:
        return False
    leaf = sha256(b"\0" + sha256(payload))
    root = root_of(leaf, proof[2], checkpoint[2], proof.get(3, []))
    return role == LOG and root == checkpoint[3]


# --- the parts of a grant --------------------------------------------------------------------------


class Step:
    def __init__(self, row):
        guards = row[2] if len(row) == 3 else {}
        self.at, self.level = row[0], LEVELS[row[1]]
        self.notices = guards.get(1, [])
        self.lead, self.silence, self.window = guards.get(2), guards.get(3), guards.get(4)
        self.dwell, self.before = guards.get(5), guards.get(6)


class Notice:
    def __init__(self, row):
        self.id, level, self.reason, self.amount, self.due, self.show_from = row
        self.level = LEVELS[level]

    def same_demand(self, old):
        same = (self.level, self.reason, self.due) == (old.level, old.reason, old.due)
        return same and self.amount <= old.amount


class Grant:
    def __init__(self, payload, hash):
        self.hash, self.seq, self.iat, self.ksv = hash, payload[2], payload[3], payload[4]
        self.level = LEVELS[payload[5][0][1]]
        self.later = [Step(row) for row in payload[5][1:]]
        self.notices = {row[0]: Notice(row) for row in payload.get(6, [])}
        self.warrant, self.end, self.base = payload.get(8), payload.get(10), payload.get(11)
        lapse = payload.get(9)
        self.lapse = lapse and (lapse[0], LEVELS[lapse[1]])
        # An unlock is `[[iat, free]]` with no notices: it says nothing of what it leaves out.
        self.is_unlock = self.level == FREE and not self.later and not self.notices

    def effective_lapse(self, charter):
        if self.lapse is None:
            return charter
        return min(self.lapse[0], charter[0]), min(self.lapse[1], charter[1])


# --- comparison --------------------------------------------------------------------------------------


def tight(new, old, at_least):
    """A guard of hours or an instant: a missing old one is the loosest."""
    if old is None:
        return True
    return new is not None and (new >= old if at_least else new <= old)


def inside(new, old):
    if old is None:
        return True
    if new is None or new[0] != old[0]:
        return False
    return new[1] >= old[1] and new[2] <= old[2] and new[3] & ~old[3] == 0


def softer(new, old, new_notices, old_notices, cap):
    for id in new.notices:
        mine, theirs = new_notices.get(id), old_notices.get(id)
        if not mine or not theirs or not mine.same_demand(theirs):
            return False
        if mine.show_from != theirs.show_from:
            return False
    return (
        new.at >= old.at
        and new.level <= min(old.level, cap)
        and set(old.notices) <= set(new.notices)
        and tight(new.lead, old.lead, True)
        and tight(new.dwell, old.dwell, True)
        and tight(new.silence, old.silence, False)
        and tight(new.before, old.before, False)
        and inside(new.window, old.window)
    )


def compare(new, lapse, end, left):
    """By which parts is `new` stricter than what is `left` of the old one?"""
    later, notices, old_lapse, old_end, cap = left
    if new.level == RELEASED:
        return None, [], False, False
    first = None
    for index, step in enumerate(new.later):
        before = later[index] if index < len(later) else None
        if before is None or not softer(step, before, new.notices, notices, cap):
            first = index + 1
            break
    named = {id for step in new.later for id in step.notices}
    strict = []
    for notice in new.notices.values():
        old = notices.get(notice.id)
        moved = old and notice.show_from != old.show_from and notice.id in named
        if not old or not notice.same_demand(old) or notice.show_from < old.show_from or moved:
            strict.append(notice.id)
    longer = lapse[0] > old_lapse[0] or lapse[1] > old_lapse[1]
    says_lapse = not (new.is_unlock and new.lapse is None)
    says_end = not (new.is_unlock and new.end is None)
    return first, strict, longer and says_lapse, end != old_end and says_end


# --- the charter -----------------------------------------------------------------------------------------


class Charter:
    def __init__(self, payload):
        self.payload = payload
        self.highest = LEVELS[payload[9]]
        self.limits = {REDUCE: payload.get(10), LOCK: payload.get(11)}
        self.offline_days, self.silence = payload[14], payload[15]
        self.lapse = payload[16][0], LEVELS[payload[16][1]]
        self.pass_hours, self.pass_times, self.pass_days = payload[17]
        self.code_days = payload[18]
        self.zone = payload[23]
        self.end = min(self.begin_of(payload[22] + 1), 2**40 - 1)

    def offset_at(self, at):
        offset = self.zone[1]
        for since, other in self.zone[2]:
            if since <= at:
                offset = other
        return offset

    def begin_of(self, day):
        """The first instant of a local day; where a midnight is read twice, the earlier."""
        midnight = day * DAY
        guess = midnight - self.offset_at(midnight) * 60
        return min(guess, midnight - self.offset_at(guess) * 60)

    def breach(self):
        """The first of the compiled limits that it breaks."""
        p, reduce, lock = self.payload, self.limits[REDUCE], self.limits[LOCK]
        both = [limits for limits in (reduce, lock) if limits]
        last_due, kinds = p[21], {person[0] for person in p[24]}
        checks = [
            ("LimitsMissing", bool(reduce) != (self.highest >= REDUCE) or bool(lock) != (self.highest >= LOCK)),
            ("LeadTooShort", bool(reduce) and reduce[0] < 24 or bool(lock) and lock[0] < 48),
            ("DwellTooShort", bool(lock) and lock[1] < 24),
            ("WindowTooWide", any(l[2] < 420 or l[3] > 1260 or l[2] >= l[3] for l in both)),
            ("SilenceTooLong", self.silence > 72),
            ("LapseTooLong", self.lapse[0] > 168 or self.lapse[1] > REDUCE),
            ("PassTooSmall", self.pass_hours < 24 or self.pass_times < 1 or self.pass_days > 30),
            ("OfflineTooSoon", self.offline_days < 14),
            ("LastDayTooLate", p[22] > last_due + 180),
            ("NobodyToCall", not {1, 2} <= kinds),
        ]
        return next((name for name, broken in checks if broken), None)

    def allows(self, step, notices, since):
        """May this step stand? `since`: the later of iat and the lower bound at acceptance."""
        if step.level > self.highest:
            return False
        if step.level < REDUCE:
            return True
        limits = self.limits[step.level]
        if limits is None or step.window is None or step.before is None or not step.notices:
            return False
        lock = step.level == LOCK
        rests = all(id in notices and notices[id].level >= step.level for id in step.notices)
        lead = max(limits[0], 48 if lock else 24)
        dwell = max(limits[1], 24 if lock else 0)
        offset, opens, closes, days = step.window
        around = [self.offset_at(max(0, at)) for at in (step.at - DAY, step.at, step.at + DAY)]
        hours = opens >= max(limits[2], 420) and closes <= min(limits[3], 1260)
        if step.silence is None:
            late = step.at >= since + max(self.offline_days, 14) * DAY
            silence = not lock and late
        else:
            silence = step.silence <= min(self.silence, 72)
        return (
            rests
            and (step.lead or 0) >= lead
            and (step.dwell or 0) >= dwell
            and hours
            and days & ~limits[4] == 0
            and offset in around
            and step.before <= step.at + (7 if lock else 60) * DAY
            and silence
        )


def signed_by_charter_key(data, binding, keys):
    """The payload of a charter that a listed CHARTER key signed."""
    payload, signatures = multi(data)
    for alg, key, signature in signatures:
        entry = entry_of(keys, key)
        if entry and entry[1] == CHARTER and alg == ED25519:
            message = signed_by_several(alg, key, binding.aad("charter"), payload)
            if verify_server(entry[3], message, signature):
                return payload, signatures
            raise Refused(9)
    raise Refused(6)


def roots_signed(payload, signatures, aad, keys):
    roots, threshold = keys[6]
    count = 0
    for root in roots:
        for alg, key, signature in signatures:
            if key == kid(root) and alg == ED25519:
                count += verify_server(root, signed_by_several(alg, key, aad, payload), signature)
    return count >= threshold


def open_key_set(data, old, lender_aad):
    """The key set after `old`."""
    payload, signatures = multi(data)
    new = read("keyset", payload)
    if new[2] != old[2] + 1:
        raise Refused(18)
    if new[3] < old[3]:
        raise Refused(19)
    before = {entry[3]: entry[1] for entry in old[5]} | {root: 0 for root in old[6][0]}
    after = [(entry[3], entry[1]) for entry in new[5]] + [(root, 0) for root in new[6][0]]
    if any(before.get(key, role) != role for key, role in after):
        raise Refused(20)
    if not all(roots_signed(payload, signatures, lender_aad, keys) for keys in (old, new)):
        raise Refused(21)
    return new


# --- a grant at the gate -----------------------------------------------------------------------------------


def accept(phone, data, moment):
    """Refused, or None when it is known, or seq, tightening, newer keys and cuts."""
    if phone.released:
        raise Refused(1)
    bare, proof = unwrap(data)
    payload, role, key = open_server(bare, phone.binding.aad("grant"), phone.keys, moment.lower)
    ahead = cbor2.loads(payload)
    # seq is needed before the schema is: keys 1 to 4 lead, and are numbers.
    leads = isinstance(ahead, dict) and list(ahead)[:4] == [1, 2, 3, 4]
    if not leads or not all(type(ahead[n]) is int and 0 <= ahead[n] < 2**53 for n in (1, 2, 3, 4)):
        raise Refused(12)
    try:
        grant = Grant(read("grant", payload), sha256(payload))
    except Refused:
        grant = None
    if sha256(payload) == phone.hash:
        return None
    releases = grant is not None and grant.level == RELEASED
    if ahead[2] <= phone.base and not releases:
        raise Refused(10)
    if ahead[2] > phone.highest + 10_000:
        raise Refused(11)
    if grant is None:
        raise Refused(12)
    if role not in (RESTRICT, RELAX, RELEASE) or releases and role != RELEASE:
        raise Refused(13)
    newer_keys = grant.ksv > phone.keys[2]
    lapse = grant.effective_lapse(phone.charter.lapse)
    end = min(phone.charter.end, grant.end if grant.end is not None else NEVER)
    cuts = []

    first, strict, _, _ = compare(grant, lapse, end, phone.left())
    if first is not None or strict:
        failed = [
            (101, not phone.keys[3] <= grant.ksv <= phone.keys[2]),
            (102, grant.seq <= phone.highest),
            (103, role != RESTRICT),
            (104, moment.is_future(grant.iat)),
            (105, grant.base is None or grant.base < phone.highest),
            (106, grant.warrant is None),
            (107, any(entry[1] == LOG for entry in phone.keys[5])
             and not (proof is not None and is_proven(proof, payload, phone, moment))),
        ]
        code = next((code for code, broken in failed if broken), None)
        if code is not None:
            cuts.append([code, first or 0])
            if first is not None:
                del grant.later[first - 1 :]
            for id in strict:
                del grant.notices[id]
        elif first is not None:
            beyond = max(first, grant.warrant[4] + 1)
            if beyond <= len(grant.later):
                cuts.append([106, beyond])
                del grant.later[beyond - 1 :]

    since = max(grant.iat, moment.lower)
    for index, step in enumerate(grant.later):
        if not phone.charter.allows(step, grant.notices, since):
            cuts.append([108, index + 1])
            del grant.later[index:]
            break

    first, strict, _, _ = compare(grant, lapse, end, phone.left())
    tightening = first is not None or bool(strict)
    longer = lapse[0] > phone.lapse[0] or lapse[1] > phone.lapse[1]
    if longer and not tightening:
        lapse = phone.lapse
        if grant.lapse is not None:
            cuts.append([109, 0])
    if end < phone.end and role == RELEASE:
        in_force_end = end
    else:
        in_force_end = phone.end
        if grant.end is not None and end != phone.end:
            cuts.append([103 if end < phone.end else 110, 0])
    phone.put_in_force(grant, key, lapse, in_force_end, grant.base if tightening else None)
    return grant.seq, tightening, newer_keys, cuts


def open_token(phone, data, moment, nonce, sent, settled):
    payload, role, _ = open_server(data, phone.binding.aad("contact"), phone.keys, moment.lower)
    token = read("contact", payload)
    if role != CONTACT:
        raise Refused(13)
    if token[1] != nonce:
        raise Refused(14)
    travelled = moment.running - sent
    if travelled > 60:
        raise Refused(15)
    now, radius = token[2], token[3]
    early = now + radius < moment.lower - travelled
    late = moment.upper is not None and now - radius > moment.upper
    if settled and (early or late):
        raise Refused(16)
    return token


def open_cap(phone, data, moment):
    if phone.released:
        raise Refused(1)
    payload, role, _ = open_server(data, phone.binding.aad("cap"), phone.keys, moment.lower)
    cap = read("cap", payload)
    if role != SAFETY:
        raise Refused(13)
    if moment.is_future(cap[3]):
        raise Refused(16)
    return cap
