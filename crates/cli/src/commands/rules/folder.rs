//! Packs as they lie in folders.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use fairlock_rulebook::lint::{Folder, ScenarioFile};

use crate::commands::read_text;
use crate::exit::Failure;

const PACK: &str = "pack.toml";

/// The pack in this folder, or those in its folders, by name.
pub fn read(dir: &Path) -> Result<Vec<Folder>, Failure> {
    if dir.join(PACK).is_file() {
        return Ok(vec![folder(dir)?]);
    }
    let inner = entries(dir)?.into_iter();
    let inner = inner.filter(|path| path.join(PACK).is_file());
    let folders: Result<Vec<Folder>, Failure> = inner.map(|path| folder(&path)).collect();
    let folders = folders?;
    if folders.is_empty() {
        let dir = dir.display();
        return Err(Failure::Input(anyhow!(
            "{dir}: no {PACK} here; expected a folder of packs, or of one"
        )));
    }
    Ok(folders)
}

/// What lies in a folder, by name.
pub fn entries(dir: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |e| Failure::Input(anyhow!("{}: can't read it ({e})", dir.display()));
    let entries = std::fs::read_dir(dir).map_err(unreadable)?;
    let paths: Result<Vec<PathBuf>, std::io::Error> =
        entries.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths.map_err(unreadable)?;
    paths.sort();
    Ok(paths)
}

fn folder(dir: &Path) -> Result<Folder, Failure> {
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_path_buf());
    let file = dir.join(PACK);
    let scenarios = dir.join("scenarios");
    let files = match scenarios.is_dir() {
        true => entries(&scenarios)?,
        false => Vec::new(),
    };
    let json = files
        .iter()
        .filter(|f| f.extension().is_some_and(|e| e == "json"));
    let scenario = |path: &PathBuf| {
        Ok(ScenarioFile {
            file: shown(path),
            text: read_text(path)?,
            has_page: path.with_extension("md").is_file(),
        })
    };
    let scenarios: Result<Vec<ScenarioFile>, Failure> = json.map(scenario).collect();
    Ok(Folder {
        name: dir
            .file_name()
            .map_or(String::new(), |n| n.to_string_lossy().into_owned()),
        file: shown(&file),
        text: read_text(&file)?,
        scenarios: scenarios?,
    })
}

/// As short as it can be from here.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let short = path.strip_prefix(&here).unwrap_or(path);
    short.display().to_string()
}
