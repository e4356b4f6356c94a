//! Tables of banks (CSV, XLSX): which mapping reads one.
//!
//! A file says nothing of its bank. The mapping is the one that its sender named, else the only
//! one whose columns the file's header has. None, or several: the file is parked with a sentence,
//! because money read by the wrong columns is worse than money that waits.

use fairlock_intake::mapping::{BUILTIN, builtin};
use fairlock_intake::statement::Entry;
use fairlock_intake::{Contents, Mapping, ReadError, sheet};

/// The name under which a message keeps its mapping.
pub const MAPPING: &str = "mapping";

/// Errors of a file that stand in its note; the rest is counted.
const NOTED_MAX: usize = 5;

/// The mappings that come with the program.
pub fn of_program() -> Vec<Mapping> {
    BUILTIN
        .iter()
        .filter_map(|(name, _)| builtin(name))
        .collect()
}

/// A mapping by its name; the error is for people.
pub fn named<'m>(mappings: &'m [Mapping], name: &str) -> Result<&'m Mapping, String> {
    let found = mappings.iter().find(|mapping| mapping.name == name);
    found.ok_or_else(|| format!("mapping {name:?}: expected {}", names(mappings)))
}

/// The only mapping that recognises the file's header; the error is for people.
pub fn recognised<'m>(mappings: &'m [Mapping], bytes: &[u8]) -> Result<&'m Mapping, String> {
    let all = mappings.iter();
    let found: Vec<&Mapping> = all.filter(|m| sheet::recognises(bytes, m)).collect();
    match found.as_slice() {
        [mapping] => Ok(mapping),
        [] => Err(format!(
            "no statement format that is known, and no table whose header a mapping has; expected a \
             camt, pain.002, MT940 or MT942 file, or a table of {}",
            names(mappings)
        )),
        several => {
            let names: Vec<&str> = several.iter().map(|m| m.name.as_str()).collect();
            Err(format!(
                "a table whose header {} mappings have ({}); expected one, or its name with the file",
                names.len(),
                names.join(", ")
            ))
        }
    }
}

/// Reads a table; the error is everything that is wrong with it, for people.
pub fn read(
    bytes: &[u8],
    mapping: &Mapping,
    on_entry: &mut dyn FnMut(usize, Entry),
) -> Result<Contents, String> {
    let mut input = bytes;
    sheet::read(&mut input, mapping, on_entry).map_err(|errors| problems(&mapping.name, &errors))
}

/// The first errors and how many more there are, in one sentence.
fn problems(mapping: &str, errors: &[ReadError]) -> String {
    let shown: Vec<String> = errors
        .iter()
        .take(NOTED_MAX)
        .map(ToString::to_string)
        .collect();
    let more = match errors.len().saturating_sub(NOTED_MAX) {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    format!("by mapping {mapping}: {}{more}", shown.join("; "))
}

/// "one of the mappings a, b".
fn names(mappings: &[Mapping]) -> String {
    let names: Vec<&str> = mappings
        .iter()
        .map(|mapping| mapping.name.as_str())
        .collect();
    format!("one of the mappings {}", names.join(", "))
}
