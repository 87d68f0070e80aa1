//! What becomes of one try: it left, is tried again later, or is given up.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use studio_core::{
    api::{RefusedChange, Sender},
    dialogue::{Owner, Speaker},
    policy::retry::{CHAT, LONGEST_RETRY_AFTER, WEBHOOK, next_attempt},
};
use studio_store::{Departure, OutboxRow, Payload, StoreError};

use super::{Delivery, Leaving};
use crate::{
    breakpoint,
    pipeline::{call, correct::correct, http_reply, place, platform_reply, supervise},
    studio::{Connection, Studio},
};

/// Times that a platform may ask to wait before one counts as a failure.
const WAITS: u32 = 20;
/// Longest time for which one message's failure keeps the others of its connection waiting.
const LONGEST_QUIET: SignedDuration = SignedDuration::from_mins(1);

/// Why a try failed that no platform is to blame for.
const BUG: &str = "a bug of the studio; the log has more";

/// Why the bot's message does not leave again.
const NOT_THE_BOTS: &str =
    "a person has the conversation, and the bot does not talk over them: replay this once it is handed back";

/// One try; `true` when the row needs no more of them. A bug behind the sending costs a try as well.
pub(super) async fn attempt(studio: &Arc<Studio>, leaving: &mut Leaving) -> bool {
    let settled = AssertUnwindSafe(Box::pin(tried(studio, leaving))).catch_unwind().await.ok();
    if let Some(settled) = settled {
        return settled;
    }
    supervise::note("deliver");
    breakpoint::pass("noting");
    Box::pin(put_off(studio, leaving, None, BUG, Vec::new(), false)).await
}

async fn tried(studio: &Arc<Studio>, leaving: &mut Leaving) -> bool {
    if has_nobody_to_reach(studio, &leaving.row) {
        return true;
    }
    breakpoint::pass("sending");
    let began = studio.clock.now();
    let delivery = {
        let places = studio.deliverer.places(&leaving.row);
        let sent = async {
            studio.store.held().await;
            // On the heap, as what follows it: of the many rows that wait for a place or a later try none keeps it.
            Box::pin(send(studio, leaving)).await
        };
        // A bug costs one try of one row; the others of the conversation would wait for ever.
        let sent = AssertUnwindSafe(sent).catch_unwind();
        place::within(places, sent).await.unwrap_or_else(|_| {
            tracing::error!(connection = leaving.row.connection, "delivery.panicked");
            Delivery::retry(&BUG)
        })
    };
    breakpoint::pass("sent");
    match delivery {
        Delivery::Done { parts, losses, noted } => {
            if !parts.is_empty() {
                leaving.handed_over();
            }
            let row = &mut leaving.row;
            let gets_through = !parts.is_empty();
            if gets_through {
                studio.deliverer.kept_back.passed(&row.connection, began);
            }
            remember(row, parts);
            let noted = noted && !studio.deliverer.is_erased(row);
            let departure = noted.then(|| departure(studio, row, losses, None)).flatten();
            studio.deliverer.delivered(row.key.clone(), departure);
            if gets_through && matches!(row.payload, Payload::Message(_)) {
                let (organisation, conversation) = (row.key.inbox.organisation, row.conversation);
                studio.deliverer.got_through(studio, organisation, conversation, began).await;
            }
            true
        }
        Delivery::Retry { after, error, parts, whole_connection } => {
            Box::pin(put_off(studio, leaving, after, &error, parts, whole_connection)).await
        }
        Delivery::Dead { error, parts, losses } => {
            leaving.row.attempts += 1;
            remember(&mut leaving.row, parts);
            Box::pin(bury(studio, leaving, losses, &error)).await
        }
        Delivery::Unreachable { error, parts, losses } => {
            leaving.row.attempts += 1;
            remember(&mut leaving.row, parts);
            let settled = Box::pin(bury(studio, leaving, losses, &error)).await;
            // Behind it: what becomes of the message waits for nothing else.
            let row = &leaving.row;
            let (organisation, conversation) = (row.key.inbox.organisation, row.conversation);
            studio.deliverer.cannot_reach(studio, organisation, conversation, &error, began).await;
            settled
        }
        Delivery::Untried { error } => Box::pin(bury_untried(studio, leaving, &error)).await,
        Delivery::Unreadable { error } => {
            studio.deliverer.unreadable.note(&leaving.row.connection, studio.clock.now(), &error);
            Box::pin(bury_untried(studio, leaving, &error)).await
        }
    }
}

/// Whether it is given up untried, as the person cannot be written to. That is no dead letter: it stands with the message. What
/// somebody has replayed is tried.
fn has_nobody_to_reach(studio: &Studio, row: &OutboxRow) -> bool {
    if row.again {
        return false;
    }
    let Some(why) = studio.deliverer.unreached.why(row.conversation) else { return false };
    let Some(departure) = departure(studio, row, Vec::new(), Some(&why)) else { return false };
    tracing::debug!(connection = row.connection, "delivery.unreachable");
    let noted = Some(departure).filter(|_| !studio.deliverer.is_erased(row));
    studio.deliverer.delivered(row.key.clone(), noted);
    true
}

/// It is tried again later; `true` where it is given up instead.
async fn put_off(
    studio: &Arc<Studio>,
    leaving: &mut Leaving,
    after: Option<SignedDuration>,
    error: &str,
    parts: Vec<String>,
    whole_connection: bool,
) -> bool {
    let (row, now) = (&mut leaving.row, studio.clock.now());
    leaving.waits = leaving.waits.saturating_add(1);
    // To be asked to wait is no failure, nor is a message of many parts that gets on: a storm must not use up the tries.
    let gets_on = remember(row, parts);
    let is_fine = match row.payload {
        Payload::Message(_) | Payload::Correction { .. } => {
            gets_on || (row.channel != "http" && after.is_some())
        }
        Payload::Call(_) => false,
    };
    let pause = if is_fine && !leaving.waits.is_multiple_of(WAITS) {
        let asked = after.unwrap_or(SignedDuration::from_secs(1));
        // So that not all come back at once.
        let spread = asked.as_secs_f64().min(5.0) * 0.2 * studio.clock.fraction();
        let spread = SignedDuration::try_from_secs_f64(spread).unwrap_or_default();
        Some(asked.clamp(SignedDuration::ZERO, LONGEST_RETRY_AFTER).saturating_add(spread))
    } else {
        row.attempts += 1;
        next_attempt(schedule(row), row.attempts, after, studio.clock.fraction())
    };
    let Some(pause) = pause else {
        let error = format!("given up after {} tries: {error}", row.attempts);
        return bury(studio, leaving, Vec::new(), &error).await;
    };
    row.next_at = now.checked_add(pause).unwrap_or(now);
    let mut is_news = true;
    if whole_connection {
        let quiet = after.unwrap_or_else(|| pause.min(LONGEST_QUIET)).min(LONGEST_RETRY_AFTER);
        let until = now.checked_add(quiet).unwrap_or(now);
        studio.deliverer.pace.close(&row.connection, until);
        let asked = after.is_some() && !is_token_refused(studio, &row.connection);
        is_news = studio.deliverer.kept_back.note(&row.connection, now, until, error, asked);
    }
    // A hundred messages that wait for one token are one line.
    if is_news {
        tracing::warn!(connection = row.connection, attempts = row.attempts, error, "delivery.retry");
    } else {
        tracing::debug!(connection = row.connection, attempts = row.attempts, error, "delivery.retry");
    }
    let kept = studio.store.deliver_later(
        row.key.inbox.organisation,
        &row.key,
        row.attempts,
        row.next_at,
        error,
        &row.parts,
    );
    if let Err(error) = kept.await {
        tracing::error!(%error, "delivery.retry.not_kept");
    }
    if !row.parts.is_empty() {
        breakpoint::pass("put_off");
    }
    false
}

/// Whether the wait is for a token, and not for the platform's limits.
fn is_token_refused(studio: &Studio, connection: &str) -> bool {
    let connection = studio.connection(connection);
    let platform = connection.as_ref().and_then(Connection::platform);
    platform.is_some_and(|platform| platform.standing().token_valid == Some(false))
}

pub(super) fn schedule(row: &OutboxRow) -> &'static [SignedDuration] {
    match row.payload {
        Payload::Message(_) | Payload::Correction { .. } if row.channel == "http" => &WEBHOOK,
        Payload::Message(_) | Payload::Correction { .. } | Payload::Call(_) => &CHAT,
    }
}

/// Keeps the parts that a try tells of: those of a message come behind the earlier ones, a change tells of all from the
/// first on. Whether it got on.
fn remember(row: &mut OutboxRow, parts: Vec<String>) -> bool {
    let before = row.parts.len();
    match row.payload {
        Payload::Message(_) | Payload::Call(_) => row.parts.extend(parts),
        Payload::Correction { .. } if parts.len() > before => row.parts = parts,
        Payload::Correction { .. } => {}
    }
    row.parts.len() > before
}

async fn bury_untried(studio: &Arc<Studio>, leaving: &mut Leaving, error: &str) -> bool {
    // The tries before may have got through.
    leaving.row.uncertain = leaving.row.is_uncertain();
    bury(studio, leaving, Vec::new(), error).await
}

/// Gives up what a bug ended outside of its try; `false` where the store does not take that, and it is to be given up again later.
pub(super) async fn give_up(studio: &Arc<Studio>, leaving: &mut Leaving) -> bool {
    Box::pin(bury(studio, leaving, Vec::new(), BUG)).await
}

async fn bury(studio: &Arc<Studio>, leaving: &mut Leaving, losses: Vec<String>, error: &str) -> bool {
    let row = &mut leaving.row;
    if leaving.made.is_some() {
        tracing::error!(connection = row.connection, error, "delivery.correction.given_up");
        studio.deliverer.delivered(row.key.clone(), None);
        return true;
    }
    tracing::error!(connection = row.connection, attempts = row.attempts, error, "delivery.dead");
    let now = studio.clock.now();
    match buried(studio, row, losses, error, now).await {
        Ok(()) => {
            studio.deliverer.held.release(&row.key);
            true
        }
        Err(error) => {
            tracing::error!(%error, "delivery.dead.not_kept");
            row.next_at = now.checked_add(SignedDuration::from_secs(5)).unwrap_or(now);
            false
        }
    }
}

async fn buried(
    studio: &Arc<Studio>,
    row: &OutboxRow,
    losses: Vec<String>,
    error: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    breakpoint::busy("burying")?;
    match &row.payload {
        Payload::Call(call) => call::give_up(studio, row, call, error).await,
        Payload::Correction { of, .. } => {
            tell_refused(studio, row, *of, error).await?;
            studio.store.bury(row, error, now, None).await.map(drop)
        }
        Payload::Message(_) => {
            let departure = departure(studio, row, losses, Some(error));
            studio.store.bury(row, error, now, departure.as_ref()).await.map(drop)
        }
    }
}

/// Notes with the message that was to be changed why it was not.
async fn tell_refused(studio: &Studio, row: &OutboxRow, of: u64, error: &str) -> Result<(), StoreError> {
    let (organisation, conversation) = (row.key.inbox.organisation, row.conversation);
    let refused = RefusedChange { sequence: row.sequence, error: error.to_owned() };
    studio.store.note_refused_change(organisation, conversation, of, &refused).await
}

/// What is to be known of a message from now on; of a call nothing is.
fn departure(
    studio: &Studio,
    row: &OutboxRow,
    losses: Vec<String>,
    error: Option<&str>,
) -> Option<Departure> {
    match row.payload {
        Payload::Call(_) | Payload::Correction { .. } => None,
        Payload::Message(_) => Some(Departure {
            conversation: row.conversation,
            sequence: row.sequence,
            parts: row.parts.clone(),
            uncertain: if error.is_some() { row.may_have_left() } else { row.is_uncertain() },
            losses,
            error: error.map(str::to_owned),
            at: studio.clock.now(),
            otherwise: row.otherwise.clone(),
            told: platform_reply::told(studio, row, &row.parts),
        }),
    }
}

async fn send(studio: &Arc<Studio>, leaving: &mut Leaving) -> Delivery {
    match &leaving.row.payload {
        Payload::Message(_) => send_message(studio, leaving).await,
        Payload::Correction { of, content } => {
            correct(studio, &leaving.row, *of, content.as_ref(), &mut leaving.made).await
        }
        Payload::Call(request) => call::send(studio, &leaving.row, request, &mut leaving.answer).await,
    }
}

async fn send_message(studio: &Arc<Studio>, leaving: &Leaving) -> Delivery {
    let connection = &leaving.row.connection;
    match talks_over_a_person(studio, leaving).await {
        Ok(false) => {}
        Ok(true) => return Delivery::Untried { error: NOT_THE_BOTS.to_owned() },
        Err(error) => return Delivery::store_failed(&error),
    }
    match studio.connection(connection) {
        // Sockets were told when the turn was committed; who was not there reads the journal.
        Some(Connection::Web(_)) => Delivery::nothing(),
        Some(Connection::Http(http)) => http_reply::send(studio, &http, leaving).await,
        Some(Connection::Platform(platform)) => platform_reply::send(studio, &platform, leaving).await,
        None => Delivery::Untried {
            error: format!("there is no connection {connection} any more: make it anew, and replay this"),
        },
    }
}

/// Whether the bot's words would come behind those of a person who has the conversation. What leaves for the first time has its place
/// in the order of the conversation, before what the person says; what leaves again has lost it.
async fn talks_over_a_person(studio: &Studio, leaving: &Leaving) -> Result<bool, StoreError> {
    let row = &leaving.row;
    if !row.again {
        return Ok(false);
    }
    let stored = studio.store.conversation(row.key.inbox.organisation, row.conversation).await?;
    if !stored.is_some_and(|stored| matches!(stored.state.owner, Owner::Member { .. })) {
        return Ok(false);
    }
    let message = leaving.message(studio).await?;
    Ok(message.is_some_and(|message| message.from == Sender::Speaker { speaker: Speaker::Bot }))
}
