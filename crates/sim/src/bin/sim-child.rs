//! The two child processes of this crate's tests: the phones of a demo, and a server to kill.
//!
//! `sim-child demo-phones` is what `fairlock demo-phones` is. `sim-child serve DIR` opens the database in
//! DIR, imports DIR/contracts.csv, serves M-Pesa confirmations on a free port of loopback, and
//! prints its address. A wrong call ends with 2. On purpose absent: a real clock; nothing here
//! depends on the time of day.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use fairlock_domain::calendar::Instant;
use fairlock_domain::pii::Secret;
use fairlock_server::config::{Contacts, Feed, Source};
use fairlock_server::{Config, Parts, contracts};
use fairlock_signer::{KeyRing, Signer};
use fairlock_sim::phones;
use fairlock_sim::world::{Chance, CountedClock, VirtualClock};
use fairlock_storage::{LenderId, Store};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match args[..] {
        ["demo-phones"] => phones::run().await.map_err(Failure::from),
        ["serve", dir] => serve(Path::new(dir)).await,
        _ => return ExitCode::from(2),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sim-child: {error}");
            ExitCode::from(3)
        }
    }
}

/// Serves until it is killed.
async fn serve(dir: &Path) -> Result<(), Failure> {
    let noon = Instant::from_unix_seconds(1_772_452_800);
    let lender = LenderId([7; 16]);
    let store = Store::open(&dir.join("fairlock.db"))?;
    let rulebook = Arc::new(fairlock_rulebook::load_builtin()?);
    let bytes = std::fs::read(dir.join("contracts.csv"))?;
    contracts::import(&store, lender, &rulebook, &bytes, noon)?;
    let config = Config {
        listen: ([127, 0, 0, 1], 0).into(),
        watch_dir: None,
        sources: vec![Source::till(
            "till",
            "600638",
            Secret::new("secret-0123456789".to_string()),
        )],
        proxy: None,
        mappings: Vec::new(),
        api: Vec::new(),
        notices: fairlock_server::config::Notices::default(),
        feeds: vec![Feed {
            name: "till".to_string(),
            account: None,
            period_s: 86_400,
        }],
        contacts: Contacts {
            lender: "+254 20 000 0000".to_string(),
            complaints_name: "Test ombudsman".to_string(),
            complaints: "+254 20 000 0001".to_string(),
        },
    };
    let parts = Parts {
        store,
        lender,
        lender_name: "Test lender".to_string(),
        rulebook,
        signer: Signer::new(KeyRing::from_seeds([[1; 32]; 5])),
        clock: Arc::new(VirtualClock::new(noon, Arc::new(CountedClock::default()))),
        entropy: Arc::new(Chance::new(7, "server")),
    };
    let running = fairlock_server::start(config, parts).await?;
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{}", running.addr())?;
    stdout.flush()?;
    std::future::pending::<()>().await;
    Ok(())
}
