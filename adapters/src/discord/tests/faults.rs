//! Nothing that was acknowledged is lost, nothing is said twice, and order within a chat holds, whatever goes wrong.

use std::collections::BTreeSet;

use super::*;

#[tokio::test]
async fn nothing_is_lost_doubled_or_reordered_while_everything_goes_wrong() {
    let platform = Platform::new(|settings| settings.heartbeat = Duration::from_millis(500)).await;
    let plan = json!({
        "seed": 11, "too_many": 0.08, "too_many_seconds": 1, "failed": 0.08, "answer_lost": 0.1, "slow": 0.1,
        "slow_milliseconds": 300, "repeated": 0.2, "swapped": 0.2, "dropped": 0.2, "session_lost": 0.5,
    });
    let studio = Studio::new(&platform, &memory(), "");
    platform.open_sessions(1).await;
    let people = ["ada", "bob", "eve"];
    let mut said = BTreeMap::new();
    // A direct message channel that was never heard of cannot be read on by anybody.
    for person in people {
        said.insert(platform.say(person, "hello").await, "hello".to_owned());
        studio.accepted(person, |event| said.contains_key(&event.native)).await;
    }
    until("all are known", async || studio.memory.accepted().len() >= 2 * people.len()).await;
    let url = format!("{}/simulator/faults", platform.address);
    platform.client.put(&url).json(&plan).send().await.expect("an answer");

    for round in 0..8 {
        for person in people {
            let text = format!("{person} says {round}");
            said.insert(platform.say(person, &text).await, text);
        }
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    until("everything was accepted", async || {
        let accepted = studio.memory.accepted();
        let known = accepted.iter().map(|event| event.native.as_str()).collect::<BTreeSet<_>>();
        said.keys().all(|id| known.contains(id.as_str()))
    })
    .await;
    let mut accepted = studio.memory.accepted();
    accepted.retain(|event| said.contains_key(&event.native));
    assert_eq!(accepted.len(), said.len(), "each once");
    for event in &accepted {
        assert_eq!(words(event), said.get(&event.native).map(String::as_str));
    }

    until("everything was answered", async || {
        let messages = platform.messages().await;
        let answers = messages.iter().filter(|message| message["author"]["bot"] == true).count();
        answers >= said.len()
    })
    .await;
    let mut told = BTreeMap::<String, Vec<String>>::new();
    for message in platform.messages().await {
        if message["author"]["bot"] == true {
            let thread = message["channel_id"].as_str().expect("a channel").to_owned();
            told.entry(thread).or_default().push(message["content"].as_str().expect("words").to_owned());
        }
    }
    assert_eq!(told.len(), people.len());
    for (thread, told) in told {
        let transcript = studio.memory.messages(studio.conversation(&thread), 0, 1000).await.expect("memory");
        let of_bot = transcript.iter().filter(|message| matches!(message.from, Sender::Speaker { .. }));
        let meant = of_bot.map(|message| message.content.plain()).collect::<Vec<_>>();
        assert_eq!(told, meant, "each answer once and in the order of the conversation");
    }
    let state = platform.see("state").await;
    assert!(
        state["identified"].as_u64() > Some(1) || state["resumed"].as_u64() > Some(0),
        "no connection broke: {state}"
    );
    studio.end().await;
}

#[tokio::test]
async fn a_full_bucket_is_waited_for_and_discord_is_not_asked_in_vain() {
    let (platform, studio, event) = greeted().await;
    let conversation = studio.conversation(&event.thread);
    for number in 0..11 {
        studio.memory.say(conversation, Content::text(format!("part {number}")));
    }
    platform.shown("part 10").await;
    let requests = platform.see("requests").await;
    let refused = requests.as_array().expect("a list").iter().filter(|request| request["status"] == 429);
    assert_eq!(refused.count(), 0, "the bucket was learned from the answers");
    studio.end().await;
}
