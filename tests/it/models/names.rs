//! A model of names is used because it is there; where none is, that is told, and only introduced people are found.

use serde_json::{Value, json};

use crate::{
    http_story::{PASSWORD, add},
    support::{
        Home, eventually,
        http_client::{Member, Visitor},
        tiny_names::{Names, import},
    },
};

/// A place, which no list has.
const SAID: &str = "Madrid";
/// Messages after which a model that keeps a slow machine waiting has answered in time.
const TRIES: usize = 20;

/// A studio with no other model.
fn home() -> Home {
    Home::with("[models]\nembedding = \"none\"\nsentiment = \"none\"\nner = \"auto\"\nfolder = \"models\"\n")
}

fn ids(member: &Member) -> Vec<String> {
    let all = member.get("/conversations").body;
    let ids = all["items"].as_array().into_iter().flatten().filter_map(|it| it["id"].as_str());
    ids.map(str::to_owned).collect()
}

/// What a message of a new visitor is taken for: the kinds of entities of which it is one as a whole.
fn named_once(visitor: &Visitor, member: &Member) -> Value {
    let before = ids(member);
    visitor.say("1", SAID);
    let understanding = eventually("the message is understood", || {
        let id = ids(member).into_iter().find(|id| !before.contains(id))?;
        Some(member.understood(&id)).filter(Value::is_object)
    });
    let found = understanding["entities"].as_array().into_iter().flatten();
    found.filter(|entity| entity["text"] == SAID).map(|entity| entity["entity"].clone()).collect()
}

/// What a message is taken for by a studio that is started with this setting, and what that said. `name` is of nobody who was there before.
fn named(home: &Home, name: &str, setting: Option<&str>) -> (Value, String) {
    let setting: Vec<_> = setting.map(|it| ("STUDIO_MODELS_NER", it)).into_iter().collect();
    let studio = home.start_with(&setting);
    let email = format!("{name}@example.com");
    add(home, &email, "Ann", "owner");
    let member = Member::log_in(&studio, &email, PASSWORD);
    let try_it = |number: usize| named_once(&Visitor::new(&studio, &format!("{name}{number}")), &member);
    let mut log = studio.at_the_start.clone();
    let found = (0..TRIES).map(try_it).find(|found| {
        // The log has a pipe of its own: some of it may come behind what is told at the start.
        log.push_str(&studio.said());
        // A model that is opened may be too late for the first messages; without one there is nothing to wait for.
        *found != json!([]) || !log.contains("model.opened")
    });
    (found.expect("the model answers in time"), log)
}

#[test]
fn a_model_of_names_that_is_there_is_used_from_the_next_start_and_that_none_is_there_is_told() {
    let home = home();
    let (_, defaults) = home.asked(&["config", "--defaults"]);
    assert!(defaults.lines().any(|line| line == "ner = \"auto\""), "{defaults}");
    let (good, told) = home.asked(&["doctor"]);
    let expected = ["tinybert-ner is not in ", "only introduced people", "studio models pull tinybert-ner"];
    let absent = told.lines().find(|line| line.starts_with("  warn model "));
    assert!(good && absent.is_some_and(|line| expected.iter().all(|words| line.contains(words))), "{told}");
    let (by_words, log) = named(&home, "nobody", None);
    assert_eq!(by_words, json!([]));
    let absent = log.lines().find(|line| line.contains("model.absent"));
    let expected = ["tinybert-ner", "only introduced people", "studio models pull"];
    assert!(absent.is_some_and(|line| expected.iter().all(|words| line.contains(words))), "{log}");

    let told = import(&home, "atlas", Names::Places);
    assert!(told.contains("A studio that runs uses it from its next start."), "{told}");
    let (_, told) = home.asked(&["models", "list"]);
    assert!(told.contains("atlas (names; 0 MB; MIT, chosen): there"), "{told}");
    let (by_model, log) = named(&home, "somebody", None);
    assert_eq!(by_model, json!(["place"]), "{log}");
    assert!(!log.contains("model.chosen") && !log.contains("model.absent"), "there is no other: {log}");
    let (by_words, log) = named(&home, "none", Some("none"));
    assert_eq!(by_words, json!([]));
    assert!(!log.contains("model.absent"), "none was wanted: {log}");
}

#[test]
fn of_several_models_of_names_the_first_by_name_is_used_which_is_told() {
    let home = home();
    import(&home, "people", Names::People);
    import(&home, "atlas", Names::Places);
    let (good, told) = home.asked(&["doctor"]);
    let expected = "atlas finds names, the first by name; people could as well: `models.ner` names one";
    assert!(good && told.contains(expected), "{told}");
    let (by_model, log) = named(&home, "first", None);
    assert_eq!(by_model, json!(["place"]), "{log}");
    let chosen = log.lines().find(|line| line.contains("model.chosen"));
    assert!(chosen.is_some_and(|line| line.contains("atlas") && line.contains("people")), "{log}");
    let (by_model, log) = named(&home, "named", Some("people"));
    assert_eq!(by_model, json!(["person"]), "{log}");
    assert!(!log.contains("model.chosen"), "somebody chose: {log}");
}

#[test]
fn a_broken_model_of_names_is_told_of_and_words_find_in_its_place() {
    let home = home();
    import(&home, "atlas", Names::Places);
    let weights = home.path().join("models/atlas/model.safetensors");
    let mut bytes = std::fs::read(&weights).expect("is there");
    // A number of the weights' own: only the hash tells.
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&weights, &bytes).expect("writable");
    let (by_words, log) = named(&home, "hash", None);
    assert_eq!(by_words, json!([]), "{log}");
    let absent = log.lines().find(|line| line.contains("model.absent"));
    let expected = ["atlas", "its weights have the hash", "only introduced people"];
    assert!(absent.is_some_and(|line| expected.iter().all(|words| line.contains(words))), "{log}");
    let (good, told) = home.asked(&["doctor"]);
    assert!(!good && told.contains("BAD  model"), "{told}");
}
