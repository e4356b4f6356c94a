//! `ID=KIND:NAME:ACCOUNT`: a way to pay, as a call names it.

use anyhow::anyhow;
use fairlock_protocol::charter::{Channel, ChannelKind};

use crate::exit::Failure;

pub fn read(words: &[String]) -> Result<Vec<Channel>, Failure> {
    words.iter().map(|word| one(word)).collect()
}

fn one(word: &str) -> Result<Channel, Failure> {
    let wrong = || {
        Failure::Input(anyhow!(
            "--payee {word}: expected ID=KIND:NAME:ACCOUNT, KIND one of bank, mobile, card, cash"
        ))
    };
    let (id, rest) = word.split_once('=').ok_or_else(wrong)?;
    let (kind, rest) = rest.split_once(':').ok_or_else(wrong)?;
    let (payee, account) = rest.rsplit_once(':').ok_or_else(wrong)?;
    let kind = match kind {
        "bank" => ChannelKind::Bank,
        "mobile" => ChannelKind::MobileMoney,
        "card" => ChannelKind::Card,
        "cash" => ChannelKind::Cash,
        _ => return Err(wrong()),
    };
    Ok(Channel {
        id: id.parse().map_err(|_| wrong())?,
        kind,
        payee: payee.to_owned(),
        account: account.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_to_pay_is_read_and_everything_else_told() {
        let read = one("1=mobile:Ukweli Finance Ltd:400200").expect("a payee");
        let expected = Channel {
            id: 1,
            kind: ChannelKind::MobileMoney,
            payee: "Ukweli Finance Ltd".to_owned(),
            account: "400200".to_owned(),
        };
        assert_eq!(read, expected);
        for wrong in [
            "",
            "1",
            "1=mobile",
            "x=mobile:A:B",
            "1=gold:A:B",
            "1=bank:A",
        ] {
            assert!(one(wrong).is_err(), "{wrong}");
        }
    }
}
