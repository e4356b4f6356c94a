//! A gateway of text messages on a real socket: it answers what the test says, and keeps what it
//! was asked.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, header};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// What it does with the next message.
#[derive(Clone)]
pub enum Conduct {
    Answer(StatusCode, String),
    /// Tells a state at this address before it answers that it took the message.
    TellFirst {
        receipts: String,
        state: &'static str,
    },
    /// Never answers.
    Hang,
}

#[derive(Clone)]
pub struct Gateway {
    addr: SocketAddr,
    conduct: Arc<Mutex<Conduct>>,
    asked: Arc<watch::Sender<Vec<serde_json::Value>>>,
    /// What stood in the last request's authorization.
    token: Arc<Mutex<Option<String>>>,
}

impl Gateway {
    /// One that takes everything, and proves nothing.
    pub async fn start() -> Gateway {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let gateway = Gateway {
            addr: listener.local_addr().unwrap(),
            conduct: Arc::new(Mutex::new(answers(r#"{"state":"accepted"}"#))),
            asked: Arc::new(watch::Sender::new(Vec::new())),
            token: Arc::default(),
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

    pub fn url(&self) -> String {
        format!("http://{}/messages", self.addr)
    }

    pub fn will(&self, conduct: Conduct) {
        *self.conduct.lock().unwrap() = conduct;
    }

    pub fn asked(&self) -> Vec<serde_json::Value> {
        self.asked.borrow().clone()
    }

    /// Waits until it was asked so many times.
    pub async fn was_asked(&self, times: usize) {
        let mut asked = self.asked.subscribe();
        asked.wait_for(|asked| asked.len() >= times).await.unwrap();
    }

    /// The id of the message that it was asked for at this place.
    pub fn id(&self, nth: usize) -> String {
        self.asked()[nth]["id"].as_str().unwrap().to_owned()
    }

    pub fn token(&self) -> Option<String> {
        self.token.lock().unwrap().clone()
    }
}

/// Answers 200 with this body.
pub fn answers(body: &str) -> Conduct {
    Conduct::Answer(StatusCode::OK, body.to_owned())
}

pub fn fails(status: u16) -> Conduct {
    Conduct::Answer(StatusCode::from_u16(status).unwrap(), String::new())
}

async fn answer(
    gateway: Gateway,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let token = request.headers().get(header::AUTHORIZATION);
    *gateway.token.lock().unwrap() = token.map(|t| t.to_str().unwrap().to_owned());
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let order: serde_json::Value = serde_json::from_slice(&body).unwrap();
    gateway.asked.send_modify(|asked| asked.push(order.clone()));
    let conduct = gateway.conduct.lock().unwrap().clone();
    let (status, text) = match conduct {
        Conduct::Answer(status, text) => (status, text),
        Conduct::Hang => std::future::pending().await,
        Conduct::TellFirst { receipts, state } => {
            let id = order["id"].as_str().unwrap();
            let receipt = format!(r#"{{"id":"{id}","state":"{state}"}}"#);
            let request = Request::post(receipts).body(Full::new(Bytes::from(receipt)));
            let client = Client::builder(TokioExecutor::new()).build_http();
            let told = client.request(request.unwrap()).await.unwrap();
            assert_eq!(told.status(), 204);
            (StatusCode::OK, r#"{"state":"accepted"}"#.to_owned())
        }
    };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    Ok(response)
}
