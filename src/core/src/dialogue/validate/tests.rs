//! Answers by table.

use jiff::civil::date;
use serde_json::json;

use super::*;
use crate::{
    bot::Choice,
    content::{Card, Picture, Source},
};

fn entity(kind: &str, text: &str, value: Value) -> EntityMatch {
    EntityMatch {
        entity: kind.to_owned(),
        role: None,
        value,
        text: text.to_owned(),
        start: 0,
        end: text.len(),
        confidence: 1.0,
        hidden: false,
    }
}

fn read(expects: &Expects, text: &str, entities: &[EntityMatch]) -> Fit {
    let content = Content::text(text);
    let languages = ["en", "de"].map(str::to_owned);
    let answer = answer(&content, text, entities, &languages, date(2026, 11, 23));
    validate(expects, &answer).expect("the pattern compiles")
}

fn answer<'a>(
    content: &'a Content,
    text: &'a str,
    entities: &'a [EntityMatch],
    languages: &'a [String],
    today: civil::Date,
) -> Answer<'a> {
    Answer { content, text, size: 0, entities, understood: false, languages, today, month_first: false }
}

/// As an answer that the understanding has read.
fn read_understood(expects: &Expects, text: &str, entities: &[EntityMatch]) -> Fit {
    let content = Content::text(text);
    let answer = Answer { understood: true, ..answer(&content, text, entities, &[], date(2026, 11, 23)) };
    validate(expects, &answer).expect("the pattern compiles")
}

fn whole(value: Value) -> Fit {
    Fit::Whole(value)
}

/// The key of what is said of a misfit; `fits` of what is none.
fn misfit(expects: &Expects, fit: Fit) -> &'static str {
    match fit {
        Fit::No(misfit) => super::key(misfit.kind, expects),
        Fit::Whole(_) | Fit::Part { .. } => "fits",
    }
}

#[test]
fn texts() {
    let expects = Expects::Text { min: Some(2), max: Some(5) };
    assert_eq!(read(&expects, " Ada ", &[]), whole(json!("Ada")));
    assert_eq!(misfit(&expects, read(&expects, "A", &[])), "invalid-text-short");
    assert_eq!(misfit(&expects, read(&expects, "Adelaide", &[])), "invalid-text-long");
    assert_eq!(misfit(&expects, read(&expects, "  ", &[])), "invalid-text");
}

#[test]
fn numbers_as_people_write_them() {
    let check = |text: &str, expected: Option<f64>| assert_eq!(number::parse(text), expected, "{text}");
    check("12", Some(12.0));
    check("-3", Some(-3.0));
    check("12.5", Some(12.5));
    check("12,5", Some(12.5));
    check("1,000", Some(1000.0));
    check("1.000,50", Some(1000.5));
    check("1,000.50", Some(1000.5));
    check("1'000'000", Some(1_000_000.0));
    check("1 000 000", Some(1_000_000.0));
    check("1.2.3", None);
    check("12 34", None);
    check("12a", None);
    check("", None);
    check(".", None);
    check("12.", Some(12.0));
}

#[test]
fn numbers() {
    let expects = Expects::Number { min: Some(1.0), max: Some(10.0), whole: true };
    assert_eq!(read(&expects, "3", &[]), whole(json!(3)));
    assert_eq!(read(&expects, "three", &[entity("number", "three", json!(3))]), whole(json!(3)));
    assert_eq!(read(&expects, "I want 3 of them", &[]), Fit::part(3, "3"));
    let thousands = Expects::Number { min: None, max: None, whole: false };
    assert_eq!(read(&thousands, "1.000", &[]), whole(json!(1)));
    assert_eq!(read(&thousands, "1.000", &[entity("number", "1.000", json!(1000))]), whole(json!(1000)));
    assert_eq!(misfit(&expects, read(&expects, "0", &[])), "invalid-number-small");
    assert_eq!(misfit(&expects, read(&expects, "11", &[])), "invalid-number-large");
    assert_eq!(misfit(&expects, read(&expects, "2.5", &[])), "invalid-number-whole");
    let half = entity("number", "four and a half", json!(4.5));
    assert_eq!(misfit(&expects, read(&expects, "four and a half", &[half])), "invalid-number-whole");
    assert_eq!(misfit(&expects, read(&expects, "many", &[])), "invalid-number");
    assert_eq!(misfit(&expects, read(&expects, "1e3", &[])), "invalid-number");
    let none = entity("no_such_day", "31 June", json!("06-31"));
    assert_eq!(misfit(&expects, read(&expects, "31 June", &[none])), "invalid-number");
    assert_eq!(misfit(&expects, read(&expects, "4 adults and 2 children", &[])), "invalid-number-several");
    assert_eq!(read(&expects, "4, really 4", &[]), Fit::part(4, "4"));
    assert_eq!(read(&expects, "3kg", &[]), Fit::part(3, "3"));
    assert_eq!(read(&expects, "not 3, 4", &[]), Fit::part(4, "4"));
    let minus = entity("number", "minus four", json!(-4));
    assert_eq!(misfit(&expects, read(&expects, "minus four", &[minus])), "invalid-number-small");
    let numbers = |order: &str| {
        [
            entity("number", "4711", json!(4711)),
            entity("number", "3", json!(3)),
            entity(order, "4711", json!("4711")),
        ]
    };
    assert_eq!(read(&expects, "3, as in order 4711", &numbers("order")), Fit::part(3, "3"));
}

#[test]
fn digits_of_every_script_are_read() {
    let number = Expects::Number { min: Some(1.0), max: Some(20.0), whole: false };
    let order = Expects::Regex { pattern: "[A-Z]?-?[0-9]{4}".to_owned() };
    let date = Expects::Date { min: None, max: None };
    let check = |expects: &Expects, text: &str, expected: Fit| {
        assert_eq!(read(expects, text, &[]), expected, "{text}");
    };
    check(&number, "١٢", whole(json!(12)));
    check(&number, "१२", whole(json!(12)));
    check(&number, "نحن ١٢٫٥ شخص", Fit::part(12.5, "١٢٫٥"));
    check(&order, "٤٧١١", whole(json!("4711")));
    check(&order, "۴۷۱۱", whole(json!("4711")));
    check(&order, "Ａ－４７１１", whole(json!("A-4711")));
    check(&order, "رقم الطلب ٤٧١١", Fit::part("4711", "٤٧١١"));
    check(&order, "คำสั่งซื้อ ๔๗๑๑ ครับ", Fit::part("4711", "๔๗๑๑"));
    check(&date, "২৪.১২.২০২৬", whole(json!("2026-12-24")));
    check(&Expects::Phone, "＋４９ （３０） １２３－４５６７", whole(json!("+49301234567")));
    let found = entity("phone", "٠٣٠ ١٢٣٤٥٦٧", json!("0301234567"));
    assert_eq!(
        read_understood(&Expects::Phone, "اتصل ٠٣٠ ١٢٣٤٥٦٧", &[found]),
        Fit::part("0301234567", "٠٣٠ ١٢٣٤٥٦٧")
    );
    check(&Expects::Text { min: None, max: None }, "شقة ٤", whole(json!("شقة ٤")));
    let own = Expects::Regex { pattern: "[٠-٩]{4}".to_owned() };
    check(&own, "٤٧١١", whole(json!("٤٧١١")));
}

#[test]
fn addresses() {
    let check = |text: &str, expected: Fit| assert_eq!(read(&Expects::Email, text, &[]), expected, "{text}");
    check("ada@example.com", whole(json!("ada@example.com")));
    check("my mail is ada@example.com.", Fit::part("ada@example.com", "ada@example.com"));
    check("it's ada@example.com thanks", Fit::part("ada@example.com", "ada@example.com"));
    check("Ada <ada@example.com>, thanks!", Fit::part("ada@example.com", "ada@example.com"));
    assert_eq!(misfit(&Expects::Email, read(&Expects::Email, "ada@example", &[])), "invalid-email");
    assert_eq!(misfit(&Expects::Email, read(&Expects::Email, "ada at example.com", &[])), "invalid-email");
    for text in ["ada(at)example(dot)org", "ada @ example.org", "ada＠example.org", "[email]"] {
        let found = || [entity("email", text, json!("ada@example.org"))];
        assert_eq!(
            read_understood(&Expects::Email, text, &found()),
            whole(json!("ada@example.org")),
            "{text}"
        );
        let among = format!("it is {text}, thanks");
        let expected = Fit::part("ada@example.org", text);
        assert_eq!(read_understood(&Expects::Email, &among, &found()), expected, "{among}");
    }
    let check = |text: &str, expected: Fit| assert_eq!(read(&Expects::Phone, text, &[]), expected, "{text}");
    check("+49 (30) 123-4567", whole(json!("+49301234567")));
    check("030/1234567", whole(json!("0301234567")));
    // No number there has this length. Who says nothing else means it; among words it is asked for again.
    check("+1 555 0100", whole(json!("+15550100")));
    assert_eq!(
        misfit(&Expects::Phone, read(&Expects::Phone, "call me at +1 555 0100", &[])),
        "invalid-phone"
    );
    let found = entity("phone", "030 1234567", json!("0301234567"));
    assert_eq!(
        read_understood(&Expects::Phone, "call me at 030 1234567", &[found]),
        Fit::part("0301234567", "030 1234567")
    );
    let day = [entity("date", "24.12.2026", json!("2026-12-24"))];
    for (text, entities) in [("on 24.12.2026", &day[..]), ("24.12.2026", &day), ("my order 20261234", &[])] {
        assert_eq!(
            misfit(&Expects::Phone, read_understood(&Expects::Phone, text, entities)),
            "invalid-phone",
            "{text}"
        );
    }
    assert_eq!(read_understood(&Expects::Phone, "1234567", &[]), whole(json!("1234567")));
    assert_eq!(misfit(&Expects::Phone, read(&Expects::Phone, "110", &[])), "invalid-phone");
    assert_eq!(misfit(&Expects::Phone, read(&Expects::Phone, "later", &[])), "invalid-phone");
}

#[test]
fn times() {
    let expects = Expects::Time { min: Some("11:00".to_owned()), max: Some("21:30".to_owned()) };
    let check = |text: &str, expected: &str| {
        assert_eq!(read(&expects, text, &[]), whole(json!(expected)), "{text}");
    };
    check("19:30", "19:30");
    check(" 19.30! ", "19:30");
    check("19h30", "19:30");
    check("19h", "19:00");
    check("19", "19:00");
    check("7 pm", "19:00");
    check("7:30 P.M.", "19:30");
    check("12pm", "12:00");
    check("١٩:٣٠", "19:30");
    let half_seven = entity("time", "half past seven in the evening", json!("19:30"));
    let text = "half past seven in the evening please";
    assert_eq!(
        read_understood(&expects, text, &[half_seven]),
        Fit::part("19:30", "half past seven in the evening")
    );
    let key = |text: &str| match read(&expects, text, &[]) {
        Fit::No(misfit) => (super::key(misfit.kind, &expects), misfit.arguments),
        fit @ (Fit::Whole(_) | Fit::Part { .. }) => panic!("{text}: {fit:?}"),
    };
    for text in
        ["soon", "24:00", "19:60", "19:3", "13 pm", "0 am", "4711", "1930", "19:30 or 20:00", "-7", ""]
    {
        assert_eq!(key(text), ("invalid-time", Vec::new()), "{text}");
    }
    assert_eq!(key("10:59"), ("invalid-time-early", vec![("min", "11:00".to_owned())]));
    assert_eq!(key("12 am"), ("invalid-time-early", vec![("min", "11:00".to_owned())]));
    assert_eq!(key("21:31"), ("invalid-time-late", vec![("max", "21:30".to_owned())]));
}

#[test]
fn an_answer_names_one_time() {
    let any = Expects::Time { min: None, max: None };
    let at = |text: &str, value: &str| entity("time", text, json!(value));
    let either = [at("7:30 pm", "19:30"), at("8 pm", "20:00")];
    assert_eq!(misfit(&any, read_understood(&any, "7:30 pm or 8 pm", &either)), "invalid-time");
    let twice = [at("7:30 pm", "19:30"), at("19:30", "19:30")];
    assert_eq!(read_understood(&any, "7:30 pm, that is 19:30", &twice), Fit::part("19:30", "7:30 pm"));
    let seven = || at("7 pm", "19:00");
    for (text, value) in [
        ("after 7 pm", json!({ "from": "2026-11-23T19:00:00+01:00" })),
        ("by 7 pm", json!({ "to": "2026-11-23T19:00:00+01:00" })),
    ] {
        let open = [seven(), entity("interval", text, value)];
        assert_eq!(misfit(&any, read_understood(&any, text, &open)), "invalid-time", "{text}");
    }
    let whole = json!({ "from": "2026-11-23T19:00:00+01:00", "to": "2026-11-23T19:45:00+01:00" });
    let closed = [seven(), entity("interval", "7 pm for 45 minutes", whole)];
    assert_eq!(read_understood(&any, "7 pm for 45 minutes", &closed), Fit::part("19:00", "7 pm"));
}

#[test]
fn the_bounds_of_a_time_may_go_over_midnight() {
    let expects = Expects::Time { min: Some("18:00".to_owned()), max: Some("02:00".to_owned()) };
    for (text, expected) in [
        ("18:00", "fits"),
        ("23:59", "fits"),
        ("1:30", "fits"),
        ("2:00", "fits"),
        ("2:01", "invalid-time-early"),
        ("17:59", "invalid-time-early"),
    ] {
        assert_eq!(misfit(&expects, read(&expects, text, &[])), expected, "{text}");
    }
}

#[test]
fn dates() {
    let expects = Expects::Date { min: Some("today".to_owned()), max: Some("2027-12-31".to_owned()) };
    let check = |text: &str, expected: &str| {
        assert_eq!(read(&expects, text, &[]).value(), Some(json!(expected)), "{text}");
    };
    check("2026-12-24", "2026-12-24");
    check("24.12.2026", "2026-12-24");
    check("12/24/2026", "2026-12-24");
    check("24.12.", "2026-12-24");
    check("1.2.", "2027-02-01");
    check("tomorrow", "2026-11-24");
    check("heute", "2026-11-23");
    check("24-12-2026", "2026-12-24");
    check("24. 12. 2026", "2026-12-24");
    let found = entity("date", "24.12.2026", json!("2026-12-24"));
    assert_eq!(
        read_understood(&expects, "on 24.12.2026 please", &[found]),
        Fit::part("2026-12-24", "24.12.2026")
    );
    for text in ["around 5-6 pm", "at 11:12", "Are you open 24/7?", "5-6", "11:12", "5 6", "24:12:2026"] {
        assert_eq!(misfit(&expects, read(&expects, text, &[])), "invalid-date", "{text}");
    }
    for text in ["24/7", "24.12."] {
        assert_eq!(misfit(&expects, read_understood(&expects, text, &[])), "invalid-date", "{text}");
    }
    assert_eq!(misfit(&expects, read(&expects, "2026-11-22", &[])), "invalid-date-early");
    assert_eq!(misfit(&expects, read(&expects, "2028-01-01", &[])), "invalid-date-late");
    assert_eq!(misfit(&expects, read(&expects, "soon", &[])), "invalid-date");
    let found = entity("date", "next friday", json!("2026-11-27"));
    assert_eq!(read(&expects, "next friday", &[found]), whole(json!("2026-11-27")));
    check("01/02/2027", "2027-02-01");
    assert_eq!(misfit(&expects, read(&expects, "not tomorrow", &[])), "invalid-date");
    let content = Content::text("01/02/2027");
    let american =
        Answer { month_first: true, ..answer(&content, "01/02/2027", &[], &[], date(2026, 11, 23)) };
    assert_eq!(validate(&expects, &american).expect("no pattern").value(), Some(json!("2027-01-02")));
}

#[test]
fn a_day_that_no_calendar_has() {
    let expects = Expects::Date { min: Some("today".to_owned()), max: None };
    for (text, expected) in [
        ("31.2.2026", "invalid-date-none"),
        ("30.02.", "invalid-date-none"),
        ("2027-02-30", "invalid-date-none"),
        ("29/02/2027", "invalid-date-none"),
        ("2/30/2027", "invalid-date-none"),
        ("٣٠/٠٢/٢٠٢٧", "invalid-date-none"),
        ("on 31.11.2027 at 5 please", "invalid-date-none"),
        ("31.13.2027", "invalid-date"),
        ("32.1.2027", "invalid-date"),
        ("30.2 km", "invalid-date"),
        ("30-2", "invalid-date"),
    ] {
        assert_eq!(misfit(&expects, read(&expects, text, &[])), expected, "{text}");
        assert_eq!(misfit(&expects, read_understood(&expects, text, &[])), expected, "{text}");
    }
    assert_eq!(misfit(&expects, read(&expects, "29.02.2028", &[])), "fits");
    let named = entity("no_such_day", "30 February", json!("02-30"));
    let other = entity("date", "1 March", json!("2027-03-01"));
    let told =
        |found: &[EntityMatch]| misfit(&expects, read_understood(&expects, "30 February or 1 March", found));
    assert_eq!(told(std::slice::from_ref(&named)), "invalid-date-none");
    assert_eq!(told(&[named, other]), "fits", "another day is named");
}

#[test]
fn choices() {
    let option = |value: &str, en: &str, de: &str, synonym: &str| Choice {
        value: value.to_owned(),
        title: [("en".to_owned(), en.to_owned()), ("de".to_owned(), de.to_owned())].into(),
        synonyms: vec![synonym.to_owned()],
    };
    let options = vec![
        option("damaged", "It is damaged", "Beschädigt", "broken"),
        option("size", "Wrong size", "Größe", "too small"),
    ];
    let expects = Expects::Choice { options };
    let check = |text: &str, expected: &str| {
        assert_eq!(read(&expects, text, &[]).value(), Some(json!(expected)), "{text}");
    };
    check("damaged", "damaged");
    check("It is damaged!", "damaged");
    check("beschädigt", "damaged");
    check("2", "size");
    check("it came broken, sadly", "damaged");
    check("damagd", "damaged");
    check("not damaged, wrong size", "size");
    check("wrong sise", "size");
    assert_eq!(misfit(&expects, read(&expects, "broken and too small", &[])), "invalid-choice");
    assert_eq!(misfit(&expects, read(&expects, "3", &[])), "invalid-choice");
    assert_eq!(misfit(&expects, read(&expects, "0", &[])), "invalid-choice");
    assert_eq!(misfit(&expects, read(&expects, "", &[])), "invalid-choice");
}

#[test]
fn an_option_may_hold_the_name_of_another() {
    let option = |value: &str| Choice {
        value: value.to_owned(),
        title: [].into(),
        synonyms: vec![format!("{value} one")],
    };
    let expects = Expects::Choice { options: vec![option("large"), option("extra large")] };
    let check = |text: &str, expected: Option<&str>| {
        assert_eq!(read(&expects, text, &[]).value(), expected.map(|it| json!(it)), "{text}");
    };
    check("the extra large please", Some("extra large"));
    check("the large one please", Some("large"));
    check("the extra large one please", Some("extra large"));
    check("not the extra large, the large please", Some("large"));
    check("large or extra large?", None);
    let Expects::Choice { options } = &expects else { panic!("a choice") };
    let named = choice::named(options, "an extra large shirt");
    assert_eq!(named, [(json!("extra large"), "extra large".to_owned())]);
}

#[test]
fn patterns() {
    let expects = Expects::Regex { pattern: "[0-9]{4,8}".to_owned() };
    assert_eq!(read(&expects, "4711", &[]), whole(json!("4711")));
    assert_eq!(read(&expects, "it is 4711", &[]), Fit::part("4711", "4711"));
    assert_eq!(misfit(&expects, read(&expects, "47", &[])), "invalid-regex");
    for part in ["123456789", "it is 123456789", "A4711", "4711b", "not 4711"] {
        assert_eq!(misfit(&expects, read(&expects, part, &[])), "invalid-regex", "{part}");
    }
    assert_eq!(read(&expects, "123456789 or #4711", &[]), Fit::part("4711", "4711"));
    let either = Expects::Regex { pattern: "AB|ABC".to_owned() };
    assert_eq!(read(&either, "an ABC", &[]), Fit::part("ABC", "ABC"));
    let content = Content::text("x");
    let answer = answer(&content, "x", &[], &[], date(2026, 1, 1));
    assert!(validate(&Expects::Regex { pattern: "(".to_owned() }, &answer).is_err());
    assert!(validate(&Expects::Regex { pattern: "(a{1000}){1000}".to_owned() }, &answer).is_err());
}

#[test]
fn files() {
    let expects = Expects::File { types: vec!["image/*".to_owned()], max_bytes: 5_000_000 };
    let check = |media_type: &str, size: u64, expected: &str| {
        let content = Content::File {
            source: Source::Url("https://example.com/a".to_owned()),
            name: "a".to_owned(),
            media_type: media_type.to_owned(),
            size,
        };
        let answer = answer(&content, "", &[], &[], date(2026, 1, 1));
        assert_eq!(
            misfit(&expects, validate(&expects, &answer).expect("no pattern")),
            expected,
            "{media_type} {size}"
        );
    };
    check("image/png", 10, "fits");
    check("application/pdf", 10, "invalid-file-type");
    check("image/png", 6_000_000, "invalid-file-large");
    assert_eq!(misfit(&expects, read(&expects, "here", &[])), "invalid-file");

    // Of an album the first picture is the answer.
    let picture = |name: &str| Picture {
        source: Source::Url(format!("https://example.com/{name}")),
        alt: name.to_owned(),
    };
    let card = |image| Card { title: "a".to_owned(), text: None, image, buttons: Vec::new() };
    let album =
        Content::Carousel { cards: vec![card(None), card(Some(picture("b"))), card(Some(picture("c")))] };
    let answer = answer(&album, "", &[], &[], date(2026, 1, 1));
    let Fit::Whole(file) = validate(&expects, &answer).expect("no pattern") else { panic!("it fits") };
    assert_eq!((&file["name"], &file["source"]["url"]), (&json!("b"), &json!("https://example.com/b")));
}

#[test]
fn yes_and_no() {
    let check = |text: &str, expected: Option<bool>| {
        assert_eq!(read(&Expects::YesNo, text, &[]).value(), expected.map(Value::Bool), "{text}");
    };
    check("Yes!", Some(true));
    check("ja bitte", Some(true));
    check("yes please send it", Some(true));
    check("Nö", Some(false));
    check("no, thanks", Some(false));
    check("no idea", None);
    check("👍", Some(true));
    check("perhaps", None);
}

#[test]
fn bare_values() {
    let check = |expects: &Expects, text: &str, entities: &[EntityMatch], expected: Option<&str>| {
        let content = Content::text(text);
        let answer = answer(&content, text, entities, &[], date(2026, 11, 23));
        assert_eq!(bare(expects, &answer).as_deref(), expected, "{text}");
    };
    let number = Expects::Number { min: None, max: None, whole: true };
    let number = |text: &str, expected: Option<&str>| check(&number, text, &[], expected);
    number("99", Some("99"));
    number("1e3", Some("1e3"));
    number("50 people", Some("50"));
    number("we are 13 of us", Some("13"));
    number("for 50, please", Some("50,"));
    number("order 4711", None);
    number("where is order 4711?", None);
    number("how much is it", None);
    number("5 of my friends ordered 4711", None);
    let forty = [entity("number", "forty", json!(40))];
    check(&Expects::Number { min: None, max: None, whole: false }, "Forty!", &forty, Some("Forty!"));
    check(&Expects::Email, "ada@example", &[], Some("ada@example"));
    check(&Expects::Phone, "110", &[], Some("110"));
    check(&Expects::Date { min: None, max: None }, "on 31.2.2026", &[], Some("31.2.2026"));
    check(&Expects::Regex { pattern: "x".to_owned() }, "123456789", &[], Some("123456789"));
    check(&Expects::YesNo, "5", &[], None);
}
