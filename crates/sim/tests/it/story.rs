//! Story 1, and what a demo promises of itself: real server, real sockets, real files.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use fairlock_sim::demo::{DemoError, Ended, Said};
use tokio::sync::watch;

use crate::tiny::{self, PAID_ON, Tiny};

#[tokio::test(flavor = "multi_thread")]
async fn one_payment_in_one_file_frees_one_phone() {
    let run = Tiny::new().run(|_| ()).await;
    assert_eq!(
        run.ended.as_ref().ok(),
        Some(&Ended::Green),
        "{}",
        run.text()
    );
    for contract in ["C-1", "C-2"] {
        let locked = run.events(&[contract, ": lock; KES 1000.00 opens it"]);
        assert_eq!(locked.len(), 1, "{}", run.text());
    }
    let day = format!("2026-03-{PAID_ON:02}");
    let freed = run.events(&[&day, "C-1: free again", "ms after its payment arrived"]);
    assert_eq!(freed.len(), 1, "{}", run.text());
    let released = run.events(&[&day, "C-2: released, for ever"]);
    assert_eq!(released.len(), 1, "{}", run.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_seed_gives_the_same_ledger_and_levels() {
    let (one, two) = (Tiny::new().run(|_| ()).await, Tiny::new().run(|_| ()).await);
    for line in ["ledger: ", "plans by day: ", "phones by day: "] {
        assert_eq!(one.summary(line), two.summary(line), "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_amount_changes_what_happens() {
    let tiny = Tiny::new();
    let whole = tiny.run(|_| ()).await;
    // A cent less, and the first of the two payments doesn't cure any more.
    let name = Tiny::statement_name(PAID_ON);
    tiny.edit(&name, "1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-13</Dt></BookgDt><ValDt><Dt>2026-03-13</Dt></ValDt><AcctSvcrRef>FT1<", "999.99</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-03-13</Dt></BookgDt><ValDt><Dt>2026-03-13</Dt></ValDt><AcctSvcrRef>FT1<");
    let edited = tiny.run(|_| ()).await;
    assert_eq!(
        edited.ended.as_ref().ok(),
        Some(&Ended::Green),
        "{}",
        edited.text()
    );
    assert_eq!(whole.events(&["C-1: free again"]).len(), 1);
    assert_eq!(
        edited.events(&["C-1: free again"]).len(),
        0,
        "{}",
        edited.text()
    );
    assert_ne!(whole.summary("ledger: "), edited.summary("ledger: "));
}

#[tokio::test(flavor = "multi_thread")]
async fn killing_the_phones_changes_only_reports() {
    let tiny = Tiny::new();
    let undisturbed = tiny.run(|_| ()).await;
    let phones = Mutex::new(None);
    let killed = tiny
        .run(move |said| {
            let Said::Event(line) = said else { return };
            let mut phones = phones.lock().unwrap();
            if let Some(rest) = line.strip_prefix("phones are process ") {
                let id: String = rest.chars().take_while(char::is_ascii_digit).collect();
                *phones = Some(id);
            }
            // The first phone is locked: now nobody reports any more.
            if line.contains(": lock")
                && let Some(id) = phones.take()
            {
                let kill = Command::new("kill").args(["-9", &id]).status();
                assert!(kill.is_ok_and(|status| status.success()));
            }
        })
        .await;
    assert!(killed.ended.is_ok(), "{}", killed.text());
    assert_eq!(killed.events(&["the phones' process has ended"]).len(), 1);
    for line in ["ledger: ", "plans by day: "] {
        assert_eq!(undisturbed.summary(line), killed.summary(line), "{line}");
    }
    let reports = "phones by day: ";
    assert_ne!(undisturbed.summary(reports), killed.summary(reports));
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_days_of_the_demo_folder_are_green() {
    let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo");
    let run = tiny::run(&demo, 20, 12, |_| ()).await;
    assert_eq!(
        run.ended.as_ref().ok(),
        Some(&Ended::Green),
        "{}",
        run.text()
    );
    assert!(!run.events(&[": reduce"]).is_empty(), "{}", run.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn told_to_stop_it_ends_cleanly() {
    let tiny = Tiny::new();
    let data = tempfile::tempdir().unwrap();
    let (stop, stopped) = watch::channel(false);
    let mut options = tiny::options(tiny.path(), data.path(), tiny::DAYS, 2);
    options.stop = stopped;
    let say = move |said| {
        if matches!(said, Said::Progress { day: 3, .. }) {
            stop.send_replace(true);
        }
        assert!(!matches!(said, Said::CalendarEnded { .. }));
    };
    let ended = fairlock_sim::demo::run(options, Arc::new(say)).await;
    assert_eq!(ended.unwrap(), Ended::Stopped);
    // Store, server and phones are gone: another demo may take the directory at once.
    let mut options = tiny::options(tiny.path(), data.path(), 1, 2);
    options.reset = true;
    let again = fairlock_sim::demo::run(options, Arc::new(|_| ())).await;
    assert_eq!(again.unwrap(), Ended::Green);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_port_or_a_used_directory_is_one_sentence() {
    let tiny = Tiny::new();
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let data = tempfile::tempdir().unwrap();
    let mut options = tiny::options(tiny.path(), &data.path().join("a"), 1, 2);
    options.listen = taken.local_addr().unwrap();
    let say = || Arc::new(|_| ());
    let busy = fairlock_sim::demo::run(options, say()).await.unwrap_err();
    assert!(matches!(busy, DemoError::Start(_)), "{busy}");
    let options = tiny::options(tiny.path(), &data.path().join("a"), 1, 2);
    let used = fairlock_sim::demo::run(options, say()).await.unwrap_err();
    assert!(used.to_string().contains("--reset"), "{used}");
    let options = tiny::options(&tiny.path().join("nowhere"), &data.path().join("b"), 1, 2);
    let nowhere = fairlock_sim::demo::run(options, say()).await.unwrap_err();
    for error in [busy, used, nowhere] {
        assert!(!error.to_string().contains('\n'), "{error}");
    }
}
