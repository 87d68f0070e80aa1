//! Every message within every channel.

use proptest::prelude::*;
use ulid::Ulid;

use super::*;

/// A channel that can do nothing but words.
const WORDS: Capabilities = Capabilities {
    text: 160,
    interactive_text: 0,
    quick_replies: 0,
    buttons: 0,
    button_title: 0,
    button_value: 0,
    list_rows: 0,
    row_title: 0,
    row_description: 0,
    cards: false,
    card_title: 0,
    card_text: 0,
    carousel: 0,
    images: false,
    caption: 0,
    alt: 0,
    files: false,
    locations: false,
    link_buttons: false,
    form_fields: 0,
    templates: false,
};

fn value(title: &str, value: &str) -> Button {
    Button { title: title.into(), action: Action::Value(value.into()) }
}

fn link(title: &str, link: &str) -> Button {
    Button { title: title.into(), action: Action::Link(link.into()) }
}

fn rows(count: usize) -> Content {
    let row = |number: usize| Row {
        title: format!("Row {number}"),
        description: None,
        value: format!("row_{number}"),
    };
    Content::List {
        text: "Which?".into(),
        button: "Choose".into(),
        sections: vec![Section { title: None, rows: (1..=count).map(row).collect() }],
    }
}

#[test]
fn each_form_has_its_ladder() {
    fn check(content: Content, channel: &Capabilities, messages: &[Content], losses: &[Loss]) {
        let degraded = degrade(content, channel);
        assert_eq!((degraded.messages.as_slice(), degraded.losses.as_slice()), (messages, losses));
    }
    let whatsapp = Capabilities::of("whatsapp").expect("the channel stands in the table");
    let two = vec![value("Yes", "yes"), value("No", "no")];

    check(
        Content::Text { text: "Sure?".into(), quick_replies: two.clone() },
        whatsapp,
        &[Content::Buttons { text: "Sure?".into(), buttons: two.clone() }],
        &[Loss::QuickRepliesAsButtons { count: 2 }],
    );
    check(
        Content::Buttons { text: "Sure?".into(), buttons: two },
        &WORDS,
        &[Content::text("Sure?\n\n1. Yes\n2. No")],
        &[Loss::ChoicesAsText { count: 2 }],
    );
    check(
        Content::Buttons {
            text: "Look".into(),
            buttons: vec![link("Shop", "https://shop.example"), value("Later", "later")],
        },
        whatsapp,
        &[Content::Buttons {
            text: "Look\nShop: https://shop.example".into(),
            buttons: vec![value("Later", "later")],
        }],
        &[Loss::LinkAsText { title: "Shop".into() }],
    );
    check(
        Content::Card(Card {
            title: "Tent".into(),
            text: Some("For two".into()),
            image: Some(Picture {
                source: Source::Url("https://shop.example/tent.jpg".into()),
                alt: "A tent".into(),
            }),
            buttons: vec![value("Buy", "buy")],
        }),
        &WORDS,
        &[Content::text("A tent: https://shop.example/tent.jpg"), Content::text("Tent\nFor two\n\n1. Buy")],
        &[
            Loss::CardAsText { title: "Tent".into() },
            Loss::ImageAsLink { alt: "A tent".into() },
            Loss::ChoicesAsText { count: 1 },
        ],
    );
    check(
        Content::Location {
            latitude_microdegrees: 52_516_300,
            longitude_microdegrees: -13_377_700,
            label: Some("Shop".into()),
        },
        &WORDS,
        &[Content::text("Shop: https://www.openstreetmap.org/?mlat=52.516300&mlon=-13.377700")],
        &[Loss::LocationAsLink],
    );
}

#[test]
fn a_size_that_nobody_knows_is_not_told() {
    let check = |size: u64, told: Option<u64>| {
        let file = Content::File {
            source: Source::Url("https://shop.example/form.pdf".to_owned()),
            name: "form.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            size,
        };
        let json = serde_json::to_value(&file).expect("content is JSON");
        assert_eq!(json.get("size").and_then(serde_json::Value::as_u64), told);
        assert_eq!(serde_json::from_value::<Content>(json).expect("content"), file);
    };
    check(0, None);
    check(7, Some(7));
}

#[test]
fn titles_that_could_no_longer_be_told_apart_are_written() {
    let whatsapp = Capabilities::of("whatsapp").expect("the channel stands in the table");
    let similar = vec![value("The very long option one", "one"), value("The very long option two", "two")];
    let degraded = degrade(Content::Buttons { text: "Which?".into(), buttons: similar }, whatsapp);
    assert_eq!(
        degraded.messages,
        [Content::text("Which?\n\n1. The very long option one\n2. The very long option two")]
    );
}

#[test]
fn long_values_and_long_lists_can_still_be_chosen() {
    let telegram = Capabilities::of("telegram").expect("the channel stands in the table");
    let long = Content::Buttons { text: "Sure?".into(), buttons: vec![value("Yes", &"y".repeat(200))] };
    assert_eq!(degrade(long, telegram).messages, [Content::text("Sure?\n\n1. Yes")]);

    let whatsapp = Capabilities::of("whatsapp").expect("the channel stands in the table");
    assert_eq!(degrade(rows(10), whatsapp).messages, [rows(10)]);
    for count in [11, 25, 100] {
        let messages = degrade(rows(count), whatsapp).messages;
        let words = messages.iter().map(Content::plain).collect::<String>();
        assert!(words.contains(&format!("{count}. Row {count}")), "{words}");
    }
}

#[test]
fn numbers_go_on_from_card_to_card() {
    let card = |name: &str| Card {
        title: name.into(),
        text: None,
        image: None,
        buttons: vec![value("Buy", name), value("More", name)],
    };
    let degraded = degrade(Content::Carousel { cards: vec![card("Tent"), card("Bag")] }, &WORDS);
    assert_eq!(
        degraded.messages,
        [Content::text("Tent\n\n1. Buy\n2. More"), Content::text("Bag\n\n3. Buy\n4. More")]
    );
}

#[test]
fn a_form_is_pressed_also_where_its_neighbours_are_written() {
    let field = |name: &str| Field { name: name.into(), label: "?".into(), kind: FieldKind::Line };
    let form = Form { id: "f".into(), title: "All".into(), fields: ["a", "b", "c"].map(field).into() };
    let button =
        |form: &Form| Button { title: "Fill in".into(), action: Action::Form(Box::new(form.clone())) };
    let long = value("Yes", &"y".repeat(300));
    let asked = Content::Text { text: "Sure?".into(), quick_replies: vec![long, button(&form)] };
    let cut = Form { fields: form.fields[..2].to_vec(), ..form };
    let discord =
        Capabilities { form_fields: 2, ..Capabilities::of("discord").expect("in the table").clone() };
    let degraded = degrade(asked.clone(), &discord);
    let text = "Sure?\n\n1. Yes".to_owned();
    assert_eq!(degraded.messages, [Content::Buttons { text, buttons: vec![button(&cut)] }]);
    let losses = [Loss::FormCut { title: "Fill in".into(), fields: 2 }, Loss::ChoicesAsText { count: 1 }];
    assert_eq!(degraded.losses, losses);
    let degraded = degrade(asked, Capabilities::of("telegram").expect("in the table"));
    assert_eq!(degraded.messages, [Content::text("Sure?\n\n1. Yes")]);
    assert_eq!(degraded.losses[0], Loss::FormLeftOut { title: "Fill in".into() });
}

fn some_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9äß.!? \n]{0,40}",
        "(word |Satz\\. |\n\n|\\PC){0,60}",
        Just("längere Wörter ohne Ende ".repeat(12))
    ]
}

fn some_source() -> impl Strategy<Value = Source> {
    prop_oneof![Just(Source::Url("https://shop.example/a.png".into())), Just(Source::Media(MediaId(Ulid(7))))]
}

fn some_button() -> impl Strategy<Value = Button> {
    let action = prop_oneof![
        4 => "[a-z_]{0,80}".prop_map(Action::Value),
        2 => Just(Action::Link("https://a.example".into())),
        1 => some_form().prop_map(|form| Action::Form(Box::new(form))),
    ];
    (some_text(), action).prop_map(|(title, action)| Button { title, action })
}

fn some_form() -> impl Strategy<Value = Form> {
    let option = |value: String| FieldOption { title: "Small".into(), value };
    let kind = prop_oneof![
        Just(FieldKind::Line),
        prop::collection::vec("[a-z]{0,9}", 0..3)
            .prop_map(move |values| FieldKind::Choice(values.into_iter().map(option).collect())),
    ];
    let field = ("[a-z]{0,3}", kind).prop_map(|(name, kind)| Field { name, label: "Which?".into(), kind });
    ("[a-z]{0,3}", prop::collection::vec(field, 0..4)).prop_map(|(id, fields)| Form {
        id,
        title: "All at once".into(),
        fields,
    })
}

fn some_buttons() -> impl Strategy<Value = Vec<Button>> {
    prop::collection::vec(some_button(), 0..6)
}

fn some_card() -> impl Strategy<Value = Card> {
    let image =
        prop::option::of((some_source(), some_text()).prop_map(|(source, alt)| Picture { source, alt }));
    (some_text(), prop::option::of(some_text()), image, some_buttons())
        .prop_map(|(title, text, image, buttons)| Card { title, text, image, buttons })
}

fn some_sections() -> impl Strategy<Value = Vec<Section>> {
    let row = (some_text(), prop::option::of(some_text()), "[a-z]{0,80}")
        .prop_map(|(title, description, value)| Row { title, description, value });
    let section = (prop::option::of(some_text()), prop::collection::vec(row, 0..5))
        .prop_map(|(title, rows)| Section { title, rows });
    prop::collection::vec(section, 0..4)
}

fn some_content() -> impl Strategy<Value = Content> {
    prop_oneof![
        (some_text(), some_buttons()).prop_map(|(text, quick_replies)| Content::Text { text, quick_replies }),
        (some_text(), some_buttons()).prop_map(|(text, buttons)| Content::Buttons { text, buttons }),
        (some_text(), some_text(), some_sections()).prop_map(|(text, button, sections)| Content::List {
            text,
            button,
            sections
        }),
        some_card().prop_map(Content::Card),
        prop::collection::vec(some_card(), 0..4).prop_map(|cards| Content::Carousel { cards }),
        (some_source(), some_text(), prop::option::of(some_text()))
            .prop_map(|(source, alt, caption)| Content::Image { source, alt, caption }),
        (some_source(), some_text()).prop_map(|(source, name)| Content::File {
            source,
            name,
            media_type: "text/plain".into(),
            size: 0
        }),
        (any::<i32>(), any::<i32>(), prop::option::of(some_text())).prop_map(
            |(latitude, longitude, label)| {
                Content::Location {
                    latitude_microdegrees: latitude,
                    longitude_microdegrees: longitude,
                    label,
                }
            }
        ),
    ]
}

fn some_capabilities() -> impl Strategy<Value = Capabilities> {
    let limit = || prop_oneof![Just(0_usize), 1..6_usize, 6..80_usize, Just(usize::MAX)];
    (prop::collection::vec(limit(), 15), prop::collection::vec(any::<bool>(), 5)).prop_map(|(limits, can)| {
        Capabilities {
            text: limits[0],
            interactive_text: limits[1],
            quick_replies: limits[2],
            buttons: limits[3],
            button_title: limits[4],
            button_value: limits[5],
            list_rows: limits[6],
            row_title: limits[7],
            row_description: limits[8],
            cards: can[0],
            card_title: limits[9],
            card_text: limits[10],
            carousel: limits[11],
            images: can[1],
            caption: limits[12],
            alt: limits[13],
            files: can[2],
            locations: can[3],
            link_buttons: can[4],
            form_fields: limits[14],
            templates: false,
        }
    })
}

/// Why a message goes beyond the limits, if it does.
fn excess(content: &Content, can: &Capabilities) -> Option<&'static str> {
    fn long(text: &str, limit: usize) -> bool {
        text.chars().count() > limit
    }
    let buttons_fit = |buttons: &[Button]| {
        buttons.iter().all(|button| {
            let carried = match &button.action {
                Action::Value(value) => value.len() <= can.button_value,
                Action::Link(_) => can.link_buttons,
                Action::Form(form) => form.is_sound() && form.fields.len() <= can.form_fields,
            };
            carried && !long(&button.title, can.button_title)
        })
    };
    let card_fits = |card: &Card| {
        can.cards
            && !long(&card.title, can.card_title)
            && card.text.as_ref().is_none_or(|text| !long(text, can.card_text))
            && card.image.as_ref().is_none_or(|image| can.images && !long(&image.alt, can.alt))
            && card.buttons.len() <= can.buttons
            && buttons_fit(&card.buttons)
    };
    let fits = match content {
        Content::Text { text, quick_replies } => {
            let beside = if quick_replies.is_empty() { usize::MAX } else { can.interactive_text };
            !long(text, can.text.min(beside))
                && quick_replies.len() <= can.quick_replies
                && buttons_fit(quick_replies)
        }
        Content::Buttons { text, buttons } => {
            !long(text, can.text.min(can.interactive_text))
                && buttons.len() <= can.buttons
                && buttons_fit(buttons)
        }
        Content::List { text, button, sections } => {
            let mut rows = sections.iter().flat_map(|section| &section.rows);
            !long(text, can.text.min(can.interactive_text))
                && !long(button, can.button_title)
                && rows.clone().count() <= can.list_rows
                && sections
                    .iter()
                    .filter_map(|section| section.title.as_ref())
                    .all(|title| !long(title, can.row_title))
                && rows.all(|row| {
                    !long(&row.title, can.row_title)
                        && row.value.len() <= can.button_value
                        && row.description.as_ref().is_none_or(|text| !long(text, can.row_description))
                })
        }
        Content::Card(card) => card_fits(card),
        Content::Carousel { cards } => cards.len() <= can.carousel && cards.iter().all(card_fits),
        Content::Image { alt, caption, .. } => {
            can.images
                && !long(alt, can.alt)
                && caption.as_ref().is_none_or(|caption| !long(caption, can.caption))
        }
        Content::File { .. } => can.files,
        Content::Location { .. } => can.locations,
    };
    (!fits).then_some("a limit is exceeded")
}

/// Every text of a content that a visitor would see.
fn texts(content: &Content) -> Vec<String> {
    fn of_card(card: &Card) -> Vec<String> {
        let mut found = vec![card.title.clone()];
        found.extend(card.image.as_ref().map(|image| image.alt.clone()));
        found.extend(card.buttons.iter().map(|button| button.title.clone()));
        // Last, so that a word that goes on in the next message is found whole.
        found.extend(card.text.clone());
        found
    }
    match content {
        Content::Text { text, quick_replies: buttons } | Content::Buttons { text, buttons } => {
            [text.clone()].into_iter().chain(buttons.iter().map(|button| button.title.clone())).collect()
        }
        Content::List { text, button, sections } => {
            let mut found = vec![text.clone(), button.clone()];
            for section in sections {
                found.extend(section.title.clone());
                for row in &section.rows {
                    found.push(row.title.clone());
                    found.extend(row.description.clone());
                }
            }
            found
        }
        Content::Card(card) => of_card(card),
        Content::Carousel { cards } => cards.iter().flat_map(of_card).collect(),
        Content::Image { alt, caption, .. } => [alt.clone()].into_iter().chain(caption.clone()).collect(),
        Content::File { name, .. } => vec![name.clone()],
        Content::Location { label, .. } => label.iter().cloned().collect(),
    }
}

fn letters(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn any_content_degrades_within_any_capabilities(content in some_content(), can in some_capabilities()) {
        let degraded = degrade(content.clone(), &can);
        for message in &degraded.messages {
            prop_assert_eq!(excess(message, &can), None, "{:?}", message);
        }
        let mut kept = degraded.messages.iter().flat_map(texts).collect::<String>();
        for loss in &degraded.losses {
            kept.push_str(&loss.to_string());
        }
        let kept = letters(&kept);
        for text in texts(&content) {
            for word in text.split_whitespace() {
                prop_assert!(kept.contains(&letters(word)), "{:?} vanished from {:?}", word, degraded);
            }
        }
    }

    #[test]
    fn any_content_is_read_as_it_was_written(content in some_content()) {
        let kept = serde_json::to_string(&content).expect("content is JSON");
        prop_assert_eq!(serde_json::from_str::<Content>(&kept).expect("content"), content);
    }

    #[test]
    fn every_offer_can_be_taken(content in some_content(), can in some_capabilities()) {
        prop_assume!(can.text > 0);
        let degraded = degrade(content.clone(), &can);
        let written = letters(&degraded.messages.iter().flat_map(texts).collect::<String>());
        let shown = degraded.messages.iter().flat_map(Content::values).map(|(value, _)| value).collect::<Vec<_>>();
        for (index, (value, title)) in content.values().into_iter().enumerate() {
            let numbered = letters(&format!("{}. {title}", index + 1));
            prop_assert!(shown.contains(&value) || written.contains(&numbered), "{} is lost: {:?}", value, degraded);
        }
    }

    #[test]
    fn what_fits_is_left_alone(content in some_content()) {
        // A button list without buttons is a text.
        prop_assume!(!matches!(&content, Content::Buttons { buttons, .. } if buttons.is_empty()));
        prop_assume!(!matches!(&content, Content::List { sections, .. } if sections.iter().all(|section| section.rows.is_empty())));
        let odd = |button: &&&Button| matches!(&button.action, Action::Form(form) if !form.is_sound());
        prop_assume!(content.buttons().iter().find(odd).is_none());
        let everything = Capabilities { form_fields: usize::MAX, ..EVERYTHING };
        let degraded = degrade(content.clone(), &everything);
        prop_assert_eq!(degraded, Degraded { messages: vec![content], losses: vec![] });
    }
}
