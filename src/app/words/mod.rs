//! Sentences from `locales/`: the only place where a message id and its arguments become text, and
//! where text of people and engines is made harmless.

pub mod amount;
pub mod harmless;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{LazyLock, OnceLock};

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use include_dir::{Dir, include_dir};
use regex::Regex;
use unic_langid::LanguageIdentifier;

use crate::domain::chat::Language;
use crate::domain::sentence::{Sentence, Value};

/// The locales as they were when the binary was built.
static LOCALES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/locales");

/// Characters (UTF-16 units, as Discord counts) of one text argument after it was made harmless.
/// A longer one ends with an ellipsis.
pub const TEXT_CHARS_MAX: usize = 300;

/// What an empty text is called to a message that chooses by it: `[none]`.
const NONE: &str = "none";

/// What stands where a text is empty.
const DASH: &str = "–";

/// Whether the place where the text will stand reads markdown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Contents, embeds: markdown and mentions are read.
    Markdown,
    /// Labels of buttons, choices, forms, footers: shown as they are.
    Plain,
}

/// Everything that can be said, in every language.
pub struct Words {
    english: Tongue,
    german: Tongue,
}

/// The sentences of one language.
struct Tongue {
    language: Language,
    bundle: FluentBundle<FluentResource>,
    known: HashMap<String, Known>,
}

/// A sentence.
struct Known {
    shape: Shape,
    /// Its text, if it takes no arguments, since it was first said.
    text: OnceLock<String>,
}

/// What a message asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Shape {
    /// Every argument that occurs in it.
    arguments: BTreeSet<String>,
    /// Those by which it chooses between variants.
    selectors: BTreeSet<String>,
}

impl Shape {
    /// Whether these are its arguments, each once.
    fn takes(&self, arguments: &[(&'static str, Value)]) -> bool {
        let given = |wanted: &String| arguments.iter().any(|(name, _)| name == wanted);
        self.arguments.len() == arguments.len() && self.arguments.iter().all(given)
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Words({} sentences)", self.english.known.len())
    }
}

impl Default for Words {
    fn default() -> Self {
        Self::load()
    }
}

impl Words {
    /// Reads the embedded locales.
    ///
    /// # Panics
    /// Never in a binary whose tests passed: one of them reads the same files.
    #[must_use]
    pub fn load() -> Self {
        Self {
            english: Tongue::load(Language::English),
            german: Tongue::load(Language::German),
        }
    }

    /// The sentence as text for places that read markdown: contents, embeds, alternative texts.
    /// Texts inside it are escaped and bounded, mentions and links in them are dead.
    ///
    /// A missing message or a wrong argument is our fault: it is logged, and the id is said.
    #[must_use]
    pub fn say(&self, language: Language, sentence: &Sentence) -> String {
        self.tongue(language)
            .form(sentence.id, &sentence.arguments, Place::Markdown)
    }

    /// The sentence as text for places that show it as it is: buttons, choices, forms, footers.
    #[must_use]
    pub fn plain(&self, language: Language, sentence: &Sentence) -> String {
        self.tongue(language)
            .form(sentence.id, &sentence.arguments, Place::Plain)
    }

    /// As [`Words::say`], where no [`Sentence`] is at hand.
    #[must_use]
    pub fn line(
        &self,
        language: Language,
        id: &'static str,
        arguments: &[(&'static str, Value)],
    ) -> String {
        self.tongue(language).form(id, arguments, Place::Markdown)
    }

    /// A sentence without arguments, for any place.
    #[must_use]
    pub fn label(&self, language: Language, id: &'static str) -> String {
        self.tongue(language).form(id, &[], Place::Plain)
    }

    /// A sentence without arguments whose id was put together, such as a command's description;
    /// `None` if there is no such sentence.
    #[must_use]
    pub fn find(&self, language: Language, id: &str) -> Option<String> {
        let tongue = self.tongue(language);
        tongue
            .known
            .contains_key(id)
            .then(|| tongue.form(id, &[], Place::Plain))
    }

    fn tongue(&self, language: Language) -> &Tongue {
        match language {
            Language::English => &self.english,
            Language::German => &self.german,
        }
    }
}

impl Tongue {
    fn load(language: Language) -> Self {
        let id: LanguageIdentifier = language
            .tag()
            .parse()
            .expect("a language's tag is a language identifier");
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Fluent's own isolation marks show in Discord; hostile texts are isolated in `harmless`.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match language {
            Language::English => {
                |value, _| number_of(value).map(|n| amount::number(Language::English, n))
            }
            Language::German => {
                |value, _| number_of(value).map(|n| amount::number(Language::German, n))
            }
        }));
        let mut known = HashMap::new();
        for (_, source) in sources(language) {
            known.extend(shapes_of(source).into_iter().map(|(id, shape)| {
                let text = OnceLock::new();
                (id, Known { shape, text })
            }));
            let resource =
                FluentResource::try_new(source.to_owned()).expect("a test parses every locale");
            bundle
                .add_resource(resource)
                .expect("a test adds every locale");
        }
        Self {
            language,
            bundle,
            known,
        }
    }

    fn form(&self, id: &str, arguments: &[(&'static str, Value)], place: Place) -> String {
        let known = self.known.get(id);
        if let Some(Known { shape, text }) = known
            && shape.arguments.is_empty()
            && arguments.is_empty()
            && let Some(text) = text.get()
        {
            return text.clone();
        }
        let found = known.zip(
            self.bundle
                .get_message(id)
                .and_then(|message| message.value()),
        );
        let Some((Known { shape, text }, pattern)) = found else {
            tracing::error!(
                id,
                language = self.language.tag(),
                "there is no sentence {id}"
            );
            return id.to_owned();
        };
        if !shape.takes(arguments) {
            let given: Vec<&str> = arguments.iter().map(|(name, _)| *name).collect();
            tracing::error!(id, ?given, wanted = ?shape.arguments, "sentence {id} has other arguments");
        }
        let values: FluentArgs<'_> = arguments
            .iter()
            .map(|(name, value)| {
                (
                    *name,
                    value_for(value, shape.selectors.contains(*name), place),
                )
            })
            .collect();
        let mut faults = Vec::new();
        let said = self
            .bundle
            .format_pattern(pattern, Some(&values), &mut faults)
            .into_owned();
        if shape.arguments.is_empty() {
            return text.get_or_init(|| said).clone();
        }
        said
    }
}

fn number_of(value: &FluentValue<'_>) -> Option<f64> {
    match value {
        FluentValue::Number(number) => Some(number.value),
        _ => None,
    }
}

fn value_for(value: &Value, selects: bool, place: Place) -> FluentValue<'static> {
    match value {
        Value::Number(number) => FluentValue::from(*number),
        Value::Markup(markup) if markup.is_empty() && selects => FluentValue::from(NONE),
        Value::Markup(markup) => FluentValue::from(markup.clone()),
        Value::Text(text) => {
            let text = match place {
                Place::Markdown => harmless::markdown(text, TEXT_CHARS_MAX),
                Place::Plain => harmless::plain(text, TEXT_CHARS_MAX),
            };
            FluentValue::from(match (text.is_empty(), selects) {
                (true, true) => NONE.to_owned(),
                (true, false) => DASH.to_owned(),
                (false, _) => text,
            })
        }
    }
}

/// The embedded files of a language: name and text, in order of their names.
fn sources(language: Language) -> Vec<(String, &'static str)> {
    let folder = LOCALES
        .get_dir(language.tag())
        .expect("every language has a folder");
    let mut files: Vec<(String, &'static str)> = folder
        .files()
        .map(|file| {
            let name = file.path().display().to_string();
            (
                name,
                file.contents_utf8()
                    .expect("a test reads every locale as UTF-8"),
            )
        })
        .collect();
    files.sort();
    files
}

/// What each message of a file asks for. Our files have no terms, attributes or functions, a test
/// checks that, so that lines and two patterns are enough.
fn shapes_of(source: &str) -> BTreeMap<String, Shape> {
    static HEAD: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^([a-z][a-zA-Z0-9_-]*) *=").expect("tested pattern"));
    static ARGUMENT: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\{\s*\$([a-zA-Z][a-zA-Z0-9_-]*)\s*(->)?").expect("tested pattern")
    });
    let mut shapes: BTreeMap<String, Shape> = BTreeMap::new();
    let mut current = String::new();
    for line in source.lines().filter(|line| !line.starts_with('#')) {
        if let Some(head) = HEAD.captures(line) {
            head[1].clone_into(&mut current);
            shapes.entry(current.clone()).or_default();
        }
        let Some(shape) = shapes.get_mut(&current) else {
            continue;
        };
        for found in ARGUMENT.captures_iter(line) {
            shape.arguments.insert(found[1].to_owned());
            if found.get(2).is_some() {
                shape.selectors.insert(found[1].to_owned());
            }
        }
    }
    shapes
}

#[cfg(test)]
mod tests;
