//! What an engine that is built on this one can ask beyond a provider's own questions.

use super::definition::Values;
use super::lines::Said;
use super::{Definition, Exec, Task};
use crate::providers::{Failure, Order};

/// What a built-in engine's program has said.
pub(in crate::providers) struct Words {
    /// Plain lines, oldest first.
    pub(in crate::providers) lines: Vec<String>,
    /// What it called an error.
    pub(in crate::providers) errors: Vec<String>,
}

impl Exec {
    /// What a built-in engine's program answers about an order, or about a definition alone.
    pub(in crate::providers) async fn answer(
        &self,
        task: Task,
        definition: &Definition,
        order: Option<&Order>,
        lines_max: usize,
    ) -> Result<Words, Failure> {
        let values = Values {
            lines: Some(lines_max),
            ..order.map_or_else(|| self.values_of("", None), |order| self.values(order))
        };
        let answer = self.ask(task, definition, &values).await?;
        let errors = answer.messages.into_iter().filter_map(|said| match said {
            Said::Error(text) => Some(text),
            _ => None,
        });
        Ok(Words {
            lines: answer.lines.into(),
            errors: errors.collect(),
        })
    }
}
