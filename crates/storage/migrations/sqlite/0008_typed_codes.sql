-- Typed codes that were made for a phone. The digits aren't here: they can be made again from the
-- signer's keys. A count is taken for ever before its code is shown.
CREATE TABLE typed_codes (
    lender_id  BLOB    NOT NULL,
    device_id  BLOB    NOT NULL,
    count      INTEGER NOT NULL,
    form       TEXT    NOT NULL, -- long, digits, restricted
    kind       TEXT    NOT NULL, -- add, set, disable, sync
    days       INTEGER NOT NULL, -- 0 where the kind names none
    made_at    INTEGER NOT NULL,
    PRIMARY KEY (lender_id, device_id, count)
) STRICT, WITHOUT ROWID;
