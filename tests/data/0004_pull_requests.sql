INSERT INTO pull_request (
    id, repository, team, number, title, url, author, branch, head, state, labelled, trusted, let_in,
    let_in_by, asked, environment, built, refusal, ends_at, closed_at, seen_at, comment, comment_said,
    deployment, deployment_said
) VALUES
    ('p-1', 'player', 'player', 7, 'Add a queue', 'https://forge.example/sonsic/player/pull/7', 'octocat',
     'queue', '0123456789abcdef0123456789abcdef01234567', 'open', TRUE, FALSE,
     '0123456789abcdef0123456789abcdef01234567', 2, '0123456789abcdef0123456789abcdef01234567', 'e-3',
     '0123456789abcdef0123456789abcdef01234567', NULL, NULL, NULL, 1700000000000, '11', 'a', '12', 'b'),
    ('p-2', 'player', 'player', 8, 'Mend a queue', 'https://forge.example/sonsic/player/pull/8', 'octocat',
     'queue-2', '1123456789abcdef0123456789abcdef01234567', 'merged', FALSE, TRUE, NULL, NULL, NULL, NULL, NULL,
     'refused-quota', 1700003600000, 1700000000000, 1700000000000, NULL, NULL, NULL, NULL);

INSERT INTO delivery (repository, key, heard_at) VALUES ('player', 'd-1', 1700000000000);
