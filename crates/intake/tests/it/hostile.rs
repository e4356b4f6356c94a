//! Hostile input never panics: every truncation, byte flip and made-up text is read or refused with
//! a place.

use std::io::Cursor;

use fairlock_intake::{PrintError, read_c2b, read_contracts, statement_json};
use proptest::prelude::*;

use crate::xml::{balance, credit, document, statement};

fn camt() -> Vec<u8> {
    let detail = "<BookgDt><DtTm>2026-03-02T10:00:00+03:00</DtTm></BookgDt><AcctSvcrRef>B</AcctSvcrRef><NtryDtls><TxDtls>\
        <Refs><EndToEndId>E</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy=\"KES\">1.50</Amt></TxAmt></AmtDtls>\
        <RltdPties><Dbtr><Nm>Zo\u{eb} &amp; Co</Nm></Dbtr></RltdPties><RmtInf><Ustrd><![CDATA[RF93]]></Ustrd></RmtInf>\
        <RltdDts><AccptncDtTm>2026-03-02T09:59:59Z</AccptncDtTm></RltdDts></TxDtls></NtryDtls>";
    let inside = format!(
        "{}{}",
        balance("OPBD", "CRDT", "0", "KES"),
        credit("1.50", detail)
    );
    statement(&inside).into_bytes()
}

fn pain() -> Vec<u8> {
    let inside = "<OrgnlGrpInfAndSts><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><TxInfAndSts>\
        <TxSts>RJCT</TxSts><OrgnlTxRef><Amt><InstdAmt Ccy=\"EUR\">1</InstdAmt></Amt></OrgnlTxRef></TxInfAndSts>\
        </OrgnlPmtInfAndSts>";
    document("pain.002.001.10", "CstmrPmtStsRpt", inside).into_bytes()
}

const MT940: &[u8] = b"{1:F01X}{2:O940X}{4:\r\n:20:A\r\n:25:KE1\r\n:28C:1/1\r\n:60F:C260301KES0,\r\n\
    :61:2603020303RCR42,5NTRFINV-7//B-1\r\n/OCMT/KES42,50/\r\n:86:166?00CREDIT?20EREF+E-1?21SVWZ+RF18?3\r\n1KE99?32\xdc\r\n\
    :61:260230EC1,\r\n:86:/EREF/E//CNTP/KE1/B/NAME///REMI/USTD//T/\r\n:62F:D260302KES42,5\r\n-}\r\n";

const CALLBACK: &[u8] = br#"{"TransID":"A1","TransTime":"20260302093045","TransAmount":10.50,"BusinessShortCode":600638,
    "MSISDN":"2547 ***** 126","BillRefNumber":"RF93447120","FirstName":"\u0041"}"#;

const CONTRACTS: &[u8] = b"contract,borrower,imei,product,currency,signed_on,time_zone,packs,first_due,step,instalments,amount\n\
    C-1,\"Okello, J.\",356938035643809,lease,KWD,2026-01-01,Asia/Kuwait,sandbox,2026-01-31,monthly,520,18.150\n";

/// Cuts the input, and overwrites some of its bytes.
fn damaged(valid: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let flips = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8);
    let cut = prop::option::of(any::<prop::sample::Index>());
    (flips, cut).prop_map(move |(flips, cut)| {
        let mut bytes = valid.clone();
        for (index, byte) in flips {
            let at = index.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(valid.len()));
        }
        bytes
    })
}

/// Prints, or refuses and prints nothing. Either is well; a panic isn't.
fn print(bytes: Vec<u8>) {
    let mut output = Vec::new();
    if let Err(PrintError::Input(error)) =
        statement_json(&mut Cursor::new(bytes), None, &mut output)
    {
        assert!(output.is_empty());
        assert!(!error.found.is_empty() && !error.expected.is_empty());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn damaged_statements(bytes in damaged(camt())) {
        print(bytes);
    }

    #[test]
    fn damaged_status_reports(bytes in damaged(pain())) {
        print(bytes);
    }

    #[test]
    fn damaged_texts_of_swift(bytes in damaged(MT940.to_vec())) {
        print(bytes);
    }

    #[test]
    fn damaged_callbacks(bytes in damaged(CALLBACK.to_vec())) {
        let _ = read_c2b(&bytes);
    }

    #[test]
    fn damaged_contract_files(bytes in damaged(CONTRACTS.to_vec())) {
        if let Err(errors) = read_contracts(&bytes) {
            prop_assert!(!errors.is_empty());
        }
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read_c2b(&bytes);
        let _ = read_contracts(&bytes);
        print(bytes);
    }

    #[test]
    fn any_values_in_any_element(
        name in prop::sample::select(vec!["Amt", "Sts", "CdtDbtInd", "BookgDt", "NtryDtls", "RvslInd", "Chrgs"]),
        text in "[-+:.TZ0-9A-Z<>/& \u{e9}]{0,30}",
    ) {
        print(statement(&format!("<Ntry><{name}>{text}</{name}></Ntry>")).into_bytes());
    }
}

/// The valid inputs are valid, or their damage would prove nothing.
#[test]
fn undamaged_inputs_are_read() {
    assert!(statement_json(&mut Cursor::new(camt()), None, &mut Vec::new()).is_ok());
    assert!(statement_json(&mut Cursor::new(pain()), None, &mut Vec::new()).is_ok());
    assert!(statement_json(&mut Cursor::new(MT940), None, &mut Vec::new()).is_ok());
    assert!(read_c2b(CALLBACK).is_ok());
    assert!(read_contracts(CONTRACTS).is_ok());
}
