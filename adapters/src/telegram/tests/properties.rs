//! Does any content keep within what Telegram takes, with every word in it and every press meant as it was?

use proptest::prelude::*;
use serde_json::{Value, json};
use studio_core::{
    content::{Action, Button, Content, Row, Section, Source},
    id::MediaId,
};
use ulid::Ulid;

use super::{
    outbound::{KEY, keyboards, value, written},
    specification::{described, takes},
};
use crate::{
    telegram::{
        outbound::{Keys, Piece, Press, Rendered, Style, render},
        place::Place,
        token::carried,
    },
    testing::{
        contents::{Ingredients, anywhere, lists, plain},
        words::{some_worded, vanished},
    },
};

fn some_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9äß.!? \n]{0,40}",
        "([*_~`<>&]|word |Satz\\. |\n\n|\\[a\\]\\(https://a\\.b\\)|\\PC){0,60}",
        Just("längere Wörter ohne Ende 😀 ".repeat(300)),
    ]
}

fn some_source() -> impl Strategy<Value = Source> {
    prop_oneof![Just(Source::Url("https://shop.example/a.png".into())), Just(Source::Media(MediaId(Ulid(7))))]
}

fn some_button() -> impl Strategy<Value = Button> {
    let action = prop_oneof![
        "\\PC{0,80}".prop_map(Action::Value),
        Just(Action::Link("https://a.example".into())),
        Just(Action::Link("mailto:a@b.example".into()))
    ];
    ("\\PC{0,70}", action).prop_map(|(title, action)| Button { title, action })
}

fn some_content() -> impl Strategy<Value = Content> {
    let button = some_button().boxed();
    Ingredients {
        text: some_text().boxed(),
        title: some_text().boxed(),
        label: some_text().boxed(),
        source: some_source().boxed(),
        buttons: lists(&button, &[(9, 0..=11), (1, 95..=105)]),
        card_buttons: lists(&button, &[(1, 0..=5)]),
        value: "\\PC{0,80}".boxed(),
        rows: vec![(9, 0..=4), (1, 95..=105)],
        sections: 0..=3,
        file: plain(some_text()),
        place: anywhere(),
    }
    .content()
}

/// What a person sees of our HTML.
fn visible(html: &str) -> String {
    let mut seen = String::new();
    let mut rest = html;
    while let Some(mark) = rest.find(['<', '&']) {
        seen.push_str(&rest[..mark]);
        let is_tag = rest[mark..].starts_with('<');
        let end = mark + rest[mark..].find(if is_tag { '>' } else { ';' }).expect("a mark ends");
        let sign = match &rest[mark..=end] {
            "&lt;" => "<",
            "&gt;" => ">",
            "&amp;" => "&",
            "&quot;" => "\"",
            tag => {
                assert!(is_tag, "{tag} is none that Telegram knows");
                ""
            }
        };
        seen.push_str(sign);
        rest = &rest[end + 1..];
    }
    seen + rest
}

/// Why Telegram would not take a piece: limits of core.telegram.org/bots/api, written down once more and read from what is sent.
fn excess(piece: &Piece) -> Option<String> {
    let (method, fields) = written(&Place::chat(7), piece);
    let length = |field: &str| {
        let text = visible(fields[field].as_str().unwrap_or_default());
        if text.trim().is_empty() { 0 } else { text.encode_utf16().count() }
    };
    let is_said = |field: &str| fields[field].as_str().is_some_and(|text| !text.trim().is_empty());
    let within = |field: &str, most: f64| {
        fields[field].as_f64().is_some_and(|degrees| (-most..=most).contains(&degrees))
    };
    let is_place = || within("latitude", 90.0) && within("longitude", 180.0);
    let fits = match method {
        "SendMessage" => (1..=4096).contains(&length("text")),
        "SendPhoto" => length("caption") <= 1024 && fields["photo"].is_string(),
        "SendAnimation" => length("caption") <= 1024 && fields["animation"].is_string(),
        "SendDocument" => length("caption") <= 1024 && fields["document"].is_string(),
        "SendLocation" => is_place(),
        "SendVenue" => is_place() && is_said("title") && is_said("address"),
        _ => false,
    };
    let markup = &fields["reply_markup"];
    let rows = ["inline_keyboard", "keyboard"].into_iter().find_map(|kind| markup[kind].as_array());
    let rows = rows.map(Vec::as_slice).unwrap_or_default();
    let keys = rows.iter().filter_map(Value::as_array).flatten().collect::<Vec<_>>();
    let is_row = |row: &Value| row.as_array().is_some_and(|row| (1..=8).contains(&row.len()));
    let is_key = |key: &&Value| {
        let title = key["text"].as_str().unwrap_or_default();
        let data = key["callback_data"].as_str().map(|data| (1..=64).contains(&data.len()));
        let opens =
            key["url"].as_str().map(|url| ["http://", "https://"].iter().any(|web| url.starts_with(web)));
        let inline = markup["inline_keyboard"].is_array();
        (1..=64).contains(&title.chars().count())
            && !title.trim().is_empty()
            && match (data, opens) {
                (Some(good), None) | (None, Some(good)) => good && inline,
                (None, None) => !inline,
                (Some(_), Some(_)) => false,
            }
    };
    let fits = fits && keys.len() <= 100 && rows.iter().all(is_row) && keys.iter().all(is_key);
    let method = format!("{}{}", method[..1].to_lowercase(), &method[1..]);
    let described = described().map_or(Ok(()), |spec| takes(spec, &method, &fields));
    (!fits || described.is_err()).then(|| format!("{described:?}: {method} {fields}"))
}

/// What may leave in place of a piece.
fn with_less(piece: &Piece) -> Vec<Piece> {
    let linked = piece.with_links_as_words().map(|(pieces, _)| pieces).unwrap_or_default();
    let said = linked.iter().chain([piece]).filter_map(Piece::as_words).flat_map(|(pieces, _)| pieces);
    let said = said.collect::<Vec<_>>();
    linked.into_iter().chain(said).collect()
}

#[test]
fn a_hundred_keys_are_one_keyboard_and_more_are_lines() {
    let check = |count: usize, keys_shown: usize| {
        let title = |number: usize| format!("Number {number}");
        let buttons = || (1..=count).map(|number| value(&title(number), &title(number))).collect::<Vec<_>>();
        let row = |number: usize| Row { title: title(number), description: None, value: title(number) };
        let sections = vec![Section { title: None, rows: (1..=count).map(row).collect() }];
        for content in [
            Content::Text { text: "Which?".into(), quick_replies: buttons() },
            Content::Buttons { text: "Which?".into(), buttons: buttons() },
            Content::List { text: "Which?".into(), button: "Choose".into(), sections },
        ] {
            let Rendered { pieces, .. } = render(&content, keyboards());
            let [Piece::Words { text, keys }] = pieces.as_slice() else { panic!("{pieces:?}") };
            let shown: usize = match keys {
                Keys::None => 0,
                Keys::Inline(rows) | Keys::Reply(rows) => rows.iter().map(Vec::len).sum(),
            };
            assert_eq!(shown, keys_shown, "{content:?}");
            assert!(shown == count || text.text.contains(&format!("{count}. Number {count}")), "{text:?}");
            assert_eq!(excess(&pieces[0]), None);
        }
    };
    check(100, 100);
    check(101, 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_word_vanishes_untold(content in some_worded(), reply_keyboard: bool) {
        let Rendered { pieces, losses } = render(&content, Style { reply_keyboard, key: &KEY });
        let mut sent = pieces.iter().map(|piece| written(&Place::chat(7), piece).1).collect::<Vec<_>>();
        sent.extend(pieces.iter().filter_map(|piece| match piece {
            // It goes by its own name.
            Piece::File { source: Source::Media(_), name, .. } => Some(json!(name)),
            Piece::File { source: Source::Url(_), .. }
            | Piece::Words { .. }
            | Piece::Picture { .. }
            | Piece::Place { .. } => None,
        }));
        prop_assert_eq!(vanished(&content, &sent, &losses), Vec::<String>::new(), "{:?} {:?}", pieces, losses);
    }

    #[test]
    fn any_content_keeps_within_the_limits(content in some_content(), reply_keyboard: bool) {
        let style = Style { reply_keyboard, key: &KEY };
        let rendered = render(&content, style);
        for piece in &rendered.pieces {
            prop_assert_eq!(excess(piece), None, "{:?}", piece);
            for less in with_less(piece) {
                prop_assert_eq!(excess(&less), None, "{:?} in place of {:?}", less, piece);
            }
        }
        prop_assert_eq!(render(&content, style), rendered, "it is the same at every try");
    }

    #[test]
    fn what_is_pressed_is_what_was_meant(content in some_content(), reply_keyboard: bool) {
        let rendered = render(&content, Style { reply_keyboard, key: &KEY });
        let keys = rendered.pieces.iter().filter_map(|piece| match piece {
            Piece::Words { keys, .. } | Piece::Picture { keys, .. } => Some(keys),
            Piece::File { .. } | Piece::Place { .. } => None,
        });
        let (mut pressed, mut titles) = (Vec::new(), std::collections::BTreeMap::new());
        for keys in keys {
            let (rows, by_title) = match keys {
                Keys::None => continue,
                Keys::Inline(rows) => (rows, false),
                Keys::Reply(rows) => (rows, true),
            };
            for key in rows.iter().flatten() {
                let Press::Value { value, data } = &key.press else { continue };
                // What comes back is found as `offered` does: the value that would carry the same.
                let found = content.values().into_iter().find(|(offered, _)| carried(&KEY, offered) == *data);
                prop_assert_eq!(found.map(|(value, _)| value), Some(value.as_str()));
                if by_title {
                    prop_assert!(titles.insert(key.title.clone(), value.clone()).is_none(), "two keys of one title");
                }
                pressed.push(value.clone());
            }
        }
        let words = rendered.pieces.iter().map(|piece| match piece {
            Piece::Words { text, .. } => text.text.clone(),
            Piece::Picture { caption, .. } => caption.text.clone(),
            Piece::File { .. } | Piece::Place { .. } => String::new(),
        }).collect::<Vec<_>>().join("\n");
        for (index, (value, _)) in content.values().into_iter().enumerate() {
            prop_assert!(
                pressed.iter().any(|pressed| pressed == value) || words.contains(&format!("{}.", index + 1)),
                "{:?} cannot be chosen in {:?}", value, rendered
            );
        }
    }
}
