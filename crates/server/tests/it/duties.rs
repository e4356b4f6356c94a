//! The phone back in time: what the lender owed is counted from what is stored, stands in the
//! evidence, and follows from the phone's own signed words.

use fairlock_domain::duties::Limited;
use fairlock_domain::money::Money;
use fairlock_protocol::Level;
use fairlock_protocol::channel::Frame;
use fairlock_rulebook::{Rulebook, builtin_texts};
use fairlock_server::duties;
use fairlock_server::evidence::check::{Check, check};
use fairlock_server::evidence::collect::{Wanted, collect};
use fairlock_server::evidence::{Items, archive};

use crate::device::rig::{IMEI, LENDER, Line, Phone, Site, at, contract, waived};

/// The sandbox with India's model: within an hour, then INR 250 for each hour begun.
fn with_indias_model() -> Rulebook {
    let rule = "\n[restoration]\nwithin = \"1 hour\"\ncompensation_an_hour = \"250.00 INR\"\n\
                number = 190\ncitation = \"As in India's draft.\"\nurl = \"x\"\n\
                confidence = \"fictional\"\nseen_on = \"2026-11-22\"\n";
    let texts: Vec<(&str, String)> = builtin_texts()
        .iter()
        .map(|(file, text)| match *file {
            "packs/sandbox/pack.toml" => (*file, format!("{text}{rule}")),
            _ => (*file, (*text).to_string()),
        })
        .collect();
    let texts = texts.iter().map(|(file, text)| (*file, text.as_str()));
    Rulebook::from_texts(texts).expect("packs that can be read")
}

/// The phone says that it has this level, whatever its grant says.
async fn says(site: &Site, line: &mut Line, phone: &mut Phone, level: Level) {
    let mut report = phone.report(site.now());
    report.level = level;
    let counter = report.counter;
    line.send(&Frame::Report(phone.sign(&report))).await;
    assert_eq!(line.next_but_display().await, Some(Frame::Ack { counter }));
}

fn owed(site: &Site) -> Vec<Limited> {
    let shared = site.running.shared();
    let known = site.store.facts(LENDER, "C-1001").unwrap().unwrap();
    let packs: Vec<&str> = known.packs.iter().map(String::as_str).collect();
    let rules = shared.rulebook.rules_for(&packs).unwrap();
    let packs = duties::of_contract(&site.store, LENDER, "C-1001", &rules, site.now()).unwrap();
    packs.into_iter().flat_map(|own| own.given_back).collect()
}

fn evidence(site: &Site) -> Items {
    let shared = site.running.shared();
    let wanted = Wanted {
        store: &site.store,
        lender: LENDER,
        rulebook: &shared.rulebook,
        contract_id: "C-1001",
        at: site.now(),
        program: "a test",
    };
    collect(&wanted).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_stays_limited_after_the_money_costs_each_hour_begun_after_the_deadline() {
    let fill = |store: &fairlock_storage::Store, _: &Rulebook, now| {
        let contracts = vec![contract("C-1001", IMEI)];
        store.import_contracts(LENDER, contracts, now).unwrap();
    };
    let site = Site::start_with(with_indias_model(), fill).await;
    let mut phone = Phone::enrol(&site).await;
    let mut line = Line::enter(&site, &mut phone).await;
    // Past due, and limited by the phone's own word; paid at 10:00.
    site.clock_moves("2026-02-11T00:00:00+03:00");
    phone.take(&line.grant().await, site.now());
    says(&site, &mut line, &mut phone, Level::Reduce).await;
    site.clock_moves("2026-02-11T10:00:00+03:00");
    site.happens("C-1001", waived(150_000));
    phone.take(&line.grant().await, site.now());
    assert_eq!(owed(&site)[0].hours_late, 0, "an hour is given");
    site.clock_moves("2026-02-11T13:30:00+03:00");
    let open = owed(&site)[0];
    assert_eq!((open.until, open.hours_late), (None, 3));
    // Free by its own word at 14:00: 3 hours after 11:00.
    site.clock_moves("2026-02-11T14:00:00+03:00");
    says(&site, &mut line, &mut phone, Level::Free).await;
    site.clock_moves("2026-02-12T09:00:00+03:00");
    let closed = owed(&site);
    assert_eq!(closed.len(), 1);
    assert_eq!(closed[0].until, Some(at("2026-02-11T14:00:00+03:00")));
    assert_eq!(closed[0].hours_late, 3);
    assert_eq!(closed[0].compensation.map(Money::minor), Some(75_000));
    site.running.quiet().await;

    let items = evidence(&site);
    let table = String::from_utf8(items["duties.json"].clone()).unwrap();
    assert!(
        table.contains("\"750.00\"") && table.contains("\"INR\""),
        "{table}"
    );
    let broken = |items: &Items| {
        let found = check(items, &mut |_, _| {});
        found.broken.iter().any(|b| b.check == Check::Duties)
    };
    assert!(
        !broken(&items),
        "{:?}",
        check(&items, &mut |_, _| {}).broken
    );
    for (from, to) in [
        ("750.00", "500.00"),
        ("\"hours_late\": 3", "\"hours_late\": 2"),
    ] {
        let mut forged = items.clone();
        forged.insert(
            "duties.json".into(),
            table.replacen(from, to, 1).into_bytes(),
        );
        archive::seal(&mut forged);
        assert!(broken(&forged), "{from} to {to}");
    }
    let mut left_out = items.clone();
    left_out.insert("duties.json".into(), b"[]\n".to_vec());
    archive::seal(&mut left_out);
    assert!(broken(&left_out), "a claim left out");
}
