//! Which files were uploaded, and never sent?
//!
//! A visitor's file is kept before the message that names it. It goes in two steps, so that no message is stored whose file
//! goes at the same moment: first it cannot be named any more, and only some time later, when it is still named nowhere, is it
//! deleted. What was found named once is not looked for again.

use jiff::Timestamp;
use studio_core::id::{ConversationId, MediaId, OrganisationId};
use surrealdb::types::{Object, RecordId, SurrealValue, object};

use crate::{
    Store,
    error::StoreError,
    keys::{Parts, parse},
    media,
    transact::Probe,
};

/// What [`Store::prune_unsent`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrunedMedia {
    pub deleted: usize,
    /// Where to go on; `None` at the end.
    pub next: Option<(OrganisationId, MediaId)>,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    id: RecordId,
    conversation: String,
    created_at: String,
    named: Option<bool>,
    doomed_at: Option<String>,
}

/// A file of which it is not known that anything names it.
struct Candidate {
    organisation: OrganisationId,
    media: MediaId,
    conversation: ConversationId,
    doomed_at: Option<Timestamp>,
}

pub(crate) const MEDIA: &str =
    "SELECT id, conversation, created_at, named, doomed_at FROM media ORDER BY id LIMIT $limit";
pub(crate) const MEDIA_AFTER: &str = "SELECT id, conversation, created_at, named, doomed_at \
    FROM type::record(media:[$organisation, $media]>..) ORDER BY id LIMIT $limit";
pub(crate) const WAITING: &str = "SELECT VALUE event FROM inbox WHERE conversation IN $conversations";
pub(crate) const PARKED: &str = "SELECT VALUE row.event FROM parked WHERE conversation IN $conversations";
pub(crate) const SAID: &str = "SELECT VALUE id FROM type::record(turn:[$organisation, $conversation]..\
    [$organisation, $conversation, []]) WHERE string::contains(entries, $media) LIMIT 1";

impl Store {
    /// Looks at `limit` files of all organisations from `after` on. One that was kept before `before` and that neither the
    /// journal nor a waiting or parked event names cannot be named any more; one of which this has been so since before
    /// `doomed_before` is deleted.
    pub async fn prune_unsent(
        &self,
        before: Timestamp,
        doomed_before: Timestamp,
        now: Timestamp,
        after: Option<&(OrganisationId, MediaId)>,
        limit: u32,
    ) -> Result<PrunedMedia, StoreError> {
        let (text, mut bind) = match after {
            None => (MEDIA, Object::new()),
            Some((organisation, media)) => {
                (MEDIA_AFTER, object! { organisation: organisation.to_string(), media: media.to_string() })
            }
        };
        bind.insert("limit", limit);
        let rows: Vec<Row> = self.rows("media", text, bind).await?;
        let next = match rows.last() {
            Some(last) if rows.len() >= limit as usize => Some(place(&last.id)?),
            Some(_) | None => None,
        };
        let mut candidates = Vec::new();
        for row in rows {
            if row.named != Some(true) && parse::<Timestamp>("media", &row.created_at)? < before {
                candidates.push(row.read()?);
            }
        }
        let mut deleted = 0;
        let waiting = self.waiting_events(&candidates).await?;
        for candidate in candidates {
            let (organisation, media) = (candidate.organisation, candidate.media);
            if self.is_named(&candidate, &waiting).await? {
                self.note_media(&candidate, true, None).await?;
            } else if let Some(doomed_at) = candidate.doomed_at {
                if doomed_at < doomed_before {
                    let link = media::link(organisation, candidate.conversation, media);
                    self.delete_linked(organisation, media, link).await?;
                    deleted += 1;
                }
            } else {
                self.note_media(&candidate, false, Some(now)).await?;
            }
        }
        Ok(PrunedMedia { deleted, next })
    }

    /// The events of these files' conversations that have not had their turn.
    async fn waiting_events(&self, candidates: &[Candidate]) -> Result<Vec<String>, StoreError> {
        if candidates.is_empty() {
            return Ok(Vec::new());
        }
        let conversations: Vec<_> =
            candidates.iter().map(|candidate| candidate.conversation.to_string()).collect();
        let bind = object! { conversations: conversations };
        // A parked event may be put back into the inbox meanwhile, but not the other way round and back.
        let mut events: Vec<String> = self.rows("parked", PARKED, bind.clone()).await?;
        events.extend(self.rows::<String>("inbox", WAITING, bind).await?);
        Ok(events)
    }

    async fn is_named(&self, candidate: &Candidate, waiting: &[String]) -> Result<bool, StoreError> {
        let media = candidate.media.to_string();
        if waiting.iter().any(|event| event.contains(&media)) {
            return Ok(true);
        }
        let bind = object! {
            organisation: candidate.organisation.to_string(),
            conversation: candidate.conversation.to_string(),
            media: media,
        };
        Ok(!self.rows::<RecordId>("turn", SAID, bind).await?.is_empty())
    }

    async fn note_media(
        &self,
        candidate: &Candidate,
        named: bool,
        doomed_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let bind = object! {
            id: media::id(candidate.organisation, candidate.media),
            named: named,
            doomed_at: doomed_at.map(|at| at.to_string()),
        };
        let update = "UPDATE $id SET named = $named, doomed_at = $doomed_at RETURN NONE";
        self.transact(&[update], bind, Probe::Repeat).await?;
        Ok(())
    }
}

impl Row {
    fn read(self) -> Result<Candidate, StoreError> {
        let (organisation, media) = place(&self.id)?;
        Ok(Candidate {
            organisation,
            media,
            conversation: parse("media", &self.conversation)?,
            doomed_at: self.doomed_at.map(|at| parse("media", &at)).transpose()?,
        })
    }
}

fn place(id: &RecordId) -> Result<(OrganisationId, MediaId), StoreError> {
    let mut parts = Parts::of("media", id)?;
    Ok((parts.parse()?, parts.parse()?))
}
