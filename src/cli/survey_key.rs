//! The master secret of surveys: from the environment, else a file that a SQLite installation makes itself.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use anyhow::Context as _;
use hearth::app::ballots::{SECRET_BYTES_MIN, SurveySecret};
use hearth::config::{DatabaseKind, Settings};
use secrecy::ExposeSecret as _;

/// The file's name in `data_dir`.
const FILE: &str = "survey.key";
/// The most that is read of it.
const FILE_BYTES_MAX: u64 = 64 * 1024;

/// The secret, if this installation has one. Call it with the database locked: two at once must not
/// make two keys.
///
/// # Errors
/// If the file cannot be made or read, or is too short to be one.
pub fn secret(settings: &Settings) -> anyhow::Result<Option<SurveySecret>> {
    if let Some(given) = &settings.survey_secret {
        return Ok(SurveySecret::new(given.expose_secret().to_vec()));
    }
    match settings.database.kind() {
        // Several replicas must share one, so nobody makes their own.
        DatabaseKind::Postgres => Ok(None),
        DatabaseKind::Sqlite => kept(&settings.data_dir.join(FILE)).map(Some),
    }
}

fn kept(path: &Path) -> anyhow::Result<SurveySecret> {
    if !path.exists() {
        make(path).with_context(|| format!("the survey key {} cannot be made", path.display()))?;
        tracing::info!(
            "made the survey key {}: back it up, and apart from the database (who has both can link answers to people while a round is open)",
            path.display()
        );
    }
    let unread = || format!("the survey key {} cannot be read", path.display());
    let file = File::open(path).with_context(unread)?;
    let mode = file.metadata().with_context(unread)?.permissions().mode();
    if mode & 0o077 != 0 {
        tracing::warn!(
            "others may read the survey key {}: `chmod 600` it",
            path.display()
        );
    }
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX)
        .read_to_end(&mut bytes)
        .with_context(unread)?;
    SurveySecret::new(bytes).with_context(|| {
        format!(
            "the survey key {} is shorter than {SECRET_BYTES_MIN} bytes: restore it from its backup, or remove it to get a new one (open rounds then have to be closed)",
            path.display()
        )
    })
}

/// Whole or not at all: a crash in the middle leaves no short key behind.
fn make(path: &Path) -> std::io::Result<()> {
    let mut bytes = [0_u8; SECRET_BYTES_MIN];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    let fresh = path.with_extension("key.new");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&fresh)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_only_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let made = kept(&path).unwrap().fingerprint();
        assert_eq!(kept(&path).unwrap().fingerprint(), made);
        let metadata = std::fs::metadata(&path).unwrap();
        assert_eq!(
            (metadata.permissions().mode() & 0o777, metadata.len()),
            (0o600, 32)
        );
    }

    #[test]
    fn a_short_key_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        std::fs::write(&path, "short").unwrap();
        assert!(kept(&path).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"short");
    }
}
