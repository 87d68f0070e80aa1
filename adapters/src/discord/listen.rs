//! In which order do events of the gateway reach the studio?
//!
//! 1. What is said in a channel is stored in the order in which it came, one after the other (`lanes.rs`). Where the
//!    studio is too busy, the event waits and is offered again; heartbeats and other channels go on meanwhile.
//! 2. Interactions are stored in the same order, by tasks of their own: each must be answered within 3 seconds.
//! 3. The session is remembered up to the last event before the first that is not stored yet, so that a
//!    restart resumes it there and Discord tells the rest again.
//! 4. Where a session cannot be resumed, what was said meanwhile is fetched before anything new of the channel is
//!    stored; until all of it is, a restart begins a new session and fetches it again.

use std::{sync::Arc, time::Duration};

use axum::body::Bytes;
use serenity::model::gateway::GatewayIntents;
use tokio::{
    sync::Semaphore,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    catch_up,
    config::GuildMessages,
    frame::{Dispatch, Session, TOKEN_REFUSED, Unread},
    gateway::{Ended, Opening, Sink, hold},
    interactions,
    lanes::{Lanes, Missing},
    life::Account,
    progress::{Progress, Ticket, keep, keep_session, recall_session},
    replay::Raw,
    rest::Refusal,
    storing::{READING_AT_ONCE, Storing},
};
use crate::{host::Host, misread::KEPT, pause::jittered, trials::Trials};

const MOST_INTERACTIONS: usize = 256;
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// Tries to reach the address of a session, before a new one is begun elsewhere: that address may be gone for good.
const MOST_TRIES: u32 = 4;
/// Room for frames that cannot be read and wait for the store, in KiB; each takes as much at the least.
const UNREAD_ROOM: usize = 16 << 10;
const LEAST_UNREAD: u32 = 64;
const UNKEPT: &str =
    "a frame of the gateway that cannot be read was dropped: too many wait for the store, which fails";
/// How long the store rests that did not keep what cannot be read.
const KEPT_AGAIN: Duration = Duration::from_secs(1);
const LONGEST_GOODBYE: Duration = Duration::from_secs(5);

/// Opens the gateway again and again, until stopped.
pub async fn run<H: Host>(account: &Arc<Account>, host: &H, stop: &CancellationToken) {
    let progress = Arc::new(Progress::default());
    let tasks = TaskTracker::new();
    let storing = Storing {
        account: account.clone(),
        host: host.clone(),
        stop: stop.clone(),
        reading: Semaphore::new(READING_AT_ONCE),
    };
    let mut sink = Distributor::new(storing, progress.clone(), tasks.clone());
    tokio::join!(connect(account, host, stop, &mut sink), keep(account, host, stop, &progress));
    drop(sink);
    tasks.close();
    // What takes longer stays unfinished, and is told again.
    let _ = timeout(LONGEST_GOODBYE, tasks.wait()).await;
    keep_session(account, host, &progress).await;
}

async fn connect<H: Host>(account: &Account, host: &H, stop: &CancellationToken, sink: &mut Distributor<H>) {
    let mut session = recall_session(account, host).await;
    if let Some(session) = &session {
        sink.begin(session);
    }
    let (mut pause, mut unreached) = (Duration::from_secs(1), 0);
    while !stop.is_cancelled() {
        let url = match gateway_url(account, session.is_none()).await {
            Ok(url) => url,
            Err(error) => {
                let is_refused = matches!(error, Refusal::Refused { status: 401, .. });
                if is_refused {
                    account.update(|standing| standing.token_valid = Some(false));
                }
                let why = format!("no session of the gateway can be opened: {}", error.advised());
                account.update(|standing| standing.life.failed("gateway", &why));
                account.failed(host, why);
                let rest = if is_refused { account.rest_of_refused } else { pause };
                rest_for(account, rest, host, stop).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
                continue;
            }
        };
        let opening = Opening {
            token: account.token.expose(),
            intents: intents(account.config.guild_messages),
            url: &url,
            fence: &account.fence,
            random: host.random(),
        };
        let ended = hold(&opening, &mut session, sink, stop).await;
        account.update(|standing| standing.listening = Some(false));
        let was_open = std::mem::take(&mut sink.opened);
        if was_open {
            pause = Duration::from_secs(1);
        }
        if let (false, Ended::Unreached(why) | Ended::Resume(why) | Ended::Identify(why)) = (was_open, &ended)
        {
            account.update(|standing| standing.life.failed("gateway", why));
        }
        match ended {
            Ended::Stopped => return,
            Ended::Give(advice) => {
                account.failed(host, advice.to_owned());
                account.update(|standing| {
                    standing.token_valid = Some(advice != TOKEN_REFUSED);
                    standing.life.refused("gateway", advice);
                });
                (session, unreached) = (None, 0);
                sink.progress.forget();
                rest_for(account, account.rest_of_refused, host, stop).await;
                continue;
            }
            Ended::Unreached(why) => {
                account.failed(host, why);
                unreached += 1;
                if unreached >= MOST_TRIES && session.is_some() {
                    (session, unreached) = (None, 0);
                    sink.progress.forget();
                }
            }
            Ended::Resume(why) => {
                unreached = 0;
                account.failed(host, why);
            }
            Ended::Identify(why) => {
                (session, unreached) = (None, 0);
                sink.progress.forget();
                account.failed(host, why);
            }
        }
        rest_for(account, pause, host, stop).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Ends early where Discord was asked from outside and has answered.
async fn rest_for<H: Host>(account: &Account, pause: Duration, host: &H, stop: &CancellationToken) {
    tokio::select! {
        () = sleep(jittered(pause, host.random())) => {}
        () = account.well.notified() => {}
        () = stop.cancelled() => {}
    }
}

/// Where the gateway is. Discord lets a bot begin so many sessions a day, and takes its token away where it begins more; what goes on
/// with one takes none of them.
async fn gateway_url(account: &Account, begins: bool) -> Result<String, Refusal> {
    let answer = account.rest.get("gateway", "gateway/bot").await?;
    let limit = &answer.body["session_start_limit"];
    if begins && limit["remaining"].as_u64() == Some(0) {
        let minutes = limit["reset_after"].as_u64().unwrap_or(60_000).div_ceil(60_000);
        return Err(Refusal::Failed(format!(
            "all that Discord lets this bot begin in a day are used up, the next in {minutes} min: see what begins them so often, \
             such as another program with the same token"
        )));
    }
    answer.body["url"].as_str().map(str::to_owned).ok_or_else(|| Refusal::Failed("Discord names none".into()))
}

/// What is to be told of. Of the privileged ones only that for the words of every message, where they are wanted.
fn intents(messages: GuildMessages) -> u64 {
    let direct = GatewayIntents::DIRECT_MESSAGES
        | GatewayIntents::DIRECT_MESSAGE_REACTIONS
        | GatewayIntents::DIRECT_MESSAGE_TYPING
        | GatewayIntents::GUILDS;
    let guild = GatewayIntents::GUILD_MESSAGES | GatewayIntents::GUILD_MESSAGE_REACTIONS;
    let intents = match messages {
        GuildMessages::None => direct,
        GuildMessages::Mentions => direct | guild,
        GuildMessages::All => direct | guild | GatewayIntents::MESSAGE_CONTENT,
    };
    intents.bits()
}

/// Hands what came in to those who store it.
struct Distributor<H> {
    account: Arc<Account>,
    host: H,
    stop: CancellationToken,
    lanes: Lanes<H>,
    progress: Arc<Progress>,
    tasks: TaskTracker,
    interactions: Arc<Semaphore>,
    unread: Arc<Semaphore>,
    session: Arc<str>,
    opened: bool,
    /// Of a session that was resumed at the start nothing was missed.
    fresh: bool,
}

impl<H: Host> Distributor<H> {
    fn new(storing: Storing<H>, progress: Arc<Progress>, tasks: TaskTracker) -> Self {
        Self {
            account: storing.account.clone(),
            host: storing.host.clone(),
            stop: storing.stop.clone(),
            lanes: Lanes::new(storing, progress.clone(), tasks.clone()),
            progress,
            tasks,
            interactions: Arc::new(Semaphore::new(MOST_INTERACTIONS)),
            unread: Arc::new(Semaphore::new(UNREAD_ROOM)),
            session: "".into(),
            opened: false,
            fresh: false,
        }
    }

    fn begin(&mut self, session: &Session) {
        self.session = session.id.as_str().into();
        self.progress.session(session);
    }

    /// A new session: every channel that is known is read on, and then those of the servers that will be told of.
    fn ready(&mut self, dispatch: &Dispatch) {
        self.fresh = true;
        let event = self.progress.begin_fetching(dispatch.sequence);
        self.account.places.begin_catch_up();
        let guilds = dispatch.data["guilds"].as_array().into_iter().flatten();
        self.progress.await_guilds(guilds.filter_map(|guild| guild["id"].as_str()).map(str::to_owned));
        let known = self.account.places.all().into_iter();
        let missing = known
            .map(|(channel, place)| (channel, Missing { guild: place.guild, after: None, ticket: None }));
        self.read(event, missing.collect());
    }

    fn guild(&self, dispatch: &Dispatch) {
        self.account.names.server(&dispatch.data);
        let event = self.progress.begin_fetching(dispatch.sequence);
        self.read(event, catch_up::of_guild(&self.account, &dispatch.data, self.fresh));
        if let Some(guild) = dispatch.data["id"].as_str() {
            self.progress.guild_came(guild);
        }
    }

    fn read(&self, event: (u64, u64), channels: Vec<(u64, Missing)>) {
        let ticket = Ticket::new(&self.progress, event, channels.len() + 1);
        for (channel, missing) in channels {
            self.lanes.read(channel, Missing { ticket: Some(ticket.clone()), ..missing });
        }
        ticket.done();
    }

    /// In its turn among what is said. A press that finds no room fails at once, as its maker sees: to wait would help nobody.
    fn interact(&self, dispatch: Dispatch) {
        let event = self.progress.begin(dispatch.sequence);
        let Ok(place) = self.interactions.clone().try_acquire_owned() else {
            self.account.count(|counts| counts.refused += 1);
            self.account.failed(&self.host, "an interaction was not acknowledged: too many at once".into());
            return self.progress.finish(event);
        };
        let channel = dispatch.data["channel_id"].as_str().and_then(|id| id.parse().ok());
        let turn = self.lanes.line_up(channel.unwrap_or(0));
        let (account, host, stop) = (self.account.clone(), self.host.clone(), self.stop.clone());
        let progress = self.progress.clone();
        self.tasks.spawn(async move {
            interactions::from_gateway(&account, &host, &stop, dispatch.data, turn).await;
            progress.finish(event);
            drop(place);
        });
    }
}

impl<H: Host> Sink for Distributor<H> {
    fn take(&mut self, dispatch: Dispatch) -> bool {
        let number = |field: &str| dispatch.data[field].as_str().and_then(|id| id.parse().ok());
        let Dispatch { sequence, kind, data } = &dispatch;
        let raw = Raw { kind, told: Some((&*self.session, *sequence)), data };
        if matches!(kind.as_str(), "GUILD_CREATE" | "GUILD_DELETE")
            && let Err(why) = raw.known()
        {
            let frame = raw.frame().to_string();
            self.keep(Unread { frame, sequence: Some(*sequence), why });
            return true;
        }
        match kind.as_str() {
            "READY" => self.ready(&dispatch),
            "GUILD_CREATE" => self.guild(&dispatch),
            "GUILD_DELETE" => {
                self.progress.finish(self.progress.begin(dispatch.sequence));
                self.progress.guild_came(dispatch.data["id"].as_str().unwrap_or_default());
            }
            "INTERACTION_CREATE" => self.interact(dispatch),
            kind => {
                let changed = matches!(kind, "CHANNEL_UPDATE" | "THREAD_UPDATE");
                match kind {
                    "CHANNEL_CREATE" | "THREAD_CREATE" => {
                        self.account.names.channel(&dispatch.data);
                    }
                    "GUILD_UPDATE" => self.account.names.server(&dispatch.data),
                    _ => {}
                }
                let channel = number("channel_id").or_else(|| number("id")).unwrap_or(0);
                // It may be open to us again.
                if changed && let Some(place) = self.account.places.of(channel).filter(|place| place.unread) {
                    self.lanes.read(channel, Missing { guild: place.guild, after: None, ticket: None });
                }
                return self.lanes.take(channel, &self.session, dispatch);
            }
        }
        true
    }

    fn keep(&mut self, Unread { frame, sequence, why }: Unread) {
        let size = u32::try_from(frame.len() >> 10).unwrap_or(u32::MAX).max(LEAST_UNREAD);
        let Ok(room) = self.unread.clone().try_acquire_many_owned(size) else {
            self.account.count(|counts| counts.dropped += 1);
            return self.account.failed(&self.host, UNKEPT.to_owned());
        };
        // Until it is kept, a restart has it told again.
        let event = sequence.map(|sequence| self.progress.begin(sequence));
        let (account, host, stop) = (self.account.clone(), self.host.clone(), self.stop.clone());
        let progress = self.progress.clone();
        self.tasks.spawn(async move {
            let frame = Bytes::from(frame);
            while let Err(error) = host.keep_unread(account.name(), frame.clone(), &why).await {
                account.failed(&host, format!("the store failed: {error}"));
                rest_for(&account, KEPT_AGAIN, &host, &stop).await;
                if stop.is_cancelled() {
                    return;
                }
            }
            account.count(|counts| counts.unread += 1);
            account.failed(&host, format!("{why}; {KEPT}"));
            if let Some(event) = event {
                progress.finish(event);
            }
            drop(room);
        });
    }

    fn opened(&mut self, session: &Session, resumed: bool) {
        self.opened = true;
        self.begin(session);
        self.account.update(|standing| {
            (standing.listening, standing.token_valid) = (Some(true), Some(true));
            standing.life = Trials::default();
            standing.way_in = Some(if resumed { "gateway, resumed".into() } else { "gateway".into() });
        });
        self.host.answers(self.account.name());
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::{Value, json};

    use super::*;
    use crate::{
        discord::{Config, bot_token::MADE_UP},
        fence::Fence,
        host::AcceptError,
        testing::Memory,
    };

    struct Scene {
        account: Arc<Account>,
        host: Memory,
        stop: CancellationToken,
        sink: Distributor<Memory>,
    }

    fn scene() -> Scene {
        let settings =
            format!("name = 'dc'\nbot = 'shop'\ntoken = '{MADE_UP}'\napi_url = 'http://127.0.0.1:9/api/v10'");
        let config: Config = toml::from_str(&settings).expect("the connection of the test");
        let read = |_: &Path| Err(std::io::Error::other("no files"));
        let account = Arc::new(config.account(&Fence::none(), read).expect("an account"));
        let (host, stop) = (Memory::new(&[]), CancellationToken::new());
        let reading = Semaphore::new(READING_AT_ONCE);
        let storing = Storing { account: account.clone(), host: host.clone(), stop: stop.clone(), reading };
        let sink = Distributor::new(storing, Arc::default(), TaskTracker::new());
        Scene { account, host, stop, sink }
    }

    async fn until_kept(host: &Memory, frames: usize) {
        let kept = async {
            while host.unread().len() < frames {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_mins(1), kept).await.expect("it is kept as it came");
    }

    #[tokio::test]
    async fn frames_that_cannot_be_read_wait_for_the_store_in_bounds() {
        let Scene { account, host, stop, mut sink } = scene();
        let dropped = || account.standing().counts.expect("they are there").dropped;
        let odd = |sequence: u64| Unread {
            frame: json!({ "op": 99, "s": sequence }).to_string(),
            sequence: Some(sequence),
            why: "it is of a kind that is not known".to_owned(),
        };
        host.refuse(Some(AcceptError::Store("the disk is full".to_owned())));
        for sequence in 1..=300 {
            sink.keep(odd(sequence));
        }
        assert_eq!(dropped(), 44, "so many beyond those for which there is room");
        let (_, told) = account.standing().last_error.expect("it is told");
        assert_eq!(told, UNKEPT);
        let met = async {
            let last = || account.standing().last_error.map(|(_, told)| told).unwrap_or_default();
            while !last().contains("the store failed") {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_mins(1), met).await.expect("they meet the store that fails");
        assert_eq!(host.unread().len(), 0);
        host.refuse(None);
        until_kept(&host, 256).await;
        sink.keep(odd(301));
        until_kept(&host, 257).await;
        assert_eq!(dropped(), 44);
        stop.cancel();
    }

    /// Events of the session and of what servers and channels are called, as Discord documents them: each is taken, and the
    /// channels are called as it tells. Interactions have fixtures of their own.
    #[tokio::test]
    async fn every_event_of_a_session_is_taken() {
        let Scene { account, host, stop, mut sink } = scene();
        let fixtures: Value = serde_json::from_str(include_str!("fixtures/events.json")).expect("JSON");
        let mut kinds = Vec::new();
        for (event, sequence) in fixtures["session"].as_array().expect("a list").iter().zip(1..) {
            let kind = event["kind"].as_str().expect("a kind");
            kinds.push(kind);
            let dispatch = Dispatch { sequence, kind: kind.to_owned(), data: event["data"].clone() };
            assert!(sink.take(dispatch), "{kind}");
            for (channel, title) in event["titles"].as_object().into_iter().flatten() {
                let title = title.as_str().map(str::to_owned);
                assert_eq!(account.names.news(801, channel.parse().expect("an id"), "1"), title, "{kind}");
            }
        }
        let nameless =
            Dispatch { sequence: 99, kind: "GUILD_CREATE".to_owned(), data: json!({ "name": "Outdoor" }) };
        assert!(sink.take(nameless));
        // A server without an id is kept as it came.
        until_kept(&host, 1).await;
        stop.cancel();
        kinds.sort_unstable();
        kinds.dedup();
        let known = [
            "CHANNEL_CREATE",
            "GUILD_CREATE",
            "GUILD_DELETE",
            "GUILD_UPDATE",
            "READY",
            "RESUMED",
            "THREAD_CREATE",
        ];
        assert_eq!(kinds, known);
    }
}
