//! Time as the domain knows it: instants, spans, calendar days, and zones as sorted lists.
//!
//! An [`Instant`] is a point on the world's time line; a [`Day`] is a square on a wall calendar.
//! The two meet only through a [`Zone`], and the day that counts for a contract (the business
//! date) is always `zone.day_of(now)`. On purpose absent: a clock, a time-zone database (zones
//! are made at the edge), month arithmetic (schedules bring it).

mod day;
mod instant;
pub mod zone;

pub use day::{Day, DayError, Weekday};
pub use instant::{Instant, Span};
pub use zone::{LocalTime, Zone};
