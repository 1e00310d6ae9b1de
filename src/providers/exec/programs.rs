//! Whether the programs that a definition names can be run on this machine.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::{Definition, compose};

/// The programs of a stored definition that are not there, or cannot be run. Names with placeholders
/// are known only when they are called, and are passed over.
pub(super) fn lacks(definition: &str) -> Vec<String> {
    let Ok(definition) = Definition::read(definition) else {
        return Vec::new();
    };
    if let Some(lacking) = compose::lacks(&definition) {
        return lacking;
    }
    let search = definition.search_path();
    let named: BTreeSet<&String> = definition
        .programs
        .values()
        .filter_map(|words| words.first())
        .collect();
    let absent = named
        .into_iter()
        .filter(|program| !program.contains('{') && !is_there(&definition.base, search, program));
    absent
        .map(|program| format!("there is no program {program} that can be run"))
        .collect()
}

/// Whether a program can be run, looked for as a child with this `PATH` would.
pub(in crate::providers) fn is_there(base: &Path, search: &str, program: &str) -> bool {
    if program.contains('/') {
        return can_run(&base.join(program));
    }
    search
        .split(':')
        .any(|folder| can_run(&PathBuf::from(folder).join(program)))
}

fn can_run(path: &Path) -> bool {
    std::fs::metadata(path)
        .is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::super::PATH;
    use super::*;

    #[test]
    fn a_program_is_looked_for_beside_the_configuration_or_in_the_path() {
        let base = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(is_there(base, PATH, "sh"));
        assert!(is_there(base, PATH, "scripts/test"));
        assert!(!is_there(base, PATH, "./Cargo.toml"), "it is no program");
        assert!(!is_there(base, PATH, "no-such-program"));
    }
}
