//! The 2,000 contracts. The first forty are told one by one, because their phones are watched; the
//! others are drawn.

use fairlock_domain::calendar::Day;
use fairlock_domain::money::{Currency, Money};
use fairlock_domain::payment::Reference;

use crate::calendar::day;
use crate::chance::Chance;
use crate::habits::Habit;
use crate::people::{Country, Person, device};

const CONTRACTS: u32 = 2_000;
/// Contracts that may have a simulated phone; the demo takes as many of the first as it is told.
const PHONES: u32 = 500;
/// The number of the first contract.
const FIRST_NUMBER: u32 = 1_001;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Feed {
    BankKes,
    BankUgx,
    BankKwd,
    MpesaKes,
}

impl Feed {
    pub fn name(self) -> &'static str {
        match self {
            Feed::BankKes => "bank-kes",
            Feed::BankUgx => "bank-ugx",
            Feed::BankKwd => "bank-kwd",
            Feed::MpesaKes => "mpesa-kes",
        }
    }

    fn country(self) -> Country {
        match self {
            Feed::BankKes | Feed::MpesaKes => Country::Kenya,
            Feed::BankUgx => Country::Uganda,
            Feed::BankKwd => Country::Kuwait,
        }
    }

    pub fn currency(self) -> &'static str {
        match self {
            Feed::BankKes | Feed::MpesaKes => "KES",
            Feed::BankUgx => "UGX",
            Feed::BankKwd => "KWD",
        }
    }

    /// Least and most of an instalment a month, and its step, in minor units.
    fn prices(self) -> (i64, i64, i64) {
        match self {
            Feed::BankKes | Feed::MpesaKes => (120_000, 450_000, 5_000),
            Feed::BankUgx => (38_000, 140_000, 500),
            Feed::BankKwd => (4_250, 18_750, 250),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Weekly,
    Fortnightly,
    Monthly,
}

impl Step {
    pub fn name(self) -> &'static str {
        match self {
            Step::Weekly => "weekly",
            Step::Fortnightly => "fortnightly",
            Step::Monthly => "monthly",
        }
    }

    /// Parts of a month's instalment.
    fn parts(self) -> i64 {
        match self {
            Step::Weekly => 4,
            Step::Fortnightly => 2,
            Step::Monthly => 1,
        }
    }
}

pub struct Contract {
    /// Position in the file.
    pub index: usize,
    pub id: String,
    pub reference: Reference,
    pub borrower: Person,
    pub imei: String,
    pub model: &'static str,
    pub product: &'static str,
    pub packs: &'static str,
    pub feed: Feed,
    pub signed_on: Day,
    pub consent: bool,
    /// Days from day 0.
    pub first_due: i32,
    pub step: Step,
    pub count: u32,
    /// Minor units of one instalment.
    pub amount: i64,
    pub habit: Habit,
}

impl Contract {
    /// The due days that are within the calendar, counted from day 0.
    pub fn dues(&self) -> Vec<i32> {
        let first = day(self.first_due);
        let due = |number: u32| {
            let number = i32::try_from(number).unwrap_or(0);
            match self.step {
                Step::Weekly => self.first_due + 7 * number,
                Step::Fortnightly => self.first_due + 14 * number,
                Step::Monthly => month_later(first, number).days_since(day(0)),
            }
        };
        (0..self.count).map(due).collect()
    }

    pub fn currency(&self) -> Currency {
        currency(self.feed)
    }
}

fn currency(feed: Feed) -> Currency {
    Currency::from_code(feed.currency()).expect("the demo's currencies are in ISO 4217")
}

/// The same day of a later month; a short month takes its last day.
fn month_later(first: Day, months: i32) -> Day {
    let (year, month, day_of_month) = first.ymd();
    let index = i32::from(month) - 1 + months;
    let month = u8::try_from(index.rem_euclid(12) + 1).unwrap_or(1);
    let year = year + index.div_euclid(12);
    let day = (1..=day_of_month)
        .rev()
        .find_map(|day| Day::from_ymd(year, month, day));
    day.expect("every month has a first day")
}

/// Terms of a contract before a person and a device are drawn for it.
#[derive(Clone, Copy)]
pub struct Terms {
    pub feed: Feed,
    pub packs: &'static str,
    pub step: Step,
    pub first_due: i32,
    pub count: u32,
    pub habit: Habit,
}

pub fn draw(chance: &mut Chance) -> Vec<Contract> {
    let mut contracts = Vec::new();
    for index in 0..CONTRACTS {
        let told = crate::habits::WATCHED.get(index as usize).copied();
        let watched = told.is_some();
        let terms = told.unwrap_or_else(|| draw_terms(chance));
        contracts.push(contract(index, terms, watched, chance));
    }
    contracts
}

fn draw_terms(chance: &mut Chance) -> Terms {
    let feed = chance.weighted(&[
        (36, Feed::MpesaKes),
        (26, Feed::BankKes),
        (23, Feed::BankUgx),
        (15, Feed::BankKwd),
    ]);
    let packs = chance.weighted(&[(84, "sandbox"), (11, "strict-default"), (5, "in")]);
    let step = chance.weighted(&[
        (78, Step::Monthly),
        (13, Step::Fortnightly),
        (9, Step::Weekly),
    ]);
    // Many begin to pay after the harvest, beyond the calendar.
    let after_harvest = chance.percent(54);
    let first_due = match after_harvest {
        true => chance.between(152, 200),
        false => chance.between(3, 33),
    };
    let count = match step {
        Step::Monthly => chance.between(4, 12),
        Step::Fortnightly => chance.between(5, 9),
        Step::Weekly => chance.between(6, 12),
    };
    let habit = match after_harvest {
        true => Habit::Never,
        false => Habit::draw(chance),
    };
    Terms {
        feed,
        packs,
        step,
        first_due: i32::try_from(first_due).unwrap_or(0),
        count: u32::try_from(count).unwrap_or(1),
        habit,
    }
}

fn contract(index: u32, terms: Terms, watched: bool, chance: &mut Chance) -> Contract {
    let (least, most, step) = terms.feed.prices();
    let monthly = chance.between(least / step, most / step);
    let amount = (monthly / terms.step.parts()).max(1) * step;
    let id = format!("C-{}", FIRST_NUMBER + index);
    let reference = Reference::of_contract(&id).expect("the demo's ids make references");
    let borrower = Person::draw(terms.feed.country(), chance);
    let (model, imei) = device(100_000 + index * 7, chance);
    let before = i32::try_from(chance.between(14, 40)).unwrap_or(14);
    let signed_on = day(terms.first_due.min(10) - before).min(day(-1));
    let other = chance.weighted(&[(94, "purchase_loan"), (6, "lease")]);
    Contract {
        index: index as usize,
        id,
        reference,
        borrower,
        imei,
        model,
        product: if watched || terms.packs != "sandbox" {
            "purchase_loan"
        } else {
            other
        },
        packs: terms.packs,
        feed: terms.feed,
        signed_on,
        consent: watched || chance.percent(98),
        first_due: terms.first_due,
        step: terms.step,
        count: terms.count,
        amount,
        habit: terms.habit,
    }
}

pub fn csv(contracts: &[Contract]) -> String {
    let mut text = String::from(
        "contract,reference,borrower,phone_number,imei,model,product,currency,signed_on,consent_on,\
         separate_signature,acknowledged_copy,time_zone,packs,feed,first_due,step,instalments,amount,phone\n",
    );
    for (contract, number) in contracts.iter().zip(0u32..) {
        let signed_on = contract.signed_on;
        let consent = match contract.consent {
            true => format!("{signed_on},yes,yes"),
            false => ",,".to_owned(),
        };
        let amount = Money::new(i128::from(contract.amount), contract.currency());
        let cells = [
            contract.id.clone(),
            contract.reference.to_string(),
            contract.borrower.full_name(),
            contract.borrower.number.clone(),
            contract.imei.clone(),
            contract.model.to_owned(),
            contract.product.to_owned(),
            contract.currency().to_string(),
            signed_on.to_string(),
            consent,
            contract.feed.country().time_zone().to_owned(),
            contract.packs.to_owned(),
            contract.feed.name().to_owned(),
            day(contract.first_due).to_string(),
            contract.step.name().to_owned(),
            contract.count.to_string(),
            amount.to_string(),
            if number < PHONES { "yes" } else { "no" }.to_owned(),
        ];
        text.push_str(&cells.join(","));
        text.push('\n');
    }
    text
}
