-- Requests with an idempotency key: what was asked under it, and what was answered.
CREATE TABLE requests (
    lender_id    BLOB    NOT NULL,
    caller       TEXT    NOT NULL,
    route        TEXT    NOT NULL,
    request_key  TEXT    NOT NULL,
    body_sha256  BLOB    NOT NULL,
    message_no   INTEGER NOT NULL REFERENCES messages (message_no),
    asked_at     INTEGER NOT NULL,
    status       INTEGER,           -- of HTTP; null while it is worked on
    answer       TEXT,              -- the body
    PRIMARY KEY (lender_id, caller, route, request_key)
) STRICT, WITHOUT ROWID;
