//! What one side tells against what our clearing account holds, item by item. Pure.
//!
//! Items of both sides are known by a mark: the payment that they are of, else their own id. Of
//! each mark, items pair off: on one day with one amount, then on one day with another amount (an
//! amount break), then with one amount on two days (a timing break on each). What is left alone is
//! missing on the other side, or there twice. The effects of a day's breaks add up to the day's
//! difference, whatever comes in: a test says so of any items.
//!
//! Payouts have no marks: a provider pays out what came in, oldest first, so [`unsettled`] tells
//! from the balance of its clearing account which days' money is still on its way.
//!
//! On purpose absent: guessing that two items with different marks are the same money.

use std::collections::BTreeMap;

use fairlock_domain::calendar::Day;

/// One amount of one day on one side, in minor units of one currency; out is below zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub mark: String,
    pub day: Day,
    pub amount: i128,
    /// The source wrote the day itself; else it was made from an instant, and may be a day off.
    pub dated: bool,
}

/// What is wrong with an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BreakKind {
    /// They tell it, and our books don't have it.
    MissingAtUs,
    /// Our books have it, and they don't tell it.
    MissingThere,
    /// Both have it, with different amounts.
    Amount,
    /// One side has it once more than the other.
    Duplicate,
    /// Both have it, on different days.
    Timing,
}

impl BreakKind {
    pub const ALL: [BreakKind; 5] = [
        BreakKind::MissingAtUs,
        BreakKind::MissingThere,
        BreakKind::Amount,
        BreakKind::Duplicate,
        BreakKind::Timing,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            BreakKind::MissingAtUs => "missing_at_us",
            BreakKind::MissingThere => "missing_there",
            BreakKind::Amount => "amount",
            BreakKind::Duplicate => "duplicate",
            BreakKind::Timing => "timing",
        }
    }
}

/// A break, with its share of its day's difference: theirs less ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    pub kind: BreakKind,
    pub mark: String,
    pub day: Day,
    pub effect: i128,
}

/// What two sides come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// By day: theirs, ours.
    pub totals: BTreeMap<Day, (i128, i128)>,
    /// By day and mark.
    pub breaks: Vec<Break>,
}

impl Compared {
    /// Theirs less ours on a day.
    pub fn difference(&self, day: Day) -> i128 {
        let (theirs, ours) = self.totals.get(&day).copied().unwrap_or_default();
        theirs - ours
    }

    pub fn of(&self, day: Day) -> impl Iterator<Item = &Break> {
        self.breaks.iter().filter(move |b| b.day == day)
    }
}

/// Compares all items that one side and our clearing account have.
pub fn compare(theirs: &[Item], ours: &[Item]) -> Compared {
    let mut marks: BTreeMap<&str, Mark<'_>> = BTreeMap::new();
    for item in theirs {
        marks
            .entry(&item.mark)
            .or_default()
            .theirs
            .push(item.into());
    }
    for item in ours {
        marks.entry(&item.mark).or_default().ours.push(item.into());
    }
    let mut compared = Compared::default();
    for (name, mut mark) in marks {
        mark.drop_moves();
        mark.settle_days();
        mark.totals(&mut compared.totals);
        mark.pair_off(name, &mut compared.breaks);
    }
    compared.breaks.sort_by(|a, b| {
        let key = |b: &Break| (b.day, b.mark.clone(), b.kind, b.effect);
        key(a).cmp(&key(b))
    });
    compared
}

/// An item that may be paired already.
struct Open<'a> {
    item: &'a Item,
    day: Day,
    paired: bool,
    /// Money that moved within our own account and was never theirs.
    moved: bool,
}

impl<'a> From<&'a Item> for Open<'a> {
    fn from(item: &'a Item) -> Open<'a> {
        Open {
            item,
            day: item.day,
            paired: false,
            moved: false,
        }
    }
}

impl Open<'_> {
    fn counts(&self) -> bool {
        !self.moved
    }

    fn waits(&self) -> bool {
        !self.paired && !self.moved
    }
}

/// The items of one mark.
#[derive(Default)]
struct Mark<'a> {
    theirs: Vec<Open<'a>>,
    ours: Vec<Open<'a>>,
}

impl Mark<'_> {
    /// A payment that goes from one contract to another leaves our account and comes back: such
    /// pairs cancel out, as long as the other side shows no money that went.
    fn drop_moves(&mut self) {
        let out = |side: &[Open<'_>]| side.iter().filter(|o| o.item.amount < 0).count();
        let mut more = out(&self.ours).saturating_sub(out(&self.theirs));
        while more > 0 {
            more -= 1;
            // Theirs of the same day and amount isn't a move of ours: the others go first.
            let theirs = &self.theirs;
            let told = |our: &Open<'_>| {
                let same = |o: &Open<'_>| o.item.amount == our.item.amount && o.day == our.day;
                theirs.iter().any(same)
            };
            let leaves = |o: &Open<'_>| o.item.amount < 0 && o.counts();
            let alone = self.ours.iter().rposition(|o| leaves(o) && !told(o));
            let gone = alone.or_else(|| self.ours.iter().rposition(leaves));
            let Some(gone) = gone else { return };
            let amount = -self.ours[gone].item.amount;
            let back = self
                .ours
                .iter()
                .rposition(|o| o.item.amount == amount && o.counts());
            let Some(back) = back else { return };
            self.ours[gone].moved = true;
            self.ours[back].moved = true;
        }
    }

    /// A day that their clock made takes our day, when it is the day before or after.
    fn settle_days(&mut self) {
        for their in self.theirs.iter_mut().filter(|o| !o.item.dated) {
            let near = |our: &&mut Open<'_>| {
                let apart = our.item.day.unix_days() - their.item.day.unix_days();
                our.counts() && our.item.amount == their.item.amount && apart.abs() <= 1
            };
            if let Some(our) = self.ours.iter_mut().find(near) {
                their.day = our.day;
            }
        }
    }

    fn totals(&self, totals: &mut BTreeMap<Day, (i128, i128)>) {
        for open in self.theirs.iter().filter(|o| o.counts()) {
            totals.entry(open.day).or_default().0 += open.item.amount;
        }
        for open in self.ours.iter().filter(|o| o.counts()) {
            totals.entry(open.day).or_default().1 += open.item.amount;
        }
    }

    fn pair_off(&mut self, mark: &str, breaks: &mut Vec<Break>) {
        self.pair(|their, our| their.day == our.day && their.item.amount == our.item.amount);
        let mut add = |kind, day, effect| {
            breaks.push(Break {
                kind,
                mark: mark.to_owned(),
                day,
                effect,
            });
        };
        for (their, our) in self.pair(|their, our| {
            their.day == our.day && (their.item.amount < 0) == (our.item.amount < 0)
        }) {
            let (their, our) = (&self.theirs[their], &self.ours[our]);
            let effect = their.item.amount - our.item.amount;
            add(BreakKind::Amount, their.day, effect);
        }
        for (their, our) in self.pair(|their, our| their.item.amount == our.item.amount) {
            let (their, our) = (&self.theirs[their], &self.ours[our]);
            add(BreakKind::Timing, their.day, their.item.amount);
            add(BreakKind::Timing, our.day, -our.item.amount);
        }
        // What has a twin on its own side that was paired is there once more.
        let twin = |side: &[Open<'_>], amount: i128| {
            side.iter().any(|o| o.paired && o.item.amount == amount)
        };
        for their in self.theirs.iter().filter(|o| o.waits()) {
            let kind = match twin(&self.theirs, their.item.amount) {
                true => BreakKind::Duplicate,
                false => BreakKind::MissingAtUs,
            };
            add(kind, their.day, their.item.amount);
        }
        for our in self.ours.iter().filter(|o| o.waits()) {
            let kind = match twin(&self.ours, our.item.amount) {
                true => BreakKind::Duplicate,
                false => BreakKind::MissingThere,
            };
            add(kind, our.day, -our.item.amount);
        }
    }

    /// Pairs what waits on both sides and fits, first come, first served.
    fn pair(&mut self, fits: impl Fn(&Open<'_>, &Open<'_>) -> bool) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        for (t, their) in self.theirs.iter_mut().enumerate() {
            if !their.waits() {
                continue;
            }
            let found = self
                .ours
                .iter()
                .position(|our| our.waits() && fits(their, our));
            if let Some(o) = found {
                their.paired = true;
                self.ours[o].paired = true;
                pairs.push((t, o));
            }
        }
        pairs
    }
}

/// What of each day's money the bank hasn't shown: a provider pays out what came in, oldest first,
/// so that the balance of its clearing account is the newest days' money. A day on which more went
/// out than came in gives its share to the days before it. All that is told adds up to the balance;
/// what no day explains stands on the oldest.
pub fn unsettled(came: &BTreeMap<Day, i128>, balance: i128) -> BTreeMap<Day, i128> {
    let mut rest = balance;
    let mut open: BTreeMap<Day, i128> = BTreeMap::new();
    for (day, net) in came.iter().rev() {
        let share = match *net > 0 {
            true => (*net).min(rest.max(0)),
            false => *net,
        };
        rest -= share;
        open.insert(*day, share);
    }
    if let Some(oldest) = open.values_mut().next() {
        *oldest += rest;
    }
    open
}
