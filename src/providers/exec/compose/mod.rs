//! The ready-made profile for Docker Compose: a section with `profile = "compose"` becomes programs that are this
//! binary as `hearth compose TASK`.

mod check;
mod docker;
mod model;
mod settings;
mod work;

use super::definition::Definition;
use super::programs::is_there;
pub(super) use settings::{KEY, settings};
pub use work::work;

/// The name under which the profile's settings reach the program that we are.
const GIVEN: &str = "HEARTH_COMPOSE";
/// The same for the parameters that a template declares, where it is asked whether they fit.
const DECLARED: &str = "HEARTH_COMPOSE_DECLARED";

/// What this machine lacks for a definition of this profile; `None` for any other.
pub(super) fn lacks(definition: &Definition) -> Option<Vec<String>> {
    let settings = settings::Settings::of(definition)?;
    let search = definition.search_path();
    let mut lacking = Vec::new();
    if !is_there(&definition.base, search, &settings.program) {
        lacking.push(format!(
            "there is no program {} that can be run: install Docker Engine with its Compose plugin (Debian and Ubuntu: docker-ce and docker-compose-plugin from Docker's own repository), or say in `program` where it is",
            settings.program
        ));
    }
    if !settings.file.is_file() {
        lacking.push(format!(
            "there is no compose file {}",
            settings.file.display()
        ));
    }
    Some(lacking)
}

/// The definition with what its check needs to know; `None` for any other.
pub(super) fn to_check(definition: &Definition, parameters: &[String]) -> Option<Definition> {
    definition.given.get(GIVEN)?;
    let mut asked = definition.clone();
    asked
        .given
        .insert(DECLARED.to_owned(), parameters.join(","));
    Some(asked)
}
