//! `/help` and `/whoami`: what one can do here, and who one is.

use crate::domain::chat::Answer;

use super::call::Call;
use super::people;
use super::stop::Stop;

/// What this person can do in this installation, or how one command is used.
pub(super) fn help(call: &Call<'_>, command: Option<&str>) -> Result<Answer, Stop> {
    let (words, language) = (call.app.words(), call.person().language);
    let bound = &call.definitions.commands;
    let message = match command {
        Some(name) => bound
            .find_named(name)?
            .help(words, language, call.platform()),
        None => bound.help(words, language, call.platform(), call.person()),
    };
    Ok(call.private(message))
}

/// Who this person is here: team, groups, rights.
pub(super) async fn whoami(call: &Call<'_>) -> Result<Answer, Stop> {
    let in_use = match people::teams_of(call.platform(), call.person()).as_slice() {
        [team] => Some(
            call.read()
                .await?
                .environments_in_use(&team.id, "")
                .await?
                .0,
        ),
        _ => None,
    };
    let (words, language) = (call.app.words(), call.person().language);
    Ok(call.private(super::commands::whoami::whoami(
        words,
        language,
        call.platform(),
        call.person(),
        in_use,
    )))
}
