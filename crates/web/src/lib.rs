//! Templates, assets and languages of console, portal and lock screen.
