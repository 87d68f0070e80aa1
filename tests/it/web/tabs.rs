//! Several tabs of one visitor.

use serde_json::json;

use super::{NOTHING, strings};
use crate::{
    story::open,
    support::{browser::Browser, eventually},
};

fn agree(visitor: &Browser, expected: &[String]) {
    eventually("the same in the other tab", || (visitor.transcript() == expected).then_some(()));
}

#[test]
fn tabs_see_the_same_and_nothing_twice() {
    let Some((_home, studio, visitor)) = open("tabs") else { return };
    visitor.asks("which tent should I buy?", "What is the gear for?");
    visitor.open_tab(&studio.address);
    visitor.click(".launcher");
    let lines = visitor.hears_after(0, "What is the gear for?");
    let lines_there = visitor.asks("trekking", "How many nights");
    assert_eq!(lines_there[..lines.len()], lines[..]);
    visitor.look_at_tab(0);
    agree(&visitor, &lines_there);
    let lines = visitor.asks("3", "how much would you like to spend");
    visitor.look_at_tab(1);
    agree(&visitor, &lines);

    // A draft goes along, and what is read here is read there.
    visitor.press("not yet sent");
    visitor.look_at_tab(0);
    eventually("the draft", || {
        let draft = visitor.script("return root.querySelector('textarea').value", &[]);
        (draft == "not yet sent").then_some(())
    });

    // Forgotten in one, forgotten in all.
    visitor.click("header button:nth-of-type(2)");
    visitor.click("dialog .danger");
    for number in [0, 1] {
        visitor.look_at_tab(number);
        agree(&visitor, &[]);
        let kept =
            visitor.script("return Object.keys(localStorage).filter(key => key.startsWith('studio:'))", &[]);
        assert_eq!(strings(&kept), NOTHING, "tab {number}");
        assert_eq!(visitor.complaints(), NOTHING, "tab {number}");
    }
}

#[test]
fn the_tab_that_is_one_too_many_asks_without_a_socket() {
    let Some((_home, studio, visitor)) = open("many tabs") else { return };
    for _ in 0..5 {
        visitor.open_tab(&studio.address);
        visitor.click(".launcher");
        visitor.hears_after(0, "Welcome");
    }
    let closed = visitor.script(
        "const session = JSON.parse(localStorage.getItem('studio:web:session'));
         const socket = new WebSocket(new URL('/web/web/socket', location).href.replace('http', 'ws'));
         socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', token: session.token, after: 0 }));
         return new Promise(closed => { socket.onclose = event => closed([event.code, event.reason]); })",
        &[],
    );
    assert_eq!(closed, json!([4429, "too many frames or sockets"]));
    // The sixth tab has no socket, and yet all that the others have.
    let lines = visitor.asks("what are your opening hours?", "Saturday");
    visitor.look_at_tab(0);
    agree(&visitor, &lines);
    assert_eq!(visitor.complaints(), NOTHING);
}
