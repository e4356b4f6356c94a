//! What lets a level be reached: days, notices, windows, dwell, approval; and contact.

use alloc::format;
use alloc::string::{String, ToString};

use crate::rules::contact::{CapPeriod, Collection, ContactCap};
use crate::rules::{DaysInDefault, Level, Notice, Pack};

use super::List;
use super::words::{clock, days as count_of_days, joined, lead, list, on_days, time, window};

const LEVELS: [Level; 3] = [Level::Remind, Level::Reduce, Level::Lock];

/// The rule's name of a level's condition. The one for `reduce`, the first that takes something
/// away, has the plain name.
fn named(name: &str, level: Level) -> String {
    match level {
        Level::Reduce => name.to_string(),
        other => format!("{name}_{other}"),
    }
}

pub fn days<'p>(pack: &'p Pack, rules: &mut List<'p>) {
    for level in LEVELS {
        let Some(conditions) = pack.conditions(level) else {
            continue;
        };
        let name = named("min_days_past_due", level);
        rules.maybe(&name, &conditions.min_days_past_due, |count| {
            format!("{level} from {} past due", count_of_days(*count))
        });
        let name = named("min_days_in_default", level);
        rules.maybe(&name, &conditions.min_days_in_default, |terms| {
            format!("{level} from {} in default", in_default(*terms))
        });
    }
}

pub fn in_default(terms: DaysInDefault) -> String {
    let unit = match (terms.business, terms.days) {
        (true, 1) => "business day",
        (true, _) => "business days",
        (false, 1) => "day",
        (false, _) => "days",
    };
    let weekly = terms.weekly_days;
    let weekly = weekly.map_or(String::new(), |n| format!(" ({n} for weekly payers)"));
    format!("{} {unit}{weekly}", terms.days)
}

pub fn notices<'p>(pack: &'p Pack, rules: &mut List<'p>) {
    for notice in &pack.notices {
        let name = format!("notice_{}", notice.id);
        rules.add(&name, &notice.terms, notice_in_words(notice));
    }
}

fn notice_in_words(notice: &Notice) -> String {
    let (terms, paper) = (&notice.terms.value, &notice.paper);
    let some = |words: &str, what: &str| (!words.is_empty()).then(|| format!("{what} {words}"));
    let channels = match terms.channels {
        1 => "1 channel".to_string(),
        n => format!("{n} channels"),
    };
    joined([
        Some(format!("for {}", notice.level)),
        terms
            .min_days_past_due
            .map(|n| format!("from {} past due", count_of_days(n))),
        terms
            .at_reduce_for
            .map(|span| format!("after {} at reduce", time(span))),
        Some(format!("then {}", lead(terms))),
        Some(format!("{channels}, {}", terms.proof.name())),
        terms
            .valid_for
            .map(|span| format!("counts for {}", time(span))),
        terms
            .resets_on_changed_amount
            .then(|| "again when its amount changes".to_string()),
        paper.form.map(|form| format!("form {form}")),
        some(&list(&paper.contains, ""), "says"),
        some(&list(&paper.languages, ""), "in"),
    ])
}

pub fn calendar<'p>(pack: &'p Pack, rules: &mut List<'p>) {
    rules.maybe("business_days", &pack.business_days, |days| on_days(*days));
    rules.maybe("payment_cut_off", &pack.payment_cut_off, |minute| {
        format!("money up to {} counts for the day", clock(*minute))
    });
    rules.add("contact_hours", &pack.contact, window(&pack.contact.value));
    for level in [Level::Reduce, Level::Lock] {
        if let Some(conditions) = pack.conditions(level) {
            rules.maybe(&named("window", level), &conditions.window, |hours| {
                format!("{level} begins {}", window(hours))
            });
        }
    }
}

pub fn collection<'p>(collection: &'p Collection, rules: &mut List<'p>) {
    rules.each("collection_hours", &collection.hours, window);
    rules.each("contact_cap", &collection.caps, cap);
    rules.maybe("cool_off", &collection.cool_off, |cool_off| {
        let (kind, time) = (cool_off.kind, time(cool_off.time));
        format!("after a conversation no contact ({kind}) for {time}")
    });
    rules.maybe("one_channel_a_week", &collection.one_channel_a_week, |()| {
        "one channel in a week".to_string()
    });
    rules.maybe(
        "liable_persons_only",
        &collection.liable_persons_only,
        |()| "only who is liable".to_string(),
    );
    rules.maybe(
        "authorised_channels_only",
        &collection.authorised_channels_only,
        |()| "only channels that the person allowed".to_string(),
    );
    rules.maybe("opt_out", &collection.opt_out, |channels| {
        format!("of {}", list(channels, ""))
    });
    rules.maybe("not_during", &collection.not_during, |occasions| {
        format!("no contact during {}", list(occasions, ""))
    });
}

fn cap(cap: &ContactCap) -> String {
    match cap.period {
        CapPeriod::LocalDay => format!("at most {} a day ({})", cap.most, cap.kind),
        CapPeriod::Rolling(span) => {
            format!("at most {} in any {} ({})", cap.most, time(span), cap.kind)
        }
    }
}

pub fn dwell_and_approval<'p>(pack: &'p Pack, rules: &mut List<'p>) {
    let Some(conditions) = pack.conditions(Level::Lock) else {
        return;
    };
    rules.maybe("at_reduce_for", &conditions.at_reduce_for, |span| {
        format!("lock after {} at reduce", time(*span))
    });
    rules.maybe("approval", &conditions.approval, |approval| {
        let valid = time(approval.valid_for);
        format!("lock after a person's approval, which counts for {valid}")
    });
}
