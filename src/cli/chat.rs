//! A talk with a bot in this terminal.

use std::{io::Write as _, path::PathBuf, process::ExitCode};

use jiff::SignedDuration;
use studio_core::{
    content::{Capabilities, EVERYTHING, degrade},
    dialogue::{Body, CallOutcome, Happening, Owner, RemoteAnswer},
};

use super::check::find;
use crate::{
    clock::Clock,
    egress::{Egress, EgressRequest, Policy},
    rehearse::{Outcome, Rehearsal, Stage},
};

/// Talks to a bot without a server. Lines beginning with `/` are for the terminal: `/help` lists them.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The bot's folder, or the name of a sample bot
    #[arg(value_name = "BOT", default_value = "shop")]
    bot: PathBuf,
    /// Language of the visitor, e.g. `de`
    #[arg(long)]
    language: Option<String>,
    /// Show what the bot understood and why it answers
    #[arg(long)]
    explain: bool,
}

const HELP: &str = "\
/press VALUE   press a button          /later 31m    let time pass
/event NAME    an event of the page    /slots        what the bot remembers
/explain       show or hide the why    /quit         leave (also Ctrl-D)";

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let folder = find(&arguments.bot)?;
    let mut stage = tokio::task::block_in_place(|| Stage::build(&folder))?;
    if folder.path.is_none() {
        serve_demo(&mut stage).await?;
    }
    let clock = Clock::default();
    let mut talk =
        Talk { rehearsal: Rehearsal::new(&stage.mind, "http", clock.now()), explain: arguments.explain };
    println!("{} (/help for commands)\n", crate::cli::plain(&stage.mind.bot.title));
    let opened = Body::Opened { language: arguments.language.clone(), attributes: Default::default() };
    let outcome = talk.rehearsal.happen(opened);
    talk.show(outcome).await;
    loop {
        print!("you> ");
        std::io::stdout().flush()?;
        let mut line = String::new();
        if tokio::task::block_in_place(|| std::io::stdin().read_line(&mut line))? == 0 {
            break;
        }
        talk.rehearsal.now = clock.now().max(talk.rehearsal.now);
        let (command, rest) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
        let outcome = match command {
            "" => continue,
            "/quit" => break,
            "/help" => {
                println!("{HELP}");
                continue;
            }
            "/explain" => {
                talk.explain = !talk.explain;
                continue;
            }
            "/slots" => {
                for (slot, value) in &talk.rehearsal.state.slots {
                    println!("  {slot} = {}", crate::cli::plain(&value.to_string()));
                }
                continue;
            }
            "/press" => talk.rehearsal.happen(Body::Press { value: rest.to_owned(), title: rest.to_owned() }),
            "/event" => {
                talk.rehearsal.happen(Body::Custom { name: rest.to_owned(), data: serde_json::Value::Null })
            }
            "/later" => match rest.parse::<SignedDuration>() {
                Ok(time) => talk.rehearsal.pass(time),
                Err(_) => {
                    println!("  a duration such as 31m or 2h");
                    continue;
                }
            },
            _ if command.starts_with('/') => {
                println!("  no such command; /help lists them");
                continue;
            }
            _ => talk.rehearsal.say(line.trim(), arguments.language.as_deref()),
        };
        talk.show(outcome).await;
    }
    println!();
    Ok(ExitCode::SUCCESS)
}

struct Talk<'a> {
    rehearsal: Rehearsal<'a>,
    explain: bool,
}

impl Talk<'_> {
    async fn show(&mut self, mut outcome: Outcome) {
        loop {
            self.print(&outcome);
            let Some(call) = self.rehearsal.calls.front().cloned() else { break };
            outcome = match self.rehearsal.answer(self.call(&call).await) {
                Some(next) => next,
                None => break,
            };
        }
        if let Owner::Team { .. } = self.rehearsal.state.owner {
            println!("     (waiting for a person; there is none here: /later 31m or /quit)");
        }
    }

    fn print(&self, outcome: &Outcome) {
        if self.explain {
            for happening in &outcome.entries {
                explain(happening);
            }
        }
        for content in &outcome.said {
            for message in degrade(content.clone(), &WORDS).messages {
                println!("bot> {}", crate::cli::plain(&message.plain()).replace('\n', "\n     "));
            }
        }
    }

    /// Calls for real, loopback included: the sample's order service is the studio's own demo, if it runs.
    async fn call(&self, call: &studio_core::dialogue::CallRequest) -> CallOutcome {
        let egress = Egress::new(loopback());
        match egress.send(EgressRequest::from(call)).await {
            Ok(answer) => CallOutcome::Answered(RemoteAnswer::from(answer)),
            Err(error) => CallOutcome::Failed(error.to_string()),
        }
    }
}

/// A sample bot calls the demonstration shop, which is served here as the server would.
async fn serve_demo(stage: &mut Stage) -> anyhow::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}/demo/shop", listener.local_addr()?);
    tokio::spawn(axum::serve(listener, crate::demo::router()).into_future());
    let mut bot = (*stage.mind.bot).clone();
    bot.settings.insert("shop_url".to_owned(), address.into());
    stage.mind.bot = std::sync::Arc::new(bot);
    Ok(())
}

/// Loopback on any port is allowed: who types here may call the programs of this machine anyway.
fn loopback() -> Policy {
    let networks = ["127.0.0.0/8", "::1/128"].iter().filter_map(|network| network.parse().ok()).collect();
    Policy { allow_private: networks, allow_ports: (1..=u16::MAX).collect(), ..Policy::default() }
}

/// A terminal shows words, and buttons as numbered lines.
const WORDS: Capabilities = Capabilities {
    quick_replies: 0,
    buttons: 0,
    list_rows: 0,
    carousel: 0,
    cards: false,
    images: false,
    files: false,
    locations: false,
    link_buttons: false,
    ..EVERYTHING
};

fn explain(happening: &Happening) {
    if let Happening::Received { understanding, .. } = happening {
        for scored in understanding.intents.iter().take(3) {
            println!(
                "     · {} {:.2}{}",
                scored.intent,
                scored.confidence,
                if understanding.confident { "" } else { " (none of these)" }
            );
        }
        for entity in &understanding.entities {
            println!("     · {} = {}", entity.entity, crate::cli::plain(&entity.value.to_string()));
        }
        return;
    }
    if let Ok(text) = serde_json::to_string(happening) {
        println!("     · {}", crate::cli::plain(&text));
    }
}
