//! Reads the secrets of a definition at the moment they are needed.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;

use secrecy::SecretString;

use super::definition::Definition;
use crate::providers::Failure;

/// The longest secret, in bytes.
const SECRET_BYTES_MAX: u64 = 64 * 1024;

/// Reads the secrets where the definition says. Their values are in no message.
pub(super) fn read_secrets(
    definition: &Definition,
) -> Result<BTreeMap<String, SecretString>, Failure> {
    definition
        .secrets
        .iter()
        .map(|(name, source)| Ok((name.clone(), read_secret(name, source)?)))
        .collect()
}

/// Reads one secret from its source.
pub(in crate::providers) fn read_secret(name: &str, source: &str) -> Result<SecretString, Failure> {
    let missing =
        |reason: &str| Failure::Permanent(format!("the secret `{name}` cannot be read: {reason}"));
    let value = match source.split_once(':') {
        Some(("file", path)) => {
            let mut text = String::new();
            let file = File::open(path).map_err(|fault| missing(&fault.to_string()))?;
            file.take(SECRET_BYTES_MAX)
                .read_to_string(&mut text)
                .map_err(|fault| missing(&fault.to_string()))?;
            text.trim_end_matches(['\r', '\n']).to_owned()
        }
        Some(("env", variable)) => {
            std::env::var(variable).map_err(|_| missing("its variable is not set"))?
        }
        _ => return Err(missing("its source is neither file nor env")),
    };
    if value.is_empty() || value.contains('\0') {
        return Err(missing("it is empty or holds a NUL"));
    }
    Ok(SecretString::from(value))
}
