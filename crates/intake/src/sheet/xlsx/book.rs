//! The workbook: its sheets, its calendar, and where its other parts stand.

use super::archive::{Archive, PART_MAX_BYTES};
use super::part::Item;
use super::serial::Calendar;
use crate::error::{Place, ReadError};

const BOOK: &str = "xl/workbook.xml";
const RELATIONS: &str = "xl/_rels/workbook.xml.rels";
/// Sheets named in an error.
const NAMED_MAX: usize = 10;

pub(super) struct Book {
    sheets: Vec<Sheet>,
    pub calendar: Calendar,
    pub strings: Option<String>,
    pub styles: Option<String>,
}

struct Sheet {
    name: String,
    is_visible: bool,
    part: String,
}

impl Book {
    /// The part of the sheet with this name, or of the only visible one.
    pub(super) fn sheet(&self, name: Option<&str>) -> Result<String, ReadError> {
        let found: Vec<&Sheet> = match name {
            Some(name) => self
                .sheets
                .iter()
                .filter(|sheet| sheet.name == name)
                .collect(),
            None => self
                .sheets
                .iter()
                .filter(|sheet| sheet.is_visible)
                .collect(),
        };
        if let [sheet] = found.as_slice() {
            return Ok(sheet.part.clone());
        }
        let names = self.sheets.iter().take(NAMED_MAX);
        let names: Vec<String> = names.map(|sheet| format!("{:?}", sheet.name)).collect();
        let expected = match name {
            Some(name) => format!("the sheet {name:?}, as the mapping says"),
            None => "one visible sheet, or sheet under [table] in the mapping".to_owned(),
        };
        let found = match names.is_empty() {
            true => "no sheets".to_owned(),
            false => format!("the sheets {}", names.join(", ")),
        };
        Err(ReadError::new(Place::Input, found, expected))
    }
}

/// A relation of the workbook to one of its parts.
struct Relation {
    id: String,
    kind: String,
    part: String,
}

pub(super) fn read(archive: &mut Archive<'_>) -> Result<Book, ReadError> {
    let relations = relations(archive)?;
    let of_kind = |kind: &str| {
        let found = relations.iter().find(|relation| relation.kind == kind);
        found.map(|relation| relation.part.clone())
    };
    let mut book = Book {
        sheets: Vec::new(),
        calendar: Calendar::From1900,
        strings: of_kind("sharedStrings").filter(|part| archive.has(part)),
        styles: of_kind("styles").filter(|part| archive.has(part)),
    };
    archive.part(BOOK, PART_MAX_BYTES, |part| {
        loop {
            match part.next()? {
                Item::Open(element) if element.name == "workbookPr" => {
                    if matches!(element.get("date1904"), Some("1" | "true")) {
                        book.calendar = Calendar::From1904;
                    }
                }
                Item::Open(element) if element.name == "sheet" => {
                    let id = element.get("id").unwrap_or_default();
                    let relation = relations.iter().find(|relation| relation.id == id);
                    let Some(relation) = relation else {
                        return Err(part.wrong("a sheet that stands nowhere"));
                    };
                    // Sheets of charts and macros are no tables.
                    if relation.kind == "worksheet" {
                        book.sheets.push(Sheet {
                            name: element.get("name").unwrap_or_default().to_owned(),
                            is_visible: element.get("state").is_none_or(|s| s == "visible"),
                            part: relation.part.clone(),
                        });
                    }
                }
                Item::Open(_) | Item::Close(_) | Item::Text(_) => {}
                Item::End => return Ok(()),
            }
        }
    })?;
    Ok(book)
}

fn relations(archive: &mut Archive<'_>) -> Result<Vec<Relation>, ReadError> {
    archive.part(RELATIONS, PART_MAX_BYTES, |part| {
        let mut relations = Vec::new();
        loop {
            match part.next()? {
                Item::Open(element) if element.name == "Relationship" => {
                    let target = element.get("Target").unwrap_or_default();
                    let kind = element.get("Type").unwrap_or_default();
                    relations.push(Relation {
                        id: element.get("Id").unwrap_or_default().to_owned(),
                        kind: kind.rsplit('/').next().unwrap_or_default().to_owned(),
                        part: match target.strip_prefix('/') {
                            Some(absolute) => absolute.to_owned(),
                            None => format!("xl/{target}"),
                        },
                    });
                }
                Item::Open(_) | Item::Close(_) | Item::Text(_) => {}
                Item::End => return Ok(relations),
            }
        }
    })
}
