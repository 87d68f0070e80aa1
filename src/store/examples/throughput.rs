//! How many turns a second? `throughput [lanes] [batch] [seconds] [folder]`
//!
//! Each lane accepts a batch of messages of different conversations and commits their turns together; one
//! sweeper deletes what is done: what a turn costs the store from end to end.

/// As the studio's own.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: usize| arguments.next().and_then(|text| text.parse().ok()).unwrap_or(default);
    let (lanes, batch, seconds) = (number(8), number(32), number(10));
    let folder = arguments.next().map_or_else(|| std::env::temp_dir().join("studio-throughput"), Into::into);
    studio_store::testing::run(measure::measure(lanes, batch, seconds, folder));
}

mod measure {
    use std::{
        collections::BTreeMap,
        path::PathBuf,
        time::{Duration, Instant},
    };

    use jiff::Timestamp;
    use studio_core::{
        api::Conversation,
        content::Content,
        dialogue::{Body, Entry, Event, Happening, Owner, Speaker, State, Status},
        id::{ContactId, ConversationId, EventKey, OrganisationId},
        understanding::Understanding,
    };
    use studio_store::{
        Accepted, Address, Arrival, FirstContact, InboxRow, OutboxKey, Outgoing, Payload, Settings, Store,
        Turn, TurnOutcome,
    };
    use tokio::sync::mpsc;

    const ORGANISATION: OrganisationId = OrganisationId::FIRST;
    const CONVERSATIONS: usize = 200;

    #[derive(Default)]
    struct Measured {
        turns: usize,
        accept: Vec<Duration>,
        whole: Vec<Duration>,
    }

    pub async fn measure(lanes: usize, batch: usize, seconds: usize, folder: PathBuf) {
        let _ = std::fs::remove_dir_all(&folder);
        let settings = Settings::new(Address::Folder(folder.clone()));
        let store = Store::open(&settings).await.expect("the store opens");
        let until = Instant::now() + Duration::from_secs(seconds as u64);
        let (sent, left) = mpsc::unbounded_channel();
        let sweeper = tokio::spawn(sweep(store.clone(), left));
        let run = |lane| tokio::spawn(run_lane(store.clone(), sent.clone(), lane, batch, until));
        let tasks: Vec<_> = (0..lanes).map(run).collect();
        drop(sent);
        let mut all = Measured::default();
        for task in tasks {
            let measured = task.await.expect("the lane ran");
            all.turns += measured.turns;
            all.accept.extend(measured.accept);
            all.whole.extend(measured.whole);
        }
        sweeper.await.expect("it swept");
        let begun = Instant::now();
        let counted = store.project().await.expect("counted");
        let projected = begun.elapsed();
        store.close().await;
        println!(
            "{lanes} lanes, {batch} turns a transaction: {} turns/s, accept p50/p99 {}, whole p50/p99 {}; \
             {counted} turns counted in {projected:.1?}",
            all.turns / seconds.max(1),
            percentiles(&mut all.accept),
            percentiles(&mut all.whole),
        );
        let _ = std::fs::remove_dir_all(&folder);
    }

    fn percentiles(times: &mut [Duration]) -> String {
        times.sort_unstable();
        let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
        format!("{:.1?}/{:.1?}", at(50), at(99))
    }

    /// As the studio does: beside the turns, many rows at once.
    async fn sweep(store: Store, mut left: mpsc::UnboundedReceiver<OutboxKey>) {
        let mut keys = Vec::new();
        while left.recv_many(&mut keys, usize::MAX).await > 0 {
            store.sweep(ORGANISATION, &std::mem::take(&mut keys)).await.expect("swept");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    async fn run_lane(
        store: Store,
        sent: mpsc::UnboundedSender<OutboxKey>,
        lane: usize,
        batch: usize,
        until: Instant,
    ) -> Measured {
        let mut measured = Measured::default();
        let mut states: BTreeMap<String, (u64, State)> = BTreeMap::new();
        let mut round = 0;
        while Instant::now() < until {
            let begun = Instant::now();
            let arrivals = (0..batch).map(|n| {
                arrival(&format!("{lane}-{}", (round * batch + n) % CONVERSATIONS.max(batch)), round)
            });
            let accepted = store.accept(ORGANISATION, arrivals.collect()).await.expect("accepted");
            measured.accept.push(begun.elapsed());
            let mut turns = Vec::with_capacity(batch);
            for accepted in accepted {
                let Accepted::New(row) = accepted else { continue };
                let (version, state) = states.get(&row.thread).cloned().unwrap_or_default();
                let turn = turn(&row, version, state);
                states.insert(row.thread.clone(), (version + 1, turn.state.clone()));
                turns.push(turn);
            }
            let outcomes = store.commit_turns(ORGANISATION, &turns).await.expect("committed");
            for outcome in outcomes {
                match outcome {
                    TurnOutcome::Committed { outbox, .. } => {
                        for row in outbox {
                            sent.send(row.key).expect("it sweeps");
                        }
                    }
                    other => panic!("not committed: {other:?}"),
                }
            }
            measured.whole.push(begun.elapsed());
            measured.turns += turns.len();
            round += 1;
        }
        measured
    }

    fn at() -> Timestamp {
        Timestamp::from_second(1_800_000_000).expect("a time")
    }

    fn arrival(thread: &str, round: usize) -> Arrival {
        Arrival {
            conversation: ConversationId::of_thread(ORGANISATION, "web", thread),
            connection: "web".to_owned(),
            channel: "web".to_owned(),
            thread: thread.to_owned(),
            external: Some(thread.to_owned()),
            fingerprint: None,
            attachments: Vec::new(),
            event: Event {
                key: EventKey { source: "web".to_owned(), native: format!("{thread}/{round}") },
                at: at(),
                body: Body::Message {
                    content: Content::text("where is my order 4711, please?"),
                    understanding: Understanding::default(),
                    language: None,
                },
            },
        }
    }

    fn turn(row: &InboxRow, version: u64, state: State) -> Turn {
        let entry = |sequence, what| Entry { sequence, at: at(), what };
        let content = Content::text("Order 4711 is on its way and should be with you tomorrow.");
        let entries = vec![
            entry(
                state.sequence + 1,
                Happening::Received {
                    id: row.event.key.native.clone(),
                    content: Content::text("where is my order 4711, please?"),
                    understanding: Understanding::default(),
                },
            ),
            entry(
                state.sequence + 2,
                Happening::Said { by: Speaker::Bot, content: content.clone(), why: None },
            ),
        ];
        let sequence = state.sequence + 2;
        Turn {
            inbox: row.key.clone(),
            conversation: Conversation {
                id: row.conversation,
                contact: ContactId::of_identity(ORGANISATION, "web", &row.thread),
                contact_name: "Visitor".to_owned(),
                bot: "shop".to_owned(),
                connection: "web".to_owned(),
                channel: "web".to_owned(),
                language: "en".to_owned(),
                status: Status::Open,
                owner: Owner::Bot,
                tags: std::collections::BTreeSet::new(),
                preview: content.plain(),
                unanswered: false,
                sequence,
                created_at: at(),
                updated_at: at(),
            },
            thread: row.thread.clone(),
            expected_version: version,
            state: State { sequence, ..state },
            entries,
            outgoing: vec![Outgoing {
                sequence,
                lease: 0,
                payload: Payload::Message(content),
                not_before: at(),
            }],
            remind: Vec::new(),
            unremind: Vec::new(),
            contact: (version == 0).then(|| FirstContact {
                external: row.thread.clone(),
                name: "Visitor".to_owned(),
                attributes: BTreeMap::new(),
            }),
            erase: false,
        }
    }
}
