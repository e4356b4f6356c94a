//! Which value of each kind of rule protects the borrower, in the order of judgement.

use fairlock_domain::calendar::Span;
use fairlock_domain::rules::contact::{CapPeriod, ContactCap, ContactKind};
use fairlock_domain::rules::duty::{Case, Keep};
use fairlock_domain::rules::listing::words::{days, lead, time, window};
use fairlock_domain::rules::scope::ConsentTiming;
use fairlock_domain::rules::{Cited, DaysInDefault, Level, Pack};

use super::merge::Merge;

const LEVELS: [Level; 3] = [Level::Remind, Level::Reduce, Level::Lock];

fn named(name: &str, level: Level) -> String {
    match level {
        Level::Reduce => name.to_string(),
        other => format!("{name}_{other}"),
    }
}

fn within(span: Span) -> String {
    format!("within {}", time(span))
}

/// Giving back, gates, status, what may be done to a phone.
pub fn permission(merge: &mut Merge) {
    for pack in merge.packs.clone() {
        let (status, number) = (pack.legal_status.value, pack.legal_status.number);
        merge.each("legal_status", pack, number, status.name().to_string());
    }
    let lowest = merge
        .packs
        .iter()
        .copied()
        .min_by_key(|pack| pack.highest_permitted());
    if let Some(pack) = lowest {
        let says = format!("{} at most", pack.highest_permitted());
        merge.each("highest_level", pack, pack.legal_status.number, says);
    }
    merge.lowest(
        "restoration",
        |p| p.restoration.as_ref(),
        |r| Some(r.within),
        within,
    );
    merge.united(
        "release_duties",
        |p| Some(&p.release_at_payoff),
        |r| &r.duties,
    );
    merge.lowest(
        "release_within",
        |p| Some(&p.release_at_payoff),
        |release| release.within,
        within,
    );
    merge.common("products", |p| Some(&p.products), |products| products);
    merge.any(
        "consent",
        |p| Some(&p.consent),
        |_| true,
        "separate signature, acknowledged copy",
    );
    merge.united("consent_contains", |p| Some(&p.consent), |c| &c.contains);
    merge.highest(
        "consent_type_size",
        |p| Some(&p.consent),
        |consent| consent.min_type_points,
        |points| format!("at least {points} points"),
    );
    merge.highest(
        "consent_timing",
        |p| Some(&p.consent),
        |consent| consent.timing,
        |timing: ConsentTiming| timing.to_string(),
    );
    merge.united("device_link_not_for", |p| Some(&p.device_link), |dues| dues);
    for pack in merge.packs.clone() {
        for order in &pack.court_orders {
            let says = format!(
                "{} binds {}",
                order.rule.value.court,
                order.rule.value.parties.join(", ")
            );
            merge.each(
                &format!("court_order_{}", order.id),
                pack,
                order.rule.number,
                says,
            );
        }
        if let Some(rule) = &pack.licence {
            let says = format!("{} approves first", rule.value.regulator);
            merge.each("licence", pack, rule.number, says);
        }
    }
    merge.common("creditors", |p| p.creditors.as_ref(), |kinds| kinds);
    merge.united(
        "not_in_use",
        |p| p.actuation.not_during.as_ref(),
        |uses| uses,
    );
    let bar = "nothing begins where harm is foreseeable";
    merge.any(
        "safety_bar",
        |p| p.actuation.safety_bar.as_ref(),
        |()| true,
        bar,
    );
    merge.united("never_restrict", |p| p.never_restrict.as_ref(), |kept| kept);
    merge.common("platform_keeps", |p| p.platform_keeps.as_ref(), |kept| kept);
}

/// Guards, and how soon cases are answered.
pub fn cases(merge: &mut Merge) {
    merge.united("holds", |p| Some(&p.holds), |guards| guards);
    merge.lowest(
        "dispute_answer",
        |p| p.dispute_answer.as_ref(),
        |span| Some(*span),
        within,
    );
    for case in Case::ALL {
        merge.lowest(
            &format!("answer_{case}"),
            |p| {
                p.answers
                    .iter()
                    .map(|a| &a.rule)
                    .find(|r| r.value.case == *case)
            },
            |answer| Some(answer.within),
            within,
        );
    }
    merge.lowest(
        "recheck",
        |p| p.recheck.as_ref(),
        |span| Some(*span),
        within,
    );
}

/// What each level asks for, and the notices of every pack.
pub fn levels(merge: &mut Merge) {
    for level in LEVELS {
        days_of(merge, level);
    }
    for pack in merge.packs.clone() {
        for notice in &pack.notices {
            let says = format!("for {}: then {}", notice.level, lead(&notice.terms.value));
            merge.each(
                &format!("notice_{}", notice.id),
                pack,
                notice.terms.number,
                says,
            );
        }
    }
    for level in [Level::Reduce, Level::Lock] {
        merge.hours(&named("window", level), |p| p.window(level));
    }
    if merge.packs.iter().all(|pack| pack.lock.is_some()) {
        merge.highest(
            "at_reduce_for",
            |p| p.lock.as_ref()?.at_reduce_for.as_ref(),
            |span| Some(*span),
            |span| format!("{} at reduce", time(span)),
        );
        merge.lowest(
            "approval",
            |p| p.lock.as_ref()?.approval.as_ref(),
            |approval| Some(approval.valid_for),
            |span| format!("a person approves, which counts for {}", time(span)),
        );
    }
}

/// A level's own days past due, or those of the level beneath, whose conditions it includes, where
/// they are more.
fn days_past_due(pack: &Pack, level: Level) -> Option<&Cited<u32>> {
    let own = pack.conditions(level)?.min_days_past_due.as_ref();
    let beneath = match level {
        Level::Lock => days_past_due(pack, Level::Reduce),
        _ => None,
    };
    [beneath, own].into_iter().flatten().max_by_key(|r| r.value)
}

/// Likewise its days in default, counted in one way.
fn in_default(pack: &Pack, level: Level, business: bool) -> Option<&Cited<DaysInDefault>> {
    let own = pack.conditions(level)?.min_days_in_default.as_ref();
    let own = own.filter(|rule| rule.value.business == business);
    let beneath = match level {
        Level::Lock => in_default(pack, Level::Reduce, business),
        _ => None,
    };
    let both = [beneath, own].into_iter().flatten();
    both.max_by_key(|rule| rule.value.days)
}

fn days_of(merge: &mut Merge, level: Level) {
    merge.highest(
        &named("min_days_past_due", level),
        |p| days_past_due(p, level),
        |count| Some(*count),
        |count| format!("from {} past due", days(count)),
    );
    for business in [false, true] {
        let (name, unit) = match business {
            true => ("min_business_days_in_default", "business days in default"),
            false => ("min_days_in_default", "days in default"),
        };
        merge.highest(
            &named(name, level),
            |p| in_default(p, level, business),
            |terms| Some(terms.days),
            |count| format!("from {count} {unit}"),
        );
    }
}

/// Hours and limits of contact, statutory and other.
pub fn contact(merge: &mut Merge) {
    merge.hours("contact_hours", |p| Some(&p.contact));
    for pack in merge.packs.clone() {
        for hours in &pack.collection.hours {
            let says = window(&hours.rule.value);
            let name = format!("collection_hours_{}", hours.id);
            merge.each(&name, pack, hours.rule.number, says);
        }
    }
    for kind in ContactKind::ALL {
        merge.lowest(
            &format!("contact_cap_{kind}_a_day"),
            |p| {
                let caps = p.collection.caps.iter().map(|cap| &cap.rule);
                let day = |c: &&Cited<_>| is_daily(c, *kind);
                caps.filter(day).min_by_key(|cap| cap.value.most)
            },
            |cap| Some(cap.most),
            |most| format!("at most {most} a day"),
        );
    }
    for pack in merge.packs.clone() {
        for cap in &pack.collection.caps {
            if let CapPeriod::Rolling(span) = cap.rule.value.period {
                let (most, kind) = (cap.rule.value.most, cap.rule.value.kind);
                let says = format!("at most {most} in any {} ({kind})", time(span));
                merge.each(
                    &format!("contact_cap_{}", cap.id),
                    pack,
                    cap.rule.number,
                    says,
                );
            }
        }
    }
    merge.highest(
        "cool_off",
        |p| p.collection.cool_off.as_ref(),
        |cool_off| Some(cool_off.time),
        |span| format!("none for {} after a conversation", time(span)),
    );
    let week = "one channel in a week";
    merge.any(
        "one_channel_a_week",
        |p| p.collection.one_channel_a_week.as_ref(),
        |()| true,
        week,
    );
    let only = "only who is liable";
    merge.any(
        "liable_persons_only",
        |p| p.collection.liable_persons_only.as_ref(),
        |()| true,
        only,
    );
    let allowed = "only channels that the person allowed";
    merge.any(
        "authorised_channels_only",
        |p| p.collection.authorised_channels_only.as_ref(),
        |()| true,
        allowed,
    );
    merge.united(
        "opt_out",
        |p| p.collection.opt_out.as_ref(),
        |channels| channels,
    );
    merge.united(
        "not_during",
        |p| p.collection.not_during.as_ref(),
        |occasions| occasions,
    );
    merge.highest(
        "emergency_pass",
        |p| p.pass.as_ref(),
        |pass| Some(pass.lasts),
        |span| format!("{} long", time(span)),
    );
    merge.lowest(
        "emergency_pass_once_in",
        |p| p.pass.as_ref(),
        |pass| Some(pass.once_in),
        |span| format!("once in {}", time(span)),
    );
}

fn is_daily(cap: &Cited<ContactCap>, kind: ContactKind) -> bool {
    cap.value.period == CapPeriod::LocalDay && cap.value.kind == kind
}

/// What binds the lender.
pub fn lender(merge: &mut Merge) {
    merge.united(
        "data_limits",
        |p| p.data_limits.as_ref(),
        |limits| &limits.never,
    );
    let counts = "locating counts as limiting";
    merge.any(
        "location",
        |p| p.location.as_ref(),
        |l| l.counts_as_activation,
        counts,
    );
    let consent = "locating needs its own consent";
    merge.any(
        "location_consent",
        |p| p.location.as_ref(),
        |l| l.own_consent,
        consent,
    );
    merge.common(
        "location_purposes",
        |p| p.location.as_ref(),
        |l| &l.purposes,
    );
    merge.united("fees", |p| p.fees.as_ref(), |charged| charged);
    merge.united("honesty", |p| p.honesty.as_ref(), |claims| claims);
    let characters = |most: u16| format!("at most {most} characters");
    merge.lowest(
        "message_lock_page",
        |p| p.message_limits.as_ref(),
        |m| m.lock_page,
        characters,
    );
    merge.lowest(
        "message_reminder",
        |p| p.message_limits.as_ref(),
        |m| m.reminder,
        characters,
    );
    merge.lowest(
        "message_banner",
        |p| p.message_limits.as_ref(),
        |m| m.banner,
        characters,
    );
    merge.lowest(
        "complaints",
        |p| p.complaints.as_ref(),
        |c| c.answer_within,
        within,
    );
    for pack in merge.packs.clone() {
        for records in &pack.records {
            let terms = &records.rule.value;
            let part = |what: &str, keep: Option<Keep>| {
                keep.map_or(String::new(), |k| format!("{what} {k}; "))
            };
            let (least, most) = (
                part("at least", terms.at_least),
                part("at most", terms.at_most),
            );
            let says = format!("{least}{most}from {}", terms.from);
            merge.each(
                &format!("records_{}", records.id),
                pack,
                records.rule.number,
                says,
            );
        }
        for penalty in &pack.penalties {
            let says = penalty.rule.value.says.clone();
            merge.each(
                &format!("penalty_{}", penalty.id),
                pack,
                penalty.rule.number,
                says,
            );
        }
    }
    merge.lowest(
        "continuity",
        |p| p.continuity.as_ref(),
        |span| Some(*span),
        |span| format!("opens after {} of silence", time(span)),
    );
}
