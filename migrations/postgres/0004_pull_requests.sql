-- Pull requests of repositories, as their forge says that they stand, and what was said there about them.
CREATE TABLE pull_request (
    id TEXT NOT NULL PRIMARY KEY,
    repository TEXT NOT NULL,
    team TEXT NOT NULL,
    number BIGINT NOT NULL,
    title TEXT NOT NULL,
    url TEXT NOT NULL,
    author TEXT NOT NULL,
    branch TEXT NOT NULL,
    head TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'merged')),
    labelled BOOLEAN NOT NULL,
    trusted BOOLEAN NOT NULL,
    -- The revision that somebody has let in, and who.
    let_in TEXT,
    let_in_by BIGINT,
    asked TEXT,
    environment TEXT,
    built TEXT,
    refusal TEXT,
    ends_at BIGINT,
    closed_at BIGINT,
    seen_at BIGINT NOT NULL,
    -- The comment and the deployment at the forge, and what was said there last.
    comment TEXT,
    comment_said TEXT,
    deployment TEXT,
    deployment_said TEXT,
    CHECK ((let_in IS NULL) = (let_in_by IS NULL)),
    CHECK ((state = 'open') = (closed_at IS NULL)),
    UNIQUE (repository, number)
);
CREATE INDEX pull_request_environment ON pull_request (environment);
CREATE INDEX pull_request_refused ON pull_request (team, seen_at)
    WHERE state = 'open' AND refusal IS NOT NULL;
CREATE INDEX pull_request_open ON pull_request (repository, state, number);
CREATE INDEX pull_request_closed ON pull_request (closed_at) WHERE closed_at IS NOT NULL;

-- Deliveries of forges that were heard.
CREATE TABLE delivery (
    repository TEXT NOT NULL,
    key TEXT NOT NULL,
    heard_at BIGINT NOT NULL,
    PRIMARY KEY (repository, key)
);
CREATE INDEX delivery_heard ON delivery (heard_at);
