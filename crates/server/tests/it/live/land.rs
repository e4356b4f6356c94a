//! A land with short times, a contract under its law, and a phone: what the phone may come to.
//!
//! The law is the sandbox's ladder with a place and sources of its own, so that it may stand over a
//! real contract. Of the first instalment, due on 10 February 2026 in Nairobi, nobody pays: both
//! notices are sent as soon as they count, so that `reduce` can begin on the 13th at 08:00 and
//! `lock` on the 17th at 08:00.

use std::fmt::Write as _;

use fairlock_domain::calendar::Span;
use fairlock_domain::rules::{Level, Proof};
use fairlock_domain::standing::{EventKind, NoticeId};
use fairlock_protocol::{Grant, Level as Wire};
use fairlock_rulebook::{Rulebook, builtin_texts};
use fairlock_server::permits::{self, Kind};
use fairlock_server::{contracts, live};
use fairlock_storage::{GrantState, PermitsRecorded};

use crate::device::rig::{IMEI, LENDER, Phone, Site};

/// The law of the land, with a status.
pub fn law(status: &str) -> String {
    let sandbox = builtin_texts().iter();
    let (_, sandbox) = sandbox
        .clone()
        .find(|(file, _)| *file == "packs/sandbox/pack.toml")
        .expect("the sandbox");
    sandbox
        .replace("id = \"sandbox\"", "id = \"land\"")
        .replace("number = 1", "number = 70")
        .replace("jurisdiction = \"none\"", "jurisdiction = \"xx\"")
        .replace("confidence = \"fictional\"", "confidence = \"house\"")
        .replace("status = \"permitted\"", &format!("status = \"{status}\""))
}

/// The same with one more rule: table and its own keys.
pub fn with(mut law: String, table: &str, keys: &str) -> String {
    let rule = format!(
        "\n{table}\n{keys}\nnumber = 7099\ncitation = \"Land Act.\"\nurl = \"here\"\n\
         confidence = \"house\"\nseen_on = \"2026-11-22\"\n"
    );
    law.write_str(&rule).expect("a string");
    law
}

pub fn book(law: &str) -> Rulebook {
    Rulebook::from_texts([("land", law)]).unwrap_or_else(|error| panic!("{error}\n{law}"))
}

/// A contract file: C-1001 under packs, with its creditor's name and kind.
pub fn file(packs: &str, creditor: (&str, &str)) -> String {
    let (name, kind) = creditor;
    format!(
        "contract,borrower,imei,product,currency,signed_on,consent_on,separate_signature,\
         acknowledged_copy,time_zone,packs,first_due,step,instalments,amount,goods,creditor,\
         creditor_kind,borrower_kind,days_of_grace\n\
         C-1001,Amina Kamau,{IMEI},purchase_loan,KES,2026-01-10,2026-01-10,yes,yes,Africa/Nairobi,\
         {packs},2026-02-10,monthly,3,1500.00,consumer_goods,{name},{kind},consumer,4\n"
    )
}

/// A clearance of the land's pack.
pub fn clearance(on: &str, until: &str, withdrawn_on: &str) -> (Kind, String) {
    let hash = "c0ffee00".repeat(8);
    let row = format!("land,J. Hale,{on},{until},{hash},{withdrawn_on}");
    let columns = "pack,by,on,until,opinion_sha256,withdrawn_on";
    (Kind::Clearances, format!("{columns}\n{row}\n"))
}

/// A regulator's approval for the land's pack.
pub fn approval(on: &str, until: &str) -> (Kind, String) {
    let row = format!("land,LR 17/4,{on},{until}");
    (Kind::Approvals, format!("pack,reference,on,until\n{row}\n"))
}

/// A live lender with one contract and its phone.
pub struct Land {
    pub site: Site,
    pub phone: Phone,
    book: Rulebook,
}

impl Land {
    /// On 10 January 2026 at noon, the phone just enrolled.
    pub async fn settled(law: &str, creditor: (&str, &str), permits: &[(Kind, String)]) -> Land {
        let rulebook = book(law);
        let site = Site::start_with(rulebook.clone(), |store, rulebook, now| {
            live::make_live(store, LENDER, rulebook, now).unwrap();
            let file = file("land", creditor);
            let imported = contracts::import(store, LENDER, rulebook, file.as_bytes(), now);
            assert_eq!(imported.unwrap().added, 1);
            for (kind, file) in permits {
                let told = (*kind, file.as_bytes());
                let recorded = permits::import(store, LENDER, rulebook, told, now);
                assert_eq!(recorded.unwrap().added, 1);
            }
        })
        .await;
        let phone = Phone::enrol(&site).await;
        Land {
            site,
            phone,
            book: rulebook,
        }
    }

    /// News of a permit, while the server runs; it comes to know of them a second later.
    pub async fn permit(&self, (kind, file): (Kind, String)) -> PermitsRecorded {
        let (store, told) = (&self.site.store, (kind, file.as_bytes()));
        let recorded = permits::import(store, LENDER, &self.book, told, self.site.now());
        let later = self.site.now().plus(Span::seconds(1));
        self.site.clock(&later.to_string()).await;
        recorded.unwrap()
    }

    /// Time goes by until a local time in February, as `13 08:00`; a notice that is due then
    /// reaches the borrower.
    pub async fn until(&self, time: &str, sent: Option<&str>) {
        let (day, hour) = time.split_once(' ').expect("a day and an hour");
        self.site
            .clock(&format!("2026-02-{day}T{hour}:00+03:00"))
            .await;
        if let Some(notice) = sent {
            let notice = NoticeId {
                pack: "land".to_owned(),
                notice: notice.to_owned(),
            };
            let (channel, proof) = ("phone".to_owned(), Proof::Sent);
            self.site.happens(
                "C-1001",
                EventKind::Notice {
                    notice,
                    channel,
                    proof,
                },
            );
            self.site.running.quiet().await;
        }
    }

    /// The whole February: the level of the newest plan at its end.
    pub async fn lived(&self) -> Level {
        self.until("11 00:00", None).await;
        self.until("11 09:00", Some("first")).await;
        self.until("13 08:00", None).await;
        self.until("13 09:00", Some("final")).await;
        self.until("17 08:00", None).await;
        self.planned()
    }

    pub fn planned(&self) -> Level {
        let contract = self.site.store.contract(LENDER, "C-1001").unwrap();
        contract.expect("imported").level
    }

    /// The highest level that any signed grant of the contract could ever bring.
    pub fn reached(&self) -> Wire {
        let grants = self.site.store.grants_of(LENDER, "C-1001", 1_000).unwrap();
        let signed = grants.iter().filter(|row| row.state == GrantState::Signed);
        let reach = signed.map(|row| reach(&row.payload));
        reach.max().expect("a first grant")
    }

    /// The highest level that the newest signed grant can bring.
    pub fn newest(&self) -> Wire {
        let grants = self.site.store.grants_of(LENDER, "C-1001", 1_000).unwrap();
        let signed = grants.iter().find(|row| row.state == GrantState::Signed);
        reach(&signed.expect("a first grant").payload)
    }

    /// What a rule saw on the day of the newest clock, by the stored facts.
    pub fn saw(&self, rule: &str) -> String {
        let facts = self.site.store.facts(LENDER, "C-1001").unwrap().unwrap();
        let zone = fairlock_rulebook::zone::load("Africa/Nairobi").unwrap();
        let rules = self.book.rules_for(&["land"]).unwrap();
        let plan = fairlock_domain::plan::plan(&facts.facts(zone), &rules, self.site.now());
        let findings = plan.unwrap().findings.into_iter();
        let mut of_rule = findings.filter(|finding| finding.rule == format!("land/{rule}"));
        let finding = of_rule.next().expect("the rule's finding");
        format!("{}: {}", finding.verdict.name(), finding.saw)
    }
}

fn reach(payload: &[u8]) -> Wire {
    let grant = Grant::read(payload).unwrap();
    let later = grant.later.iter().map(|step| step.level);
    later.fold(grant.level, Wire::max)
}
