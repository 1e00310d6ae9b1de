//! The round that is attacked: 34 people who are asked, their answers in an order drawn by lot, and
//! everything else that goes on meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use hearth::domain::chat::UserId;
use hearth::domain::time::hours;
use hearth::playground::{Answer, Interaction, Member, Message};
use hearth::store::Scope;
use sqlx::{Connection as _, PgConnection, SqliteConnection};

use super::files::{self, File, Searched, forms_of};
use super::rows::{self, Rows};
use crate::harness::{Bot, Database, SECRET, Setting, guild};

const N_PEOPLE: usize = 34;
/// Of these, the last ones never answer.
const N_SILENT: usize = 2;
const ROOM: &str = "platform";

/// Somebody who is asked.
pub struct Person {
    pub name: String,
    pub id: u64,
}

/// One round as it is played.
pub struct Play {
    pub bot: Bot,
    pub secret: Vec<u8>,
    pub people: Vec<Person>,
    /// Ids and tokens of every ballot's interaction, and of every ballot: nothing may hold them.
    pub traces: Vec<String>,
    /// Words that were written in a comment and taken back.
    pub unsaid: Vec<String>,
    /// Words that were written and kept.
    pub said: Vec<String>,
    database: Database,
    /// In which order people answer, and in which they do other things.
    turns: Vec<usize>,
    others: Vec<usize>,
    answered: BTreeMap<usize, String>,
    /// How often somebody did something with a ballot.
    pub n_clicks: usize,
}

/// A snapshot that somebody holds, such as a backup program.
pub enum Snapshot {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Snapshot {
    /// The reader has read enough.
    pub async fn end(self) {
        match self {
            Self::Sqlite(mut connection) => {
                sqlx::query("COMMIT")
                    .execute(&mut connection)
                    .await
                    .expect("it ends");
                connection.close().await.expect("it closes");
            }
            Self::Postgres(mut connection) => {
                sqlx::query("COMMIT")
                    .execute(&mut connection)
                    .await
                    .expect("it ends");
                connection.close().await.expect("it closes");
            }
        }
    }
}

impl Play {
    /// A bot among many people, at a time of its own: ids are made of the time, and the server's
    /// log is shared with other tests.
    pub async fn begin(database: Database) -> Self {
        let names: Vec<String> = (1..=N_PEOPLE).map(|n| format!("dev-{n:02}")).collect();
        let mut place = guild();
        place
            .members
            .retain(|member| !member.roles.iter().any(|role| role == "Developer"));
        place.members.extend(names.iter().map(|name| Member {
            name: name.clone(),
            display_name: name.clone(),
            roles: vec!["Developer".to_owned()],
            locale: "en-US".to_owned(),
            about: Vec::new(),
        }));
        let setting = Setting {
            guild: place,
            platform: Box::new(|platform| {
                platform.digests.clear();
                platform
                    .surveys
                    .iter_mut()
                    .for_each(|survey| survey.schedule = None);
            }),
            ..Setting::default()
        };
        let bot = Bot::start_as(database, setting).await;
        bot.forward(hours(24 * 40) + Duration::from_millis(lot(100_000_000)))
            .await;
        let people = names.into_iter().map(|name| {
            let id = bot.discord.member_id(&name).expect("a member");
            Person { name, id }
        });
        Self {
            people: people.collect(),
            bot,
            secret: SECRET.to_vec(),
            traces: Vec::new(),
            unsaid: Vec::new(),
            said: Vec::new(),
            database,
            turns: by_lot((0..N_PEOPLE).collect()),
            others: by_lot((0..N_PEOPLE).collect()),
            answered: BTreeMap::new(),
            n_clicks: 0,
        }
    }

    /// Some ordinary life, and the round is opened.
    pub async fn open(&mut self) {
        let (one, two) = (self.name(self.others[3]), self.name(self.others[9]));
        self.bot
            .say(&one, "player", "/env create template:preview name:demo")
            .await;
        self.bot
            .say(&two, "player", "/env extend name:demo by:4")
            .await;
        self.bot.say("Pia", ROOM, "/survey open").await;
    }

    /// 18 people answer while everybody does other things.
    pub async fn first_half(&mut self) {
        self.go_on(0..18, 0..17).await;
        let writer = self.turns[2];
        let words = self.words();
        self.said.push(words.clone());
        self.comment(writer, &words).await;
        self.take_back_a_comment(self.turns[9]).await;
    }

    /// The others answer.
    pub async fn second_half(&mut self) {
        self.go_on(18..N_PEOPLE - N_SILENT, 17..N_PEOPLE).await;
        for turn in [15, 25] {
            let words = self.words();
            self.said.push(words.clone());
            self.comment(self.turns[turn], &words).await;
        }
    }

    /// Some change their answers, one withdraws it with its comment, one may not answer any more,
    /// and one click arrives twice.
    pub async fn last_changes(&mut self) {
        for turn in [7, 20, 28] {
            self.answer(self.turns[turn]).await;
        }
        self.bot.discord.deliver_twice(1);
        self.answer(self.turns[11]).await;
        let gone = self.turns[5];
        let words = self.words();
        self.unsaid.push(words.clone());
        self.comment(gone, &words).await;
        let name = self.name(gone);
        let ballot = self.open_ballot(&name).await;
        self.press(&name, &ballot, "ballot:withdraw").await;
        self.answered.remove(&gone);
        // The last of the silent ones loses the role between opening the ballot and answering.
        let late = self.name(self.turns[N_PEOPLE - 1]);
        let ballot = self.open_ballot(&late).await;
        self.bot.discord.set_roles(&late, &[]);
        let refused = self.choose(&late, &ballot, "1").await;
        assert!(refused.contains("This survey asks"), "{refused}");
        self.bot.discord.set_roles(&late, &["Developer"]);
    }

    /// Whose answers are there now.
    pub fn answered(&self) -> BTreeSet<u64> {
        self.answered
            .keys()
            .map(|index| self.people[*index].id)
            .collect()
    }

    /// Somebody of whom it is known that they have answered.
    pub fn known(&self) -> u64 {
        self.people[self.turns[0]].id
    }

    /// So many at least.
    pub fn n_answered_min(&self) -> usize {
        17
    }

    /// How many messages in the channel tell results.
    pub fn public_counts(&self) -> usize {
        let told = |message: &&Message| {
            message
                .embeds
                .iter()
                .any(|embed| embed.title.contains("Results"))
        };
        self.bot.messages(ROOM).iter().filter(told).count()
    }

    /// Every row of every table.
    pub async fn rows(&self) -> Rows {
        match self.database {
            Database::Sqlite => rows::of_sqlite(&self.bot.folder).await,
            Database::Postgres => rows::of_postgres(&self.bot.url).await,
        }
    }

    /// Looks in all files for people, keys, traces of clicks and whatever else.
    pub async fn search(&self, rows: &Rows, further: &[Vec<u8>]) -> Searched {
        let files: Vec<File> = match self.database {
            Database::Sqlite => files::of_sqlite(&self.bot.folder),
            Database::Postgres => files::of_postgres(&self.bot.url).await,
        };
        let mut needles: Vec<Vec<u8>> = further.to_vec();
        needles.extend(self.people.iter().flat_map(|person| forms_of(person.id)));
        needles.extend(rows.answers().into_iter().map(|answer| answer.key));
        for trace in &self.traces {
            needles.extend(
                trace
                    .parse()
                    .map_or_else(|_| vec![trace.as_bytes().to_vec()], forms_of),
            );
        }
        let salt = rows.salt();
        needles.extend(salt.clone());
        let searched = files::search(&files, &needles);
        // A search that finds nothing proves something only if it finds what is there.
        if let Some(salt) = salt.filter(|_| !files.is_empty()) {
            assert!(
                !searched.places(&salt).is_empty(),
                "an open round's salt is in a file"
            );
        }
        searched
    }

    /// SQLite's files, byte by byte, without the shared memory, which says who reads.
    pub fn files_as_they_are(&self) -> BTreeMap<String, Vec<u8>> {
        let names = ["hearth.db", "hearth.db-wal", "ballots.db", "ballots.db-wal"];
        let read = |name: &str| std::fs::read(self.bot.folder.join(name)).unwrap_or_default();
        names
            .iter()
            .map(|name| ((*name).to_owned(), read(name)))
            .collect()
    }

    /// The whole of SQLite's file of ballots with its log.
    pub fn ballots_file(&self) -> Option<Vec<u8>> {
        (self.database == Database::Sqlite).then(|| {
            let files = self.files_as_they_are();
            [files["ballots.db"].as_slice(), &files["ballots.db-wal"]].concat()
        })
    }

    /// Somebody reads the answers and does not end.
    pub async fn hold_snapshot(&self) -> Snapshot {
        match self.database {
            Database::Sqlite => {
                let url = format!("sqlite:{}", self.bot.folder.join("ballots.db").display());
                let mut connection = SqliteConnection::connect(&url).await.expect("the ballots");
                for step in ["BEGIN", "SELECT COUNT(*) FROM ballot_answer"] {
                    sqlx::query(step)
                        .execute(&mut connection)
                        .await
                        .expect("a reader");
                }
                Snapshot::Sqlite(connection)
            }
            Database::Postgres => {
                let mut connection = PgConnection::connect(&self.bot.url)
                    .await
                    .expect("the database");
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ";
                for step in [begin, "SELECT COUNT(*) FROM ballot_answer"] {
                    sqlx::query(step)
                        .execute(&mut connection)
                        .await
                        .expect("a reader");
                }
                Snapshot::Postgres(connection)
            }
        }
    }

    /// Somebody clicks on the prompt.
    pub async fn open_ballot(&mut self, who: &str) -> Message {
        let prompt = self.prompt();
        let custom_id = prompt.1;
        let interaction = self
            .bot
            .discord
            .click_raw(who, prompt.0, &custom_id)
            .expect("a click");
        self.watched(interaction).await.message()
    }

    /// Somebody presses a button of a ballot, whether it is there or not.
    pub async fn press(&mut self, who: &str, ballot: &Message, what: &str) -> String {
        let custom_id = format!("{what}:{}", self.round());
        let interaction = self
            .bot
            .discord
            .click_raw(who, ballot.id, &custom_id)
            .expect("a click");
        text(&self.watched(interaction).await)
    }

    /// Fails on everything that went wrong unseen.
    pub async fn end(self) {
        self.bot.end().await;
    }

    async fn go_on(&mut self, turns: std::ops::Range<usize>, others: std::ops::Range<usize>) {
        let answers = turns.map(|turn| (true, turn));
        let rest = others.map(|other| (false, other));
        for (is_answer, at) in by_lot(answers.chain(rest).collect()) {
            if is_answer {
                self.answer(self.turns[at]).await;
            } else {
                self.something_else(self.others[at]).await;
            }
            self.bot.forward(Duration::from_secs(lot(60))).await;
        }
    }

    /// What each other command leaves: an audit row with the person and the time. This is the row
    /// itself rather than a command, because there is no cheap command that everybody may use.
    async fn something_else(&self, person: usize) {
        let mut tx = self
            .bot
            .app
            .store()
            .begin(Scope::Jobs)
            .await
            .expect("a transaction");
        let key = format!("interaction:{}", lot(u64::MAX >> 1));
        let who = Some(UserId(self.people[person].id));
        let now = self.bot.app.now();
        tx.heard(&key, who, "environment.extend", "accepted", now)
            .await
            .expect("a row");
        tx.commit().await.expect("it is stored");
    }

    async fn answer(&mut self, person: usize) {
        let name = self.name(person);
        let ballot = self.open_ballot(&name).await;
        let point = (1 + lot(7)).to_string();
        let thanks = self.choose(&name, &ballot, &point).await;
        assert!(thanks.contains("answer"), "{thanks}");
        self.answered.insert(person, point);
    }

    async fn choose(&mut self, who: &str, ballot: &Message, point: &str) -> String {
        let select = &ballot.selects.first().expect("a ballot").custom_id;
        let interaction = self
            .bot
            .discord
            .select(who, ballot.id, select, &[point])
            .expect("a choice");
        text(&self.watched(interaction).await)
    }

    async fn comment(&mut self, person: usize, words: &str) {
        let name = self.name(person);
        let ballot = self.open_ballot(&name).await;
        let button = ballot.button("Add a comment").to_owned();
        let interaction = self
            .bot
            .discord
            .click(&name, ballot.id, &button)
            .expect("a click");
        let form = self.watched(interaction).await.modal();
        let interaction = self
            .bot
            .discord
            .submit(&name, &form, &[("comment", words)])
            .expect("a form");
        let kept = text(&self.watched(interaction).await);
        assert!(kept.contains("your comment is kept"), "{kept}");
    }

    async fn take_back_a_comment(&mut self, person: usize) {
        let words = self.words();
        self.unsaid.push(words.clone());
        self.comment(person, &words).await;
        let words = self.words();
        self.said.push(words.clone());
        self.comment(person, &words).await;
    }

    /// Waits for the answer and remembers what must not be found anywhere.
    async fn watched(&mut self, interaction: Interaction) -> Answer {
        self.n_clicks += 1;
        self.traces.push(interaction.id().to_string());
        self.traces.push(interaction.token());
        let answer = interaction.answer().await;
        self.bot.idle().await;
        if let Answer::Message(message) | Answer::Updated(message) = &answer {
            assert!(message.private_to.is_some());
            let id = message.id.to_string();
            if !self.traces.contains(&id) {
                self.traces.push(id);
            }
        }
        answer
    }

    /// The prompt's message and its button's custom id, which stays the same.
    fn prompt(&self) -> (u64, String) {
        let messages = self.bot.discord.messages(ROOM);
        let prompt = messages
            .iter()
            .find(|message| message.text.starts_with("Overall"));
        (
            prompt.expect("a prompt").id,
            format!("ballot:open:{}", self.round()),
        )
    }

    /// The round's id, as everybody sees it on the prompt.
    pub fn round(&self) -> String {
        let messages = self.bot.discord.messages(ROOM);
        let prompt = messages
            .iter()
            .find(|message| message.text.starts_with("Overall"));
        let footer = &prompt.expect("a prompt").embeds[0].footer;
        footer.rsplit(' ').next().expect("a mark").to_owned()
    }

    fn name(&self, person: usize) -> String {
        self.people[person].name.clone()
    }

    fn words(&self) -> String {
        format!("words {:016x}", lot(u64::MAX))
    }
}

fn text(answer: &Answer) -> String {
    match answer {
        Answer::Message(message) | Answer::Updated(message) => message.text.clone(),
        other => format!("{other:?}"),
    }
}

/// A number below `end`, drawn by lot.
fn lot(end: u64) -> u64 {
    getrandom::u64().expect("the system has randomness") % end
}

/// In an order drawn by lot.
fn by_lot<T>(mut things: Vec<T>) -> Vec<T> {
    for last in (1..things.len()).rev() {
        let other = lot(last as u64 + 1);
        things.swap(last, usize::try_from(other).expect("it is small"));
    }
    things
}
