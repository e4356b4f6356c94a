//! What messages tell of a channel's days: lines of the provider's side and of the bank's.
//!
//! Only final statements count, each entry once, however often it is told. Of a till's account they
//! are the provider's report; of any other the bank's word. Money that left and returns no payment
//! (fees, the lender's own payments) is none of the channel's.

use std::collections::HashMap;

use fairlock_domain::calendar::Day;
use fairlock_domain::calendar::zone::utc;
use fairlock_domain::money::Money;
use fairlock_domain::payment::PaymentState;
use fairlock_domain::payment::matching::Wanted;
use fairlock_storage::{FeedRow, Message, NewLine, ReconLine, ReconSide};

use super::super::feeds::CALLBACK;
use super::super::news::{Acted, Meaning, News, Telling};
use super::super::process::Reading;

/// The lines of a message, with the payments that its draft found them to be of.
pub fn told(
    reading: &Reading,
    drafted: &[NewLine],
    feeds: &[FeedRow],
    message: &Message,
) -> Vec<ReconLine> {
    let payments: HashMap<&str, &str> = drafted
        .iter()
        .filter_map(|line| Some((line.place.as_str(), line.payment_id.as_deref()?)))
        .collect();
    let finals = reading
        .news
        .iter()
        .filter(|news| news.telling == Telling::Statement);
    let line = |news: &News| {
        let amount = signed(news)?;
        let place = format!("{}/{}/{}", news.statement, news.entry, news.part);
        let payment = payments.get(place.as_str()).map(|id| (*id).to_owned());
        let of = news.feed.as_deref();
        let report = of.is_some_and(|of| {
            let mut feeds = feeds.iter();
            feeds.any(|feed| feed.feed == of && feed.kind == CALLBACK)
        });
        let own = news.keys.place.text();
        Some(ReconLine {
            channel: news.channel.clone(),
            day: day(news, message),
            side: match report {
                true => ReconSide::Report,
                false => ReconSide::Bank,
            },
            mark: payment.unwrap_or_else(|| own.clone()),
            line: own,
            amount,
            dated: news.booking_date.is_some(),
            message: Some(message.no),
        })
    };
    finals.filter_map(line).collect()
}

/// What it is of the channel's money; `None` for what isn't.
fn signed(news: &News) -> Option<Money> {
    match &news.meaning {
        Meaning::Payment(PaymentState::Booked) => Some(news.amount),
        Meaning::Return => Some(Money::new(-news.amount.minor(), news.amount.currency())),
        // A payout that the bank shows under its provider's channel.
        Meaning::Line => {
            let bank = news.bank.as_ref().filter(|bank| bank.credit)?;
            let feed = news.feed.as_ref()?;
            (*feed != news.channel).then_some(bank.amount)
        }
        Meaning::Payment(_) | Meaning::Change(_) => None,
    }
}

/// The day on which its source booked it, else on which the payer acted, else of its receipt.
fn day(news: &News, message: &Message) -> Day {
    let acted = match news.acted {
        Some(Acted::On(day)) => Some(day),
        Some(Acted::At(at)) => Some(utc().day_of(at)),
        None => None,
    };
    let day = news.booking_date.or(acted);
    day.unwrap_or_else(|| utc().day_of(message.received.at))
}

/// Turns what a bank books from a provider's payout account into the provider's payout: money that
/// came before, payment by payment, and is none by itself. A payout that names a contract is left as
/// it is: then the provider only passed a payment on.
pub fn turn_payouts(news: &mut [News], feeds: &[FeedRow]) {
    for told in news {
        if told.meaning != Meaning::Payment(PaymentState::Booked) {
            continue;
        }
        let Some(from) = told.payer_account.as_ref().map(|a| plain(a.expose())) else {
            continue;
        };
        let provider = feeds.iter().find(|feed| {
            let own = feed.payout_account.as_deref().map(plain);
            own.as_ref() == Some(&from)
        });
        let texts: Vec<&str> = told.texts.iter().map(|t| t.expose().as_str()).collect();
        let wanted = Wanted::of(&texts);
        if let Some(provider) = provider
            && wanted.references().is_empty()
        {
            told.meaning = Meaning::Line;
            told.channel = provider.feed.clone();
        }
    }
}

fn plain(account: &str) -> String {
    let letters = account.chars().filter(|c| !c.is_whitespace());
    letters.collect::<String>().to_uppercase()
}
