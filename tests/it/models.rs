//! Large models in the running program.

mod crash;
mod feelings;
mod meaning;
mod names;
mod noise;
mod progress;

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use serde_json::Value;

use crate::{
    http_story,
    support::{
        Home,
        browser::skipped,
        eventually,
        http_client::{Member, Visitor},
        tiny_sentences,
    },
};

const MODEL: &str = "all-MiniLM-L6-v2";

const NAMES: &str = "tinybert-ner";

/// The folder of the model's files, as `tools/setup-models` fetched them.
fn fetched(test: &str) -> Option<PathBuf> {
    let folder = studio::models::default_folder().join(MODEL);
    if !folder.exists() {
        skipped(test, "the embedding model (make setup-models)");
        return None;
    }
    Some(folder)
}

fn home_with_models(folder: &str) -> Home {
    Home::with(&format!("[models]\nsentiment = \"none\"\nfolder = \"{folder}\"\n"))
}

fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text)).concat()
}

/// What `studio evaluate` finds out.
fn evaluated(home: &Home, arguments: &[&str]) -> Value {
    let arguments = [&["evaluate", "--json"][..], arguments].concat();
    let output = home.command(&arguments).output().expect("runs");
    assert!(output.status.success(), "{}", said(&output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The conversation of the only visitor.
fn conversation(member: &Member) -> String {
    eventually("the conversation is there", || {
        member.get("/conversations").body["items"][0]["id"].as_str().map(str::to_owned)
    })
}

#[test]
fn what_a_visitor_says_is_judged_by_the_model_and_answered() {
    let Some(folder) = fetched("what_a_visitor_says_is_judged_by_the_model_and_answered") else { return };
    let home = home_with_models(&folder.parent().expect("of models").display().to_string());
    let studio = home.start();
    http_story::add(&home, "ann@example.com", "Ann", "owner");
    let member = Member::log_in(&studio, "ann@example.com", http_story::PASSWORD);
    let model = || member.get("/models").body["items"][0].clone();
    assert_eq!(model()["state"], "whole");
    let before = model()["run"]["texts"].as_u64().expect("the shop's phrases were learned with it");
    let visitor = Visitor::new(&studio, "meaning");
    visitor.say("1", "At what time can I come by on a Saturday?");
    visitor.hears("Saturday");
    eventually("the model has read the message", || {
        let run = &model()["run"];
        (run["texts"].as_u64() > Some(before) && run["p99_ms"].is_number()).then_some(())
    });
    let understood = member.understood(&conversation(&member));
    let best = &understood["intents"][0];
    assert!(best["intent"] == "opening_hours" && best["by"] == "semantic", "{understood}");
}

const DESCRIBED: &str = "\
hours: { description: asks when the practice is open }
appointment: { description: wants to see the doctor }
prescription: { description: needs medicine prescribed again }
";
const SAID: &str = r#"
{"text": "what time do you close", "label": "hours"}
{"text": "I have run out of my medication", "label": "prescription"}
{"text": "can the doctor see my son today", "label": "appointment"}
{"text": "is the earth flat"}
"#;

#[test]
fn a_bot_of_descriptions_alone_acts_on_what_they_describe() {
    let Some(folder) = fetched("a_bot_of_descriptions_alone_acts_on_what_they_describe") else { return };
    let home = home_with_models(&folder.parent().expect("of models").display().to_string());
    let write = |file: &str, text: &str| {
        let file = home.path().join(file);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("writable");
        std::fs::write(file, text).expect("writable");
    };
    let begun = DESCRIBED.replacen(" }", ", phrases: { en: [are you open on sunday] } }", 1);
    // The last acts on nothing.
    for (bot, intents, threshold) in [
        ("practice", DESCRIBED, ""),
        ("begun", begun.as_str(), ""),
        ("silent", DESCRIBED, "understanding: { threshold: 1.0 }\n"),
    ] {
        let bot_yaml = format!("name: {bot}\ntitle: Practice\nlanguages: [en]\n{threshold}");
        write(&format!("bots/{bot}/bot.yaml"), &bot_yaml);
        write(&format!("bots/{bot}/intents/all.yaml"), intents);
    }
    write("said.jsonl", SAID);
    // The first phrase of one intent costs no understanding.
    for bot in ["practice", "begun"] {
        let told = evaluated(&home, &[bot, "--compare", "silent", "--messages", "said.jsonl"]);
        let figure = |name: &str| told["comparison"][name].as_u64();
        assert_eq!((figure("right_before"), figure("right_after")), (Some(0), Some(3)), "{bot}: {told}");
        assert_eq!(figure("other"), Some(0), "{bot} did something about the earth: {told}");
    }
    // No word tells it.
    let lexical = ["practice", "--compare", "silent", "--messages", "said.jsonl", "--lexical"];
    let told = evaluated(&home, &lexical);
    assert_eq!(told["comparison"]["right_after"].as_u64(), Some(0), "{told}");
}

#[test]
fn without_its_files_the_studio_starts_says_so_and_understands_by_words() {
    let home = home_with_models("nothing-here");
    let (_, told) = home.asked(&["doctor"]);
    assert!(told.contains("warn model") && told.contains("studio models pull"), "{told}");
    let libtorch = told.lines().find(|line| line.starts_with("  ok   libtorch "));
    // Only Linux tells what a process has loaded.
    let expected = if cfg!(target_os = "linux") { "/lib" } else { "not known here" };
    assert!(libtorch.is_some_and(|line| line.contains(expected)), "{told}");
    let (good, told) = home.asked(&["models", "list"]);
    assert!(good && told.contains("Apache-2.0") && told.contains("not there"), "{told}");
    assert!(!home.asked(&["models", "verify", MODEL]).0);
    let studio = home.start();
    let visitor = Visitor::new(&studio, "words");
    visitor.say("1", "what is your return policy?");
    visitor.hears("return");
    let log = &studio.at_the_start;
    assert!(log.contains("model.absent") && log.contains("studio models pull"), "{log}");
}

#[test]
fn names_are_found_by_a_model_that_was_brought_along_and_chosen() {
    let folder = studio::models::default_folder().join(NAMES);
    if !folder.exists() {
        skipped(
            "names_are_found_by_a_model_that_was_brought_along_and_chosen",
            "the model of names (studio models pull tinybert-ner)",
        );
        return;
    }
    let home = Home::with("[models]\nembedding = \"none\"\nner = \"mine\"\nfolder = \"models\"\n");
    let from = folder.display().to_string();
    let import = |arguments: &[&str]| {
        home.asked(&[&["models", "import", "mine", from.as_str()][..], arguments].concat())
    };
    let (good, told) = home.asked(&["doctor"]);
    assert!(good && told.contains("models.ner: there is no model mine (only introduced people"), "{told}");
    let (good, told) = import(&[]);
    assert!(!good && told.contains("--task"), "{told}");
    let (good, told) = import(&["--task", "names", "--licence", " "]);
    assert!(!good && told.contains("`--licence` is empty"), "{told}");
    let (good, told) = import(&["--task", "sentiment", "--licence", "MIT"]);
    assert!(!good && told.contains("wanted are negative, positive, in this order"), "{told}");
    let (good, told) = import(&["--task", "names", "--licence", "Apache-2.0", "--language", "en"]);
    assert!(good && told.contains("was imported"), "{told}");
    let (good, told) = import(&["--task", "names", "--licence", "MIT"]);
    assert!(!good && told.contains("models/mine is there already") && told.contains("--replace"), "{told}");
    let (good, told) = home.asked(&["models", "list"]);
    assert!(good && told.contains("mine (names, en; 57 MB; Apache-2.0, chosen): there"), "{told}");
    let (_, told) = home.asked(&["doctor"]);
    assert!(told.contains("mine: all files are there"), "{told}");
    let studio = home.start();
    http_story::add(&home, "ann@example.com", "Ann", "owner");
    let member = Member::log_in(&studio, "ann@example.com", http_story::PASSWORD);
    let visitor = Visitor::new(&studio, "names");
    visitor.say("1", "Do you also ship to Madrid?");
    let id = conversation(&member);
    eventually("the place was found", || {
        let understood = member.understood(&id);
        let mut found = understood["entities"].as_array()?.iter();
        found.any(|entity| entity["entity"] == "place" && entity["text"] == "Madrid").then_some(())
    });
    let models = member.get("/models").body["items"].clone();
    let mine = models.as_array().and_then(|all| all.iter().find(|model| model["name"] == "mine").cloned());
    let run = mine.expect("is listed")["run"].clone();
    assert!(run["texts"].as_u64() > Some(0) && run["bytes"].as_u64() > Some(50_000_000), "{run}");
    assert!(run["resident_bytes"].as_u64() > Some(10_000_000) && run["waiting"] == 0, "{run}");
    let (good, told) = home.asked(&["models", "remove", "mine"]);
    assert!(good && told.contains("was removed"), "{told}");
}

#[test]
fn a_model_for_something_else_is_told_of() {
    let home = Home::with(
        "[models]\nembedding = \"tinybert-ner\"\nsentiment = \"mine\"\nner = \"all-MiniLM-L6-v2\"\n\
         translation = [\"mine\"]\nfolder = \"models\"\n",
    );
    tiny_sentences::import(&home, "mine");
    let (_, told) = home.asked(&["doctor"]);
    for line in [
        "`models.embedding` is tinybert-ner, which is for names; one for vectors is wanted (understood by words alone)",
        "`models.sentiment` is mine, which is for vectors; one for sentiment is wanted (feelings by lists of words)",
        "`models.ner` is all-MiniLM-L6-v2, which is for vectors; one for names is wanted (only introduced people",
        "`models.translation` is mine, which is for vectors; one for translation is wanted",
    ] {
        let is_it = |told: &str| told.starts_with("  warn model ") && told.contains(line);
        assert!(told.lines().any(is_it), "{line}: {told}");
    }
    assert!(!told.contains("all files are there"), "{told}");
}

#[test]
fn a_folder_that_is_no_model_is_refused_with_a_reason() {
    let home = Home::new();
    let folder = home.path().join("models").join(MODEL);
    std::fs::create_dir_all(&folder).expect("writable");
    std::fs::write(folder.join("config.json"), "{}").expect("writable");
    let home_models = home.path().join("models").display().to_string();
    let with = |arguments: &[&str]| {
        let mut command = home.command(arguments);
        command.env("STUDIO_MODELS_FOLDER", &home_models).env("STUDIO_MODELS_EMBEDDING", MODEL);
        let output = command.output().expect("runs");
        (output.status.success(), said(&output))
    };
    let (good, told) = with(&["models", "verify"]);
    assert!(!good && told.contains("config.json"), "{told}");
    let (good, told) = with(&["doctor"]);
    assert!(!good && told.contains("BAD  model"), "{told}");
    let (good, told) = with(&["models", "import", MODEL, &home_models]);
    assert!(!good && told.contains("model.safetensors"), "{told}");
    let known = ["models", "import", MODEL, &home_models, "--licence", "MIT"];
    let (good, told) = with(&known);
    assert!(!good && told.contains("is a known model") && told.contains("Apache-2.0"), "{told}");
    // A list tells what there is, whatever it is like.
    let (good, told) = with(&["models", "list"]);
    assert!(good && told.contains("BAD: "), "{told}");
    for odd in ["qq-notalang", "de-AT", "german", "qq", ""] {
        let own =
            ["models", "import", "x", &home_models, "--task", "names", "--licence", "MIT", "--language", odd];
        let (good, told) = with(&own);
        assert!(!good && told.contains("is no language"), "{odd}: {told}");
    }
    let (good, told) = with(&["models", "remove", MODEL]);
    assert!(good && told.contains("was removed") && !folder.exists(), "{told}");
    let (good, told) = with(&["models", "pull", "gpt"]);
    assert!(!good && told.contains("studio models list"), "{told}");
}

#[test]
fn a_broken_model_is_told_once_wherever_a_bot_is_tried() {
    let Some(folder) = fetched("a_broken_model_is_told_once_wherever_a_bot_is_tried") else { return };
    let home = home_with_models("models");
    let broken = home.path().join("models").join(MODEL);
    copy(&folder, &broken);
    let tell = |problem: &str| {
        for arguments in [&["chat", "shop", "--language", "en"][..], &["test", "shop", "--filter", "return"]]
        {
            let output = home.command(arguments).output().expect("runs");
            let told = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{told}");
            assert_eq!(told.matches(problem).count(), 1, "{arguments:?}: {told}");
            assert!(told.contains("understood by words alone"), "{told}");
        }
    };
    let weights = broken.join("model.safetensors");
    let mut bytes = std::fs::read(&weights).expect("is there");
    // A number of the weights' own: only the hash tells.
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&weights, &bytes).expect("writable");
    tell("its weights have the hash");
    bytes.truncate(bytes.len() / 2);
    std::fs::write(&weights, &bytes).expect("writable");
    tell("model.safetensors is damaged");
}

/// The files of a folder, and of those within.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("writable");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("readable").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, target).expect("copied");
        }
    }
}

#[test]
fn a_model_is_fetched_over_a_line_that_breaks() {
    let Some(folder) = fetched("a_model_is_fetched_over_a_line_that_breaks") else { return };
    let line = Arc::new(Line::default());
    let address = mirror("sentence-transformers/all-MiniLM-L6-v2", folder.clone(), Arc::clone(&line));
    let home = home_with_models("models");
    let pull = |mirror: &str| {
        let output =
            home.command(&["models", "pull"]).env("STUDIO_MODELS_MIRROR", mirror).output().expect("runs");
        (output.status.success(), said(&output))
    };
    let (good, told) = pull(&format!("{address}/wrong"));
    assert!(!good && told.contains("404") && told.contains("models.mirror"), "{told}");
    let (good, told) = pull(&address);
    assert!(good && told.contains("Apache-2.0"), "{told}");
    let whole: u64 = std::fs::metadata(folder.join("model.safetensors")).expect("is there").len();
    let (sent, breaks) = (line.sent.load(Ordering::SeqCst), line.breaks.load(Ordering::SeqCst));
    assert!(
        breaks >= 2 && sent < whole * 3 / 2,
        "what came before a break was not fetched again: {sent} of {whole} bytes, {breaks} breaks"
    );
    let (good, told) = home.asked(&["models", "verify", MODEL]);
    assert!(good && told.contains("whole"), "{told}");
    let (good, told) = pull("http://127.0.0.1:9");
    assert!(good && told.contains("is there"), "nothing is fetched twice: {told}");
}

#[test]
fn a_model_of_no_known_hash_is_fetched_out_of_one_commit_and_compared_from_then_on() {
    let folder = tempfile::tempdir().expect("a folder");
    tiny_sentences::write(folder.path());
    let line = Arc::new(Line { most: Some(3_000), ..Line::default() });
    let address = mirror("someone/tiny", folder.path().to_owned(), Arc::clone(&line));
    let home = home_with_models("models");
    let pull = |from: &str, more: &[&str]| {
        let arguments = [&["models", "pull", "mine", "--from", from][..], more].concat();
        let mut command = home.command(&arguments);
        let output = command.env("STUDIO_MODELS_MIRROR", &address).output().expect("runs");
        (output.status.success(), said(&output))
    };
    let told = ["--task", "vectors", "--licence", "MIT"];
    let commit = "0123456789abcdef0123456789abcdef01234567";
    let from = format!("someone/tiny@{commit}");
    let (good, text) = pull("someone/tiny@main", &told);
    assert!(!good && text.contains("all 40 digits"), "{text}");
    let (good, text) = pull(&from, &[]);
    assert!(!good && text.contains("--licence"), "{text}");
    let (good, text) = pull(&format!("someone/other@{commit}"), &told);
    assert!(!good && text.contains("config.json is not there"), "{text}");
    let (good, text) = pull(&from, &["--task", "sentiment", "--licence", "MIT"]);
    assert!(!good && text.contains("was fetched and cannot be used"), "{text}");
    let models = home.path().join("models");
    assert!(!models.join("mine").exists() && !models.join("mine.part").exists(), "{text}");
    let [usual, torch] = ["model.safetensors", "rust_model.ot"].map(|file| folder.path().join(file));
    std::fs::rename(&usual, &torch).expect("renamed");
    let (good, text) = pull(&from, &told);
    assert!(!good && text.contains("has no model.safetensors"), "{text}");
    std::fs::rename(&torch, &usual).expect("renamed");
    let (good, text) = pull(&from, &told);
    assert!(good && text.contains("MIT") && text.contains("at the first fetch"), "{text}");
    assert!(line.breaks.load(Ordering::SeqCst) > 0, "the line broke and was gone on with");
    let (good, text) = home.asked(&["models", "verify", "mine"]);
    assert!(good && text.contains("mine: whole"), "{text}");
    let (_, text) = home.asked(&["models", "list", "--json"]);
    assert!(text.contains("someone/tiny") && text.contains(commit), "{text}");

    let weights = models.join("mine/model.safetensors");
    let mut bytes = std::fs::read(&weights).expect("is there");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&weights, &bytes).expect("writable");
    let (good, text) = home.asked(&["models", "verify", "mine"]);
    assert!(!good && text.contains("mine: BAD"), "{text}");
    let (good, text) = pull(&from, &told);
    assert!(!good && text.contains("--replace"), "{text}");
    let (good, text) = pull(&from, &[&told[..], &["--replace"]].concat());
    assert!(good, "{text}");
    assert!(home.asked(&["models", "verify", "mine"]).0);
}

/// What went over a line that breaks.
#[derive(Default)]
struct Line {
    /// Bytes after which it does, if not [`BREAK`].
    most: Option<usize>,
    sent: AtomicU64,
    breaks: AtomicU64,
}

/// Hugging Face on loopback, of one model; each connection breaks after 40 MB.
fn mirror(repository: &'static str, folder: PathBuf, line: Arc<Line>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let address = format!("http://{}", listener.local_addr().expect("bound"));
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let (folder, line) = (folder.clone(), Arc::clone(&line));
            thread::spawn(move || _ = serve(repository, &folder, &line, stream));
        }
    });
    address
}

const BREAK: usize = 40_000_000;

fn serve(repository: &str, folder: &Path, line: &Line, mut stream: TcpStream) -> std::io::Result<()> {
    let mut head = Vec::new();
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    while let Some(line) = lines.next().transpose()?.filter(|line| !line.is_empty()) {
        head.push(line);
    }
    let path = head[0].split(' ').nth(1).unwrap_or_default();
    let prefix = format!("/{repository}/resolve/");
    let name = path.strip_prefix(&prefix).and_then(|rest| rest.split_once('/'));
    let Some(mut file) = name.and_then(|(_, name)| std::fs::File::open(folder.join(name)).ok()) else {
        return stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    };
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let range = head
        .iter()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("range: bytes=").map(str::to_owned));
    let from = range.and_then(|range| range.trim_end_matches('-').parse::<usize>().ok()).unwrap_or(0);
    let status = if from > 0 { "206 Partial Content" } else { "200 OK" };
    let rest = &bytes[from..];
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", rest.len())?;
    let before = &rest[..rest.len().min(line.most.unwrap_or(BREAK))];
    line.breaks.fetch_add(u64::from(before.len() < rest.len()), Ordering::SeqCst);
    line.sent.fetch_add(before.len() as u64, Ordering::SeqCst);
    stream.write_all(before)
}

#[test]
fn a_model_for_the_tests_that_cannot_be_had_is_told_of_and_one_that_is_there_is_left_alone() {
    let pull = |cache: Option<&Path>| {
        let mut command = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/pull-models"));
        command.arg(env!("CARGO_BIN_EXE_studio")).env_remove("PIP_FIND_LINKS");
        command.env("PIP_NO_INDEX", "1").env("PIP_CONFIG_FILE", "/dev/null");
        if let Some(cache) = cache {
            command.env("XDG_CACHE_HOME", cache);
        }
        let output = command.output().expect("it can be run");
        assert!(output.status.success(), "{output:?}");
        said(&output)
    };
    let names = [NAMES, "opus-mt-zh-en"];
    let empty = tempfile::tempdir().expect("a folder");
    let told = pull(Some(empty.path()));
    for name in names {
        assert!(told.contains(&format!("The model {name} could not be fetched")), "{told}");
        assert!(!empty.path().join("neural-marketing-studio/models").join(name).exists(), "{told}");
    }
    if names.iter().all(|name| studio::models::default_folder().join(name).exists()) {
        assert_eq!(pull(None), "");
    } else {
        skipped(
            "a model for the tests is left alone where it is there",
            "the models of the tests (tools/pull-models)",
        );
    }
}
