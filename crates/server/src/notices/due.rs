//! The messages that a plan asks for: each notice that is due, by every channel that reaches.
//!
//! A notice counts from as many channels as its pack asks for; it goes by all that there are, so
//! that one which fails doesn't stop it. Where there are too few, the missing ones are queued too,
//! and fail in sight. A channel that failed several times in a row is left to a person.

use fairlock_domain::calendar::Instant;
use fairlock_domain::plan::{NoticeDue, Plan, Verdict};
use fairlock_domain::rules::{Group, group_of};
use fairlock_storage::{
    ContractFacts, ContractRow, NewNotice, NoticeClass, NoticeRow, NoticeState, StoreError,
};

use super::Channel;
use crate::money::desk::Desk;
use crate::money::replan::{Judged, notice_id};

/// Messages of one notice by one channel, each after the one before failed. An address that failed
/// three times won't work the fourth.
pub const ROUNDS_MAX: u32 = 3;

/// Messages for the notices that are due now, by these channels; those in the outbox already are
/// among them, and are queued once.
pub fn messages(
    desk: &Desk,
    known: &ContractFacts,
    judged: &Judged,
    channels: &[Channel],
    now: Instant,
) -> Result<Vec<NewNotice>, StoreError> {
    let due: Vec<&NoticeDue> = judged.plan.notices_due.iter().collect();
    if due.iter().all(|notice| notice.at > now) {
        return Ok(Vec::new());
    }
    let id = &known.contract.id;
    let Some(contract) = desk.store.contract(desk.lender, id)? else {
        return Ok(Vec::new());
    };
    let rows = desk.store.notices_of(desk.lender, id)?;
    let mut messages = Vec::new();
    let is_due = |notice: &&NoticeDue| notice.at <= now && !warns_of_nothing(&judged.plan);
    for notice in due.into_iter().filter(is_due) {
        let name = notice_id(notice);
        let phone = u16::from(known.device.is_some());
        for channel in ways(&contract, channels, notice.channels.saturating_sub(phone)) {
            if !is_given_up(&rows, &name, channel) {
                messages.push(NewNotice {
                    class: NoticeClass::Statutory,
                    notice: name.clone(),
                    channel: channel.name().to_owned(),
                    due_at: notice.at,
                    round: 1,
                    not_before: notice.at,
                });
            }
        }
    }
    Ok(messages)
}

/// Whether a pack's gate or status keeps the phone at `remind`, whatever another pack's ladder does:
/// the step that a notice speaks of can't come then, and nobody is threatened with it. Every
/// statutory notice speaks of a step above `remind`.
pub fn warns_of_nothing(plan: &Plan) -> bool {
    plan.findings.iter().any(|finding| {
        let rule = finding.rule.split_once('/').map_or("", |(_, rule)| rule);
        let caps = matches!(group_of(rule), Some(Group::Gates | Group::Status));
        caps && finding.verdict == Verdict::Blocked
    })
}

/// The channels by which the borrower can be reached, or all where those are fewer than needed.
fn ways(contract: &ContractRow, channels: &[Channel], needed: u16) -> Vec<Channel> {
    let reach = channels.iter().copied();
    let reach: Vec<Channel> = reach.filter(|c| address(contract, *c).is_some()).collect();
    match reach.len() >= usize::from(needed.max(1)) {
        true => reach,
        false => channels.to_vec(),
    }
}

/// Where a message goes: the borrower's own address in the contract.
pub fn address(contract: &ContractRow, channel: Channel) -> Option<&str> {
    let address = match channel {
        Channel::Sms => contract.phone_number.as_ref(),
        Channel::Email => contract.email.as_ref(),
    };
    address.map(|address| address.expose().as_str())
}

/// The newest messages of this notice by this channel failed one after the other, too often.
/// Rows come newest first.
fn is_given_up(rows: &[NoticeRow], notice: &str, channel: Channel) -> bool {
    let same = rows
        .iter()
        .filter(|row| row.notice == notice && row.channel == channel.name());
    let failed = same.take_while(|row| row.state == NoticeState::Failed);
    failed.count() >= ROUNDS_MAX as usize
}

/// The newest of a contract's messages of its notice and channel; what came of an older one says
/// nothing of the notice as it is now. Rows come newest first.
pub fn is_newest(rows: &[NoticeRow], row: &NoticeRow) -> bool {
    let newest = rows
        .iter()
        .find(|other| other.notice == row.notice && other.channel == row.channel);
    newest.is_some_and(|newest| newest.no == row.no)
}
