//! `fairlock grant`: what a grant says, and whether a phone would take it.
//!
//! `read` takes what people have in hand apart, `words` says it, `verify` asks the phone's own
//! gate. On purpose absent: making one; grants come from the signer alone.

mod qr_codes;
mod read;
#[cfg(test)]
mod tests;
mod verify;
mod words;

use std::path::Path;

use anyhow::anyhow;
use fairlock_codes::qr;
use fairlock_protocol::Charter;
use fairlock_protocol::channel::Frame;
use fairlock_protocol::cose::MultiSigned;
use fairlock_storage::{DeviceRow, LenderId, Store};
use fairlock_web::Texts;
use fairlock_web::ui::Qr;

use crate::args::grant::{Grant, ShowArgs};
use crate::commands::explain;
use crate::data_dir;
use crate::exit::Failure;
use crate::out::say;
use crate::phone::qr::blocks;
use crate::phone::words::Words;

use read::Carried;

pub fn run(command: Grant) -> Result<(), Failure> {
    match command {
        Grant::Show(args) => show(&args),
        Grant::Verify(args) => verify::run(&args),
        Grant::Qr(args) => qr_codes::run(&args),
    }
}

fn show(args: &ShowArgs) -> Result<(), Failure> {
    let carried = read::file(&args.file)?;
    let opened = carried.open(&args.file)?;
    let texts = Texts::english().map_err(Failure::outside)?;
    let database = args.data_dir.as_deref().map(data_dir::open_existing);
    let database = database.transpose()?;
    let known = match &database {
        Some((store, lender)) => {
            let named = args.contract.as_deref();
            phone_of(store, *lender, &opened.hash, named)?
        }
        None => None,
    };
    let charter = match (&args.charter, &database, &known) {
        (Some(path), ..) => Some(charter_file(path)?),
        (None, Some((store, lender)), Some(device)) => charter_of(store, *lender, device)?,
        _ => None,
    };
    if args.json {
        let line = words::json(&carried, &opened);
        say!("{line}");
    } else {
        let words = Words::new(&texts, charter.as_ref());
        for line in words::lines(&carried, &opened, &words) {
            say!("{line}");
        }
    }
    if args.qr || args.svg.is_some() {
        let text = qr_text(args, &carried, &opened, database.as_ref())?;
        picture(args, &text)?;
    }
    Ok(())
}

/// What a phone scans: the key sets that it lacks, then the grant without its wrapper.
fn qr_text(
    args: &ShowArgs,
    carried: &Carried,
    opened: &read::Opened,
    database: Option<&(Store, LenderId)>,
) -> Result<String, Failure> {
    let mut frames: Vec<Frame> = carried
        .key_sets
        .iter()
        .cloned()
        .map(Frame::KeySet)
        .collect();
    if let (Some(ksv), Some((store, lender))) = (args.after_ksv, database) {
        let sets = store.key_sets_above(*lender, ksv);
        let sets = sets.map_err(Failure::outside)?;
        frames = sets
            .into_iter()
            .map(|set| Frame::KeySet(set.bytes))
            .collect();
    }
    let grant = match opened.proven {
        true => carried.grant.clone(),
        false => opened.bare.clone(),
    };
    frames.push(Frame::Grant(grant));
    Ok(qr::text(&frames))
}

fn picture(args: &ShowArgs, text: &str) -> Result<(), Failure> {
    let too_long = || {
        Failure::Input(anyhow!(
            "{}: {} characters; expected at most 3,391, what a QR holds",
            args.file.display(),
            text.len()
        ))
    };
    if args.qr {
        let colour = std::io::IsTerminal::is_terminal(&std::io::stdout());
        say!("{}", blocks(text, colour).ok_or_else(too_long)?);
        say!("{text}");
    }
    if let Some(path) = &args.svg {
        write_svg(path, text)?.ok_or_else(too_long)?;
    }
    Ok(())
}

/// Writes a text as a picture of its code; `None` when no code holds it.
fn write_svg(path: &Path, text: &str) -> Result<Option<()>, Failure> {
    let Some(svg) = Qr::new(text, "FL1".to_string()) else {
        return Ok(None);
    };
    let svg = svg.to_string();
    let alone = svg.replacen("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ", 1);
    std::fs::write(path, alone).map_err(|error| data_dir::unwritable(path, error))?;
    Ok(Some(()))
}

/// The phone that a grant is of: the contract's, or the one that the database knows it by.
fn phone_of(
    store: &Store,
    lender: LenderId,
    hash: &[u8; 32],
    contract: Option<&str>,
) -> Result<Option<DeviceRow>, Failure> {
    if let Some(name) = contract {
        let facts = explain::find(store, lender, name)?;
        let device = store.device_of(lender, &facts.contract.id);
        return device.map_err(Failure::outside);
    }
    for device in store.devices(lender).map_err(Failure::outside)? {
        let row = store.grant_by_payload(lender, device.device, hash);
        if row.map_err(Failure::outside)?.is_some() {
            return Ok(Some(device));
        }
    }
    Ok(None)
}

/// The newest charter of a phone, as it was offered.
fn charter_of(
    store: &Store,
    lender: LenderId,
    device: &DeviceRow,
) -> Result<Option<Charter>, Failure> {
    let charters = store.charters(lender, device.device);
    let charters = charters.map_err(Failure::outside)?;
    let newest = charters.into_iter().max_by_key(|row| row.n);
    Ok(newest.and_then(|row| charter(&row.offered)))
}

fn charter_file(path: &Path) -> Result<Charter, Failure> {
    let bytes = read::bytes(path)?;
    charter(&bytes).ok_or_else(|| {
        Failure::Input(anyhow!(
            "{}: no charter; expected its COSE_Sign",
            path.display()
        ))
    })
}

fn charter(object: &[u8]) -> Option<Charter> {
    let object = MultiSigned::parse(object).ok()?;
    Charter::read(object.payload).ok()
}
