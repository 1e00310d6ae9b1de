//! One use of a command, button or form: who, where, in which language, and how it is answered.

use std::sync::Arc;

use crate::domain::access::{self, Right};
use crate::domain::chat::{Answer, ChannelId, Interaction, Message, Person};
use crate::domain::platform::Platform;
use crate::domain::sentence::{Sentence, Value};
use crate::domain::time::Timestamp;
use crate::store::{Reader, Scope, Tx};

use super::commands::near;
use super::render::Voice;
use super::stop::Stop;
use super::{App, Definitions};

/// One use of a command, button or form, after its right was checked.
pub struct Call<'a> {
    /// The bot.
    pub app: &'a App,
    /// Now: every decision of this call is made at this moment.
    pub now: Timestamp,
    /// What Discord sent.
    pub interaction: &'a Interaction,
    /// The platform and the commands as they were when the call came in.
    pub definitions: Arc<Definitions>,
    /// The action's name, for the audit.
    pub action: &'static str,
    /// Whether a success is said only to the person.
    pub private_reply: bool,
}

impl Call<'_> {
    /// The platform.
    #[must_use]
    pub fn platform(&self) -> &Platform {
        &self.definitions.platform
    }

    /// Who.
    #[must_use]
    pub fn person(&self) -> &Person {
        &self.interaction.person
    }

    /// Where.
    #[must_use]
    pub fn channel(&self) -> ChannelId {
        self.interaction.channel
    }

    /// Words in the person's language, for what only they see.
    #[must_use]
    pub fn voice(&self) -> Voice<'_> {
        Voice {
            words: self.app.words(),
            language: self.person().language,
        }
    }

    /// Words in the language of the place where the reply is seen.
    #[must_use]
    pub fn reply_voice(&self) -> Voice<'_> {
        if self.private_reply {
            return self.voice();
        }
        Voice {
            words: self.app.words(),
            language: self.app.language_of(self.platform(), self.channel()),
        }
    }

    /// Whether the person holds a right.
    #[must_use]
    pub fn holds(&self, right: Right) -> bool {
        access::demand(&self.platform().groups, self.person(), right, None).is_ok()
    }

    /// The person's mention, as an argument.
    #[must_use]
    pub fn mention(&self) -> Value {
        Value::Markup(self.person().id.mention())
    }

    /// What people call the team.
    #[must_use]
    pub fn team_name<'t>(&'t self, id: &'t str) -> &'t str {
        self.platform().team(id).map_or(id, |team| &team.name)
    }

    /// A consistent look at the store.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn read(&self) -> Result<Reader, Stop> {
        Ok(self.app.store().read().await?)
    }

    /// Opens the deciding transaction and marks this wake-up as heard in it.
    ///
    /// # Errors
    /// [`Stop::Again`] if the wake-up was delivered and decided before.
    pub async fn begin(&self, scope: Scope<'_>) -> Result<Tx, Stop> {
        let mut tx = self.app.store().begin(scope).await?;
        let key = format!("interaction:{}", self.interaction.id);
        if tx
            .heard(
                &key,
                Some(self.person().id),
                self.action,
                "accepted",
                self.now,
            )
            .await?
        {
            Ok(tx)
        } else {
            Err(Stop::Again)
        }
    }

    /// Commits, and wakes the runner for the jobs that came with it.
    ///
    /// # Errors
    /// If the store cannot commit: then nothing was changed.
    pub async fn commit(&self, tx: Tx) -> Result<(), Stop> {
        tx.commit().await?;
        self.app.activity().wake();
        Ok(())
    }

    /// A success, said where the command file wants it.
    #[must_use]
    pub fn done(&self, sentence: &Sentence) -> Answer {
        self.answer(self.reply_voice().note(sentence))
    }

    /// A message, said where the command file wants it.
    #[must_use]
    pub fn answer(&self, message: Message) -> Answer {
        Answer::Say {
            private: self.private_reply,
            message,
        }
    }

    /// A message that only the person sees.
    #[must_use]
    pub fn private(&self, message: Message) -> Answer {
        Answer::Say {
            private: true,
            message,
        }
    }

    /// The refusal of a name that is not known, with near matches.
    #[must_use]
    pub fn unknown<'n>(
        &self,
        id: &'static str,
        name: &str,
        known: impl Iterator<Item = &'n str>,
    ) -> Sentence {
        Sentence::new(id)
            .with("near", self.near(name, known))
            .with("name", name)
    }

    /// Names near to what was typed, as an argument; empty if there are none.
    #[must_use]
    pub fn near<'n>(&self, name: &str, known: impl Iterator<Item = &'n str>) -> String {
        near::text(name, known)
    }
}
