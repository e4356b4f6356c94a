//! The pages for what can't be shown.

/// What went wrong, as HTTP knows it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ErrorKind {
    /// 400: what was asked can't be read.
    BadRequest,
    /// 403: another role may.
    Forbidden,
    /// 404: no such thing, or another lender's.
    #[default]
    NotFound,
    /// 404: what was typed names no contract.
    NothingFound,
    /// 500: ours.
    Internal,
}

/// An error page: what, where, what was expected.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ErrorPage {
    pub kind: ErrorKind,
    /// What was asked for: a contract's id, a path.
    pub thing: String,
    /// What was expected in its place, where that can be said.
    pub expected: Option<String>,
    /// Contracts that may have been meant.
    pub near: Vec<String>,
    /// To name when asking for help; appears in the log too.
    pub reference: Option<String>,
}
