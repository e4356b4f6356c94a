//! JSON as a tree that forgets nothing: a key that stands twice must not win or lose silently.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::ScenarioError;
use super::reader::Path;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    Null,
    Bool(bool),
    /// No field of a scenario is a number: amounts are strings.
    Number,
    Text(String),
    List(Vec<Node>),
    /// In document order.
    Object(Vec<(String, Node)>),
}

/// Parses a whole document, in which every key of an object stands once.
pub fn parse(text: &str) -> Result<Node, ScenarioError> {
    let node: Node = serde_json::from_str(text).map_err(|error| ScenarioError {
        path: "$".to_string(),
        expected: format!("a JSON document ({error})"),
    })?;
    keys_stand_once(&node, &Path::Root)?;
    Ok(node)
}

fn keys_stand_once(node: &Node, path: &Path) -> Result<(), ScenarioError> {
    match node {
        Node::List(items) => items
            .iter()
            .enumerate()
            .try_for_each(|(i, item)| keys_stand_once(item, &Path::Index(path, i))),
        Node::Object(fields) => {
            let mut seen = BTreeSet::new();
            for (key, value) in fields {
                let here = Path::Key(path, key);
                if !seen.insert(key) {
                    return Err(ScenarioError {
                        path: here.to_string(),
                        expected: "a key that stands once".to_string(),
                    });
                }
                keys_stand_once(value, &here)?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
        Ok(Node::Number)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
        Ok(Node::Number)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
        Ok(Node::Number)
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_string()))
    }

    fn visit_string<E>(self, value: String) -> Result<Node, E> {
        Ok(Node::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Node, A::Error> {
        let mut object = Vec::new();
        while let Some(field) = fields.next_entry()? {
            object.push(field);
        }
        Ok(Node::Object(object))
    }
}
