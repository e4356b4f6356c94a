//! A whole server on a free port, with a clock that a test sets, and a client to talk to it.

use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use fairlock_domain::calendar::Instant;
use fairlock_domain::pii::Secret;
use fairlock_rulebook::load_builtin;
use fairlock_server::config::{ApiCaller, Contacts, Feed, Notices, Source};
use fairlock_server::{Clock, Config, Entropy, Parts, Running, start};
use fairlock_signer::{KeyRing, Signer};
use fairlock_storage::{NewContract, Store};
use http_body_util::{BodyExt as _, Full};
use hyper::{Method, Request, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use tokio::sync::watch;

use super::bench::{LENDER, SHORT_CODE, TILL, at};

/// The unguessable part of the till's address.
pub const SECRET: &str = "0f9a3b7c5d1e2f46";

/// The token of the caller `shop`.
pub const API_TOKEN: &str = "b0c1d2e3f4a5968778695a4b3c2d1e0f";

/// A clock that stands until it is set.
pub struct TestClock {
    now: watch::Sender<Instant>,
    monotonic: AtomicU64,
}

impl TestClock {
    pub fn set(&self, text: &str) {
        self.now.send_replace(at(text));
    }
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        *self.now.borrow()
    }

    /// A second each time, so that no test waits for a file to stand still.
    fn monotonic_ns(&self) -> u64 {
        self.monotonic.fetch_add(1_000_000_000, Ordering::Relaxed)
    }

    fn reached(&self, at: Instant) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let mut now = self.now.subscribe();
        Box::pin(async move {
            let _ = now.wait_for(|now| *now >= at).await;
        })
    }
}

/// The same bytes each time: nothing here is secret.
struct Counted;

impl Entropy for Counted {
    fn fill(&self, out: &mut [u8]) {
        out.fill(7);
    }
}

pub struct Site {
    pub running: Running,
    pub clock: Arc<TestClock>,
    pub store: Store,
    folder: PathBuf,
    /// Goes away with the site.
    dir: Option<tempfile::TempDir>,
}

impl Site {
    /// At 2026-03-03 12:00 UTC, with these contracts, the feeds `bank` and `till`, a watched
    /// folder, and carriers of messages where there are any.
    pub async fn start(contracts: Vec<NewContract>, notices: Notices) -> Site {
        let dir = tempfile::tempdir().unwrap();
        let now = "2026-03-03T12:00:00Z";
        Site::open(dir, contracts, notices, now).await
    }

    /// The same, told otherwise by `change`.
    pub async fn with(
        contracts: Vec<NewContract>,
        notices: Notices,
        change: impl FnOnce(&mut Config),
    ) -> Site {
        let dir = tempfile::tempdir().unwrap();
        let now = "2026-03-03T12:00:00Z";
        let site = Site::made(dir.path(), contracts, notices, now, change).await;
        Site {
            dir: Some(dir),
            ..site
        }
    }

    /// The same in a folder that may have been another's before it died.
    pub async fn open(
        dir: tempfile::TempDir,
        contracts: Vec<NewContract>,
        notices: Notices,
        now: &str,
    ) -> Site {
        let site = Site::in_folder(dir.path(), contracts, notices, now).await;
        Site {
            dir: Some(dir),
            ..site
        }
    }

    /// The same in a folder that outlives it.
    pub async fn in_folder(
        dir: &Path,
        contracts: Vec<NewContract>,
        notices: Notices,
        now: &str,
    ) -> Site {
        Site::made(dir, contracts, notices, now, |_| {}).await
    }

    async fn made(
        dir: &Path,
        contracts: Vec<NewContract>,
        notices: Notices,
        now: &str,
        change: impl FnOnce(&mut Config),
    ) -> Site {
        let store = Store::open(&dir.join("fairlock.db")).unwrap();
        let now = at(now);
        store.import_contracts(LENDER, contracts, now).unwrap();
        let folder = dir.join("incoming");
        std::fs::create_dir_all(&folder).unwrap();
        let (mut config, parts, clock) = made_of(&store, &folder, notices, now);
        change(&mut config);
        let running = start(config, parts).await.unwrap();
        Site {
            running,
            clock,
            store,
            folder,
            dir: None,
        }
    }

    /// Why a site with these doesn't start.
    pub async fn refused(notices: Notices) -> String {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("fairlock.db")).unwrap();
        let now = at("2026-03-03T12:00:00Z");
        let (config, parts, _) = made_of(&store, dir.path(), notices, now);
        match start(config, parts).await {
            Ok(_) => panic!("it starts"),
            Err(refused) => refused.to_string(),
        }
    }

    /// Shuts it down and gives back its folder, for another server.
    pub async fn stop(self) -> tempfile::TempDir {
        self.running.shutdown().await;
        self.dir.expect("it was opened in one")
    }

    pub async fn clock(&self, text: &str) {
        self.clock.set(text);
        self.running.quiet().await;
    }

    pub async fn post(&self, path: &str, body: impl Into<Bytes>) -> (StatusCode, String) {
        self.post_with(path, &[], body).await
    }

    /// The same with headers of its own.
    pub async fn post_with(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> (StatusCode, String) {
        let addr = self.running.addr();
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(format!("http://{addr}{path}"))
            .header("content-type", "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body.into())).unwrap();
        let client = Client::builder(TokioExecutor::new()).build_http();
        let response = client.request(request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    /// A page's text.
    pub async fn get(&self, path: &str) -> String {
        let addr = self.running.addr();
        let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
        let uri = format!("http://{addr}{path}").parse().unwrap();
        let response = client.get(uri).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let body = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(body.to_vec()).unwrap()
    }

    /// The till's address for one kind of call.
    pub async fn call(&self, kind: &str, body: &str) -> (StatusCode, String) {
        let path = format!("/v1/callbacks/{SECRET}/c2b/{kind}");
        self.post(&path, body.to_owned()).await
    }

    /// Drops a file into the watched folder as a bank does at its best: by renaming it.
    pub fn drop_file(&self, name: &str, bytes: &[u8]) {
        let part = self.folder().join(format!("{name}.part"));
        std::fs::write(&part, bytes).unwrap();
        std::fs::rename(&part, self.folder().join(name)).unwrap();
    }

    pub fn folder(&self) -> PathBuf {
        self.folder.clone()
    }

    /// Every file under the watched folder, sorted.
    pub fn files(&self) -> Vec<String> {
        let mut names = Vec::new();
        walk(&self.folder(), &self.folder(), &mut names);
        names.sort();
        names
    }
}

fn walk(root: &Path, dir: &Path, names: &mut Vec<String>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(root, &path, names);
        } else {
            names.push(path.strip_prefix(root).unwrap().display().to_string());
        }
    }
}

/// What a site is made of.
fn made_of(
    store: &Store,
    folder: &Path,
    notices: Notices,
    now: Instant,
) -> (Config, Parts, Arc<TestClock>) {
    let feed = |name: &str, account: Option<&str>| Feed {
        name: name.to_owned(),
        account: account.map(str::to_owned),
        period_s: 30 * 3600,
    };
    let config = Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        watch_dir: Some(folder.to_owned()),
        sources: vec![Source::till(
            TILL,
            SHORT_CODE,
            Secret::new(SECRET.to_owned()),
        )],
        proxy: None,
        mappings: Vec::new(),
        api: vec![ApiCaller {
            name: "shop".to_owned(),
            token: Secret::new(API_TOKEN.to_owned()),
        }],
        notices,
        feeds: vec![feed("bank", Some(super::camt::ACCOUNT)), feed(TILL, None)],
        contacts: Contacts {
            lender: "0800 000 000".to_owned(),
            complaints_name: "Ombudsman".to_owned(),
            complaints: "0800 000 001".to_owned(),
        },
    };
    let clock = Arc::new(TestClock {
        now: watch::Sender::new(now),
        monotonic: AtomicU64::new(1),
    });
    let parts = Parts {
        store: store.clone(),
        lender: LENDER,
        lender_name: "Test lender".to_owned(),
        rulebook: Arc::new(load_builtin().unwrap()),
        signer: Signer::new(KeyRing::from_seeds([
            [1; 32], [2; 32], [3; 32], [4; 32], [5; 32],
        ])),
        clock: clock.clone(),
        entropy: Arc::new(Counted),
    };
    (config, parts, clock)
}
