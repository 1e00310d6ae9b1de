INSERT INTO ballot_round (id, state, salt, fingerprint)
VALUES ('r-1', 'purged', NULL, 'f1'),
       ('r-2', 'open', X'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 'f1');

INSERT INTO ballot_answer (round, key, satisfaction, comment)
VALUES ('r-1', X'ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 6, 'good'),
       ('r-2', X'fe0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f', 2, NULL);
