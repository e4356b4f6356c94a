//! The server's half of typed codes: what phone and server make of one exchange is the same.

use fairlock_codes::keys::Exchange;
use fairlock_codes::{Counts, Found, Kind, digits, long};
use fairlock_protocol::Binding;
use fairlock_signer::codes::{CodeOrder, Form};
use fairlock_signer::{KeyRing, Signer};
use rstest::rstest;

const PHONE: Binding = Binding {
    lender: [1; 16],
    device: [2; 16],
    spki_hash: [3; 32],
};

fn signer(seed: u8) -> Signer {
    Signer::new(KeyRing::from_seeds([[seed; 32]; 5]))
}

fn order(form: Form, kind: Kind, days: u64) -> CodeOrder {
    CodeOrder { form, kind, days }
}

#[rstest]
#[case(order(Form::Long, Kind::Add, 7), 2, 17)]
#[case(order(Form::Long, Kind::Disable, 0), 2, 17)]
#[case(order(Form::Digits, Kind::Add, 30), 2, 9)]
#[case(order(Form::Digits, Kind::Set, 0), 3, 9)]
#[case(order(Form::Restricted, Kind::Disable, 0), 3, 15)]
#[case(order(Form::Restricted, Kind::Sync, 0), 3, 15)]
fn a_phone_reads_what_its_server_makes(
    #[case] order: CodeOrder,
    #[case] first: u64,
    #[case] length: usize,
) {
    let signer = signer(1);
    let phone = Exchange::from_random(&[5; 32]).unwrap();
    let point = phone.public();
    let server = signer.code_point(&PHONE, &point).unwrap();
    let keys = phone.agree(&point, &server, &PHONE).unwrap();

    assert!(order.fits());
    let count = order.next_count(None);
    assert_eq!(count, first);
    let code = signer.code(&PHONE, &point, order, count).unwrap();
    assert_eq!(code.len(), length);
    assert_eq!(
        signer.code(&PHONE, &point, order, count).unwrap(),
        code,
        "made again"
    );
    let (typed, mut counts) = (digits(&code).unwrap(), Counts::default());
    let found = match order.form {
        Form::Long => long::read(keys.long(), &PHONE.device, &typed, &mut counts),
        form => {
            let chain = keys.openpaygo();
            let token = chain.token(&typed, form == Form::Restricted).unwrap();
            chain.read(token, &mut counts)
        }
    };
    assert!(
        matches!(found, Found::Right { kind, .. } if kind == order.kind),
        "{found:?}"
    );
    assert_eq!(counts.count, count);
}

#[test]
fn every_phone_point_and_installation_has_keys_of_its_own() {
    let point = |random| Exchange::from_random(&[random; 32]).unwrap().public();
    let one = signer(1).code_point(&PHONE, &point(5)).unwrap();
    assert_eq!(
        signer(1).code_point(&PHONE, &point(5)),
        Some(one),
        "derived, not kept"
    );
    let other = Binding {
        device: [9; 16],
        ..PHONE
    };
    for another in [
        signer(2).code_point(&PHONE, &point(5)),
        signer(1).code_point(&other, &point(5)),
        signer(1).code_point(&PHONE, &point(6)),
    ] {
        assert_ne!(another, Some(one));
    }
    let order = order(Form::Long, Kind::Add, 1);
    assert_eq!(
        signer(1).code(&PHONE, &[4; 65], order, 2),
        None,
        "no point of the curve"
    );
}

#[rstest]
#[case(order(Form::Long, Kind::Add, 0))]
#[case(order(Form::Long, Kind::Add, 91))]
#[case(order(Form::Long, Kind::Set, 1))]
#[case(order(Form::Digits, Kind::Add, 996))]
#[case(order(Form::Digits, Kind::Sync, 1))]
fn what_no_code_can_say_is_refused(#[case] order: CodeOrder) {
    let point = Exchange::from_random(&[5; 32]).unwrap().public();
    assert!(!order.fits());
    assert_eq!(signer(1).code(&PHONE, &point, order, 2), None);
}
