-- The life of environments: pinned, asleep, queued, awaiting approval, lost; what nobody owns.
-- SQLite cannot change a CHECK, so the table is made anew on both.

ALTER TABLE environment RENAME TO environment_before;

CREATE TABLE environment (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    template TEXT NOT NULL,
    provider TEXT NOT NULL,
    definition TEXT NOT NULL,
    build_seconds_max BIGINT NOT NULL,
    ttl_hours_max BIGINT NOT NULL,
    extensions_max BIGINT NOT NULL,
    team TEXT NOT NULL,
    owner BIGINT NOT NULL,
    owner_name TEXT NOT NULL,
    channel BIGINT NOT NULL,
    revision TEXT,
    pull_request BIGINT,
    parameters TEXT NOT NULL,
    op_key TEXT NOT NULL UNIQUE,
    -- The template's terms: windows of the week, millionths of the currency, addresses by name.
    sleep_hours TEXT,
    price BIGINT,
    price_asleep BIGINT,
    worked_hours TEXT,
    links TEXT NOT NULL,
    approved_by BIGINT,
    state TEXT NOT NULL CHECK (state IN (
        'awaiting_approval', 'queued', 'requested', 'provisioning', 'updating', 'ready', 'failed',
        'sleeping', 'waking', 'lost', 'destroying', 'destroy_failed', 'destroyed', 'cancelled'
    )),
    moved_at BIGINT NOT NULL,
    started_at BIGINT,
    sleep_cause TEXT CHECK (sleep_cause IN ('asked', 'hours')),
    asleep_at BIGINT,
    slept_ms BIGINT NOT NULL,
    sleeps BIGINT NOT NULL,
    pinned_by BIGINT,
    pinned_until BIGINT,
    pin_asked_at BIGINT,
    stuck_at BIGINT,
    requested_at BIGINT NOT NULL,
    ready_at BIGINT,
    expires_at BIGINT NOT NULL,
    warned_at BIGINT,
    extensions BIGINT NOT NULL,
    reference TEXT,
    url TEXT,
    failure TEXT,
    ending TEXT CHECK (ending IN ('asked', 'expired', 'lost', 'unapproved', 'rejected', 'closed')),
    destroyed_at BIGINT,
    CHECK ((state IN ('destroyed', 'cancelled')) = (destroyed_at IS NOT NULL)),
    CHECK ((pinned_by IS NULL) = (pinned_until IS NULL)),
    CHECK ((price IS NULL) = (price_asleep IS NULL))
);

INSERT INTO environment (
    id, name, template, provider, definition, build_seconds_max, ttl_hours_max, extensions_max, team,
    owner, owner_name, channel, revision, pull_request, parameters, op_key, links, state, moved_at,
    started_at, slept_ms, sleeps, requested_at, ready_at, expires_at, warned_at, extensions,
    reference, url, failure, ending, destroyed_at
)
SELECT id, name, template, provider, definition, build_seconds_max, ttl_hours_max, extensions_max,
       team, owner, owner_name, channel, revision, pull_request, parameters, op_key, '{}', state,
       COALESCE(destroyed_at, ready_at, requested_at),
       CASE WHEN reference IS NULL THEN ready_at ELSE requested_at END,
       0, 0, requested_at, ready_at, expires_at, warned_at, extensions, reference, url, failure,
       ending, destroyed_at
FROM environment_before;

DROP TABLE environment_before;

CREATE UNIQUE INDEX environment_living ON environment (name) WHERE destroyed_at IS NULL;
CREATE INDEX environment_team ON environment (team, expires_at) WHERE destroyed_at IS NULL;
CREATE INDEX environment_owner ON environment (owner, expires_at) WHERE destroyed_at IS NULL;
CREATE INDEX environment_end ON environment (expires_at) WHERE destroyed_at IS NULL;
CREATE INDEX environment_name ON environment (name, requested_at);
CREATE INDEX environment_engine ON environment (provider, state, moved_at)
    WHERE destroyed_at IS NULL;

-- What carries our label at an engine and has no row above: adopted as unowned.
CREATE TABLE stray (
    id TEXT NOT NULL PRIMARY KEY,
    op_key TEXT NOT NULL,
    provider TEXT NOT NULL,
    definition TEXT NOT NULL,
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('found', 'kept', 'destroying', 'destroy_failed', 'gone')),
    found_at BIGINT NOT NULL,
    destroy_at BIGINT NOT NULL,
    decided_by BIGINT,
    failure TEXT,
    gone_at BIGINT,
    CHECK ((state = 'gone') = (gone_at IS NOT NULL))
);
CREATE UNIQUE INDEX stray_there ON stray (provider, op_key) WHERE gone_at IS NULL;
