//! The listening side of a provider: one handler for every request.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The largest question that is taken; real ones have some 500 bytes.
const BODY_MAX: usize = 64 * 1024;

/// What a provider is asked.
pub struct Question {
    pub method: Method,
    pub path: String,
    pub query: Option<String>,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// What it answers, as JSON.
pub struct Reply {
    pub status: u16,
    pub body: String,
}

/// A socket that is listened to until this is dropped.
pub struct Listening {
    addr: SocketAddr,
    task: JoinHandle<()>,
}

impl Listening {
    /// On a free port of loopback.
    pub async fn start<H, A>(handler: H) -> std::io::Result<Listening>
    where
        H: Fn(Question) -> A + Clone + Send + Sync + 'static,
        A: Future<Output = Reply> + Send + 'static,
    {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let addr = listener.local_addr()?;
        let task = tokio::spawn(serve(listener, handler));
        Ok(Listening { addr, task })
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve<H, A>(listener: TcpListener, handler: H)
where
    H: Fn(Question) -> A + Clone + Send + Sync + 'static,
    A: Future<Output = Reply> + Send + 'static,
{
    while let Ok((stream, _)) = listener.accept().await {
        let handler = handler.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(request, handler.clone()));
            // A client that goes away mid-request is its own matter.
            let _ = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer<H, A>(
    request: Request<Incoming>,
    handler: H,
) -> Result<Response<Full<Bytes>>, Infallible>
where
    H: Fn(Question) -> A,
    A: Future<Output = Reply>,
{
    let (head, body) = request.into_parts();
    let body = Limited::new(body, BODY_MAX).collect().await;
    let reply = match body {
        Ok(body) => {
            let question = Question {
                method: head.method,
                path: head.uri.path().to_owned(),
                query: head.uri.query().map(str::to_owned),
                headers: head.headers,
                body: body.to_bytes(),
            };
            handler(question).await
        }
        Err(_) => Reply {
            status: 413,
            body: String::new(),
        },
    };
    let mut response = Response::new(Full::new(Bytes::from(reply.body)));
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    Ok(response)
}
