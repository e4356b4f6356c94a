-- Final statements of bank accounts, by which a feed's health is judged: their numbers, their
-- balances, and how far each reaches. One that is told anew (a correction) takes the old one's
-- place.
CREATE TABLE bank_statements (
    lender_id    BLOB    NOT NULL,
    account      TEXT    NOT NULL,
    statement    TEXT    NOT NULL,
    message_no   INTEGER NOT NULL REFERENCES messages (message_no),
    sequence     INTEGER,
    opening      INTEGER,
    opening_currency TEXT,
    closing      INTEGER,
    closing_currency TEXT,
    chains       INTEGER, -- opening plus entries is closing; null when a balance is missing
    complete_to  INTEGER NOT NULL,
    PRIMARY KEY (lender_id, account, statement)
) WITHOUT ROWID;
CREATE INDEX bank_statements_end ON bank_statements (lender_id, account, complete_to, sequence);
