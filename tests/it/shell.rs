//! The program as a shell uses it: pipes, examples, lists of checks.

use std::{
    io::{Read as _, Write as _},
    process::{Output, Stdio},
};

use super::support::Home;

/// What `studio chat shop` says to these bytes.
fn chat(home: &Home, lines: &[u8]) -> Output {
    let mut command = home.command(&["chat", "shop", "--language", "en"]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    child.stdin.take().expect("is piped").write_all(lines).expect("reads");
    child.wait_with_output().expect("ends")
}

#[test]
fn a_talk_in_the_terminal_has_files_events_and_a_way_back_from_a_person() {
    let home = Home::new();
    std::fs::write(home.path().join("bill.pdf"), b"%PDF-1.7\n").expect("writable");
    let lines = b"/explain\n/file bill.pdf\n/file none.pdf\n/event cart_left {\"total\": 5}\n/explain\n\
        /back\nI want to talk to a person\n/back\n\xff\xfe\nwhat is your return policy?\n/quit\n";
    let output = chat(&home, lines);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let mut rest = said.as_ref();
    for expected in [
        "why the bot answers, is shown",
        "I can only read",
        "none.pdf: cannot be read",
        "cart_left",
        "why the bot answers, is no longer shown",
        "the bot has the conversation already",
        "waiting for a person",
        "the bot has the conversation again",
        "that is no UTF-8 text; nothing was sent",
        "bot> ",
    ] {
        let at = rest.find(expected);
        rest = &rest[at.unwrap_or_else(|| panic!("no {expected:?} from here on:\n{rest}\nof\n{said}"))..];
    }
    assert!(!rest.contains("waiting for a person"), "the bot has it back:\n{said}");
}

/// A bot that calls the service at this address when it hears "stock".
fn tents(home: &Home, service: &str) {
    let bot = home.path().join("bots/tents");
    let about =
        format!("name: tents\ntitle: Tents\nlanguages: [en]\nsettings: {{ service: \"{service}\" }}\n");
    let flows = "stock:\n  when: [keyword: stock]\n  steps:\n    - http: { get: \"{{ settings.service }}/stock\" }\n      \
        error: [ { say: { en: \"No luck on {{ channel }}.\" } } ]\n";
    for (file, text) in [("bot.yaml", about.as_str()), ("flows/all.yaml", flows)] {
        let path = bot.join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        std::fs::write(path, text).expect("writable");
    }
}

#[test]
fn a_talk_has_the_settings_of_the_server_and_calls_what_it_calls() {
    let port = super::support::free_port();
    let check = |egress: &str, reason: &str, warned: bool| {
        let home = Home::with(&format!(
            "[bots.settings.tents]\nservice = \"http://127.0.0.1:{port}\"\n[egress]\n{egress}"
        ));
        tents(&home, "https://tents.example");
        let mut command = home.command(&["chat", "tents"]);
        let mut child = command.stdin(Stdio::piped()).spawn().expect("starts");
        child.stdin.take().expect("is piped").write_all(b"stock\n/quit\n").expect("reads");
        let output = child.wait_with_output().expect("ends");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let failed = format!("the call of http://127.0.0.1:{port}/stock failed: 127.0.0.1 {reason}");
        assert!(said.contains(&failed), "no {failed:?} in\n{said}");
        let warnings = [
            String::from_utf8_lossy(&output.stderr).into_owned(),
            home.asked(&["check"]).1,
            home.asked(&["doctor"]).1,
            home.start().at_the_start.clone(),
        ];
        for told in warnings {
            let line = told.lines().find(|line| line.contains("the bot tents calls"));
            assert_eq!(line.is_some(), warned, "{told}");
            let needed = format!("(egress.allow_private) and port {port} there (egress.allow_ports)");
            assert!(line.is_none_or(|line| line.contains(&needed)), "no {needed:?} in\n{told}");
        }
    };
    check("", "is not on the public internet", true);
    let open = format!("allow_private = [\"127.0.0.0/8\"]\nallow_ports = [{port}]\n");
    check(&open, "cannot be reached", false);
}

#[test]
fn a_talk_says_why_a_call_failed_on_which_channel_it_is_and_explains_in_words() {
    let home = Home::new();
    let port = super::support::free_port();
    tents(&home, &format!("http://127.0.0.1:{port}"));
    let mut command = home.command(&["chat", "tents", "--channel", "telegram", "--explain"]);
    let mut child = command.stdin(Stdio::piped()).spawn().expect("starts");
    child.stdin.take().expect("is piped").write_all(b"stock\n/later -5m\n/later 1d\n/quit\n").expect("reads");
    let output = child.wait_with_output().expect("ends");
    let said = String::from_utf8_lossy(&output.stdout);
    for expected in [
        "Tents on the channel telegram",
        &format!("!!!> the call of http://127.0.0.1:{port}/stock failed: "),
        "bot> No luck on telegram.",
        "flow started stock",
        "time goes forward only",
    ] {
        assert!(said.contains(expected), "no {expected:?} in\n{said}");
    }
    assert!(!said.contains("\"type\""), "words, not JSON:\n{said}");
}

#[test]
fn a_reader_that_goes_away_ends_the_program_quietly() {
    let home = Home::new();
    for arguments in [&["chat", "shop"][..], &["check", "shop"], &["config", "--defaults"], &["doctor"]] {
        let mut child =
            home.command(arguments).stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("ends");
        assert!(output.status.success(), "{arguments:?}: {}", output.status);
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
    }
}

#[test]
fn a_talk_whose_reader_goes_away_in_the_middle_ends_quietly() {
    let home = Home::new();
    let mut command = home.command(&["chat", "shop", "--language", "en"]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    let mut out = child.stdout.take().expect("is piped");
    let (mut said, mut byte) = (Vec::new(), [0]);
    while !said.ends_with(b"you> ") {
        out.read_exact(&mut byte).expect("it asks");
        said.extend(byte);
    }
    drop(out);
    child.stdin.take().expect("is piped").write_all(b"\n\n").expect("reads");
    let output = child.wait_with_output().expect("ends");
    assert!(output.status.success(), "{}", output.status);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn what_is_piped_into_a_talk_stands_in_what_is_written_of_it() {
    let output = chat(&Home::new(), "what is your return policy?\r\nund für \u{1b}[2Jdas Zelt?".as_bytes());
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("\nyou> what is your return policy?\nbot> "), "{said}");
    assert!(said.contains("\nyou> und für \u{fffd}[2Jdas Zelt?\n"), "{said}");
}

#[test]
fn doctor_and_check_warn_of_a_folder_that_hides_the_sample() {
    let home = Home::new();
    let told = |arguments: &[&str]| {
        let output = home.command(arguments).output().expect("runs");
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    for arguments in [&["doctor"], &["check"]] {
        let (well, said) = told(arguments);
        assert!(well && !said.contains("nobody answers"), "{said}");
    }
    let empty = tempfile::tempdir().expect("a folder");
    let output = home.command(&["check"]).current_dir(empty.path()).output().expect("runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("The settings are in order."), "{said}");
    std::fs::create_dir_all(home.path().join("bots")).expect("writable");
    for (arguments, well) in [(&["doctor"][..], true), (&["check"], true), (&["check", "--strict"], false)] {
        let (is_well, said) = told(arguments);
        for connection in ["web", "crm"] {
            let warning = format!("nobody answers on the connection {connection}: its bot shop is not in ");
            assert!(said.contains(&warning), "{arguments:?}: {said}");
        }
        assert_eq!(is_well, well, "{arguments:?}: {said}");
        assert!(!said.contains("The settings are in order."), "{arguments:?}: {said}");
    }
}

#[test]
fn doctor_says_of_a_server_that_does_not_answer_yet_that_it_starts() {
    let home = Home::new();
    let data = home.path().join("data");
    std::fs::create_dir_all(&data).expect("writable");
    let _socket = std::os::unix::net::UnixListener::bind(data.join("studio.sock")).expect("a socket");
    let (well, said) = home.asked(&["doctor"]);
    assert!(well && said.contains("it is still starting") && !said.contains("BAD"), "{said}");
}

#[test]
fn every_command_shows_an_example_that_it_understands() {
    let home = Home::new();
    for command in [
        "serve", "console", "chat", "check", "test", "evaluate", "doctor", "export", "import", "user",
        "config",
    ] {
        let output = home.command(&[command, "--help"]).output().expect("runs");
        let help = String::from_utf8_lossy(&output.stdout);
        let examples = help.split("Example").nth(1).unwrap_or_default();
        assert!(examples.contains(&format!("studio {command}")), "{help}");
        for line in help.lines().filter(|line| line.starts_with("  studio ")) {
            let example = line.trim().split("  ").next().unwrap_or_default();
            let example = example.split(['>', '|']).next().unwrap_or_default();
            let arguments = example.split_whitespace().skip(1).map(|word| word.trim_matches('\''));
            let parsed = <studio::cli::Arguments as clap::Parser>::try_parse_from(
                std::iter::once("studio").chain(arguments),
            );
            assert!(parsed.is_ok(), "{example}: {parsed:?}");
        }
    }
}
