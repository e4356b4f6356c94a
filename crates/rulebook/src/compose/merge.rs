//! The ways in which values of several packs become one.

use fairlock_domain::rules::listing::words::list;
use fairlock_domain::rules::{Cited, Days, Pack, Weekdays, Window};

use super::{How, Origin, Value};

/// Merged values so far.
pub struct Merge<'p> {
    pub packs: Vec<&'p Pack>,
    pub values: Vec<Value>,
}

/// One pack's value of a rule.
struct Own<'p, T> {
    pack: &'p Pack,
    number: u16,
    value: T,
}

impl<T> Own<'_, T> {
    fn origin(&self, says: String) -> Origin {
        Origin {
            pack: self.pack.id.clone(),
            number: self.number,
            says,
        }
    }
}

impl<'p> Merge<'p> {
    pub fn of(packs: &[&'p Pack]) -> Merge<'p> {
        Merge {
            packs: packs.to_vec(),
            values: Vec::new(),
        }
    }

    fn own<T, U>(
        &self,
        get: impl Fn(&'p Pack) -> Option<&'p Cited<T>>,
        part: impl Fn(&'p T) -> Option<U>,
    ) -> Vec<Own<'p, U>>
    where
        T: 'p,
    {
        let own = self.packs.iter().filter_map(|pack| {
            let rule = get(pack)?;
            Some(Own {
                pack,
                number: rule.number,
                value: part(&rule.value)?,
            })
        });
        own.collect()
    }

    /// The highest or the lowest of a number, whose rules that are, and what it goes beyond.
    fn extreme<T, U: Ord + Copy>(
        &mut self,
        name: &str,
        how: How,
        get: impl Fn(&'p Pack) -> Option<&'p Cited<T>>,
        part: impl Fn(&'p T) -> Option<U>,
        says: impl Fn(U) -> String,
    ) where
        T: 'p,
    {
        let own = self.own(get, part);
        let values = own.iter().map(|own| own.value);
        let picked = match how {
            How::Lowest => values.min(),
            _ => values.max(),
        };
        let Some(picked) = picked else {
            return;
        };
        let (from, beyond): (Vec<_>, Vec<_>) = own.iter().partition(|own| own.value == picked);
        let origins = |own: Vec<&Own<U>>| {
            let own = own.into_iter().map(|own| own.origin(says(own.value)));
            own.collect()
        };
        self.values.push(Value {
            name: name.to_string(),
            says: says(picked),
            how,
            from: origins(from),
            beyond: origins(beyond),
        });
    }

    pub fn highest<T, U: Ord + Copy>(
        &mut self,
        name: &str,
        get: impl Fn(&'p Pack) -> Option<&'p Cited<T>>,
        part: impl Fn(&'p T) -> Option<U>,
        says: impl Fn(U) -> String,
    ) where
        T: 'p,
    {
        self.extreme(name, How::Highest, get, part, says);
    }

    pub fn lowest<T, U: Ord + Copy>(
        &mut self,
        name: &str,
        get: impl Fn(&'p Pack) -> Option<&'p Cited<T>>,
        part: impl Fn(&'p T) -> Option<U>,
        says: impl Fn(U) -> String,
    ) where
        T: 'p,
    {
        self.extreme(name, How::Lowest, get, part, says);
    }

    /// All words of all packs.
    pub fn united<T, W: Copy + Ord + std::fmt::Display + 'p>(
        &mut self,
        name: &str,
        get: impl Fn(&'p Pack) -> Option<&'p Cited<T>>,
        words: impl Fn(&'p T) -> &'p [W],
    ) where
        T: 'p,
    {
        let own = self.own(get, |value| Some(words(value)).filter(|w| !w.is_empty()));
        let mut all: Vec<W> = own.iter().flat_map(|own| own.value).copied().collect();
        all.sort_unstable();
        all.dedup();
        self.lists(name, How::United, &own, &all);
    }

    /// The words that every pack that has a list has.
    pub fn common<T, W: Copy + Ord + std::fmt::Display + 'p>(
        &mut self,
        name: &str,
        get: impl Fn(&'p Pack) -> Option<&'p Cited<T>>,
        words: impl Fn(&'p T) -> &'p [W],
    ) where
        T: 'p,
    {
        let own = self.own(get, |value| Some(words(value)).filter(|w| !w.is_empty()));
        let first = own.first().map_or(&[][..], |own| own.value);
        let shared = |word: &&W| own.iter().all(|own| own.value.contains(word));
        let all: Vec<W> = first.iter().filter(shared).copied().collect();
        self.lists(name, How::Common, &own, &all);
    }

    fn lists<W: std::fmt::Display>(&mut self, name: &str, how: How, own: &[Own<&[W]>], all: &[W]) {
        if own.is_empty() {
            return;
        }
        let from = own.iter().map(|own| own.origin(list(own.value, "")));
        self.values.push(Value {
            name: name.to_string(),
            says: list(all, "nothing"),
            how,
            from: from.collect(),
            beyond: Vec::new(),
        });
    }

    /// A yes of any pack.
    pub fn any<T>(
        &mut self,
        name: &str,
        get: impl Fn(&'p Pack) -> Option<&'p Cited<T>>,
        holds: impl Fn(&'p T) -> bool,
        says: &str,
    ) where
        T: 'p,
    {
        let own = self.own(get, |value| holds(value).then_some(()));
        if own.is_empty() {
            return;
        }
        let from = own.iter().map(|own| own.origin(says.to_string()));
        self.values.push(Value {
            name: name.to_string(),
            says: says.to_string(),
            how: How::United,
            from: from.collect(),
            beyond: Vec::new(),
        });
    }

    /// The hours that lie in every pack's window.
    pub fn hours(&mut self, name: &str, get: impl Fn(&'p Pack) -> Option<&'p Cited<Window>>) {
        use fairlock_domain::rules::listing::words::window;
        let own = self.own(get, |value| Some(*value));
        let Some(all) = own.iter().map(|own| own.value).reduce(both) else {
            return;
        };
        let open = all.from_minute < all.to_minute && all.days.weekdays.0 != 0;
        let from = own.iter().map(|own| own.origin(window(&own.value)));
        self.values.push(Value {
            name: name.to_string(),
            says: if open {
                window(&all)
            } else {
                "never".to_string()
            },
            how: How::Common,
            from: from.collect(),
            beyond: Vec::new(),
        });
    }

    /// A rule of one pack that stands by itself.
    pub fn each(&mut self, name: &str, pack: &Pack, number: u16, says: String) {
        let from = Origin {
            pack: pack.id.clone(),
            number,
            says: says.clone(),
        };
        self.values.push(Value {
            name: name.to_string(),
            says,
            how: How::Each,
            from: vec![from],
            beyond: Vec::new(),
        });
    }
}

/// The time that is in both windows; it may be empty.
pub fn both(a: Window, b: Window) -> Window {
    Window {
        from_minute: a.from_minute.max(b.from_minute),
        to_minute: a.to_minute.min(b.to_minute),
        days: Days {
            weekdays: Weekdays(a.days.weekdays.0 & b.days.weekdays.0),
            not_on_holidays: a.days.not_on_holidays || b.days.not_on_holidays,
            not_before_holidays: a.days.not_before_holidays || b.days.not_before_holidays,
        },
    }
}
