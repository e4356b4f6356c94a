//! Calls of providers: who is let in, and what a refused one leaves behind.

use fairlock_domain::payment::Reference;
use fairlock_server::config::{Net, Notices, Proxy, Source};
use fairlock_storage::MessageNo;
use hyper::StatusCode;

use super::bench::{LENDER, TILL, confirmation, contract};
use super::site::{SECRET, Site};

fn kes() -> String {
    Reference::of_contract("C-KES").unwrap().as_str().to_owned()
}

/// A site whose till takes calls from `addresses` alone, behind a proxy where `proxy` says so.
async fn site(addresses: &str, proxy: Option<&str>) -> Site {
    let contracts = vec![contract("C-KES", "KES", TILL)];
    Site::with(contracts, Notices::default(), |config| {
        let only: Vec<Net> = Net::parse(addresses).into_iter().collect();
        config.sources = vec![Source {
            addresses: only,
            ..config.sources[0].clone()
        }];
        config.proxy = proxy.map(|from| Proxy {
            header: "x-forwarded-for".to_owned(),
            addresses: Net::parse(from).into_iter().collect(),
        });
    })
    .await
}

fn stored(site: &Site) -> bool {
    site.store.message(LENDER, MessageNo(1)).unwrap().is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_from_another_address_is_not_found_counted_and_stores_nothing() {
    let site = site("196.201.214.200", None).await;
    let body = confirmation("RKTQDM7W6S", "100", &kes());
    for kind in ["confirmation", "validation"] {
        let (status, answer) = site.call(kind, &body).await;
        assert_eq!((status, answer.as_str()), (StatusCode::NOT_FOUND, ""));
    }
    assert_eq!(site.running.shared().money.unauthenticated(), 2);
    site.running.quiet().await;
    assert!(!stored(&site));
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_header_of_a_proxy_counts_only_where_the_proxy_wrote_it() {
    let path = format!("/v1/callbacks/{SECRET}/c2b/confirmation");
    let body = confirmation("RKTQDM7W6S", "100", &kes());
    let forwarded = [("x-forwarded-for", "196.201.214.200")];
    // Nobody is believed: the test itself calls from 127.0.0.1.
    let alone = site("196.201.214.200", None).await;
    let (status, _) = alone.post_with(&path, &forwarded, body.clone()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    alone.running.shutdown().await;
    let behind = site("196.201.214.200", Some("127.0.0.1")).await;
    let (status, _) = behind.post_with(&path, &forwarded, body.clone()).await;
    assert_eq!(status, StatusCode::OK);
    let stranger = [("x-forwarded-for", "196.201.214.200, 203.0.113.9")];
    let (status, _) = behind.post_with(&path, &stranger, body).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    behind.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_is_no_call_of_the_source_is_not_found() {
    let site = site("127.0.0.1", None).await;
    for path in ["c2b", "c2b/confirmation/x", "stripe", "C2B/confirmation"] {
        let path = format!("/v1/callbacks/{SECRET}/{path}");
        let (status, _) = site.post(&path, "{}").await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_to_another_short_code_is_parked_and_credits_nothing() {
    let site = site("127.0.0.1", None).await;
    let body = confirmation("RKTQDM7W6S", "100", &kes()).replace("600638", "600000");
    let (status, _) = site.call("confirmation", &body).await;
    assert_eq!(status, StatusCode::OK);
    site.running.quiet().await;
    let parked = site.store.parked_messages(LENDER, 10).unwrap();
    let note = parked[0].note.clone().unwrap_or_default();
    assert_eq!(
        note,
        r#"$.BusinessShortCode: found "600000", expected "600638""#
    );
    assert!(site.store.payments_of(LENDER, "C-KES").unwrap().is_empty());
    site.running.shutdown().await;
}
