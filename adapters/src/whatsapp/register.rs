//! Does Meta know where we are, and what people may type after a slash? And who are we to Meta?

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::{
    select,
    time::{Instant, sleep},
};
use url::Url;

use super::{
    call::CallError,
    error::NO_CODE,
    life::{Account, Endless, back_off},
};
use crate::{
    host::Host,
    platform::{Command, ConnectionStanding, Offers},
    webhooks::{host_of, shown_address},
};

/// How often it is looked whether the bot's commands or our own address have changed.
const LOOK: Duration = Duration::from_mins(1);
/// How often Meta is asked who we are.
const CHECK: Duration = Duration::from_hours(1);
/// Behind so many the pause grows no more: it is a minute.
const MOST_FAILURES: u32 = 6;
/// What Meta takes of commands.
pub(crate) const OFFERS: Offers = Offers { plain: true, longest: 30, most: 30 };
/// That Meta's events lead to this studio, as the connection's life calls it.
const LEADS_HERE: &str = "webhook";

type Wanted = (Option<Url>, Vec<Command>);

impl Account {
    /// Asks Meta who we are at the start, and then now and then; soon again where something fails.
    pub(super) async fn keep_introduced<H: Host>(&self, host: &H) -> Endless {
        let (mut failures, mut asked) = (0, None::<Instant>);
        loop {
            let is_well = self.known().standing.life.latest().is_none();
            if is_well && asked.is_some_and(|asked| asked.elapsed() < CHECK) {
                self.look_later().await;
                continue;
            }
            asked = Some(Instant::now());
            if let Ok(number) = self.introduce(host).await {
                let led_elsewhere = self.known().standing.life.fails(LEADS_HERE);
                if led_elsewhere {
                    self.look_at_webhook(host, Some(&number)).await;
                }
                failures = 0;
                self.look_later().await;
            } else {
                failures += 1;
                back_off(host, failures.min(MOST_FAILURES)).await;
            }
        }
    }

    async fn look_later(&self) {
        select! {
            () = sleep(LOOK) => {}
            () = self.doubted.notified() => {}
        }
    }

    /// Asks Meta who we are; the answer has more.
    async fn introduce<H: Host>(&self, host: &H) -> Result<Value, CallError> {
        let fields = "display_phone_number,verified_name,quality_rating,webhook_configuration";
        let number = self.request(Method::GET, &format!("{}?fields={fields}", self.config.phone_number_id));
        let answered = self.answer(number, host.now()).await;
        self.note_answer(host.now(), &answered, about_number);
        match &answered {
            Ok(number) => {
                let text = |field: &str| number.get(field).and_then(Value::as_str).unwrap_or("?").to_owned();
                let identity = format!(
                    "{}, {} (quality {})",
                    text("verified_name"),
                    text("display_phone_number"),
                    text("quality_rating")
                );
                {
                    let standing = &mut self.known().standing;
                    standing.identity = Some(identity);
                    standing.life.passed("number");
                }
                host.answers(self.name());
            }
            Err(error) => {
                self.known().standing.life.failed("number", &about_number(error));
            }
        }
        answered
    }

    /// Registers anew whenever something has changed.
    pub(super) async fn keep_registered<H: Host>(&self, host: &H) -> Endless {
        let mut registered: Option<Wanted> = None;
        let mut failures = 0;
        loop {
            let commands = host.face(self.bot()).map(|face| face.commands).unwrap_or_default();
            let wanted = (host.webhook_address(self.name()), commands);
            if !self.config.register || registered.as_ref() == Some(&wanted) {
                sleep(LOOK).await;
                continue;
            }
            let subscribed = self.subscribe(wanted.0.as_ref(), host).await;
            {
                let life = &mut self.known().standing.life;
                match &subscribed {
                    Ok(()) => life.passed("address"),
                    Err(error) => {
                        life.failed(
                            "address",
                            &format!("the webhook is not registered: {}", error.sentence()),
                        );
                    }
                }
            }
            // The error is noted where the call was made.
            if subscribed.is_ok() && self.offer(&wanted.1, host).await.is_ok() {
                failures = 0;
                registered = Some(wanted);
            } else {
                failures += 1;
                back_off(host, failures.min(MOST_FAILURES)).await;
            }
        }
    }

    async fn subscribe<H: Host>(&self, address: Option<&Url>, host: &H) -> Result<(), CallError> {
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
            known.standing.life.passed(LEADS_HERE);
            known.standing.listening = Some(true);
            known.standing.way_in = Some("webhook".to_owned());
            known.standing.webhook_set = Some(address.to_string());
        } else {
            let way = "webhook, as it is set in the app's dashboard: the studio has no public address";
            self.known().standing.way_in = Some(way.to_owned());
        }
        Ok(())
    }

    /// Nothing of our number is to come to this address any more. An error is noted where the call was made.
    pub async fn sign_off<H: Host>(&self, host: &H, address: &Url) {
        if !self.config.register {
            return;
        }
        let phone = &self.config.phone_number_id;
        let number = self.request(Method::GET, &format!("{phone}?fields=webhook_configuration"));
        let Ok(number) = self.call(number, host.now()).await else { return };
        if number["webhook_configuration"]["phone_number"] == address.as_str() {
            let body = json!({ "webhook_configuration": { "override_callback_uri": "" } });
            let _: Result<Value, _> =
                self.call(self.request(Method::POST, phone).json(&body), host.now()).await;
        }
    }

    /// Whether the studio tells Meta where events go and which commands there are.
    pub(crate) fn registers(&self) -> bool {
        self.config.register
    }

    /// Tells Meta what people may type after a slash.
    async fn offer<H: Host>(&self, commands: &[Command], host: &H) -> Result<(), CallError> {
        let commands = OFFERS.of(commands).map(|command| {
            let description =
                command.description.first().map(|(_, words)| words.as_str()).unwrap_or_default();
            json!({ "command_name": command.name, "command_description": description })
        });
        let body = json!({ "commands": commands.collect::<Vec<_>>() });
        let path = format!("{}/conversational_automation", self.config.phone_number_id);
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
            let place = host_of(elsewhere);
            let why = format!(
                "Meta sends events to {place}, and not to this studio: stop what listens there, then pause and resume this connection, or \
                 set the studio's address in the app's dashboard"
            );
            self.known().standing.life.refused(LEADS_HERE, &why);
            self.note_error(host.now(), why);
        }
        let told = |leads_to: &str| shown_address(own.as_ref(), leads_to);
        let standing = &mut self.known().standing;
        standing.webhook_set = leads_to.filter(|_| subscribed).map(told);
        standing.listening = match (subscribed, elsewhere, leads_to.and(own)) {
            (false, ..) | (true, Some(_), _) => Some(false),
            (true, None, Some(_)) => Some(true),
            (true, None, None) => standing.last_call.map(|_| true),
        };
    }

    /// Asks Meta how the connection is.
    pub async fn examine<H: Host>(&self, host: &H) -> ConnectionStanding {
        let number = self.introduce(host).await.ok();
        if number.is_none() {
            self.doubted.notify_one();
        }
        self.look_at_webhook(host, number.as_ref()).await;
        self.known().standing.life.was_asked();
        self.standing()
    }

    /// Asks Meta where events go; `number` is what it tells of our number.
    async fn look_at_webhook<H: Host>(&self, host: &H, number: Option<&Value>) {
        // The nearest one counts.
        let leads_to = number.and_then(|number| {
            let whose = ["phone_number", "whatsapp_business_account", "application"];
            whose.into_iter().find_map(|whose| number["webhook_configuration"][whose].as_str())
        });
        let apps = self.request(Method::GET, &format!("{}/subscribed_apps", self.config.account_id));
        if let Ok(apps) = self.call(apps, host.now()).await {
            let subscribed = apps.get("data").and_then(Value::as_array).is_some_and(|apps| !apps.is_empty());
            if number.is_some() {
                self.known().standing.life.passed(LEADS_HERE);
            }
            self.note_webhook(host, subscribed, leads_to);
        }
    }
}

/// What is wrong where Meta does not tell of our number.
fn about_number(error: &CallError) -> String {
    let why = error.sentence();
    match error {
        // Meta says the same where there is no such number and where the token may not see it.
        CallError::Refused(refusal) if matches!(refusal.error.code, 33 | 100) => format!(
            "{why}; Meta knows no number of this phone_number_id, or the token may not see it: copy it from WhatsApp, API \
             setup, and give the system user the account"
        ),
        CallError::Refused(refusal) if refusal.status == 404 && refusal.error.code != NO_CODE => {
            format!("{why}; is api right?")
        }
        CallError::Refused(_) | CallError::Unreachable(_) | CallError::Lost(_) => why,
    }
}
