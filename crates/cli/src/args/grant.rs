//! The words of `fairlock grant`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Decodes a grant, the one object that changes what a phone does, and checks it as a phone would.
#[derive(Subcommand)]
pub enum Grant {
    Show(ShowArgs),
    Verify(VerifyArgs),
    Qr(QrArgs),
}

/// Decodes a grant and says in words what it lets a phone do. Nothing is checked: see verify.
///
/// FILE holds the COSE bytes as they travel, the same in hexadecimal digits, or the FL1:... text of
/// a QR. Amounts are in minor units and times in UTC unless a charter is given, or a database with
/// the contract.
///
/// Example: fairlock grant show unlock.cose
///
/// Example: fairlock grant show unlock.txt --qr
///
/// Example: fairlock grant show unlock.cose --svg unlock.svg --after-ksv 1 --data-dir fairlock-data
#[derive(Args)]
pub struct ShowArgs {
    /// The file, or - for stdin.
    pub file: PathBuf,
    /// Print it as a QR, to be scanned by a phone without network.
    #[arg(long, conflicts_with = "json")]
    pub qr: bool,
    /// Write the QR as an SVG picture.
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// In the QR, put the key sets after this one before the grant: for a phone that has that one.
    #[arg(long, value_name = "KSV", requires = "data_dir")]
    pub after_ksv: Option<u64>,
    /// The charter of its phone (COSE bytes or hexadecimal): for currency and zone.
    #[arg(long, value_name = "FILE")]
    pub charter: Option<PathBuf>,
    /// Where the database stands: the grant's phone is looked up there.
    #[arg(long, env = "FAIRLOCK_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// Its contract's id or reference, for a grant that the database doesn't know.
    #[arg(long, requires = "data_dir")]
    pub contract: Option<String>,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Checks a grant as the phone does, and says the first reason why not, in the phone's order.
///
/// Against the database of an installation, or against files: a key set, the phone's charter and
/// what binds the grant to the phone. The phone is taken to be freshly enrolled, at the moment at
/// which the grant was issued; --highest says what it had accepted before. Exit 0: it would be
/// accepted whole; 1: refused, or something is cut.
///
/// Example: fairlock grant verify unlock.cose --data-dir fairlock-data
///
/// Example: fairlock grant verify unlock.txt --keys keyset.cose --charter charter.cose
/// --lender HEX32 --device HEX32 --spki-sha256 HEX64
#[derive(Args)]
pub struct VerifyArgs {
    /// The file, or - for stdin.
    pub file: PathBuf,
    /// Where the database stands: key set, charter and phone are looked up there.
    #[arg(long, env = "FAIRLOCK_DATA_DIR")]
    pub data_dir: Option<PathBuf>,
    /// The contract's id or reference, for a grant that the database doesn't know.
    #[arg(long, requires = "data_dir")]
    pub contract: Option<String>,
    /// The key set that the phone has (COSE bytes or hexadecimal).
    #[arg(long, value_name = "FILE", requires_all = ["charter", "lender", "device", "spki_sha256"])]
    pub keys: Option<PathBuf>,
    /// The phone's charter (COSE bytes or hexadecimal).
    #[arg(long, value_name = "FILE", requires = "keys")]
    pub charter: Option<PathBuf>,
    /// The lender's id, 32 hexadecimal digits.
    #[arg(long, value_name = "HEX32", requires = "keys")]
    pub lender: Option<String>,
    /// The device's id, 32 hexadecimal digits.
    #[arg(long, value_name = "HEX32", requires = "keys")]
    pub device: Option<String>,
    /// SHA-256 of the device key's SubjectPublicKeyInfo, 64 hexadecimal digits.
    #[arg(long = "spki-sha256", value_name = "HEX64", requires = "keys")]
    pub spki_sha256: Option<String>,
    /// The highest seq that the phone accepted before.
    #[arg(long, default_value_t = 0)]
    pub highest: u64,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Prints what opens the phone of a contract without network, as codes to scan.
///
/// The newest grant, before it the key sets that the phone lacks by its last report, and the caps
/// that are alive. A phone takes all of it offline; several codes are scanned in their order. A
/// grant that frees is taken at once; one that limits waits for contact as ever.
///
/// Example: fairlock grant qr C-1001
///
/// Example: fairlock grant qr C-1001 --svg unlock.svg
#[derive(Args)]
pub struct QrArgs {
    /// The contract's id or its reference.
    pub contract: String,
    /// Write pictures instead: the first to this file, more beside it with -2, -3 in their names.
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// Take the phone to have this key set, whatever it last reported.
    #[arg(long, value_name = "KSV")]
    pub after_ksv: Option<u64>,
    /// Print the texts alone, one a line.
    #[arg(long)]
    pub text: bool,
    /// Where the database stands.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
}
