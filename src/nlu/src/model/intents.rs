//! Which intents has a message: as a whole, without its values, and clause by clause?
//!
//! Words first ([`Model::listen`]). The transformer is asked where they are not sure, and once ([`Model::meanings`]): what the
//! clauses say, and what is left without values or negations, is heard in the run of the whole. Both together tell what is meant
//! ([`Model::conclude`]).
//!
//! A clause that takes a wish back ([`denial`](crate::denial)) is heard a second time without its negations. Where both readings
//! name the same intent, and the phrase of it that is nearest is not negated itself, the intent is denied. Beside such a clause each
//! is heard by itself: within the run of the whole "we came late" sounds like the "I don't want to cancel" behind it.

use std::{borrow::Cow, ops::Range};

use studio_core::{
    embedding::{Part, Vector, has_meaning},
    understanding::{Besides, EntityMatch, Scored, Understander},
};

use super::{
    Model,
    cuts::{Cut, cuts},
};
use crate::{
    classify::{self, Ranking},
    denial::Language,
    entities,
    text::Reading,
};

/// Most intents that are named for one text.
const MOST_NAMED: usize = 5;
/// How sure one may be of a phrase that was typed with a slip.
const SLIPPED: f64 = 0.98;
/// In place of the parts of what is heard by itself.
const NO_PARTS: &[Part] = &[];

/// The intents of a text, and whether the best is to be acted on.
#[derive(Clone)]
pub(super) struct Judged {
    pub(super) intents: Vec<Scored>,
    pub(super) confident: bool,
    /// The confidence from which on the best may be acted on.
    pub(super) least: f64,
}

/// What a message wants.
pub(super) struct Meant {
    pub(super) judged: Judged,
    /// What is wanted besides.
    pub(super) also: Vec<Besides>,
    /// What is not wanted.
    pub(super) denied: Vec<String>,
}

/// What words alone say of a message.
pub(super) struct Listened<'t> {
    /// As the transformer sees it.
    text: &'t str,
    /// Whether places in it are those of the original.
    is_as_typed: bool,
    whole: Heard,
    /// What is left without values, and where it stands.
    rest: Option<(Heard, Part)>,
    /// Nothing where the message takes more back than is heard.
    clauses: Option<Vec<Clause>>,
    /// The parts that the transformer is to hear besides; nothing where words are sure.
    parts: Option<Vec<Part>>,
    /// What it is to hear by itself, behind the parts.
    apart: Vec<String>,
}

impl Listened<'_> {
    /// Whether the transformer is to be asked.
    pub(super) fn is_unsure(&self) -> bool {
        self.parts.is_some()
    }
}

/// A clause as it stands, and what it would say without its negations where it takes a wish back.
struct Clause {
    heard: Heard,
    place: Part,
    affirmed: Option<Affirmed>,
}

struct Affirmed {
    heard: Heard,
    place: Part,
    /// The words of the clause with its negations.
    words: Vec<String>,
}

/// What words alone say of a text.
struct Heard {
    /// The intent whose phrase it is, and how sure that is.
    phrase: Option<(usize, f64)>,
    vector: classify::Vector,
    ranking: Ranking,
    /// To the transformer every emoji is the same unknown word.
    has_words: bool,
    /// A single letter is like many words and means none of them.
    has_only_letters: bool,
    /// Whether it consists of words.
    is_legible: bool,
}

impl Model {
    /// What words say of a message. `languages` are those that it may be written in.
    pub(super) fn listen<'t>(
        &self,
        reading: &'t Reading<'_>,
        found: &[EntityMatch],
        languages: &[&'static Language],
    ) -> Listened<'t> {
        let kinds = self.finder.kinds_of(found);
        let whole = self.hear(reading, &kinds);
        let text = reading.seen.as_ref();
        let is_as_typed = matches!(reading.seen, Cow::Borrowed(_));
        if whole.phrase.is_some() {
            // Whoever wrote the phrase knew how many things it says.
            let (clauses, apart) = (Some(Vec::new()), Vec::new());
            return Listened { text, is_as_typed, whole, rest: None, clauses, parts: None, apart };
        }
        // Days, times, numbers, amounts and addresses say nothing of what is wanted, but each is so many unknown words.
        let rest = if is_as_typed { entities::without_values(text, found) } else { None };
        let rest = rest.map(|place| (self.hear(&Reading::new(&joined(text, &place)), &kinds), place));
        let clauses = self.clauses(text, languages);
        let heard = clauses.as_deref().unwrap_or_default();
        let several = heard.len() > 1;
        let unsure = |heard: &Heard| self.is_unsure(heard);
        let affirmed = || heard.iter().filter_map(|clause| clause.affirmed.as_ref());
        let is_unsure = unsure(&whole)
            || (several && heard.iter().any(|clause| unsure(&clause.heard)))
            || affirmed().any(|affirmed| unsure(&affirmed.heard));
        let is_apart = several && affirmed().next().is_some();
        let of_clauses = heard.iter().filter(|_| several).map(|clause| &clause.place);
        let of_clauses: Vec<&Part> =
            of_clauses.chain(affirmed().map(|affirmed| &affirmed.place)).filter(|_| is_unsure).collect();
        let mut parts: Vec<Part> = rest.iter().map(|(_, place)| place.clone()).collect();
        let mut apart = Vec::new();
        if is_apart {
            apart.extend(of_clauses.into_iter().map(|place| joined(text, place)));
        } else {
            parts.extend(of_clauses.into_iter().cloned());
        }
        Listened { text, is_as_typed, whole, rest, clauses, parts: is_unsure.then_some(parts), apart }
    }

    /// The intents of a message, and what is wanted or denied besides where it has clauses that are clear by themselves.
    /// `languages` as in [`Self::listen`], `meanings` as in [`Self::meanings`].
    pub(super) fn conclude(
        &self,
        listened: &Listened<'_>,
        meanings: &[Vector],
        languages: &[&'static Language],
    ) -> Meant {
        let Listened { text: _, is_as_typed, whole, rest, clauses, parts: _, apart: _ } = listened;
        let mut meanings = meanings.iter();
        let mut judged = self.judge(whole, meanings.next());
        if let Some((rest, _)) = rest {
            let meaning = meanings.next();
            let beside = (!judged.confident).then(|| self.judge(rest, meaning));
            // Where the whole is not sure enough, the rest may be, of the same intent.
            if let Some(beside) = beside.filter(|it| it.confident && names(it) == names(&judged)) {
                judged = beside;
            }
        }
        let Some(clauses) = clauses else {
            // What is wanted of it nobody can tell.
            judged.confident = false;
            return Meant { judged, also: Vec::new(), denied: Vec::new() };
        };
        let several = clauses.len() > 1;
        let said: Vec<Judged> = if several {
            clauses.iter().map(|clause| self.judge(&clause.heard, meanings.next())).collect()
        } else {
            clauses.iter().filter(|clause| clause.affirmed.is_some()).map(|_| judged.clone()).collect()
        };
        let (mut denied, wanted) = self.sort(clauses, said, &judged, meanings, languages);
        let is_wanted = |intent: &str| {
            several && wanted.iter().any(|(clause, _)| clause.confident && names(clause) == Some(intent))
        };
        denied.retain(|intent| !is_wanted(intent));
        judged.confident &= !names(&judged).is_some_and(|best| denied.iter().any(|intent| intent == best));
        let beside_denied = wanted.len() < clauses.len();
        let mut also = if several { also(wanted, &judged, beside_denied) } else { Vec::new() };
        if !is_as_typed {
            also = also.into_iter().map(|besides| Besides { start: 0, end: 0, ..besides }).collect();
        }
        Meant { judged, also, denied }
    }

    /// Which intents are denied by a clause, each once, and what the other clauses say, with their places.
    fn sort<'m>(
        &self,
        clauses: &[Clause],
        said: Vec<Judged>,
        whole: &Judged,
        mut affirmed: impl Iterator<Item = &'m Vector>,
        languages: &[&'static Language],
    ) -> (Vec<String>, Vec<(Judged, Range<usize>)>) {
        let mut denied: Vec<String> = Vec::new();
        let mut others: Vec<(Judged, Range<usize>)> = Vec::new();
        for (clause, said) in clauses.iter().zip(said) {
            let intent = clause.affirmed.as_ref().and_then(|clause| {
                let affirmed = self.judge(&clause.heard, affirmed.next());
                self.denied(clause, &affirmed, [&said, whole], languages)
            });
            match intent {
                Some(intent) if denied.contains(&intent) => {}
                Some(intent) => denied.push(intent),
                None => others.push((said, clause.place.first().cloned().unwrap_or_default())),
            }
        }
        (denied, others)
    }

    /// The clauses of a text; nothing where it takes more back than is heard.
    fn clauses(&self, text: &str, languages: &[&'static Language]) -> Option<Vec<Clause>> {
        Some(cuts(text, languages)?.into_iter().map(|cut| self.clause(text, cut)).collect())
    }

    fn clause(&self, text: &str, cut: Cut<'_>) -> Clause {
        let Cut { place, subject, denial, reading } = cut;
        let affirmed = denial.map(|denial| {
            let stretches = denial.rest(subject.end - subject.start).into_iter();
            let place: Part =
                stretches.map(|stretch| subject.start + stretch.start..subject.start + stretch.end).collect();
            let rest = joined(text, &place);
            let rest = Reading::new(&rest);
            Affirmed { heard: self.hear(&rest, &self.kinds(&rest)), place, words: denial.words }
        });
        let affirmed = affirmed.filter(|affirmed| affirmed.heard.has_words);
        let reading = reading.unwrap_or_else(|| Reading::new(&text[place.clone()]));
        Clause { heard: self.hear(&reading, &self.kinds(&reading)), place: vec![place], affirmed }
    }

    /// The intent that a clause denies: what it names without its negations, where it is named with them as well, by the clause or by
    /// the whole of the message.
    fn denied(
        &self,
        clause: &Affirmed,
        affirmed: &Judged,
        [said, whole]: [&Judged; 2],
        languages: &[&'static Language],
    ) -> Option<String> {
        let intent = names(affirmed)?;
        let acts = |judged: &Judged| judged.confident && names(judged) == Some(intent);
        let is_named = names(said) == Some(intent) || (affirmed.confident && acts(whole));
        let index = self.intents.iter().position(|known| known == intent)?;
        let index = u32::try_from(index).ok()?;
        let is_clear = affirmed.confident || acts(said) || acts(whole);
        let by_nature = || self.own.is_negated(index, &clause.words, languages);
        (is_named && is_clear && !by_nature()).then(|| intent.to_owned())
    }

    fn hear(&self, reading: &Reading<'_>, kinds: &[&str]) -> Heard {
        let vector = self.classifier.vector(reading, kinds);
        let key = reading.key();
        let exact = self.exact.get(&key).map(|intent| (*intent as usize, 1.0));
        let slipped = || {
            let intent = self.slips.find(reading, |word| self.classifier.knows_word(word))?;
            Some((intent as usize, SLIPPED))
        };
        let phrase = exact.or_else(slipped);
        Heard {
            phrase,
            is_legible: phrase.is_some() || self.is_legible(reading),
            ranking: self.classifier.rank(&vector),
            vector,
            has_words: reading.has_words(),
            has_only_letters: reading.has_only_letters(),
        }
    }

    /// Whether the transformer can say more of it.
    fn is_unsure(&self, heard: &Heard) -> bool {
        let best = heard.ranking.intents.first().map_or(0.0, |(_, confidence)| *confidence);
        let sure = self.semantic.as_ref().is_none_or(|semantic| best >= semantic.sure);
        !sure && heard.phrase.is_none() && heard.has_words
    }

    /// The vectors of each of some messages and its parts, which are asked in one run and waited for once; none of those of which
    /// words are sure, and none at all where there is no transformer or it does not answer.
    pub(super) fn meanings<const N: usize>(&self, messages: [&Listened<'_>; N]) -> [Vec<Vector>; N] {
        let mut asked: Vec<(&str, &[Part])> = Vec::new();
        for message in messages {
            if let Some(parts) = &message.parts {
                asked.push((message.text, parts.as_slice()));
                asked.extend(message.apart.iter().map(|text| (text.as_str(), NO_PARTS)));
            }
        }
        let answers = match &self.embedder {
            Some(embedder) if !asked.is_empty() => embedder.deep_now(&asked).unwrap_or_default(),
            Some(_) | None => Vec::new(),
        };
        let mut answers = answers.into_iter();
        messages.map(|message| {
            let count = if message.parts.is_some() { 1 + message.apart.len() } else { 0 };
            answers.by_ref().take(count).flatten().collect()
        })
    }

    fn judge(&self, heard: &Heard, meaning: Option<&Vector>) -> Judged {
        let semantic = self.semantic.as_ref().filter(|_| self.is_unsure(heard));
        // What the transformer has no words for is near to whatever else it has none for.
        let meaning = meaning.filter(|meaning| has_meaning(meaning));
        let (ranked, threshold, by) = if let Some((semantic, meaning)) = semantic.zip(meaning) {
            let ranked = semantic.rank(&heard.vector, &self.classifier.vocabulary, meaning);
            let threshold = ranked.first().map_or(1.0, |(intent, _)| semantic.threshold(*intent));
            (Cow::Owned(ranked), threshold, Understander::Semantic)
        } else {
            let threshold = self.classifier.calibration.threshold;
            (Cow::Borrowed(&heard.ranking.intents), threshold, Understander::Linear)
        };
        let threshold = self.threshold.unwrap_or(threshold);
        let known = (heard.ranking.known || by == Understander::Semantic)
            && heard.is_legible
            && !heard.has_only_letters;
        let confident = known && ranked.first().is_some_and(|(_, confidence)| *confidence >= threshold);
        let scored = |intent: usize, confidence: f64, by| Scored {
            intent: self.intents[intent].clone(),
            confidence,
            by,
        };
        let ranked = ranked.iter().map(|(intent, confidence)| scored(*intent, *confidence, by));
        let Some((phrase, sure)) = heard.phrase else {
            return Judged { intents: ranked.take(MOST_NAMED).collect(), confident, least: threshold };
        };
        let mut intents = vec![scored(phrase, sure, Understander::Exact)];
        intents.extend(ranked.filter(|other| other.intent != self.intents[phrase]));
        intents.truncate(MOST_NAMED);
        Judged { intents, confident: true, least: 0.0 }
    }
}

/// The best intent.
fn names(judged: &Judged) -> Option<&str> {
    judged.intents.first().map(|best| best.intent.as_str())
}

/// What clear clauses name beside the whole, in their order.
fn also(clauses: Vec<(Judged, Range<usize>)>, whole: &Judged, beside_denied: bool) -> Vec<Besides> {
    let clear = |(clause, place): (Judged, Range<usize>)| {
        let best = clause.intents.into_iter().next().filter(|_| clause.confident);
        best.map(|Scored { intent, confidence, by }| Besides {
            intent,
            confidence,
            by,
            start: place.start,
            end: place.end,
        })
    };
    let clauses = clauses.into_iter().map(clear);
    // Where a clause says nothing by itself, the cut was in the wrong place; unless another one took something back.
    let clear: Option<Vec<Besides>> =
        if beside_denied { Some(clauses.flatten().collect()) } else { clauses.collect() };
    let first = whole.intents.first().filter(|_| whole.confident);
    let mut also: Vec<Besides> = Vec::new();
    for besides in clear.unwrap_or_default() {
        let known = first.is_some_and(|first| first.intent == besides.intent)
            || also.iter().any(|other| other.intent == besides.intent);
        if !known {
            also.push(besides);
        }
    }
    // Of a message whose whole is unclear, the first clause is what is answered.
    if first.is_none() && also.len() < 2 && !beside_denied { Vec::new() } else { also }
}

fn joined(text: &str, place: &[Range<usize>]) -> String {
    place.iter().map(|stretch| &text[stretch.clone()]).collect::<Vec<_>>().join(" ")
}
