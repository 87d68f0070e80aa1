//! What becomes of replies that wait when another studio takes over?
//!
//! Two studios, each with a data folder of its own, on one database server. While the address of the replies answers nobody, a visitor
//! talks to the first: the bot's reply waits. An agent takes the conversation over and replies: that waits behind it. A second
//! studio that is started beside the first is refused. Then the first is killed, or stands still for longer than it is waited
//! for, and the second goes on with what stands in the store, while the agent goes on by it. A first that stood still goes on
//! then too, and must end by itself. In the end the address answers again: all was said once and in its order, and heard in it, again
//! only with a mark.
//!
//! And what becomes of them while the database is away for longer than a studio relies on its lease ([`away`])? They wait although the
//! address answers again, and leave once the database is back: the studio goes on by itself.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use reqwest::{Client, StatusCode};
use serde_json::json;
use studio_core::{
    content::Content,
    dialogue::{Act, Entry, Happening},
    id::ConversationId,
};
use tokio::{sync::watch, time::sleep};

use crate::{
    agent,
    audit::{GivenUp, audit},
    compare::{Calls, look, stand},
    database::{Engine, Server},
    home::{HTTP, Home, SECRET},
    ledger::Ledger,
    patience::{MOST, Patience},
    process::{Program, Studio},
    receiver,
    sign::signed,
    stored,
};

const THREAD: &str = "handover";
const AGAIN: Duration = Duration::from_millis(20);
/// So long a studio is waited for that may live, and nobody is that does not.
const LEASE: Duration = Duration::from_secs(10);
/// So long a studio relies on it that the database does not hear of, and looked at for a while behind that.
const TRUSTED: Duration = Duration::from_secs(8);
const BEHIND: Duration = Duration::from_secs(3);
/// One try of a post.
const POSTED_WITHIN: Duration = Duration::from_secs(20);
/// One that is seen to be gone is waited for no longer than this machine takes for so many starts.
const STARTS: u32 = 3;
/// What a studio says where another has the store, and where another has taken it over.
const HELD: &str = "the store is held by another studio";
const TAKEN: &str = "another studio has taken the store over";
/// What it says while the database does not hear of it.
const NOT_RENEWED: &str = "store.lease.not_renewed";

/// What becomes of the first studio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaves {
    Killed,
    /// It stands still, and goes on once the other has the store.
    Paused,
}

/// What is wrong in the end, in sentences.
pub async fn run(program: &Program, engine: &Engine, leaves: Leaves) -> anyhow::Result<Vec<String>> {
    let ledger = Ledger::default();
    let (open, gate) = watch::channel(false);
    let receiver = receiver::behind(ledger.clone(), gate).await?;
    let mut server = engine.server()?.context("two studios need a database server")?;
    let settings = engine.settings(Some(&server));
    let homes = (Home::new(receiver, &settings)?, Home::new(receiver, &settings)?);
    let done = match server.start(homes.0.path()).await {
        Ok(()) => taken_over(program, (&homes.0, &homes.1), leaves, &ledger, &open).await,
        Err(error) => Err(error),
    };
    let mut wrong = homes.0.kept(homes.1.kept(done))?;
    if let Some(last) = wrong.last_mut() {
        let [first, second] = [&homes.0, &homes.1].map(Home::keep);
        *last = format!("{last}\n(data and logs are kept in {} and {})", first.display(), second.display());
    }
    Ok(wrong)
}

async fn taken_over(
    program: &Program,
    (first, second): (&Home, &Home),
    leaves: Leaves,
    ledger: &Ledger,
    open: &watch::Sender<bool>,
) -> anyhow::Result<Vec<String>> {
    ledger.open_attended(HTTP, THREAD);
    let id = ledger.conversation(THREAD).context("it was opened")?.id;
    let mut studio = Studio::start(program, first)?;
    let usual = studio.ready(first).await?;
    let mut talk = Talk { ledger: ledger.clone(), home: first, id, said: 0 };
    talk.say().await?;
    talk.until_known().await?;
    talk.act(Act::TakeOver).await?;
    talk.act(reply("by the first")).await?;
    talk.say().await?;
    let said = Studio::start(program, second)?.gave_up(second).await?;
    ensure!(said.contains(HELD), "two studios at once; the second said:\n{said}");
    let paused = match leaves {
        Leaves::Killed => {
            studio.kill(first).await?;
            None
        }
        Leaves::Paused => {
            studio.pause()?;
            Some(studio)
        }
    };
    ledger.killed();

    let mut studio = Studio::start(program, second)?;
    let ready = studio.ready(second).await?;
    let is_seen = leaves == Leaves::Killed && Path::new("/proc/sys/kernel/random/boot_id").exists();
    ensure!(
        !is_seen || ready < LEASE.max(usual * STARTS),
        "one that is seen to be gone was waited for: {} ms",
        ready.as_millis()
    );
    if let Some(paused) = paused {
        paused.resume()?;
        let said = paused.gave_up(first).await?;
        ensure!(said.contains(TAKEN), "it lost the store; it said:\n{said}");
    }
    talk.home = second;
    talk.act(reply("by the second")).await?;
    talk.act(Act::Note { text: "handed over".to_owned() }).await?;
    talk.act(Act::HandBack).await?;
    talk.say().await?;
    ensure!(ledger.conversation(THREAD).is_some_and(|it| it.heard.is_empty()), "a reply did not wait");
    open.send_replace(true);
    let wrong = settled(ledger, second).await?;
    studio.kill(second).await?;
    Ok(wrong)
}

/// The database is away for longer than the studio relies on its lease; what is wrong in the end, in sentences.
pub async fn away(program: &Program, engine: &Engine) -> anyhow::Result<Vec<String>> {
    let ledger = Ledger::default();
    let (open, gate) = watch::channel(false);
    let receiver = receiver::behind(ledger.clone(), gate).await?;
    let mut server = engine.server()?.context("a lease needs a database server")?;
    let home = Home::new(receiver, &engine.settings(Some(&server)))?;
    let done = waited(program, &home, &mut server, &ledger, &open).await;
    let mut wrong = home.kept(done)?;
    if let Some(last) = wrong.last_mut() {
        *last = format!("{last}\n(data and logs are kept in {})", home.keep().display());
    }
    Ok(wrong)
}

async fn waited(
    program: &Program,
    home: &Home,
    server: &mut Server,
    ledger: &Ledger,
    open: &watch::Sender<bool>,
) -> anyhow::Result<Vec<String>> {
    ledger.open(HTTP, THREAD);
    let id = ledger.conversation(THREAD).context("it was opened")?.id;
    server.start(home.path()).await?;
    let mut studio = Studio::start(program, home)?;
    studio.ready(home).await?;
    let mut talk = Talk { ledger: ledger.clone(), home, id, said: 0 };
    talk.say().await?;
    talk.say().await?;
    talk.until_answered(2).await?;

    server.kill().await?;
    ledger.went_wrong();
    sleep(TRUSTED + BEHIND).await;
    ensure!(studio.said(home)?.contains(NOT_RENEWED), "it does not say that it was not heard of");
    open.send_replace(true);
    sleep(BEHIND).await;
    let heard = ledger.conversation(THREAD).map_or(0, |it| it.heard.len());
    // The first reply stood before the gate since before the database was away; the second waits behind it.
    ensure!(heard <= 1, "{heard} replies left while nobody heard of the studio");
    server.start(home.path()).await?;
    let begun = Instant::now();
    talk.sends_next();
    while talk.post().await.is_err() {
        ensure!(begun.elapsed() < MOST, "nothing was acknowledged once the database was back");
        sleep(AGAIN).await;
    }
    ledger.acknowledged(THREAD);
    let wrong = settled(ledger, home).await?;
    ensure!(studio.ended()?.is_none(), "it ended although nobody took the store");
    studio.kill(home).await?;
    Ok(wrong)
}

async fn settled(ledger: &Ledger, home: &Home) -> anyhow::Result<Vec<String>> {
    let client = stored::client(home)?;
    let mut patience = Patience::new(Instant::now());
    loop {
        let begun = Instant::now();
        let Err(finding) = look(&client, ledger, THREAD, 0, Calls::Succeed).await? else { break };
        let stand = stand(&client, std::slice::from_ref(&finding)).await;
        if patience.is_lost(&client, begun, stand).await {
            return Ok(vec![finding.to_string()]);
        }
        sleep(AGAIN).await;
    }
    audit(home, ledger, GivenUp::Nothing).await
}

fn reply(text: &str) -> Act {
    Act::Reply { content: Content::text(text) }
}

/// A visitor and an agent, who talk to one of the studios.
struct Talk<'a> {
    ledger: Ledger,
    home: &'a Home,
    id: ConversationId,
    said: usize,
}

impl Talk<'_> {
    /// The visitor says the next thing.
    async fn say(&mut self) -> anyhow::Result<()> {
        self.sends_next();
        let begun = Instant::now();
        while let Err(error) = self.post().await {
            ensure!(begun.elapsed() < MOST, "a message is not acknowledged: {error}");
            sleep(AGAIN).await;
        }
        self.ledger.acknowledged(THREAD);
        Ok(())
    }

    fn sends_next(&mut self) {
        self.said += 1;
        let text = self.text_of_last();
        self.ledger.sent(THREAD, &self.id_of_last(), (&text, &text));
    }

    fn id_of_last(&self) -> String {
        format!("m{}", self.said)
    }

    fn text_of_last(&self) -> String {
        format!("say {}", self.said)
    }

    /// Posts what was sent last.
    async fn post(&self) -> anyhow::Result<()> {
        let (id, text) = (self.id_of_last(), self.text_of_last());
        let body = json!({ "conversation": THREAD, "id": id, "message": { "text": text }, "language": "en" });
        let body = body.to_string();
        let client = Client::builder().timeout(POSTED_WITHIN).build()?;
        let request = client.post(format!("http://{}/webhooks/{HTTP}", self.home.address));
        let request = request.header("content-type", "application/json").body(body.clone());
        signed(request, SECRET, &format!("{THREAD}-{id}"), &body).send().await?.error_for_status()?;
        Ok(())
    }

    /// Waits until the first message had its turn.
    async fn until_known(&self) -> anyhow::Result<()> {
        let client = stored::client(self.home)?;
        while stored::journal(&client, self.id).await?.is_empty() {
            sleep(AGAIN).await;
        }
        Ok(())
    }

    /// Waits until the bot has something to say to so many messages.
    async fn until_answered(&self, messages: usize) -> anyhow::Result<()> {
        let client = stored::client(self.home)?;
        let is_said = |entry: &&Entry| matches!(entry.what, Happening::Said { .. });
        while stored::journal(&client, self.id).await?.iter().filter(is_said).count() < messages {
            sleep(AGAIN).await;
        }
        Ok(())
    }

    /// The agent does something, and asks again while the act before it has had no turn: the API waits for that for two seconds only.
    async fn act(&self, act: Act) -> anyhow::Result<()> {
        let number = self.ledger.asked(THREAD, act.clone());
        let client = stored::client(self.home)?;
        let begun = Instant::now();
        loop {
            let answer = agent::request(&client, self.id, &format!("{THREAD}-{number}"), &act).send().await?;
            if answer.status() != StatusCode::CONFLICT || begun.elapsed() > MOST {
                answer.error_for_status()?;
                break;
            }
            sleep(AGAIN).await;
        }
        self.ledger.acted(THREAD);
        Ok(())
    }
}
