//! What exactly is committed? A turn with the summary that lists show of its conversation.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use studio_core::{
    api::Conversation,
    dialogue::{Body, Entry, Happening, Owner, Speaker, State, Status, TimerKind},
    feeling::Trend,
    id::{ContactId, OrganisationId},
    invariants::{Standing, Violation, awaited},
};
use studio_store::{FirstContact, InboxRow, Outgoing, Payload, StoredConversation, Turn};

use crate::turn;

/// Characters of the last message that lists show.
const PREVIEW: usize = 120;

/// How a conversation stood before a turn. Of its state, which the turn has, what the turn is compared with.
#[derive(Debug)]
pub(super) struct Before {
    version: u64,
    conversation: Conversation,
    pub thread: String,
    /// What had been told of the visitor.
    told: BTreeMap<String, Value>,
    wished_at: Option<Timestamp>,
    /// What it waited for, where somebody asks.
    standing: Standing,
}

impl Before {
    pub fn of(stored: StoredConversation) -> (Self, State) {
        let StoredConversation { version, state, conversation, thread } = stored;
        let (told, wished_at) = (state.contact.clone(), state.wished_at);
        let standing = if cfg!(debug_assertions) { Standing::of(&state) } else { Standing::default() };
        (Self { version, conversation, thread, told, wished_at, standing }, state)
    }
}

/// What is known of the thread in which a turn is.
#[derive(Clone, Copy, Debug)]
pub(super) struct ThreadFacts<'a> {
    /// Where nothing is pushed, messages are read from the journal and need no row of the outbox.
    pub pushes: bool,
    /// More than one person may speak.
    pub is_group: bool,
    /// The group that the contact is, where it surely is one.
    pub group: Option<&'a str>,
}

/// The turn to commit, and the conversation as it stands after it but for its version. A new one was nothing before.
pub(super) fn assemble(
    row: &InboxRow,
    before: Option<&Before>,
    turn: turn::Turn,
    bot: String,
    facts: ThreadFacts<'_>,
    now: Timestamp,
) -> Turn {
    let organisation = row.key.organisation;
    let conversation = summary(organisation, row, before, &turn, (bot, facts), now);
    let contact = first_contact(row, before, &turn.state, &conversation, facts);
    let messages = turn.messages.into_iter().filter(|_| facts.pushes).map(|message| Outgoing {
        sequence: message.sequence,
        lease: message.lease,
        payload: Payload::Message(message.content),
        not_before: now,
    });
    let (sequence, lease) = (turn.state.sequence, turn.state.lease);
    let corrections: Vec<_> = turn
        .entries
        .iter()
        .filter(|_| facts.pushes)
        .filter_map(|entry| match &entry.what {
            Happening::Corrected { of, content, .. } => Some(Outgoing {
                sequence: entry.sequence,
                lease,
                payload: Payload::Correction { of: *of, content: content.clone() },
                not_before: now,
            }),
            _ => None,
        })
        .collect();
    let calls = turn.calls.into_iter().map(|call| Outgoing {
        sequence,
        lease,
        payload: Payload::Call(call),
        not_before: now,
    });
    let turn = Turn {
        inbox: row.key.clone(),
        conversation,
        thread: row.thread.clone(),
        expected_version: before.map_or(0, |before| before.version),
        outgoing: messages.chain(corrections).chain(calls).collect(),
        entries: turn.entries,
        remind: turn.reminders,
        unremind: turn.forgotten_reminders,
        wished: !facts.is_group && is_wished(row, before, &turn.state, contact.as_ref()),
        state: turn.state,
        contact,
        erase: turn.erase,
    };
    debug_assert_eq!(stranded(row, before, &turn), [], "behind {}", row.key.event);
    turn
}

/// What the conversation will wait for in vain once this turn is committed, if all stands in the store that it waited for before.
fn stranded(row: &InboxRow, before: Option<&Before>, turn: &Turn) -> Vec<Violation> {
    let mut standing = before.map(|before| before.standing.clone()).unwrap_or_default();
    if let Body::Timer { timer, .. } = &row.event.body {
        standing.timers.remove(timer);
    }
    for (timer, _) in &turn.unremind {
        standing.timers.remove(&timer.timer);
    }
    standing.timers.extend(turn.remind.iter().map(|(timer, at)| (timer.timer, (timer.kind, *at))));
    standing.calls.extend(turn.outgoing.iter().filter_map(|outgoing| match &outgoing.payload {
        Payload::Call(call) => Some(call.call),
        Payload::Message(_) | Payload::Correction { .. } => None,
    }));
    awaited(&turn.state, &standing)
}

fn summary(
    organisation: OrganisationId,
    row: &InboxRow,
    before: Option<&Before>,
    turn: &turn::Turn,
    (bot, facts): (String, ThreadFacts<'_>),
    now: Timestamp,
) -> Conversation {
    let of = |external: &str| ContactId::of_identity(organisation, &row.connection, external);
    // A group's conversation may have been a person's, by an older version.
    let contact = match (facts.group, before) {
        (Some(group), _) => of(group),
        (None, Some(before)) => before.conversation.contact,
        (None, None) => of(row.external.as_ref().unwrap_or(&row.thread)),
    };
    let mut preview = before.map(|before| before.conversation.preview.clone()).unwrap_or_default();
    let mut unanswered = before.is_some_and(|before| before.conversation.unanswered);
    let is_bots = turn.state.owner == Owner::Bot;
    for entry in &turn.entries {
        if let Some((words, by)) = preview_of(entry) {
            preview = words;
            unanswered = match by {
                By::Visitor => true,
                By::Bot => unanswered && !is_bots,
                By::Member => false,
            };
        }
    }
    if turn.erase {
        (preview, unanswered) = (String::new(), false);
    }
    let is_open = turn.state.status == Status::Open;
    let thread = (row.channel == "http").then(|| row.thread.clone());
    Conversation {
        id: row.conversation,
        contact,
        contact_name: match before {
            // Whose it is was known better before.
            Some(before) if facts.is_group && facts.group.is_none() => {
                before.conversation.contact_name.clone()
            }
            Some(_) | None => label(&turn.state, contact, thread.as_deref(), facts.group.is_some()),
        },
        thread,
        bot,
        connection: row.connection.clone(),
        channel: row.channel.clone(),
        language: turn.state.language.clone(),
        status: turn.state.status,
        owner: turn.state.owner.clone(),
        tags: turn.state.tags.clone(),
        preview,
        unanswered: unanswered && is_open,
        waiting_since: waiting_since(before, &turn.state, now),
        urgent: turn.state.urgent && is_open,
        mood: Some(turn.state.mood.score).filter(|mood| *mood != 0.0),
        trend: Some(turn.state.mood.trend()).filter(|trend| *trend != Trend::Steady),
        sequence: turn.state.sequence,
        created_at: before.map_or(now, |before| before.conversation.created_at),
        // A timer that came too early, or that ends a session without a word, brings nothing to the top of a list.
        updated_at: before
            .filter(|_| turn.entries.is_empty() || is_silent_end(row, turn))
            .map_or(now, |before| before.conversation.updated_at),
    }
}

/// Another team does not begin the waiting anew.
fn waiting_since(before: Option<&Before>, state: &State, now: Timestamp) -> Option<Timestamp> {
    let waits = state.status == Status::Open && matches!(state.owner, Owner::Team { .. });
    let known = before.map(|before| &before.conversation).filter(|before| before.waits());
    waits.then(|| known.map_or(now, |before| before.waiting_since.unwrap_or(before.updated_at)))
}

fn is_silent_end(row: &InboxRow, turn: &turn::Turn) -> bool {
    let is_end = matches!(row.event.body, Body::Timer { kind: TimerKind::Session, .. });
    is_end && turn.messages.is_empty() && turn.calls.is_empty()
}

/// Who said what a list shows.
enum By {
    Visitor,
    Bot,
    Member,
}

/// The words of an entry that lists show, and who said them.
fn preview_of(entry: &Entry) -> Option<(String, By)> {
    let (words, by) = match &entry.what {
        what if what.shows_more() => return None,
        Happening::Received { content, .. } => (content.plain(), By::Visitor),
        Happening::Pressed { title, .. } => (title.clone(), By::Visitor),
        Happening::Said { by: Speaker::Bot, content, .. } => (content.plain(), By::Bot),
        Happening::Said { by: Speaker::Member { .. }, content, .. } => (content.plain(), By::Member),
        _ => return None,
    };
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    Some((line.chars().take(PREVIEW).collect(), by))
}

/// What lists call a conversation: its contact, and of a group the topic as well. Where nobody told the contact's name, what the
/// other program calls it (`thread`) says more than a made-up one.
fn label(state: &State, contact: ContactId, thread: Option<&str>, is_group: bool) -> String {
    let name = match thread {
        Some(thread) => told(state, "name").unwrap_or_else(|| short(thread)),
        None => name_of(state, contact, is_group),
    };
    match told(state, "topic").filter(|_| is_group) {
        Some(topic) => format!("{name} · {topic}"),
        None => name,
    }
}

/// The contact's name where the page or the channel told it, a made-up one otherwise.
fn name_of(state: &State, contact: ContactId, is_group: bool) -> String {
    told(state, "name").unwrap_or_else(|| {
        let id = contact.to_string();
        let who = if is_group { "Group" } else { "Visitor" };
        format!("{who} {}", &id[id.len() - 4..])
    })
}

fn told(state: &State, attribute: &str) -> Option<String> {
    let told = state.contact.get(attribute).and_then(|told| told.as_str()).map(str::trim);
    told.filter(|told| !told.is_empty()).map(short)
}

fn short(name: &str) -> String {
    name.chars().take(100).collect()
}

/// Whether a language was wished for, or the conversation is new in which somebody who may have wished for one elsewhere speaks.
fn is_wished(row: &InboxRow, before: Option<&Before>, state: &State, contact: Option<&FirstContact>) -> bool {
    match before {
        Some(before) => state.wished_at.is_some() && state.wished_at != before.wished_at,
        // Where a person's own thread is new, so is the person.
        None => state.wished_at.is_some() || contact.is_some_and(|contact| contact.external != row.thread),
    }
}

fn first_contact(
    row: &InboxRow,
    before: Option<&Before>,
    state: &State,
    conversation: &Conversation,
    facts: ThreadFacts<'_>,
) -> Option<FirstContact> {
    let unchanged = before.is_some_and(|before| {
        before.conversation.contact == conversation.contact
            && before.conversation.contact_name == conversation.contact_name
            && (facts.is_group || before.told == state.contact)
    });
    if unchanged {
        return None;
    }
    let external = facts.group.or(row.external.as_deref()).unwrap_or(&row.thread).to_owned();
    if facts.is_group {
        return Some(FirstContact {
            external,
            name: name_of(state, conversation.contact, facts.group.is_some()),
            // Where several talk, what is told in a turn is nothing of them all.
            attributes: BTreeMap::new(),
            told: facts.group.is_some() && told(state, "name").is_some(),
        });
    }
    Some(FirstContact {
        external,
        name: conversation.contact_name.clone(),
        attributes: state.contact.clone(),
        // A conversation in which nobody was introduced yet knows nothing better of somebody who is known.
        told: before.is_some() || !state.contact.is_empty(),
    })
}

#[cfg(test)]
mod tests {
    use studio_core::{
        content::Content,
        dialogue::{Event, Expecting, Timer},
        id::{ConversationId, EventKey, MemberId},
        understanding::Understanding,
    };
    use studio_store::InboxKey;

    use super::*;

    const FIRST: OrganisationId = OrganisationId::FIRST;
    const CAMP: ThreadFacts<'_> = ThreadFacts { pushes: true, is_group: true, group: Some("-77") };

    /// Of a conversation; nothing of a new one.
    type Known = Option<(Before, State)>;

    fn row(external: &str) -> InboxRow {
        let key = EventKey { source: "tg".to_owned(), native: "1".to_owned() };
        let body = Body::Introduced { language: None, attributes: BTreeMap::new() };
        InboxRow {
            key: InboxKey { arrived: 1, organisation: FIRST, event: key.clone() },
            conversation: ConversationId::of_thread(FIRST, "tg", "-77/5"),
            connection: "tg".to_owned(),
            channel: "telegram".to_owned(),
            thread: "-77/5".to_owned(),
            external: Some(external.to_owned()),
            event: Event::new(key, Timestamp::UNIX_EPOCH, body),
            attempts: 0,
            error: None,
        }
    }

    fn turn(external: &str, known: Known, facts: ThreadFacts<'_>, told: &[(&str, &str)]) -> Turn {
        let (before, state) = known.unzip();
        let mut state: State = state.unwrap_or_default();
        state.contact.extend(told.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())));
        let turn = turn::Turn { state, ..turn::Turn::default() };
        assemble(&row(external), before.as_ref(), turn, "shop".to_owned(), facts, Timestamp::UNIX_EPOCH)
    }

    fn behind(turn: &Turn) -> (Before, State) {
        let Turn { conversation, state, thread, .. } = turn.clone();
        Before::of(StoredConversation { version: 1, state, conversation, thread })
    }

    fn contact(external: &str) -> ContactId {
        ContactId::of_identity(FIRST, "tg", external)
    }

    #[test]
    fn the_contact_of_a_group_is_the_group_and_its_conversations_are_called_by_their_topics() {
        let new = turn("30", None, CAMP, &[("name", "Camp"), ("topic", "Tents")]);
        assert_eq!(
            (new.conversation.contact, new.conversation.contact_name.as_str()),
            (contact("-77"), "Camp · Tents")
        );
        let group = new.contact.clone().expect("it is made known");
        assert_eq!((group.external.as_str(), group.name.as_str(), group.told), ("-77", "Camp", true));
        assert_eq!(group.attributes, BTreeMap::new());
        let next = turn("31", Some(behind(&new)), CAMP, &[]);
        assert_eq!((next.conversation.contact, next.contact), (contact("-77"), None));
    }

    #[test]
    fn a_conversation_that_was_the_first_writers_becomes_the_groups_and_stays_so() {
        let unknown = ThreadFacts { group: None, ..CAMP };
        let old = turn("30", None, unknown, &[]);
        assert_eq!(old.conversation.contact, contact("30"));
        let next = turn("31", Some(behind(&old)), CAMP, &[("name", "Camp")]);
        assert_eq!(
            (next.conversation.contact, next.conversation.contact_name.as_str()),
            (contact("-77"), "Camp")
        );
        assert_eq!(next.contact.as_ref().map(|group| group.external.as_str()), Some("-77"));
        // Nobody knows any more that several talk there: it was known better before.
        let later = turn("30", Some(behind(&next)), unknown, &[]);
        assert_eq!((later.conversation.contact, later.contact), (contact("-77"), None));
        assert_eq!(later.conversation.contact_name, "Camp");
    }

    #[test]
    #[cfg_attr(
        not(debug_assertions),
        ignore = "a release build does not keep what a conversation waited for"
    )]
    fn what_a_turn_begins_to_wait_for_is_committed_with_it() {
        let at = Timestamp::from_second(100).expect("a time");
        let mut new = turn("30", None, CAMP, &[]);
        let stray = Violation::Stray { timer: 2 };
        let lost = |what: &str| Violation::Stranded { what: what.to_owned() };
        new.state.timers.insert(2, (TimerKind::Wait, at));
        assert_eq!(stranded(&row("30"), None, &new), [lost("timer 2")]);
        new.remind.push((Timer { timer: 2, kind: TimerKind::Wait }, at));
        assert_eq!(stranded(&row("30"), None, &new), []);

        let known = behind(&new);
        let before = Some(&known.0);
        let mut next = turn("30", Some(behind(&new)), CAMP, &[]);
        assert_eq!(stranded(&row("30"), before, &next), [], "it stands since before");
        next.state.timers.clear();
        assert_eq!(stranded(&row("30"), before, &next), [stray]);
        next.unremind.push((Timer { timer: 2, kind: TimerKind::Wait }, at));
        assert_eq!(stranded(&row("30"), before, &next), []);

        next.state.expecting = Expecting::Answer { call: 7 };
        assert_eq!(stranded(&row("30"), before, &next), [lost("the answer to call 7")]);
    }

    #[test]
    fn who_waits_for_a_person_waits_until_one_of_the_team_answers() {
        let at = |seconds| Timestamp::from_second(seconds).expect("a time");
        let heard = Happening::Received {
            id: "1".to_owned(),
            content: Content::text("a person, please"),
            understanding: Understanding::default(),
        };
        let said = |by| Happening::Said { by, content: Content::text("Hello"), why: None, template: None };
        let ada = MemberId(ulid::Ulid(7));
        let member = || Speaker::Member { member: ada, name: "Ada".to_owned() };
        let team = |team: &str| Owner::Team { team: Some(team.to_owned()) };
        let mut before = None;
        for (seconds, owner, status, what, expected) in [
            (1, Owner::Bot, Status::Open, vec![heard.clone(), said(Speaker::Bot)], (false, None)),
            (2, team("sales"), Status::Open, vec![heard.clone(), said(Speaker::Bot)], (true, Some(2))),
            (3, team("support"), Status::Open, vec![said(Speaker::Bot)], (true, Some(2))),
            (4, Owner::Member { member: ada, name: "Ada".to_owned() }, Status::Open, vec![], (true, None)),
            (
                5,
                Owner::Member { member: ada, name: "Ada".to_owned() },
                Status::Open,
                vec![said(member())],
                (false, None),
            ),
            (6, team("support"), Status::Open, vec![heard.clone()], (true, Some(6))),
            (7, team("support"), Status::Closed, vec![], (false, None)),
            (8, Owner::Bot, Status::Open, vec![heard, said(Speaker::Bot)], (false, None)),
        ] {
            let state = State { owner, status, ..State::default() };
            let entries = (1..).zip(what);
            let entries =
                entries.map(|(sequence, what)| Entry { sequence, at: at(seconds), author: None, what });
            let turn = turn::Turn { state, entries: entries.collect(), ..turn::Turn::default() };
            let facts = ThreadFacts { pushes: true, is_group: false, group: None };
            let turn = assemble(&row("30"), before.as_ref(), turn, "shop".to_owned(), facts, at(seconds));
            let Conversation { unanswered, waiting_since, .. } = &turn.conversation;
            assert_eq!((*unanswered, *waiting_since), (expected.0, expected.1.map(at)), "after {seconds}");
            before = Some(behind(&turn).0);
        }
    }

    #[test]
    fn a_person_is_called_as_soon_as_the_name_is_told() {
        let alone = ThreadFacts { pushes: true, is_group: false, group: None };
        let new = turn("30", None, alone, &[]);
        assert!(new.conversation.contact_name.starts_with("Visitor "));
        let next = turn("30", Some(behind(&new)), alone, &[("name", "Otto"), ("topic", "boots")]);
        assert_eq!(next.conversation.contact_name, "Otto");
        assert!(next.contact.is_some_and(|person| person.told && person.name == "Otto"));
    }

    #[test]
    fn what_another_program_calls_a_conversation_is_shown() {
        let facts = ThreadFacts { pushes: true, is_group: false, group: None };
        let row =
            InboxRow { channel: "http".to_owned(), thread: "customer-17".to_owned(), ..row("customer-17") };
        let called = |told: &[(&str, &str)]| {
            let contact = told.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
            let state = State { contact, ..State::default() };
            let turn = turn::Turn { state, ..turn::Turn::default() };
            assemble(&row, None, turn, "shop".to_owned(), facts, Timestamp::UNIX_EPOCH).conversation
        };
        let unknown = called(&[]);
        assert_eq!(
            (unknown.contact_name.as_str(), unknown.thread.as_deref()),
            ("customer-17", Some("customer-17"))
        );
        let known = called(&[("name", "Ada")]);
        assert_eq!((known.contact_name.as_str(), known.thread.as_deref()), ("Ada", Some("customer-17")));
    }
}
