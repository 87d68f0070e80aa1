//! What do the platforms post? Bodies as in their documents, signed before they are sent, so that sending costs little.

use anyhow::Context as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use studio_simulators::{discord, slack, whatsapp};
use tokio::time::sleep;

use super::DISCORD;
use crate::{
    platforms::{Fate, Stand, Way},
    turns::{Prepared, Target},
};

/// Longest wait until the bot's commands are known.
const LONGEST: std::time::Duration = std::time::Duration::from_secs(30);
/// Of so many events one starts a flow that waits for a slow service.
const ONE_IN: usize = 10;

/// A platform that posts.
pub(super) enum Sender {
    Telegram { name: &'static str, secret: String, threads: Vec<String> },
    Slack { name: &'static str, threads: Vec<String> },
    WhatsApp { name: &'static str, threads: Vec<String> },
    Discord { simulator: discord::Simulator, people: usize },
}

/// A request with its signature.
pub(super) struct Post {
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Post {
    pub fn prepared(&self, target: &Target) -> Prepared {
        let headers: Vec<_> = self.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        target.prepare(&headers, &self.body)
    }
}

impl Sender {
    /// A platform with so many people, each of whom has said something.
    pub async fn of(stand: &Stand, people: usize) -> anyhow::Result<Self> {
        let mut threads = Vec::new();
        let mut said = Vec::new();
        for number in 0..people {
            let person = stand.person(number).await?;
            threads.push(person.thread());
            said.push((person.say("ping").await?, person));
        }
        for (id, person) in said {
            while person.fate(&id).await? == Fate::Open {
                sleep(std::time::Duration::from_millis(20)).await;
            }
        }
        let name = stand.way.name();
        Ok(match stand.way {
            Way::TelegramPolling | Way::TelegramWebhook => {
                let state = stand.simulator.see("state").await?;
                let secret = state["secret"].as_str().context("the webhook has no secret")?.to_owned();
                Self::Telegram { name, secret, threads }
            }
            Way::SlackEvents | Way::SlackSockets => Self::Slack { name, threads },
            Way::WhatsApp => Self::WhatsApp { name, threads },
            Way::DiscordGateway | Way::DiscordPosts => {
                anyhow::bail!("Discord's own requests are made by its simulator")
            }
        })
    }

    /// Discord, once it knows the bot's commands.
    pub async fn discord(simulator: discord::Simulator, people: usize) -> anyhow::Result<Self> {
        let begun = std::time::Instant::now();
        while simulator.posted("person-0", "slow").is_none() {
            anyhow::ensure!(begun.elapsed() < LONGEST, "Discord is told of no command");
            sleep(std::time::Duration::from_millis(100)).await;
        }
        Ok(Self::Discord { simulator, people })
    }

    /// The connection to which it posts.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Telegram { name, .. } | Self::Slack { name, .. } | Self::WhatsApp { name, .. } => name,
            Self::Discord { .. } => DISCORD,
        }
    }

    /// So many events, one person after the other.
    pub fn posts(&self, count: usize) -> anyhow::Result<Vec<Post>> {
        (0..count).map(|number| self.post(number)).collect()
    }

    fn post(&self, number: usize) -> anyhow::Result<Post> {
        let text = if number.is_multiple_of(ONE_IN) { "slow" } else { "ping" };
        let of = |threads: &[String]| threads[number % threads.len()].clone();
        Ok(match self {
            Self::Telegram { secret, threads, .. } => {
                let headers = vec![("x-telegram-bot-api-secret-token", secret.clone())];
                Post { headers, body: telegram_body(number, &of(threads), text).to_string() }
            }
            Self::Slack { threads, .. } => {
                let secret = slack::Settings::default().signing_secret;
                let body = slack_body(number, &of(threads), text).to_string();
                let at = seconds().to_string();
                let signature = format!("v0={}", hmac_of(&secret, format!("v0:{at}:{body}").as_bytes()));
                let headers = vec![("x-slack-request-timestamp", at), ("x-slack-signature", signature)];
                Post { headers, body }
            }
            Self::WhatsApp { threads, .. } => {
                let secret = whatsapp::Settings::default().app_secret;
                let body = whatsapp_body(number, &of(threads), text).to_string();
                let signature = format!("sha256={}", hmac_of(&secret, body.as_bytes()));
                Post { headers: vec![("x-hub-signature-256", signature)], body }
            }
            Self::Discord { simulator, people } => {
                let person = format!("person-{}", number % people);
                let interaction = simulator.posted(&person, text);
                let body = interaction.with_context(|| format!("there is no command {text}"))?.to_string();
                let at = seconds().to_string();
                let signature = simulator.sign(&at, body.as_bytes());
                Post {
                    headers: vec![("x-signature-timestamp", at), ("x-signature-ed25519", signature)],
                    body,
                }
            }
        })
    }
}

fn telegram_body(number: usize, chat: &str, text: &str) -> Value {
    let id: i64 = chat.parse().unwrap_or_default();
    json!({
        "update_id": 900_000_000 + number,
        "message": {
            "message_id": 1_000_000 + number, "date": seconds(), "text": text,
            "from": { "id": id, "is_bot": false, "first_name": "Somebody", "language_code": "en" },
            "chat": { "id": id, "type": "private", "first_name": "Somebody" },
        },
    })
}

fn slack_body(number: usize, channel: &str, text: &str) -> Value {
    let ts = format!("{}.{number:06}", seconds());
    json!({
        "token": "verification", "team_id": "T0STUDIO1", "api_app_id": "A0STUDIO1", "type": "event_callback",
        "event_id": format!("EvB{number:08}"), "event_time": seconds(), "is_ext_shared_channel": false,
        "event": {
            "type": "message", "channel": channel, "channel_type": "im", "user": channel.replacen('D', "U", 1),
            "text": text, "ts": ts, "event_ts": ts, "team": "T0STUDIO1", "client_msg_id": format!("bench-{number}"),
        },
        "authorizations": [{
            "enterprise_id": null, "team_id": "T0STUDIO1", "user_id": "U0BOT0001", "is_bot": true,
            "is_enterprise_install": false,
        }],
    })
}

fn whatsapp_body(number: usize, person: &str, text: &str) -> Value {
    let whatsapp::Settings { phone_number_id, display_phone_number, account_id, .. } =
        whatsapp::Settings::default();
    json!({
        "object": "whatsapp_business_account",
        "entry": [{ "id": account_id, "changes": [{ "field": "messages", "value": {
            "messaging_product": "whatsapp",
            "metadata": { "display_phone_number": display_phone_number, "phone_number_id": phone_number_id },
            "contacts": [{ "profile": { "name": "Somebody" }, "user_id": person }],
            "messages": [{
                "id": format!("wamid.bench{number:016X}"), "from_user_id": person, "type": "text",
                "timestamp": seconds().to_string(), "text": { "body": text },
            }],
        } }] }],
    })
}

/// The hex of HMAC-SHA256.
pub(super) fn hmac_of(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("a key of any length will do");
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

#[expect(clippy::disallowed_methods, reason = "a platform has no clock but the machine's")]
fn seconds() -> i64 {
    jiff::Timestamp::now().as_second()
}
