//! How can a bot be tried on all channels without an account?

use std::{net::Ipv4Addr, process::ExitCode};

use anyhow::Context as _;
use clap::ValueEnum;
use studio_simulators::{discord, slack, telegram, whatsapp};
use tokio::{net::TcpListener, task::JoinSet};

use super::{Settings, say};

/// Starts local stand-ins for the platforms' APIs, and prints the settings that point a connection at them.
///
/// They refuse what the real platforms refuse. What people do is done by `/simulator/…` of each; the pages of the channels in
/// `docs/` say how.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  studio simulate                         all of them, from port 4100 on
  studio simulate telegram --bot mine     only Telegram, for a bot of yours
  studio simulate >> studio.toml          as settings, while it runs")]
pub struct Arguments {
    /// Only these
    #[arg(value_name = "PLATFORM")]
    platforms: Vec<Platform>,
    /// Port of the first; each of the others takes the next. 0 takes any that is free
    #[arg(long, default_value_t = 4100)]
    port: u16,
    /// Bot of the connections
    #[arg(long, default_value = "shop")]
    bot: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Platform {
    Slack,
    Discord,
    Whatsapp,
    Telegram,
}

pub async fn run(_: &Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let chosen = if arguments.platforms.is_empty() {
        Platform::value_variants().to_vec()
    } else {
        arguments.platforms.clone()
    };
    let mut running = JoinSet::new();
    for (place, platform) in (0_u16..).zip(chosen) {
        let port = if arguments.port == 0 { 0 } else { arguments.port.saturating_add(place) };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.with_context(|| {
            format!("port {port} cannot be had: choose others by --port, or any by --port 0")
        })?;
        let address = format!("http://{}", listener.local_addr()?);
        say!("{}", platform.settings(&address, &arguments.bot));
        running.spawn(platform.serve(listener, address));
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

impl Platform {
    /// A `[[connection]]` that is pointed at a simulator.
    fn settings(self, address: &str, bot: &str) -> String {
        match self {
            Self::Slack => {
                let telling = slack::Settings::default();
                format!(
                    "# Slack: what people do is POSTed to {address}/simulator/say and the like\n[[connection]]\nname = \"slack\"\nchannel = \"slack\"\nbot = \"{bot}\"\n\
                     bot_token = \"{}\"\napp_token = \"{}\"\napi = \"{address}/api\"\n",
                    telling.bot_token, telling.app_token
                )
            }
            Self::Discord => format!(
                "# Discord: what people do is POSTed to {address}/simulator/say and the like\n[[connection]]\nname = \"discord\"\nchannel = \"discord\"\nbot = \"{bot}\"\n\
                 token = \"{}\"\napi_url = \"{address}/api/v10\"\nguild_messages = \"all\"\n",
                discord::Settings::at(address).token
            ),
            Self::Whatsapp => {
                let telling = whatsapp::Settings::default();
                format!(
                    "# WhatsApp: what people do is POSTed to {address}/simulator/say and the like\n[[connection]]\nname = \"whatsapp\"\nchannel = \"whatsapp\"\nbot = \"{bot}\"\n\
                     phone_number_id = \"{}\"\naccount_id = \"{}\"\ntoken = \"{}\"\napp_secret = \"{}\"\n\
                     verify_token = \"simulator\"\napi = \"{address}\"\n",
                    telling.phone_number_id, telling.account_id, telling.token, telling.app_secret
                )
            } // settings
        }
    }

    async fn serve(self, listener: TcpListener, address: String) -> std::io::Result<()> {
        match self {
            Self::Slack => slack::serve(listener, slack::Settings::default()).await,
            Self::Discord => discord::serve(listener, discord::Settings::at(address)).await,
            Self::Whatsapp => whatsapp::serve(listener, whatsapp::Settings::default()).await,
            Self::Telegram => telegram::serve(listener, telegram::Settings::default()).await,
        }
    }
}
