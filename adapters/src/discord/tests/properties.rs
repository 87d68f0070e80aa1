//! Any content renders within every limit, and every value that is offered comes back as it was meant.

use proptest::prelude::*;
use studio_core::{
    content::{Action, Button, Card, Loss, Picture, Row, Section, Source},
    dialogue::Filled,
    id::MediaId,
};
use ulid::Ulid;

use super::{
    super::{
        modal::{self, Submitted},
        outbound::{Part, Rendered, is_picture, render},
        value::{self, Carried},
    },
    *,
};
use crate::testing::{
    contents::{Ingredients, anywhere, lists, plain},
    forms::some_form,
    words::{some_worded, vanished},
};

const KEY: [u8; 32] = [42; 32];

fn some_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9äß.!?#>|_`~<@ \n]{0,60}",
        "\\PC{0,120}",
        Just("lange Wörter ohne Ende ".repeat(300)),
        Just("||".repeat(1500)),
    ]
}

fn some_source() -> impl Strategy<Value = Source> {
    prop_oneof![
        Just(Source::Url("https://shop.example/a.png".into())),
        Just(Source::Url("https://shop.example/a.svg".into())),
        Just(Source::Url(format!("https://shop.example/{}", "a".repeat(3000)))),
        Just(Source::Media(MediaId(Ulid(7)))),
    ]
}

fn some_button() -> impl Strategy<Value = Button> {
    let link = prop_oneof![
        Just("https://a.example/b".to_owned()),
        Just("mailto:a@b.example".to_owned()),
        Just(format!("https://a.example/{}", "x".repeat(600))),
    ];
    let action = prop_oneof!["\\PC{0,150}".prop_map(Action::Value), link.prop_map(Action::Link)];
    (some_text(), action).prop_map(|(title, action)| Button { title, action })
}

pub(super) fn some_content() -> impl Strategy<Value = Content> {
    let buttons = || lists(&some_button().boxed(), &[(1, 0..=6), (1, 20..=29)]);
    Ingredients {
        text: some_text().boxed(),
        title: some_text().boxed(),
        label: some_text().boxed(),
        source: some_source().boxed(),
        buttons: buttons(),
        card_buttons: buttons(),
        value: "\\PC{0,150}".boxed(),
        rows: vec![(1, 0..=7), (1, 20..=59)],
        sections: 0..=7,
        file: plain(some_text()),
        place: anywhere(),
    }
    .content()
}

/// Why Discord would not take a message: limits of `resources/message.mdx` and `components/reference.mdx`, written down once more,
/// apart from ours and from the stand-in's.
fn excess(message: &Value, files: usize) -> Option<String> {
    let length = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
    let is_said = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    let within = |value: &Value, most: usize| is_said(value) && length(value) <= most;
    let maybe = |value: &Value, most: usize| value.is_null() || within(value, most);
    let web = |value: &Value| {
        within(value, 2048)
            && ["http://", "https://", "attachment://"]
                .iter()
                .any(|scheme| value.as_str().unwrap_or_default().starts_with(scheme))
    };
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let embed = |embed: &Value| {
        maybe(&embed["title"], 256)
            && maybe(&embed["description"], 4096)
            && embed["fields"].as_array().is_none_or(Vec::is_empty)
            && (embed["image"].is_null() || web(&embed["image"]["url"]))
            && ["title", "description", "image"].iter().any(|field| !embed[field].is_null())
    };
    let option = |option: &Value| {
        within(&option["label"], 100) && within(&option["value"], 100) && maybe(&option["description"], 100)
    };
    let component = |component: &Value| match component["type"].as_u64() {
        Some(2) if component["style"] == 5 => {
            within(&component["label"], 80)
                && within(&component["url"], 512)
                && component["custom_id"].is_null()
        }
        Some(2) => within(&component["label"], 80) && within(&component["custom_id"], 100),
        Some(3) => {
            let options = list(&component["options"]);
            within(&component["custom_id"], 100)
                && maybe(&component["placeholder"], 150)
                && (1..=25).contains(&options.len())
                && options.iter().all(option)
        }
        _ => false,
    };
    let row = |row: &Value| {
        let shown = list(&row["components"]);
        let most = if shown.iter().any(|component| component["type"] == 3) { 1 } else { 5 };
        row["type"] == 1 && (1..=most).contains(&shown.len()) && shown.iter().all(component)
    };
    let (embeds, rows) = (list(&message["embeds"]), list(&message["components"]));
    let attachments = list(&message["attachments"]);
    let written = embeds.iter().map(|embed| length(&embed["title"]) + length(&embed["description"]));
    let fits = length(&message["content"]) <= 2000
        && embeds.len() <= 10
        && written.sum::<usize>() <= 6000
        && embeds.iter().all(embed)
        && rows.len() <= 5
        && rows.iter().all(row)
        && attachments.len() <= files
        && attachments.iter().all(|attachment| length(&attachment["description"]) <= 1024)
        && message["allowed_mentions"]["parse"] == json!([])
        && (is_said(&message["content"]) || files > 0 || !embeds.is_empty() || !rows.is_empty());
    (!fits).then(|| message.to_string())
}

/// Every id that a press of this part can bring back.
fn ids(part: &Part) -> Vec<String> {
    let body = part.body(None);
    let rows = body["components"].as_array().cloned().unwrap_or_default();
    let shown =
        rows.iter().filter_map(|row| row["components"].as_array()).flatten().cloned().collect::<Vec<_>>();
    let mut ids = Vec::new();
    for component in shown {
        match component["options"].as_array() {
            Some(options) => ids.extend(options.iter().map(|option| option["value"].clone())),
            None => ids.push(component["custom_id"].clone()),
        }
    }
    ids.into_iter().filter_map(|id| id.as_str().map(str::to_owned)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_content_is_within_the_limits(content in some_content(), answer in any::<bool>()) {
        for part in render(content.clone(), &KEY, answer.then_some("Answer")).parts {
            let file = part.upload.as_ref().map(|_| "a.png");
            let body = part.body(file);
            let judged = studio_simulators::discord::judge(&body, usize::from(file.is_some()));
            prop_assert!(judged.is_ok(), "{:?}: {}", judged, body);
            prop_assert_eq!(excess(&body, usize::from(file.is_some())), None);
            let without = part.without_upload().body(None);
            let judged = studio_simulators::discord::judge(&without, 0);
            prop_assert!(judged.is_ok(), "{:?}: {}", judged, without);
            prop_assert_eq!(excess(&without, 0), None);
        }
    }

    #[test]
    fn every_value_comes_back_as_it_was_meant(content in some_content()) {
        let parts = render(content.clone(), &KEY, None).parts;
        let pressed = parts.iter().flat_map(ids).map(|id| match value::read(&id) {
            Some(Carried::Value(value)) => value,
            Some(Carried::Form(_)) => panic!("no form was offered"),
            Some(Carried::Token(token)) => {
                let offered = content.values();
                let found = offered.iter().find(|(value, _)| value::carry(&KEY, 0, value).ends_with(&format!("#{token}")));
                found.map(|(value, _)| (*value).to_owned()).expect("a token stands for a value that was offered")
            }
            None => panic!("{id} is not read"),
        });
        let pressed = pressed.collect::<Vec<_>>();
        let text = parts.iter().map(|part| part.content.clone() + "\n").collect::<String>();
        for (index, (value, _)) in content.values().into_iter().enumerate() {
            let numbered = text.contains(&format!("{}.", index + 1));
            prop_assert!(pressed.iter().any(|pressed| pressed == value) || numbered, "{:?} cannot be chosen", value);
        }
    }
}

/// A submission in which every field has its own name as text, or, where there are options, one of them.
fn filled_in(form: &Value) -> (Value, Vec<Filled>) {
    let mut told = Vec::new();
    let mut fields = Vec::new();
    for label in form["components"].as_array().expect("a list") {
        let input = &label["component"];
        let id = input["custom_id"].as_str().expect("an id");
        let chosen = input["options"].as_array().and_then(|options| options.last()?["value"].as_str());
        fields.push(Filled::new(id, chosen.unwrap_or(id)));
        let answer = match chosen {
            Some(chosen) => json!({"type": 3, "id": 2, "custom_id": id, "values": [chosen]}),
            None => json!({"type": 4, "id": 2, "custom_id": id, "value": id}),
        };
        told.push(json!({"type": 18, "id": 1, "component": answer}));
    }
    (json!({"custom_id": form["custom_id"], "components": told}), fields)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_form_is_within_the_limits_and_comes_back_as_it_was_filled_in(form in some_form()) {
        let button = Button { title: form.title.clone(), action: Action::Form(Box::new(form.clone())) };
        let content = Content::Buttons { text: "All at once?".into(), buttons: vec![button] };
        let offered = render(content.clone(), &KEY, None);
        let ids = offered.parts.iter().flat_map(ids).collect::<Vec<_>>();
        let Some(form) = content.form(&form.id).cloned().and_then(|form| form.on("discord")) else {
            prop_assert!(ids.is_empty(), "nothing opens a form that cannot come back");
            prop_assert_eq!(offered.losses.len(), 1);
            return Ok(());
        };
        prop_assert_eq!(ids.iter().map(|id| value::read(id)).collect::<Vec<_>>(), [Some(Carried::Form(form.id.clone()))]);
        let shown = modal::render(&form);
        let judged = studio_simulators::discord::judge_form(&shown);
        prop_assert!(judged.is_ok(), "{:?}: {}", judged, shown);
        let (submission, fields) = filled_in(&shown);
        prop_assert_eq!(fields.iter().map(|field| &field.name).collect::<Vec<_>>(),
            form.fields.iter().map(|field| &field.name).collect::<Vec<_>>());
        prop_assert_eq!(modal::read(&submission), Ok(Some(Submitted::Form { form: form.id, fields })));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_word_vanishes_untold(content in some_worded()) {
        let Rendered { parts, losses } = render(content.clone(), &KEY, None);
        let file = |part: &Part| part.body(part.upload.as_ref().map(|_| "file.bin"));
        let mut sent = parts.iter().map(file).collect::<Vec<_>>();
        // Files go by their own names.
        sent.extend(parts.iter().filter_map(|part| Some(json!(part.upload.as_ref()?.name))));
        prop_assert_eq!(vanished(&content, &sent, &losses), Vec::<String>::new(), "{:?} {:?}", parts, losses);
    }
}

#[test]
fn what_the_menus_of_a_list_have_no_place_for_is_told() {
    let row =
        |title: &str| Row { title: title.into(), description: Some("d".repeat(95)), value: title.into() };
    let section = |title: Option<&str>, rows: Vec<Row>| Section { title: title.map(str::to_owned), rows };
    let told = |sections: Vec<Section>| {
        render(Content::List { text: "Which?".into(), button: "Choose".into(), sections }, &KEY, None).losses
    };
    let named = section(Some("Tents"), vec![row("Two")]);
    assert_eq!(told(vec![named.clone()]), [Loss::ListButtonLost { button: "Choose".into() }]);
    assert_eq!(told(vec![named.clone(), section(None, vec![row("Bag")])]), []);
    let bare = section(Some("Sold out"), Vec::new());
    let left_out = Loss::SectionLeftOut { title: "Sold out".into() };
    assert_eq!(told(vec![bare, section(None, vec![row("Bag")])]), [left_out]);
    // More sections than menus: each row bears its section, and the end of its description has no room.
    let many = ["A", "B", "C", "D", "E"].map(|title| section(None, vec![row(title)]));
    let description = format!("Tents – {}", "d".repeat(95));
    let sections = many.into_iter().chain([named]).collect();
    assert_eq!(told(sections), [Loss::DescriptionCut { description, limit: 100 }]);
}

#[test]
fn a_message_looks_as_discord_shows_it() {
    let check = |content: Content, expected: &[Value]| {
        let parts = render(content, &KEY, None).parts;
        let shown = parts.iter().map(|part| {
            let mut body = part.body(part.upload.as_ref().map(|_| "picture.png"));
            assert_eq!(body["allowed_mentions"], json!({"parse": [], "users": [], "roles": []}));
            body.as_object_mut()
                .expect("an object")
                .retain(|_, value| *value != json!([]) && *value != json!(""));
            body.as_object_mut().expect("an object").remove("allowed_mentions");
            body
        });
        assert_eq!(shown.collect::<Vec<_>>(), expected);
    };
    let value =
        |title: &str, value: &str| Button { title: title.into(), action: Action::Value(value.into()) };
    check(Content::text("**Hello** ||x||"), &[json!({"content": "**Hello** \\|\\|x\\|\\|"})]);
    check(
        Content::Buttons {
            text: "Sure?".into(),
            buttons: vec![
                value("Yes", "yes"),
                Button { title: "Shop".into(), action: Action::Link("https://a.example".into()) },
            ],
        },
        &[json!({"content": "Sure?", "components": [{"type": 1, "components": [
            {"type": 2, "style": 1, "custom_id": "0=yes", "label": "Yes", "disabled": false},
            {"type": 2, "style": 5, "url": "https://a.example", "label": "Shop", "disabled": false}]}]})],
    );
    let row = |title: &str| Row {
        title: title.into(),
        description: Some("nice".into()),
        value: title.to_lowercase(),
    };
    let sections = vec![
        Section { title: Some("Tents".into()), rows: vec![row("Two"), row("Four")] },
        Section { title: None, rows: vec![row("Bag")] },
    ];
    let option = |label: &str, value: &str| json!({"label": label, "value": value, "description": "nice"});
    let menu = |id: &str, placeholder: &str, options: Vec<Value>| json!({"type": 1, "components": [{"type": 3, "custom_id": id, "placeholder": placeholder, "options": options}]});
    check(
        Content::List { text: "Choose".into(), button: "Show".into(), sections },
        &[json!({"content": "Choose", "components": [
            menu("list0", "Tents", vec![option("Two", "0=two"), option("Four", "1=four")]),
            menu("list1", "Show", vec![option("Bag", "2=bag")])]})],
    );
    let card = |source: Source| {
        Content::Card(Card {
            title: "Tent".into(),
            text: Some("For two".into()),
            image: Some(Picture { source, alt: "A tent".into() }),
            buttons: vec![value("Buy", "buy")],
        })
    };
    let picture = |url: &str| json!({"url": url, "proxy_url": null, "height": null, "width": null});
    let buy = json!([{"type": 1, "components": [{"type": 2, "style": 1, "custom_id": "0=buy", "label": "Buy", "disabled": false}]}]);
    check(
        card(Source::Url("https://a.example/t.png".into())),
        &[
            json!({"embeds": [{"type": "rich", "title": "Tent", "description": "For two", "image": picture("https://a.example/t.png")}], "components": buy}),
        ],
    );
    check(
        card(Source::Media(MediaId(Ulid(7)))),
        &[
            json!({"embeds": [{"type": "rich", "title": "Tent", "description": "For two", "image": picture("attachment://picture.png")}],
            "components": buy, "attachments": [{"id": "0", "filename": "picture.png", "description": "A tent"}]}),
        ],
    );
    check(
        Content::Location { latitude_microdegrees: 1, longitude_microdegrees: 2, label: Some("Shop".into()) },
        &[json!({"content": "Shop: https://www.openstreetmap.org/?mlat=0.000001&mlon=0.000002"})],
    );
    check(
        Content::File {
            source: Source::Url("https://a.example/b.pdf".into()),
            name: "b.pdf".into(),
            media_type: "application/pdf".into(),
            size: 0,
        },
        &[json!({"content": "b.pdf: https://a.example/b.pdf"})],
    );
}

#[test]
fn a_picture_of_a_type_that_discord_does_not_show_is_a_link() {
    let check = |address: &str, is_shown: bool| {
        let source = || Source::Url(address.to_owned());
        let card = Card {
            title: "Tent".into(),
            text: Some("For two".into()),
            image: Some(Picture { source: source(), alt: "A tent".into() }),
            buttons: Vec::new(),
        };
        let link = format!("A tent: {address}");
        let lost = Loss::ImageAsLink { alt: "A tent".into() };
        for content in [Content::Card(card.clone()), Content::Carousel { cards: vec![card] }] {
            let Rendered { parts, losses } = render(content, &KEY, None);
            let [Part { embed: Some(embed), .. }] = parts.as_slice() else { panic!("{parts:?}") };
            assert_eq!(embed.title, "Tent");
            assert_eq!(
                (embed.image.as_deref() == Some(address), losses.contains(&lost)),
                (is_shown, !is_shown)
            );
            assert_eq!(embed.text, if is_shown { "For two".to_owned() } else { format!("For two\n{link}") });
        }
        let image = Content::Image { source: source(), alt: "A tent".into(), caption: Some("Look".into()) };
        let Rendered { parts, losses } = render(image, &KEY, None);
        let [Part { content, embed, .. }] = parts.as_slice() else { panic!("{parts:?}") };
        assert_eq!((embed.is_some(), losses), (is_shown, if is_shown { vec![] } else { vec![lost] }));
        assert_eq!(*content, if is_shown { "Look".to_owned() } else { format!("Look\n{link}") });
    };
    for shown in ["a.png", "a.JPG", "a.jpeg?size=9.svg", "a.gif", "a.webp", "a.avif", "a", "a.php?b=c", "svg"]
    {
        check(&format!("https://shop.example/{shown}"), true);
    }
    for other in ["a.svg", "a.SVG?v=2", "a.svg#b", "a.tiff", "a.png.heic"] {
        check(&format!("https://shop.example/{other}"), false);
    }
}

#[test]
fn a_kept_file_is_shown_as_a_picture_by_its_type_or_else_by_its_name() {
    let check = |name: &str, media_type: &str, expected: bool| {
        assert_eq!(is_picture(name, media_type), expected, "{name} {media_type}");
    };
    check("tent.png", "image/png", true);
    check("tent", "Image/JPEG; q=1", true);
    check("tent.png", "image/svg+xml", false);
    check("tent", "image/svg+xml; charset=utf-8", false);
    check("tent.webp", "application/octet-stream", true);
    check("tent", "", true);
    check("tent.HEIC", "application/octet-stream", false);
    check("tent.png", "application/pdf", false);
}

#[test]
fn a_description_that_no_embed_has_is_given_up_and_told() {
    let card = |source: &Source, alt: &str| Card {
        title: "Tent".into(),
        text: None,
        image: Some(Picture { source: source.clone(), alt: alt.into() }),
        buttons: Vec::new(),
    };
    let told = |content: Content| render(content, &KEY, None).losses;
    let (fetched, kept) = (Source::Url("https://a.example/t.png".into()), Source::Media(MediaId(Ulid(7))));
    let lost = Loss::DescriptionLost { alt: "A tent".into() };
    assert_eq!(told(Content::Card(card(&fetched, "A tent"))), std::slice::from_ref(&lost));
    let cards = vec![card(&kept, "A lamp"), card(&fetched, "A tent")];
    assert_eq!(told(Content::Carousel { cards }), [Loss::CarouselAsCards { cards: 2 }, lost]);
    for shown in [card(&kept, "A tent"), card(&fetched, " ")] {
        assert_eq!(told(Content::Card(shown)), []);
    }
    let picture = Content::Image { source: fetched, alt: "A tent".into(), caption: None };
    assert_eq!(told(picture), [], "the words of its embed");
}
