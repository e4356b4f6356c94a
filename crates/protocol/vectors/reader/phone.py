"""The level: what is in force on one phone, and how time, contact and its owner change it."""

from gate import DAY, HOUR
from wire import FREE, LOCK, RELEASED, REMIND, entry_kids


class Moment:
    def __init__(self, running, lower, upper):
        self.running, self.lower, self.upper = running, lower, upper

    def is_future(self, iat):
        return self.upper is not None and iat > self.upper + 600

    def crossed(self):
        return self.upper is not None and self.lower > self.upper


def in_window(window, at):
    offset, opens, closes, days = window
    day, second = divmod(at + offset * 60, DAY)
    weekday = (day + 3) % 7  # 1970-01-01 was a Thursday; Monday is 0
    return days >> weekday & 1 == 1 and opens * 60 <= second < closes * 60


def window_holds(window, moment, by_lower):
    if window is None:
        return True
    if by_lower:
        return in_window(window, moment.lower)
    if moment.upper is None or not in_window(window, moment.lower):
        return False
    same_day = (moment.lower + window[0] * 60) // DAY == (moment.upper + window[0] * 60) // DAY
    return same_day and in_window(window, moment.upper)


class Begun:
    """A step that has begun: later grants lower its level, nothing renews its window."""

    def __init__(self, step):
        self.level, self.window, self.before = step.level, step.window, step.before
        self.by_lower = step.silence is None
        self.held_at = None  # an overlay lowered it and is over; it waits to come back

    def may_return(self, moment):
        in_time = self.before is None or moment.lower < self.before
        known = self.level <= REMIND or not moment.crossed()
        return window_holds(self.window, moment, self.by_lower) and in_time and known


class Shown:
    def __init__(self):
        self.seconds, self.first_running, self.first_free = 0, None, None


class Phone:
    def __init__(self, binding, charter, keys, running):
        self.binding, self.charter, self.keys = binding, charter, keys
        self.seqs = {}  # kid: [highest, base]; None stands for keys that aren't listed any more
        self.hash, self.recent = bytes(32), []
        self.later, self.steps_begun, self.begun = [], 0, []
        self.notices, self.shown = {}, {}
        self.lapse, self.lapsed = charter.lapse, False
        self.end, self.end_since = charter.end, None
        self.released, self.release_cause = False, None
        self.settled_at, self.paused, self.dwell_since = running, 0, running
        self.pass_until, self.pass_starts, self.code_until = None, [], None
        self.caps = {}
        self.fresh, self.fresh_mark, self.newest = None, running, None

    # --- seq -----------------------------------------------------------------------------------

    @property
    def highest(self):
        return max((highest for highest, _ in self.seqs.values()), default=0)

    @property
    def base(self):
        return max((base for _, base in self.seqs.values()), default=0)

    def number(self, key, highest, base):
        old = self.seqs.get(key, [0, 0])
        self.seqs[key] = [max(highest, old[0]), max(base, old[1])]

    def new_keys(self, keys):
        rose = keys[3] > self.keys[3]
        listed, seqs, self.seqs = entry_kids(keys), self.seqs, {}
        for key, (highest, base) in seqs.items():
            if key in listed:
                self.number(key, highest, base)
            elif not rose:
                self.number(None, highest, base)
        self.keys = keys

    # --- levels --------------------------------------------------------------------------------

    def left(self):
        """What is left of the grant in force, as a new one is compared with it."""
        cap = self.lapse[1] if self.lapsed else LOCK
        return self.later[self.steps_begun :], self.notices, self.lapse, self.end, cap

    def overlay(self):
        live = list(self.caps)
        if self.pass_until is not None:
            live.append(REMIND)
        if self.code_until is not None:
            live.append(FREE)
        return min(live, default=None)

    def highest_of(self, levels):
        if self.released:
            return RELEASED
        level = max(levels, default=FREE)
        return min(level, self.lapse[1]) if self.lapsed else level

    def grant_level(self):
        return self.highest_of([begun.level for begun in self.begun])

    def level(self):
        levels = [
            begun.level if begun.held_at is None else min(begun.level, begun.held_at)
            for begun in self.begun
        ]
        level, overlay = self.highest_of(levels), self.overlay()
        return level if overlay is None or self.released else min(level, overlay)

    def free_time(self):
        return self.settled_at - self.paused

    def watching_level(self, change):
        """Dwell begins anew when the grant level changes."""
        before = self.grant_level()
        change()
        if self.grant_level() != before:
            self.dwell_since = self.free_time()

    # --- a grant is accepted ---------------------------------------------------------------------

    def put_in_force(self, grant, key, lapse, end, base):
        self.watching_level(lambda: self.replace(grant, lapse, end))
        self.number(key, grant.seq, base or 0)
        self.hash = grant.hash
        self.recent = [*self.recent, grant.hash[:8]][-4:]

    def replace(self, grant, lapse, end):
        if grant.level == RELEASED:
            self.release(4)
        cap = min(grant.level, self.lapse[1]) if self.lapsed else grant.level
        kept = []
        for begun in self.begun:
            begun.level = min(begun.level, cap)
            # Two that are lowered to one level: the older stays.
            if begun.level > FREE and not (kept and kept[-1].level == begun.level):
                kept.append(begun)
        self.begun = kept
        shown = {}
        for id, notice in grant.notices.items():
            old = self.notices.get(id)
            shown[id] = self.shown[id] if old and notice.same_demand(old) else Shown()
        self.notices, self.shown = grant.notices, shown
        self.later, self.steps_begun = grant.later, 0
        self.lapse, self.lapsed, self.end = lapse, False, end

    def release(self, cause):
        self.released, self.release_cause, self.begun, self.caps = True, cause, [], {}
        self.pass_until = self.code_until = None

    # --- time ------------------------------------------------------------------------------------

    def settle(self, moment):
        """What time lowers: end, lapse, overlays, records, in this order."""
        if self.released:
            return
        live = max((u for u in (self.pass_until, self.code_until) if u is not None), default=0)
        paused_to = moment.running if self.caps else min(live, moment.running)
        self.paused += max(0, paused_to - self.settled_at)
        self.settled_at = moment.running
        if moment.lower >= self.end:
            if self.end_since is None:
                self.end_since = moment.running
            if moment.running - self.end_since >= 72 * HOUR:
                self.release(5)
                return
        if not self.lapsed and moment.running >= self.fresh_mark + self.lapse[0] * HOUR:
            self.watching_level(lambda: setattr(self, "lapsed", True))
        self.end_overlays(moment)
        for shown in self.shown.values():
            first = shown.first_running
            if first is not None and moment.running - first > 60 * DAY:
                shown.__init__()

    def end_overlays(self, moment):
        over = [level for level, until in self.caps.items() if until <= moment.lower]
        for level in over:
            del self.caps[level]
        if self.pass_until is not None and self.pass_until <= moment.running:
            self.pass_until = None
            over.append(REMIND)
        if self.code_until is not None and self.code_until <= moment.running:
            self.code_until = None
            over.append(FREE)
        if not over:
            return
        held = max(REMIND, min(over))
        for begun in self.begun:
            if begun.level > held:
                begun.held_at = min(held, held if begun.held_at is None else begun.held_at)

    def tick(self, moment):
        self.settle(moment)
        if self.released:
            return
        if self.overlay() is None:
            for begun in self.begun:
                if begun.held_at is not None and begun.may_return(moment):
                    begun.held_at = None
        while self.steps_begun < len(self.later) and not self.waits(moment):
            self.watching_level(self.begin_next)

    def begin_next(self):
        self.begun.append(Begun(self.later[self.steps_begun]))
        self.steps_begun += 1

    def waits(self, moment):
        """What the next step waits for, by the numbers of reports."""
        if self.released or self.steps_begun == len(self.later):
            return []
        step = self.later[self.steps_begun]
        shown = {id: self.first_free(id) for id in step.notices}
        stands = all(
            id in self.notices and self.notices[id].level >= step.level and shown[id] is not None
            for id in step.notices
        )
        leads = [free for free in shown.values() if free is not None]
        lead_known = bool(shown) and len(leads) == len(shown)
        free, unmet = self.free_time(), []
        heard = moment.upper is not None and self.fresh is not None
        checks = [
            moment.lower < step.at,
            not stands,
            step.lead is not None and not (lead_known and free >= max(leads) + step.lead * HOUR),
            step.silence is not None
            and not (heard and moment.upper - self.fresh <= step.silence * HOUR),
            not window_holds(step.window, moment, step.silence is None),
            step.dwell is not None and free < self.dwell_since + step.dwell * HOUR,
            step.before is not None and moment.lower >= step.before,
            self.overlay() is not None,
            self.newest is not None and self.newest not in self.recent,
            step.level > REMIND and moment.crossed(),
        ]
        for number, missing in enumerate(checks):
            if missing:
                unmet.append(number)
        return unmet

    def first_free(self, id):
        return self.shown[id].first_free if id in self.shown else None

    # --- contact and people ----------------------------------------------------------------------

    def contact(self, token, sent):
        now, newest, fresh = token[2], token[4], token[5]
        self.newest = newest
        if self.fresh is None or fresh > self.fresh:
            self.fresh = fresh
            self.fresh_mark = max(self.fresh_mark, sent - (now - fresh))

    def show(self, id, seconds, moment):
        shown = self.shown.get(id)
        if shown is None:
            return False
        shown.seconds += seconds
        if shown.seconds < 5 or shown.first_free is not None:
            return False
        shown.first_running, shown.first_free = moment.running, self.free_time()
        return True

    def press_pass(self, moment):
        charter, now = self.charter, moment.running
        period = charter.pass_days * DAY
        used = [start for start in self.pass_starts if now < start + period]
        if self.level() <= REMIND or len(used) >= charter.pass_times:
            return False
        self.pass_starts = [*used, now]
        self.pass_until = now + charter.pass_hours * HOUR
        return True

    def open_by_code(self, days, moment):
        if not self.released:
            until = moment.running + min(days, self.charter.code_days) * DAY
            self.code_until = max(self.code_until or 0, until)

    def add_cap(self, level, until, moment):
        if until > moment.lower:
            self.caps[level] = max(self.caps.get(level, 0), until)

    def cause(self):
        if self.released:
            return self.release_cause
        if self.code_until is not None:
            return 8
        if self.pass_until is not None:
            return 2
        overlay = self.overlay()
        if overlay is not None and overlay < self.grant_level():
            return 9
        if any(begun.held_at is not None for begun in self.begun):
            return 3
        capped = any(begun.level > self.lapse[1] for begun in self.begun)
        return 1 if self.lapsed and capped else 0
