//! A studio of one test: its own data folder, a port of its own, killed at the end.

pub mod browser;
pub mod http_client;
pub mod page;
pub mod picture;
pub mod platforms;
pub mod terminal;
#[cfg(feature = "models")]
pub mod tiny_feelings;
#[cfg(feature = "models")]
pub mod tiny_labels;
#[cfg(feature = "models")]
pub mod tiny_marian;
#[cfg(feature = "models")]
pub mod tiny_names;
#[cfg(feature = "models")]
pub mod tiny_sentences;
pub mod widget;

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

/// Longest wait for anything; a test that needs it has failed.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// The secret of the HTTP connection `crm` in tests: 24 bytes in base64.
pub const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Where a studio's data and settings are. Survives the studio itself.
pub struct Home {
    folder: TempDir,
}

/// A port that was free a moment ago. A studio keeps it over restarts: calls that wait in its outbox name it.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it has an address").port()
}

/// A running studio.
pub struct Running {
    child: Child,
    /// `http://127.0.0.1:<port>`
    pub address: String,
    lines: mpsc::Receiver<String>,
    /// What it said until it was ready.
    pub at_the_start: String,
}

impl Home {
    /// A data folder with a web connection and an HTTP connection to the sample shop.
    pub fn new() -> Self {
        Self::with("")
    }

    /// The same with further settings.
    pub fn with(settings: &str) -> Self {
        Self::with_web(settings, "")
    }

    /// The same with further settings of the web connection.
    pub fn with_web(settings: &str, web: &str) -> Self {
        Self::at(free_port(), settings, web)
    }

    /// The same on this machine's port `port`.
    pub fn at(port: u16, settings: &str, web: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        // A model takes time and memory: who tests it says so.
        let none = "[models]\nembedding = \"none\"\nsentiment = \"none\"\nner = \"none\"\n";
        let models = if settings.contains("[models]") { "" } else { none };
        let settings = if settings.contains("\nner = ") {
            settings.to_owned()
        } else {
            settings.replacen("[models]\n", "[models]\nner = \"none\"\n", 1)
        };
        let text = format!(
            "{models}[server]\nlisten = \"127.0.0.1:{port}\"\ndata = \"{}\"\n\
             [bots]\nfolder = \"{}\"\n{settings}\n\
             [[connection]]\nname = \"web\"\nchannel = \"web\"\nbot = \"shop\"\n{web}\n\
             [[connection]]\nname = \"crm\"\nchannel = \"http\"\nbot = \"shop\"\nsecret = \"{SECRET}\"\n",
            folder.path().join("data").display(),
            folder.path().join("bots").display(),
        );
        std::fs::write(folder.path().join("studio.toml"), text).expect("writable");
        Self { folder }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes the files of a bot.
    pub fn write_bot(&self, bot: &str, files: &[(&str, &str)]) {
        for (file, text) in files {
            let file = self.path().join("bots").join(bot).join(file);
            std::fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
            std::fs::write(file, text).expect("writable");
        }
    }

    /// The program with these arguments, in this home.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_studio"));
        command
            .current_dir(self.path())
            .args(arguments)
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Starts a studio and waits until it is ready.
    pub fn start(&self) -> Running {
        self.start_with(&[])
    }

    /// The same with variables in its environment.
    pub fn start_with(&self, environment: &[(&str, &str)]) -> Running {
        match self.try_start(environment) {
            Ok(running) => running,
            Err(output) => panic!("the studio did not start:\n{output}"),
        }
    }

    /// A studio, or what it said before it ended.
    pub fn try_start(&self, environment: &[(&str, &str)]) -> Result<Running, String> {
        let mut child = self
            .command(&["serve"])
            .envs(environment.iter().copied())
            .spawn()
            .expect("the program can be run");
        let (sender, lines) = mpsc::channel();
        let out = child.stdout.take().expect("piped");
        let err = child.stderr.take().expect("piped");
        for reader in [Box::new(out) as Box<dyn std::io::Read + Send>, Box::new(err)] {
            let sender = sender.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(reader).lines().map_while(Result::ok) {
                    if sender.send(line).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut said = String::new();
        let mut address = None;
        let end = Instant::now() + PATIENCE;
        while let Ok(line) = lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
            if let Some((_, found)) = line.split_once("the API ") {
                address = found.trim().strip_suffix("/api/v1/openapi.json").map(str::to_owned);
            }
            let ready = line.starts_with("Stop it with");
            said.push_str(&line);
            said.push('\n');
            if let (true, Some(address)) = (ready, address.clone()) {
                return Ok(Running { child, address, lines, at_the_start: said });
            }
        }
        let _ = child.kill();
        let _ = child.wait();
        Err(said)
    }

    /// Runs a command to its end; its exit status, standard output and standard error.
    pub fn run(
        &self,
        arguments: &[&str],
        environment: &BTreeMap<&str, &str>,
    ) -> (ExitStatus, String, String) {
        let output = self.command(arguments).envs(environment).output().expect("the program can be run");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status, text(&output.stdout), text(&output.stderr))
    }

    /// What a command prints, and whether it says yes.
    pub fn asked(&self, arguments: &[&str]) -> (bool, String) {
        let (status, out, errors) = self.run(arguments, &BTreeMap::new());
        (status.success(), format!("{out}{errors}"))
    }
}

impl Running {
    /// SIGKILL.
    pub fn kill(self) {
        self.kill_and_tell();
    }

    /// The same; what it has printed since it was last asked.
    pub fn kill_and_tell(mut self) -> String {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
        self.lines.iter().map(|line| line + "\n").collect()
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// SIGTERM; how it ended.
    pub fn terminate(self) -> ExitStatus {
        self.terminate_and_tell().0
    }

    /// The same, with what it has printed since it was last asked.
    pub fn terminate_and_tell(mut self) -> (ExitStatus, String) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("it can be told");
        let status = self.wait_for_end();
        (status, self.lines.iter().map(|line| line + "\n").collect())
    }

    /// Waits until it ends by itself, as at a breakpoint.
    pub fn wait_for_end(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().expect("it can be asked") {
                return status;
            }
            assert!(Instant::now() < end, "the studio did not end; it said:\n{}", self.said());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("it can be asked").is_some()
    }

    /// What it has printed since it was last asked.
    pub fn said(&self) -> String {
        self.lines.try_iter().map(|line| line + "\n").collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks again and again until there is an answer.
pub fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "{what} did not come about");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The texts of a list of messages, with who said each: `visitor: …`, `bot: …`, `Ada: …`.
pub fn lines(messages: &[Value]) -> Vec<String> {
    messages
        .iter()
        .map(|message| {
            let from = &message["from"];
            let who = match from["type"].as_str() {
                Some("visitor") => "visitor".to_owned(),
                Some("note") => format!("note by {}", from["name"].as_str().unwrap_or("?")),
                _ => from["speaker"]["name"].as_str().unwrap_or("bot").to_owned(),
            };
            let content = &message["content"];
            let text =
                ["text", "caption", "alt", "title", "name"].iter().find_map(|key| content[*key].as_str());
            format!("{who}: {}", text.unwrap_or("?"))
        })
        .collect()
}
