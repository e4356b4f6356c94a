//! Sample views of feeds and of a day's reconciliation, in the states that change their shape.

use fairlock_domain::money::Money;
use fairlock_web::view::FeedState;
use fairlock_web::view::feeds::{FeedAction, FeedLine, Feeds, Said, StripDay, Typed};
use fairlock_web::view::reconciliation::{self as recon, AgeBand, BreakLine, ReconRow};

use crate::sample::{at, day, kes};

/// 28 days up to 2026-06-20: not watched for five, then whole, with a gap and a silence.
fn strip(bad: bool) -> Vec<StripDay> {
    let first = day("2026-05-24");
    let of = |n: i32| match n {
        0..5 => (None, 0),
        11..13 if bad => (Some(FeedState::Gap), 198),
        18.. if bad => (Some(FeedState::Stale), 214),
        _ => (Some(FeedState::Healthy), 0),
    };
    (0..28)
        .map(|n| {
            let (state, contracts) = of(n);
            StripDay {
                day: first.plus_days(n),
                state,
                contracts,
            }
        })
        .collect()
}

fn action(no: i64, back: bool, state: &str) -> FeedAction {
    let decided = state != "proposed";
    FeedAction {
        no,
        feed: "bank-1".to_string(),
        back,
        reason: "The bank told of an outage of its files until Tuesday".to_string(),
        until: at("2026-06-23", 9, 0),
        contracts: 214,
        done: if state == "running" { 128 } else { 214 },
        proposed_by: "Amina".to_string(),
        proposed_at: at("2026-06-20", 9, 12),
        lapses_at: at("2026-06-23", 9, 12),
        state: state.to_string(),
        decided_by: decided.then(|| "Ben".to_string()),
        decided_why: decided.then(|| "Seen at the bank's own page".to_string()),
        decided_at: decided.then(|| at("2026-06-20", 9, 40)),
    }
}

fn bank(open: Option<FeedAction>, given: Option<FeedAction>) -> FeedLine {
    FeedLine {
        name: "bank-1".to_string(),
        calls: false,
        state: FeedState::Stale,
        reason: Some("silent".to_string()),
        why: Some("nothing new within 30 h".to_string()),
        since: Some(at("2026-06-10", 12, 0)),
        heartbeat: Some(at("2026-06-10", 6, 0)),
        period_s: 108_000,
        complete_to: Some(at("2026-06-10", 6, 0)),
        sequence: Some(160),
        contracts: 214,
        strip: strip(true),
        open,
        given,
    }
}

fn mpesa() -> FeedLine {
    FeedLine {
        name: "mpesa".to_string(),
        calls: true,
        state: FeedState::Healthy,
        reason: None,
        why: None,
        since: None,
        heartbeat: Some(at("2026-06-20", 14, 1)),
        period_s: 3_600,
        complete_to: Some(at("2026-06-20", 14, 1)),
        sequence: None,
        contracts: 99_786,
        strip: strip(false),
        open: None,
        given: None,
    }
}

fn page(rows: Vec<FeedLine>, said: Option<Said>) -> Feeds {
    Feeds {
        rows,
        past: vec![action(3, false, "done"), action(2, true, "refused")],
        days_max: 31,
        said,
        typed: Typed::default(),
    }
}

/// One silent, its time proposed.
pub fn feeds() -> Feeds {
    let open = Some(action(4, false, "proposed"));
    page(vec![bank(open, None), mpesa()], Some(Said::Proposed))
}

/// Being carried out.
pub fn feeds_running() -> Feeds {
    page(vec![bank(Some(action(4, false, "running")), None)], None)
}

/// Nothing proposed yet, and a form that wasn't taken.
pub fn feeds_refused() -> Feeds {
    let said = Said::NotTaken("32 days; expected 1 to 31".to_string());
    Feeds {
        typed: Typed {
            feed: "bank-1".to_string(),
            by: "Amina".to_string(),
            reason: "The bank is down".to_string(),
            days: "32".to_string(),
        },
        ..page(vec![bank(None, None), mpesa()], Some(said))
    }
}

/// Time was given and lasts.
pub fn feeds_given() -> Feeds {
    page(vec![bank(None, Some(action(3, false, "done")))], None)
}

/// All whole, and none at all.
pub fn feeds_whole() -> Feeds {
    Feeds {
        past: Vec::new(),
        ..page(vec![mpesa()], None)
    }
}

pub fn feeds_none() -> Feeds {
    Feeds {
        rows: Vec::new(),
        ..feeds_whole()
    }
}

fn broken(no: i64, kind: &str, state: &str) -> BreakLine {
    BreakLine {
        no,
        day: day("2026-06-18"),
        channel: "mpesa".to_string(),
        side: if kind == "timing" { "bank" } else { "report" }.to_string(),
        kind: kind.to_string(),
        mark: match kind {
            "timing" => "payouts".to_string(),
            _ => "P-9f31c2aa0417".to_string(),
        },
        amount: Money::new(-150_000, kes("0.00").currency()),
        days_old: 2,
        owner: (no != 2).then(|| "Amina".to_string()),
        state: state.to_string(),
        proposed_by: (state == "proposed").then(|| "Amina".to_string()),
        closed: (state == "closed").then(|| {
            let words = ["written_off", "Ben", "The provider kept it as a fee"];
            let [how, by, why] = words.map(str::to_string);
            (how, by, why)
        }),
    }
}

/// Two breaks of the day, one earlier, and one that is closed.
pub fn reconciliation() -> recon::Reconciliation {
    let row = |channel: &str, report: bool, bank: &str| ReconRow {
        channel: channel.to_string(),
        report: report.then(|| kes("412000.00")),
        clearing: kes("412000.00"),
        bank: Some(kes(bank)),
        ran_at: at("2026-06-20", 3, 0),
    };
    recon::Reconciliation {
        day: day("2026-06-18"),
        previous: day("2026-06-17"),
        next: Some(day("2026-06-19")),
        rows: vec![
            row("mpesa", true, "410500.00"),
            row("bank-1", false, "412000.00"),
        ],
        breaks: vec![
            broken(1, "timing", "open"),
            broken(2, "missing_there", "proposed"),
            broken(3, "amount", "closed"),
        ],
        older: vec![broken(4, "missing_at_us", "open")],
        ages: vec![(AgeBand::UpTo3, 2), (AgeBand::Over30, 1)],
        proved: Some((at("2026-06-20", 3, 0), 0)),
        said: None,
    }
}

/// All agrees, and the books were never proved.
pub fn reconciliation_agrees() -> recon::Reconciliation {
    recon::Reconciliation {
        breaks: Vec::new(),
        older: Vec::new(),
        ages: Vec::new(),
        proved: None,
        ..reconciliation()
    }
}

/// No run yet; the proof failed.
pub fn reconciliation_none() -> recon::Reconciliation {
    recon::Reconciliation {
        rows: Vec::new(),
        next: None,
        proved: Some((at("2026-06-20", 3, 0), 2)),
        ..reconciliation_agrees()
    }
}
