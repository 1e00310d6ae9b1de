//! What keeps the profile compose from working, each with what to do: docker, Compose, the engine, the file.

use serde_json::json;

use super::DECLARED;
use super::work::{Work, say, variable};

/// The oldest Compose whose options these are.
const OLDEST: (u32, u32) = (2, 21);

impl Work {
    /// Says everything that keeps the template from working, each as an error of its own.
    pub(super) fn check(mut self) -> Result<(), String> {
        let error = |text: String| say(&json!({ "error": text }));
        match self.docker.ask(&["compose", "version", "--short"]) {
            Ok(version) if is_old(&version) => {
                error(format!(
                    "Compose {} is too old: {}.{} or newer is needed, with `--progress` and `up --wait`",
                    version.trim(),
                    OLDEST.0,
                    OLDEST.1
                ));
                return Ok(());
            }
            Ok(_) => {}
            Err(reason) => {
                error(format!(
                    "docker has no Compose plugin ({reason}): install docker-compose-plugin from Docker's own repository"
                ));
                return Ok(());
            }
        }
        let engine = ["version", "--format", "{{.Server.Version}}"];
        if let Err(reason) = self.docker.ask(&engine) {
            error(format!(
                "no Docker engine answers ({reason}): start it (systemctl start docker), and let Hearth's user reach it (a rootless engine: DOCKER_HOST in `environment`; else the group docker, which is as much as root)"
            ));
        }
        // Every parameter has some value, so that the file can be resolved at all.
        let declared = self.docker.environment.remove(DECLARED).unwrap_or_default();
        for name in declared.split(',').filter(|name| !name.is_empty()) {
            let name = variable(name);
            self.docker.environment.insert(name, "1".to_owned());
        }
        for name in ["HEARTH_NAME", "HEARTH_REVISION", "HEARTH_OP_KEY"] {
            let value = "check".to_owned();
            self.docker.environment.insert(name.to_owned(), value);
        }
        self.name = "check".to_owned();
        for fault in self.secured().err().into_iter().flatten() {
            error(fault);
        }
        Ok(())
    }
}

/// Whether a version is older than [`OLDEST`]; one that cannot be read is not.
fn is_old(version: &str) -> bool {
    let mut parts = version.trim().trim_start_matches('v').split('.');
    let mut number = || parts.next()?.parse::<u32>().ok();
    number().zip(number()).is_some_and(|found| found < OLDEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_has_a_variable_and_a_version_an_age() {
        assert_eq!(variable("db-size"), "PARAMETER_DB_SIZE");
        for (version, old) in [
            ("2.20.3", true),
            ("v2.21.0\n", false),
            ("2.39.4-desktop.1", false),
            ("1.29.2", true),
            ("dev", false),
        ] {
            assert_eq!(is_old(version), old, "{version}");
        }
    }
}
