//! Who and what the contract is about, what lawyers and regulators gave, and how far its phone's
//! charter reaches. What isn't known isn't told here: the findings say what follows from it.

use fairlock_domain::contract::{Frequency, Particulars};
use fairlock_domain::plan;
use fairlock_domain::rules::Level;
use fairlock_server::device::charters::Standing;
use fairlock_storage::{Permit, PermitRow};
use serde_json::{Value, json};

use super::page::when;
use super::{Explained, hex};
use crate::commands::page::Page;

/// Lines under "What was agreed".
pub fn agreed(of: &Explained, page: &mut Page) {
    let known = particulars(&of.facts.particulars).join("; ");
    if let Some(first) = known.get(..1) {
        page.hung("", &format!("{}{}.", first.to_uppercase(), &known[1..]));
    }
    for row in permits(of) {
        page.hung("", &said(of, &row));
    }
}

/// What the phone's charter lets be done to it, and what stays undone by it.
pub fn charter(of: &Explained, standing: &Standing) -> String {
    let highest = standing.highest();
    let permitted = permitted(of);
    let signed = match standing.accepted_at {
        Some(_) => "accepted",
        None => "not accepted",
    };
    let mut line = format!(
        "A phone is enrolled; its charter is {signed} and reaches {}.",
        highest.name()
    );
    if permitted > highest {
        line += &format!(
            " The law of its packs permits {} by now, and this phone never goes beyond {}: so much \
             was permitted when its charter was made.",
            permitted.name(),
            highest.name()
        );
    }
    line
}

fn permitted(of: &Explained) -> Level {
    let day = of.facts.zone.day_of(of.at);
    plan::highest_permitted(&of.facts, &of.rules, day)
}

fn particulars(known: &Particulars) -> Vec<String> {
    let plain = |word: &str| word.replace('_', " ");
    let mut lines = Vec::new();
    if let Some(creditor) = &known.creditor {
        let kind = plain(creditor.kind.name());
        lines.push(format!("creditor: {} ({kind})", creditor.name));
    }
    let borrower = known.borrower.map(|kind| plain(kind.name()));
    lines.extend(borrower.map(|kind| format!("borrower: {kind}")));
    let goods = known.goods.map(|goods| plain(goods.name()));
    lines.extend(goods.map(|goods| format!("goods: {goods}")));
    lines.extend(known.frequency.map(|frequency| {
        let paid = match frequency {
            Frequency::Weekly => "weekly",
            Frequency::Other => "less often than weekly",
        };
        format!("paid {paid}")
    }));
    if known.days_of_grace > 0 {
        lines.push(format!("{} days of grace", known.days_of_grace));
    }
    lines
}

/// What was known of the permits at the instant asked.
fn permits(of: &Explained) -> impl Iterator<Item = PermitRow> {
    let rows = of.stored.permits.iter();
    rows.filter_map(|row| row.known_at(of.at))
}

fn said(of: &Explained, row: &PermitRow) -> String {
    let permit = &row.permit;
    let until = permit.until().map(|until| format!(" to {until}"));
    let (pack, name, on) = (permit.pack(), permit.name(), permit.on());
    let days = format!("from {on}{}", until.unwrap_or_default());
    let what = match permit {
        Permit::Clearance(clearance) => format!(
            "{pack} is cleared by {name} {days}, opinion {}",
            hex(&clearance.opinion_sha256)
        ),
        Permit::Approval(_) => format!("{pack} is approved under {name} {days}"),
    };
    let zone = &of.facts.zone;
    let ended = row.withdrawn.map(|withdrawn| {
        let known = when(withdrawn.recorded_at, zone);
        format!("; withdrawn on {} (known here since {known})", withdrawn.on)
    });
    let known = when(row.recorded_at, zone);
    format!(
        "{what} (known here since {known}){}.",
        ended.unwrap_or_default()
    )
}

/// The same for programs.
pub fn as_json(of: &Explained) -> (Value, Value) {
    let permits = permits(of).map(|row| {
        let withdrawn = row.withdrawn.map(|withdrawn| {
            json!({"on": withdrawn.on.to_string(), "recorded_at": withdrawn.recorded_at.to_string()})
        });
        let opinion = match &row.permit {
            Permit::Clearance(clearance) => Some(hex(&clearance.opinion_sha256)),
            Permit::Approval(_) => None,
        };
        json!({
            "kind": row.permit.kind(), "pack": row.permit.pack(), "name": row.permit.name(),
            "on": row.permit.on().to_string(),
            "until": row.permit.until().map(|until| until.to_string()),
            "opinion_sha256": opinion, "recorded_at": row.recorded_at.to_string(),
            "withdrawn": withdrawn,
        })
    });
    let charter = of.charter.as_ref().map(|standing| {
        json!({
            "n": standing.charter.n, "highest": standing.highest().name(),
            "permitted": permitted(of).name(),
            "accepted_at": standing.accepted_at.map(|at| at.to_string()),
        })
    });
    (permits.collect(), json!(charter))
}
