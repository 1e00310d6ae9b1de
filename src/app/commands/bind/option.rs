//! What a file says about an option's values: it can only narrow what the parameter accepts.

use std::collections::BTreeSet;

use toml::Spanned;

use super::super::bound::check;
use super::super::declaration::Entry;
use super::super::registration;
use super::slot::Slot;
use super::{Binder, accepted, did_you_mean};
use crate::app::action::Source;
use crate::domain::chat::OptionValue;
use crate::domain::platform::ParameterKind;

impl Binder<'_> {
    /// What the option accepts: the parameter's own kind, narrowed by the file.
    pub(super) fn narrowed(&mut self, slot: &Slot, entry: &Entry) -> ParameterKind {
        let type_of = match &slot.kind {
            ParameterKind::Text { .. } | ParameterKind::Choice(_) => "string",
            ParameterKind::Integer { .. } => "integer",
            ParameterKind::Boolean => "boolean",
            ParameterKind::Person => "person",
        };
        if entry.kind.get_ref() != type_of {
            let message = format!(
                "{:?} is not the type of {:?}",
                entry.kind.get_ref(),
                slot.name
            );
            self.fault(
                entry.kind.span(),
                message,
                format!("write type = {type_of:?}"),
            );
        }
        let mut kind = slot.kind.clone();
        if let Some(choices) = &entry.choices {
            kind = self.choices(slot, choices);
        }
        self.narrow_range(slot, entry, &mut kind);
        self.narrow_length(slot, entry, &mut kind);
        kind
    }

    fn narrow_range(&mut self, slot: &Slot, entry: &Entry, kind: &mut ParameterKind) {
        if let ParameterKind::Integer { min, max } = kind {
            for (bound, low) in [(&entry.min, true), (&entry.max, false)] {
                let Some(bound) = bound else { continue };
                if (*min..=*max).contains(bound.get_ref()) {
                    *(if low { &mut *min } else { &mut *max }) = *bound.get_ref();
                } else {
                    let hint = format!(
                        "{:?} goes from {min} to {max}; a file can only narrow it",
                        slot.name
                    );
                    self.fault(
                        bound.span(),
                        "this bound lies outside of the parameter's own",
                        hint,
                    );
                }
            }
            if *min < -registration::INTEGER_MAX || *max > registration::INTEGER_MAX {
                self.fault(
                    entry.name.span(),
                    "this range is wider than Discord's",
                    "narrow it with min and max",
                );
            }
        } else if let Some(bound) = entry.min.as_ref().or(entry.max.as_ref()) {
            self.fault(
                bound.span(),
                format!("{:?} is no number", slot.name),
                "min and max are for integers",
            );
        }
    }

    fn narrow_length(&mut self, slot: &Slot, entry: &Entry, kind: &mut ParameterKind) {
        if let Some(bound) = &entry.length_max {
            match (kind, u16::try_from(*bound.get_ref())) {
                (ParameterKind::Text { length_max }, Ok(narrow))
                    if (1..=*length_max).contains(&narrow) =>
                {
                    *length_max = narrow;
                }
                (ParameterKind::Text { length_max }, _) => {
                    let hint = format!(
                        "{:?} has 1 to {length_max} characters; a file can only narrow it",
                        slot.name
                    );
                    self.fault(
                        bound.span(),
                        "this length lies outside of the parameter's own",
                        hint,
                    );
                }
                _ => self.fault(
                    bound.span(),
                    format!("{:?} has no length", slot.name),
                    "length_max is for free text",
                ),
            }
        }
    }

    fn choices(&mut self, slot: &Slot, choices: &Spanned<Vec<String>>) -> ParameterKind {
        let values = choices.get_ref();
        if values.is_empty() || values.len() > registration::LIST_MAX {
            self.fault(
                choices.span(),
                format!("there are {} choices", values.len()),
                "Discord takes 1 to 25",
            );
        }
        let distinct: BTreeSet<&String> = values.iter().collect();
        if distinct.len() != values.len() {
            self.fault(
                choices.span(),
                "a choice occurs twice",
                "remove one of the two",
            );
        }
        for value in values {
            let fits = check(&slot.name, &slot.kind, &OptionValue::Text(value.clone())).is_ok();
            if !fits
                || value.encode_utf16().count() > registration::DESCRIPTION_CHARS_MAX
                || value.trim() != value
            {
                let hint = format!(
                    "it takes {}; choices have 1 to 100 characters",
                    accepted(&slot.kind)
                );
                self.fault(
                    choices.span(),
                    format!("{:?} cannot be {value:?}", slot.name),
                    hint,
                );
            } else if let Some(source) = slot.complete {
                self.exists(source, value, choices.span());
            }
        }
        ParameterKind::Choice(values.clone())
    }

    pub(super) fn completes(
        &mut self,
        slot: &Slot,
        entry: &Entry,
        kind: &ParameterKind,
    ) -> Option<Source> {
        let typed = entry.complete.as_ref()?;
        if matches!(kind, ParameterKind::Choice(_)) {
            self.fault(
                typed.span(),
                "an option with choices cannot complete",
                "remove complete or choices",
            );
            return None;
        }
        match Source::ALL
            .iter()
            .find(|source| source.name() == typed.get_ref())
        {
            Some(source) if slot.complete == Some(*source) => return Some(*source),
            Some(_) => {
                let hint = slot.complete.map_or("remove complete".to_owned(), |own| {
                    format!("write complete = {:?}", own.name())
                });
                self.fault(
                    typed.span(),
                    format!(
                        "{:?} does not complete from {:?}",
                        slot.name,
                        typed.get_ref()
                    ),
                    hint,
                );
            }
            None => {
                let hint = did_you_mean(
                    typed.get_ref(),
                    Source::ALL.iter().map(|source| source.name()),
                    "sources",
                );
                self.fault(
                    typed.span(),
                    format!("there is no source {:?}", typed.get_ref()),
                    hint,
                );
            }
        }
        None
    }
}
