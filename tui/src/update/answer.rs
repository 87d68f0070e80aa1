//! What changes when the server has answered?

use std::collections::BTreeSet;

use studio_core::{
    api::{Conversation, ConversationDetail, ConversationPage, Since, TranscriptMessage},
    dialogue::{Entry, Happening, Status},
    id::ConversationId,
};

use super::{AROUND, HISTORY, change, live, load_detail, person, scroll, templates};
use crate::{
    draft::Draft,
    error::ApiError,
    message::{Answer, Command, InboxRequest, Order, Part, Saved},
    model::{Asked, Found, Link, Model, Room},
    perform::MOST_AT_ONCE,
    scrub,
    words::Text,
};

/// Rows that make a list long enough; shorter ones fetch the next page by themselves.
const ENOUGH: usize = 50;
/// Pages that one reading fetches at most.
const MOST_PAGES: u32 = 10;

pub fn answer(model: &mut Model, answer: Answer) -> Vec<Command> {
    match answer {
        Answer::Me(Ok(me)) => model.me = Some(me),
        Answer::Inbox { request, result } => return inbox(model, request, result),
        Answer::Detail { conversation, result } => return detail(model, conversation, result),
        Answer::Messages { conversation, part, result: Ok(messages) } => {
            let rest = rest(conversation, &messages);
            self::messages(model, conversation, part, messages);
            // What is still to be read below it would move what is seen.
            if rest.is_none() {
                scroll::show_found(model);
            }
            return rest.filter(|_| room(model, conversation).is_some()).into_iter().collect();
        }
        Answer::Timeline { conversation, part, result: Ok(entries) } => {
            if let Some(room) = room(model, conversation) {
                timeline(room, part, entries);
            }
        }
        Answer::Failures(result) => {
            model.failures.loading = false;
            match result {
                Ok((parked, dead)) => {
                    model.failures.parked = parked;
                    model.failures.dead = dead;
                    let most = model.failures.len().saturating_sub(1);
                    model.failures.selected = model.failures.selected.min(most);
                }
                Err(error) => failed(model, &error),
            }
        }
        Answer::Acted { conversation, order, result } => acted(model, conversation, order, result),
        Answer::Sent { number, result } => match result {
            Ok(_) => model
                .pending
                .iter_mut()
                .filter(|pending| pending.number == number)
                .for_each(|pending| pending.accepted = true),
            Err(error) => return_to_draft(model, number, &error.to_string()),
        },
        Answer::Reply { conversation, of, result: Ok(content) } => {
            change::write(model, conversation, of, content);
        }
        Answer::Changed { conversation, of, content, result } => {
            change::answered(model, conversation, of, content.as_ref(), result);
        }
        Answer::Person { conversation, result } => return person::read(model, conversation, result),
        Answer::PersonSaid { conversation, cursor, result } => {
            person::said(model, conversation, cursor.as_ref(), result);
        }
        Answer::Contacts { conversation, result } => person::found(model, conversation, result),
        Answer::PersonChanged { conversation, result } => {
            return person::changed(model, conversation, result);
        }
        Answer::Templates { conversation, result } => templates::read(model, conversation, result),
        Answer::TemplateSent { conversation, result } => templates::sent(model, conversation, result),
        Answer::Replayed(result) => {
            match result {
                Ok(()) => {}
                Err(error) => failed(model, &error),
            }
            model.failures.loading = true;
            return vec![Command::LoadFailures];
        }
        Answer::ToldTyping => {}
        Answer::Saved(result) => saved(model, result),
        Answer::Me(Err(error))
        | Answer::Messages { result: Err(error), .. }
        | Answer::Reply { result: Err(error), .. }
        | Answer::Timeline { result: Err(error), .. } => failed(model, &error),
    }
    Vec::new()
}

/// What one reading left over, which begins far up where a search found something there.
fn rest(conversation: ConversationId, messages: &[TranscriptMessage]) -> Option<Command> {
    let last = messages.last().filter(|_| messages.len() >= MOST_AT_ONCE)?;
    Some(Command::LoadMessages { conversation, part: Part { after: last.sequence, known: 0 } })
}

fn messages(model: &mut Model, conversation: ConversationId, part: Part, messages: Vec<TranscriptMessage>) {
    if let Some(room) = room(model, conversation) {
        room.messages_loaded = true;
        let told: BTreeSet<u64> = messages.iter().map(|message| message.sequence).collect();
        let gone = |sequence: u64| part.holds(sequence) && !told.contains(&sequence);
        room.messages.retain(|sequence, _| !gone(*sequence));
        room.deliveries.retain(|sequence, _| !gone(*sequence));
        room.corrected.retain(|sequence, _| !gone(*sequence));
    }
    for (message, since) in messages.into_iter().map(TranscriptMessage::apart) {
        // What was asked for before it was erased may come after that was told.
        let Some(room) = room(model, conversation).filter(|room| message.sequence > room.erased) else {
            continue;
        };
        if !room.messages.contains_key(&message.sequence) {
            live::settle(&mut model.pending, conversation, &message);
        }
        if let Some(room) = self::room(model, conversation) {
            let Since { delivery, correction, refused_change, change } = since;
            room.deliveries.extend(delivery.map(|delivery| (message.sequence, delivery)));
            room.changes.extend(message.client_id.clone().zip(change));
            let is_news = correction.is_some() || refused_change.is_some();
            if is_news || room.corrected.contains_key(&message.sequence) {
                room.corrected.entry(message.sequence).or_default().read(correction, refused_change);
            }
            live::add_message(room, message);
        }
    }
}

fn timeline(room: &mut Room, part: Part, entries: Vec<Entry>) {
    room.timeline_loaded = true;
    room.entries.retain(|sequence, _| !part.holds(*sequence));
    let erased = entries.iter().rev().find(|entry| entry.what == Happening::Erased);
    if let Some(erased) = erased.map(|entry| entry.sequence) {
        live::erase(room, erased);
    }
    let still = entries.into_iter().filter(|entry| entry.sequence >= room.erased);
    room.entries.extend(still.map(|entry| (entry.sequence, entry)));
}

fn detail(
    model: &mut Model,
    conversation: ConversationId,
    result: Result<Box<ConversationDetail>, ApiError>,
) -> Vec<Command> {
    let mut commands = Vec::new();
    if let Some(room) = room(model, conversation) {
        let before = std::mem::replace(&mut room.detail_asked, Asked::Not);
        if before == Asked::AndAgain {
            commands.extend(load_detail(room));
        }
    }
    let detail = match result {
        Ok(detail) => detail,
        Err(error) => {
            failed(model, &error);
            return commands;
        }
    };
    live::keep(model, detail.conversation.clone());
    if let Some(room) = room(model, conversation) {
        let known = room.detail.as_ref().map_or(0, |known| known.conversation.sequence);
        let sequence = detail.conversation.sequence;
        if known <= sequence {
            room.detail = Some(*detail);
        }
        if room.messages.is_empty() {
            let latest = sequence.saturating_sub(HISTORY);
            let after = room.found.map_or(latest, |found| latest.min(found.saturating_sub(AROUND)));
            let part = Part { after, known: 0 };
            commands.push(Command::LoadMessages { conversation, part });
        }
    }
    commands
}

fn room(model: &mut Model, id: ConversationId) -> Option<&mut Room> {
    model.room.as_mut().filter(|room| room.id == id)
}

pub fn failed(model: &mut Model, error: &ApiError) {
    match error {
        // It stands above and below for as long as the console is open.
        ApiError::Unauthorised(_) => model.link = Link::LoggedOut,
        ApiError::Unreachable(_) | ApiError::Refused { .. } | ApiError::Unreadable(_) => {
            model.warn(error.to_string());
        }
    }
}

fn acted(model: &mut Model, conversation: ConversationId, order: Order, result: Result<(), ApiError>) {
    match result {
        // The turn on the live stream tells the rest.
        Ok(()) => {}
        Err(error) => {
            if order == Order::TakeOver
                && let Some(room) = room(model, conversation)
            {
                // The box stays open: what is being typed must not become commands.
                room.taking = false;
            }
            let what = match order {
                Order::TakeOver => Text::TakeOver,
                Order::HandBack => Text::HandBack,
                Order::Close => Text::Close,
            };
            model.warn(format!("{} ({}): {error}", model.say(Text::NotDone), model.say(what)));
        }
    }
}

fn saved(model: &mut Model, result: Result<Saved, String>) {
    match result {
        Ok(Saved { path, not_opened }) => {
            let told = format!("{} {}", model.say(Text::SavedAs), scrub::line(&path.display().to_string()));
            match not_opened {
                None => model.notify(told),
                Some(why) => model.warn(format!("{told}; {why}")),
            }
        }
        Err(why) => model.warn(format!("{}: {why}", model.say(Text::NotSaved))),
    }
}

/// What could not be sent stands in the draft again, before what was written since.
pub fn return_to_draft(model: &mut Model, number: u64, error: &str) {
    if let Some(place) = model.pending.iter().position(|pending| pending.number == number) {
        let pending = model.pending.remove(place);
        let draft = model.drafts.entry((pending.conversation, pending.kind)).or_default();
        *draft = if draft.is_empty() {
            Draft::new(&pending.text)
        } else {
            Draft::new(&format!("{}\n{}", pending.text, draft.text()))
        };
    }
    model.warn(format!("{}: {error}", model.say(Text::NotSent)));
}

fn inbox(
    model: &mut Model,
    request: InboxRequest,
    result: Result<ConversationPage, ApiError>,
) -> Vec<Command> {
    if request.generation != model.inbox.generation {
        return Vec::new();
    }
    model.inbox.loading = false;
    let page = match result {
        Ok(page) => page,
        Err(error) => {
            failed(model, &error);
            model.inbox.refused = model.notice.as_ref().map(|notice| notice.text.clone());
            return Vec::new();
        }
    };
    if request.cursor.is_none() && request.query.is_empty() {
        forget_what_left(model, &request, &page);
    }
    if !request.query.is_empty() {
        let Found { conversations: found, incomplete } = &mut model.inbox.found;
        found.extend(page.items.iter().map(|conversation| (conversation.id, None)));
        if let Some(search) = page.search {
            found.extend(search.messages.into_iter().map(|one| (one.conversation, Some(one))));
            *incomplete |= !search.complete;
        }
    }
    for conversation in page.items {
        live::keep(model, conversation);
    }
    model.inbox.next_cursor.clone_from(&page.next_cursor);
    model.inbox.pages += 1;
    let short = model.visible().len() < ENOUGH && model.inbox.pages < MOST_PAGES;
    if page.next_cursor.is_some() && short {
        model.inbox.loading = true;
        return vec![Command::LoadInbox(InboxRequest { cursor: page.next_cursor, ..request })];
    }
    Vec::new()
}

/// Drops the conversations that would stand in this page and do not: they were closed, opened again or
/// removed while nobody listened.
fn forget_what_left(model: &mut Model, request: &InboxRequest, page: &ConversationPage) {
    // It says nothing of what may stand on the next one.
    if page.items.is_empty() && page.next_cursor.is_some() {
        return;
    }
    let floor = match page.next_cursor {
        Some(_) => page.items.iter().map(Conversation::rank).min(),
        None => None,
    };
    let told = std::mem::take(&mut model.inbox.told);
    model.inbox.conversations.retain(|id, conversation| {
        (conversation.status == Status::Closed) != request.closed
            || floor.is_some_and(|floor| conversation.rank() <= floor)
            || told.contains(id)
            || page.items.iter().any(|one| one.id == *id)
    });
}
