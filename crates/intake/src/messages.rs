//! The ISO 20022 messages inside an XML document.
//!
//! An XML document may wrap its messages (`BizMsgEnvlp`), and hold several. The message is told by
//! its root element; its namespace says the version and may not name another message. Failure: no
//! message that is known, a namespace that disagrees, a version that doesn't exist.

use crate::camt;
use crate::document::{Contents, Format};
use crate::error::{Place, ReadError};
use crate::pain002;
use crate::source::Source;
use crate::statement::Entry;
use crate::xml::Xml;

/// Reads a document to its end.
pub(crate) fn read(
    source: Source<'_>,
    format: Option<Format>,
    contents: &mut Contents,
    on_entry: &mut dyn FnMut(usize, Entry),
) -> Result<(), ReadError> {
    let mut xml = Xml::new(source);
    xml.root()?;
    let root = xml.name().to_owned();
    let mut messages = Messages {
        format,
        contents,
        on_entry,
    };
    messages.descend(&mut xml)?;
    xml.finish()?;
    if contents.statements.is_empty() && contents.status_reports.is_empty() {
        return Err(ReadError::text(
            Place::Input,
            &root,
            "a camt.052, camt.053, camt.054 or pain.002 message",
        ));
    }
    Ok(())
}

/// What a document is, by its first message; reads no further than to that message's root element.
pub(crate) fn detect(source: Source<'_>) -> Result<Format, ReadError> {
    let mut xml = Xml::new(source);
    xml.root()?;
    loop {
        if let Some(message) = Message::of_root(xml.name()) {
            return Ok(message.family());
        }
        if !xml.element()? {
            return Err(unknown_message(&xml));
        }
    }
}

/// The messages that are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Message {
    Camt052,
    Camt053,
    Camt054,
    Pain002,
}

impl Message {
    /// By the root element's local name. Version 1 of camt had the version in the name, and version
    /// 2 of pain.002 was named by the whole identifier.
    fn of_root(name: &str) -> Option<Self> {
        let name = match name.split_at_checked(name.len().saturating_sub(3)) {
            Some((stem, version)) if is_version(version) => stem,
            _ => name,
        };
        match name {
            "BkToCstmrAcctRpt" => Some(Message::Camt052),
            "BkToCstmrStmt" => Some(Message::Camt053),
            "BkToCstmrDbtCdtNtfctn" => Some(Message::Camt054),
            "CstmrPmtStsRpt" | "pain.002.001.02" => Some(Message::Pain002),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Message::Camt052 => "camt.052",
            Message::Camt053 => "camt.053",
            Message::Camt054 => "camt.054",
            Message::Pain002 => "pain.002",
        }
    }

    fn family(self) -> Format {
        match self {
            Message::Pain002 => Format::Pain002,
            Message::Camt052 | Message::Camt053 | Message::Camt054 => Format::Camt,
        }
    }

    /// The newest version there is.
    fn version_max(self) -> u32 {
        match self {
            Message::Camt052 | Message::Camt053 | Message::Camt054 => 13,
            Message::Pain002 => 14,
        }
    }
}

/// "V01" to "V99".
fn is_version(text: &str) -> bool {
    text.len() == 3 && text.starts_with('V') && text[1..].bytes().all(|byte| byte.is_ascii_digit())
}

struct Messages<'a> {
    format: Option<Format>,
    contents: &'a mut Contents,
    on_entry: &'a mut dyn FnMut(usize, Entry),
}

impl Messages<'_> {
    /// Reads the current element if it is a message, else looks for messages inside it.
    fn descend(&mut self, xml: &mut Xml<'_>) -> Result<(), ReadError> {
        if let Some(message) = Message::of_root(xml.name()) {
            return self.message(xml, message);
        }
        if xml.name() == "Document" {
            return self.document(xml);
        }
        while xml.child_of_envelope()? {
            self.descend(xml)?;
        }
        Ok(())
    }

    /// A document has one message and nothing else.
    fn document(&mut self, xml: &mut Xml<'_>) -> Result<(), ReadError> {
        while xml.child()? {
            match Message::of_root(xml.name()) {
                Some(message) => self.message(xml, message)?,
                None => return Err(unknown_message(xml)),
            }
        }
        Ok(())
    }

    fn message(&mut self, xml: &mut Xml<'_>, message: Message) -> Result<(), ReadError> {
        let format = format_of(xml, message)?;
        let family = message.family();
        if let Some(wanted) = self.format.filter(|wanted| *wanted != family) {
            return Err(ReadError::text(
                xml.place(),
                &format,
                format!("a {} message", wanted.name()),
            ));
        }
        match message {
            Message::Pain002 => {
                let report = pain002::read(xml, &format)?;
                self.contents.status_reports.push(report);
                Ok(())
            }
            Message::Camt052 | Message::Camt053 | Message::Camt054 => {
                camt::read(xml, &format, &mut self.contents.statements, self.on_entry)
            }
        }
    }
}

/// "camt.053.001.02" by the namespace, or "camt.053" when there is none that says.
fn format_of(xml: &Xml<'_>, message: Message) -> Result<String, ReadError> {
    let namespace = xml.namespace().unwrap_or_default();
    let Some(identifier) = message_identifier(&namespace) else {
        return Ok(message.name().to_owned());
    };
    let Some(version) = identifier.strip_prefix(message.name()) else {
        let expected = format!(
            "the namespace of {}, as the root element says",
            message.name()
        );
        return Err(ReadError::text(xml.place(), identifier, expected));
    };
    let known = 1..=message.version_max();
    let number = version
        .strip_prefix(".001.")
        .and_then(|digits| digits.parse().ok());
    if !number.is_some_and(|number: u32| known.contains(&number)) {
        let expected = format!(
            "{}.001.01 to {}.001.{:02}",
            message.name(),
            message.name(),
            message.version_max()
        );
        return Err(ReadError::text(xml.place(), identifier, expected));
    }
    Ok(identifier.to_owned())
}

/// The message identifier inside a namespace: four letters and the numbers, whatever stands around
/// it.
fn message_identifier(namespace: &str) -> Option<&str> {
    const SHAPE: &[u8] = b"aaaa.000.000.00";
    let fits = |window: &[u8]| {
        window.iter().zip(SHAPE).all(|(byte, shape)| match shape {
            b'a' => byte.is_ascii_lowercase(),
            b'0' => byte.is_ascii_digit(),
            other => byte == other,
        })
    };
    let start = namespace.as_bytes().windows(SHAPE.len()).position(fits)?;
    namespace.get(start..start + SHAPE.len())
}

fn unknown_message(xml: &Xml<'_>) -> ReadError {
    let expected = "BkToCstmrAcctRpt, BkToCstmrStmt, BkToCstmrDbtCdtNtfctn or CstmrPmtStsRpt";
    ReadError::text(xml.place(), xml.name(), expected)
}
