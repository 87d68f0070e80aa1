//! How is what a turn decided made to last, all or nothing?
//!
//! The turns of several conversations are one transaction. Inside it
//! 1. where rows of the inbox may be gone that a lane still has ([`Store::doubt_inbox`]), they are counted: one
//!    that is gone was forgotten, or its turn was committed before;
//! 2. every conversation is written, if its version is the one that the turn was computed from, and its list of
//!    events that are done does not name the turn's;
//! 3. journal, outbox, timers, contact and the row for the projections are written.
//!
//! The inbox rows themselves are swept out later, many at once.
//!
//! If 1 or 2 fails nothing is written; it is then asked which turns were at fault, those are reported,
//! and the others are committed without them. If the database refuses for any other reason the turns
//! are committed one by one, so that one that cannot be committed does not hold up the others.

mod rows;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::atomic::Ordering,
};

use jiff::Timestamp;
use serde_json::Value as Json;
use studio_core::{
    api::Conversation,
    dialogue::{Entry, State, Timer},
    id::{ConversationId, OrganisationId},
};
use surrealdb::types::{Object, RecordId, SurrealValue, object};

use self::rows::{Prepared, Rows, prepare};
use crate::{
    InboxKey, OutboxRow, Payload, Store,
    accept::{MOST_BYTES, MOST_ROWS},
    error::{Failure, StoreError},
    sweep::mark,
    transact::Probe,
};

/// Everything that one event caused.
#[derive(Clone, Debug, PartialEq)]
pub struct Turn {
    /// The event's place in the inbox.
    pub inbox: InboxKey,
    /// How the conversation stands after the turn, for lists. Its `updated_at` is when the turn was, unless the turn
    /// is nothing that they show.
    pub conversation: Conversation,
    /// The platform's own name of the thread.
    pub thread: String,
    /// Version of the conversation that the turn was computed from; 0 for a new one.
    pub expected_version: u64,
    /// State after the turn.
    pub state: State,
    /// What goes into the journal, in order.
    pub entries: Vec<Entry>,
    pub outgoing: Vec<Outgoing>,
    pub remind: Vec<(Timer, Timestamp)>,
    pub unremind: Vec<(Timer, Timestamp)>,
    /// At the first contact, and whenever name or attributes change.
    pub contact: Option<FirstContact>,
    /// Forget what was said before this turn.
    pub erase: bool,
    /// Whether the person's conversations are to be looked at for which language they wished for.
    pub wished: bool,
}

impl Turn {
    /// Entries with a smaller number are to be forgotten; nothing where the turn erases nothing.
    pub fn erases_before(&self) -> Option<u64> {
        let first = self.entries.first().map_or(self.state.sequence + 1, |entry| entry.sequence);
        self.erase.then_some(first)
    }
}

/// The person whom a turn made known.
#[derive(Clone, Debug, PartialEq)]
pub struct FirstContact {
    pub external: String,
    pub name: String,
    pub attributes: BTreeMap<String, Json>,
    /// Whether it replaces what is known of the person; otherwise it is noted of somebody unknown alone.
    pub told: bool,
}

/// One thing that must leave.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// Number of its journal entry.
    pub sequence: u64,
    pub lease: u64,
    pub payload: Payload,
    /// Not to be sent before.
    pub not_before: Timestamp,
}

/// What became of a turn.
#[derive(Debug)]
pub enum TurnOutcome {
    /// It is stored. These must leave now.
    Committed { version: u64, outbox: Vec<OutboxRow> },
    /// The event's turn was committed before: go on with the next event. These have not left, unless
    /// they are on their way.
    AlreadyDone { outbox: Vec<OutboxRow> },
    /// The conversation has moved on to this version: read it and compute the turn again.
    Outdated { version: u64 },
    /// It cannot be stored; the others are not affected.
    Failed(StoreError),
}

/// How a conversation stands in the store.
#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Head {
    id: RecordId,
    version: u64,
    done: Vec<String>,
}

impl Store {
    /// Commits turns. The outcomes are in the order of the turns. An error means that nothing is
    /// known of those whose outcome it would have told: commit them again.
    pub async fn commit_turns(
        &self,
        organisation: OrganisationId,
        turns: &[Turn],
    ) -> Result<Vec<TurnOutcome>, StoreError> {
        let mut outcomes: Vec<Option<TurnOutcome>> = turns.iter().map(|_| None).collect();
        let mut waiting: Vec<_> = turns.iter().enumerate().collect();
        let mut erasing = false;
        while !waiting.is_empty() {
            // Two turns of one conversation never share a transaction: the second one's version
            // exists only once the first is committed.
            let mut batch = Vec::new();
            let mut later = Vec::new();
            let mut taken = HashSet::new();
            let (mut rows, mut bytes) = (0, 0);
            for (place, turn) in waiting {
                let full = rows >= MOST_ROWS || bytes >= MOST_BYTES;
                if full || !taken.insert(turn.conversation.id) {
                    taken.insert(turn.conversation.id);
                    later.push((place, turn));
                    continue;
                }
                match self.prepare(organisation, place, turn) {
                    Ok(prepared) => {
                        rows += prepared.count + 1;
                        bytes += prepared.bytes;
                        erasing |= turn.erase;
                        batch.push(prepared);
                    }
                    Err(error) => outcomes[place] = Some(TurnOutcome::Failed(error)),
                }
            }
            self.commit_batch(batch, &mut outcomes).await?;
            waiting = later;
        }
        if self.erasure_put_off().swap(false, Ordering::SeqCst) || erasing {
            // Promised by the commit; should this fail, it is done behind the next turn, or at the next start.
            if let Err(error) = self.finish_erasures().await {
                tracing::error!(%error, "erasure is put off");
                self.erasure_put_off().store(true, Ordering::SeqCst);
            }
        }
        Ok(outcomes.into_iter().flatten().collect())
    }

    async fn commit_batch(
        &self,
        mut batch: Vec<Prepared<'_>>,
        outcomes: &mut [Option<TurnOutcome>],
    ) -> Result<(), StoreError> {
        // Each round reports at least one turn or is the last.
        while !batch.is_empty() {
            match self.commit_together(&mut batch).await {
                Ok(()) => {
                    self.report(batch, outcomes);
                    return Ok(());
                }
                Err(Failure::Thrown(_)) => {
                    let before = batch.len();
                    batch = self.sort_out(batch, outcomes).await?;
                    if batch.len() == before {
                        // What was at fault a moment ago is not any more: another process is at it.
                        return self.commit_singly(batch, outcomes).await;
                    }
                }
                Err(Failure::Exists | Failure::Store(StoreError::Refused(_) | StoreError::Busy { .. })) => {
                    return self.commit_singly(batch, outcomes).await;
                }
                Err(Failure::Store(error)) => return Err(error),
            }
        }
        Ok(())
    }

    async fn commit_singly(
        &self,
        batch: Vec<Prepared<'_>>,
        outcomes: &mut [Option<TurnOutcome>],
    ) -> Result<(), StoreError> {
        for prepared in batch {
            let mut alone = vec![prepared];
            match self.commit_together(&mut alone).await {
                Ok(()) => self.report(alone, outcomes),
                Err(Failure::Store(
                    error @ (StoreError::Unknown(_)
                    | StoreError::Unavailable(_)
                    | StoreError::Closed
                    | StoreError::Disk(_)
                    | StoreError::Taken(_)),
                )) => {
                    return Err(error);
                }
                Err(failure) => {
                    let error = StoreError::from(failure);
                    for prepared in self.sort_out(alone, outcomes).await? {
                        outcomes[prepared.place] = Some(TurnOutcome::Failed(match &error {
                            StoreError::Busy { tries } => StoreError::Busy { tries: *tries },
                            other => StoreError::Refused(other.to_string()),
                        }));
                    }
                }
            }
        }
        Ok(())
    }

    async fn commit_together(&self, batch: &mut [Prepared<'_>]) -> Result<(), Failure> {
        let Some(first) = batch.first().map(|prepared| prepared.inbox.clone()) else { return Ok(()) };
        let marked =
            "RETURN count((SELECT VALUE id FROM $ids WHERE (done ?? []) CONTAINSANY $marks)) == $count";
        let probe = Probe::Ask(
            marked,
            object! {
                count: batch.len(),
                ids: batch.iter().map(Prepared::conversation).collect::<Vec<_>>(),
                marks: batch.iter().map(|prepared| prepared.mark.clone()).collect::<Vec<_>>(),
            },
        );
        let doubted = self.inbox_is_in_doubt().then(|| {
            let inbox: Vec<_> = batch.iter().map(|prepared| prepared.inbox.record()).collect();
            (batch.len(), inbox)
        });
        let mut statements = || {
            let mut rows = Rows::default();
            for prepared in batch.iter_mut() {
                rows.extend(prepared.rows()?);
            }
            let (mut parts, mut bind) = rows.statements(&first);
            if let Some((count, inbox)) = &doubted {
                parts.insert(0, "IF count((SELECT VALUE id FROM $inbox)) != $inbox_count { THROW 'gone' }");
                bind.insert("inbox_count", *count);
                bind.insert("inbox", inbox.clone());
            }
            Ok::<_, StoreError>((parts, bind))
        };
        let (parts, bind) = statements()?;
        let mut ready = Some(bind);
        let anew = || ready.take().map_or_else(|| statements().map(|(_, bind)| bind), Ok);
        self.transact_with(&parts, anew, probe).await?;
        Ok(())
    }

    /// Reports the turns that are done, whose inbox row is gone or whose version is wrong, and returns the
    /// others.
    async fn sort_out<'a>(
        &self,
        batch: Vec<Prepared<'a>>,
        outcomes: &mut [Option<TurnOutcome>],
    ) -> Result<Vec<Prepared<'a>>, StoreError> {
        let bind = object! {
            inbox: batch.iter().map(|prepared| prepared.inbox.record()).collect::<Vec<_>>(),
            ids: batch.iter().map(Prepared::conversation).collect::<Vec<_>>(),
        };
        let waiting: Vec<RecordId> = self.rows("inbox", "SELECT VALUE id FROM $inbox", bind.clone()).await?;
        let heads = self.heads(bind).await?;
        let mut good = Vec::new();
        for prepared in batch {
            let head = heads.get(&prepared.turn.conversation.id);
            let version = head.map_or(0, |head| head.version);
            let done = head.is_some_and(|head| head.done.contains(&prepared.mark));
            if done || !waiting.contains(&prepared.inbox.record()) {
                let Turn { conversation, .. } = prepared.turn;
                let mark = done.then_some(prepared.mark);
                let outbox =
                    self.already_done(conversation.id, prepared.inbox, mark, conversation.updated_at).await?;
                outcomes[prepared.place] = Some(TurnOutcome::AlreadyDone { outbox });
            } else if version == prepared.turn.expected_version {
                good.push(prepared);
            } else {
                outcomes[prepared.place] = Some(TurnOutcome::Outdated { version });
            }
        }
        Ok(good)
    }

    async fn heads(&self, bind: Object) -> Result<HashMap<ConversationId, Head>, StoreError> {
        let text = "SELECT id, version, done ?? [] AS done FROM $ids";
        let rows: Vec<Head> = self.rows("conversation", text, bind).await?;
        rows.into_iter()
            .map(|row| {
                let mut parts = crate::keys::Parts::of("conversation", &row.id)?;
                parts.text()?;
                Ok((parts.parse()?, row))
            })
            .collect()
    }

    /// What was committed is told, and its inbox row is left to the sweeping.
    fn report(&self, batch: Vec<Prepared<'_>>, outcomes: &mut [Option<TurnOutcome>]) {
        for prepared in batch {
            self.unswept().add(prepared.turn.conversation.id, prepared.inbox, prepared.mark);
            outcomes[prepared.place] = Some(TurnOutcome::Committed {
                version: prepared.turn.expected_version + 1,
                outbox: prepared.outbox,
            });
        }
    }

    fn prepare<'a>(
        &self,
        organisation: OrganisationId,
        place: usize,
        turn: &'a Turn,
    ) -> Result<Prepared<'a>, StoreError> {
        let inbox = InboxKey { organisation, ..turn.inbox.clone() };
        let (before, mark) = (self.unswept().marks(organisation, turn.conversation.id), mark(&inbox));
        prepare(inbox, (before, mark), place, turn)
    }
}
