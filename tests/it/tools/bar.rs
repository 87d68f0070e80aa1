//! How far a wheel has come is shown on a terminal, and nowhere else.

use std::{path::Path, process::Command};

use portable_pty::CommandBuilder;

use super::{fetched::Fetched, text};
use crate::support::{
    browser::{program, skipped},
    terminal::Terminal,
};

#[test]
fn a_bar_is_shown_on_a_terminal_and_not_on_a_pipe() {
    let Some(python) = program("python3") else {
        return skipped(
            "a_bar_is_shown_on_a_terminal_and_not_on_a_pipe",
            "python3 (apt-get install python3)",
        );
    };
    let fetched = Fetched::new();
    let script = include_str!("../../../tools/setup-models");
    // Where a block of a wheel has come, and what is said behind it.
    let shows = |name: &str, there: u32| {
        let shows = format!("tell_progress({there} << 20, 800 << 20)\nprint('\\ngoes on')");
        let script = script.replace("\n\nmain()\n", &format!("\n\n{shows}\n"));
        assert!(script.ends_with(&format!("{shows}\n")), "the script does not end with main() any more");
        fetched.put(name, &script);
        fetched.path(name)
    };
    let [part, whole] = [("part", 200), ("whole", 800)].map(|(name, there)| shows(name, there));

    let on_a_terminal = |script: &Path| {
        let mut command = CommandBuilder::new(&python);
        command.arg(script);
        let mut terminal = Terminal::running(command);
        terminal.wait_for("goes on");
        assert_eq!(terminal.ended(), 0, "{}", terminal.contents());
        terminal.contents()
    };
    let screen = on_a_terminal(&part);
    assert!(screen.contains("[#######-----------------------] 25 % 200 of 800 MB"), "{screen}");
    // Of what is whole no bar is left.
    let screen = on_a_terminal(&whole);
    assert!(!screen.contains("MB") && !screen.contains('['), "{screen}");

    let output = Command::new(&python).arg(&part).output().expect("it can be run");
    assert!(output.status.success(), "{output:?}");
    assert_eq!(text(&output), "\ngoes on\n");
}
