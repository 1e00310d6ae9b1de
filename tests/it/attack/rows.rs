//! Every row of every table as an operator reads it, with what the database adds: row numbers,
//! places and transaction numbers.

use std::path::Path;

use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection};

/// One row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub table: String,
    /// All columns as text.
    pub text: String,
    /// The row number, or the place in the table's file.
    pub place: Option<u64>,
    /// The transaction that wrote it.
    pub transaction: Option<u64>,
}

/// One answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub key: Vec<u8>,
    place: Option<u64>,
    transaction: Option<u64>,
}

/// Everything at one moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    rows: Vec<Row>,
    answers: Vec<Answer>,
    columns: Vec<(String, String)>,
    round: (String, Option<Vec<u8>>, String),
}

impl Rows {
    /// All rows in the order in which the database gives them.
    pub fn all(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter()
    }

    /// All answers, in that order.
    pub fn answers(&self) -> Vec<Answer> {
        self.answers.clone()
    }

    /// The round's id.
    pub fn round(&self) -> String {
        self.round.0.clone()
    }

    /// The round's salt.
    pub fn salt(&self) -> Option<Vec<u8>> {
        self.round.1.clone()
    }

    /// The print of the secret.
    pub fn fingerprint(&self) -> String {
        self.round.2.clone()
    }

    /// Nothing about a person or a time is beside an answer: not even a column for it.
    pub fn columns_are_those_that_are_allowed(&self) {
        let of = |table: &str| -> Vec<&str> {
            let columns = self.columns.iter().filter(|(of, _)| of == table);
            columns.map(|(_, name)| name.as_str()).collect()
        };
        assert_eq!(
            of("ballot_answer"),
            ["round", "key", "satisfaction", "comment"]
        );
        assert_eq!(of("ballot_round"), ["id", "state", "salt", "fingerprint"]);
    }

    /// Every order of the answers that the tables give.
    pub fn orders_of_answers(&self) -> Vec<(String, Vec<(Vec<u8>, u64)>)> {
        let order = |at: &dyn Fn(usize, &Answer) -> Option<u64>| {
            let answers = self.answers.iter().enumerate();
            answers
                .filter_map(|(n, answer)| Some((answer.key.clone(), at(n, answer)?)))
                .collect::<Vec<_>>()
        };
        let mut orders = vec![
            (
                "as they are listed".to_owned(),
                order(&|n, _| Some(n as u64)),
            ),
            ("by place".to_owned(), order(&|_, answer| answer.place)),
            (
                "by transaction".to_owned(),
                order(&|_, answer| answer.transaction),
            ),
        ];
        orders.retain(|(_, order)| !order.is_empty());
        orders
    }

    /// Every order of people that the other tables give, each person where they come first.
    pub fn orders_of_people(&self) -> Vec<(String, Vec<(u64, u64)>)> {
        let mut orders = Vec::new();
        let mut tables: Vec<&str> = self.rows.iter().map(|row| row.table.as_str()).collect();
        tables.dedup();
        for table in tables {
            let rows: Vec<&Row> = self.rows.iter().filter(|row| row.table == table).collect();
            let order = |at: &dyn Fn(usize, &Row) -> Option<u64>| {
                let mut seen = std::collections::BTreeSet::new();
                let mut order = Vec::new();
                for (n, row) in rows.iter().enumerate() {
                    for id in ids_in(&row.text) {
                        if let Some(at) = at(n, row).filter(|_| seen.insert(id)) {
                            order.push((id, at));
                        }
                    }
                }
                order
            };
            orders.push((
                format!("as {table} lists them"),
                order(&|n, _| Some(n as u64)),
            ));
            orders.push((format!("by place in {table}"), order(&|_, row| row.place)));
            orders.push((
                format!("by transaction in {table}"),
                order(&|_, row| row.transaction),
            ));
        }
        orders.retain(|(_, order)| order.len() > 1);
        orders
    }
}

/// Numbers that are long enough to be somebody's id.
fn ids_in(text: &str) -> Vec<u64> {
    text.split(|char: char| !char.is_ascii_digit())
        .filter(|digits| digits.len() >= 17)
        .filter_map(|digits| digits.parse().ok())
        .collect()
}

/// All rows of the bot's two files.
pub async fn of_sqlite(folder: &Path) -> Rows {
    let mut whole = Rows {
        rows: Vec::new(),
        answers: Vec::new(),
        columns: Vec::new(),
        round: Default::default(),
    };
    for file in ["hearth.db", "ballots.db"] {
        let url = format!("sqlite:{}", folder.join(file).display());
        let mut connection = SqliteConnection::connect(&url).await.expect(file);
        let tables: Vec<(String, String)> = sqlx::query_as(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name",
        )
        .fetch_all(&mut connection)
        .await
        .expect("the tables");
        for (table, sql) in tables {
            let columns: Vec<String> = sqlx::query_scalar("SELECT name FROM pragma_table_info($1)")
                .bind(&table)
                .fetch_all(&mut connection)
                .await
                .expect("the columns");
            let numbered = !sql.contains("WITHOUT ROWID");
            let text: Vec<String> = columns
                .iter()
                .map(|name| format!("quote({name})"))
                .collect();
            let number = if numbered { "rowid" } else { "NULL" };
            let query = format!("SELECT {number}, {} FROM {table}", text.join(" || ' ' || "));
            let rows = sqlx::query(AssertSqlSafe(query))
                .fetch_all(&mut connection)
                .await
                .expect("the rows");
            whole.rows.extend(rows.iter().map(|row| {
                Row {
                    table: table.clone(),
                    text: row.get(1),
                    place: row
                        .get::<Option<i64>, _>(0)
                        .map(|number| number.cast_unsigned()),
                    transaction: None,
                }
            }));
            whole
                .columns
                .extend(columns.into_iter().map(|name| (table.clone(), name)));
        }
        if file == "ballots.db" {
            let keys: Vec<Vec<u8>> = sqlx::query_scalar("SELECT key FROM ballot_answer")
                .fetch_all(&mut connection)
                .await
                .expect("the keys");
            whole.answers.extend(keys.into_iter().map(|key| Answer {
                key,
                place: None,
                transaction: None,
            }));
            whole.round = sqlx::query_as("SELECT id, salt, fingerprint FROM ballot_round")
                .fetch_one(&mut connection)
                .await
                .expect("the round");
        }
        connection.close().await.expect("it closes");
    }
    whole
}

/// All rows of the bot's database.
pub async fn of_postgres(url: &str) -> Rows {
    const PLACE: &str = "CAST((ctid::text::point)[0] * 65536 + (ctid::text::point)[1] AS BIGINT),
                         CAST(xmin::text AS BIGINT)";
    let mut connection = PgConnection::connect(url).await.expect("the database");
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT table_name::text, column_name::text FROM information_schema.columns
         WHERE table_schema = 'public' ORDER BY table_name, ordinal_position",
    )
    .fetch_all(&mut connection)
    .await
    .expect("the columns");
    let mut tables: Vec<String> = columns.iter().map(|(table, _)| table.clone()).collect();
    tables.dedup();
    let mut rows = Vec::new();
    for table in tables {
        let query = format!("SELECT {PLACE}, whole::text FROM {table} AS whole");
        let found: Vec<(i64, i64, String)> = sqlx::query_as(AssertSqlSafe(query))
            .fetch_all(&mut connection)
            .await
            .expect("the rows");
        rows.extend(found.into_iter().map(|(place, transaction, text)| Row {
            table: table.clone(),
            text,
            place: Some(place.cast_unsigned()),
            transaction: Some(transaction.cast_unsigned()),
        }));
    }
    let query = format!("SELECT {PLACE}, key FROM ballot_answer");
    let answers: Vec<(i64, i64, Vec<u8>)> = sqlx::query_as(AssertSqlSafe(query))
        .fetch_all(&mut connection)
        .await
        .expect("the keys");
    let round = sqlx::query_as("SELECT id, salt, fingerprint FROM ballot_round")
        .fetch_one(&mut connection)
        .await
        .expect("the round");
    connection.close().await.expect("it closes");
    let answers = answers.into_iter().map(|(place, transaction, key)| Answer {
        key,
        place: Some(place.cast_unsigned()),
        transaction: Some(transaction.cast_unsigned()),
    });
    Rows {
        rows,
        answers: answers.collect(),
        columns,
        round,
    }
}
