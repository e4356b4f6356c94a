//! Templates, assets and languages of the console and of what stands on the phone.
//!
//! [`view`] holds plain structs, one for each page; [`page`] turns each into HTML with the words
//! of [`text`] and the parts of [`ui`]; [`assets`] are the files a page may load. Every page
//! works without JavaScript, loads nothing from another host and obeys its own [`csp`].
//!
//! On purpose absent: sockets, storage, and any decision: a view is filled by the server.

pub mod assets;
pub mod csp;
pub mod page;
pub mod text;
pub mod ui;
pub mod view;

pub use page::RenderError;
pub use text::Texts;
