//! What an `up` has printed so far: its news, and the last lines of its log.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::operation::Operation;
use crate::providers::Logs;

/// How much is read of the end of a log file, in bytes.
const LOG_TAIL_BYTES_MAX: u64 = 512 * 1024;

/// The news, oldest first.
pub(super) fn told(operation: &Operation) -> Vec<String> {
    let text = std::fs::read_to_string(operation.events()).unwrap_or_default();
    let line = |line: &str| {
        serde_json::from_str::<serde_json::Value>(line)
            .ok()?
            .get("progress")?
            .as_str()
            .map(str::to_owned)
    };
    // The last line may be half written.
    text.split_inclusive('\n')
        .filter(|text| text.ends_with('\n'))
        .filter_map(line)
        .collect()
}

/// The last log lines.
pub(super) fn tail(operation: &Operation, lines_max: usize) -> io::Result<Logs> {
    let mut lines = VecDeque::new();
    let mut truncated = false;
    for path in operation.log_files() {
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => continue,
            Err(fault) => return Err(fault),
        };
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(LOG_TAIL_BYTES_MAX)))?;
        let mut bytes = Vec::new();
        file.take(LOG_TAIL_BYTES_MAX).read_to_end(&mut bytes)?;
        for line in String::from_utf8_lossy(&bytes).lines() {
            lines.push_back(line.to_owned());
            if lines.len() > lines_max {
                truncated = true;
                lines.pop_front();
            }
        }
    }
    Ok(Logs {
        lines: lines.into(),
        truncated,
    })
}
