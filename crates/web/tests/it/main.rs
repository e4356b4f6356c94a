//! Tests of pages, words and looks, from outside.

mod formats;
mod gallery;
mod looks;
mod pages;
mod sample;
mod words;
