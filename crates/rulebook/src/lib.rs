//! Rule packs as data: TOML, citations, loading, lint, scenarios.
