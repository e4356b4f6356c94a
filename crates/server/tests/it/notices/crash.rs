//! kill -9 while a message is on its way: nothing is lost, and nothing is sent twice.
//!
//! The server that dies is a process of its own, this test binary once more, told by its
//! environment what to be.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use super::gateway::{Conduct, Gateway, answers};
use super::{by_text, messages, plain, proofs};
use crate::money::site::Site;
use fairlock_server::config::{Notices, SmsGateway};

/// The child's folder, and the address of its gateway.
const FOLDER: &str = "FAIRLOCK_TEST_CRASH_FOLDER";
const GATEWAY: &str = "FAIRLOCK_TEST_CRASH_GATEWAY";

/// Kills the child when a test ends early.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        // It may be dead already, which is what is wanted.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Not a test by itself: serves at the hour of the first notice, until it is killed.
#[tokio::test(flavor = "multi_thread")]
async fn child() {
    let (Ok(folder), Ok(url)) = (std::env::var(FOLDER), std::env::var(GATEWAY)) else {
        return;
    };
    let notices = Notices {
        sms: Some(SmsGateway { url, token: None }),
        ..Notices::default()
    };
    let store = PathBuf::from(folder);
    let now = "2026-03-04T06:00:00Z";
    let site = Site::in_folder(&store, vec![plain()], notices, now).await;
    site.running.quiet().await;
    std::future::pending::<()>().await;
}

fn serve(folder: &std::path::Path, gateway: &Gateway) -> Killed {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "notices::crash::child", "--nocapture"])
        .env(FOLDER, folder)
        .env(GATEWAY, gateway.url())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    Killed(child.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_on_its_way_is_said_again_under_its_id_after_kill_9() {
    let gateway = Gateway::start().await;
    gateway.will(Conduct::Hang);
    let dir = tempfile::tempdir().unwrap();
    let child = serve(dir.path(), &gateway);
    gateway.was_asked(1).await;
    drop(child);

    // It dies once more, to be sure that what it left can be left again.
    let child = serve(dir.path(), &gateway);
    gateway.was_asked(2).await;
    drop(child);

    gateway.will(answers(r#"{"state":"delivered"}"#));
    let now = "2026-03-04T06:05:00Z";
    let site = Site::open(dir, vec![plain()], by_text(&gateway), now).await;
    site.running.quiet().await;
    let asked = gateway.asked();
    assert_eq!(asked.len(), 3);
    assert!(
        asked.iter().all(|order| order == &asked[0]),
        "the same id and the same words, by which the gateway knows it: {asked:?}"
    );
    assert_eq!(proofs(&site), ["sandbox/first sms delivered"]);
    assert_eq!(messages(&site), ["sandbox/first sms 1 delivered"]);
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_was_taken_isnt_sent_again_after_a_restart() {
    let gateway = Gateway::start().await;
    let dir = tempfile::tempdir().unwrap();
    let now = "2026-03-04T06:00:00Z";
    let site = Site::open(dir, vec![plain()], by_text(&gateway), now).await;
    site.running.quiet().await;
    let dir = site.stop().await;
    let now = "2026-03-04T07:00:00Z";
    let site = Site::open(dir, vec![plain()], by_text(&gateway), now).await;
    site.running.quiet().await;
    assert_eq!(gateway.asked().len(), 1);
    assert_eq!(messages(&site), ["sandbox/first sms 1 accepted"]);
    site.running.shutdown().await;
}
