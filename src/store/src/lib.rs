//! What is remembered? `SurrealDB` lives only here.
//!
//! | file | the question it answers |
//! |---|---|
//! | [`Store`] in `open` | where does the store live, and how is it opened and closed? |
//! | `lease` | which studio has it, where several could? |
//! | `transact` | how does anything get written? |
//! | `migrations` | what tables are there? |
//! | `indexes` | is the index whole that a migration began? |
//! | `keys`, `json` | how are record ids, times and payloads written? |
//! | `accept` | has this event come before, and where does it wait? |
//! | `turns` | how is what a turn decided made to last, all or nothing? |
//! | `timers` | what is due? |
//! | `outbox`, `dead` | what must still leave, and what could not? |
//! | `departures`, `refused` | how far has each message come, and what follows where a platform refuses what it took? |
//! | `told` | and of which is one that its platform tells of by no more than its chat and number? |
//! | `reached` | and those that the other end fetches? |
//! | `parked` | which events failed every time? |
//! | `conversations`, `journal`, `contacts`, `merged` | what was said, with whom, and how does it stand? |
//! | `unreachable` | and to whom can nothing be said? |
//! | `members`, `sessions`, `api_keys` | who may come in? |
//! | `connections`, `memory`, `threads` | which connections were made, and what do they keep? |
//! | `fetching`, `unread` | which files does a platform still have, and what could not be read? |
//! | `bots` | which version of a bot is published? |
//! | `media`, `unsent` | which files were sent, and which never? |
//! | `statistics` | how many? Folds over the journal |
//! | `review`, `review_places` | which messages should somebody look at, the newest first, and what was decided about them? |
//! | `evaluations` | how well are the bots understood? |
//! | `erase`, `redact`, `find` | how is a person forgotten, and how is it proved? |
//! | `export`, `import` | how is all of it copied out and in? |
//! | [`testing`] | how is it tested? |
//!
//! Every call takes an organisation and sees that organisation's rows only; the few that serve the
//! whole process (what waits, what is due) say so and return the organisation with each row.

mod accept;
mod act_keys;
mod api_keys;
mod bots;
mod changed;
mod connections;
mod contacts;
mod conversations;
mod copied;
mod dead;
mod departures;
mod disk;
mod erase;
mod error;
mod evaluations;
mod explained;
mod export;
mod fetching;
mod find;
mod handle;
mod import;
mod indexes;
mod journal;
mod json;
mod keys;
mod lease;
mod log_tail;
mod media;
mod members;
mod memory;
mod merged;
mod migrations;
mod open;
mod outbox;
mod own_texts;
mod parked;
mod reached;
mod redact;
mod refused;
mod repair;
mod review;
mod review_places;
mod sessions;
mod snapshot;
mod statistics;
mod sweep;
pub mod testing;
mod threads;
mod timers;
mod told;
mod transact;
mod translated;
mod turns;
mod unreachable;
mod unread;
mod unsent;
mod wishes;

#[cfg(test)]
mod tests;

pub use self::{
    accept::{Accepted, Arrival, InboxPage, InboxRow, Pruned},
    act_keys::ActKeyUse,
    api_keys::ApiKeyRow,
    bots::{BotRow, Published},
    connections::StoredConnection,
    contacts::{Contact, Identity},
    conversations::{ConversationFilter, OwnerFilter, StoredConversation, has_words, is_place},
    dead::{LetterFilter, is_letter},
    departures::{Departed, Departure, PartReport},
    error::{OpenError, StoreError},
    export::{Contents, ExportError},
    fetching::{Fetch, FetchKey, NewFetch},
    find::Found,
    handle::Memory,
    import::Imported,
    journal::JournalPage,
    keys::InboxKey,
    lease::Holder,
    media::{Media, NewMedia},
    members::{Credentials, Member, MemberError, NewMember, Removal},
    merged::{Merging, Person},
    migrations::Migration,
    open::{Address, Left, Settings, Store},
    outbox::{OutboxKey, OutboxPage, OutboxRow, Payload},
    parked::Parking,
    reached::Reached,
    redact::{ERASED, is_personal},
    refused::{LateRefusal, Unsettled},
    review::{Lesson, Mask, Masked, Reviewed},
    review_places::{Wanted, digest},
    sessions::Session,
    threads::ThreadAlias,
    told::Told,
    turns::{FirstContact, Outgoing, Turn, TurnOutcome},
    unreachable::Unreachable,
    unread::{Keeping, UnreadBody},
    unsent::PrunedMedia,
    wishes::DueWish,
};
