//! Time as the domain knows it: instants, spans, calendar days, and zones as sorted lists.
//!
//! An [`Instant`] is a point on the world's time line; a [`Day`] is a square on a wall calendar.
//! The two meet only through a [`Zone`], and the day that counts for a contract (the business
//! date) is always `zone.day_of(now)`. Due dates go by a [`Step`] and are moved off holidays by an
//! [`Adjust`]; interest counts days by a [`DayCount`]. On purpose absent: a clock, a time-zone
//! database and lists of holidays (both are made at the edge).

pub mod business;
mod day;
pub mod daycount;
pub mod holidays;
mod instant;
pub mod step;
pub mod zone;

pub use business::{Adjust, Calendar, CutOff, Weekend};
pub use day::{Day, DayError, Weekday, days_in_month, is_leap_year};
pub use daycount::DayCount;
pub use holidays::Holidays;
pub use instant::{Instant, Span};
pub use step::{Step, Unit};
pub use zone::{LocalTime, Steady, Zone};
