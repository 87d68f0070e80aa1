//! How does a conversation stand, and which ones are there?

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
    /// Words in the preview, the contact's name, a tag, or the name of the channel or the connection, whatever their case.
    pub query: Option<String>,
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

/// Writes `$conversations`, each if it has the version that its turn was computed from and its last mark is not
/// there yet. The database also works the assignments out without a row, hence `NONE`. Every assignment costs, so what
/// lists are filtered by is one field.
pub(crate) const WRITE: &str = "INSERT INTO conversation $conversations ON DUPLICATE KEY UPDATE \
    version = IF version == NONE OR (version == $input.version - 1 \
    AND (done ?? []) CONTAINSNOT array::last($input.done)) { $input.version } ELSE { THROW 'stale' }, \
    done = $input.done, state = $input.state, summary = $input.summary, place = $input.place, \
    filter = $input.filter RETURN NONE";

/// One page of a list, the urgent first and the newest of each, by the index over organisation and place. Channel and tags are
/// read where [`search`] has put them.
pub(crate) const LIST: &str = "SELECT id, place, summary FROM conversation WHERE organisation = $organisation \
    AND place < $before AND ($status = NONE OR filter.status = $status) \
    AND ($owner = NONE OR filter.owner = $owner) AND ($team = NONE OR filter.team = $team) \
    AND ($member = NONE OR filter.member = $member) AND ($bot = NONE OR filter.bot = $bot) \
    AND ($connection = NONE OR filter.connection = $connection) \
    AND ($contacts = NONE OR filter.contact IN $contacts) \
    AND ($channel = NONE OR array::at(string::split(filter.search, $line), 2) = $channel) \
    AND ($label = NONE OR array::slice(string::split(filter.search, $line), 4) CONTAINS $label) \
    AND ($query = NONE OR string::contains(filter.search, $query)) ORDER BY place DESC LIMIT $limit";

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

/// What a query is looked for in: preview, name, channel, connection and each tag, on a line of its own. [`LIST`] counts the lines.
fn search(summary: &Conversation) -> String {
    let Conversation { preview, contact_name, channel, connection, tags, .. } = summary;
    let mut lines = vec![line(preview), line(contact_name), line(channel), line(connection)];
    lines.extend(tags.iter().map(|tag| line(tag)));
    lines.join("\n")
}

fn line(text: &str) -> String {
    text.replace('\n', " ").to_lowercase()
}

/// Above all moments of this and many other ages, in microseconds.
const URGENT: u64 = 1 << 62;

/// Sorts conversations: the urgent before the others, and by their last change; unique.
fn place(conversation: &Conversation) -> String {
    let urgent = if conversation.urgent { URGENT } else { 0 };
    format!("{:016x}{}", microseconds(conversation.updated_at) | urgent, conversation.id)
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

    /// The conversations of an organisation, the urgent first, the last changed of each before the others. `cursor` is `next_cursor` of
    /// the page before. One that cannot be read is told of and passed over.
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
        let contacts: Option<Vec<String>> =
            filter.contacts.as_ref().map(|contacts| contacts.iter().map(ToString::to_string).collect());
        let bind = object! {
            organisation: organisation.to_string(),
            // Above every place, which are hexadecimal.
            before: cursor.unwrap_or("g").to_owned(),
            status: filter.status.map(|status| status_field(status).to_owned()),
            owner: owner.map(str::to_owned),
            team: team,
            member: member,
            bot: filter.bot.clone(),
            connection: filter.connection.clone(),
            contacts: contacts,
            channel: filter.channel.as_deref().map(line),
            label: filter.tag.as_deref().map(line),
            line: "\n".to_owned(),
            query: filter.query.as_ref().map(|query| query.to_lowercase()),
            limit: limit,
        };
        let rows = self.each_row::<Listed>("conversation", LIST, bind).await?;
        let full = rows.len() >= limit as usize;
        let (mut items, mut next_cursor) = (Vec::with_capacity(rows.len()), None);
        for (id, row) in rows {
            let read = row.and_then(|Listed { place, summary }| {
                next_cursor = Some(place).filter(|_| full);
                json::read::<Conversation>("conversation", &summary)
            });
            match read {
                Ok(conversation) => items.push(conversation),
                Err(error) => tracing::error!(?id, %error, "store.conversation.unreadable"),
            }
        }
        Ok(Page { items, next_cursor })
    }
}
