//! What a notification tells, as one line of text a piece, for tables.

use fairlock_domain::money::Money;
use fairlock_intake::notification::{Notification, State, Tells};
use fairlock_intake::{ReadError, notification::PayoutState};

pub fn told(notification: &Notification) -> Vec<String> {
    notification.tells.iter().map(line).collect()
}

/// One line for all of it: `; ` between pieces, or the error.
pub fn summary(read: Result<Notification, ReadError>) -> String {
    match read {
        Ok(notification) => told(&notification).join("; "),
        Err(error) => error.to_string(),
    }
}

fn line(one: &Tells) -> String {
    match one {
        Tells::Payment(payment) => {
            let state = match &payment.state {
                State::Pending => "pending".to_owned(),
                State::Booked => "booked".to_owned(),
                State::Failed(failure) => format!("failed ({})", failure.sentence()),
            };
            format!(
                "{state} {} {}",
                payment.ids.join("+"),
                money(payment.amount)
            )
        }
        Tells::Changed(changed) => {
            let change = &changed.change;
            let (kind, of) = (change.kind.name(), changed.of.join("+"));
            format!("{kind} {} of {of} {}", change.id, money(change.amount))
        }
        Tells::Payout(payout) => {
            let state = match payout.state {
                PayoutState::OnItsWay => "on its way",
                PayoutState::Paid => "paid",
                PayoutState::Failed => "failed",
            };
            format!("payout {} {} {state}", payout.id, money(payout.amount))
        }
        Tells::Ask(ask) => format!("ask about {} ({:?})", ask.about, ask.why),
    }
}

fn money(money: Money) -> String {
    format!("{money} {}", money.currency())
}
