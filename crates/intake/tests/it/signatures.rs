//! Signatures: right, old, ahead, rotated, malformed and forged, for each scheme.

use fairlock_domain::calendar::Instant;
use fairlock_intake::signature::adyen::Signed;
use fairlock_intake::signature::standard::Headers;
use fairlock_intake::signature::{KeyError, Keys, SignatureError, adyen, airtel, base64, sign};
use fairlock_intake::signature::{standard, stripe};
use fairlock_intake::{verify_adyen, verify_airtel};
use proptest::prelude::*;
use rstest::rstest;

const NOW: Instant = Instant::from_unix_seconds(1_772_436_645);
const BODY: &[u8] = br#"{"id":"evt_1","object":"event"}"#;
const OLD: &str = "whsec_the-old-secret";
const NEW: &str = "whsec_the-new-secret";

fn keys(texts: &[&str]) -> Keys {
    Keys::plain(texts.iter().copied()).unwrap()
}

fn at(offset: i64) -> Instant {
    Instant::from_unix_seconds(NOW.unix_seconds() + offset)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn v1(key: &str, time: &str, body: &[u8]) -> String {
    hex(&sign(key.as_bytes(), &[time.as_bytes(), b".", body]))
}

#[rstest]
#[case::now(0, Ok(()))]
#[case::five_minutes_ago(-300, Ok(()))]
#[case::five_minutes_ahead(300, Ok(()))]
#[case::a_second_more_ago(-301, Err(SignatureError::TooOld))]
#[case::a_second_more_ahead(301, Err(SignatureError::TooNew))]
fn a_signature_is_as_old_as_its_time(
    #[case] offset: i64,
    #[case] expected: Result<(), SignatureError>,
) {
    let header = stripe::header_for(NEW, BODY, at(offset));
    let verified = stripe::verify(&keys(&[NEW]), Some(&header), BODY, NOW);
    assert_eq!(verified, expected.map(|()| at(offset)));

    let key = b"sixteen bytes at";
    let whsec = Keys::whsec([base64(key).as_str()]).unwrap();
    let signature = standard::header_for(key, "msg_1", BODY, at(offset));
    let time = at(offset).unix_seconds().to_string();
    let headers = Headers {
        id: Some("msg_1"),
        timestamp: Some(&time),
        signature: Some(&signature),
    };
    let verified = standard::verify(&whsec, headers, BODY, NOW);
    assert_eq!(verified, expected.map(|()| at(offset)));
}

/// While a secret is rotated the provider signs with both, or we have both.
#[test]
fn rotated_secrets() {
    let time = NOW.unix_seconds().to_string();
    let (old, new) = (v1(OLD, &time, BODY), v1(NEW, &time, BODY));
    let check = |ours: &[&str], theirs: &[&str], expected: Result<(), SignatureError>| {
        let signatures: String = theirs.iter().map(|s| format!(",v1={s}")).collect();
        let header = format!("t={time}{signatures}");
        let verified = stripe::verify(&keys(ours), Some(&header), BODY, NOW);
        assert_eq!(verified.map(|_| ()), expected, "{ours:?} {theirs:?}");
    };
    check(&[OLD], &[&old, &new], Ok(()));
    check(&[NEW], &[&old, &new], Ok(()));
    check(&[OLD, NEW], &[&old], Ok(()));
    check(&[OLD, NEW], &[&new], Ok(()));
    check(&[NEW], &[&old], Err(SignatureError::Wrong));
    check(&[OLD, NEW], &[&"00".repeat(32)], Err(SignatureError::Wrong));
}

#[rstest]
#[case::none("", SignatureError::Missing)]
#[case::blank("  ", SignatureError::Missing)]
#[case::no_pairs("t", SignatureError::Malformed)]
#[case::commas(",,", SignatureError::Malformed)]
#[case::no_time("v1={v1}", SignatureError::Timestamp)]
#[case::an_empty_time("t=,v1={v1}", SignatureError::Timestamp)]
#[case::a_signed_time("t=-5,v1={v1}", SignatureError::Timestamp)]
#[case::a_time_with_a_plus("t=+5,v1={v1}", SignatureError::Timestamp)]
#[case::a_time_in_words("t=now,v1={v1}", SignatureError::Timestamp)]
#[case::a_time_of_13_digits("t=1772436645000,v1={v1}", SignatureError::Timestamp)]
#[case::two_times("t={t},t={t},v1={v1}", SignatureError::Malformed)]
#[case::no_signature("t={t}", SignatureError::NoneKnown)]
#[case::another_scheme_alone("t={t},v0={v1}", SignatureError::NoneKnown)]
#[case::a_short_signature("t={t},v1=abcd", SignatureError::Malformed)]
#[case::no_digits("t={t},v1=zz", SignatureError::Malformed)]
#[case::umlauts("t={t},v1=\u{e4}\u{e4}", SignatureError::Malformed)]
#[case::capitals_in_the_scheme("T={t},V1={v1}", SignatureError::Timestamp)]
fn malformed_headers_of_stripe(#[case] header: &str, #[case] expected: SignatureError) {
    let time = NOW.unix_seconds().to_string();
    let header = header
        .replace("{t}", &time)
        .replace("{v1}", &v1(NEW, &time, BODY));
    let verified = stripe::verify(&keys(&[NEW]), Some(&header), BODY, NOW);
    assert_eq!(verified, Err(expected), "{header}");
}

/// A header could be made to cost a comparison for every five bytes.
#[test]
fn too_many_signatures_are_refused() {
    let many = format!("t=1{}", format!(",v1={}", "0".repeat(64)).repeat(17));
    let refused = stripe::verify(&keys(&[NEW]), Some(&many), BODY, NOW);
    assert_eq!(refused, Err(SignatureError::Malformed));
    let long = "t=1,v0=".to_owned() + &"a".repeat(5000);
    let refused = stripe::verify(&keys(&[NEW]), Some(&long), BODY, NOW);
    assert_eq!(refused, Err(SignatureError::TooLong));
    let spaces = format!("t={},v1={}", NOW.unix_seconds(), "0".repeat(64));
    let wrong = stripe::verify(&keys(&[NEW]), Some(&spaces), BODY, NOW);
    assert_eq!(wrong, Err(SignatureError::Wrong));
}

#[rstest]
#[case::no_id(None, Some("{t}"), Some("{v1}"), SignatureError::Missing)]
#[case::no_time(Some("msg_1"), None, Some("{v1}"), SignatureError::Missing)]
#[case::no_signature(Some("msg_1"), Some("{t}"), None, SignatureError::Missing)]
#[case::another_id(Some("msg_2"), Some("{t}"), Some("{v1}"), SignatureError::Wrong)]
#[case::an_id_with_a_space(Some("msg 1"), Some("{t}"), Some("{v1}"), SignatureError::Malformed)]
#[case::another_time(Some("msg_1"), Some("1772436646"), Some("{v1}"), SignatureError::Wrong)]
#[case::a_time_in_words(Some("msg_1"), Some("soon"), Some("{v1}"), SignatureError::Timestamp)]
#[case::only_v1a(
    Some("msg_1"),
    Some("{t}"),
    Some("v1a,AAAA"),
    SignatureError::NoneKnown
)]
#[case::no_comma(Some("msg_1"), Some("{t}"), Some("v1"), SignatureError::Malformed)]
#[case::no_base64(Some("msg_1"), Some("{t}"), Some("v1,%%"), SignatureError::Malformed)]
#[case::a_short_one(Some("msg_1"), Some("{t}"), Some("v1,AAAA"), SignatureError::Malformed)]
fn malformed_headers_of_standard_webhooks(
    #[case] id: Option<&str>,
    #[case] time: Option<&str>,
    #[case] signature: Option<&str>,
    #[case] expected: SignatureError,
) {
    let key = b"sixteen bytes at";
    let now = NOW.unix_seconds().to_string();
    let right = standard::header_for(key, "msg_1", BODY, NOW);
    let time = time.map(|time| time.replace("{t}", &now));
    let signature = signature.map(|s| s.replace("{v1}", &right));
    let headers = Headers {
        id,
        timestamp: time.as_deref(),
        signature: signature.as_deref(),
    };
    let keys = Keys::whsec([base64(key).as_str()]).unwrap();
    assert_eq!(standard::verify(&keys, headers, BODY, NOW), Err(expected));
}

#[test]
fn standard_webhooks_takes_a_list_and_a_rotated_key() {
    let (old, new) = (b"the old sixteen.", b"the new sixteen.");
    let time = NOW.unix_seconds().to_string();
    let both = format!(
        "v1a,AAAA {} {}",
        standard::header_for(old, "msg_1", BODY, NOW),
        standard::header_for(new, "msg_1", BODY, NOW)
    );
    let headers = Headers {
        id: Some("msg_1"),
        timestamp: Some(&time),
        signature: Some(&both),
    };
    for key in [old, new] {
        let prefixed = format!("whsec_{}", base64(key));
        let keys = Keys::whsec([prefixed.as_str()]).unwrap();
        assert_eq!(standard::verify(&keys, headers, BODY, NOW), Ok(NOW));
    }
}

const ADYEN_KEY: &[u8] = b"thirty-two bytes of an Adyen key";

fn signed() -> Signed<'static> {
    Signed {
        psp_reference: "7914073381342284",
        original_reference: "",
        merchant_account: "Lender",
        merchant_reference: "RF93447120",
        value: "150000",
        currency: "KES",
        event_code: "AUTHORISATION",
        success: "true",
    }
}

#[test]
fn an_adyen_item_is_bound_in_all_eight_fields() {
    let keys = Keys::hexadecimal([hex(ADYEN_KEY).as_str()]).unwrap();
    let signature = adyen::signature_for(ADYEN_KEY, &signed());
    let check = |changed: Signed<'_>, expected| {
        let verified = adyen::verify(&keys, Some(&signature), &changed);
        assert_eq!(verified, expected);
    };
    check(signed(), Ok(()));
    let wrong = Err(SignatureError::Wrong);
    check(
        Signed {
            psp_reference: "7914073381342285",
            ..signed()
        },
        wrong,
    );
    check(
        Signed {
            original_reference: "1",
            ..signed()
        },
        wrong,
    );
    check(
        Signed {
            merchant_account: "Other",
            ..signed()
        },
        wrong,
    );
    check(
        Signed {
            merchant_reference: "RF93447121",
            ..signed()
        },
        wrong,
    );
    check(
        Signed {
            value: "1500000",
            ..signed()
        },
        wrong,
    );
    check(
        Signed {
            currency: "USD",
            ..signed()
        },
        wrong,
    );
    check(
        Signed {
            event_code: "CAPTURE",
            ..signed()
        },
        wrong,
    );
    check(
        Signed {
            success: "false",
            ..signed()
        },
        wrong,
    );
}

/// Nothing is escaped, so that whoever chooses the reference could move the borders: a reference
/// that ends like an item of a million must not make one.
#[test]
fn a_colon_in_a_reference_moves_no_border() {
    let keys = Keys::hexadecimal([hex(ADYEN_KEY).as_str()]).unwrap();
    let reference = "RF93447120:100000000:KES:AUTHORISATION:true";
    let genuine = Signed {
        merchant_reference: reference,
        value: "100",
        ..signed()
    };
    let signature = adyen::signature_for(ADYEN_KEY, &genuine);
    assert_eq!(adyen::verify(&keys, Some(&signature), &genuine), Ok(()));
    let moved = Signed {
        merchant_reference: "RF93447120",
        value: "100000000",
        success: "true:100:KES:AUTHORISATION:true",
        ..signed()
    };
    let refused = adyen::verify(&keys, Some(&signature), &moved);
    assert_eq!(refused, Err(SignatureError::SignedField));
    let left = Signed {
        psp_reference: "7914073381342284:",
        original_reference: "Lender",
        merchant_account: "RF93447120",
        merchant_reference: "100000000:KES:AUTHORISATION:true",
        value: "100",
        ..signed()
    };
    let refused = adyen::verify(&keys, Some(&signature), &left);
    assert_eq!(refused, Err(SignatureError::SignedField));
}

#[test]
fn an_adyen_batch_is_refused_for_one_bad_item() {
    let keys = Keys::hexadecimal([hex(ADYEN_KEY).as_str()]).unwrap();
    let item = |signature: Option<String>| {
        let data = signature.map(|s| format!(r#""additionalData":{{"hmacSignature":"{s}"}},"#));
        let data = data.unwrap_or_default();
        format!(
            r#"{{"NotificationRequestItem":{{{data}"pspReference":"7914073381342284","merchantAccountCode":"Lender",
            "merchantReference":"RF93447120","amount":{{"value":150000,"currency":"KES"}},
            "eventCode":"AUTHORISATION","success":"true"}}}}"#
        )
    };
    let right = adyen::signature_for(ADYEN_KEY, &signed());
    let batch = |items: &[String]| {
        let items = items.join(",");
        format!(r#"{{"live":"false","notificationItems":[{items}]}}"#).into_bytes()
    };
    let check = |items: &[String], expected| {
        assert_eq!(verify_adyen(&keys, &batch(items)), expected);
    };
    let good = || item(Some(right.clone()));
    check(&[good()], Ok(()));
    check(&[good(), good()], Ok(()));
    check(&[good(), item(None)], Err(SignatureError::Missing));
    let other = item(Some(base64(&[7; 32])));
    check(&[good(), other], Err(SignatureError::Wrong));
    check(&[], Err(SignatureError::Missing));
    let garbage = verify_adyen(&keys, b"notificationItems");
    assert_eq!(garbage, Err(SignatureError::Malformed));
}

#[test]
fn an_airtel_callback_is_bound_in_its_transaction() {
    let key = "an application's private key";
    let transaction = r#"{"id":"RF93447120-7","status_code":"TS","airtel_money_id":"MP2103"}"#;
    let ours = keys(&[key]);
    let body = |transaction: &str, hash: &str| {
        format!(r#"{{"transaction":{transaction},"hash":"{hash}"}}"#).into_bytes()
    };
    let whole = airtel::hash_for(key, transaction);
    let alone = base64(&sign(key.as_bytes(), &[transaction.as_bytes()]));
    assert_eq!(verify_airtel(&ours, &body(transaction, &whole)), Ok(()));
    assert_eq!(verify_airtel(&ours, &body(transaction, &alone)), Ok(()));
    let other = transaction.replace("-7", "-8");
    let wrong = Err(SignatureError::Wrong);
    assert_eq!(verify_airtel(&ours, &body(&other, &whole)), wrong);
    let rotated = keys(&["another private key", key]);
    assert_eq!(verify_airtel(&rotated, &body(transaction, &whole)), Ok(()));
    let unsigned = format!(r#"{{"transaction":{transaction}}}"#);
    let missing = verify_airtel(&ours, unsigned.as_bytes());
    assert_eq!(missing, Err(SignatureError::Missing));
}

#[test]
fn keys_that_cant_be_used_are_named() {
    let check = |keys: Result<Keys, KeyError>, expected: &str| {
        assert_eq!(keys.err().map(|e| e.to_string()).as_deref(), Some(expected));
    };
    check(
        Keys::plain([]),
        "no key; expected one, or two while it is rotated",
    );
    check(Keys::plain(["short"]), "key 1 has fewer than 8 bytes");
    check(
        Keys::hexadecimal(["0011223344556677", "no"]),
        "key 2 isn't hexadecimal digits",
    );
    check(
        Keys::whsec(["whsec_%%%"]),
        "key 1 isn't Base64 behind whsec_",
    );
}

proptest! {
    /// One bit in header or body is enough.
    #[test]
    fn a_changed_bit_is_refused(
        in_body in any::<bool>(),
        index in any::<prop::sample::Index>(),
        bit in 0u8..8,
    ) {
        let header = stripe::header_for(NEW, BODY, NOW);
        let mut changed = if in_body { BODY.to_vec() } else { header.clone().into_bytes() };
        let index = index.index(changed.len());
        changed[index] ^= 1 << bit;
        // Hexadecimal digits have no case.
        prop_assume!(!changed.eq_ignore_ascii_case(header.as_bytes()));
        let verified = match in_body {
            true => stripe::verify(&keys(&[NEW]), Some(&header), &changed, NOW),
            false => match std::str::from_utf8(&changed) {
                Ok(changed) => stripe::verify(&keys(&[NEW]), Some(changed), BODY, NOW),
                Err(_) => return Ok(()),
            },
        };
        prop_assert!(verified.is_err());
    }
}
