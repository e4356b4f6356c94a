//! Packs as their writers hand them in: folders with a pack and its scenarios, looked at whole.
//!
//! Besides what a pack may not be, alone and beside the others ([`crate::pack`]): its folder bears
//! its id, and enough scenarios stand beside it, each readable and with its page. The caller reads
//! the files. On purpose absent: comparing answers with the pages, which the tests do.

use crate::pack::{PackError, lint_all};
use crate::{Rulebook, builtin_texts, scenario};

/// Fewer scenarios can't show the edges of a law.
pub const SCENARIOS_MIN: usize = 6;

/// A folder of the packs' folder; names of files are for messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    pub name: String,
    /// Of `pack.toml`.
    pub file: String,
    pub text: String,
    pub scenarios: Vec<ScenarioFile>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioFile {
    pub file: String,
    pub text: String,
    /// A page of the same name stands beside it.
    pub has_page: bool,
}

/// Everything that is wrong with these packs and their scenarios, folder by folder.
pub fn folders(folders: &[Folder]) -> Vec<PackError> {
    let texts = folders.iter().map(|f| (f.file.as_str(), f.text.as_str()));
    let packs = match lint_all(&texts.collect::<Vec<_>>()) {
        Ok(packs) => packs,
        Err(errors) => return errors,
    };
    let mut errors = Vec::new();
    for folder in folders {
        if !packs.iter().any(|pack| pack.id == folder.name) {
            let line = folder
                .text
                .lines()
                .position(|l| l.trim_start().starts_with("id"));
            errors.push(PackError {
                file: folder.file.clone(),
                line: line.map_or(0, |line| line + 1),
                expected: format!("the id {}, as its folder is named", folder.name),
            });
        }
        let count = folder.scenarios.len();
        if count < SCENARIOS_MIN {
            errors.push(PackError {
                file: folder.file.clone(),
                line: 0,
                expected: format!("at least {SCENARIOS_MIN} scenarios beside it, not {count}"),
            });
        }
        for file in folder.scenarios.iter().filter(|file| !file.has_page) {
            errors.push(PackError {
                file: file.file.clone(),
                line: 0,
                expected: "a page of the same name with the answers expected".to_string(),
            });
        }
    }
    errors.extend(unreadable(folders));
    errors
}

/// Scenarios that can't be read with these packs and those of the program.
fn unreadable(folders: &[Folder]) -> Vec<PackError> {
    let own = folders.iter().map(|f| (f.file.as_str(), f.text.as_str()));
    let taken = |file: &str| {
        let id = file.split('/').rev().nth(1);
        folders
            .iter()
            .any(|folder| Some(folder.name.as_str()) == id)
    };
    let others = builtin_texts().iter().copied();
    let others = others.filter(|(file, _)| !taken(file));
    let book = match Rulebook::from_texts(own.chain(others)) {
        Ok(book) => book,
        Err(error) => return vec![error],
    };
    let files = folders.iter().flat_map(|folder| &folder.scenarios);
    let wrong = files.filter_map(|file| {
        let error = scenario::read(&file.text, &book).err()?;
        Some(PackError {
            file: file.file.clone(),
            line: 0,
            expected: format!("{} at {}", error.expected, error.path),
        })
    });
    wrong.collect()
}
