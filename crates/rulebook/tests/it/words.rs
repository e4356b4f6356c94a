//! Every rule in words, as `fairlock rules show` prints it and a lawyer reads it: of the example of
//! docs/rules.md, which has every kind.

use fairlock_rulebook::{pack, rules_of};

use super::format::example;

const SAID: &[(&str, &str)] = &[
    (
        "release_at_payoff",
        "nothing owed releases at once; at the latest within 24 hours; also on early_settlement; lift_restrictions, remove_agent, carrier_unlock; carrier unlock within 24 hours of asking",
    ),
    (
        "restoration",
        "within 1 hour of the payment; then 10.00 EUR an hour; arrears suffice; also by an offline code",
    ),
    (
        "applies",
        "goods consumer_goods; creditor bank, operator; borrower consumer; payments weekly, other; signed from 2026-01-01 to 2030-12-31",
    ),
    ("products", "purchase_loan, lease"),
    (
        "consent",
        "a separate signature and an acknowledged copy; by_signature; says remote_limits, cure_period, restoration; at least 10 points, bold; in contract, en; credit may not depend on it; withdrawal ends_the_right",
    ),
    (
        "device_link",
        "an accepted charter, on the device this loan bought; not for cross_default, add_ons",
    ),
    ("legal_status", "conditional"),
    (
        "litigation_appeal",
        "filed: A consumer body asks the court to annul s.7.",
    ),
    (
        "court_order_first",
        "Example Court binds Acme Mobile; for lease; from 2026-03-01 to 2027-03-01",
    ),
    ("creditors", "only bank, operator may limit"),
    ("licence", "Example Regulator approves first, for operator"),
    ("max_level", "no higher than lock"),
    ("graduated", "level by level, none left out"),
    ("not_in_use", "nothing begins during call, emergency"),
    ("safety_bar", "nothing begins where harm is foreseeable"),
    (
        "never_restrict",
        "emergency_calls, incoming_calls, internet",
    ),
    ("platform_keeps", "emergency_calls, settings, keyboard"),
    (
        "holds",
        "while one lasts no level rises; its law names dispute, hardship, insolvency",
    ),
    ("dispute_answer", "answered within 14 days"),
    ("answer_hardship", "hardship answered within 20 days"),
    ("recheck", "the ledger is read at most 15 minutes before"),
    ("min_days_past_due_remind", "remind from 1 day past due"),
    ("min_days_past_due", "reduce from 30 days past due"),
    (
        "min_days_in_default",
        "reduce from 20 business days (10 for weekly payers) in default",
    ),
    ("min_days_past_due_lock", "lock from 60 days past due"),
    ("min_days_in_default_lock", "lock from 40 days in default"),
    (
        "notice_default",
        "for reduce; from 10 days past due; then 10 business days; 1 channel, served; counts for 90 days; again when its amount changes; form prescribed; says amount, breach, remedy, cure_date; in contract",
    ),
    (
        "notice_final",
        "for lock; after 7 days at reduce; then 10 days, 120 hours for weekly payers; 2 channels, delivered",
    ),
    ("business_days", "Mon Tue Wed Thu Fri, no holiday"),
    ("payment_cut_off", "money up to 16:00 counts for the day"),
    (
        "contact_hours",
        "08:00-19:00 Mon Tue Wed Thu Fri, no holiday",
    ),
    (
        "window",
        "reduce begins 09:00-16:00 Mon Tue Wed Thu, no holiday, no day before one",
    ),
    (
        "window_lock",
        "lock begins 09:00-12:00 Mon Tue, no holiday, no day before one",
    ),
    ("at_reduce_for", "lock after 14 days at reduce"),
    (
        "approval",
        "lock after a person's approval, which counts for 7 days",
    ),
    (
        "emergency_pass",
        "48 hours long, once in 30 days; from the request",
    ),
    (
        "collection_hours_week",
        "07:00-19:00 Mon Tue Wed Thu Fri, no holiday",
    ),
    ("collection_hours_saturday", "08:00-15:00 Sat, no holiday"),
    ("contact_cap_daily", "at most 1 a day (any)"),
    ("contact_cap_calls", "at most 7 in any 7 days (calls)"),
    (
        "cool_off",
        "after a conversation no contact (calls) for 7 days",
    ),
    ("one_channel_a_week", "one channel in a week"),
    ("liable_persons_only", "only who is liable"),
    (
        "authorised_channels_only",
        "only channels that the person allowed",
    ),
    ("opt_out", "of email, sms"),
    ("not_during", "no contact during bereavement"),
    (
        "data_limits",
        "never contacts, media, call_logs; nothing to others",
    ),
    (
        "location",
        "locating counts as limiting; with its own consent; for repossession",
    ),
    ("fees", "none for install, lock, unlock"),
    ("honesty", "never unlawful_action, unintended_action"),
    (
        "message_limits",
        "lock page 350 characters; reminder 500 characters; banner 200 characters",
    ),
    (
        "complaints",
        "answered within 24 hours; hard ones within 48 hours; then Example Ombudsman",
    ),
    (
        "records_installer",
        "device_ids, consents; at least 3 years; at most 6 years; from installation; for the regulator",
    ),
    ("penalty_first", "A first offence.; at most 10000.00 EUR"),
    ("continuity", "opens after 72 hours of silence"),
    ("policy", "a lender may only be softer"),
];

#[test]
fn every_kind_of_rule_is_said_in_words() {
    let pack = pack::read("docs/rules.md", example()).unwrap_or_else(|e| panic!("{e}"));
    let rules = rules_of(&pack);
    for (rule, (name, says)) in rules.iter().zip(SAID) {
        assert_eq!((rule.name.as_str(), rule.says.as_str()), (*name, *says));
    }
    assert_eq!(rules.len(), SAID.len());
}

/// The same kinds with other values: what is left out isn't said, and one is one.
#[test]
fn what_a_rule_leaves_out_is_not_said() {
    let table = [
        (
            "also_on = [\"early_settlement\"]\n",
            "",
            "release_at_payoff",
            "nothing owed releases at once; at the latest within 24 hours; lift_restrictions",
        ),
        (
            "suffices = \"arrears\"",
            "suffices = \"balance\"",
            "restoration",
            "within 1 hour of the payment; then 10.00 EUR an hour; balance suffice",
        ),
    ];
    for (what, with, name, says) in table {
        assert!(example().contains(what), "{what}");
        let changed = example().replacen(what, with, 1);
        let pack = pack::read("docs/rules.md", &changed).unwrap_or_else(|e| panic!("{e}"));
        let rules = rules_of(&pack);
        let rule = rules.iter().find(|rule| rule.name == name);
        let said = &rule.unwrap_or_else(|| panic!("{name}")).says;
        assert!(said.starts_with(says), "{said}");
    }
}
