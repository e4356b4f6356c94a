//! The engine by stories: a contract, what happened, and what is wanted when.

mod climbing;
mod clocks;
mod days;
mod gates;
mod guards;
mod holds;
mod ladder;
mod laws;
mod never_worse;
mod notices;
mod outlook;
mod packs;
mod passes;
mod record;
mod reversals;
mod shield;
mod story;
mod worlds;
