//! The database's files, byte by byte: what stands in which of them, and where.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use sqlx::{Connection as _, PgConnection};

/// One file, or one piece of a log.
pub struct File {
    name: String,
    /// What its places are compared on: the file itself, or the whole log.
    scale: String,
    /// Where it begins on that scale.
    base: u64,
    /// Whether answers and salts belong in it.
    of_ballots: bool,
    bytes: Vec<u8>,
}

/// Where something was found.
#[derive(Clone, Debug)]
pub struct Place {
    /// Only for the reader of a failure.
    #[expect(dead_code, reason = "a failed assertion prints it")]
    pub name: String,
    /// What `at` counts on.
    pub scale: String,
    /// The place.
    pub at: u64,
    /// Whether answers belong there.
    pub of_ballots: bool,
}

/// What was found.
pub struct Searched {
    found: HashMap<Vec<u8>, Vec<Place>>,
    scales: BTreeSet<String>,
}

impl Searched {
    /// Where these bytes stand. They must be among those that were searched for.
    pub fn places(&self, needle: &[u8]) -> Vec<Place> {
        self.found.get(needle).expect("it was searched for").clone()
    }

    /// Every file and log that was searched.
    pub fn scales(&self) -> impl Iterator<Item = String> + '_ {
        self.scales.iter().cloned()
    }
}

/// How a number may stand in a file: as text, and as eight bytes from either end.
pub fn forms_of(id: u64) -> Vec<Vec<u8>> {
    vec![
        id.to_string().into_bytes(),
        id.to_be_bytes().to_vec(),
        id.to_le_bytes().to_vec(),
    ]
}

/// What is passed over at once.
const EMPTY: [u8; 256] = [0; 256];

/// Looks for all needles in one pass over each file.
pub fn search(files: &[File], needles: &[Vec<u8>]) -> Searched {
    let mut by_start: HashMap<[u8; 4], Vec<&Vec<u8>>> = HashMap::new();
    // Most places are ruled out by their first two bytes.
    let mut begins = vec![false; 1 << 16];
    let mut found: HashMap<Vec<u8>, Vec<Place>> = HashMap::new();
    for needle in needles {
        let start: [u8; 4] = needle[..4].try_into().expect("needles are long");
        begins[usize::from(start[0]) << 8 | usize::from(start[1])] = true;
        if found.insert(needle.clone(), Vec::new()).is_none() {
            by_start.entry(start).or_default().push(needle);
        }
    }
    for file in files {
        let bytes = file.bytes.as_slice();
        let mut at = 0;
        while at + 4 <= bytes.len() {
            // Most of a log is empty.
            if bytes[at] == 0
                && at.is_multiple_of(EMPTY.len())
                && !begins[0]
                && bytes[at..].starts_with(&EMPTY)
            {
                at += EMPTY.len() - 1;
                continue;
            }
            if begins[usize::from(bytes[at]) << 8 | usize::from(bytes[at + 1])] {
                let start: [u8; 4] = bytes[at..at + 4].try_into().expect("four bytes");
                for needle in by_start.get(&start).into_iter().flatten() {
                    if bytes[at..].starts_with(needle) {
                        let place = Place {
                            name: file.name.clone(),
                            scale: file.scale.clone(),
                            at: file.base + at as u64,
                            of_ballots: file.of_ballots,
                        };
                        found.get_mut(*needle).expect("known").push(place);
                    }
                }
            }
            at += 1;
        }
    }
    let scales = files.iter().map(|file| file.scale.clone()).collect();
    Searched { found, scales }
}

/// Everything that SQLite keeps in the bot's folder.
pub fn of_sqlite(folder: &Path) -> Vec<File> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the bot's folder") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if path.is_file() {
            let bytes = std::fs::read(&path).expect("a file");
            files.push(File {
                of_ballots: name.starts_with("ballots.db"),
                scale: name.clone(),
                name,
                base: 0,
                bytes,
            });
        }
    }
    assert!(files.iter().any(|file| file.name == "ballots.db"));
    files
}

/// Every file of this database, the server's write-ahead log and its other log.
///
/// # Panics
/// If the server's files cannot be read from here: an attack on its tables alone would prove too little.
pub async fn of_postgres(url: &str) -> Vec<File> {
    let mut connection = PgConnection::connect(url).await.expect("the database");
    // What is in memory goes to the files, as it would sooner or later.
    sqlx::query("CHECKPOINT")
        .execute(&mut connection)
        .await
        .expect("a checkpoint");
    let (top, oid): (String, i64) = sqlx::query_as(
        "SELECT current_setting('data_directory'), CAST(oid AS BIGINT) FROM pg_database
         WHERE datname = current_database()",
    )
    .fetch_one(&mut connection)
    .await
    .expect("where the files are");
    let relations: Vec<(String, String, Option<String>)> = sqlx::query_as(
        "SELECT relation.relname::text, pg_relation_filepath(relation.oid), owner.relname::text
         FROM pg_class AS relation
         LEFT JOIN pg_class AS owner ON owner.reltoastrelid = relation.oid
         WHERE pg_relation_filepath(relation.oid) IS NOT NULL",
    )
    .fetch_all(&mut connection)
    .await
    .expect("whose files they are");
    connection.close().await.expect("it closes");
    let top = PathBuf::from(top);
    let mut files = Vec::new();
    for path in listed(&top.join(format!("base/{oid}"))) {
        let inside = path
            .strip_prefix(&top)
            .expect("inside")
            .to_string_lossy()
            .into_owned();
        let relation = relations.iter().find(|(_, file, _)| *file == inside);
        let (name, owner) = relation.map_or((inside.as_str(), ""), |(name, _, owner)| {
            (name.as_str(), owner.as_deref().unwrap_or_default())
        });
        let of_ballots = name.starts_with("ballot_") || owner.starts_with("ballot_");
        files.extend(read(&path, name, 0, of_ballots));
    }
    let mut base = 0;
    for path in listed(&top.join("pg_wal")) {
        let piece = read(&path, "pg_wal", base, false);
        base += piece.as_ref().map_or(0, |piece| piece.bytes.len() as u64);
        files.extend(piece);
    }
    let scales: Vec<&str> = files.iter().map(|file| file.scale.as_str()).collect();
    assert!(
        scales.contains(&"ballot_answer") && scales.contains(&"pg_wal"),
        "the files of the PostgreSQL server in {} cannot be read from here, and this test attacks \
         them: unset HEARTH_TEST_POSTGRES, and the tests start a server of their own",
        top.display()
    );
    let beside = top.parent().map(|parent| parent.join("log"));
    files.extend(beside.and_then(|log| read(&log, "the server's log", 0, false)));
    files
}

fn listed(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

fn read(path: &Path, scale: &str, base: u64, of_ballots: bool) -> Option<File> {
    // A file that is removed meanwhile holds nothing any more.
    let bytes = path.is_file().then(|| std::fs::read(path).ok()).flatten()?;
    Some(File {
        name: path.display().to_string(),
        scale: scale.to_owned(),
        base,
        of_ballots,
        bytes,
    })
}
