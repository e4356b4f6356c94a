//! E-mail, over a real conversation with a relay.

use super::gateway::Gateway;
use super::relay::{Conduct, Relay};
use super::{by_both, messages, proofs, reachable};
use crate::money::site::Site;
use fairlock_domain::pii::{Pii, Secret};
use fairlock_server::config::{ConfigError, MailRelay, Notices, SmsGateway};

/// A site that sends by e-mail alone, at the hour of the first notice.
async fn site(relay: &Relay, address: &str) -> Site {
    let gateway = Gateway::start().await;
    let mut notices = by_both(&gateway, relay);
    notices.sms = None;
    let mut contract = reachable("sandbox");
    contract.email = Some(Pii::new(address.to_owned()));
    let site = Site::start(vec![contract], notices).await;
    site.clock("2026-03-04T06:00:00Z").await;
    site
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_says_who_it_is_from_and_what_it_is_about() {
    let relay = Relay::start().await;
    let site = site(&relay, "joyce@mail.example").await;
    let mails = relay.taken();
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(mail.from, "notices@lender.example");
    assert_eq!(mail.to, "joyce@mail.example");
    let (head, body) = mail.data.split_once("\n\n").unwrap();
    for line in [
        "From: \"Test lender\" <notices@lender.example>",
        "To: joyce@mail.example",
        "Subject: Test lender: your contract C-1",
        "Message-ID: <07070707-1@lender.example>",
        "Date: Wed, 04 Mar 2026 06:00:00 +0000",
        "Auto-Submitted: auto-generated",
        "Content-Type: text/plain; charset=utf-8",
    ] {
        assert!(head.lines().any(|own| own == line), "{line} in\n{head}");
    }
    let unfolded = body.replace("=\n", "");
    assert!(
        unfolded.contains("EUR 200.00 for contract C-1 was due on 1 Feb 2026."),
        "{body}"
    );
    assert!(unfolded.contains("To complain: Ombudsman, 0800 000 001."));
    assert_eq!(proofs(&site), ["sandbox/first email sent"]);
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_is_busy_is_asked_again_and_one_that_refuses_isnt() {
    let relay = Relay::start().await;
    relay.will(Conduct::Say("451 4.3.0 later, please"));
    let site = site(&relay, "joyce@mail.example").await;
    assert_eq!(
        messages(&site),
        ["sandbox/first email 1 waiting: email: status 451; expected 2xx"]
    );
    relay.will(Conduct::Say("550 5.1.1 <joyce@mail.example> isn't here"));
    site.clock("2026-03-04T06:01:00Z").await;
    assert_eq!(relay.tried(), 2);
    let why = "email: refused with 550; expected the message to be taken";
    assert_eq!(
        messages(&site),
        [format!("sandbox/first email 1 failed: {why}")]
    );
    site.clock("2026-03-04T09:00:00Z").await;
    assert_eq!(relay.tried(), 2);
    assert!(proofs(&site).is_empty());
    site.running.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_whose_answer_is_lost_goes_again_under_the_same_id() {
    let relay = Relay::start().await;
    relay.will(Conduct::CloseAfterData);
    let site = site(&relay, "joyce@mail.example").await;
    assert!(proofs(&site).is_empty());
    relay.will(Conduct::Take);
    site.clock("2026-03-04T06:01:00Z").await;
    let mails = relay.taken();
    assert_eq!(mails.len(), 2);
    let id = |nth: usize| {
        let lines = mails[nth].data.lines();
        lines
            .filter(|l| l.starts_with("Message-ID"))
            .collect::<Vec<_>>()
    };
    assert_eq!(id(0), id(1), "a mailbox shows it once");
    assert_eq!(id(0).len(), 1);
    assert_eq!(proofs(&site), ["sandbox/first email sent"]);
    site.running.shutdown().await;
}

fn check(notices: &Notices, expected: Result<(), ConfigError>) {
    let config = fairlock_server::Config {
        listen: ([127, 0, 0, 1], 0).into(),
        watch_dir: None,
        sources: Vec::new(),
        proxy: None,
        mappings: Vec::new(),
        api: Vec::new(),
        notices: Notices {
            sms: notices.sms.as_ref().map(|sms| SmsGateway {
                url: sms.url.clone(),
                token: None,
            }),
            mail: notices.mail.as_ref().map(|mail| MailRelay {
                relay: mail.relay.clone(),
                from: mail.from.clone(),
            }),
            receipts: notices.receipts.clone(),
            ..Notices::default()
        },
        feeds: Vec::new(),
        contacts: fairlock_server::config::Contacts {
            lender: "0800 000 000".to_owned(),
            complaints_name: "Ombudsman".to_owned(),
            complaints: "0800 000 001".to_owned(),
        },
    };
    assert_eq!(config.check(), expected);
}

fn sms(url: &str) -> Notices {
    Notices {
        sms: Some(SmsGateway {
            url: url.to_owned(),
            token: None,
        }),
        ..Notices::default()
    }
}

fn mail(relay: &str) -> Notices {
    Notices {
        mail: Some(MailRelay {
            relay: Secret::new(relay.to_owned()),
            from: "notices@lender.example".to_owned(),
        }),
        ..Notices::default()
    }
}

#[test]
fn personal_data_travels_in_the_clear_on_loopback_alone() {
    let plain = |what, host: &str, expected| {
        Err(ConfigError::CarrierPlain {
            what,
            host: host.to_owned(),
            expected,
        })
    };
    check(&sms("http://127.0.0.1:9000/messages"), Ok(()));
    check(&sms("https://sms.example/v1"), Ok(()));
    let (what, expected) = ("the text gateway", "https://host/path");
    check(
        &sms("http://sms.example/v1"),
        plain(what, "sms.example", expected),
    );
    check(
        &sms("sms.example"),
        Err(ConfigError::CarrierAddress { what, expected }),
    );
    check(&mail("smtp://localhost:2525"), Ok(()));
    check(&mail("smtps://user:secret@mail.example:465"), Ok(()));
    check(
        &mail("smtp://user:secret@mail.example:587?tls=required"),
        Ok(()),
    );
    let (what, expected) = ("the mail relay", "smtps://user:password@host:port");
    check(
        &mail("smtp://user:secret@mail.example:587"),
        plain(what, "mail.example", expected),
    );
    check(
        &mail("smtp://user:secret@mail.example:587?tls=opportunistic"),
        plain(what, "mail.example", expected),
    );
    let short = Notices {
        receipts: Some(Secret::new("0123456789abcde".to_owned())),
        ..Notices::default()
    };
    check(&short, Err(ConfigError::ReceiptsPath { found: 15 }));
}
