//! The console in a pseudo-terminal, as a test sees it.

use std::{
    io::{Read, Write},
    num::NonZeroU16,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};

pub const SOCKET: &str = "STUDIO_CONSOLE_TEST_SOCKET";
pub const URL: &str = "STUDIO_CONSOLE_TEST_URL";
pub const PANIC: &str = "STUDIO_CONSOLE_TEST_PANIC";
/// Arguments by which this very test starts what runs there.
pub const INSIDE: [&str; 4] = ["--exact", "tests::within_a_terminal::inside", "--ignored", "--nocapture"];
pub const PATIENCE: Duration = Duration::from_secs(20);

pub struct Screen {
    pub parser: Arc<Mutex<vt100::Parser<Titles>>>,
    /// Every byte that was written.
    pub bytes: Arc<Mutex<Vec<u8>>>,
    pub master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    before: String,
}

#[derive(Default)]
pub struct Titles(Vec<String>);

impl vt100::Callbacks for Titles {
    fn set_window_title(&mut self, _: &mut vt100::Screen, title: &[u8]) {
        self.0.push(String::from_utf8_lossy(title).into_owned());
    }
}

impl Screen {
    pub fn start(socket: &std::path::Path, panics: bool) -> Self {
        let socket = socket.to_str().expect("is text");
        Self::start_with(&[(SOCKET, socket), (PANIC, "1")][..if panics { 2 } else { 1 }])
    }

    pub fn start_with(variables: &[(&str, &str)]) -> Self {
        Self::start_sized(24, 80, variables)
    }

    pub fn start_sized(rows: u16, cols: u16, variables: &[(&str, &str)]) -> Self {
        let mut command = CommandBuilder::new(std::env::current_exe().expect("runs from a file"));
        command.args(INSIDE);
        for (name, value) in variables {
            command.env(name, value);
        }
        Self::run(rows, cols, command)
    }

    /// The same as the job of a shell, which says when it has the terminal for itself, and has the console go on at the next Enter.
    pub fn start_in_a_shell(socket: &std::path::Path) -> Self {
        let mut command = CommandBuilder::new("sh");
        command.args(["-mc", "\"$0\" \"$@\"; echo the shell is here; read line; fg"]);
        command.arg(std::env::current_exe().expect("runs from a file"));
        command.args(INSIDE);
        command.env(SOCKET, socket);
        Self::run(24, 80, command)
    }

    fn run(rows: u16, cols: u16, mut command: CommandBuilder) -> Self {
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let before = settings(pair.master.as_ref());
        command.env("TERM", "xterm-256color");
        let child = pair.slave.spawn_command(command).expect("starts again");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("is readable");
        let size = |number| NonZeroU16::new(number).expect("not empty");
        let parser = Arc::new(Mutex::new(vt100::Parser::new_with_callbacks(
            size(rows),
            size(cols),
            0,
            Titles::default(),
        )));
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

    pub fn contents(&self) -> String {
        let parser = self.parser.lock().expect("not poisoned");
        let (_, columns) = parser.screen().size();
        let columns = columns.get();
        parser.screen().rows(0, columns).fold(String::new(), |all, row| format!("{all}{}\n", row.trim_end()))
    }

    #[track_caller]
    pub fn wait_for(&self, text: &str) {
        self.wait_for_times(text, 1);
    }

    #[track_caller]
    pub fn wait_for_times(&self, text: &str, times: usize) {
        self.wait_until(|shown| shown.matches(text).count() >= times);
    }

    #[track_caller]
    pub fn wait_until(&self, wanted: impl Fn(&str) -> bool) {
        let start = Instant::now();
        while !wanted(&self.contents()) {
            assert!(start.elapsed() < PATIENCE, "never as wanted:\n{}", self.contents());
            thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn press(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).expect("is writable");
        self.writer.flush().expect("is writable");
    }

    pub fn signal(&self, signal: Signal) {
        let id = self.child.process_id().and_then(|id| Pid::from_raw(id.cast_signed())).expect("runs");
        kill_process(id, signal).expect("runs");
    }

    /// Whether the program stands still until somebody has it go on.
    pub fn is_stopped(&self) -> bool {
        let id = self.child.process_id().expect("runs");
        let status = std::fs::read_to_string(format!("/proc/{id}/stat")).expect("runs");
        status.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('T'))
    }

    /// Whether the terminal is as it was before.
    pub fn is_given_back(&self) -> bool {
        let parser = self.parser.lock().expect("not poisoned");
        let screen = parser.screen();
        !screen.alternate_screen()
            && !screen.hide_cursor()
            && !screen.bracketed_paste()
            && settings(self.master.as_ref()) == self.before
    }

    /// Waits for the end and checks that the terminal is as it was.
    #[track_caller]
    pub fn ended(&mut self) -> u32 {
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
