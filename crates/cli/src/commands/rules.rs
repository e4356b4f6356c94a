//! `fairlock rules`: the packs as people look at them.
//!
//! Failure: a pack that isn't known or a folder that can't be read is a wrong call (2); lint that
//! finds something is a no (1). On purpose absent: changing a pack; its file is the law as text.

pub mod folder;
mod print;

use anyhow::anyhow;
use fairlock_domain::rules::{Pack, rules_of};
use fairlock_rulebook::compose::{Composed, Origin};
use fairlock_rulebook::{PackError, Rulebook, builtin_texts, compose, lint, pack};
use serde_json::{Value, json};

use crate::args::{RulesLintArgs, RulesListArgs, RulesShowArgs};
use crate::exit::Failure;
use crate::out::{self, tell};

/// The packs of a folder, or those in the program.
fn book(dir: Option<&std::path::Path>) -> Result<Rulebook, Failure> {
    let Some(dir) = dir else {
        return super::rulebook();
    };
    let folders = folder::read(dir)?;
    let texts = folders.iter().map(|f| (f.file.as_str(), f.text.as_str()));
    Rulebook::from_texts(texts).map_err(Failure::input)
}

pub fn list(args: RulesListArgs) -> Result<(), Failure> {
    let book = book(args.dir.as_deref())?;
    if args.json {
        lines(book.packs().iter().map(listed));
    } else {
        print_text(&print::list(book.packs()));
    }
    Ok(())
}

pub fn show(args: RulesShowArgs) -> Result<(), Failure> {
    let book = book(args.dir.as_deref())?;
    if let Some(ids) = &args.composed {
        let packs: Result<Vec<&Pack>, Failure> = ids.iter().map(|id| find(&book, id)).collect();
        let composed = compose(&packs?);
        match args.json {
            true => lines(composed_lines(&composed)),
            false => print_text(&print::composed(&composed)),
        }
        return Ok(());
    }
    let pack = find(&book, args.pack.as_deref().unwrap_or_default())?;
    match args.json {
        true => lines(shown(pack)),
        false => print_text(&print::pack(pack)),
    }
    Ok(())
}

fn find<'b>(book: &'b Rulebook, id: &str) -> Result<&'b Pack, Failure> {
    book.get(id).ok_or_else(|| {
        let known: Vec<&str> = book.packs().iter().map(|pack| pack.id.as_str()).collect();
        let known = known.join(", ");
        Failure::Input(anyhow!("{id}: no such pack; expected one of {known}"))
    })
}

pub fn lint(args: RulesLintArgs) -> Result<(), Failure> {
    let (count, found) = match args.dir.as_deref() {
        Some(dir) => {
            let folders = folder::read(dir)?;
            (folders.len(), lint::folders(&folders))
        }
        None => {
            let texts = builtin_texts();
            let found = pack::lint_all(texts).err().unwrap_or_default();
            (texts.len(), found)
        }
    };
    match args.json {
        true => lines(found.iter().map(finding)),
        false => print_text(&found.iter().map(|e| format!("{e}\n")).collect::<String>()),
    }
    let what = if count == 1 { "pack" } else { "packs" };
    tell!("{count} {what}, {} findings", found.len());
    match found.is_empty() {
        true => Ok(()),
        false => Err(Failure::No),
    }
}

fn print_text(text: &str) {
    out::write(text.as_bytes());
}

fn lines(objects: impl IntoIterator<Item = Value>) {
    let text: String = objects
        .into_iter()
        .map(|object| format!("{object}\n"))
        .collect();
    print_text(&text);
}

fn listed(pack: &Pack) -> Value {
    json!({
        "pack": pack.id,
        "number": pack.number,
        "version": pack.version,
        "title": pack.title,
        "jurisdiction": pack.jurisdiction,
        "status": pack.legal_status.value.name(),
        "highest_level": pack.highest_permitted().name(),
        "highest_known": pack.highest_known().name(),
        "rules": rules_of(pack).len(),
    })
}

fn shown(pack: &Pack) -> Vec<Value> {
    let rule = |rule: fairlock_domain::rules::Rule| {
        json!({
            "pack": pack.id,
            "rule": rule.name,
            "number": rule.number,
            "says": rule.says,
            "citation": rule.citation.text,
            "url": rule.citation.url,
            "confidence": rule.citation.confidence.name(),
            "seen_on": rule.citation.seen_on.to_string(),
        })
    };
    rules_of(pack).into_iter().map(rule).collect()
}

fn composed_lines(composed: &Composed) -> Vec<Value> {
    let origins = |origins: &[Origin]| -> Vec<Value> {
        let origin = |o: &Origin| json!({"pack": o.pack, "number": o.number, "says": o.says});
        origins.iter().map(origin).collect()
    };
    let contradictions = composed.contradictions.iter();
    let contradictions =
        contradictions.map(|c| json!({"contradiction": c.what, "rules": origins(&c.rules)}));
    let values = composed.values.iter().map(|value| {
        json!({
            "rule": value.name,
            "says": value.says,
            "how": value.how.name(),
            "from": origins(&value.from),
            "beyond": origins(&value.beyond),
        })
    });
    contradictions.chain(values).collect()
}

fn finding(error: &PackError) -> Value {
    json!({"file": error.file, "line": error.line, "expected": error.expected})
}
