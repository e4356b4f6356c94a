//! A provider's notification becomes news: the same for every provider whose events intake reads.
//!
//! Ids are compared within the source's feed. A payment's own ids are strong keys; a change's
//! place is its own, and the keys name its payment. A payout is a line until the bank's statement
//! shows it, and so is a fee that the provider gives back. On purpose absent: whom it is for.

use fairlock_domain::money::Money;
use fairlock_domain::payment::payer::number_digits;
use fairlock_domain::payment::{ChangeKind, Key, PaymentState};
use fairlock_domain::pii::Pii;
use fairlock_intake::notification::{
    Ask, Changed, Notification, Payment, Payout, PayoutState, State, Tells,
};

use super::failures;
use crate::money::news::{Acted, Keys, Meaning, News, Payer, Telling, place};
use crate::money::process::Reading;

/// What a message's notifications come to.
pub struct Told {
    pub reading: Reading,
    /// What the provider must be asked.
    pub asks: Vec<Ask>,
}

/// The news of a message. `live` is what the source is set up for: an event that says otherwise
/// is play money, or real money where none is expected, and nothing of it is taken.
pub fn told(feed: &str, live: bool, all: Vec<Notification>) -> Result<Told, String> {
    let mut told = Told {
        reading: Reading {
            alive: vec![feed.to_owned()],
            ..Reading::default()
        },
        asks: Vec::new(),
    };
    let mut information = Vec::new();
    for notification in all {
        if let Some(found) = notification.live.filter(|found| *found != live) {
            let word = |live| if live { "a live" } else { "a test" };
            return Err(format!(
                "{}: found {} event, expected {} one",
                notification.kind,
                word(found),
                word(live)
            ));
        }
        if notification.tells.is_empty() {
            information.push(notification.kind);
        }
        for one in notification.tells {
            let entry = told.reading.news.len();
            let entry = u32::try_from(entry).unwrap_or(u32::MAX);
            match one {
                Tells::Ask(ask) => told.asks.push(ask),
                other => told.reading.news.push(news(feed, other, entry)?),
            }
        }
    }
    if !information.is_empty() {
        let kinds = information.join(", ");
        told.reading.remark = Some(format!("{kinds}: nothing to credit"));
    }
    Ok(told)
}

fn news(feed: &str, one: Tells, entry: u32) -> Result<News, String> {
    match one {
        Tells::Payment(payment) => of_payment(feed, payment, entry),
        Tells::Changed(changed) => of_change(feed, changed, entry),
        Tells::Payout(payout) => Ok(of_payout(feed, payout, entry)),
        Tells::Ask(ask) => Err(format!("{}: a question isn't news", ask.about)),
    }
}

fn of_payment(feed: &str, payment: Payment, entry: u32) -> Result<News, String> {
    let (state, status, failure) = match &payment.state {
        State::Pending => (PaymentState::Pending, "pending", None),
        State::Booked => (PaymentState::Booked, "booked", None),
        State::Failed(failure) => {
            let name = failures::name(failure);
            (PaymentState::Failed, "information", Some(name))
        }
    };
    let digits = payment.phone.as_ref();
    let digits = digits.and_then(|phone| number_digits(phone.expose()));
    let first = payment.ids.first().cloned().unwrap_or_default();
    let strong = keys(feed, &payment.ids)?;
    Ok(News {
        acted: payment.acted.map(Acted::At),
        texts: payment.texts,
        counterparty: payment.payer,
        payer: digits.map_or(Payer::Unknown, |digits| Payer::of_digits(&digits)),
        failure,
        status,
        ..blank(
            feed,
            Meaning::Payment(state),
            payment.amount,
            strong,
            &first,
            entry,
        )
    })
}

fn of_change(feed: &str, changed: Changed, entry: u32) -> Result<News, String> {
    let change = changed.change;
    let own = format!("{}/{}", change.kind.name(), change.id);
    let reason = changed.reason.map(Pii::new);
    let strong = keys(feed, &changed.of)?;
    // A fee that is given back is told for the provider's own books to agree; it is posted when
    // the bank's statement and the clearing account are compared.
    let given_back = change.kind == ChangeKind::Fee && !change.amount.is_positive();
    let (amount, meaning, strong) = match given_back {
        true => {
            let amount = Money::new(change.amount.minor().abs(), change.amount.currency());
            (amount, Meaning::Line, Vec::new())
        }
        false => (change.amount, Meaning::Change(change), strong),
    };
    Ok(News {
        return_amounts: vec![amount],
        acted: changed.at.map(Acted::At),
        texts: changed.texts.into_iter().chain(reason).collect(),
        ..blank(feed, meaning, amount, strong, &own, entry)
    })
}

fn of_payout(feed: &str, payout: Payout, entry: u32) -> News {
    let word = match payout.state {
        PayoutState::OnItsWay => "on its way",
        PayoutState::Paid => "paid",
        PayoutState::Failed => "failed",
    };
    let own = format!("payout/{}/{word}", payout.id);
    News {
        texts: vec![Pii::new(format!("payout {} {word}", payout.id))],
        status: "information",
        ..blank(feed, Meaning::Line, payout.amount, Vec::new(), &own, entry)
    }
}

/// The receipts of a payment, in the source's feed.
fn keys(feed: &str, ids: &[String]) -> Result<Vec<Key>, String> {
    let receipt = |id: &String| {
        let key = Key::receipt(feed, id);
        key.ok_or_else(|| format!("id {id:?}: expected the provider's id of a payment"))
    };
    ids.iter().map(receipt).collect()
}

fn blank(
    feed: &str,
    meaning: Meaning,
    amount: Money,
    strong: Vec<Key>,
    own: &str,
    entry: u32,
) -> News {
    News {
        telling: Telling::Callback,
        meaning,
        feed: Some(feed.to_owned()),
        channel: feed.to_owned(),
        account: None,
        amount,
        return_amounts: Vec::new(),
        acted: None,
        booking_date: None,
        value_date: None,
        keys: Keys {
            strong,
            weak: Vec::new(),
            place: place(feed, Telling::Callback.word(), own, 0, 0),
        },
        texts: Vec::new(),
        counterparty: None,
        payer: Payer::Unknown,
        payer_account: None,
        failure: None,
        shields_for: None,
        end_to_end: None,
        status: "booked",
        bank: None,
        statement: 0,
        entry,
        part: 0,
    }
}
