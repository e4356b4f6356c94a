//! Typed codes: their keys, how they are made, and what a phone that has counted so far makes of
//! them.

use fairlock_codes::openpaygo::OpenPaygo;
use fairlock_codes::{Counts, Found, Kind, digits, grouped, long};
use fairlock_protocol::ids::Domain;

use crate::item::{Array, Bytes, Text, Uint};
use crate::json::{Json, map};
use crate::lender::{DEVICE, binding, exchange};

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Add => "add",
        Kind::Set => "set",
        Kind::Disable => "disable",
        Kind::Sync => "sync",
    }
}

fn counts(counts: &Counts) -> Json {
    map! { "count": counts.count, "used": counts.used.clone() }
}

pub fn file() -> Json {
    let (phone, server) = (exchange("Phone one-time"), exchange("Server one-time"));
    let keys = phone
        .agree(&phone.public(), &server.public(), &binding())
        .expect("two points");
    let again = server.agree(&phone.public(), &server.public(), &binding());
    assert!(
        again.as_ref() == Some(&keys),
        "both sides make the same keys"
    );
    let all = fairlock_protocol::wire::bytes(&keys);
    let openpaygo: [u8; 16] = all[all.len() - 16..].try_into().expect("16 bytes");
    map! {
        "about": "Keys come from the one-time keys of keys.json. `reads` are typed one after the other.",
        "keys": map! {
            "phone": Json::bytes(&phone.public()), "server": Json::bytes(&server.public()),
            "info": Json::bytes(&binding().aad(Domain::Code)),
            "long": Json::bytes(keys.long()), "openpaygo": Json::bytes(&openpaygo),
        },
        "long": longs(keys.long()),
        "openpaygo": tokens(&openpaygo),
        "stories": vec![long_story(keys.long()), token_story(&openpaygo), restricted_story(&openpaygo)],
        "forms": forms(),
    }
}

fn long_code(key: &[u8; 32], count: u64, days: u64) -> String {
    format!(
        "{:017}",
        long::make(key, &DEVICE, count, days).expect("days")
    )
}

fn longs(key: &[u8; 32]) -> Vec<Json> {
    let one = |(count, days): (u64, u64)| {
        let kind = u64::from(days == 0);
        let input = Array(vec![
            Text(Domain::Code.text().into()),
            Bytes(DEVICE.to_vec()),
            Uint(count),
            Uint(kind),
            Uint(days),
        ]);
        let code = long_code(key, count, days);
        map! {
            "count": count, "days": days, "mac_input": Json::bytes(&input.bytes()),
            "spoken": grouped(&code), "code": code,
        }
    };
    [(2, 7), (3, 0), (4, 90), (1001, 1), (100_000, 30)]
        .map(one)
        .to_vec()
}

fn tokens(key: &[u8; 16]) -> Vec<Json> {
    let one = |(kind, value, count, restricted, extended): (Kind, u64, u64, bool, bool)| {
        let chain = OpenPaygo::new(key, 0, extended);
        let (next, token) = chain
            .make(kind, value, count)
            .expect("a value that it carries");
        map! {
            "kind": word(kind), "value": value, "after_count": count, "count": next,
            "restricted": restricted, "extended": extended, "token": chain.text(token, restricted),
        }
    };
    [
        (Kind::Add, 7, 1, false, false),
        (Kind::Add, 995, 2, false, false),
        (Kind::Set, 30, 1, false, false),
        (Kind::Disable, 0, 4, false, false),
        (Kind::Sync, 0, 7, false, false),
        (Kind::Add, 7, 1, true, false),
        (Kind::Set, 0, 200, true, false),
        (Kind::Add, 123_456, 1, false, true),
        (Kind::Set, 999_999, 10, true, true),
    ]
    .map(one)
    .to_vec()
}

/// Types codes one after the other; each with what it must come to.
fn story(
    name: &str,
    form: &str,
    typed: &[(String, &str)],
    read: impl Fn(&[u8], &mut Counts) -> Found,
) -> Json {
    let mut state = Counts {
        count: 1,
        used: vec![1],
    };
    let mut reads = Vec::new();
    for (text, expected) in typed {
        let found = read(&digits(text).expect("digits"), &mut state);
        let said = match found {
            Found::Right { kind, value } => format!("{} {value}", word(kind)),
            Found::Used => "used".into(),
            Found::Wrong => "wrong".into(),
        };
        assert_eq!(said, *expected, "{name}: {text}");
        reads.push(map! { "typed": text.as_str(), "gives": said, "then": counts(&state) });
    }
    map! { "name": name, "form": form, "reads": reads }
}

fn long_story(key: &[u8; 32]) -> Json {
    let code = |count, days| long_code(key, count, days);
    let mut slip = code(30, 7);
    let last = slip.pop().expect("a digit");
    slip.push(if last == '0' { '1' } else { '0' });
    let mut guess = code(30, 7);
    guess.replace_range(..2, "08");
    let typed = [
        (code(2, 7), "add 7"),
        (code(2, 7), "used"),
        (code(20, 30), "add 30"),
        (code(5, 1), "add 1"),
        (code(5, 1), "used"),
        (code(4, 1), "used"),
        (slip, "wrong"),
        (guess, "wrong"),
        (code(1_020, 1), "add 1"),
        (code(2_021, 1), "wrong"),
        (code(1_021, 0), "disable 0"),
    ];
    story("the long code", "long", &typed, |digits, counts| {
        long::read(key, &DEVICE, digits, counts)
    })
}

fn openpaygo_story(name: &str, form: &str, key: &[u8; 16], restricted: bool) -> Json {
    let chain = OpenPaygo::new(key, 0, false);
    let token = |kind, value, after: u64| {
        let (_, token) = chain.make(kind, value, after).expect("a value");
        chain.text(token, restricted)
    };
    let typed = [
        (token(Kind::Add, 7, 1), "add 7"),
        (token(Kind::Add, 7, 1), "used"),
        (token(Kind::Add, 3, 9), "add 3"),
        (token(Kind::Add, 5, 5), "add 5"),
        (token(Kind::Set, 30, 4), "used"),
        (token(Kind::Set, 30, 10), "set 30"),
        (token(Kind::Add, 1, 7), "used"),
        (token(Kind::Disable, 0, 12), "disable 998"),
        (token(Kind::Add, 9, 75), "add 9"),
        (token(Kind::Add, 9, 142), "wrong"),
    ];
    story(name, form, &typed, |digits, counts| {
        let token = chain.token(digits, restricted).expect("a token");
        chain.read(token, counts)
    })
}

fn token_story(key: &[u8; 16]) -> Json {
    openpaygo_story("OpenPAYGO tokens", "openpaygo", key, false)
}

fn restricted_story(key: &[u8; 16]) -> Json {
    openpaygo_story("OpenPAYGO tokens of 1 to 4", "restricted", key, true)
}

/// What stands between the digits.
fn forms() -> Vec<Json> {
    [
        "0731 5121 1435 23870",
        "123-456 789",
        "12a",
        "",
        "1.2",
        "１２",
    ]
    .map(|typed| {
        let read = digits(typed).map(|digits| digits.iter().map(u8::to_string).collect::<String>());
        map! { "typed": typed, "digits": read }
    })
    .to_vec()
}
