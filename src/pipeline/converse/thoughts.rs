//! What do the events of a batch come to, before it is committed?

use std::{sync::Arc, time::Duration};

use studio_core::{
    dialogue::{Body, Owner, Status},
    id::OrganisationId,
};
use studio_store::{InboxRow, StoreError, StoredConversation, Turn};
use tokio::time::Instant;

use super::{Lane, PAUSE};
use crate::{
    bots::MindError,
    breakpoint,
    config::std_duration,
    pipeline::{
        assemble::{Before, ThreadFacts, assemble},
        left_over::ENDED,
        think::{Came, Hung, MOST_LOST, Work},
        translating::{Heard, LOOK},
        waiting::{is_hand_back, is_without_bot},
    },
    seldom::Seldom,
    studio::Studio,
    translation::Interpreter,
    turn::{self, Mind},
};

/// How often a conversation looks whether its bot is published by now.
const LOOK_FOR_BOT: Duration = Duration::from_secs(2);

/// Each sleeping event looks every two seconds.
static WAITS_FOR_BOT: Seldom = Seldom::every(Duration::from_mins(1));

/// An event that can be thought about: with what is known of its conversation, and the name of its bot.
struct Ready {
    row: InboxRow,
    before: Option<Before>,
    bot: String,
    interpreter: Option<Arc<Interpreter>>,
}

impl Ready {
    /// What came of it, as it is committed.
    fn turn(self, studio: &Studio, turn: turn::Turn) -> (Turn, InboxRow) {
        let Self { row, before, bot, .. } = self;
        // A group that moved is known as it was called first.
        let thread = before.as_ref().map_or(&row.thread, |before| &before.thread);
        let facts = ThreadFacts {
            pushes: studio.connection(&row.connection).is_none_or(|connection| connection.pushes()),
            is_group: studio.is_group(&row.connection, thread),
            group: studio.group_of(&row.connection, thread, row.event.author.is_some()),
        };
        (assemble(&row, before.as_ref(), turn, bot, facts, studio.clock.now()), row)
    }
}

impl Lane {
    /// The turns of those events that have one now; the others are put where they wait.
    pub(super) async fn think(
        &mut self,
        studio: &Arc<Studio>,
        organisation: OrganisationId,
        batch: Vec<(InboxRow, Heard)>,
    ) -> Vec<(Turn, InboxRow)> {
        let (mut ready, work) = self.ready(studio, organisation, batch).await;
        if work.is_empty() {
            return Vec::new();
        }
        // No try counts that is not made: the studio may be killed meanwhile.
        studio.prepared.cancelled().await;
        if let Err(error) = self.count(studio, organisation, &mut ready).await {
            tracing::error!(%error, "pipeline.attempts.not_counted");
            self.put_back(ready.into_iter().map(|ready| ready.row).collect()).await;
            return Vec::new();
        }
        let thoughts = match self.thinker.think(work, std_duration(studio.config.limits.turn)).await {
            Ok(Ok(thoughts)) => thoughts,
            Ok(Err(hung)) => {
                self.hung(studio, hung, ready).await;
                return Vec::new();
            }
            Err(error) => {
                tracing::error!(%error, "pipeline.think.failed");
                self.put_back(ready.into_iter().map(|ready| ready.row).collect()).await;
                return Vec::new();
            }
        };
        let mut turns = Vec::with_capacity(thoughts.len());
        for (ready, came) in ready.into_iter().zip(thoughts) {
            match came {
                Ok(Came::Wants(asked)) => {
                    if let Some(interpreter) = ready.interpreter {
                        self.translating.ask(studio, interpreter, &ready.row, asked);
                    }
                    self.waiting.rest(ready.row, Instant::now() + LOOK);
                }
                Ok(Came::Turn(turn)) => {
                    breakpoint::pass("stepped");
                    if let Body::Message { content, .. } = &ready.row.event.body {
                        breakpoint::poison_behind(|| content.plain());
                    }
                    turns.push(ready.turn(studio, *turn));
                }
                Err(error) => self.failed(studio, ready.row, error).await,
            }
        }
        turns
    }

    /// The events that can be thought about, and the work that this is; the others are put where they wait.
    async fn ready(
        &mut self,
        studio: &Arc<Studio>,
        organisation: OrganisationId,
        batch: Vec<(InboxRow, Heard)>,
    ) -> (Vec<Ready>, Vec<Work>) {
        let (mut ready, mut work) = (Vec::with_capacity(batch.len()), Vec::with_capacity(batch.len()));
        for (row, heard) in batch {
            let key = (organisation, row.conversation);
            let found = mind(studio, &row, self.known.get(&key).map(Box::as_ref)).await;
            match found {
                Ok((mind, bot)) => {
                    self.waiting.has_turn(&row);
                    let (before, state) = self.known.remove(&key).map(|stored| Before::of(*stored)).unzip();
                    let (event, channel) = (row.event.clone(), row.channel.clone());
                    ready.push(Ready { row, before, bot, interpreter: mind.interpreter.clone() });
                    work.push(Work { mind, state: state.unwrap_or_default(), event, channel, heard });
                }
                Err(Halt::NoBot(bot)) => {
                    if let Some(times) = WAITS_FOR_BOT.count() {
                        tracing::warn!(event = %row.key.event, bot, times, "pipeline.turn.waits_for_bot");
                    }
                    let until = Instant::now() + LOOK_FOR_BOT;
                    if is_hand_back(&row) && has_member(self.known.get(&key).map(Box::as_ref)) {
                        self.waiting.put_off(row, until, bot);
                    } else {
                        self.waiting.sleep(row, until, bot);
                    }
                }
                Err(Halt::Away(error)) => {
                    tracing::error!(event = %row.key.event, %error, "pipeline.mind.away");
                    self.waiting.rest(row, Instant::now() + PAUSE);
                }
                Err(Halt::Failed(error)) => self.failed(studio, row, error).await,
            }
        }
        (ready, work)
    }

    /// Counts the tries of events of the last run that are about to be made.
    async fn count(
        &mut self,
        studio: &Studio,
        organisation: OrganisationId,
        ready: &mut [Ready],
    ) -> Result<(), StoreError> {
        let mut uncounted: Vec<&mut InboxRow> = ready
            .iter_mut()
            .map(|ready| &mut ready.row)
            .filter(|row| self.left_over.is_uncounted(row))
            .collect();
        // Those that are tried together were never tried before: one figure holds for all.
        let Some(before) = uncounted.iter().map(|row| row.attempts).max() else { return Ok(()) };
        let keys: Vec<_> = uncounted.iter().map(|row| row.key.clone()).collect();
        studio.store.note_attempts(organisation, &keys, before + 1, ENDED).await?;
        for row in &mut uncounted {
            row.attempts = before + 1;
            row.error = Some(ENDED.to_owned());
            self.left_over.count(row);
            self.taken.count(row);
        }
        Ok(())
    }

    /// An event made no headway: it has failed, and is parked. What was thought of the others is lost, and they are thought anew.
    async fn hung(&mut self, studio: &Arc<Studio>, Hung { place, lost }: Hung, ready: Vec<Ready>) {
        let limit = studio.config.limits.turn;
        for (number, Ready { row, .. }) in ready.into_iter().enumerate() {
            if number == place {
                tracing::error!(event = %row.key.event, lost, "pipeline.turn.hung");
                self.failed_for_good(studio, row, format!("it was not done within {limit:#}")).await;
            } else {
                self.waiting.put_back(row);
            }
        }
        if lost > MOST_LOST {
            studio.stuck.cancel();
        }
    }
}

/// Why an event has no turn now.
enum Halt {
    /// It waits, however long: the bot may be published.
    NoBot(String),
    /// The store did not answer: it is asked again.
    Away(StoreError),
    Failed(String),
}

impl From<String> for Halt {
    fn from(error: String) -> Self {
        Self::Failed(error)
    }
}

/// What thinks about an event, and the name of its bot.
async fn mind(
    studio: &Studio,
    row: &InboxRow,
    stored: Option<&StoredConversation>,
) -> Result<(Mind, String), Halt> {
    let (organisation, connection, body) = (row.key.organisation, &row.connection, &row.event.body);
    let bot = stored
        .map(|stored| stored.conversation.bot.clone())
        .or_else(|| studio.bot_of(connection))
        .or_else(|| matches!(body, Body::Forget).then(String::new))
        .ok_or_else(|| format!("the connection {connection} is not configured any more"))?;
    let runs_on = stored.and_then(|stored| stored.state.runs_on());
    match studio.registry.mind(organisation, &bot, runs_on).await {
        Ok(mind) => Ok((mind, bot)),
        // To be forgotten is nobody's to refuse, least of all a bot's that is not running.
        Err(_) if matches!(body, Body::Forget) => Ok((studio.registry.nobody(organisation)?, bot)),
        Err(_) if !studio.registry.runs(organisation, &bot) => {
            match stand_in(studio, row, stored, &bot).await? {
                Some(mind) => Ok((mind, bot)),
                None => Err(Halt::NoBot(bot)),
            }
        }
        Err(MindError::Store(error)) => Err(Halt::Away(error)),
        Err(error) => Err(error.to_string().into()),
    }
}

/// Whether a member has this conversation, so that its bot says nothing there.
fn has_member(stored: Option<&StoredConversation>) -> bool {
    stored.is_some_and(|stored| {
        let conversation = &stored.conversation;
        conversation.status == Status::Open && matches!(conversation.owner, Owner::Member { .. })
    })
}

/// What thinks in place of a bot that does not run, where the bot has nothing to say: members act, and in a conversation that one
/// of them has the visitor is heard, with all that comes between what is said, by what was published last.
async fn stand_in(
    studio: &Studio,
    row: &InboxRow,
    stored: Option<&StoredConversation>,
    bot: &str,
) -> Result<Option<Mind>, Halt> {
    let is_act = is_without_bot(row);
    if !is_act && (is_hand_back(row) || !has_member(stored)) {
        return Ok(None);
    }
    let organisation = row.key.organisation;
    match studio.registry.published_last(organisation, bot).await {
        Ok(mind) => Ok(Some(mind)),
        Err(MindError::Store(error)) => Err(Halt::Away(error)),
        Err(_) if is_act => Ok(Some(studio.registry.nobody(organisation)?)),
        // Nobody knows what of this the bot would have masked.
        Err(_) => Ok(None),
    }
}
