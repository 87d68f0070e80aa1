//! A studio that dies while the visitor writes.

use crate::{story::open, support::eventually};

#[test]
fn what_is_written_while_the_studio_dies_and_comes_back_is_there_once_and_in_order() {
    let Some((home, mut studio, visitor)) = open("dying") else { return };
    let mut said = Vec::new();
    for round in 0..3 {
        for number in 0..3 {
            let text = format!("word {round}-{number}");
            visitor.say(&text);
            said.push(format!("visitor: {text}"));
        }
        visitor.press("half a sent");
        studio.kill();
        for number in 3..5 {
            visitor.script("Studio.send(arguments[0])", &[format!("word {round}-{number}").into()]);
            said.push(format!("visitor: word {round}-{number}"));
        }
        visitor.press("ence");
        studio = home.start();
        let draft = visitor.script("return root.querySelector('textarea').value", &[]);
        assert_eq!(draft, "half a sentence", "what was not sent yet is still there");
        visitor.press(&"\u{e003}".repeat(15));
    }
    let own = || -> Vec<String> {
        visitor.transcript().into_iter().filter(|line| line.contains("visitor: ")).collect()
    };
    eventually("all of it once and in order", || (own() == said).then_some(()));
    // A tab that knows nothing of it reads the same from the studio.
    visitor.reload();
    visitor.click(".launcher");
    eventually("the same from the studio", || (own() == said).then_some(()));
    drop(studio);
}
