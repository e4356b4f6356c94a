//! A policy as one more pack: what it doesn't say it doesn't ask for.

use fairlock_domain::rules::duty::Restoration;
use fairlock_domain::rules::{
    Actuation, Approval, Citation, Cited, Collection, Conditions, Confidence, ConsentTerms, Days,
    LegalStatus, Pack, Pass, Release, Rules, Weekdays, Window,
};

use super::{Policy, Step};

/// Numbers that no pack's file can have.
pub const PACK_NUMBER: u16 = Pack::POLICY_NUMBER;
pub const FIRST_RULE: u16 = 65_400;

/// Every day, at every hour: the law's own windows are narrower.
const ALWAYS: Window = Window {
    from_minute: 0,
    to_minute: 24 * 60,
    days: Days {
        weekdays: Weekdays::EVERY,
        not_on_holidays: false,
        not_before_holidays: false,
    },
};

/// The policy beside these packs.
pub fn of(policy: &Policy, rules: &Rules) -> Pack {
    let mut numbers = Numbers {
        policy,
        next: FIRST_RULE,
    };
    let lock = rules.packs.iter().any(|pack| pack.lock.is_some());
    let reduce = rules.packs.iter().any(|pack| pack.reduce.is_some());
    let mut remind = numbers.conditions(&policy.remind);
    if remind.min_days_past_due.is_none() {
        remind.min_days_past_due = Some(numbers.rule(1));
    }
    Pack {
        id: "policy".to_string(),
        number: PACK_NUMBER,
        version: 1,
        title: "The lender's policy".to_string(),
        jurisdiction: "none".to_string(),
        effective_from: None,
        effective_to: None,
        sources: Vec::new(),
        release_at_payoff: numbers.rule(Release::default()),
        restoration: numbers.restoration(),
        applies: None,
        products: numbers.rule(Vec::new()),
        consent: numbers.rule(ConsentTerms::default()),
        device_link: numbers.rule(Vec::new()),
        legal_status: numbers.rule(LegalStatus::Permitted),
        litigation: Vec::new(),
        court_orders: Vec::new(),
        creditors: None,
        licence: None,
        actuation: Actuation {
            max_level: policy.max_level.map(|level| numbers.rule(level)),
            ..Actuation::default()
        },
        never_restrict: None,
        platform_keeps: None,
        holds: numbers.rule(Vec::new()),
        dispute_answer: None,
        answers: Vec::new(),
        recheck: None,
        remind,
        reduce: reduce.then(|| numbers.conditions(&policy.reduce)),
        lock: lock.then(|| numbers.conditions(&policy.lock)),
        notices: Vec::new(),
        business_days: None,
        payment_cut_off: None,
        contact: numbers.rule(ALWAYS),
        collection: Collection::default(),
        pass: numbers.pass(rules),
        data_limits: None,
        location: None,
        fees: None,
        honesty: None,
        message_limits: None,
        complaints: None,
        records: Vec::new(),
        penalties: Vec::new(),
        continuity: None,
        policy: numbers.rule(()),
    }
}

/// Gives each rule its number, in a fixed order.
struct Numbers<'p> {
    policy: &'p Policy,
    next: u16,
}

impl Numbers<'_> {
    fn rule<T>(&mut self, value: T) -> Cited<T> {
        let number = self.next;
        self.next += 1;
        Cited {
            number,
            value,
            citation: Citation {
                text: "The lender's own policy, softer than the law.".to_string(),
                url: "policy".to_string(),
                confidence: Confidence::House,
                seen_on: self.policy.on,
            },
        }
    }

    fn conditions(&mut self, step: &Step) -> Conditions {
        Conditions {
            min_days_past_due: step.min_days_past_due.map(|days| self.rule(days)),
            min_days_in_default: None,
            window: step.window.map(|window| self.rule(window)),
            at_reduce_for: step.at_reduce_for.map(|time| self.rule(time)),
            approval: step
                .approval_valid_for
                .map(|valid_for| self.rule(Approval { valid_for })),
        }
    }

    fn restoration(&mut self) -> Option<Cited<Restoration>> {
        let within = self.policy.restored_within?;
        Some(self.rule(Restoration {
            within,
            compensation_an_hour: self.policy.compensation_an_hour,
            suffices: None,
            offline_code: false,
        }))
    }

    /// What the policy leaves out is as the most generous of the packs has it.
    fn pass(&mut self, rules: &Rules) -> Option<Cited<Pass>> {
        let passes = || rules.packs.iter().filter_map(|pack| pack.pass.as_ref());
        let longest = passes().map(|pass| pass.value.lasts).max();
        let soonest = passes().map(|pass| pass.value.once_in).min();
        let lasts = self.policy.pass_lasts.or(longest)?;
        let once_in = self.policy.pass_once_in.or(soonest)?;
        let chosen = self.policy.pass_lasts.is_some() || self.policy.pass_once_in.is_some();
        chosen.then(|| {
            self.rule(Pass {
                lasts,
                once_in,
                starts: None,
            })
        })
    }
}
