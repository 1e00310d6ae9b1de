-- Everything but the ballots, which lie in a file of their own.
-- Times are Unix milliseconds, states are words, booleans are 0 and 1, ids from Discord are 64-bit numbers.

CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

-- One row per wake-up that changed something. The key makes a second delivery visible.
CREATE TABLE audit (
    key TEXT NOT NULL PRIMARY KEY,
    who INTEGER,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL,
    happened_at INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_happened ON audit (happened_at);

-- Effects that are still to be performed, and for a while those that were.
-- due_at is when it was wanted; free_at is when a runner may take it: due_at, or the end of a lease.
CREATE TABLE job (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL,
    effect TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'done', 'buried')),
    due_at INTEGER NOT NULL,
    free_at INTEGER NOT NULL,
    wanted INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    put_off INTEGER NOT NULL DEFAULT 0,
    fence INTEGER NOT NULL,
    runner TEXT,
    enqueued_at INTEGER NOT NULL,
    first_claimed_at INTEGER,
    ended_at INTEGER,
    error TEXT,
    CHECK ((state = 'open') = (ended_at IS NULL)),
    CHECK (state = 'open' OR runner IS NULL)
) STRICT;
CREATE UNIQUE INDEX job_open ON job (key) WHERE state = 'open';
CREATE INDEX job_free ON job (free_at) WHERE state = 'open';
CREATE INDEX job_done ON job (ended_at) WHERE state = 'done';
CREATE INDEX job_buried ON job (ended_at) WHERE state = 'buried';

CREATE TABLE fact (
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    started_at INTEGER,
    team TEXT,
    service TEXT,
    stage TEXT,
    production INTEGER NOT NULL CHECK (production IN (0, 1)),
    human INTEGER NOT NULL CHECK (human IN (0, 1)),
    reason TEXT,
    fault TEXT,
    PRIMARY KEY (source, kind, subject)
) STRICT;
CREATE INDEX fact_occurred ON fact (occurred_at);
CREATE INDEX fact_source ON fact (occurred_at) WHERE kind IN ('source.connected', 'source.lost');

CREATE TABLE environment (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    template TEXT NOT NULL,
    provider TEXT NOT NULL,
    definition TEXT NOT NULL,
    build_seconds_max INTEGER NOT NULL,
    ttl_hours_max INTEGER NOT NULL,
    extensions_max INTEGER NOT NULL,
    team TEXT NOT NULL,
    owner INTEGER NOT NULL,
    owner_name TEXT NOT NULL,
    channel INTEGER NOT NULL,
    revision TEXT,
    pull_request INTEGER,
    parameters TEXT NOT NULL,
    op_key TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN (
        'requested', 'provisioning', 'ready', 'failed', 'destroying', 'destroy_failed', 'destroyed'
    )),
    requested_at INTEGER NOT NULL,
    ready_at INTEGER,
    expires_at INTEGER NOT NULL,
    warned_at INTEGER,
    extensions INTEGER NOT NULL,
    reference TEXT,
    url TEXT,
    failure TEXT,
    ending TEXT CHECK (ending IN ('asked', 'expired')),
    destroyed_at INTEGER,
    CHECK ((state = 'destroyed') = (destroyed_at IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX environment_living ON environment (name) WHERE state <> 'destroyed';
CREATE INDEX environment_team ON environment (team, expires_at) WHERE state <> 'destroyed';
CREATE INDEX environment_owner ON environment (owner, expires_at) WHERE state <> 'destroyed';
CREATE INDEX environment_end ON environment (expires_at) WHERE state <> 'destroyed';
CREATE INDEX environment_name ON environment (name, requested_at);

CREATE TABLE deployment (
    id TEXT NOT NULL PRIMARY KEY,
    service TEXT NOT NULL,
    stage TEXT NOT NULL,
    production INTEGER NOT NULL CHECK (production IN (0, 1)),
    team TEXT NOT NULL,
    revision TEXT NOT NULL,
    previous TEXT,
    parameters TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('planned', 'hotfix', 'rollback')),
    why TEXT,
    undoes TEXT REFERENCES deployment (id),
    requester INTEGER NOT NULL,
    requester_name TEXT NOT NULL,
    channel INTEGER NOT NULL,
    provider TEXT NOT NULL,
    definition TEXT NOT NULL,
    seconds_max INTEGER NOT NULL,
    op_key TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN (
        'awaiting_approval', 'starting', 'running', 'succeeded', 'failed', 'rejected', 'expired',
        'rolled_back'
    )),
    requested_at INTEGER NOT NULL,
    decided_by INTEGER,
    decided_at INTEGER,
    started_at INTEGER,
    finished_at INTEGER,
    reference TEXT,
    url TEXT,
    failure TEXT,
    CHECK ((state IN ('awaiting_approval', 'starting', 'running')) = (finished_at IS NULL)),
    CHECK ((state IN ('awaiting_approval', 'rejected', 'expired')) = (started_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX deployment_active ON deployment (service, stage)
    WHERE state IN ('starting', 'running');
CREATE INDEX deployment_state ON deployment (service, stage, state, started_at);
CREATE INDEX deployment_started ON deployment (service, stage, started_at);
CREATE INDEX deployment_history ON deployment (service, requested_at);
CREATE INDEX deployment_awaiting ON deployment (requested_at) WHERE state = 'awaiting_approval';

-- Every service and stage that was ever deployed to, so that a look at what runs where does not
-- read the history.
CREATE TABLE place (
    service TEXT NOT NULL,
    stage TEXT NOT NULL,
    PRIMARY KEY (service, stage)
) STRICT;

CREATE TABLE survey_round (
    id TEXT NOT NULL PRIMARY KEY,
    survey TEXT NOT NULL,
    wording INTEGER NOT NULL,
    audience INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    k INTEGER NOT NULL CHECK (k >= 5),
    comment INTEGER NOT NULL CHECK (comment IN (0, 1)),
    state TEXT NOT NULL CHECK (state IN ('opening', 'open', 'closing', 'closed')),
    eligible INTEGER,
    opened_at INTEGER NOT NULL,
    closes_at INTEGER NOT NULL,
    reminded_at INTEGER,
    closed_at INTEGER,
    released TEXT,
    CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    CHECK ((state = 'closed') = (released IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX survey_round_unclosed ON survey_round (survey) WHERE state <> 'closed';
CREATE INDEX survey_round_closed ON survey_round (survey, closed_at) WHERE state = 'closed';
CREATE INDEX survey_round_opened ON survey_round (opened_at);

-- Where the messages about a subject are.
CREATE TABLE message (
    subject_kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    occasion TEXT NOT NULL,
    channel INTEGER NOT NULL,
    message INTEGER NOT NULL,
    posted_at INTEGER NOT NULL,
    nonce TEXT NOT NULL,
    PRIMARY KEY (subject_kind, subject, occasion)
) STRICT;

-- Digests as they were posted: the numbers are frozen.
CREATE TABLE edition (
    id TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    channel INTEGER NOT NULL,
    window_start INTEGER NOT NULL,
    window_end INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    numbers TEXT NOT NULL,
    UNIQUE (digest, window_start, window_end)
) STRICT;

-- Firings of schedules that were taken up, so that none is taken up twice.
CREATE TABLE firing (
    kind TEXT NOT NULL CHECK (kind IN ('survey', 'digest')),
    name TEXT NOT NULL,
    fired_at INTEGER NOT NULL,
    PRIMARY KEY (kind, name, fired_at)
) STRICT;
CREATE INDEX firing_fired ON firing (fired_at);
