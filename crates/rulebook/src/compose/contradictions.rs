//! What packs can't mean together.

use fairlock_domain::rules::listing::words::{list, window};
use fairlock_domain::rules::{Cited, Function, Level, Pack, Window};

use super::merge::both;
use super::{Contradiction, Origin};

/// Every contradiction between these packs.
pub fn of(packs: &[&Pack]) -> Vec<Contradiction> {
    let mut found = Vec::new();
    no_common_hours(packs, &mut found);
    nothing_permitted(packs, &mut found);
    beyond_the_platform(packs, &mut found);
    records_kept_and_deleted(packs, &mut found);
    found
}

fn origin<T>(pack: &Pack, rule: &Cited<T>, says: String) -> Origin {
    Origin {
        pack: pack.id.clone(),
        number: rule.number,
        says,
    }
}

/// A pack's window.
type Hours<'p> = (&'p Pack, &'p Cited<Window>);

/// Windows of one level, or contact hours, that are never open together.
fn no_common_hours(packs: &[&Pack], found: &mut Vec<Contradiction>) {
    let level = |level| {
        packs
            .iter()
            .filter_map(move |p| Some((*p, p.window(level)?)))
    };
    let contact = packs.iter().map(|pack| (*pack, &pack.contact));
    let all: [(&str, Vec<Hours>); 3] = [
        ("reduce could ever begin", level(Level::Reduce).collect()),
        ("lock could ever begin", level(Level::Lock).collect()),
        ("a notice may be served", contact.collect()),
    ];
    for (what, windows) in all {
        let common = windows.iter().map(|(_, rule)| rule.value).reduce(both);
        let open = common.is_none_or(|common| {
            common.from_minute < common.to_minute && common.days.weekdays.0 != 0
        });
        if !open {
            let rules = windows.iter();
            let rules = rules.map(|(pack, rule)| origin(pack, rule, window(&rule.value)));
            found.push(Contradiction {
                what: format!("no hour at which {what}"),
                rules: rules.collect(),
            });
        }
    }
}

/// A product or a creditor that one pack takes and another doesn't, until none is left.
fn nothing_permitted(packs: &[&Pack], found: &mut Vec<Contradiction>) {
    let products = packs.iter().filter(|p| !p.products.value.is_empty());
    let products: Vec<_> = products.map(|p| (*p, &p.products)).collect();
    none_in_common("no product that all take", &products, found);
    let creditors = packs
        .iter()
        .filter_map(|p| Some((*p, p.creditors.as_ref()?)));
    none_in_common(
        "no creditor that all let limit",
        &creditors.collect::<Vec<_>>(),
        found,
    );
}

fn none_in_common<W: PartialEq + std::fmt::Display>(
    what: &str,
    rules: &[(&Pack, &Cited<Vec<W>>)],
    found: &mut Vec<Contradiction>,
) {
    let Some((_, first)) = rules.first() else {
        return;
    };
    let shared = |word: &W| rules.iter().all(|(_, rule)| rule.value.contains(word));
    if !first.value.iter().any(shared) {
        let rules = rules.iter();
        let rules = rules.map(|(pack, rule)| origin(pack, rule, list(&rule.value, "")));
        found.push(Contradiction {
            what: what.to_string(),
            rules: rules.collect(),
        });
    }
}

/// A law protects what a platform, at its strongest, doesn't keep.
fn beyond_the_platform(packs: &[&Pack], found: &mut Vec<Contradiction>) {
    let platforms = || {
        packs
            .iter()
            .filter_map(|p| Some((*p, p.platform_keeps.as_ref()?)))
    };
    for (platform, keeps) in platforms() {
        for pack in packs {
            let Some(protects) = &pack.never_restrict else {
                continue;
            };
            let lost = protects.value.iter().filter(|f| !keeps.value.contains(f));
            let lost: Vec<Function> = lost.copied().collect();
            if !lost.is_empty() {
                found.push(Contradiction {
                    what: format!("the platform doesn't keep {}", list(&lost, "")),
                    rules: vec![
                        origin(pack, protects, list(&protects.value, "")),
                        origin(platform, keeps, list(&keeps.value, "")),
                    ],
                });
            }
        }
    }
}

/// One pack wants records kept longer than another allows.
fn records_kept_and_deleted(packs: &[&Pack], found: &mut Vec<Contradiction>) {
    let all = || {
        packs
            .iter()
            .flat_map(|p| p.records.iter().map(move |r| (*p, &r.rule)))
    };
    for (keeper, keeps) in all() {
        for (deleter, deletes) in all() {
            let (Some(least), Some(most)) = (keeps.value.at_least, deletes.value.at_most) else {
                continue;
            };
            let shared = keeps
                .value
                .kinds
                .iter()
                .find(|k| deletes.value.kinds.contains(k));
            let same_start = keeps.value.from == deletes.value.from;
            if let (Some(kind), true, true) = (shared, same_start, least.in_days() > most.in_days())
            {
                let says = |what: &str, keep| format!("{what} {keep}");
                found.push(Contradiction {
                    what: format!("no time for which {kind} are kept"),
                    rules: vec![
                        origin(keeper, keeps, says("at least", least)),
                        origin(deleter, deletes, says("at most", most)),
                    ],
                });
            }
        }
    }
}
