//! Texts and frames that mean no good.

use std::time::Instant;

use serde_json::{Value, json};

use super::{NOTHING, strings};
use crate::{
    http_story::{PASSWORD, add_member},
    story::open,
    support::{eventually, http_client::Member},
};

#[test]
fn hostile_words_of_both_sides_are_drawn_as_words() {
    let Some((home, studio, visitor)) = open("hostile words") else { return };
    add_member(&home, "ada@example.com", "Ada <b>");
    let member = Member::log_in(&studio, "ada@example.com", PASSWORD);
    visitor.asks("I want to talk to a person", "colleague");
    let id = member.get("/conversations").body["items"][0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(member.post(&format!("/conversations/{id}/take-over"), &json!({})).status, 202);

    let corpus: Vec<&str> = include_str!("../../../adapters/src/web/fixtures/hostile.txt").lines().collect();
    let count = visitor.transcript().len();
    let ten_thousand = "[a](**b_c*`<x>".repeat(10_000 / 14);
    for text in corpus.iter().copied().chain([&*ten_thousand]) {
        let reply = json!({ "content": { "type": "text", "text": text } });
        let answer = member.post(&format!("/conversations/{id}/replies"), &reply);
        assert_eq!(answer.status, 202, "{answer:?}");
    }
    let begun = Instant::now();
    eventually("all of it", || (visitor.transcript().len() == count + corpus.len() + 1).then_some(()));
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
    // Without what makes Markdown of it, the words stand there letter by letter.
    let shown = visitor.transcript()[count..].to_vec();
    for text in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "{{constructor.constructor('alert(1)')()}}",
    ] {
        assert!(shown.iter().any(|line| line.ends_with(text)), "{text}");
    }
    let drawn = visitor.script(
        "const bubbles = [...root.querySelectorAll('.message.agent .bubble')];
         const names = new Set(bubbles.flatMap(bubble => [...bubble.querySelectorAll('*')].map(node => node.localName)));
         const links = new Set(bubbles.flatMap(bubble => [...bubble.querySelectorAll('a')].map(link => link.protocol)));
         const alone = bubbles.every(bubble => ['isolate', 'plaintext'].includes(getComputedStyle(bubble).unicodeBidi));
         return [[...names].sort(), [...links], alone, root.querySelector('.meta bdi').textContent]",
        &[],
    );
    let allowed = ["a", "br", "code", "em", "li", "ol", "p", "span", "strong", "ul"];
    assert!(strings(&drawn[0]).iter().all(|name| allowed.contains(&name.as_str())), "{drawn}");
    assert_eq!((&drawn[1], &drawn[2]), (&json!(["https:"]), &json!(true)), "{drawn}");
    assert!(drawn[3].as_str().is_some_and(|name| name.contains("da <b>")), "the name stands apart: {drawn}");
    assert_eq!(visitor.complaints(), NOTHING);
}

#[test]
fn words_that_are_too_many_are_refused_and_hold_up_nothing() {
    let Some((_home, _studio, visitor)) = open("too many words") else { return };
    let count = visitor.transcript().len();
    let words = "word ".repeat(10_000);
    visitor.script("Studio.send(arguments[0])", &[json!(words)]);
    visitor.is_warned("A message may have at most 10,000 characters.");
    visitor.script(
        "const input = root.querySelector('textarea');
         input.value = arguments[0];
         input.dispatchEvent(new Event('input'));
         input.focus()",
        &[json!(words)],
    );
    visitor.press("\n");
    let kept = visitor.script("return root.querySelector('textarea').value.length", &[]);
    assert!(kept.as_u64().is_some_and(|kept| kept >= 50_000), "what was written is not thrown away: {kept}");
    visitor.script("Studio.event('large', { data: arguments[0] })", &[json!(words.repeat(2))]);
    assert_eq!(visitor.transcript().len(), count);

    visitor.script("root.querySelector('textarea').value = ''", &[]);
    visitor.asks("what are your opening hours?", "Saturday");
    let most = "x".repeat(10_000);
    visitor.script("Studio.send(arguments[0])", &[json!(most)]);
    eventually("the longest message that may be", || {
        visitor.transcript().contains(&format!("visitor: {most}")).then_some(())
    });
    let complaints = visitor.complaints();
    assert!(complaints.iter().all(|line| line.contains("too long to be sent")), "{complaints:#?}");
}

#[test]
fn a_browser_learns_why_its_socket_was_closed() {
    let Some((_home, _studio, visitor)) = open("closed sockets") else { return };
    let close_of = |frames: &str| -> Value {
        let script = format!(
            "const session = JSON.parse(localStorage.getItem('studio:web:session'));
             const hello = JSON.stringify({{ type: 'hello', token: session.token, after: 0 }});
             const socket = new WebSocket(new URL('/web/web/socket', location).href.replace('http', 'ws'));
             socket.onopen = () => {frames}.forEach(frame => socket.send(frame));
             return new Promise(closed => {{ socket.onclose = event => closed(event.code); }})"
        );
        visitor.script(&script, &[])
    };
    assert_eq!(close_of("['x'.repeat(10 << 20)]"), 1009);
    assert_eq!(close_of("[hello, 'x'.repeat(10 << 20)]"), 1009);
    assert_eq!(close_of("[hello, new Blob(['x'])]"), 1009);
    assert_eq!(close_of("['{}']"), 4400);
    assert_eq!(close_of("[hello.replace(session.token, 'a.b')]"), 4401);
    assert_eq!(close_of("[hello, ...Array(300).fill('{\"type\":\"typing\"}')]"), 4429);
    visitor.asks("what are your opening hours?", "Saturday");
}
