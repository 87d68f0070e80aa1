//! Does Meta know where we are, and what people may type after a slash? And who are we to Meta?

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::sleep;
use url::Url;

use super::{
    call::CallError,
    life::{Account, Endless, back_off},
};
use crate::{
    host::Host,
    platform::{Command, ConnectionStanding},
};

/// How often it is looked whether the bot's commands or our own address have changed.
const LOOK: Duration = Duration::from_mins(1);
/// Meta takes so many commands, with so long a name.
const MOST_COMMANDS: usize = 30;
const LONGEST_COMMAND: usize = 30;

type Wanted = (Option<Url>, Vec<Command>);

impl Account {
    /// Registers anew whenever something has changed.
    pub(super) async fn keep_registered<H: Host>(&self, host: &H) -> Endless {
        let mut registered: Option<Wanted> = None;
        let mut failures = 0;
        loop {
            let mut commands = host.face(self.bot()).map(|face| face.commands).unwrap_or_default();
            commands.retain(Command::is_plain);
            let wanted = (host.webhook_address(self.name()), commands);
            if !self.config.register || registered.as_ref() == Some(&wanted) {
                sleep(LOOK).await;
                continue;
            }
            // The error is noted where the call was made.
            if self.register(host, &wanted).await.is_ok() {
                failures = 0;
                registered = Some(wanted);
            } else {
                failures += 1;
                back_off(host, failures).await;
            }
        }
    }

    async fn register<H: Host>(&self, host: &H, (address, commands): &Wanted) -> Result<(), CallError> {
        let phone = &self.config.phone_number_id;
        let subscribe = self.request(Method::POST, &format!("{}/subscribed_apps", self.config.account_id));
        self.call(subscribe, host.now()).await?;
        if let Some(address) = address {
            let body = json!({
                "webhook_configuration": {
                    "override_callback_uri": address,
                    "verify_token": self.verify_token.expose(),
                },
            });
            self.call(self.request(Method::POST, phone).json(&body), host.now()).await?;
            let mut known = self.known();
            known.standing.listening = Some(true);
            known.standing.way_in = Some(format!("webhook at {address}"));
        } else {
            let way = "webhook, as it is set in the app's dashboard: the studio has no public address";
            self.known().standing.way_in = Some(way.to_owned());
        }
        let commands =
            commands.iter().filter(|command| command.name.len() <= LONGEST_COMMAND).take(MOST_COMMANDS).map(
                |command| {
                    let description =
                        command.description.first().map(|(_, words)| words.as_str()).unwrap_or_default();
                    json!({ "command_name": command.name, "command_description": description })
                },
            );
        let body = json!({ "commands": commands.collect::<Vec<_>>() });
        let path = format!("{phone}/conversational_automation");
        self.call(self.request(Method::POST, &path).json(&body), host.now()).await?;
        Ok(())
    }

    /// Whether events come, as far as Meta tells: where the studio does not know its own address, only a call proves it.
    fn note_webhook<H: Host>(&self, host: &H, subscribed: bool, leads_to: Option<&str>) {
        let own = host.webhook_address(self.name());
        let elsewhere = match (leads_to, &own) {
            (Some(leads_to), Some(own)) => Some(leads_to).filter(|leads_to| *leads_to != own.as_str()),
            (Some(_) | None, _) => None,
        };
        if let Some(elsewhere) = elsewhere {
            self.note_error(host.now(), format!("Meta sends events to {elsewhere}, and not to this studio: set its address in the app's dashboard"));
        }
        let standing = &mut self.known().standing;
        standing.listening = match (subscribed, elsewhere, leads_to.and(own)) {
            (false, ..) | (true, Some(_), _) => Some(false),
            (true, None, Some(_)) => Some(true),
            (true, None, None) => standing.last_call.map(|_| true),
        };
    }

    /// Asks Meta how the connection is.
    pub async fn examine<H: Host>(&self, host: &H) -> ConnectionStanding {
        let fields = "display_phone_number,verified_name,quality_rating,webhook_configuration";
        let number = self.request(Method::GET, &format!("{}?fields={fields}", self.config.phone_number_id));
        let mut leads_to = None;
        if let Ok(number) = self.call(number, host.now()).await {
            // The nearest one counts.
            let configured = |whose: &str| number["webhook_configuration"][whose].as_str().map(str::to_owned);
            leads_to =
                ["phone_number", "whatsapp_business_account", "application"].into_iter().find_map(configured);
            let text = |field: &str| number.get(field).and_then(Value::as_str).unwrap_or("?").to_owned();
            let identity = format!(
                "{}, {} (quality {})",
                text("verified_name"),
                text("display_phone_number"),
                text("quality_rating")
            );
            self.known().standing.identity = Some(identity);
        }
        let apps = self.request(Method::GET, &format!("{}/subscribed_apps", self.config.account_id));
        if let Ok(apps) = self.call(apps, host.now()).await {
            let subscribed = apps.get("data").and_then(Value::as_array).is_some_and(|apps| !apps.is_empty());
            self.note_webhook(host, subscribed, leads_to.as_deref());
        }
        self.standing()
    }
}
