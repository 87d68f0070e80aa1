//! How can a bot be tried on all channels without an account?

use std::{net::Ipv4Addr, process::ExitCode};

use anyhow::{Context as _, ensure};
use clap::ValueEnum;
use studio_simulators::{discord, slack, telegram, whatsapp};
use tokio::{net::TcpListener, task::JoinSet};
use url::Url;

use super::{Settings, checks, say};
use crate::{bots::sample, config::Config};

/// Starts local stand-ins for the platforms' APIs, and prints the settings that point a connection at them.
///
/// They refuse what the real platforms refuse. What people do is done by `/simulator/…` of each; the pages of the channels in
/// `docs/` say how.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  studio simulate                         all of them, from port 4100 on
  studio simulate telegram --bot mine     only Telegram, for a bot of yours
  studio simulate >> studio.toml          as settings, while it runs
  studio simulate slack --slack-events http://127.0.0.1:8080/webhooks/slack
                                          Slack with signed POSTs in place of sockets")]
pub struct Arguments {
    /// Only these
    #[arg(value_name = "PLATFORM")]
    platforms: Vec<Platform>,
    /// Port of the first; each of the others takes the next. 0 takes any that is free
    #[arg(long, default_value_t = 4100)]
    port: u16,
    /// Bot of the connections; the first of yours where absent, or `shop` where there is one
    #[arg(long)]
    bot: Option<String>,
    /// Where Slack's events are POSTed, signed; without it they go by Socket Mode
    #[arg(long, value_name = "URL")]
    slack_events: Option<Url>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Platform {
    Telegram,
    Discord,
    Slack,
    Whatsapp,
}

pub async fn run(settings: &Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let bot = chosen(&settings.load()?, arguments.bot)?;
    let chosen = if arguments.platforms.is_empty() {
        Platform::value_variants().to_vec()
    } else {
        arguments.platforms.clone()
    };
    // All of them or none: half of the settings would be of no use.
    let mut bound = Vec::new();
    for (port, platform) in ports(arguments.port, chosen.len())?.into_iter().zip(chosen) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.with_context(|| {
            let name =
                platform.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
            format!("port {port} for {name} cannot be had: choose others by --port, or any by --port 0")
        })?;
        bound.push((platform, listener));
    }
    let mut running = JoinSet::new();
    for (platform, listener) in bound {
        let address = format!("http://{}", listener.local_addr()?);
        let events = arguments.slack_events.as_ref().map(Url::to_string);
        say!("{}", platform.settings(&address, &bot, events.is_some()));
        running.spawn(platform.serve(listener, address, events));
    }
    say!("# They run until Ctrl-C.");
    tokio::select! {
        ended = running.join_next() => {
            if let Some(ended) = ended {
                ended.context("a simulator has a bug")?.context("a simulator ended")?;
            }
        }
        interrupted = tokio::signal::ctrl_c() => interrupted?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The ports of so many platforms from the first on; 0 is any that is free.
fn ports(first: u16, platforms: usize) -> anyhow::Result<Vec<u16>> {
    if first == 0 {
        return Ok(vec![0; platforms]);
    }
    let ports: Vec<u16> = (first..=u16::MAX).take(platforms).collect();
    ensure!(
        ports.len() == platforms,
        "{platforms} ports are needed, and from {first} on there are {}: choose a lower one by --port, or any by --port 0",
        ports.len()
    );
    Ok(ports)
}

/// The bot that is wanted, or else one that is there. Refuses one that is nowhere.
fn chosen(config: &Config, bot: Option<String>) -> anyhow::Result<String> {
    let names: Vec<String> = checks::bots(config)
        .into_iter()
        .map(|found| found.map_or_else(|(name, _)| name, |found| found.bot))
        .collect();
    let Some(bot) = bot else {
        let shop = || "shop".to_owned();
        let own = names.first().filter(|_| !names.contains(&shop()));
        return Ok(own.cloned().unwrap_or_else(shop));
    };
    let folder = config.bots.folder.display();
    ensure!(
        sample(&bot).is_some() || names.contains(&bot),
        "there is no bot {bot} in {folder} (there are: {}), and no sample of that name (there is: shop)",
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    );
    Ok(bot)
}

impl Platform {
    /// A `[[connection]]` that is pointed at a simulator. Slack tells what happens by POSTs where it is `posted`.
    fn settings(self, address: &str, bot: &str, posted: bool) -> String {
        let (channel, own) = match self {
            Self::Telegram => {
                let telling = telegram::Settings::default();
                ("telegram", vec![("token", telling.token), ("api", address.to_owned())])
            }
            Self::Discord => {
                let own = [
                    ("token", discord::Settings::at(address).token),
                    ("api", format!("{address}/api/v10")),
                    ("guild_messages", "all".to_owned()),
                ];
                ("discord", own.to_vec())
            }
            Self::Slack => {
                let telling = slack::Settings::default();
                let way_in = if posted {
                    ("signing_secret", telling.signing_secret)
                } else {
                    ("app_token", telling.app_token)
                };
                let own = [("bot_token", telling.bot_token), way_in, ("api", format!("{address}/api"))];
                ("slack", own.to_vec())
            }
            Self::Whatsapp => {
                let telling = whatsapp::Settings::default();
                let own = [
                    ("phone_number_id", telling.phone_number_id),
                    ("account_id", telling.account_id),
                    ("token", telling.token),
                    ("app_secret", telling.app_secret),
                    ("verify_token", "simulator".to_owned()),
                    ("api", address.to_owned()),
                ];
                ("whatsapp", own.to_vec())
            }
        };
        let mut lines = vec![
            format!(
                "# {channel}: what people do is POSTed to {address}/simulator/…, as docs/{channel}.md says"
            ),
            "[[connection]]".to_owned(),
            format!("name = \"{channel}\""),
            format!("channel = \"{channel}\""),
            format!("bot = \"{bot}\""),
        ];
        lines.extend(own.into_iter().map(|(key, value)| format!("{key} = \"{value}\"")));
        lines.join("\n") + "\n"
    }

    async fn serve(
        self,
        listener: TcpListener,
        address: String,
        events: Option<String>,
    ) -> std::io::Result<()> {
        match self {
            Self::Slack => {
                slack::serve(listener, slack::Settings { events, ..slack::Settings::default() }).await
            }
            Self::Discord => discord::serve(listener, discord::Settings::at(address)).await,
            Self::Whatsapp => whatsapp::serve(listener, whatsapp::Settings::default()).await,
            Self::Telegram => telegram::serve(listener, telegram::Settings::default()).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bot_of_the_connections_is_one_that_is_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut config =
            crate::config::load(None, &std::collections::BTreeMap::new()).expect("the defaults hold");
        config.bots.folder = folder.path().join("bots");
        let chosen = |config: &Config, bot: Option<&str>| super::chosen(config, bot.map(str::to_owned)).ok();
        assert_eq!(chosen(&config, None).as_deref(), Some("shop"));
        for bot in ["tea", "cafe"] {
            let folder = config.bots.folder.join(bot);
            std::fs::create_dir_all(&folder).expect("writable");
            std::fs::write(folder.join("bot.yaml"), format!("name: {bot}\nlanguages: [en]\n"))
                .expect("writable");
        }
        assert_eq!(chosen(&config, None).as_deref(), Some("cafe"));
        assert_eq!(chosen(&config, Some("tea")).as_deref(), Some("tea"));
        assert_eq!(chosen(&config, Some("milk")), None);
    }

    #[test]
    fn each_has_a_port_of_its_own() {
        for (first, platforms, expected) in
            [(0, 2, &[0, 0][..]), (4100, 3, &[4100, 4101, 4102]), (65_534, 2, &[65_534, 65_535])]
        {
            assert_eq!(ports(first, platforms).ok().as_deref(), Some(expected), "{first}");
        }
        let error = ports(65_533, 4).expect_err("there are three").to_string();
        assert!(error.starts_with("4 ports are needed, and from 65533 on there are 3: "), "{error}");
    }

    #[test]
    fn what_is_printed_are_settings_that_hold() {
        for posted in [false, true] {
            let mut text = String::new();
            for platform in Platform::value_variants() {
                text.push_str(&platform.settings("http://127.0.0.1:4100", "shop", posted));
            }
            let folder = tempfile::tempdir().expect("a folder");
            let file = folder.path().join("studio.toml");
            std::fs::write(&file, text).expect("writable");
            let config =
                crate::config::load(Some(&file), &std::collections::BTreeMap::new()).expect("they hold");
            let connections = crate::studio::connections(&config).expect("each of them can be made");
            assert_eq!(connections.len(), Platform::value_variants().len());
        }
    }
}
