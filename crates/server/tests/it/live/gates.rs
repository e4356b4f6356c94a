//! Status gates over stored contracts: from the contract's file through the plan to what is signed.

use fairlock_domain::rules::Level;
use fairlock_protocol::Level as Wire;

use super::land::{Land, approval, clearance, law, with};
use crate::device::rig::LENDER;
use fairlock_server::permits::Kind;

const ACME: (&str, &str) = ("Acme Mobile", "operator");
const BANK: (&str, &str) = ("Better Bank", "bank");
const NOBODY: (&str, &str) = ("", "");

/// Lives February; plan, signed grants and charter all come to the expected level and no further.
async fn check(law: &str, creditor: (&str, &str), permits: &[(Kind, String)], expected: Level) {
    let land = Land::settled(law, creditor, permits).await;
    let wire = match expected {
        Level::Lock => Wire::Lock,
        Level::Remind => Wire::Remind,
        other => panic!("{other} isn't asked for here"),
    };
    assert_eq!(land.phone.charter.highest, wire, "the charter");
    assert_eq!(land.lived().await, expected, "the plan");
    assert_eq!(land.reached(), wire, "the grants");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_law_that_permits_leads_to_its_highest_level() {
    for status in ["permitted", "conditional"] {
        check(&law(status), ACME, &[], Level::Lock).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_law_that_forbids_or_is_not_settled_only_reminds() {
    for status in ["prohibited", "pending", "unclear", "notices_only"] {
        check(&law(status), ACME, &[], Level::Remind).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn counsel_limits_only_with_a_clearance() {
    let counsel = law("counsel");
    check(&counsel, ACME, &[], Level::Remind).await;
    let cleared = [clearance("2026-01-01", "2026-12-31", "")];
    check(&counsel, ACME, &cleared, Level::Lock).await;
    let over = [clearance("2025-01-01", "2026-01-09", "")];
    check(&counsel, ACME, &over, Level::Remind).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_a_clearance_ends_the_plan_caps_and_the_phone_is_told() {
    let cleared = [clearance("2026-01-01", "2026-02-14", "")];
    let land = Land::settled(&law("counsel"), ACME, &cleared).await;
    assert_eq!(land.phone.charter.highest, Wire::Lock);
    land.until("11 00:00", None).await;
    land.until("11 09:00", Some("first")).await;
    land.until("13 08:00", None).await;
    land.until("13 09:00", Some("final")).await;
    land.until("14 23:59", None).await;
    // `lock` could begin on the 17th at the earliest: no grant ever carries it.
    assert_eq!(
        (land.planned(), land.newest()),
        (Level::Reduce, Wire::Reduce)
    );
    assert_eq!(
        land.saw("legal_status"),
        "met: counsel, cleared by J. Hale from 2026-01-01 to 2026-02-14, opinion c0ffee00c0ffee00"
    );
    land.until("15 00:00", None).await;
    assert_eq!(
        (land.planned(), land.newest()),
        (Level::Remind, Wire::Remind)
    );
    assert_eq!(
        land.saw("legal_status"),
        "blocked: counsel, at most remind; cleared by J. Hale from 2026-01-01 to 2026-02-14, \
         opinion c0ffee00c0ffee00, not on 2026-02-15"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clearance_that_is_withdrawn_ends_on_its_day_and_both_stay_on_file() {
    let cleared = [clearance("2026-01-01", "2026-12-31", "")];
    let land = Land::settled(&law("counsel"), ACME, &cleared).await;
    assert_eq!(land.lived().await, Level::Lock);
    let recorded = land
        .permit(clearance("2026-01-01", "2026-12-31", "2026-02-17"))
        .await;
    assert_eq!((recorded.added, recorded.withdrawn), (0, 1));
    assert_eq!(
        (land.planned(), land.newest()),
        (Level::Remind, Wire::Remind)
    );
    let permits = land.site.store.permits(LENDER).unwrap();
    assert_eq!(permits.len(), 1);
    let withdrawn = permits[0].withdrawn.expect("withdrawn");
    assert!(withdrawn.recorded_at < land.site.now());
    assert_eq!(permits[0].permit.until().unwrap().to_string(), "2026-12-31");
}

/// What the borrower signed before the clearance stays the most that this phone ever does.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_enrolled_before_the_clearance_is_capped_by_its_charter() {
    let land = Land::settled(&law("counsel"), ACME, &[]).await;
    assert_eq!(land.phone.charter.highest, Wire::Remind);
    let cleared = clearance("2026-01-01", "2026-12-31", "");
    assert_eq!(land.permit(cleared).await.added, 1);
    assert_eq!(land.lived().await, Level::Lock, "the engine may");
    assert_eq!(land.reached(), Wire::Remind, "the phone never does");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_court_order_binds_its_parties_and_whoever_is_not_known() {
    let keys = "id = \"first\"\ncourt = \"Land Court\"\nparties = [\"ACME mobile\"]\n\
                from = \"2026-01-05\"";
    let ordered = with(law("permitted"), "[[court_orders]]", keys);
    check(&ordered, ACME, &[], Level::Remind).await;
    check(&ordered, NOBODY, &[], Level::Remind).await;
    check(&ordered, BANK, &[], Level::Lock).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_court_order_that_comes_later_frees_the_phones_of_its_parties() {
    let keys = "id = \"first\"\ncourt = \"Land Court\"\nparties = [\"Acme Mobile\"]\n\
                from = \"2026-02-18\"";
    let ordered = with(law("permitted"), "[[court_orders]]", keys);
    let land = Land::settled(&ordered, ACME, &[]).await;
    assert_eq!(land.lived().await, Level::Lock);
    land.until("18 00:00", None).await;
    assert_eq!(
        (land.planned(), land.newest()),
        (Level::Remind, Wire::Remind)
    );
    let saw = land.saw("court_order_first");
    assert!(
        saw.starts_with("blocked: Acme Mobile (operator); "),
        "{saw}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_regulator_s_approval_is_needed_by_those_whom_the_law_names() {
    let keys = "regulator = \"Land Regulator\"\nneeded_by = [\"operator\"]";
    let licensed = with(law("permitted"), "[licence]", keys);
    check(&licensed, ACME, &[], Level::Remind).await;
    check(&licensed, NOBODY, &[], Level::Remind).await;
    check(&licensed, BANK, &[], Level::Lock).await;
    let approved = [approval("2026-01-01", "")];
    check(&licensed, ACME, &approved, Level::Lock).await;
    let land = Land::settled(&licensed, ACME, &[approval("2026-01-01", "2026-02-17")]).await;
    assert_eq!(land.lived().await, Level::Lock);
    assert_eq!(
        land.saw("licence"),
        "met: Acme Mobile (operator); approval of Land Regulator on file \
         (LR 17/4 from 2026-01-01 to 2026-02-17), needed by operator"
    );
    land.until("18 00:00", None).await;
    assert_eq!(
        (land.planned(), land.newest()),
        (Level::Remind, Wire::Remind)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn only_creditors_whom_the_law_names_may_limit() {
    let named = with(law("permitted"), "[creditors]", "may_limit = [\"bank\"]");
    check(&named, BANK, &[], Level::Lock).await;
    check(&named, ACME, &[], Level::Remind).await;
    check(&named, NOBODY, &[], Level::Remind).await;
}

/// Default begins after the contract's four days of grace, so `reduce` comes four days later.
#[tokio::test(flavor = "multi_thread")]
async fn the_contract_s_days_of_grace_count() {
    let keys = "days = 3";
    let law = with(law("permitted"), "[reduce.min_days_in_default]", keys);
    let land = Land::settled(&law, ACME, &[]).await;
    land.until("11 00:00", None).await;
    land.until("11 09:00", Some("first")).await;
    land.until("16 12:00", None).await;
    assert_eq!(land.planned(), Level::Remind);
    land.until("17 08:00", None).await;
    assert_eq!(land.planned(), Level::Reduce);
}

/// A law about other goods, or other borrowers, adds nothing: alone it never limits.
#[tokio::test(flavor = "multi_thread")]
async fn a_law_about_other_contracts_adds_nothing() {
    for keys in ["goods = [\"motor_vehicle\"]", "borrowers = [\"business\"]"] {
        let law = with(law("permitted"), "[applies]", keys);
        let land = Land::settled(&law, ACME, &[]).await;
        assert_eq!(land.lived().await, Level::Free, "{keys}");
        assert_eq!(land.reached(), Wire::Free, "{keys}");
    }
    let keys =
        "goods = [\"consumer_goods\"]\nfrequencies = [\"other\"]\ncreditors = [\"operator\"]";
    check(
        &with(law("permitted"), "[applies]", keys),
        ACME,
        &[],
        Level::Lock,
    )
    .await;
}
