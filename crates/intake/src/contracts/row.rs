//! The cells of a contract's row.

use fairlock_domain::calendar::Day;
use fairlock_domain::contract::{
    BorrowerKind, Consent, Contract, Creditor, CreditorKind, Frequency, Goods, Instalment,
    Particulars, Product,
};
use fairlock_domain::money::{AMOUNT_MAX_MINOR, Currency, Money};
use fairlock_domain::payment::{Reference, virtual_account};
use fairlock_domain::pii::Pii;

use crate::contracts::ContractRow;
use crate::error::ReadError;
use crate::imei;
use crate::table::Cells;

/// Instalments of one contract: ten years of weeks, longer than any phone lives.
const INSTALMENTS_MAX: u32 = 520;
/// More grace than any contract gives, in days.
const GRACE_MAX_DAYS: u16 = 3_650;

/// Time between two due dates.
#[derive(Clone, Copy)]
enum Step {
    Weekly,
    Fortnightly,
    Monthly,
}

impl Cells<'_> {
    /// The row, or `None` after its errors were added. Every cell is looked at, also after an
    /// error.
    pub(super) fn contract(&mut self) -> Option<ContractRow> {
        let id = self.id();
        let reference = id.as_ref().map(|(_, reference)| reference.clone());
        if let Some(reference) = &reference {
            self.same_reference(reference);
        }
        let borrower = self.named("borrower", "a name");
        let phone_number = self.phone_number();
        let email = self.email();
        let language = self.language();
        let imei = self.imei();
        let model = self.optional("model").map(str::to_owned);
        let virtual_account = self.virtual_account();
        let product = self.parse(
            "product",
            "purchase_loan, lease or cash_loan",
            Product::from_name,
        );
        let signed_on = self.day("signed_on");
        let consent = self.consent();
        let time_zone = self.named("time_zone", "an IANA time zone such as Africa/Nairobi");
        let packs = self.packs();
        let feed = self.optional("feed").map(str::to_owned);
        let phone = self.flag("phone");
        let particulars = self.particulars();
        let instalments = self.instalments(signed_on);
        if !self.is_clean() {
            return None;
        }
        let (id, reference) = id?;
        let instalments = instalments?;
        let particulars = Particulars {
            frequency: Frequency::of(&instalments),
            ..particulars?
        };
        Some(ContractRow {
            line: self.line,
            contract: Contract {
                id,
                product: product?,
                currency: instalments.first()?.amount.currency(),
                signed_on: signed_on?,
                consent: consent?,
                instalments,
                feed,
            },
            particulars,
            reference,
            borrower: Pii::new(borrower?),
            phone_number: phone_number?,
            email: email?,
            language: language?,
            imei: Pii::new(imei?),
            model,
            virtual_account: virtual_account?,
            time_zone: time_zone?,
            packs: packs?,
            phone: phone?,
        })
    }

    /// The id and the reference made of it.
    fn id(&mut self) -> Option<(String, Reference)> {
        let id = self.get("contract");
        let plain = id.bytes().all(|byte| byte.is_ascii_graphic());
        match Reference::of_contract(id) {
            Ok(reference) if plain => Some((id.to_owned(), reference)),
            Ok(_) => {
                self.error(
                    "contract",
                    id,
                    "letters, digits and punctuation without spaces",
                );
                None
            }
            Err(_) => {
                self.error(
                    "contract",
                    id,
                    "a contract id of 1 to 16 letters and digits",
                );
                None
            }
        }
    }

    /// The file may print the reference for its readers; it must be the contract's own.
    fn same_reference(&mut self, reference: &Reference) {
        let Some(text) = self.optional("reference") else {
            return;
        };
        if Reference::parse(text).as_ref() != Ok(reference) {
            self.error(
                "reference",
                text,
                format!("{reference}, made of the contract's id"),
            );
        }
    }

    fn phone_number(&mut self) -> Option<Option<Pii<String>>> {
        let text = self.get("phone_number");
        let digits = text.strip_prefix('+').unwrap_or(text);
        if digits.is_empty() {
            return Some(None);
        }
        if (9..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Some(Pii::new(digits.to_owned())));
        }
        self.hidden_error(
            "phone_number",
            "a number of 9 to 15 digits with its country code",
        );
        None
    }

    fn virtual_account(&mut self) -> Option<Option<String>> {
        let Some(text) = self.optional("virtual_account") else {
            return Some(None);
        };
        let number = virtual_account::registered(text);
        if number.is_none() {
            let expected = "8 to 34 letters and digits, at least 6 of them digits";
            let text = text.to_owned();
            self.error("virtual_account", &text, expected);
        }
        number.map(Some)
    }

    /// One mailbox, as far as an address can be checked without writing to it.
    fn email(&mut self) -> Option<Option<Pii<String>>> {
        let text = self.get("email");
        if text.is_empty() {
            return Some(None);
        }
        if is_address(text) {
            return Some(Some(Pii::new(text.to_owned())));
        }
        self.hidden_error("email", "one address such as name@example.org, or nothing");
        None
    }

    fn language(&mut self) -> Option<Option<String>> {
        let text = self.get("language").to_owned();
        if text.is_empty() {
            return Some(None);
        }
        if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return Some(Some(text));
        }
        self.error("language", &text, "two small letters such as en, sw or hi");
        None
    }

    fn imei(&mut self) -> Option<String> {
        let text = self.get("imei");
        if let Err(error) = imei::check(text) {
            let place = self.place("imei");
            self.push(ReadError::new(place, error.to_string(), error.expected()));
            return None;
        }
        Some(text.to_owned())
    }

    /// Three columns, of which all or none are filled.
    fn consent(&mut self) -> Option<Option<Consent>> {
        let filled = ["consent_on", "separate_signature", "acknowledged_copy"]
            .iter()
            .any(|column| self.optional(column).is_some());
        if !filled {
            return Some(None);
        }
        let on = self.day("consent_on");
        let separate_signature = self.flag("separate_signature");
        let acknowledged_copy = self.flag("acknowledged_copy");
        Some(Some(Consent {
            separate_signature: separate_signature?,
            acknowledged_copy: acknowledged_copy?,
            on: on?,
        }))
    }

    /// What packs ask besides the terms; an empty cell is not known.
    fn particulars(&mut self) -> Option<Particulars> {
        let goods = self.word_or_none("goods", &names(Goods::ALL, Goods::name), Goods::from_name);
        let creditor = self.creditor();
        let kinds = names(BorrowerKind::ALL, BorrowerKind::name);
        let borrower = self.word_or_none("borrower_kind", &kinds, BorrowerKind::from_name);
        let expected = format!("whole days from 0 to {GRACE_MAX_DAYS}, or nothing");
        let days_of_grace = self.parse("days_of_grace", &expected, |text| match text {
            "" => Some(0),
            digits if !digits.bytes().all(|byte| byte.is_ascii_digit()) => None,
            digits => digits.parse().ok().filter(|days| *days <= GRACE_MAX_DAYS),
        });
        Some(Particulars {
            goods: goods?,
            creditor: creditor?,
            borrower: borrower?,
            days_of_grace: days_of_grace?,
            ..Particulars::default()
        })
    }

    /// Two columns, of which both or none are filled.
    fn creditor(&mut self) -> Option<Option<Creditor>> {
        let filled = ["creditor", "creditor_kind"].map(|column| self.optional(column).is_some());
        if filled == [false, false] {
            return Some(None);
        }
        let name = self.named("creditor", "the registered name beside its kind");
        let kinds = names(CreditorKind::ALL, CreditorKind::name);
        let kind = self.word("creditor_kind", &kinds, CreditorKind::from_name);
        Some(Some(Creditor {
            name: name?,
            kind: kind?,
        }))
    }

    /// Pack ids with spaces between, none twice.
    fn packs(&mut self) -> Option<Vec<String>> {
        self.parse(
            "packs",
            "one or more rule packs with spaces between, none twice",
            |text| {
                let packs: Vec<String> = text.split_ascii_whitespace().map(str::to_owned).collect();
                let twice = packs
                    .iter()
                    .enumerate()
                    .any(|(position, pack)| packs[..position].contains(pack));
                (!packs.is_empty() && !twice).then_some(packs)
            },
        )
    }

    /// The schedule: equal amounts from the first due date on.
    fn instalments(&mut self, signed_on: Option<Day>) -> Option<Vec<Instalment>> {
        let currency = self.parse(
            "currency",
            "an ISO 4217 currency such as KES",
            Currency::from_code,
        );
        let amount = currency.and_then(|currency| self.amount(currency));
        let first_due = self.day("first_due");
        let step = self.parse("step", "weekly, fortnightly or monthly", Step::from_name);
        let count = self.parse("instalments", "a number from 1 to 520", |text| {
            text.parse()
                .ok()
                .filter(|count| (1..=INSTALMENTS_MAX).contains(count))
        });
        let (amount, first_due, step, count) = (amount?, first_due?, step?, count?);
        if signed_on.is_some_and(|signed_on| first_due < signed_on) {
            self.error(
                "first_due",
                self.get("first_due"),
                "a date that isn't before signed_on",
            );
            return None;
        }
        if amount.minor() * i128::from(count) > AMOUNT_MAX_MINOR {
            self.error(
                "amount",
                self.get("amount"),
                "instalments that sum to at most 10^15 minor units",
            );
            return None;
        }
        let instalments = (0..count).map(|number| {
            step.due(first_due, number)
                .map(|due| Instalment { due, amount })
        });
        let instalments: Option<Vec<Instalment>> = instalments.collect();
        if instalments.is_none() {
            self.error(
                "first_due",
                self.get("first_due"),
                "instalments that end before the year 10000",
            );
        }
        instalments
    }

    /// More than zero, with exactly the currency's decimals.
    fn amount(&mut self, currency: Currency) -> Option<Money> {
        let text = self.get("amount");
        let expected = match Money::parse(text, currency) {
            Ok(amount) if amount.is_positive() => return Some(amount),
            Ok(_) => "an amount above zero".to_owned(),
            Err(error) => format!("{error} for {currency}"),
        };
        self.error("amount", text, expected);
        None
    }
}

/// The words of a closed list.
fn names<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|word| name(*word)).collect()
}

impl Step {
    fn from_name(name: &str) -> Option<Self> {
        match name {
            "weekly" => Some(Step::Weekly),
            "fortnightly" => Some(Step::Fortnightly),
            "monthly" => Some(Step::Monthly),
            _ => None,
        }
    }

    /// The due date of an instalment, counted from 0. `None` beyond the calendar.
    fn due(self, first: Day, number: u32) -> Option<Day> {
        let number = i32::try_from(number).ok()?;
        let due = match self {
            Step::Weekly => first.plus_days(7 * number),
            Step::Fortnightly => first.plus_days(14 * number),
            Step::Monthly => return months_later(first, number),
        };
        (due.ymd().0 <= 9999).then_some(due)
    }
}

/// The same day of a later month; a month that is too short takes its last day, and the day comes
/// back afterwards.
fn months_later(first: Day, months: i32) -> Option<Day> {
    let (year, month, day) = first.ymd();
    let month_index = i32::from(month) - 1 + months;
    let year = year + month_index.div_euclid(12);
    let month = u8::try_from(month_index.rem_euclid(12) + 1).ok()?;
    (1..=day)
        .rev()
        .find_map(|day| Day::from_ymd(year, month, day))
}

/// The longest address that mail knows (RFC 5321, 4.5.3.1.3: a path of 256 with its brackets).
const ADDRESS_MAX: usize = 254;

/// `local@domain` in visible ASCII, nothing that could end a line of the mail protocol or name a
/// second mailbox.
fn is_address(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"<>()[],;:\\\"@".contains(&byte);
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let labels = || domain.split('.');
    let label = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty() && label.len() <= 63 && label.bytes().all(inner)
    };
    text.len() <= ADDRESS_MAX
        && (1..=64).contains(&local.len())
        && local.bytes().all(plain)
        && labels().count() >= 2
        && labels().all(label)
}
