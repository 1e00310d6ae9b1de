//! What Hearth is compared with: the smallest serenity bot, with and without one SQLite insert before its answer.

use async_trait::async_trait;
use serenity::all::{
    Command, CommandInteraction, Context, CreateCommand, CreateInteractionResponse,
    CreateInteractionResponseMessage, EventHandler, GatewayIntents, GuildId, Interaction, Ready,
};
use serenity::client::ClientBuilder;
use serenity::http::HttpBuilder;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::{Seat, TOKEN};

/// What the bot does before it answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Nothing.
    Nothing,
    /// One transaction with one insert, as durable as Hearth's.
    Insert,
}

struct Bare {
    guild: GuildId,
    database: Option<SqlitePool>,
}

/// Connects, registers `/ping`, and answers it privately with one callback.
pub async fn run(seat: &Seat, work: Work) {
    let database = match work {
        Work::Nothing => None,
        Work::Insert => Some(open(seat).await),
    };
    let http = HttpBuilder::new(TOKEN)
        .proxy(&seat.api_url)
        // With its limiter on, serenity ignores the address.
        .ratelimiter_disabled(true)
        .build();
    let bare = Bare {
        guild: GuildId::new(seat.guild),
        database,
    };
    let client = ClientBuilder::new_with_http(http, GatewayIntents::GUILDS).event_handler(bare);
    let mut client = Box::pin(client.into_future()).await.expect("a client");
    Box::pin(client.start()).await.expect("a connection");
}

#[async_trait]
impl EventHandler for Bare {
    async fn ready(&self, context: Context, _ready: Ready) {
        let ping = CreateCommand::new("ping").description("Says that it is there");
        let registered = self.guild.set_commands(&context.http, vec![ping]).await;
        let _commands: Vec<Command> = registered.expect("the command is registered");
    }

    async fn interaction_create(&self, context: Context, interaction: Interaction) {
        let Interaction::Command(command) = interaction else {
            return;
        };
        if let Some(database) = &self.database {
            insert(database, &command).await.expect("one insert");
        }
        let message = CreateInteractionResponseMessage::new()
            .content("Here.")
            .ephemeral(true);
        let answered = command
            .create_response(&context.http, CreateInteractionResponse::Message(message))
            .await;
        answered.expect("the answer is taken");
    }
}

async fn open(seat: &Seat) -> SqlitePool {
    let options = SqliteConnectOptions::new()
        .filename(seat.folder.join("bare.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .disable_statement_logging();
    let pool = SqlitePoolOptions::new().max_connections(1);
    let pool = pool.connect_with(options).await.expect("a database");
    sqlx::query(
        "CREATE TABLE call (id INTEGER PRIMARY KEY, who INTEGER NOT NULL, name TEXT NOT NULL)",
    )
    .execute(&pool)
    .await
    .expect("a table");
    pool
}

async fn insert(database: &SqlitePool, command: &CommandInteraction) -> sqlx::Result<()> {
    let mut tx = database.begin().await?;
    sqlx::query("INSERT INTO call (id, who, name) VALUES ($1, $2, $3)")
        .bind(i64::try_from(command.id.get()).expect("ids have 63 bits"))
        .bind(i64::try_from(command.user.id.get()).expect("ids have 63 bits"))
        .bind(&command.data.name)
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}
