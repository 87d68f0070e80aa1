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

/// A conversation that a list comes by.
#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Passed {
    place: String,
    summary: String,
    fits: bool,
}

type ListedRow = (RecordId, Result<Listed, StoreError>);

/// What fits in a stretch of a list.
struct Stretch {
    rows: Vec<ListedRow>,
    /// Place of the last that was looked at; `None` where there is nothing beyond.
    until: Option<String>,
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

/// Whether a conversation is what a filter asks for. Channel and tags are read where [`search`] has put them.
macro_rules! fits {
    () => {
        "(($status = NONE OR filter.status = $status) \
        AND ($owner = NONE OR filter.owner = $owner) AND ($team = NONE OR filter.team = $team) \
        AND ($member = NONE OR filter.member = $member) AND ($bot = NONE OR filter.bot = $bot) \
        AND ($connection = NONE OR filter.connection = $connection) \
        AND ($channel = NONE OR array::at(string::split(filter.search, $line), 2) = $channel) \
        AND ($label = NONE OR array::slice(string::split(filter.search, $line), 4) CONTAINS $label) \
        AND ($query = NONE OR string::contains(filter.search, $query)))"
    };
}

/// A stretch of all conversations in the order of [`place`], by the index over organisation and place.
pub(crate) const LIST: &str = concat!(
    "SELECT id, place, summary, ",
    fits!(),
    " AS fits FROM conversation WHERE organisation = $organisation AND place < $before \
    ORDER BY place DESC LIMIT $limit"
);

/// What fits among these conversations, in the same order.
const LIST_AMONG: &str = concat!(
    "SELECT id, place, summary FROM $ids WHERE organisation = $organisation AND place < $before AND ",
    fits!(),
    " ORDER BY place DESC LIMIT $limit"
);

/// Conversations that a page looks at, at most: those that fit may be few.
const LOOKED_AT: usize = 20_000;
/// As many of them are read at once, at most.
const STEP: usize = 1_000;

/// The conversations of a contact, by the index over organisation and contact.
pub(crate) const OF_CONTACT: &str =
    "SELECT VALUE id FROM conversation WHERE organisation = $organisation AND filter.contact = $contact";

/// Conversations that are looked for in one of these.
const AMONG: usize = 500;

pub(crate) const VERSIONS: &str = "SELECT id, version FROM type::record(conversation:[$organisation, $conversation]>..) ORDER BY id LIMIT $limit";

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
    /// One that cannot be read is told of and passed over. A page looks at 20,000 of them at most, so that it may have fewer than
    /// `limit`, or none, and not be the last.
    pub async fn conversations(
        &self,
        organisation: OrganisationId,
        filter: &ConversationFilter,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<Page<Conversation>, StoreError> {
        self.conversations_within(organisation, filter, cursor, limit, LOOKED_AT).await
    }

    /// The same, where a page looks at `most` conversations.
    pub(crate) async fn conversations_within(
        &self,
        organisation: OrganisationId,
        filter: &ConversationFilter,
        cursor: Option<&str>,
        limit: u32,
        most: usize,
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
        let Stretch { mut rows, until } = match &filter.contacts {
            None => self.listed(bind.clone(), limit as usize, most).await?,
            Some(contacts) => {
                let of_contacts = self.of_contacts(organisation, contacts).await?;
                said_in.retain(|one| of_contacts.contains(one));
                Stretch { rows: self.listed_among(&of_contacts, &mut bind).await?, until: None }
            }
        };
        bind.insert("query", Value::None);
        rows.extend(self.listed_among(&said_in, &mut bind).await?);
        Ok(page(rows, limit as usize, until))
    }

    /// Reads on in ever longer steps until `limit` conversations fit, or `most` were looked at.
    async fn listed(&self, mut bind: Object, limit: usize, most: usize) -> Result<Stretch, StoreError> {
        let mut stretch = Stretch { rows: Vec::new(), until: None };
        let (mut step, mut left) = (limit.min(most), most);
        loop {
            bind.insert("limit", step);
            let passed = self.each_row::<Passed>("conversation", LIST, bind.clone()).await?;
            let ended = passed.len() < step;
            left = left.saturating_sub(passed.len());
            let last = passed.iter().rev().find_map(|(_, row)| Some(row.as_ref().ok()?.place.clone()));
            stretch.rows.extend(passed.into_iter().filter_map(fitting));
            stretch.until = last.filter(|_| !ended);
            let Some(before) = stretch.until.clone() else { return Ok(stretch) };
            if stretch.rows.len() >= limit || left == 0 {
                return Ok(stretch);
            }
            bind.insert("before", before);
            step = (step * 2).min(STEP).min(left);
        }
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

    async fn listed_among(&self, ids: &[RecordId], bind: &mut Object) -> Result<Vec<ListedRow>, StoreError> {
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

fn fitting((id, row): (RecordId, Result<Passed, StoreError>)) -> Option<ListedRow> {
    match row {
        Ok(Passed { fits: false, .. }) => None,
        Ok(Passed { place, summary, .. }) => Some((id, Ok(Listed { place, summary }))),
        Err(error) => Some((id, Err(error))),
    }
}

/// The first `limit` of these conversations, each once, and none beyond `until`.
fn page(rows: Vec<ListedRow>, limit: usize, until: Option<String>) -> Page<Conversation> {
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
    if let Some(until) = &until {
        found.retain(|place, _| place >= until);
    }
    let full = found.len() + unreadable >= limit;
    let (mut items, mut next_cursor) = (Vec::with_capacity(limit.min(found.len())), until);
    for (place, (id, summary)) in found.into_iter().rev().take(limit) {
        match json::read::<Conversation>("conversation", &summary) {
            Ok(conversation) => items.push(conversation),
            Err(error) => tracing::error!(?id, %error, "store.conversation.unreadable"),
        }
        if full {
            next_cursor = Some(place);
        }
    }
    Page { items, next_cursor }
}
