//! Scope, status and phone: what a pack applies to, who may limit, and what nobody may take.

use fairlock_domain::rules::{Applies, Function, Level};

use super::{At, Checks, blank};

impl Checks<'_> {
    pub fn scope(&mut self) {
        let pack = self.pack;
        if let Some(rule) = &pack.applies {
            let (number, scope) = (rule.number, &rule.value);
            let some = *scope != Applies::default();
            let expected = "something that it applies to; without this table it applies to all";
            self.expect(some, At::Rule(number), expected);
            let ordered = match (scope.signed_from, scope.signed_until) {
                (Some(from), Some(until)) => from <= until,
                _ => true,
            };
            let expected = "a day not before signed_from";
            self.expect(ordered, At::Key(number, "signed_until"), expected);
            self.words(&scope.goods, At::Key(number, "goods"));
            self.words(&scope.creditors, At::Key(number, "creditors"));
            self.words(&scope.borrowers, At::Key(number, "borrowers"));
            self.words(&scope.frequencies, At::Key(number, "frequencies"));
        }
        let products = &pack.products;
        self.words(&products.value, At::Key(products.number, "takes"));
        let (number, consent) = (pack.consent.number, &pack.consent.value);
        self.words(&consent.contains, At::Key(number, "contains"));
        self.languages(&consent.languages, number);
        let points = consent.min_type_points.is_none_or(|points| points > 0);
        let at = At::Key(number, "min_type_points");
        self.expect(points, at, "a size of 1 point or more");
        let sized = !consent.bold || consent.min_type_points.is_some();
        let expected = "bold only with min_type_points";
        self.expect(sized, At::Key(number, "bold"), expected);
        let link = &pack.device_link;
        self.words(&link.value, At::Key(link.number, "not_for"));
    }

    pub fn status(&mut self) {
        let pack = self.pack;
        for note in &pack.litigation {
            self.id(&note.id, note.rule.number);
            let says = !blank(&note.rule.value.says);
            let at = At::Key(note.rule.number, "says");
            self.expect(says, at, "what the dispute is about");
        }
        for order in &pack.court_orders {
            let (number, terms) = (order.rule.number, &order.rule.value);
            self.id(&order.id, number);
            self.expect(!blank(&terms.court), At::Key(number, "court"), "a court");
            let named = !terms.parties.is_empty() && !terms.parties.iter().any(|p| blank(p));
            let expected = "the names of the parties that are bound";
            self.expect(named, At::Key(number, "parties"), expected);
            self.words(&terms.parties, At::Key(number, "parties"));
            self.words(&terms.products, At::Key(number, "products"));
            let ordered = terms.until.is_none_or(|until| terms.from <= until);
            let expected = "a day not before from";
            self.expect(ordered, At::Key(number, "until"), expected);
        }
        if let Some(rule) = &pack.creditors {
            self.some_words(&rule.value, At::Key(rule.number, "may_limit"));
        }
        if let Some(rule) = &pack.licence {
            let named = !blank(&rule.value.regulator);
            let at = At::Key(rule.number, "regulator");
            self.expect(named, at, "the regulator that approves");
            let at = At::Key(rule.number, "needed_by");
            self.words(&rule.value.needed_by, at);
        }
    }

    pub fn phone(&mut self) {
        let pack = self.pack;
        if let Some(rule) = &pack.actuation.max_level {
            let known = |level| pack.conditions(level).is_some();
            let beyond = [Level::Reduce, Level::Lock]
                .into_iter()
                .any(|level| level > rule.value && known(level));
            let expected = format!("no table for a level above {}", rule.value);
            self.expect(!beyond, At::Key(rule.number, "level"), expected);
        }
        if let Some(rule) = &pack.actuation.not_during {
            self.some_words(&rule.value, At::Key(rule.number, "uses"));
        }
        if let Some(rule) = &pack.never_restrict {
            let at = At::Key(rule.number, "functions");
            self.some_words(&rule.value, at);
            let beyond: Vec<Function> = rule.value.clone();
            let mut beyond = beyond.into_iter().filter(|f| !f.is_on_the_floor());
            if let Some(function) = beyond.next() {
                let expected = format!("functions that every agent keeps, not {function}");
                self.expect(false, at, expected);
            }
        }
        if let Some(rule) = &pack.platform_keeps {
            self.some_words(&rule.value, At::Key(rule.number, "functions"));
        }
    }
}
