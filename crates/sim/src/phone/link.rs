//! The phone's channel to the server: one WebSocket, one binary message a frame.

use fairlock_protocol::channel::FRAME_MAX;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// Bytes read at once: an ordinary grant or token fits.
const READ_BUFFER: usize = 1024;

/// An open channel.
pub struct Link {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// Why there is no channel, or none any more.
#[derive(Debug, thiserror::Error)]
#[error("{url}: {what}")]
pub struct LinkError {
    pub url: String,
    pub what: String,
}

impl Link {
    /// Opens the channel at a path of the server, `http://host:port`.
    pub async fn open(server: &str, path: &str) -> Result<Link, LinkError> {
        let authority = server.strip_prefix("http://").unwrap_or(server);
        let url = format!("ws://{authority}{path}");
        let config = WebSocketConfig::default()
            .max_message_size(Some(FRAME_MAX))
            .max_frame_size(Some(FRAME_MAX))
            .read_buffer_size(READ_BUFFER);
        // No delay: a report is one small message, and the other side waits for it.
        match connect_async_with_config(&url, Some(config), true).await {
            Ok((socket, _)) => Ok(Link { socket }),
            Err(error) => Err(LinkError {
                url,
                what: error.to_string(),
            }),
        }
    }

    /// Sends one frame; false when the channel is gone.
    pub async fn send(&mut self, frame: Vec<u8>) -> bool {
        self.socket.send(Message::binary(frame)).await.is_ok()
    }

    /// The next frame; None when the channel has ended. Nothing is lost when the wait is given up.
    pub async fn next(&mut self) -> Option<Vec<u8>> {
        loop {
            match self.socket.next().await? {
                Ok(Message::Binary(bytes)) => return Some(bytes.into()),
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(_) | Err(_) => return None,
            }
        }
    }
}
