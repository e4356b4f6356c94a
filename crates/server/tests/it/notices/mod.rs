//! Messages to borrowers, through carriers on real sockets.

mod crash;
mod gate;
mod gateway;
mod logs;
mod mail;
mod people;
mod receipts;
mod relay;
mod sending;
mod texts;

use fairlock_domain::pii::{Pii, Secret};
use fairlock_domain::standing::EventKind;
use fairlock_server::config::{MailRelay, Notices, SmsGateway};
use fairlock_storage::{NewContract, NoticeRow};

use crate::money::bench::{LENDER, contract};
use crate::money::site::Site;

/// The unguessable part of the receipts' address.
pub const SECRET: &str = "5c1e2f460f9a3b7d";

/// Text messages alone, through this gateway.
pub fn by_text(gateway: &gateway::Gateway) -> Notices {
    Notices {
        sms: Some(SmsGateway {
            url: gateway.url(),
            token: Some(Secret::new("token of the test".to_owned())),
        }),
        receipts: Some(Secret::new(SECRET.to_owned())),
        ..Notices::default()
    }
}

/// E-mail besides.
pub fn by_both(gateway: &gateway::Gateway, relay: &relay::Relay) -> Notices {
    Notices {
        mail: Some(MailRelay {
            relay: Secret::new(relay.url()),
            from: "Test lender <notices@lender.example>".to_owned(),
        }),
        ..by_text(gateway)
    }
}

/// C-1 under `sandbox`, with a phone number, and no feed whose silence would be a hold.
pub fn plain() -> NewContract {
    let mut plain = contract("C-1", "EUR", "bank");
    plain.contract.feed = None;
    plain
}

/// C-1 under a pack, with an e-mail address too.
pub fn reachable(pack: &str) -> NewContract {
    NewContract {
        email: Some(Pii::new("joyce@mail.example".to_owned())),
        packs: vec![pack.to_owned()],
        ..plain()
    }
}

/// Proofs of notices among the facts of C-1: notice, channel, proof.
pub fn proofs(site: &Site) -> Vec<String> {
    let facts = site.store.facts(LENDER, "C-1").unwrap().unwrap();
    let proofs = facts
        .events
        .into_iter()
        .filter_map(|event| match event.kind {
            EventKind::Notice {
                notice,
                channel,
                proof,
            } => Some(format!(
                "{}/{} {channel} {}",
                notice.pack,
                notice.notice,
                proof.name()
            )),
            _ => None,
        });
    proofs.collect()
}

/// The messages of C-1, oldest first: channel, round, state and why.
pub fn messages(site: &Site) -> Vec<String> {
    let rows = rows(site);
    let words = rows.iter().map(|row| {
        let why = row.note.as_deref().map(|why| format!(": {why}"));
        format!(
            "{} {} {} {}{}",
            row.notice,
            row.channel,
            row.round,
            row.state.name(),
            why.unwrap_or_default()
        )
    });
    words.collect()
}

pub fn rows(site: &Site) -> Vec<NoticeRow> {
    let mut rows = site.store.notices_of(LENDER, "C-1").unwrap();
    rows.reverse();
    rows
}

/// Posts a receipt, and waits until it is taken.
pub async fn receipt(site: &Site, id: &str, state: &str) {
    let body = format!(r#"{{"id":"{id}","state":"{state}"}}"#);
    let (status, _) = site.post(&receipts_path(), body).await;
    assert_eq!(status, 204);
    site.running.quiet().await;
}

pub fn receipts_path() -> String {
    format!("/v1/callbacks/{SECRET}/notices")
}
