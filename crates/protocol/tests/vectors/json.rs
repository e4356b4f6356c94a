//! JSON that people read: keys in the order in which they were written, and one line for
//! everything that fits on one.

use fairlock_protocol::enrol::hex;

#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Yes(bool),
    Number(i64),
    Text(String),
    List(Vec<Json>),
    Map(Vec<(&'static str, Json)>),
}

const WIDTH: usize = 118;

impl Json {
    pub fn bytes(bytes: &[u8]) -> Json {
        Json::Text(hex(bytes))
    }

    /// A map with one more entry.
    pub fn with(self, key: &'static str, value: impl Into<Json>) -> Json {
        match self {
            Json::Map(mut entries) => {
                entries.push((key, value.into()));
                Json::Map(entries)
            }
            other => panic!("not a map: {other:?}"),
        }
    }

    /// The whole file.
    pub fn file(&self) -> String {
        let mut text = String::new();
        self.write(&mut text, 0);
        text.push('\n');
        text
    }

    fn line(&self) -> String {
        let quoted = |text: &str| serde_json::to_string(text).expect("text is JSON");
        match self {
            Json::Null => "null".into(),
            Json::Yes(yes) => yes.to_string(),
            Json::Number(number) => number.to_string(),
            Json::Text(text) => quoted(text),
            Json::List(items) => {
                let items: Vec<_> = items.iter().map(Json::line).collect();
                format!("[{}]", items.join(", "))
            }
            Json::Map(entries) => {
                let entry =
                    |(key, value): &(&str, Json)| format!("{}: {}", quoted(key), value.line());
                let entries: Vec<_> = entries.iter().map(entry).collect();
                format!("{{{}}}", entries.join(", "))
            }
        }
    }

    fn write(&self, text: &mut String, depth: usize) {
        let line = self.line();
        let pad = "  ".repeat(depth + 1);
        match self {
            Json::List(items) if line.len() + 2 * depth > WIDTH => {
                text.push('[');
                for (i, item) in items.iter().enumerate() {
                    text.push_str(if i == 0 { "\n" } else { ",\n" });
                    text.push_str(&pad);
                    item.write(text, depth + 1);
                }
                text.push_str(&format!("\n{}]", "  ".repeat(depth)));
            }
            Json::Map(entries) if line.len() + 2 * depth > WIDTH => {
                text.push('{');
                for (i, (key, value)) in entries.iter().enumerate() {
                    text.push_str(if i == 0 { "\n" } else { ",\n" });
                    text.push_str(&format!("{pad}\"{key}\": "));
                    value.write(text, depth + 1);
                }
                text.push_str(&format!("\n{}}}", "  ".repeat(depth)));
            }
            _ => text.push_str(&line),
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Json {
        Json::Text(text.into())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Json {
        Json::Text(text)
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Json {
        Json::Number(number as i64)
    }
}

impl From<bool> for Json {
    fn from(yes: bool) -> Json {
        Json::Yes(yes)
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(some: Option<T>) -> Json {
        some.map_or(Json::Null, Into::into)
    }
}

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(list: Vec<T>) -> Json {
        Json::List(list.into_iter().map(Into::into).collect())
    }
}

/// A map; bytes go in as `Json::bytes`.
macro_rules! map {
    ($($key:literal: $value:expr),* $(,)?) => {
        $crate::json::Json::Map(vec![$(($key, $value.into())),*])
    };
}
pub(crate) use map;
