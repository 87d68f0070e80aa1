//! Lists are ordered, filtered and paged, and every query that is not by id uses its index.

use studio_core::{
    api::Conversation,
    dialogue::{Owner, State, Status},
    id::{ConversationId, MemberId},
};
use surrealdb::types::{Object, Value, object};
use ulid::Ulid;

use super::scene::{FIRST, SECOND, arrive, at, commit, message, talk, turn};
use crate::{
    ConversationFilter, OwnerFilter, Store, accept, api_keys, bots, conversations, dead, departures, erase,
    find, journal, media, members, merged, open, outbox, own_texts, parked, review, review_places,
    statistics,
    testing::{memory, run},
    timers, told, unread, unsent, wishes,
};

async fn conversation(store: &Store, thread: &str, seconds: i64, change: impl Fn(&mut Conversation)) {
    for organisation in [FIRST, SECOND] {
        let row = arrive(store, organisation, message(organisation, thread, thread, "hi")).await;
        let mut turn = turn(&row, 0, State::default(), &format!("Hello {thread}"));
        turn.conversation.updated_at = at(seconds);
        change(&mut turn.conversation);
        commit(store, organisation, turn).await;
    }
}

async fn threads(store: &Store, filter: ConversationFilter) -> String {
    let mut names = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = store.conversations(FIRST, &filter, cursor.as_deref(), 2).await.expect("listed");
        names.extend(page.items.iter().map(|item| item.preview.replace("Hello ", "")));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return names.join(" ");
        }
    }
}

#[test]
fn what_is_urgent_stands_first_on_every_page() {
    run(async {
        let store = memory().await.expect("opened");
        for (thread, seconds, urgent) in
            [("u1", 1, true), ("a", 2, false), ("u2", 3, true), ("b", 4, false), ("c", 5, false)]
        {
            conversation(&store, thread, seconds, |conversation| conversation.urgent = urgent).await;
        }
        assert_eq!(threads(&store, ConversationFilter::default()).await, "u2 u1 c b a");
    });
}

#[test]
fn who_waits_longest_stands_first_and_stays_there_while_pages_are_read() {
    run(async {
        let store = memory().await.expect("opened");
        let wait = async |thread: &str, since: i64, seconds: i64, urgent: bool| {
            conversation(&store, thread, seconds, |conversation| {
                conversation.owner = Owner::Team { team: None };
                conversation.waiting_since = Some(at(since));
                conversation.urgent = urgent;
            })
            .await;
        };
        conversation(&store, "urgent", 9, |conversation| conversation.urgent = true).await;
        conversation(&store, "bots", 8, |_| ()).await;
        for (thread, since, urgent) in
            [("w2", 2, false), ("w1", 1, false), ("w3", 3, false), ("now", 7, true)]
        {
            wait(thread, since, 10 - since, urgent).await;
        }
        let all = ConversationFilter::default();
        assert_eq!(threads(&store, all.clone()).await, "now w1 w2 w3 urgent bots");
        let page = store.conversations(FIRST, &all, None, 2).await.expect("listed");
        let ranks: Vec<_> = page.items.iter().map(Conversation::rank).collect();
        assert!(ranks.is_sorted_by(|before, after| before >= after), "{ranks:?}");
        // Who waits and says more changes place with nobody.
        let id = ConversationId::of_thread(FIRST, "web", "w3");
        let stored = store.conversation(FIRST, id).await.expect("read").expect("there");
        let row = arrive(&store, FIRST, message(FIRST, "w3", "again", "hello?")).await;
        let mut more = turn(&row, stored.version, stored.state, "Hello w3");
        more.conversation.updated_at = at(99);
        more.conversation.owner = stored.conversation.owner;
        more.conversation.waiting_since = stored.conversation.waiting_since;
        commit(&store, FIRST, more).await;
        let next = store.conversations(FIRST, &all, page.next_cursor.as_deref(), 2).await.expect("listed");
        let previews: Vec<_> = next.items.iter().map(|item| item.preview.as_str()).collect();
        assert_eq!(previews, ["Hello w2", "Hello w3"]);
    });
}

#[test]
fn newest_first_filtered_and_paged() {
    run(async {
        let store = memory().await.expect("opened");
        let ada = MemberId(Ulid(7));
        conversation(&store, "old", 1, |c| c.tags.extend(["Complaint".to_owned()])).await;
        conversation(&store, "same1", 5, |c| {
            c.status = Status::Closed;
            c.channel = "http".to_owned();
            c.contact_name = "Ada\nLove".to_owned();
            c.thread = Some("Customer-17".to_owned());
            c.tags.extend(["big\norder".to_owned(), "vip".to_owned()]);
        })
        .await;
        conversation(&store, "same2", 5, |c| c.bot = "other".to_owned()).await;
        conversation(&store, "team", 7, |c| c.owner = Owner::Team { team: Some("support".to_owned()) }).await;
        conversation(&store, "new", 9, |c| {
            c.owner = Owner::Member { member: ada, name: "Ada".to_owned() };
        })
        .await;
        let all = ConversationFilter::default;
        let listed = threads(&store, all()).await;
        assert!(listed == "new team same1 same2 old" || listed == "new team same2 same1 old", "{listed}");
        let check = async |filter: ConversationFilter, expected: &str| {
            assert_eq!(threads(&store, filter.clone()).await, expected, "{filter:?}");
        };
        let owner = |owner| ConversationFilter { owner: Some(owner), ..all() };
        check(ConversationFilter { status: Some(Status::Closed), ..all() }, "same1").await;
        check(ConversationFilter { bot: Some("other".to_owned()), ..all() }, "same2").await;
        check(ConversationFilter { connection: Some("none".to_owned()), ..all() }, "").await;
        check(owner(OwnerFilter::AnyTeam), "team").await;
        check(owner(OwnerFilter::Team("support".to_owned())), "team").await;
        check(owner(OwnerFilter::Team("sales".to_owned())), "").await;
        check(owner(OwnerFilter::Member(ada)), "new").await;
        check(owner(OwnerFilter::AnyMember), "new").await;
        let tag = |tag: &str| ConversationFilter { tag: Some(tag.to_owned()), ..all() };
        let channel = |channel: &str| ConversationFilter { channel: Some(channel.to_owned()), ..all() };
        check(tag("complaint"), "old").await;
        check(tag("VIP"), "same1").await;
        check(tag("big\norder"), "same1").await;
        check(ConversationFilter { status: Some(Status::Open), ..tag("vip") }, "").await;
        for no_tag in ["vi", "web", "", "Visitor old"] {
            check(tag(no_tag), "").await;
        }
        check(channel("http"), "same1").await;
        check(channel("telegram"), "").await;
        check(ConversationFilter { tag: Some("complaint".to_owned()), ..channel("web") }, "old").await;
        check(ConversationFilter { query: Some("VISITOR OLD".to_owned()), ..all() }, "old").await;
        check(ConversationFilter { query: Some("hello te".to_owned()), ..all() }, "team").await;
        check(ConversationFilter { query: Some("complaint".to_owned()), ..all() }, "old").await;
        check(ConversationFilter { query: Some("customer-17".to_owned()), ..all() }, "same1").await;
        check(ConversationFilter { query: Some("' OR true".to_owned()), ..all() }, "").await;
    });
}

#[test]
fn conversations_in_which_it_was_said_stand_among_those_that_are_called_so() {
    run(async {
        let store = memory().await.expect("opened");
        conversation(&store, "called", 3, |c| c.contact_name = "Zorro".to_owned()).await;
        conversation(&store, "closed", 4, |c| c.status = Status::Closed).await;
        conversation(&store, "said", 5, |_| {}).await;
        conversation(&store, "neither", 6, |_| {}).await;
        conversation(&store, "urgent", 1, |c| c.urgent = true).await;
        let said_in = ["closed", "said", "called", "urgent", "gone"]
            .map(|thread| ConversationId::of_thread(FIRST, "web", thread));
        let filter = ConversationFilter {
            query: Some("zorro".to_owned()),
            said_in: said_in.to_vec(),
            ..ConversationFilter::default()
        };
        assert_eq!(threads(&store, filter.clone()).await, "urgent said closed called");
        let open = ConversationFilter { status: Some(Status::Open), ..filter.clone() };
        assert_eq!(threads(&store, open).await, "urgent said called");
        let none = ConversationFilter { bot: Some("none".to_owned()), ..filter };
        assert_eq!(threads(&store, none).await, "");
    });
}

#[test]
fn a_page_looks_at_so_many_conversations_and_nothing_is_lost_between_pages() {
    run(async {
        let store = memory().await.expect("opened");
        for number in 0..9 {
            conversation(&store, &number.to_string(), number, |c| {
                if number % 4 == 0 {
                    c.tags.insert("vip".to_owned());
                }
                if number == 4 {
                    c.contact_name = "Zorro".to_owned();
                }
            })
            .await;
        }
        let all = ConversationFilter::default;
        let said_in = ["1", "7"].map(|thread| ConversationId::of_thread(FIRST, "web", thread));
        for (filter, expected) in [
            (ConversationFilter { tag: Some("vip".to_owned()), ..all() }, ["8", "4", "0", ""]),
            (
                ConversationFilter { query: Some("zorro".to_owned()), said_in: said_in.to_vec(), ..all() },
                ["7", "4", "1", ""],
            ),
        ] {
            let (mut pages, mut cursor) = (Vec::new(), None::<String>);
            loop {
                let page = store.conversations_within(FIRST, &filter, cursor.as_deref(), 2, 3);
                let page = page.await.expect("listed");
                let names: Vec<_> =
                    page.items.iter().map(|item| item.preview.replace("Hello ", "")).collect();
                pages.push(names.join(" "));
                cursor = page.next_cursor;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(pages, expected, "{filter:?}");
        }
    });
}

#[test]
fn the_versions_of_all_conversations_are_read_page_by_page() {
    run(async {
        let store = memory().await.expect("opened");
        assert_eq!(store.count_conversations().await.expect("counted"), 0);
        conversation(&store, "a", 1, |_| {}).await;
        talk(&store, FIRST, "a", "a2", "hi").await;
        conversation(&store, "b", 2, |_| {}).await;
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let page = store.conversation_versions(after, 3).await.expect("read");
            let Some((organisation, conversation, _)) = page.last() else { break };
            after = Some((*organisation, *conversation));
            all.extend(page);
        }
        let of =
            |organisation, thread| (organisation, ConversationId::of_thread(organisation, "web", thread));
        let mut expected =
            vec![(of(FIRST, "a"), 2), (of(FIRST, "b"), 1), (of(SECOND, "a"), 1), (of(SECOND, "b"), 1)];
        expected.sort();
        let read = |found: Vec<_>| -> Vec<_> {
            found
                .into_iter()
                .map(|(organisation, conversation, version)| ((organisation, conversation), version))
                .collect()
        };
        assert_eq!(read(all), expected);
        assert_eq!(store.count_conversations().await.expect("counted"), 4);
        let asked = [of(SECOND, "b"), of(FIRST, "gone"), of(FIRST, "a")];
        let mut found = read(store.versions_of(&asked).await.expect("read"));
        found.sort();
        assert_eq!(found, [(of(FIRST, "a"), 2_u64), (of(SECOND, "b"), 1)]);
    });
}

#[test]
fn turns_are_known_by_their_events() {
    run(async {
        let store = memory().await.expect("opened");
        for native in ["1", "2", "3"] {
            talk(&store, FIRST, "a", native, "hi").await;
        }
        talk(&store, FIRST, "b", "4", "hi").await;
        let conversation = ConversationId::of_thread(FIRST, "web", "a");
        let turns = async |source: &str, after: u64, limit: u32| {
            store.turns_from(FIRST, conversation, source, after, limit).await.expect("read")
        };
        let expected = |turns: &[(&str, u64)]| -> Vec<(String, u64)> {
            turns.iter().map(|(native, first)| ((*native).to_owned(), *first)).collect()
        };
        assert_eq!(turns("web", 0, 9).await, expected(&[("1", 1), ("2", 3), ("3", 5)]));
        assert_eq!(turns("web", 2, 1).await, expected(&[("2", 3)]));
        assert_eq!(turns("we", 0, 9).await, []);
        assert_eq!(turns("timer", 0, 9).await, []);
    });
}

async fn explain(store: &Store, text: &str) -> String {
    let none = || Value::None;
    let bind = object! {
        organisation: "o".to_owned(), before: "g".to_owned(), status: none(), owner: none(), team: none(),
        member: none(), bot: none(), connection: none(), channel: none(), label: none(), line: "\n".to_owned(), contact: "c".to_owned(), query: none(), limit: 50, cursor: String::new(), unread: "u".to_owned(),
        conversation: "c".to_owned(), after: 3, turns: 20, now: 7, source: "s".to_owned(),
        native: "n".to_owned(), tag: "t".to_owned(), arrived: 5, sequence: 0, index: 0, before_sequence: 1, media: "m".to_owned(), chat: "g".to_owned(), number: "1".to_owned(), moment: "0".to_owned(),
    };
    format!("{text}\n{}", plan(store, text, bind).await)
}

async fn plan(store: &Store, text: &str, bind: Object) -> String {
    let handle = store.handle().expect("open");
    let mut results = handle.run([format!("EXPLAIN {text}")], bind).await.expect("explained");
    let plan: Option<String> = results.take(0).expect("a plan");
    plan.unwrap_or_default()
}

/// What a plan begins its line with that takes a page of rows when all have been read.
fn takes_late(plan: &str) -> bool {
    plan.lines().any(|line| line.trim_start().starts_with("Limit "))
}

#[test]
fn no_query_scans_a_table_for_what_it_wants() {
    run(async {
        let store = memory().await.expect("opened");
        let mut plans = Vec::new();
        for text in [
            accept::PENDING,
            accept::PENDING_AFTER,
            accept::RECEIPTS,
            accept::RECEIPTS_AFTER,
            api_keys::KEYS,
            bots::BOTS,
            conversations::LIST,
            conversations::OF_CONTACT,
            conversations::VERSIONS,
            dead::DEAD_LETTERS,
            departures::TAGGED,
            erase::DEAD,
            erase::FETCHING,
            erase::OUTBOX,
            erase::PARKED,
            erase::PARTS,
            erase::SENDING,
            erase::TOLD,
            erase::TURNS,
            erase::WAITING,
            journal::JOURNAL,
            journal::TURNS,
            media::OF_CONVERSATION,
            members::MEMBERS,
            merged::ALL,
            merged::APART,
            merged::IDENTITIES,
            merged::VERIFIED,
            open::LAST_ARRIVAL,
            outbox::OF_TURN,
            outbox::PENDING,
            outbox::PENDING_AFTER,
            own_texts::ALL,
            parked::PARKED,
            review::LESSONS,
            review_places::NEWEST,
            review_places::LISTED,
            statistics::DAYS,
            statistics::FEED,
            statistics::FEED_OF,
            statistics::JOURNAL_PAGE,
            timers::DUE,
            timers::NEXT_DUE,
            told::OF_NUMBER,
            unread::IDS,
            unread::LIST,
            unread::REASONS,
            unsent::MEDIA_AFTER,
            unsent::SAID,
            wishes::DUE,
        ] {
            plans.push(explain(&store, text).await);
        }
        let late: Vec<_> = plans.iter().filter(|plan| takes_late(plan)).collect();
        assert!(late.is_empty(), "more is read than the page: {late:#?}");
        insta::assert_snapshot!("plans", plans.join("\n"));
    });
}

#[test]
fn the_pages_of_a_table_read_no_row_behind_them() {
    run(async {
        let store = memory().await.expect("opened");
        for native in 0..7 {
            talk(&store, FIRST, "a", &native.to_string(), "hi").await;
        }
        let mut all = Vec::new();
        let mut sizes = Vec::new();
        loop {
            let (text, bind) = find::page("turn", all.last(), 3);
            let plan = plan(&store, text, bind).await;
            assert!(plan.contains("limit: $limit") && !takes_late(&plan), "{plan}");
            let rows = store.page("turn", all.last(), 3).await.expect("read");
            sizes.push(rows.len());
            if rows.is_empty() {
                break;
            }
            all.extend(rows.into_iter().map(|(id, _)| id));
        }
        assert_eq!(sizes, [3, 3, 1, 0]);
        assert!(all.is_sorted_by(|a, b| a < b), "{all:?}");
    });
}
