//! Statement, callback and contract-file readers: bytes in, normalised entries out.
