//! A form with files (RFC 7578), as browsers send it: its fields as parts of the body.
//!
//! The body is in memory and bounded by its route. On purpose absent: nested forms, transfer
//! encodings (browsers use none), and names in other characters than the page has.

/// Headers of one field are short; browsers send two lines.
const HEAD_MAX: usize = 4 * 1024;
/// Fields of one form: more than any page has.
const FIELDS_MAX: usize = 16;

/// One field.
pub struct Field<'a> {
    pub name: &'a str,
    /// The name that a file has where it comes from.
    pub file: Option<&'a str>,
    pub value: &'a [u8],
}

/// The fields of a form; `None` when it isn't one.
pub fn fields<'a>(content_type: &str, body: &'a [u8]) -> Option<Vec<Field<'a>>> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let boundary = parameters.trim().strip_prefix("boundary=")?;
    let boundary = boundary.trim_matches('"');
    if boundary.is_empty() || boundary.len() > 70 {
        return None;
    }
    let delimiter = format!("\r\n--{boundary}");
    let mut rest = body.strip_prefix(&delimiter.as_bytes()[2..])?;
    let mut fields = Vec::new();
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let end = find(part, delimiter.as_bytes())?;
        fields.push(field(&part[..end])?);
        rest = &part[end + delimiter.len()..];
        if fields.len() > FIELDS_MAX {
            return None;
        }
    }
    rest.starts_with(b"--").then_some(fields)
}

fn field(part: &[u8]) -> Option<Field<'_>> {
    let head = &part[..part.len().min(HEAD_MAX)];
    let end = find(head, b"\r\n\r\n")?;
    let text = std::str::from_utf8(&head[..end]).ok()?;
    let is_disposition = |line: &&str| {
        let start = "content-disposition:";
        line.get(..start.len())
            .is_some_and(|s| s.eq_ignore_ascii_case(start))
    };
    let line = text.split("\r\n").find(is_disposition)?;
    Some(Field {
        name: parameter(line, "; name=\"")?,
        file: parameter(line, "; filename=\""),
        value: &part[end + 4..],
    })
}

fn parameter<'a>(line: &'a str, before: &str) -> Option<&'a str> {
    let (_, value) = line.split_once(before)?;
    value.split('"').next()
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    loop {
        let next = haystack
            .get(from..)?
            .iter()
            .position(|byte| *byte == first)?;
        let at = from + next;
        if haystack[at..].starts_with(needle) {
            return Some(at);
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIND: &str = "multipart/form-data; boundary=----x";
    const FORM: &str = "------x\r\nContent-Disposition: form-data; name=\"table\"; filename=\"a b.csv\"\r\n\
         Content-Type: text/csv\r\n\r\nDate\r\n--\r\n\r\n------x\r\nContent-Disposition: form-data; name=\"mapping\"\r\n\r\n\
         \r\n------x--\r\n";

    #[test]
    fn a_form_s_fields_are_read_as_they_are() {
        let fields = fields(KIND, FORM.as_bytes()).unwrap();
        let shown: Vec<_> = fields.iter().map(|f| (f.name, f.file, f.value)).collect();
        let expected: [(&str, Option<&str>, &[u8]); 2] = [
            ("table", Some("a b.csv"), b"Date\r\n--\r\n"),
            ("mapping", None, b""),
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn what_is_no_whole_form_is_none() {
        for (kind, body) in [
            ("text/plain", FORM),
            ("multipart/form-data", FORM),
            ("multipart/form-data; boundary=", FORM),
            ("multipart/form-data; boundary=y", FORM),
            (KIND, ""),
            (KIND, "------x\r\nno head"),
            (KIND, "------x\r\n\r\n\r\n------x--"),
        ] {
            assert!(fields(kind, body.as_bytes()).is_none(), "{kind}: {body:?}");
        }
        for length in 0..FORM.len() - 4 {
            assert!(
                fields(KIND, &FORM.as_bytes()[..length]).is_none(),
                "{length}"
            );
        }
    }
}
