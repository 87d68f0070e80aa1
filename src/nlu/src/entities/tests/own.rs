//! What a bot's own entities find, in whatever script: the places are those of the words in the original text.

use std::sync::LazyLock;

use proptest::prelude::*;
use studio_core::digits::Plain;

use super::{
    properties::{expressions, noise},
    *,
};
use crate::entities::learned::tests::annotated;

/// The values of the list, by a word of each of many scripts.
const VALUES: [(&str, &[&str]); 3] = [
    ("backpack", &["Rucksack", "рюкзак", "حقيبة", "תיק", "배낭"]),
    ("tent", &["Zelt", "палатка", "خيمة", "σκηνή", "étui"]),
    ("lamp", &["Straßenlampe", "лампа", "مصباح", "λάμπα"]),
];
const PARTS: [&str; 2] = ["number", "product"];
const LEARNED: [&str; 6] = [
    "deliver it to [Baker House](site)",
    "please deliver the parcel to [Green Yard](site) today",
    "ship it to [Łódź](site) please",
    "ship it to [Москва](site) please",
    "ship it to [القاهرة](site) please",
    "where is my parcel",
];

/// Made once: its pattern takes longer to compile than a text to search.
static BOT: LazyLock<Finder> = LazyLock::new(bot);

/// With an entity of each kind that an author can write.
fn bot() -> Finder {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
    let values = VALUES.iter().map(|(value, names)| ((*value).to_owned(), owned(names))).collect();
    let lessons: BTreeMap<String, EntityLesson> = [
        ("product", EntityLesson::List { values, fuzzy: true }),
        ("order", EntityLesson::Pattern(r"\b([A-Z]{2}-[0-9]{3,6})\b".to_owned())),
        ("site", EntityLesson::Learned),
        ("line", EntityLesson::Composite(owned(&PARTS))),
    ]
    .map(|(name, lesson)| (name.to_owned(), lesson))
    .into();
    let annotated: Vec<_> = LEARNED.iter().map(|phrase| annotated(phrase)).collect();
    Finder::new(&lessons, &["en".to_owned(), "de".to_owned()], false).unwrap().trained(&annotated)
}

/// Words that name something of the bot's own, as they are typed: by their name, with a slip, in digits of other scripts, as one of
/// several parts, or as they were annotated.
fn named() -> impl Strategy<Value = String> {
    let of_value = |(value, names): (&'static str, &'static [&'static str])| {
        std::iter::once(value).chain(names.iter().copied())
    };
    let names: Vec<&'static str> = VALUES.into_iter().flat_map(of_value).collect();
    let typed = prop::sample::select(vec![
        "bakpack",
        "RUCKSAK",
        "e\u{301}tui",
        "Strassenlampe",
        "AB-4711",
        "ＡＢ－４７１１",
        "AB-٤٧١١",
        "2 tents",
        "٢ خيمة",
        "two blue lamps",
        "3 палатка",
        "ship it to Łódź please",
        "ship it to Москва please",
        "ship it to القاهرة please",
        "deliver it to the e\u{301}tui ﷺ",
    ]);
    prop_oneof![prop::sample::select(names), typed].prop_map(str::to_owned)
}

/// Words that are found wherever they stand, the entity, and its value.
fn anywhere() -> impl Strategy<Value = (&'static str, &'static str, Value)> {
    prop::sample::select(vec![
        ("Rucksack", "product", json!("backpack")),
        ("rucksak", "product", json!("backpack")),
        ("рюкзак", "product", json!("backpack")),
        ("حقيبة", "product", json!("backpack")),
        ("палатка", "product", json!("tent")),
        ("λάμπα", "product", json!("lamp")),
        ("AB-4711", "order", json!("AB-4711")),
        ("AB-٤٧١١", "order", json!("AB-4711")),
        ("ＡＢ－４７１１", "order", json!("AB-4711")),
        ("2 tents", "line", json!({ "number": 2, "product": "tent" })),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn places_are_those_of_the_words(
        before in prop_oneof![noise(), expressions()],
        words in named(),
        between in noise(),
        others in named(),
        language in prop::sample::select(vec!["en", "de", "ar", ""]),
    ) {
        let whole = format!("{before} {words} {between} {others}");
        let now = now();
        let finds = BOT.find(&Reading::new(&whole), &Moment { language, now: &now }, |_| false);
        let stands = |at: usize, place: fn(&EntityMatch) -> usize| {
            finds.iter().any(|part| PARTS.contains(&part.entity.as_str()) && place(part) == at)
        };
        for found in &finds {
            prop_assert!(found.start < found.end, "{found:?} in {whole:?}");
            prop_assert_eq!(whole.get(found.start..found.end), Some(found.text.as_str()), "in {:?}", whole);
            prop_assert!(found.confidence > 0.0 && found.confidence <= 1.0, "{found:?} in {whole:?}");
            let is_right = match found.entity.as_str() {
                "product" => VALUES.iter().any(|(value, _)| found.value == json!(value)),
                "order" => found.value == json!(Plain::new(&found.text).text),
                "site" => found.value == json!(found.text),
                "line" => stands(found.start, |part| part.start) && stands(found.end, |part| part.end),
                _ => true,
            };
            prop_assert!(is_right, "{found:?} in {whole:?}");
        }
        for entity in ["product", "order", "line"] {
            let of_entity: Vec<&EntityMatch> = finds.iter().filter(|found| found.entity == entity).collect();
            let apart = of_entity.windows(2).all(|two| two[0].end <= two[1].start);
            prop_assert!(apart, "{of_entity:?} in {whole:?}");
        }
    }

    #[test]
    fn what_is_put_somewhere_is_found_there(
        before in noise(),
        (words, entity, value) in anywhere(),
        behind in noise(),
        language in prop::sample::select(vec!["en", "de", "ar", ""]),
    ) {
        let now = now();
        // A semicolon parts what it stands between.
        let whole = format!("{before} ; {words} ; {behind}");
        let start = before.len() + " ; ".len();
        let finds = BOT.find(&Reading::new(&whole), &Moment { language, now: &now }, |_| false);
        let is_it = |found: &EntityMatch| {
            found.entity == entity && found.value == value && (found.start, found.end) == (start, start + words.len())
        };
        prop_assert!(finds.iter().any(is_it), "{entity} at {start} of {whole:?}: {finds:?}");
    }
}
