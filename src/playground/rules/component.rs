//! Buttons, selects and the rows and containers that hold them.
use crate::playground::refusal::Form;
use serde_json::Value;
use std::collections::HashSet;

/// Rows of a message without the V2 flag.
const N_ROWS_MAX: usize = 5;
/// Components of a message with the V2 flag, nested ones counted.
const N_V2_MAX: usize = 40;
/// Buttons of a row.
const N_BUTTONS_MAX: usize = 5;
/// Options of a select.
const N_OPTIONS_MAX: usize = 25;
/// Nesting that is followed; Discord's own is shallower.
const N_DEPTH_MAX: usize = 4;

/// What is remembered while a message's components are walked.
struct Walk<'a> {
    form: &'a mut Form,
    custom_ids: HashSet<String>,
    n: usize,
}

/// Checks the components of a message.
pub(super) fn check_message(value: &Value, path: &str, version_2: bool, form: &mut Form) {
    if value.is_null() {
        return;
    }
    let Some(list) = value.as_array() else {
        form.fault(
            path,
            "LIST_TYPE_CONVERT",
            "Only iterables may be used in a ListType",
        );
        return;
    };
    if !version_2 && list.len() > N_ROWS_MAX {
        form.fault(
            path,
            "BASE_TYPE_BAD_LENGTH",
            format!("Must be between 1 and {N_ROWS_MAX} in length."),
        );
    }
    let mut walk = Walk {
        form,
        custom_ids: HashSet::new(),
        n: 0,
    };
    for (n, component) in list.iter().enumerate() {
        let at = format!("{path}.{n}");
        if version_2 {
            walk.check_v2(component, &at, 0)
        } else {
            walk.check_row(component, &at)
        }
    }
    if version_2 && walk.n > N_V2_MAX {
        let message = format!("The total number of components exceeds {N_V2_MAX}.");
        walk.form
            .fault(path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message);
    }
}

impl Walk<'_> {
    fn check_row(&mut self, row: &Value, path: &str) {
        if row["type"].as_u64() != Some(1) {
            self.form.fault(
                format!("{path}.type"),
                "UNION_TYPE_CHOICES",
                "Value of field \"type\" must be one of (1,).",
            );
            return;
        }
        let Some(children) = row["components"].as_array() else {
            self.form.fault(
                format!("{path}.components"),
                "BASE_TYPE_REQUIRED",
                "This field is required",
            );
            return;
        };
        self.n += 1 + children.len();
        let n_selects = children
            .iter()
            .filter(|child| matches!(child["type"].as_u64(), Some(3 | 5..=8)))
            .count();
        if children.is_empty() || children.len() > N_BUTTONS_MAX {
            self.form.fault(
                format!("{path}.components"),
                "BASE_TYPE_BAD_LENGTH",
                format!("Must be between 1 and {N_BUTTONS_MAX} in length."),
            );
        } else if n_selects > 0 && children.len() > 1 {
            self.form.fault(
                path,
                "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
                "The specified component exceeds the maximum width",
            );
        }
        for (n, child) in children.iter().enumerate() {
            let at = format!("{path}.components.{n}");
            match child["type"].as_u64() {
                Some(2) => self.check_button(child, &at),
                Some(3) => self.check_select(child, &at),
                Some(5..=8) => self.check_auto_select(child, &at),
                _ => self.form.fault(
                    format!("{at}.type"),
                    "UNION_TYPE_CHOICES",
                    "Value of field \"type\" must be one of (2, 3, 5, 6, 7, 8).",
                ),
            }
        }
    }

    fn check_v2(&mut self, component: &Value, path: &str, depth: usize) {
        if depth > N_DEPTH_MAX {
            self.form.fault(
                path,
                "COMPONENT_NESTING",
                "Components are nested too deeply.",
            );
            return;
        }
        match component["type"].as_u64() {
            Some(1) => self.check_row(component, path),
            Some(9) => {
                self.n += 1;
                self.check_children(component, path, depth, &[10]);
                match component["accessory"]["type"].as_u64() {
                    Some(2) => {
                        self.check_button(&component["accessory"], &format!("{path}.accessory"))
                    }
                    Some(11) => self.check_media(
                        &component["accessory"]["media"],
                        &format!("{path}.accessory.media"),
                    ),
                    _ => self.form.fault(
                        format!("{path}.accessory"),
                        "BASE_TYPE_REQUIRED",
                        "This field is required",
                    ),
                }
                self.n += 1;
            }
            Some(10) => {
                self.n += 1;
                self.form
                    .text(&component["content"], &format!("{path}.content"), 1, 4_000);
            }
            Some(12) => {
                self.n += 1;
                let items = component["items"].as_array().map_or(&[][..], Vec::as_slice);
                if items.is_empty() || items.len() > 10 {
                    self.form.fault(
                        format!("{path}.items"),
                        "BASE_TYPE_BAD_LENGTH",
                        "Must be between 1 and 10 in length.",
                    );
                }
                for (n, item) in items.iter().enumerate() {
                    self.check_media(&item["media"], &format!("{path}.items.{n}.media"));
                }
            }
            Some(13) => {
                self.n += 1;
                self.check_media(&component["file"], &format!("{path}.file"));
            }
            Some(14) => self.n += 1,
            Some(17) if depth == 0 => {
                self.n += 1;
                self.check_children(component, path, depth, &[1, 9, 10, 12, 13, 14]);
            }
            _ => self.form.fault(
                format!("{path}.type"),
                "UNION_TYPE_CHOICES",
                "Value of field \"type\" must be one of (1, 9, 10, 12, 13, 14, 17).",
            ),
        }
    }

    fn check_children(&mut self, parent: &Value, path: &str, depth: usize, kinds: &[u64]) {
        let children = parent["components"]
            .as_array()
            .map_or(&[][..], Vec::as_slice);
        if children.is_empty() {
            self.form.fault(
                format!("{path}.components"),
                "BASE_TYPE_REQUIRED",
                "This field is required",
            );
        }
        for (n, child) in children.iter().take(N_V2_MAX + 1).enumerate() {
            let at = format!("{path}.components.{n}");
            if child["type"]
                .as_u64()
                .is_some_and(|kind| kinds.contains(&kind))
            {
                self.check_v2(child, &at, depth + 1);
            } else {
                self.form.fault(
                    format!("{at}.type"),
                    "UNION_TYPE_CHOICES",
                    "A component of this type may not be here.",
                );
            }
        }
    }

    fn check_media(&mut self, media: &Value, path: &str) {
        let fits = media["url"].as_str().is_some_and(|url| {
            ["http://", "https://", "attachment://"]
                .iter()
                .any(|scheme| url.starts_with(scheme))
        });
        if !fits {
            self.form.fault(
                format!("{path}.url"),
                "URL_TYPE_INVALID_URL",
                "Not a well formed URL.",
            );
        }
    }

    fn check_custom_id(&mut self, component: &Value, path: &str) {
        let Some(id) = self.form.text(
            &component["custom_id"],
            &format!("{path}.custom_id"),
            1,
            100,
        ) else {
            return;
        };
        if !self.custom_ids.insert(id.to_owned()) {
            self.form.fault(
                format!("{path}.custom_id"),
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                "Component custom id cannot be duplicated",
            );
        }
    }

    fn check_button(&mut self, button: &Value, path: &str) {
        let style = button["style"].as_u64().unwrap_or(0);
        match style {
            1..=4 => {
                self.check_custom_id(button, path);
                if !button["url"].is_null() {
                    self.form.fault(
                        path,
                        "BUTTON_COMPONENT_CUSTOM_ID_AND_URL",
                        "A button with a custom id cannot have a URL.",
                    );
                }
            }
            5 => {
                if !button["custom_id"].is_null() {
                    self.form.fault(
                        path,
                        "BUTTON_COMPONENT_CUSTOM_ID_AND_URL",
                        "A link button cannot have a custom id.",
                    );
                }
                let at = format!("{path}.url");
                let url = self
                    .form
                    .text(&button["url"], &at, 1, 512)
                    .unwrap_or_default();
                let known = ["http://", "https://", "discord://"]
                    .iter()
                    .any(|scheme| url.starts_with(scheme) && url.len() > scheme.len());
                if !known || url.contains(char::is_whitespace) {
                    self.form.fault(
                        at,
                        "URL_TYPE_INVALID_SCHEME",
                        "Scheme must be one of ('discord', 'https', 'http').",
                    );
                }
            }
            6 => self.form.fault(
                path,
                "BUTTON_COMPONENT_SKU_INVALID",
                "This server sells nothing.",
            ),
            _ => self.form.fault(
                format!("{path}.style"),
                "BASE_TYPE_CHOICES",
                "Value must be one of {1, 2, 3, 4, 5, 6}.",
            ),
        }
        if !button["label"].is_null() {
            self.form
                .text(&button["label"], &format!("{path}.label"), 0, 80);
        }
        if button["emoji"].is_null() && button["label"].as_str().is_none_or(str::is_empty) {
            self.form.fault(
                path,
                "BUTTON_COMPONENT_INVALID",
                "A button needs a label or an emoji.",
            );
        }
        if !button["disabled"].is_null() && !button["disabled"].is_boolean() {
            self.form.fault(
                format!("{path}.disabled"),
                "BOOLEAN_TYPE_CONVERT",
                "Must be either true or false.",
            );
        }
    }

    fn check_select(&mut self, select: &Value, path: &str) {
        let options = select["options"].as_array().map_or(&[][..], Vec::as_slice);
        if options.is_empty() || options.len() > N_OPTIONS_MAX {
            self.form.fault(
                format!("{path}.options"),
                "BASE_TYPE_BAD_LENGTH",
                format!("Must be between 1 and {N_OPTIONS_MAX} in length."),
            );
        }
        let mut values = HashSet::new();
        for (n, option) in options.iter().take(N_OPTIONS_MAX + 1).enumerate() {
            let at = format!("{path}.options.{n}");
            self.form
                .text(&option["label"], &format!("{at}.label"), 1, 100);
            if let Some(value) = self
                .form
                .text(&option["value"], &format!("{at}.value"), 1, 100)
                && !values.insert(value)
            {
                self.form.fault(
                    format!("{at}.value"),
                    "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                    "The specified option value is already used",
                );
            }
            if !option["description"].is_null() {
                self.form
                    .text(&option["description"], &format!("{at}.description"), 0, 100);
            }
        }
        let high = select["max_values"].as_u64().unwrap_or(1);
        if usize::try_from(high).is_ok_and(|high| high > options.len()) {
            self.form.fault(
                format!("{path}.max_values"),
                "SELECT_COMPONENT_MAX_VALUES",
                "More values than there are options.",
            );
        }
        let n_default = options
            .iter()
            .filter(|option| option["default"].as_bool() == Some(true))
            .count() as u64;
        if n_default > high {
            self.form.fault(
                format!("{path}.options"),
                "SELECT_COMPONENT_DEFAULTS",
                "More options are chosen beforehand than may be.",
            );
        }
        self.check_any_select(select, path);
    }

    fn check_auto_select(&mut self, select: &Value, path: &str) {
        if select["options"]
            .as_array()
            .is_some_and(|options| !options.is_empty())
        {
            self.form.fault(
                format!("{path}.options"),
                "UNKNOWN_FIELD",
                "Only a string select has options.",
            );
        }
        self.check_any_select(select, path);
    }

    fn check_any_select(&mut self, select: &Value, path: &str) {
        self.check_custom_id(select, path);
        if !select["placeholder"].is_null() {
            self.form.text(
                &select["placeholder"],
                &format!("{path}.placeholder"),
                0,
                150,
            );
        }
        let low = if select["min_values"].is_null() {
            Some(1)
        } else {
            select["min_values"].as_u64()
        };
        let high = if select["max_values"].is_null() {
            Some(1)
        } else {
            select["max_values"].as_u64()
        };
        if low.is_none_or(|low| low > 25) {
            self.form.fault(
                format!("{path}.min_values"),
                "NUMBER_TYPE_MAX",
                "int value should be between 0 and 25.",
            );
        }
        if high.is_none_or(|high| !(1..=25).contains(&high)) {
            self.form.fault(
                format!("{path}.max_values"),
                "NUMBER_TYPE_MAX",
                "int value should be between 1 and 25.",
            );
        }
        if low > high {
            self.form.fault(
                format!("{path}.min_values"),
                "SELECT_COMPONENT_MIN_VALUES",
                "More values are demanded than may be chosen.",
            );
        }
    }
}
