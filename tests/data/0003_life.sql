INSERT INTO environment (
    id, name, template, provider, definition, build_seconds_max, ttl_hours_max, extensions_max, team,
    owner, owner_name, channel, revision, pull_request, parameters, op_key, sleep_hours, price,
    price_asleep, worked_hours, links, approved_by, state, moved_at, started_at, sleep_cause,
    asleep_at, slept_ms, sleeps, pinned_by, pinned_until, pin_asked_at, stuck_at, requested_at,
    ready_at, expires_at, warned_at, extensions, reference, url, failure, ending, destroyed_at
) VALUES
    ('e-3', 'night', 'preview', 'exec', '{}', 600, 72, 3, 'player', 1, 'Ada', 20, NULL, NULL, '{}',
     'op-3', 'Europe/Berlin Mon-Fri 20:00-07:00', 350000, 20000, NULL,
     '{"Grafana":"https://grafana.example/{name}"}', 2, 'sleeping', 1700000300000, 1700000210000,
     'hours', 1700000301000, 60000, 1, 2, 1700900000000, NULL, NULL, 1700000200000, 1700000260000,
     1800000000001, NULL, 0, 'pid 8', 'http://127.0.0.1:3', NULL, NULL, NULL),
    ('e-4', 'never', 'preview', 'exec', '{}', 600, 72, 3, 'player', 1, 'Ada', 20, NULL, NULL, '{}',
     'op-4', NULL, NULL, NULL, NULL, '{}', NULL, 'cancelled', 1700000300000, NULL, NULL, NULL, 0, 0,
     NULL, NULL, NULL, NULL, 1700000200000, NULL, 1800000000000, NULL, 0, NULL, NULL, NULL,
     'unapproved', 1700000300000);

INSERT INTO stray (id, op_key, provider, definition, name, state, found_at, destroy_at, decided_by,
                   failure, gone_at)
VALUES ('s-1', 'op-x', 'exec', '{}', 'left-over', 'found', 1700000000000, 1700086400000, NULL, NULL,
        NULL);
