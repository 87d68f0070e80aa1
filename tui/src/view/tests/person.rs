//! What is seen where contacts are made one person.

use crossterm::event::KeyCode;

use super::{go, model, same, shown};
use crate::{
    keys::{Context, Press},
    message::Msg,
    model::Deed,
    update::update,
};

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
