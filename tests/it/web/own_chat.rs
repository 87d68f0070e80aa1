//! What visitors may do with their own chat: take it home, have it deleted.

use serde_json::{Value, json};

use super::{NOTHING, before_the_chat, strings};
use crate::{
    http_story::{PASSWORD, add_member},
    story::open,
    support::{eventually, http_client::Member},
};

#[test]
fn before_there_is_a_chat_there_is_nothing_to_take_home() {
    let attributes = "data-consent=\"required\" data-language=\"de\"";
    let Some((_home, _studio, visitor)) = before_the_chat("no chat yet", attributes) else { return };
    visitor.click(".launcher");
    let buttons = || {
        strings(&visitor.script(
            "return [...root.querySelectorAll('header button')].filter(node => node.getClientRects().length).map(node => node.ariaLabel)",
            &[],
        ))
    };
    assert_eq!(buttons(), ["Meinen Chat löschen", "Chat schließen"]);
    visitor.click(".gate button");
    eventually("the button", || buttons().contains(&"Verlauf herunterladen".to_owned()).then_some(()));
}

#[test]
fn nothing_is_stored_before_the_visitor_agrees_nor_left_afterwards() {
    let attributes = "data-consent=\"required\"";
    let Some((_home, _studio, visitor)) = before_the_chat("nothing stored", attributes) else { return };
    let stored =
        || strings(&visitor.script("return [localStorage, sessionStorage].flatMap(Object.keys)", &[]));
    assert_eq!(stored(), NOTHING, "the page was only loaded");
    visitor.click(".launcher");
    eventually("the question", || {
        let hidden = visitor.script("return root.querySelector('.gate').hidden", &[]);
        (hidden.as_bool() == Some(false)).then_some(())
    });
    assert_eq!(stored(), NOTHING, "nobody has agreed");
    visitor.click(".gate button");
    visitor.hears_after(0, "Welcome");
    visitor.asks("what are your opening hours?", "Saturday");
    assert!(stored().contains(&"studio:web:consent".to_owned()));
    assert!(stored().contains(&"studio:tab".to_owned()), "what waits to be sent is known after a reload");
    visitor.click("header button:nth-of-type(2)");
    visitor.click("dialog .danger");
    eventually("an empty browser", || (stored() == NOTHING).then_some(()));
}

#[test]
fn a_chat_is_taken_home_and_then_deleted_for_good() {
    let Some((home, studio, visitor)) = open("my chat") else { return };
    add_member(&home, "ada@example.com", "Ada");
    let member = Member::log_in(&studio, "ada@example.com", PASSWORD);
    visitor.asks("what are your opening hours?", "Saturday");
    visitor.say("my secret is Rumpelstilzchen");
    eventually("the words are stored", || {
        visitor.transcript().contains(&"visitor: my secret is Rumpelstilzchen".to_owned()).then_some(())
    });

    // The transcript is a file of the browser.
    let folder = home.path().join("downloads");
    visitor.command(
        "Browser.setDownloadBehavior",
        json!({ "behavior": "allow", "downloadPath": folder.to_string_lossy() }),
    );
    visitor.click("header button:nth-of-type(1)");
    let text = eventually("the transcript", || std::fs::read_to_string(folder.join("transcript.txt")).ok());
    assert!(text.contains("You: what are your opening hours?") && text.contains("Rumpelstilzchen"), "{text}");
    assert!(text.contains("Bergwerk Outdoor: "), "{text}");

    // Asked once more, and nothing happens to those who think again.
    let focus = || {
        visitor.script(
            "return root.activeElement && (root.activeElement.ariaLabel || root.activeElement.textContent)",
            &[],
        )
    };
    visitor.click("header button:nth-of-type(2)");
    assert_eq!(focus(), "Keep it");
    visitor.press("\u{e00c}");
    assert_eq!(focus(), "Delete my chat");
    assert_eq!(
        visitor.script("return root.querySelector('.panel').hidden", &[]),
        false,
        "only the question is gone"
    );
    assert!(!visitor.transcript().is_empty());

    let id = member.get("/conversations").body["items"][0]["id"].as_str().expect("an id").to_owned();
    visitor.click("header button:nth-of-type(2)");
    visitor.click("dialog .danger");
    eventually("an empty chat", || visitor.transcript().is_empty().then_some(()));
    assert_eq!(
        visitor.script("return root.querySelector('.log').textContent", &[]),
        "Your chat was deleted."
    );
    let remembered = |member: &Member| {
        let asked =
            ["messages", "timeline"].map(|what| member.get(&format!("/conversations/{id}/{what}")).body);
        Value::from(asked.to_vec()).to_string()
    };
    eventually("the studio has forgotten it", || {
        (!remembered(&member).contains("Rumpelstilzchen")).then_some(())
    });

    // Whoever writes again begins a conversation of which nobody knows more.
    let lines = visitor.asks("which tent should I buy?", "What is the gear for?");
    assert!(!lines.iter().any(|line| line.contains("Saturday")), "{lines:#?}");
    visitor.reload();
    visitor.click(".launcher");
    let last = lines.last().expect("an answer").clone();
    eventually("the same transcript", || visitor.transcript().contains(&last).then_some(()));
    assert_eq!(visitor.transcript(), lines);
    assert_eq!(visitor.complaints(), NOTHING);
}
