-- By what money is matched besides the contract's reference, what people decided about it, and
-- what happened to payments after they came. Numbers and accounts of payers stand as keyed hashes:
-- the key isn't in the database.
ALTER TABLE contracts ADD COLUMN virtual_account TEXT; -- capitals and digits; one contract's
CREATE UNIQUE INDEX contracts_virtual_account ON contracts (lender_id, virtual_account)
    WHERE virtual_account IS NOT NULL;
-- Numbers that weren't hashed yet; an empty hash is of one that can't be read.
CREATE INDEX contracts_number_waits ON contracts (lender_id, contract_id)
    WHERE phone_number IS NOT NULL AND phone_hash IS NULL;

-- The shown ends of contracts' numbers, for masks.
CREATE TABLE phone_ends (
    lender_id    BLOB NOT NULL,
    ends         BLOB NOT NULL, -- keyed hash
    contract_id  TEXT NOT NULL,
    PRIMARY KEY (lender_id, ends, contract_id)
) STRICT, WITHOUT ROWID;

-- "What this payer sends is for this contract": said by the borrower, or by a person's match.
CREATE TABLE standing_instructions (
    instruction_no  INTEGER PRIMARY KEY,
    lender_id       BLOB    NOT NULL,
    payer           BLOB    NOT NULL, -- keyed hash of number or account
    contract_id     TEXT    NOT NULL,
    made_by         TEXT    NOT NULL, -- borrower, match
    actor           TEXT    NOT NULL,
    made_at         INTEGER NOT NULL,
    revoked_at      INTEGER,
    revoked_by      TEXT
) STRICT;
CREATE UNIQUE INDEX standing_instructions_payer
    ON standing_instructions (lender_id, payer, contract_id) WHERE revoked_at IS NULL;
CREATE INDEX standing_instructions_contract ON standing_instructions (lender_id, contract_id);

ALTER TABLE payments ADD COLUMN payer BLOB;   -- keyed hash of number or account
-- A payment that was taken off a contract, or of which a part went, lives on under the next
-- number: its postings and facts are of "P-1.2".
ALTER TABLE payments ADD COLUMN life  INTEGER NOT NULL DEFAULT 1;
ALTER TABLE payments ADD COLUMN gross INTEGER; -- as booked, where less is left of it
CREATE INDEX payments_payer ON payments (lender_id, payer, contract_id)
    WHERE payer IS NOT NULL AND contract_id IS NOT NULL;

ALTER TABLE source_lines ADD COLUMN name TEXT; -- personal: the payer's, as the source writes it

-- Money that is in suspense again, or with another sum, shields under the next number.
ALTER TABLE suspense ADD COLUMN round INTEGER NOT NULL DEFAULT 1;
ALTER TABLE suspense ADD COLUMN kept_at INTEGER; -- when a person last said: keep it open
ALTER TABLE suspense ADD COLUMN kept_by TEXT;

-- What happened to payments after they came, each once.
CREATE TABLE payment_changes (
    lender_id   BLOB    NOT NULL,
    channel     TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    change_id   TEXT    NOT NULL,
    payment_id  TEXT,             -- null while it waits for its payment
    amount      INTEGER NOT NULL,
    currency    TEXT    NOT NULL,
    charges     INTEGER,
    told_at     INTEGER NOT NULL,
    state       TEXT    NOT NULL, -- waiting, applied, unclear
    note        TEXT,
    PRIMARY KEY (lender_id, channel, kind, change_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX payment_changes_payment ON payment_changes (lender_id, payment_id)
    WHERE payment_id IS NOT NULL;
CREATE INDEX payment_changes_open ON payment_changes (lender_id, told_at)
    WHERE state <> 'applied';

-- By which keys the payment of a change that waits will be known.
CREATE TABLE waiting_keys (
    lender_id  BLOB NOT NULL,
    key        TEXT NOT NULL,
    channel    TEXT NOT NULL,
    kind       TEXT NOT NULL,
    change_id  TEXT NOT NULL,
    PRIMARY KEY (lender_id, key, channel, kind, change_id)
) STRICT, WITHOUT ROWID;

-- What people did about money: written once, never changed.
CREATE TABLE money_actions (
    action_no    INTEGER PRIMARY KEY,
    lender_id    BLOB    NOT NULL,
    at           INTEGER NOT NULL,
    actor        TEXT    NOT NULL,
    action       TEXT    NOT NULL, -- match, unmatch, keep, refund, refund_paid, revoke…
    payment_id   TEXT,
    contract_id  TEXT,
    reason       TEXT    NOT NULL,
    before       TEXT    NOT NULL,
    after        TEXT    NOT NULL
) STRICT;
CREATE INDEX money_actions_payment ON money_actions (lender_id, payment_id, action_no);

INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('contracts', 'contracts_virtual_account', '1000000 1000000 1'),
    ('contracts', 'contracts_number_waits', '100 100 1'),
    ('phone_ends', 'phone_ends', '1000000 1000000 3 1'),
    ('standing_instructions', 'standing_instructions_payer', '100000 100000 1 1'),
    ('standing_instructions', 'standing_instructions_contract', '100000 100000 2'),
    ('payments', 'payments_payer', '12000000 12000000 12 6'),
    ('payment_changes', 'payment_changes', '100000 100000 20000 10000 1'),
    ('payment_changes', 'payment_changes_payment', '100000 100000 2'),
    ('payment_changes', 'payment_changes_open', '100 100 1'),
    ('waiting_keys', 'waiting_keys', '100 100 2 2 1 1'),
    ('money_actions', 'money_actions_payment', '100000 100000 2 1');
ANALYZE sqlite_schema; -- lets this connection believe it too
