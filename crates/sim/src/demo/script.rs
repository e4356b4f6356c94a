//! The demo folder: which contracts there are, and what arrives when.
//!
//! ```text
//! contracts.csv                                     as `fairlock import contracts` takes it
//! feeds.csv                                         feed,kind,account,period_hours
//! statements/2026-03-02T0400Z-bank-kes-0001.camt053.xml   arrives at that instant (UTC)
//! callbacks/2026-03-mpesa-kes.c2b.jsonl             one {"at": instant, "body": {…}} a line
//! ```
//! What a message says is the server's to read; here only its time, its feed and its bytes count.
//! Failure is a folder that doesn't look like this, told with the place.

use std::fs;
use std::path::{Path, PathBuf};

use fairlock_domain::calendar::{Instant, Span};
use fairlock_rulebook::time::parse_instant;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::DemoError;

/// Files and lines of one folder: a year of daily statements of ten accounts, a busy till.
const MESSAGES_MAX: usize = 100_000;

/// The whole folder.
pub struct Script {
    pub contracts: Vec<u8>,
    pub feeds: Vec<FeedLine>,
    /// In order of time; at one instant in order of their names.
    pub messages: Vec<Message>,
}

/// A line of feeds.csv.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedLine {
    pub name: String,
    pub kind: FeedKind,
    /// The bank account, or the till's short code.
    pub account: String,
    pub period_hours: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedKind {
    Statements,
    Callbacks,
}

/// Something that arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub at: Instant,
    pub feed: String,
    /// A file's name, or the file and line of a callback.
    pub name: String,
    pub kind: FeedKind,
    pub body: Vec<u8>,
}

/// A line of a callbacks file: when the operator posts what.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CallbackLine<'a> {
    at: String,
    #[serde(borrow)]
    body: &'a RawValue,
}

impl Script {
    /// Reads the folder.
    pub fn read(dir: &Path) -> Result<Script, DemoError> {
        let feeds = read_feeds(&dir.join("feeds.csv"))?;
        let mut messages = Vec::new();
        for path in files(&dir.join("statements"))? {
            messages.push(statement(&path, &feeds)?);
        }
        for path in files(&dir.join("callbacks"))? {
            callbacks(&path, &feeds, &mut messages)?;
        }
        if messages.len() > MESSAGES_MAX {
            return Err(wrong(dir, format!("more than {MESSAGES_MAX} messages")));
        }
        messages.sort_by(|a, b| (a.at, &a.name).cmp(&(b.at, &b.name)));
        Ok(Script {
            contracts: read(&dir.join("contracts.csv"))?,
            feeds,
            messages,
        })
    }

    /// The calendar's first instant: the UTC midnight of the first day on which something arrives.
    pub fn start(&self) -> Option<Instant> {
        let first = self.messages.first()?.at.unix_seconds();
        Some(Instant::from_unix_seconds(first - first.rem_euclid(86_400)))
    }

    /// The till, when there is one.
    pub fn till(&self) -> Option<&FeedLine> {
        self.feeds.iter().find(|f| f.kind == FeedKind::Callbacks)
    }
}

fn wrong(path: &Path, what: impl Into<String>) -> DemoError {
    DemoError::DemoDir {
        path: path.to_path_buf(),
        what: what.into(),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, DemoError> {
    fs::read(path).map_err(|error| wrong(path, error.to_string()))
}

fn text(path: &Path) -> Result<String, DemoError> {
    String::from_utf8(read(path)?).map_err(|_| wrong(path, "not UTF-8"))
}

/// Files of a folder by name, hidden ones left out.
fn files(dir: &Path) -> Result<Vec<PathBuf>, DemoError> {
    let broken = |error: std::io::Error| wrong(dir, error.to_string());
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(broken)? {
        let entry = entry.map_err(broken)?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !hidden && entry.file_type().map_err(broken)?.is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

fn read_feeds(path: &Path) -> Result<Vec<FeedLine>, DemoError> {
    const HEAD: &str = "feed,kind,account,period_hours";
    let text = text(path)?;
    let mut lines = text.lines();
    if lines.next() != Some(HEAD) {
        return Err(wrong(path, format!("line 1: expected {HEAD}")));
    }
    let feed = |(i, line): (usize, &str)| {
        feed_line(line).ok_or_else(|| {
            let expected = "a name, statements or callbacks, an account, hours from 1 on";
            wrong(path, format!("line {}: expected {expected}", i + 2))
        })
    };
    lines.enumerate().map(feed).collect()
}

fn feed_line(line: &str) -> Option<FeedLine> {
    let [name, kind, account, hours] = *line.split(',').collect::<Vec<_>>() else {
        return None;
    };
    let kind = match kind {
        "statements" => FeedKind::Statements,
        "callbacks" => FeedKind::Callbacks,
        _ => return None,
    };
    let period_hours = hours.parse().ok().filter(|hours| *hours > 0)?;
    (!name.is_empty() && !account.is_empty()).then(|| FeedLine {
        name: name.to_string(),
        kind,
        account: account.to_string(),
        period_hours,
    })
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// A statement's name begins with its arrival and its feed.
fn statement(path: &Path, feeds: &[FeedLine]) -> Result<Message, DemoError> {
    let name = name_of(path);
    let parts = name.split_once("Z-").and_then(|(minute, rest)| {
        let at = arrival(minute)?;
        let feed = feed_in(rest, FeedKind::Statements, feeds)?;
        Some((at, feed))
    });
    let (at, feed) = parts.ok_or_else(|| {
        wrong(path, "its name: expected an instant, a feed of feeds.csv and a number, as 2026-03-02T0400Z-bank-kes-0001.camt053.xml")
    })?;
    Ok(Message {
        at,
        feed,
        name,
        kind: FeedKind::Statements,
        body: read(path)?,
    })
}

/// Reads `2026-03-02T0400` as an instant in UTC.
fn arrival(minute: &str) -> Option<Instant> {
    let (date, time) = minute.split_once('T')?;
    let (hour, minute) = time.split_at_checked(2)?;
    parse_instant(&format!("{date}T{hour}:{minute}:00Z"))
}

fn feed_in(name: &str, kind: FeedKind, feeds: &[FeedLine]) -> Option<String> {
    let named = |feed: &&FeedLine| {
        let rest = name.strip_prefix(&feed.name);
        feed.kind == kind && rest.is_some_and(|rest| rest.starts_with(['-', '.']))
    };
    feeds.iter().find(named).map(|feed| feed.name.clone())
}

/// A callbacks file is named after its month and feed; each line has its own instant.
fn callbacks(
    path: &Path,
    feeds: &[FeedLine],
    messages: &mut Vec<Message>,
) -> Result<(), DemoError> {
    let name = name_of(path);
    let rest = name.splitn(3, '-').nth(2).unwrap_or_default();
    let feed = feed_in(rest, FeedKind::Callbacks, feeds).ok_or_else(|| {
        wrong(path, "its name: expected a month and a callbacks feed of feeds.csv, as 2026-03-mpesa-kes.c2b.jsonl")
    })?;
    for (i, line) in text(path)?.lines().enumerate() {
        let place = format!("line {}", i + 1);
        let read: CallbackLine = serde_json::from_str(line).map_err(|error| {
            wrong(
                path,
                format!("{place}: {error}; expected {{\"at\": …, \"body\": …}}"),
            )
        })?;
        let at = parse_instant(&read.at)
            .ok_or_else(|| wrong(path, format!("{place}: at: expected an RFC 3339 instant")))?;
        messages.push(Message {
            at,
            feed: feed.clone(),
            // Numbered, so that the order of the file is the order at one instant.
            name: format!("{name}:{:06}", i + 1),
            kind: FeedKind::Callbacks,
            body: read.body.get().as_bytes().to_vec(),
        });
    }
    Ok(())
}

impl FeedLine {
    pub fn period(&self) -> Span {
        Span::hours(self.period_hours)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for folder in ["statements", "callbacks"] {
            fs::create_dir(dir.path().join(folder)).unwrap();
        }
        let feeds =
            "feed,kind,account,period_hours\nbank,statements,123,30\ntill,callbacks,600,30\n";
        for (name, text) in [("contracts.csv", "c"), ("feeds.csv", feeds)]
            .iter()
            .chain(files)
        {
            fs::write(dir.path().join(name), text).unwrap();
        }
        dir
    }

    #[test]
    fn messages_come_in_order_of_time() {
        let dir = folder(&[
            ("statements/2026-03-03T0400Z-bank-0002.camt053.xml", "two"),
            ("statements/2026-03-02T0400Z-bank-0001.camt053.xml", "one"),
            (
                "callbacks/2026-03-till.c2b.jsonl",
                "{\"at\":\"2026-03-02T07:00:00+03:00\",\"body\":{\"x\":1.50}}\n",
            ),
        ]);
        let script = Script::read(dir.path()).unwrap();
        let bodies: Vec<_> = script
            .messages
            .iter()
            .map(|m| (m.feed.as_str(), String::from_utf8_lossy(&m.body)))
            .collect();
        let expected = [("bank", "one"), ("till", "{\"x\":1.50}"), ("bank", "two")];
        assert_eq!(bodies, expected.map(|(feed, body)| (feed, body.into())));
        assert_eq!(script.start(), parse_instant("2026-03-02T00:00:00Z"));
    }

    fn check_refused(name: &str, text: &str, expected: &str) {
        let dir = folder(&[(name, text)]);
        let error = Script::read(dir.path())
            .map(|_| ())
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn what_doesnt_look_like_a_demo_folder_is_named() {
        check_refused("statements/march.xml", "", "its name: expected an instant");
        check_refused(
            "statements/2026-13-02T0400Z-bank-1.xml",
            "",
            "its name: expected an instant",
        );
        check_refused("callbacks/2026-03-other.jsonl", "", "a callbacks feed");
        check_refused("callbacks/2026-03-till.jsonl", "{}", "line 1:");
        check_refused(
            "callbacks/2026-03-till.jsonl",
            "{\"at\":\"today\",\"body\":{}}",
            "RFC 3339",
        );
        check_refused(
            "feeds.csv",
            "feed,kind\n",
            "line 1: expected feed,kind,account",
        );
        check_refused(
            "feeds.csv",
            "feed,kind,account,period_hours\nbank,statements,1,0\n",
            "line 2:",
        );
    }
}
