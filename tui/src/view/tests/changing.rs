//! What is seen of a reply that is changed or taken back.

use studio_core::{
    api::{Correction, RefusedChange},
    content::Content,
};

use super::{go, model, same, shown};
use crate::{
    keys::Context,
    model::{AskedChange, Change, Corrected, Doing, Filling},
    samples,
};

#[test]
fn a_reply_shows_what_became_of_its_change() {
    let mut model = model(120, 40, &same);
    go(&mut model, Context::Conversation);
    let content = Some(Content::text("Hello, I am Ada."));
    let refused = RefusedChange { sequence: 11, error: "it is too old".into() };
    let asked = AskedChange { sequence: 12, content: None, look_at: samples::at(90), wait: 1 };
    let mut shown = |made: Option<Correction>, refused, asked| {
        let room = model.room.as_mut().expect("there is a room");
        room.corrected.insert(8, Corrected { made, refused, asked });
        shown(&model)
    };
    let losses = vec!["picture written as a link".into()];
    let edited = shown(Some(Correction { content, losses }), None, None);
    assert!(edited.contains("Not as it was written: picture written as a link"), "{edited}");
    assert!(edited.contains("» Ada · edited") && edited.contains("Hello, I am Ada."), "{edited}");
    assert!(!edited.contains("Hello, this is Ada."), "{edited}");
    let taken = shown(Some(Correction { content: None, losses: Vec::new() }), None, None);
    assert!(taken.contains("» Ada · taken back") && taken.contains("Hello, this is Ada."), "{taken}");
    let told = shown(None, Some(refused.clone()), None);
    assert!(told.contains("Not changed: it is too old"), "{told}");
    let waits = shown(None, Some(refused), Some(asked));
    assert!(waits.contains("» Ada · a change waits") && !waits.contains("too old"), "{waits}");
}

#[test]
fn a_template_is_read_above_the_box_in_which_its_gaps_are_filled() {
    let mut model = model(80, 24, &same);
    go(&mut model, Context::Conversation);
    let room = model.room.as_mut().expect("there is a room");
    room.detail.as_mut().expect("is read").conversation.channel = "whatsapp".into();
    assert!(shown(&model).contains(" a templates "));
    let room = model.room.as_mut().expect("there is a room");
    let mut filling = Filling::of(&samples::templates()[1]).expect("it can be typed");
    assert!(filling.draft_mut().expect("a gap").insert("Ada", false));
    filling.go_on();
    room.templates.filling = Some(filling);
    room.doing = Doing::Filling;
    let drawn = shown(&model);
    for words in
        [" order_sent: the gap {{2}} (2/2) ─", " Hello Ada, order {{2}} is on its way.", " Enter send "]
    {
        assert!(drawn.contains(words), "{words}: {drawn}");
    }
    assert!(!drawn.contains("new line"), "{drawn}");
}

#[test]
fn what_a_reply_is_to_say_is_written_in_the_box() {
    let mut model = model(80, 24, &same);
    go(&mut model, Context::Conversation);
    let room = model.room.as_mut().expect("there is a room");
    room.detail.as_mut().expect("is read").conversation.channel = "telegram".into();
    assert!(shown(&model).contains(" u change "));
    let room = model.room.as_mut().expect("there is a room");
    room.doing = Doing::Changing(8);
    let change = Change::of(Content::text("Hello, this is Ada Lovelace.")).expect("it has words");
    model.changes.insert((samples::id("Ada's customer"), 8), change);
    let drawn = shown(&model);
    for words in
        [" What the reply is to say ─", " Hello, this is Ada Lovelace.", " Enter send ", "›14:21 » Ada"]
    {
        assert!(drawn.contains(words), "{words}: {drawn}");
    }
    model.room.as_mut().expect("there is a room").doing = Doing::TakingBack(8);
    let asked = shown(&model);
    assert!(asked.contains("Take this reply back from the visitor? y / n"), "{asked}");
}
