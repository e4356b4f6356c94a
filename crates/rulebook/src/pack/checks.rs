//! What a pack may not be: rules without a source, and rules that contradict each other.

use std::collections::BTreeMap;

use fairlock_domain::rules::{Citation, Conditions, Confidence, Level, Notice, Pack, Window};

use super::PackError;

/// A contradiction: the key at which it shows, and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    pub key: String,
    pub expected: String,
}

/// Notices that serve themselves go out at 09:00, so contact hours hold it.
const NOTICES_AT_MINUTE: u16 = 9 * 60;

/// Everything that is wrong with a pack by itself.
pub fn check(pack: &Pack) -> Vec<Wrong> {
    let mut checks = Checks {
        pack,
        wrong: Vec::new(),
    };
    checks.head();
    checks.citations();
    checks.thresholds();
    checks.windows();
    checks.notices();
    checks.wrong
}

/// Everything that is wrong with packs beside each other; the file is the pack's id.
pub fn check_book(packs: &[Pack]) -> Vec<PackError> {
    let mut seen: BTreeMap<(&str, u32), &str> = BTreeMap::new();
    let mut errors = Vec::new();
    for (i, pack) in packs.iter().enumerate() {
        if packs[..i].iter().any(|other| other.id == pack.id) {
            errors.push(PackError {
                file: pack.id.clone(),
                line: 0,
                expected: format!("an id other than {}, which another pack has", pack.id),
            });
        }
        let mut numbers = vec![("pack", u32::from(pack.number))];
        numbers.extend(rules_of(pack).iter().map(|r| ("rule", u32::from(r.number))));
        for (what, number) in numbers {
            match seen.insert((what, number), &pack.id) {
                Some(other) if other != pack.id => errors.push(PackError {
                    file: pack.id.clone(),
                    line: 0,
                    expected: format!("a {what} number other than {number}, which {other} has"),
                }),
                _ => {}
            }
        }
    }
    errors
}

/// A rule seen from outside: its key in the file, its number, where it stands.
struct RuleHead<'a> {
    key: String,
    number: u16,
    citation: &'a Citation,
}

fn rules_of(pack: &Pack) -> Vec<RuleHead<'_>> {
    let mut rules = Vec::new();
    macro_rules! add {
        ($key:expr, $rule:expr) => {
            rules.push(RuleHead {
                key: $key.to_string(),
                number: $rule.number,
                citation: &$rule.citation,
            })
        };
    }
    macro_rules! add_some {
        ($key:expr, $rule:expr) => {
            if let Some(rule) = &$rule {
                add!($key, rule);
            }
        };
    }
    add!("release_at_payoff", pack.release_at_payoff);
    add_some!("restoration", pack.restoration);
    add!("products", pack.products);
    add!("consent", pack.consent);
    add!("device_link", pack.device_link);
    add!("legal_status", pack.legal_status);
    add!("holds", pack.holds);
    add_some!("dispute_answer", pack.dispute_answer);
    let levels = [
        ("remind", Some(&pack.remind)),
        ("reduce", pack.reduce.as_ref()),
        ("lock", pack.lock.as_ref()),
    ];
    for (level, conditions) in levels {
        let Some(conditions) = conditions else {
            continue;
        };
        let key = |name: &str| format!("{level}.{name}");
        add_some!(key("min_days_past_due"), conditions.min_days_past_due);
        add_some!(key("window"), conditions.window);
        add_some!(key("at_reduce_for"), conditions.at_reduce_for);
        add_some!(key("approval"), conditions.approval);
    }
    for notice in &pack.notices {
        add!(notice.id, notice.terms);
    }
    add!("contact", pack.contact);
    add_some!("emergency_pass", pack.pass);
    add!("policy", pack.policy);
    rules
}

struct Checks<'a> {
    pack: &'a Pack,
    wrong: Vec<Wrong>,
}

impl Checks<'_> {
    fn expect(&mut self, holds: bool, key: &str, expected: impl Into<String>) {
        if !holds {
            self.wrong.push(Wrong {
                key: key.to_string(),
                expected: expected.into(),
            });
        }
    }

    fn head(&mut self) {
        let pack = self.pack;
        let id_shape = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let good_id = !pack.id.is_empty() && pack.id.chars().all(id_shape);
        self.expect(good_id, "id", "an id of a-z, 0-9 and -");
        self.expect(pack.number > 0, "number", "a number from 1 on");
        self.expect(pack.version > 0, "version", "a version from 1 on");
        self.expect(!pack.title.is_empty(), "title", "a title");
        let named = !pack.jurisdiction.is_empty();
        self.expect(named, "jurisdiction", "a country and subdivision, or none");
        let ordered = match (pack.effective_from, pack.effective_to) {
            (Some(from), Some(to)) => from <= to,
            _ => true,
        };
        self.expect(ordered, "effective_to", "a day not before effective_from");
        for source in &pack.sources {
            let cited = !source.title.is_empty() && is_web(&source.url);
            self.expect(
                cited,
                "sources",
                "a title and a web address for each source",
            );
        }
    }

    /// Every rule says where it stands, and no two share a number.
    fn citations(&mut self) {
        let mut numbers: BTreeMap<u16, String> = BTreeMap::new();
        for rule in rules_of(self.pack) {
            let cited = !rule.citation.text.trim().is_empty();
            self.expect(cited, &rule.key, "a citation");
            let own = matches!(
                rule.citation.confidence,
                Confidence::House | Confidence::Fictional
            );
            let placed = is_web(&rule.citation.url) || (own && !rule.citation.url.is_empty());
            self.expect(placed, &rule.key, "a url: the web address of the source");
            self.expect(rule.number > 0, &rule.key, "a rule number from 1 on");
            if let Some(other) = numbers.insert(rule.number, rule.key.clone()) {
                let expected = format!("a number other than {}, which {other} has", rule.number);
                self.expect(false, &rule.key, expected);
            }
        }
    }

    /// Days past due from 1 on, and not falling from level to level.
    fn thresholds(&mut self) {
        let pack = self.pack;
        let lock_alone = pack.lock.is_some() && pack.reduce.is_none();
        self.expect(
            !lock_alone,
            "lock",
            "a table for reduce, which lock goes through",
        );
        let levels = [
            ("remind", Some(&pack.remind)),
            ("reduce", pack.reduce.as_ref()),
            ("lock", pack.lock.as_ref()),
        ];
        let mut least = 1;
        for (level, conditions) in levels {
            let Some(days) = conditions.and_then(|c| c.min_days_past_due.as_ref()) else {
                continue;
            };
            let key = format!("{level}.min_days_past_due");
            let expected = format!("at least {least} days, as the levels beneath ask");
            self.expect(days.value >= least, &key, expected);
            least = least.max(days.value);
        }
        if let Some(pass) = &pack.pass {
            let some = !pass.value.lasts.is_zero() && pass.value.once_in >= pass.value.lasts;
            let expected = "a pass that lasts some time and ends before the next";
            self.expect(some, "emergency_pass", expected);
        }
    }

    fn windows(&mut self) {
        let pack = self.pack;
        let window_of = |c: &Option<Conditions>| c.as_ref()?.window.as_ref().map(|w| w.value);
        let (reduce, lock) = (window_of(&pack.reduce), window_of(&pack.lock));
        let all = [
            ("contact", Some(pack.contact.value)),
            ("reduce.window", reduce),
            ("lock.window", lock),
        ];
        for (key, window) in all {
            let Some(window) = window else { continue };
            let opens = window.from_minute < window.to_minute;
            self.expect(opens, key, "a window that opens before it closes");
            let some_day = window.days.weekdays.0 != 0;
            self.expect(some_day, key, "at least one weekday");
        }
        let contact = pack.contact.value;
        let nine = (contact.from_minute..contact.to_minute).contains(&NOTICES_AT_MINUTE);
        self.expect(
            nine,
            "contact",
            "contact hours that hold 09:00, when notices go out",
        );
        if let (Some(reduce), Some(lock)) = (reduce, lock) {
            let expected = "a window within that of reduce, whose conditions lock includes";
            self.expect(is_within(&lock, &reduce), "lock.window", expected);
        }
    }

    /// Those of reduce before those of lock, each with time to run and a way to reach people.
    fn notices(&mut self) {
        let mut before: Option<&Notice> = None;
        for (i, notice) in self.pack.notices.iter().enumerate() {
            let (key, terms) = (notice.id.as_str(), &notice.terms.value);
            let id_shape = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            let good_id = !key.is_empty() && key.chars().all(id_shape);
            self.expect(good_id, key, "a notice id of a-z, 0-9 and _");
            let same_id = |n: &&Notice| n.id == notice.id;
            let again = self.pack.notices[..i].iter().any(|n| same_id(&n));
            self.expect(!again, key, "a notice id that stands once");
            let known = self.pack.conditions(notice.level).is_some();
            self.expect(known, key, "a level that the pack has a table for");
            let in_order = before.is_none_or(|b| b.level <= notice.level);
            self.expect(in_order, key, "notices for reduce before notices for lock");
            self.expect(!terms.lead.is_zero(), key, "a lead of more than no time");
            self.expect(terms.channels > 0, key, "at least one channel");
            let at_reduce = terms.at_reduce_for.is_none() || notice.level == Level::Lock;
            self.expect(at_reduce, key, "at_reduce_for only on a notice for lock");
            let first_has_days = before.is_some() || terms.min_days_past_due.is_some();
            self.expect(first_has_days, key, "min_days_past_due on the first notice");
            let from_one = terms.min_days_past_due.is_none_or(|days| days > 0);
            self.expect(from_one, key, "min_days_past_due from 1 on");
            before = Some(notice);
        }
    }
}

fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

/// Whether one window is never open while the other is closed.
fn is_within(inner: &Window, outer: &Window) -> bool {
    let (i, o) = (inner.days, outer.days);
    inner.from_minute >= outer.from_minute
        && inner.to_minute <= outer.to_minute
        && i.weekdays.0 & !o.weekdays.0 == 0
        && (i.not_on_holidays || !o.not_on_holidays)
        && (i.not_before_holidays || !o.not_before_holidays)
}
