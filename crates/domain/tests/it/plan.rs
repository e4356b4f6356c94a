//! The engine by stories: a contract, what happened, and what is wanted when.

mod climbing;
mod gates;
mod holds;
mod ladder;
mod laws;
mod notices;
mod packs;
mod passes;
mod reversals;
mod shield;
mod story;
mod worlds;
