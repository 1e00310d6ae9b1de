//! A changed configuration is taken over whole or not at all; running work keeps the definition it
//! started with, because its row holds it.

use std::sync::{Arc, PoisonError};

use super::{App, Definitions, perform};

/// What a reload did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reloaded {
    /// Whether the registered commands changed.
    pub commands_changed: bool,
}

impl App {
    /// Swaps the definitions, registers the commands if they changed, and plans the schedules anew.
    ///
    /// # Errors
    /// If Discord refuses the commands or the store cannot be written; the old definitions stay then.
    pub async fn reload(&self, definitions: Definitions) -> anyhow::Result<Reloaded> {
        let commands_changed = self
            .discord()
            .register(&definitions.commands.definitions)
            .await?;
        *self
            .inner
            .definitions
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(definitions);
        perform::plan_all(self).await?;
        Ok(Reloaded { commands_changed })
    }
}
