//! The protocol from outside: bytes in, levels out.

mod attacks;
mod codes;
mod encodings;
mod enrolment;
mod hostile;
mod levels;
mod loosening;
mod order;
mod reports;
mod sizes;
mod time_attacks;
mod world;
