//! How a workspace is called, so that installation, operation and environment can be told from its name alone.

use sha2::{Digest as _, Sha256};

/// How much of the installation's digest stands in a name, in hexadecimal digits.
const INSTALLATION_DIGITS: usize = 10;

/// What stands in the name for an installation.
pub(super) fn short(installation: &str) -> String {
    hex::encode(Sha256::digest(installation))[..INSTALLATION_DIGITS].to_owned()
}

/// The workspace of an environment: `hearth-<installation>-<op_key>.<name>`.
pub(super) fn name(installation: &str, op_key: &str, name: &str) -> String {
    format!("hearth-{}-{op_key}.{name}", short(installation))
}

/// Key and name of the environment that a workspace belongs to, if it is one of this installation.
pub(super) fn owner<'a>(workspace: &'a str, installation: &str) -> Option<(&'a str, &'a str)> {
    let prefix = format!("hearth-{}-", short(installation));
    // A name is a DNS label and holds no dot.
    workspace.strip_prefix(&prefix)?.rsplit_once('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_names_its_owner_and_nobody_elses() {
        let workspace = name("here", "0198-x.y", "demo-1");
        assert_eq!(owner(&workspace, "here"), Some(("0198-x.y", "demo-1")));
        assert_eq!(owner(&workspace, "elsewhere"), None);
        assert_eq!(owner("default", "here"), None);
        assert_eq!(owner("hearth-x", "here"), None);
    }
}
