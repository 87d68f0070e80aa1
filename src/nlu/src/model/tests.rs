//! Training and understanding, with bots of every size.

use proptest::prelude::*;
use studio_core::{
    models::{Name, NameKind},
    understanding::EntityLesson,
};

use super::*;

mod bad_input;
mod denied;
mod haste;

/// Wednesday.
pub(crate) fn now() -> jiff::Zoned {
    jiff::civil::date(2026, 7, 15).at(10, 0, 0, 0).in_tz("UTC").expect("a constant date is valid")
}

pub(crate) fn shop() -> Lessons {
    let intents: [(&str, &[&str]); 6] = [
        ("greet", &["hello", "hi there", "good morning", "hallo", "guten Tag", "hey"]),
        ("bye", &["goodbye", "see you later", "bye bye", "tschüss", "auf Wiedersehen", "bis bald"]),
        (
            "track_order",
            &[
                "where is my order",
                "track my package",
                "has my parcel been shipped",
                "when will my order arrive",
                "wo ist meine Bestellung",
                "wann kommt mein Paket",
                "Sendung verfolgen",
                "order status please",
            ],
        ),
        (
            "return_item",
            &[
                "I want to return this",
                "how do I send it back",
                "can I get a refund",
                "return my order",
                "ich möchte das zurückgeben",
                "wie kann ich etwas zurücksenden",
                "Geld zurück",
                "Rücksendung",
            ],
        ),
        (
            "opening_hours",
            &[
                "when are you open",
                "what are your opening hours",
                "are you open on sunday",
                "when do you close",
                "wann habt ihr geöffnet",
                "Öffnungszeiten",
                "habt ihr sonntags offen",
            ],
        ),
        (
            "human",
            &[
                "talk to a human",
                "I want to speak to a person",
                "agent please",
                "connect me with support",
                "ich möchte mit einem Menschen sprechen",
                "Mitarbeiter bitte",
                "echter Mensch",
            ],
        ),
    ];
    let product = EntityLesson::List {
        values: BTreeMap::from([("backpack".to_owned(), vec!["Rucksack".to_owned()])]),
        fuzzy: true,
    };
    Lessons {
        descriptions: BTreeMap::new(),
        phrases: owned(&intents),
        entities: BTreeMap::from([("product".to_owned(), product)]),
        languages: vec!["en".to_owned(), "de".to_owned()],
        annotated: Vec::new(),
        threshold: None,
        month_first: false,
        country: None,
    }
}

fn owned(intents: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
    let owned = |phrases: &&[&str]| phrases.iter().map(|phrase| (*phrase).to_owned()).collect();
    intents.iter().map(|(intent, phrases)| ((*intent).to_owned(), owned(phrases))).collect()
}

fn bot(intents: &[(&str, &[&str])]) -> Model {
    train(&Lessons { phrases: owned(intents), ..Lessons::default() }, None).unwrap()
}

fn intent(model: &Model, text: &str) -> Option<String> {
    model.understand(text, "en", &now()).intent().map(|intent| intent.intent.clone())
}

#[test]
fn a_shop_understands() {
    let model = train(&shop(), None).unwrap();
    let check = |text: &str, expected: Option<&str>| {
        let understanding = model.understand(text, "en", &now());
        let intent = understanding.intent().map(|intent| intent.intent.as_str());
        assert_eq!(intent, expected, "{text}: {:?}", understanding.intents);
    };
    check("Where is my order?!", Some("track_order"));
    check("wheres my package", Some("track_order"));
    check("wo bleibt meine bestelung", Some("track_order"));
    check("i would like to return my backpack", Some("return_item"));
    check("HELLOOOO", Some("greet"));
    check("Oeffnungszeiten?", Some("opening_hours"));
    check("can I speak to a real person please", Some("human"));
    for nonsense in ["", "   ", "???", "xkcd qwrtz", "你好吗", "👍", "\u{0}\u{ffff}", "цена"] {
        check(nonsense, None);
    }
    let exact = model.understand("ÖFFNUNGSZEITEN", "de", &now());
    assert_eq!((exact.intents[0].confidence, exact.intents[0].by), (1.0, Understander::Exact));
    assert!(exact.intents.len() <= 5);
}

#[test]
fn a_letter_means_nothing_unless_it_is_a_phrase() {
    let phrases = owned(&[
        ("robot", &["are you a robot", "is this a machine", "a bot"]),
        ("size", &["x", "how large"]),
    ]);
    // Whatever has a known word in it is acted on.
    let model = train(&Lessons { phrases, threshold: Some(0.0), ..Lessons::default() }, None).unwrap();
    let check = |text: &str, expected: Option<&str>| {
        assert_eq!(intent(&model, text).as_deref(), expected, "{text}");
    };
    check("a", None);
    check("A?", None);
    check("a b", None);
    check("a robot", Some("robot"));
    check("X", Some("size"));
}

#[test]
fn one_message_may_hold_everything() {
    let understanding = train(&shop(), None).unwrap().understand(
        "Ich möchte meinen Rucksak zurückgeben, bitte morgen um 17 Uhr",
        "de",
        &now(),
    );
    assert_eq!(understanding.intent().map(|intent| intent.intent.as_str()), Some("return_item"));
    assert_eq!(understanding.language.as_deref(), Some("de"));
    let found: Vec<(&str, String)> =
        understanding.entities.iter().map(|find| (find.entity.as_str(), find.value.to_string())).collect();
    let expected = [("product", "\"backpack\""), ("date", "\"2026-07-16\""), ("time", "\"17:00\"")];
    assert_eq!(found, expected.map(|(entity, value)| (entity, value.to_owned())));
}

#[test]
fn tiny_bots_work() {
    let none = bot(&[]);
    assert_eq!(none.understand("hello", "en", &now()).intents, []);
    let empty = bot(&[("greet", &[]), ("blank", &["", "?!"])]);
    assert_eq!(empty.understand("hello", "en", &now()).intents, []);

    let one = bot(&[("greet", &["hello", "good morning", "hi there"])]);
    assert_eq!(intent(&one, "Hello!").as_deref(), Some("greet"));
    assert_eq!(intent(&one, "good morning to you").as_deref(), Some("greet"));
    assert_eq!(intent(&one, "what does a pizza cost"), None);
    let table = bot(&[(
        "book_table",
        &["I want to book a table", "a table please", "can I reserve for tonight", "table for four"],
    )]);
    for text in [
        "12.12. at 8",
        "hello",
        "what is the weather like in paris on 12.12. at 8",
        "my order is broken",
        "who is the president",
    ] {
        assert_eq!(intent(&table, text), None, "{text}");
    }
    for text in [
        "a table for two tomorrow",
        "book table",
        "reserve a table for tonight",
        "a table for 2 on monday at 8",
        "a table for two on 12.12.",
    ] {
        assert_eq!(intent(&table, text).as_deref(), Some("book_table"), "{text}");
    }

    let two = bot(&[
        ("greet", &["hello", "good morning", "hi there"]),
        ("order_pizza", &["I want a pizza", "order a pizza please", "pizza"]),
    ]);
    assert_eq!(intent(&two, "one pizza please").as_deref(), Some("order_pizza"));
    assert_eq!(intent(&two, "good morning everyone").as_deref(), Some("greet"));
    assert_eq!(intent(&two, "zxcvb"), None);

    let single = bot(&[("a", &["alpha"]), ("b", &["beta"]), ("c", &["gamma"])]);
    assert_eq!(intent(&single, "BETA").as_deref(), Some("b"));
}

#[test]
fn a_phrase_of_two_intents_is_not_exact() {
    let model = bot(&[("yes", &["sure", "ok", "yes"]), ("thanks", &["ok", "thank you", "cheers"])]);
    let best = &model.understand("ok", "en", &now()).intents[0];
    assert_eq!(best.by, Understander::Linear);
    assert!(best.confidence < 1.0);
}

#[test]
fn the_authors_threshold_counts() {
    let with = |threshold| train(&Lessons { threshold: Some(threshold), ..shop() }, None);
    assert_eq!(intent(&with(1.0).unwrap(), "wheres my package"), None);
    assert_eq!(intent(&with(1.0).unwrap(), "where is my order").as_deref(), Some("track_order"));
    assert!(intent(&with(0.0).unwrap(), "can you tell me where").is_some());
    assert_eq!(intent(&with(0.0).unwrap(), "🦀"), None);
    assert!(matches!(with(1.5), Err(TrainError::Threshold(_))));
    assert!(matches!(with(f64::NAN), Err(TrainError::Threshold(_))));
}

#[test]
fn too_much_is_refused() {
    let phrases = (0..=MOST_INTENTS).map(|intent| (intent.to_string(), vec!["x".to_owned()])).collect();
    let error = train(&Lessons { phrases, ..Lessons::default() }, None).unwrap_err();
    assert_eq!(error.to_string(), "too much to learn: 2001 intents, at most 2000");
}

#[test]
fn training_is_deterministic() {
    assert!(
        train(&shop(), None).unwrap().to_bytes() == train(&shop(), None).unwrap().to_bytes(),
        "the models differ"
    );
}

#[test]
fn huge_texts_are_cut() {
    let model = train(&shop(), None).unwrap();
    for piece in ["where is my order ", "9", "é", "<script>", "\u{fdfa}", "a\u{301}", "5 euro halb "] {
        let understanding = model.understand(&piece.repeat(10_000_000 / piece.len()), "en", &now());
        assert!(understanding.entities.len() <= 200);
    }
}

#[test]
fn models_may_be_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&bot(&[]));
}

proptest! {
    #[test]
    fn any_text_is_understood(
        text in prop_oneof![
            any::<String>(),
            "[0-9a-zA-ZäöüßÄ€$ .:,/+@()'-]{0,60}",
            proptest::collection::vec(
                proptest::sample::select(vec![
                    "12", "2026", ".", ":", "/", "-", " ", "€", "$", "fünf", "halb", "at", "um", "pm", "uhr", "nächsten",
                    "friday", "in", "tagen", "vor", "ß", "İ", "\u{301}", "ﷺ", "½", "twenty", "and", "hundred", "+49", "@",
                    "x.de", "'", "of", "may", "rucksak", "99999999999999999999", "k", "dec", "a", "million", "\u{200d}", "ǆ",
                ]),
                0..12,
            ).prop_map(|pieces| pieces.concat()),
        ],
        language in prop_oneof![Just("en"), Just("de"), Just("en-GB"), Just(""), Just("xx")],
    ) {
        static MODEL: std::sync::LazyLock<Model> = std::sync::LazyLock::new(|| train(&shop(), None).unwrap());
        let understanding = MODEL.understand(&text, language, &now());
        let mut last = 0;
        for entity in &understanding.entities {
            prop_assert_eq!(text.get(entity.start..entity.end), Some(entity.text.as_str()));
            prop_assert!(entity.start >= last && entity.start < entity.end);
            last = entity.start;
        }
        for intent in &understanding.intents {
            prop_assert!((0.0..=1.0).contains(&intent.confidence));
        }
        prop_assert!(understanding.intents.is_sorted_by(|one, other| one.confidence >= other.confidence));
    }
}

/// Says of every text the same, or nothing, or fails.
#[derive(Debug)]
struct Says(Result<Option<f64>, EmbedError>);

impl SentimentModel for Says {
    fn identity(&self) -> &'static str {
        "says"
    }

    fn judge_now(&self, _: &str, _: Option<&str>) -> Result<Option<f64>, EmbedError> {
        self.0.clone()
    }
}

#[test]
fn a_sentiment_model_takes_the_place_of_the_lists_while_it_answers() {
    let felt = |says: Option<Says>| {
        let says = says.map(|says| Arc::new(says) as Arc<dyn SentimentModel>);
        let model = train(&shop(), None).unwrap().with_sentiments(says);
        model.understand("this is great", "en", &now()).sentiment.map(|felt| (felt.score, felt.by))
    };
    let lists = felt(None);
    assert!(lists.is_some_and(|(score, by)| score > 0.0 && by == SentimentBy::Lexicon), "{lists:?}");
    assert_eq!(felt(Some(Says(Ok(Some(-0.9))))), Some((-0.9, SentimentBy::Model)));
    assert_eq!(felt(Some(Says(Ok(Some(0.0))))), None, "a model may say that it is neutral");
    assert_eq!(felt(Some(Says(Ok(None)))), lists);
    assert_eq!(felt(Some(Says(Err(EmbedError::Busy)))), lists);
}

/// Names what it was told to, or fails.
#[derive(Debug)]
struct Names(Result<Option<Vec<Name>>, EmbedError>);

impl Tagger for Names {
    fn identity(&self) -> &'static str {
        "names"
    }

    fn names_now(&self, _: &str, _: Option<&str>) -> Result<Option<Vec<Name>>, EmbedError> {
        self.0.clone()
    }
}

#[test]
fn a_model_adds_names_where_nothing_else_was_found() {
    let text = "Ada Lovelace of Acme moves to Rome on 24 december";
    let name = |words: &str, kind: NameKind, score: f64| {
        let start = text.find(words).unwrap();
        Name { kind, start, end: start + words.len(), score }
    };
    let found = |lessons: &Lessons, names: Result<Option<Vec<Name>>, EmbedError>| -> Vec<(String, String)> {
        let model = train(lessons, None).unwrap().with_tagger(Some(Arc::new(Names(names))));
        let understanding = model.understand(text, "en", &now());
        assert!(understanding.entities.is_sorted_by_key(|found| found.start));
        let named = understanding.entities.into_iter().filter(|found| found.entity != "number");
        named.map(|found| (found.entity, found.text)).collect()
    };
    let pair = |entity: &str, words: &str| (entity.to_owned(), words.to_owned());
    let names = vec![
        name("Ada Lovelace", NameKind::Person, 0.9),
        name("Acme", NameKind::Organisation, 0.8),
        name("moves", NameKind::Organisation, 0.3),
        name("to", NameKind::Other, 0.9),
        name("Rome", NameKind::Place, 0.9),
        name("24 december", NameKind::Place, 0.9),
        Name { kind: NameKind::Place, start: 1000, end: 2000, score: 1.0 },
    ];
    let day = pair("date", "24 december");
    let all =
        [pair("person", "Ada Lovelace"), pair("organisation", "Acme"), pair("place", "Rome"), day.clone()];
    assert_eq!(found(&shop(), Ok(Some(names.clone()))), all);
    let mut own = shop();
    let values = [("rome".to_owned(), vec![])].into();
    own.entities.insert("city".to_owned(), EntityLesson::List { values, fuzzy: false });
    own.entities.insert("person".to_owned(), EntityLesson::Pattern("[0-9]{9}".to_owned()));
    let expected = [pair("organisation", "Acme"), pair("city", "Rome"), day.clone()];
    assert_eq!(found(&own, Ok(Some(names))), expected, "the bot's own know better");
    assert_eq!(found(&shop(), Ok(None)), std::slice::from_ref(&day));
    assert_eq!(found(&shop(), Err(EmbedError::Late)), [day]);
}

/// Neither of two intents can be left out to stand for what such a bot is not about: the list of strange texts does.
#[test]
fn a_bot_of_two_intents_leaves_alone_what_is_neither() {
    let book: &[&str] = &[
        "I want to book a table",
        "a table please",
        "can I reserve for tonight",
        "is there a free table",
        "table for four",
        "I would like to make a reservation",
        "reserve a table for two",
        "do you have a table on friday",
        "booking for six people",
        "can we get a table tomorrow",
        "please reserve something for us",
        "book us in for lunch",
    ];
    let hours: &[&str] = &[
        "when are you open",
        "what are your opening hours",
        "are you open on sunday",
        "until when can we come",
        "when do you close",
        "at what time do you open",
        "are you closed on monday",
        "tell me the hours please",
        "how late is the kitchen open",
        "is the cafe open today",
        "opening times",
        "hours",
    ];
    let phrases = [("book_table", book), ("hours", hours)].map(|(intent, phrases)| {
        (intent.to_owned(), phrases.iter().map(|phrase| (*phrase).to_owned()).collect())
    });
    let lessons = Lessons { phrases: phrases.into(), languages: vec!["en".to_owned()], ..Lessons::default() };
    let model = train(&lessons, None).unwrap();
    let acted_on = |text: &&&str| model.understand(text, "en", &now()).is_clear();
    let neither = [
        "purple monkey dishwasher",
        "back again zulu",
        "the weather is nice",
        "where is the toilet",
        "xyzzy plugh",
        "my dog ate my homework",
        "do you sell bicycles",
        "I lost my umbrella yesterday",
    ];
    let taken: Vec<_> = neither.iter().filter(acted_on).collect();
    // "Where is…" and "do you…" begin what is asked of this bot as well.
    assert!(taken.len() <= 2, "{taken:?}");
    let own = [
        "could I book a table for tonight",
        "are you open tomorrow",
        "reserve a table please",
        "when do you open on saturday",
        "a table for three",
    ];
    let left: Vec<_> = own.iter().filter(|text| !acted_on(text)).collect();
    assert_eq!(left, Vec::<&&str>::new());
}

/// By words alone, and with so few phrases that "what is" and "do you" look like signs of an intent.
#[test]
fn a_bot_of_few_phrases_leaves_alone_what_it_is_not_about() {
    let phrases = owned(&[
        (
            "book_table",
            &[
                "I would like to book a table",
                "do you have a table for four tonight",
                "reserve a table for two please",
                "can we get a table by the window",
                "make a reservation for Saturday",
                "is there a free table at seven",
            ],
        ),
        (
            "cancel_booking",
            &[
                "cancel my reservation",
                "I have to cancel our table",
                "we can not come tonight",
                "please delete my booking",
                "I want to call off the reservation",
                "we will not make it tomorrow",
            ],
        ),
        (
            "opening_hours",
            &[
                "when are you open",
                "what are your opening hours",
                "are you open on Sunday",
                "when do you close",
                "how late are you open",
                "are you open today",
            ],
        ),
        (
            "menu",
            &[
                "what is on the menu",
                "show me the menu",
                "what can I eat here",
                "do you have vegan dishes",
                "what do you have for lunch",
                "do you serve breakfast",
            ],
        ),
        (
            "human",
            &[
                "I want to talk to a person",
                "can I speak to someone",
                "connect me to the owner",
                "give me a human",
                "I would like to speak with your staff",
                "is there somebody I can call",
            ],
        ),
    ]);
    let lessons = Lessons { phrases, languages: vec!["en".to_owned()], ..Lessons::default() };
    let model = train(&lessons, None).unwrap();
    for (text, expected) in [
        ("table for six tomorrow evening please", "book_table"),
        ("need to cancel, sorry", "cancel_booking"),
        ("opening times", "opening_hours"),
        ("what's for lunch today", "menu"),
        ("let me speak to the manager", "human"),
    ] {
        assert_eq!(intent(&model, text).as_deref(), Some(expected), "{text}");
    }
    for text in ["what is the capital of France", "tell me a joke", "what is your address", "do you deliver"]
    {
        assert_eq!(intent(&model, text), None, "{text}");
    }
    let others = [
        "can I bring my dog?",
        "do you have wifi",
        "where can I park my car",
        "I left my umbrella at your place",
        "do you sell gift cards",
        "can I pay by card",
        "my soup was cold",
        "are you hiring",
        "is there a playground for children",
        "I want my money back",
        "can you call me a taxi",
        "when does the train leave",
        "what is the weather today",
        "I have a nut allergy",
        "do you have a toilet for the disabled",
    ];
    let taken: Vec<_> = others.iter().filter(|text| intent(&model, text).is_some()).collect();
    // What begins as a phrase does and has one word more.
    assert!(taken.len() <= 5, "{taken:?}");
}
