//! One Store with use-case operations; SQL lives here only.
