//! `search`: looks something up in the bot's documents.

use serde_json::json;

use super::Go;
use crate::{
    bot::{KnowledgeSettings, NodeKind, Search},
    content::Content,
    dialogue::{
        Expecting, Happening, Question, SearchPurpose, Why,
        evaluate::{Fault, render},
        flows,
        speech::Speech,
        translate,
        turn::Turn,
    },
    texts,
    understanding::Passage,
};

/// Most passages of one search.
const MOST: usize = 20;

pub fn run(turn: &mut Turn<'_>, search: &Search) -> Result<Go, Fault> {
    let query = render(&search.query, &turn.names())?;
    if query.trim().is_empty() {
        turn.state.passages = json!([]);
        return Ok(nothing(search));
    }
    turn.go_on_unattended(None)?;
    ask(turn, query, search.limit.clamp(1, MOST), SearchPurpose::Node);
    Ok(Go::Wait)
}

/// Puts a question to the knowledge base.
pub fn ask(turn: &mut Turn<'_>, query: String, limit: usize, purpose: SearchPurpose) {
    let question = turn.number();
    let language = turn.state.language.clone();
    turn.question = Some(Question { question, query, language, limit });
    turn.state.expecting = Expecting::Found { question, purpose };
}

/// Goes on with what was found.
pub fn found(turn: &mut Turn<'_>, search: &Search, passages: &[Passage]) -> Result<(), Fault> {
    let query = render(&search.query, &turn.names())?;
    record(turn, &query, passages);
    let best = best(turn, passages);
    // What covers too little of the question is not what the flow's author wants to hear of either.
    turn.state.passages = json!(if best.is_some() { passages } else { &[] });
    let go = match best {
        Some(best) => {
            if search.answer {
                say_answer(turn, best);
            }
            Go::Next
        }
        None => nothing(search),
    };
    let next = turn.here().and_then(|(_, node)| node.next);
    match go {
        Go::To(target) => flows::advance(turn, target)?,
        Go::Next | Go::Again | Go::Wait => flows::advance(turn, next)?,
    }
    flows::run(turn);
    Ok(())
}

/// The search at the top of the stack.
pub fn here<'a>(turn: &Turn<'a>) -> Option<&'a Search> {
    let (_, node) = turn.here()?;
    if let NodeKind::Search(search) = &node.kind { Some(search) } else { None }
}

/// The first passage that has enough of the question's words, or is near enough to what it means.
pub fn best<'p>(turn: &Turn<'_>, passages: &'p [Passage]) -> Option<&'p Passage> {
    let KnowledgeSettings { min_coverage, min_nearness, .. } = turn.bot.knowledge;
    let is_near = |passage: &Passage| passage.nearness.is_some_and(|nearness| nearness >= min_nearness);
    passages.iter().find(|passage| passage.coverage >= min_coverage || is_near(passage))
}

/// Says a passage with the line that names its source.
pub fn say_answer(turn: &mut Turn<'_>, passage: &Passage) {
    let title = if passage.title.is_empty() { &passage.document } else { &passage.title };
    let source = [title].into_iter().chain(&passage.headings).cloned().collect::<Vec<_>>().join(" › ");
    let line = texts::text(&turn.state.language, "source", &[("source", source.clone())]);
    let (text, translation) = translate::text(turn, &passage.language, passage.text.trim());
    let text = text.as_deref().unwrap_or_else(|| passage.text.trim());
    let content = Content::text(format!("{text}\n\n{line}"));
    let why = Why { sources: vec![source], translation: translation.map(Box::new), ..turn.why(None) };
    turn.speak(Speech { contents: vec![content], why, ..Speech::default() });
}

pub fn record(turn: &mut Turn<'_>, query: &str, passages: &[Passage]) {
    let query = turn.masked(query);
    turn.record(Happening::Searched { query, passages: passages.to_vec() });
}

fn nothing(search: &Search) -> Go {
    search.nothing.map_or(Go::Next, |target| Go::To(Some(target)))
}
