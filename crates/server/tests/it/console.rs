//! The console from outside: pages with their headers, what they say, and live parts.

use fairlock_server::config::Notices;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::{Method, Request, Response, StatusCode, header};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use fairlock_domain::payment::Reference;

use crate::money::bench::{TILL, confirmation, contract};
use crate::money::site::Site;

/// Longer than any live part takes; only a broken stream waits it out.
const LIVE_WITHIN: Duration = Duration::from_secs(20);

async fn site() -> Site {
    let contracts = vec![
        contract("C-1", "EUR", "bank"),
        contract("C-KES", "KES", TILL),
    ];
    let site = Site::start(contracts, Notices::default()).await;
    site.running.quiet().await;
    site
}

async fn answer(site: &Site, path: &str, form: Option<&str>) -> Response<Incoming> {
    let uri = format!("http://{}{path}", site.running.addr());
    let request = Request::builder().uri(uri);
    let client = Client::builder(TokioExecutor::new()).build_http();
    let request = match form {
        None => request.method(Method::GET).body(Full::new(Bytes::new())),
        Some(form) => request
            .method(Method::POST)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Full::new(Bytes::from(form.to_owned()))),
    };
    client
        .request(request.expect("a request"))
        .await
        .expect("an answer")
}

async fn get(site: &Site, path: &str) -> (StatusCode, String) {
    let response = answer(site, path, None).await;
    let status = response.status();
    let body = response.into_body().collect().await.expect("a body");
    let text = String::from_utf8(body.to_bytes().to_vec()).expect("UTF-8");
    (status, plain(&text))
}

/// Isolates gone, no-break spaces as spaces.
fn plain(text: &str) -> String {
    text.replace(['\u{2068}', '\u{2069}'], "")
        .replace('\u{a0}', " ")
}

/// A page answers so, and says all of these.
async fn check(site: &Site, path: &str, status: StatusCode, says: &[&str]) {
    let (found, text) = get(site, path).await;
    assert_eq!(found, status, "{path}");
    for words in says {
        assert!(text.contains(words), "{path}: {words:?} isn't in {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_says_what_it_is_for() {
    let site = site().await;
    let ok = StatusCode::OK;
    check(
        &site,
        "/",
        ok,
        &["needs a person", "C-KES", "2 contracts", "Test lender"],
    )
    .await;
    check(
        &site,
        "/contracts?feed=till&size=1",
        ok,
        &["1 contract", "C-KES"],
    )
    .await;
    check(
        &site,
        "/contracts?level=lock",
        ok,
        &["No contract matches these filters."],
    )
    .await;
    let contract = [
        "No phone is enrolled",
        "KES 300.00",
        "Sun 1 Mar 2026",
        "0 of 3 instalments are covered",
        "Nairobi time (UTC+3)",
        "B••• o••• C•••",
    ];
    check(&site, "/contracts/C-KES", ok, &contract).await;
    let plan = [
        "days past due",
        "sandbox/min_days_past_due, v1",
        "this decides",
    ];
    check(&site, "/contracts/C-KES/plan", ok, &plan).await;
    check(
        &site,
        "/contracts/C-KES/phone",
        ok,
        &["What the borrower sees now", "No charter"],
    )
    .await;
    check(&site, "/rules", ok, &["strict-default", "conditional"]).await;
    check(&site, "/rules/sandbox/1", ok, &["id=\"min_days_past_due\""]).await;
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_isnt_there_or_cant_be_read_says_what_was_expected() {
    let site = site().await;
    let none = StatusCode::NOT_FOUND;
    check(
        &site,
        "/nowhere",
        none,
        &["There is no such page", "/nowhere"],
    )
    .await;
    check(
        &site,
        "/contracts/C-9",
        none,
        &["Expected: a contract", "/contracts/C-9"],
    )
    .await;
    check(&site, "/contracts/C-1/grants/1", none, &["by its seq"]).await;
    check(&site, "/contracts/C-1/grants/first", none, &["as 41"]).await;
    check(&site, "/rules/sandbox/99", none, &["as sandbox/1"]).await;
    check(&site, "/assets/0000000000000000/f.css", none, &[]).await;
    let bad = StatusCode::BAD_REQUEST;
    check(
        &site,
        "/contracts?after=yesterday",
        bad,
        &["Expected: one that a former page gave"],
    )
    .await;
    check(
        &site,
        "/contracts/C-1/plan?at=yesterday",
        StatusCode::OK,
        &["is no instant"],
    )
    .await;
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_plan_of_another_instant_is_that_instant_s() {
    let site = site().await;
    let path = "/contracts/C-1/plan?at=2026-02-01T12:00:00%2B03:00";
    check(
        &site,
        path,
        StatusCode::OK,
        &["1 Feb 2026, 12:00 Nairobi time (UTC+3)"],
    )
    .await;
    // A form sends the plus as a space.
    let path = "/contracts/C-1/plan?at=2026-02-01T12:00:00+03:00";
    check(
        &site,
        path,
        StatusCode::OK,
        &["1 Feb 2026, 12:00 Nairobi time (UTC+3)"],
    )
    .await;
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_keeps_to_itself() {
    let site = site().await;
    let response = answer(&site, "/contracts/C-1", None).await;
    let headers = response.headers().clone();
    let value = |name: &str| headers[name].to_str().expect("text").to_owned();
    let policy = value("content-security-policy");
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .and_then(|rest| rest.split('\'').next())
        .expect("a nonce");
    assert_eq!(nonce.len(), 32);
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "trusted-types htmx",
    ] {
        assert!(policy.contains(part), "{part} isn't in {policy}");
    }
    assert_eq!(value("cache-control"), "no-store");
    assert_eq!(value("x-content-type-options"), "nosniff");
    assert_eq!(value("referrer-policy"), "same-origin");
    let body = response.into_body().collect().await.expect("a body");
    let html = String::from_utf8(body.to_bytes().to_vec()).expect("UTF-8");
    assert!(html.contains(&format!("hx-nonce=\"{nonce}\"")));
    let style = html
        .split("href=\"/assets/")
        .nth(1)
        .and_then(|h| h.split('"').next());
    let style = answer(
        &site,
        &format!("/assets/{}", style.expect("a style sheet")),
        None,
    )
    .await;
    assert_eq!(style.status(), StatusCode::OK);
    let kept = style.headers()["cache-control"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(kept.contains("immutable"), "{kept}");
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_box_finds_a_contract_and_tells_nobody_what_was_typed() {
    let site = site().await;
    let reference = Reference::of_contract("C-KES").expect("a reference");
    let fours = reference.in_fours().replace(' ', "+");
    for typed in ["C-KES", "c-kes", "C+KES", &fours] {
        let response = answer(&site, "/find", Some(&format!("find={typed}"))).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER, "{typed}");
        assert_eq!(
            response.headers()["location"],
            "/contracts/C-KES",
            "{typed}"
        );
    }
    let response = answer(&site, "/find", Some("find=Amina+Kamau")).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    let body = response
        .into_body()
        .collect()
        .await
        .expect("a body")
        .to_bytes();
    assert!(!String::from_utf8_lossy(&body).contains("Amina"));
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn chosen_colours_come_back_as_a_cookie_and_lead_to_no_other_host() {
    let site = site().await;
    let form = "theme=dark&density=compact&back=%2Frules";
    let response = answer(&site, "/settings/appearance", Some(form)).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(response.headers()["location"], "/rules");
    let cookie = response.headers()["set-cookie"].to_str().expect("text");
    for part in ["look=dark.compact", "HttpOnly", "SameSite=Strict"] {
        assert!(cookie.contains(part), "{part} isn't in {cookie}");
    }
    let form = "theme=dark&back=%2F%2Fevil.example";
    let response = answer(&site, "/settings/appearance", Some(form)).await;
    assert_eq!(response.headers()["location"], "/");
    site.running.shutdown().await;
}

/// Reads a live stream until its text has said these words.
async fn until(body: &mut Incoming, words: &str) {
    let mut text = String::new();
    let read = async {
        while !plain(&text).contains(words) {
            let frame = body
                .frame()
                .await
                .expect("the stream goes on")
                .expect("a frame");
            if let Ok(bytes) = frame.into_data() {
                text.push_str(&String::from_utf8_lossy(&bytes));
            }
        }
    };
    let read = tokio::time::timeout(LIVE_WITHIN, read).await;
    assert!(read.is_ok(), "{words:?} wasn't said in {text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_page_learns_of_a_payment() {
    let site = site().await;
    let response = answer(&site, "/live/contracts/C-KES", None).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body();
    until(&mut body, "No payment seen yet.").await;
    let reference = Reference::of_contract("C-KES").expect("a reference");
    let paid = confirmation("RKTQDM7W6S", "100", reference.as_str());
    site.call("confirmation", &paid).await;
    until(&mut body, "KES 100.00").await;
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn live_pages_are_bounded() {
    let site = site().await;
    let mut open = Vec::new();
    for _ in 0..64 {
        let response = answer(&site, "/live/portfolio", None).await;
        assert_eq!(response.status(), StatusCode::OK);
        open.push(response);
    }
    let one_more = answer(&site, "/live/portfolio", None).await;
    assert_eq!(one_more.status(), StatusCode::SERVICE_UNAVAILABLE);
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_decides_whose_money_it_is() {
    let site = site().await;
    // The payer swapped two neighbours of the reference.
    let right = Reference::of_contract("C-KES").expect("a reference");
    let (head, tail) = right.as_str().split_at(right.as_str().len() - 2);
    let swapped: String = head.chars().chain(tail.chars().rev()).collect();
    site.call("confirmation", &confirmation("RKTQDM7W6S", "200", &swapped))
        .await;
    site.running.quiet().await;
    let (_, list) = get(&site, "/payments/suspense").await;
    for words in [
        "KES 200.00 from till is nobody",
        "no valid reference",
        "C-KES",
    ] {
        assert!(list.contains(words), "{words}: {list}");
    }
    let at = list
        .find("/payments/suspense/P-")
        .expect("a link to the item");
    let path: String = list[at..].chars().take_while(|c| *c != '"').collect();
    let says = [
        "Message as received",
        &swapped,
        "Match: remind to free",
        "Keep open",
    ];
    check(&site, &path, StatusCode::OK, &says).await;

    let decide = |form: &'static str| {
        let (site, path) = (&site, path.clone());
        async move { answer(site, &path, Some(form)).await }
    };
    // A decision without a name isn't taken, and what was typed stays.
    let form = "version=1&by=&reason=receipt+seen&do=match%3AC-KES";
    let refused = decide(form).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let form = "version=1&by=Amina&reason=receipt+seen&do=match%3AC-KES";
    let taken = decide(form).await;
    assert_eq!(taken.status(), StatusCode::SEE_OTHER);
    // A double click: the payment is another version by now.
    let again = decide(form).await;
    assert!(
        again.headers()[header::LOCATION]
            .to_str()
            .is_ok_and(|l| l.ends_with("done=changed"))
    );
    let says = [
        "KES 200.00 is contract C-KES",
        "Amina",
        "receipt seen",
        "Take it off",
    ];
    check(&site, &format!("{path}?done=match"), StatusCode::OK, &says).await;
    check(
        &site,
        "/payments/suspense",
        StatusCode::OK,
        &["No money is in suspense"],
    )
    .await;
    check(&site, "/contracts/C-KES", StatusCode::OK, &["KES 200.00"]).await;
    let missing = "/payments/suspense/P-000000000000";
    check(&site, missing, StatusCode::NOT_FOUND, &["a payment"]).await;
}
