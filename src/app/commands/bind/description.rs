//! Where the descriptions of commands and options come from, and Discord's bound on them.

use std::ops::Range;

use toml::Spanned;

use super::super::bound::Texts;
use super::super::declaration::{Declaration, Entry};
use super::super::registration;
use super::{Binder, Slot};
use crate::app::words::harmless;
use crate::domain::chat::Language;

impl Binder<'_> {
    pub(super) fn description_of_file(&mut self, declaration: &Declaration) -> Texts {
        let path = [self.file.name.clone()];
        let plain = declaration.command.iter().all(|command| command.get_ref().name.is_none());
        match (&declaration.description, plain) {
            (Some(text), true) => {
                self.fault(text.span(), "this command has no subcommands", "write the description below [[command]]");
                Texts::new()
            }
            (None, true) => Texts::new(),
            (_, false) => self.description(&path, declaration.description.as_ref(), declaration.description_de.as_ref(), 0..0),
        }
    }

    pub(super) fn description(
        &mut self,
        path: &[String],
        english: Option<&Spanned<String>>,
        german: Option<&Spanned<String>>,
        span: Range<usize>,
    ) -> Texts {
        let key = format!("command-{}", path.join("-"));
        let texts = self.texts(english, german, &[&key], None);
        if texts.is_empty() {
            let message = format!("/{} has no description", path.join(" "));
            self.fault(span, message, "write description = \"…\" and, if you like, description_de = \"…\"");
        }
        texts
    }

    pub(super) fn description_of_option(&mut self, path: &[String], slot: &Slot, entry: &Entry, span: Range<usize>) -> Texts {
        let own = format!("option-{}-{}", path.join("-"), slot.name);
        let common = format!("option-{}", slot.name);
        let keys: &[&str] = if slot.of_template { &[] } else { &[&own, &common] };
        let texts = self.texts(entry.description.as_ref(), entry.description_de.as_ref(), keys, slot.description.as_deref());
        if texts.is_empty() {
            self.fault(span, format!("the option {:?} has no description", slot.name), "write description = \"…\"");
        }
        texts
    }

    /// The file's own words, else the first sentence of `locales/` that exists, else the template's.
    /// A file without German words is shown in its own everywhere.
    fn texts(
        &mut self,
        english: Option<&Spanned<String>>,
        german: Option<&Spanned<String>>,
        keys: &[&str],
        otherwise: Option<&str>,
    ) -> Texts {
        for text in [english, german].into_iter().flatten() {
            let length = text.get_ref().encode_utf16().count();
            if !(1..=registration::DESCRIPTION_CHARS_MAX).contains(&length) {
                self.fault(text.span(), format!("this description has {length} characters"), "Discord takes 1 to 100");
            }
        }
        let find = |language| keys.iter().find_map(|key| self.words.find(language, key));
        let english = english.map(|text| text.get_ref().clone()).or_else(|| find(Language::English));
        let english = english.or_else(|| otherwise.map(|text| harmless::plain(text, registration::DESCRIPTION_CHARS_MAX)));
        let Some(english) = english.filter(|text| !text.is_empty()) else { return Texts::new() };
        // German of `locales/` belongs to its English: beside a file's own words it could say something else.
        let from_locales = find(Language::English).as_ref() == Some(&english);
        let german = german.map(|text| text.get_ref().clone()).or_else(|| from_locales.then(|| find(Language::German)).flatten());
        [(Language::German, german.unwrap_or_else(|| english.clone())), (Language::English, english)].into()
    }
}
