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
    /// Registers the commands if they changed, plans the schedules anew, and swaps the definitions.
    ///
    /// # Errors
    /// If Discord refuses the commands or the store cannot be written; the old definitions stay then.
    pub async fn reload(&self, definitions: Definitions) -> anyhow::Result<Reloaded> {
        let commands_changed = self
            .discord()
            .register(&definitions.commands.definitions)
            .await?;
        let planned = async {
            perform::plan_all(self, &definitions.platform).await?;
            perform::plan_repositories(self, &definitions.platform).await
        };
        if let Err(error) = planned.await {
            let former = self.definitions();
            if commands_changed
                && let Err(call) = self.discord().register(&former.commands.definitions).await
            {
                tracing::error!(
                    "the commands of the old configuration cannot be registered again, the next start does it: {call}"
                );
            }
            return Err(error.into());
        }
        *self
            .inner
            .definitions
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(definitions);
        self.activity().wake();
        Ok(Reloaded { commands_changed })
    }
}
