//! Conversations are found by what was said in them, in any message and any language, until it is forgotten.

use serde_json::{Value, json};
use studio_core::id::OrganisationId;
use studio_knowledge::MessageIndex;

use crate::{
    http_story::{PASSWORD, add_member},
    support::{
        Home, Running, eventually,
        http_client::{Member, Visitor},
    },
};

fn ada(home: &Home, studio: &Running) -> Member {
    add_member(home, "ada@example.com", "Ada");
    again(studio)
}

fn again(studio: &Running) -> Member {
    Member::log_in(studio, "ada@example.com", PASSWORD)
}

/// The page of a query, once all that was said before is in the index.
fn searched(member: &Member, query: &str) -> Value {
    eventually("all messages are in the index", || {
        let answer = member.get(&format!("/conversations?query={query}"));
        assert_eq!(answer.status, 200, "{answer:?}");
        (answer.body["search"]["complete"] == true).then_some(answer.body)
    })
}

fn ids(page: &Value) -> Vec<&str> {
    page["items"].as_array().expect("a page").iter().filter_map(|item| item["id"].as_str()).collect()
}

/// The one conversation that a query finds, with the number and the snippet of its message.
fn the_one(member: &Member, query: &str) -> (String, u64, String) {
    eventually(&format!("{query} is found"), || {
        let page = searched(member, query);
        let [id] = ids(&page)[..] else { return None };
        let [message] = page["search"]["messages"].as_array()?.as_slice() else { return None };
        assert_eq!(message["conversation"], id);
        let snippet = message["snippet"].as_str()?.to_owned();
        Some((id.to_owned(), message["sequence"].as_u64()?, snippet))
    })
}

fn nothing(member: &Member, query: &str) -> bool {
    ids(&searched(member, query)).is_empty()
}

/// In how many conversations the index itself finds words, once the studio has ended: what the store has forgotten is not shown.
fn held(home: &Home, query: &str) -> usize {
    let index = MessageIndex::open(&home.path().join("data/messages")).expect("an index");
    index.find(OrganisationId::FIRST, query).messages.len()
}

#[test]
fn a_conversation_is_found_by_any_message_in_any_language() {
    let home = Home::new();
    let studio = home.start();
    let ada = ada(&home, &studio);
    let visitor = Visitor::new(&studio, "words");
    visitor.say("1", "does the Zwiebelfisch fit my Größenwahn?");
    visitor.say("2", "この寝袋は洗えますか");
    visitor.say("3", "أين الطلبية؟");
    visitor.say("4", "我的Fahrstuhl坏了 注文番号4711です");
    let (id, sequence, snippet) = the_one(&ada, "zwiebel");
    assert!(snippet.contains("does the Zwiebelfisch fit"), "{snippet}");
    let message = ada.get(&format!("/conversations/{id}/messages?after={}&limit=1", sequence - 1)).body;
    assert_eq!(message["items"][0]["sequence"], sequence);
    assert_eq!(message["items"][0]["content"]["text"], "does the Zwiebelfisch fit my Größenwahn?");
    for query in [
        "groessenwahn",
        "grossenwahn",
        "fit zwiebelfisch",
        "寝袋",
        "الطلبية",
        "طلبية",
        "fahrstuhl",
        "4711",
        "坏了",
    ] {
        assert_eq!(the_one(&ada, query).0, id, "{query}");
    }
    let note = json!({ "text": "asked the wholesaler Quittengelee" });
    assert_eq!(ada.post(&format!("/conversations/{id}/notes"), &note).status, 202);
    assert_eq!(the_one(&ada, "quittengelee").2, "asked the wholesaler Quittengelee");

    assert!(nothing(&ada, "iebelfisch") && nothing(&ada, "zwiebelfisch quittengelee"));
    for (filter, is_found) in [
        ("channel=http", true),
        ("channel=web", false),
        ("status=open", true),
        ("status=closed", false),
        ("bot=shop&connection=crm", true),
        ("bot=shop&connection=web", false),
        ("tag=urgent", false),
    ] {
        let page = searched(&ada, &format!("zwiebel&{filter}"));
        assert_eq!(ids(&page), if is_found { vec![id.as_str()] } else { Vec::new() }, "{filter}");
    }
    // Names are searched beside, as ever, and without a query nothing is.
    assert_eq!(ids(&searched(&ada, "crm")), [id.as_str()]);
    // So is what the other program calls the conversation, whose visitor has no name.
    let page = searched(&ada, "WORDS");
    assert_eq!(ids(&page), [id.as_str()]);
    assert_eq!(
        (&page["items"][0]["thread"], &page["items"][0]["contact_name"]),
        (&json!("words"), &json!("words"))
    );
    assert!(ada.get("/conversations").body.get("search").is_none());
}

#[test]
fn what_is_found_comes_page_by_page() {
    let home = Home::new();
    let studio = home.start();
    let ada = ada(&home, &studio);
    for name in ["one", "two", "three"] {
        Visitor::new(&studio, name).say("1", "where is my Zwiebelfisch?");
    }
    Visitor::new(&studio, "four").say("1", "where is my order?");
    let told = |page: &Value| page["search"]["messages"].as_array().map_or(0, Vec::len);
    let whole = eventually("all three are found", || {
        let page = searched(&ada, "zwiebelfisch");
        (told(&page) == 3).then_some(page)
    });
    let mut pages = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = searched(&ada, &format!("zwiebelfisch&limit=2{cursor}"));
        assert_eq!(ids(&page).len(), told(&page), "each has its message");
        pages.extend(ids(&page).into_iter().map(str::to_owned));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(pages, ids(&whole));
}

#[test]
fn an_index_that_is_gone_damaged_or_of_another_store_is_made_anew() {
    let home = Home::new();
    let studio = home.start();
    let member = ada(&home, &studio);
    Visitor::new(&studio, "words").say("1", "where is my Zwiebelfisch?");
    let (id, ..) = the_one(&member, "zwiebelfisch");
    assert!(studio.terminate().success());
    let folder = home.path().join("data/messages");

    // As it was left.
    let studio = home.start();
    assert_eq!(the_one(&again(&studio), "zwiebelfisch").0, id);
    assert!(studio.terminate().success());

    std::fs::remove_dir_all(&folder).expect("removed");
    let studio = home.start();
    assert_eq!(the_one(&again(&studio), "zwiebelfisch").0, id);
    assert!(studio.terminate().success());

    std::fs::write(folder.join("meta.json"), "{").expect("writable");
    let studio = home.start();
    assert_eq!(the_one(&again(&studio), "zwiebelfisch").0, id);
    assert!(studio.terminate().success());

    let other = Home::new();
    std::fs::create_dir_all(other.path().join("data")).expect("made");
    std::fs::rename(&folder, other.path().join("data/messages")).expect("moved");
    let studio = other.start();
    let mut said = studio.at_the_start.clone();
    eventually("it is told", || {
        said.push_str(&studio.said());
        said.contains("message_index.of_another_store").then_some(())
    });
    let member = ada(&other, &studio);
    assert!(nothing(&member, "zwiebelfisch"));
    Visitor::new(&studio, "words").say("1", "where is my Quittengelee?");
    the_one(&member, "quittengelee");
}

#[test]
fn what_was_said_before_a_move_is_found_after_it() {
    let here = Home::new();
    let studio = here.start();
    let member = ada(&here, &studio);
    Visitor::new(&studio, "words").say("1", "where is my Zwiebelfisch?");
    let (id, ..) = the_one(&member, "zwiebelfisch");
    assert!(studio.terminate().success());
    let copy = here.path().join("copy.jsonl");
    let copy = copy.to_str().expect("UTF-8");
    let there = Home::new();
    for (home, verb) in [(&here, "export"), (&there, "import")] {
        let (well, told) = home.asked(&[verb, copy]);
        assert!(well, "{told}");
    }
    let studio = there.start();
    assert_eq!(the_one(&again(&studio), "zwiebelfisch").0, id);
}

#[test]
fn what_is_forgotten_is_found_no_more_also_after_a_crash() {
    let home = Home::new();
    let studio = home.start();
    let member = ada(&home, &studio);
    let visitor = Visitor::new(&studio, "forget");
    visitor.say("1", "where is my Zwiebelfisch?");
    the_one(&member, "zwiebelfisch");
    let answer = visitor.post("2", &json!({ "forget": {} }), 0).expect("it is up");
    assert_eq!(answer.status, 202, "{answer:?}");
    eventually("it is forgotten", || nothing(&member, "zwiebelfisch").then_some(()));
    visitor.say("3", "where is my Quittengelee?");
    the_one(&member, "quittengelee");
    assert!(studio.terminate().success());
    assert_eq!((held(&home, "zwiebelfisch"), held(&home, "quittengelee")), (0, 1));

    // Killed when it is promised, and before the index is told.
    let mut studio = home.start_with(&[("STUDIO_BREAKPOINT", "committed")]);
    assert!(nothing(&again(&studio), "zwiebelfisch"), "forgotten after a restart");
    let visitor = Visitor::new(&studio, "forget");
    let _ = visitor.post("4", &json!({ "forget": {} }), 0);
    assert!(!studio.wait_for_end().success(), "killed");
    assert_eq!(held(&home, "quittengelee"), 1, "it is not told yet");
    let studio = home.start();
    assert!(nothing(&again(&studio), "quittengelee"));
    assert!(studio.terminate().success());
    assert_eq!(held(&home, "quittengelee"), 0);
}
