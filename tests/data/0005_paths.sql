INSERT INTO environment (
    id, name, template, provider, definition, build_seconds_max, ttl_hours_max, extensions_max, team,
    owner, owner_name, channel, revision, pull_request, parameters, op_key, links, plan, state,
    moved_at, slept_ms, sleeps, requested_at, expires_at, extensions
) VALUES
    ('e-5', 'planned', 'site', 'terraform', '{}', 600, 72, 3, 'player', 1, 'Ada', 20, NULL, NULL,
     '{}', 'op-5', '{}', 'team
f00d 1 0 0
+ terraform_data.site', 'awaiting_approval', 1700000300000, 0, 0, 1700000200000, 1800000000002, 0);

INSERT INTO draft (id, person, given, typed, kept_until)
VALUES ('dr-1', 1, '{"template":"site","name":"demo"}', '{"zone":"north"}', 1700086400000);
