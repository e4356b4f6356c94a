//! No personal data in a log, whatever a carrier says.

use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span;
use tracing::{Event, Metadata, Subscriber};

use super::gateway::{Conduct, Gateway, answers, fails};
use super::relay::{self, Relay};
use super::{by_both, proofs, reachable, receipts_path, rows};
use crate::money::site::Site;

/// Keeps everything that is logged, fields and all, of this program's own crates and others'.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<String>>);

impl Subscriber for Kept {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        span.record(&mut Lines(self));
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        values.record(&mut Lines(self));
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Lines(self));
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

struct Lines<'a>(&'a Kept);

impl Visit for Lines<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let mut kept = self.0.0.lock().unwrap();
        *kept += &format!("{field}={value:?}\n");
    }
}

#[test]
fn no_number_address_or_name_is_ever_logged() {
    let kept = Kept::default();
    // For every thread, and so in a process of its own: other tests log what they like.
    if std::env::var("FAIRLOCK_TEST_LOGS").is_err() {
        let again = std::process::Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "notices::logs::no_number_address_or_name_is_ever_logged",
            ])
            .env("FAIRLOCK_TEST_LOGS", "1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&again.stdout).into_owned();
        assert!(again.status.success(), "{said}");
        return;
    }
    tracing::subscriber::set_global_default(kept.clone()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(everything_goes_wrong());
    let logged = kept.0.lock().unwrap().clone();
    assert!(logged.contains("can't be sent"), "something was logged");
    assert!(logged.contains("parked"), "{logged}");
    for personal in [
        "254035326934",
        "4035326934",
        "joyce",
        "mail.example",
        "Borrower of",
    ] {
        assert!(!logged.contains(personal), "{personal} in\n{logged}");
    }
}

async fn everything_goes_wrong() {
    let (gateway, relay) = (Gateway::start().await, Relay::start().await);
    let site = Site::start(vec![reachable("sandbox")], by_both(&gateway, &relay)).await;
    gateway.will(Conduct::Answer(
        hyper::StatusCode::BAD_REQUEST,
        "254035326934 is barred".to_owned(),
    ));
    relay.will(relay::Conduct::Say(
        "550 5.1.1 <joyce@mail.example> unknown",
    ));
    site.clock("2026-03-04T06:00:00Z").await;
    gateway.will(fails(503));
    relay.will(relay::Conduct::CloseAfterData);
    for row in rows(&site) {
        let path = format!("/v1/contracts/C-1/notices/{}/again", row.no);
        site.post(&path, "").await;
    }
    site.running.quiet().await;
    gateway.will(answers(r#"{"state":"accepted"}"#));
    site.clock("2026-03-04T06:01:00Z").await;
    let id = gateway.id(gateway.asked().len() - 1);
    for body in [
        format!(r#"{{"id":"{id}","state":"failed","reason":"254035326934 is off"}}"#),
        r#"{"id":"254035326934","state":"delivered"}"#.to_owned(),
        "254035326934 joyce@mail.example".to_owned(),
    ] {
        site.post(&receipts_path(), body).await;
        site.running.quiet().await;
    }
    assert!(!proofs(&site).is_empty());
    site.running.shutdown().await;
}
