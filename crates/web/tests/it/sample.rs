//! Sample views: one contract in Nairobi and its neighbours, in every state a page can be in.

use fairlock_domain::calendar::{Day, Instant, Zone};
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::plan::Verdict;
use fairlock_web::view::contract::*;
use fairlock_web::view::evidence::{Item, Part, Section};
use fairlock_web::view::grant::{Answer, GrantNotice, Guard, InWords, Signature, Step, Warrant};
use fairlock_web::view::phone::{CharterFacts, Owed, Pass, Screen, ScreenKind, Source};
use fairlock_web::view::plan::{Duty, Finding, Group, PackFindings};
use fairlock_web::view::portfolio::*;
use fairlock_web::view::{
    Cite, Density, Evidence, Feed, FeedState, FiveFacts, Found, Frame, Grant, Hold, Level, LevelAt,
    Payment, PaymentState, Phone, Place, Plan, Portfolio, RulePack, Signed, Theme, mapping, pack,
    suspense,
};

pub fn kes(text: &str) -> Money {
    money("KES", text)
}

pub fn money(code: &str, text: &str) -> Money {
    let currency = Currency::from_code(code).expect("a currency of ISO 4217");
    Money::parse(text, currency).expect("an amount with its decimals")
}

pub fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

/// Nairobi, UTC+3 all year.
pub fn nairobi() -> Place {
    Place::new(
        "Africa/Nairobi",
        Zone::new(vec![(Instant::from_unix_seconds(0), 180)]),
    )
}

/// An instant by Nairobi's wall clock.
pub fn at(text: &str, hour: u32, minute: u32) -> Instant {
    nairobi().zone.instant_of(day(text), hour * 60 + minute)
}

pub fn now() -> Instant {
    at("2026-06-20", 14, 6)
}

pub fn frame(path: &str, live: Option<&str>) -> Frame {
    Frame {
        lender: "Bright Phones Ltd".to_string(),
        nonce: "c2FtcGxlLW5vbmNlLTAwMQ".to_string(),
        theme: Theme::Auto,
        density: Density::Comfortable,
        now: now(),
        place: nairobi(),
        path: path.to_string(),
        live: live.map(str::to_string),
        test_lender: true,
    }
}

pub fn facts(wanted: Level, reported: Option<Level>) -> FiveFacts {
    FiveFacts {
        wanted,
        signed: Some(Signed {
            seq: 41,
            at: Some(at("2026-06-20", 14, 1)),
        }),
        delivered: reported.map(|_| at("2026-06-20", 14, 1)),
        applied: (reported == Some(wanted)).then(|| at("2026-06-20", 14, 2)),
        reported: reported.map(|level| LevelAt {
            level,
            at: at("2026-06-20", 14, 2),
        }),
        enrolled: true,
    }
}

pub fn no_phone(wanted: Level) -> FiveFacts {
    FiveFacts {
        signed: None,
        delivered: None,
        applied: None,
        reported: None,
        enrolled: false,
        ..facts(wanted, None)
    }
}

pub fn payment(state: PaymentState) -> Payment {
    let credited = matches!(state, PaymentState::Booked | PaymentState::Reversed);
    Payment {
        id: "P-9f31c2aa0417".to_string(),
        amount: kes("1500.00"),
        source: "mpesa".to_string(),
        state,
        acted: Some(at("2026-06-20", 13, 58)),
        acted_on: Some(day("2026-06-20")),
        seen: Some(at("2026-06-20", 14, 1)),
        matched: (state != PaymentState::InSuspense).then(|| at("2026-06-20", 14, 1)),
        credited: credited.then(|| at("2026-06-20", 14, 1)),
        sent: credited.then(|| at("2026-06-20", 14, 1)),
        applied: credited.then(|| at("2026-06-20", 14, 2)),
        failure: (state == PaymentState::Failed).then(|| "insufficient_funds".to_string()),
        needs_grant: true,
        received_to_usable_ms: credited.then_some(812),
        acted_to_usable_s: credited.then_some(250),
    }
}

/// Credited, and the phone is out of reach.
pub fn payment_waiting() -> Payment {
    Payment {
        applied: None,
        received_to_usable_ms: None,
        acted_to_usable_s: None,
        ..payment(PaymentState::Booked)
    }
}

pub fn hold(kind: &str, until: Option<Instant>, lowers: bool) -> Hold {
    Hold {
        kind: kind.to_string(),
        since: Some(at("2026-06-18", 9, 0)),
        until,
        lowers,
    }
}

pub fn holds() -> Vec<Hold> {
    vec![
        hold("payment_in_doubt", Some(at("2026-06-23", 9, 0)), true),
        hold("feed", None, false),
        hold("promise", Some(at("2026-06-25", 9, 0)), false),
        hold("dispute", None, true),
    ]
}

pub fn cite(rule: &str) -> Cite {
    Cite {
        pack: "strict-default".to_string(),
        version: "1".to_string(),
        rule: rule.to_string(),
        citation: "House value: 90 days past due before anything is limited".to_string(),
        url: Some("http://example.org/law/section-12".to_string()),
    }
}

pub fn finding(group: Group, rule: &str, verdict: Verdict, saw: &str) -> Finding {
    Finding {
        group,
        verdict,
        saw: saw.to_string(),
        says: "reduce from 90 days past due".to_string(),
        cite: cite(rule),
    }
}

pub fn findings() -> PackFindings {
    use Verdict::{Blocked, Met, NotApplicable, NotMet};
    PackFindings {
        pack: "strict-default".to_string(),
        version: "1".to_string(),
        status: "conditional".to_string(),
        findings: vec![
            finding(
                Group::Released,
                "release_at_payoff",
                NotMet,
                "payoff 9000.00",
            ),
            finding(Group::Gates, "products", Met, "purchase_loan"),
            finding(
                Group::Gates,
                "consent",
                Met,
                "separate, acknowledged, 2026-01-10",
            ),
            finding(Group::Status, "legal_status", Met, "conditional"),
            finding(Group::Holds, "holds", Blocked, "feed bank-1, no end known"),
            finding(
                Group::DaysPastDue,
                "reduce.min_days_past_due",
                Met,
                "102 >= 90",
            ),
            finding(
                Group::Notices,
                "notices.first",
                Met,
                "served 2026-05-09, 21 days ran",
            ),
            finding(Group::Notices, "notices.final", NotMet, "48 h of 72 h ran"),
            finding(
                Group::Calendar,
                "reduce.window",
                NotMet,
                "Sat 14:06, Mon-Thu 09:00-16:00",
            ),
            finding(
                Group::DwellApproval,
                "lock.at_reduce_for",
                NotApplicable,
                "not at reduce",
            ),
            finding(Group::Pass, "pass", NotApplicable, "none in use"),
            finding(Group::Policy, "policy", Met, "none softer"),
        ],
        decides: Some(4),
    }
}

pub fn plan() -> Plan {
    Plan {
        id: "C-4471".to_string(),
        at: now(),
        asked: true,
        unread: None,
        level: Level::Remind,
        dpd: 102,
        arrears: kes("1500.00"),
        restore: kes("1500.00"),
        payoff: kes("9000.00"),
        holds: vec![hold("feed", None, false)],
        packs: vec![findings()],
        steps: vec![LevelAt {
            level: Level::Reduce,
            at: at("2026-06-25", 9, 0),
        }],
        notices_due: vec![("strict-default/last".to_string(), at("2026-06-22", 9, 0))],
        notices_served: vec![("strict-default/first".to_string(), at("2026-05-09", 9, 0))],
        review_at: Some(at("2026-06-22", 9, 0)),
        hash: "9f31c2aa5be04d2f8a31c0ffee041799".to_string(),
        recorded: true,
        duties: vec![
            duty(false, Some(at("2026-04-02", 13, 10)), 3),
            duty(false, None, 0),
            duty(true, Some(at("2026-04-02", 10, 1)), 0),
        ],
    }
}

/// Money at 10:00 that had to give the phone back by 11:00.
fn duty(let_go: bool, until: Option<Instant>, hours_late: u64) -> Duty {
    Duty {
        pack: "in".to_string(),
        let_go,
        since: at("2026-04-02", 10, 0),
        deadline: (!let_go).then(|| at("2026-04-02", 11, 0)),
        until,
        hours_late,
        compensation: (hours_late > 0).then(|| money("INR", "750.00")),
    }
}

/// Two packs: each judged by itself.
pub fn plan_two_packs() -> Plan {
    let mut second = findings();
    second.pack = "in".to_string();
    second.status = "pending".to_string();
    second.decides = Some(3);
    second.findings[3].verdict = Verdict::Blocked;
    second.findings[3].saw = "pending".to_string();
    for finding in &mut second.findings {
        finding.cite.pack = "in".to_string();
    }
    Plan {
        packs: vec![findings(), second],
        recorded: false,
        unread: Some("yesterday".to_string()),
        ..plan()
    }
}

pub fn schedule(lines: usize, paid: usize) -> Schedule {
    let lines: Vec<Instalment> = (0..lines)
        .map(|i| {
            let due = day("2026-01-10").plus_days(i32::try_from(i).unwrap_or(0) * 30);
            let covered = i < paid;
            let part = i == paid;
            Instalment {
                due,
                amount: kes("1500.00"),
                covered: match (covered, part) {
                    (true, _) => kes("1500.00"),
                    (_, true) => kes("600.00"),
                    _ => kes("0.00"),
                },
                uncovered: match (covered, part) {
                    (true, _) => kes("0.00"),
                    (_, true) => kes("900.00"),
                    _ => kes("1500.00"),
                },
                by: if covered || part {
                    vec!["P-9f31c2aa0417".to_string()]
                } else {
                    Vec::new()
                },
                effective: (i == paid + 1).then(|| due.plus_days(9)),
            }
        })
        .collect();
    let sum = |of: fn(&Instalment) -> Money| {
        lines.iter().map(of).fold(kes("0.00"), |a, b| {
            a.checked_add(b).expect("one currency, small amounts")
        })
    };
    Schedule {
        total: sum(|l| l.amount),
        covered: sum(|l| l.covered),
        uncovered: sum(|l| l.uncovered),
        today: day("2026-06-20"),
        lines,
    }
}

pub fn timeline() -> Timeline {
    let event = |at, what| Event { at, what };
    Timeline {
        days: vec![
            TimelineDay {
                day: day("2026-06-20"),
                events: vec![
                    event(
                        at("2026-06-20", 14, 2),
                        What::Reported {
                            level: Level::Remind,
                            seq: 41,
                            refused: Vec::new(),
                        },
                    ),
                    event(at("2026-06-20", 14, 1), What::GrantSigned { seq: 41 }),
                    event(
                        at("2026-06-20", 14, 1),
                        What::Level {
                            level: Level::Remind,
                            hash: "9f31c2aa5be04d2f8a31c0ffee041799".to_string(),
                        },
                    ),
                    event(
                        at("2026-06-20", 14, 1),
                        What::PaymentBooked {
                            id: "P-9f31c2aa0417".to_string(),
                            amount: kes("1500.00"),
                            paid_on: Some(day("2026-06-20")),
                        },
                    ),
                    event(at("2026-06-20", 9, 30), What::EmergencyPass),
                ],
            },
            TimelineDay {
                day: day("2026-06-18"),
                events: vec![
                    event(
                        at("2026-06-18", 9, 0),
                        What::HoldBegun {
                            kind: "promise".to_string(),
                            until: Some(at("2026-06-25", 9, 0)),
                        },
                    ),
                    event(
                        at("2026-06-18", 9, 0),
                        What::Notice {
                            notice: "strict-default/final".to_string(),
                            channel: "sms".to_string(),
                            proof: "delivered".to_string(),
                        },
                    ),
                    event(
                        at("2026-06-18", 8, 0),
                        What::Feed {
                            feed: "bank-1".to_string(),
                            state: "stale".to_string(),
                        },
                    ),
                    event(
                        at("2026-06-18", 7, 0),
                        What::Reported {
                            level: Level::Lock,
                            seq: 40,
                            refused: vec!["base".to_string()],
                        },
                    ),
                    event(
                        at("2026-06-18", 6, 0),
                        What::Review {
                            by: "A. Supervisor".to_string(),
                            approved: false,
                        },
                    ),
                ],
            },
        ],
        kind: None,
        older: Some("before=2026-06-18T03:00:00Z".to_string()),
    }
}

pub fn live(wanted: Level, reported: Option<Level>) -> Live {
    let open = matches!(wanted, Level::Free | Level::Released);
    let amount = if open { kes("0.00") } else { kes("1500.00") };
    Live {
        id: "C-4471".to_string(),
        facts: facts(wanted, reported),
        dpd: if open { 0 } else { 102 },
        arrears: amount,
        restore: amount,
        payoff: if wanted == Level::Released {
            kes("0.00")
        } else {
            kes("9000.00")
        },
        holds: if open {
            Vec::new()
        } else {
            vec![hold("promise", Some(at("2026-06-25", 9, 0)), false)]
        },
        last_payment: Some(payment(PaymentState::Booked)),
        next: NextChange {
            step: (!open).then(|| LevelAt {
                level: Level::Lock,
                at: at("2026-06-25", 9, 0),
            }),
            notices_due: Vec::new(),
            review_at: Some(at("2026-06-25", 9, 0)),
        },
    }
}

pub fn in_words() -> InWords {
    InWords {
        seq: 41,
        issued: at("2026-06-20", 14, 1),
        ksv: 1,
        steps: vec![
            Step {
                at: at("2026-06-20", 14, 1),
                level: Level::Reduce,
                guards: Vec::new(),
            },
            Step {
                at: at("2026-06-25", 9, 0),
                level: Level::Lock,
                guards: vec![
                    Guard::Shown(vec!["strict-default/last".to_string()]),
                    Guard::LeadHours(72),
                    Guard::ContactHours(48),
                    Guard::Window {
                        from_min: 540,
                        to_min: 960,
                        days: 0b000_1111,
                        offset_min: 180,
                    },
                    Guard::DwellHours(336),
                    Guard::Before(at("2026-06-29", 9, 0)),
                ],
            },
        ],
        notices: vec![GrantNotice {
            id: 7,
            name: Some("strict-default/last".to_string()),
            level: Level::Lock,
            amount: kes("1500.00"),
            due: day("2026-03-10"),
            show_from: at("2026-06-20", 14, 1),
        }],
        pay: Some(kes("1500.00")),
        warrant: Some(Warrant {
            packs: vec![("strict-default".to_string(), 1)],
            rules: vec![cite("lock.at_reduce_for"), cite("lock.approval")],
            decision: "9f31c2aa5be04d2f8a31c0ffee041799".to_string(),
            covers: 1,
        }),
        lapse: Some((72, Level::Reduce)),
        end: Some(at("2027-03-01", 0, 0)),
        base: Some(40),
    }
}

pub fn grant(answer: Answer) -> Grant {
    Grant {
        id: "C-4471".to_string(),
        words: in_words(),
        signature: (answer != Answer::Unsigned).then(|| Signature {
            role: "RESTRICT".to_string(),
            kid: "9a2f01cc".to_string(),
            at: at("2026-06-20", 14, 1),
            holds: true,
        }),
        answer,
        payload_hash: "9f31c2aa5be04d2f".repeat(4),
        raw_hex: "d28444a1013832".repeat(30),
        bytes: 260,
        previous: Some(40),
        next: None,
    }
}

/// An unlock: one step, no warrant.
pub fn grant_unlock() -> Grant {
    let mut grant = grant(Answer::NotDelivered);
    grant.words.steps.truncate(1);
    grant.words.steps[0].level = Level::Free;
    grant.words.notices.clear();
    grant.words.warrant = None;
    grant.words.pay = None;
    grant.words.lapse = None;
    grant.words.end = None;
    grant.words.base = None;
    grant
}

pub fn contract(wanted: Level, reported: Option<Level>) -> Contract {
    Contract {
        id: "C-4471".to_string(),
        reference: "RF93447120".to_string(),
        borrower: Some("A••• K•••".to_string()),
        product: "purchase_loan".to_string(),
        signed_on: day("2026-01-10"),
        packs: vec![("strict-default".to_string(), "1".to_string())],
        feed: Some("mpesa".to_string()),
        live: live(wanted, reported),
        schedule: schedule(12, 3),
        payments: vec![
            payment(PaymentState::Booked),
            Payment {
                id: "P-000000000001".to_string(),
                ..payment(PaymentState::Failed)
            },
        ],
        notices: vec![
            Notice {
                pack: "strict-default".to_string(),
                name: "final".to_string(),
                state: NoticeState::ServedAt(at("2026-06-18", 9, 0)),
                proofs: vec![
                    NoticeProof {
                        channel: "sms".to_string(),
                        proof: "delivered".to_string(),
                        at: at("2026-06-18", 9, 0),
                    },
                    NoticeProof {
                        channel: "phone".to_string(),
                        proof: "shown".to_string(),
                        at: at("2026-06-18", 10, 12),
                    },
                ],
            },
            Notice {
                pack: "strict-default".to_string(),
                name: "last".to_string(),
                state: NoticeState::DueAt(at("2026-06-25", 9, 0)),
                proofs: Vec::new(),
            },
        ],
        messages: messages(),
        messages_cost: vec![kes("3.20")],
        messages_more: 0,
        timeline: timeline(),
        grant: Some(GrantInForce {
            seq: 41,
            words: in_words(),
        }),
        report: Some(Report {
            at: at("2026-06-20", 14, 2),
            counter: 212,
            level: Level::Lock,
            grant_level: Level::Lock,
            seq: 41,
            overlays: Vec::new(),
            shown: vec!["7".to_string()],
            refused: Vec::new(),
            agent: "0.1.0".to_string(),
            patch_level: Some("2026-05".to_string()),
        }),
    }
}

/// One in each state, newest first.
fn messages() -> Vec<Message> {
    let text = "RF93 4471 20: KES 1,500.00 for contract C-4471 was due on 10 Mar 2026.";
    let said = Said {
        text: text.to_string(),
        template: Some(SaidTemplate {
            name: "before_lock".to_string(),
            version: 1,
            language: "en".to_string(),
            sha256: "cc05fffe".repeat(8),
        }),
        parts: Some(3),
    };
    let message = |state, hour, note: Option<&str>| Message {
        about: "strict-default/final".to_string(),
        channel: "sms".to_string(),
        round: 1,
        state,
        at: at("2026-06-18", hour, 0),
        note: note.map(str::to_string),
        attempts: 1,
        said: Some(said.clone()),
        cost: Some(kes("0.80")),
    };
    vec![
        Message {
            said: None,
            cost: None,
            attempts: 0,
            ..message(
                MessageState::Waiting,
                8,
                Some("outside the contact hours of strict-default"),
            )
        },
        Message {
            round: 2,
            attempts: 3,
            cost: None,
            ..message(
                MessageState::Waiting,
                12,
                Some("sms: status 503; expected 2xx"),
            )
        },
        message(MessageState::Accepted, 11, None),
        message(MessageState::Sent, 10, None),
        message(MessageState::Delivered, 9, None),
        message(MessageState::Failed, 9, Some("the number isn't in use")),
        Message {
            channel: "email".to_string(),
            said: None,
            cost: None,
            ..message(
                MessageState::Withdrawn,
                9,
                Some("served by another channel already"),
            )
        },
    ]
}

/// Just imported: nothing has happened.
pub fn contract_empty() -> Contract {
    let mut view = contract(Level::Free, None);
    view.live.facts = no_phone(Level::Free);
    view.live.last_payment = None;
    view.live.next = NextChange {
        step: None,
        notices_due: Vec::new(),
        review_at: None,
    };
    view.schedule = schedule(1, 0);
    view.payments = Vec::new();
    view.notices = Vec::new();
    view.messages = Vec::new();
    view.messages_cost = Vec::new();
    view.timeline = Timeline {
        days: Vec::new(),
        kind: None,
        older: None,
    };
    view.grant = None;
    view.report = None;
    view
}

pub fn feeds() -> Vec<Feed> {
    let feed = |name: &str, state, since: Option<Instant>, shielded| Feed {
        name: name.to_string(),
        state,
        period_s: 3600,
        heartbeat: Some(at("2026-06-20", 14, 1)),
        complete_to: Some(at("2026-06-20", 14, 1)),
        since,
        shielded,
    };
    vec![
        Feed {
            complete_to: Some(at("2026-06-10", 6, 0)),
            heartbeat: Some(at("2026-06-10", 6, 0)),
            ..feed(
                "bank-1",
                FeedState::Stale,
                Some(at("2026-06-10", 7, 0)),
                214,
            )
        },
        feed("bank-2", FeedState::Gap, Some(at("2026-06-19", 7, 0)), 1),
        feed("mpesa", FeedState::Healthy, None, 0),
        Feed {
            complete_to: None,
            heartbeat: None,
            ..feed("new-till", FeedState::Healthy, None, 0)
        },
    ]
}

pub fn summary() -> Summary {
    Summary {
        needs: vec![
            Need {
                kind: NeedKind::Feed {
                    name: "bank-1".to_string(),
                    shielded: 214,
                },
                since: Some(at("2026-06-10", 6, 0)),
                href: Some("/contracts?feed=bank-1".to_string()),
                items: Vec::new(),
            },
            Need {
                kind: NeedKind::Suspense { payments: 2 },
                since: Some(at("2026-06-19", 6, 0)),
                href: None,
                items: vec![NeedItem::Payment {amount: kes("800.00"), source: "mpesa".to_string(), candidates: vec!["C-7120".to_string(), "C-7102".to_string()]}],
            },
            Need {
                kind: NeedKind::Parked { messages: 1 },
                since: Some(at("2026-06-20", 6, 0)),
                href: None,
                items: vec![NeedItem::Message("statement-0614.xml: /Document/BkToCstmrStmt/Stmt[1]/Ntry[3]/Amt: expected an amount".to_string())],
            },
            Need {
                kind: NeedKind::Troubled { grants: 1 },
                since: None,
                href: None,
                items: vec![NeedItem::Grant {contract: "C-4471".to_string(), seq: 41}],
            },
        ],
        by_level: vec![
            (Level::Free, 88_102),
            (Level::Remind, 9_410),
            (Level::Reduce, 1_204),
            (Level::Lock, 310),
            (Level::Released, 974),
        ],
        by_band: vec![
            (Band::Current, 88_400),
            (Band::To30, 7_112),
            (Band::To60, 2_204),
            (Band::To90, 1_374),
            (Band::Over90, 910),
        ],
        speeds: Speeds {
            payments: 9_120,
            not_yet: 12,
            acted_s: Some(Quantiles {
                p50: 250,
                p99: 93_600,
            }),
            received_ms: Some(Quantiles {
                p50: 812,
                p99: 4_020,
            }),
        },
        feeds: feeds(),
    }
}

pub fn row(id: usize, wanted: Level, reported: Option<Level>, dpd: u32) -> Row {
    Row {
        id: format!("C-{id}"),
        borrower: Some("A••• K•••".to_string()),
        wanted,
        reported,
        enrolled: reported.is_some(),
        dpd,
        arrears: match id % 3 {
            0 => money("KES", "1500.00"),
            1 => money("UGX", "155000"),
            _ => money("KWD", "12.500"),
        },
        holds: if id.is_multiple_of(4) {
            vec!["promise".to_string(), "payment_in_doubt".to_string()]
        } else {
            Vec::new()
        },
        heard: reported.map(|_| at("2026-06-20", 14, 2)),
        connected: id.is_multiple_of(2) && reported.is_some(),
        next: Some(at("2026-06-26", 9, 0)),
        place: nairobi(),
    }
}

pub fn portfolio(rows: usize) -> Portfolio {
    Portfolio {
        summary: summary(),
        filters: Filters {
            level: Some(Level::Lock),
            hold: Some("promise".to_string()),
            holds: vec!["promise".to_string(), "dispute".to_string()],
            feeds: vec!["bank-1".to_string(), "mpesa".to_string()],
            ..Filters::default()
        },
        found: Found::Exactly(rows as u64),
        rows: (0..rows)
            .map(|i| {
                let wanted = Level::ALL[i % 5];
                let reported = match i % 7 {
                    3 => None,
                    5 => Some(Level::Lock),
                    _ => Some(wanted),
                };
                row(
                    4471 + i,
                    wanted,
                    reported,
                    u32::try_from(i * 3).unwrap_or(0),
                )
            })
            .collect(),
        total: 100_000,
        previous: None,
        next: Some("level=lock&hold=promise&after=C-4520".to_string()),
    }
}

/// A fresh installation.
pub fn portfolio_empty() -> Portfolio {
    let mut view = portfolio(0);
    view.summary.needs = Vec::new();
    for pair in &mut view.summary.by_level {
        pair.1 = 0;
    }
    for pair in &mut view.summary.by_band {
        pair.1 = 0;
    }
    view.summary.speeds = Speeds {
        payments: 0,
        not_yet: 0,
        acted_s: None,
        received_ms: None,
    };
    view.summary.feeds = Vec::new();
    view.filters = Filters::default();
    view.total = 0;
    view.next = None;
    view
}

pub fn screen(kind: ScreenKind) -> Screen {
    Screen {
        kind,
        lender: "Bright Phones".to_string(),
        reference: "RF93447120".to_string(),
        imei: Some("352099001761481".to_string()),
        support: Some("+254 20 000 0000".to_string()),
        next_instance: Some("Central Bank, +254 20 111 1111".to_string()),
        heard: Some(at("2026-06-20", 14, 2)),
        pass: Pass {
            hours: 24,
            times: 1,
            period_days: 30,
            used: Some(1),
        },
        payment: None,
        classes: vec![
            "games".to_string(),
            "video".to_string(),
            "social".to_string(),
        ],
    }
}

/// All screens by name: the nine, the plain phone, and their variants.
pub fn screens() -> Vec<(&'static str, Screen)> {
    let owed = Owed {
        amount: kes("1500.00"),
        since: day("2026-03-10"),
    };
    let large = Owed {
        amount: money("KES", "1234567890123.45"),
        since: day("2026-03-10"),
    };
    let next = Some((day("2026-07-10"), kes("1500.00")));
    let with_payment = |kind, payment| Screen {
        payment: Some(payment),
        ..screen(kind)
    };
    vec![
        (
            "remind",
            screen(ScreenKind::Remind {
                owed: Some(owed.clone()),
                not_before: Some(day("2026-06-25")),
            }),
        ),
        (
            "remind-quiet",
            screen(ScreenKind::Remind {
                owed: None,
                not_before: None,
            }),
        ),
        ("reduce", screen(ScreenKind::Reduce { owed: owed.clone() })),
        ("lock", screen(ScreenKind::Lock { owed: owed.clone() })),
        (
            "lock-large-amount",
            screen(ScreenKind::Lock { owed: large }),
        ),
        (
            "lock-failed-payment",
            with_payment(
                ScreenKind::Lock { owed: owed.clone() },
                payment(PaymentState::Failed),
            ),
        ),
        (
            "pass",
            screen(ScreenKind::PassInUse {
                owed: Some(owed.clone()),
                until: at("2026-06-21", 14, 2),
            }),
        ),
        (
            "shielded",
            with_payment(
                ScreenKind::Shielded {
                    amount: kes("1500.00"),
                    days: Some(5),
                },
                payment(PaymentState::Pending),
            ),
        ),
        (
            "freed",
            screen(ScreenKind::Freed {
                amount: kes("1500.00"),
                acted_to_usable_s: Some(250),
                next_due: next,
            }),
        ),
        ("released", screen(ScreenKind::Released)),
        (
            "offline",
            screen(ScreenKind::Offline {
                last: at("2026-06-02", 14, 2),
                owed: Some(owed),
                lock: true,
            }),
        ),
        (
            "held",
            screen(ScreenKind::Held {
                until: Some(at("2026-06-24", 14, 2)),
            }),
        ),
        ("held-open", screen(ScreenKind::Held { until: None })),
        ("free", screen(ScreenKind::Free { next_due: next })),
    ]
}

pub fn phone(screen: Screen, facts: FiveFacts, source: Source) -> Phone {
    Phone {
        id: "C-4471".to_string(),
        live: fairlock_web::view::phone::Live {
            id: "C-4471".to_string(),
            source,
            screen,
            facts,
            overlays: Vec::new(),
            shown: vec![(
                "strict-default/final".to_string(),
                Some(at("2026-06-18", 10, 12)),
            )],
            heard: Some(at("2026-06-20", 14, 2)),
            connected: true,
            charter: Some(CharterFacts {
                highest: Level::Lock,
                counter: 1,
                offline_days: 14,
                lapse_hours: 72,
                last_day: day("2027-06-10"),
                accepted: true,
            }),
        },
    }
}

pub fn rule_pack() -> RulePack {
    let rule = |number, id: &str, says: &str, confidence: &str| pack::Rule {
        id: id.to_string(),
        group: match number {
            1 => Group::Released,
            2 => Group::DaysPastDue,
            _ => Group::Calendar,
        },
        number,
        says: says.to_string(),
        citation: "House value, for where nothing better is known".to_string(),
        url: Some("https://example.org/law/section-12".to_string()),
        confidence: confidence.to_string(),
        seen_on: day("2026-11-22"),
    };
    RulePack {
        id: "strict-default".to_string(),
        version: "1".to_string(),
        title: "Strict house values".to_string(),
        status: "conditional".to_string(),
        may_limit: true,
        jurisdiction: "us/ct".to_string(),
        highest: Level::Lock,
        effective_from: Some(day("2015-06-06")),
        effective_to: None,
        sources: vec![
            pack::Source {
                title: "An act on credit contracts".to_string(),
                url: Some("http://example.org/act".to_string()),
            },
            pack::Source {
                title: "Values of the house".to_string(),
                url: None,
            },
        ],
        judged_before: true,
        versions: vec!["3".to_string(), "2".to_string()],
        sha256: "0c5dbb2ae6cd23f51ad1d1e3a0a3b9a2f3a1fa8c3b1c7b55ad0f9cf2f9f7a1b2".to_string(),
        rules: vec![
            rule(1, "release_at_payoff", "Nothing owed: released", "house"),
            rule(
                2,
                "reduce.min_days_past_due",
                "at least 90 days past due",
                "medium",
            ),
            rule(
                3,
                "reduce.window",
                "Mon-Thu 09:00-16:00, no holiday, none the day after",
                "high",
            ),
        ],
    }
}

pub fn evidence() -> Evidence {
    let item = |path: &str, bytes| Item {
        path: path.to_string(),
        bytes,
        sha256: "0c5dbb2ae6cd23f51ad1d1e3a0a3b9a2f3a1fa8c3b1c7b55ad0f9cf2f9f7a1b2".to_string(),
    };
    let section = |part, items| Section { part, items };
    let decision = |no: u32| {
        let path = format!("decisions/{no:05}-9f31c2aa5be04d2f8a31c0ffee041799.txt");
        item(&path, 4_096)
    };
    Evidence {
        id: "C-4471".to_string(),
        at: at("2026-06-20", 11, 0),
        unread: None,
        hash: "0c5dbb2ae6cd23f51ad1d1e3a0a3b9a2f3a1fa8c3b1c7b55ad0f9cf2f9f7a1b2".to_string(),
        bytes: 1_204_511,
        sections: vec![
            section(
                Part::Contract,
                vec![item("contract.json", 412), item("scenario.json", 9_120)],
            ),
            section(Part::Ledger, vec![item("ledger.json", 8_000)]),
            section(Part::Notices, vec![item("notices.json", 2)]),
            section(Part::Decisions, (1..=20).map(decision).collect()),
            section(Part::Packs, vec![item("packs/strict-default.toml", 20_000)]),
            section(Part::Phone, vec![item("grants/0000001.cose", 220)]),
            section(Part::About, vec![item("README.txt", 4_000)]),
        ],
    }
}

/// Money in suspense: the second item is announced, the third could be two contracts'.
pub fn suspense(rows: usize) -> suspense::Suspense {
    let row = |n: usize| suspense::SuspenseRow {
        id: format!("P-3f1c22a90b{n:02}"),
        amount: kes("1500.00"),
        source: "mpesa-kes".to_string(),
        pending: n == 1,
        since: at("2026-06-17", 9, 12),
        reason: ["no_reference", "two_references", "amount_rule"][n % 3].to_string(),
        candidates: ["C-4471", "C-1002"][..n % 3]
            .iter()
            .map(|c| (*c).to_string())
            .collect(),
        kept: n == 2,
    };
    let change = |late: bool| suspense::OpenChange {
        kind: "chargeback".to_string(),
        id: "dp_1 <C-1>".to_string(),
        amount: kes("1500.00"),
        source: "cards".to_string(),
        since: at("2026-06-19", 9, 12),
        waits: true,
        late,
        note: None,
    };
    suspense::Suspense {
        rows: (0..rows).map(row).collect(),
        more: rows > 2,
        changes: (0..rows.min(2)).map(|n| change(n == 0)).collect(),
    }
}

/// The page on which a mapping is tried, before one is.
pub fn mapping_empty() -> mapping::MappingTry {
    mapping::MappingTry {
        known: vec![
            (
                "mpesa-portal".to_string(),
                Some("M-Pesa portal".to_string()),
            ),
            ("my-bank".to_string(), None),
        ],
        chosen: String::new(),
        outcome: None,
    }
}

/// A table of two statements: one that chains, one of which little is known.
pub fn mapping_read() -> mapping::MappingTry {
    let row = |is_credit: bool, status| mapping::Row {
        booked: is_credit.then(|| Day::parse("2026-06-19").unwrap()),
        is_credit,
        amount: kes("1500.00"),
        status,
        references: vec![("AcctSvcrRef", "R-<1>".to_string())],
        remittance: is_credit.then(|| "RF93447120\nthanks".to_string()),
        counterparty: is_credit.then(|| "Asha & Sons".to_string()),
    };
    let statement = |chains: Option<bool>| mapping::Statement {
        account: chains.map(|_| "KE-0012".to_string()),
        entries: 2,
        opening: chains.map(|_| Money::new(-1250, kes("1.00").currency())),
        closing: chains.map(|_| kes("1487.50")),
        chains,
        credits: vec![kes("1500.00")],
        debits: Vec::new(),
    };
    mapping::MappingTry {
        chosen: "my-bank".to_string(),
        outcome: Some(mapping::Outcome::Read(mapping::Read {
            mapping: "my-bank".to_string(),
            statements: [Some(true), Some(false), None].map(statement).into(),
            rows: vec![
                row(true, "booked"),
                row(false, "pending"),
                row(true, "information"),
                row(true, "future"),
            ],
            entries: 6,
        })),
        ..mapping_empty()
    }
}

/// A table with cells that can't be read.
pub fn mapping_wrong() -> mapping::MappingTry {
    let fault = |row: u32| mapping::Fault {
        place: format!("row {row}, column Amount"),
        found: "\"12..34\"".to_string(),
        expected: "an amount such as 1234.56".to_string(),
    };
    mapping::MappingTry {
        outcome: Some(mapping::Outcome::Wrong {
            mapping: "my-bank".to_string(),
            faults: (2..5).map(fault).collect(),
            more: true,
        }),
        ..mapping_empty()
    }
}

/// A mapping that is wrong itself.
pub fn mapping_none() -> mapping::MappingTry {
    let line = "my-bank.toml:9: found \"MM/dd/yyyy\", expected one format".to_string();
    mapping::MappingTry {
        outcome: Some(mapping::Outcome::NoMapping(vec![line])),
        ..mapping_empty()
    }
}

/// One item with two candidates.
pub fn suspense_item() -> suspense::SuspenseItem {
    let candidate =
        |id: &str, score, evidence: &[&str], level, would_be| suspense::SuspenseCandidate {
            id: id.to_string(),
            borrower: "A••• K•••".to_string(),
            score,
            evidence: evidence.iter().map(|e| (*e).to_string()).collect(),
            level,
            would_be: Some(would_be),
            restore: kes("1500.00"),
            same_currency: true,
        };
    suspense::SuspenseItem {
        id: "P-3f1c22a90b71".to_string(),
        version: 1,
        amount: kes("1500.00"),
        source: "mpesa-kes".to_string(),
        pending: false,
        waits: Some(("no_reference".to_string(), at("2026-06-17", 9, 12))),
        kept: None,
        contract: None,
        refund: suspense::Refund::None,
        received: vec![suspense::Received {
            source: "mpesa-kes".to_string(),
            at: at("2026-06-17", 9, 12),
            state: "booked".to_string(),
            text: Some("712044 phone <C-1>".to_string()),
            name: Some("JOYCE ODHIAMBO".to_string()),
        }],
        candidates: vec![
            candidate(
                "C-712044",
                92,
                &[
                    "reference_without_check_digits",
                    "same_payer",
                    "same_amount",
                ],
                Level::Remind,
                Level::Free,
            ),
            candidate("C-710244", 41, &["same_amount"], Level::Lock, Level::Lock),
        ],
        payer_known: true,
        trail: Vec::new(),
        said: None,
        typed: suspense::Typed::default(),
    }
}

/// The same after a decision that wasn't possible.
pub fn suspense_item_refused() -> suspense::SuspenseItem {
    let typed = suspense::Typed {
        by: "Amina".to_string(),
        reason: "receipt seen".to_string(),
        contract: "C-9".to_string(),
    };
    let why = "contract C-9 isn't there; expected one that was imported";
    suspense::SuspenseItem {
        said: Some(suspense::Said::Refused(why.to_string())),
        typed,
        ..suspense_item()
    }
}

/// The same after a match.
pub fn suspense_item_matched() -> suspense::SuspenseItem {
    let trail = suspense::TrailRow {
        at: at("2026-06-20", 11, 2),
        actor: "Amina".to_string(),
        action: "match".to_string(),
        reason: "receipt seen".to_string(),
        before: "1500.00 booked, on no contract, in suspense: no_reference".to_string(),
        after: "1500.00 booked on contract C-712044".to_string(),
    };
    suspense::SuspenseItem {
        waits: None,
        contract: Some("C-712044".to_string()),
        candidates: Vec::new(),
        said: Some(suspense::Said::Done(trail.after.clone())),
        trail: vec![trail],
        ..suspense_item()
    }
}
