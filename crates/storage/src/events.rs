//! Events as rows and back.
