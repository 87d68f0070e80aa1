//! Somebody at a terminal: a program in a pseudo-terminal, the console above all, read as a person reads it.

use std::{
    io::{Read as _, Write},
    num::NonZeroU16,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

use super::Home;

const PATIENCE: Duration = Duration::from_secs(30);

pub struct Terminal {
    parser: Arc<Mutex<vt100::Parser<Titles>>>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
}

/// Titles that somebody gave the window; the console gives it none.
#[derive(Default)]
struct Titles(Vec<String>);

impl vt100::Callbacks for Titles {
    fn set_window_title(&mut self, _: &mut vt100::Screen, title: &[u8]) {
        self.0.push(String::from_utf8_lossy(title).into_owned());
    }
}

impl Terminal {
    /// The console of the studio in this home, at 80×24.
    pub fn console(home: &Home) -> Self {
        Self::console_with(home, &[])
    }

    /// The same with these arguments.
    pub fn console_with(home: &Home, arguments: &[&str]) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_studio"));
        command.arg("console");
        command.args(arguments);
        command.cwd(home.path());
        Self::running(command)
    }

    /// Any program, at 80×24.
    pub fn running(mut command: CommandBuilder) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        command.env("TERM", "xterm-256color");
        command.env("LC_ALL", "en_US.UTF-8");
        command.env_remove("NO_COLOR");
        let child = pair.slave.spawn_command(command).expect("the program can be run");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("it can be read");
        let (rows, columns) =
            (NonZeroU16::new(24).expect("not zero"), NonZeroU16::new(80).expect("not zero"));
        let parser = vt100::Parser::new_with_callbacks(rows, columns, 0, Titles::default());
        let parser = Arc::new(Mutex::new(parser));
        let screen = Arc::clone(&parser);
        thread::spawn(move || {
            let mut buffer = [0; 4_096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                screen.lock().expect("not poisoned").process(&buffer[..count]);
            }
        });
        let writer = pair.master.take_writer().expect("it can be written into");
        Self { parser, master: pair.master, writer, child }
    }

    /// What stands on the screen, a line for each row.
    pub fn contents(&self) -> String {
        let parser = self.parser.lock().expect("not poisoned");
        let (_, columns) = parser.screen().size();
        parser
            .screen()
            .rows(0, columns.get())
            .fold(String::new(), |all, row| format!("{all}{}\n", row.trim_end()))
    }

    #[track_caller]
    pub fn wait_for(&self, text: &str) {
        let start = Instant::now();
        while !self.contents().contains(text) {
            assert!(start.elapsed() < PATIENCE, "no {text:?} on the screen:\n{}", self.contents());
            thread::sleep(Duration::from_millis(20));
        }
    }

    #[track_caller]
    pub fn wait_until_gone(&self, text: &str) {
        let start = Instant::now();
        while self.contents().contains(text) {
            assert!(start.elapsed() < PATIENCE, "still {text:?} on the screen:\n{}", self.contents());
            thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn resize(&self, rows: u16, columns: u16) {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let not_zero = |number| NonZeroU16::new(number).expect("not zero");
        let mut parser = self.parser.lock().expect("not poisoned");
        parser.screen_mut().set_size(not_zero(rows), not_zero(columns));
        self.master.resize(size).expect("it can be resized");
    }

    pub fn press(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).expect("it can be written into");
        self.writer.flush().expect("it can be written into");
    }

    /// Titles that the window was given.
    pub fn titles(&self) -> Vec<String> {
        self.parser.lock().expect("not poisoned").callbacks().0.clone()
    }

    /// The screen as a picture.
    pub fn picture(&self) -> String {
        super::picture::svg(self.parser.lock().expect("not poisoned").screen())
    }

    /// Ends the program, as who closes the window does.
    pub fn kill(&mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }

    /// Waits until the program has ended; its exit code.
    #[track_caller]
    pub fn ended(&mut self) -> u32 {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("it is ours") {
                return status.exit_code();
            }
            assert!(start.elapsed() < PATIENCE, "the program does not end:\n{}", self.contents());
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
