//! The simulated world: a virtual clock, phones, a notice gateway, a bank and an operator that
//! send what stands in `demo/`, and an oracle that says whether all of it went right.
//!
//! `fairlock demo` is [`demo::run`], its second process [`phones::run`], `fairlock phone` is
//! [`phone::run`]. [`provider`] holds providers of money as tests meet them. Everything here talks
//! to the server as the outside world does: files, HTTP and WebSocket on loopback. Failure is a
//! [`demo::DemoError`] or a red check of the [`oracle`].
//!
//! On purpose absent: any clock or randomness of its own (both are handed in), and any way into
//! the server that a real bank, operator or phone wouldn't have.

pub mod demo;
pub mod oracle;
pub mod phone;
pub mod phones;
pub mod provider;
pub mod world;
