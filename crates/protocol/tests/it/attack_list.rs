//! The design's list of attacks, each beside the test that carries its name: nothing is missing,
//! and no test can be renamed or dropped in silence.

use std::fs;
use std::path::Path;

/// Attack, crate, file of its integration tests, test.
const ATTACKS: &[(&str, &str, &str, &str)] = &[
    (
        "forged signature",
        "protocol",
        "attacks",
        "forged_signature",
    ),
    (
        "another device's, lender's or type's object",
        "protocol",
        "attacks",
        "another_devices_lenders_or_types_object",
    ),
    (
        r#"("a","bc") against ("ab","c")"#,
        "protocol",
        "attacks",
        "parts_of_the_aad_do_not_run_together",
    ),
    ("wrong alg", "protocol", "attacks", "wrong_alg"),
    (
        "alg in the unprotected header",
        "protocol",
        "attacks",
        "alg_in_the_unprotected_header",
    ),
    (
        "unknown, revoked kid",
        "protocol",
        "attacks",
        "unknown_kid_and_revoked_kid",
    ),
    ("duplicate key", "protocol", "attacks", "duplicate_key"),
    (
        "non-minimal integer",
        "protocol",
        "attacks",
        "non_minimal_integer",
    ),
    (
        "indefinite length",
        "protocol",
        "attacks",
        "indefinite_length",
    ),
    ("trailing byte", "protocol", "attacks", "trailing_byte"),
    (
        "empty guards map",
        "protocol",
        "attacks",
        "empty_guards_map",
    ),
    ("old seq", "protocol", "attacks", "old_seq"),
    (
        "equal seq, tie to the looser",
        "protocol",
        "attacks",
        "equal_seq_tie_to_the_looser",
    ),
    ("seq jump 10,001", "protocol", "attacks", "seq_jump_10001"),
    (
        "seq burnt by RELAX, then a true unlock",
        "protocol",
        "attacks",
        "seq_burnt_by_relax_then_a_true_unlock",
    ),
    (
        "seq burnt, then floor_ksv",
        "protocol",
        "keysets",
        "seq_burnt_then_floor_ksv",
    ),
    (
        "true unlock at an equal seq with another ksv",
        "protocol",
        "attacks",
        "true_unlock_at_an_equal_seq_with_another_ksv",
    ),
    (
        "mixed grant at an equal seq still frees",
        "protocol",
        "attacks",
        "mixed_grant_at_an_equal_seq_still_frees",
    ),
    (
        "ladder signed by RELEASE with an earlier end",
        "protocol",
        "attacks",
        "ladder_signed_by_release_with_an_earlier_end",
    ),
    (
        "window and `before` stripped by re-signing a begun level",
        "protocol",
        "attacks",
        "window_and_before_stripped_by_re_signing_a_begun_level",
    ),
    (
        "step added by RELAX under a lowered level",
        "protocol",
        "attacks",
        "step_added_by_relax_under_a_lowered_level",
    ),
    (
        "lapse revived by contact",
        "protocol",
        "time_attacks",
        "lapse_revived_by_contact",
    ),
    (
        "lapse made later by delaying a step",
        "protocol",
        "attacks",
        "lapse_made_later_by_delaying_a_step",
    ),
    (
        "token set back, then an unlock",
        "protocol",
        "time_attacks",
        "token_set_back_then_an_unlock",
    ),
    (
        "lower bound above the upper",
        "protocol",
        "time_attacks",
        "lower_bound_above_the_upper",
    ),
    (
        "arrival forged while frozen",
        "protocol",
        "overlays",
        "arrival_forged_while_frozen",
    ),
    (
        "cap replaced by a higher n",
        "protocol",
        "overlays",
        "cap_replaced_by_a_higher_n",
    ),
    (
        "longer lapse in a cut grant",
        "protocol",
        "attacks",
        "longer_lapse_in_a_cut_grant",
    ),
    (
        "next notice pre-shown by RELAX",
        "protocol",
        "attacks",
        "next_notice_pre_shown_by_relax",
    ),
    (
        "unlock signed before a rotation",
        "protocol",
        "attacks",
        "unlock_signed_before_a_rotation",
    ),
    (
        "stale base cuts but frees",
        "protocol",
        "attacks",
        "stale_base_cuts_but_frees",
    ),
    ("future iat", "protocol", "attacks", "future_iat"),
    (
        "iat 2040 moves nothing",
        "protocol",
        "attacks",
        "iat_2040_moves_nothing",
    ),
    (
        "clock back and forward a year",
        "agent",
        "stories",
        "clock_back_and_forward_a_year",
    ),
    (
        "reboot every hour offline (a pass ends all the same)",
        "agent",
        "power",
        "reboot_every_hour_offline",
    ),
    (
        "drawer for 30 days, then offline: no lock",
        "protocol",
        "time_attacks",
        "drawer_for_30_days_then_offline_no_lock",
    ),
    (
        "state file restored",
        "agent",
        "power",
        "state_file_restored",
    ),
    (
        "state MAC broken is `free`",
        "agent",
        "power",
        "state_mac_broken_is_free",
    ),
    (
        "key set rolled back",
        "protocol",
        "keysets",
        "key_set_rolled_back",
    ),
    ("key set skipped", "protocol", "keysets", "key_set_skipped"),
    (
        "RELAX tightening by one second",
        "protocol",
        "attacks",
        "relax_tightening_by_one_second",
    ),
    (
        "guard stripped by RELAX",
        "protocol",
        "attacks",
        "guard_stripped_by_relax",
    ),
    (
        "lead shortened by 1 h",
        "protocol",
        "attacks",
        "lead_shortened_by_1_h",
    ),
    (
        "window widened by a minute",
        "protocol",
        "attacks",
        "window_widened_by_a_minute",
    ),
    (
        "end moved by RELAX",
        "protocol",
        "attacks",
        "end_moved_by_relax",
    ),
    (
        "lapse lengthened",
        "protocol",
        "attacks",
        "lapse_lengthened",
    ),
    (
        "payee in a grant",
        "protocol",
        "attacks",
        "payee_in_a_grant",
    ),
    ("missing warrant", "protocol", "attacks", "missing_warrant"),
    (
        "notice not shown, too young",
        "protocol",
        "time_attacks",
        "notice_not_shown_too_young",
    ),
    (
        "of a lower level",
        "protocol",
        "time_attacks",
        "notice_of_a_lower_level",
    ),
    (
        "id reused after 61 days",
        "protocol",
        "time_attacks",
        "id_reused_after_61_days",
    ),
    (
        "amount lowered keeps lead",
        "protocol",
        "time_attacks",
        "amount_lowered_keeps_lead",
    ),
    (
        "outside the window",
        "protocol",
        "time_attacks",
        "outside_the_window",
    ),
    (
        "window over midnight",
        "protocol",
        "attacks",
        "window_over_midnight",
    ),
    ("DST day", "protocol", "time_attacks", "dst_day"),
    (
        "step on a holiday",
        "protocol",
        "time_attacks",
        "step_on_a_holiday",
    ),
    (
        "`before` passed",
        "protocol",
        "time_attacks",
        "before_passed",
    ),
    (
        "ladder late: reduce and lock not together",
        "protocol",
        "attacks",
        "ladder_late_reduce_and_lock_not_together",
    ),
    (
        "charter exceeded",
        "protocol",
        "attacks",
        "charter_exceeded",
    ),
    (
        "charter below compiled limits",
        "protocol",
        "attacks",
        "charter_below_compiled_limits",
    ),
    (
        "old charter replayed",
        "protocol",
        "charters",
        "old_charter_replayed",
    ),
    (
        "silence too long",
        "protocol",
        "attacks",
        "silence_too_long",
    ),
    (
        "tokens pass, unlock dropped",
        "protocol",
        "time_attacks",
        "tokens_pass_unlock_dropped",
    ),
    (
        "`fresh` stands still for a day",
        "protocol",
        "time_attacks",
        "fresh_stands_still_for_a_day",
    ),
    (
        "lapse after 72 h of a dead server",
        "protocol",
        "time_attacks",
        "lapse_after_72_h_of_a_dead_server",
    ),
    (
        "contact after lapse doesn't lock",
        "protocol",
        "time_attacks",
        "contact_after_lapse_does_not_lock",
    ),
    ("end offline", "protocol", "time_attacks", "end_offline"),
    (
        "release followed by any grant",
        "protocol",
        "attacks",
        "release_followed_by_any_grant",
    ),
    (
        "paid grant with a bad last step unlocks",
        "protocol",
        "attacks",
        "paid_grant_with_a_bad_last_step_unlocks",
    ),
    (
        "pass over the window's end",
        "protocol",
        "time_attacks",
        "pass_over_the_windows_end",
    ),
    ("cap of 31 days", "protocol", "overlays", "cap_of_31_days"),
    ("cap freeze", "protocol", "overlays", "cap_freeze"),
    ("code replayed", "agent", "codes", "code_replayed"),
    ("code guessed", "agent", "codes", "code_guessed"),
    (
        "try counter across reboot",
        "agent",
        "codes",
        "try_counter_across_reboot",
    ),
    (
        "unlock by QR on a phone 10 days behind",
        "agent",
        "renew",
        "unlock_by_qr_on_a_phone_10_days_behind",
    ),
    (
        "unknown payload hash in a report",
        "signer",
        "signing",
        "a_phone_with_a_payload_that_nobody_signed_is_only_ever_freed",
    ),
];

#[test]
fn every_attack_has_a_test_with_its_name() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    for (attack, of, file, test) in ATTACKS {
        let path = crates
            .join(of)
            .join("tests/it")
            .join(file)
            .with_extension("rs");
        let source = fs::read_to_string(&path).expect("the sources of the tests");
        let head = format!("fn {test}(");
        let at = source.find(&head);
        let at = at.unwrap_or_else(|| panic!("{attack}: no {head} in {}", path.display()));
        let before = source[..at]
            .trim_end()
            .lines()
            .next_back()
            .unwrap_or_default();
        let runs = before.contains("#[test]") || before.starts_with("#[case");
        assert!(runs || before.starts_with("#[rstest"), "{attack}: {before}");
    }
    assert_eq!(ATTACKS.len(), 77);
}
