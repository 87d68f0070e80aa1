//! Bots of few intents and few phrases.

use super::*;

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
