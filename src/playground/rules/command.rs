//! Definitions of application commands, and the choices that autocomplete offers.
use crate::playground::refusal::{Form, Refusal};
use serde_json::Value;
use std::collections::HashSet;

/// Slash commands of one scope.
const N_COMMANDS_MAX: usize = 100;
/// User and message commands of one scope, each.
const N_MENU_COMMANDS_MAX: usize = 15;
/// Options of a command, and choices of an option.
const N_OPTIONS_MAX: usize = 25;
/// Characters of a command with all its options and choices.
const N_CHARACTERS_MAX: usize = 8_000;
/// The largest whole number that JSON clients keep exactly.
const INTEGER_MAX: f64 = 9_007_199_254_740_991.0;

/// Where the definition is to live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::playground) enum Scope {
    Guild,
    Global,
}

/// Checks a whole list for the bulk overwrite.
pub(in crate::playground) fn check_all(list: &[Value], scope: Scope) -> Result<(), Refusal> {
    let mut form = Form::default();
    let mut names = HashSet::new();
    for (n, command) in list.iter().enumerate() {
        check(command, &n.to_string(), scope, &mut form);
        let kind = command["type"].as_u64().unwrap_or(1);
        if let Some(name) = command["name"].as_str()
            && !names.insert((kind, name.to_owned()))
        {
            form.fault(
                n.to_string(),
                "APPLICATION_COMMANDS_DUPLICATE_NAME",
                "Application command names must be unique",
            );
        }
    }
    form.finish()?;
    check_counts(list)
}

/// Checks one definition.
pub(in crate::playground) fn check_one(command: &Value, scope: Scope) -> Result<(), Refusal> {
    let mut form = Form::default();
    check(command, "", scope, &mut form);
    form.finish()
}

/// Refuses more commands than one scope may have.
pub(in crate::playground) fn check_counts(list: &[Value]) -> Result<(), Refusal> {
    for (kind, high) in [
        (1, N_COMMANDS_MAX),
        (2, N_MENU_COMMANDS_MAX),
        (3, N_MENU_COMMANDS_MAX),
    ] {
        if list
            .iter()
            .filter(|command| command["type"].as_u64().unwrap_or(1) == kind)
            .count()
            > high
        {
            return Err(Refusal::new(
                400,
                30032,
                &format!("Maximum number of application commands reached ({high})."),
            ));
        }
    }
    Ok(())
}

fn check(command: &Value, at: &str, scope: Scope, form: &mut Form) {
    let path = |key: &str| {
        if at.is_empty() {
            key.to_owned()
        } else {
            format!("{at}.{key}")
        }
    };
    let Some(map) = command.as_object() else {
        form.fault(
            at,
            "DICT_TYPE_CONVERT",
            "Only dictionaries may be used in a DictType",
        );
        return;
    };
    const KEYS: [&str; 15] = [
        "id",
        "type",
        "name",
        "name_localizations",
        "description",
        "description_localizations",
        "options",
        "default_member_permissions",
        "dm_permission",
        "default_permission",
        "nsfw",
        "integration_types",
        "contexts",
        "handler",
        "version",
    ];
    for key in map.keys().filter(|key| !KEYS.contains(&key.as_str())) {
        form.fault(
            path(key),
            "UNKNOWN_FIELD",
            "Discord knows no such field here.",
        );
    }
    let kind = command["type"].as_u64().unwrap_or(1);
    match kind {
        1 => {
            check_name(&command["name"], &path("name"), form);
            form.text(&command["description"], &path("description"), 1, 100);
            check_localized(command, &path, form);
            check_options(&command["options"], &path("options"), 0, form);
        }
        2 | 3 => {
            form.text(&command["name"], &path("name"), 1, 32);
            for key in ["description", "options"] {
                if command[key].as_str().is_some_and(|text| !text.is_empty())
                    || command[key].as_array().is_some_and(|list| !list.is_empty())
                {
                    form.fault(
                        path(key),
                        "APPLICATION_COMMAND_CONTEXT_MENU_FIELDS",
                        "Context menu commands have only a name.",
                    );
                }
            }
        }
        _ => form.fault(
            path("type"),
            "BASE_TYPE_CHOICES",
            "Value must be one of {1, 2, 3}.",
        ),
    }
    let permissions = &command["default_member_permissions"];
    if !permissions.is_null()
        && permissions
            .as_str()
            .is_none_or(|bits| bits.parse::<u64>().is_err())
    {
        form.fault(
            path("default_member_permissions"),
            "NUMBER_TYPE_COERCE",
            "Value is not a permission set as text.",
        );
    }
    if scope == Scope::Guild {
        for key in ["contexts", "integration_types", "dm_permission"] {
            if !command[key].is_null() {
                form.fault(
                    path(key),
                    "APPLICATION_COMMAND_GLOBAL_ONLY",
                    "Only global commands have this field.",
                );
            }
        }
    }
    if characters(command) > N_CHARACTERS_MAX {
        form.fault(
            at,
            "APPLICATION_COMMAND_TOO_LARGE",
            format!("Command exceeds maximum size ({N_CHARACTERS_MAX})"),
        );
    }
}

fn check_localized(item: &Value, path: &impl Fn(&str) -> String, form: &mut Form) {
    const LOCALES: [&str; 33] = [
        "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl",
        "no", "pl", "pt-BR", "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi",
        "th", "zh-CN", "ja", "zh-TW", "ko", "ar",
    ];
    for key in ["name_localizations", "description_localizations"] {
        let Some(map) = item[key].as_object() else {
            if !item[key].is_null() {
                form.fault(
                    path(key),
                    "DICT_TYPE_CONVERT",
                    "Only dictionaries may be used in a DictType",
                );
            }
            continue;
        };
        for (locale, text) in map {
            let at = format!("{}.{locale}", path(key));
            if !LOCALES.contains(&locale.as_str()) {
                form.fault(at, "ENUM_TYPE_COERCE", "Discord has no such locale.");
            } else if key == "name_localizations" {
                check_name(text, &at, form);
            } else {
                form.text(text, &at, 1, 100);
            }
        }
    }
}

/// The name rule: 1 to 32 letters, digits, `-`, `_` or `'`, nothing in upper case.
fn check_name(value: &Value, path: &str, form: &mut Form) {
    let Some(name) = form.text(value, path, 1, 32) else {
        return;
    };
    let fits = |letter: char| {
        letter.is_alphanumeric()
            || matches!(letter, '-' | '_' | '\'')
            || matches!(letter, '\u{900}'..='\u{97F}' | '\u{E00}'..='\u{E7F}')
    };
    if !name.chars().all(fits) || name.to_lowercase() != name {
        form.fault(
            path,
            "APPLICATION_COMMAND_INVALID_NAME",
            "Command name is invalid",
        );
    }
}

/// Depth 0 is the command itself, 2 a group in it, 3 a subcommand.
fn check_options(value: &Value, path: &str, depth: usize, form: &mut Form) {
    if value.is_null() {
        return;
    }
    let Some(options) = value.as_array() else {
        form.fault(
            path,
            "LIST_TYPE_CONVERT",
            "Only iterables may be used in a ListType",
        );
        return;
    };
    if options.len() > N_OPTIONS_MAX {
        form.fault(
            path,
            "BASE_TYPE_MAX_LENGTH",
            format!("Must be {N_OPTIONS_MAX} or fewer in length."),
        );
    }
    let n_sub = options
        .iter()
        .filter(|option| matches!(option["type"].as_u64(), Some(1 | 2)))
        .count();
    if n_sub != 0 && n_sub != options.len() {
        form.fault(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command and sub-command group option types are mutually exclusive to all other types");
    }
    let mut names = HashSet::new();
    let mut optional_seen = false;
    for (n, option) in options.iter().take(N_OPTIONS_MAX + 1).enumerate() {
        let at = format!("{path}.{n}");
        if let Some(name) = option["name"].as_str()
            && !names.insert(name)
        {
            form.fault(
                at.clone(),
                "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS",
                "Option name already exists",
            );
        }
        let required = option["required"].as_bool().unwrap_or(false);
        if required && optional_seen {
            form.fault(
                at.clone(),
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            );
        }
        optional_seen |= !required;
        check_option(option, &at, depth, form);
    }
}

fn check_option(option: &Value, at: &str, depth: usize, form: &mut Form) {
    let path = |key: &str| format!("{at}.{key}");
    check_name(&option["name"], &path("name"), form);
    form.text(&option["description"], &path("description"), 1, 100);
    check_localized(option, &path, form);
    let kind = option["type"].as_u64().unwrap_or(0);
    let nested = option["options"]
        .as_array()
        .is_some_and(|list| !list.is_empty());
    match kind {
        1 if depth == 0 || depth == 2 => {
            let inner = option["options"].as_array().map_or(&[][..], Vec::as_slice);
            if inner
                .iter()
                .any(|inner| matches!(inner["type"].as_u64(), Some(1 | 2)))
            {
                form.fault(
                    path("options"),
                    "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                    "A subcommand holds only plain options.",
                );
            }
            check_options(&option["options"], &path("options"), 3, form);
        }
        2 if depth == 0 => {
            let inner = option["options"].as_array().map_or(&[][..], Vec::as_slice);
            if inner.is_empty() || inner.iter().any(|inner| inner["type"].as_u64() != Some(1)) {
                form.fault(
                    path("options"),
                    "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                    "A group holds subcommands only.",
                );
            }
            check_options(&option["options"], &path("options"), 2, form);
        }
        3..=11 => {
            if nested {
                form.fault(
                    path("options"),
                    "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
                    "Only subcommands and groups hold options.",
                );
            }
            check_plain(option, kind, &path, form);
        }
        _ => form.fault(
            path("type"),
            "BASE_TYPE_CHOICES",
            "Not a type of option that may be here.",
        ),
    }
    if matches!(kind, 1 | 2) && option["required"].as_bool() == Some(true) {
        form.fault(
            path("required"),
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
            "A subcommand cannot be required.",
        );
    }
}

fn check_plain(option: &Value, kind: u64, path: &impl Fn(&str) -> String, form: &mut Form) {
    let choices = option["choices"].as_array().map_or(&[][..], Vec::as_slice);
    let completes = option["autocomplete"].as_bool() == Some(true);
    let chooses = matches!(kind, 3 | 4 | 10);
    if completes && !choices.is_empty() {
        form.fault(
            path("autocomplete"),
            "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID",
            "autocomplete is not available together with choices",
        );
    }
    if (completes || !choices.is_empty()) && !chooses {
        form.fault(
            path("type"),
            "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID",
            "Only text and numbers have choices or autocomplete.",
        );
    }
    check_choices(choices, kind, &path("choices"), form);
    for key in ["min_length", "max_length"] {
        if !option[key].is_null()
            && (kind != 3 || option[key].as_u64().is_none_or(|length| length > 6_000))
        {
            form.fault(
                path(key),
                "NUMBER_TYPE_MAX",
                "A length of a text between 0 and 6000.",
            );
        }
    }
    if option["max_length"].as_u64() == Some(0)
        || option["min_length"].as_u64() > option["max_length"].as_u64().or(Some(6_000))
    {
        form.fault(
            path("max_length"),
            "APPLICATION_COMMAND_OPTIONS_LENGTH_INVALID",
            "The longest is shorter than the shortest.",
        );
    }
    for key in ["min_value", "max_value"] {
        let number = option[key].as_f64();
        let whole = kind != 4 || option[key].is_i64() || option[key].is_u64();
        if !option[key].is_null()
            && (!matches!(kind, 4 | 10)
                || !whole
                || number.is_none_or(|number| number.abs() > INTEGER_MAX))
        {
            form.fault(
                path(key),
                "NUMBER_TYPE_MAX",
                "Not a bound that this type can have.",
            );
        }
    }
    if let (Some(low), Some(high)) = (option["min_value"].as_f64(), option["max_value"].as_f64())
        && low > high
    {
        form.fault(
            path("max_value"),
            "APPLICATION_COMMAND_OPTIONS_VALUE_INVALID",
            "The largest is smaller than the smallest.",
        );
    }
}

fn check_choices(choices: &[Value], kind: u64, path: &str, form: &mut Form) {
    if choices.len() > N_OPTIONS_MAX {
        form.fault(
            path,
            "BASE_TYPE_MAX_LENGTH",
            format!("Must be {N_OPTIONS_MAX} or fewer in length."),
        );
    }
    let mut names = HashSet::new();
    for (n, choice) in choices.iter().take(N_OPTIONS_MAX + 1).enumerate() {
        let at = format!("{path}.{n}");
        if let Some(name) = form.text(&choice["name"], &format!("{at}.name"), 1, 100)
            && !names.insert(name)
        {
            form.fault(
                at.clone(),
                "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS",
                "Option choice name already exists",
            );
        }
        let value = &choice["value"];
        match kind {
            3 => {
                form.text(value, &format!("{at}.value"), 0, 100);
            }
            4 if !(value.is_i64() || value.is_u64()) => form.fault(
                format!("{at}.value"),
                "NUMBER_TYPE_COERCE",
                "Value is not int.",
            ),
            10 if !value.is_number() => form.fault(
                format!("{at}.value"),
                "NUMBER_TYPE_COERCE",
                "Value is not a number.",
            ),
            _ => {}
        }
        if value
            .as_f64()
            .is_some_and(|number| number.abs() > INTEGER_MAX)
        {
            form.fault(
                format!("{at}.value"),
                "NUMBER_TYPE_MAX",
                "Beyond the safe whole numbers.",
            );
        }
    }
}

/// Checks what a bot offers for autocomplete of an option of this type.
pub(in crate::playground) fn check_offered(data: &Value, kind: u64) -> Result<(), Refusal> {
    let mut form = Form::default();
    match data["choices"].as_array() {
        Some(choices) => check_choices(choices, kind, "data.choices", &mut form),
        None => form.fault(
            "data.choices",
            "BASE_TYPE_REQUIRED",
            "This field is required",
        ),
    }
    form.finish()
}

/// Name, description and values of a command and all that is in it; the longest translation counts.
fn characters(item: &Value) -> usize {
    let n = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
    let longest = |key: &str, map: &str| {
        let translated = item[map]
            .as_object()
            .and_then(|map| map.values().map(n).max())
            .unwrap_or(0);
        n(&item[key]).max(translated)
    };
    let inner = |key: &str| {
        item[key]
            .as_array()
            .map_or(0, |list| list.iter().map(characters).sum::<usize>())
    };
    let value = if item["value"].is_null() {
        0
    } else {
        item["value"].as_str().map_or_else(
            || item["value"].to_string().len(),
            |text| text.chars().count(),
        )
    };
    longest("name", "name_localizations")
        + longest("description", "description_localizations")
        + value
        + inner("options")
        + inner("choices")
}
