-- Salts and answers of survey rounds. Nothing here says who answered, and nothing says when; at
-- closing the rows are written anew in the order of their keys.

CREATE TABLE ballot_round (
    id TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'purged')),
    salt BYTEA CHECK (length(salt) = 32),
    fingerprint TEXT NOT NULL,
    CHECK ((state = 'open') = (salt IS NOT NULL))
);

-- No foreign key: on PostgreSQL each answer would leave its transaction's number in the round's row.
CREATE TABLE ballot_answer (
    round TEXT NOT NULL,
    key BYTEA NOT NULL CHECK (length(key) = 32),
    satisfaction BIGINT NOT NULL CHECK (satisfaction BETWEEN 1 AND 7),
    comment TEXT,
    PRIMARY KEY (round, key)
);

-- The server's statistics would keep samples of answers, even of those that were withdrawn.
ALTER TABLE ballot_answer ALTER COLUMN key SET STATISTICS 0;
ALTER TABLE ballot_answer ALTER COLUMN satisfaction SET STATISTICS 0;
ALTER TABLE ballot_answer ALTER COLUMN comment SET STATISTICS 0;
ALTER TABLE ballot_round ALTER COLUMN salt SET STATISTICS 0;
