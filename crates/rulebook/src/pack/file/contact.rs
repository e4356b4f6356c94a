//! Collection contact.

use fairlock_domain::rules::contact::{CapPeriod, Collection, ContactCap, ContactKind, CoolOff};
use fairlock_domain::rules::{Days, Named, Weekdays, Window};
use serde::Deserialize;

use super::{PlainRule, rule};
use crate::pack::values::{
    ClockText, ContactKindText, DurationText, OccasionText, OptOutText, WeekdaysText,
};

rule!(HoursRule {
    id: String,
    from: ClockText,
    to: ClockText,
    /// Absent: every day.
    weekdays: Option<WeekdaysText>,
    #[serde(default)]
    not_on_holidays: bool,
});

impl HoursRule {
    fn read(self) -> Named<Window> {
        let id = self.id.clone();
        let rule = self.cited(|rule| Window {
            from_minute: rule.from.0,
            to_minute: rule.to.0,
            days: Days {
                weekdays: rule.weekdays.map_or(Weekdays::EVERY, |days| days.0),
                not_on_holidays: rule.not_on_holidays,
                not_before_holidays: false,
            },
        });
        Named { id, rule }
    }
}

rule!(CapRule {
    id: String,
    most: u16,
    /// Absent: any.
    kind: Option<ContactKindText>,
    /// Absent: a local day.
    in_any: Option<DurationText>,
});

impl CapRule {
    fn read(self) -> Named<ContactCap> {
        let id = self.id.clone();
        let rule = self.cited(|rule| ContactCap {
            most: rule.most,
            kind: rule.kind.map_or(ContactKind::Any, |word| word.0),
            period: match rule.in_any {
                Some(time) => CapPeriod::Rolling(time.0),
                None => CapPeriod::LocalDay,
            },
        });
        Named { id, rule }
    }
}

rule!(CoolOffRule {
    time: DurationText,
    /// Absent: any.
    kind: Option<ContactKindText>,
});

rule!(OptOutRule {
    of: Vec<OptOutText>
});

rule!(NotDuringRule {
    occasions: Vec<OccasionText>,
});

/// `[collection.…]`: every part is a rule of its own.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CollectionTable {
    #[serde(default)]
    hours: Vec<HoursRule>,
    #[serde(default)]
    caps: Vec<CapRule>,
    cool_off: Option<CoolOffRule>,
    one_channel_a_week: Option<PlainRule>,
    liable_persons_only: Option<PlainRule>,
    authorised_channels_only: Option<PlainRule>,
    opt_out: Option<OptOutRule>,
    not_during: Option<NotDuringRule>,
}

impl CollectionTable {
    pub fn read(self) -> Collection {
        let cool_off = |rule: CoolOffRule| {
            rule.cited(|rule| CoolOff {
                time: rule.time.0,
                kind: rule.kind.map_or(ContactKind::Any, |word| word.0),
            })
        };
        let opt_out =
            |rule: OptOutRule| rule.cited(|rule| rule.of.iter().map(|word| word.0).collect());
        let not_during = |rule: NotDuringRule| {
            rule.cited(|rule| rule.occasions.iter().map(|word| word.0).collect())
        };
        Collection {
            hours: self.hours.into_iter().map(HoursRule::read).collect(),
            caps: self.caps.into_iter().map(CapRule::read).collect(),
            cool_off: self.cool_off.map(cool_off),
            one_channel_a_week: self.one_channel_a_week.map(PlainRule::plain),
            liable_persons_only: self.liable_persons_only.map(PlainRule::plain),
            authorised_channels_only: self.authorised_channels_only.map(PlainRule::plain),
            opt_out: self.opt_out.map(opt_out),
            not_during: self.not_during.map(not_during),
        }
    }
}
