//! What was missed while nobody listened is read, and what is gone goes.

use studio_core::{api::TranscriptMessage, dialogue::Happening};

use super::*;

/// What is asked for when time passes: the part of the messages and that of the timeline.
fn asked(model: &mut Model) -> (Part, Part) {
    let commands = update(model, Msg::Tick(samples::at(11)));
    let messages = commands.iter().find_map(|command| match command {
        Command::LoadMessages { part, .. } => Some(*part),
        _ => None,
    });
    let timeline = commands.iter().find_map(|command| match command {
        Command::LoadTimeline { part, .. } => Some(*part),
        _ => None,
    });
    messages.zip(timeline).unwrap_or_else(|| panic!("not read again: {commands:?}"))
}

fn messages(part: Part, sequences: impl Iterator<Item = u64>) -> Msg {
    let told = |sequence: u64| samples::transcript(samples::message(sequence, Sender::Visitor, "hello"));
    let result = Ok(sequences.map(told).collect::<Vec<TranscriptMessage>>());
    Msg::Answer(Answer::Messages { conversation: samples::id("ada"), part, result })
}

fn timeline(part: Part, entries: Vec<Entry>) -> Msg {
    Msg::Answer(Answer::Timeline { conversation: samples::id("ada"), part, result: Ok(entries) })
}

fn held(model: &Model) -> (Vec<u64>, Vec<u64>) {
    let room = model.room.as_ref().expect("there is a room");
    (room.messages.keys().copied().collect(), room.entries.keys().copied().collect())
}

#[test]
fn what_was_missed_is_read_again_once() {
    let mut model = busy();
    for _ in 0..5 {
        assert_eq!(update(&mut model, Msg::Live(LiveNews::Gap)), Vec::new());
    }
    let all = Part { after: 1, known: 39 };
    assert_eq!(asked(&mut model), (all, all));
    assert_eq!(update(&mut model, Msg::Tick(samples::at(12))), Vec::new());
}

#[test]
fn a_turn_that_cannot_be_read_is_told_once_and_read_again() {
    let mut model = busy();
    let error = ApiError::Unreadable("missing field `what`".into());
    update(&mut model, Msg::Live(LiveNews::Unreadable(Some(error))));
    assert!(model.notice.as_ref().is_some_and(|notice| notice.text.contains("missing field")));
    model.notice = None;
    update(&mut model, Msg::Live(LiveNews::Unreadable(None)));
    assert!(model.notice.is_none());
    asked(&mut model);
}

#[test]
fn a_hole_in_the_timeline_is_filled() {
    let mut model = busy();
    update(&mut model, turn(vec![samples::received(60, "hello")]));
    let all = Part { after: 1, known: 60 };
    assert_eq!(asked(&mut model), (all, all));
    update(&mut model, messages(all, 2..=60));
    update(&mut model, timeline(all, (2..=60).map(|it| samples::received(it, "hello")).collect()));
    let whole: Vec<u64> = (2..=60).collect();
    assert_eq!(held(&model), (whole.clone(), whole));
}

#[test]
fn what_was_erased_meanwhile_goes() {
    let mut model = busy();
    let position = LivePosition { epoch: 1, number: 1 };
    let welcome = LiveFrame::Welcome { position, caught_up: false };
    update(&mut model, Msg::Live(LiveNews::Frame(welcome)));
    let (part, _) = asked(&mut model);
    // What came since it was asked for stays.
    update(&mut model, turn(vec![samples::received(40, "hello"), samples::received(41, "hello")]));
    update(&mut model, messages(part, std::iter::once(39)));
    assert_eq!(held(&model).0, [39, 40, 41]);
    let erased = Entry { what: Happening::Erased, ..samples::received(38, "") };
    update(&mut model, timeline(part, vec![erased, samples::received(39, "hello")]));
    assert_eq!(held(&model).1, [38, 39, 40, 41]);
}

#[test]
fn what_was_erased_does_not_come_back_with_a_late_answer() {
    let mut model = busy();
    update(&mut model, Msg::Live(LiveNews::Gap));
    let (part, _) = asked(&mut model);
    let erased = Entry { what: Happening::Erased, ..samples::received(40, "") };
    update(&mut model, turn(vec![erased, samples::received(41, "hello")]));
    update(&mut model, messages(part, 2..40));
    update(&mut model, timeline(part, (2..40).map(|it| samples::received(it, "hello")).collect()));
    assert_eq!(held(&model), (vec![41], vec![40, 41]));
}
