//! Is it chance that a platform did not let a connection through just now? It is asked again, a few times.

use std::time::Duration;

use studio_core::api::{Connection, ConnectionState};

/// How often it is asked at most.
const TRIES: u32 = 3;
/// How long it is left alone between two of them.
pub const PAUSE: Duration = Duration::from_secs(2);

/// How a connection stands, and what failed before it passed.
#[derive(Debug)]
pub struct Seen {
    pub connection: Connection,
    /// Why the first try failed; where the last one did too, the connection says why itself.
    pub before: Option<String>,
}

/// Asks until the platform lets the connection through, or somebody has to do something about it.
pub async fn ask<E, F>(pause: Duration, mut asking: impl FnMut() -> F) -> Result<Seen, E>
where
    F: Future<Output = Result<Connection, E>>,
{
    let mut connection = asking().await?;
    let mut before = None;
    for _ in 1..TRIES {
        if !may_pass(&connection) {
            break;
        }
        before = before.or(connection.problem);
        tokio::time::sleep(pause).await;
        connection = asking().await?;
    }
    Ok(Seen { connection, before })
}

/// A token that is refused stays so until it is another one.
fn may_pass(connection: &Connection) -> bool {
    let is_refused = connection
        .standing
        .as_ref()
        .is_some_and(|standing| standing.token_valid == Some(false) || !standing.refused_tokens.is_empty());
    connection.state == ConnectionState::Failing && !is_refused
}

#[cfg(test)]
mod tests {
    use std::{convert::Infallible, future::ready};

    use studio_core::api::{ConnectionSource, ConnectionStanding};

    use super::*;

    /// A connection whose platform fails so often; whose token is refused where it is not `valid`.
    async fn seen(failures: usize, valid: bool) -> (Seen, usize) {
        let mut tries = 0;
        let asking = || {
            tries += 1;
            let fails = tries <= failures;
            let standing =
                ConnectionStanding { token_valid: Some(valid || !fails), ..ConnectionStanding::default() };
            ready(Ok::<_, Infallible>(Connection {
                name: "phone".to_owned(),
                channel: "telegram".to_owned(),
                bot: "shop".to_owned(),
                source: ConnectionSource::Settings,
                state: if fails { ConnectionState::Failing } else { ConnectionState::Running },
                problem: fails.then(|| format!("failure {tries}")),
                webhook: None,
                standing: Some(standing),
            }))
        };
        let Ok(seen) = ask(Duration::ZERO, asking).await;
        (seen, tries)
    }

    #[tokio::test]
    async fn what_fails_is_asked_again_and_a_refused_token_is_not() {
        for (failures, valid, tries, state, before) in [
            (0, true, 1, ConnectionState::Running, None),
            (1, true, 2, ConnectionState::Running, Some("failure 1")),
            (2, true, 3, ConnectionState::Running, Some("failure 1")),
            (9, true, 3, ConnectionState::Failing, Some("failure 1")),
            (9, false, 1, ConnectionState::Failing, None),
        ] {
            let (seen, asked) = seen(failures, valid).await;
            assert_eq!((asked, seen.connection.state), (tries, state), "{failures} {valid}");
            assert_eq!(seen.before.as_deref(), before, "{failures} {valid}");
        }
    }
}
