//! What does a studio look like that has run for long? `fill FOLDER [conversations] [turns]`
//!
//! Writes conversations of so many turns each (a message and its reply) into the folder of a store: through the same
//! calls as the studio's, in transactions as large as they may be. Threads of the connection `crm` have their numbers
//! as names, from 0.

/// As the studio's own.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().expect("the first argument is the folder of the store").into();
    let mut number = |default: usize| arguments.next().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (conversations, turns) = (number(10_000), number(2));
    studio_store::testing::run(fill::fill(folder, conversations, turns));
}

mod fill {
    use std::{
        collections::{BTreeMap, BTreeSet},
        path::PathBuf,
        time::Instant,
    };

    use jiff::{SignedDuration, Timestamp};
    use studio_core::{
        api::Conversation,
        content::Content,
        dialogue::{Body, Entry, Event, Happening, Owner, Speaker, State, Status},
        id::{ContactId, ConversationId, EventKey, OrganisationId},
        understanding::Understanding,
    };
    use studio_store::{
        Accepted, Address, Arrival, FirstContact, InboxRow, Outgoing, Settings, Store, Turn, TurnOutcome,
    };

    const ORGANISATION: OrganisationId = OrganisationId::FIRST;
    const CONNECTION: &str = "crm";
    /// Writers at once, and conversations in one transaction of each.
    const WRITERS: usize = 4;
    const BATCH: usize = 160;
    const ASKED: &str = "where is my order 4711, please?";
    const ANSWERED: &str = "Order 4711 is on its way and should be with you tomorrow.";

    pub async fn fill(folder: PathBuf, conversations: usize, turns: usize) {
        let begun = Instant::now();
        let store = Store::open(&Settings::new(Address::Folder(folder))).await.expect("the store opens");
        let write = |writer| tokio::spawn(write(store.clone(), writer, conversations, turns));
        let writers: Vec<_> = (0..WRITERS).map(write).collect();
        for writer in writers {
            writer.await.expect("the writer ran");
        }
        store.project().await.expect("counted");
        store.close().await;
        println!(
            "{conversations} conversations, {} messages in {:.0?}",
            conversations * turns * 2,
            begun.elapsed()
        );
    }

    /// Writes every `WRITERS`th batch of the conversations.
    async fn write(store: Store, writer: usize, conversations: usize, turns: usize) {
        for first in (writer * BATCH..conversations).step_by(WRITERS * BATCH) {
            let threads = first..(first + BATCH).min(conversations);
            let mut states = vec![State::default(); threads.len()];
            for round in 0..turns {
                let arrivals = threads.clone().map(|thread| arrival(thread, round)).collect();
                let accepted = store.accept(ORGANISATION, arrivals).await.expect("accepted");
                let mut batch = Vec::with_capacity(states.len());
                for (accepted, state) in accepted.into_iter().zip(&mut states) {
                    let Accepted::New(row) = accepted else { panic!("the folder holds a store already") };
                    let turn = turn(&row, round, std::mem::take(state));
                    *state = turn.state.clone();
                    batch.push(turn);
                }
                let outcomes = store.commit_turns(ORGANISATION, &batch).await.expect("committed");
                assert!(outcomes.iter().all(|outcome| matches!(outcome, TurnOutcome::Committed { .. })));
            }
            if writer == 0 {
                store.sweep(ORGANISATION, &[]).await.expect("swept");
            }
        }
        store.sweep(ORGANISATION, &[]).await.expect("swept");
    }

    /// A minute between two turns, a second between two conversations.
    fn at(thread: usize, round: usize) -> Timestamp {
        let begin = Timestamp::from_second(1_780_000_000).expect("a time");
        let seconds = i64::try_from(thread + round * 60).expect("not for so long");
        begin + SignedDuration::from_secs(seconds)
    }

    fn arrival(thread: usize, round: usize) -> Arrival {
        let name = thread.to_string();
        Arrival {
            conversation: ConversationId::of_thread(ORGANISATION, CONNECTION, &name),
            connection: CONNECTION.to_owned(),
            channel: "http".to_owned(),
            external: Some(name.clone()),
            fingerprint: None,
            attachments: Vec::new(),
            event: Event {
                key: EventKey { source: CONNECTION.to_owned(), native: format!("fill-{name}-{round}") },
                at: at(thread, round),
                body: Body::Message {
                    content: Content::text(ASKED),
                    understanding: Understanding::default(),
                    language: None,
                },
            },
            thread: name,
        }
    }

    fn turn(row: &InboxRow, round: usize, state: State) -> Turn {
        let at = row.event.at;
        let entry = |sequence, what| Entry { sequence, at, what };
        let content = Content::text(ANSWERED);
        let sequence = state.sequence + 2;
        let id = row.event.key.native.clone();
        let received = Happening::Received {
            id,
            content: Content::text(ASKED),
            understanding: Understanding::default(),
        };
        let said = Happening::Said { by: Speaker::Bot, content: content.clone(), why: None };
        Turn {
            inbox: row.key.clone(),
            conversation: Conversation {
                id: row.conversation,
                contact: ContactId::of_identity(ORGANISATION, CONNECTION, &row.thread),
                contact_name: format!("Visitor {}", row.thread),
                bot: "load".to_owned(),
                connection: CONNECTION.to_owned(),
                channel: row.channel.clone(),
                language: "en".to_owned(),
                status: Status::Open,
                owner: Owner::Bot,
                tags: BTreeSet::new(),
                preview: content.plain(),
                unanswered: false,
                sequence,
                created_at: at,
                updated_at: at,
            },
            thread: row.thread.clone(),
            expected_version: u64::try_from(round).expect("a small number"),
            entries: vec![entry(sequence - 1, received), entry(sequence, said)],
            state: State { sequence, ..state },
            // What was said has long left.
            outgoing: Vec::<Outgoing>::new(),
            remind: Vec::new(),
            unremind: Vec::new(),
            contact: (round == 0).then(|| FirstContact {
                external: row.thread.clone(),
                name: format!("Visitor {}", row.thread),
                attributes: BTreeMap::new(),
            }),
            erase: false,
        }
    }
}
