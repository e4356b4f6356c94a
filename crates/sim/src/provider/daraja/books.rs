//! What Daraja knows: payments, prompts, tokens, where it calls, and what is still to be told.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use fairlock_domain::calendar::Instant;

/// A payment to the till.
#[derive(Debug, Clone)]
pub struct Payment {
    pub receipt: String,
    pub at: Instant,
    pub cents: i64,
    pub bill_ref: String,
    /// Digits with country code.
    pub number: String,
    pub reversed_by: Option<String>,
}

/// How a payer ends a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ends {
    Paid,
    Cancelled,
    NoFunds,
    NoAnswer,
    WrongPin,
}

impl Ends {
    /// Daraja's result code.
    pub fn code(self) -> u32 {
        match self {
            Ends::Paid => 0,
            Ends::NoFunds => 1,
            Ends::Cancelled => 1032,
            Ends::NoAnswer => 1037,
            Ends::WrongPin => 2001,
        }
    }
}

/// A prompt on a phone.
#[derive(Debug, Clone)]
pub struct Prompt {
    pub cents: i64,
    pub reference: String,
    pub number: String,
    pub callback: String,
    pub ended: Option<Ends>,
}

/// A call that is to be made.
#[derive(Debug, Clone, Default)]
pub struct Call {
    pub url: String,
    pub body: String,
}

impl Call {
    pub fn of(body: String) -> Call {
        Call {
            url: String::new(),
            body,
        }
    }
}

#[derive(Default)]
pub struct Books {
    pub confirmation: Option<String>,
    pub validation: Option<String>,
    pub pull: bool,
    pub tokens: BTreeSet<String>,
    pub payments: Vec<Payment>,
    pub prompts: BTreeMap<String, Prompt>,
    pub calls: VecDeque<Call>,
    pub late: Vec<Call>,
    pub busy: u32,
    pub asked: BTreeMap<String, usize>,
    numbers: u64,
}

impl Books {
    /// The next number of a row of its own.
    pub fn next(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// Ten letters and digits, as a receipt has.
    pub fn receipt(&mut self) -> String {
        format!("S{:09}", self.next())
    }

    /// A payment that isn't booked yet.
    pub fn payment(&mut self, cents: i64, bill_ref: &str, number: &str) -> Payment {
        Payment {
            receipt: self.receipt(),
            at: Instant::from_unix_seconds(0),
            cents,
            bill_ref: bill_ref.to_owned(),
            number: number.to_owned(),
            reversed_by: None,
        }
    }

    pub fn open_prompts(&self) -> Vec<String> {
        let open = self.prompts.iter().filter(|(_, p)| p.ended.is_none());
        open.map(|(checkout, _)| checkout.clone()).collect()
    }

    pub fn end_prompt(&mut self, checkout: &str, ends: Ends) -> Option<Prompt> {
        let prompt = self.prompts.get_mut(checkout)?;
        if prompt.ended.is_some() {
            return None;
        }
        prompt.ended = Some(ends);
        Some(prompt.clone())
    }

    /// Takes a payment back; the payment and the reversal's own receipt.
    pub fn reverse(&mut self, receipt: &str) -> Option<(Payment, String)> {
        let own = self.receipt();
        let payment = self.payments.iter_mut().find(|p| p.receipt == receipt)?;
        if payment.reversed_by.is_some() {
            return None;
        }
        payment.reversed_by = Some(own.clone());
        Some((payment.clone(), own))
    }
}
