//! The states that the database knows are those of the code.

use std::collections::BTreeSet;

use hearth::domain::{deployment, environment, stray, survey};

#[test]
fn the_database_knows_exactly_the_states_of_the_code() {
    let environments: BTreeSet<&str> = environment::State::ALL.iter().map(|s| s.word()).collect();
    let deployments: BTreeSet<&str> = deployment::State::ALL.iter().map(|s| s.word()).collect();
    let rounds: BTreeSet<&str> = survey::State::ALL.iter().map(|s| s.word()).collect();
    let strays: BTreeSet<&str> = stray::State::ALL.iter().map(|s| s.word()).collect();
    for sql in [
        include_str!("../../../migrations/sqlite/0003_life.sql"),
        include_str!("../../../migrations/postgres/0003_life.sql"),
    ] {
        for (table, states) in [("environment", &environments), ("stray", &strays)] {
            assert_eq!(&checked_words(sql, table, "state"), states, "{table}");
        }
    }
    for sql in [
        include_str!("../../../migrations/sqlite/0001_beginning.sql"),
        include_str!("../../../migrations/postgres/0001_beginning.sql"),
    ] {
        for (table, states) in [("deployment", &deployments), ("survey_round", &rounds)] {
            assert_eq!(&checked_words(sql, table, "state"), states, "{table}");
        }
        let jobs = checked_words(sql, "job", "state");
        assert_eq!(jobs, BTreeSet::from(["open", "done", "buried"]));
    }
}

/// The words that the table's CHECK allows in the column.
fn checked_words<'a>(sql: &'a str, table: &str, column: &str) -> BTreeSet<&'a str> {
    let (_, body) = sql
        .split_once(&format!("CREATE TABLE {table} ("))
        .expect("the table is made");
    let (_, list) = body
        .split_once(&format!("{column} TEXT NOT NULL CHECK ({column} IN ("))
        .expect("its words are checked");
    let (list, _) = list.split_once("))").expect("the list ends");
    list.split(',')
        .map(|word| word.trim().trim_matches('\''))
        .collect()
}
