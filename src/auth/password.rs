//! Is this the password? Argon2id with OWASP's 19 MiB, two passes, one lane.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use tokio::sync::Semaphore;

/// Hashes at once: one a core of a small machine, so that logins cannot starve conversations.
static PLACES: Semaphore = Semaphore::const_new(2);

/// Shortest password, in characters.
pub const MIN_PASSWORD: usize = 10;
/// Longest password, in bytes; what is longer is only meant to keep the server busy.
pub const MAX_PASSWORD: usize = 1_024;

#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PasswordError {
    #[error("the password must have at least {MIN_PASSWORD} characters")]
    TooShort,
    #[error("the password must have at most {MAX_PASSWORD} bytes")]
    TooLong,
    #[error("the password could not be hashed: {0}")]
    Hash(String),
}

/// Hashes a new password into PHC's text form.
pub async fn hash(password: &str) -> Result<String, PasswordError> {
    if password.chars().count() < MIN_PASSWORD {
        return Err(PasswordError::TooShort);
    }
    if password.len() > MAX_PASSWORD {
        return Err(PasswordError::TooLong);
    }
    let password = password.to_owned();
    on_a_thread(move || argon2().hash_password(password.as_bytes()).map(|hash| hash.to_string()))
        .await
        .map_err(PasswordError::Hash)?
        .map_err(|error| PasswordError::Hash(error.to_string()))
}

/// Compares a password with its hash. Without a hash (no such member) it takes as long and says no.
pub async fn verify(password: &str, hash: Option<&str>) -> bool {
    if password.len() > MAX_PASSWORD {
        return false;
    }
    let known = hash.is_some();
    let hash = hash.unwrap_or(NOBODY).to_owned();
    let password = password.to_owned();
    let matches = on_a_thread(move || {
        PasswordHash::new(&hash)
            .is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await
    .unwrap_or(false);
    matches && known
}

/// A hash of the same cost that belongs to nobody.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c3R1ZGlvLW5vYm9keS1oZXJl$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn argon2() -> Argon2<'static> {
    let params = Params::new(19_456, 2, 1, None).unwrap_or(Params::DEFAULT);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

async fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
    let _place = PLACES.acquire().await.map_err(|error| error.to_string())?;
    tokio::task::spawn_blocking(work).await.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_password_matches() {
        let hashed = hash("correct horse battery").await.expect("hashes");
        assert!(hashed.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify("correct horse battery", Some(&hashed)).await);
        assert!(!verify("correct horse batterz", Some(&hashed)).await);
        assert!(!verify("correct horse battery", None).await);
        assert!(!verify("", Some("nonsense")).await);
    }

    #[test]
    fn who_is_not_there_costs_as_much_as_who_is() {
        let nobody = PasswordHash::new(NOBODY).expect("a hash that is worked on to the end");
        let params = Params::try_from(&nobody).expect("argon2's");
        let ours = argon2().params().clone();
        assert_eq!(
            (params.m_cost(), params.t_cost(), params.p_cost()),
            (ours.m_cost(), ours.t_cost(), ours.p_cost())
        );
        assert_eq!(nobody.hash.map(|hash| hash.len()), Some(Params::DEFAULT_OUTPUT_LEN));
    }

    #[tokio::test]
    async fn short_and_huge_ones_are_refused() {
        assert_eq!(hash("short").await, Err(PasswordError::TooShort));
        assert_eq!(hash(&"x".repeat(2_000)).await, Err(PasswordError::TooLong));
    }
}
