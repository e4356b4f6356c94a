//! Their product settings as our terms and rules.
//!
//! A product or setting that can't be said in our terms is an error that names it.

use std::collections::BTreeMap;
use std::path::Path;

use fairlock_domain::calendar::Day;
use fairlock_domain::calendar::business::Adjust;
use fairlock_domain::calendar::daycount::DayCount;
use fairlock_domain::calendar::step::{Step, Unit};
use fairlock_domain::loan::delinquency::{self, Buckets, BucketsError};
use fairlock_domain::loan::order::{Bucket, Component, Future, Order, Orders, Walk, When};
use fairlock_domain::loan::terms::{
    Amortization, Charging, Compounding, Grace, Interest, InterestPeriod, PastDue, PayoffUntil,
    Prepayment, Recalculation, Rest, ScheduleType, Terms,
};
use fairlock_domain::loan::{ChargesCount, Rules};
use fairlock_domain::money::{Currency, Rate, Rounding};
use serde_json::Value;

use super::names;
use super::read::{self, Table};
use super::step::Creation;

/// Instalments are rounded to whole units where a product says 1.
const MINOR: i128 = 100;

pub struct Products {
    all: Value,
    buckets: Buckets,
}

#[derive(Debug, Clone)]
pub struct Product {
    pub name: String,
    settings: Value,
    default_order: Vec<String>,
}

/// A loan that was asked for: all that isn't in the product.
#[derive(Debug, Clone)]
pub struct Asked {
    pub product: String,
    pub submitted_on: Day,
    pub principal: i128,
    row: BTreeMap<String, String>,
}

impl Products {
    /// Of the folder; one that has none has the products of the default one.
    pub fn read(folder: &Path) -> Products {
        let own = folder.join("products.json");
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let beside = workspace.join("../shared/samples/fineract/products.json");
        let all = read::json(if own.exists() { &own } else { &beside });
        let buckets = buckets(&all).expect("ranges of days that don't overlap");
        Products { all, buckets }
    }

    pub fn buckets(&self) -> &Buckets {
        &self.buckets
    }

    pub fn get(&self, name: &str) -> Result<Product, String> {
        let settings = &self.all["products"][name];
        if !settings.is_object() {
            return Err(format!("products.json has no product {name}"));
        }
        let order = self.all["defaultAllocationOrder"].as_array();
        Ok(Product {
            name: String::from(name),
            settings: settings.clone(),
            default_order: order.into_iter().flatten().map(plain).collect(),
        })
    }

    /// Sets the rule for money in advance of one kind of payment.
    pub fn set_future_rule(&mut self, product: &str, kind: &str, rule: &str) -> Result<(), String> {
        let kinds = self.all["products"][product]["paymentAllocation"].as_array_mut();
        let found = kinds
            .into_iter()
            .flatten()
            .find(|entry| plain(&entry["transactionType"]) == kind);
        let entry = found.ok_or_else(|| format!("{product} has no allocation for {kind}"))?;
        entry["futureInstallmentAllocationRule"] = Value::from(rule);
        Ok(())
    }

    pub fn set_repayment_start(&mut self, product: &str, from: &str) -> Result<(), String> {
        let settings = &mut self.all["products"][product];
        if !settings.is_object() {
            return Err(format!("products.json has no product {product}"));
        }
        settings["repaymentStartDateType"] = Value::from(from);
        Ok(())
    }

    /// What a creation asks for, with the default loan's figures where it is silent.
    pub fn asked(&self, creation: &Creation) -> Result<Asked, String> {
        let default = &self.all["defaultLoan"];
        let mut row: BTreeMap<String, String> = [
            ("LoanProduct", "product"),
            ("with Principal", "principal"),
            ("repaymentEvery", "repaymentEvery"),
            ("repaymentFrequencyType", "repaymentFrequencyType"),
            ("numberOfRepayments", "numberOfRepayments"),
            ("ANNUAL interest rate %", "interestRatePerPeriod"),
        ]
        .into_iter()
        .map(|(column, key)| (String::from(column), plain(&default[key])))
        .collect();
        if let Some(table) = &creation.table {
            row.extend(columns(table));
        }
        if let Some(days) = creation.days {
            row.insert(String::from("repaymentEvery"), days.to_string());
        }
        if let Some((term, count)) = creation.months {
            row.insert(String::from("numberOfRepayments"), count.to_string());
            let every = term.checked_div(count).unwrap_or(0);
            row.insert(String::from("repaymentEvery"), every.to_string());
            let months = String::from("MONTHS");
            row.insert(String::from("repaymentFrequencyType"), months);
        }
        let submitted = row.get("submitted on date").and_then(|t| read::day(t));
        let stated = row.get("with Principal").and_then(|t| read::amount(t));
        Ok(Asked {
            product: row.get("LoanProduct").cloned().unwrap_or_default(),
            submitted_on: creation
                .submitted_on
                .or(submitted)
                .ok_or("no day on which the loan was asked for")?,
            principal: creation.principal.or(stated).ok_or("no principal")?,
            row,
        })
    }
}

/// The ranges of days and their names.
fn buckets(all: &Value) -> Result<Buckets, BucketsError> {
    let names = all["delinquencyRangeNames"].as_array();
    let ranges = all["delinquencyRanges"].as_array();
    let days = |value: &Value| value.as_u64().and_then(|days| u32::try_from(days).ok());
    let both = names
        .into_iter()
        .flatten()
        .zip(ranges.into_iter().flatten());
    let bucket = |(name, range): (&Value, &Value)| delinquency::Bucket {
        name: plain(name),
        from: days(&range[0]).unwrap_or(0),
        to: days(&range[1]),
    };
    Buckets::new(both.map(bucket).collect())
}

fn columns(table: &Table) -> impl Iterator<Item = (String, String)> + '_ {
    let cell = |column: &String| {
        let cell = table.cell(0, column).unwrap_or_default();
        (column.clone(), String::from(cell))
    };
    table.header.iter().map(cell)
}

impl Product {
    fn text(&self, key: &str) -> String {
        plain(&self.settings[key])
    }

    pub fn is(&self, key: &str) -> bool {
        self.text(key) == "true"
    }

    pub fn is_progressive(&self) -> bool {
        self.text("loanScheduleType") == "PROGRESSIVE"
    }

    /// Days after a due day before a range begins.
    pub fn grace_days(&self) -> u32 {
        self.text("graceOnArrearsAgeing").parse().unwrap_or(0)
    }

    /// The charge that the day's job raises for each overdue instalment, and its percentage.
    pub fn overdue_charge(&self) -> Option<(&'static str, &'static str)> {
        match self.name.as_str() {
            "LP1_INTEREST_FLAT_OVERDUE_FROM_AMOUNT" => Some(("LOAN_PERCENTAGE_LATE_FEE", "1.5")),
            "LP1_INTEREST_FLAT_OVERDUE_FROM_AMOUNT_INTEREST" => {
                Some(("LOAN_PERCENTAGE_LATE_FEE_AMOUNT_PLUS_INTEREST", "1.5"))
            }
            _ => None,
        }
    }

    pub fn terms(&self, asked: &Asked, creation: &Creation) -> Result<Terms, String> {
        let cell = |column: &str| asked.row.get(column).map_or("", String::as_str);
        let count = |column: &str| match cell(column) {
            "" => Ok(0),
            text => text.parse::<u16>().map_err(|e| format!("{column}: {e}")),
        };
        let step = Step {
            every: count("repaymentEvery")?,
            unit: unit(cell("repaymentFrequencyType"))?,
        };
        let from_submission = self.text("repaymentStartDateType");
        let from_submission = matches!(from_submission.as_str(), "SUBMITTED_ON_DATE" | "2");
        let amortization = match cell("amortization type") {
            "EQUAL_PRINCIPAL" | "EQUAL_PRINCIPAL_PAYMENTS" => Amortization::EqualPrincipal,
            "EQUAL_INSTALLMENTS" | "" => Amortization::EqualInstalments,
            other => return Err(format!("amortisation {other} isn't one of ours")),
        };
        Ok(Terms {
            currency: Currency::from_code("EUR").ok_or("no euro")?,
            interest: self.interest(asked)?,
            amortization,
            step,
            count: count("numberOfRepayments")?,
            counted_from: from_submission.then_some(asked.submitted_on),
            first_due: None,
            grace: Grace {
                principal: count("graceOnPrincipalPayment")?,
                // Their steps send the interest free periods as grace on interest payment.
                interest: count("interest free period")?,
                charging: 0,
            },
            down_payment: self.down_payment(creation)?,
            instalment_multiple: self.multiple(amortization),
            rounding: Rounding::HalfEven,
            fixed_length_days: creation
                .fixed_length
                .or_else(|| self.text("fixedLength").parse().ok()),
            adjust: Adjust::None,
            calendar: None,
            schedule_type: match self.is_progressive() {
                true => ScheduleType::Progressive,
                false => ScheduleType::Cumulative,
            },
            recalculation: self.recalculation()?,
        })
    }

    /// Their setting rounds equal instalments; equal principal stays as it is.
    fn multiple(&self, amortization: Amortization) -> i128 {
        let units = self.text("installmentAmountInMultiplesOf").parse::<u16>();
        match (amortization, units) {
            (Amortization::EqualInstalments, Ok(units)) => MINOR * i128::from(units),
            _ => 0,
        }
    }

    fn interest(&self, asked: &Asked) -> Result<Interest, String> {
        let cell = |column: &str, key: &str| match asked.row.get(column) {
            Some(text) if !text.is_empty() => text.clone(),
            _ => self.text(key),
        };
        let percent = cell("ANNUAL interest rate %", "interestRatePerPeriod");
        let rate = Rate::parse_percent(&percent).map_err(|e| format!("rate {percent}: {e}"))?;
        let rate = match asked
            .row
            .get("interestRateFrequencyType")
            .map(String::as_str)
        {
            None | Some("" | "YEARS" | "YEAR") => rate,
            Some("MONTHS" | "MONTH") => {
                Rate::from_units(12 * rate.units()).map_err(|e| e.to_string())?
            }
            Some(other) => return Err(format!("a rate per {other} isn't one of ours")),
        };
        if rate.is_zero() {
            return Ok(Interest::None);
        }
        let period = cell(
            "interest calculation period",
            "interestCalculationPeriodType",
        );
        let partial = self.is("allowPartialPeriodInterestCalcualtion");
        let charging = Charging {
            rate,
            days: match self.text("daysInYearType").as_str() {
                "DAYS360" => DayCount::Thirty360European,
                "ACTUAL" | "DAYS365" | "" => DayCount::Actual365Fixed,
                other => return Err(format!("a year of {other} isn't one of ours")),
            },
            period: match period.as_str() {
                "DAILY" => InterestPeriod::Daily,
                "SAME_AS_REPAYMENT_PERIOD" if partial => InterestPeriod::PartialPeriod,
                "SAME_AS_REPAYMENT_PERIOD" => InterestPeriod::SamePeriod,
                other => return Err(format!("interest by {other} isn't one of ours")),
            },
        };
        Ok(match cell("interest type", "interestType").as_str() {
            "FLAT" => Interest::Flat(charging),
            "DECLINING_BALANCE" => Interest::Declining(charging),
            other => return Err(format!("interest {other} isn't one of ours")),
        })
    }

    fn down_payment(&self, creation: &Creation) -> Result<Option<Rate>, String> {
        let percent = match &creation.down_payment {
            Some(None) => return Ok(None),
            Some(Some((percent, _))) => percent.clone(),
            None if self.is("enableDownPayment") => {
                self.text("disbursedAmountPercentageForDownPayment")
            }
            None => return Ok(None),
        };
        let rate = Rate::parse_percent(&percent);
        rate.map(Some)
            .map_err(|e| format!("down payment {percent}: {e}"))
    }

    /// Whether the down payment is paid by itself when money is given out.
    pub fn pays_down(&self, creation: &Creation) -> bool {
        match &creation.down_payment {
            Some(None) => false,
            Some(Some((_, by_itself))) => *by_itself,
            None => self.is("enableDownPayment") && self.is("enableAutoRepaymentForDownPayment"),
        }
    }

    fn recalculation(&self) -> Result<Option<Recalculation>, String> {
        if !self.is("isInterestRecalculationEnabled") {
            return Ok(None);
        }
        Ok(Some(Recalculation {
            rest: match self.text("recalculationRestFrequencyType").as_str() {
                "DAILY" | "2" => Rest::Daily,
                "SAME_AS_REPAYMENT" | "1" => Rest::SamePeriod,
                other => return Err(format!("rest {other} isn't one of ours")),
            },
            compounding: match self.text("interestRecalculationCompoundingMethod").as_str() {
                "NONE" | "0" => Compounding::None,
                "INTEREST" | "1" => Compounding::Interest(Step::MONTHLY),
                other => return Err(format!("compounding {other} isn't one of ours")),
            },
            prepayment: match self.text("rescheduleStrategyMethod").as_str() {
                "RESCHEDULE_NEXT_REPAYMENTS" | "1" => Prepayment::RescheduleNext,
                "REDUCE_NUMBER_OF_INSTALLMENTS" | "2" => Prepayment::ReduceCount,
                "REDUCE_EMI_AMOUNT" | "3" => Prepayment::ReduceInstalment,
                "ADJUST_LAST_UNPAID_PERIOD" | "4" => Prepayment::AdjustLast,
                other => return Err(format!("prepayment {other} isn't one of ours")),
            },
            payoff: match self.text("preClosureInterestCalculationStrategy").as_str() {
                "TILL_REST_FREQUENCY_DATE" | "2" => PayoffUntil::RestDay,
                "TILL_PRE_CLOSE_DATE" | "1" | "" => PayoffUntil::Day,
                other => return Err(format!("payoff {other} isn't one of ours")),
            },
            past_due: match self.is_progressive() {
                true => PastDue::EveryPeriod,
                false => PastDue::PeriodsWithPayments,
            },
        }))
    }

    pub fn rules(&self, asked: &Asked) -> Result<Rules, String> {
        let strategy = match asked.row.get("Payment strategy") {
            Some(name) if !name.is_empty() => name.clone(),
            _ => self.text("transactionProcessingStrategyCode"),
        };
        let advanced = strategy.eq_ignore_ascii_case("ADVANCED_PAYMENT_ALLOCATION")
            || strategy == "advanced-payment-allocation-strategy";
        let orders = match advanced {
            true => self.advanced()?,
            false => Orders::all(named(&strategy)?),
        };
        let charges = match advanced {
            true => ChargesCount::FromTheirDay,
            false => ChargesCount::Always,
        };
        Ok(Rules {
            orders,
            chargebacks: self.chargebacks()?,
            charges,
        })
    }

    fn chargebacks(&self) -> Result<Option<[Component; 4]>, String> {
        let entries = self.settings["creditAllocation"].as_array();
        let of_it = entries
            .into_iter()
            .flatten()
            .find(|entry| plain(&entry["transactionType"]) == "CHARGEBACK");
        let Some(entry) = of_it else {
            return Ok(None);
        };
        let order = entry["order"].as_array();
        let components = order
            .into_iter()
            .flatten()
            .map(|name| component(&plain(name)));
        let components: Vec<Component> = components.collect::<Result<_, _>>()?;
        let four = components.try_into();
        four.map(Some)
            .map_err(|_| String::from("four components are expected"))
    }

    fn advanced(&self) -> Result<Orders, String> {
        let mut usual = None;
        let mut own = Vec::new();
        let entries = self.settings["paymentAllocation"].as_array();
        for entry in entries.into_iter().flatten() {
            let order = self.order(entry)?;
            match plain(&entry["transactionType"]).as_str() {
                "DEFAULT" => usual = Some(order),
                kind => own.push((names::payment(kind)?, order)),
            }
        }
        let usual = usual.ok_or_else(|| format!("{} has no default allocation", self.name))?;
        Ok(Orders { usual, own })
    }

    fn order(&self, entry: &Value) -> Result<Order, String> {
        let own: Vec<String> = entry["order"]
            .as_array()
            .into_iter()
            .flatten()
            .map(plain)
            .collect();
        let order = if own.is_empty() {
            &self.default_order
        } else {
            &own
        };
        let buckets: Vec<Bucket> = order.iter().map(|b| bucket(b)).collect::<Result<_, _>>()?;
        Ok(Order {
            buckets: buckets
                .try_into()
                .map_err(|_| "twelve buckets are expected")?,
            walk: match self.text("loanScheduleProcessingType").as_str() {
                "VERTICAL" => Walk::ByBucket,
                "HORIZONTAL" | "" => Walk::ByInstalment,
                other => return Err(format!("walk {other} isn't one of ours")),
            },
            future: match plain(&entry["futureInstallmentAllocationRule"]).as_str() {
                "NEXT_INSTALLMENT" => Future::Next,
                "LAST_INSTALLMENT" => Future::Last,
                "REAMORTIZATION" => Future::Spread,
                other => return Err(format!("future rule {other} isn't one of ours")),
            },
            charges_by_own_day: false,
        })
    }
}

/// The orders that have a name of their own.
fn named(strategy: &str) -> Result<Order, String> {
    Ok(match strategy {
        "PENALTIES_FEES_INTEREST_PRINCIPAL_ORDER" | "mifos-standard-strategy" => {
            Order::oldest_first()
        }
        "DUE_PENALTY_FEE_INTEREST_PRINCIPAL_IN_ADVANCE_PRINCIPAL_PENALTY_FEE_INTEREST" => {
            Order::due_then_principal_in_advance()
        }
        "DUE_PENALTY_INTEREST_PRINCIPAL_FEE_IN_ADVANCE_PENALTY_INTEREST_PRINCIPAL_FEE" => {
            Order::due_then_fee_last()
        }
        "INTEREST_PRINCIPAL_PENALTIES_FEES_ORDER" => Order::interest_first(),
        "PRINCIPAL_INTEREST_PENALTIES_FEES_ORDER" => Order::principal_first(),
        "OVERDUE_DUE_FEE_INT_PRINCIPAL" | "RBI_INDIA" | "rbi-india-strategy" => Order::rbi(),
        other => return Err(format!("strategy {other} isn't one of ours")),
    })
}

fn bucket(name: &str) -> Result<Bucket, String> {
    let times = [
        ("PAST_DUE_", When::PastDue),
        ("DUE_", When::Due),
        ("IN_ADVANCE_", When::InAdvance),
    ];
    let found = times
        .iter()
        .find_map(|(prefix, when)| Some((*when, name.strip_prefix(prefix)?)));
    let (when, rest) = found.ok_or_else(|| format!("bucket {name} isn't one of ours"))?;
    Ok(Bucket {
        when,
        component: component(rest)?,
    })
}

fn component(name: &str) -> Result<Component, String> {
    Ok(match name {
        "PENALTY" => Component::Penalty,
        "FEE" => Component::Fee,
        "INTEREST" => Component::Interest,
        "PRINCIPAL" => Component::Principal,
        other => return Err(format!("component {other} isn't one of ours")),
    })
}

pub fn unit(name: &str) -> Result<Unit, String> {
    Ok(match name {
        "DAYS" => Unit::Days,
        "WEEKS" => Unit::Weeks,
        "MONTHS" => Unit::Months,
        "YEARS" => Unit::Years,
        other => return Err(format!("a step in {other} isn't one of ours")),
    })
}

/// A setting as text, whether written as text or number.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
