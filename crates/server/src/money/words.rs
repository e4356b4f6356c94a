//! The words of a notice that goes out as a text message: the catalogue's own, reference first.

use fairlock_domain::calendar::{Instant, Span, Zone};
use fairlock_domain::pii::Pii;
use fairlock_domain::plan::{Level, NoticeDue, Plan};
use fairlock_storage::ContractFacts;
use fairlock_web::Texts;

/// The text of a notice that is served at `now`.
pub fn notice(
    texts: &Texts,
    known: &ContractFacts,
    zone: &Zone,
    plan: &Plan,
    notice: &NoticeDue,
    now: Instant,
) -> Pii<String> {
    let over = now.plus(Span::hours(notice.lead_hours));
    let amount = texts.money(plan.arrears);
    let today = zone.day_of(now);
    let due_day = today.plus_days(-i32::try_from(plan.dpd).unwrap_or(i32::MAX));
    let message = if notice.level == Level::Lock {
        let values = [
            ("amount", amount.into()),
            ("not_before", texts.day(zone.day_of(over)).into()),
        ];
        texts.with("notice-last", values)
    } else {
        // The day before the time is over: paying on it is always early enough.
        let cure_day = zone.day_of(over).plus_days(-1).max(today);
        let values = [
            ("amount", amount.into()),
            ("ref", known.contract.id.as_str().into()),
            ("due_day", texts.plain_day(due_day).into()),
            ("cure_day", texts.plain_day(cure_day).into()),
        ];
        texts.with("notice-first", values)
    };
    Pii::new(plain(&format!("{}: {message}", known.reference.in_fours())))
}

/// Without the marks that only a page can show: isolates, and spaces that don't break.
fn plain(text: &str) -> String {
    text.replace(['\u{2068}', '\u{2069}'], "")
        .replace('\u{a0}', " ")
}
