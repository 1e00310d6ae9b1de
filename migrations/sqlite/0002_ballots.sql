-- Salts and answers of survey rounds, in a file of their own. Nothing here says who answered, and
-- nothing says when; rows lie in the order of their keys, because there are no row numbers.

CREATE TABLE ballot_round (
    id TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'purged')),
    salt BLOB CHECK (length(salt) = 32),
    fingerprint TEXT NOT NULL,
    CHECK ((state = 'open') = (salt IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- No foreign key: on PostgreSQL each answer would leave its transaction's number in the round's row.
CREATE TABLE ballot_answer (
    round TEXT NOT NULL,
    key BLOB NOT NULL CHECK (length(key) = 32),
    satisfaction INTEGER NOT NULL CHECK (satisfaction BETWEEN 1 AND 7),
    comment TEXT,
    PRIMARY KEY (round, key)
) STRICT, WITHOUT ROWID;
