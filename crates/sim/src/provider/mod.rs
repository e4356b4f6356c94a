//! Providers of money as a server meets them: each listens where it is asked, calls where it was
//! told to, and has bad days.
//!
//! They behave as their documentation says, on real sockets, and know nothing of the server. What
//! is due to be told waits in a queue until `deliver` is called, so that a test decides what comes
//! late, twice or never; chance comes from a seed.

pub mod adyen;
pub mod airtel;
pub mod daraja;
pub mod listen;
pub mod momo;
pub mod outbox;
pub mod stripe;
pub mod wallet;

pub use adyen::Adyen;
pub use airtel::Airtel;
pub use daraja::Daraja;
pub use momo::Momo;
pub use stripe::Stripe;
