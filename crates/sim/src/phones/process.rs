//! The process: reads orders, hands them to every phone, answers when all are at rest.

use std::collections::BTreeMap;
use std::time::Duration;

use fairlock_protocol::enrol::hex;
use fairlock_protocol::ids::PayloadHash;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Stdout, stdin, stdout};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

use super::PhonesError;
use super::actor::{Actor, Command, Doing, Status};
use super::glance::Habit;
use super::wire::{self, Answer, Order, PhoneSeen, Seen, Start, Tick};
use crate::phone::bundle;
use crate::phone::device::Device;
use crate::phone::folder::{Durability, Folder};
use crate::phone::handset::Handset;
use crate::world::{Chance, Http};

/// Real time after which a phone that waits for the server counts as stuck: an answer takes
/// milliseconds, and a broken server shouldn't look like a slow one.
const REST_WITHIN: Duration = Duration::from_secs(60);

/// Runs until stdin ends.
pub async fn run() -> Result<(), PhonesError> {
    let mut orders = BufReader::new(stdin()).lines();
    let mut answers = stdout();
    let mut phones = Phones::default();
    let mut line = 0;
    while let Some(text) = orders.next_line().await? {
        line += 1;
        let order = serde_json::from_str(&text).map_err(|error| PhonesError::Control {
            line,
            what: error.to_string(),
        })?;
        let answer = phones.obey(order).await?;
        say(&mut answers, &answer).await?;
    }
    Ok(())
}

async fn say(answers: &mut Stdout, answer: &Answer) -> Result<(), PhonesError> {
    let mut text = serde_json::to_vec(answer).map_err(std::io::Error::from)?;
    text.push(b'\n');
    answers.write_all(&text).await?;
    Ok(answers.flush().await?)
}

/// All phones, by contract.
#[derive(Default)]
struct Phones {
    phones: BTreeMap<String, Phone>,
}

/// The process' end of one phone's task.
struct Phone {
    commands: mpsc::UnboundedSender<Command>,
    status: watch::Receiver<Status>,
    given: u64,
    /// Reachable, level and grant, as answered last.
    told: Option<(bool, &'static str, Option<PayloadHash>)>,
}

impl Phones {
    async fn obey(&mut self, order: Order) -> Result<Answer, PhonesError> {
        match order {
            Order::Start(start) => {
                for (i, bundle) in start.phones.iter().enumerate() {
                    self.start_one(&start, i, bundle).await?;
                }
                self.rest().await
            }
            Order::Time { now } => {
                self.give(|_| Command::Time(now));
                self.wait(|status, given| status.done >= given).await?;
                Ok(Answer::Told)
            }
            Order::Tick(tick) => {
                self.give(|contract| Command::Tick {
                    now: tick.now,
                    doing: doing(&tick, contract),
                });
                self.rest().await
            }
            Order::Settle => self.rest().await,
            Order::Screen { contract } => Ok(Answer::Screen {
                text: self.screen(&contract).await,
            }),
        }
    }

    /// Enrols one phone after the other, so that a seed's run is the same each time.
    async fn start_one(
        &mut self,
        start: &Start,
        index: usize,
        paper: &wire::Bundle,
    ) -> Result<(), PhonesError> {
        let contract = &paper.contract;
        let failed = |what: String| PhonesError::Phone {
            contract: contract.clone(),
            what,
        };
        let chance = Chance::new(start.seed, &format!("phone {contract}"));
        let bundle = bundle::read(&paper.bundle);
        let bundle = bundle.ok_or_else(|| failed("its bundle can't be read".to_string()))?;
        let dir = start.state_dir.join(format!("{index:03}"));
        let folder = Folder::open(&dir, Durability::Written).map_err(|e| failed(e.to_string()))?;
        let device = Device::switch_on(folder, &chance).map_err(|e| failed(e.to_string()))?;
        let switch_on = device.start_event(&chance);
        let handset = Handset::new(device, start.server.clone(), Http::default());
        let mut actor = Actor::new(handset, Habit::draw(&chance), start.now);
        let enrolled = actor.enrol(switch_on, bundle, &paper.imei).await;
        enrolled.map_err(|error| failed(error.to_string()))?;
        let (commands, orders) = mpsc::unbounded_channel();
        let (status_in, status) = watch::channel(Status::default());
        tokio::spawn(actor.live(orders, status_in));
        let phone = Phone {
            commands,
            status,
            given: 0,
            told: None,
        };
        self.phones.insert(contract.clone(), phone);
        Ok(())
    }

    /// What a phone shows; nothing when there is no such phone.
    async fn screen(&mut self, contract: &str) -> String {
        let (reply, text) = oneshot::channel();
        if let Some(phone) = self.phones.get_mut(contract) {
            // A phone that has ended drops the reply.
            let _ = phone.commands.send(Command::Screen(reply));
            phone.given += 1;
        } else {
            drop(reply);
        }
        text.await.unwrap_or_default()
    }

    fn give(&mut self, command: impl Fn(&str) -> Command) {
        for (contract, phone) in &mut self.phones {
            // A phone that has ended says so in its status.
            let _ = phone.commands.send(command(contract));
            phone.given += 1;
        }
    }

    /// Waits until every phone has done what it was told and nothing is on its way.
    async fn rest(&mut self) -> Result<Answer, PhonesError> {
        self.wait(|status, given| status.done >= given && status.idle)
            .await?;
        let mut seen = Seen::default();
        for (contract, phone) in &mut self.phones {
            let status = phone.status.borrow();
            seen.traffic += status.traffic;
            seen.wake = [seen.wake, status.wake].into_iter().flatten().min();
            let now = (status.reachable, status.level, status.grant);
            if phone.told.replace(now) != Some(now) {
                seen.phones.push(PhoneSeen {
                    contract: contract.clone(),
                    reachable: status.reachable,
                    level: status.level.to_string(),
                    grant: status.grant.map(|hash| hex(&hash)),
                });
            }
        }
        Ok(Answer::Seen(seen))
    }

    async fn wait(&mut self, reached: impl Fn(&Status, u64) -> bool) -> Result<(), PhonesError> {
        for (contract, phone) in &mut self.phones {
            let failed = |what: String| PhonesError::Phone {
                contract: contract.clone(),
                what,
            };
            let given = phone.given;
            let done = phone
                .status
                .wait_for(|status| status.failed.is_some() || reached(status, given));
            let status = match timeout(REST_WITHIN, done).await {
                Ok(Ok(status)) => status.clone(),
                Ok(Err(_)) => return Err(failed("it has ended".to_string())),
                Err(_) => return Err(failed("waits for the server for a minute".to_string())),
            };
            if let Some(what) = status.failed {
                return Err(failed(what));
            }
        }
        Ok(())
    }
}

fn doing(tick: &Tick, contract: &str) -> Doing {
    let named = |list: &[String]| list.iter().any(|c| c == contract);
    Doing {
        leaves: named(&tick.offline),
        comes_back: named(&tick.online),
        presses: named(&tick.press),
    }
}
