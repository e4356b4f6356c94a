//! The engine by stories: a contract, what happened, and what is wanted when.

mod story;
