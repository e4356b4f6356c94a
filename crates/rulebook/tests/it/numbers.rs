//! No number of a pack is decoration: moved by one of its own unit, a page beside the pack is
//! wrong.
//!
//! Each number, time, date and sum of every pack's text is moved up and down, each yes becomes a
//! no, and lists of weekdays lose their first and their last; the pack's scenarios are lived again
//! and their tables compared. What decides nothing (a duty after payment, a
//! notice under a status that serves none) must show in its finding instead; those are listed with
//! the reason.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use fairlock_domain::rules::{LegalStatus, Pack, rules_of};
use fairlock_rulebook::{builtin_texts, load_builtin, pack};
use serde_json::Value;

use super::pages::{Page, answers, pages_of};

/// Keys whose values are names of things or places, and so no numbers of the law.
const NO_NUMBERS: [&str; 11] = [
    "id",
    "number",
    "version",
    "title",
    "citation",
    "url",
    "seen_on",
    "jurisdiction",
    "says",
    "court",
    "regulator",
];

/// Rules from which no level follows: what they say is shown, and nobody judges it.
const ONLY_SHOWN: [(&str, &str); 15] = [
    ("release_at_payoff", "a duty after the last payment"),
    ("restoration", "a duty after payment"),
    (
        "consent",
        "the look of a paper that nobody hands to the engine",
    ),
    ("recheck", "a duty of who acts"),
    (
        "payment_cut_off",
        "money counts from the day on which it was acted",
    ),
    ("contact_cap_", "messages are counted where they are sent"),
    ("cool_off", "messages are counted where they are sent"),
    ("message_limits", "the length of texts"),
    ("complaints", "a duty to answer people"),
    ("records_", "what is kept"),
    ("penalty_", "what breaking the law costs"),
    (
        "continuity",
        "the phone opens by itself, its agent sees to that",
    ),
    ("safety_bar", "seen to where the phone is"),
    ("location", "no level looks a phone up"),
    ("data_limits", "no level reads a phone"),
];

/// Rules about what a status that caps at remind never lets happen.
const NEVER_UNDER_A_CAP: [&str; 4] = ["notice_", "at_reduce_for", "approval", "emergency_pass"];

/// A number, a yes or some weekdays in a pack file.
#[derive(Debug)]
struct Site {
    line: usize,
    /// Of its table; None in the head.
    rule: Option<u16>,
    key: String,
    value: String,
}

/// Every one of a pack file, found in its text, so that none can be forgotten here.
fn sites(text: &str) -> Vec<Site> {
    let mut sites = Vec::new();
    let mut table = 0;
    for (line, content) in text.lines().enumerate() {
        let content = content.trim();
        if content.starts_with('[') {
            table = sites.len();
            continue;
        }
        let Some((key, value)) = content.split_once(" = ") else {
            continue;
        };
        if key == "number" && line > 0 {
            let number = value.parse().ok();
            let own = sites.iter_mut().skip(table);
            own.for_each(|site: &mut Site| site.rule = number);
        }
        let numeric =
            value.contains(|c: char| c.is_ascii_digit()) || value == "true" || key == "weekdays";
        if numeric && !content.starts_with('#') && !NO_NUMBERS.contains(&key) {
            sites.push(Site {
                line,
                rule: None,
                key: key.to_string(),
                value: value.to_string(),
            });
        }
    }
    sites
}

/// The value moved by one of its own unit, or with less of it; None when it can't be.
fn moved(value: &str, by: i64) -> Option<String> {
    let inner = value.trim_matches('"');
    if value == "true" {
        return (by > 0).then(|| "false".to_string());
    }
    if let Some(days) = value.strip_prefix('[') {
        let days: Vec<&str> = days.trim_end_matches(']').split(", ").collect();
        let left = if by > 0 {
            &days[1..]
        } else {
            &days[..days.len() - 1]
        };
        return (!left.is_empty()).then(|| format!("[{}]", left.join(", ")));
    }
    if let Some((hour, minute)) = inner.split_once(':') {
        let minutes = hour.parse::<i64>().ok()? * 60 + minute.parse::<i64>().ok()? + by;
        let real = (0..=24 * 60).contains(&minutes);
        return real.then(|| format!("\"{:02}:{:02}\"", minutes / 60, minutes % 60));
    }
    if let Ok(day) = fairlock_domain::calendar::Day::parse(inner) {
        let by = i32::try_from(by).expect("one");
        return Some(format!("\"{}\"", day.plus_days(by)));
    }
    let digits = inner
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(inner.len());
    let number = inner[..digits].parse::<i64>().ok()? + by;
    let quote = if value.starts_with('"') { "\"" } else { "" };
    (number >= 0).then(|| format!("{quote}{number}{}{quote}", &inner[digits..]))
}

/// The text with one value replaced.
fn changed(text: &str, site: &Site, value: &str) -> String {
    let lines = text
        .lines()
        .enumerate()
        .map(|(i, line)| match i == site.line {
            true => format!("{} = {value}\n", site.key),
            false => format!("{line}\n"),
        });
    lines.collect()
}

/// A pack of the program with its scenarios and what they answer.
struct Tried {
    pack: Pack,
    text: &'static str,
    pages: Vec<(Page, Vec<Value>)>,
}

impl Tried {
    /// Why this number needs no page that notices it.
    fn exempt(&self, rule: Option<&str>) -> Option<&'static str> {
        let rule = rule?;
        let shown = ONLY_SHOWN.iter().find(|(name, _)| rule.starts_with(name));
        if let Some((_, why)) = shown {
            return Some(why);
        }
        // A clearance lifts the cap of counsel, its own goods that of a model.
        let capped = matches!(
            self.pack.legal_status.value,
            LegalStatus::Pending
                | LegalStatus::Prohibited
                | LegalStatus::Unclear
                | LegalStatus::NoticesOnly
        );
        let never = NEVER_UNDER_A_CAP.iter().any(|name| rule.starts_with(name));
        (capped && never).then_some("its status lets nothing of the kind happen")
    }

    /// One number moved: what is wrong with that, if nobody notices.
    fn unnoticed(&self, site: &Site, by: i64) -> Option<String> {
        let value = moved(&site.value, by)?;
        // A number that would contradict its pack is refused before it can decide.
        let other = pack::read("moved", &changed(self.text, site, &value)).ok()?;
        let names = rules_of(&self.pack);
        let rule = site
            .rule
            .and_then(|n| names.iter().find(|rule| rule.number == n));
        let rule = rule.map(|rule| rule.name.as_str());
        let exempt = self.exempt(rule).is_some();
        let shown = rule.map(|rule| format!("{}/{rule}", self.pack.id));
        for (page, before) in &self.pages {
            let mut scenario = page.scenario.clone();
            for own in scenario.rules.packs.iter_mut().filter(|p| p.id == other.id) {
                *own = other.clone();
            }
            let after = answers(&scenario);
            let shows = shown
                .as_deref()
                .is_some_and(|name| saw(before, name) != saw(&after, name));
            let noticed = match exempt {
                true => shows,
                false => !page.wrong(&after).is_empty(),
            };
            if noticed {
                return None;
            }
        }
        let where_ = shown.unwrap_or_else(|| self.pack.id.clone());
        let what = if exempt {
            "its finding shows the same"
        } else {
            "every page stays right"
        };
        Some(format!(
            "{where_} {} {} -> {value}: {what}",
            site.key, site.value
        ))
    }
}

/// What answers saw of a rule.
fn saw<'a>(answers: &'a [Value], rule: &str) -> Vec<Option<&'a Value>> {
    let of = |answer: &'a Value| {
        let findings = answer["findings"].as_array()?;
        findings
            .iter()
            .find(|f| f["rule"] == *rule)
            .map(|f| &f["saw"])
    };
    answers.iter().map(of).collect()
}

fn tried() -> Vec<Tried> {
    let book = load_builtin().expect("the packs of the program");
    let tried = book.packs().iter().map(|pack| {
        let own = format!("packs/{}/pack.toml", pack.id);
        let text = builtin_texts().iter().find(|(file, _)| *file == own);
        let pages = pages_of(&pack.id, &book).into_iter();
        let pages = pages.map(|page| {
            let answers = answers(&page.scenario);
            (page, answers)
        });
        Tried {
            pack: pack.clone(),
            text: text.expect("a pack of the program").1,
            pages: pages.collect(),
        }
    });
    tried.collect()
}

#[test]
fn every_number_of_every_pack_turns_a_page_wrong() {
    let tried = tried();
    let sites = |tried: &'_ Tried| sites(tried.text).into_iter();
    let all: Vec<(&Tried, Site, i64)> = tried
        .iter()
        .flat_map(|tried| {
            sites(tried).flat_map(move |site| {
                let again = Site {
                    key: site.key.clone(),
                    value: site.value.clone(),
                    ..site
                };
                [(tried, site, -1), (tried, again, 1)]
            })
        })
        .collect();
    let (next, unnoticed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some((tried, site, by)) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Some(told) = tried.unnoticed(site, *by) {
                unnoticed.lock().expect("nobody panicked").push(told);
            }
        }
    };
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(2, |n| n.get());
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let mut unnoticed = unnoticed.into_inner().expect("nobody panicked");
    unnoticed.sort();
    println!("numbers: {} moves in {} packs", all.len(), tried.len());
    assert!(unnoticed.is_empty(), "\n{}", unnoticed.join("\n"));
    assert!(all.len() > 80, "{} moves", all.len());
}
