//! Which files were sent?
//!
//! The bytes stand in the store, in rows of at most 1 MiB, so that a backup and an erasure are of one
//! piece. The conversation names a file before any of its bytes are there, so that an erasure finds what a broken attempt
//! left. The file exists once its own row does, which is written last, and only if it was not erased meanwhile.

use jiff::Timestamp;
use studio_core::id::{ConversationId, MediaId, OrganisationId};
use surrealdb::types::{Bytes, RecordId, SurrealValue, Value, array, object};

use crate::{
    Store,
    error::{Failure, StoreError},
    keys::{Parts, parse, record},
    transact::Probe,
};

const CHUNK: usize = 1024 * 1024;
/// Chunks in one transaction: 4 MiB.
const CHUNKS: usize = 4;

/// A file that is being kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMedia {
    pub id: MediaId,
    pub conversation: ConversationId,
    pub name: String,
    pub media_type: String,
    pub created_at: Timestamp,
}

/// What is known of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    pub id: MediaId,
    pub conversation: ConversationId,
    pub name: String,
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    pub created_at: Timestamp,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    conversation: String,
    name: String,
    media_type: String,
    size: u64,
    created_at: String,
}

pub(crate) fn id(organisation: OrganisationId, media: MediaId) -> RecordId {
    record("media", array![organisation.to_string(), media.to_string()])
}

pub(crate) fn link(organisation: OrganisationId, conversation: ConversationId, media: MediaId) -> RecordId {
    record(
        "conversation_media",
        array![organisation.to_string(), conversation.to_string(), media.to_string()],
    )
}

pub(crate) const OF_CONVERSATION: &str = "SELECT VALUE id FROM conversation_media:[$organisation, $conversation]..\
                    [$organisation, $conversation, []] ORDER BY id";

impl Store {
    /// Keeps a file. Keeping the same id again replaces its bytes, as after a broken attempt. Refused where its
    /// conversation was erased meanwhile.
    pub async fn put_media(
        &self,
        organisation: OrganisationId,
        media: &NewMedia,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        let link = link(organisation, media.conversation, media.id);
        let named = object! { link: object! { id: link.clone() } };
        let name = "INSERT IGNORE INTO conversation_media $link RETURN NONE";
        self.transact(&[name], named, Probe::Repeat).await?;
        let chunks: Vec<_> = bytes.chunks(CHUNK).collect();
        for (group, chunks) in (0_u64..).zip(chunks.chunks(CHUNKS)) {
            let rows: Vec<Value> = (group * CHUNKS as u64..)
                .zip(chunks)
                .map(|(number, chunk)| {
                    let key = array![organisation.to_string(), media.id.to_string(), number];
                    object! { id: record("media_chunk", key), bytes: Bytes::from(chunk.to_vec()) }
                        .into_value()
                })
                .collect();
            let insert =
                "INSERT INTO media_chunk $rows ON DUPLICATE KEY UPDATE bytes = $input.bytes RETURN NONE";
            self.transact(&[insert], object! { rows: rows }, Probe::Repeat).await?;
        }
        let row = object! {
            id: id(organisation, media.id),
            conversation: media.conversation.to_string(),
            name: media.name.clone(),
            media_type: media.media_type.clone(),
            size: bytes.len(),
            created_at: media.created_at.to_string(),
        };
        let parts = [
            "IF !record::exists($link) { THROW 'erased' }",
            "INSERT INTO media $row ON DUPLICATE KEY UPDATE size = $input.size, name = $input.name, \
             media_type = $input.media_type RETURN NONE",
        ];
        match self.transact(&parts, object! { row: row, link: link.clone() }, Probe::Repeat).await {
            Err(Failure::Thrown(_)) => {
                self.delete_linked(organisation, media.id, link).await?;
                Err(StoreError::Refused("the conversation was erased meanwhile".to_owned()))
            }
            done => Ok(done.map(drop)?),
        }
    }

    /// What is known of a file; nothing of one that was never sent and is about to go.
    pub async fn media(
        &self,
        organisation: OrganisationId,
        media: MediaId,
    ) -> Result<Option<Media>, StoreError> {
        let bind = object! { id: id(organisation, media) };
        let rows: Vec<Row> = self.rows("media", "SELECT * FROM $id WHERE !doomed_at", bind).await?;
        let Some(row) = rows.into_iter().next() else { return Ok(None) };
        Ok(Some(Media {
            id: media,
            conversation: parse("media", &row.conversation)?,
            name: row.name,
            media_type: row.media_type,
            size: row.size,
            created_at: parse("media", &row.created_at)?,
        }))
    }

    /// A file with its bytes.
    pub async fn media_bytes(
        &self,
        organisation: OrganisationId,
        media: MediaId,
    ) -> Result<Option<(Media, Vec<u8>)>, StoreError> {
        let Some(found) = self.media(organisation, media).await? else { return Ok(None) };
        let wanted = usize::try_from(found.size).unwrap_or(usize::MAX);
        let mut all = Vec::with_capacity(wanted.min(64 * CHUNK));
        for number in 0..found.size.div_ceil(CHUNK as u64) {
            let key = array![organisation.to_string(), media.to_string(), number];
            let bind = object! { id: record("media_chunk", key) };
            let chunk: Vec<Bytes> = self.rows("media_chunk", "SELECT VALUE bytes FROM $id", bind).await?;
            let corrupt =
                || StoreError::Corrupt { table: "media_chunk", what: "a part is missing".to_owned() };
            all.extend_from_slice(chunk.first().ok_or_else(corrupt)?);
        }
        // A shorter file in the place of a longer one leaves the rest of the longer one's last chunk.
        all.truncate(wanted);
        Ok(Some((found, all)))
    }

    /// Deletes a file; nothing happens if it is not there.
    pub async fn delete_media(&self, organisation: OrganisationId, media: MediaId) -> Result<(), StoreError> {
        match self.media(organisation, media).await? {
            Some(found) => {
                self.delete_linked(organisation, media, link(organisation, found.conversation, media)).await
            }
            None => Ok(()),
        }
    }

    pub(crate) async fn delete_linked(
        &self,
        organisation: OrganisationId,
        media: MediaId,
        link: RecordId,
    ) -> Result<(), StoreError> {
        let parts = [
            "DELETE $id RETURN NONE",
            "DELETE media_chunk:[$organisation, $media]..[$organisation, $media, []] RETURN NONE",
            "DELETE $link RETURN NONE",
        ];
        let bind = object! {
            id: id(organisation, media),
            organisation: organisation.to_string(),
            media: media.to_string(),
            link: link,
        };
        self.transact(&parts, bind, Probe::Repeat).await?;
        Ok(())
    }

    /// Deletes the files of a conversation that were there at this time, with those of which only a part is.
    pub(crate) async fn erase_media(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        for media in self.named(organisation, conversation).await? {
            let found = self.media(organisation, media).await?;
            if found.is_none_or(|found| found.created_at <= at) {
                self.delete_linked(organisation, media, link(organisation, conversation, media)).await?;
            }
        }
        Ok(())
    }

    /// The files of a conversation.
    pub async fn media_of(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
    ) -> Result<Vec<Media>, StoreError> {
        let mut all = Vec::new();
        for media in self.named(organisation, conversation).await? {
            all.extend(self.media(organisation, media).await?);
        }
        Ok(all)
    }

    /// The files that a conversation names, whole or not.
    async fn named(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
    ) -> Result<Vec<MediaId>, StoreError> {
        let bind = object! { organisation: organisation.to_string(), conversation: conversation.to_string() };
        let links: Vec<RecordId> = self.rows("conversation_media", OF_CONVERSATION, bind).await?;
        links
            .iter()
            .map(|link| {
                let mut parts = Parts::of("conversation_media", link)?;
                parts.text()?;
                parts.text()?;
                parts.parse()
            })
            .collect()
    }
}
