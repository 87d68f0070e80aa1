//! The first story as people live it: the visitor in a real browser, the agent at the console.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};

use crate::{
    http_story::{PASSWORD, add_member},
    support::{
        Home, Running,
        browser::Browser,
        eventually,
        http_client::{Member, Visitor},
        picture,
        terminal::Terminal,
        widget::Socket,
    },
};

/// A studio, and a browser with the chat open.
pub fn open(test: &str) -> Option<(Home, Running, Browser)> {
    let browser = Browser::open(test)?;
    let home = Home::new();
    let studio = home.start();
    browser.go(&studio.address);
    browser.click(".launcher");
    browser.hears_after(0, "Welcome");
    Some((home, studio, browser))
}

/// A console, with the one conversation open that waits for a person.
pub fn answer_the_waiting(mut console: Terminal, channel: &str) -> Terminal {
    console.wait_for("● live");
    console.press("3");
    console.wait_for("[waiting]");
    console.wait_for(channel);
    console.press("\r");
    console.wait_for("< Visitor");
    console.press("t");
    console.wait_for("· you");
    console.press("\x1b");
    console.wait_for("r reply");
    console
}

pub fn reply(console: &mut Terminal, text: &str) {
    console.press("r");
    console.wait_for("Enter send");
    console.press(text);
    console.press("\r");
    console.wait_for("r reply");
}

/// The pictures of the README, when they are wanted.
fn draw(visitor: &Browser, console: &Terminal) {
    if let Some(path) = picture::wanted("widget.png") {
        visitor.script("root.activeElement?.blur()", &[]);
        visitor.picture(".panel", &path);
    }
    if let Some(path) = picture::wanted("console.svg") {
        console.resize(30, 110);
        console.wait_for("The bot's mind");
        // What it told last goes away by itself.
        std::thread::sleep(std::time::Duration::from_secs(10));
        std::fs::write(path, console.picture()).expect("it can be written");
        console.resize(24, 80);
    }
}

/// The line of the widget that says how things stand.
fn status(visitor: &Browser) -> Value {
    visitor.script("return root.querySelector('.status').textContent", &[])
}

/// The visitor is seen typing by who watches, and sees a member type: neither is ever stored.
fn each_sees_the_other_type(visitor: &Browser, studio: &Running, ada: &Member, id: &str) {
    let mut live = Socket::open(&studio.address, "/api/v1/live");
    live.say(&json!({ "token": ada.token }));
    assert_eq!(live.hear()["type"], "welcome");
    visitor.click("textarea");
    // The widget tells it once in 3 seconds.
    let typing = eventually("the visitor is seen typing", || {
        visitor.press("x");
        live.hear_within(Duration::from_millis(500)).filter(|frame| frame["type"] == "typing")
    });
    assert_eq!(typing, json!({ "type": "typing", "conversation": id, "who": "visitor" }));
    visitor.script(
        "const input = root.querySelector('textarea');
         input.value = '';
         input.dispatchEvent(new Event('input'))",
        &[],
    );

    // It is shown for 5 seconds.
    eventually("the member is seen typing", || {
        assert_eq!(ada.post(&format!("/conversations/{id}/typing"), &json!({})).status, 204);
        (status(visitor) == "\u{2068}Ada\u{2069} is typing…").then_some(())
    });
}

/// Every message in the widget stands at the moment that the studio has of it, to the millisecond.
fn moments_are_those_of_the_studio(visitor: &Browser, ada: &Member, id: &str) {
    let told = ada.get(&format!("/conversations/{id}/messages")).body;
    let moments = told["items"].as_array().into_iter().flatten().map(|message| {
        let at = message["at"].as_str().and_then(|at| at.parse::<jiff::Timestamp>().ok()).expect("a moment");
        at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
    });
    let moments: BTreeSet<String> = moments.collect();
    let shown = visitor.script(
        "return [...root.querySelectorAll('.log .message time')].map(time => time.getAttribute('datetime'))",
        &[],
    );
    let shown = shown.as_array().cloned().unwrap_or_default();
    assert_eq!(shown.len(), visitor.transcript().len(), "{shown:?}");
    for moment in &shown {
        assert!(moment.as_str().is_some_and(|moment| moments.contains(moment)), "{moment} in {moments:#?}");
    }
}

const NOTHING: Vec<String> = Vec::new();

#[test]
fn a_visitor_is_served_by_bot_and_agent_and_bot_again() {
    let Some((home, studio, visitor)) = open("the story") else { return };

    // Answers from the shop's own documents, and says from which.
    let lines = visitor.asks("Can I wash my down sleeping bag in the machine?", "30 °C");
    assert!(lines.iter().any(|line| line.contains("Source: Sleeping bags")), "a source is named: {lines:#?}");

    // An order is looked up after a valid number was given.
    visitor.asks("where is my order?", "What is your order number?");
    visitor.asks("12", "does not look like an order number");
    visitor.asks("4711", "on its way with DHL");
    visitor.hears_after(0, "anything else");

    // In the middle of another question, a person is asked for.
    visitor.asks("which tent should I buy?", "What is the gear for?");
    visitor.asks("I want to talk to a person", "colleague");
    let other = Visitor::new(&studio, "other");
    other.say("1", "what are your opening hours?");
    other.hears("Saturday");

    // An agent finds the conversation among those that wait, takes it over and answers.
    let mut console = answer_the_waiting(Terminal::console(&home), "web");
    console.wait_for("I want to talk to a person");
    reply(&mut console, "Hello, how can I help?");
    console.wait_for("Hello, how can I help?");
    let lines = visitor.hears_after(0, "Hello, how can I help?");
    let name = lines.last().and_then(|line| line.split_once(": ")).expect("a line").0.to_owned();
    assert!(name != "bot" && !name.is_empty(), "{lines:#?}");

    // Another member looks on.
    add_member(&home, "ada@example.com", "Ada");
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let found = ada.get("/conversations").body["items"].as_array().cloned().unwrap_or_default();
    let id = found.iter().find(|one| one["channel"] == "web").and_then(|one| one["id"].as_str());
    let id = id.expect("the visitor's conversation");
    moments_are_those_of_the_studio(&visitor, &ada, id);
    each_sees_the_other_type(&visitor, &studio, &ada, id);

    // The visitor answers; while the agent has the conversation, the bot is silent.
    visitor.say("Is the Alva 2 free-standing? And what are your opening hours?");
    console.wait_for("Is the Alva 2 free-standing?");
    visitor.click("header button:last-child");
    reply(&mut console, "It is. The assistant knows the rest.");
    eventually("a badge with one unread message", || {
        let told = visitor.script(
            "return [root.querySelector('.badge').textContent, root.querySelector('.launcher').ariaLabel]",
            &[],
        );
        (told == json!(["1", "Open chat, 1 unread message"])).then_some(())
    });
    visitor.click(".launcher");
    assert_eq!(visitor.script("return root.querySelector('.badge').hidden", &[]), true);
    let lines = visitor.hears_after(0, "It is. The assistant");
    assert!(lines[lines.len() - 2].starts_with("visitor: Is the Alva 2"), "{lines:#?}");
    eventually("nobody types any more", || (status(&visitor) == "").then_some(()));
    draw(&visitor, &console);

    // The bot comes back to the question at which it was interrupted, and goes on.
    let count = lines.len();
    console.press("b");
    visitor.hears_after(count, "What is the gear for?");
    console.wait_for("· bot");
    visitor.asks("trekking", "How many nights");
    visitor.asks("3", "how much would you like to spend");
    let lines = visitor.asks("500 euros", "Fjell 1");
    console.wait_for("Another tour");
    eventually("the pictures of the cards", || {
        let loaded = visitor.script(
            "root.querySelectorAll('.card img').forEach(image => image.scrollIntoView());
             return [...root.querySelectorAll('.card img')].map(image => image.naturalWidth > 0)",
            &[],
        );
        (loaded == json!([true, true, true])).then_some(())
    });

    // A page that is loaded again shows the same.
    let lines_before: Vec<String> = lines;
    visitor.reload();
    visitor.click(".launcher");
    eventually("the same transcript", || (visitor.transcript().starts_with(&lines_before)).then_some(()));

    console.press("\x1b");
    console.wait_for("q quit");
    console.press("q");
    assert_eq!(console.ended(), 0);
    assert_eq!(visitor.complaints(), NOTHING);
    assert!(studio.terminate().success());
}

#[test]
fn a_studio_that_was_killed_is_found_again_and_gets_every_message_once() {
    let Some((home, studio, visitor)) = open("a killed studio") else { return };
    visitor.asks("where is my order?", "What is your order number?");
    assert_eq!(visitor.complaints(), NOTHING);

    let address = studio.address.clone();
    studio.kill();
    eventually("the widget notices", || {
        status(&visitor).as_str().is_some_and(|text| text.starts_with("No connection")).then_some(())
    });
    let count = visitor.transcript().len();
    visitor.say("4711");
    visitor.say("what are your opening hours?");
    let pending = visitor.transcript();
    assert_eq!(
        pending[count..],
        ["(pending) visitor: 4711", "(pending) visitor: what are your opening hours?"]
    );

    let studio = home.start();
    assert_eq!(studio.address, address);
    // The order is looked up elsewhere, which takes its time; what was asked after it waits for that.
    let lines = visitor.hears_after(count, "Saturday");
    let place = |words: &str| {
        let places: Vec<usize> = lines
            .iter()
            .enumerate()
            .filter(|(_, line)| line.contains(words))
            .map(|(place, _)| place)
            .collect();
        assert_eq!(places.len(), 1, "{words:?} once in {lines:#?}");
        places[0]
    };
    assert!(place("visitor: 4711") < place("visitor: what are your opening hours?"));
    assert!(place("on its way with DHL") < place("Saturday"));
    assert!(!lines.iter().any(|line| line.contains("(pending)")), "{lines:#?}");

    // An agent's console finds the studio again too, and the agent still has the conversation.
    visitor.asks("I want to talk to a person", "colleague");
    let mut console = answer_the_waiting(Terminal::console(&home), "web");
    studio.kill();
    console.wait_until_gone("● live");
    let _studio = home.start();
    console.wait_for("● live");
    console.wait_for("· you");
    reply(&mut console, "Still here.");
    let count = lines.len();
    let lines = visitor.hears_after(count, "Still here.");

    // What the widget shows is what was stored.
    visitor.reload();
    visitor.click(".launcher");
    eventually("the same transcript", || (visitor.transcript() == lines).then_some(()));
    let complaints = visitor.complaints();
    assert!(complaints.iter().all(|line| line.contains("net::ERR_CONNECTION_")), "{complaints:#?}");
}

#[test]
fn the_widget_needs_no_mouse() {
    let Some(visitor) = Browser::open("the keyboard") else { return };
    let home = Home::new();
    let studio = home.start();
    visitor.go(&studio.address);
    let focus = |visitor: &Browser| {
        visitor.script(
            "return root.activeElement ? root.activeElement.className || root.activeElement.id : ''",
            &[],
        )
    };
    let is_open = |visitor: &Browser| visitor.script("return !root.querySelector('.panel').hidden", &[]);
    let tab = "\u{e004}";
    let escape = "\u{e00c}";
    let reached = (0..10).any(|_| {
        visitor.press(tab);
        focus(&visitor) == "launcher"
    });
    assert!(reached, "Tab leads to the launcher");
    visitor.press("\n");
    assert_eq!(is_open(&visitor), true);
    assert_eq!(focus(&visitor), "input");
    visitor.hears_after(0, "Welcome");
    visitor.press("which tent should I buy?\n");
    visitor.hears_after(0, "What is the gear for?");

    // A choice is reached and taken by keys too, and the focus is back where one writes.
    let chosen = (0..10).any(|_| {
        visitor.step_back();
        focus(&visitor).as_str().is_some_and(|name| name.contains("choice"))
    });
    assert!(chosen, "Shift+Tab leads to the choices");
    visitor.press("\n");
    visitor.hears_after(0, "How many nights");
    assert_eq!(focus(&visitor), "input");
    visitor.press(escape);
    assert_eq!(is_open(&visitor), false);
    assert_eq!(focus(&visitor), "launcher");
    assert_eq!(visitor.complaints(), NOTHING);
}

#[test]
fn hostile_text_is_shown_as_text_on_both_sides() {
    let Some((home, _studio, visitor)) = open("hostile text") else { return };
    let markup = "<img src=x onerror=alert(1)> [x](javascript:alert(1))";
    visitor.say(markup);
    eventually("the visitor's own message", || {
        visitor.transcript().contains(&format!("visitor: {markup}")).then_some(())
    });
    // Escape codes of terminals: they clear the screen, name the window, move the cursor.
    let codes = "over\u{1b}[2J\u{1b}[H\u{1b}]0;owned\u{7}there";
    visitor.script("Studio.send(arguments[0])", &[json!(codes)]);
    visitor.asks("I want to talk to a person", "colleague");

    let mut console = answer_the_waiting(Terminal::console(&home), "web");
    console.wait_for("<img src=x onerror=alert(1)>");
    console.wait_for("over␛[2J␛[H␛]0;owned␇there");
    assert_eq!(console.titles(), NOTHING);
    reply(&mut console, &format!("{markup} **bold** [shop](https://shop.example/)"));
    let lines = visitor.hears_after(0, "onerror");
    assert!(lines.last().is_some_and(|line| line.contains(markup)), "{lines:#?}");
    let drawn = visitor.script(
        "const bubble = [...root.querySelectorAll('.message.agent .bubble')].pop();
         return [...bubble.querySelectorAll('*')].map(node => `${node.localName} ${node.getAttribute('href') || ''}`.trim())",
        &[],
    );
    assert_eq!(drawn, json!(["p", "strong", "a https://shop.example/", "span"]));
    let images: Value = visitor.script("return root.querySelectorAll('.log img').length", &[]);
    assert_eq!(images, 0);
    assert_eq!(visitor.complaints(), NOTHING);
}

#[test]
fn on_a_phone_the_chat_fills_the_screen_and_nothing_covers_it() {
    let Some(visitor) = Browser::phone("a phone") else { return };
    let home = Home::new();
    let studio = home.start();
    visitor.go(&studio.address);
    visitor.click(".launcher");
    visitor.hears_after(0, "Welcome");
    let uncovered = visitor.script(
        "return [...root.querySelectorAll('.panel button:not([hidden]), textarea')].filter(node => node.offsetParent).map(node => {
             const place = node.getBoundingClientRect();
             const top = root.elementFromPoint(place.x + place.width / 2, place.y + place.height / 2);
             return node.contains(top) || (node.ariaLabel || node.className);
         })",
        &[],
    );
    let uncovered = uncovered.as_array().cloned().unwrap_or_default();
    assert!(uncovered.len() >= 5 && uncovered.iter().all(|node| *node == true), "{uncovered:?}");
    assert_eq!(visitor.script("return root.querySelector('.panel').clientWidth === innerWidth", &[]), true);

    // The last message stays in sight when the keyboard takes its place.
    visitor.asks("which tent should I buy?", "What is the gear for?");
    visitor.script("root.querySelector('.panel').style.height = '300px'; root.querySelector('.panel').style.bottom = 'auto'", &[]);
    eventually("the end of the log in sight", || {
        let rest = visitor.script(
            "const log = root.querySelector('.log'); return log.clientHeight < 300 && log.scrollHeight - log.scrollTop - log.clientHeight < 2",
            &[],
        );
        (rest == true).then_some(())
    });
    visitor.click("header button:last-child");
    assert_eq!(visitor.script("return root.activeElement.className", &[]), "launcher");
    assert_eq!(visitor.complaints(), NOTHING);
}
