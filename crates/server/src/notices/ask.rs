//! Before each attempt: is the message still due, may it go now, and in which words?
//!
//! A message was due when it was queued. The engine is asked again, so that nobody who paid
//! meanwhile is warned; the gate is asked, so that none goes at a forbidden hour; and only then it
//! gets its words, because they name days. Words are kept for every later attempt of that local
//! day; on another day their dates would be of yesterday, and the notice is said anew.

use fairlock_domain::calendar::{Instant, Zone};
use fairlock_domain::pii::Pii;
use fairlock_domain::rules::{Pack, Rules};
use fairlock_storage::{
    ChangeSet, CommitError, ContractFacts, ContractRow, NewNotice, NoticeChange, NoticeClass,
    NoticeRow, NoticeState, Said, Stamp, StoreError,
};

use super::compose::{self, About, Message};
use super::due::{self, ROUNDS_MAX};
use super::gate::{self, Contact, Gate, Way};
use super::{Channel, State};
use crate::money::Desk;
use crate::money::process::ProcessError;
use crate::money::replan::{self, Judged, ReplanError};

/// What to do with a message that waits.
pub enum Asked {
    Send(Outgoing),
    /// It waits on, or came to an end, without an attempt.
    Settled,
}

/// A message on its way out.
pub struct Outgoing {
    pub channel: Channel,
    pub to: Pii<String>,
    pub said: Said,
}

/// Everything that is known of a message's contract now.
struct Asking<'a> {
    row: &'a NoticeRow,
    channel: Channel,
    contract: ContractRow,
    facts: ContractFacts,
    zone: Zone,
    judged: Judged,
    now: Instant,
}

/// Asks about one message, and settles it when it isn't to be sent now.
pub fn ask(state: &State, desk: &Desk, row: &NoticeRow, now: Stamp) -> Result<Asked, ProcessError> {
    let Some(channel) = Channel::from_name(&row.channel) else {
        let why = format!("no channel {:?} is known", row.channel);
        return end(desk, row, NoticeState::Failed, &why, now);
    };
    if !state.channels().contains(&channel) {
        let why = format!("{channel} isn't set up on this server");
        return end(desk, row, NoticeState::Failed, &why, now);
    }
    let contract = desk.store.contract(desk.lender, &row.contract_id)?;
    let facts = desk.store.facts(desk.lender, &row.contract_id)?;
    let (Some(contract), Some(facts)) = (contract, facts) else {
        let why = "its contract isn't there any more";
        return end(desk, row, NoticeState::Withdrawn, why, now);
    };
    let zone = desk
        .zone(&facts.time_zone)
        .map_err(|problem| ReplanError::Unknown {
            contract_id: row.contract_id.clone(),
            problem,
        })?;
    let at = replan::not_before_facts(&facts, now.at);
    let judged = replan::judge(desk, &facts, zone.clone(), &[], at)?;
    let asking = Asking {
        row,
        channel,
        contract,
        facts,
        zone,
        judged,
        now: at,
    };
    if let Some(why) = asking.is_idle() {
        return end(desk, row, NoticeState::Withdrawn, why, now);
    }
    match asking.gate(desk)? {
        Gate::Open => {}
        Gate::Until(at, why) => {
            desk.store
                .notice_later(desk.lender, row.no, &why.to_string(), at)?;
            return Ok(Asked::Settled);
        }
        Gate::Never(why) => return end(desk, row, NoticeState::Failed, &why.to_string(), now),
    }
    let Some(to) = due::address(&asking.contract, channel) else {
        let why = match channel {
            Channel::Sms => "the contract has no phone number",
            Channel::Email => "the contract has no e-mail address",
        };
        return end(desk, row, NoticeState::Failed, why, now);
    };
    let to = Pii::new(to.to_owned());
    asking.send(state, desk, to, now)
}

impl Asking<'_> {
    /// Why there is nothing to say any more, if so.
    fn is_idle(&self) -> Option<&'static str> {
        let plan = &self.judged.plan;
        match self.row.class {
            NoticeClass::Statutory => {
                let due = |n: &fairlock_domain::plan::NoticeDue| {
                    replan::notice_id(n) == self.row.notice && n.at == self.row.due_at
                };
                let served = plan.notices_served.iter().any(|n| {
                    let id = format!("{}/{}", n.pack, n.notice);
                    id == self.row.notice && n.at >= self.row.due_at
                });
                match (plan.notices_due.iter().any(due), served) {
                    (true, _) if due::warns_of_nothing(plan) => {
                        Some("a law keeps what it warns of from coming")
                    }
                    (true, _) => None,
                    (false, true) => Some("served by another channel already"),
                    (false, false) => Some("not due any more"),
                }
            }
            NoticeClass::Collection if !plan.may_demand => Some("nobody may ask for money now"),
            NoticeClass::Collection if plan.dpd == 0 => Some("nothing is past due any more"),
            NoticeClass::Collection if !plan.holds.is_empty() => Some("a hold lasts"),
            NoticeClass::Collection => None,
        }
    }

    fn gate(&self, desk: &Desk) -> Result<Gate, StoreError> {
        let mut holidays = self.facts.holidays.clone();
        holidays.sort_unstable();
        holidays.dedup();
        let (mut contacts, mut wishes) = (Vec::new(), Vec::new());
        if self.row.class == NoticeClass::Collection {
            contacts = contacts_of(desk, self.row)?;
            wishes = desk.store.wishes_of(desk.lender, &self.row.contract_id)?;
        }
        let known = gate::Known {
            rules: &self.judged.rules,
            zone: &self.zone,
            holidays: &holidays,
            contacts: &contacts,
            wishes: &wishes,
        };
        Ok(known.ask(self.row.class, self.channel, self.now))
    }

    /// With its words, which are durable when this returns.
    fn send(
        &self,
        state: &State,
        desk: &Desk,
        to: Pii<String>,
        now: Stamp,
    ) -> Result<Asked, ProcessError> {
        let today = self.zone.day_of(self.now);
        let kept = self.row.said.clone();
        let said = match kept {
            Some(said) if said.composed_at.map(|at| self.zone.day_of(at)) == Some(today) => said,
            Some(_) => return self.anew(desk, now),
            None => match self.compose(state, desk) {
                Ok(said) => said,
                Err(why) => return end(desk, self.row, NoticeState::Failed, &why, now),
            },
        };
        match desk
            .store
            .begin_notice(desk.lender, self.row.no, said.clone())?
        {
            true => Ok(Asked::Send(Outgoing {
                channel: self.channel,
                to,
                said,
            })),
            false => Ok(Asked::Settled),
        }
    }

    fn compose(&self, state: &State, desk: &Desk) -> Result<Said, String> {
        let message = Message {
            known: &self.facts,
            facts: &self.judged.facts,
            plan: &self.judged.plan,
            language: self.contract.language.as_deref(),
            channel: self.channel,
            now: self.now,
        };
        let about = match self.row.class {
            NoticeClass::Collection => About::Reminder,
            NoticeClass::Statutory => {
                let (pack, notice) = place(&self.judged.rules, &self.row.notice)
                    .ok_or("no such notice; expected one of a pack that applies")?;
                About::Notice { pack, notice }
            }
        };
        let money = |money| desk.texts.money(money);
        compose::compose(&state.library, &state.sender, &message, about, &money)
            .map_err(|why| why.to_string())
    }

    /// The next round says it with today's days; then this one is withdrawn. In this order a crash
    /// between the two loses nothing.
    fn anew(&self, desk: &Desk, now: Stamp) -> Result<Asked, ProcessError> {
        let row = self.row;
        if row.round >= ROUNDS_MAX {
            let why = "no carrier took it on three days";
            return end(desk, row, NoticeState::Failed, why, now);
        }
        let next = NewNotice {
            class: row.class,
            notice: row.notice.clone(),
            channel: row.channel.clone(),
            due_at: row.due_at,
            round: row.round + 1,
            not_before: now.at,
        };
        desk.store
            .queue_notices(desk.lender, &row.contract_id, vec![next])?;
        let why = "its days were of another day; said anew";
        end(desk, row, NoticeState::Withdrawn, why, now)
    }
}

/// The pack of a notice, and its place in the sequence.
pub fn place<'a>(rules: &'a Rules, notice: &str) -> Option<(&'a Pack, usize)> {
    let (pack, id) = notice.split_once('/')?;
    let pack = rules.pack(pack)?;
    Some((pack, pack.notice_index(id)?))
}

/// Ends a message that wasn't sent. Somebody faster is fine: it is at an end then, or on its way.
fn end(
    desk: &Desk,
    row: &NoticeRow,
    state: NoticeState,
    why: &str,
    now: Stamp,
) -> Result<Asked, ProcessError> {
    if state == NoticeState::Failed {
        tracing::warn!(
            message = row.no,
            why,
            "a message to a borrower can't be sent"
        );
    }
    let mut set = ChangeSet::new(now);
    set.notices.push(NoticeChange {
        note: Some(why.to_owned()),
        ..NoticeChange::to(row.no, NoticeState::Waiting, state)
    });
    match desk.store.commit(desk.lender, set) {
        Ok(_) | Err(CommitError::NoticeMoved { .. }) => Ok(Asked::Settled),
        Err(error) => Err(error.into()),
    }
}

/// Contact about the debt that there was with this borrower, this message left out: what its
/// carriers have, and what may have reached somebody although no answer came.
fn contacts_of(desk: &Desk, row: &NoticeRow) -> Result<Vec<Contact>, StoreError> {
    let mut contacts = Vec::new();
    for other in desk.store.notices_of(desk.lender, &row.contract_id)? {
        let tried = other.said.as_ref().and_then(|said| said.composed_at);
        let in_doubt = tried.filter(|_| other.state == NoticeState::Waiting);
        let at = other.accepted_at.or(in_doubt);
        let channel = Channel::from_name(&other.channel);
        if let (NoticeClass::Collection, Some(at), Some(channel)) = (other.class, at, channel)
            && other.no != row.no
        {
            contacts.push(Contact {
                at,
                way: Way::Message(channel),
                conversation: false,
            });
        }
    }
    for told in desk.store.contacts_of(desk.lender, &row.contract_id)? {
        contacts.push(Contact {
            at: told.at,
            way: match told.kind {
                fairlock_storage::ContactKind::Call => Way::Call,
                fairlock_storage::ContactKind::Visit => Way::Visit,
            },
            conversation: told.conversation,
        });
    }
    Ok(contacts)
}
