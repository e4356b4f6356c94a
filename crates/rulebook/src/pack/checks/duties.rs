//! Contact, cases, data, records: lists that say something, times that are some time.

use fairlock_domain::calendar::Span;
use fairlock_domain::rules::Cited;
use fairlock_domain::rules::contact::CapPeriod;

use super::{At, Checks, blank};

impl Checks<'_> {
    pub fn collection(&mut self) {
        let collection = &self.pack.collection;
        for hours in &collection.hours {
            self.id(&hours.id, hours.rule.number);
            self.window(&hours.rule.value, hours.rule.number);
        }
        for cap in &collection.caps {
            let (number, terms) = (cap.rule.number, cap.rule.value);
            self.id(&cap.id, number);
            let expected = "at least one contact; what is never allowed has no hours";
            self.expect(terms.most > 0, At::Key(number, "most"), expected);
            let some = terms.period != CapPeriod::Rolling(Span::ZERO);
            self.expect(some, At::Key(number, "in_any"), "more than no time");
        }
        if let Some(rule) = &collection.cool_off {
            self.some_time(rule.value.time, At::Key(rule.number, "time"));
        }
        if let Some(rule) = &collection.opt_out {
            self.some_words(&rule.value, At::Key(rule.number, "of"));
        }
        if let Some(rule) = &collection.not_during {
            self.some_words(&rule.value, At::Key(rule.number, "occasions"));
        }
    }

    fn some_time(&mut self, time: Span, at: At) {
        self.expect(!time.is_zero(), at, "more than no time");
    }

    fn time_of(&mut self, rule: &Option<Cited<Span>>, key: &'static str) {
        if let Some(rule) = rule {
            self.some_time(rule.value, At::Key(rule.number, key));
        }
    }

    pub fn lender(&mut self) {
        self.release_and_cases();
        self.conduct();
        self.records();
    }

    fn release_and_cases(&mut self) {
        let pack = self.pack;
        let (number, release) = (pack.release_at_payoff.number, &pack.release_at_payoff.value);
        self.words(&release.duties, At::Key(number, "duties"));
        self.words(&release.also_on, At::Key(number, "also_on"));
        let holds = &pack.holds;
        self.words(&holds.value, At::Key(holds.number, "guards"));
        self.time_of(&pack.dispute_answer, "time");
        self.time_of(&pack.recheck, "within");
        self.time_of(&pack.continuity, "opens_after");
        for answer in &pack.answers {
            let number = answer.rule.number;
            self.id(&answer.id, number);
            self.some_time(answer.rule.value.within, At::Key(number, "within"));
        }
        if let Some(rule) = &pack.complaints {
            let (number, terms) = (rule.number, &rule.value);
            let bodies = !terms.bodies.iter().any(|body| blank(body));
            let at = At::Key(number, "bodies");
            self.expect(bodies, at, "the names of complaint bodies");
            let some = terms.answer_within.is_some() || !terms.bodies.is_empty();
            let expected = "answer_within or bodies";
            self.expect(some, At::Rule(number), expected);
            let ordered = terms
                .complex_within
                .is_none_or(|complex| terms.answer_within.is_some_and(|simple| simple <= complex));
            let expected = "a time not shorter than answer_within";
            self.expect(ordered, At::Key(number, "complex_within"), expected);
        }
    }

    fn conduct(&mut self) {
        let pack = self.pack;
        if let Some(rule) = &pack.data_limits {
            self.some_words(&rule.value.never, At::Key(rule.number, "never"));
        }
        if let Some(rule) = &pack.location {
            let (number, limits) = (rule.number, &rule.value);
            self.words(&limits.purposes, At::Key(number, "purposes"));
            let some =
                limits.counts_as_activation || limits.own_consent || !limits.purposes.is_empty();
            let expected = "counts_as_activation, own_consent or purposes";
            self.expect(some, At::Rule(number), expected);
        }
        if let Some(rule) = &pack.fees {
            self.some_words(&rule.value, At::Key(rule.number, "none_for"));
        }
        if let Some(rule) = &pack.honesty {
            self.some_words(&rule.value, At::Key(rule.number, "never"));
        }
        if let Some(rule) = &pack.message_limits {
            let limits = rule.value;
            let lengths = [limits.lock_page, limits.reminder, limits.banner];
            let mut some = lengths.iter().flatten().peekable();
            let holds = some.peek().is_some() && some.all(|length| *length > 0);
            let expected = "a length of at least 1 character for lock_page, reminder or banner";
            self.expect(holds, At::Rule(rule.number), expected);
        }
    }

    fn records(&mut self) {
        let pack = self.pack;
        for records in &pack.records {
            let (number, terms) = (records.rule.number, &records.rule.value);
            self.id(&records.id, number);
            self.some_words(&terms.kinds, At::Key(number, "kinds"));
            let ordered = match (terms.at_least, terms.at_most) {
                (Some(least), Some(most)) => least.in_days() <= most.in_days(),
                _ => true,
            };
            let expected = "a time not shorter than at_least";
            self.expect(ordered, At::Key(number, "at_most"), expected);
        }
        for penalty in &pack.penalties {
            let number = penalty.rule.number;
            self.id(&penalty.id, number);
            let says = !blank(&penalty.rule.value.says);
            self.expect(says, At::Key(number, "says"), "what breaking the law costs");
        }
    }
}
