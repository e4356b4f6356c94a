//! Control lines: what the demo tells the phones' process over stdin, and what it answers over
//! stdout. One JSON object a line, one answer an order.
//!
//! On purpose absent: grants, money, levels to take. A control line says what time it is and what
//! people do with their phones.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What the demo tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case", deny_unknown_fields)]
pub enum Order {
    /// Makes the phones: each enrols with its one-time bundle and connects. Answer: [`Answer::Seen`].
    Start(Start),
    /// It is this time now: what arrives is judged by it, and no timer fires. Answer: [`Answer::Told`].
    Time { now: i64 },
    /// Timers fire, people act, and all becomes quiet. Answer: [`Answer::Seen`].
    Tick(Tick),
    /// Answers when nothing is on its way any more. Answer: [`Answer::Seen`].
    Settle,
    /// What a phone shows now. Answer: [`Answer::Screen`].
    Screen { contract: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// `http://host:port`.
    pub server: String,
    /// Each phone keeps its key and state in a folder of its own in here.
    pub state_dir: PathBuf,
    pub seed: u64,
    /// Unix seconds.
    pub now: i64,
    pub phones: Vec<Bundle>,
}

/// A one-time enrolment bundle, as a phone scans it, and what it was made for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    pub contract: String,
    /// The phone's own.
    pub imei: String,
    /// In hexadecimal digits.
    pub bundle: String,
}

/// What people do with phones at an instant; contracts name the phones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tick {
    pub now: i64,
    /// Out of reach from now on.
    pub offline: Vec<String>,
    /// In reach again.
    pub online: Vec<String>,
    /// Their borrowers press the emergency pass.
    pub press: Vec<String>,
}

/// What the phones' process answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    Told,
    Seen(Seen),
    Screen { text: String },
}

/// All phones at rest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// Frames sent and received so far by all phones: two equal answers mean that nothing
    /// happened between them.
    pub traffic: u64,
    /// The next instant (Unix seconds) at which a phone wants to be woken.
    pub wake: Option<i64>,
    /// Phones that aren't as they were in the answer before.
    pub phones: Vec<PhoneSeen>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhoneSeen {
    pub contract: String,
    /// Connected to the server.
    pub reachable: bool,
    /// The level in force.
    pub level: String,
    /// SHA-256 of the payload of the newest grant it accepted, in hexadecimal digits.
    pub grant: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_one_plain_line() {
        let order = Order::Tick(Tick {
            now: 1_772_452_800,
            press: vec!["C-1001".to_string()],
            ..Tick::default()
        });
        let line = serde_json::to_string(&order).unwrap();
        assert_eq!(
            line,
            r#"{"order":"tick","now":1772452800,"offline":[],"online":[],"press":["C-1001"]}"#
        );
        assert_eq!(serde_json::from_str::<Order>(&line).unwrap(), order);
    }
}
