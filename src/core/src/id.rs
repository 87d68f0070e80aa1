//! Identities as newtypes, so that no function takes a conversation for a contact.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ulid::Ulid;

macro_rules! ulid_newtype {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = String, format = "ulid", example = "01J9Z3K7T2N8Q4R6V0W1X5Y9AB")]
        pub struct $name(pub Ulid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Ulid::from_string(text).map(Self).map_err(|_| InvalidId)
            }
        }
    )+};
}

ulid_newtype! {
    /// A tenant. In every key of the store and every call on it.
    OrganisationId,
    /// A person who logs in.
    MemberId,
    /// A key with which a program calls the API.
    ApiKeyId,
    /// A person who talks to a bot.
    ContactId,
    /// One thread between a contact and a bot on one connection.
    ConversationId,
    /// A file that a visitor or an agent sent.
    MediaId,
}

/// The text is not 26 characters of Crockford's base 32.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not an identifier: expected 26 characters of base 32 (ULID)")]
pub struct InvalidId;

impl OrganisationId {
    /// The organisation that a studio starts with.
    pub const FIRST: Self = Self(Ulid(1));
}

impl ConversationId {
    /// The conversation of one outside thread.
    ///
    /// Derived, not looked up, so that receiving a message needs no read: the first 128 bits of
    /// SHA-256 over organisation, connection and the platform's own name of the thread.
    pub fn of_thread(organisation: OrganisationId, connection: &str, thread: &str) -> Self {
        Self(derive("conversation", organisation, connection, thread))
    }
}

impl ContactId {
    /// The contact that an outside identity belongs to until it is merged with another.
    pub fn of_identity(organisation: OrganisationId, connection: &str, external: &str) -> Self {
        Self(derive("contact", organisation, connection, external))
    }
}

impl MediaId {
    /// The file that a platform keeps under this id of its own.
    pub fn of_native(organisation: OrganisationId, connection: &str, native: &str) -> Self {
        Self(derive("media", organisation, connection, native))
    }
}

fn derive(kind: &str, organisation: OrganisationId, connection: &str, name: &str) -> Ulid {
    let mut hash = Sha256::new();
    for part in [kind.as_bytes(), &organisation.0.to_bytes(), connection.as_bytes(), name.as_bytes()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let digest = hash.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Ulid::from_bytes(bytes)
}

/// The key of an inbox row: which connection brought it and what the platform called it.
///
/// A repeat of the same event has the same key, which is how it is recognised.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EventKey {
    /// Name of the connection, or of the studio's own source: `timer`, `act`, `answer`.
    pub source: String,
    /// The platform's own id of the event, unique within the source.
    pub native: String,
}

impl fmt::Display for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.source, self.native)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_ids_differ_by_every_part() {
        let first = OrganisationId::FIRST;
        let other = OrganisationId(Ulid(2));
        let base = ConversationId::of_thread(first, "web", "a");
        assert_eq!(base, ConversationId::of_thread(first, "web", "a"));
        assert_ne!(base, ConversationId::of_thread(other, "web", "a"));
        assert_ne!(base, ConversationId::of_thread(first, "weba", ""));
        assert_ne!(base.0, ContactId::of_identity(first, "web", "a").0);
    }

    #[test]
    fn an_id_reads_back_what_it_prints() {
        let id = ConversationId::of_thread(OrganisationId::FIRST, "web", "a");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("nonsense".parse::<ConversationId>(), Err(InvalidId));
    }
}
