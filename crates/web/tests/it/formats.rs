//! Money, days, instants and spans, as people read them.

use fairlock_domain::calendar::{Instant, Zone};
use fairlock_domain::money::{Currency, Money};
use fairlock_web::Texts;
use fairlock_web::view::Place;

use crate::sample::{at, day, money, nairobi};

fn texts() -> Texts {
    Texts::english().expect("the English catalogues")
}

fn check_money(code: &str, amount: &str, expected: &str) {
    assert_eq!(
        texts().money(money(code, amount)),
        expected.replace(' ', "\u{a0}"),
        "{code} {amount}"
    );
}

#[test]
fn money_has_its_code_first_and_exactly_its_decimals() {
    check_money("KES", "1500.00", "KES 1,500.00");
    check_money("KES", "0.00", "KES 0.00");
    check_money("KES", "0.05", "KES 0.05");
    check_money("UGX", "55000", "UGX 55,000");
    check_money("KWD", "12.500", "KWD 12.500");
    check_money("JPY", "1500", "JPY 1,500");
    check_money("KES", "9999999999999.99", "KES 9,999,999,999,999.99");
    // CLDR 48 gives these no decimals; ISO 4217 gives them two.
    for code in ["COP", "HUF", "IDR", "PKR"] {
        check_money(code, "1500.00", &format!("{code} 1,500.00"));
    }
}

#[test]
fn every_currency_keeps_its_own_decimals() {
    let texts = texts();
    for currency in Currency::all() {
        let shown = texts.money(Money::new(123_456_789, currency));
        let decimals = shown.rsplit_once('.').map_or(0, |(_, d)| d.len());
        assert_eq!(decimals, usize::from(currency.exponent()), "{shown}");
    }
}

#[test]
fn less_than_zero_has_a_minus_and_no_brackets() {
    let currency = Currency::from_code("KES").expect("KES");
    assert_eq!(
        texts().money(Money::new(-150_000, currency)),
        "KES\u{a0}\u{2212}1,500.00"
    );
}

#[test]
fn days_have_the_month_as_a_word() {
    assert_eq!(
        texts().day(day("2026-03-10")),
        "Tue 10 Mar 2026".replace(' ', "\u{a0}")
    );
}

fn check_instant(place: &Place, at: Instant, expected: &str) {
    let shown = texts().instant(at, place).replace('\u{a0}', " ");
    assert_eq!(shown, expected);
}

#[test]
fn instants_name_their_zone_and_its_offset() {
    let noon = at("2026-03-10", 14, 2);
    check_instant(&nairobi(), noon, "10 Mar 2026, 14:02 Nairobi time (UTC+3)");
    let kolkata = Place::new(
        "Asia/Kolkata",
        Zone::new(vec![(Instant::from_unix_seconds(0), 330)]),
    );
    check_instant(&kolkata, noon, "10 Mar 2026, 16:32 Kolkata time (UTC+5:30)");
    let sao_paulo = Place::new(
        "America/Sao_Paulo",
        Zone::new(vec![(Instant::from_unix_seconds(0), -180)]),
    );
    check_instant(
        &sao_paulo,
        noon,
        "10 Mar 2026, 08:02 Sao Paulo time (UTC\u{2212}3)",
    );
}

#[test]
fn spans_say_what_matters() {
    let t = texts();
    let cases: [(u64, &str); 7] = [
        (0, "0 s"),
        (59, "59 s"),
        (250, "4 min 10 s"),
        (3_600, "1 h"),
        (86_400, "1 day"),
        (183_600, "2 days 3 h"),
        (172_830, "2 days"),
    ];
    for (seconds, expected) in cases {
        assert_eq!(t.span(seconds), expected, "{seconds} s");
    }
    let real: [(u64, &str); 5] = [
        (8, "8 ms"),
        (812, "812 ms"),
        (4_020, "4.0 s"),
        (1_250, "1.3 s"),
        (61_000, "1 min 1 s"),
    ];
    for (ms, expected) in real {
        assert_eq!(t.span_ms(ms), expected, "{ms} ms");
    }
}
