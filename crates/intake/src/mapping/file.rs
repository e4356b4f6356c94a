//! A mapping as it stands in TOML, each value with its place in the file.
//!
//! Only the shape is judged here: unknown keys, wrong types. What the values mean together stands
//! in `checks`.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use toml::Spanned;

/// A text with its place.
pub(super) type Text = Option<Spanned<String>>;
/// Texts with the place of their list.
pub(super) type Texts = Option<Spanned<Vec<String>>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub title: Option<String>,
    #[serde(default)]
    pub table: TableFile,
    pub columns: Spanned<ColumnsFile>,
    #[serde(default)]
    pub references: ReferencesFile,
    pub dates: Spanned<DatesFile>,
    #[serde(default)]
    pub status: StatusFile,
    #[serde(default)]
    pub direction: DirectionFile,
    #[serde(default)]
    pub reversal: ReversalFile,
    #[serde(default)]
    pub outside: OutsideFile,
    #[serde(default)]
    pub constants: ConstantsFile,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct TableFile {
    pub delimiter: Text,
    pub quote: Text,
    pub encoding: Text,
    pub header: Option<Spanned<HeaderText>>,
    pub skip: Option<Spanned<u64>>,
    pub end: Texts,
    pub sheet: Text,
    pub amounts: Text,
    pub debit_sign: Text,
    pub order: Text,
    pub overlap: Option<bool>,
}

/// A word, or the number of a row.
pub(super) enum HeaderText {
    Word(String),
    Row(u64),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ColumnsFile {
    pub booking_date: Option<Spanned<One>>,
    pub value_date: Option<Spanned<One>>,
    pub acted: Option<Spanned<One>>,
    pub amount: Option<Spanned<One>>,
    pub direction: Option<Spanned<One>>,
    pub credit: Option<Spanned<One>>,
    pub debit: Option<Spanned<One>>,
    pub currency: Option<Spanned<One>>,
    pub account: Option<Spanned<One>>,
    pub status: Option<Spanned<One>>,
    pub reversal: Option<Spanned<One>>,
    pub balance: Option<Spanned<One>>,
    pub remittance: Option<Spanned<Several>>,
    pub counterparty: Option<Spanned<One>>,
    pub counterparty_account: Option<Spanned<One>>,
    pub return_reason: Option<Spanned<One>>,
    pub optional: Texts,
}

/// A column: its names with bars between, or its position.
#[derive(Clone)]
pub(super) enum One {
    Names(String),
    Position(u64),
}

/// A column, or a list of columns.
pub(super) struct Several(pub Vec<One>);

/// References by camt's own names.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
#[allow(non_snake_case)]
pub(super) struct ReferencesFile {
    pub AcctSvcrRef: Option<Spanned<One>>,
    pub NtryRef: Option<Spanned<One>>,
    pub EndToEndId: Option<Spanned<One>>,
    pub TxId: Option<Spanned<One>>,
    pub InstrId: Option<Spanned<One>>,
    pub UETR: Option<Spanned<One>>,
    pub MndtId: Option<Spanned<One>>,
    pub ChqNb: Option<Spanned<One>>,
    pub ClrSysRef: Option<Spanned<One>>,
    pub PmtInfId: Option<Spanned<One>>,
    pub MsgId: Option<Spanned<One>>,
}

/// A reference's name, and the column that the file gives it.
pub(super) type NamedReference = (&'static str, Option<Spanned<One>>);

impl ReferencesFile {
    /// The entry's own, then the transaction's.
    pub(super) fn named(self) -> [Vec<NamedReference>; 2] {
        let of_entry = vec![("AcctSvcrRef", self.AcctSvcrRef), ("NtryRef", self.NtryRef)];
        let of_transaction = vec![
            ("EndToEndId", self.EndToEndId),
            ("TxId", self.TxId),
            ("InstrId", self.InstrId),
            ("UETR", self.UETR),
            ("MndtId", self.MndtId),
            ("ChqNb", self.ChqNb),
            ("ClrSysRef", self.ClrSysRef),
            ("PmtInfId", self.PmtInfId),
            ("MsgId", self.MsgId),
        ];
        [of_entry, of_transaction]
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DatesFile {
    pub formats: Spanned<Vec<String>>,
    pub zone: Text,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct StatusFile {
    pub booked: Texts,
    pub pending: Texts,
    pub failed: Texts,
    pub ignored: Texts,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct DirectionFile {
    pub credit: Texts,
    pub debit: Texts,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct ReversalFile {
    pub words: Texts,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct OutsideFile {
    pub statement: Text,
    pub account: Text,
    pub currency: Text,
    pub opening: Text,
    pub closing: Text,
    pub complete_to: Text,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct ConstantsFile {
    pub account: Text,
    pub currency: Text,
}

impl<'de> Deserialize<'de> for HeaderText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match One::deserialize(deserializer)? {
            One::Names(word) => Ok(HeaderText::Word(word)),
            One::Position(row) => Ok(HeaderText::Row(row)),
        }
    }
}

impl<'de> Deserialize<'de> for One {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneVisitor)
    }
}

struct OneVisitor;

impl<'de> Visitor<'de> for OneVisitor {
    type Value = One;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name, or a number from 1")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<One, E> {
        Ok(One::Names(text.to_owned()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<One, E> {
        let position = u64::try_from(number).map_err(|_| E::custom("a number from 1"))?;
        Ok(One::Position(position))
    }
}

impl<'de> Deserialize<'de> for Several {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SeveralVisitor)
    }
}

struct SeveralVisitor;

impl<'de> Visitor<'de> for SeveralVisitor {
    type Value = Several;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a column, or a list of columns")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Several, E> {
        OneVisitor.visit_str(text).map(|one| Several(vec![one]))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Several, E> {
        OneVisitor.visit_i64(number).map(|one| Several(vec![one]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Several, A::Error> {
        let mut all = Vec::new();
        while let Some(one) = list.next_element::<One>()? {
            all.push(one);
        }
        Ok(Several(all))
    }
}
