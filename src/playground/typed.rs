//! Turns what a person types after `/` into the options of an interaction, as a client would.
use super::guild::{Place, RoomKind};
use serde_json::{Map, Value, json};

/// A command as it is sent: the definition it belongs to, where it leads, and its plain options.
#[derive(Clone, Debug)]
pub(super) struct Called {
    pub(super) definition: Value,
    /// Names of the group and the subcommand, if there are any, with their types.
    path: Vec<(String, u64)>,
    /// The definition's own options at the place where it leads.
    leaf: Vec<Value>,
}

/// Splits `/env create name:demo note:"two words"` into words and named values.
pub(super) fn split(line: &str) -> Result<(Vec<String>, Vec<(String, Value)>), String> {
    let line = line
        .strip_prefix('/')
        .ok_or("a command begins with a slash")?;
    let mut words = Vec::new();
    let mut values = Vec::new();
    let mut rest = line.trim();
    while !rest.is_empty() {
        let end = rest.find([' ', ':']).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let Some(value) = after.strip_prefix(':') else {
            if !values.is_empty() {
                return Err(format!("{word} has no value"));
            }
            words.push(word.to_owned());
            rest = after.trim_start();
            continue;
        };
        let (value, left) = if let Some(quoted) = value.strip_prefix('"') {
            quoted
                .split_once('"')
                .ok_or_else(|| format!("the quote of {word} is not closed"))?
        } else {
            value.split_at(value.find(' ').unwrap_or(value.len()))
        };
        values.push((word.to_owned(), json!(value)));
        rest = left.trim_start();
    }
    if words.is_empty() {
        return Err("no command is named".to_owned());
    }
    Ok((words, values))
}

impl Called {
    /// Finds the definition that words such as `env create` lead to.
    pub(super) fn find(commands: &[Value], words: &[String]) -> Result<Self, String> {
        let first = words.first().ok_or("no command is named")?;
        let fits = |command: &&Value| {
            command["name"] == **first && command["type"].as_u64().unwrap_or(1) == 1
        };
        let definition = commands
            .iter()
            .find(fits)
            .ok_or_else(|| format!("there is no command /{first}"))?;
        let mut leaf = options(definition);
        let mut path = Vec::new();
        for word in &words[1..] {
            let next = leaf.iter().find(|option| {
                option["name"] == **word && matches!(option["type"].as_u64(), Some(1 | 2))
            });
            let next = next
                .ok_or_else(|| format!("/{first} has no {word}"))?
                .clone();
            path.push((word.clone(), next["type"].as_u64().unwrap_or(1)));
            leaf = options(&next);
        }
        if leaf
            .iter()
            .any(|option| matches!(option["type"].as_u64(), Some(1 | 2)))
        {
            return Err(format!("/{} needs a subcommand", words.join(" ")));
        }
        Ok(Self {
            definition: definition.clone(),
            path,
            leaf,
        })
    }

    /// The command as people write it, without options.
    pub(super) fn title(&self) -> String {
        let mut title = format!("/{}", self.definition["name"].as_str().unwrap_or_default());
        for (word, _) in &self.path {
            title.push(' ');
            title.push_str(word);
        }
        title
    }

    /// The interaction's `data` with every value checked as a client does.
    pub(super) fn data(&self, place: &Place, values: &[(String, Value)]) -> Result<Value, String> {
        let mut plain = Vec::new();
        let mut resolved = Map::new();
        for (name, value) in values {
            let option = self.option(name)?;
            let kind = option["type"].as_u64().unwrap_or(3);
            let value = convert(place, option, kind, value, &mut resolved)
                .map_err(|why| format!("{name}: {why}"))?;
            plain.push(json!({"name": name, "type": kind, "value": value}));
        }
        for option in self.leaf.iter().filter(|option| option["required"] == true) {
            let name = option["name"].as_str().unwrap_or_default();
            if !values.iter().any(|(given, _)| given == name) {
                return Err(format!("{name} is required"));
            }
        }
        Ok(self.wrap(Value::Array(plain), resolved))
    }

    /// The `data` while a value is being typed: nothing is checked, and one option has the focus.
    pub(super) fn partial(
        &self,
        values: &[(String, Value)],
        focused: &str,
    ) -> Result<(Value, u64), String> {
        let option = self.option(focused)?;
        if option["autocomplete"] != true {
            return Err(format!("{focused} has no autocomplete"));
        }
        let focused_kind = option["type"].as_u64().unwrap_or(3);
        let mut plain = Vec::new();
        let empty = (focused.to_owned(), json!(""));
        let typed = values.iter().any(|(name, _)| name == focused);
        for (name, value) in values.iter().chain((!typed).then_some(&empty)) {
            let kind = self.option(name)?["type"].as_u64().unwrap_or(3);
            if name == focused {
                let text = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                plain.push(json!({"name": name, "type": kind, "value": text, "focused": true}));
            } else {
                plain.push(
                    json!({"name": name, "type": kind, "value": number_if_needed(kind, value)}),
                );
            }
        }
        Ok((self.wrap(Value::Array(plain), Map::new()), focused_kind))
    }

    /// The `data` around options that nobody checked.
    pub(super) fn wrap(&self, plain: Value, resolved: Map<String, Value>) -> Value {
        let mut inner = plain;
        for (name, kind) in self.path.iter().rev() {
            inner = json!([{"name": name, "type": kind, "options": inner}]);
        }
        let mut data = json!({"id": self.definition["id"], "name": self.definition["name"], "type": 1, "options": inner});
        if !self.definition["guild_id"].is_null() {
            data["guild_id"] = self.definition["guild_id"].clone();
        }
        if !resolved.is_empty() {
            data["resolved"] = Value::Object(resolved);
        }
        data
    }

    fn option(&self, name: &str) -> Result<&Value, String> {
        let found = self.leaf.iter().find(|option| option["name"] == *name);
        found.ok_or_else(|| format!("{} has no option {name}", self.title()))
    }
}

fn options(item: &Value) -> Vec<Value> {
    item["options"].as_array().cloned().unwrap_or_default()
}

fn number_if_needed(kind: u64, value: &Value) -> Value {
    match (kind, value.as_str()) {
        (4, Some(text)) => text
            .parse::<i64>()
            .map_or_else(|_| value.clone(), |number| json!(number)),
        (10, Some(text)) => text
            .parse::<f64>()
            .map_or_else(|_| value.clone(), |number| json!(number)),
        (5, Some(text)) => text
            .parse::<bool>()
            .map_or_else(|_| value.clone(), |truth| json!(truth)),
        _ => value.clone(),
    }
}

/// A typed value, checked against its option.
fn convert(
    place: &Place,
    option: &Value,
    kind: u64,
    value: &Value,
    resolved: &mut Map<String, Value>,
) -> Result<Value, String> {
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    if let Some(choices) = option["choices"]
        .as_array()
        .filter(|choices| !choices.is_empty())
    {
        let same = |choice: &&Value| {
            choice["name"] == *text
                || choice["value"] == *value
                || choice["value"].to_string() == text
        };
        return choices
            .iter()
            .find(same)
            .map(|choice| choice["value"].clone())
            .ok_or_else(|| format!("{text} is none of the choices"));
    }
    match kind {
        3 => {
            let n = text.chars().count() as u64;
            if n == 0
                || n < option["min_length"].as_u64().unwrap_or(0)
                || n > option["max_length"].as_u64().unwrap_or(6_000)
            {
                return Err("too short or too long".to_owned());
            }
            Ok(json!(text))
        }
        4 => within(
            option,
            text.parse::<i64>()
                .map(|number| json!(number))
                .map_err(|_| format!("{text} is not a whole number"))?,
        ),
        10 => within(
            option,
            text.parse::<f64>()
                .map(|number| json!(number))
                .map_err(|_| format!("{text} is not a number"))?,
        ),
        5 => text
            .parse::<bool>()
            .map(|truth| json!(truth))
            .map_err(|_| format!("{text} is neither true nor false")),
        6..=9 => thing(place, kind, &text, resolved),
        _ => Err("this server cannot send files to a bot".to_owned()),
    }
}

fn within(option: &Value, number: Value) -> Result<Value, String> {
    let value = number.as_f64().unwrap_or(0.0);
    let low = option["min_value"]
        .as_f64()
        .unwrap_or(-9_007_199_254_740_991.0);
    let high = option["max_value"]
        .as_f64()
        .unwrap_or(9_007_199_254_740_991.0);
    if (low..=high).contains(&value) {
        Ok(number)
    } else {
        Err(format!("{number} is too small or too large"))
    }
}

/// A person, role or channel by name or id, with its object among the resolved ones.
pub(super) fn thing(
    place: &Place,
    kind: u64,
    text: &str,
    resolved: &mut Map<String, Value>,
) -> Result<Value, String> {
    let id: Option<u64> = text.parse().ok();
    let mut keep = |group: &str, id: u64, object: Value| {
        let group = resolved
            .entry(group.to_owned())
            .or_insert_with(|| json!({}));
        group[id.to_string()] = object;
        Ok(json!(id.to_string()))
    };
    let person = place
        .people
        .iter()
        .find(|person| Some(person.id) == id || person.who.name == text.trim_start_matches('@'));
    if let Some(person) = person.filter(|_| matches!(kind, 6 | 9)) {
        let mut member = place.member_json(person);
        if let Some(map) = member.as_object_mut() {
            map.remove("user");
            map.remove("deaf");
            map.remove("mute");
        }
        keep("members", person.id, member)?;
        return keep("users", person.id, place.user_json(person));
    }
    let role = place.roles.iter().find(|(role, described)| {
        Some(*role) == id || described.name == text.trim_start_matches('@')
    });
    if let Some((role, _)) = role.filter(|_| matches!(kind, 8 | 9)) {
        let all = place.roles_json();
        let object = all
            .iter()
            .find(|object| object["id"] == role.to_string())
            .cloned()
            .unwrap_or_default();
        return keep("roles", *role, object);
    }
    let room = place
        .rooms
        .iter()
        .find(|room| Some(room.id) == id || room.name == text.trim_start_matches('#'));
    if let Some(room) =
        room.filter(|room| kind == 7 && !matches!(room.kind, RoomKind::Direct { .. }))
    {
        let mut object = place.room_json(room);
        object["permissions"] = json!("0");
        return keep("channels", room.id, object);
    }
    Err(format!("{text} is not here"))
}
