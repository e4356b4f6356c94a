//! A key set on its way between machines: a text of three lines, so that people can look at it.

use std::path::Path;

use anyhow::anyhow;
use fairlock_protocol::KeySet;
use fairlock_protocol::cose::MultiSigned;
use fairlock_protocol::enrol::hex;
use fairlock_signer::HeldKey;
use fairlock_signer::held::add_root;

use crate::commands::read_text;
use crate::data_dir;
use crate::exit::Failure;
use crate::key_file::bytes;

const HEAD: &str = "fairlock key set, to be signed by ROOT keys";

/// What the file holds.
pub struct Paper {
    pub lender: [u8; 16],
    pub set: KeySet,
    /// COSE_Sign with the signatures that it has so far.
    pub object: Vec<u8>,
}

impl Paper {
    pub fn read(path: &Path) -> Result<Paper, Failure> {
        let text = read_text(path)?;
        let wrong = || {
            Failure::Input(anyhow!(
                "{}: no key set; expected a file of `fairlock keys rotate --out`",
                path.display()
            ))
        };
        let mut lines = text.lines();
        if lines.next() != Some(HEAD) {
            return Err(wrong());
        }
        let lender = lines.next().and_then(|line| line.strip_prefix("lender "));
        let lender = lender.and_then(bytes).and_then(|id| id.try_into().ok());
        let object = lines.next().and_then(bytes).ok_or_else(wrong)?;
        let set = MultiSigned::parse(&object).ok();
        let set = set.and_then(|object| KeySet::read(object.payload).ok());
        Ok(Paper {
            lender: lender.ok_or_else(wrong)?,
            set: set.ok_or_else(wrong)?,
            object,
        })
    }

    pub fn sign(&mut self, key: &HeldKey, path: &Path) -> Result<(), Failure> {
        let signed = add_root(&self.object, &self.lender, key);
        self.object = signed.map_err(|error| {
            Failure::Input(anyhow!("{}: {error:?}; expected a key set", path.display()))
        })?;
        Ok(())
    }

    pub fn write(&self, path: &Path) -> Result<(), Failure> {
        let text = format!(
            "{HEAD}\nlender {}\n{}\n",
            hex(&self.lender),
            hex(&self.object)
        );
        std::fs::write(path, text).map_err(|error| data_dir::unwritable(path, error))
    }
}
