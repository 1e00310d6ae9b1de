//! Rows of buttons and selects, and forms, as the JSON that Discord takes.

use std::borrow::Cow;

use serde::Serialize;

use crate::domain::chat::{Button, ButtonKind, Form, Input, Row, SelectOption};

use super::cut::Cuts;

/// Discord's limits, in characters and numbers (`components/reference`).
mod most {
    pub(super) const ROWS: usize = 5;
    pub(super) const BUTTONS: usize = 5;
    pub(super) const LABEL: usize = 80;
    pub(super) const PLACEHOLDER: usize = 150;
    pub(super) const OPTIONS: usize = 25;
    pub(super) const OPTION: usize = 100;
    pub(super) const FORM_TITLE: usize = 45;
    pub(super) const INPUTS: usize = 5;
    pub(super) const INPUT_LABEL: usize = 45;
    pub(super) const INPUT_PLACEHOLDER: usize = 100;
    pub(super) const INPUT_VALUE: u16 = 4000;
}

#[derive(Serialize)]
pub(super) struct RowJson<C: Serialize> {
    #[serde(rename = "type")]
    kind: u8,
    components: Vec<C>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum ComponentJson<'a> {
    Button {
        #[serde(rename = "type")]
        kind: u8,
        style: u8,
        label: Cow<'a, str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        custom_id: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        url: Option<&'a str>,
        disabled: bool,
    },
    Select {
        #[serde(rename = "type")]
        kind: u8,
        custom_id: &'a str,
        #[serde(skip_serializing_if = "str::is_empty")]
        placeholder: Cow<'a, str>,
        options: Vec<OptionJson<'a>>,
    },
}

#[derive(Serialize)]
pub(super) struct OptionJson<'a> {
    label: Cow<'a, str>,
    value: &'a str,
    default: bool,
}

#[derive(Serialize)]
pub(super) struct FormJson<'a> {
    title: Cow<'a, str>,
    custom_id: &'a str,
    components: Vec<RowJson<InputJson<'a>>>,
}

#[derive(Serialize)]
pub(super) struct InputJson<'a> {
    #[serde(rename = "type")]
    kind: u8,
    custom_id: &'a str,
    style: u8,
    label: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    value: Cow<'a, str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    placeholder: Cow<'a, str>,
    required: bool,
    max_length: u16,
}

/// At most five rows; one that would be empty is left out.
pub(super) fn rows<'a>(rows: &'a [Row], cuts: &mut Cuts) -> Vec<RowJson<ComponentJson<'a>>> {
    let mut out = Vec::with_capacity(rows.len().min(most::ROWS));
    for row in cuts.list("rows", rows, most::ROWS) {
        let components: Vec<_> = match row {
            Row::Buttons(buttons) => cuts
                .list("buttons", buttons, most::BUTTONS)
                .iter()
                .map(|one| button(one, cuts))
                .collect(),
            Row::Select(select) if select.options.is_empty() => Vec::new(),
            Row::Select(select) => {
                let options = options(&select.options, cuts);
                let placeholder =
                    cuts.text("select.placeholder", &select.placeholder, most::PLACEHOLDER);
                vec![ComponentJson::Select {
                    kind: 3,
                    custom_id: &select.custom_id,
                    placeholder,
                    options,
                }]
            }
        };
        if components.is_empty() {
            cuts.note("row.empty");
            continue;
        }
        out.push(RowJson {
            kind: 1,
            components,
        });
    }
    out
}

/// At most 25 options; a second one with the same value would be refused with all the others.
fn options<'a>(options: &'a [SelectOption], cuts: &mut Cuts) -> Vec<OptionJson<'a>> {
    let mut out: Vec<OptionJson<'_>> = Vec::with_capacity(options.len().min(most::OPTIONS));
    for option in cuts.list("select.options", options, most::OPTIONS) {
        if out.iter().any(|earlier| earlier.value == option.value) {
            cuts.note("select.same_value");
            continue;
        }
        out.push(OptionJson {
            label: cuts.filled("select.label", &option.label, most::OPTION),
            value: &option.value,
            default: option.chosen,
        });
    }
    out
}

fn button<'a>(button: &'a Button, cuts: &mut Cuts) -> ComponentJson<'a> {
    let (style, target) = match &button.kind {
        ButtonKind::Primary(id) => (1, id),
        ButtonKind::Secondary(id) => (2, id),
        ButtonKind::Success(id) => (3, id),
        ButtonKind::Danger(id) => (4, id),
        ButtonKind::Link(url) => (5, url),
    };
    let (custom_id, url) = if style == 5 {
        (None, Some(target))
    } else {
        (Some(target), None)
    };
    ComponentJson::Button {
        kind: 2,
        style,
        label: cuts.filled("button.label", &button.label, most::LABEL),
        custom_id: custom_id.map(String::as_str),
        url: url.map(String::as_str),
        disabled: button.disabled,
    }
}

/// A form with at most five inputs.
pub(super) fn form<'a>(form: &'a Form, cuts: &mut Cuts) -> FormJson<'a> {
    let inputs = cuts.list("form.inputs", &form.inputs, most::INPUTS);
    let components = inputs.iter().map(|one| input(one, cuts)).collect();
    FormJson {
        title: cuts.filled("form.title", &form.title, most::FORM_TITLE),
        custom_id: &form.custom_id,
        components,
    }
}

fn input<'a>(input: &'a Input, cuts: &mut Cuts) -> RowJson<InputJson<'a>> {
    let max_length = input.length_max.clamp(1, most::INPUT_VALUE);
    let placeholder = cuts.text(
        "form.placeholder",
        &input.placeholder,
        most::INPUT_PLACEHOLDER,
    );
    let text = InputJson {
        kind: 4,
        custom_id: &input.custom_id,
        style: if input.long { 2 } else { 1 },
        label: cuts.filled("form.label", &input.label, most::INPUT_LABEL),
        value: cuts.text("form.value", &input.value, usize::from(max_length)),
        placeholder,
        required: input.required,
        max_length,
    };
    RowJson {
        kind: 1,
        components: vec![text],
    }
}
