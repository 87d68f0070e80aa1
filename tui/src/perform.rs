//! How is a command done?

use studio_core::{
    api::{
        Accepted, ApprovedTemplate, ContactDetail, ConversationPage, DeadLetter, NewMerge, NewNote, NewReply,
        Page, Parked, TranscriptMessage,
    },
    content::Content,
    id::{ContactId, ConversationId},
};

use crate::{
    api::Api,
    draft::DraftKind,
    error::ApiError,
    files,
    message::{Answer, Command, InboxRequest, Order},
    model::{Candidate, Sought},
};

/// Rows of one page.
const LIMIT: usize = 100;
/// Pages of one conversation that are read at once.
const MOST_PAGES: usize = 20;
/// Entries that one reading of a part fetches at most.
pub const MOST_AT_ONCE: usize = LIMIT * MOST_PAGES;

/// Does one command.
pub async fn perform(api: Api, command: Command) -> Answer {
    match command {
        Command::LoadMe => Answer::Me(api.get(&["me"], &[]).await),
        Command::LoadInbox(request) => {
            let result = api.get(&["conversations"], &inbox_query(&request)).await;
            Answer::Inbox { request, result }
        }
        Command::LoadDetail(conversation) => {
            let result = api.get(&["conversations", &conversation.to_string()], &[]).await.map(Box::new);
            Answer::Detail { conversation, result }
        }
        Command::LoadMessages { conversation, part } => {
            let result =
                all(&api, conversation, "messages", part.after, |one: &TranscriptMessage| one.sequence).await;
            Answer::Messages { conversation, part, result }
        }
        Command::LoadTimeline { conversation, part } => {
            let result =
                all(&api, conversation, "timeline", part.after, |one: &studio_core::dialogue::Entry| {
                    one.sequence
                })
                .await;
            Answer::Timeline { conversation, part, result }
        }
        Command::LoadFailures => Answer::Failures(failures(&api).await),
        Command::Act { conversation, order } => {
            let verb = match order {
                Order::TakeOver => "take-over",
                Order::HandBack => "hand-back",
                Order::Close => "close",
            };
            let result = api.order(&["conversations", &conversation.to_string(), verb]).await;
            Answer::Acted { conversation, order, result }
        }
        Command::Send { conversation, number, kind, text } => {
            let result = send(&api, conversation, kind, text).await;
            Answer::Sent { number, result }
        }
        Command::ReadReply { conversation, of } => {
            let result = reply(&api, conversation, of).await;
            Answer::Reply { conversation, of, result }
        }
        Command::Change { conversation, of, content } => {
            let result = change(&api, conversation, of, content.clone()).await;
            Answer::Changed { conversation, of, content, result }
        }
        Command::TellTyping(conversation) => {
            let _ = api.order(&["conversations", &conversation.to_string(), "typing"]).await;
            Answer::ToldTyping
        }
        Command::LoadPerson { conversation, contact } => {
            let result = api.get(&["contacts", &contact.to_string()], &[]).await.map(Box::new);
            Answer::Person { conversation, result }
        }
        Command::LoadSaid { conversation, contact, cursor } => {
            let mut query = vec![("limit", LIMIT.to_string())];
            query.extend(cursor.clone().map(|cursor| ("cursor", cursor)));
            let result = api.get(&["contacts", &contact.to_string(), "messages"], &query).await;
            Answer::PersonSaid { conversation, cursor, result }
        }
        Command::FindContacts { conversation, query } => {
            Answer::Contacts { conversation, result: contacts(&api, query).await }
        }
        Command::Merge { conversation, contact, into } => {
            let merge = NewMerge { into };
            let result = api.tell(&["contacts", &contact.to_string(), "merge"], &merge).await;
            Answer::PersonChanged { conversation, result }
        }
        Command::Unmerge { conversation, contact } => {
            let result = api.order(&["contacts", &contact.to_string(), "unmerge"]).await;
            Answer::PersonChanged { conversation, result }
        }
        Command::LoadTemplates { conversation, connection } => {
            let page: Result<Page<ApprovedTemplate>, ApiError> =
                api.get(&["connections", &connection, "templates"], &[]).await;
            Answer::Templates { conversation, result: page.map(|page| page.items) }
        }
        Command::SendTemplate { conversation, template } => {
            let result =
                api.post(&["conversations", &conversation.to_string(), "templates"], &*template).await;
            Answer::TemplateSent { conversation, result }
        }
        Command::SaveFile(file) => Answer::Saved(files::save(&api, file).await),
        Command::ReplayParked(event) => {
            Answer::Replayed(api.order(&["parked", &event.source, &event.native, "replay"]).await)
        }
        Command::ReplayDeadLetter(id) => Answer::Replayed(api.order(&["dead-letters", &id, "replay"]).await),
    }
}

fn inbox_query(request: &InboxRequest) -> Vec<(&'static str, String)> {
    let status = if request.closed { "closed" } else { "open" };
    let mut query = vec![("status", status.to_owned()), ("limit", LIMIT.to_string())];
    let Sought { tag, channel, bot, connection, words } = Sought::of(&request.query);
    let filters = [("tag", tag), ("channel", channel), ("bot", bot), ("connection", connection)];
    query.extend(filters.into_iter().filter_map(|(name, value)| Some((name, value?))));
    if !words.is_empty() {
        query.push(("query", words));
    }
    if let Some(cursor) = &request.cursor {
        query.push(("cursor", cursor.clone()));
    }
    query
}

/// All pages after a sequence number.
async fn all<T: serde::de::DeserializeOwned>(
    api: &Api,
    conversation: ConversationId,
    what: &str,
    mut after: u64,
    sequence: impl Fn(&T) -> u64,
) -> Result<Vec<T>, ApiError> {
    let conversation = conversation.to_string();
    let mut items = Vec::new();
    for _ in 0..MOST_PAGES {
        let query = [("after", after.to_string()), ("limit", LIMIT.to_string())];
        let page: Page<T> = api.get(&["conversations", &conversation, what], &query).await?;
        let last = page.items.iter().map(&sequence).max();
        items.extend(page.items);
        match last {
            Some(last) if page.next_cursor.is_some() && last > after => after = last,
            Some(_) | None => break,
        }
    }
    Ok(items)
}

/// The contact whose id this is; else those of the conversations that are found by it, each once.
async fn contacts(api: &Api, query: String) -> Result<Vec<Candidate>, ApiError> {
    if let Ok(contact) = query.parse::<ContactId>() {
        let known: Result<ContactDetail, ApiError> = api.get(&["contacts", &contact.to_string()], &[]).await;
        return match known {
            Ok(detail) => Ok(vec![Candidate::of_contact(&detail)]),
            Err(ApiError::Refused { status: 404, .. }) => Ok(Vec::new()),
            Err(error) => Err(error),
        };
    }
    let query = [("query", query), ("limit", LIMIT.to_string())];
    let page: ConversationPage = api.get(&["conversations"], &query).await?;
    let mut found: Vec<Candidate> = Vec::new();
    for conversation in &page.items {
        if found.iter().all(|one| one.contact != conversation.contact) {
            found.push(Candidate::of_conversation(conversation));
        }
    }
    Ok(found)
}

async fn failures(api: &Api) -> Result<(Vec<Parked>, Vec<DeadLetter>), ApiError> {
    let (parked, dead): (Result<Page<Parked>, _>, Result<Page<DeadLetter>, _>) =
        futures::join!(api.get(&["parked"], &[]), api.get(&["dead-letters"], &[]));
    Ok((parked?.items, dead?.items))
}

/// What a reply says by now, as it is.
async fn reply(api: &Api, conversation: ConversationId, of: u64) -> Result<Option<Content>, ApiError> {
    let query = [("after", of.saturating_sub(1).to_string()), ("limit", "1".to_owned())];
    let conversation = conversation.to_string();
    let page: Page<TranscriptMessage> =
        api.get_as_it_is(&["conversations", &conversation, "messages"], &query).await?;
    let found = page.items.into_iter().find(|message| message.sequence == of);
    Ok(found.map(|message| message.correction.and_then(|made| made.content).unwrap_or(message.content)))
}

async fn change(
    api: &Api,
    conversation: ConversationId,
    of: u64,
    content: Option<Content>,
) -> Result<(), ApiError> {
    let (conversation, of) = (conversation.to_string(), of.to_string());
    let path: [&str; 4] = ["conversations", &conversation, "messages", &of];
    match content {
        Some(content) => api.patch(&path, &NewReply { content }).await,
        None => api.delete(&path).await,
    }
}

async fn send(
    api: &Api,
    conversation: ConversationId,
    kind: DraftKind,
    text: String,
) -> Result<Accepted, ApiError> {
    let conversation = conversation.to_string();
    match kind {
        DraftKind::Reply => {
            let reply = NewReply { content: Content::text(text) };
            api.post(&["conversations", &conversation, "replies"], &reply).await
        }
        DraftKind::Note => api.post(&["conversations", &conversation, "notes"], &NewNote { text }).await,
    }
}
