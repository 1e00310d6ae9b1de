//! Chat as plain data in Discord's words: what comes in, what is answered, what is posted.

use std::collections::BTreeMap;

use super::time::Timestamp;

macro_rules! snowflake {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub u64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    };
}

snowflake!(
    /// A person's id at Discord.
    UserId
);
snowflake!(
    /// A channel's or thread's id.
    ChannelId
);
snowflake!(
    /// A role's id.
    RoleId
);
snowflake!(
    /// A message's id; it carries the time of its making.
    MessageId
);
snowflake!(
    /// An interaction's id; unique, so that a second delivery is known.
    InteractionId
);

impl UserId {
    /// Nobody: what has no person behind it, such as an environment that a pull request asked for.
    pub const NOBODY: Self = Self(0);

    /// Whether there is a person behind it.
    #[must_use]
    pub fn is_somebody(self) -> bool {
        self != Self::NOBODY
    }

    /// The mark that shows, and where allowed calls, this person.
    #[must_use]
    pub fn mention(self) -> String {
        format!("<@{}>", self.0)
    }
}

impl ChannelId {
    /// The mark that links to this channel.
    #[must_use]
    pub fn mention(self) -> String {
        format!("<#{}>", self.0)
    }
}

impl MessageId {
    /// When Discord made the message: the upper 42 bits of a snowflake are milliseconds since 2015.
    #[must_use]
    pub fn created_at(self) -> Timestamp {
        Timestamp(i64::try_from(self.0 >> 22).unwrap_or(0) + 1_420_070_400_000)
    }
}

/// The languages that Hearth speaks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Language {
    /// English, also for everybody whose locale Hearth does not speak.
    #[default]
    English,
    /// German.
    German,
}

impl Language {
    /// The language for a Discord locale such as `de` or `en-GB`.
    #[must_use]
    pub fn of_locale(locale: &str) -> Self {
        if locale == "de" || locale.starts_with("de-") {
            Self::German
        } else {
            Self::English
        }
    }

    /// The language's tag, as the folders of `locales/` are named.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }
}

/// Who acts: what Discord says about them at the moment of the act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: UserId,
    /// The name shown in this server. Hostile text.
    pub name: String,
    /// Their roles at this moment.
    pub roles: Vec<RoleId>,
    /// The language of their client.
    pub language: Language,
}

/// Something that a person did in Discord and that waits for an answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Interaction {
    /// Unique id: the key under which a second delivery is known.
    pub id: InteractionId,
    /// When Discord made it.
    pub at: Timestamp,
    /// Where.
    pub channel: ChannelId,
    /// Who.
    pub person: Person,
    /// What.
    pub deed: Deed,
}

/// What the person did.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// A slash command: its path such as `["env", "create"]` and its options.
    Command {
        /// Command, group, subcommand.
        path: Vec<String>,
        /// The options given, by name.
        options: BTreeMap<String, OptionValue>,
    },
    /// Typing in an option that completes.
    Typing {
        /// Command, group, subcommand.
        path: Vec<String>,
        /// The options given so far; may be partial or wrong.
        options: BTreeMap<String, OptionValue>,
        /// The option being typed in.
        focused: String,
        /// What has been typed so far.
        text: String,
    },
    /// A button, or a choice in a select menu.
    Click {
        /// The component's custom id.
        custom_id: String,
        /// The chosen values; empty for buttons.
        values: Vec<String>,
        /// The message that carries the component.
        message: MessageId,
    },
    /// A form that was sent.
    Form {
        /// The form's custom id.
        custom_id: String,
        /// The texts by the inputs' custom ids.
        texts: BTreeMap<String, String>,
    },
}

/// The beginning of the custom ids of everything on a survey's ballot.
pub const BALLOT: &str = "ballot:";

impl Deed {
    /// Whether it must leave no trace but the answer itself: no log line, no span, no row may say
    /// who it was or which interaction.
    #[must_use]
    pub fn is_confidential(&self) -> bool {
        match self {
            Self::Click { custom_id, .. } | Self::Form { custom_id, .. } => {
                custom_id.starts_with(BALLOT)
            }
            Self::Command { .. } | Self::Typing { .. } => false,
        }
    }
}

/// The value of a slash command's option.
#[derive(Clone, Debug, PartialEq)]
pub enum OptionValue {
    /// Text, also for choices.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// Yes or no.
    Boolean(bool),
    /// A person.
    User(UserId),
    /// A role.
    Role(RoleId),
    /// A channel.
    Channel(ChannelId),
}

/// The only answer to an interaction.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// A message of its own.
    Say {
        /// Only the person sees it.
        private: bool,
        /// What is said.
        message: Message,
    },
    /// The message with the clicked component becomes this one.
    Update(Message),
    /// The click is taken; nothing changes in the message.
    Quiet,
    /// A form opens.
    Ask(Form),
    /// Suggestions for the option being typed in, at most 25.
    Suggest(Vec<Choice>),
}

/// A message to be sent, or what one becomes by an edit. Its content is always filled, since
/// people switch embeds off.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Message {
    /// At most 2000 characters; a longer text is cut by the renderer or goes into a file.
    pub content: String,
    /// At most 10, 6000 characters together.
    pub embeds: Vec<Embed>,
    /// At most 5 rows.
    pub rows: Vec<Row>,
    /// Files, such as charts.
    pub files: Vec<File>,
    /// Who is really called: nobody else is, whatever the text says.
    pub mentions: Vec<UserId>,
}

/// A framed block in a message.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Embed {
    /// At most 256 characters.
    pub title: String,
    /// At most 4096 characters.
    pub description: String,
    /// A link behind the title.
    pub url: Option<String>,
    /// `0xRRGGBB`; never the only carrier of a meaning.
    pub color: Option<u32>,
    /// At most 25: name (256), value (1024), inline.
    pub fields: Vec<Field>,
    /// At most 2048 characters; a live message's mark stands here.
    pub footer: String,
    /// The name of a file of this message that is shown as its picture.
    pub image: Option<String>,
}

/// A named value in an embed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// At most 256 characters.
    pub name: String,
    /// At most 1024 characters.
    pub value: String,
    /// Whether it may stand beside others.
    pub inline: bool,
}

/// A file that travels with a message.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// Its name with extension.
    pub name: String,
    /// Alternative text for those who cannot see it, at most 1024 characters.
    pub alt: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "File({}, {} bytes)", self.name, self.bytes.len())
    }
}

/// One row of components.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// Up to five buttons.
    Buttons(Vec<Button>),
    /// One select menu.
    Select(Select),
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// At most 80 characters.
    pub label: String,
    /// What it looks like and does.
    pub kind: ButtonKind,
    /// Shown, but not to be clicked.
    pub disabled: bool,
}

/// What a button does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one thing to do; the custom id is at most 100 characters.
    Primary(String),
    /// Something one may do.
    Secondary(String),
    /// Agreeing.
    Success(String),
    /// Destroying or rejecting.
    Danger(String),
    /// Opens an address; nothing comes back to Hearth.
    Link(String),
}

/// A select menu with texts of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Select {
    /// At most 100 characters.
    pub custom_id: String,
    /// Shown while nothing is chosen, at most 150 characters.
    pub placeholder: String,
    /// At most 25.
    pub options: Vec<SelectOption>,
}

/// One line of a select menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectOption {
    /// At most 100 characters.
    pub label: String,
    /// At most 100 characters.
    pub value: String,
    /// Chosen when the menu opens.
    pub chosen: bool,
}

/// A form: text inputs only, at most five (serenity 0.12.5 loses anything else).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// At most 100 characters.
    pub custom_id: String,
    /// At most 45 characters.
    pub title: String,
    /// One to five.
    pub inputs: Vec<Input>,
}

/// A text input of a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// At most 100 characters.
    pub custom_id: String,
    /// At most 45 characters.
    pub label: String,
    /// What stands in it at first.
    pub value: String,
    /// Shown while it is empty.
    pub placeholder: String,
    /// Several lines.
    pub long: bool,
    /// Must be filled.
    pub required: bool,
    /// At most this many characters, up to 4000.
    pub length_max: u16,
}

/// A suggestion or a fixed choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// At most 100 characters.
    pub name: String,
    /// At most 100 characters.
    pub value: String,
}

/// A slash command as it is registered.
#[derive(Clone, Debug, PartialEq)]
pub struct CommandDefinition {
    /// `^[-_'\p{L}\p{N}]{1,32}$`, lower case.
    pub name: String,
    /// 1 to 100 characters, in every language.
    pub description: BTreeMap<Language, String>,
    /// Options of the command itself; empty where it has subcommands.
    pub options: Vec<OptionDefinition>,
    /// Subcommands, each without further nesting.
    pub subcommands: Vec<CommandDefinition>,
}

/// An option of a slash command as it is registered.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionDefinition {
    /// As a command's name.
    pub name: String,
    /// 1 to 100 characters, in every language.
    pub description: BTreeMap<Language, String>,
    /// What may be typed.
    pub kind: OptionKind,
    /// Required ones come first.
    pub required: bool,
    /// Fixed choices (at most 25); empty = free. The name is by language.
    pub choices: Vec<(BTreeMap<Language, String>, String)>,
    /// Completes while typing; never together with choices.
    pub completes: bool,
    /// Bounds of a whole number, or of a text's length.
    pub range: Option<(i64, i64)>,
}

/// The type of an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionKind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// Yes or no.
    Boolean,
    /// A person.
    User,
    /// A role.
    Role,
    /// A channel.
    Channel,
}

/// What Hearth needs to know about its Discord server.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Guild {
    /// Its name.
    pub name: String,
    /// Its language.
    pub language: Language,
    /// Roles by name; a name that occurs twice is ambiguous and stays out.
    pub roles: Vec<(RoleId, String)>,
    /// Text channels by name.
    pub channels: Vec<(ChannelId, String)>,
}
