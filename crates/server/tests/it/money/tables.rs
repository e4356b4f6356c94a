//! Tables of banks from file to books: by a mapping's name, by their columns, or parked.

use bytes::Bytes;
use fairlock_intake::Mapping;
use fairlock_server::config::Notices;
use fairlock_server::money::import::{self, ImportError, Imported};
use fairlock_storage::{MessageNo, MessageState};
use http_body_util::{BodyExt as _, Full};
use hyper::{Method, Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use super::bench::{Bench, C1, C2, LENDER, contract};
use super::camt::ACCOUNT;
use super::site::Site;

/// A mapping with more of its file.
fn mapping(file: &str, more: &str) -> Mapping {
    let text = format!(
        "[table]\n{more}\n[columns]\nbooking_date = \"Date\"\namount = \"Amount\"\nremittance = \"Text\"\n\
         [references]\nAcctSvcrRef = \"Ref\"\n[dates]\nformats = [\"yyyy-MM-dd\"]\n\
         [constants]\ncurrency = \"EUR\"\naccount = \"{ACCOUNT}\"\n"
    );
    Mapping::parse(file, &text, &|_| None)
        .map_err(|errors| format!("{errors:?}"))
        .unwrap()
}

fn table(rows: &str) -> Vec<u8> {
    format!("Date,Amount,Text,Ref\n{rows}").into_bytes()
}

fn bench(mappings: Vec<Mapping>) -> Bench {
    let mut bench = Bench::new();
    bench.desk.know(mappings);
    bench
}

fn import(bench: &Bench, bytes: &[u8], mapping: Option<&str>) -> Result<Imported, ImportError> {
    import::payments(
        &bench.desk,
        "file.csv",
        bytes.to_vec(),
        mapping,
        bench.stamp(),
    )
}

fn refused(bench: &Bench, bytes: &[u8], mapping: Option<&str>) -> String {
    match import(bench, bytes, mapping) {
        Err(ImportError::Refused(problem)) => problem,
        other => panic!("a file was taken: {other:?}"),
    }
}

#[test]
fn rows_are_payments_and_the_same_file_adds_nothing() {
    let bench = bench(vec![mapping("bank.toml", "")]);
    let rows = format!(
        "2026-03-02,10.00,{C1},R-1\n2026-03-02,20.00,pays {C2},R-2\n2026-03-02,-5.00,fee,R-3\n"
    );
    let bytes = table(&rows);
    let Ok(Imported::Added(summary)) = import(&bench, &bytes, Some("bank")) else {
        panic!("it is refused");
    };
    assert_eq!((summary.new, summary.lines), (2, 1));
    let paid = ["C-1 booked 10.00 2026-03-02", "C-2 booked 20.00 2026-03-02"];
    assert_eq!(bench.payments(), paid);
    assert!(matches!(
        import(&bench, &bytes, None),
        Ok(Imported::ReadBefore(_))
    ));
    assert_eq!(bench.payments(), paid);
    bench.proves();
}

#[test]
fn exports_that_overlap_tell_each_row_once() {
    let bench = bench(vec![mapping("bank.toml", "")]);
    // Two equal rows without a reference are two payments; a longer export tells them again.
    let two = format!("2026-03-01,10.00,{C1},\n2026-03-01,10.00,{C1},\n");
    import(&bench, &table(&two), Some("bank")).unwrap();
    assert_eq!(bench.payments().len(), 2);
    let more = format!("{two}2026-03-02,10.00,{C1},\n");
    import(&bench, &table(&more), Some("bank")).unwrap();
    assert_eq!(bench.payments().len(), 3);
    bench.proves();
}

#[test]
fn daily_files_tell_each_row_in_one_of_them() {
    let bench = bench(vec![mapping("bank.toml", "overlap = false")]);
    let row = format!("2026-03-01,10.00,{C1},\n");
    import(&bench, &table(&row), Some("bank")).unwrap();
    // Another file with an equal row: another payment.
    import(
        &bench,
        &table(&format!("{row}2026-03-02,5.00,x,\n")),
        Some("bank"),
    )
    .unwrap();
    let of_c1 = bench
        .payments()
        .iter()
        .filter(|line| line.starts_with("C-1"))
        .count();
    assert_eq!(of_c1, 2);
    bench.proves();
}

#[test]
fn a_row_that_can_t_be_read_refuses_the_file_and_a_better_one_is_taken() {
    let bench = bench(vec![mapping("bank.toml", "")]);
    let wrong = table(&format!(
        "2026-03-02,10.00,{C1},R-1\n2026-02-30,12..34,{C1},R-2\n"
    ));
    assert_eq!(
        refused(&bench, &wrong, Some("bank")),
        "by mapping bank: row 3, column Amount: found \"12..34\", expected an amount such as 1234.56; \
         row 3, column Date: found \"2026-02-30\", expected a date that exists, as yyyy-MM-dd"
    );
    assert_eq!(bench.payments(), Vec::<String>::new());
    let right = table(&format!("2026-03-02,10.00,{C1},R-1\n"));
    import(&bench, &right, Some("bank")).unwrap();
    assert_eq!(bench.payments().len(), 1);
}

#[test]
fn a_table_is_recognised_by_its_columns_or_not_taken() {
    let rows = table(&format!("2026-03-02,10.00,{C1},R-1\n"));
    let nobody = bench(Vec::new());
    let problem = refused(&nobody, &rows, None);
    assert!(
        problem.contains("no table whose header a mapping has"),
        "{problem}"
    );
    assert!(
        problem.ends_with("one of the mappings mpesa-portal"),
        "{problem}"
    );
    let two = bench(vec![mapping("a.toml", ""), mapping("b.toml", "")]);
    assert_eq!(
        refused(&two, &rows, None),
        "a table whose header 2 mappings have (a, b); expected one, or its name with the file"
    );
    import(&two, &rows, Some("b")).unwrap();
    let problem = refused(&two, &table("2026-03-02,1.00,x,\n"), Some("c"));
    assert_eq!(
        problem,
        "mapping \"c\": expected one of the mappings mpesa-portal, a, b"
    );
    let one = bench(vec![mapping("a.toml", "")]);
    import(&one, &rows, None).unwrap();
    assert_eq!(one.payments(), ["C-1 booked 10.00 2026-03-02"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_uploaded_and_dropped_into_the_folder() {
    let contracts = vec![contract("C-1", "EUR", "bank")];
    let site = Site::with(contracts, Notices::default(), |config| {
        config.mappings = vec![mapping("bank.toml", "")];
    })
    .await;
    let rows = table(&format!("2026-03-02,10.00,{C1},R-1\n"));
    let (status, answer) = site
        .post("/v1/statements?mapping=other", rows.clone())
        .await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(answer.contains("mpesa-portal, bank"), "{answer}");
    let (status, _) = site.post("/v1/statements?mapping=bank", rows).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    site.running.quiet().await;
    let paid = site.store.payments_of(LENDER, "C-1").unwrap();
    assert_eq!(paid.len(), 1);
    let unknown = b"Tag;Betrag\n1;2\n".to_vec();
    let (status, _) = site.post("/v1/statements", unknown).await;
    assert_eq!(status, StatusCode::ACCEPTED, "it is kept");
    site.running.quiet().await;
    let message = site.store.message(LENDER, MessageNo(2)).unwrap().unwrap();
    assert_eq!(message.state, MessageState::Parked);
    site.running.shutdown().await;
}

/// A form as a browser sends it: a table, and a mapping's name or file.
async fn tried(site: &Site, table: &[u8], name: &str, own: &str) -> String {
    let field = |head: &str, value: &[u8]| {
        let head = format!("--x\r\nContent-Disposition: form-data; {head}\r\n\r\n");
        [head.as_bytes(), value, b"\r\n"].concat()
    };
    let form = [
        field("name=\"table\"; filename=\"t.csv\"", table),
        field("name=\"mapping\"", name.as_bytes()),
        field("name=\"own\"; filename=\"own.toml\"", own.as_bytes()),
        b"--x--\r\n".to_vec(),
    ];
    let addr = site.running.addr();
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("http://{addr}/payments/mapping"))
        .header("content-type", "multipart/form-data; boundary=x")
        .body(Full::new(form.concat().into()))
        .unwrap();
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let response = client.request(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let body = response.into_body().collect().await.unwrap().to_bytes();
    // Without the marks that keep a name's direction apart from the sentence's.
    String::from_utf8(body.to_vec())
        .unwrap()
        .replace(['\u{2068}', '\u{2069}'], "")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_tries_a_mapping_and_keeps_nothing() {
    let contracts = vec![contract("C-1", "EUR", "bank")];
    let site = Site::with(contracts, Notices::default(), |config| {
        config.mappings = vec![mapping("bank.toml", "")];
    })
    .await;
    let page = site.get("/payments/mapping").await;
    assert!(page.contains("mpesa-portal") && page.contains(">bank</option>"));
    let rows = table(&format!(
        "2026-03-02,10.00,{C1},R-1\n2026-03-02,-4.00,fee,R-2\n"
    ));
    let page = tried(&site, &rows, "", "").await;
    for words in [
        "2 entries, every cell is read",
        "Read by bank",
        C1,
        "R-1",
        ACCOUNT,
    ] {
        assert!(page.contains(words), "{words}");
    }
    let wrong = table("2026-02-30,12..34,x,R-1\n");
    let page = tried(&site, &wrong, "bank", "").await;
    for words in ["row 2, column Amount", "12..34", "row 2, column Date"] {
        assert!(page.contains(words), "{words}");
    }
    let page = tried(&site, &rows, "bank", "[columns]\n").await;
    assert!(
        page.contains("own.toml:1"),
        "a mapping of one's own counts first"
    );
    assert!(site.store.message(LENDER, MessageNo(1)).unwrap().is_none());
    site.running.shutdown().await;
}
