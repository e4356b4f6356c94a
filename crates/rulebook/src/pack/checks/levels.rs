//! Levels and notices: thresholds that rise, windows within windows, a sequence that can be lived.

use fairlock_domain::calendar::Span;
use fairlock_domain::rules::{Conditions, Level, Notice};

use super::{At, Checks};

/// Notices that serve themselves go out at 09:00, so contact hours hold it.
const NOTICES_AT_MINUTE: u16 = 9 * 60;

/// More than any law asks for, and few enough to be counted one by one.
const BUSINESS_DAYS_MAX: u32 = 366;

impl Checks<'_> {
    /// Days past due from 1 on, and not falling from level to level.
    pub fn thresholds(&mut self) {
        let pack = self.pack;
        let lock_alone = pack.lock.is_some() && pack.reduce.is_none();
        let expected = "a table for reduce, which lock goes through";
        self.expect(!lock_alone, self.place_of_lock(), expected);
        let levels = [Level::Remind, Level::Reduce, Level::Lock];
        let (mut least, mut least_in_default) = (1, 1);
        for level in levels {
            let Some(conditions) = pack.conditions(level) else {
                continue;
            };
            if let Some(rule) = &conditions.min_days_past_due {
                let expected = format!("at least {least} days, as the levels beneath ask");
                let at = At::Key(rule.number, "days");
                self.expect(rule.value >= least, at, expected);
                least = least.max(rule.value);
            }
            if let Some(rule) = &conditions.min_days_in_default {
                let (number, terms) = (rule.number, rule.value);
                let least = core::mem::replace(&mut least_in_default, terms.days);
                let expected = format!("at least {least} days, as the levels beneath ask");
                self.expect(terms.days >= least, At::Key(number, "days"), expected);
                let weekly = terms.weekly_days.is_none_or(|days| days > 0);
                let at = At::Key(number, "weekly_days");
                self.expect(weekly, at, "weekly_days from 1 on");
                self.needs_business_days(terms.business, At::Key(number, "count"));
                let most = terms.days.max(terms.weekly_days.unwrap_or(0));
                let few = !terms.business || most <= BUSINESS_DAYS_MAX;
                let expected = format!("at most {BUSINESS_DAYS_MAX} business days");
                self.expect(few, At::Key(number, "days"), expected);
            }
        }
        if let Some(pass) = &pack.pass {
            let some = !pass.value.lasts.is_zero() && pass.value.once_in >= pass.value.lasts;
            let expected = "a pass that lasts some time and ends before the next";
            self.expect(some, At::Key(pass.number, "lasts"), expected);
        }
        if let Some(rule) = &pack.business_days {
            self.days(rule.value, rule.number);
        }
    }

    /// Any rule of lock; the whole file when it has none.
    fn place_of_lock(&self) -> At {
        let conditions = self.pack.lock.as_ref();
        let days = conditions.and_then(|c| c.min_days_past_due.as_ref());
        days.map_or(At::Head("[lock]"), |rule| At::Rule(rule.number))
    }

    fn needs_business_days(&mut self, counts: bool, at: At) {
        let known = !counts || self.pack.business_days.is_some();
        let expected = "a table business_days, for a rule that counts in them";
        self.expect(known, at, expected);
    }

    pub fn windows(&mut self) {
        let pack = self.pack;
        let window_of = |c: &Option<Conditions>| c.as_ref()?.window.clone();
        let (reduce, lock) = (window_of(&pack.reduce), window_of(&pack.lock));
        let all = [Some(&pack.contact), reduce.as_ref(), lock.as_ref()];
        for rule in all.into_iter().flatten() {
            self.window(&rule.value, rule.number);
        }
        let contact = &pack.contact;
        let hours = contact.value.from_minute..contact.value.to_minute;
        let expected = "contact hours that hold 09:00, when notices go out";
        let at = At::Key(contact.number, "from");
        self.expect(hours.contains(&NOTICES_AT_MINUTE), at, expected);
        if let (Some(reduce), Some(lock)) = (reduce, lock) {
            let expected = "a window within that of reduce, whose conditions lock includes";
            let within = lock.value.is_within(&reduce.value);
            self.expect(within, At::Rule(lock.number), expected);
        }
    }

    /// Those of reduce before those of lock, each with time to run and a way to reach people.
    pub fn notices(&mut self) {
        let mut before: Option<&Notice> = None;
        for notice in &self.pack.notices {
            let (number, terms) = (notice.terms.number, &notice.terms.value);
            let at = |key| At::Key(number, key);
            self.id(&notice.id, number);
            let known = self.pack.conditions(notice.level).is_some();
            let expected = "a level that the pack has a table for";
            self.expect(known, at("level"), expected);
            let in_order = before.is_none_or(|b| b.level <= notice.level);
            let expected = "notices for reduce before notices for lock";
            self.expect(in_order, at("level"), expected);
            let expected = "a lead of more than no time";
            self.expect(!terms.lead.is_zero(), at("lead"), expected);
            self.expect(terms.channels > 0, at("channels"), "at least one channel");
            let at_reduce = terms.at_reduce_for.is_none() || notice.level == Level::Lock;
            let expected = "at_reduce_for only on a notice for lock";
            self.expect(at_reduce, at("at_reduce_for"), expected);
            let first_has_days = before.is_some() || terms.min_days_past_due.is_some();
            let expected = "min_days_past_due on the first notice";
            self.expect(first_has_days, at("id"), expected);
            let from_one = terms.min_days_past_due.is_none_or(|days| days > 0);
            let expected = "min_days_past_due from 1 on";
            self.expect(from_one, at("min_days_past_due"), expected);
            self.notice_times(notice);
            self.languages(&notice.paper.languages, number);
            self.words(&notice.paper.contains, at("contains"));
            before = Some(notice);
        }
    }

    /// Leads by frequency and in business days, and how long a notice counts.
    fn notice_times(&mut self, notice: &Notice) {
        let (number, terms) = (notice.terms.number, &notice.terms.value);
        let at = |key| At::Key(number, key);
        self.needs_business_days(terms.lead_business_days.is_some(), at("lead"));
        if let Some(weekly) = terms.weekly_lead {
            let some = !weekly.is_zero() && terms.lead_business_days.is_none();
            let expected = "a weekly_lead of some time, beside a lead in elapsed time";
            self.expect(some, at("weekly_lead"), expected);
        }
        if let Some(valid) = terms.valid_for {
            let longest = terms.lead.max(terms.weekly_lead.unwrap_or(Span::ZERO));
            let expected = "a valid_for longer than the lead, or the level never begins";
            self.expect(valid > longest, at("valid_for"), expected);
        }
    }
}
