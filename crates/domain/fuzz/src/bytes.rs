//! Reading choices off bytes. When they run out every choice is the first one.

use fairlock_domain::loan::Portions;
use fairlock_domain::loan::order::Component;
use fairlock_domain::money::AMOUNT_MAX_MINOR;

pub struct Bytes<'a>(pub &'a [u8]);

impl Bytes<'_> {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        match self.0 {
            [first, rest @ ..] => {
                self.0 = rest;
                *first
            }
            [] => 0,
        }
    }

    /// One of `count` choices.
    pub fn choice(&mut self, count: u8) -> u8 {
        self.byte() % count
    }

    /// True once in 16 times.
    pub fn rarely(&mut self) -> bool {
        self.choice(16) == 15
    }

    pub fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        let count = u8::try_from(choices.len()).expect("at most 255 choices");
        choices[usize::from(self.choice(count))].clone()
    }

    /// Small amounts that meet each other, and those at the edges of what is allowed.
    pub fn amount(&mut self) -> i128 {
        match self.byte() {
            small @ 0..=239 => i128::from(small) * 5,
            240..=243 => AMOUNT_MAX_MINOR,
            244..=247 => AMOUNT_MAX_MINOR + 1,
            248 | 249 => -1,
            250 | 251 => i128::MAX,
            252 | 253 => i128::MIN,
            _ => AMOUNT_MAX_MINOR - 1,
        }
    }

    /// Five amounts, most of them zero.
    pub fn portions(&mut self) -> Portions {
        let which = self.byte();
        let mut portions = Portions::NONE;
        for (bit, component) in Component::ALL.into_iter().enumerate() {
            if which >> bit & 1 == 1 {
                portions.add(component, self.amount());
            }
        }
        if which >> 4 & 1 == 1 {
            portions.credit = self.amount();
        }
        portions
    }
}
