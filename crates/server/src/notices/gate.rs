//! May a message go out now? The contact rules of every pack, the strictest of all, in the
//! borrower's local time.
//!
//! Two classes with different limits. A *statutory* notice must be told: it minds the hours and
//! days of the packs and nothing else. *Collection* contact minds all that a pack says of it
//! (hours, caps, a cool-off after a conversation, one channel a week, refused channels, occasions)
//! and what the borrower asked for, whether a pack says so or not. The answer is the first instant
//! at which it may go, by the same days and windows by which the engine judges: open begins to the
//! minute, and ends to the minute.
//!
//! On purpose absent: whom to contact. The outbox knows no address but the contract's own
//! borrower, so that the rule "liable persons only" can't be broken here.

use std::fmt;

use fairlock_domain::calendar::{Day, Instant, Weekday, Zone};
use fairlock_domain::plan::LocalDays;
use fairlock_domain::rules::contact::{
    CapPeriod, Collection, ContactCap, ContactKind, Occasion, OptOut,
};
use fairlock_domain::rules::{Pack, Rules};
use fairlock_storage::{NoticeClass, Wish, WishRow};

use super::Channel;

/// Each limit moves the answer at most to its own next end; more turns than limits, days and
/// contacts together would be a fault of ours, and count as never.
const TURNS_MAX: usize = 256;

/// A way of contact, as caps and weeks count them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Message(Channel),
    Call,
    Visit,
}

/// A contact about the debt that there was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contact {
    pub at: Instant,
    pub way: Way,
    /// The borrower was spoken with.
    pub conversation: bool,
}

/// What the gate must know of one borrower.
pub struct Known<'a> {
    pub rules: &'a Rules,
    pub zone: &'a Zone,
    /// Sorted, each once.
    pub holidays: &'a [Day],
    /// Collection contact alone, in any order.
    pub contacts: &'a [Contact],
    pub wishes: &'a [WishRow],
}

/// Whether it may go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gate {
    Open,
    /// Not before this instant, if nothing new becomes known; the reason is what closes it now.
    Until(Instant, Closed),
    /// Not unless something new becomes known.
    Never(Closed),
}

/// What closes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Closed {
    /// The borrower refused this channel.
    Refused(Channel),
    /// The borrower asked to be left alone.
    Occasion(Occasion),
    Hours {
        pack: String,
    },
    Cap {
        pack: String,
        cap: String,
    },
    CoolOff {
        pack: String,
    },
    OneChannel {
        pack: String,
    },
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Closed::Refused(channel) => write!(f, "the borrower refused {channel}"),
            Closed::Occasion(occasion) => {
                write!(f, "the borrower asked to be left alone: {occasion}")
            }
            Closed::Hours { pack } => write!(f, "outside the contact hours of {pack}"),
            Closed::Cap { pack, cap } => write!(f, "{pack}/{cap} allows no more for now"),
            Closed::CoolOff { pack } => write!(f, "{pack}: soon after a conversation"),
            Closed::OneChannel { pack } => write!(f, "{pack}: another channel this week"),
        }
    }
}

impl Known<'_> {
    /// The first instant from `now` on at which a message may go.
    pub fn ask(&self, class: NoticeClass, channel: Channel, now: Instant) -> Gate {
        let days = LocalDays::new(self.zone, self.holidays, self.zone.steady_around(now));
        let (mut at, mut first) = (now, None);
        for _ in 0..TURNS_MAX {
            match self.closed(class, channel, at, &days) {
                None => {
                    return match first {
                        None => Gate::Open,
                        Some(why) => Gate::Until(at, why),
                    };
                }
                Some((why, None)) => return Gate::Never(first.unwrap_or(why)),
                Some((why, Some(until))) => {
                    first = first.or(Some(why));
                    at = until;
                }
            }
        }
        let stuck = self.rules.packs.first().map(|pack| pack.id.clone());
        Gate::Never(first.unwrap_or(Closed::Hours {
            pack: stuck.unwrap_or_default(),
        }))
    }

    /// What closes it at an instant, and until when that alone does.
    fn closed(
        &self,
        class: NoticeClass,
        channel: Channel,
        at: Instant,
        days: &LocalDays,
    ) -> Option<(Closed, Option<Instant>)> {
        if class == NoticeClass::Collection
            && let Some(closed) = self.wished(channel, at)
        {
            return Some(closed);
        }
        let today = days.day_of(at);
        let in_force = self.rules.packs.iter().filter(|pack| pack.in_force(today));
        for pack in in_force {
            let closed = match class {
                NoticeClass::Statutory => statutory_hours(pack, at, days),
                NoticeClass::Collection => self.collection(pack, channel, at, days),
            };
            if closed.is_some() {
                return closed;
            }
        }
        None
    }

    fn wished(&self, channel: Channel, at: Instant) -> Option<(Closed, Option<Instant>)> {
        let lasts = |w: &&WishRow| w.since <= at && w.until.is_none_or(|until| at < until);
        let refused = match channel {
            Channel::Sms => OptOut::Sms,
            Channel::Email => OptOut::Email,
        };
        self.wishes
            .iter()
            .filter(lasts)
            .find_map(|wish| match wish.wish {
                Wish::No(channels) if channels == refused => {
                    Some((Closed::Refused(channel), wish.until))
                }
                Wish::No(_) => None,
                Wish::During(occasion) => Some((Closed::Occasion(occasion), wish.until)),
            })
    }

    fn collection(
        &self,
        pack: &Pack,
        channel: Channel,
        at: Instant,
        days: &LocalDays,
    ) -> Option<(Closed, Option<Instant>)> {
        let collection = &pack.collection;
        let id = || pack.id.clone();
        if let Some(closed) = collection_hours(pack, at, days) {
            return Some(closed);
        }
        for cap in &collection.caps {
            if let Some(until) = self.capped(&cap.rule.value, at, days) {
                let (pack, cap) = (id(), cap.id.clone());
                return Some((Closed::Cap { pack, cap }, until));
            }
        }
        if let Some(until) = self.cooling_off(collection, at) {
            return Some((Closed::CoolOff { pack: id() }, Some(until)));
        }
        if collection.one_channel_a_week.is_some()
            && let Some(until) = self.other_channel(channel, at, days)
        {
            return Some((Closed::OneChannel { pack: id() }, Some(until)));
        }
        None
    }

    /// Until when a cap closes it; the inner None is never.
    fn capped(&self, cap: &ContactCap, at: Instant, days: &LocalDays) -> Option<Option<Instant>> {
        if !matches!(cap.kind, ContactKind::Any | ContactKind::Messages) {
            return None;
        }
        let most = usize::from(cap.most);
        let counted = self.contacts.iter().filter(|c| counts(cap.kind, c.way));
        match cap.period {
            CapPeriod::LocalDay => {
                let today = days.day_of(at);
                let today_so_far = counted.filter(|c| days.day_of(c.at) == today);
                (today_so_far.count() >= most)
                    .then(|| (most > 0).then(|| days.instant_of(today.plus_days(1), 0)))
            }
            CapPeriod::Rolling(span) => {
                let mut ends: Vec<Instant> = counted
                    .map(|contact| contact.at.plus(span))
                    .filter(|end| *end > at)
                    .collect();
                // It opens when the one leaves that leaves room for one more.
                ends.sort_unstable_by(|a, b| b.cmp(a));
                (ends.len() >= most).then(|| most.checked_sub(1).map(|i| ends[i]))
            }
        }
    }

    fn cooling_off(&self, collection: &Collection, at: Instant) -> Option<Instant> {
        let cool_off = collection.cool_off.as_ref()?.value;
        if !matches!(cool_off.kind, ContactKind::Any | ContactKind::Messages) {
            return None;
        }
        let spoken = self.contacts.iter().filter(|c| c.conversation);
        let end = spoken.map(|c| c.at.plus(cool_off.time)).max()?;
        (end > at).then_some(end)
    }

    /// The next Monday, when another channel was used this week.
    fn other_channel(&self, channel: Channel, at: Instant, days: &LocalDays) -> Option<Instant> {
        let monday = monday_of(days.day_of(at));
        let next = monday.plus_days(7);
        let this_week = |day: Day| monday <= day && day < next;
        let other = self.contacts.iter().any(|contact| {
            contact.way != Way::Message(channel) && this_week(days.day_of(contact.at))
        });
        other.then(|| days.instant_of(next, 0))
    }
}

fn counts(kind: ContactKind, way: Way) -> bool {
    match kind {
        ContactKind::Any => true,
        ContactKind::Calls => way == Way::Call,
        ContactKind::Messages => matches!(way, Way::Message(_)),
        ContactKind::Visits => way == Way::Visit,
    }
}

fn monday_of(day: Day) -> Day {
    let since_monday = day.weekday().index() - Weekday::Monday.index();
    day.plus_days(-i32::from(since_monday))
}

fn statutory_hours(
    pack: &Pack,
    at: Instant,
    days: &LocalDays,
) -> Option<(Closed, Option<Instant>)> {
    let opens = days.first_open(&pack.contact.value, at);
    shut(pack, opens, at)
}

/// Open in any of the pack's hours of collection; where it names none, in those of its notices.
fn collection_hours(
    pack: &Pack,
    at: Instant,
    days: &LocalDays,
) -> Option<(Closed, Option<Instant>)> {
    if pack.collection.hours.is_empty() {
        return statutory_hours(pack, at, days);
    }
    let windows = pack.collection.hours.iter().map(|hours| &hours.rule.value);
    let opens = windows.filter_map(|window| days.first_open(window, at));
    shut(pack, opens.min(), at)
}

fn shut(pack: &Pack, opens: Option<Instant>, at: Instant) -> Option<(Closed, Option<Instant>)> {
    let pack = pack.id.clone();
    (opens != Some(at)).then_some((Closed::Hours { pack }, opens))
}

/// When the hours of one pack's notices are open, from `now` on: only then its proof counts.
pub fn proof_counts_from(
    pack: &Pack,
    zone: &Zone,
    holidays: &[Day],
    now: Instant,
) -> Option<Instant> {
    let days = LocalDays::new(zone, holidays, zone.steady_around(now));
    days.first_open(&pack.contact.value, now)
}
