//! Integration tests of fairlock-storage: what a Store must do whatever its engine, from outside,
//! on real files; and what only the embedded engine must.

mod books;
mod codes;
mod commit;
mod devices;
mod durability;
mod enquiries;
mod facts;
mod files;
mod import;
mod inbox;
mod lists;
mod loan_books;
mod matching;
mod outbox;
mod pack_texts;
mod permits;
mod proof;
mod world;
