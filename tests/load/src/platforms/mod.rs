//! How do people talk to a bot on the messaging platforms? Each platform is a simulator in this process, which outlives
//! the studio; a file for each says what people do there, and what they see.

mod discord;
mod slack;
mod telegram;
mod whatsapp;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context as _, anyhow, ensure};
use futures::{FutureExt as _, future::BoxFuture};
use serde_json::Value;
use studio_simulators::faults::Plan;
use tokio::{
    net::TcpListener,
    time::{Instant, sleep},
};

use crate::patience::MOST;

/// How long a simulator may take for one thing.
const PATIENCE: Duration = MOST;
/// A platform opens a form within three seconds of the press.
const OPENED_WITHIN: Duration = Duration::from_secs(4);
const LOOK: Duration = Duration::from_millis(50);
/// With what a conversation begins in which nothing can be written before the bot has said something: a command.
pub const BEGIN: &str = "/begin";

/// A platform, and the way in which its events come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    TelegramPolling,
    TelegramWebhook,
    DiscordGateway,
    /// Commands, presses and forms alone, each a signed POST.
    DiscordPosts,
    SlackEvents,
    SlackSockets,
    WhatsApp,
}

impl Way {
    pub const ALL: [Self; 7] = [
        Self::TelegramPolling,
        Self::TelegramWebhook,
        Self::DiscordGateway,
        Self::DiscordPosts,
        Self::SlackEvents,
        Self::SlackSockets,
        Self::WhatsApp,
    ];

    /// Name of its connection.
    pub fn name(self) -> &'static str {
        match self {
            Self::TelegramPolling => "telegram-polling",
            Self::TelegramWebhook => "telegram-webhook",
            Self::DiscordGateway => "discord-gateway",
            Self::DiscordPosts => "discord-posts",
            Self::SlackEvents => "slack-events",
            Self::SlackSockets => "slack-sockets",
            Self::WhatsApp => "whatsapp",
        }
    }

    /// As the settings and the folders of `adapters/src` call it.
    pub fn channel(self) -> &'static str {
        match self {
            Self::TelegramPolling | Self::TelegramWebhook => "telegram",
            Self::DiscordGateway | Self::DiscordPosts => "discord",
            Self::SlackEvents | Self::SlackSockets => "slack",
            Self::WhatsApp => "whatsapp",
        }
    }

    /// Whether several can be chosen from in a list of their own.
    pub fn has_lists(self) -> bool {
        !matches!(self, Self::TelegramPolling | Self::TelegramWebhook)
    }

    /// Whether words stand below a picture, and no name of a file.
    pub fn has_captions(self) -> bool {
        matches!(self, Self::TelegramPolling | Self::TelegramWebhook | Self::WhatsApp)
    }

    /// Whether a message that has left can be changed and taken back.
    pub fn corrects(self) -> bool {
        !matches!(self, Self::WhatsApp)
    }

    /// Whether what is said without waiting comes in the order in which it was said: Telegram numbers the updates of a chat, and tells no later one
    /// before an earlier. Elsewhere one that was not taken is told again behind others, one that is late is told behind those that were in time, or the
    /// platform promises no order. By interactions nobody says anything without waiting.
    pub fn keeps_order(self) -> bool {
        matches!(self, Self::TelegramPolling | Self::TelegramWebhook)
    }

    /// Whether several questions are asked in one window.
    pub fn has_forms(self) -> bool {
        matches!(self, Self::DiscordGateway | Self::DiscordPosts | Self::SlackEvents | Self::SlackSockets)
    }

    /// Whether whatever is done is told once, and its maker sees that it failed where nobody took it. What is said is written into a form
    /// there, one after the other, and begins with a command; files cannot be sent.
    pub fn is_by_interactions(self) -> bool {
        matches!(self, Self::DiscordPosts)
    }
}

/// What became of something that a person did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The platform has not got it through yet, and tries again.
    Open,
    /// The studio has acknowledged it.
    Taken,
    /// The platform tries no more.
    GivenUp,
}

/// A message of the bot, as a person sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// All words of it, its buttons among them.
    pub words: Vec<String>,
    /// What stands in its text alone.
    pub text: String,
}

/// A file that is sent.
#[derive(Clone, Copy, Debug)]
pub struct File<'a> {
    pub name: &'a str,
    pub media_type: &'a str,
    pub bytes: &'a [u8],
}

/// Someone in a conversation with the bot alone. What they do is known by what is returned.
pub trait Person: Send + Sync {
    /// The platform's own name of the conversation.
    fn thread(&self) -> String;
    /// Whether there is something to write into now; asks for it where that needs an act of its own.
    fn can_write(&self) -> BoxFuture<'_, anyhow::Result<bool>> {
        async { Ok(true) }.boxed()
    }
    fn say<'a>(&'a self, text: &'a str) -> BoxFuture<'a, anyhow::Result<String>>;
    /// Says all of it, one right after the other.
    fn say_all<'a>(&'a self, texts: &'a [&'a str]) -> BoxFuture<'a, anyhow::Result<Vec<String>>> {
        async move {
            let mut ids = Vec::new();
            for text in texts {
                ids.push(self.say(text).await?);
            }
            Ok(ids)
        }
        .boxed()
    }
    /// Presses what bears this title, in the latest message of the bot that has it.
    fn press<'a>(&'a self, title: &'a str) -> BoxFuture<'a, anyhow::Result<String>>;
    fn send<'a>(&'a self, file: File<'a>) -> BoxFuture<'a, anyhow::Result<String>>;
    /// The form in which this question stands, where one is open.
    fn form<'a>(&'a self, _question: &'a str) -> BoxFuture<'a, anyhow::Result<Option<String>>> {
        async { Ok(None) }.boxed()
    }
    /// Fills in a form that is open, by field.
    fn submit<'a>(
        &'a self,
        _form: &'a str,
        _answers: [(&'a str, &'a str); 2],
    ) -> BoxFuture<'a, anyhow::Result<String>> {
        async { Err::<String, anyhow::Error>(anyhow!("this platform has no forms")) }.boxed()
    }
    fn fate<'a>(&'a self, id: &'a str) -> BoxFuture<'a, anyhow::Result<Fate>>;
    /// All that the bot has said, as it stands now.
    fn shown(&self) -> BoxFuture<'_, anyhow::Result<Vec<Shown>>>;
    /// The bytes of the files that the bot has sent.
    fn files(&self) -> BoxFuture<'_, anyhow::Result<Vec<Vec<u8>>>>;
}

/// Presses what opens a form; the form, where it opened in time.
pub async fn open(person: &dyn Person, title: &str, question: &str) -> anyhow::Result<Option<String>> {
    person.press(title).await?;
    let until = Instant::now() + OPENED_WITHIN;
    while Instant::now() < until {
        if let Some(form) = person.form(question).await? {
            return Ok(Some(form));
        }
        sleep(LOOK).await;
    }
    Ok(None)
}

/// A simulated platform with one bot on it.
#[derive(Clone, Debug)]
pub struct Stand {
    pub way: Way,
    pub simulator: Simulator,
}

impl Stand {
    /// Starts the simulator of a platform, which sends events to a studio at this address. Serves until the process ends.
    pub async fn start(way: Way, studio: SocketAddr) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("no port for a simulator")?;
        let address = format!("http://{}", listener.local_addr()?);
        let webhook = format!("http://{studio}/webhooks/{}", way.name());
        match way {
            Way::TelegramPolling | Way::TelegramWebhook => telegram::start(listener),
            Way::DiscordGateway | Way::DiscordPosts => discord::start(listener, &address),
            Way::SlackEvents => slack::start(listener, Some(webhook)),
            Way::SlackSockets => slack::start(listener, None),
            Way::WhatsApp => whatsapp::start(listener),
        }
        Ok(Self { way, simulator: Simulator::at(address)? })
    }

    /// The `[[connection]]` of a bot to it.
    pub fn settings(&self, bot: &str) -> String {
        self.settings_as(self.way.name(), bot)
    }

    /// The same under another name, which Slack's signed POSTs do not come to.
    pub fn settings_as(&self, name: &str, bot: &str) -> String {
        let address = &self.simulator.address;
        let more = match self.way {
            Way::TelegramPolling => telegram::settings(address, "polling"),
            Way::TelegramWebhook => telegram::settings(address, "webhook"),
            Way::DiscordGateway => discord::settings(address, "gateway"),
            Way::DiscordPosts => discord::settings(address, "interactions"),
            Way::SlackEvents => slack::settings(address, true),
            Way::SlackSockets => slack::settings(address, false),
            Way::WhatsApp => whatsapp::settings(address),
        };
        let channel = self.way.channel();
        format!("[[connection]]\nname = \"{name}\"\nchannel = \"{channel}\"\nbot = \"{bot}\"\n{more}")
    }

    /// The person of this number, who begins with the first words.
    pub async fn person(&self, number: usize) -> anyhow::Result<Arc<dyn Person>> {
        let simulator = self.simulator.clone();
        Ok(match self.way {
            Way::TelegramPolling | Way::TelegramWebhook => {
                Arc::new(telegram::Person::new(simulator, number).await?)
            }
            Way::DiscordGateway | Way::DiscordPosts => {
                Arc::new(discord::Person::new(simulator, number, self.way).await?)
            }
            Way::SlackEvents | Way::SlackSockets => Arc::new(slack::Person::new(simulator, number)),
            Way::WhatsApp => Arc::new(whatsapp::Person::new(simulator, number).await?),
        })
    }

    /// What goes wrong from now on.
    pub async fn fail(&self, plan: &Plan) -> anyhow::Result<()> {
        let Simulator { address, http } = &self.simulator;
        let answer = http.put(format!("{address}/simulator/faults")).json(plan).send().await?;
        answer.error_for_status()?;
        Ok(())
    }
}

/// Asks a simulator.
#[derive(Clone, Debug)]
pub struct Simulator {
    /// `http://127.0.0.1:<port>`
    pub address: String,
    http: reqwest::Client,
}

impl Simulator {
    fn at(address: String) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder().no_proxy().timeout(PATIENCE).build()?;
        Ok(Self { address, http })
    }

    /// Something that a person does.
    async fn act(&self, act: &str, body: &Value) -> anyhow::Result<Value> {
        let answer = self.http.post(format!("{}/simulator/{act}", self.address)).json(body).send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        ensure!(status.is_success(), "{act} {body}: {status} {text}");
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }

    /// What the simulator tells of itself.
    pub async fn see(&self, what: &str) -> anyhow::Result<Value> {
        let answer = self.http.get(format!("{}/simulator/{what}", self.address)).send().await?;
        Ok(answer.error_for_status()?.json().await?)
    }

    async fn download(&self, url: &str, token: Option<&str>) -> anyhow::Result<Vec<u8>> {
        let mut request = self.http.get(url);
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        Ok(request.send().await?.error_for_status()?.bytes().await?.to_vec())
    }
}

/// The text of a field, which a simulator always has.
fn text(value: &Value, field: &str) -> anyhow::Result<String> {
    let found = value[field].as_str().map(str::to_owned);
    found.with_context(|| format!("a simulator answered without {field}: {value}"))
}

/// The elements of a list.
fn items(value: &Value) -> impl DoubleEndedIterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// All texts under these names, wherever they stand.
fn words(value: &Value) -> Vec<String> {
    const NAMES: [&str; 8] = ["text", "body", "content", "title", "description", "caption", "label", "name"];
    match value {
        Value::Array(items) => items.iter().flat_map(words).collect(),
        Value::Object(fields) => {
            let of_field = |(name, value): (&String, &Value)| match value {
                Value::String(text) if NAMES.contains(&name.as_str()) => vec![text.clone()],
                Value::Array(_) | Value::Object(_) => words(value),
                _ => Vec::new(),
            };
            fields.iter().flat_map(of_field).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_are_found_at_any_depth() {
        let message = json!({
            "id": "7", "text": { "body": "Sure?" }, "rows": [{ "title": "Yes", "value": "yes" }, { "title": "No" }],
        });
        assert_eq!(words(&message), ["Sure?", "Yes", "No"]);
    }
}
