//! The form that asks for a template's parameters, where no command has them as options. What was given and typed is
//! kept as a draft, so that neither a mistake nor a restart loses it.

use std::collections::BTreeMap;

use crate::domain::chat::{Answer, ButtonKind, Deed, Form, Input, Message, OptionValue};
use crate::domain::draft::Draft;
use crate::domain::environment::Name;
use crate::domain::limits::{DRAFT_KEPT, FORM_INPUTS_MAX};
use crate::domain::platform::{Parameter, ParameterKind, Template};
use crate::domain::sentence::{Sentence, Value};
use crate::store::Scope;

use super::super::call::Call;
use super::super::commands::bound::{BoundCommand, check};
use super::super::render;
use super::super::stop::Stop;
use super::create::{Create, create, may_use, takes};

/// What begins the name of a parameter in a draft, so that it is never taken for an option of the command.
const PARAMETER: &str = "parameter:";
/// Characters of an input's label at Discord.
const LABEL_CHARS_MAX: usize = 45;
/// Characters of an input's placeholder at Discord.
const PLACEHOLDER_CHARS_MAX: usize = 100;
/// Characters that may be typed for anything but a text.
const WORD_CHARS_MAX: u16 = 100;

/// Asks for the environment, or first for the parameters that are missing and have no default.
///
/// # Errors
/// As [`create`]; refused if more parameters are missing than a form can hold.
pub(in crate::app) async fn create_or_ask(
    call: &Call<'_>,
    command: &BoundCommand,
    ask: Create<'_>,
) -> Result<Answer, Stop> {
    let Some(template) = call.platform().template(ask.template) else {
        return create(call, ask).await;
    };
    let n_missing = missing(template, &ask.parameters)
        .filter(|parameter| parameter.default.is_none())
        .count();
    if n_missing == 0 {
        return create(call, ask).await;
    }
    may_use(call, template)?;
    // What no form can mend is said before it opens.
    Name::parse(ask.name)?;
    takes(call, template, ask.revision)?;
    if n_missing > FORM_INPUTS_MAX {
        return Err(Sentence::new("refused-form-too-long")
            .with("template", template.id.as_str())
            .with("n", n_missing)
            .with("max", FORM_INPUTS_MAX)
            .into());
    }
    let draft = Draft {
        id: call.app.new_id(),
        person: call.person().id,
        given: given(command, &ask),
        typed: BTreeMap::new(),
        kept_until: call.now.plus(DRAFT_KEPT),
    };
    keep(call, &draft).await?;
    Ok(Answer::Ask(form(call, template, &draft, &ask.parameters)))
}

/// Opens the form once more, with what was typed.
///
/// # Errors
/// Refused if it is not theirs or too old, or the template is gone.
pub(in crate::app) async fn open_again(call: &Call<'_>, id: &str) -> Result<Answer, Stop> {
    let draft = find(call, id).await?;
    let template = template(call, &draft)?;
    may_use(call, template)?;
    Ok(Answer::Ask(form(
        call,
        template,
        &draft,
        &parameters(&draft),
    )))
}

/// Takes what was sent: the environment is asked for, or it is said what does not fit, with a way back.
///
/// # Errors
/// As [`create`]; refused if it is not theirs or too old.
pub(in crate::app) async fn sent(call: &Call<'_>, id: &str) -> Result<Answer, Stop> {
    let Deed::Form { texts, .. } = &call.interaction.deed else {
        return Err(gone().into());
    };
    let mut draft = find(call, id).await?;
    let template = template(call, &draft)?;
    // The command is what was allowed, and it may be gone or narrower by now.
    let path: Vec<String> = text(&draft, "command")
        .unwrap_or_default()
        .split(' ')
        .map(str::to_owned)
        .collect();
    let command = call.definitions.commands.find(&path)?;
    command.permit(&call.platform().groups, call.person())?;
    let given = parameters(&draft);
    let asked: Vec<&Parameter> = asked(template, &given);
    draft.typed = asked
        .iter()
        .filter_map(|parameter| Some((parameter.name.clone(), texts.get(&parameter.name)?.clone())))
        .collect();
    let (typed, faults) = read(&asked, &draft.typed);
    if !faults.is_empty() {
        keep(call, &draft).await?;
        return Ok(say_back(call, &draft, &faults));
    }
    let unasked = missing(template, &given)
        .filter(|parameter| !asked.contains(parameter))
        .map(|parameter| parameter.name.clone())
        .collect();
    let number = |name| text(&draft, name).and_then(|number| number.parse().ok());
    let ask = Create {
        template: &template.id,
        name: text(&draft, "name").unwrap_or_default(),
        revision: text(&draft, "revision"),
        pull_request: number("pull_request"),
        ttl_hours: number("ttl"),
        team: text(&draft, "team"),
        parameters: given.into_iter().chain(typed).collect(),
        draft: Some(&draft.id),
        unasked,
    };
    let call = Call {
        app: call.app,
        now: call.now,
        interaction: call.interaction,
        definitions: call.definitions.clone(),
        action: command.action.name,
        private_reply: command.private_reply,
    };
    match create(&call, ask).await {
        Err(Stop::Refused(refusal)) => {
            keep(&call, &draft).await?;
            Ok(say_back(&call, &draft, &[refusal]))
        }
        other => other,
    }
}

/// Parameters that nothing gives yet.
fn missing<'t>(
    template: &'t Template,
    given: &'t BTreeMap<String, String>,
) -> impl Iterator<Item = &'t Parameter> {
    let parameters = template.parameters.iter();
    parameters.filter(|parameter| !given.contains_key(&parameter.name))
}

/// Those that the form asks for: what must be given, and what may be given as far as there is room.
fn asked<'t>(template: &'t Template, given: &'t BTreeMap<String, String>) -> Vec<&'t Parameter> {
    let (must, may): (Vec<_>, Vec<_>) =
        missing(template, given).partition(|parameter| parameter.default.is_none());
    must.into_iter().chain(may).take(FORM_INPUTS_MAX).collect()
}

fn form(
    call: &Call<'_>,
    template: &Template,
    draft: &Draft,
    given: &BTreeMap<String, String>,
) -> Form {
    let inputs = asked(template, given).into_iter();
    Form {
        custom_id: format!("env:asked:{}", draft.id),
        title: call.voice().line("form-environment"),
        inputs: inputs
            .map(|parameter| input(call, parameter, draft))
            .collect(),
    }
}

fn input(call: &Call<'_>, parameter: &Parameter, draft: &Draft) -> Input {
    let length_max = match parameter.kind {
        ParameterKind::Text { length_max } => length_max,
        _ => WORD_CHARS_MAX,
    };
    let value = draft
        .typed
        .get(&parameter.name)
        .or(parameter.default.as_ref())
        .map(|value| cut(value, usize::from(length_max)));
    Input {
        custom_id: parameter.name.clone(),
        label: cut(&parameter.description, LABEL_CHARS_MAX),
        value: value.unwrap_or_default(),
        placeholder: cut(&hint(call, parameter), PLACEHOLDER_CHARS_MAX),
        long: length_max > WORD_CHARS_MAX,
        required: parameter.default.is_none(),
        length_max,
    }
}

/// What may be typed: choices and ranges stand here, since a form holds nothing but texts.
fn hint(call: &Call<'_>, parameter: &Parameter) -> String {
    let plain = |text: String| Value::Markup(text);
    let sentence = match &parameter.kind {
        ParameterKind::Text { length_max } => {
            Sentence::new("form-hint-text").with("max", u32::from(*length_max))
        }
        ParameterKind::Integer { min, max } => Sentence::new("form-hint-integer")
            .with("min", plain(min.to_string()))
            .with("max", plain(max.to_string())),
        ParameterKind::Boolean => Sentence::new("form-hint-boolean"),
        ParameterKind::Choice(choices) => {
            Sentence::new("form-hint-choice").with("choices", plain(choices.join(", ")))
        }
        ParameterKind::Person => return String::new(),
    };
    call.app.words().plain(call.person().language, &sentence)
}

fn cut(text: &str, chars_max: usize) -> String {
    if text.encode_utf16().count() <= chars_max {
        return text.to_owned();
    }
    let mut left = chars_max.saturating_sub(1);
    let kept: String = text
        .chars()
        .take_while(|character| {
            let room = left.checked_sub(character.len_utf16());
            left = room.unwrap_or(0);
            room.is_some()
        })
        .collect();
    format!("{kept}…")
}

/// What was typed, checked by the same rules as options, and everything that does not fit. What is empty and has a
/// default is left to that.
fn read(
    asked: &[&Parameter],
    typed: &BTreeMap<String, String>,
) -> (BTreeMap<String, String>, Vec<Sentence>) {
    let (mut fine, mut faults) = (BTreeMap::new(), Vec::new());
    for parameter in asked {
        let text = typed.get(&parameter.name).map_or("", |text| text.trim());
        if text.is_empty() && parameter.default.is_some() {
            continue;
        }
        match check(
            &parameter.name,
            &parameter.kind,
            &meant(&parameter.kind, text),
        ) {
            Ok(argument) => drop(fine.insert(parameter.name.clone(), argument.to_text())),
            Err(fault) => faults.push(fault),
        }
    }
    (fine, faults)
}

/// What somebody means who types this where an option would have a type of its own.
fn meant(kind: &ParameterKind, text: &str) -> OptionValue {
    let lower = text.to_lowercase();
    let word = match kind {
        ParameterKind::Integer { .. } => text.parse().ok().map(OptionValue::Integer),
        ParameterKind::Boolean => match lower.as_str() {
            "yes" | "y" | "true" | "on" | "ja" | "j" | "wahr" => Some(OptionValue::Boolean(true)),
            "no" | "n" | "false" | "off" | "nein" | "falsch" => Some(OptionValue::Boolean(false)),
            _ => None,
        },
        ParameterKind::Choice(choices) => {
            let same = choices.iter().find(|choice| choice.to_lowercase() == lower);
            same.map(|choice| OptionValue::Text(choice.clone()))
        }
        ParameterKind::Text { .. } | ParameterKind::Person => None,
    };
    word.unwrap_or_else(|| OptionValue::Text(text.to_owned()))
}

/// What does not fit, and a button that opens the form with what was typed.
fn say_back(call: &Call<'_>, draft: &Draft, faults: &[Sentence]) -> Answer {
    let voice = call.voice();
    let lines: Vec<String> = faults.iter().map(|fault| voice.say(fault)).collect();
    let again = render::button(
        voice.line("button-form-again"),
        ButtonKind::Primary(format!("env:form:{}", draft.id)),
    );
    call.private(Message {
        content: lines.join("\n"),
        rows: render::buttons(vec![again]).into_iter().collect(),
        ..Message::default()
    })
}

async fn keep(call: &Call<'_>, draft: &Draft) -> Result<(), Stop> {
    let mut tx = call.app.store().begin(Scope::Jobs).await?;
    tx.keep_draft(draft, call.now).await?;
    Ok(tx.commit().await?)
}

async fn find(call: &Call<'_>, id: &str) -> Result<Draft, Stop> {
    let mut reader = call.read().await?;
    let found = reader.draft(id, call.person().id, call.now).await?;
    Ok(found.ok_or_else(gone)?)
}

fn gone() -> Sentence {
    Sentence::new("refused-form-gone")
}

fn template<'c>(call: &'c Call<'_>, draft: &Draft) -> Result<&'c Template, Stop> {
    let wanted = text(draft, "template").unwrap_or_default();
    Ok(call.platform().template(wanted).ok_or_else(gone)?)
}

fn given(command: &BoundCommand, ask: &Create<'_>) -> BTreeMap<String, String> {
    let texts = [
        ("command", Some(command.name())),
        ("template", Some(ask.template.to_owned())),
        ("name", Some(ask.name.to_owned())),
        ("revision", ask.revision.map(str::to_owned)),
        (
            "pull_request",
            ask.pull_request.map(|number| number.to_string()),
        ),
        ("ttl", ask.ttl_hours.map(|hours| hours.to_string())),
        ("team", ask.team.map(str::to_owned)),
    ];
    let options = texts
        .into_iter()
        .filter_map(|(name, text)| Some((name.to_owned(), text?)));
    let parameters = ask
        .parameters
        .iter()
        .map(|(name, value)| (format!("{PARAMETER}{name}"), value.clone()));
    options.chain(parameters).collect()
}

fn text<'d>(draft: &'d Draft, name: &str) -> Option<&'d str> {
    draft.given.get(name).map(String::as_str)
}

fn parameters(draft: &Draft) -> BTreeMap<String, String> {
    let given = draft.given.iter();
    given
        .filter_map(|(name, value)| Some((name.strip_prefix(PARAMETER)?.to_owned(), value.clone())))
        .collect()
}
