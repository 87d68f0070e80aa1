//! What does the running server tell?

use std::{path::Path, time::Duration};

use jiff::{SignedDuration, tz::TimeZone};
use studio_core::{
    api::{AwaitedBot, BotSummary, Me, Page, SelfTest},
    counted::counted,
};
use studio_tui::{Api, ApiError, ConsoleError, Target};
use tokio::time::timeout;

use super::Findings;
use crate::{cli::index::Published, clock::Clock, config::Config};

pub(super) const STILL_STARTING: &str = "it does not answer yet: it is still starting, and learns its bots, or has too much to do; ask \
    again in a moment";
/// For how long a server may keep an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether the running server answers. Its socket is there from the beginning of the start.
pub(super) async fn answers(config: &Config) -> bool {
    let asked = async {
        let api = Api::new(&Target::Unix(config.server.socket()))?;
        Ok::<Me, ConsoleError>(api.get(&["me"], &[]).await?)
    };
    let is_told = |answer| !matches!(answer, Err(ConsoleError::Api(ApiError::Unreachable(_))));
    timeout(PATIENCE, asked).await.is_ok_and(is_told)
}

/// What is to be told of settings that were written after the server had started, at which its socket was made.
pub(super) fn newer(file: &Path, socket: &Path) -> Option<String> {
    let written = |path: &Path| path.metadata().and_then(|found| found.modified()).ok();
    let is_newer = written(file)? > written(socket)?;
    is_newer.then(|| {
        format!(
            "{} was written after the running server had started: what was changed in it holds from its next start on",
            file.display()
        )
    })
}

/// The bots for which conversations wait, asking the running server.
pub(super) async fn awaited(findings: &mut Findings, config: &Config) {
    let listed = async {
        let api = Api::new(&Target::Unix(config.server.socket()))?;
        let awaited: Page<AwaitedBot> = api.get(&["awaited-bots"], &[]).await?;
        Ok::<_, ConsoleError>(awaited.items)
    };
    match listed.await {
        Ok(awaited) => {
            for bot in &awaited {
                Findings::warn("bot", &waiting(bot));
            }
        }
        Err(error) => findings.bad("bot", &format!("the server did not tell who waits for a bot: {error}")),
    }
}

fn waiting(awaited: &AwaitedBot) -> String {
    let AwaitedBot { bot, conversations, error } = awaited;
    let count = counted(*conversations, "conversation");
    let wait = if *conversations == 1 { "waits" } else { "wait" };
    let why = error.as_deref().unwrap_or("it runs by now, and answers them");
    format!("{count} {wait} for the bot {bot}: {why}")
}

/// How the index stands, beside the bots of the running server.
pub(super) async fn indexed(findings: &mut Findings, config: &Config) {
    let listed = async {
        let api = Api::new(&Target::Unix(config.server.socket()))?;
        let bots: Page<BotSummary> = api.get(&["bots"], &[]).await?;
        Ok::<_, ConsoleError>(bots.items)
    };
    let bots = match listed.await {
        Ok(bots) => bots,
        Err(error) => return findings.bad("index", &format!("the server did not tell its bots: {error}")),
    };
    let published = bots.into_iter().filter_map(|bot| {
        Some(Published { bot: bot.name, version: bot.version?, documents: bot.documents, checksum: None })
    });
    findings.index(config, &published.collect::<Vec<_>>(), true);
}

/// What the last night found of each bot, asking the running server. Nights longer ago than a week say nothing of today.
pub(super) async fn drifts(findings: &mut Findings, config: &Config) {
    let today = Clock::default().now().to_zoned(TimeZone::UTC).date();
    let from = today.saturating_sub(SignedDuration::from_hours(7 * 24)).to_string();
    let range = [("from", from), ("to", today.to_string())];
    let found = async {
        let api = Api::new(&Target::Unix(config.server.socket()))?;
        let bots: Page<BotSummary> = api.get(&["bots"], &[]).await?;
        let mut last = Vec::new();
        for bot in bots.items {
            let tests: Page<SelfTest> = api.get(&["bots", &bot.name, "self-tests"], &range).await?;
            last.extend(tests.items.into_iter().next_back().map(|test| (bot.name, test)));
        }
        Ok::<_, ConsoleError>(last)
    };
    let last = match found.await {
        Ok(last) => last,
        Err(error) => return findings.bad("self-test", &format!("the server did not tell them: {error}")),
    };
    for (bot, test) in last {
        for line in told(&bot, &test) {
            match line {
                Ok(good) => Findings::good("self-test", &good),
                Err(warning) => Findings::warn("self-test", &warning),
            }
        }
    }
}

/// The lines of a self-test, what is well and what is not.
fn told(bot: &str, test: &SelfTest) -> Vec<Result<String, String>> {
    let figures = test.accuracy.zip(test.calibration_error).map(|(accuracy, error)| {
        let (accuracy, error) = (accuracy * 100.0, error * 100.0);
        Ok(format!("{bot}: right on {accuracy:.1} % of its own phrases, calibration error {error:.1} %"))
    });
    let failed = test.error.as_ref().map(|error| Err(format!("{bot}: it could not be tested: {error}")));
    let drift = test.drift.iter().map(|drift| Err(format!("{bot}: on {} {drift}", test.day)));
    figures.into_iter().chain(failed).chain(drift).collect()
}

#[cfg(test)]
mod tests {
    use studio_core::api::{Drift, DriftKind};

    use super::*;

    #[test]
    fn settings_that_are_newer_than_the_server_are_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let [file, socket] = ["studio.toml", "studio.sock"].map(|name| folder.path().join(name));
        let write = |path: &Path, second: u64| {
            let written = std::time::UNIX_EPOCH + Duration::from_secs(second);
            let file = std::fs::File::create(path).expect("writable");
            file.set_modified(written).expect("its time can be set");
        };
        assert_eq!(newer(&file, &socket), None);
        write(&file, 5);
        write(&socket, 7);
        assert_eq!(newer(&file, &socket), None);
        write(&file, 9);
        let told = newer(&file, &socket).expect("it is newer");
        assert!(
            told.contains("studio.toml was written after") && told.ends_with("its next start on"),
            "{told}"
        );
    }

    #[test]
    fn who_waits_for_a_bot_is_counted() {
        let told = |conversations, error: Option<&str>| {
            let error = error.map(str::to_owned);
            waiting(&AwaitedBot { bot: "shop".to_owned(), conversations, error })
        };
        assert_eq!(
            told(1, Some("it is not in bots")),
            "1 conversation waits for the bot shop: it is not in bots"
        );
        assert_eq!(told(2, None), "2 conversations wait for the bot shop: it runs by now, and answers them");
    }

    #[test]
    fn what_drifted_is_a_warning() {
        let drift = Drift {
            kind: DriftKind::UnknownWords,
            is: 0.31,
            was: 0.12,
            messages: 200,
            messages_before: 4_000,
            z: 7.5,
        };
        let day = "2026-03-01".to_owned();
        let (accuracy, calibration_error) = (Some(0.914), Some(0.03));
        let test = SelfTest { day, accuracy, calibration_error, drift: vec![drift], ..SelfTest::default() };
        assert_eq!(
            told("shop", &test),
            [
                Ok("shop: right on 91.4 % of its own phrases, calibration error 3.0 %".to_owned()),
                Err("shop: on 2026-03-01 messages with unknown words: 31.0 %, was 12.0 %".to_owned()),
            ]
        );
        let error = Some("too many phrases".to_owned());
        assert_eq!(
            told("shop", &SelfTest { error, ..SelfTest::default() }),
            [Err("shop: it could not be tested: too many phrases".to_owned())]
        );
    }
}
