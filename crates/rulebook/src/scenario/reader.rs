//! Reads typed values from a JSON tree; every refusal knows its path.

use std::fmt;

use fairlock_domain::calendar::{Day, Instant};
use fairlock_domain::money::{Currency, Money};

use super::ScenarioError;
use super::json::Node;
use crate::time;

/// The way from the root; only printed when something is wrong.
#[derive(Debug, Clone, Copy)]
pub enum Path<'a> {
    Root,
    Key(&'a Path<'a>, &'a str),
    Index(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => f.write_str("$"),
            Path::Index(parent, i) => write!(f, "{parent}[{i}]"),
            Path::Key(parent, key) => {
                let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
                if !key.is_empty() && key.chars().all(word) {
                    write!(f, "{parent}.{key}")
                } else {
                    // A hostile key stays on one line.
                    write!(f, "{parent}[{key:?}]")
                }
            }
        }
    }
}

/// A node and the way to it.
#[derive(Clone, Copy)]
pub struct At<'n, 'p> {
    node: &'n Node,
    path: &'p Path<'p>,
}

/// An object whose keys are all known, and that has all it must have.
pub struct Object<'n, 'p> {
    fields: &'n [(String, Node)],
    path: &'p Path<'p>,
}

impl<'n, 'p> At<'n, 'p> {
    pub fn new(node: &'n Node, path: &'p Path<'p>) -> At<'n, 'p> {
        At { node, path }
    }

    pub fn expected(&self, expected: impl Into<String>) -> ScenarioError {
        ScenarioError {
            path: self.path.to_string(),
            expected: expected.into(),
        }
    }

    /// A string that isn't empty.
    pub fn text(&self) -> Result<&'n str, ScenarioError> {
        match self.node {
            Node::Text(text) if !text.is_empty() => Ok(text),
            _ => Err(self.expected("a string that isn't empty")),
        }
    }

    pub fn bool(&self) -> Result<bool, ScenarioError> {
        match self.node {
            Node::Bool(value) => Ok(*value),
            _ => Err(self.expected("true or false")),
        }
    }

    pub fn day(&self) -> Result<Day, ScenarioError> {
        let text = self.string_for("a date like \"2026-02-10\"")?;
        Day::parse(text).map_err(|error| self.expected(error.to_string()))
    }

    pub fn instant(&self) -> Result<Instant, ScenarioError> {
        const EXPECTED: &str = "an RFC 3339 instant with offset and at most nine decimals, as \"2026-02-10T09:00:00+05:30\"";
        let text = self.string_for(EXPECTED)?;
        time::parse_instant(text).ok_or_else(|| self.expected(EXPECTED))
    }

    pub fn amount(&self, currency: Currency) -> Result<Money, ScenarioError> {
        let text = self.string_for("an amount as a string, like \"1500.00\"")?;
        let amount = Money::parse(text, currency);
        let amount = amount.map_err(|error| self.expected(error.to_string()))?;
        match amount.is_positive() {
            true => Ok(amount),
            false => Err(self.expected("an amount of more than zero")),
        }
    }

    fn string_for(&self, expected: &str) -> Result<&'n str, ScenarioError> {
        match self.node {
            Node::Text(text) => Ok(text),
            _ => Err(self.expected(expected)),
        }
    }

    /// One of a closed list of words.
    pub fn one_of<T>(
        &self,
        read: impl Fn(&str) -> Option<T>,
        names: &[&str],
    ) -> Result<T, ScenarioError> {
        let expected = || format!("one of {}", names.join(", "));
        let text = self.string_for(&expected())?;
        read(text).ok_or_else(|| self.expected(expected()))
    }

    pub fn list<T>(
        &self,
        mut read: impl FnMut(&At<'n, '_>) -> Result<T, ScenarioError>,
    ) -> Result<Vec<T>, ScenarioError> {
        let Node::List(items) = self.node else {
            return Err(self.expected("a list"));
        };
        let mut values = Vec::with_capacity(items.len());
        for (i, item) in items.iter().enumerate() {
            let path = Path::Index(self.path, i);
            values.push(read(&At {
                node: item,
                path: &path,
            })?);
        }
        Ok(values)
    }

    /// One required field of an object whose other fields aren't known yet.
    pub fn field<T>(
        &self,
        key: &str,
        read: impl FnOnce(&At<'n, '_>) -> Result<T, ScenarioError>,
    ) -> Result<T, ScenarioError> {
        let Node::Object(fields) = self.node else {
            return Err(self.expected("an object"));
        };
        let path = self.path;
        Object { fields, path }.required(key, read)
    }

    /// An object with all of `required`, and besides these only `optional`.
    pub fn object(
        &self,
        required: &[&str],
        optional: &[&str],
    ) -> Result<Object<'n, 'p>, ScenarioError> {
        let Node::Object(fields) = self.node else {
            return Err(self.expected("an object"));
        };
        for (key, _) in fields {
            let known = required.iter().chain(optional);
            if !known.clone().any(|k| k == key) {
                let known: Vec<&str> = known.copied().collect();
                return Err(ScenarioError {
                    path: Path::Key(self.path, key).to_string(),
                    expected: format!("no other fields than: {}", known.join(", ")),
                });
            }
        }
        for key in required {
            if !fields.iter().any(|(k, _)| k == key) {
                return Err(ScenarioError {
                    path: Path::Key(self.path, key).to_string(),
                    expected: "this field, which is required".to_string(),
                });
            }
        }
        Ok(Object {
            fields,
            path: self.path,
        })
    }
}

impl<'n> Object<'n, '_> {
    /// A field that [`At::object`] made sure of.
    pub fn required<T>(
        &self,
        key: &str,
        read: impl FnOnce(&At<'n, '_>) -> Result<T, ScenarioError>,
    ) -> Result<T, ScenarioError> {
        let path = Path::Key(self.path, key);
        match self.fields.iter().find(|(k, _)| k == key) {
            Some((_, node)) => read(&At { node, path: &path }),
            None => Err(ScenarioError {
                path: path.to_string(),
                expected: "this field, which is required".to_string(),
            }),
        }
    }

    /// A field that may be absent.
    pub fn maybe<T>(
        &self,
        key: &str,
        read: impl FnOnce(&At<'n, '_>) -> Result<T, ScenarioError>,
    ) -> Result<Option<T>, ScenarioError> {
        match self.fields.iter().any(|(k, _)| k == key) {
            true => self.required(key, read).map(Some),
            false => Ok(None),
        }
    }

    /// A list that is empty when absent.
    pub fn optional<T: Default>(
        &self,
        key: &str,
        read: impl FnOnce(&At<'n, '_>) -> Result<T, ScenarioError>,
    ) -> Result<T, ScenarioError> {
        Ok(self.maybe(key, read)?.unwrap_or_default())
    }
}
