//! What does every messaging platform's adapter give the server, and what does it say of itself?
//!
//! A platform's folder has, beside the files of every channel, an `Account`: a connection with its
//! credentials read, its clients made, and what is known of it in memory. The server holds one for
//! each connection and calls
//!
//! | call | when |
//! |---|---|
//! | `webhook` | something was POSTed to `/webhooks/<name>`: verify, [`Host::accept`](crate::host::Host::accept), then answer |
//! | `run` | once, for as long as the connection lives: polls, gateways, sockets, registrations |
//! | `send`, `edit`, `retract` | a row of the outbox is to leave |
//! | `typing` | someone on the studio's side is typing |
//! | `fetch` | a file that a person sent is to be kept |
//! | `replay` | what could not be read when it came is tried anew |
//! | `standing` | doctor, console and API ask how it is |
//! | `examine` | the same, asking the platform itself |

mod leaving;
mod offers;
mod standing;

use std::sync::Arc;

use axum::{
    body::Bytes,
    http::{HeaderMap, Method},
    response::Response,
};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use studio_core::{
    api::ApprovedTemplate,
    content::{self, Template},
    id::MediaId,
};
use tokio_util::sync::CancellationToken;
use url::Url;

pub(crate) use self::offers::Offers;
pub use self::{
    leaving::{Attempt, Before, Edit, Leaving, Outcome, Progress, Report, Scope},
    offers::Unoffered,
    standing::{ConnectionStanding, Counts, RefusedToken},
};
use crate::{
    host::Host,
    whatsapp::{KnownTemplate, TemplateError},
};

/// A file that the platform keeps for a person, fetched once the event that named it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// What the content of the event calls it: [`MediaId::of_native`] of the platform's own id.
    pub media: MediaId,
    /// What [`fetch`](self) needs: the platform's own id of the file, or an address of the platform.
    pub native: String,
    /// A clean name: no folders, no control characters.
    pub name: String,
    /// What the platform says it is.
    pub media_type: String,
    /// In bytes, 0 where unknown.
    pub size: u64,
}

/// A file that was fetched, or why not.
pub type Fetched = Result<Bytes, FetchError>;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    #[error("{error}")]
    Retry { after: Option<SignedDuration>, error: String },
    /// It is gone, too large, or not what it was said to be.
    #[error("{0}")]
    Dead(String),
}

/// Why something that could not be read when it came was not taken now either.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// It still cannot be read; a sentence that says why.
    #[error("{0}")]
    Unread(String),
    /// It can be read and is to be taken later.
    #[error("{0}")]
    Later(String),
}

/// Somebody who can be written to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// The platform's name of the conversation, and of the person.
    pub thread: String,
    /// What becomes `contact.…` of the bot.
    pub attributes: serde_json::Map<String, serde_json::Value>,
}

/// Why somebody cannot be written to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReachError {
    /// The address is none, or the platform lets people write first; a sentence that says which.
    #[error("{0}")]
    Unfit(String),
    /// The store failed.
    #[error("{0}")]
    Failed(String),
}

/// Something that a person can type after a slash; made from the bot's triggers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// 1 to 32 lower-case letters of any script, digits and underscores; see [`Self::is_plain`].
    pub name: String,
    /// What it is called by language (ISO 639-1), where a platform shows it by other names; such as `name`. What comes back is `name`.
    pub names: Vec<(String, String)>,
    /// What it does by language (ISO 639-1), the default language first; each 1 to 100 characters.
    pub description: Vec<(String, String)>,
}

impl Command {
    /// Whether every platform takes its name; Discord takes the others as well.
    pub fn is_plain(&self) -> bool {
        self.name.is_ascii()
    }
}

/// Whether a platform whose API is at `api` can call this address: one of https, or, as a simulator does, one of the
/// machine that both are on.
pub fn can_call(api: &Url, address: &Url) -> bool {
    address.scheme() == "https" || is_here(api) && is_here(address)
}

/// The platform behind an address of its API, which has several of them: neither path nor version make another one.
fn place(api: &Url) -> String {
    let name = api.host_str().unwrap_or_default().trim_end_matches('.');
    let is_discord = ["discord.com", "discordapp.com"]
        .iter()
        .any(|known| name.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
    let name = match (is_here(api), is_discord) {
        (true, _) => "localhost",
        (false, true) => "discord.com",
        (false, false) => name,
    };
    format!("{name}:{}", api.port_or_known_default().unwrap_or_default())
}

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Makes one type of the accounts of all platforms, which are alike in what they can.
macro_rules! platforms {
    ($($name:ident $channel:literal $account:ty),* $(,)?) => {
        /// A connection on a messaging platform. Clones are the same connection.
        #[derive(Clone)]
        pub enum Platform {
            $($name(Arc<$account>),)*
        }

        impl Platform {
            /// Name of the connection.
            pub fn name(&self) -> &str {
                match *self { $(Self::$name(ref account) => account.name(),)* }
            }

            /// Name of the bot that answers.
            pub fn bot(&self) -> &str {
                match *self { $(Self::$name(ref account) => account.bot(),)* }
            }

            /// Base address of its API.
            pub fn api(&self) -> &Url {
                match *self { $(Self::$name(ref account) => account.api(),)* }
            }

            /// Name of the channel, as bots and limits know it.
            pub fn channel(&self) -> &'static str {
                match *self { $(Self::$name(_) => $channel,)* }
            }

            /// The same for two connections that are one account on the platform, where only one can be heard; tells
            /// nothing of the credentials.
            pub fn account(&self) -> [u8; 32] {
                match *self {
                    $(Self::$name(ref account) => {
                        let mut hash = Sha256::new();
                        for part in [$channel, place(account.api()).as_str(), account.account()] {
                            hash.update((part.len() as u64).to_be_bytes());
                            hash.update(part);
                        }
                        hash.finalize().into()
                    })*
                }
            }

            /// Something was sent to `/webhooks/<name>`.
            pub async fn webhook<H: Host>(
                &self,
                host: &H,
                method: &Method,
                query: Option<&str>,
                headers: &HeaderMap,
                body: Bytes,
            ) -> Response {
                match *self {
                    $(Self::$name(ref account) => account.webhook(host, method, query, headers, body).await,)*
                }
            }

            /// Something was sent there and refused unread; a sentence for the log. Nobody knows who sent it.
            pub fn refuse(&self, why: &str) {
                match *self {
                    $(Self::$name(ref account) => {
                        account.count(|counts| counts.refused += 1);
                        account.tell_of_stranger(why);
                    })*
                }
            }

            /// Lives until it is stopped.
            pub async fn run<H: Host>(self, host: H, stop: CancellationToken) {
                match self { $(Self::$name(account) => account.run(host, stop).await,)* }
            }

            /// Lets a message leave.
            pub async fn send<H: Host>(&self, host: &H, leaving: &Leaving) -> Attempt {
                match *self { $(Self::$name(ref account) => account.send(host, leaving).await,)* }
            }

            /// Takes something that could not be read when it came; what of it was taken then is recognised.
            pub async fn replay<H: Host>(&self, host: &H, body: Bytes) -> Result<(), ReplayError> {
                match *self { $(Self::$name(ref account) => account.replay(host, body).await,)* }
            }

            /// So much of what was kept as it came gave way to other things.
            pub fn gave_way(&self, bodies: u64) {
                match *self { $(Self::$name(ref account) => account.count(|counts| counts.dropped += bodies),)* }
            }

            /// How it is, as far as is known.
            pub fn standing(&self) -> ConnectionStanding {
                match *self { $(Self::$name(ref account) => account.standing(),)* }
            }

            /// How it is, asking the platform.
            pub async fn examine<H: Host>(&self, host: &H) -> ConnectionStanding {
                match *self { $(Self::$name(ref account) => account.examine(host).await,)* }
            }
        }
    };
}

platforms! {
    Slack "slack" crate::slack::Account,
    Discord "discord" crate::discord::Account,
    Whatsapp "whatsapp" crate::whatsapp::Account,
    Telegram "telegram" crate::telegram::Account,
}

// Each of these needs of the host what its platform does.
impl Platform {
    /// Takes back that the platform sends events to this address, where that was registered by itself; what leads elsewhere stays.
    /// What fails stands in the log.
    pub async fn sign_off<H: Host>(&self, host: &H, address: &Url) {
        match *self {
            Self::Telegram(ref account) => account.sign_off(host, address).await,
            Self::Whatsapp(ref account) => account.sign_off(host, address).await,
            Self::Discord(ref account) => account.sign_off(host, address).await,
            // Its address is set by hand.
            Self::Slack(_) => {}
        }
    }

    /// The methods by which the platform calls the webhook, as the header `Allow` names them.
    pub(crate) fn methods(&self) -> &'static str {
        match self {
            // Meta asks by GET whether the address is ours.
            Self::Whatsapp(_) => "GET, POST",
            Self::Slack(_) | Self::Discord(_) | Self::Telegram(_) => "POST",
        }
    }

    /// Whether the platform lets messages that have left be changed, or taken back.
    pub fn corrects(&self) -> bool {
        content::corrects(self.channel())
    }

    /// Changes a message that has left.
    pub async fn edit<H: Host>(&self, host: &H, edit: &Edit) -> Attempt {
        match *self {
            Self::Slack(ref account) => account.edit(host, edit).await,
            Self::Discord(ref account) => account.edit(host, edit).await,
            Self::Whatsapp(ref account) => account.edit(edit),
            Self::Telegram(ref account) => account.edit(host, edit).await,
        }
    }

    /// Takes a message back that has left.
    pub async fn retract<H: Host>(&self, host: &H, thread: &str, parts: &[String]) -> Attempt {
        match *self {
            Self::Slack(ref account) => account.retract(host, thread, parts).await,
            Self::Discord(ref account) => account.retract(thread, parts).await,
            Self::Whatsapp(ref account) => account.retract(thread, parts),
            Self::Telegram(ref account) => account.retract(host, thread, parts).await,
        }
    }

    /// Shows that somebody is typing.
    pub async fn typing<H: Host>(&self, host: &H, thread: &str) {
        match *self {
            Self::Slack(ref account) => account.typing(host, thread).await,
            Self::Discord(ref account) => account.typing(thread).await,
            Self::Whatsapp(ref account) => account.typing(host, thread).await,
            Self::Telegram(ref account) => account.typing(thread).await,
        }
    }

    /// A file that a person sent.
    pub async fn fetch<H: Host>(&self, host: &H, native: &str) -> Fetched {
        match *self {
            Self::Slack(ref account) => account.fetch(host, native).await,
            Self::Discord(ref account) => account.fetch(native).await,
            Self::Whatsapp(ref account) => account.fetch(host, native).await,
            Self::Telegram(ref account) => account.fetch(native).await,
        }
    }

    /// Why nothing but an approved message may be said where the person last said something then; `None` where anything may.
    pub fn closed<H: Host>(&self, host: &H, last_heard: Option<Timestamp>) -> Option<String> {
        match *self {
            Self::Whatsapp(ref account) => account.closed(host, last_heard),
            Self::Slack(_) | Self::Discord(_) | Self::Telegram(_) => None,
        }
    }

    /// What is pasted at the platform to make the app of this connection, where it takes such a thing.
    pub fn manifest<H: Host>(&self, host: &H) -> Option<serde_json::Value> {
        match *self {
            Self::Slack(ref account) => Some(account.manifest(host)),
            Self::Discord(_) | Self::Whatsapp(_) | Self::Telegram(_) => None,
        }
    }

    /// The messages of which the platform says whether they are approved.
    pub async fn templates<H: Host>(&self, host: &H) -> Result<Vec<ApprovedTemplate>, TemplateError> {
        match *self {
            Self::Whatsapp(ref account) => {
                let known = account.known_templates(host).await;
                let known = known.map_err(|error| TemplateError::Unknown(error.sentence()))?;
                Ok(known.iter().map(KnownTemplate::summary).collect())
            }
            Self::Slack(_) | Self::Discord(_) | Self::Telegram(_) => Ok(Vec::new()),
        }
    }

    /// How a message reads that the platform must have approved, its parameters checked.
    pub async fn check_template<H: Host>(
        &self,
        host: &H,
        template: &Template,
    ) -> Result<String, TemplateError> {
        match *self {
            Self::Whatsapp(ref account) => account.checked(host, template).await,
            Self::Slack(_) | Self::Discord(_) | Self::Telegram(_) => {
                let channel = self.channel();
                Err(TemplateError::Unfit(format!("{channel} approves no messages: send a reply instead")))
            }
        }
    }

    /// The conversation with somebody who may never have written.
    pub async fn reach<H: Host>(
        &self,
        host: &H,
        phone: Option<&str>,
        user_id: Option<&str>,
    ) -> Result<Reached, ReachError> {
        match *self {
            Self::Whatsapp(ref account) => account.reach(host, phone, user_id).await,
            Self::Slack(_) | Self::Discord(_) | Self::Telegram(_) => {
                Err(ReachError::Unfit(format!("on {} people write first", self.channel())))
            }
        }
    }

    /// Whether more than two may talk in a thread. What is told of one of them is nothing of the conversation's contact, and
    /// some platforms count there otherwise.
    pub fn is_group(&self, thread: &str) -> bool {
        match self {
            // Telegram's groups have negative numbers.
            Self::Telegram(_) => thread.starts_with('-'),
            Self::Slack(_) => crate::slack::is_shared(thread),
            Self::Discord(account) => account.is_shared(thread),
            // A number of the Cloud API talks with one person at a time.
            Self::Whatsapp(_) => false,
        }
    }

    /// The group in which a thread is, by which its contact is known; `None` where one person talks with the bot, or it is
    /// not known whether one does. `of_several` says that what came names who of several said it.
    pub fn group_of<'t>(&self, thread: &'t str, of_several: bool) -> Option<&'t str> {
        let is_surely = match self {
            Self::Discord(account) => of_several || account.is_of_server(thread),
            Self::Slack(_) | Self::Telegram(_) | Self::Whatsapp(_) => self.is_group(thread),
        };
        is_surely.then(|| self.counted_as(thread).unwrap_or(thread))
    }

    /// The chat of a thread, where the platform tells of some messages no more than their chat and their number there.
    pub fn chat_told<'t>(&self, thread: &'t str) -> Option<&'t str> {
        match self {
            Self::Telegram(_) => Some(crate::telegram::chat_told(thread)),
            Self::Slack(_) | Self::Discord(_) | Self::Whatsapp(_) => None,
        }
    }

    /// The number of a part in such a chat.
    pub fn number_told<'p>(&self, part: &'p str) -> &'p str {
        match self {
            Self::Telegram(_) => crate::telegram::number_told(part),
            Self::Slack(_) | Self::Discord(_) | Self::Whatsapp(_) => part,
        }
    }

    /// What the platform counts a thread's messages by, where that is not the thread: all threads of a channel, all
    /// topics of a group share what it allows.
    pub fn counted_as<'t>(&self, thread: &'t str) -> Option<&'t str> {
        match self {
            Self::Slack(_) => crate::slack::channel_of(thread),
            Self::Telegram(_) => crate::telegram::chat_of(thread),
            // A thread of Discord's is a channel.
            Self::Discord(_) | Self::Whatsapp(_) => None,
        }
    }
}

impl std::fmt::Debug for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple(self.channel()).field(&self.name()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_the_same_however_the_address_of_its_platform_is_spelled() {
        let of = |api: &str| {
            let token = crate::discord::bot_token::MADE_UP;
            let text = format!("name = 'dc'\nbot = 'shop'\ntoken = '{token}'\napi = '{api}'");
            let config: crate::discord::Config = toml::from_str(&text).expect("the connection of the test");
            let read = |_: &std::path::Path| Err(std::io::Error::other("no files"));
            let account = config.account(&crate::fence::Fence::none(), read).expect("an account");
            Platform::Discord(Arc::new(account)).account()
        };
        let discord = of("https://discord.com/api/v10");
        for same in [
            "https://discord.com/api/v10/",
            "https://discord.com:443/api/v9",
            "https://discordapp.com/api/v10",
            "https://canary.discord.com./api/v10",
        ] {
            assert!(of(same) == discord, "{same}");
        }
        let stand_in = of("http://127.0.0.1:4100/api/v10");
        for same in ["http://localhost:4100/api/v10", "http://[::1]:4100/api/v10/"] {
            assert!(of(same) == stand_in, "{same}");
        }
        for other in ["http://127.0.0.1:4101/api/v10", "https://notdiscord.com/api/v10"] {
            assert!(of(other) != stand_in && of(other) != discord, "{other}");
        }
    }

    #[test]
    fn a_platform_calls_by_https_and_a_simulator_on_its_own_machine_too() {
        let check = |api: &str, address: &str, expected: bool| {
            let [api, address] = [api, address].map(|url| Url::parse(url).expect("an address"));
            assert_eq!(can_call(&api, &address), expected, "{api} {address}");
        };
        check("https://api.telegram.org", "https://bot.example.com/webhooks/t", true);
        check("http://127.0.0.1:4100", "http://127.0.0.1:8080/webhooks/t", true);
        check("http://localhost:4100", "http://[::1]:8080/webhooks/t", true);
        check("https://api.telegram.org", "http://127.0.0.1:8080/webhooks/t", false);
        check("http://127.0.0.1:4100", "http://bot.example.com/webhooks/t", false);
    }
}
