//! A studio that dies while the visitor writes.

use super::strings;
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

#[test]
fn where_the_browser_has_no_room_left_what_is_written_is_sent_all_the_same() {
    let Some((home, studio, visitor)) = open("full storage") else { return };
    let left = visitor.script(
        "let size = 1 << 22;
         for (let number = 0; size; number++) {
             try { localStorage.setItem(`page${number}`, 'x'.repeat(size)); } catch { size >>= 1; }
         }
         try { localStorage.setItem('studio:web:q:x', 'x'.repeat(50)); return 'room'; } catch { return 'none'; }",
        &[],
    );
    assert_eq!(left, "none");
    let count = visitor.asks("what are your opening hours?", "Saturday").len();
    studio.kill();
    for number in 0..3 {
        visitor.say(&format!("word {number}"));
    }
    assert_eq!(
        visitor.transcript()[count..],
        ["(pending) visitor: word 0", "(pending) visitor: word 1", "(pending) visitor: word 2"]
    );
    let _studio = home.start();
    let own = || -> Vec<String> {
        visitor.transcript().into_iter().filter(|line| line.contains("visitor: ")).skip(1).collect()
    };
    let said = ["visitor: word 0", "visitor: word 1", "visitor: word 2"];
    eventually("all of it once and in order", || (own() == said).then_some(()));
    let kept = visitor
        .script("return Object.keys(localStorage).filter(key => key.startsWith('studio:web:q:'))", &[]);
    assert_eq!(strings(&kept), Vec::<String>::new());

    // The conversation that was begun before is still this browser's.
    visitor.reload();
    visitor.click(".launcher");
    eventually("the same from the studio", || (own() == said).then_some(()));
}
