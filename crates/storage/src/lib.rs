//! One Store with use-case operations; SQL lives here only.
//!
//! [`Store`] is blocking, cheap to clone, and safe to share. Reads see one snapshot each. Writes
//! are durable when they return; the engine's result is one write, [`Store::commit`], which is
//! optimistic: facts that changed since they were read are a conflict, and the caller reads
//! again. Every table has the lender's id; every operation takes it.
//!
//! Failure here is money acknowledged and lost, or counted twice; a decision written on facts
//! that had changed; a command that takes its neighbours down. On purpose absent: rule packs and
//! the protocol (grants, reports and charters are bytes with the columns they come with), a
//! clock, randomness and hashing (all are arguments), and any type of a database engine in a
//! signature, so that a second engine can stand beside the embedded one.

mod audit;
mod bank_statements;
mod books;
mod budget;
mod calendars;
mod caps;
mod cases;
mod cash;
mod changes;
mod codes;
mod commit;
mod console;
mod contacts;
mod contracts;
mod decisions;
mod device_acts;
mod devices;
mod enquiries;
mod error;
mod events;
mod facts;
mod feed_actions;
mod feeds;
mod grants;
mod ids;
mod import;
mod inbox;
mod key_sets;
mod lender;
mod lines;
mod lists;
mod loan_entries;
mod matching;
mod money_actions;
mod notices;
mod pack_texts;
mod pages;
mod payment_changes;
mod payments;
mod permits;
mod portfolio;
mod proof;
mod reconciliation;
mod reports;
mod requests;
mod reviews;
mod sqlite;
mod store;
mod suspense;
#[cfg(test)]
mod tests;
mod totals;

pub use audit::{AuditDecision, AuditLeg, AuditPayment};
pub use bank_statements::StatementRow;
pub use books::PostingRow;
pub use budget::{Budget, BudgetLimits, BudgetUse};
pub use caps::CapRow;
pub use cases::{CaseKind, CaseRow, CaseState, NewCase};
pub use cash::{Bag, BagChange, CashAgent};
pub use changes::{
    ChangeSet, CommitError, Committed, ContractChange, FeedChange, MessageOutcome, NewDecision,
    NewGrant, NewLine, NewNotice, NoticeChange, PaymentChange, Projection, ReadAgain,
    SuspenseChange,
};
pub use codes::NewCode;
pub use contacts::{ContactKind, ContactRow, Wish, WishRow};
pub use contracts::{ContractRow, ReferencedContract};
pub use decisions::{DecisionRow, RestsOn};
pub use device_acts::DeviceAct;
pub use devices::{CharterRow, DeviceRow, EnrolError, Enrolment, NewToken, Reported};
pub use enquiries::{EnquiryChange, EnquiryNo, EnquiryRow, EnquiryState, NewEnquiry};
pub use error::StoreError;
pub use facts::{ContractFacts, DeviceFacts};
pub use feed_actions::{
    FeedActionChange, FeedActionError, FeedActionKind, FeedActionRow, FeedActionState,
    FeedDecision, FeedWork, NewFeedAction,
};
pub use feeds::{FeedHealth, FeedReason, FeedRow, FeedTold, NewFeed, Pull};
pub use grants::{GrantRow, GrantState, PhoneVerdict, Signature};
pub use ids::{DeviceId, LenderId, Stamp};
pub use import::{ImportError, Imported, NewContract};
pub use inbox::{Listed, Message, MessageNo, MessageState, NewMessage, Taken};
pub use key_sets::KeySetRow;
pub use lender::PacksInUse;
pub use matching::{PhoneMarks, StandingChange, StandingRow, UnhashedNumber};
pub use money_actions::{ActionRow, NewAction};
pub use notices::{NoticeClass, NoticeRow, NoticeState, Said, Template};
pub use pack_texts::PackText;
pub use pages::{TimelineEntry, TimelinePage};
pub use payment_changes::{ChangePut, ChangeRow, ChangeState};
pub use payments::{KnownKey, PaymentRow, PaymentTimes, ReceivedLine};
pub use permits::{NewPermit, Permit, PermitError, PermitRow, PermitsRecorded, Withdrawal};
pub use portfolio::{
    Band, BandCount, Exceptions, Filter, LevelCount, Page, PortfolioRow, Sort, SpeedSample,
};
pub use proof::{Break, Proof, ProofCheck};
pub use reconciliation::{
    BreakClose, BreakRow, BreakState, FoundBreak, ReconDay, ReconLine, ReconSide,
};
pub use reports::{NewReport, ReportRow, ReportTaken};
pub use requests::{Answered, Asked, RequestKey};
pub use reviews::DueReview;
pub use sqlite::Options;
pub use store::Store;
pub use suspense::{CandidateRow, SuspenseRow, suspense_subject};
