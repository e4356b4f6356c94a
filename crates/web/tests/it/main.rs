//! Tests of pages, words and looks, from outside.

mod feeds;
mod formats;
mod gallery;
mod looks;
mod pages;
mod sample;
mod sample_feeds;
mod words;
