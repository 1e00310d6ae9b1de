//! A tiny bot on serenity: it connects, registers, gets every kind of interaction and answers.
use super::{Discord, TOKEN};
use hearth::playground::Answer;
use serde_json::json;
use serenity::all::{
    ActionRowComponent, ClientBuilder, Command, CommandOptionType, Context, CreateActionRow,
    CreateAllowedMentions, CreateAttachment, CreateAutocompleteResponse, CreateButton,
    CreateCommand, CreateCommandOption, CreateEmbed, CreateInputText, CreateInteractionResponse,
    CreateInteractionResponseMessage, CreateMessage, CreateModal, EditInteractionResponse,
    EventHandler, GatewayIntents, GuildId, HttpBuilder, InputTextStyle, Interaction, Nonce, Ready,
};
use std::sync::Arc;
use tokio::task::JoinHandle;

struct Bot {
    guild: GuildId,
}

#[serenity::async_trait]
impl EventHandler for Bot {
    async fn ready(&self, context: Context, _ready: Ready) {
        let option = |kind, name: &str| CreateCommandOption::new(kind, name, "An option");
        let text = |name: &str| option(CommandOptionType::String, name);
        let commands = vec![
            CreateCommand::new("hello")
                .description("Says hello")
                .add_option(text("name").required(true)),
            CreateCommand::new("slow").description("Thinks first"),
            CreateCommand::new("form").description("Opens a form"),
            CreateCommand::new("find")
                .description("Suggests")
                .add_option(text("what").set_autocomplete(true)),
        ];
        self.guild
            .set_commands(&context.http, commands)
            .await
            .unwrap();
    }

    async fn interaction_create(&self, context: Context, interaction: Interaction) {
        answer(&context, interaction).await.unwrap();
    }
}

async fn answer(context: &Context, interaction: Interaction) -> serenity::Result<()> {
    match interaction {
        Interaction::Command(call) => match call.data.name.as_str() {
            "hello" => {
                let name = call.data.options[0].value.as_str().unwrap();
                let button =
                    CreateActionRow::Buttons(vec![CreateButton::new("more").label("More")]);
                let embed = CreateEmbed::new()
                    .title("Greeting")
                    .description(format!("for {name}"));
                let message = CreateInteractionResponseMessage::new()
                    .content(format!("Hello {name}"))
                    .embed(embed)
                    .components(vec![button]);
                call.create_response(context, CreateInteractionResponse::Message(message))
                    .await
            }
            "slow" => {
                call.defer_ephemeral(context).await?;
                let file = CreateAttachment::bytes("rows", "rows.txt").description("The rows");
                let edit = EditInteractionResponse::new()
                    .content("thought about it")
                    .new_attachment(file);
                call.edit_response(context, edit).await?;
                Ok(())
            }
            _ => {
                let input =
                    CreateInputText::new(InputTextStyle::Paragraph, "Why", "why").required(true);
                let modal = CreateModal::new("why-form", "Tell us")
                    .components(vec![CreateActionRow::InputText(input)]);
                call.create_response(context, CreateInteractionResponse::Modal(modal))
                    .await
            }
        },
        Interaction::Autocomplete(call) => {
            let typed = call.data.autocomplete().unwrap().value;
            let choices =
                CreateAutocompleteResponse::new().add_string_choice(format!("{typed}mo"), "demo");
            call.create_response(context, CreateInteractionResponse::Autocomplete(choices))
                .await
        }
        Interaction::Component(click) => {
            let message = CreateInteractionResponseMessage::new()
                .content("clicked")
                .components(vec![]);
            click
                .create_response(context, CreateInteractionResponse::UpdateMessage(message))
                .await
        }
        Interaction::Modal(form) => {
            let ActionRowComponent::InputText(input) = &form.data.components[0].components[0]
            else {
                panic!("no text")
            };
            let said = format!("You said {}", input.value.as_deref().unwrap_or_default());
            let message = CreateInteractionResponseMessage::new()
                .content(said)
                .ephemeral(true);
            form.create_response(context, CreateInteractionResponse::Message(message))
                .await
        }
        _ => Ok(()),
    }
}

/// Connects the bot; its task ends with the test's runtime.
async fn connect(discord: &Discord) -> (Arc<serenity::http::Http>, JoinHandle<()>) {
    let http = HttpBuilder::new(TOKEN)
        .proxy(discord.handle.base_url())
        .ratelimiter_disabled(true)
        .default_allowed_mentions(CreateAllowedMentions::new())
        .build();
    let bot = Bot {
        guild: GuildId::new(discord.handle.guild_id()),
    };
    let mut client = ClientBuilder::new_with_http(http, GatewayIntents::GUILDS)
        .event_handler(bot)
        .await
        .unwrap();
    let http = Arc::clone(&client.http);
    let task = tokio::spawn(async move {
        let _ = client.start().await;
    });
    discord
        .handle
        .until("the bot has registered its commands", |state| {
            !state.commands().is_empty()
        })
        .await;
    (http, task)
}

#[tokio::test]
async fn serenity_connects_registers_and_answers_every_kind_of_interaction() {
    let discord = Discord::start().await;
    let (http, _bot) = connect(&discord).await;
    let handle = &discord.handle;
    handle.connected().await;

    let hello = handle
        .slash("ada", "platform", "/hello name:\"dear world\"")
        .unwrap()
        .answer()
        .await
        .message();
    assert_eq!(
        (hello.text.as_str(), hello.private_to.as_deref()),
        ("Hello dear world", None)
    );
    let clicked = handle
        .click("jonas", hello.id, "More")
        .unwrap()
        .answer()
        .await;
    assert!(
        matches!(&clicked, Answer::Updated(message) if message.text == "clicked" && message.buttons.is_empty())
    );

    let slow = handle
        .slash("ada", "platform", "/slow")
        .unwrap()
        .answer()
        .await
        .message();
    assert_eq!(
        (slow.text.as_str(), slow.private_to.as_deref()),
        ("thought about it", Some("ada"))
    );
    assert_eq!(handle.file(&slow.attachments[0]).unwrap(), b"rows");

    let choices = handle
        .autocomplete("ada", "platform", "/find what:de", "what")
        .unwrap()
        .answer()
        .await
        .choices();
    assert_eq!(
        (choices[0].name.as_str(), &choices[0].value),
        ("demo", &json!("demo"))
    );

    let modal = handle
        .slash("jonas", "platform", "/form")
        .unwrap()
        .answer()
        .await
        .modal();
    let said = handle
        .submit("jonas", &modal, &[("why", "because")])
        .unwrap()
        .answer()
        .await
        .message();
    assert_eq!(
        (said.text.as_str(), said.private_to.as_deref()),
        ("You said because", Some("jonas"))
    );

    let channel = serenity::all::ChannelId::new(handle.channel_id("player").unwrap());
    let post = || {
        CreateMessage::new()
            .content("once")
            .nonce(Nonce::String("n-1".to_owned()))
            .enforce_nonce(true)
    };
    let first = channel.send_message(&http, post()).await.unwrap();
    let second = channel.send_message(&http, post()).await.unwrap();
    assert_eq!(first.id, second.id);
    assert_eq!(handle.messages("player").len(), 1);
    assert_eq!(handle.complaints(), Vec::<String>::new());

    insta::assert_snapshot!(handle.transcript("platform"), @"
    Hearth to ada's /hello:
      clicked
      ┌ Greeting
      │ for dear world
      └

    Hearth to ada's /slow (only ada sees this):
      thought about it
      (file rows.txt: The rows)

    Hearth to jonas (only jonas sees this):
      You said because
    ");
}

#[tokio::test]
async fn serenity_reads_what_it_looks_up() {
    let discord = Discord::start().await;
    let (http, _bot) = connect(&discord).await;
    let guild = GuildId::new(discord.handle.guild_id());
    assert_eq!(guild.to_partial_guild(&http).await.unwrap().name, "Sonsic");
    assert_eq!(guild.channels(&http).await.unwrap().len(), 2);
    assert_eq!(guild.roles(&http).await.unwrap().len(), 4);
    assert_eq!(
        http.get_guild_role_member_counts(guild)
            .await
            .unwrap()
            .len(),
        3
    );
    assert_eq!(
        http.get_current_application_info().await.unwrap().id.get(),
        discord.handle.application_id()
    );
    let ada = serenity::all::UserId::new(discord.handle.member_id("ada").unwrap());
    assert_eq!(guild.member(&http, ada).await.unwrap().user.name, "ada");
    assert_eq!(guild.get_commands(&http).await.unwrap().len(), 4);
    assert!(
        Command::get_global_commands(&http)
            .await
            .unwrap()
            .is_empty()
    );
    let direct = ada.create_dm_channel(&http).await.unwrap();
    direct.say(&http, "a word in private").await.unwrap();
    assert_eq!(
        discord.handle.direct_messages("ada")[0].text,
        "a word in private"
    );
    assert_eq!(discord.handle.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn serenity_comes_back_after_a_lost_connection_and_gets_what_it_missed() {
    let discord = Discord::start().await;
    let (_http, _bot) = connect(&discord).await;
    let handle = &discord.handle;
    handle.drop_gateway();
    handle
        .until("the connection is lost", |state| !state.connected())
        .await;
    let missed = handle.slash("ada", "platform", "/hello name:again");
    let answer = missed.unwrap().answer().await.message();
    assert_eq!(answer.text, "Hello again");
    assert_eq!(handle.look(|state| state.n_sessions()), 1, "it resumed");

    handle.ask_to_reconnect();
    let after = handle.slash("ada", "platform", "/hello name:there");
    assert_eq!(after.unwrap().answer().await.message().text, "Hello there");
    assert_eq!(handle.complaints(), Vec::<String>::new());
}
