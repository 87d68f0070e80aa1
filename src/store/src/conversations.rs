//! How does a conversation stand, and which ones are there?

use std::collections::BTreeMap;

use studio_core::{
    api::{Conversation, Page},
    dialogue::{Owner, State, Status},
    id::{ContactId, ConversationId, MemberId, OrganisationId},
};
use surrealdb::types::{Object, RecordId, SurrealValue, Value, array, object};

use crate::{
    Store,
    error::StoreError,
    json,
    keys::{Parts, microseconds, record},
    turns::Turn,
};

/// A conversation as the next turn needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredConversation {
    /// Goes into [`Turn::expected_version`].
    pub version: u64,
    pub state: State,
    pub conversation: Conversation,
    pub thread: String,
}

/// Which conversations are listed; everything that is set must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConversationFilter {
    pub status: Option<Status>,
    pub owner: Option<OwnerFilter>,
    pub bot: Option<String>,
    pub connection: Option<String>,
    pub channel: Option<String>,
    /// Whatever its case.
    pub tag: Option<String>,
    /// Of one of these.
    pub contacts: Option<Vec<ContactId>>,
    /// Words in the preview, the contact's name, the thread of the HTTP channel, a tag, or the name of the channel or the connection, whatever their case.
    pub query: Option<String>,
    /// Conversations in which the words of `query` were said: they are as good as those that have them in these places.
    pub said_in: Vec<ConversationId>,
}

/// Whose conversations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OwnerFilter {
    Bot,
    /// Waits for any team.
    AnyTeam,
    Team(String),
    AnyMember,
    Member(MemberId),
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    version: u64,
    state: String,
    summary: String,
    thread: String,
}

/// A conversation of a list.
#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Listed {
    place: String,
    summary: String,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Version {
    version: u64,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Counted {
    number: u64,
}

/// Writes `$conversations`, each if it has the version that its turn was computed from and its last mark is not
/// there yet. The database also works the assignments out without a row, hence `NONE`. Every assignment costs, so what
/// lists are filtered by is one field.
pub(crate) const WRITE: &str = "INSERT INTO conversation $conversations ON DUPLICATE KEY UPDATE \
    version = IF version == NONE OR (version == $input.version - 1 \
    AND (done ?? []) CONTAINSNOT array::last($input.done)) { $input.version } ELSE { THROW 'stale' }, \
    done = $input.done, state = $input.state, summary = $input.summary, place = $input.place, \
    filter = $input.filter RETURN NONE";

/// All that a filter asks for but the query. Channel and tags are read where [`search`] has put them.
macro_rules! listed {
    ($from:literal) => {
        concat!(
            "SELECT id, place, summary FROM ",
            $from,
            " WHERE organisation = $organisation \
    AND place < $before AND ($status = NONE OR filter.status = $status) \
    AND ($owner = NONE OR filter.owner = $owner) AND ($team = NONE OR filter.team = $team) \
    AND ($member = NONE OR filter.member = $member) AND ($bot = NONE OR filter.bot = $bot) \
    AND ($connection = NONE OR filter.connection = $connection) \
    AND ($channel = NONE OR array::at(string::split(filter.search, $line), 2) = $channel) \
    AND ($label = NONE OR array::slice(string::split(filter.search, $line), 4) CONTAINS $label) \
    AND ($query = NONE OR string::contains(filter.search, $query)) ORDER BY place DESC LIMIT $limit"
        )
    };
}

/// One page of a list, in the order of [`place`], by the index over organisation and place.
pub(crate) const LIST: &str = listed!("conversation");

/// The same among these conversations.
const LIST_AMONG: &str = listed!("$ids");

/// The conversations of a contact, by the index over organisation and contact.
pub(crate) const OF_CONTACT: &str =
    "SELECT VALUE id FROM conversation WHERE organisation = $organisation AND filter.contact = $contact";

/// Conversations that are looked for in one of these.
const AMONG: usize = 500;

pub(crate) const VERSIONS: &str =
    "SELECT id, version FROM conversation:[$organisation, $conversation]>.. ORDER BY id LIMIT $limit";

pub(crate) fn id(organisation: OrganisationId, conversation: ConversationId) -> RecordId {
    record("conversation", array![organisation.to_string(), conversation.to_string()])
}

fn of_id(id: &RecordId) -> Result<ConversationId, StoreError> {
    let mut parts = Parts::of("conversation", id)?;
    parts.text()?;
    parts.parse()
}

impl Row {
    fn read(self) -> Result<StoredConversation, StoreError> {
        Ok(StoredConversation {
            version: self.version,
            state: json::read("conversation", &self.state)?,
            conversation: json::read("conversation", &self.summary)?,
            thread: self.thread,
        })
    }
}

/// `done`: marks of the events whose turn is committed and whose inbox row may still stand.
pub(crate) fn row(organisation: OrganisationId, turn: &Turn, done: Vec<String>) -> Result<Value, StoreError> {
    let summary = &turn.conversation;
    let (owner, team, member) = owner_fields(&summary.owner);
    Ok(object! {
        id: id(organisation, summary.id),
        organisation: organisation.to_string(),
        version: turn.expected_version + 1,
        done: done,
        state: json::write("conversation", &turn.state)?,
        summary: json::write("conversation", summary)?,
        thread: turn.thread.clone(),
        place: place(summary),
        filter: object! {
            status: status_field(summary.status).to_owned(),
            owner: owner.to_owned(),
            team: team,
            member: member,
            bot: summary.bot.clone(),
            connection: summary.connection.clone(),
            contact: summary.contact.to_string(),
            search: search(summary),
        },
    }
    .into_value())
}

/// What a query is looked for in: preview, names, channel, connection and each tag, on a line of its own. [`LIST`] counts the lines.
fn search(summary: &Conversation) -> String {
    let Conversation { preview, contact_name, thread, channel, connection, tags, .. } = summary;
    let names = match thread {
        Some(thread) => line(&format!("{contact_name}\t{thread}")),
        None => line(contact_name),
    };
    let mut lines = vec![line(preview), names, line(channel), line(connection)];
    lines.extend(tags.iter().map(|tag| line(tag)));
    lines.join("\n")
}

fn line(text: &str) -> String {
    text.replace('\n', " ").to_lowercase()
}

const WAITS: u64 = 1 << 63;
/// Above all moments of this and many other ages, in microseconds.
const URGENT: u64 = 1 << 62;

/// Whether `query` stands in one of the places of a conversation that [`ConversationFilter::query`] names.
pub fn has_words(conversation: &Conversation, query: &str) -> bool {
    search(conversation).contains(&query.to_lowercase())
}

/// Sorts conversations as [`Conversation::rank`] does, so that a page goes on where the last ended; unique.
fn place(conversation: &Conversation) -> String {
    let urgent = if conversation.urgent { URGENT } else { 0 };
    let moment = match conversation.waiting_since {
        Some(since) => WAITS | (URGENT - 1).saturating_sub(microseconds(since)),
        None => microseconds(conversation.updated_at),
    };
    format!("{:016x}{}", moment | urgent, conversation.id)
}

/// Whether a text can be the `next_cursor` of a page of conversations.
pub fn is_place(text: &str) -> bool {
    text.split_at_checked(16).is_some_and(|(time, conversation)| {
        time.bytes().all(|byte| byte.is_ascii_hexdigit()) && conversation.parse::<ConversationId>().is_ok()
    })
}

fn status_field(status: Status) -> &'static str {
    match status {
        Status::Open => "open",
        Status::Closed => "closed",
    }
}

fn owner_fields(owner: &Owner) -> (&'static str, Option<String>, Option<String>) {
    match owner {
        Owner::Bot => ("bot", None, None),
        Owner::Team { team } => ("team", team.clone(), None),
        Owner::Member { member, name: _ } => ("member", None, Some(member.to_string())),
    }
}

impl Store {
    /// Whether anybody has said anything.
    pub async fn holds_anything(&self) -> Result<bool, StoreError> {
        let one = "SELECT VALUE 1 FROM conversation LIMIT 1";
        let found: Vec<i64> = self.rows("conversation", one, Object::new()).await?;
        Ok(!found.is_empty())
    }

    /// A conversation; `None` before its first turn.
    pub async fn conversation(
        &self,
        organisation: OrganisationId,
        conversation: ConversationId,
    ) -> Result<Option<StoredConversation>, StoreError> {
        let found = self.conversations_by_id(organisation, &[conversation]).await?;
        found.into_iter().next().map(|(_, found)| found).transpose()
    }

    /// Those of these conversations that there are, in any order, each for itself: one that cannot be read keeps no other
    /// from being read.
    pub async fn conversations_by_id(
        &self,
        organisation: OrganisationId,
        conversations: &[ConversationId],
    ) -> Result<Vec<(ConversationId, Result<StoredConversation, StoreError>)>, StoreError> {
        let ids: Vec<_> = conversations.iter().map(|conversation| id(organisation, *conversation)).collect();
        let text = "SELECT id, version, state, summary, thread FROM $ids";
        let rows = self.each_row::<Row>("conversation", text, object! { ids: ids }).await?;
        rows.into_iter().map(|(id, row)| Ok((of_id(&id)?, row.and_then(Row::read)))).collect()
    }

    /// The conversations of an organisation, sorted by [`Conversation::rank`]. `cursor` is `next_cursor` of the page before.
    /// One that cannot be read is told of and passed over.
    pub async fn conversations(
        &self,
        organisation: OrganisationId,
        filter: &ConversationFilter,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<Conversation>, StoreError> {
        let (owner, team, member) = match &filter.owner {
            None => (None, None, None),
            Some(OwnerFilter::Bot) => (Some("bot"), None, None),
            Some(OwnerFilter::AnyTeam) => (Some("team"), None, None),
            Some(OwnerFilter::Team(team)) => (Some("team"), Some(team.clone()), None),
            Some(OwnerFilter::AnyMember) => (Some("member"), None, None),
            Some(OwnerFilter::Member(member)) => (Some("member"), None, Some(member.to_string())),
        };
        let mut bind = object! {
            organisation: organisation.to_string(),
            // Above every place, which are hexadecimal.
            before: cursor.unwrap_or("g").to_owned(),
            status: filter.status.map(|status| status_field(status).to_owned()),
            owner: owner.map(str::to_owned),
            team: team,
            member: member,
            bot: filter.bot.clone(),
            connection: filter.connection.clone(),
            channel: filter.channel.as_deref().map(line),
            label: filter.tag.as_deref().map(line),
            line: "\n".to_owned(),
            query: filter.query.as_ref().map(|query| query.to_lowercase()),
            limit: limit,
        };
        let mut said_in: Vec<_> =
            filter.said_in.iter().map(|conversation| id(organisation, *conversation)).collect();
        let mut rows = match &filter.contacts {
            None => self.each_row::<Listed>("conversation", LIST, bind.clone()).await?,
            Some(contacts) => {
                let of_contacts = self.of_contacts(organisation, contacts).await?;
                said_in.retain(|one| of_contacts.contains(one));
                self.listed_among(&of_contacts, &mut bind).await?
            }
        };
        bind.insert("query", Value::None);
        rows.extend(self.listed_among(&said_in, &mut bind).await?);
        Ok(page(rows, limit as usize))
    }

    async fn of_contacts(
        &self,
        organisation: OrganisationId,
        contacts: &[ContactId],
    ) -> Result<Vec<RecordId>, StoreError> {
        let mut found = Vec::new();
        for contact in contacts {
            let bind = object! { organisation: organisation.to_string(), contact: contact.to_string() };
            found.extend(self.rows::<RecordId>("conversation", OF_CONTACT, bind).await?);
        }
        Ok(found)
    }

    async fn listed_among(
        &self,
        ids: &[RecordId],
        bind: &mut Object,
    ) -> Result<Vec<(RecordId, Result<Listed, StoreError>)>, StoreError> {
        let mut rows = Vec::new();
        for among in ids.chunks(AMONG) {
            bind.insert("ids", among.to_vec());
            rows.extend(self.each_row::<Listed>("conversation", LIST_AMONG, bind.clone()).await?);
        }
        Ok(rows)
    }

    /// The versions of the conversations of all organisations, by the order of their ids; `after` is the last of those before. One
    /// that cannot be read has version 0, which no other has.
    pub async fn conversation_versions(
        &self,
        after: Option<(OrganisationId, ConversationId)>,
        limit: u32,
    ) -> Result<Vec<(OrganisationId, ConversationId, u64)>, StoreError> {
        let (organisation, conversation) = after
            .map(|(organisation, conversation)| (organisation.to_string(), conversation.to_string()))
            .unwrap_or_default();
        let bind = object! { organisation: organisation, conversation: conversation, limit: limit };
        versions(self.each_row::<Version>("conversation", VERSIONS, bind).await?)
    }

    /// Number of the conversations of all organisations.
    pub async fn count_conversations(&self) -> Result<u64, StoreError> {
        let text = "SELECT count() AS number FROM conversation GROUP ALL";
        let counted: Vec<Counted> = self.rows("conversation", text, Object::new()).await?;
        Ok(counted.first().map_or(0, |counted| counted.number))
    }

    /// The versions of those of these conversations that there are, in any order, as [`Store::conversation_versions`].
    pub async fn versions_of(
        &self,
        conversations: &[(OrganisationId, ConversationId)],
    ) -> Result<Vec<(OrganisationId, ConversationId, u64)>, StoreError> {
        let ids: Vec<_> = conversations
            .iter()
            .map(|(organisation, conversation)| id(*organisation, *conversation))
            .collect();
        let text = "SELECT id, version FROM $ids";
        versions(self.each_row::<Version>("conversation", text, object! { ids: ids }).await?)
    }
}

fn versions(
    rows: Vec<(RecordId, Result<Version, StoreError>)>,
) -> Result<Vec<(OrganisationId, ConversationId, u64)>, StoreError> {
    let mut versions = Vec::with_capacity(rows.len());
    for (id, row) in rows {
        let mut parts = Parts::of("conversation", &id)?;
        versions.push((parts.parse()?, parts.parse()?, row.map_or(0, |row| row.version)));
    }
    Ok(versions)
}

/// The first `limit` of these conversations, each once.
fn page(rows: Vec<(RecordId, Result<Listed, StoreError>)>, limit: usize) -> Page<Conversation> {
    let mut found = BTreeMap::new();
    let mut unreadable = 0;
    for (id, row) in rows {
        match row {
            Ok(Listed { place, summary }) => _ = found.insert(place, (id, summary)),
            Err(error) => {
                tracing::error!(?id, %error, "store.conversation.unreadable");
                unreadable += 1;
            }
        }
    }
    let full = found.len() + unreadable >= limit;
    let (mut items, mut next_cursor) = (Vec::with_capacity(limit.min(found.len())), None);
    for (place, (id, summary)) in found.into_iter().rev().take(limit) {
        match json::read::<Conversation>("conversation", &summary) {
            Ok(conversation) => items.push(conversation),
            Err(error) => tracing::error!(?id, %error, "store.conversation.unreadable"),
        }
        next_cursor = Some(place).filter(|_| full);
    }
    Page { items, next_cursor }
}
