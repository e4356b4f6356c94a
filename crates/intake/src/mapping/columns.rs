//! The columns that a mapping names, and what each is.

/// Position of a column in [`Columns::all`].
pub(crate) type Slot = usize;

/// One column, by the names that the bank gives it or by its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// For errors, where the table has no name for it: "Betrag" or "column 3".
    pub title: String,
    pub by: By,
    /// The table may lack it.
    pub optional: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// Any of these, normalised.
    Names(Vec<String>),
    /// From 0.
    Position(usize),
}

/// What the columns are.
#[derive(Clone)]
pub(crate) struct Columns {
    pub all: Vec<Column>,
    pub booking: Option<Slot>,
    pub value: Option<Slot>,
    pub acted: Option<Slot>,
    pub money: Money,
    pub currency: Option<Slot>,
    pub account: Option<Slot>,
    pub status: Option<Slot>,
    pub reversal: Option<Slot>,
    pub balance: Option<Slot>,
    /// Each with something in it is a line of the remittance.
    pub remittance: Vec<Slot>,
    pub counterparty: Option<Slot>,
    pub counterparty_account: Option<Slot>,
    pub return_reason: Option<Slot>,
    /// The entry's own references.
    pub entry_references: Vec<(&'static str, Slot)>,
    /// The transaction's.
    pub references: Vec<(&'static str, Slot)>,
}

/// Where the amount stands, and where its direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Money {
    /// A minus is a debit.
    Signed(Slot),
    /// Each row has one of the two.
    Separate { credit: Slot, debit: Slot },
    /// A word says which.
    Directed { amount: Slot, direction: Slot },
}
