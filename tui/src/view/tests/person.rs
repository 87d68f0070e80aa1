//! What is seen where contacts are made one person.

use crossterm::event::KeyCode;
use studio_core::api::{Sender, TranscriptMessage, Unreachable};

use super::{go, model, same, shown};
use crate::{
    keys::{Context, Press},
    message::Msg,
    model::Deed,
    samples,
    update::update,
};

#[test]
fn what_was_said_with_a_person_says_by_which_channel() {
    let mut model = model(100, 24, &same);
    go(&mut model, Context::Person);
    let room = model.room.as_mut().expect("there is a room");
    let said = |sequence: u64, channel: &str, text: &str| TranscriptMessage {
        channel: channel.to_owned(),
        ..samples::transcript(samples::message(sequence, Sender::Visitor, text))
    };
    room.person.said = vec![said(9, "telegram", "it came\nyesterday"), said(4, "web", "where is it?")];
    room.person.selected = 3;
    let drawn = shown(&model);
    for words in ["· telegram < Visitor: it came", "· web < Visitor: where is it?", "  yesterday"] {
        assert!(drawn.contains(words), "{words}: {drawn}");
    }
    let marked = drawn.lines().filter(|line| line.contains('›')).collect::<Vec<_>>();
    assert!(marked.len() == 1 && marked[0].contains("it came"), "{drawn}");
}

#[test]
fn who_cannot_be_written_to_is_seen_with_the_reason() {
    let mut model = model(140, 24, &same);
    go(&mut model, Context::Person);
    let detail = model.room.as_mut().and_then(|room| room.person.detail.as_mut()).expect("a person");
    let since = "2026-11-30T18:31:00Z".parse().expect("a time");
    let reason = "the person has blocked the bot".to_owned();
    detail.identities[1].unreachable = Some(Unreachable { since, reason });
    let drawn = shown(&model);
    let marked = drawn.lines().filter(|line| line.contains("cannot be written to since")).collect::<Vec<_>>();
    let words = "telegram · telegram · 4711 · cannot be written to since 2026-11-30 ";
    assert!(marked.len() == 1 && marked[0].contains(words), "{drawn}");
    assert!(marked[0].contains(": the person has blocked the bot"), "{drawn}");
}

#[test]
fn whom_a_person_is_to_be_one_with_stands_in_the_question() {
    let mut model = model(120, 24, &same);
    go(&mut model, Context::Match);
    update(&mut model, Msg::Key(Press::plain(KeyCode::Enter)));
    let chosen = match &model.room.as_ref().expect("there is a room").person.deed {
        Deed::Merging(candidate) => candidate.name.clone(),
        other => panic!("nobody is chosen: {other:?}"),
    };
    let asked = shown(&model);
    assert!(asked.contains(&format!("Is this person the same as {chosen} (")), "{asked}");
    update(&mut model, Msg::Key(Press::plain(KeyCode::Esc)));
    update(&mut model, Msg::Key(Press::plain(KeyCode::Esc)));
    update(&mut model, Msg::Key(Press::plain(KeyCode::Down)));
    let known = shown(&model);
    for words in
        ["› telegram · telegram · 4711", "web · web · Ada's customer · stands for all", " u take apart "]
    {
        assert!(known.contains(words), "{words}: {known}");
    }
}
