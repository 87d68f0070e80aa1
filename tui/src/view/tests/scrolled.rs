//! What is seen of a mind that is longer than the window.

use crossterm::event::KeyCode;

use super::{go, model, same, shown};
use crate::{
    keys::{Context, Press},
    message::Msg,
    model::Model,
    update::update,
};

fn press(model: &mut Model, key: char) {
    update(model, Msg::Key(Press::plain(KeyCode::Char(key))));
}

#[test]
fn a_mind_that_is_longer_than_the_window_is_moved_through() {
    let mut model = model(80, 24, &same);
    go(&mut model, Context::Conversation);
    let top = shown(&model);
    assert!(top.contains("The bot's mind") && top.contains("▼ 2 more lines: >"), "{top}");
    assert!(!top.contains("Bot version"), "{top}");
    press(&mut model, '>');
    let end = shown(&model);
    assert!(end.contains("Bot version") && !end.contains("more lines"), "{end}");
    assert!(!end.contains("The bot's mind") && end.contains("where is my order?"), "{end}");
    press(&mut model, '>');
    assert_eq!(shown(&model), end, "that is all of it");
    press(&mut model, '<');
    assert_eq!(shown(&model), top);
}

#[test]
fn a_mind_alone_is_moved_through_by_the_keys_that_move_in_a_text() {
    let mut model = model(70, 14, &same);
    go(&mut model, Context::Conversation);
    let conversation = shown(&model);
    press(&mut model, 'm');
    let top = shown(&model);
    assert!(top.contains("The bot's mind") && top.contains("more lines: >"), "{top}");
    press(&mut model, 'j');
    let below = shown(&model);
    assert!(!below.contains("The bot's mind") && below.contains("│ Intent"), "{below}");
    press(&mut model, 'G');
    let end = shown(&model);
    assert!(end.contains("Bot version") && !end.contains("more lines"), "{end}");
    press(&mut model, 'g');
    assert_eq!(shown(&model), top);
    press(&mut model, 'm');
    assert_eq!(shown(&model), conversation, "it stands where it stood");
}
