//! A module's inputs as parameters of a template: told by the program that has fetched the module, read by the bot.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::inputs::{self, Input};
use super::place::{Place, Task};
use super::runs::{Stop, say, unwritable};
use crate::domain::platform::{Parameter, ParameterKind};
use crate::providers::Offered;
use crate::providers::redact::{LINE_CHARACTERS_MAX, cut};

/// The most inputs that are told.
pub(super) const INPUTS_MAX: usize = 500;
/// What begins a line about an input: a line that begins with a brace would be one of the protocol.
const MARK: &str = "input ";
/// Characters of a parameter's description.
const DESCRIPTION_CHARS_MAX: usize = 100;
/// Characters of a default and of a choice.
const WORD_CHARS_MAX: usize = 100;
/// Characters of a text parameter, where nothing is said of them.
const TEXT_CHARS: u16 = 100;
/// The range of a number of which nothing is said.
const RANGE: (i64, i64) = (0, 1_000_000);

/// An input as it is told.
#[derive(Serialize, Deserialize)]
struct Told {
    name: String,
    kind: String,
    description: String,
    has_default: bool,
    default: Option<String>,
    sensitive: bool,
    choices: Vec<String>,
    min: Option<i64>,
    max: Option<i64>,
}

/// Fetches the module if it must, and tells its inputs; those that something gives already are left out.
pub(super) async fn tell(state: &Path, task: &Task, stop: &mut Stop) -> Result<(), String> {
    let mut place = Place::scratch(state, task)?;
    place.prepare(task, None, stop).await?;
    let found = inputs::inputs(&place.program.root).map_err(|fault| unwritable(&fault))?;
    let settings = &task.settings;
    let by_variable = |name: &str| {
        let variable = format!("TF_VAR_{name}");
        settings.environment.contains_key(&variable) || settings.secrets.contains_key(&variable)
    };
    let open = found.into_iter().filter(|(name, _)| {
        !name.starts_with("hearth_") && !settings.variables.contains_key(name) && !by_variable(name)
    });
    for (name, input) in open.take(INPUTS_MAX) {
        say(&format!("{MARK}{}", line(name, input)));
    }
    Ok(())
}

fn line(name: String, input: Input) -> String {
    let mut told = Told {
        name: cut(name, WORD_CHARS_MAX),
        kind: cut(input.kind, WORD_CHARS_MAX),
        description: cut(input.description, DESCRIPTION_CHARS_MAX),
        has_default: input.has_default,
        default: input
            .default
            .filter(|default| default.chars().count() <= WORD_CHARS_MAX),
        sensitive: input.sensitive,
        choices: input.choices,
        min: input.min,
        max: input.max,
    };
    let text = |told: &Told| serde_json::to_string(told).expect("texts and numbers are JSON");
    let whole = text(&told);
    if whole.chars().count() + MARK.len() < LINE_CHARACTERS_MAX {
        return whole;
    }
    // A line that is cut could not be read: the choices are what is long.
    told.choices.clear();
    text(&told)
}

/// What one line tells; `None` for any other line.
pub(super) fn read(line: &str) -> Option<Offered> {
    let told: Told = serde_json::from_str(line.strip_prefix(MARK)?).ok()?;
    Some(match parameter(&told) {
        Ok(parameter) => Offered::Parameter(parameter),
        Err(why) => Offered::Not {
            name: told.name,
            why,
        },
    })
}

/// The parameter that gives this input, or why there is none.
fn parameter(told: &Told) -> Result<Parameter, String> {
    if told.sensitive {
        return Err(format!(
            "it is a secret: give it by secrets = {{ TF_VAR_{} = \"file:/path\" }}",
            told.name
        ));
    }
    let plain = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_'
    };
    let fits = told.name.len() <= 32
        && told.name.bytes().all(plain)
        && told
            .name
            .starts_with(|first: char| first.is_ascii_lowercase())
        && !told.name.ends_with(['-', '_']);
    if !fits {
        return Err("its name cannot be an option's: put it into `variables`".to_owned());
    }
    if told.has_default && told.default.is_none() {
        return Err(
            "it has a default that is no text: put it into `variables` if that is not right"
                .to_owned(),
        );
    }
    let kind = match told.kind.as_str() {
        "" | "any" | "string" if !told.choices.is_empty() => {
            ParameterKind::Choice(told.choices.clone())
        }
        "bool" => ParameterKind::Boolean,
        "number" => {
            let whole = |text: &String| text.parse::<i64>().ok();
            if told.default.is_some() && told.default.as_ref().and_then(whole).is_none() {
                return Err("its default is no whole number: put it into `variables`".to_owned());
            }
            ParameterKind::Integer {
                min: told.min.unwrap_or(RANGE.0),
                max: told.max.unwrap_or(RANGE.1),
            }
        }
        "" | "any" | "string" => ParameterKind::Text {
            length_max: TEXT_CHARS,
        },
        other => {
            return Err(format!("it is of type {other}: put it into `variables`"));
        }
    };
    Ok(Parameter {
        name: told.name.clone(),
        description: if told.description.trim().is_empty() {
            told.name.replace('_', " ")
        } else {
            told.description.clone()
        },
        kind,
        // An empty text cannot be typed, and stands for nothing.
        default: told.default.clone(),
    })
}
