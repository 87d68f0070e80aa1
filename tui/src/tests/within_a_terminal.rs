//! The console in a pseudo-terminal: one visit, and every way out.
//!
//! The test starts itself again within the pseudo-terminal: `inside` is what runs there.

use std::{
    num::NonZeroU16,
    thread,
    time::{Duration, Instant},
};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use rustix::process::Signal;

use super::{
    screen::{INSIDE, PANIC, PATIENCE, SOCKET, Screen, URL},
    server::Studio,
};
use crate::{Credentials, Language, Options, Target, run};

type Way = fn(&mut Screen);

/// Not a test: what runs within the pseudo-terminal.
#[test]
#[ignore = "is started by the tests beside it"]
fn inside() {
    let target = match (std::env::var_os(SOCKET), std::env::var(URL)) {
        (Some(path), _) => Target::Unix(path.into()),
        (None, Ok(url)) => Target::Url(url.parse().expect("is an address")),
        (None, Err(_)) => return,
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    if std::env::var_os(PANIC).is_some() {
        let (out, _keep) = tokio::sync::mpsc::channel(1);
        let _taken = crate::terminal::Taken::take(out).expect("takes the terminal");
        panic!("a bug quotes \x1b]0;owned\x07");
    }
    let folder = std::env::temp_dir();
    let options = Options { target, credentials: Credentials::None, language: Language::English, folder };
    let code = match runtime.block_on(run(options)) {
        Ok(()) => 0,
        Err(error) => {
            println!("{error}");
            error.number().into()
        }
    };
    runtime.shutdown_background();
    std::process::exit(code);
}

fn studio() -> (tokio::runtime::Runtime, tempfile::TempDir, std::path::PathBuf, Studio) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("studio.sock");
    let studio = runtime.block_on(async { Studio::on_socket(&path) });
    (runtime, folder, path, studio)
}

#[test]
fn a_visit() {
    let (_runtime, _folder, path, studio) = studio();
    let mut screen = Screen::start(&path, false);
    screen.wait_for("Grace");
    screen.wait_for("● live");
    screen.press("\r");
    screen.wait_for("where is my order? 250");
    screen.press("t");
    screen.wait_for("Enter send");
    screen.wait_for("· you");
    screen.wait_for("Reply to the visitor ──");
    screen.press("Hello, this is Ada.\x0aOne moment.\r");
    for line in [" » Ada", "\n         Hello, this is Ada.", "\n         One moment."] {
        screen.wait_for(line);
    }
    let seen = studio.seen.lock().expect("not poisoned").clone();
    assert!(seen.contains(&"reply Hello, this is Ada.\nOne moment.".to_owned()), "{seen:?}");
    assert!(seen.contains(&"typing".to_owned()), "{seen:?}");
    screen.wait_for("r reply");
    screen.press("?");
    screen.wait_for("Keys: conversation");
    screen.press("q");
    screen.wait_for("One moment.");
    let size = PtySize { rows: 9, cols: 39, pixel_width: 0, pixel_height: 0 };
    screen.master.resize(size).expect("can be resized");
    screen.wait_for("The window is too small");
    screen.press("\x03");
    assert_eq!(screen.ended(), 0);
}

/// Sizes of windows: the mind stands beside the conversation where there is room, in its place elsewhere.
#[test]
fn a_visit_in_windows_of_many_sizes() {
    let (_runtime, _folder, path, _studio) = studio();
    let socket = path.to_str().expect("is text");
    for (rows, columns, beside) in
        [(24, 80, true), (24, 70, false), (15, 60, false), (24, 100, true), (50, 200, true)]
    {
        let mut screen = Screen::start_sized(rows, columns, &[(SOCKET, socket)]);
        screen.wait_for("Grace");
        screen.press("\r");
        screen.wait_for("where is my order? 250");
        if !beside {
            assert!(!screen.contents().contains("The bot's mind"), "{}", screen.contents());
            screen.press("m");
        }
        // A picture may be read while it is drawn: wait for the whole one. The edge of the mind is one straight
        // line from below the heading down to the notice.
        screen.wait_until(|shown| {
            let edges: Vec<usize> =
                shown.lines().filter_map(|line| line.chars().position(|one| one == '│')).collect();
            shown.contains("The bot's mind")
                && shown.contains("track_o")
                && shown.contains("where is my order? 250") == beside
                && edges.len() == usize::from(rows) - 4
                && edges.iter().all(|edge| *edge == edges[0])
        });
        if !beside {
            screen.press("\x1b");
            screen.wait_for("where is my order? 250");
        }
        for keys in ["?", "q", "e", "e", "q", "f", "q"] {
            screen.press(keys);
        }
        screen.wait_for("1 all open");
        screen.press("q");
        assert_eq!(screen.ended(), 0, "{columns}x{rows}");
    }
}

#[test]
fn a_window_of_one_column_and_one_line_is_survived() {
    let (_runtime, _folder, path, _studio) = studio();
    let mut screen = Screen::start_sized(1, 1, &[(SOCKET, path.to_str().expect("is text"))]);
    thread::sleep(Duration::from_millis(800));
    let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
    screen.master.resize(size).expect("can be resized");
    screen
        .parser
        .lock()
        .expect("not poisoned")
        .screen_mut()
        .set_size(NonZeroU16::new(24).expect("not empty"), NonZeroU16::new(80).expect("not empty"));
    screen.wait_for("Grace");
    screen.press("q");
    assert_eq!(screen.ended(), 0);
}

#[test]
fn every_way_out_gives_the_terminal_back() {
    let (_runtime, _folder, path, _studio) = studio();
    let ways: [(&str, Way); 6] = [
        ("q", |screen| screen.press("q")),
        ("Ctrl+C", |screen| screen.press("\x03")),
        ("SIGINT", |screen| screen.signal(Signal::INT)),
        ("SIGTERM", |screen| screen.signal(Signal::TERM)),
        ("SIGHUP", |screen| screen.signal(Signal::HUP)),
        ("SIGQUIT", |screen| screen.signal(Signal::QUIT)),
    ];
    for (name, way) in ways {
        let mut screen = Screen::start(&path, false);
        screen.wait_for("Grace");
        way(&mut screen);
        assert_eq!(screen.ended(), 0, "{name}");
    }
}

#[test]
fn every_signal_that_ends_a_program_gives_the_terminal_back() {
    let (_runtime, _folder, path, _studio) = studio();
    for signal in crate::signals::ENDS {
        let mut screen = Screen::start(&path, false);
        screen.wait_for("Grace");
        screen.signal(signal);
        assert_eq!(screen.ended(), 0, "{signal:?}");
    }
}

#[test]
fn a_stop_gives_the_terminal_back_and_going_on_takes_it_again() {
    let (_runtime, _folder, path, _studio) = studio();
    let mut screen = Screen::start(&path, false);
    screen.wait_for("Grace");
    for _ in 0..2 {
        screen.signal(Signal::TSTP);
        screen.wait_until(|_| screen.is_given_back() && screen.is_stopped());
        screen.signal(Signal::CONT);
        screen.wait_until(|shown| shown.contains("Grace") && !screen.is_given_back());
    }
    screen.press("q");
    assert_eq!(screen.ended(), 0);
}

#[test]
fn ctrl_z_leads_to_the_shell_and_back() {
    let (_runtime, _folder, path, _studio) = studio();
    let mut screen = Screen::start_in_a_shell(&path);
    screen.wait_for("Grace");
    screen.press("\x1a");
    screen.wait_until(|shown| shown.contains("the shell is here") && screen.is_given_back());
    screen.press("\r");
    screen.wait_until(|shown| shown.contains("Grace") && !screen.is_given_back());
    screen.press("q");
    assert_eq!(screen.ended(), 0);
}

#[test]
fn ctrl_z_in_a_window_without_a_shell_leads_nowhere_and_says_so() {
    let (_runtime, _folder, path, _studio) = studio();
    let mut screen = Screen::start(&path, false);
    screen.wait_for("Grace");
    screen.press("\x1a");
    screen.wait_for("there is no shell here to go to");
    screen.press("q");
    assert_eq!(screen.ended(), 0);
}

#[test]
fn a_panic_gives_the_terminal_back_and_tells_it_without_harm() {
    let (_runtime, _folder, path, _studio) = studio();
    let mut screen = Screen::start(&path, true);
    screen.ended();
    let bytes = screen.bytes.lock().expect("not poisoned").clone();
    let told = String::from_utf8_lossy(&bytes);
    assert!(told.contains("a bug quotes ␛]0;owned␇"), "{told}");
}

#[test]
fn a_window_that_closes_ends_the_console() {
    let (_runtime, _folder, path, _studio) = studio();
    let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
    let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
    let mut command = CommandBuilder::new(std::env::current_exe().expect("runs from a file"));
    command.args(INSIDE);
    command.env(SOCKET, &path);
    let mut child = pair.slave.spawn_command(command).expect("starts again");
    drop(pair.slave);
    thread::sleep(Duration::from_millis(800));
    drop(pair.master);
    let start = Instant::now();
    while child.try_wait().expect("is ours").is_none() {
        assert!(start.elapsed() < PATIENCE, "goes on without a terminal");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn without_a_server_it_says_so_and_leaves_the_terminal_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut screen = Screen::start(&folder.path().join("studio.sock"), false);
    screen.wait_for("no studio is running here");
    assert_eq!(screen.ended(), 69);
}

#[test]
fn a_password_is_asked_for_and_not_shown() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (studio, url) = runtime.block_on(Studio::on_tcp());
    let mut screen = Screen::start_with(&[(URL, url.as_str())]);
    screen.wait_for("E-mail:");
    screen.press("ada@example.org\r");
    screen.wait_for("Password:");
    screen.press("correct\r");
    screen.wait_for("Grace");
    screen.press("q");
    assert_eq!(screen.ended(), 0);
    let bytes = screen.bytes.lock().expect("not poisoned").clone();
    assert!(!String::from_utf8_lossy(&bytes).contains("correct"));
    let seen = studio.seen.lock().expect("not poisoned").clone();
    assert!(seen.contains(&"log in ada@example.org".to_owned()), "{seen:?}");
    assert!(seen.contains(&"log out".to_owned()), "{seen:?}");
}

#[test]
fn ctrl_c_or_a_signal_at_the_password_gives_the_terminal_back() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (_studio, url) = runtime.block_on(Studio::on_tcp());
    let ways: [(&str, Way); 6] = [
        ("Ctrl+C", |screen| screen.press("\x03")),
        ("Ctrl+D", |screen| screen.press("\x04")),
        ("SIGINT", |screen| screen.signal(Signal::INT)),
        ("SIGTERM", |screen| screen.signal(Signal::TERM)),
        ("SIGHUP", |screen| screen.signal(Signal::HUP)),
        ("SIGQUIT", |screen| screen.signal(Signal::QUIT)),
    ];
    for (name, way) in ways {
        let mut screen = Screen::start_with(&[(URL, url.as_str())]);
        screen.wait_for("E-mail:");
        screen.press("ada@example.org\r");
        screen.wait_for("Password:");
        thread::sleep(Duration::from_millis(100));
        way(&mut screen);
        assert_eq!(screen.ended(), 130, "{name}");
    }
}

#[test]
fn a_wrong_password_may_be_tried_three_times() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (_studio, url) = runtime.block_on(Studio::on_tcp());
    for (last, code) in [("correct\r", 0), ("wrong\r", 77)] {
        let mut screen = Screen::start_with(&[(URL, url.as_str())]);
        screen.wait_for("E-mail:");
        screen.press("ada@example.org\r");
        for (times, password) in [(1, "wrong\r"), (2, "wrong\r"), (3, last)] {
            screen.wait_for_times("Password:", times);
            screen.press(password);
            if times < 3 {
                screen.wait_for_times("E-mail [ada@example.org]:", times);
                screen.press("\r");
            }
        }
        if code == 0 {
            screen.wait_for("Grace");
            screen.press("q");
        }
        assert_eq!(screen.ended(), code);
    }
}
