//! What models say of feelings and names beside the lists.

use studio_core::{
    models::{Name, NameKind},
    privacy::PersonalKind,
};

use super::*;

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

#[test]
fn whom_a_model_names_is_personal_data() {
    let found_as = |text: &str, words: &str, kind: NameKind, score: f64| {
        let start = text.find(words).unwrap();
        Name { kind, start, end: start + words.len(), score }
    };
    let masked = |text: &str, names: Result<Option<Vec<Name>>, EmbedError>, wanted: &[PersonalKind]| {
        let model = train(&shop(), None).unwrap().with_tagger(Some(Arc::new(Names(names))));
        let found = model.personal(text, "en", &now(), &|kind| wanted.contains(&kind));
        studio_core::privacy::masked(text, &found).0
    };
    let text = "Grace Hopper of Acme will call, ada@example.org knows";
    let names = vec![
        found_as(text, "Grace Hopper", NameKind::Person, 0.9),
        found_as(text, "Acme", NameKind::Organisation, 0.9),
        found_as(text, "call", NameKind::Person, 0.3),
        found_as(text, "ada", NameKind::Person, 0.9),
        Name { kind: NameKind::Person, start: 1000, end: 2000, score: 1.0 },
    ];
    let all = PersonalKind::ALL;
    assert_eq!(masked(text, Ok(Some(names.clone())), &all), "[person] of Acme will call, [email] knows");
    assert_eq!(masked(text, Ok(Some(names)), &[PersonalKind::Card]), text, "nobody asked for people");
    assert_eq!(masked("my name is Ada Lovelace", Err(EmbedError::Late), &all), "my name is [person]");
    let silent = train(&shop(), None).unwrap().with_tagger(Some(Arc::new(Names(Err(EmbedError::Late)))));
    let heard = |kind| silent.personal_as_heard("Ada", "en", &now(), &|wanted| wanted == kind).1;
    assert_eq!(heard(PersonalKind::Person), Some(Err(EmbedError::Late)));
    assert_eq!(heard(PersonalKind::Card), None, "it was not asked");
    let again = "[person] of Acme";
    let names = vec![found_as(again, "person", NameKind::Person, 0.9)];
    assert_eq!(masked(again, Ok(Some(names)), &all), again, "a mask is masked once");
    // The second stretch of a long text is read as well: this model names the first letters of each.
    let long = format!("Ada{}", " and so on".repeat(600));
    let names = vec![Name { kind: NameKind::Person, start: 0, end: 3, score: 0.9 }];
    assert_eq!(masked(&long, Ok(Some(names)), &all).matches("[person]").count(), 2);

    let model = train(&shop(), None).unwrap();
    assert!(!model.asks_for_names());
    let names = vec![found_as(text, "Grace Hopper", NameKind::Person, 0.9)];
    let model = model.with_tagger(Some(Arc::new(Names(Ok(Some(names))))));
    assert!(model.asks_for_names());
    assert!(model.understand(text, "en", &now()).personal.contains(&PersonalKind::Person));
}

/// Knows English alone, and takes the first word for a person.
#[derive(Debug)]
struct English;

impl Tagger for English {
    fn identity(&self) -> &'static str {
        "english"
    }

    fn names_now(&self, text: &str, language: Option<&str>) -> Result<Option<Vec<Name>>, EmbedError> {
        let end = text.find(' ').unwrap_or(text.len());
        let name = Name { kind: NameKind::Person, start: 0, end, score: 0.9 };
        Ok(language.is_none_or(|language| language == "en").then(|| vec![name]))
    }
}

#[test]
fn a_model_for_names_is_asked_in_the_language_of_a_bot_that_has_only_one() {
    let german = "Gracie ist diejenige, die gerne etwas liefern lassen möchte";
    let english =
        "Gracie is the one who would like to have something delivered, and wants to know what it will cost";
    let check = |spoken: &str, text: &str, expected: bool| {
        let lessons = Lessons { languages: vec![spoken.to_owned()], ..shop() };
        let model = train(&lessons, None).unwrap().with_tagger(Some(Arc::new(English)));
        let understanding = model.understand(text, spoken, &now());
        let found = understanding.entities.iter().any(|found| found.entity == "person");
        assert_eq!(found, expected, "{spoken}: {text}");
        let masked = !model.personal(text, spoken, &now(), &|kind| kind == PersonalKind::Person).is_empty();
        assert_eq!(masked, expected, "{spoken}: {text}");
    };
    check("de", german, false);
    check("de", "Gracie", false);
    check("de", english, true);
    check("en", "Gracie", true);
    check("en", german, false);
}
