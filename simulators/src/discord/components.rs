//! Which components does Discord take below or in a message? Limits of `components/reference.mdx` of 2026-08-06 and of its OpenAPI
//! description, errors in its words.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{check::Faults, emoji::is_emoji};

/// Kinds of components.
pub const ROW: u64 = 1;
pub const BUTTON: u64 = 2;
pub const MENU: u64 = 3;
pub const TEXT_INPUT: u64 = 4;
/// Menus of people, roles, either of them, and channels.
pub const PEOPLE: u64 = 5;
pub const ROLES: u64 = 6;
pub const MENTIONABLES: u64 = 7;
pub const CHANNELS: u64 = 8;
const SECTION: u64 = 9;
pub const TEXT: u64 = 10;
const THUMBNAIL: u64 = 11;
const GALLERY: u64 = 12;
const FILE: u64 = 13;
const SEPARATOR: u64 = 14;
const CONTAINER: u64 = 17;
pub const LABEL: u64 = 18;
pub const UPLOAD: u64 = 19;
pub const RADIO: u64 = 21;
pub const CHECKS: u64 = 22;
pub const CHECK: u64 = 23;

/// Styles of buttons that are neither pressed nor led by an id: links, and what is sold.
pub const LINK: u64 = 5;
pub const PREMIUM: u64 = 6;

/// Most components of a message that is made of them alone, nested ones included, and most letters of its texts.
const MOST: usize = 40;
pub const MOST_LETTERS: usize = 4_000;

/// Kinds within a container, and at the top of a message of components alone.
const WITHIN: [u64; 6] = [ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR];
const TOP: [u64; 7] = [ROW, SECTION, TEXT, GALLERY, FILE, SEPARATOR, CONTAINER];

pub fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field].as_array().map(Vec::as_slice).unwrap_or_default()
}

pub fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

/// The components below a message with text of its own: rows of buttons and menus.
pub fn rows(rows: &[Value], faults: &mut Faults) {
    faults.count("components", rows.len(), 0, 5);
    let mut looked = Looked::default();
    for (index, component) in rows.iter().enumerate() {
        looked.component(component, &[ROW], &format!("components.{index}"), faults);
    }
}

/// The components that a message is made of.
pub fn alone(components: &[Value], faults: &mut Faults) {
    let mut looked = Looked::default();
    for (index, component) in components.iter().enumerate() {
        looked.component(component, &TOP, &format!("components.{index}"), faults);
    }
    if looked.count > MOST {
        let why = format!("The maximum number of components in a message is {MOST}.");
        faults.add("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", why);
    }
    if looked.letters > MOST_LETTERS {
        let why = format!("The combined text of all components must be {MOST_LETTERS} or fewer in length.");
        faults.add("components", "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", why);
    }
}

/// What was seen so far in one message.
#[derive(Default)]
struct Looked<'a> {
    ids: BTreeSet<&'a str>,
    count: usize,
    letters: usize,
}

impl<'a> Looked<'a> {
    /// A component where those of these kinds may stand.
    fn component(&mut self, component: &'a Value, kinds: &[u64], path: &str, faults: &mut Faults) {
        self.count += 1;
        let Some(kind) = component["type"].as_u64().filter(|kind| kinds.contains(kind)) else {
            return unknown_kind(kinds, path, faults);
        };
        if let Some(id) = component["custom_id"].as_str()
            && !self.ids.insert(id)
        {
            let why = "Component custom id cannot be duplicated";
            faults.add(&format!("{path}.custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", why);
        }
        match kind {
            ROW => self.row(component, path, faults),
            BUTTON => button(component, path, faults),
            MENU..=CHANNELS => menu(component, path, faults),
            SECTION => self.section(component, path, faults),
            TEXT => self.words(component, path, faults),
            THUMBNAIL => media(component, "media", path, faults),
            GALLERY => gallery(component, path, faults),
            FILE => media(component, "file", path, faults),
            CONTAINER => self.container(component, path, faults),
            _ => {}
        }
    }

    /// Up to five buttons, or one menu.
    fn row(&mut self, row: &'a Value, path: &str, faults: &mut Faults) {
        let inner = list(row, "components");
        let path = format!("{path}.components");
        let most = if inner.iter().any(is_menu) { 1 } else { 5 };
        faults.count(&path, inner.len(), 1, most);
        let kinds = [BUTTON, MENU, PEOPLE, ROLES, MENTIONABLES, CHANNELS];
        for (place, component) in inner.iter().enumerate() {
            self.component(component, &kinds, &format!("{path}.{place}"), faults);
        }
    }

    fn section(&mut self, section: &'a Value, path: &str, faults: &mut Faults) {
        let inner = list(section, "components");
        faults.count(&format!("{path}.components"), inner.len(), 1, 3);
        for (place, component) in inner.iter().enumerate() {
            self.component(component, &[TEXT], &format!("{path}.components.{place}"), faults);
        }
        let path = format!("{path}.accessory");
        match &section["accessory"] {
            Value::Null => faults.add(&path, "BASE_TYPE_REQUIRED", "This field is required"),
            accessory => self.component(accessory, &[BUTTON, THUMBNAIL], &path, faults),
        }
    }

    fn container(&mut self, container: &'a Value, path: &str, faults: &mut Faults) {
        let inner = list(container, "components");
        faults.count(&format!("{path}.components"), inner.len(), 1, MOST);
        for (place, component) in inner.iter().enumerate() {
            self.component(component, &WITHIN, &format!("{path}.components.{place}"), faults);
        }
    }

    fn words(&mut self, component: &Value, path: &str, faults: &mut Faults) {
        let content = text(component, "content");
        faults.length(&format!("{path}.content"), content, 1, MOST_LETTERS);
        self.letters += content.chars().count();
    }
}

pub fn unknown_kind(kinds: &[u64], path: &str, faults: &mut Faults) {
    let kinds = kinds.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let comma = if kinds.contains(',') { "" } else { "," };
    let why = format!("Value of field \"type\" must be one of ({kinds}{comma}).");
    faults.add(&format!("{path}.type"), "UNION_TYPE_CHOICES", why);
}

pub fn is_menu(component: &Value) -> bool {
    component["type"].as_u64().is_some_and(|kind| kind == MENU || (PEOPLE..=CHANNELS).contains(&kind))
}

fn button(button: &Value, path: &str, faults: &mut Faults) {
    let given = |field: &str| button[field].as_str();
    emoji(&button["emoji"], path, faults);
    if let Some(label) = given("label") {
        let least = usize::from(button["emoji"].is_null());
        faults.length(&format!("{path}.label"), label, least, 80);
    } else if button["emoji"].is_null() && button["style"] != PREMIUM {
        faults.add(&format!("{path}.label"), "BASE_TYPE_REQUIRED", "This field is required");
    }
    match (button["style"].as_u64(), given("custom_id"), given("url"), given("sku_id")) {
        (Some(1..=4), Some(id), None, None) => faults.length(&format!("{path}.custom_id"), id, 1, 100),
        (Some(LINK), None, Some(url), None) => {
            let schemes = ["http://", "https://", "discord://"];
            address(url, &schemes, 512, &format!("{path}.url"), faults);
        }
        (Some(PREMIUM), None, None, Some(sku))
            if button["label"].is_null() && button["emoji"].is_null() && is_snowflake(sku) => {}
        (Some(PREMIUM), ..) => {
            let why = "A premium button has a sku_id, and neither label, emoji, url nor custom id";
            faults.add(&format!("{path}.sku_id"), "BUTTON_COMPONENT_SKU_ID_REQUIRED", why);
        }
        (Some(1..=LINK), ..) => {
            let why = "A custom id or url and a style that goes with it are required";
            faults.add(&format!("{path}.custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", why);
        }
        _ => faults.add(
            &format!("{path}.style"),
            "BASE_TYPE_CHOICES",
            "Value must be one of {1, 2, 3, 4, 5, 6}.",
        ),
    }
}

/// One of Unicode; servers of one's own have none here.
fn emoji(emoji: &Value, path: &str, faults: &mut Faults) {
    let is_known = || emoji["id"].is_null() && is_emoji(text(emoji, "name"));
    if !emoji.is_null() && !is_known() {
        faults.add(&format!("{path}.emoji"), "COMPONENT_INVALID_EMOJI", "Invalid emoji");
    }
}

fn is_snowflake(id: &str) -> bool {
    id.parse::<u64>().is_ok()
}

fn address(url: &str, schemes: &[&str], most: usize, path: &str, faults: &mut Faults) {
    if !schemes.iter().any(|scheme| url.starts_with(scheme)) {
        let names = schemes.iter().map(|scheme| format!("'{}'", scheme.trim_end_matches("://")));
        let names = names.collect::<Vec<_>>().join(", ");
        faults.add(path, "URL_TYPE_INVALID_SCHEME", format!("Scheme must be one of ({names})."));
    }
    faults.length(path, url, 1, most);
}

/// A picture or file by address, or one that is sent along.
fn media(component: &Value, field: &str, path: &str, faults: &mut Faults) {
    let schemes: &[&str] =
        if field == "file" { &["attachment://"] } else { &["http://", "https://", "attachment://"] };
    address(text(&component[field], "url"), schemes, 2_048, &format!("{path}.{field}.url"), faults);
    if let Some(words) = component["description"].as_str() {
        faults.length(&format!("{path}.description"), words, 1, 1_024);
    }
}

fn gallery(gallery: &Value, path: &str, faults: &mut Faults) {
    let items = list(gallery, "items");
    faults.count(&format!("{path}.items"), items.len(), 1, 10);
    for (place, item) in items.iter().enumerate() {
        media(item, "media", &format!("{path}.items.{place}"), faults);
    }
}

/// A menu of words, or of what the server has.
pub fn menu(menu: &Value, path: &str, faults: &mut Faults) {
    faults.length(&format!("{path}.custom_id"), text(menu, "custom_id"), 1, 100);
    faults.length(&format!("{path}.placeholder"), text(menu, "placeholder"), 0, 150);
    if menu["type"] == MENU {
        let (least, most) = chosen(menu, 25, path, faults);
        options(menu, (least.max(most).clamp(1, 25), 25), path, faults);
    } else {
        entities(menu, path, faults);
    }
}

/// People, roles or channels: those that are chosen at first.
fn entities(menu: &Value, path: &str, faults: &mut Faults) {
    let (least, most) = chosen(menu, 25, path, faults);
    let kinds: &[&str] = match menu["type"].as_u64() {
        Some(PEOPLE) => &["user"],
        Some(ROLES) => &["role"],
        Some(CHANNELS) => &["channel"],
        _ => &["user", "role"],
    };
    let defaults = list(menu, "default_values");
    let path = format!("{path}.default_values");
    if !defaults.is_empty() {
        faults.count(&path, defaults.len(), least, most);
    }
    for (place, default) in defaults.iter().enumerate() {
        if !kinds.contains(&text(default, "type")) || !is_snowflake(text(default, "id")) {
            let why = format!("Value must be one of {kinds:?} with its id.");
            faults.add(&format!("{path}.{place}.type"), "BASE_TYPE_CHOICES", why);
        }
    }
}

/// How many may be chosen, at least and at most.
pub fn chosen(menu: &Value, all: usize, path: &str, faults: &mut Faults) -> (usize, usize) {
    let number =
        |field: &str| menu[field].as_u64().map(|number| usize::try_from(number).unwrap_or(usize::MAX));
    let (least, most) = (number("min_values").unwrap_or(1), number("max_values").unwrap_or(1));
    for (field, number, smallest) in [("min_values", least, 0), ("max_values", most, 1)] {
        if !(smallest..=all).contains(&number) {
            let why = format!("int value should be {smallest} to {all}.");
            faults.add(&format!("{path}.{field}"), "NUMBER_TYPE_MAX", why);
        }
    }
    (least, most)
}

/// What can be chosen from, at least and at most so many.
pub fn options(menu: &Value, (least, most): (usize, usize), path: &str, faults: &mut Faults) {
    let options = list(menu, "options");
    faults.count(&format!("{path}.options"), options.len(), least, most);
    let mut values = BTreeSet::new();
    for (index, option) in options.iter().enumerate() {
        let path = format!("{path}.options.{index}");
        faults.length(&format!("{path}.label"), text(option, "label"), 1, 100);
        faults.length(&format!("{path}.value"), text(option, "value"), 1, 100);
        if let Some(words) = option["description"].as_str() {
            faults.length(&format!("{path}.description"), words, 1, 100);
        }
        emoji(&option["emoji"], &path, faults);
        if !values.insert(text(option, "value")) {
            let why = "The specified option value is already used";
            faults.add(&format!("{path}.value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", why);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn judged(check: impl FnOnce(&mut Faults)) -> String {
        let mut faults = Faults::new();
        check(&mut faults);
        faults.refusal().err().map_or_else(String::new, |refused| refused.to_string())
    }

    fn in_row(component: &Value) -> String {
        let row = json!({ "type": ROW, "components": [component] });
        judged(|faults| rows(&[row], faults))
    }

    fn in_message(components: &[Value]) -> String {
        judged(|faults| alone(components, faults))
    }

    #[test]
    fn buttons_have_a_label_or_an_emoji_or_are_for_sale() {
        let thumb = json!({ "name": "👍" });
        for button in [
            json!({ "type": BUTTON, "style": 1, "custom_id": "a", "label": "A" }),
            json!({ "type": BUTTON, "style": 1, "custom_id": "a", "emoji": thumb }),
            json!({ "type": BUTTON, "style": LINK, "url": "https://shop.example", "emoji": thumb }),
            json!({ "type": BUTTON, "style": PREMIUM, "sku_id": "1088510058284990888" }),
        ] {
            assert_eq!(in_row(&button), "", "{button}");
        }
        for (button, expected) in [
            (json!({ "type": BUTTON, "style": 1, "custom_id": "a" }), "BASE_TYPE_REQUIRED"),
            (
                json!({ "type": BUTTON, "style": 1, "custom_id": "a", "emoji": { "name": "up" } }),
                "COMPONENT_INVALID_EMOJI",
            ),
            (
                json!({ "type": BUTTON, "style": 1, "custom_id": "a", "emoji": { "name": "tent", "id": "1" } }),
                "COMPONENT_INVALID_EMOJI",
            ),
            (json!({ "type": BUTTON, "style": PREMIUM }), "SKU_ID_REQUIRED"),
            (json!({ "type": BUTTON, "style": PREMIUM, "sku_id": "1", "label": "A" }), "SKU_ID_REQUIRED"),
            (json!({ "type": BUTTON, "style": 7, "custom_id": "a", "label": "A" }), "{1, 2, 3, 4, 5, 6}"),
        ] {
            let said = in_row(&button);
            assert!(said.contains(expected), "{button}: {said}");
        }
    }

    #[test]
    fn menus_offer_what_the_server_has() {
        let menu = |kind: u64, default: &str| {
            let default = json!({ "type": default, "id": "1" });
            json!({ "type": kind, "custom_id": "m", "placeholder": "Who?", "default_values": [default] })
        };
        for (kind, default) in [
            (PEOPLE, "user"),
            (ROLES, "role"),
            (MENTIONABLES, "user"),
            (MENTIONABLES, "role"),
            (CHANNELS, "channel"),
        ] {
            assert_eq!(in_row(&menu(kind, default)), "", "{kind} {default}");
        }
        assert!(in_row(&menu(PEOPLE, "role")).contains("BASE_TYPE_CHOICES"));
        let mut many = menu(ROLES, "role");
        many["max_values"] = json!(26);
        assert!(in_row(&many).contains("1 to 25"));
        let mut none = menu(CHANNELS, "channel");
        none["custom_id"] = json!("");
        assert!(in_row(&none).contains("between 1 and 100"));
        assert!(in_row(&json!({ "type": TEXT_INPUT, "custom_id": "a" })).contains("UNION_TYPE_CHOICES"));
    }

    #[test]
    fn a_message_of_components_has_its_own_limits() {
        let words = |length: usize| json!({ "type": TEXT, "content": "x".repeat(length) });
        let picture = json!({ "media": { "url": "https://shop.example/tent.png" } });
        let section = json!({
            "type": SECTION, "components": [words(9)],
            "accessory": { "type": THUMBNAIL, "media": { "url": "attachment://tent.png" } },
        });
        let row = json!({ "type": ROW, "components": [{ "type": ROLES, "custom_id": "r" }] });
        let all = json!([
            words(9),
            section,
            row,
            { "type": GALLERY, "items": [picture] },
            { "type": FILE, "file": { "url": "attachment://bill.pdf" } },
            { "type": SEPARATOR, "divider": true },
        ]);
        let container = json!({ "type": CONTAINER, "components": all, "accent_color": 1 });
        assert_eq!(in_message(all.as_array().expect("a list")), "");
        assert_eq!(in_message(std::slice::from_ref(&container)), "");
        assert_eq!(in_message(&vec![words(1); MOST]), "");
        for (components, expected) in [
            (vec![words(1); MOST + 1], "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
            (vec![words(2_001); 2], "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"),
            (vec![words(0)], "between 1 and 4000"),
            (vec![json!({ "type": CONTAINER, "components": [container] })], "UNION_TYPE_CHOICES"),
            (vec![json!({ "type": GALLERY, "items": [] })], "between 1 and 10"),
            (vec![json!({ "type": GALLERY, "items": vec![picture; 11] })], "between 1 and 10"),
            (
                vec![json!({ "type": FILE, "file": { "url": "https://shop.example/a.pdf" } })],
                "Scheme must be",
            ),
            (vec![json!({ "type": SECTION, "components": [words(1)] })], "accessory"),
            (
                vec![json!({ "type": BUTTON, "style": 1, "custom_id": "a", "label": "A" })],
                "UNION_TYPE_CHOICES",
            ),
        ] {
            let said = in_message(&components);
            assert!(said.contains(expected), "{components:?}: {said}");
        }
        assert!(judged(|faults| rows(&[words(1)], faults)).contains("must be one of (1,)"));
    }
}
