INSERT INTO setting (name, value) VALUES ('installation', '00000000-0000-4000-8000-000000000001')
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

INSERT INTO audit (key, who, action, outcome, happened_at)
VALUES ('interaction:1', -1, 'environment.create', 'done', 1700000000000);

INSERT INTO job (key, effect, state, due_at, free_at, wanted, attempt, fence, runner, enqueued_at,
                 first_claimed_at, ended_at, error)
VALUES ('mind-environment:e-1', '{"do":"mind_environment","id":"e-1"}', 'open', 1700000000000,
        1700000000000, 1, 0, 0, NULL, 1700000000000, NULL, NULL, NULL),
       ('build:e-1', '{"do":"build_environment","id":"e-1"}', 'done', 1700000000000,
        1700000000000, 1, 1, 1, NULL, 1700000000000, 1700000000000, 1700000001000, NULL),
       ('build:e-old', '{"do":"build_environment","id":"e-old"}', 'buried', 1700000000000,
        1700000000000, 1, 12, 12, NULL, 1700000000000, 1700000000000, 1700000001000, 'no');

INSERT INTO fact (source, kind, subject, occurred_at, started_at, team, service, stage, production,
                  human, reason, fault)
VALUES ('hearth', 'service.deployed', 'd-1', 1700000060000, 1700000000000, 'player', 'player',
        'staging', FALSE, TRUE, 'planned', NULL);

INSERT INTO environment (id, name, template, provider, definition, build_seconds_max,
                         ttl_hours_max, extensions_max, team, owner, owner_name, channel, revision,
                         pull_request, parameters, op_key, state, requested_at, ready_at,
                         expires_at, warned_at, extensions, reference, url, failure, ending,
                         destroyed_at)
VALUES ('e-old', 'demo', 'preview', 'exec', '{}', 600, 72, 3, 'player', 1, 'Ada', 20, NULL, NULL,
        '{}', 'op-old', 'destroyed', 1700000000000, NULL, 1700000090000, NULL, 0, NULL, NULL, NULL,
        'expired', 1700000100000),
       ('e-1', 'demo', 'preview', 'exec', '{}', 600, 72, 3, 'player', 1, 'Ada', 20, 'main', 7,
        '{"size":"small"}', 'op-1', 'ready', 1700000200000, 1700000260000, 1800000000000, NULL, 1,
        'pid 7', 'http://127.0.0.1:1', NULL, NULL, NULL);

INSERT INTO place (service, stage) VALUES ('player', 'staging');

INSERT INTO deployment (id, service, stage, production, team, revision, previous, parameters,
                        reason, why, undoes, requester, requester_name, channel, provider,
                        definition, seconds_max, op_key, state, requested_at, decided_by,
                        decided_at, started_at, finished_at, reference, url, failure)
VALUES ('d-1', 'player', 'staging', FALSE, 'player', 'v1.0.0', NULL, '{}', 'planned', NULL, NULL,
        1, 'Ada', 20, 'exec', '{}', 300, 'op-d-1', 'rolled_back', 1700000000000, NULL, NULL,
        1700000000000, 1700000060000, 'run 1', NULL, NULL),
       ('d-2', 'player', 'staging', FALSE, 'player', 'v0.9.0', 'v1.0.0', '{}', 'rollback', 'slow',
        'd-1', 1, 'Ada', 20, 'exec', '{}', 300, 'op-d-2', 'succeeded', 1700000070000, 2,
        1700000071000, 1700000072000, 1700000080000, 'run 2', 'http://127.0.0.1:2', NULL);

INSERT INTO survey_round (id, survey, wording, audience, channel, k, comment, state, eligible,
                          opened_at, closes_at, reminded_at, closed_at, released)
VALUES ('r-1', 'pulse', 1, 30, 20, 5, TRUE, 'closed', 20, 1700000000000, 1700600000000,
        1700300000000, 1700600001000,
        '{"n":12,"top2":8,"unanimous":false,"distribution":[0,1,1,1,1,4,4],"comments":["good"]}'),
       ('r-2', 'pulse', 1, 30, 20, 5, FALSE, 'open', 20, 1710000000000, 1710600000000, NULL, NULL,
        NULL);

INSERT INTO message (subject_kind, subject, occasion, channel, message, posted_at, nonce)
VALUES ('environment', 'e-1', 'live', 20, 1173678926233600001, 1700000200000, 'n1');

INSERT INTO edition (id, digest, channel, window_start, window_end, made_at, numbers)
VALUES ('n-1', 'weekly', 20, 1699833600000, 1700438400000, 1700438401000, '{}');

INSERT INTO firing (kind, name, fired_at) VALUES ('digest', 'weekly', 1700438400000);
