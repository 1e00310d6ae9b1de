//! The playground's folder: made afresh at the start, and removed at the end if nobody asked to keep it.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use include_dir::{Dir, include_dir};

use crate::cli::outcome::Failure;

/// The example as it was when the binary was built, so that the playground runs from anywhere.
static EXAMPLE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/examples/sonsic");
/// Says that a folder was made by a playground and may be emptied by the next.
const MARK: &str = ".hearth-playground";

/// A fresh folder with the example in it.
pub struct Folder {
    path: PathBuf,
    temporary: bool,
}

impl Folder {
    /// Makes it: where it was asked for, else below the system's folder for temporary things.
    ///
    /// # Errors
    /// If there is something in it that no playground made, or it cannot be written.
    pub fn fresh(asked: Option<&Path>) -> Result<Self, Failure> {
        let (path, temporary) = match asked {
            Some(path) => (
                std::path::absolute(path).context("there is no current folder")?,
                false,
            ),
            None => (
                std::env::temp_dir().join(format!(
                    "hearth-playground-{}",
                    super::random()?.split_at(12).0
                )),
                true,
            ),
        };
        let unmade = || format!("the folder {} cannot be made", path.display());
        if path.exists() {
            empty(&path)?;
        }
        // Nobody else on the machine may look into it.
        DirBuilder::new()
            .recursive(!temporary)
            .mode(0o700)
            .create(&path)
            .with_context(unmade)?;
        let folder = Self {
            path: path.clone(),
            temporary,
        };
        std::fs::write(
            path.join(MARK),
            "This folder belongs to `hearth playground`, which empties it at every start.\n",
        )
        .with_context(unmade)?;
        let example = path.join("sonsic");
        std::fs::create_dir(&example).with_context(unmade)?;
        EXAMPLE.extract(&example).with_context(unmade)?;
        Ok(folder)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The example's configuration.
    pub fn config(&self) -> PathBuf {
        self.path.join("sonsic/hearth.toml")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.temporary {
            let _gone_already = std::fs::remove_dir_all(&self.path);
        }
    }
}

/// Removes what an earlier playground left, and nothing else.
fn empty(path: &Path) -> Result<(), Failure> {
    let unread = || format!("the folder {} cannot be used", path.display());
    let foreign = std::fs::read_dir(path)
        .with_context(unread)?
        .next()
        .is_some()
        && !path.join(MARK).is_file();
    if foreign {
        return Err(Failure::Usage(format!(
            "{} holds things that no playground made: name a folder that is new or empty",
            path.display()
        )));
    }
    std::fs::remove_dir_all(path).with_context(unread)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_no_playground_made_is_left_alone() {
        let outer = tempfile::tempdir().unwrap();
        let own = outer.path().join("own");
        std::fs::create_dir(&own).unwrap();
        std::fs::write(own.join("thesis.txt"), "years of work").unwrap();
        assert!(matches!(Folder::fresh(Some(&own)), Err(Failure::Usage(_))));
        assert!(own.join("thesis.txt").is_file());
    }

    #[test]
    fn a_playgrounds_folder_begins_afresh_and_is_kept_if_it_was_asked_for() {
        let outer = tempfile::tempdir().unwrap();
        let path = outer.path().join("play");
        let folder = Folder::fresh(Some(&path)).unwrap();
        assert!(folder.config().is_file());
        std::fs::write(path.join("left-over"), "x").unwrap();
        drop(folder);
        drop(Folder::fresh(Some(&path)).unwrap());
        assert!(path.is_dir() && !path.join("left-over").exists());
    }

    #[test]
    fn a_temporary_folder_is_gone_at_the_end() {
        let folder = Folder::fresh(None).unwrap();
        let path = folder.path().to_owned();
        assert!(path.is_dir());
        drop(folder);
        assert!(!path.exists());
    }
}
