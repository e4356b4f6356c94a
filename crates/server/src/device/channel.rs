//! The phone's channel: one WebSocket, one binary message a frame.
//!
//! The first frame is a report, signed by the device's key, with a counter higher than any
//! before: that says who is there. Then the phone reports and checks in, and the server answers
//! and hands over the newest grant. What can't be read, isn't this phone's or is old gets one
//! refusal, and the connection ends; nothing else happens.
//!
//! On purpose absent: pings (a phone checks in by itself; one that doesn't answer a grant is
//! taken for gone), commands, and anything believed because of the channel.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use fairlock_protocol::channel::{FRAME_MAX, Frame, Refused, Said};
use fairlock_signer::Contact;
use fairlock_storage::{CaseKind, DeviceId, DeviceRow, Stamp, StoreError};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Sleep, sleep, timeout};

use super::cases::{self, CaseError};
use super::enrol::EnrolRefusal;
use super::hub::Berth;
use super::news::{self, Has};
use super::report::{self, ReportError, Taken};
use super::{binding_of, delivery, display, offers};
use crate::Shared;
use crate::money::{self, MoneyError};
use crate::running::Change;

/// axum's own is 128 KiB an idle phone; frames of phones are a few hundred bytes (measured:
/// performance.md).
const READ_BUFFER: usize = 1024;
/// What may wait to be written to one phone: a grant, a token, display data and an answer.
const WRITE_BUFFER_MAX: usize = 4 * FRAME_MAX;
/// Whoever doesn't say who they are within this time is nobody.
const FIRST_FRAME_WITHIN: Duration = Duration::from_secs(10);
/// A phone that was handed a grant reports it within this time, or is taken for gone: it asks
/// again when it is back.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);

/// `GET /v1/devices/{device}/channel`.
pub async fn open(
    State(shared): State<Arc<Shared>>,
    Path(device): Path<String>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let Some(device) = DeviceId::from_hex(&device) else {
        return EnrolRefusal::DeviceId.into_response();
    };
    let Some(stranger) = shared.hub.stranger() else {
        let text = "too many connections that haven't said who they are; try again\n";
        return (StatusCode::SERVICE_UNAVAILABLE, text).into_response();
    };
    upgrade
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(WRITE_BUFFER_MAX)
        .max_message_size(FRAME_MAX)
        .max_frame_size(FRAME_MAX)
        .on_upgrade(move |socket| serve(shared, device, stranger, socket))
}

/// Why a connection ends.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error("the phone is gone")]
    Gone,
    /// More than a frame, no WebSocket at all, or a line that broke: it is told, if it can be.
    #[error("what came can't be read")]
    Unreadable,
    #[error("refused: {0:?}")]
    Refused(Refused),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Money(#[from] MoneyError),
    #[error("a contact token can't be written: expected {0}")]
    Token(&'static str),
    #[error(transparent)]
    Case(#[from] CaseError),
    #[error("a worker ended early: {0}")]
    Worker(#[from] tokio::task::JoinError),
}

impl From<ReportError> for Ended {
    fn from(error: ReportError) -> Ended {
        match error {
            ReportError::Refused(why) => Ended::Refused(why),
            ReportError::Store(error) => Ended::Store(error),
        }
    }
}

/// One connection, from its first frame to its end.
async fn serve(
    shared: Arc<Shared>,
    device: DeviceId,
    stranger: OwnedSemaphorePermit,
    mut socket: WebSocket,
) {
    let entered = enter(&shared, device, &mut socket).await;
    drop(stranger);
    let ended = match entered {
        Ok(mut line) => {
            let ended = line.run(&mut socket).await;
            shared.hub.leave(&line.berth);
            // What waited for this phone waits for an absent one now.
            shared.wake();
            ended
        }
        Err(ended) => Err(ended),
    };
    match ended {
        Ok(()) | Err(Ended::Gone) => {}
        Err(Ended::Unreadable) => {
            tracing::info!(%device, "a phone's connection ended in what can't be read");
            let code = Refused::Frame;
            let _ = send(&mut socket, &Frame::Refused { code }).await;
        }
        Err(Ended::Refused(code)) => {
            tracing::warn!(%device, ?code, "a phone's connection was refused");
            let _ = send(&mut socket, &Frame::Refused { code }).await;
        }
        Err(error) => tracing::error!(%device, %error, "a phone's connection failed"),
    }
    let _ = socket.send(Message::Close(None)).await;
}

/// Takes the first frame, and lets the phone in.
async fn enter(
    shared: &Arc<Shared>,
    device: DeviceId,
    socket: &mut WebSocket,
) -> Result<Line, Ended> {
    let first = timeout(FIRST_FRAME_WITHIN, next_frame(socket)).await;
    let first = first.map_err(|_| Ended::Refused(Refused::FirstFrame))??;
    let Frame::Report(cose) = first else {
        return Err(Ended::Refused(Refused::FirstFrame));
    };
    let (row, taken) = blocking(shared, move |shared| {
        let row = shared.store.device(shared.lender, device)?;
        let row = row.ok_or(Ended::Refused(Refused::UnknownDevice))?;
        let taken = report::take(shared, &row, &cose)?;
        Ok((row, taken))
    })
    .await?;
    let berth = shared.hub.join(device, &row.contract_id, taken.answered);
    let mut line = Line {
        shared: shared.clone(),
        row: Arc::new(row),
        sent: taken.answered,
        berth,
        shown: None,
        answer: None,
        has: Has {
            ksv: taken.ksv,
            charter: taken.charter,
            caps: BTreeSet::new(),
        },
        news: 0,
    };
    send(
        socket,
        &Frame::Ack {
            counter: taken.counter,
        },
    )
    .await?;
    line.blocking(|shared, row| Ok(offers::soften(shared, row)?))
        .await?;
    line.send_news(socket).await?;
    line.blocking(|shared, row| {
        delivery::hand_newest(shared, row.device)?;
        Ok(display::show(shared, row.device, &row.contract_id)?)
    })
    .await?;
    shared.wake();
    Ok(line)
}

/// A connected phone.
struct Line {
    shared: Arc<Shared>,
    row: Arc<DeviceRow>,
    berth: Berth,
    /// Highest seq that the phone has: named by it, or sent on this connection.
    sent: u64,
    /// Display data as last sent.
    shown: Option<Bytes>,
    /// Runs while a grant is sent and not answered for.
    answer: Option<Pin<Box<Sleep>>>,
    /// What the phone has besides grants.
    has: Has,
    /// How often it was told to look what it lacks, and did.
    news: u64,
}

/// What a connection waits for.
enum Next {
    Frame(Result<Frame, Ended>),
    Mail,
    Silence,
    Stop,
}

impl Line {
    async fn run(&mut self, socket: &mut WebSocket) -> Result<(), Ended> {
        loop {
            match self.next(socket).await {
                Next::Frame(frame) => self.take(socket, frame?).await?,
                Next::Mail => self.deliver(socket).await?,
                Next::Silence => return Err(Ended::Gone),
                Next::Stop => return Ok(()),
            }
            if self.berth.mail.borrow().replaced {
                return Ok(());
            }
        }
    }

    async fn next(&mut self, socket: &mut WebSocket) -> Next {
        let silence = async {
            match &mut self.answer {
                Some(answer) => answer.as_mut().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            changed = self.berth.mail.changed() => match changed {
                Ok(()) => Next::Mail,
                // The hub forgot this connection: another one took over.
                Err(_) => Next::Stop,
            },
            frame = next_frame(socket) => Next::Frame(frame),
            () = silence => Next::Silence,
            () = self.shared.stopping() => Next::Stop,
        }
    }

    /// A frame of the phone.
    async fn take(&mut self, socket: &mut WebSocket, frame: Frame) -> Result<(), Ended> {
        match frame {
            Frame::Report(cose) => {
                let taken = self
                    .blocking(move |shared, row| Ok(report::take(shared, row, &cose)?))
                    .await?;
                send(
                    socket,
                    &Frame::Ack {
                        counter: taken.counter,
                    },
                )
                .await?;
                self.answered(&taken);
                Ok(())
            }
            Frame::CheckIn { nonce } => {
                let token = self
                    .blocking({
                        let ksv = self.has.ksv;
                        move |shared, row| contact(shared, row, ksv, nonce)
                    })
                    .await?;
                send(socket, &Frame::Contact(token)).await
            }
            Frame::KeysWanted { ksv } => {
                self.has.ksv = ksv;
                self.send_news(socket).await
            }
            Frame::Said { what } => {
                let at = self.shared.stamp();
                self.blocking(move |shared, row| Ok(said(shared, row, what, at)?))
                    .await?;
                self.shared.wake();
                Ok(())
            }
            Frame::CharterAccepted(object) => {
                let taken = move |shared: &Shared, row: &DeviceRow| {
                    Ok(offers::accepted(shared, row, object)?)
                };
                match self.blocking(taken).await? {
                    true => {
                        self.shared.wake();
                        Ok(())
                    }
                    false => Err(Ended::Refused(Refused::Frame)),
                }
            }
            Frame::Grant(_)
            | Frame::Contact(_)
            | Frame::Display(_)
            | Frame::Ack { .. }
            | Frame::Refused { .. }
            | Frame::KeySet(_)
            | Frame::Cap(_)
            | Frame::Charter(_) => Err(Ended::Refused(Refused::Frame)),
        }
    }

    /// Sends the key sets, the charter and the caps that the phone lacks, in this order.
    async fn send_news(&mut self, socket: &mut WebSocket) -> Result<(), Ended> {
        let has = self.has.clone();
        let lacks = move |shared: &Shared, row: &DeviceRow| Ok(news::lacks(shared, row, &has)?);
        let (frames, then) = self.blocking(lacks).await?;
        for frame in &frames {
            send(socket, frame).await?;
        }
        self.has = then;
        Ok(())
    }

    fn answered(&mut self, taken: &Taken) {
        self.shared.hub.answered(self.row.device, taken.answered);
        if taken.answered >= self.sent {
            self.answer = None;
        }
        self.shared.wake();
    }

    /// Sends what is ready.
    async fn deliver(&mut self, socket: &mut WebSocket) -> Result<(), Ended> {
        let mail = self.berth.mail.borrow_and_update().clone();
        if mail.news != self.news {
            self.news = mail.news;
            self.send_news(socket).await?;
        }
        if let Some(grant) = mail.grant.filter(|grant| grant.seq > self.sent) {
            send_bytes(socket, grant.frame).await?;
            self.sent = grant.seq;
            self.answer = Some(Box::pin(sleep(ANSWER_WITHIN)));
            let at = self.shared.stamp();
            let mark = move |shared: &Shared, row: &DeviceRow| {
                Ok(shared
                    .store
                    .mark_sent(shared.lender, row.device, grant.seq, at)?)
            };
            self.blocking(mark).await?;
        }
        if let Some(display) = mail.display.filter(|new| self.shown.as_ref() != Some(new)) {
            send_bytes(socket, display.clone()).await?;
            self.shown = Some(display);
        }
        Ok(())
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shared, &DeviceRow) -> Result<T, Ended> + Send + 'static,
    ) -> Result<T, Ended> {
        let row = self.row.clone();
        blocking(&self.shared, move |shared| work(shared, &row)).await
    }
}

async fn blocking<T: Send + 'static>(
    shared: &Arc<Shared>,
    work: impl FnOnce(&Shared) -> Result<T, Ended> + Send + 'static,
) -> Result<T, Ended> {
    let shared = shared.clone();
    tokio::task::spawn_blocking(move || work(&shared)).await?
}

/// What the owner says becomes a case; display data shows it.
fn said(shared: &Shared, row: &DeviceRow, what: Said, at: Stamp) -> Result<(), CaseError> {
    let kind = match what {
        Said::Paid => CaseKind::Paid,
        Said::Wrong => CaseKind::Wrong,
        Said::BoughtUsed => CaseKind::BoughtUsed,
    };
    let (store, desk) = (&shared.store, &shared.money.desk);
    let opened = cases::open(store, shared.lender, desk, (&row.contract_id, kind), at)?;
    tracing::info!(device = %row.device, said = kind.name(), ?opened, "an owner said something");
    shared.announce(Change::Contract(row.contract_id.clone()));
    Ok(())
}

/// The answer to a check-in. No row is written for it.
fn contact(shared: &Shared, row: &DeviceRow, ksv: u64, nonce: [u8; 16]) -> Result<Vec<u8>, Ended> {
    let newest = match shared.hub.newest(row.device) {
        Some(newest) => newest,
        None => {
            let newest = shared.store.newest_signed(shared.lender, row.device)?;
            newest.map_or([0; 32], |grant| grant.payload_sha256)
        }
    };
    let contract = shared.store.contract(shared.lender, &row.contract_id)?;
    let feed = contract.and_then(|contract| contract.feed);
    let contact = Contact {
        nonce,
        now: shared.clock.now(),
        newest,
        fresh: money::fresh(shared, feed.as_deref())?,
    };
    let token = shared
        .signer
        .contact_token(&binding_of(shared, row), Some(ksv), &contact);
    token.map_err(|malformed| Ended::Token(malformed.expected))
}

/// The next frame; a closed or broken connection is `Gone`, what isn't a frame is refused.
async fn next_frame(socket: &mut WebSocket) -> Result<Frame, Ended> {
    loop {
        let bytes = match socket.recv().await {
            None => return Err(Ended::Gone),
            Some(Err(_)) => return Err(Ended::Unreadable),
            Some(Ok(Message::Binary(bytes))) => bytes,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
            Some(Ok(Message::Close(_))) => return Err(Ended::Gone),
            Some(Ok(Message::Text(_))) => return Err(Ended::Refused(Refused::Frame)),
        };
        return Frame::decode(&bytes).map_err(|_| Ended::Refused(Refused::Frame));
    }
}

async fn send(socket: &mut WebSocket, frame: &Frame) -> Result<(), Ended> {
    send_bytes(socket, Bytes::from(frame.encode())).await
}

async fn send_bytes(socket: &mut WebSocket, frame: Bytes) -> Result<(), Ended> {
    let sent = socket.send(Message::Binary(frame)).await;
    sent.map_err(|_| Ended::Gone)
}
