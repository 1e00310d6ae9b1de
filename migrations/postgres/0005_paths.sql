-- Golden paths: plans that are agreed to before anything is made, what was changed outside since, and forms that
-- were not finished.

-- Who must agree, then what the engine would change; NULL where the template asks for no plan.
ALTER TABLE environment ADD COLUMN plan TEXT;

-- What somebody has changed outside, and when that was last looked for.
ALTER TABLE environment ADD COLUMN drift TEXT;
ALTER TABLE environment ADD COLUMN drift_looked_at BIGINT;

-- What somebody has asked for so far, until the form that asks for the rest is sent.
CREATE TABLE draft (
    id TEXT NOT NULL PRIMARY KEY,
    person BIGINT NOT NULL,
    -- Options of the command and texts of the form, by name.
    given TEXT NOT NULL,
    typed TEXT NOT NULL,
    kept_until BIGINT NOT NULL
);
CREATE INDEX draft_end ON draft (kept_until);
CREATE INDEX draft_person ON draft (person, kept_until);
