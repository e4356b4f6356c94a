//! Decision in, signed grant out: its own second look at the facts, lock budget, keys.
