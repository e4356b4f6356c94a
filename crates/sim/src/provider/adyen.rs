//! Adyen: captures, refunds and chargebacks of one merchant account, told in signed items.
//!
//! Sometimes two items travel in one batch. On purpose absent: its API and its reports.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use fairlock_intake::signature::adyen::{Signed, signature_for};
use fairlock_server::Clock;

use super::outbox::{HookDays, Letter, Outbox, Seal, Sent};

/// A merchant account that tells one endpoint.
pub struct Adyen {
    outbox: Outbox,
    path: String,
    account: String,
    key: Vec<u8>,
    next: AtomicU64,
}

/// An authorisation: its reference, and how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorised {
    pub psp: String,
    pub value: u64,
    pub currency: &'static str,
    pub reference: String,
}

impl Adyen {
    pub fn new(
        server: &str,
        secret_path: &str,
        account: &str,
        key: &[u8],
        clock: Arc<dyn Clock>,
        days: HookDays,
        seed: u64,
    ) -> Adyen {
        Adyen {
            outbox: Outbox::new(server, clock, days, seed),
            path: format!("/v1/callbacks/{secret_path}/events"),
            account: account.to_owned(),
            key: key.to_vec(),
            next: AtomicU64::new(1),
        }
    }

    fn psp(&self) -> String {
        format!("PSP{:013}", self.next.fetch_add(1, Ordering::Relaxed))
    }

    fn item(&self, code: &str, psp: &str, original: &str, of: &Authorised) -> String {
        let value = of.value.to_string();
        let signed = Signed {
            psp_reference: psp,
            original_reference: original,
            merchant_account: &self.account,
            merchant_reference: &of.reference,
            value: &value,
            currency: of.currency,
            event_code: code,
            success: "true",
        };
        let signature = signature_for(&self.key, &signed);
        let (account, reference, currency) = (&self.account, &of.reference, of.currency);
        let at = self.outbox.now().to_string();
        format!(
            r#"{{"NotificationRequestItem":{{"additionalData":{{"hmacSignature":"{signature}"}},
            "amount":{{"currency":"{currency}","value":{value}}},"eventCode":"{code}","eventDate":"{at}",
            "merchantAccountCode":"{account}","merchantReference":"{reference}","originalReference":"{original}",
            "paymentMethod":"visa","pspReference":"{psp}","reason":"","success":"true"}}}}"#
        )
    }

    fn tell(&self, items: &[String]) {
        let items = items.join(",");
        self.outbox.tell(Letter {
            path: self.path.clone(),
            body: format!(r#"{{"live":"true","notificationItems":[{items}]}}"#),
            seal: Seal::Inside,
        });
    }

    /// A payer authorises, and the lender captures.
    pub fn pays(&self, value: u64, currency: &'static str, reference: &str) -> Authorised {
        let authorised = Authorised {
            psp: self.psp(),
            value,
            currency,
            reference: reference.to_owned(),
        };
        let (first, capture) = (authorised.psp.clone(), self.psp());
        let authorisation = self.item("AUTHORISATION", &first, "", &authorised);
        let capture = self.item("CAPTURE", &capture, &first, &authorised);
        self.tell(std::slice::from_ref(&authorisation));
        self.tell(&[authorisation, capture]);
        authorised
    }

    /// The payer's bank takes it back, the lender wins, and the bank takes it once more.
    pub fn is_charged_back(&self, of: &Authorised, won: bool, again: bool) {
        let psp = self.psp();
        let mut codes = vec!["NOTIFICATION_OF_CHARGEBACK", "CHARGEBACK"];
        codes.extend(won.then_some("CHARGEBACK_REVERSED"));
        codes.extend(again.then_some("SECOND_CHARGEBACK"));
        for code in codes {
            self.tell(&[self.item(code, &psp, &of.psp, of)]);
        }
    }

    /// The whole goes back to the payer, and may fail to arrive.
    pub fn refunds(&self, of: &Authorised, fails: bool) {
        let psp = self.psp();
        self.tell(&[self.item("REFUND", &psp, &of.psp, of)]);
        if fails {
            self.tell(&[self.item("REFUND_FAILED", &psp, &of.psp, of)]);
        }
    }

    pub async fn deliver(&self) -> Sent {
        self.outbox.deliver().await
    }

    pub fn waiting(&self) -> usize {
        self.outbox.waiting()
    }
}
