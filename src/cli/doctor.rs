//! Is everything in order?

mod connections;

use std::{path::Path, process::ExitCode, time::Duration};

use jiff::{SignedDuration, tz::TimeZone};
use studio_core::{
    api::{AwaitedBot, BotSummary, Me, ModelState, Page, SelfTest},
    counted::counted,
    translation::Translator as _,
};
use studio_store::StoredConnection;
use studio_tui::{Api, ApiError, ConsoleError, Target};
use tokio::{net::UnixStream, time::timeout};

use super::{
    Settings,
    checks::{self, CheckedBot},
    engine, export,
    index::{self, Published, Told},
    plain, say,
};
use crate::{
    clock::Clock,
    config::{Config, std_duration},
    models::Models,
    secret,
    studio::open_store_to_read,
    translation,
};

/// Looks at settings, data folder, bots, store and index, asks the platforms, and says of each whether it is well. Changes
/// nothing that is kept.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  studio doctor                      before the first start, and when something is odd
  studio --config other.toml doctor

Exits with 1 if something is bad; a warning is not.")]
pub struct Arguments {}

pub async fn run(settings: &Settings, _: Arguments) -> anyhow::Result<ExitCode> {
    let mut findings = Findings { bad: false };
    let Some(config) = loaded(&mut findings, settings) else { return Ok(ExitCode::FAILURE) };
    match crate::texts::read(&config.texts.folder) {
        Ok(_) => Findings::good("texts", "in order"),
        Err(error) => findings.bad("texts", &format!("{error:#}")),
    }
    data(&mut findings, &config);
    match engine::told(&config.store.url) {
        Some(engine::Told::Good(how)) => Findings::good("engine", how),
        Some(engine::Told::Warning(how)) => Findings::warn("engine", how),
        None => {}
    }
    models(&mut findings, &config);
    let bots = bots(&mut findings, &config);
    translators(&mut findings, &config, &bots);
    let running = UnixStream::connect(config.server.socket()).await.is_ok();
    if running && !answers(&config).await {
        Findings::warn("server", STILL_STARTING);
    } else if running {
        Findings::good(
            "server",
            &format!("running; the console's socket is {}", config.server.socket().display()),
        );
        if let Some(told) = settings.path().and_then(|file| newer(&file, &config.server.socket())) {
            Findings::warn("settings", &told);
        }
        Findings::good("store", "held by the running server");
        awaited(&mut findings, &config).await;
        indexed(&mut findings, &config).await;
        connections::of_server(&mut findings, &config).await;
        drifts(&mut findings, &config).await;
    } else {
        Findings::good("server", "not running (`studio serve` starts it)");
        let stored = store(&mut findings, &config, &bots).await;
        connections::by_itself(&mut findings, &config, &stored, &bots).await;
    }
    Ok(if findings.bad { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

const STILL_STARTING: &str = "it does not answer yet: it is still starting, and learns its bots, or has too much to do; ask \
    again in a moment";
/// For how long a server may keep an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether the running server answers. Its socket is there from the beginning of the start.
async fn answers(config: &Config) -> bool {
    let asked = async {
        let api = Api::new(&Target::Unix(config.server.socket()))?;
        Ok::<Me, ConsoleError>(api.get(&["me"], &[]).await?)
    };
    let is_told = |answer| !matches!(answer, Err(ConsoleError::Api(ApiError::Unreachable(_))));
    timeout(PATIENCE, asked).await.is_ok_and(is_told)
}

/// What is to be told of settings that were written after the server had started, at which its socket was made.
fn newer(file: &Path, socket: &Path) -> Option<String> {
    let written = |path: &Path| path.metadata().and_then(|found| found.modified()).ok();
    let is_newer = written(file)? > written(socket)?;
    is_newer.then(|| {
        format!(
            "{} was written after the running server had started: what was changed in it holds from its next start on",
            file.display()
        )
    })
}

struct Findings {
    bad: bool,
}

impl Findings {
    fn good(what: &str, how: &str) {
        say!("{}", finding("ok", what, how));
    }

    fn warn(what: &str, how: &str) {
        say!("{}", finding("warn", what, how));
    }

    fn bad(&mut self, what: &str, how: &str) {
        self.bad = true;
        say!("{}", finding("BAD", what, how));
    }
}

/// Names and errors of others may stand in it: none of its lines but the first looks like a finding.
fn finding(mark: &str, what: &str, how: &str) -> String {
    let how = plain(how).replace('\n', &format!("\n{:18}", ""));
    format!("  {mark:<4} {what:<10} {how}")
}

impl Findings {
    fn index(&mut self, config: &Config, published: &[Published], running: bool) {
        for told in index::told(&config.server.data.join("index"), published, running) {
            match told {
                Told::Good(how) => Self::good("index", &how),
                Told::Warning(how) => Self::warn("index", &how),
                Told::Bad(how) => self.bad("index", &how),
            }
        }
    }
}

/// The settings, if they can be read.
fn loaded(findings: &mut Findings, settings: &Settings) -> Option<Config> {
    let config = match settings.load() {
        Ok(config) => config,
        Err(error) => {
            findings.bad("settings", &format!("{error:#}"));
            return None;
        }
    };
    let ignored = settings.ignored();
    for ignored in &ignored {
        Findings::warn("settings", ignored);
    }
    match crate::studio::connections(&config) {
        Ok(_) if ignored.is_empty() => Findings::good("settings", "in order"),
        Ok(_) => {}
        Err(error) => findings.bad("settings", &format!("{error:#}")),
    }
    Some(config)
}

fn data(findings: &mut Findings, config: &Config) {
    let folder = &config.server.data;
    if !folder.exists() {
        return Findings::good(
            "data",
            &format!("{} does not exist yet; `studio serve` makes it", folder.display()),
        );
    }
    let probe = folder.join(".doctor");
    match std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe)) {
        Ok(()) => {
            Findings::good("data", &format!("{} can be written", folder.display()));
            signs(findings, config);
        }
        Err(error) => findings.bad("data", &format!("{} cannot be written: {error}", folder.display())),
    }
}

/// What signs the tokens of visitors: it is made with the store.
fn signs(findings: &mut Findings, config: &Config) {
    let data = &config.server.data;
    match secret::read(data) {
        Ok(Some(_)) => Findings::good("secret", "signs the tokens of visitors"),
        Ok(None) if ["store", "rocksdb"].iter().any(|store| data.join(store).exists()) => Findings::warn(
            "secret",
            &format!(
                "{} is gone: a new one is made at the next start, and visitors begin new conversations. Put it back \
                 from a copy to keep them",
                data.join("secret").display()
            ),
        ),
        Ok(None) => {}
        Err(error) => findings.bad("secret", &error.to_string()),
    }
}

fn models(findings: &mut Findings, config: &Config) {
    let models = Models::new(config.models.clone());
    let all = tokio::task::block_in_place(|| models.list(true));
    if !cfg!(feature = "models") {
        return Findings::warn("model", "this studio was built without models: understood by words alone");
    }
    match crate::models::libtorch() {
        Some(Ok(which)) => Findings::good("libtorch", &which),
        Some(Err(why)) => findings.bad("libtorch", &why),
        None => Findings::good("libtorch", "not known here: the system does not tell what is loaded"),
    }
    let wanted = models.wanted();
    if wanted.is_empty() {
        return Findings::good("model", "none is wanted: understood by words alone");
    }
    for (setting, name, instead) in wanted {
        let Some(model) = all.iter().find(|model| model.name == name) else {
            // The studio starts without, as its greeting says.
            Findings::warn(
                "model",
                &format!(
                    "models.{setting}: there is no model {name} ({instead}); `studio models list` names them"
                ),
            );
            continue;
        };
        match model.state {
            ModelState::Whole => {
                Findings::good("model", &format!("{name}: all files are there, and of their hashes"));
            }
            ModelState::Absent => Findings::warn(
                "model",
                &format!(
                    "{name} is not in {}: {instead}; `studio models pull {name}` fetches it",
                    models.folder().display()
                ),
            ),
            ModelState::Bad => {
                let problem = model.problem.as_deref().unwrap_or("not to be used");
                findings.bad("model", &format!("{name}: {problem}"));
            }
        }
    }
}

/// Whether models of this machine have the pairs of languages that bots want, where they are to translate.
fn translators(findings: &mut Findings, config: &Config, bots: &[CheckedBot]) {
    if config.translation.service != translation::LOCAL || !cfg!(feature = "models") {
        return;
    }
    let models = Models::new(config.models.clone());
    let translators = models.translators(std_duration(config.translation.timeout));
    for problem in &translators.problems {
        findings.bad("translation", problem);
    }
    let names: Vec<&str> = translators.names().collect();
    if names.is_empty() {
        let folder = models.folder();
        return Findings::warn("translation", &format!("{}: {}", folder.display(), translation::NO_MODEL));
    }
    Findings::good("translation", &format!("by {}", names.join(", ")));
    let reads = config.translation.understand;
    for bot in bots.iter().filter_map(|bot| bot.loaded.as_ref()) {
        for (from, to) in translation::pairs(bot, reads) {
            if !translators.translates(&from, &to) {
                let told = format!("{}: no model there translates from {from} to {to}", bot.name);
                Findings::warn("translation", &told);
            }
        }
    }
}

fn bots(findings: &mut Findings, config: &Config) -> Vec<CheckedBot> {
    if let Some(lost) = crate::studio::lost_folder(config) {
        Findings::warn("bots", &lost);
    } else if !config.bots.folder.exists() {
        Findings::good(
            "bots",
            &format!("no folder {}: the sample bot is used", config.bots.folder.display()),
        );
    }
    let bots = checks::bots(config);
    for bot in &bots {
        match bot {
            Ok(bot) if bot.errors() == 0 => {
                Findings::good(
                    "bot",
                    &format!("{}: no errors, {}", bot.name, counted(bot.warnings(), "warning")),
                );
            }
            Ok(bot) => findings.bad(
                "bot",
                &format!("{}: {}; `studio check` lists them", bot.name, counted(bot.errors(), "error")),
            ),
            Err((name, error)) => findings.bad("bot", &format!("{name}: {error}")),
        }
    }
    for warning in checks::of_connections(config, &bots) {
        Findings::warn("connection", &warning);
    }
    for warning in checks::of_bots(config, &bots) {
        Findings::warn("bot", &warning);
    }
    for warning in checks::idle_settings(config, &bots) {
        Findings::warn("settings", &warning);
    }
    bots.into_iter().flatten().collect()
}

/// The bots for which conversations wait, asking the running server.
async fn awaited(findings: &mut Findings, config: &Config) {
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
async fn indexed(findings: &mut Findings, config: &Config) {
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
async fn drifts(findings: &mut Findings, config: &Config) {
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

/// The connections of the API that it keeps.
async fn store(findings: &mut Findings, config: &Config, bots: &[CheckedBot]) -> Vec<StoredConnection> {
    let folder = match config.store.url.as_str() {
        "surrealkv" => Some("store"),
        "rocksdb" => Some("rocksdb"),
        _ => None,
    };
    if folder.is_some_and(|folder| !config.server.data.join(folder).exists()) {
        Findings::good("store", "empty; `studio serve` makes it");
        findings.index(config, &[], false);
        return Vec::new();
    }
    match open_store_to_read(config).await {
        Ok(store) => {
            let held = match store.holder().await {
                Ok(Some(holder)) => format!("; held by {holder}, last heard of at {:.0}", holder.renewed),
                Ok(None) => String::new(),
                Err(error) => format!("; who holds it cannot be read: {error}"),
            };
            Findings::good("store", &format!("opens ({}){held}", config.store.url));
            let pending = export::pending(&store);
            if let Some(pending) = &pending {
                Findings::warn(
                    "store",
                    &format!("{pending}: `studio serve` applies it; export a copy before"),
                );
            }
            let stored = store.stored_connections().await;
            let published = index::published(&store).await;
            store.close().await;
            match published {
                Ok(mut published) => {
                    // Of a bot that is gone from the folder the index keeps nothing, and the next start publishes nothing.
                    published.retain(|published| bots.iter().any(|bot| bot.bot == published.bot));
                    findings.index(config, &published, false);
                }
                // A store of an earlier version may lack what is asked for.
                Err(_) if pending.is_some() => {}
                Err(error) => findings.bad("store", &format!("the published bots cannot be read: {error}")),
            }
            if pending.is_some() && stored.is_err() {
                return Vec::new();
            }
            stored.unwrap_or_else(|error| {
                findings.bad("store", &format!("the connections of the API cannot be read: {error}"));
                Vec::new()
            })
        }
        Err(error) => {
            findings.bad("store", &format!("{error:#}"));
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use studio_core::api::{Drift, DriftKind};

    use super::*;

    #[test]
    fn what_others_wrote_makes_no_finding_of_its_own() {
        let told = finding("BAD", "bot", "evil\u{202e}\u{1b}[2J: broken\n  ok   store      opens\u{200b}");
        assert_eq!(
            told,
            "  BAD  bot        evil\u{fffd}\u{fffd}[2J: broken\n                    ok   store      opens"
        );
        assert_eq!(finding("ok", "connection", "fine"), "  ok   connection fine");
    }

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
