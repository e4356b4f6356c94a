//! A live lender's contracts, from their file to the grants that their phones may have.

mod evidence;
mod gates;
mod land;
mod refusals;
