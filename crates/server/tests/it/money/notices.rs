//! Notices by text message: sent when due and not otherwise, once, with their proof.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use fairlock_domain::standing::EventKind;
use fairlock_storage::NoticeState;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use super::bench::{Bench, C1, LENDER, contract};
use super::camt::{credit, statement};
use super::site::Site;

/// A gateway that answers what the test says, and keeps what it was asked.
#[derive(Clone)]
struct Gateway {
    addr: SocketAddr,
    answer: Arc<Mutex<(StatusCode, &'static str)>>,
    asked: Arc<Mutex<Vec<serde_json::Value>>>,
}

impl Gateway {
    async fn start() -> Gateway {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let gateway = Gateway {
            addr: listener.local_addr().unwrap(),
            answer: Arc::new(Mutex::new((StatusCode::OK, r#"{"proof":"sent"}"#))),
            asked: Arc::default(),
        };
        let serving = gateway.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let gateway = serving.clone();
                let service = service_fn(move |request| answer(gateway.clone(), request));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        gateway
    }

    fn url(&self) -> Option<String> {
        Some(format!("http://{}/messages", self.addr))
    }

    fn asked(&self) -> Vec<serde_json::Value> {
        self.asked.lock().unwrap().clone()
    }
}

async fn answer(
    gateway: Gateway,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let body = request.into_body().collect().await.unwrap().to_bytes();
    gateway
        .asked
        .lock()
        .unwrap()
        .push(serde_json::from_slice(&body).unwrap());
    let (status, text) = *gateway.answer.lock().unwrap();
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    *response.status_mut() = status;
    Ok(response)
}

async fn site(gateway: &Gateway) -> Site {
    Site::start(vec![contract("C-1", "EUR", "bank")], gateway.url()).await
}

/// Proofs of notices among the contract's facts: notice, channel, proof.
fn proofs(site: &Site) -> Vec<String> {
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

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_is_due_goes_out_once_with_its_proof() {
    let gateway = Gateway::start().await;
    let site = site(&gateway).await;
    site.clock("2026-03-04T06:00:00Z").await;
    let asked = gateway.asked();
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert_eq!(asked[0]["channel"], "sms");
    assert_eq!(asked[0]["to"], "254035326934");
    let text = asked[0]["text"].as_str().unwrap();
    assert!(
        text.starts_with("RF35 C1: EUR 200.00 for contract C-1 was due on 1 Feb 2026."),
        "{text}"
    );
    assert_eq!(proofs(&site), ["sandbox/first sms sent"]);
    site.clock("2026-03-04T06:00:01Z").await;
    assert_eq!(gateway.asked().len(), 1, "once");
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_fails_is_tried_later_and_not_for_ever() {
    let gateway = Gateway::start().await;
    *gateway.answer.lock().unwrap() = (StatusCode::BAD_GATEWAY, "");
    let site = site(&gateway).await;
    site.clock("2026-03-04T06:00:00Z").await;
    let first = gateway.asked();
    let mut minutes = 0;
    for wait in [1, 2, 4] {
        assert!(proofs(&site).is_empty());
        minutes += wait;
        site.clock(&format!("2026-03-04T06:{minutes:02}:00Z")).await;
    }
    let asked = gateway.asked();
    assert_eq!(
        asked.len(),
        first.len() + 3,
        "one attempt at each wait's end"
    );
    assert!(
        asked.iter().all(|order| order == &asked[0]),
        "each the same, by its id"
    );
    *gateway.answer.lock().unwrap() = (StatusCode::OK, r#"{"proof":"delivered"}"#);
    site.clock("2026-03-04T06:15:00Z").await;
    assert_eq!(proofs(&site), ["sandbox/first sms delivered"]);
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_who_paid_meanwhile_is_warned() {
    let gateway = Gateway::start().await;
    *gateway.answer.lock().unwrap() = (StatusCode::SERVICE_UNAVAILABLE, "");
    let site = site(&gateway).await;
    site.clock("2026-03-04T06:00:00Z").await;
    let tried = gateway.asked().len();
    site.drop_file(
        "s.xml",
        &statement("S-1").with(credit("200.00").text(C1)).xml(),
    );
    site.running.quiet().await;
    *gateway.answer.lock().unwrap() = (StatusCode::OK, r#"{"proof":"sent"}"#);
    site.clock("2026-03-04T06:01:00Z").await;
    assert_eq!(gateway.asked().len(), tried);
    let notices = site.store.notices_of(LENDER, "C-1").unwrap();
    assert_eq!(notices[0].state, NoticeState::Failed);
    assert_eq!(notices[0].note.as_deref(), Some("not due any more"));
    assert!(proofs(&site).is_empty());
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_proves_nothing_is_no_proof() {
    let gateway = Gateway::start().await;
    let site = site(&gateway).await;
    for bad in [r#"{"proof":"certainly"}"#, "ok", r#"{"proof":"failed"}"#] {
        *gateway.answer.lock().unwrap() = (StatusCode::OK, bad);
        site.clock("2026-03-04T06:00:00Z").await;
        assert!(proofs(&site).is_empty(), "{bad}");
    }
    site.running.shutdown().await;
}

#[test]
fn a_command_leaves_notices_to_the_server() {
    let mut bench = Bench::new();
    bench.clock("2026-03-04T06:00:00Z");
    assert!(bench.store().notices_of(LENDER, "C-1").unwrap().is_empty());
    let row = bench.store().contract(LENDER, "C-1").unwrap().unwrap();
    assert_eq!(row.review_at, Some(bench.now), "due for the server to plan");
}
