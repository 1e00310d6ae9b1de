//! Forms (modals): a title, an id and one to five text inputs.
use crate::playground::refusal::{Form, Refusal};
use serde_json::Value;
use std::collections::HashSet;

/// Inputs of one form.
const N_INPUTS_MAX: usize = 5;
/// Characters of an input.
const N_TEXT_MAX: u64 = 4_000;

/// Checks the `data` of a callback that opens a form.
pub(in crate::playground) fn check(data: &Value) -> Result<(), Refusal> {
    let mut form = Form::default();
    form.text(&data["title"], "data.title", 1, 45);
    form.text(&data["custom_id"], "data.custom_id", 1, 100);
    let rows = data["components"].as_array().map_or(&[][..], Vec::as_slice);
    if rows.is_empty() || rows.len() > N_INPUTS_MAX {
        form.fault(
            "data.components",
            "BASE_TYPE_BAD_LENGTH",
            format!("Must be between 1 and {N_INPUTS_MAX} in length."),
        );
    }
    let mut ids = HashSet::new();
    for (n, row) in rows.iter().take(N_INPUTS_MAX + 1).enumerate() {
        let path = format!("data.components.{n}");
        match row["type"].as_u64() {
            Some(1) => {
                let inputs = row["components"].as_array().map_or(&[][..], Vec::as_slice);
                if inputs.len() != 1 {
                    form.fault(
                        format!("{path}.components"),
                        "BASE_TYPE_BAD_LENGTH",
                        "Must be between 1 and 1 in length.",
                    );
                }
                if let Some(input) = inputs.first() {
                    check_input(input, &format!("{path}.components.0"), &mut ids, &mut form);
                    form.text(
                        &input["label"],
                        &format!("{path}.components.0.label"),
                        1,
                        45,
                    );
                }
            }
            // serenity 0.12.5 loses what is entered below a label, so nothing here may depend on it.
            Some(18) => {
                form.fault(
                    format!("{path}.type"),
                    "PLAYGROUND_UNSUPPORTED",
                    "This server knows no labels in forms.",
                );
            }
            _ => form.fault(
                format!("{path}.type"),
                "UNION_TYPE_CHOICES",
                "Value of field \"type\" must be one of (1, 18).",
            ),
        }
    }
    form.finish()
}

fn check_input<'a>(input: &'a Value, path: &str, ids: &mut HashSet<&'a str>, form: &mut Form) {
    if input["type"].as_u64() != Some(4) {
        form.fault(
            format!("{path}.type"),
            "UNION_TYPE_CHOICES",
            "Value of field \"type\" must be one of (4,).",
        );
        return;
    }
    if let Some(id) = form.text(&input["custom_id"], &format!("{path}.custom_id"), 1, 100)
        && !ids.insert(id)
    {
        form.fault(
            format!("{path}.custom_id"),
            "COMPONENT_CUSTOM_ID_DUPLICATED",
            "Component custom id cannot be duplicated",
        );
    }
    if !matches!(input["style"].as_u64(), Some(1 | 2)) {
        form.fault(
            format!("{path}.style"),
            "BASE_TYPE_CHOICES",
            "Value must be one of {1, 2}.",
        );
    }
    for (key, high) in [("placeholder", 100), ("value", 4_000)] {
        if !input[key].is_null() {
            form.text(&input[key], &format!("{path}.{key}"), 0, high);
        }
    }
    let low = if input["min_length"].is_null() {
        Some(0)
    } else {
        input["min_length"].as_u64()
    };
    let high = if input["max_length"].is_null() {
        Some(N_TEXT_MAX)
    } else {
        input["max_length"].as_u64()
    };
    if low.is_none_or(|low| low > N_TEXT_MAX) {
        form.fault(
            format!("{path}.min_length"),
            "NUMBER_TYPE_MAX",
            "int value should be between 0 and 4000.",
        );
    }
    if high.is_none_or(|high| high == 0 || high > N_TEXT_MAX) {
        form.fault(
            format!("{path}.max_length"),
            "NUMBER_TYPE_MAX",
            "int value should be between 1 and 4000.",
        );
    }
    if low > high {
        form.fault(
            format!("{path}.min_length"),
            "TEXT_INPUT_COMPONENT_MIN_LENGTH",
            "Longer than the longest that is allowed.",
        );
    }
    if !input["required"].is_null() && !input["required"].is_boolean() {
        form.fault(
            format!("{path}.required"),
            "BOOLEAN_TYPE_CONVERT",
            "Must be either true or false.",
        );
    }
}
