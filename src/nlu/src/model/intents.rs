//! Which intents has a message: as a whole, without its values, and clause by clause?
//!
//! Words first. The transformer is asked where they are not sure, and once: what the clauses say, and what is left without
//! values, is heard in the run of the whole.

use std::borrow::Cow;

use studio_core::{
    embedding::{Part, Vector},
    understanding::{EntityMatch, Scored, Understander},
};

use super::Model;
use crate::{
    classify::{self, Ranking},
    clauses, entities,
    text::Reading,
};

/// Most intents that are named for one text.
const MOST_NAMED: usize = 5;
/// How sure one may be of a phrase that was typed with a slip.
const SLIPPED: f64 = 0.98;

/// The intents of a text, and whether the best is to be acted on.
pub(super) struct Judged {
    pub(super) intents: Vec<Scored>,
    pub(super) confident: bool,
}

/// What words alone say of a text.
struct Heard {
    /// The intent whose phrase it is, and how sure that is.
    phrase: Option<(usize, f64)>,
    vector: classify::Vector,
    ranking: Ranking,
    /// To the transformer every emoji is the same unknown word.
    has_words: bool,
}

impl Model {
    /// The intents of a message, and what is wanted besides where it has several clauses that are clear by themselves.
    pub(super) fn intents(&self, reading: &Reading<'_>, found: &[EntityMatch]) -> (Judged, Vec<Scored>) {
        let kinds = self.finder.kinds_of(found);
        let whole = self.hear(reading, &kinds);
        if whole.phrase.is_some() {
            // Whoever wrote the phrase knew how many things it says.
            return (self.judge(&whole, None), Vec::new());
        }
        let text = reading.seen.as_ref();
        // Days, times, numbers, amounts and addresses say nothing of what is wanted, but each is so many unknown words.
        let rest = match reading.seen {
            Cow::Borrowed(_) => entities::without_values(text, found),
            Cow::Owned(_) => None,
        };
        let rest = rest.map(|place| {
            let stretches: Vec<&str> = place.iter().map(|stretch| &text[stretch.clone()]).collect();
            (self.hear(&Reading::new(&stretches.join(" ")), &kinds), place)
        });
        let clauses = clauses::clauses(text).into_iter().map(|place| {
            let clause = Reading::new(&text[place.clone()]);
            (self.hear(&clause, &self.kinds(&clause)), vec![place])
        });
        let clauses: Vec<(Heard, Part)> = clauses.collect();
        let clauses = if clauses.len() < 2 { Vec::new() } else { clauses };
        let unsure = |heard: &Heard| self.is_unsure(heard);
        let meanings = if unsure(&whole) || clauses.iter().any(|(clause, _)| unsure(clause)) {
            let parts: Vec<Part> = rest.iter().chain(&clauses).map(|(_, place)| place.clone()).collect();
            self.meanings(text, &parts)
        } else {
            Vec::new()
        };
        let (of_rest, of_clauses) = (1, 1 + usize::from(rest.is_some()));
        let mut judged = self.judge(&whole, meanings.first());
        if let (Some((rest, _)), false) = (&rest, judged.confident) {
            let beside = self.judge(rest, meanings.get(of_rest));
            // Where the whole is not sure enough, the rest may be, of the same intent.
            if beside.confident && names(&beside) == names(&judged) {
                judged = beside;
            }
        }
        let clauses =
            clauses.iter().zip(of_clauses..).map(|((clause, _), at)| self.judge(clause, meanings.get(at)));
        let also = also(clauses, &judged);
        (judged, also)
    }

    fn hear(&self, reading: &Reading<'_>, kinds: &[&str]) -> Heard {
        let vector = self.classifier.vector(reading, kinds);
        let key = reading.key();
        let exact = self.exact.get(&key).map(|intent| (*intent as usize, 1.0));
        let slipped = || {
            let intent = self.slips.find(reading, |word| self.classifier.knows_word(word))?;
            Some((intent as usize, SLIPPED))
        };
        Heard {
            phrase: exact.or_else(slipped),
            ranking: self.classifier.rank(&vector),
            vector,
            has_words: reading.has_words(),
        }
    }

    /// Whether the transformer can say more of it.
    fn is_unsure(&self, heard: &Heard) -> bool {
        let best = heard.ranking.intents.first().map_or(0.0, |(_, confidence)| *confidence);
        let sure = self.semantic.as_ref().is_none_or(|semantic| best >= semantic.sure);
        !sure && heard.phrase.is_none() && heard.has_words
    }

    /// The vectors of a text and its parts; none where there is no transformer, or it does not answer.
    fn meanings(&self, text: &str, parts: &[Part]) -> Vec<Vector> {
        let Some(embedder) = &self.embedder else { return Vec::new() };
        embedder.deep_now(text, parts).unwrap_or_default()
    }

    fn judge(&self, heard: &Heard, meaning: Option<&Vector>) -> Judged {
        let semantic = self.semantic.as_ref().filter(|_| self.is_unsure(heard));
        let (ranked, threshold, by) = if let Some((semantic, meaning)) = semantic.zip(meaning) {
            let ranked = semantic.rank(&heard.vector, &self.classifier.vocabulary, meaning);
            (Cow::Owned(ranked), semantic.calibration.threshold, Understander::Semantic)
        } else {
            let threshold = self.classifier.calibration.threshold;
            (Cow::Borrowed(&heard.ranking.intents), threshold, Understander::Linear)
        };
        let threshold = self.threshold.unwrap_or(threshold);
        let known = heard.ranking.known || by == Understander::Semantic;
        let confident = known && ranked.first().is_some_and(|(_, confidence)| *confidence >= threshold);
        let scored = |intent: usize, confidence: f64, by| Scored {
            intent: self.intents[intent].clone(),
            confidence,
            by,
        };
        let ranked = ranked.iter().map(|(intent, confidence)| scored(*intent, *confidence, by));
        let Some((phrase, sure)) = heard.phrase else {
            return Judged { intents: ranked.take(MOST_NAMED).collect(), confident };
        };
        let mut intents = vec![scored(phrase, sure, Understander::Exact)];
        intents.extend(ranked.filter(|other| other.intent != self.intents[phrase]));
        intents.truncate(MOST_NAMED);
        Judged { intents, confident: true }
    }
}

/// The best intent.
fn names(judged: &Judged) -> Option<&str> {
    judged.intents.first().map(|best| best.intent.as_str())
}

fn also(clauses: impl Iterator<Item = Judged>, whole: &Judged) -> Vec<Scored> {
    let clear = |clause: Judged| clause.intents.into_iter().next().filter(|_| clause.confident);
    // Where a clause says nothing by itself, the cut was in the wrong place.
    let Some(clear) = clauses.map(clear).collect::<Option<Vec<Scored>>>() else { return Vec::new() };
    let first = whole.intents.first().filter(|_| whole.confident);
    let mut also: Vec<Scored> = Vec::new();
    for scored in clear {
        let known = first.is_some_and(|first| first.intent == scored.intent)
            || also.iter().any(|other| other.intent == scored.intent);
        if !known {
            also.push(scored);
        }
    }
    // Of a message whose whole is unclear, the first clause is what is answered.
    if first.is_none() && also.len() < 2 { Vec::new() } else { also }
}
