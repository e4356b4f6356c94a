//! Where a table's columns stand: by the row of their names, or by position.

use super::Row;
use crate::error::{Place, ReadError};
use crate::mapping::{By, Header, Mapping, normal};

/// A header is within the first rows; banks put a page of words above it at most.
const SEARCHED_ROWS_MAX: u32 = 100;

/// Where each column of the mapping stands.
#[derive(Clone)]
pub(super) struct Bound {
    /// By slot; `None` for an optional column that the table lacks.
    pub positions: Vec<Option<usize>>,
    /// By slot: the name as the table has it.
    pub titles: Vec<String>,
    /// Cells that each row must have.
    pub width: usize,
}

pub(super) struct Finder<'m> {
    mapping: &'m Mapping,
    rows: u32,
    /// The row that lacked the fewest columns, and how many and which first it lacked.
    closest: Option<(u64, usize, String)>,
}

impl<'m> Finder<'m> {
    pub(super) fn new(mapping: &'m Mapping) -> Self {
        Self {
            mapping,
            rows: 0,
            closest: None,
        }
    }

    /// At least one column is named.
    pub(super) fn is_by_name(&self) -> bool {
        let mut columns = self.mapping.columns.all.iter();
        columns.any(|column| matches!(column.by, By::Names(_)))
    }

    /// The columns of a table without a header, when it begins with this row.
    pub(super) fn headless(&self, row: &dyn Row) -> Option<Bound> {
        let Header::None { skip } = self.mapping.table.header else {
            return None;
        };
        if row.line() <= skip {
            return None;
        }
        let columns = &self.mapping.columns.all;
        let positions: Vec<Option<usize>> = columns
            .iter()
            .map(|column| match column.by {
                By::Position(position) => Some(position),
                By::Names(_) => None,
            })
            .collect();
        Some(Bound {
            width: positions.iter().flatten().max().map_or(0, |last| last + 1),
            titles: columns.iter().map(|column| column.title.clone()).collect(),
            positions,
        })
    }

    /// The columns, when this row is the header. An error when it must be and isn't, or when no
    /// row was.
    pub(super) fn look(&mut self, row: &dyn Row) -> Result<Option<Bound>, ReadError> {
        self.rows += 1;
        match self.mapping.table.header {
            Header::None { .. } => return Ok(None),
            Header::Row(wanted) if row.line() < wanted => return Ok(None),
            Header::Row(_) | Header::Find => {}
        }
        match self.bind(row)? {
            Ok(bound) => Ok(Some(bound)),
            Err((missing, first)) => {
                let closer = self
                    .closest
                    .as_ref()
                    .is_none_or(|(_, count, _)| missing < *count);
                if closer {
                    self.closest = Some((row.line(), missing, first));
                }
                let must_be = matches!(self.mapping.table.header, Header::Row(_));
                match must_be || self.rows >= SEARCHED_ROWS_MAX {
                    true => Err(self.not_found()),
                    false => Ok(None),
                }
            }
        }
    }

    /// The error when the file ends without a header.
    pub(super) fn not_found(&self) -> ReadError {
        match &self.closest {
            None => ReadError::new(Place::Input, "nothing", "a table with column names"),
            Some((row, _, column)) => ReadError::new(
                Place::Cell {
                    row: *row,
                    column: column.clone(),
                },
                "no such column, in the row that is most like the header",
                format!("this column, as the mapping {} says", self.mapping.name),
            ),
        }
    }

    /// Every column's place in this row; else how many are missing, and the first of them.
    fn bind(&self, row: &dyn Row) -> Result<Result<Bound, (usize, String)>, ReadError> {
        let names: Vec<String> = (0..row.len()).map(|position| name(row, position)).collect();
        let last = names.iter().rposition(|name| !name.is_empty());
        let mut bound = Bound {
            positions: Vec::new(),
            titles: Vec::new(),
            width: last.map_or(0, |last| last + 1),
        };
        let mut missing: Option<(usize, String)> = None;
        let mut twice = None;
        for column in &self.mapping.columns.all {
            let position = match &column.by {
                By::Position(position) => Some(*position),
                By::Names(wanted) => {
                    let is = |name: &String| !name.is_empty() && wanted.contains(name);
                    let mut found = (0..).zip(&names).filter(|(_, name)| is(name));
                    let first = found.next().map(|(position, _)| position);
                    if found.next().is_some() {
                        twice = twice.or(Some(column.title.clone()));
                    }
                    first
                }
            };
            if position.is_none() && !column.optional {
                let entry = missing.get_or_insert((0, column.title.clone()));
                entry.0 += 1;
            }
            bound.titles.push(match position {
                Some(position) if !names.get(position).is_none_or(String::is_empty) => {
                    row.cell(position).found()
                }
                _ => column.title.clone(),
            });
            bound.positions.push(position);
        }
        match (missing, twice) {
            (Some(missing), _) => Ok(Err(missing)),
            (None, Some(column)) => Err(ReadError::new(
                Place::Cell {
                    row: row.line(),
                    column,
                },
                "this column twice",
                "it once, or a mapping that names it by position",
            )),
            (None, None) => Ok(Ok(bound)),
        }
    }
}

fn name(row: &dyn Row, position: usize) -> String {
    match row.cell(position).text() {
        Ok(Some(text)) => normal(&text),
        _ => String::new(),
    }
}
