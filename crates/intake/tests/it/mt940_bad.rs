//! MT940 that can't be read: each is refused with its line, what stood there and what was expected.

use std::io::{Cursor, Read};

use fairlock_intake::{Format, detect, read, statement_json};
use rstest::rstest;

use crate::mt940_traps::message;
use crate::xml::refusal;

#[rstest]
#[case::a_day_that_no_calendar_has("260431C1,NTRFX", "a value date that exists")]
#[case::thirty_first_of_february("260231C1,NTRFX", "a value date that exists")]
#[case::month_13("261301C1,NTRFX", "a value date that exists")]
#[case::an_entry_date_that_is_none("2603020230C1,NTRFX", "an entry date that exists")]
#[case::no_date("C1,NTRFX", "a value date that exists")]
#[case::no_mark("2603020302X1,NTRFX", "a mark C, D, RC, RD, EC or ED")]
#[case::no_amount("2603020302CNTRFX", "an amount such as 1500,00")]
#[case::points("2603020302C12..34NTRFX", "an amount such as 1500,00")]
#[case::two_commas("2603020302C1,234,56NTRFX", "an amount such as 1500,00")]
#[case::thousands("2603020302C1.234,56NTRFX", "an amount such as 1500,00")]
#[case::negative("2603020302C-5,00NTRFX", "an amount such as 1500,00")]
#[case::nineteen_digits("2603020302C1000000000000000000,NTRFX", "an amount such as 1500,00")]
fn an_entry_that_can_t_be_read(#[case] line: &str, #[case] expected: &str) {
    let refused = refusal(message(&format!(":61:{line}")));
    assert!(refused.starts_with("line 5: found "), "{refused}");
    assert!(
        refused.contains(&format!("expected {expected}")),
        "{refused}"
    );
}

#[rstest]
#[case::no_mark("X260301KES1,")]
#[case::no_day("C260231KES1,")]
#[case::no_currency("C2603011,00")]
#[case::small_letters("C260301kes1,")]
#[case::no_amount("C260301KES")]
#[case::negative("C260301KES-1,")]
fn a_balance_that_can_t_be_read(#[case] balance: &str) {
    let refused = refusal(message("").replace("C260301KES1000,00", balance));
    assert!(refused.starts_with("line 4: found "), "{refused}");
    assert!(
        refused.contains("a balance such as C260302KES1500,00 in :60F:"),
        "{refused}"
    );
}

#[test]
fn a_message_has_one_account_one_number_and_one_closing() {
    let file = message(":61:260302C1,NTRFX\n:25:166?00GUTSCHRIFT");
    assert!(refusal(file).contains("expected \"KE1234567890\" again, or :25: once in a message"));
    let file = message(":28C:13/1");
    assert!(refusal(file).contains(":28C: once in a message"));
    let file = message(":62F:C260302KES1000,00");
    assert!(refusal(file).contains("expected one closing balance in a message"));
    let file = message(":62F:C260302KES1000,00\n:61:260302C1,NTRFX");
    assert!(refusal(file).contains("expected entries before the closing balance :62F:"));
}

#[rstest]
#[case::numbers("1\n2\n3\n")]
#[case::prose("Dear customer,\nyour account is fine.\n")]
#[case::only_text(":86:091\n-\n")]
#[case::only_bank_lines(":NS:\n")]
#[case::binary("\u{0}\u{1}\u{2}PK\u{3}\u{4}")]
fn what_is_no_message_is_refused(#[case] file: &str) {
    let refused = refusal(file);
    assert!(refused.contains("an MT940 or MT942 message"), "{refused}");
}

/// Cut anywhere, a message is refused or read up to an amount that stands there whole: never with
/// another amount, and without its closing balance nothing chains.
#[test]
fn a_message_that_is_cut_off_never_says_another_amount() {
    let whole = message(":61:2603020302C1234567,00NTRFX//B-1\n:86:RENT");
    let whole = whole.replace(":62F:C260302KES1000,00", ":62F:C260302KES1235567,00");
    let closing = whole.find(":62F:").unwrap();
    for cut in 0..whole.len() {
        let mut output = Vec::new();
        let file = &whole.as_bytes()[..cut];
        if statement_json(&mut Cursor::new(file), None, &mut output).is_err() {
            assert!(output.is_empty());
            continue;
        }
        let printed: serde_json::Value = serde_json::from_slice(&output).unwrap();
        for entry in printed["entries"].as_array().unwrap() {
            assert_eq!(entry["amount"], "1234567.00", "cut at {cut}");
        }
        if cut < closing + ":62F:C260302KES1235567".len() {
            assert_ne!(printed["balances_chain"], true, "cut at {cut}");
        }
    }
}

#[test]
fn a_wanted_format_refuses_the_other() {
    let statement = message("");
    let interim = ":20:A\n:25:1\n:34F:KES0,\n:61:260302C1,NTRFX\n-\n";
    let run = |file: &str, format| {
        let mut output = Vec::new();
        statement_json(&mut Cursor::new(file.as_bytes()), Some(format), &mut output).is_ok()
    };
    assert!(run(&statement, Format::Mt940) && run(interim, Format::Mt942));
    assert!(!run(&statement, Format::Mt942) && !run(interim, Format::Mt940));
    assert!(!run(&statement, Format::Camt) && !run("<Document/>", Format::Mt940));
    let detected = |file: &str| detect(&mut file.as_bytes());
    assert_eq!(detected(&statement), Ok(Format::Mt940));
    assert_eq!(detected(interim), Ok(Format::Mt942));
    assert_eq!(
        detected("{1:F01X}{2:O942X}{4:\n:20:A\n-}"),
        Ok(Format::Mt942)
    );
}

#[test]
fn utf16_is_text_too_and_half_a_character_is_none() {
    let text = message(":61:260302C1,NTRFX\n:86:\u{dc}ber");
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(
        crate::xml::value(&bytes, "/entries/0/remittance"),
        serde_json::json!("\u{dc}ber")
    );
    let at = bytes.len() - 6;
    bytes[at..at + 2].copy_from_slice(&[0x00, 0xd8]);
    assert!(refusal(&bytes).contains("expected text in UTF-16LE"));
}

#[test]
fn lines_fields_and_files_have_limits() {
    let long = "X".repeat(70 * 1024);
    let refused = refusal(message(&format!(":61:260302C1,NTRFX\n:86:{long}")));
    assert!(refused.contains("a line of more than 64 KiB"), "{refused}");
    let lines = format!("{}\n", "X".repeat(60)).repeat(1200);
    let refused = refusal(message(&format!(":61:260302C1,NTRFX\n:86:{lines}")));
    assert!(refused.contains("a field of more than 64 KiB"), "{refused}");
    let mut start = message("").into_bytes();
    start.push(b'\n');
    let mut file = start.as_slice().chain(Addresses);
    let refused = read(&mut file, None, &mut |_, _| {}).err().unwrap();
    assert_eq!(refused.found, "more than 64 MiB");
}

/// Lines between messages without end.
struct Addresses;

impl Read for Addresses {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        buffer.fill(b'A');
        buffer
            .iter_mut()
            .step_by(1000)
            .for_each(|byte| *byte = b'\n');
        Ok(buffer.len())
    }
}
