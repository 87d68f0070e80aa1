//! How is the connection? What Discord says when it is asked.

use serde::Deserialize;

use super::{
    config::WayIn,
    frame::TOKEN_REFUSED,
    life::{Account, Identity},
    rest::{Answer, Refusal},
    sign::PublicKey,
};
use crate::{
    host::Host,
    webhooks::{host_of, shown_address},
};

/// That Discord says who we are, as the connection's life calls it.
pub(super) const USER: &str = "user";

/// That what is pressed and typed comes to the studio.
pub(super) const LEADS_HERE: &str = "endpoint";

#[derive(Deserialize)]
struct Application {
    id: String,
    #[serde(default)]
    verify_key: String,
    #[serde(default)]
    interactions_endpoint_url: Option<String>,
}

#[derive(Deserialize)]
struct User {
    id: String,
    username: String,
    #[serde(default)]
    discriminator: Option<String>,
}

/// Learns who we are, and what of the settings at Discord stands in the way. What fails is noted.
pub async fn identify<H: Host>(account: &Account, host: &H) -> Result<(), Refusal> {
    let found = ask(account, host).await;
    match &found {
        Ok(()) => {
            account.update(|standing| standing.life.passed(USER));
            host.answers(account.name());
        }
        Err(Refusal::Refused { status: 401, .. }) => {
            account.update(|standing| standing.token_valid = Some(false));
            account.failed(host, TOKEN_REFUSED.to_owned());
        }
        Err(error) => {
            let why = format!("Discord does not say who we are: {}", error.advised());
            account.update(|standing| standing.life.failed(USER, &why));
            account.failed(host, why);
        }
    }
    found
}

async fn ask<H: Host>(account: &Account, host: &H) -> Result<(), Refusal> {
    let user = account.rest.get("user", "users/@me").await?;
    if let Some(theirs) = user.date {
        let skew = theirs.duration_since(host.now()).as_secs();
        account.update(|standing| standing.clock_skew_seconds = Some(skew));
    }
    let application: Application = read(account.rest.get("application", "applications/@me").await?)?;
    let User { id, username, discriminator } = read(user)?;
    let name = match discriminator.filter(|number| number != "0") {
        Some(number) => format!("{username}#{number}"),
        None => username,
    };
    let odd = || Refusal::Failed(format!("“{id}” is no id of Discord"));
    let user = id.parse().ok().filter(|id| *id > 0).ok_or_else(odd)?;
    let key = PublicKey::read(&application.verify_key).ok();
    let elsewhere = application.interactions_endpoint_url.filter(|url| !url.is_empty());
    account.known_as(Identity { user, name, application: application.id }, key);
    if account.config.way_in == WayIn::Interactions {
        let own = host.webhook_address(account.name());
        let is_ours = elsewhere.as_deref() == own.as_ref().map(url::Url::as_str);
        let leads_to = elsewhere.as_deref().map(|url| shown_address(own.as_ref(), url));
        account.update(|standing| standing.webhook_set.clone_from(&leads_to));
        // What Discord took it has tried. Before that nothing is said of it.
        if account.standing().listening.is_some() {
            account.update(|standing| standing.listening = Some(is_ours));
            if is_ours {
                account.update(|standing| standing.life.passed(LEADS_HERE));
            } else {
                let leads_to = leads_to.as_deref().unwrap_or("nowhere");
                let why = format!(
                    "presses and commands go to {leads_to} and not to the studio; pause and resume the connection, or set Interactions Endpoint URL in the developer portal"
                );
                account.update(|standing| standing.life.refused(LEADS_HERE, &why));
                account.failed(host, why);
            }
        }
    }
    if let (WayIn::Gateway, Some(url)) = (account.config.way_in, elsewhere) {
        let own = host.webhook_address(account.name()).is_some_and(|own| own.as_str() == url);
        if !own {
            let leads_to = host_of(&url);
            account.failed(
                host,
                format!(
                    "presses and commands go to {leads_to} and not to the studio; clear Interactions Endpoint URL in the developer portal (General Information)"
                ),
            );
        }
    }
    Ok(())
}

/// Where interactions are POSTed, if anywhere.
pub(super) async fn address(account: &Account) -> Result<Option<String>, Refusal> {
    let application: Application = read(account.rest.get("application", "applications/@me").await?)?;
    Ok(application.interactions_endpoint_url.filter(|url| !url.is_empty()))
}

fn read<T: for<'de> Deserialize<'de>>(answer: Answer) -> Result<T, Refusal> {
    serde_json::from_value(answer.body)
        .map_err(|error| Refusal::Failed(format!("the answer cannot be read ({error}); is api right?")))
}
