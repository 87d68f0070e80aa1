//! How does each connection stand?

use studio_core::{
    api::{Connection, ConnectionSource, ConnectionStanding, ConnectionState},
    counted::counted,
};
use studio_store::StoredConnection;
use studio_tui::{Api, ConsoleError, Target};

use super::Findings;
use crate::{
    cli::{
        alone,
        checks::CheckedBot,
        index::Told,
        patience::{self, Seen},
    },
    config::Config,
    http::v1::connections::{NOBODY_ANSWERS, health},
};

/// How each connection stands, asking the running server, and through it the platforms.
pub(super) async fn of_server(findings: &mut Findings, config: &Config) {
    let listed = async {
        let api = Api::new(&Target::Unix(config.server.socket()))?;
        let all: Vec<Connection> = api.all(&["connections"]).await?;
        Ok::<_, ConsoleError>((api, all))
    };
    let (api, all) = match listed.await {
        Ok(found) => found,
        Err(error) => return findings.bad("connection", &format!("the server did not tell them: {error}")),
    };
    let asked = all.iter().map(|known| {
        let api = &api;
        patience::ask(patience::PAUSE, move || async move {
            api.post::<Connection>(&["connections", &known.name, "test"], &serde_json::json!({})).await
        })
    });
    let asked = futures::future::join_all(asked).await;
    for (known, seen) in all.iter().zip(asked) {
        match seen {
            Ok(seen) => tell(findings, &seen),
            Err(error) => findings.bad("connection", &format!("{}: {error}", known.name)),
        }
    }
}

/// The same where no server runs: this program asks the platforms itself.
pub(super) async fn by_itself(
    findings: &mut Findings,
    config: &Config,
    stored: &[StoredConnection],
    bots: &[CheckedBot],
) {
    let mut asked = match alone::ask(config, stored).await {
        Ok(asked) => asked,
        Err(error) => return findings.bad("connection", &format!("{error:#}")),
    };
    let runs = |name: &str| bots.iter().any(|bot| bot.bot == name && bot.errors() == 0);
    for seen in &mut asked {
        let connection = &mut seen.connection;
        if connection.state == ConnectionState::Running && !runs(&connection.bot) {
            let bot = &connection.bot;
            connection.problem = Some(format!("nobody answers: there is no bot {bot} without errors"));
        }
        tell(findings, seen);
    }
}

fn tell(findings: &mut Findings, seen: &Seen) {
    match passed(judged(&seen.connection), seen.before.as_deref()) {
        Told::Good(line) => Findings::good("connection", &line),
        Told::Warning(line) => Findings::warn("connection", &line),
        Told::Bad(line) => findings.bad("connection", &line),
    }
}

/// What failed at first and passed is to be known, and no more.
fn passed(told: Told, before: Option<&str>) -> Told {
    match (told, before) {
        (Told::Good(line) | Told::Warning(line), Some(why)) => {
            Told::Warning(format!("{line}; it passed when it was tried again, at first: {why}"))
        }
        (told, _) => told,
    }
}

fn judged(connection: &Connection) -> Told {
    let named = format!("{} ({})", connection.name, connection.channel);
    let problem = connection.problem.as_deref();
    let told = connection.standing.as_ref().map(|standing| stands(standing, problem)).unwrap_or_default();
    let line = if told.is_empty() { named.clone() } else { format!("{named}: {told}") };
    let standing = connection.standing.as_ref();
    let clock = standing.and_then(|standing| health::clock(&connection.channel, standing.clock_skew_seconds));
    match connection.state {
        ConnectionState::Broken => {
            let problem = problem.unwrap_or("it cannot run");
            Told::Bad(format!("{named}: {problem}"))
        }
        ConnectionState::Failing => {
            let problem = problem.unwrap_or("it ends again and again, the log says why");
            Told::Bad(format!("{line}; {problem}"))
        }
        ConnectionState::Paused => Told::Warning(format!("{line}; paused")),
        ConnectionState::Running if clock == Some(health::POSTS_REFUSED) => {
            Told::Bad(format!("{line}; {}", health::POSTS_REFUSED))
        }
        ConnectionState::Running if standing.is_some_and(|standing| standing.listening == Some(false)) => {
            let why = problem.filter(|why| !why.starts_with(NOBODY_ANSWERS) && Some(*why) != clock);
            Told::Warning(format!("{line}; {}", why.unwrap_or("no events are on their way")))
        }
        ConnectionState::Running => {
            // Of those of the settings it is told beside the bots.
            let of_api = connection.source == ConnectionSource::Api;
            let problem = problem.filter(|problem| of_api || !problem.starts_with(NOBODY_ANSWERS));
            match problem.or(clock) {
                Some(problem) => Told::Warning(format!("{line}; {problem}")),
                None => Told::Good(line),
            }
        }
    }
}

/// What is known of a connection, in a line; what its problem says already is left out.
fn stands(standing: &ConnectionStanding, problem: Option<&str>) -> String {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(standing.identity.clone());
    parts.extend(standing.way_in.clone());
    parts.extend(webhook(standing));
    parts.extend(standing.token_valid.filter(|valid| *valid).map(|_| "token valid".to_owned()));
    parts.extend(held(standing));
    parts.extend(standing.last_event.map(|at| format!("last event {at:.0}")));
    parts.extend(standing.last_call.map(|at| format!("last signed call {at:.0}")));
    parts.extend(standing.clock_skew_seconds.map(|skew| format!("the clocks differ by {skew} s")));
    let error = standing.last_error.as_ref();
    if let Some(error) =
        error.filter(|error| !problem.is_some_and(|problem| problem.contains(error.as_str())))
    {
        let at = standing.last_error_at.map(|at| format!(" at {at:.0}")).unwrap_or_default();
        parts.push(format!("last error{at}: {error}"));
    }
    parts.join(", ")
}

/// Whether the platform is told where to send events. Who asks for them knows whether they come.
fn webhook(standing: &ConnectionStanding) -> Option<String> {
    let is_called = standing.way_in.as_deref().is_some_and(|way| {
        ["webhook", "signed POSTs", "interactions"].iter().any(|called| way.starts_with(called))
    });
    let is_known = standing.token_valid == Some(true);
    match (&standing.webhook_set, standing.listening) {
        (Some(address), Some(_)) => Some(format!("webhook set: {address}")),
        (Some(address), None) => Some(format!(
            "webhook set: {address}; whether events come is unknown until the first signed call"
        )),
        (None, Some(true)) if is_called => Some("webhook set at the platform, which has called".to_owned()),
        (None, Some(false)) if is_called && is_known => Some("no webhook set".to_owned()),
        (None, None) if is_called && is_known => {
            Some("whether a webhook is set is unknown until the first signed call".to_owned())
        }
        (None, _) => None,
    }
}

/// What waits at the platform.
fn held(standing: &ConnectionStanding) -> Option<String> {
    match standing.pending {
        Some(pending) => Some(format!("{} held by the platform", counted(pending, "event"))),
        None => (standing.token_valid == Some(true)).then(|| UNCOUNTED.to_owned()),
    }
}

const UNCOUNTED: &str = "how many events it holds the platform does not tell";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_by_which_nothing_signed_is_believed_is_bad_and_elsewhere_a_warning() {
        let told_of = |channel: &str, skew: i64| {
            let standing = ConnectionStanding {
                token_valid: Some(true),
                clock_skew_seconds: Some(skew),
                ..ConnectionStanding::default()
            };
            judged(&Connection {
                name: "team".to_owned(),
                channel: channel.to_owned(),
                bot: "shop".to_owned(),
                source: ConnectionSource::Api,
                state: ConnectionState::Running,
                problem: None,
                webhook: None,
                standing: Some(standing),
            })
        };
        let told = |skew: i64| told_of("slack", skew);
        let seen = format!("team (slack): token valid, {UNCOUNTED}, the clocks differ by");
        for skew in [0, -300] {
            assert_eq!(told(skew), Told::Good(format!("{seen} {skew} s")));
        }
        for skew in [-301, 90_000] {
            let expected = format!(
                "{seen} {skew} s; set this machine's clock: beyond 300 s signed posts are not believed"
            );
            assert_eq!(told(skew), Told::Bad(expected));
        }
        for channel in ["whatsapp", "telegram"] {
            let Told::Warning(line) = told_of(channel, 301) else { panic!("{channel}: posts are taken") };
            assert!(line.contains("differ by 301 s") && !line.contains("signed posts"), "{line}");
            assert!(line.ends_with("it is more than 300 s from the platform's"), "{line}");
        }
    }

    #[test]
    fn a_standing_says_nothing_twice_and_nothing_of_calls_where_none_come() {
        let way = |way: &str| ConnectionStanding {
            way_in: Some(way.to_owned()),
            token_valid: Some(true),
            last_error: Some("the token is refused".to_owned()),
            ..ConnectionStanding::default()
        };
        assert_eq!(
            stands(&way("long polling"), Some("bot_token: the token is refused")),
            format!("long polling, token valid, {UNCOUNTED}")
        );
        let told = stands(&way("webhook"), None);
        assert!(told.contains("until the first signed call"), "{told}");
        assert!(told.ends_with("last error: the token is refused"), "{told}");
    }

    #[test]
    fn it_is_told_whether_a_webhook_is_set_as_far_as_the_platform_tells() {
        let told = |way: &str, set: Option<&str>, listening: Option<bool>| {
            stands(
                &ConnectionStanding {
                    way_in: Some(way.to_owned()),
                    webhook_set: set.map(str::to_owned),
                    listening,
                    token_valid: Some(true),
                    pending: Some(2),
                    ..ConnectionStanding::default()
                },
                None,
            )
        };
        let own = "https://studio.example/webhooks/shop";
        let rest = "token valid, 2 events held by the platform";
        assert_eq!(told("webhook", Some(own), Some(true)), format!("webhook, webhook set: {own}, {rest}"));
        assert_eq!(told("webhook", None, Some(false)), format!("webhook, no webhook set, {rest}"));
        assert_eq!(
            told("signed POSTs", None, Some(true)),
            format!("signed POSTs, webhook set at the platform, which has called, {rest}")
        );
        assert_eq!(
            told("signed POSTs", None, None),
            format!("signed POSTs, whether a webhook is set is unknown until the first signed call, {rest}")
        );
        for listening in [None, Some(false), Some(true)] {
            assert_eq!(told("Socket Mode", None, listening), format!("Socket Mode, {rest}"));
        }
    }
}
