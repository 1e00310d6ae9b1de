//! What is wrong with a configuration, shown so that it can be mended: file, line, a picture and a hint.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, Severity as Level,
};

/// Faults that are shown at most; the rest is counted.
const FAULTS_SHOWN_MAX: usize = 100;
/// Width of a rendered report, in columns.
const WIDTH_COLUMNS: usize = 100;
/// Longest line that is shown as a picture, in bytes; beyond it the words alone must do.
const LINE_SHOWN_BYTES_MAX: usize = 400;

/// Whether something must be mended before Hearth starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Hearth does not start with it.
    Fault,
    /// Hearth starts; somebody should know.
    Warning,
}

/// A text file of the configuration as reports show it: its secrets are already covered.
#[derive(Clone, Debug)]
pub struct SourceFile(Arc<NamedSource<String>>);

impl SourceFile {
    /// A file by its name and content. Values that look like secrets are covered, and nothing moves.
    #[must_use]
    pub fn new(name: &str, content: &str) -> Self {
        Self(Arc::new(NamedSource::new(
            name,
            super::secret::cover(content),
        )))
    }

    /// The name as reports show it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.name()
    }

    /// Whether the line around this place is short enough to be shown.
    fn shows(&self, span: &Range<usize>) -> bool {
        let text = self.0.inner();
        let start = text
            .get(..span.start)
            .map_or(0, |before| before.rfind('\n').map_or(0, |at| at + 1));
        let end = text.get(span.end..).map_or(text.len(), |after| {
            after.find('\n').map_or(text.len(), |at| span.end + at)
        });
        end.saturating_sub(start) <= LINE_SHOWN_BYTES_MAX
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Whether it must be mended.
    pub severity: Severity,
    /// Where it is: a file, or `environment`.
    pub file: String,
    /// What is so, in one sentence without a full stop. Never holds a secret.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Which bytes of the file.
    pub span: Option<Range<usize>>,
    source: Option<SourceFile>,
}

impl Fault {
    /// A fault at a place in a file.
    #[must_use]
    pub fn in_file(
        file: &SourceFile,
        span: Option<Range<usize>>,
        message: String,
        hint: Option<String>,
    ) -> Self {
        let source = span
            .as_ref()
            .is_some_and(|span| file.shows(span))
            .then(|| file.clone());
        let message = super::secret::cover(&message);
        Self {
            severity: Severity::Fault,
            file: file.name().to_owned(),
            message,
            hint,
            span,
            source,
        }
    }

    /// A fault that lies in no file that could be shown.
    #[must_use]
    pub fn elsewhere(place: &str, message: String, hint: Option<String>) -> Self {
        Self {
            severity: Severity::Fault,
            file: place.to_owned(),
            message,
            hint,
            span: None,
            source: None,
        }
    }

    /// The same as a mere warning.
    #[must_use]
    pub fn warning(self) -> Self {
        Self {
            severity: Severity::Warning,
            ..self
        }
    }

    /// The line, counted from 1, if it lies in a file.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        let text = self.source.as_ref()?.0.inner();
        let before = text.get(..self.span.as_ref()?.start)?;
        Some(before.matches('\n').count() + 1)
    }

    /// The fault with its picture, as several lines of text.
    #[must_use]
    pub fn render(&self, look: Look) -> String {
        let theme = match look {
            Look::Plain => GraphicalTheme::unicode_nocolor(),
            Look::Coloured => GraphicalTheme::unicode(),
        };
        let mut out = String::new();
        let handler = GraphicalReportHandler::new_themed(theme)
            .with_width(WIDTH_COLUMNS)
            .with_links(false);
        match handler.render_report(&mut out, self) {
            Ok(()) => out,
            // The picture is a courtesy: without it the sentence still stands.
            Err(_) => format!("{}: {self}\n", self.file),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The picture names the file; without one the sentence has to.
        if self.source.is_none() {
            write!(f, "{}: ", self.file)?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl Diagnostic for Fault {
    fn severity(&self) -> Option<Level> {
        Some(match self.severity {
            Severity::Fault => Level::Error,
            Severity::Warning => Level::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.hint
            .as_ref()
            .map(|hint| Box::new(hint) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn miette::SourceCode> {
        self.source
            .as_ref()
            .map(|source| &*source.0 as &dyn miette::SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.span.clone()?;
        self.source.as_ref()?;
        Some(Box::new(std::iter::once(LabeledSpan::new_with_span(
            None, span,
        ))))
    }
}

/// How a report looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// For files, pipes and tests.
    Plain,
    /// For terminals.
    Coloured,
}

/// Everything that is wrong, faults first, each in the order of the file.
#[derive(Debug)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// All of them with their pictures, and how many there are.
    #[must_use]
    pub fn render(&self, look: Look) -> String {
        render(&self.0, look)
    }
}

/// Renders faults and warnings one below the other, with a line that counts them.
#[must_use]
pub fn render(faults: &[Fault], look: Look) -> String {
    let mut out = String::new();
    for fault in faults.iter().take(FAULTS_SHOWN_MAX) {
        out.push_str(fault.render(look).trim_end());
        out.push_str("\n\n");
    }
    out.push_str(&count(faults));
    if faults.len() > FAULTS_SHOWN_MAX {
        out.push_str(&format!(" (the first {FAULTS_SHOWN_MAX} are shown)"));
    }
    out.push('\n');
    out
}

fn count(faults: &[Fault]) -> String {
    let warnings = faults
        .iter()
        .filter(|fault| fault.severity == Severity::Warning)
        .count();
    let counted = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    match (faults.len() - warnings, warnings) {
        (n, 0) => counted(n, "fault"),
        (0, n) => counted(n, "warning"),
        (n, m) => format!("{}, {}", counted(n, "fault"), counted(m, "warning")),
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration has {}", count(&self.0))
    }
}

impl std::error::Error for Faults {}

impl Diagnostic for Faults {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(
            self.0.iter().map(|fault| fault as &dyn Diagnostic),
        ))
    }
}
