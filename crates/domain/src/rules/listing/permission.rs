//! What may be at all: release, gates, status, what may be done to a phone, pass.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::rules::{Applies, ConsentTerms, CourtOrder, Pack, Release, Restoration};

use super::List;
use super::words::{between, joined, list, time};

pub fn released<'p>(pack: &'p Pack, rules: &mut List<'p>) {
    let says = release(&pack.release_at_payoff.value);
    rules.add("release_at_payoff", &pack.release_at_payoff, says);
    rules.maybe("restoration", &pack.restoration, restoration);
}

pub fn release(terms: &Release) -> String {
    let within = terms
        .within
        .map(|span| format!("at the latest within {}", time(span)));
    let also = (!terms.also_on.is_empty()).then(|| format!("also on {}", list(&terms.also_on, "")));
    let duties = (!terms.duties.is_empty()).then(|| list(&terms.duties, ""));
    let carrier = terms.carrier_unlock_within;
    let carrier = carrier.map(|span| format!("carrier unlock within {} of asking", time(span)));
    let at_once = Some("nothing owed releases at once".to_string());
    joined([at_once, within, also, duties, carrier])
}

pub fn restoration(terms: &Restoration) -> String {
    let within = format!("within {} of the payment", time(terms.within));
    let then = terms.compensation_an_hour;
    let then = then.map(|sum| format!("then {sum} {} an hour", sum.currency()));
    let suffices = terms.suffices.map(|word| format!("{word} suffice"));
    let code = terms
        .offline_code
        .then(|| "also by an offline code".to_string());
    joined([Some(within), then, suffices, code])
}

pub fn gates<'p>(pack: &'p Pack, rules: &mut List<'p>) {
    rules.maybe("applies", &pack.applies, applies);
    let names: Vec<&str> = pack.products.value.iter().map(|p| p.name()).collect();
    rules.add("products", &pack.products, list(&names, "all products"));
    rules.add("consent", &pack.consent, consent(&pack.consent.value));
    let dues = &pack.device_link.value;
    let not_for = (!dues.is_empty()).then(|| format!("not for {}", list(dues, "")));
    let own = "an accepted charter, on the device this loan bought".to_string();
    rules.add(
        "device_link",
        &pack.device_link,
        joined([Some(own), not_for]),
    );
}

pub fn applies(scope: &Applies) -> String {
    let only = |what: &str, words: String| {
        let some = !words.is_empty();
        some.then(|| format!("{what} {words}"))
    };
    let signed = between(scope.signed_from, scope.signed_until);
    joined([
        only("goods", list(&scope.goods, "")),
        only("creditor", list(&scope.creditors, "")),
        only("borrower", list(&scope.borrowers, "")),
        only("payments", list(&scope.frequencies, "")),
        signed.map(|days| format!("signed {days}")),
    ])
}

pub fn consent(terms: &ConsentTerms) -> String {
    let base = "a separate signature and an acknowledged copy".to_string();
    let bold = if terms.bold { ", bold" } else { "" };
    let some = |words: &str, what: &str| (!words.is_empty()).then(|| format!("{what} {words}"));
    joined([
        Some(base),
        terms.timing.map(|word| word.to_string()),
        some(&list(&terms.contains, ""), "says"),
        terms
            .min_type_points
            .map(|points| format!("at least {points} points{bold}")),
        some(&list(&terms.languages, ""), "in"),
        terms
            .optional
            .then(|| "credit may not depend on it".to_string()),
        terms.withdrawal.map(|word| format!("withdrawal {word}")),
    ])
}

pub fn status<'p>(pack: &'p Pack, rules: &mut List<'p>) {
    rules.add(
        "legal_status",
        &pack.legal_status,
        pack.legal_status.value.name(),
    );
    rules.each("litigation", &pack.litigation, |note| {
        format!("{}: {}", note.state, note.says)
    });
    rules.each("court_order", &pack.court_orders, court_order);
    rules.maybe("creditors", &pack.creditors, |kinds| {
        format!("only {} may limit", list(kinds, "nobody"))
    });
    rules.maybe("licence", &pack.licence, |licence| {
        let by = list(&licence.needed_by, "every creditor");
        format!("{} approves first, for {by}", licence.regulator)
    });
}

pub fn court_order(order: &CourtOrder) -> String {
    let products: Vec<&str> = order.products.iter().map(|p| p.name()).collect();
    let products = (!products.is_empty()).then(|| format!("for {}", list(&products, "")));
    joined([
        Some(format!(
            "{} binds {}",
            order.court,
            list(&order.parties, "")
        )),
        products,
        between(Some(order.from), order.until),
    ])
}

pub fn phone<'p>(pack: &'p Pack, rules: &mut List<'p>) {
    let actuation = &pack.actuation;
    rules.maybe("max_level", &actuation.max_level, |level| {
        format!("no higher than {level}")
    });
    rules.maybe("graduated", &actuation.graduated, |()| {
        "level by level, none left out".to_string()
    });
    phone_kept(pack, rules);
}

/// What the agent, the platform and the lender see to.
pub fn phone_kept<'p>(pack: &'p Pack, rules: &mut List<'p>) {
    let actuation = &pack.actuation;
    rules.maybe("not_in_use", &actuation.not_during, |uses| {
        format!("nothing begins during {}", list(uses, ""))
    });
    rules.maybe("safety_bar", &actuation.safety_bar, |()| {
        "nothing begins where harm is foreseeable".to_string()
    });
    rules.maybe("never_restrict", &pack.never_restrict, |kept| {
        list(kept, "")
    });
    rules.maybe("platform_keeps", &pack.platform_keeps, |kept| {
        list(kept, "")
    });
}

pub fn pass<'p>(pack: &'p Pack, rules: &mut List<'p>) {
    rules.maybe("emergency_pass", &pack.pass, |pass| {
        let (lasts, once_in) = (time(pass.lasts), time(pass.once_in));
        let starts = pass.starts.map(|word| format!("from the {word}"));
        joined([Some(format!("{lasts} long, once in {once_in}")), starts])
    });
}
