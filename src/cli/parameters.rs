//! `hearth parameters`: what a template's module takes, as text for `hearth.toml`.

use clap::Args;
use hearth::providers::{Offered, Parameter, ParameterKind};

use super::outcome::Failure;
use super::{check, reading, say};

/// Whose parameters are printed.
#[derive(Args, Clone, Debug)]
pub struct Asked {
    #[command(flatten)]
    config: super::Config,
    /// The template's id in hearth.toml
    #[arg(value_name = "TEMPLATE")]
    template: String,
}

/// Prints them.
pub fn run(asked: &Asked) -> Result<(), Failure> {
    let path = reading::path(asked.config.config.clone());
    let declared = reading::declared(&path)?;
    let templates = &declared.platform.templates;
    let Some(template) = declared.platform.template(&asked.template) else {
        let known: Vec<&str> = templates
            .iter()
            .map(|template| template.id.as_str())
            .collect();
        return Err(Failure::Unfit(format!(
            "there is no template {}; there are: {}",
            asked.template,
            known.join(", ")
        )));
    };
    super::choose_tls();
    let offered = super::block_on(check::with_engines(async |engines| {
        match engines.get(&template.provider) {
            Some(engine) => engine.parameters(&template.definition).await,
            None => Ok(Vec::new()),
        }
    }))?;
    let offered = offered
        .map_err(|failure| Failure::Unfit(format!("template {}: {failure}", template.id)))?;
    if offered.is_empty() {
        say(&format!(
            "# Nothing is known of what template {} takes beside what it gives already.",
            template.id
        ));
    }
    for one in &offered {
        say(&text(&template.id, one));
    }
    Ok(())
}

fn text(template: &str, offered: &Offered) -> String {
    match offered {
        Offered::Parameter(parameter) => section(template, parameter),
        Offered::Not { name, why } => format!("# {name}: {why}\n"),
    }
}

fn section(template: &str, parameter: &Parameter) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut lines = vec![format!(
        "[template.{template}.parameter.{}]",
        parameter.name
    )];
    let (kind, more) = match &parameter.kind {
        ParameterKind::Choice(choices) => {
            let choices: Vec<String> = choices.iter().map(|choice| quoted(choice)).collect();
            (
                "choice",
                vec![format!("choices = [{}]", choices.join(", "))],
            )
        }
        ParameterKind::Integer { min, max } => (
            "integer",
            vec![format!("min = {min}"), format!("max = {max}")],
        ),
        ParameterKind::Boolean => ("boolean", Vec::new()),
        ParameterKind::Text { .. } | ParameterKind::Person => ("text", Vec::new()),
    };
    lines.push(format!("type = \"{kind}\""));
    lines.push(format!("description = {}", quoted(&parameter.description)));
    lines.extend(more);
    if let Some(default) = &parameter.default {
        let default = match parameter.kind {
            ParameterKind::Integer { .. } | ParameterKind::Boolean => default.clone(),
            _ => quoted(default),
        };
        lines.push(format!("default = {default}"));
    }
    lines.join("\n") + "\n"
}
