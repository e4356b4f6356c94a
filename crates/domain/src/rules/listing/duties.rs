//! What binds the lender: cases to answer, data, fees, words, complaints, records, costs.

use alloc::format;
use alloc::string::{String, ToString};

use crate::rules::Pack;
use crate::rules::duty::{
    Complaints, DataLimits, Keep, LocationLimits, MessageLimits, Penalty, Records,
};

use super::List;
use super::words::{joined, list, time};

pub fn holds<'p>(pack: &'p Pack, rules: &mut List<'p>) {
    let guards = &pack.holds.value;
    let named = (!guards.is_empty()).then(|| format!("its law names {}", list(guards, "")));
    let says = "while one lasts no level rises".to_string();
    rules.add("holds", &pack.holds, joined([Some(says), named]));
    rules.maybe("dispute_answer", &pack.dispute_answer, |within| {
        format!("answered within {}", time(*within))
    });
    rules.each("answer", &pack.answers, |answer| {
        format!("{} answered within {}", answer.case, time(answer.within))
    });
    rules.maybe("recheck", &pack.recheck, |within| {
        format!("the ledger is read at most {} before", time(*within))
    });
}

pub fn lender<'p>(pack: &'p Pack, rules: &mut List<'p>) {
    rules.maybe("data_limits", &pack.data_limits, data);
    rules.maybe("location", &pack.location, location);
    rules.maybe("fees", &pack.fees, |charged| {
        format!("none for {}", list(charged, ""))
    });
    rules.maybe("honesty", &pack.honesty, |claims| {
        format!("never {}", list(claims, ""))
    });
    rules.maybe("message_limits", &pack.message_limits, messages);
    rules.maybe("complaints", &pack.complaints, complaints);
    rules.each("records", &pack.records, records);
    rules.each("penalty", &pack.penalties, penalty);
    rules.maybe("continuity", &pack.continuity, |silence| {
        format!("opens after {} of silence", time(*silence))
    });
}

fn data(limits: &DataLimits) -> String {
    let others = limits
        .no_third_parties
        .then(|| "nothing to others".to_string());
    joined([Some(format!("never {}", list(&limits.never, ""))), others])
}

fn location(limits: &LocationLimits) -> String {
    let counts = limits.counts_as_activation;
    joined([
        counts.then(|| "locating counts as limiting".to_string()),
        limits
            .own_consent
            .then(|| "with its own consent".to_string()),
        (!limits.purposes.is_empty()).then(|| format!("for {}", list(&limits.purposes, ""))),
    ])
}

fn messages(limits: &MessageLimits) -> String {
    let part = |what: &str, most: Option<u16>| most.map(|n| format!("{what} {n} characters"));
    joined([
        part("lock page", limits.lock_page),
        part("reminder", limits.reminder),
        part("banner", limits.banner),
    ])
}

fn complaints(terms: &Complaints) -> String {
    let within = terms.answer_within;
    let complex = terms.complex_within;
    joined([
        within.map(|span| format!("answered within {}", time(span))),
        complex.map(|span| format!("hard ones within {}", time(span))),
        (!terms.bodies.is_empty()).then(|| format!("then {}", list(&terms.bodies, ""))),
    ])
}

fn records(records: &Records) -> String {
    let keep = |what: &str, keep: Option<Keep>| keep.map(|k| format!("{what} {k}"));
    joined([
        Some(list(&records.kinds, "")),
        keep("at least", records.at_least),
        keep("at most", records.at_most),
        Some(format!("from {}", records.from)),
        records
            .regulator_export
            .then(|| "for the regulator".to_string()),
    ])
}

fn penalty(penalty: &Penalty) -> String {
    let most = penalty.at_most;
    let most = most.map(|sum| format!("at most {sum} {}", sum.currency()));
    joined([Some(penalty.says.clone()), most])
}
