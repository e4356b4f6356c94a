//! Compares an expected document with ours, leaf by leaf, and knows which leaves nobody compared.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What a compared leaf is, for the rule that no kind may go uncompared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Amount,
    Currency,
    Direction,
    Status,
    Date,
    Reference,
    Remittance,
    Party,
    Other,
}

impl Kind {
    /// The kinds that must have been compared at least once over all files.
    pub const REQUIRED: [Kind; 8] = [
        Kind::Amount,
        Kind::Currency,
        Kind::Direction,
        Kind::Status,
        Kind::Date,
        Kind::Reference,
        Kind::Remittance,
        Kind::Party,
    ];
}

/// A leaf on which an expectation and ours differ.
pub struct Difference {
    pub pointer: String,
    /// What both say, for people.
    pub text: String,
    /// The adapter knows why: the name of its rule, which the list explains.
    pub rule: Option<&'static str>,
}

pub struct Comparison<'a> {
    file: String,
    expected: &'a Value,
    /// Pointers of leaves that were compared or that our shape doesn't have.
    settled: BTreeSet<String>,
    pub compared: BTreeMap<Kind, usize>,
    pub differences: Vec<Difference>,
}

impl<'a> Comparison<'a> {
    pub fn new(file: &str, expected: &'a Value) -> Self {
        Self {
            file: file.to_owned(),
            expected,
            settled: BTreeSet::new(),
            compared: BTreeMap::new(),
            differences: Vec::new(),
        }
    }

    pub fn at(&self, pointer: &str) -> Option<&'a Value> {
        self.expected.pointer(pointer)
    }

    /// The expected leaf as text: null, the empty string and an absent leaf are no value.
    pub fn text(&self, pointer: &str) -> Option<String> {
        match self.at(pointer)? {
            Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// The expected leaf equals ours.
    pub fn leaf(&mut self, pointer: &str, kind: Kind, ours: Option<&str>) {
        let expected = self.text(pointer);
        self.equal(pointer, kind, expected.as_deref(), ours);
    }

    /// What stands at the leaf, as the adapter reads it, equals ours.
    pub fn equal(&mut self, pointer: &str, kind: Kind, expected: Option<&str>, ours: Option<&str>) {
        self.equal_but(pointer, kind, expected, ours, None);
    }

    /// The same; where they differ, the rule says why.
    pub fn equal_but(
        &mut self,
        pointer: &str,
        kind: Kind,
        expected: Option<&str>,
        ours: Option<&str>,
        rule: Option<&'static str>,
    ) {
        assert!(
            self.at(pointer).is_some(),
            "{}: nothing at {pointer}",
            self.file
        );
        self.settled.insert(pointer.to_owned());
        *self.compared.entry(kind).or_default() += 1;
        if expected != ours {
            let file = &self.file;
            self.differences.push(Difference {
                pointer: pointer.to_owned(),
                text: format!("{file}: {pointer}: expected {expected:?}, ours {ours:?}"),
                rule,
            });
        }
    }

    /// A list whose length was compared: its members still are to be.
    pub fn unsettle(&mut self, pointer: &str) {
        self.settled.remove(pointer);
    }

    /// Our shape doesn't have what stands here and below.
    pub fn not_ours(&mut self, pointer: &str) {
        self.settled.insert(pointer.to_owned());
    }

    /// Leaves that were neither compared nor declared not ours. `not_ours` are names of members
    /// that our shape doesn't have, wherever they stand.
    pub fn uncompared(&self, not_ours: &[&str]) -> Vec<String> {
        let mut left = Vec::new();
        collect(self.expected, String::new(), &mut left);
        left.retain(|pointer| {
            let settled = self
                .settled
                .iter()
                .any(|settled| pointer == settled || pointer.starts_with(&format!("{settled}/")));
            let named = pointer.split('/').any(|member| not_ours.contains(&member));
            !settled && !named
        });
        left.iter()
            .map(|pointer| format!("{}: {pointer} went uncompared", self.file))
            .collect()
    }
}

/// The pointers of all leaves.
fn collect(value: &Value, pointer: String, leaves: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                collect(member, format!("{pointer}/{name}"), leaves);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, format!("{pointer}/{index}"), leaves);
            }
        }
        // The tool that wrote the expectation names its classes and breaks its cycles with these.
        Value::String(text) if text == "__RECURSIVITY__" || pointer.ends_with("/__CLASS__") => {}
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => leaves.push(pointer),
    }
}
