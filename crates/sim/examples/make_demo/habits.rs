//! How borrowers pay: each habit makes payments of a contract's schedule.

use crate::calendar::{DAYS, Moment};
use crate::chance::Chance;
use crate::portfolio::{Contract, Feed, Step, Terms};

/// A way to pay. Days are counted from day 0, instalments from 0.
#[derive(Clone, Copy)]
pub enum Habit {
    /// Each instalment, so many days before it is due at most.
    OnTime,
    /// Each instalment, so many days after it was due.
    Late(i32),
    /// On time, but once nothing comes for so many days after an instalment was due; then all
    /// that is due by then.
    LateOnce { which: usize, days: i32 },
    /// Two instalments at a time, when the first of them is due.
    Ahead,
    /// On time for so many, then never again.
    Stops(usize),
    /// Nothing at all.
    Never,
    /// On time for so many, then all that is left on that day.
    PaysOff { after: usize, day: i32 },
    /// Nothing until that day, then all that was due, and on time from then on.
    CatchesUp(i32),
    /// Half when it is due, half so many days later.
    InHalves(i32),
    /// On time; the money of one comes back from the bank so many days after it was booked, and
    /// is paid again when the phone shows it.
    Returned { which: usize, days: i32 },
    /// On time, but one is announced and never booked; it is paid again so many days later.
    Bounces { which: usize, days: i32 },
    /// On time, but one has a mistyped reference and waits in suspense.
    Mistypes(usize),
    /// On time, and the last one twice.
    Overpays,
}

/// Money that came back is paid again so long after, when a ladder of a week has been climbed.
const REPAID_AFTER_DAYS: i32 = 10;

/// The contracts whose phones are watched: one of each story, in every currency.
pub const WATCHED: [Terms; 40] = [
    watched(Feed::MpesaKes, Step::Monthly, 5, 6, Habit::OnTime),
    watched(
        Feed::MpesaKes,
        Step::Weekly,
        4,
        12,
        Habit::LateOnce { which: 2, days: 9 },
    ),
    watched(
        Feed::BankKes,
        Step::Monthly,
        6,
        6,
        Habit::LateOnce { which: 0, days: 10 },
    ),
    watched(Feed::BankUgx, Step::Fortnightly, 3, 8, Habit::OnTime),
    watched(
        Feed::BankKwd,
        Step::Monthly,
        8,
        5,
        Habit::LateOnce { which: 1, days: 4 },
    ),
    watched(Feed::MpesaKes, Step::Monthly, 9, 8, Habit::Stops(1)),
    watched(
        Feed::MpesaKes,
        Step::Weekly,
        3,
        8,
        Habit::PaysOff { after: 2, day: 27 },
    ),
    watched(
        Feed::BankKes,
        Step::Fortnightly,
        5,
        7,
        Habit::Returned { which: 2, days: 3 },
    ),
    watched(
        Feed::BankKes,
        Step::Monthly,
        12,
        4,
        Habit::Bounces { which: 1, days: 9 },
    ),
    watched(Feed::MpesaKes, Step::Monthly, 4, 4, Habit::Mistypes(1)),
    watched(
        Feed::BankUgx,
        Step::Monthly,
        25,
        5,
        Habit::LateOnce { which: 1, days: 8 },
    ),
    watched(Feed::BankUgx, Step::Weekly, 6, 12, Habit::Stops(7)),
    watched(Feed::BankKwd, Step::Fortnightly, 4, 8, Habit::InHalves(5)),
    under(
        "strict-default",
        Feed::BankKes,
        Step::Monthly,
        -51,
        10,
        Habit::CatchesUp(62),
    ),
    under(
        "strict-default",
        Feed::MpesaKes,
        Step::Monthly,
        -45,
        9,
        Habit::Never,
    ),
    under("in", Feed::MpesaKes, Step::Monthly, 7, 6, Habit::Stops(0)),
    under("in", Feed::BankKwd, Step::Monthly, 10, 6, Habit::OnTime),
    watched(Feed::MpesaKes, Step::Fortnightly, 8, 6, Habit::Late(8)),
    watched(Feed::MpesaKes, Step::Monthly, 15, 3, Habit::Overpays),
    watched(Feed::BankKes, Step::Weekly, 7, 10, Habit::Late(2)),
    watched(Feed::MpesaKes, Step::Monthly, 14, 6, Habit::CatchesUp(24)),
    watched(
        Feed::BankUgx,
        Step::Monthly,
        11,
        6,
        Habit::PaysOff { after: 1, day: 70 },
    ),
    watched(Feed::BankKwd, Step::Monthly, 13, 5, Habit::Stops(2)),
    watched(Feed::MpesaKes, Step::Weekly, 10, 10, Habit::InHalves(3)),
    watched(
        Feed::MpesaKes,
        Step::Monthly,
        18,
        5,
        Habit::LateOnce { which: 2, days: 12 },
    ),
    watched(Feed::BankKes, Step::Monthly, 20, 6, Habit::Ahead),
    watched(Feed::BankUgx, Step::Fortnightly, 9, 9, Habit::CatchesUp(61)),
    watched(Feed::BankUgx, Step::Monthly, 24, 5, Habit::Never),
    watched(Feed::MpesaKes, Step::Fortnightly, 12, 9, Habit::Stops(4)),
    watched(
        Feed::BankKwd,
        Step::Weekly,
        5,
        12,
        Habit::LateOnce { which: 6, days: 8 },
    ),
    watched(Feed::MpesaKes, Step::Monthly, 22, 6, Habit::OnTime),
    watched(Feed::BankKes, Step::Monthly, 16, 5, Habit::Mistypes(2)),
    watched(
        Feed::MpesaKes,
        Step::Monthly,
        17,
        4,
        Habit::PaysOff { after: 0, day: 9 },
    ),
    watched(
        Feed::BankKes,
        Step::Fortnightly,
        13,
        8,
        Habit::Bounces { which: 3, days: 7 },
    ),
    under(
        "strict-default",
        Feed::BankUgx,
        Step::Monthly,
        6,
        8,
        Habit::LateOnce { which: 1, days: 20 },
    ),
    watched(Feed::MpesaKes, Step::Weekly, 8, 9, Habit::CatchesUp(30)),
    watched(
        Feed::BankKwd,
        Step::Monthly,
        19,
        6,
        Habit::Returned { which: 1, days: 4 },
    ),
    watched(
        Feed::MpesaKes,
        Step::Monthly,
        28,
        5,
        Habit::LateOnce { which: 0, days: 8 },
    ),
    watched(Feed::BankKes, Step::Monthly, 30, 3, Habit::Never),
    watched(
        Feed::MpesaKes,
        Step::Fortnightly,
        2,
        6,
        Habit::PaysOff { after: 3, day: 55 },
    ),
];

const fn watched(feed: Feed, step: Step, first_due: i32, count: u32, habit: Habit) -> Terms {
    under("sandbox", feed, step, first_due, count, habit)
}

const fn under(
    packs: &'static str,
    feed: Feed,
    step: Step,
    first_due: i32,
    count: u32,
    habit: Habit,
) -> Terms {
    Terms {
        feed,
        packs,
        step,
        first_due,
        count,
        habit,
    }
}

impl Habit {
    pub fn draw(chance: &mut Chance) -> Self {
        let which = usize::try_from(chance.between(0, 2)).unwrap_or(0);
        let days = i32::try_from(chance.between(1, 14)).unwrap_or(1);
        let late = i32::try_from(chance.between(1, 3)).unwrap_or(1);
        let day = i32::try_from(chance.between(20, 130)).unwrap_or(20);
        chance.weighted(&[
            (480, Habit::OnTime),
            (130, Habit::Ahead),
            (110, Habit::LateOnce { which, days }),
            (60, Habit::Late(late)),
            (70, Habit::Stops(which + 1)),
            (25, Habit::Never),
            (60, Habit::PaysOff { after: which, day }),
            (25, Habit::CatchesUp(day)),
            (20, Habit::InHalves(late)),
            (6, Habit::Returned { which, days: late }),
            (6, Habit::Bounces { which, days }),
            (14, Habit::Mistypes(which)),
            (4, Habit::Overpays),
        ])
    }
}

/// What the payer writes, so that the money finds the contract.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Memo {
    /// The reference, where the format has a place for it, else in the text.
    Reference,
    /// The reference with two characters swapped or one wrong.
    Mistyped,
    /// A text without a reference.
    Nothing,
}

/// What becomes of a payment at the bank.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Booked,
    /// Announced, and never booked.
    Bounced,
    /// Booked, and taken back so many days later.
    Returned(i32),
}

pub struct Payment {
    /// Position of its contract.
    pub contract: usize,
    /// Minor units.
    pub amount: i64,
    pub acted: Moment,
    pub memo: Memo,
    pub fate: Fate,
}

/// All payments of a contract within the calendar.
pub fn payments(contract: &Contract, chance: &mut Chance) -> Vec<Payment> {
    let mut wallet = Wallet {
        contract,
        chance,
        payments: Vec::new(),
    };
    wallet.follow(contract.habit);
    wallet.payments
}

struct Wallet<'a> {
    contract: &'a Contract,
    chance: &'a mut Chance,
    payments: Vec<Payment>,
}

impl Wallet<'_> {
    fn follow(&mut self, habit: Habit) {
        let dues = self.contract.dues();
        match habit {
            Habit::OnTime => self.each(&dues),
            Habit::Late(days) => dues.iter().for_each(|due| self.pay(due + days, 1)),
            Habit::LateOnce { which, days } => self.late_once(&dues, which, days),
            Habit::Ahead => dues
                .chunks(2)
                .for_each(|pair| self.pay(pair[0], pair.len())),
            Habit::Stops(after) => self.each(&dues[..after.min(dues.len())]),
            Habit::Never => {}
            Habit::PaysOff { after, day } => {
                let before = dues
                    .iter()
                    .take(after.min(dues.len() - 1))
                    .filter(|due| **due < day)
                    .count();
                self.each(&dues[..before]);
                self.pay(day, dues.len() - before);
            }
            Habit::CatchesUp(day) => {
                let past = dues.iter().filter(|due| **due <= day).count();
                self.pay(day, past);
                self.each(&dues[past..]);
            }
            Habit::InHalves(days) => {
                for due in dues {
                    self.pay_half(due);
                    self.pay_half(due + days);
                }
            }
            Habit::Returned { which, days } => {
                let again = Some(days + REPAID_AFTER_DAYS);
                self.special(&dues, which, again, Memo::Reference, Fate::Returned(days));
            }
            Habit::Bounces { which, days } => {
                self.special(&dues, which, Some(days), Memo::Reference, Fate::Bounced);
            }
            Habit::Mistypes(which) => {
                self.special(&dues, which, None, Memo::Mistyped, Fate::Booked)
            }
            Habit::Overpays => {
                self.each(&dues);
                self.pay(dues[dues.len() - 1] + 1, 1);
            }
        }
    }

    /// One payment an instalment, on its due day or a little before.
    fn each(&mut self, dues: &[i32]) {
        for due in dues {
            let early = i32::try_from(self.chance.between(0, 3)).unwrap_or(0);
            self.pay((due - early).max(0), 1);
        }
    }

    /// Money covers the oldest instalment first, so that nobody is late who pays the next one:
    /// what falls due meanwhile waits too.
    fn late_once(&mut self, dues: &[i32], which: usize, days: i32) {
        let which = which.min(dues.len() - 1);
        let pays = dues[which] + days;
        let due_then = dues
            .iter()
            .filter(|due| **due <= pays)
            .count()
            .max(which + 1);
        self.each(&dues[..which]);
        self.pay(pays, due_then - which);
        self.each(&dues[due_then..]);
    }

    /// On time, but one of them has a story, and is perhaps paid again.
    fn special(&mut self, dues: &[i32], which: usize, again: Option<i32>, memo: Memo, fate: Fate) {
        for (number, due) in dues.iter().enumerate() {
            self.pay(*due, 1);
            if number != which {
                continue;
            }
            if let Some(told) = self
                .payments
                .last_mut()
                .filter(|payment| payment.acted.day() == *due)
            {
                told.memo = memo;
                told.fate = fate;
            }
            if let Some(days) = again {
                self.pay(due + days, 1);
            }
        }
    }

    fn pay(&mut self, day: i32, instalments: usize) {
        let instalments = i64::try_from(instalments).unwrap_or(0);
        self.pay_amount(day, instalments * self.contract.amount);
    }

    /// Half of an instalment, rounded to what its currency has in circulation.
    fn pay_half(&mut self, day: i32) {
        self.pay_amount(day, self.contract.amount / 2);
    }

    fn pay_amount(&mut self, day: i32, amount: i64) {
        // The last payments must have a statement to be in.
        if !(0..DAYS - 1).contains(&day) || amount == 0 {
            return;
        }
        let second = self.chance.between(8 * 3600, 20 * 3600);
        let memo = match self.contract.index {
            // Among those who aren't watched a few write nothing of use.
            index if index >= WATCHED.len() && self.chance.between(1, 300) == 1 => Memo::Nothing,
            _ => Memo::Reference,
        };
        self.payments.push(Payment {
            contract: self.contract.index,
            amount,
            acted: Moment::at(day, second),
            memo,
            fate: Fate::Booked,
        });
    }
}
