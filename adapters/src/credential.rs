//! Where do a connection's secrets come from, and how are they kept from being seen?

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use subtle::ConstantTimeEq as _;

/// A token, key or password of a platform. Never printed, never empty.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential(String);

/// A secret of a connection could not be read.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    #[error("needs {0} or {0}_file")]
    Missing(&'static str),
    #[error("has both {0} and {0}_file; keep one")]
    Both(&'static str),
    #[error("{name} is empty")]
    Empty { name: &'static str },
    #[error("could not read {path}: {error}", path = path.display())]
    File { path: PathBuf, error: io::Error },
}

impl Credential {
    /// The secret called `name` in the settings: written there, or in the file that `<name>_file` names.
    pub fn read(
        name: &'static str,
        value: Option<&Self>,
        file: Option<&PathBuf>,
        read: &impl Fn(&Path) -> io::Result<String>,
    ) -> Result<Self, CredentialError> {
        match (value, file) {
            (Some(_), Some(_)) => Err(CredentialError::Both(name)),
            (None, None) => Err(CredentialError::Missing(name)),
            (Some(value), None) => Ok(value.clone()),
            (None, Some(path)) => {
                let text = read(path).map_err(|error| CredentialError::File { path: path.clone(), error })?;
                Self::new(text.trim()).ok_or(CredentialError::Empty { name })
            }
        }
    }

    /// `None` for an empty text.
    pub fn new(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// For the request that it is meant for, and nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether another text is the same; tells nothing by the time that it takes.
    pub fn is(&self, other: &str) -> bool {
        self.0.as_bytes().ct_eq(other.as_bytes()).into()
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Serialize for Credential {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("***")
    }
}

impl<'de> Deserialize<'de> for Credential {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).ok_or_else(|| serde::de::Error::custom("a secret cannot be empty"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_comes_from_one_place_and_is_never_printed() {
        let file = |_: &Path| Ok("from-file\n".to_owned());
        let written = Credential::new("written").expect("not empty");
        let path = PathBuf::from("/run/secrets/token");
        let read = |value, path| Credential::read("token", value, path, &file);
        assert_eq!(read(Some(&written), None).expect("written").expose(), "written");
        assert_eq!(read(None, Some(&path)).expect("read").expose(), "from-file");
        assert_eq!(read(None, None).expect_err("nothing").to_string(), "needs token or token_file");
        let both = read(Some(&written), Some(&path)).expect_err("two");
        assert_eq!(both.to_string(), "has both token and token_file; keep one");
        assert_eq!(format!("{written:?}"), "***");
        assert!(written.is("written") && !written.is("writte") && !written.is(""));
    }
}
