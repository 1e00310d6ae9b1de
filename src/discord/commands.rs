//! Registering slash commands, and only when they have changed.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use serenity::http::{LightMethod, Route};

use crate::domain::chat::{CommandDefinition, Language, OptionDefinition, OptionKind};

use super::Discord;
use super::body::Body;
use super::call::Call;
use super::send::{Outgoing, named};

/// Discord's numbers for what an option may be.
const SUBCOMMAND: u8 = 1;
/// Discord's number for a slash command.
const SLASH_COMMAND: u8 = 1;
/// What an answer may leave out because it is the default.
const DEFAULTS: [&str; 3] = ["required", "autocomplete", "nsfw"];
/// The only keys of a command, option or choice that Hearth decides.
const OURS: [&str; 14] = [
    "type",
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "options",
    "required",
    "choices",
    "autocomplete",
    "min_value",
    "max_value",
    "min_length",
    "max_length",
    "value",
];
/// Command, subcommand, option, choice, localization.
const DEPTH_MAX: u8 = 8;

impl Discord {
    /// Makes `commands` the server's commands of this bot, all at once, unless they are it already.
    /// Returns whether anything had to change.
    ///
    /// # Errors
    /// [`Call::Invalid`] names the place of a definition that Discord refuses.
    pub async fn register(&self, commands: &[CommandDefinition]) -> Result<bool, Call> {
        let route = Route::GuildCommands {
            application_id: self.inner.application,
            guild_id: self.guild_id()?,
        };
        let major = self.inner.guild;
        let mut registered = Outgoing::new(named!("commands"), LightMethod::Get, route, major);
        registered.params = Some(vec![("with_localizations", "true".to_owned())]);
        let wanted = Value::Array(commands.iter().map(command).collect());
        let registered: Value = self.ask(&registered).await?;
        if canonical(&registered) == canonical(&wanted) {
            return Ok(false);
        }
        let body = Body {
            json: wanted.to_string().into_bytes(),
            files: &[],
        };
        self.call(&Outgoing::new(named!("register"), LightMethod::Put, route, major).body(body))
            .await?;
        Ok(true)
    }
}

fn command(definition: &CommandDefinition) -> Value {
    let mut json = described(&definition.name, &definition.description);
    json.insert("type".to_owned(), SLASH_COMMAND.into());
    json.insert("options".to_owned(), options(definition));
    Value::Object(json)
}

fn options(definition: &CommandDefinition) -> Value {
    let subcommands = definition.subcommands.iter().map(|subcommand| {
        let mut json = described(&subcommand.name, &subcommand.description);
        json.insert("type".to_owned(), SUBCOMMAND.into());
        json.insert("options".to_owned(), options(subcommand));
        Value::Object(json)
    });
    subcommands
        .chain(definition.options.iter().map(option))
        .collect()
}

fn option(definition: &OptionDefinition) -> Value {
    let kind: u8 = match definition.kind {
        OptionKind::Text => 3,
        OptionKind::Integer => 4,
        OptionKind::Boolean => 5,
        OptionKind::User => 6,
        OptionKind::Channel => 7,
        OptionKind::Role => 8,
    };
    let mut json = described(&definition.name, &definition.description);
    json.insert("type".to_owned(), kind.into());
    json.insert("required".to_owned(), definition.required.into());
    if definition.completes {
        json.insert("autocomplete".to_owned(), true.into());
    }
    if !definition.choices.is_empty() {
        let choices = definition
            .choices
            .iter()
            .map(|(names, value)| choice(definition.kind, names, value))
            .collect();
        json.insert("choices".to_owned(), Value::Array(choices));
    }
    if let Some((least, most)) = definition.range {
        let names = match definition.kind {
            OptionKind::Text => Some(("min_length", "max_length")),
            OptionKind::Integer => Some(("min_value", "max_value")),
            OptionKind::Boolean | OptionKind::User | OptionKind::Role | OptionKind::Channel => None,
        };
        if let Some((min, max)) = names {
            json.insert(min.to_owned(), least.into());
            json.insert(max.to_owned(), most.into());
        }
    }
    Value::Object(json)
}

fn choice(kind: OptionKind, names: &BTreeMap<Language, String>, value: &str) -> Value {
    // The value's type must be the option's.
    let value = match (kind, value.parse::<i64>()) {
        (OptionKind::Integer, Ok(number)) => Value::from(number),
        _ => Value::from(value),
    };
    let mut json = Map::new();
    json.insert("name".to_owned(), base(names).into());
    if let Some(other) = localized(names) {
        json.insert("name_localizations".to_owned(), other);
    }
    json.insert("value".to_owned(), value);
    Value::Object(json)
}

fn described(name: &str, description: &BTreeMap<Language, String>) -> Map<String, Value> {
    let mut json = Map::new();
    json.insert("name".to_owned(), name.into());
    json.insert("description".to_owned(), base(description).into());
    if let Some(other) = localized(description) {
        json.insert("description_localizations".to_owned(), other);
    }
    json
}

/// The text for everybody whose language is not named.
fn base(texts: &BTreeMap<Language, String>) -> &str {
    texts
        .get(&Language::English)
        .or_else(|| texts.values().next())
        .map_or("", String::as_str)
}

fn localized(texts: &BTreeMap<Language, String>) -> Option<Value> {
    let german = texts.get(&Language::German)?;
    texts
        .contains_key(&Language::English)
        .then(|| json!({"de": german}))
}

/// What two lists of commands must have in common to be the same: only the keys that Hearth
/// decides, without what is a default, commands in the order of their names.
fn canonical(commands: &Value) -> Value {
    let mut list: Vec<Value> = commands
        .as_array()
        .into_iter()
        .flatten()
        .map(|command| canonical_part(command, DEPTH_MAX))
        .collect();
    list.sort_by(|a, b| a["name"].as_str().cmp(&b["name"].as_str()));
    Value::Array(list)
}

fn canonical_part(part: &Value, depth: u8) -> Value {
    let Some(map) = part.as_object() else {
        return part.clone();
    };
    let mut out = Map::new();
    for (key, value) in map {
        let absent = match value {
            Value::Null => true,
            Value::Bool(false) => DEFAULTS.contains(&key.as_str()),
            Value::Array(list) => list.is_empty(),
            Value::Object(map) => map.is_empty(),
            Value::Bool(true) | Value::Number(_) | Value::String(_) => false,
        };
        if absent || depth == 0 || !OURS.contains(&key.as_str()) {
            continue;
        }
        let value = match value {
            Value::Array(list) => list
                .iter()
                .map(|inner| canonical_part(inner, depth - 1))
                .collect(),
            Value::Number(number) => number.as_f64().map_or_else(|| value.clone(), Value::from),
            _ => value.clone(),
        };
        out.insert(key.clone(), value);
    }
    Value::Object(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(english: &str, german: &str) -> BTreeMap<Language, String> {
        [
            (Language::English, english.to_owned()),
            (Language::German, german.to_owned()),
        ]
        .into()
    }

    fn deploy() -> CommandDefinition {
        let stage = OptionDefinition {
            name: "stage".to_owned(),
            description: text("Where to", "Wohin"),
            kind: OptionKind::Text,
            required: true,
            choices: vec![(text("Staging", "Vorstufe"), "staging".to_owned())],
            completes: false,
            range: Some((1, 50)),
        };
        CommandDefinition {
            name: "deploy".to_owned(),
            description: text("Deploy", "Ausliefern"),
            options: vec![stage],
            subcommands: Vec::new(),
        }
    }

    /// What Discord makes of a definition when it lists it.
    fn as_listed(mut command: Value) -> Value {
        command["id"] = json!("1");
        command["version"] = json!("2");
        command["name_localizations"] = Value::Null;
        command["default_member_permissions"] = Value::Null;
        command["nsfw"] = json!(false);
        command["options"][0]["min_length"] = json!(1.0);
        command["options"][0]["autocomplete"] = json!(false);
        command
    }

    #[test]
    fn what_is_registered_already_is_recognized_in_any_order() {
        let help = CommandDefinition {
            name: "help".to_owned(),
            description: text("Help", "Hilfe"),
            options: vec![],
            subcommands: vec![],
        };
        let wanted = Value::Array(vec![command(&deploy()), command(&help)]);
        let mut without_options = command(&help);
        without_options.as_object_mut().unwrap().remove("options");
        let listed = Value::Array(vec![without_options, as_listed(command(&deploy()))]);
        assert_eq!(canonical(&wanted), canonical(&listed));
    }

    #[test]
    fn a_changed_sentence_in_either_language_is_a_change() {
        for (english, german) in [("Ship", "Ausliefern"), ("Deploy", "Verteilen")] {
            let changed = CommandDefinition {
                description: text(english, german),
                ..deploy()
            };
            assert_ne!(
                canonical(&Value::Array(vec![command(&changed)])),
                canonical(&Value::Array(vec![command(&deploy())]))
            );
        }
    }

    #[test]
    fn subcommands_carry_their_own_options() {
        let env = CommandDefinition {
            name: "env".to_owned(),
            options: vec![],
            subcommands: vec![deploy()],
            ..deploy()
        };
        let json = command(&env);
        assert_eq!(json["options"][0]["type"], 1);
        assert_eq!(
            json["options"][0]["options"][0]["choices"][0]["name_localizations"],
            json!({"de": "Vorstufe"})
        );
    }
}
