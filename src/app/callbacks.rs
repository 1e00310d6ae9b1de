//! What engines call back: it may end a wait early, and decides nothing.

use crate::providers::Callback;

use super::App;

impl App {
    /// Hears an engine's word that something has happened to an operation. `false` for whoever cannot prove to be the
    /// engine, and for what there is not: nobody learns which of the two it was.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn called_back(
        &self,
        op_key: &str,
        callback: &Callback<'_>,
    ) -> Result<bool, crate::store::Error> {
        let found = self
            .store()
            .read()
            .await?
            .environment_ordered(op_key)
            .await?;
        let Some(environment) = found.filter(|environment| environment.state.is_alive()) else {
            return Ok(false);
        };
        let provider = self.provisioner(&environment.provider);
        Ok(provider.is_some_and(|provider| {
            provider.called_back(&self.order_of_environment(&environment), callback)
        }))
    }
}
