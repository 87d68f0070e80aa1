//! What does a running connection keep in memory, and what does it do as long as it lives?

use std::{
    collections::{HashMap, HashSet, VecDeque},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use jiff::{SignedDuration, Timestamp};
use slack_morphism::prelude::*;
use tokio::{select, sync::Notify, time::Instant};
use tokio_util::sync::CancellationToken;
use url::Url;

use super::{
    config::{AccountError, Config},
    identity::Identity,
    inbound::{Event, Manner},
    profile::{Stranger, Title},
    reading::{self, Reading},
    tokens::{Tokens, Verdict},
    trouble::Trouble,
    turns::Turns,
};
use crate::{
    credential::Credential,
    fence::Fence,
    floods::Floods,
    host::Host,
    late::Late,
    platform::{ConnectionStanding, Counts},
    told::Told,
    trials::Trials,
};

/// How often Slack is asked whether the token is still good.
const CHECK: Duration = Duration::from_hours(1);
/// Between two tries of something that somebody has to set right first.
const REFUSED: Duration = Duration::from_mins(5);
const FIRST_DELAY: Duration = Duration::from_secs(1);
const LONGEST_DELAY: Duration = Duration::from_mins(1);
/// Messages whose sending had no clear end, and which are looked for before they are sent again.
const MOST_DOUBTFUL: usize = 10_000;

/// The library's client, whose resolver is the fence.
type Client = SlackClient<SlackClientHyperConnector<HttpsConnector<HttpConnector<Fence>>>>;

/// A connection with its credentials read.
pub struct Account {
    pub(super) manner: Manner,
    bot: String,
    pub(super) bot_token: SlackApiToken,
    pub(super) app_token: Option<SlackApiToken>,
    pub(super) signing_secret: Option<Credential>,
    pub(super) api: Url,
    pub(super) slack: Client,
    /// For files and answers, which follow no redirect with what they carry.
    pub(super) http: reqwest::Client,
    /// Where sockets may be.
    pub(super) fence: Fence,
    pub(super) turns: Turns,
    pub(super) notes: Mutex<Notes>,
    /// Something may have been said that Slack did not tell.
    pub(super) gap: Notify,
    /// Someone spoke.
    pub(super) meeting: Notify,
    /// A test was not told who we are: it is to be asked again soon.
    doubted: Notify,
    /// Somebody asks: the socket that waits is to be opened at once.
    pub(super) wanted: Notify,
    /// A socket was opened, or could not be.
    pub(super) tried: Notify,
}

pub(super) struct Credentials {
    pub bot_token: Credential,
    pub signing_secret: Option<Credential>,
    pub app_token: Option<Credential>,
}

/// What is known of it in memory.
#[derive(Default)]
pub(super) struct Notes {
    pub identity: Option<Identity>,
    pub bot_user: Option<String>,
    pub tokens: Tokens,
    /// Its life has begun: sockets are asked for.
    is_begun: bool,
    /// And has not ended.
    pub is_living: bool,
    /// Sockets that are open and were greeted.
    pub sockets: usize,
    /// None was open for a while: what was said then is still to be read.
    pub was_deaf: bool,
    pub last_event: Option<Timestamp>,
    /// A signed POST came.
    pub last_call: Option<Timestamp>,
    last_error: Option<(Timestamp, String)>,
    told: Told,
    pub counts: Counts,
    skew: Option<i64>,
    /// What keeps it alive and fails.
    pub life: Trials,
    /// POSTs without Slack's signature since there was one with it.
    pub unbelieved: Trials,
    pub reading: Reading,
    /// What was refused and comes again.
    pub late: Late<Event>,
    pub responses: HashMap<String, Response>,
    pub doubtful: VecDeque<Doubt>,
    /// Who spoke, and is to be asked for; and who was.
    pub strangers: VecDeque<Stranger>,
    pub acquainted: HashSet<Stranger>,
    /// What people are called, by their ids.
    pub names: HashMap<String, String>,
    /// The same of channels.
    pub titles: HashMap<String, Title>,
    pub floods: Floods,
    pub denied: Denied,
}

/// What the app may not ask, as Slack said once: it has no such scope.
#[derive(Default)]
pub(super) struct Denied {
    pub profiles: bool,
    pub titles: bool,
    pub typing: bool,
}

/// Where an answer that only one person sees can be POSTed.
pub(super) struct Response {
    pub url: Url,
    pub uses: u8,
    pub until: Timestamp,
}

/// A try to send whose end nobody knows.
pub(super) struct Doubt {
    /// Of the message.
    pub key: String,
    /// An upload that may be there already.
    pub file: Option<String>,
}

impl Account {
    pub(super) fn new(
        config: &Config,
        credentials: Credentials,
        fence: &Fence,
    ) -> Result<Self, AccountError> {
        let token = |credential: &Credential| SlackApiToken::new(credential.expose().to_owned().into());
        let client = |error: &dyn fmt::Display| AccountError::Client(error.to_string());
        let mut connections = HttpConnector::new_with_resolver(fence.clone());
        // What wraps it says which are encrypted.
        connections.enforce_http(false);
        let tls = hyper_rustls::HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::aws_lc_rs::default_provider())
            .map_err(|error| client(&error))?
            .https_or_http()
            .enable_http1()
            .wrap_connector(connections);
        let address = config.api.as_str().trim_end_matches('/');
        let connector = SlackClientHyperConnector::with_connector(tls).with_slack_api_url(address);
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_mins(2));
        let http = fence.within(http).build().map_err(|error| client(&error))?;
        Ok(Self {
            manner: Manner {
                connection: config.name.clone(),
                threads: config.threads,
                channels: config.channels,
                commands: config.commands,
            },
            bot: config.bot.clone(),
            bot_token: token(&credentials.bot_token),
            app_token: credentials.app_token.as_ref().map(token),
            signing_secret: credentials.signing_secret,
            api: config.api.clone(),
            slack: SlackClient::new(connector),
            http,
            fence: fence.clone(),
            turns: Turns::new(Instant::now()),
            notes: Mutex::default(),
            gap: Notify::new(),
            meeting: Notify::new(),
            doubted: Notify::new(),
            wanted: Notify::new(),
            tried: Notify::new(),
        })
    }

    /// Of the connection.
    pub fn name(&self) -> &str {
        &self.manner.connection
    }

    /// Name of the bot that answers.
    pub fn bot(&self) -> &str {
        &self.bot
    }

    /// What makes it one account: the token of the app in its workspace.
    pub(crate) fn account(&self) -> &str {
        self.bot_token.token_value.0.as_str()
    }

    /// Base address of the platform's API.
    pub fn api(&self) -> &Url {
        &self.api
    }

    /// Listens for as long as the connection lives.
    pub async fn run<H: Host>(self: Arc<Self>, host: H, stop: CancellationToken) {
        {
            let mut notes = self.notes();
            (notes.is_begun, notes.is_living) = (true, true);
        }
        let live = async {
            tokio::join!(
                self.check(&host),
                self.listen(&host),
                self.catch_up(&host),
                self.get_acquainted(&host)
            );
        };
        select! {
            () = stop.cancelled() => {}
            () = live => {}
        }
        let mut notes = self.notes();
        (notes.is_living, notes.sockets) = (false, 0);
    }

    pub fn standing(&self) -> ConnectionStanding {
        let notes = self.notes();
        let way_in = match (&self.app_token, &self.signing_secret) {
            (Some(_), Some(_)) => "Socket Mode and signed POSTs",
            (Some(_), None) => "Socket Mode",
            (None, Some(_) | None) => "signed POSTs",
        };
        ConnectionStanding {
            identity: notes.identity.as_ref().map(|own| format!("@{} in {}", own.user, own.team)),
            token_valid: notes.tokens.are_valid(),
            refused_tokens: notes.tokens.refused(),
            listening: match &self.app_token {
                Some(_) => notes.is_begun.then_some(notes.sockets > 0),
                // Slack does not tell whether the address is set; a call of it says so.
                None => notes.last_call.map(|_| true),
            },
            way_in: Some(way_in.to_owned()),
            webhook_set: None,
            pending: None,
            last_event: notes.last_event,
            last_call: notes.last_call,
            last_error: notes.last_error.clone(),
            clock_skew_seconds: notes.skew,
            counts: Some(notes.counts.clone()),
            life: notes.life.clone(),
            unbelieved: notes.unbelieved.clone(),
        }
    }

    /// The same, once Slack was asked whom it takes us for.
    pub async fn examine<H: Host>(&self, host: &H) -> ConnectionStanding {
        // What is wrong stands in what is noted.
        if self.introduce(host).await.is_err() {
            self.doubted.notify_one();
        }
        self.ask_for_a_socket(host).await;
        self.notes().life.was_asked();
        self.standing()
    }

    /// Asks again and again whether the token is good, for those who look and for the log.
    async fn check<H: Host>(&self, host: &H) {
        let mut tries = 0;
        loop {
            let pause = match self.introduce(host).await {
                Ok(()) => {
                    tries = 0;
                    CHECK
                }
                Err(trouble) => {
                    tries += 1;
                    pause(host, &trouble, tries)
                }
            };
            select! {
                () = tokio::time::sleep(pause) => {}
                () = self.doubted.notified() => {}
            }
        }
    }

    pub(super) fn notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what went wrong; that Slack is asked a moment later is nothing of the kind.
    pub(super) fn note<H: Host>(&self, host: &H, trouble: &Trouble) {
        if matches!(trouble, Trouble::NotYet { .. }) {
            return;
        }
        let sentence = trouble.sentence();
        if trouble.is_revoked() {
            self.notes().tokens.bot = Verdict::Refused { at: host.now(), reason: sentence.clone() };
        }
        self.warn(host, sentence);
    }

    /// Keeps a sentence that says what to do; the log hears of its kind now and then.
    pub(super) fn warn<H: Host>(&self, host: &H, error: String) {
        let mut notes = self.notes();
        if let Some(times) = notes.told.tell(&error) {
            tracing::warn!(connection = self.name(), error, times, "slack.trouble");
        }
        notes.last_error = Some((host.now(), error));
    }

    /// What somebody did who proved nothing: anybody may call, so that it takes no place of a real error.
    pub(super) fn note_stranger(&self, problem: &str) {
        self.notes().unbelieved.failed("call", problem);
        self.tell_of_stranger(problem);
    }

    pub(crate) fn tell_of_stranger(&self, problem: &str) {
        self.notes().told.tell_of_stranger("slack", self.name(), problem);
    }

    pub(crate) fn count(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.notes().counts);
    }

    /// Something may have been said that was not heard, or not stored: the histories are to be read.
    pub(super) fn missed<H: Host>(&self, host: &H) {
        self.notes().reading.missed(host.now());
        self.gap.notify_one();
    }

    /// Slack holds events back since a minute: the histories are to be read, and later again.
    pub(super) fn told_limited<H: Host>(&self, host: &H, minute: Timestamp) {
        self.notes().reading.limited(minute, host.now());
        self.gap.notify_one();
    }

    /// Whether nothing came for longer than Slack tries: it may have given up on something.
    pub(super) fn was_silent<H: Host>(&self, host: &H) -> bool {
        let last = self.notes().last_event;
        self.app_token.is_none() && last.is_some_and(|last| host.now().duration_since(last) > reading::TRIES)
    }

    /// The app was removed, or its token taken away.
    pub(super) fn revoked<H: Host>(&self, host: &H, how: &str) {
        let reason = format!("{how}; install it again and set its new bot_token");
        self.notes().tokens.bot = Verdict::Refused { at: host.now(), reason: reason.clone() };
        self.warn(host, reason);
    }

    pub(super) fn skew<H: Host>(&self, host: &H, theirs: Timestamp) {
        self.notes().skew = Some(theirs.duration_since(host.now()).as_secs());
    }

    /// Whether Slack, or what stands in its place, gave out this address for files and answers.
    pub(super) fn is_slacks(&self, url: &Url) -> bool {
        let origin = |url: &Url| (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port());
        let slack = url.scheme() == "https"
            && url.host_str().is_some_and(|host| host == "slack.com" || host.ends_with(".slack.com"));
        slack || origin(url) == origin(&self.api)
    }

    /// Remembers that nobody knows whether a message left; `file` is an upload that may be there already.
    pub(super) fn doubt(&self, key: &str, file: Option<String>) {
        let mut notes = self.notes();
        if let Some(doubt) = notes.doubtful.iter_mut().find(|doubt| doubt.key == key) {
            doubt.file = file.or(doubt.file.take());
            return;
        }
        if notes.doubtful.len() >= MOST_DOUBTFUL {
            notes.doubtful.pop_front();
        }
        notes.doubtful.push_back(Doubt { key: key.to_owned(), file });
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({}, ***)", self.name())
    }
}

/// How long to wait before something is tried again that keeps the connection alive.
pub(super) fn pause<H: Host>(host: &H, trouble: &Trouble, tries: u32) -> Duration {
    if trouble.needs_somebody() {
        return REFUSED;
    }
    let own = delay(host, tries);
    let Trouble::TooMany { after: Some(after), .. } = trouble else { return own };
    own.max(Duration::try_from(*after).unwrap_or(Duration::ZERO))
}

/// How long to wait after so many tries.
pub(super) fn delay<H: Host>(host: &H, tries: u32) -> Duration {
    crate::pause::after(host, tries.saturating_sub(1), FIRST_DELAY, LONGEST_DELAY)
}

/// The time as Slack's time stamps have it.
pub(super) fn time_stamp(at: Timestamp) -> String {
    format!("{}.{:06}", at.as_second(), at.subsec_microsecond().max(0))
}

/// When a message was written, by its time stamp.
pub(super) fn moment(ts: &str) -> Option<Timestamp> {
    let (seconds, number) = ts.split_once('.')?;
    let at = Timestamp::from_second(seconds.parse().ok()?).ok()?;
    let micros = number.get(..6).unwrap_or(number).parse().ok()?;
    at.checked_add(SignedDuration::from_micros(micros)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{slack::trouble::Counted, testing::Memory};

    #[test]
    fn only_what_needs_somebody_waits_long() {
        let host = Memory::new(&[]);
        let check = |trouble: &Trouble, tries: u32, from: u64, to: u64| {
            let waits = pause(&host, trouble, tries);
            let expected = Duration::from_secs(from)..=Duration::from_secs(to);
            assert!(expected.contains(&waits), "{trouble:?} waits {waits:?}");
        };
        let refused = |code: &str| Trouble::Refused { code: code.to_owned(), details: Vec::new() };
        let too_many = |after: Option<i64>| Trouble::TooMany {
            after: after.map(SignedDuration::from_secs),
            counted: Counted::Method,
        };
        for code in ["ratelimited", "internal_error", "service_unavailable", "team_added_to_org"] {
            check(&refused(code), 1, 0, 2);
            check(&refused(code), 20, 15, 60);
        }
        check(&Trouble::Unknown("no answer".to_owned()), 1, 0, 2);
        check(&too_many(None), 1, 0, 2);
        check(&too_many(Some(1)), 1, 1, 2);
        check(&too_many(Some(90)), 1, 90, 90);
        for code in ["link_disabled", "token_revoked", "missing_scope"] {
            check(&refused(code), 1, 300, 300);
        }
    }
}
