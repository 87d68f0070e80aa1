//! The console in a pseudo-terminal: one visit, and every way out.
//!
//! The test starts itself again within the pseudo-terminal: `inside` is what runs there.

use std::{
    io::{Read, Write},
    num::NonZeroU16,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

use super::server::Studio;
use crate::{Credentials, Language, Options, Target, run};

const SOCKET: &str = "STUDIO_CONSOLE_TEST_SOCKET";
const URL: &str = "STUDIO_CONSOLE_TEST_URL";
const PANIC: &str = "STUDIO_CONSOLE_TEST_PANIC";
const PATIENCE: Duration = Duration::from_secs(20);

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
    let options = Options { target, credentials: Credentials::None, language: Language::English };
    let code = match runtime.block_on(run(options)) {
        Ok(()) => 0,
        Err(error) => {
            println!("{error}");
            3
        }
    };
    runtime.shutdown_background();
    std::process::exit(code);
}

struct Screen {
    parser: Arc<Mutex<vt100::Parser<Titles>>>,
    /// Every byte that was written.
    bytes: Arc<Mutex<Vec<u8>>>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    before: String,
}

#[derive(Default)]
struct Titles(Vec<String>);

impl vt100::Callbacks for Titles {
    fn set_window_title(&mut self, _: &mut vt100::Screen, title: &[u8]) {
        self.0.push(String::from_utf8_lossy(title).into_owned());
    }
}

impl Screen {
    fn start(socket: &std::path::Path, panics: bool) -> Self {
        let socket = socket.to_str().expect("is text");
        Self::start_with(&[(SOCKET, socket), (PANIC, "1")][..if panics { 2 } else { 1 }])
    }

    fn start_with(variables: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let before = settings(pair.master.as_ref());
        let mut command = CommandBuilder::new(std::env::current_exe().expect("runs from a file"));
        command.args(["--exact", "tests::within_a_terminal::inside", "--ignored", "--nocapture"]);
        command.env("TERM", "xterm-256color");
        for (name, value) in variables {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).expect("starts again");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("is readable");
        let size = |number| NonZeroU16::new(number).expect("not empty");
        let parser =
            Arc::new(Mutex::new(vt100::Parser::new_with_callbacks(size(24), size(80), 0, Titles::default())));
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let (to, all) = (parser.clone(), bytes.clone());
        thread::spawn(move || {
            let mut buffer = [0; 4_096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                to.lock().expect("not poisoned").process(&buffer[..count]);
                all.lock().expect("not poisoned").extend_from_slice(&buffer[..count]);
            }
        });
        let writer = pair.master.take_writer().expect("is writable");
        Self { parser, bytes, master: pair.master, writer, child, before }
    }

    fn contents(&self) -> String {
        let parser = self.parser.lock().expect("not poisoned");
        parser.screen().rows(0, 80).fold(String::new(), |all, row| format!("{all}{}\n", row.trim_end()))
    }

    #[track_caller]
    fn wait_for(&self, text: &str) {
        let start = Instant::now();
        while !self.contents().contains(text) {
            assert!(start.elapsed() < PATIENCE, "no {text:?} in\n{}", self.contents());
            thread::sleep(Duration::from_millis(20));
        }
    }

    fn press(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).expect("is writable");
        self.writer.flush().expect("is writable");
    }

    fn signal(&self, signal: Signal) {
        let id = self.child.process_id().and_then(|id| Pid::from_raw(id.cast_signed())).expect("runs");
        kill_process(id, signal).expect("runs");
    }

    /// Waits for the end and checks that the terminal is as it was.
    #[track_caller]
    fn ended(&mut self) -> u32 {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("is ours") {
                break status;
            }
            assert!(start.elapsed() < PATIENCE, "does not end:\n{}", self.contents());
            thread::sleep(Duration::from_millis(20));
        };
        thread::sleep(Duration::from_millis(100));
        let parser = self.parser.lock().expect("not poisoned");
        assert!(!parser.screen().alternate_screen(), "still on the other screen");
        assert!(!parser.screen().hide_cursor(), "the cursor is hidden");
        assert!(!parser.screen().bracketed_paste(), "pastes are still bracketed");
        assert_eq!(parser.callbacks().0, Vec::<String>::new());
        assert_eq!(settings(self.master.as_ref()), self.before);
        status.exit_code()
    }
}

fn settings(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios().map(|settings| settings.local_flags))
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
    screen.wait_for("· you");
    screen.press("r");
    screen.wait_for("Enter send");
    screen.press("Hello, this is Ada.\x0aOne moment.\r");
    screen.wait_for("» Ada\n         Hello, this is Ada.\n         One moment.");
    let seen = studio.seen.lock().expect("not poisoned").clone();
    assert!(seen.contains(&"reply Hello, this is Ada.\nOne moment.".to_owned()), "{seen:?}");
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

#[test]
fn every_way_out_gives_the_terminal_back() {
    let (_runtime, _folder, path, _studio) = studio();
    let ways: [(&str, Way); 5] = [
        ("q", |screen| screen.press("q")),
        ("Ctrl+C", |screen| screen.press("\x03")),
        ("SIGINT", |screen| screen.signal(Signal::INT)),
        ("SIGTERM", |screen| screen.signal(Signal::TERM)),
        ("SIGHUP", |screen| screen.signal(Signal::HUP)),
    ];
    for (name, way) in ways {
        let mut screen = Screen::start(&path, false);
        screen.wait_for("Grace");
        way(&mut screen);
        assert_eq!(screen.ended(), 0, "{name}");
    }
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
    command.args(["--exact", "tests::within_a_terminal::inside", "--ignored", "--nocapture"]);
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
    assert_eq!(screen.ended(), 3);
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
fn a_signal_at_the_password_gives_the_terminal_back() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (_studio, url) = runtime.block_on(Studio::on_tcp());
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let mut screen = Screen::start_with(&[(URL, url.as_str())]);
        screen.wait_for("E-mail:");
        screen.press("ada@example.org\r");
        screen.wait_for("Password:");
        thread::sleep(Duration::from_millis(100));
        screen.signal(signal);
        assert_eq!(screen.ended(), 3);
    }
}
