//! The widget for those who do not see it, or see it differently.

use std::path::Path;

use serde_json::{Value, json};

use super::{NOTHING, strings};
use crate::{
    story::open,
    support::{
        Home,
        browser::{Browser, skipped},
    },
};

/// Role, name and properties of everything that a screen reader is told of.
fn tree(visitor: &Browser) -> Vec<(String, String, Value)> {
    let nodes = visitor.command("Accessibility.getFullAXTree", json!({}))["nodes"].clone();
    let nodes = nodes.as_array().cloned().unwrap_or_default();
    let text = |node: &Value, field: &str| node[field]["value"].as_str().unwrap_or_default().to_owned();
    nodes
        .iter()
        .filter(|node| node["ignored"] == false)
        .map(|node| (text(node, "role"), text(node, "name"), node["properties"].clone()))
        .collect()
}

fn property<'a>(properties: &'a Value, name: &str) -> &'a Value {
    let found = properties.as_array().and_then(|list| list.iter().find(|property| property["name"] == name));
    found.map_or(&Value::Null, |property| &property["value"]["value"])
}

#[test]
fn a_screen_reader_finds_every_part_by_role_and_name() {
    let Some((_home, _studio, visitor)) = open("a screen reader") else { return };
    visitor.asks("which tent should I buy?", "What is the gear for?");
    let found = tree(&visitor);
    let has = |role: &str, name: &str| found.iter().find(|(r, n, _)| r == role && n == name);
    for (role, name) in [
        ("dialog", "Bergwerk Outdoor"),
        ("log", "Messages"),
        ("textbox", "Write a message"),
        ("button", "Send"),
        ("button", "Send a file"),
        ("button", "Download transcript"),
        ("button", "Delete my chat"),
        ("button", "Close chat"),
        ("heading", "Bergwerk Outdoor"),
    ] {
        assert!(has(role, name).is_some(), "no {role} “{name}”: {found:#?}");
    }
    let (_, _, log) = has("log", "Messages").expect("found above");
    assert_eq!(property(log, "live"), "polite", "new messages are read aloud");
    for (role, name, _) in &found {
        let acts = ["button", "link", "textbox", "dialog", "image", "log"].contains(&role.as_str());
        assert!(!acts || !name.is_empty(), "a {role} without a name");
    }

    // The question before deleting keeps the focus inside and gives it back.
    visitor.click("header button:nth-of-type(2)");
    let asked = tree(&visitor);
    let (_, _, dialog) = asked
        .iter()
        .find(|(role, name, _)| role == "dialog" && name == "Delete your chat?")
        .expect("the question has a name");
    assert_eq!(property(dialog, "modal"), true);
    for _ in 0..6 {
        visitor.press("\u{e004}");
        let outside = visitor.script(
            "return Boolean(root.activeElement && !root.activeElement.closest('dialog')) || Boolean(document.activeElement && document.activeElement.localName === 'a')",
            &[],
        );
        assert_eq!(outside, false);
    }
    visitor.press("\u{e00c}");
    assert_eq!(visitor.script("return root.activeElement.ariaLabel", &[]), "Delete my chat");
    assert_eq!(visitor.complaints(), NOTHING);
}

/// Texts of the widget whose contrast with what is behind them is below 4.5, as WCAG 2.2 counts it.
const PALE: &str = "
    const parse = colour => { const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number); return [r, g, b, a]; };
    const light = ([r, g, b]) => [r, g, b].map(part => part / 255)
        .map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
    const ground = node => {
        for (let at = node; at; at = at.parentElement) {
            const colour = parse(getComputedStyle(at).backgroundColor);
            if (colour[3] === 1) return colour;
            if (colour[3] > 0) return null;
        }
        return null;
    };
    return [...root.querySelectorAll('*')].filter(node => node.getClientRects().length && !node.closest('.hide'))
        .filter(node => [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim()))
        .map(node => {
            let faded = false;
            for (let at = node; at; at = at.parentElement) faded = faded || getComputedStyle(at).opacity !== '1';
            const behind = ground(node);
            if (!behind) return `${node.className} “${node.textContent}” on nothing`;
            const [one, two] = [light(parse(getComputedStyle(node).color)), light(behind)];
            const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
            return ratio < 4.5 || faded ? `${node.className || node.localName} “${node.textContent}” ${ratio.toFixed(2)}` : null;
        }).filter(Boolean)";

#[test]
fn every_text_stands_out_in_light_and_dark_and_any_accent() {
    for accent in ["#0b57d0", "#ffd400", "#808080", "#d93025"] {
        let Some(visitor) = Browser::open("contrast") else { return };
        let home = Home::with_web("", &format!("theme = {{ accent = \"{accent}\" }}"));
        let studio = home.start();
        visitor.go(&studio.address);
        visitor.click(".launcher");
        visitor.hears_after(0, "Welcome");
        visitor.asks("which tent should I buy?", "What is the gear for?");
        studio.kill();
        visitor.say("not sent yet");
        for scheme in ["light", "dark"] {
            visitor.wish(&[("prefers-color-scheme", scheme)]);
            assert_eq!(strings(&visitor.script(PALE, &[])), NOTHING, "{accent} {scheme}");
        }
        visitor.click("header button:nth-of-type(2)");
        assert_eq!(strings(&visitor.script(PALE, &[])), NOTHING, "the question with {accent}");
    }
}

#[test]
fn text_on_an_accent_of_the_page_stands_out_too() {
    let Some((_home, _studio, visitor)) = open("an accent of the page") else { return };
    visitor.asks("which tent should I buy?", "What is the gear for?");
    for accent in ["#0b57d0", "gold", "hsl(0 70% 35%)", "#a8c7fa"] {
        visitor.script("root.host.style.setProperty('--studio-accent', arguments[0])", &[json!(accent)]);
        for scheme in ["light", "dark"] {
            visitor.wish(&[("prefers-color-scheme", scheme), ("prefers-reduced-motion", "reduce")]);
            visitor.script("Studio.close(); Studio.open()", &[]);
            assert_eq!(strings(&visitor.script(PALE, &[])), NOTHING, "{accent} {scheme}");
        }
    }
}

#[test]
fn nothing_moves_for_those_who_want_no_motion() {
    let Some((_home, _studio, visitor)) = open("motion") else { return };
    let moving =
        || visitor.script("return getComputedStyle(root.querySelector('.panel')).animationName", &[]);
    assert_eq!(moving(), "rise");
    visitor.wish(&[("prefers-reduced-motion", "reduce")]);
    assert_eq!(moving(), "none");
    let others = visitor.script(
        "return [...root.querySelectorAll('*')].filter(node => {
             const { animationName, transitionDuration } = getComputedStyle(node);
             return animationName !== 'none' || parseFloat(transitionDuration) > 0;
         }).map(node => node.className)",
        &[],
    );
    assert_eq!(strings(&others), NOTHING);
}

/// By axe-core, where `make setup-test` could install it.
#[test]
fn axe_finds_nothing() {
    let target = Path::new(env!("CARGO_BIN_EXE_studio")).ancestors().nth(2).expect("the build folder");
    let Ok(axe) = std::fs::read_to_string(target.join("axe/node_modules/axe-core/axe.min.js")) else {
        skipped("axe", "axe-core (make setup-test installs it by npm)");
        return;
    };
    let Some((_home, _studio, visitor)) = open("axe") else { return };
    visitor.asks("which tent should I buy?", "What is the gear for?");
    visitor.asks("trekking", "How many nights");
    for scheme in ["light", "dark"] {
        visitor.wish(&[("prefers-color-scheme", scheme), ("prefers-reduced-motion", "reduce")]);
        let found = visitor.script(
            &format!(
                "{axe}
                 return axe.run(document, {{ resultTypes: ['violations'] }}).then(result => result.violations.flatMap(rule =>
                     rule.nodes.map(node => `${{rule.id}}: ${{JSON.stringify(node.target)}} ${{node.failureSummary}}`)))"
            ),
            &[],
        );
        assert_eq!(strings(&found), NOTHING, "{scheme}");
    }
}
