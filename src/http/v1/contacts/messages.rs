//! `GET /contacts/{id}/messages`
//!
//! A page is put together of the ends of all conversations of the person:
//!
//! 1. The conversations that changed last come first, until the others have nothing that is as new as what was found.
//! 2. Of each the journal is read backwards in steps, from where it was at the time of the cursor: that place is found by halving,
//!    for entries stand in the order of time.
//! 3. Where a step more would be too many, nothing older than what was read there is told on this page.
//! 4. A page reads so often at most. Behind that, each conversation that was under way at the time of the cursor is read in one step
//!    alone, so that the next page begins earlier than this one; and where the others changed last before that time, the page
//!    ends above them.

use std::{collections::BTreeMap, sync::Arc};

use axum::extract::State;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use studio_core::{
    api::{Conversation, Message, Page, ProblemDetails, Role, TranscriptMessage},
    id::{ContactId, ConversationId, OrganisationId},
};
use studio_store::JournalPage;
use utoipa::IntoParams;

use super::{conversations, person};
use crate::{
    http::{
        ApiError,
        caller::Caller,
        extract::{Path, Query},
        v1::{conversations::messages::transcript, fits},
    },
    studio::Studio,
};

/// Entries of a journal that are read at once, in as many turns at most.
const STEP: u64 = 400;
const TURNS: u32 = 400;
/// Steps in one conversation for one page.
const MOST_STEPS: usize = 25;
/// Entries behind the place of the cursor that are looked at as well: those of one turn have one time.
const SLACK: u64 = 200;
/// How near a place is found by halving; well below [`SLACK`], so that a step from there reads something older than the cursor.
const NEAR: u64 = SLACK / 2;
/// Reads of journals for one page, before it makes do with what must be read.
const MOST_READS: usize = 1_000;
/// Longer than any turn takes.
const TURN: SignedDuration = SignedDuration::from_hours(1);
/// Conversations of a person that are looked through: those that wait first, then those that changed last.
const MOST: u32 = 2_000;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Range {
    /// `next_cursor` of the page before: what was said earlier
    cursor: Option<String>,
    /// 1 to 500; 100 where absent
    #[param(value_type = Option<u32>)]
    limit: Option<i64>,
}

/// What was said with a person on all channels, the newest page first, each oldest first, and each message with the way that it came
#[utoipa::path(
    get, path = "/contacts/{id}/messages", tag = "contacts", params(("id" = ContactId, Path), Range),
    responses(
        (status = 200, body = Page<TranscriptMessage>),
        (status = 404, body = ProblemDetails),
        (status = 422, body = ProblemDetails, description = "`limit` or `cursor` does not fit"),
    )
)]
pub async fn messages(
    State(studio): State<Arc<Studio>>,
    caller: Caller,
    Path(id): Path<ContactId>,
    Query(range): Query<Range>,
) -> Result<axum::Json<Page<TranscriptMessage>>, ApiError> {
    caller.must_be(Role::Agent)?;
    let limit = usize::try_from(fits::limit(range.limit, 100, 500)?).unwrap_or(usize::MAX);
    let before = match range.cursor.as_deref() {
        None => None,
        Some(cursor) => Some(Place::read(cursor).ok_or_else(fits::no_cursor)?),
    };
    let person = person(&studio, &caller, id).await?;
    let mut all = conversations(&studio, &caller, &person, MOST).await?;
    all.sort_by_key(|conversation| std::cmp::Reverse(conversation.updated_at));
    let mut journals = Journals { studio: &studio, organisation: caller.organisation, left: MOST_READS };
    let (kept, next) = said(&mut journals, &all, before, limit).await?;
    let mut items = Vec::with_capacity(kept.len());
    let mut by_conversation: BTreeMap<ConversationId, Vec<Message>> = BTreeMap::new();
    for (place, message) in kept {
        by_conversation.entry(place.conversation).or_default().push(message);
    }
    for conversation in &all {
        if let Some(messages) = by_conversation.remove(&conversation.id) {
            items.extend(transcript(&studio, caller.organisation, conversation, messages).await?);
        }
    }
    items.sort_by_key(|message| (message.at, message.conversation, message.sequence));
    Ok(axum::Json(Page { items, next_cursor: next.map(Place::cursor) }))
}

/// Where a message stands among all of a person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    at: Timestamp,
    conversation: ConversationId,
    sequence: u64,
}

impl Place {
    fn cursor(self) -> String {
        format!("{}_{}_{}", self.at.as_nanosecond(), self.conversation, self.sequence)
    }

    fn read(cursor: &str) -> Option<Self> {
        let mut parts = cursor.split('_');
        let at = Timestamp::from_nanosecond(parts.next()?.parse().ok()?).ok()?;
        let (conversation, sequence) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
        parts.next().is_none().then_some(Self { at, conversation, sequence })
    }
}

/// Messages with their places, and the place before which there is more, if there may be.
type Said = (Vec<(Place, Message)>, Option<Place>);

/// The last `limit` messages before a place, in their order, and the place before which the next page is, if there may be one.
async fn said(
    journals: &mut Journals<'_>,
    conversations: &[Conversation],
    before: Option<Place>,
    limit: usize,
) -> Result<Said, ApiError> {
    let mut found: Vec<(Place, Message)> = Vec::new();
    let mut known_from: Option<Place> = None;
    let mut is_more = false;
    for conversation in conversations {
        if before.is_some_and(|before| begun_by(conversation.created_at) > before.at) {
            continue;
        }
        let enough = found.len().checked_sub(limit).map(|place| found[place].0.at);
        if enough.is_some_and(|oldest| conversation.updated_at < oldest) {
            is_more = true;
            break;
        }
        if journals.left == 0
            && let Some(above) = above(conversation.id, conversation.updated_at, before)
        {
            // Nothing in this one and those behind it is newer.
            known_from = known_from.max(Some(above));
            break;
        }
        let (messages, from) = said_in(journals, conversation, before, limit).await?;
        found.extend(messages);
        found.sort_by_key(|(place, _)| *place);
        known_from = known_from.max(from);
        let surplus = found.len().saturating_sub(limit);
        found.drain(..surplus);
        is_more |= surplus > 0;
    }
    found.retain(|(place, _)| known_from.is_none_or(|from| *place >= from));
    let first = found.first().map(|(place, _)| *place).filter(|_| is_more);
    Ok((found, first.or(known_from)))
}

/// The same of one conversation, `limit` messages or more where there are so many; and from where on all of them are known, unless
/// that is its beginning.
async fn said_in(
    journals: &mut Journals<'_>,
    conversation: &Conversation,
    before: Option<Place>,
    limit: usize,
) -> Result<Said, ApiError> {
    let place = |at, sequence| Place { at, conversation: conversation.id, sequence };
    let mut end = match before {
        Some(before) if before.at <= conversation.updated_at => {
            let known = if before.conversation == conversation.id { before.sequence } else { 0 };
            let reached = number_at(journals, conversation, before.at).await?;
            reached.saturating_add(SLACK).max(known).min(conversation.sequence)
        }
        Some(_) | None => conversation.sequence,
    };
    let mut found = Vec::new();
    let mut from: Option<Place> = None;
    for _ in 0..MOST_STEPS {
        let is_enough = from.is_some() && journals.left == 0;
        if end == 0 || found.len() >= limit || is_enough {
            break;
        }
        let after = end.saturating_sub(STEP);
        let page = journals.read(conversation.id, after, TURNS).await?;
        for entry in page.entries.iter().filter(|entry| entry.sequence <= end) {
            let place = place(entry.at, entry.sequence);
            from = Some(from.map_or(place, |from| from.min(place)));
            if before.is_none_or(|before| place < before) {
                found.extend(Message::of(entry).map(|message| (place, message)));
            }
        }
        end = after;
    }
    Ok((found, from.filter(|_| end > 0)))
}

/// A number up to which all entries of a conversation stand that are older than this time, and at most [`NEAR`] others.
async fn number_at(
    journals: &mut Journals<'_>,
    conversation: &Conversation,
    at: Timestamp,
) -> Result<u64, ApiError> {
    let (mut low, mut high) = (0, conversation.sequence);
    while high.saturating_sub(low) > NEAR {
        let middle = low + (high - low) / 2;
        let page = journals.read(conversation.id, middle, 1).await?;
        match (page.entries.first(), page.last) {
            (Some(entry), _) if entry.at >= at => high = middle,
            // A turn has one time. One that cannot be read is passed over.
            (_, Some(last)) => low = last.max(middle + 1),
            (_, None) => high = middle,
        }
    }
    Ok(high)
}

/// The place above everything that was said in a conversation, where that is earlier than the cursor: a page may end there, and
/// the next one begins earlier than it.
fn above(conversation: ConversationId, updated_at: Timestamp, before: Option<Place>) -> Option<Place> {
    let at = updated_at.checked_add(SignedDuration::from_nanos(1)).ok()?;
    before.is_none_or(|before| at < before.at).then_some(Place { at, conversation, sequence: 0 })
}

/// The earliest time of what a conversation has: it is made at the end of its first turn, which began [`TURN`] before at most.
fn begun_by(created_at: Timestamp) -> Timestamp {
    created_at.checked_sub(TURN).unwrap_or(Timestamp::MIN)
}

/// The journals of an organisation, and how often they may still be read.
struct Journals<'a> {
    studio: &'a Studio,
    organisation: OrganisationId,
    left: usize,
}

impl Journals<'_> {
    async fn read(
        &mut self,
        conversation: ConversationId,
        after: u64,
        turns: u32,
    ) -> Result<JournalPage, ApiError> {
        self.left = self.left.saturating_sub(1);
        Ok(self.studio.store.journal(self.organisation, conversation, after, turns).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let at = Timestamp::from_nanosecond(1_764_500_000_123_456_789).expect("within jiff's range");
        let conversation = ConversationId::of_thread(OrganisationId::FIRST, "web", "one");
        let place = Place { at, conversation, sequence: 12 };
        assert_eq!(Place::read(&place.cursor()), Some(place));
        for bad in ["", "_", "12", "x_y_z", &format!("{}_1", place.cursor())] {
            assert_eq!(Place::read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_page_ends_above_what_changed_last_before_its_cursor_alone() {
        let conversation = ConversationId::of_thread(OrganisationId::FIRST, "web", "one");
        let place = |second, sequence| {
            let at = Timestamp::from_second(second).expect("within jiff's range");
            Place { at, conversation, sequence }
        };
        let last = place(10, u64::MAX);
        let ends_at = |before| above(conversation, last.at, before);
        for before in [None, Some(place(11, 0))] {
            let end = ends_at(before).expect("all of it is earlier");
            assert!(last < end && before.is_none_or(|before| end < before), "{end:?}");
        }
        for before in [place(10, 5), place(9, 5)] {
            assert_eq!(ends_at(Some(before)), None, "it was under way then");
        }
    }
}
