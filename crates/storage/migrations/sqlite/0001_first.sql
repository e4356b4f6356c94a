-- The first schema. Never edited once released; what changes comes as a new file.
--
-- Every table has lender_id. Instants are nanoseconds since 1970 (UTC), days are days since
-- 1970-01-01, amounts are minor units with their ISO 4217 code beside them (or the contract's),
-- columns named *_mono_ns are readings of the server's monotonic clock. Words stand as text, so
-- that a person can read a row. STRICT, so that a sum that overflows is an error, never a float.

CREATE TABLE contracts (
    lender_id          BLOB    NOT NULL,
    contract_id        TEXT    NOT NULL,
    reference          TEXT    NOT NULL,
    product            TEXT    NOT NULL,
    currency           TEXT    NOT NULL,
    signed_on          INTEGER NOT NULL,
    consent_signature  INTEGER,
    consent_copy       INTEGER,
    consent_on         INTEGER,
    time_zone          TEXT    NOT NULL,
    packs              TEXT    NOT NULL, -- ids in order, separated by commas
    calendar           TEXT,
    feed               TEXT,
    borrower           TEXT    NOT NULL, -- personal
    phone_number       TEXT,             -- personal
    phone_hash         BLOB,             -- keyed hash of the number, for matching
    imei               TEXT    NOT NULL, -- personal
    model              TEXT    NOT NULL,
    imported_at        INTEGER NOT NULL,
    -- facts' version: rises with everything the plan depends on
    version            INTEGER NOT NULL,
    -- the newest plan, in short
    level              TEXT    NOT NULL,
    past_due_since     INTEGER, -- due day of the oldest instalment past due; null when current
    arrears            INTEGER NOT NULL,
    restore            INTEGER NOT NULL,
    payoff             INTEGER NOT NULL,
    planned_at         INTEGER,
    decision_hash      BLOB,
    review_at          INTEGER, -- null for never
    lease_holder       TEXT,
    lease_until        INTEGER,
    PRIMARY KEY (lender_id, contract_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX contracts_reference ON contracts (lender_id, reference);
CREATE UNIQUE INDEX contracts_imei ON contracts (lender_id, imei);
CREATE INDEX contracts_review ON contracts (lender_id, review_at) WHERE review_at IS NOT NULL;
CREATE INDEX contracts_level ON contracts (lender_id, level, contract_id);
CREATE INDEX contracts_past_due ON contracts (lender_id, past_due_since, contract_id)
    WHERE past_due_since IS NOT NULL;
CREATE INDEX contracts_feed ON contracts (lender_id, feed, contract_id) WHERE feed IS NOT NULL;
CREATE INDEX contracts_phone ON contracts (lender_id, phone_hash) WHERE phone_hash IS NOT NULL;

CREATE TABLE instalments (
    lender_id    BLOB    NOT NULL,
    contract_id  TEXT    NOT NULL,
    no           INTEGER NOT NULL,
    due          INTEGER NOT NULL,
    amount       INTEGER NOT NULL,
    PRIMARY KEY (lender_id, contract_id, no),
    FOREIGN KEY (lender_id, contract_id) REFERENCES contracts (lender_id, contract_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE contract_holds (
    lender_id    BLOB    NOT NULL,
    contract_id  TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    until_at     INTEGER, -- null while open
    PRIMARY KEY (lender_id, contract_id, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX contract_holds_kind ON contract_holds (lender_id, kind, contract_id);

CREATE TABLE level_totals (
    lender_id  BLOB    NOT NULL,
    level      TEXT    NOT NULL,
    contracts  INTEGER NOT NULL,
    PRIMARY KEY (lender_id, level)
) STRICT, WITHOUT ROWID;

CREATE TABLE holidays (
    lender_id  BLOB    NOT NULL,
    calendar   TEXT    NOT NULL,
    day        INTEGER NOT NULL,
    PRIMARY KEY (lender_id, calendar, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE clearances (
    lender_id       BLOB    NOT NULL,
    pack            TEXT    NOT NULL,
    no              INTEGER NOT NULL,
    given_by        TEXT    NOT NULL,
    given_on        INTEGER NOT NULL,
    until_day       INTEGER NOT NULL,
    opinion_sha256  BLOB    NOT NULL,
    PRIMARY KEY (lender_id, pack, no)
) STRICT, WITHOUT ROWID;

-- What happened, in order: to a contract, or to a feed and so to every contract on it.
CREATE TABLE events (
    event_no     INTEGER PRIMARY KEY,
    lender_id    BLOB    NOT NULL,
    contract_id  TEXT,
    feed         TEXT,
    at           INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    ref          TEXT,    -- id of payment, hold, suspense, notice; who reviewed
    word         TEXT,    -- state, proof, kind, outcome, decision
    channel      TEXT,
    amount       INTEGER,
    day          INTEGER, -- paid_on
    until_at     INTEGER
) STRICT;
CREATE INDEX events_contract ON events (lender_id, contract_id, at, event_no)
    WHERE contract_id IS NOT NULL;
CREATE INDEX events_feed ON events (lender_id, feed, at, event_no) WHERE feed IS NOT NULL;
CREATE UNIQUE INDEX events_payment_once ON events (lender_id, contract_id, ref, word)
    WHERE kind = 'payment';

-- The inbox: what arrived, byte for byte, before anybody was answered.
CREATE TABLE messages (
    message_no        INTEGER PRIMARY KEY,
    lender_id         BLOB    NOT NULL,
    source            TEXT    NOT NULL,
    transport_key     TEXT    NOT NULL,
    name              TEXT    NOT NULL,
    headers           TEXT    NOT NULL,
    body              BLOB    NOT NULL,
    sha256            BLOB    NOT NULL,
    received_at       INTEGER NOT NULL,
    received_mono_ns  INTEGER NOT NULL,
    state             TEXT    NOT NULL,
    note              TEXT,
    settled_at        INTEGER
) STRICT;
CREATE UNIQUE INDEX messages_transport ON messages (lender_id, source, transport_key);
CREATE INDEX messages_unread ON messages (lender_id, message_no) WHERE state = 'unread';
CREATE INDEX messages_parked ON messages (lender_id, message_no) WHERE state = 'parked';

-- Lines of messages: an entry's transaction, a callback. Each stands behind one payment or none.
CREATE TABLE source_lines (
    line_no       INTEGER PRIMARY KEY,
    lender_id     BLOB    NOT NULL,
    message_no    INTEGER NOT NULL REFERENCES messages (message_no),
    place         TEXT    NOT NULL, -- statement, entry and detail in the message
    account       TEXT,
    kind          TEXT    NOT NULL, -- payment, reversal, bank_line, information
    state         TEXT    NOT NULL, -- as its source says: booked, pending, failed…
    amount        INTEGER NOT NULL,
    currency      TEXT    NOT NULL,
    booking_date  INTEGER,
    value_date    INTEGER,
    text          TEXT    -- personal
) STRICT;
CREATE UNIQUE INDEX source_lines_place ON source_lines (lender_id, message_no, place);

CREATE TABLE payment_lines (
    lender_id   BLOB    NOT NULL,
    payment_id  TEXT    NOT NULL,
    line_no     INTEGER NOT NULL REFERENCES source_lines (line_no),
    PRIMARY KEY (lender_id, payment_id, line_no)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX payment_lines_line ON payment_lines (lender_id, line_no);

CREATE TABLE payments (
    lender_id          BLOB    NOT NULL,
    payment_id         TEXT    NOT NULL,
    version            INTEGER NOT NULL,
    state              TEXT    NOT NULL,
    amount             INTEGER NOT NULL,
    currency           TEXT    NOT NULL,
    channel            TEXT    NOT NULL,
    feed               TEXT,
    contract_id        TEXT, -- null while in suspense
    matched_by         TEXT,
    acted_at           INTEGER,
    paid_on            INTEGER,
    booking_date       INTEGER,
    value_date         INTEGER,
    expires_at         INTEGER, -- of pending money
    failure            TEXT,
    received_at        INTEGER NOT NULL,
    received_mono_ns   INTEGER NOT NULL,
    matched_at         INTEGER,
    matched_mono_ns    INTEGER,
    credited_at        INTEGER,
    credited_mono_ns   INTEGER,
    reversed_at        INTEGER,
    -- the grant that its booking (or, pending, its shield) led to
    grant_device       BLOB,
    grant_seq          INTEGER,
    PRIMARY KEY (lender_id, payment_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX payments_contract ON payments (lender_id, contract_id, received_at)
    WHERE contract_id IS NOT NULL;
CREATE INDEX payments_pending ON payments (lender_id, expires_at)
    WHERE state = 'pending' AND expires_at IS NOT NULL;
CREATE INDEX payments_credited ON payments (lender_id, credited_at)
    WHERE credited_at IS NOT NULL;

CREATE TABLE payment_keys (
    lender_id   BLOB NOT NULL,
    key         TEXT NOT NULL,
    payment_id  TEXT NOT NULL,
    PRIMARY KEY (lender_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX payment_keys_payment ON payment_keys (lender_id, payment_id);

CREATE TABLE suspense (
    lender_id   BLOB    NOT NULL,
    payment_id  TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    opened_at   INTEGER NOT NULL,
    cleared_at  INTEGER,
    cleared_by  TEXT,
    PRIMARY KEY (lender_id, payment_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX suspense_open ON suspense (lender_id, opened_at, payment_id)
    WHERE cleared_at IS NULL;

CREATE TABLE suspense_candidates (
    lender_id    BLOB    NOT NULL,
    payment_id   TEXT    NOT NULL,
    contract_id  TEXT    NOT NULL,
    evidence     TEXT    NOT NULL,
    score        INTEGER NOT NULL,
    PRIMARY KEY (lender_id, payment_id, contract_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX suspense_candidates_contract ON suspense_candidates (lender_id, contract_id);

-- The ledger. Totals are rolled up once a group of commands.
CREATE TABLE accounts (
    lender_id        BLOB    NOT NULL,
    account          TEXT    NOT NULL,
    currency         TEXT    NOT NULL,
    debits           INTEGER NOT NULL,
    credits          INTEGER NOT NULL,
    debits_pending   INTEGER NOT NULL,
    credits_pending  INTEGER NOT NULL,
    PRIMARY KEY (lender_id, account, currency)
) STRICT, WITHOUT ROWID;

CREATE TABLE postings (
    posting_no    INTEGER PRIMARY KEY,
    lender_id     BLOB    NOT NULL,
    subject       TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    at            INTEGER NOT NULL,
    contract_id   TEXT, -- whose accounts its legs touch
    channel       TEXT,
    bank_account  TEXT,
    credit        INTEGER,
    amount        INTEGER,
    currency      TEXT,
    expires_at    INTEGER
) STRICT;
CREATE UNIQUE INDEX postings_subject ON postings (lender_id, subject, kind);
CREATE INDEX postings_contract ON postings (lender_id, contract_id, posting_no)
    WHERE contract_id IS NOT NULL;

CREATE TABLE legs (
    lender_id   BLOB    NOT NULL,
    posting_no  INTEGER NOT NULL REFERENCES postings (posting_no),
    leg_no      INTEGER NOT NULL,
    account     TEXT    NOT NULL,
    currency    TEXT    NOT NULL,
    layer       TEXT    NOT NULL,
    side        TEXT    NOT NULL,
    amount      INTEGER NOT NULL,
    PRIMARY KEY (posting_no, leg_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE feeds (
    lender_id        BLOB    NOT NULL,
    feed             TEXT    NOT NULL,
    kind             TEXT    NOT NULL,
    account          TEXT,
    period_ns        INTEGER NOT NULL,
    heartbeat_at     INTEGER,
    complete_up_to   INTEGER,
    sequence         INTEGER,
    closing          INTEGER,
    closing_currency TEXT,
    state            TEXT    NOT NULL,
    state_since      INTEGER NOT NULL,
    why              TEXT,
    PRIMARY KEY (lender_id, feed)
) STRICT, WITHOUT ROWID;

CREATE TABLE decisions (
    decision_no  INTEGER PRIMARY KEY,
    lender_id    BLOB    NOT NULL,
    contract_id  TEXT    NOT NULL,
    hash         BLOB    NOT NULL,
    at           INTEGER NOT NULL,
    level        TEXT    NOT NULL,
    record       BLOB    NOT NULL
) STRICT;
CREATE UNIQUE INDEX decisions_hash ON decisions (lender_id, contract_id, hash);
CREATE INDEX decisions_at ON decisions (lender_id, contract_id, at);

CREATE TABLE enrolment_tokens (
    lender_id    BLOB    NOT NULL,
    token_hash   BLOB    NOT NULL,
    contract_id  TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    used_at      INTEGER,
    device_id    BLOB,
    PRIMARY KEY (lender_id, token_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE devices (
    lender_id             BLOB    NOT NULL,
    device_id             BLOB    NOT NULL,
    contract_id           TEXT    NOT NULL,
    spki                  BLOB    NOT NULL,
    spki_sha256           BLOB    NOT NULL,
    exchange_key          BLOB    NOT NULL, -- the phone's one-time public key
    imei_hash             BLOB,
    enrolled_at           INTEGER NOT NULL,
    newest_seq            INTEGER NOT NULL, -- highest seq taken; 0 before the first
    -- as last reported
    report_counter        INTEGER NOT NULL,
    last_contact_at       INTEGER,
    last_contact_mono_ns  INTEGER,
    reported_at           INTEGER,
    reported_seq          INTEGER,
    reported_sha256       BLOB,
    reported_grant_level  TEXT,
    reported_level        TEXT,
    reported_ksv          INTEGER,
    PRIMARY KEY (lender_id, device_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX devices_contract ON devices (lender_id, contract_id);
CREATE UNIQUE INDEX devices_key ON devices (lender_id, spki_sha256);

CREATE TABLE key_sets (
    lender_id   BLOB    NOT NULL,
    ksv         INTEGER NOT NULL,
    bytes       BLOB    NOT NULL,
    created_at  INTEGER NOT NULL,
    PRIMARY KEY (lender_id, ksv)
) STRICT, WITHOUT ROWID;

CREATE TABLE charters (
    lender_id    BLOB    NOT NULL,
    device_id    BLOB    NOT NULL,
    n            INTEGER NOT NULL,
    offered      BLOB    NOT NULL, -- signed by CHARTER
    offered_at   INTEGER NOT NULL,
    accepted     BLOB,             -- with the device's signature too
    accepted_at  INTEGER,
    PRIMARY KEY (lender_id, device_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE grants (
    lender_id          BLOB    NOT NULL,
    device_id          BLOB    NOT NULL,
    seq                INTEGER NOT NULL,
    contract_id        TEXT    NOT NULL,
    role               INTEGER NOT NULL, -- of the key that signs it, as grants number roles
    tightening         INTEGER NOT NULL,
    level              TEXT    NOT NULL, -- of its first step
    payload            BLOB    NOT NULL,
    payload_sha256     BLOB    NOT NULL,
    decision_hash      BLOB    NOT NULL,
    state              TEXT    NOT NULL, -- unsigned, held, refused, superseded, signed
    code               TEXT,             -- why held or refused by the signer
    held_until         INTEGER,
    cose               BLOB,
    kid                BLOB,
    created_at         INTEGER NOT NULL,
    created_mono_ns    INTEGER NOT NULL,
    signed_at          INTEGER,
    signed_mono_ns     INTEGER,
    sent_at            INTEGER,
    sent_mono_ns       INTEGER,
    delivered_at       INTEGER,
    delivered_mono_ns  INTEGER,
    applied_at         INTEGER,
    applied_mono_ns    INTEGER,
    phone_verdict      TEXT,             -- refused or cut, as the phone reported
    phone_code         TEXT,
    PRIMARY KEY (lender_id, device_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX grants_unsigned ON grants (lender_id, created_at)
    WHERE state IN ('unsigned', 'held');
CREATE INDEX grants_undelivered ON grants (lender_id, device_id, seq)
    WHERE state = 'signed' AND delivered_at IS NULL;
CREATE INDEX grants_payload ON grants (lender_id, device_id, payload_sha256);
CREATE INDEX grants_troubled ON grants (lender_id, created_at)
    WHERE state IN ('held', 'refused') OR phone_verdict IS NOT NULL;

CREATE TABLE lock_budget (
    lender_id  BLOB    NOT NULL,
    device_id  BLOB    NOT NULL,
    seq        INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (lender_id, device_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX lock_budget_at ON lock_budget (lender_id, at);

CREATE TABLE reports (
    lender_id         BLOB    NOT NULL,
    device_id         BLOB    NOT NULL,
    counter           INTEGER NOT NULL,
    received_at       INTEGER NOT NULL,
    received_mono_ns  INTEGER NOT NULL,
    level             TEXT    NOT NULL,
    grant_level       TEXT    NOT NULL,
    seq               INTEGER NOT NULL,
    cose              BLOB    NOT NULL,
    PRIMARY KEY (lender_id, device_id, counter)
) STRICT, WITHOUT ROWID;
CREATE INDEX reports_received ON reports (lender_id, device_id, received_at);

CREATE TABLE notices (
    notice_no        INTEGER PRIMARY KEY,
    lender_id        BLOB    NOT NULL,
    contract_id      TEXT    NOT NULL,
    notice           TEXT    NOT NULL, -- PACK/ID
    channel          TEXT    NOT NULL,
    due_at           INTEGER NOT NULL,
    text             TEXT    NOT NULL, -- personal
    state            TEXT    NOT NULL, -- waiting, sent, failed
    attempts         INTEGER NOT NULL,
    next_attempt_at  INTEGER,          -- while waiting
    last_error       TEXT,
    settled_at       INTEGER
) STRICT;
CREATE UNIQUE INDEX notices_once ON notices (lender_id, contract_id, notice, channel, due_at);
CREATE INDEX notices_waiting ON notices (lender_id, next_attempt_at) WHERE state = 'waiting';
CREATE INDEX notices_failed ON notices (lender_id, settled_at) WHERE state = 'failed';
