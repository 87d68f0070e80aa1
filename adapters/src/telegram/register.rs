//! How does Telegram learn where our webhook is, and how does it fare?

use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use teloxide_core::{
    payloads::{DeleteWebhook, GetWebhookInfo, SetWebhook},
    types::True,
};
use url::Url;

use super::{
    call::CallError,
    config::Receive,
    life::{Account, PATIENCE, WANTED, pause, why},
    poll::REMOVE,
};
use crate::{
    host::Host,
    webhooks::{host_of, shown_address},
};

/// How often Telegram is asked how the webhook fares.
const LOOK: Duration = Duration::from_mins(2);

/// Under which name the host keeps where the webhook was set last.
const KEY: &str = "webhook";

/// As much of `WebhookInfo` as is needed.
#[derive(Deserialize)]
struct Info {
    #[serde(default)]
    url: String,
    #[serde(default)]
    pending_update_count: u64,
    #[serde(default)]
    last_error_date: Option<i64>,
    #[serde(default)]
    last_error_message: Option<String>,
}

pub(super) async fn run<H: Host>(account: &Account, host: &H) {
    let mut tries = 0;
    while !register(account, host).await {
        account.rest(pause(host, tries)).await;
        tries += 1;
    }
    loop {
        tokio::time::sleep(LOOK).await;
        look(account, host).await;
    }
}

async fn register<H: Host>(account: &Account, host: &H) -> bool {
    let Some(address) = host.webhook_address(account.name()) else {
        let why = "a webhook needs an address of https that Telegram can reach: set public_url of [server], or receive = \"polling\"";
        account.is_deaf(why);
        account.note(host, why);
        return false;
    };
    let mut method = SetWebhook::new(address.clone());
    method.secret_token = Some(account.secret(host).expose().to_owned());
    method.allowed_updates = Some(WANTED.to_vec());
    method.max_connections = Some(account.config.max_connections);
    match account.call::<_, _, True>(host, &method, PATIENCE).await {
        Ok(True) => {
            account.hears(host);
            account.state().standing.webhook_set = Some(address.to_string());
            if let Err(error) = host.remember(account.name(), KEY, address.into()).await {
                account.note(host, &format!("the webhook's address is not kept: {error}"));
            }
            true
        }
        Err(error) => {
            let why = why("could not set the webhook", &error);
            account.is_deaf(&why);
            account.note(host, &why);
            false
        }
    }
}

/// Removes the webhook, if it leads to this address.
pub(super) async fn leave<H: Host>(account: &Account, host: &H, address: &Url) -> Result<(), CallError> {
    let info: Info = account.call(host, &GetWebhookInfo::new(), PATIENCE).await?;
    if info.url == address.as_str() {
        account.call::<_, _, True>(host, &DeleteWebhook::new(), PATIENCE).await?;
    }
    Ok(())
}

/// Removes the webhook that leads to us, now or before the settings changed; says where another program's leads.
pub(super) async fn clear<H: Host>(account: &Account, host: &H) -> Result<Option<String>, CallError> {
    let info: Info = account.call(host, &GetWebhookInfo::new(), PATIENCE).await?;
    if info.url.is_empty() {
        return Ok(None);
    }
    let is_now = host.webhook_address(account.name()).is_some_and(|ours| ours.as_str() == info.url);
    if !is_now && !was_ours(account, host, &info.url).await {
        return Ok(Some(host_of(&info.url)));
    }
    account.call::<_, _, True>(host, &DeleteWebhook::new(), PATIENCE).await?;
    Ok(None)
}

/// Whether this connection set it, before the settings changed.
async fn was_ours<H: Host>(account: &Account, host: &H, url: &str) -> bool {
    host.recall(account.name(), KEY).await.is_ok_and(|kept| kept.as_deref() == Some(url))
}

/// Asks what waits, and whether the webhook is still ours.
pub(super) async fn look<H: Host>(account: &Account, host: &H) {
    let info = match account.call::<_, _, Info>(host, &GetWebhookInfo::new(), PATIENCE).await {
        Ok(info) => info,
        Err(error) => {
            return account.note(host, &why("could not look at the webhook", &error));
        }
    };
    let own = host.webhook_address(account.name());
    let ours = own.as_ref().is_some_and(|own| own.as_str() == info.url);
    {
        let standing = &mut account.state().standing;
        let is_called = account.config.receive == Receive::Webhook && !info.url.is_empty();
        standing.webhook_set = is_called.then(|| shown_address(own.as_ref(), &info.url));
        standing.pending = Some(info.pending_update_count);
        standing.life.passed("name");
    }
    host.answers(account.name());
    match account.config.receive {
        Receive::Polling if info.url.is_empty() => {}
        Receive::Polling => match clear(account, host).await {
            Ok(None) => {}
            Ok(Some(place)) => account.steps_down(
                host,
                &format!("another program has set a webhook for this bot, at {place}. {REMOVE}"),
            ),
            Err(error) => account.note(host, &why("could not remove the webhook", &error)),
        },
        Receive::Webhook => {
            if ours {
                let standing = &mut account.state().standing;
                standing.listening = Some(true);
                standing.life.passed("updates");
            }
            if info.url.is_empty() {
                // Nobody else has it: it was taken away, and is set again.
                account.state().standing.listening = Some(false);
                account.note(host, "the webhook of this bot was removed, and is set again");
                register(account, host).await;
            } else if !ours && was_ours(account, host, &info.url).await {
                account.note(host, "the webhook of this bot leads to the address before, and is set again");
                register(account, host).await;
            } else if !ours {
                let place = host_of(&info.url);
                account.steps_down(host, &format!(
                    "the webhook of this bot now leads elsewhere ({place}): another program has taken it over. Stepping down; \
                     stop the other, then pause and resume this connection"
                ));
            } else if let (Some(at), Some(message)) = (info.last_error_date, info.last_error_message) {
                let at = Timestamp::from_second(at).unwrap_or_else(|_| host.now());
                let known = &mut account.state().standing.last_error;
                // Telegram tells its last one for ever.
                if known.as_ref().is_none_or(|(known, _)| *known < at) {
                    *known = Some((at, format!("Telegram could not call the webhook: {message}")));
                }
            }
        }
    }
}
