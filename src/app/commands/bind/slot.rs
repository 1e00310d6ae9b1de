//! What one command can be told: parameters of its action, and of the template that it fixes.

use std::ops::Range;

use super::super::declaration::Command;
use super::{Binder, did_you_mean};
use crate::app::action::{Action, Source};
use crate::domain::platform::ParameterKind;

/// What one command can be told: parameters of the action and of the template that it fixes.
pub(super) struct Slot {
    pub(super) name: String,
    pub(super) kind: ParameterKind,
    pub(super) required: bool,
    pub(super) complete: Option<Source>,
    pub(super) stand_in: Option<&'static str>,
    pub(super) example: String,
    /// The template's own words; the action's parameters have theirs in `locales/`.
    pub(super) description: Option<String>,
    pub(super) of_template: bool,
}

impl Binder<'_> {
    pub(super) fn slots(&mut self, action: &'static Action, command: &Command) -> Vec<Slot> {
        let mut slots: Vec<Slot> = action
            .parameters
            .iter()
            .map(|parameter| Slot {
                name: parameter.name.to_owned(),
                kind: parameter.kind.declared(),
                required: parameter.required,
                complete: parameter.complete,
                stand_in: parameter.stand_in,
                example: parameter.example.to_owned(),
                description: None,
                of_template: false,
            })
            .collect();
        let fixes = |slot: &Slot| slot.complete == Some(Source::Templates);
        let Some(name) = slots
            .iter()
            .find(|slot| fixes(slot))
            .map(|slot| slot.name.clone())
        else {
            return slots;
        };
        let Some(value) = command.with.get(&name) else {
            return slots;
        };
        // A template that does not exist is reported where its value is checked.
        let Some(template) = value
            .get_ref()
            .as_str()
            .and_then(|id| self.platform.template(id))
        else {
            return slots;
        };
        for parameter in &template.parameters {
            if slots.iter().any(|slot| slot.name == parameter.name) {
                let message = format!(
                    "the template {:?} has a parameter {:?}, as the action has",
                    template.id, parameter.name
                );
                self.fault(value.span(), message, "rename the template's parameter");
                continue;
            }
            slots.push(Slot {
                name: parameter.name.clone(),
                kind: parameter.kind.clone(),
                required: parameter.default.is_none(),
                complete: None,
                stand_in: None,
                example: example_of(&parameter.kind),
                description: Some(parameter.description.clone()),
                of_template: true,
            });
        }
        slots
    }

    /// The parameter with this name, or a fault with near matches.
    pub(super) fn slot<'s>(
        &mut self,
        slots: &'s [Slot],
        name: &str,
        span: Range<usize>,
    ) -> Option<&'s Slot> {
        let slot = slots.iter().find(|slot| slot.name == name);
        if slot.is_none() {
            let hint = did_you_mean(
                name,
                slots.iter().map(|slot| slot.name.as_str()),
                "parameters of this action",
            );
            self.fault(span, format!("the action has no parameter {name:?}"), hint);
        }
        slot
    }
}

fn example_of(kind: &ParameterKind) -> String {
    match kind {
        ParameterKind::Text { .. } => "text".to_owned(),
        ParameterKind::Integer { min, .. } => min.to_string(),
        ParameterKind::Boolean => "True".to_owned(),
        ParameterKind::Person => "Ben".to_owned(),
        ParameterKind::Choice(words) => words.first().cloned().unwrap_or_default(),
    }
}
