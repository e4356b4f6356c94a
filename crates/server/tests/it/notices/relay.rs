//! A small relay of e-mail: RFC 5321 as far as one client needs it, on a real socket.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What was handed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub from: String,
    pub to: String,
    /// Headers and body, with dots undone.
    pub data: String,
}

/// What it says to a recipient.
#[derive(Debug, Clone, Copy)]
pub enum Conduct {
    Take,
    /// Answers RCPT with this line.
    Say(&'static str),
    /// Takes the message, and closes without a word.
    CloseAfterData,
}

#[derive(Clone)]
pub struct Relay {
    addr: SocketAddr,
    conduct: Arc<Mutex<Conduct>>,
    taken: Arc<watch::Sender<Vec<Mail>>>,
    /// How many clients asked for a recipient.
    tried: Arc<watch::Sender<usize>>,
}

impl Relay {
    pub async fn start() -> Relay {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let relay = Relay {
            addr: listener.local_addr().unwrap(),
            conduct: Arc::new(Mutex::new(Conduct::Take)),
            taken: Arc::new(watch::Sender::new(Vec::new())),
            tried: Arc::new(watch::Sender::new(0)),
        };
        let serving = relay.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, serving.clone()));
            }
        });
        relay
    }

    pub fn url(&self) -> String {
        format!("smtp://{}", self.addr)
    }

    pub fn will(&self, conduct: Conduct) {
        *self.conduct.lock().unwrap() = conduct;
    }

    pub fn taken(&self) -> Vec<Mail> {
        self.taken.borrow().clone()
    }

    pub fn tried(&self) -> usize {
        *self.tried.borrow()
    }
}

/// One conversation; a client that breaks off is its own matter.
async fn talk(stream: TcpStream, relay: Relay) -> std::io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let (mut from, mut to) = (String::new(), String::new());
    writer.write_all(b"220 relay.example ESMTP\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let verb = line.split([' ', ':']).next().unwrap_or_default();
        let conduct = *relay.conduct.lock().unwrap();
        let reply = match verb.to_ascii_uppercase().as_str() {
            "EHLO" => "250-relay.example\r\n250 8BITMIME",
            "HELO" | "NOOP" | "RSET" => "250 OK",
            "MAIL" => {
                from = path(&line);
                "250 OK"
            }
            "RCPT" => {
                to = path(&line);
                relay.tried.send_modify(|tried| *tried += 1);
                match conduct {
                    Conduct::Say(reply) => reply,
                    Conduct::Take | Conduct::CloseAfterData => "250 OK",
                }
            }
            "DATA" => {
                writer.write_all(b"354 go on\r\n").await?;
                let mut data = String::new();
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    data += line.strip_prefix('.').unwrap_or(&line);
                    data += "\n";
                }
                let mail = Mail {
                    from: from.clone(),
                    to: to.clone(),
                    data,
                };
                relay.taken.send_modify(|taken| taken.push(mail));
                if let Conduct::CloseAfterData = conduct {
                    return Ok(());
                }
                "250 taken"
            }
            "QUIT" => {
                writer.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "500 what?",
        };
        writer.write_all(format!("{reply}\r\n").as_bytes()).await?;
    }
    Ok(())
}

/// What stands between the brackets.
fn path(line: &str) -> String {
    let inside = line.split(['<', '>']).nth(1);
    inside.unwrap_or_default().to_owned()
}
