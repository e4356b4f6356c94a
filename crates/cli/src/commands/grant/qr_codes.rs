//! `fairlock grant qr CONTRACT`: what opens a phone without network, as codes to scan.
//!
//! A phone that is behind gets the chain of key sets before the grant, for it may not know the key
//! that signed. What one code doesn't hold goes into the next.

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use fairlock_codes::qr;
use fairlock_protocol::channel::Frame;
use fairlock_signer::keys::FIRST_KSV;
use fairlock_storage::{DeviceRow, LenderId, Store};

use super::write_svg;
use crate::args::grant::QrArgs;
use crate::commands::explain;
use crate::data_dir;
use crate::exit::Failure;
use crate::os;
use crate::out::{say, tell};
use crate::phone::qr::blocks;

/// Characters that one code holds (protocol: qr).
const TEXT_MAX: usize = 3391;

pub fn run(args: &QrArgs) -> Result<(), Failure> {
    let (store, lender) = data_dir::open_existing(&args.data_dir)?;
    let contract = explain::find(&store, lender, &args.contract)?.contract.id;
    let phone = store.device_of(lender, &contract);
    let phone = phone.map_err(Failure::outside)?.ok_or_else(|| {
        Failure::Input(anyhow!(
            "{contract}: no phone; expected one that has enrolled"
        ))
    })?;
    let (frames, sets) = frames(&store, lender, &phone, args)?;
    let texts = texts(&frames);
    let colour = std::io::IsTerminal::is_terminal(&std::io::stdout());
    for (place, text) in texts.iter().enumerate() {
        let too_long = || Failure::Outside(anyhow!("{} characters fit no code", text.len()));
        match &args.svg {
            Some(path) => {
                let path = numbered(path, place);
                write_svg(&path, text)?.ok_or_else(too_long)?;
                say!("{}", path.display());
            }
            None if args.text => say!("{text}"),
            None => {
                say!("{}", blocks(text, colour).ok_or_else(too_long)?);
                say!("{text}");
            }
        }
    }
    tell!(
        "for the phone of {contract}: {} to scan{}",
        match texts.len() {
            1 => "one code".to_string(),
            many => format!("{many} codes, in this order,"),
        },
        match sets {
            0 => String::new(),
            1 => ", with the key set that it lacks".to_string(),
            sets => format!(", with the {sets} key sets that it lacks"),
        }
    );
    Ok(())
}

/// What the phone lacks, in the order in which it takes it, and how many key sets are among it.
fn frames(
    store: &Store,
    lender: LenderId,
    phone: &DeviceRow,
    args: &QrArgs,
) -> Result<(Vec<Frame>, usize), Failure> {
    let newest = store.newest_signed(lender, phone.device);
    let newest = newest.map_err(Failure::outside)?.and_then(|row| row.cose);
    let newest = newest
        .ok_or_else(|| Failure::Input(anyhow!("{}: no grant is signed yet", phone.contract_id)))?;
    let reported = phone.reported.as_ref().map_or(FIRST_KSV, |r| r.ksv);
    let ksv = args.after_ksv.unwrap_or(reported);
    let sets = store
        .key_sets_above(lender, ksv)
        .map_err(Failure::outside)?;
    let caps = store.caps_alive(lender, os::now());
    let caps = caps.map_err(Failure::outside)?;
    let count = sets.len();
    let sets = sets.into_iter().map(|set| Frame::KeySet(set.bytes));
    let caps = caps.into_iter().map(|cap| Frame::Cap(cap.bytes));
    let grant = std::iter::once(Frame::Grant(newest));
    Ok((sets.chain(grant).chain(caps).collect(), count))
}

/// As few codes as hold them all, in order.
fn texts(frames: &[Frame]) -> Vec<String> {
    let (mut texts, mut begun) = (Vec::new(), 0);
    for end in 1..=frames.len() {
        let next = frames.get(begun..=end).map(qr::text);
        if next.is_none_or(|text| text.len() > TEXT_MAX) {
            texts.extend(frames.get(begun..end).map(qr::text));
            begun = end;
        }
    }
    texts
}

/// The file of the first picture, and names beside it for more.
fn numbered(path: &Path, place: usize) -> PathBuf {
    if place == 0 {
        return path.to_owned();
    }
    let stem = path.file_stem().map(|stem| stem.to_string_lossy());
    let stem = stem.unwrap_or_default();
    path.with_file_name(format!("{stem}-{}.svg", place + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(bytes: usize) -> Frame {
        Frame::KeySet(vec![7; bytes])
    }

    #[test]
    fn a_long_chain_takes_several_codes_and_keeps_its_order() {
        let frames = [frame(1000), frame(1000), frame(1000), frame(100)];
        let texts = texts(&frames);
        assert_eq!(texts.len(), 2);
        let read = texts.iter().filter_map(|text| qr::read(text)).flatten();
        assert_eq!(read.collect::<Vec<_>>(), frames);
        assert!(texts.iter().all(|text| text.len() <= TEXT_MAX));
    }

    #[test]
    fn one_code_is_enough_for_a_grant_alone() {
        assert_eq!(texts(&[frame(110)]).len(), 1);
    }
}
