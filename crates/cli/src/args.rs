//! The command line: what each command takes, and the words that teach it.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub mod cap;
pub mod case;
pub mod cash;
pub mod charter;
pub mod code;
pub mod feeds;
pub mod grant;
pub mod import;
pub mod inbox;
pub mod keys;
pub mod payments;
pub mod phone;
pub mod sources;

/// Software behind phones bought on instalments: contracts, payments, the lawful limiting of a
/// phone, its instant freeing, and the proof of all of it.
///
/// Try it: fairlock demo
#[derive(Parser)]
#[command(
    name = "fairlock",
    version,
    propagate_version = true,
    max_term_width = 100
)]
pub struct Cli {
    /// More words: the causes of an error, and logs from level info.
    #[arg(short, long, global = true)]
    pub verbose: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    Demo(DemoArgs),
    #[command(hide = true)]
    DemoPhones,
    Serve(Box<ServeArgs>),
    /// Takes contracts, permits or payments from files.
    #[command(subcommand)]
    Import(import::Import),
    /// Money in suspense, and what people decide about it.
    #[command(subcommand)]
    Payments(payments::Payments),
    /// Looks at what arrived, byte for byte, and reads it once more.
    #[command(subcommand)]
    Inbox(inbox::Inbox),
    /// Agents who take cash, and the bags in which they bring it to the bank.
    #[command(subcommand)]
    Cash(cash::Cash),
    /// Providers that call when money moves: mobile money, cards, webhooks.
    #[command(subcommand)]
    Sources(sources::Sources),
    /// Reads statements without a database.
    #[command(subcommand)]
    Statement(Statement),
    Replay(ReplayArgs),
    /// Lists, shows and checks rule packs: the law as data.
    #[command(subcommand)]
    Rules(Rules),
    Explain(ExplainArgs),
    Evidence(EvidenceArgs),
    Preview(PreviewArgs),
    Enrol(EnrolArgs),
    #[command(subcommand)]
    Keys(keys::Keys),
    #[command(subcommand)]
    Cap(cap::Cap),
    #[command(subcommand)]
    Charter(charter::CharterCommand),
    #[command(subcommand)]
    Case(case::Case),
    /// Makes and reads typed codes, with which a phone without network is opened.
    #[command(subcommand)]
    Code(code::Code),
    Phone(phone::PhoneArgs),
    /// Decodes a grant, and checks it as a phone would.
    #[command(subcommand)]
    Grant(grant::Grant),
    /// Lists feeds, and gives all contracts of one time: one person proposes, another approves.
    #[command(subcommand)]
    Feeds(feeds::Feeds),
    Proof(ProofArgs),
    Bench(BenchArgs),
}

/// Runs everything on one machine: embedded database, server, console and simulated phones.
///
/// Imports the contracts of the demo folder, starts the server on loopback and 40 phones in a
/// second process, and runs a compressed calendar in which a bank's files and a mobile-money
/// operator's callbacks arrive. Prints the addresses to open. Ctrl-C ends it.
///
/// Example: fairlock demo --days 60 --day-seconds 1
#[derive(Args)]
pub struct DemoArgs {
    /// Where the database, keys and watched folder of the demo stand.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data/demo")]
    pub data_dir: PathBuf,
    /// The folder with contracts.csv, statements/ and callbacks/.
    #[arg(long, env = "FAIRLOCK_DEMO_DIR", default_value = "demo")]
    pub demo_dir: PathBuf,
    /// Where to listen; loopback only. Port 0 takes a free one.
    #[arg(long, env = "FAIRLOCK_LISTEN", default_value = "127.0.0.1:4470")]
    pub listen: SocketAddr,
    /// Seed of everything random: keys, tokens, what phones and borrowers do.
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Days of the calendar to run.
    #[arg(long, default_value_t = 120, value_parser = clap::value_parser!(u32).range(1..=150))]
    pub days: u32,
    /// The shortest pause a day of the calendar takes, in seconds (with --exit: none).
    #[arg(long, default_value_t = 2.0)]
    pub day_seconds: f64,
    /// Phones to start in the second process.
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u16).range(0..=500))]
    pub phones: u16,
    /// Run as fast as the machine can, check everything, print a summary, and exit: 1 if a
    /// check fails.
    #[arg(long)]
    pub exit: bool,
    /// Begin anew: removes the demo's own files in the data directory first.
    #[arg(long)]
    pub reset: bool,
}

/// Runs the server.
///
/// With no configuration at all it opens an embedded database in the data directory and listens
/// on loopback. Until there is a sign-in it refuses any other address.
///
/// Example: fairlock serve --watch-dir /srv/bank/incoming
#[derive(Args)]
pub struct ServeArgs {
    /// Where database and keys stand; made when absent.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
    /// Contracts here are real: the installation's lender is live from now on, for good. It needs
    /// packs that can stand over a real contract, and doesn't start without them. Without this it
    /// tries things out, and every page of the console says so.
    #[arg(long, env = "FAIRLOCK_LIVE")]
    pub live: bool,
    /// Where to listen; loopback only.
    #[arg(long, env = "FAIRLOCK_LISTEN", default_value = "127.0.0.1:4470")]
    pub listen: SocketAddr,
    /// The lender's name as borrowers know it.
    #[arg(long, env = "FAIRLOCK_LENDER_NAME", default_value = "Test lender")]
    pub lender_name: String,
    /// Telephone number or address of the lender's support; it stands in every charter.
    #[arg(
        long,
        env = "FAIRLOCK_LENDER_CONTACT",
        default_value = "as in your contract"
    )]
    pub lender_contact: String,
    /// The body that hears complaints about the lender.
    #[arg(long, env = "FAIRLOCK_COMPLAINTS_NAME", default_value = "Complaints")]
    pub complaints_name: String,
    /// Its telephone number or address.
    #[arg(
        long,
        env = "FAIRLOCK_COMPLAINTS_CONTACT",
        default_value = "as in your contract"
    )]
    pub complaints_contact: String,
    /// A folder in which a bank's statement files appear.
    #[arg(long, env = "FAIRLOCK_WATCH_DIR")]
    pub watch_dir: Option<PathBuf>,
    /// A folder of mappings (NAME.toml, docs/mappings.md) by which tables of banks are read: those
    /// in the watched folder by their columns, uploads also by name.
    #[arg(long, value_name = "DIR", env = "FAIRLOCK_MAPPINGS")]
    pub mappings: Option<PathBuf>,
    /// A system of the lender's that may report payments (POST /v1/payments): its name and the
    /// file with its token, at least 32 characters. May be given several times.
    #[arg(
        long = "api-caller",
        env = "FAIRLOCK_API_CALLERS",
        value_name = "NAME=TOKEN_FILE",
        value_delimiter = ','
    )]
    pub api_callers: Vec<String>,
    /// A file of providers that call when money moves, TOML; docs/sources.md says how. Each needs
    /// its feed among the feeds.
    #[arg(long, env = "FAIRLOCK_SOURCES")]
    pub sources: Option<PathBuf>,
    /// M-Pesa business short code of a till that is only listened to; needs --mpesa-secret-path
    /// too.
    #[arg(long, env = "FAIRLOCK_MPESA_SHORTCODE", requires = "mpesa_secret_path")]
    pub mpesa_shortcode: Option<String>,
    /// The unguessable part of the path that M-Pesa posts to.
    #[arg(
        long,
        env = "FAIRLOCK_MPESA_SECRET_PATH",
        hide_env_values = true,
        requires = "mpesa_shortcode"
    )]
    pub mpesa_secret_path: Option<String>,
    /// The feed that M-Pesa's confirmations are news of, as contracts name it.
    #[arg(long, env = "FAIRLOCK_MPESA_FEED", default_value = "mpesa")]
    pub mpesa_feed: String,
    /// Address of the gateway that sends text messages, https://host/path; http on loopback alone.
    #[arg(long, env = "FAIRLOCK_SMS_GATEWAY")]
    pub sms_gateway: Option<String>,
    /// The gateway's bearer token.
    #[arg(
        long,
        env = "FAIRLOCK_SMS_TOKEN",
        hide_env_values = true,
        requires = "sms_gateway"
    )]
    pub sms_token: Option<String>,
    /// Address of the relay that takes e-mail, smtps://user:password@host:port; needs --mail-from
    /// too.
    #[arg(
        long,
        env = "FAIRLOCK_MAIL_RELAY",
        hide_env_values = true,
        requires = "mail_from"
    )]
    pub mail_relay: Option<String>,
    /// Who e-mail comes from, as "Name <name@example.org>".
    #[arg(long, env = "FAIRLOCK_MAIL_FROM", requires = "mail_relay")]
    pub mail_from: Option<String>,
    /// The unguessable part of the path that carriers post receipts to:
    /// /v1/callbacks/SECRET/notices.
    #[arg(long, env = "FAIRLOCK_RECEIPTS_SECRET_PATH", hide_env_values = true)]
    pub receipts_secret_path: Option<String>,
    /// A folder with reviewed texts of messages, one LANGUAGE.toml a language, in the place of the
    /// built-in ones.
    #[arg(long, env = "FAIRLOCK_NOTICE_TEXTS")]
    pub notice_texts: Option<PathBuf>,
    /// The language of messages for contracts that name none.
    #[arg(long, env = "FAIRLOCK_NOTICE_LANGUAGE", default_value = "en")]
    pub notice_language: String,
    /// Free advice that notices name, as NAME=CONTACT.
    #[arg(long, env = "FAIRLOCK_FREE_ADVICE")]
    pub free_advice: Option<String>,
    /// A source of payment news: NAME, or NAME=ACCOUNT for a bank's statements; with /HOURS
    /// after which it counts as silent (30 when absent). Repeatable.
    #[arg(long = "feed", env = "FAIRLOCK_FEEDS", value_delimiter = ',')]
    pub feeds: Vec<String>,
}

/// Reads statements without a database.
#[derive(Subcommand)]
pub enum Statement {
    /// Prints the normalised statements of a file.
    ///
    /// Example: fairlock statement read statement.xml --json
    Read(StatementReadArgs),
}

#[derive(Args)]
pub struct StatementReadArgs {
    /// The file.
    pub file: PathBuf,
    /// Read as this format instead of detecting it: camt, pain002, mt940, mt942, or csv:MAPPING
    /// for a table (CSV or XLSX), where MAPPING is a TOML file (docs/mappings.md) or the name of
    /// one that comes with the program, as mpesa-portal.
    #[arg(long)]
    pub format: Option<String>,
    /// Print JSON, one object per statement.
    #[arg(long)]
    pub json: bool,
}

/// Asks the engine about a scenario: one JSON line for each instant in `ask`.
///
/// Needs no database. The format is described in docs/rules.md.
///
/// Example: fairlock replay scenario.json
#[derive(Args)]
pub struct ReplayArgs {
    /// The scenario, fairlock-scenario/1.
    pub file: PathBuf,
    /// A folder of packs as .toml files, instead of those of the program: `packs` of an evidence
    /// file.
    #[arg(long, value_name = "DIR")]
    pub packs: Option<PathBuf>,
}

/// Prints the plan of a contract and every reason for it.
///
/// A page: the level and what opens the phone, what was agreed, what happened, what comes next,
/// and every rule in the order of judgement with what it saw and where it is written. As it was
/// known at the instant asked for.
///
/// Example: fairlock explain C-1001 --at 2026-06-20T11:00:00+03:00
#[derive(Args)]
pub struct ExplainArgs {
    /// The contract's id or its reference.
    pub contract: String,
    /// The instant to judge, RFC 3339; now when absent.
    #[arg(long)]
    pub at: Option<String>,
    /// Where the database stands.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
    /// Print one JSON object.
    #[arg(long, conflicts_with = "record")]
    pub json: bool,
    /// Print the decision record alone, byte for byte: its SHA-256 begins with the decision's hash.
    #[arg(long)]
    pub record: bool,
}

/// Makes a one-time enrolment bundle for the phone of a contract.
///
/// Example: fairlock enrol C-1001
#[derive(Args)]
pub struct EnrolArgs {
    /// The contract's id or its reference.
    pub contract: String,
    /// Where the database stands.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
    /// The server's address as the phone will reach it.
    #[arg(long, env = "FAIRLOCK_SERVER", default_value = "http://127.0.0.1:4470")]
    pub server: String,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

/// Writes the evidence file of a contract: everything that a third person needs to judge a lock.
///
/// Terms, consent, events with notices and proofs, the ledger, every decision with its record, the
/// rule packs word for word, grants as signed and in words, the phone's signed reports, keys, a
/// list with the SHA-256 of every item, and how to check it all. No other person's data. The same
/// database and --at give the same bytes.
///
/// Example: fairlock evidence C-1001 --out C-1001.zip
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct EvidenceArgs {
    #[command(subcommand)]
    pub command: Option<EvidenceCommand>,
    /// The contract's id or reference.
    #[arg(required = true)]
    pub contract: Option<String>,
    /// Where to write it: a zip when it ends in .zip, else a folder. Never over anything.
    #[arg(long, required = true)]
    pub out: Option<PathBuf>,
    /// As it was known at this instant, RFC 3339 with offset; now when absent.
    #[arg(long)]
    pub at: Option<String>,
    /// Where the database stands.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    pub json: bool,
}

#[derive(Subcommand)]
pub enum EvidenceCommand {
    Check(EvidenceCheckArgs),
}

/// Checks an evidence file: hashes, decisions planned again, signatures, books.
///
/// Needs no database and no server. Exit 1 with the list of what doesn't hold.
///
/// Example: fairlock evidence check C-1001.zip
#[derive(Args)]
pub struct EvidenceCheckArgs {
    /// The zip or folder.
    pub file: PathBuf,
    /// The hash that was written down when the file was handed over.
    #[arg(long)]
    pub hash: Option<String>,
    /// Print one JSON object per break, and one summary.
    #[arg(long)]
    pub json: bool,
}

/// Shows what another policy would have done to this portfolio in a past period.
///
/// Each contract is lived twice through what happened to it: by its packs alone, and with the
/// policy beside them. Who would have been limited, from when to when, and for how long although
/// all that was due had in fact been paid, as is known today. A policy that is harsher than a law
/// anywhere is refused with the rule it breaks. The policy's format: docs/rules.md.
///
/// Example: fairlock preview --policy softer.toml --from 2026-03-01 --to 2026-03-31
#[derive(Args)]
pub struct PreviewArgs {
    /// The lender's own ladder, in TOML.
    #[arg(long)]
    pub policy: PathBuf,
    /// The first day, local to each contract.
    #[arg(long)]
    pub from: String,
    /// The last day, included.
    #[arg(long)]
    pub to: String,
    /// Where the database stands.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
    /// Only contracts under this pack: a policy of one market needn't fit another's law.
    #[arg(long)]
    pub pack: Option<String>,
    /// Print one JSON object per contract that is limited, and one summary.
    #[arg(long)]
    pub json: bool,
}

/// Proves the books over the whole database, and reconciles the days that are over.
///
/// Debits equal credits, account totals equal their legs, receivables agree with contracts, every
/// payment has a source entry, no entry stands behind two payments; and of each channel and day,
/// the provider's report, the clearing account and the bank's statement agree.
///
/// Exit 1 with the list of breaks.
///
/// Example: fairlock proof --data-dir fairlock-data/demo
#[derive(Args)]
pub struct ProofArgs {
    /// The last day to reconcile, as 2026-06-18; yesterday (UTC) when absent.
    #[arg(long)]
    pub day: Option<String>,
    /// Where the database stands.
    #[arg(long, env = "FAIRLOCK_DATA_DIR", default_value = "fairlock-data")]
    pub data_dir: PathBuf,
    /// Print one JSON object per break, and one summary.
    #[arg(long)]
    pub json: bool,
}

/// Measures what something costs on this machine, beside a yardstick in the same run.
///
/// replan: a million contracts planned from facts in memory. schedules: instalment plans of
/// twelve, made from their terms. allocation: one more payment on a loan and its posting, with
/// 10, 100 and 1,000 facts before it. Rounds of ours and of the yardstick take turns; minimum,
/// median and maximum of both are printed, and how many times the yardstick's time ours takes.
///
/// Example: fairlock bench replan --json
#[derive(Args)]
pub struct BenchArgs {
    /// What to measure: replan, schedules, allocation, codes, verify, statements.
    pub name: String,
    /// Rounds of each; fewer than five say nothing.
    #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u32).range(5..=1000))]
    pub rounds: u32,
    /// How much work a round holds: contracts, schedules, payments; the bench's own number when
    /// absent.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub size: Option<u32>,
    /// Seed of the work that is made up.
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Print one JSON object per result.
    #[arg(long)]
    pub json: bool,
}

#[derive(Subcommand)]
pub enum Rules {
    List(RulesListArgs),
    Show(RulesShowArgs),
    Lint(RulesLintArgs),
}

/// Lists the rule packs: status, highest level, number of rules.
///
/// The highest level is what the status permits now; in brackets what the pack has conditions for
/// and its status holds back.
///
/// Example: fairlock rules list
#[derive(Args)]
pub struct RulesListArgs {
    /// Packs of this folder instead of those in the program.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Print one JSON object per pack.
    #[arg(long)]
    pub json: bool,
}

/// Shows every rule of a pack with its value and where it stands in the law.
///
/// With --composed several packs at once: of numbers the borrower's extreme, what is protected
/// united, what is permitted in common, each with the rules that it comes from, and what the packs
/// can't mean together.
///
/// Example: fairlock rules show strict-default
///
/// Example: fairlock rules show --composed strict-default,in
#[derive(Args)]
pub struct RulesShowArgs {
    /// The pack's id.
    #[arg(value_name = "PACK", required_unless_present = "composed")]
    pub pack: Option<String>,
    /// Ids of the packs to merge, with commas between.
    #[arg(
        long,
        value_name = "PACK,PACK",
        value_delimiter = ',',
        conflicts_with = "pack"
    )]
    pub composed: Option<Vec<String>>,
    /// Packs of this folder instead of those in the program.
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Print one JSON object per rule.
    #[arg(long)]
    pub json: bool,
}

/// Checks rule packs and their scenarios; exit 1 with everything that is wrong.
///
/// A folder of packs, the folder of one pack, or those in the program. One line a finding: file,
/// line, what was expected there.
///
/// Example: fairlock rules lint crates/rulebook/packs
#[derive(Args)]
pub struct RulesLintArgs {
    /// Folder of packs, or of one pack.
    pub dir: Option<PathBuf>,
    /// Print one JSON object per finding.
    #[arg(long)]
    pub json: bool,
}
