//! Turns serenity's interactions into chat's plain data. The token that answers them stays here.

use std::collections::BTreeMap;
use std::time::Instant;

use serenity::model::application::{
    ActionRowComponent, CommandDataOption, CommandDataOptionValue, CommandInteraction,
    ComponentInteraction, ComponentInteractionDataKind, Interaction as Theirs, ModalInteraction,
};
use serenity::model::guild::Member;
use serenity::model::id::{GuildId, InteractionId as TheirId};

use crate::domain::chat::{
    ChannelId, Deed, Interaction, InteractionId, Language, MessageId, OptionValue, Person, RoleId,
    UserId,
};

/// An interaction that has come in: what was done, and how to answer it.
pub(super) struct Heard {
    pub(super) reply: Reply,
    pub(super) guild: Option<u64>,
    /// `None` where it did not come from a member of a server.
    pub(super) interaction: Option<Interaction>,
}

/// How an interaction is answered.
pub(super) struct Reply {
    pub(super) id: TheirId,
    pub(super) token: String,
    pub(super) kind: Kind,
    pub(super) language: Language,
    /// When it reached this process; Discord waits 3 s for the answer.
    pub(super) heard_at: Instant,
    /// Nothing that says who or which one may be logged.
    pub(super) confidential: bool,
}

/// What kind of answer fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Command,
    Typing,
    Click,
    /// A form; one that was opened from a message's button may change that message.
    Form {
        on_message: bool,
    },
}

/// `None` for what needs no answer.
pub(super) fn hear(theirs: Theirs) -> Option<Heard> {
    match theirs {
        Theirs::Command(it) => Some(command(it, Kind::Command)),
        Theirs::Autocomplete(it) => Some(command(it, Kind::Typing)),
        Theirs::Component(it) => Some(click(it)),
        Theirs::Modal(it) => Some(form(it)),
        // Pings come over HTTP only; whatever else serenity may name one day was never asked for.
        _ => None,
    }
}

/// What all interactions have in common.
struct Common<'a> {
    id: TheirId,
    token: String,
    guild: Option<GuildId>,
    channel: u64,
    member: Option<&'a Member>,
    locale: &'a str,
}

impl Common<'_> {
    fn with(self, kind: Kind, deed: Deed) -> Heard {
        let language = Language::of_locale(self.locale);
        let confidential = deed.is_confidential();
        let id = self.id.get();
        let interaction = self.member.map(|member| Interaction {
            id: InteractionId(id),
            // All of Discord's ids tell their time in the same way.
            at: MessageId(id).created_at(),
            channel: ChannelId(self.channel),
            person: person(member, language),
            deed,
        });
        let reply = Reply {
            id: self.id,
            token: self.token,
            kind,
            language,
            heard_at: Instant::now(),
            confidential,
        };
        Heard {
            reply,
            guild: self.guild.map(GuildId::get),
            interaction,
        }
    }
}

fn person(member: &Member, language: Language) -> Person {
    Person {
        id: UserId(member.user.id.get()),
        name: member.display_name().to_owned(),
        roles: member.roles.iter().map(|role| RoleId(role.get())).collect(),
        language,
    }
}

fn command(it: CommandInteraction, kind: Kind) -> Heard {
    let mut path = vec![it.data.name];
    let mut given = BTreeMap::new();
    let mut focused = None;
    let mut level = it.data.options;
    // Command, group, subcommand: no deeper.
    for _ in 0..3 {
        let mut deeper = None;
        for CommandDataOption { name, value, .. } in level {
            match value {
                CommandDataOptionValue::SubCommand(inner)
                | CommandDataOptionValue::SubCommandGroup(inner) => {
                    path.push(name);
                    deeper = Some(inner);
                }
                CommandDataOptionValue::Autocomplete { value, .. } => focused = Some((name, value)),
                other => {
                    if let Some(value) = option_value(other) {
                        given.insert(name, value);
                    }
                }
            }
        }
        match deeper {
            Some(inner) => level = inner,
            None => break,
        }
    }
    let deed = if kind == Kind::Typing {
        let (focused, text) = focused.unwrap_or_default();
        Deed::Typing {
            path,
            options: given,
            focused,
            text,
        }
    } else {
        Deed::Command {
            path,
            options: given,
        }
    };
    Common {
        id: it.id,
        token: it.token,
        guild: it.guild_id,
        channel: it.channel_id.get(),
        member: it.member.as_deref(),
        locale: &it.locale,
    }
    .with(kind, deed)
}

fn option_value(value: CommandDataOptionValue) -> Option<OptionValue> {
    match value {
        CommandDataOptionValue::Boolean(value) => Some(OptionValue::Boolean(value)),
        CommandDataOptionValue::Integer(value) => Some(OptionValue::Integer(value)),
        CommandDataOptionValue::Number(value) => Some(OptionValue::Number(value)),
        CommandDataOptionValue::String(value) => Some(OptionValue::Text(value)),
        CommandDataOptionValue::Channel(id) => Some(OptionValue::Channel(ChannelId(id.get()))),
        CommandDataOptionValue::Role(id) => Some(OptionValue::Role(RoleId(id.get()))),
        CommandDataOptionValue::User(id) => Some(OptionValue::User(UserId(id.get()))),
        // Hearth registers no options of other kinds.
        _ => None,
    }
}

fn click(it: ComponentInteraction) -> Heard {
    fn texts<I: ToString>(ids: &[I]) -> Vec<String> {
        ids.iter().map(ToString::to_string).collect()
    }
    let values = match it.data.kind {
        ComponentInteractionDataKind::StringSelect { values } => values,
        ComponentInteractionDataKind::UserSelect { values } => texts(&values),
        ComponentInteractionDataKind::RoleSelect { values } => texts(&values),
        ComponentInteractionDataKind::MentionableSelect { values } => texts(&values),
        ComponentInteractionDataKind::ChannelSelect { values } => texts(&values),
        ComponentInteractionDataKind::Button | ComponentInteractionDataKind::Unknown(_) => {
            Vec::new()
        }
    };
    let deed = Deed::Click {
        custom_id: it.data.custom_id,
        values,
        message: MessageId(it.message.id.get()),
    };
    Common {
        id: it.id,
        token: it.token,
        guild: it.guild_id,
        channel: it.channel_id.get(),
        member: it.member.as_ref(),
        locale: &it.locale,
    }
    .with(Kind::Click, deed)
}

fn form(it: ModalInteraction) -> Heard {
    let inputs = it
        .data
        .components
        .into_iter()
        .flat_map(|row| row.components);
    let texts = inputs
        .filter_map(|component| match component {
            ActionRowComponent::InputText(input) => {
                Some((input.custom_id, input.value.unwrap_or_default()))
            }
            _ => None,
        })
        .collect();
    let deed = Deed::Form {
        custom_id: it.data.custom_id,
        texts,
    };
    let kind = Kind::Form {
        on_message: it.message.is_some(),
    };
    Common {
        id: it.id,
        token: it.token,
        guild: it.guild_id,
        channel: it.channel_id.get(),
        member: it.member.as_ref(),
        locale: &it.locale,
    }
    .with(kind, deed)
}
