//! A gate at which programs of the example wait, so that a test can look at what is under way.

use std::fs::File;
use std::path::{Path, PathBuf};

use hearth::domain::platform::Platform;
use rustix::fs::Mode;

/// Holds programs until it is opened.
pub struct Gate {
    path: PathBuf,
    /// While somebody can still write, who reads waits.
    held: Option<File>,
}

impl Gate {
    /// Closes the gate of the bot whose files are in `folder`.
    pub fn close(folder: &Path) -> Self {
        let path = folder.join("exec/state/gate");
        let owner = Mode::RUSR | Mode::WUSR;
        rustix::fs::mkfifoat(rustix::fs::CWD, &path, owner).expect("a fifo");
        Self { path, held: None }
    }

    /// Waits until a program waits at the gate, and keeps it there.
    pub async fn reached(&mut self) {
        let path = self.path.clone();
        let writer = tokio::task::spawn_blocking(move || writer(&path));
        let writer = writer.await.expect("nothing panics");
        self.held = Some(writer.expect("the fifo opens"));
    }

    /// Lets the one program that waits go on, once it waits; later ones do not wait.
    pub async fn open(self) {
        let opened = tokio::task::spawn_blocking(move || {
            let writer = writer(&self.path)?;
            std::fs::remove_file(&self.path)?;
            drop((writer, self.held));
            std::io::Result::Ok(())
        });
        opened
            .await
            .expect("nothing panics")
            .expect("the fifo opens");
    }
}

/// Opening a fifo for writing waits for its reader.
fn writer(path: &Path) -> std::io::Result<File> {
    File::options().write(true).open(path)
}

/// A platform whose deployments wait at a gate if the test has closed one.
pub fn gated(platform: &mut Platform) {
    const PLAIN: &str = r#""up":["{hearth}","sample","up""#;
    const WAITING: &str = r#""up":["/bin/sh","-c","if [ -p \"$HEARTH_STATE_DIR/gate\" ]; then read -r line < \"$HEARTH_STATE_DIR/gate\"; fi; exec \"$0\" sample up","{hearth}""#;
    for service in &mut platform.services {
        for deploy in service.stages.values_mut() {
            let waiting = deploy.definition.replace(PLAIN, WAITING);
            assert_ne!(waiting, deploy.definition, "{}", deploy.definition);
            deploy.definition = waiting;
        }
    }
}
