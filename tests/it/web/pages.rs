//! Pages of others: strict policies, narrow screens, another direction of reading.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{NOTHING, on_a_page, strings};
use crate::support::{Home, browser::Browser, eventually, page::Page};

#[test]
fn a_strict_page_of_another_origin_has_nothing_to_complain_of() {
    let Some((_home, _studio, visitor)) = on_a_page("a strict page", "") else { return };
    visitor.asks("where is my order?", "What is your order number?");
    visitor.asks("4711", "on its way with DHL");
    visitor.asks("which tent should I buy?", "What is the gear for?");
    visitor.asks("trekking", "How many nights");
    visitor.asks("3", "how much would you like to spend");
    visitor.asks("500 euros", "Fjell 1");
    visitor.click("header button:nth-of-type(1)");
    visitor.script("root.querySelectorAll('.card img').forEach(image => image.scrollIntoView())", &[]);
    visitor.reload();
    visitor.click(".launcher");
    visitor.hears_after(0, "Fjell 1");
    assert_eq!(visitor.complaints(), NOTHING);
}

#[test]
fn a_page_whose_policy_forbids_sockets_chats_by_requests() {
    let Some(visitor) = Browser::open("a policy without sockets") else { return };
    let page = Page::serve();
    let home = Home::with_web("", &format!("origins = [\"{}\"]", page.origin));
    let studio = home.start();
    page.show_without_sockets(&studio);
    visitor.go(&page.origin);
    visitor.click(".launcher");
    // The first message is written before the widget knows.
    let begun = Instant::now();
    visitor.asks("what are your opening hours?", "Saturday");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    let complaints = visitor.complaints();
    let forbidden = |line: &String| line.contains("ws://") && line.contains("Content Security Policy");
    assert!(!complaints.is_empty() && complaints.iter().all(forbidden), "{complaints:#?}");

    // A studio that was away is found again, without a socket as well.
    studio.kill();
    eventually("the widget notices", || {
        let status = visitor.script("return root.querySelector('.status').textContent", &[]);
        status.as_str().is_some_and(|text| text.starts_with("No connection")).then_some(())
    });
    let _studio = home.start();
    visitor.asks("where is my order?", "What is your order number?");
}

#[test]
fn a_page_that_may_not_chat_shows_no_chat_and_its_console_says_why() {
    let check = |origins: &str, attributes: &str, told: &str| {
        let Some(visitor) = Browser::open("a page that may not chat") else { return };
        let page = Page::serve();
        let home = Home::with_web("", &format!("origins = [\"{}\"]", origins.replace("OWN", &page.origin)));
        let studio = home.start();
        page.show(&studio, &format!("data-open=\"true\" {attributes}"));
        visitor.go(&page.origin);
        let gone = "Boolean(window.Studio) && !document.getElementById('studio-widget')";
        eventually("the widget goes", || {
            let answer = visitor.command("Runtime.evaluate", json!({ "expression": gone }));
            (answer["result"]["value"] == true).then_some(())
        });
        let complaints = visitor.complaints();
        assert!(complaints.iter().any(|line| line.contains(told)), "{complaints:#?}");
        assert!(!complaints.iter().any(|line| line.contains("CORS")), "{complaints:#?}");
    };
    check("https://other.example", "", "may not use this; add it to `origins`");
    check("OWN", "data-connection=\"nobody\"", "there is no web connection");
}

#[test]
fn on_320_pixels_nothing_is_cut_off() {
    let Some((_home, _studio, visitor)) = on_a_page("320 pixels", "") else { return };
    visitor.command(
        "Emulation.setDeviceMetricsOverride",
        json!({ "width": 320, "height": 568, "deviceScaleFactor": 1, "mobile": true }),
    );
    visitor.asks("which tent should I buy?", "What is the gear for?");
    visitor.asks("trekking", "How many nights");
    visitor.asks("3", "how much would you like to spend");
    visitor.asks("500 euros", "Fjell 1");
    visitor.say(&"Donaudampfschifffahrtsgesellschaft".repeat(5));
    let outside = visitor.script(
        "const wide = [...root.querySelectorAll('.panel *')].filter(node => {
             if (node.closest('.carousel') || node.closest('.hide') || node.closest('svg') || !node.getClientRects().length) return false;
             const { left, right } = node.getBoundingClientRect();
             return left < -1 || right > 321;
         });
         return [...wide.map(node => node.className || node.localName), document.documentElement.scrollWidth > 320 ? 'the page' : null].filter(Boolean)",
        &[],
    );
    assert_eq!(strings(&outside), NOTHING);
    let small = visitor.script(
        "return [...root.querySelectorAll('.panel button, .panel a.choice')].filter(node => node.getClientRects().length)
             .filter(node => node.offsetHeight < 44 || node.offsetWidth < 44).map(node => node.ariaLabel || node.textContent)",
        &[],
    );
    assert_eq!(strings(&small), NOTHING, "large enough for a finger");

    // The chat covers the page: the focus goes round in it, and back to the launcher at the end.
    assert_eq!(visitor.script("return root.querySelector('.panel').ariaModal", &[]), "true");
    visitor.script("root.querySelector('textarea').focus()", &[]);
    for back in [false, true] {
        for _ in 0..40 {
            if back {
                visitor.step_back();
            } else {
                visitor.press("\u{e004}");
            }
            let inside = visitor
                .script("return Boolean(root.activeElement && root.activeElement.closest('.panel'))", &[]);
            assert_eq!(inside, true, "the focus left the chat");
        }
    }
    visitor.press("\u{e00c}");
    assert_eq!(visitor.script("return root.activeElement.className", &[]), "launcher");
}

#[test]
fn arabic_is_written_from_the_right() {
    let Some((_home, _studio, visitor)) = on_a_page("Arabic", "data-language=\"ar\"") else { return };
    visitor.say("مرحبا، أين طلبي؟");
    visitor.asks("what are your opening hours?", "Saturday");
    let found = visitor.script(
        "const side = node => { const { left, right } = node.getBoundingClientRect(); return (left + right) / 2; };
         const panel = root.querySelector('.panel'), middle = side(panel);
         const own = [...root.querySelectorAll('.message.visitor .bubble')], bot = root.querySelector('.message.bot .bubble'), face = root.querySelector('.message.bot .avatar');
         const direction = node => getComputedStyle(node).direction;
         return {
             root: [direction(panel), root.host.lang, root.querySelector('textarea').placeholder],
             launcher: side(root.querySelector('.launcher')) < innerWidth / 2,
             own: own.map(bubble => [side(bubble) < middle, direction(bubble)]),
             bot: [side(face) > side(bot), direction(bot)],
             close: side(root.querySelector('header button:last-child')) < middle,
             send: getComputedStyle(root.querySelector('.go svg')).transform,
         }",
        &[],
    );
    assert_eq!(
        found,
        json!({
            "root": ["rtl", "ar", "اكتب رسالة"],
            "launcher": true,
            "own": [[true, "rtl"], [true, "ltr"]],
            "bot": [true, "ltr"],
            "close": true,
            "send": "matrix(-1, 0, 0, 1, 0, 0)",
        })
    );
    assert_eq!(visitor.complaints(), NOTHING);
}
