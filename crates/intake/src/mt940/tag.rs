//! Tags at the start of a line, `:61:`, and the headers around a message.
//!
//! A line of free text may begin with a colon and two digits, such as a time of day; only tags that
//! these messages have are tags.

/// What a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    /// `:20:`, the message's reference; begins a message.
    Reference,
    /// `:25:`, `:25P:`.
    Account,
    /// `:28C:`, `:28:`.
    Number,
    /// `:60F:`; `:60M:` on a page that isn't the first.
    Opening,
    /// `:61:`.
    Entry,
    /// `:62F:`.
    Closing,
    /// `:62M:`, on a page that isn't the last.
    PageEnd,
    /// `:86:`.
    About,
    /// `:34F:`, the floor limit of an interim report.
    Floor,
    /// `:13D:`, when an interim report was made.
    Moment,
    /// `:90C:`, `:90D:`, an interim report's totals.
    Totals,
    /// Fields that aren't read.
    Other,
}

impl Tag {
    /// Whether a text with such a line is one of these messages, and not any text with colons.
    pub(super) fn tells_a_message(self) -> bool {
        !matches!(self, Tag::Other | Tag::About)
    }
}

/// The tag at a line's start, and what stands behind it.
pub(super) fn of(line: &str) -> Option<(Tag, &str)> {
    let rest = line.strip_prefix(':')?;
    let end = rest.as_bytes().iter().take(4).position(|b| *b == b':')?;
    let tag = match &rest[..end] {
        "61" => Tag::Entry,
        "86" => Tag::About,
        "20" => Tag::Reference,
        "25" | "25P" => Tag::Account,
        "28" | "28C" => Tag::Number,
        "60F" | "60M" => Tag::Opening,
        "62F" => Tag::Closing,
        "62M" => Tag::PageEnd,
        "34F" => Tag::Floor,
        "13" | "13D" => Tag::Moment,
        "90C" | "90D" => Tag::Totals,
        "21" | "64" | "64F" | "65" | "65F" | "65M" | "NS" => Tag::Other,
        _ => return None,
    };
    Some((tag, &rest[end + 1..]))
}

/// Whether a line is SWIFT's block headers, `{1:F01…}{2:O940…}{4:`.
pub(super) fn is_block(line: &str) -> bool {
    matches!(line.as_bytes(), [b'{', b'1'..=b'5', b':', ..])
}

/// Whether a header says that an interim report follows, or that a statement does: `{2:O942…`,
/// `{2:I942…`, or the type on a line of its own, `:942:`, `942`, `942 00`.
pub(super) fn header_says_interim(line: &str) -> Option<bool> {
    let kind = match line.find("{2:") {
        Some(at) => line.get(at + 4..at + 7)?,
        None => line.strip_prefix(':').unwrap_or(line).get(..3)?,
    };
    let rest_is_bare = |rest: &str| matches!(rest, "" | ":" | " 00" | "00");
    let alone = line.contains("{2:")
        || rest_is_bare(
            line.trim_start_matches(':')
                .get(3..)
                .unwrap_or_default()
                .trim_end(),
        );
    match kind {
        "942" if alone => Some(true),
        "940" | "941" | "950" if alone => Some(false),
        _ => None,
    }
}
