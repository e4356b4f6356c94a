//! What a phone shows: [`Screen`]s as data, made by [`View::screen`] of what is in force; and
//! [`Display`], what the server tells of payments and cases for them.
//!
//! A crate of its own, because nothing in it can limit a phone: it reads what is in force and says
//! it in messages of the catalogue. Pure and total. On purpose absent: words, layout and languages,
//! which are the port's, and any way from a screen back to a level.
#![no_std]

extern crate alloc;

mod news;
mod screen;
mod view;

pub use news::{CaseNews, CaseState, Display, Failure, Held, HeldBy, PaymentNews, PaymentState};
pub use screen::{Arg, Message, Screen, ScreenKind};
pub use view::{Said, View};
