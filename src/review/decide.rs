//! What does the draft learn from a cluster?

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use studio_core::{
    api::ReviewDecision,
    bot::{Bot, hint, is_name},
    dialogue::of_bot,
    privacy::PersonalKind,
};
use studio_nlu::normalised;
use studio_store::Lesson;

use super::{
    cluster::{Cluster, most_frequent},
    digest,
};

/// Phrases that one decision may bring.
const MOST_PHRASES: usize = 50;
/// Phrases that a draft may have before somebody takes them into the bot's files.
const MOST_LEARNED: usize = 5_000;
/// Letters of a phrase; what is longer says too much to teach one thing.
const LONGEST: usize = 300;
/// What stands in a phrase where something was masked.
const LEFT_OUT: &str = "…";

/// Who decides, when, and under which name.
#[derive(Clone, Debug)]
pub struct Decided {
    pub decision: String,
    pub by: String,
    pub at: Timestamp,
}

/// Why it cannot be decided so; says what would fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub String);

/// The language that a text (first) is recognised as, where that is clear; the second is the likeliest.
pub type Recognise<'r> = &'r dyn Fn(&str, &str) -> Option<String>;

/// What is to be noted about the wordings of a cluster. `known` is what was decided before.
pub fn decide(
    bot: &Bot,
    known: &[Lesson],
    cluster: &Cluster,
    decision: &ReviewDecision,
    decided: &Decided,
    recognise: Recognise<'_>,
) -> Result<Vec<Lesson>, Refused> {
    let language = most_frequent(cluster.wordings.iter().map(|wording| wording.language.as_str()));
    let (intent, created, phrases) = match decision {
        ReviewDecision::Dismiss => (None, false, Vec::new()),
        ReviewDecision::Label { intent, create, phrases } => {
            let created = intent_for(bot, known, intent, *create)?;
            let phrases = match phrases {
                Some(phrases) => chosen(phrases, &language)?,
                None => wordings(cluster)?,
            };
            free(bot, known, intent, &phrases)?;
            let learned = known.iter().filter(|lesson| lesson.phrase.is_some()).count();
            if learned + phrases.len() > MOST_LEARNED {
                return Err(Refused(format!(
                    "the draft has {learned} learned phrases and may have {MOST_LEARNED}: `studio bot pull` writes them \
                     into the bot's files, and `DELETE …/learned/{{id}}` removes them here"
                )));
            }
            (Some(intent.clone()), created, phrases)
        }
    };
    let lesson = |id: String, phrase: Option<String>, language: String| Lesson {
        id,
        decision: decided.decision.clone(),
        intent: intent.clone(),
        phrase,
        language,
        created,
        by: decided.by.clone(),
        at: decided.at,
    };
    let mut seen = BTreeSet::new();
    let mut lessons = Vec::new();
    for (phrase, language) in phrases {
        let id = digest(&normalised(&phrase));
        let language = recognise(&phrase, &language)
            .and_then(|recognised| of_bot(&bot.languages, &recognised))
            .unwrap_or(language);
        if seen.insert(id.clone()) {
            lessons.push(lesson(id, Some(phrase), language));
        }
    }
    for wording in &cluster.wordings {
        let id = digest(&wording.key);
        if seen.insert(id.clone()) {
            lessons.push(lesson(id, None, wording.language.clone()));
        }
    }
    Ok(lessons)
}

/// What is to be known of the phrases that are learned: those of a language that the bot has not, in a sentence each.
pub fn notes(bot: &Bot, lessons: &[Lesson], recognise: Recognise<'_>) -> Vec<String> {
    let foreign = |lesson: &Lesson| {
        let phrase = lesson.phrase.as_deref()?;
        let found = recognise(phrase, &lesson.language)?;
        of_bot(&bot.languages, &found).is_none().then(|| {
            format!(
                "`{phrase}` seems to be of the language `{found}`, which the bot does not speak: it is learned as `{}`",
                lesson.language
            )
        })
    };
    lessons.iter().filter_map(foreign).collect()
}

/// Fails where a phrase is another intent's by the bot's files, which hold against what is learned.
fn free(bot: &Bot, known: &[Lesson], intent: &str, phrases: &[(String, String)]) -> Result<(), Refused> {
    let others = bot.intents.iter().filter(|(name, _)| *name != intent);
    let theirs = others.flat_map(|(name, other)| {
        other.phrases.values().flatten().map(move |phrase| (normalised(phrase), name.as_str()))
    });
    let theirs: BTreeMap<String, &str> = theirs.collect();
    for (phrase, _) in phrases {
        let key = normalised(phrase);
        let Some(other) = theirs.get(&key) else { continue };
        let id = digest(&key);
        // What was only learned moves with the decision.
        let moves = |lesson: &Lesson| {
            lesson.id == id && lesson.phrase.is_some() && lesson.intent.as_deref() == Some(*other)
        };
        if !known.iter().any(moves) {
            return Err(Refused(format!(
                "`{phrase}` is a phrase of the intent `{other}`, where it would stay: give `phrases` without it, or move \
                 it in the bot's files and publish them first; one that was learned and taken back leaves with the next \
                 publication"
            )));
        }
    }
    Ok(())
}

/// Whether the intent is made by this.
fn intent_for(bot: &Bot, known: &[Lesson], intent: &str, create: bool) -> Result<bool, Refused> {
    if bot.intents.contains_key(intent) {
        // Published with the draft before, it may be the draft's own all the same.
        return Ok(known.iter().any(|lesson| lesson.created && lesson.intent.as_deref() == Some(intent)));
    }
    let made = || known.iter().filter(|lesson| lesson.created).filter_map(|lesson| lesson.intent.as_deref());
    if made().any(|known| known == intent) {
        return Ok(true);
    }
    if !create {
        let names = bot.intents.keys().map(String::as_str).chain(made());
        let hint = hint(intent, names, "`create: true` makes a new one");
        return Err(Refused(format!("the bot has no intent `{intent}`: {hint}")));
    }
    if !is_name(intent, true) {
        let text =
            "the name of an intent has letters, digits, underscores and hyphens, such as `track_order`";
        return Err(Refused(text.to_owned()));
    }
    Ok(true)
}

fn chosen(phrases: &[String], language: &str) -> Result<Vec<(String, String)>, Refused> {
    let odd = |phrase: &&String| {
        let phrase = phrase.trim();
        phrase.is_empty() || phrase.chars().count() > LONGEST || phrase.chars().any(char::is_control)
    };
    if phrases.is_empty() || phrases.len() > MOST_PHRASES || phrases.iter().any(|phrase| odd(&phrase)) {
        return Err(Refused(format!(
            "`phrases` has 1 to {MOST_PHRASES} phrases of 1 to {LONGEST} letters, without line breaks"
        )));
    }
    let phrases: Vec<String> = phrases.iter().map(|phrase| unmasked(phrase)).collect();
    if phrases.iter().any(|phrase| phrase.contains(LEFT_OUT) && !has_words(phrase)) {
        return Err(Refused("a phrase needs words besides what is masked in it".to_owned()));
    }
    Ok(phrases.into_iter().map(|phrase| (phrase, language.to_owned())).collect())
}

/// A text as a phrase: without what is masked in it, in one line, and without signs that nobody sees.
fn unmasked(text: &str) -> String {
    let seen: String = text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
    let mut phrase = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    for kind in PersonalKind::ALL {
        phrase = phrase.replace(&kind.mask(), LEFT_OUT);
    }
    phrase
}

fn has_words(phrase: &str) -> bool {
    phrase.chars().any(char::is_alphanumeric)
}

/// The wordings as phrases, the most frequent first. What is masked in them is left out.
fn wordings(cluster: &Cluster) -> Result<Vec<(String, String)>, Refused> {
    let mut phrases: Vec<(String, String)> = Vec::new();
    for wording in &cluster.wordings {
        let phrase = unmasked(&wording.text);
        if has_words(&phrase) && phrase.chars().count() <= LONGEST {
            phrases.push((phrase, wording.language.clone()));
        }
    }
    phrases.truncate(MOST_PHRASES);
    if phrases.is_empty() {
        let text = "no wording of it can be a phrase (no words, or too many): write `phrases`, or dismiss it";
        return Err(Refused(text.to_owned()));
    }
    Ok(phrases)
}

#[cfg(test)]
mod tests {
    use studio_core::{
        api::ReviewReason,
        bot::{Files, load},
        id::{ConversationId, OrganisationId},
    };
    use studio_store::{Masked, Reviewed};

    use super::*;
    use crate::review::clusters;

    fn bot() -> Bot {
        let files = [
            ("bot.yaml", "name: tents\ntitle: Tents\nlanguages: [en, de]\n"),
            (
                "intents/a.yaml",
                "track_order: { phrases: { en: [where is it] } }\nreturns: { phrases: { en: [take it back] } }\n",
            ),
        ];
        let files: BTreeMap<_, _> =
            files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        load(&Files(files)).bot.expect("it loads")
    }

    fn cluster(texts: &[&str]) -> Cluster {
        let row = |text: &&str| Reviewed {
            conversation: ConversationId::of_thread(OrganisationId::FIRST, "web", "a"),
            sequence: 1,
            bot: "tents".to_owned(),
            masked: Masked { text: (*text).to_owned(), key: normalised(text), language: "en".to_owned() },
            guesses: Vec::new(),
            reason: ReviewReason::Misunderstood,
            at: Timestamp::UNIX_EPOCH,
        };
        // One cluster, whatever they say.
        let same = |keys: &[&str]| keys.iter().map(|_| [1.0].into()).collect();
        clusters(texts.iter().map(row).collect(), &same).remove(0)
    }

    fn decided() -> Decided {
        Decided { decision: "d".to_owned(), by: "Ada".to_owned(), at: Timestamp::UNIX_EPOCH }
    }

    fn unclear(_: &str, _: &str) -> Option<String> {
        None
    }

    fn label(intent: &str, create: bool, phrases: Option<&[&str]>) -> ReviewDecision {
        let phrases = phrases.map(|phrases| phrases.iter().map(|phrase| (*phrase).to_owned()).collect());
        ReviewDecision::Label { intent: intent.to_owned(), create, phrases }
    }

    #[test]
    fn wordings_become_phrases_without_what_is_masked() {
        let cluster = cluster(&["Has  it left?", "tell [email] when it left", "🙏", &"long ".repeat(100)]);
        let lessons = decide(&bot(), &[], &cluster, &label("track_order", false, None), &decided(), &unclear)
            .expect("decided");
        let mut phrases: Vec<&str> = lessons.iter().filter_map(|lesson| lesson.phrase.as_deref()).collect();
        phrases.sort_unstable();
        assert_eq!(phrases, ["Has it left?", "tell … when it left"]);
        assert!(
            cluster
                .wordings
                .iter()
                .all(|wording| { lessons.iter().any(|lesson| lesson.id == digest(&wording.key)) }),
            "all of them leave the list"
        );
        assert!(
            lessons.iter().all(|lesson| !lesson.created && lesson.intent.as_deref() == Some("track_order"))
        );
    }

    #[test]
    fn chosen_phrases_take_the_place_of_the_wordings() {
        let cluster = cluster(&["has it left", "did it go"]);
        let label = label("track_order", false, Some(&["did it leave yet", "has it left"]));
        let lessons = decide(&bot(), &[], &cluster, &label, &decided(), &unclear).expect("decided");
        let phrases: Vec<Option<&str>> = lessons.iter().map(|lesson| lesson.phrase.as_deref()).collect();
        assert_eq!(phrases, [Some("did it leave yet"), Some("has it left"), None]);
    }

    #[test]
    fn an_intent_is_made_only_where_that_is_wanted() {
        let (bot, cluster) = (bot(), cluster(&["gift wrap?"]));
        let refused = |label: &ReviewDecision| {
            decide(&bot, &[], &cluster, label, &decided(), &unclear).expect_err("refused").0
        };
        assert!(refused(&label("track_oder", false, None)).contains("did you mean `track_order`?"));
        assert!(refused(&label("gift wrap", true, None)).contains("letters, digits"));
        assert!(refused(&label("track_order", false, Some(&[]))).contains("1 to 50"));
        assert!(refused(&label("track_order", false, Some(&["a\nb"]))).contains("line breaks"));
        let made =
            decide(&bot, &[], &cluster, &label("gifts", true, None), &decided(), &unclear).expect("decided");
        assert!(made[0].created);
        let again = decide(&bot, &made, &cluster, &label("gifts", false, None), &decided(), &unclear)
            .expect("decided");
        assert!(again[0].created, "it is the draft's own");
    }

    #[test]
    fn a_phrase_of_another_intent_stays_there_unless_it_was_learned() {
        let (bot, cluster) = (bot(), cluster(&["Take it back!", "bring it back"]));
        let all = label("track_order", false, None);
        let refused = decide(&bot, &[], &cluster, &all, &decided(), &unclear).expect_err("refused").0;
        assert!(refused.contains("`Take it back!` is a phrase of the intent `returns`"), "{refused}");
        let theirs = label("track_order", false, Some(&["take it  back"]));
        assert!(decide(&bot, &[], &cluster, &theirs, &decided(), &unclear).is_err());
        let rest = label("track_order", false, Some(&["bring it back"]));
        decide(&bot, &[], &cluster, &rest, &decided(), &unclear).expect("decided");
        let own = label("returns", false, None);
        let learned = decide(&bot, &[], &cluster, &own, &decided(), &unclear).expect("its own");
        decide(&bot, &learned, &cluster, &all, &decided(), &unclear).expect("it moves");
    }

    #[test]
    fn masks_alone_and_signs_that_nobody_sees_are_no_phrases() {
        let all = label("track_order", false, None);
        let phrases = |texts: &[&str]| {
            let lessons = decide(&bot(), &[], &cluster(texts), &all, &decided(), &unclear)?;
            Ok::<_, Refused>(lessons.into_iter().filter_map(|lesson| lesson.phrase).collect::<Vec<_>>())
        };
        assert_eq!(phrases(&["\u{0}x\u{7} y"]), Ok(vec!["x y".to_owned()]));
        assert!(phrases(&["[card] [card]"]).is_err_and(|Refused(why)| why.contains("no wording of it")));
        for (chosen, expected) in
            [("[card] [card]", "needs words"), ("… …", "needs words"), ("x\u{7}", "without line breaks")]
        {
            let label = label("track_order", false, Some(&[chosen]));
            let refused =
                decide(&bot(), &[], &cluster(&["x"]), &label, &decided(), &unclear).expect_err(chosen);
            assert!(refused.0.contains(expected), "{chosen}: {refused:?}");
        }
    }

    #[test]
    fn a_phrase_is_of_the_language_that_it_is_recognised_as_or_that_is_told() {
        let cluster = cluster(&["wann kommt es", "quand ça arrive", "when does it come"]);
        let recognise = |text: &str, before: &str| {
            assert_eq!(before.len(), 2, "{before}");
            let found = [("wann", "de-AT"), ("quand", "fr"), ("when", "en")];
            found.iter().find(|(word, _)| text.contains(word)).map(|(_, language)| (*language).to_owned())
        };
        let label = label("track_order", false, None);
        let lessons = decide(&bot(), &[], &cluster, &label, &decided(), &recognise).expect("decided");
        let languages: BTreeMap<&str, &str> = lessons
            .iter()
            .filter_map(|lesson| Some((lesson.phrase.as_deref()?, lesson.language.as_str())))
            .collect();
        let expected = [("quand ça arrive", "en"), ("wann kommt es", "de"), ("when does it come", "en")];
        assert_eq!(languages, BTreeMap::from(expected));
        let told = notes(&bot(), &lessons, &recognise);
        let about = "`quand ça arrive` seems to be of the language `fr`, which the bot does not speak: it is learned as `en`";
        assert_eq!(told, [about]);
    }

    #[test]
    fn what_is_dismissed_teaches_nothing() {
        let cluster = cluster(&["asdf", "jkl"]);
        let lessons =
            decide(&bot(), &[], &cluster, &ReviewDecision::Dismiss, &decided(), &unclear).expect("decided");
        assert_eq!(lessons.len(), 2);
        assert!(lessons.iter().all(|lesson| lesson.phrase.is_none() && lesson.intent.is_none()));
    }
}
