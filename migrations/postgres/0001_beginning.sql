-- Everything but the ballots.
-- Times are Unix milliseconds, states are words, ids from Discord are 64-bit numbers.

CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- One row per wake-up that changed something. The key makes a second delivery visible.
CREATE TABLE audit (
    key TEXT NOT NULL PRIMARY KEY,
    who BIGINT,
    action TEXT NOT NULL,
    outcome TEXT NOT NULL,
    happened_at BIGINT NOT NULL
);
CREATE INDEX audit_happened ON audit (happened_at);

-- Effects that are still to be performed, and for a while those that were.
-- due_at is when it was wanted; free_at is when a runner may take it: due_at, or the end of a lease.
CREATE TABLE job (
    id BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key TEXT NOT NULL,
    effect TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'done', 'buried')),
    due_at BIGINT NOT NULL,
    free_at BIGINT NOT NULL,
    wanted BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    put_off BIGINT NOT NULL DEFAULT 0,
    fence BIGINT NOT NULL,
    runner TEXT,
    enqueued_at BIGINT NOT NULL,
    first_claimed_at BIGINT,
    ended_at BIGINT,
    error TEXT,
    CHECK ((state = 'open') = (ended_at IS NULL)),
    CHECK (state = 'open' OR runner IS NULL)
);
CREATE UNIQUE INDEX job_open ON job (key) WHERE state = 'open';
CREATE INDEX job_free ON job (free_at) WHERE state = 'open';
CREATE INDEX job_done ON job (ended_at) WHERE state = 'done';
CREATE INDEX job_buried ON job (ended_at) WHERE state = 'buried';

CREATE TABLE fact (
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    occurred_at BIGINT NOT NULL,
    started_at BIGINT,
    team TEXT,
    service TEXT,
    stage TEXT,
    production BOOLEAN NOT NULL,
    human BOOLEAN NOT NULL,
    reason TEXT,
    fault TEXT,
    PRIMARY KEY (source, kind, subject)
);
CREATE INDEX fact_occurred ON fact (occurred_at);
CREATE INDEX fact_source ON fact (occurred_at) WHERE kind IN ('source.connected', 'source.lost');

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
    state TEXT NOT NULL CHECK (state IN (
        'requested', 'provisioning', 'ready', 'failed', 'destroying', 'destroy_failed', 'destroyed'
    )),
    requested_at BIGINT NOT NULL,
    ready_at BIGINT,
    expires_at BIGINT NOT NULL,
    warned_at BIGINT,
    extensions BIGINT NOT NULL,
    reference TEXT,
    url TEXT,
    failure TEXT,
    ending TEXT CHECK (ending IN ('asked', 'expired')),
    destroyed_at BIGINT,
    CHECK ((state = 'destroyed') = (destroyed_at IS NOT NULL))
);
CREATE UNIQUE INDEX environment_living ON environment (name) WHERE state <> 'destroyed';
CREATE INDEX environment_team ON environment (team, expires_at) WHERE state <> 'destroyed';
CREATE INDEX environment_owner ON environment (owner, expires_at) WHERE state <> 'destroyed';
CREATE INDEX environment_end ON environment (expires_at) WHERE state <> 'destroyed';
CREATE INDEX environment_name ON environment (name, requested_at);

CREATE TABLE deployment (
    id TEXT NOT NULL PRIMARY KEY,
    service TEXT NOT NULL,
    stage TEXT NOT NULL,
    production BOOLEAN NOT NULL,
    team TEXT NOT NULL,
    revision TEXT NOT NULL,
    previous TEXT,
    parameters TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('planned', 'hotfix', 'rollback')),
    why TEXT,
    undoes TEXT REFERENCES deployment (id),
    requester BIGINT NOT NULL,
    requester_name TEXT NOT NULL,
    channel BIGINT NOT NULL,
    provider TEXT NOT NULL,
    definition TEXT NOT NULL,
    seconds_max BIGINT NOT NULL,
    op_key TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN (
        'awaiting_approval', 'starting', 'running', 'succeeded', 'failed', 'rejected', 'expired',
        'rolled_back'
    )),
    requested_at BIGINT NOT NULL,
    decided_by BIGINT,
    decided_at BIGINT,
    started_at BIGINT,
    finished_at BIGINT,
    reference TEXT,
    url TEXT,
    failure TEXT,
    CHECK ((state IN ('awaiting_approval', 'starting', 'running')) = (finished_at IS NULL)),
    CHECK ((state IN ('awaiting_approval', 'rejected', 'expired')) = (started_at IS NULL))
);
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
);

CREATE TABLE survey_round (
    id TEXT NOT NULL PRIMARY KEY,
    survey TEXT NOT NULL,
    wording BIGINT NOT NULL,
    audience BIGINT NOT NULL,
    channel BIGINT NOT NULL,
    k BIGINT NOT NULL CHECK (k >= 5),
    comment BOOLEAN NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('opening', 'open', 'closing', 'closed')),
    eligible BIGINT,
    opened_at BIGINT NOT NULL,
    closes_at BIGINT NOT NULL,
    reminded_at BIGINT,
    closed_at BIGINT,
    released TEXT,
    CHECK ((state = 'closed') = (closed_at IS NOT NULL)),
    CHECK ((state = 'closed') = (released IS NOT NULL))
);
CREATE UNIQUE INDEX survey_round_unclosed ON survey_round (survey) WHERE state <> 'closed';
CREATE INDEX survey_round_closed ON survey_round (survey, closed_at) WHERE state = 'closed';
CREATE INDEX survey_round_opened ON survey_round (opened_at);

-- Where the messages about a subject are.
CREATE TABLE message (
    subject_kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    occasion TEXT NOT NULL,
    channel BIGINT NOT NULL,
    message BIGINT NOT NULL,
    posted_at BIGINT NOT NULL,
    nonce TEXT NOT NULL,
    PRIMARY KEY (subject_kind, subject, occasion)
);

-- Digests as they were posted: the numbers are frozen.
CREATE TABLE edition (
    id TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    channel BIGINT NOT NULL,
    window_start BIGINT NOT NULL,
    window_end BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    numbers TEXT NOT NULL,
    UNIQUE (digest, window_start, window_end)
);

-- Firings of schedules that were taken up, so that none is taken up twice.
CREATE TABLE firing (
    kind TEXT NOT NULL CHECK (kind IN ('survey', 'digest')),
    name TEXT NOT NULL,
    fired_at BIGINT NOT NULL,
    PRIMARY KEY (kind, name, fired_at)
);
CREATE INDEX firing_fired ON firing (fired_at);
