//! What the documents tell people to type works as it stands.

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    http_story::{PASSWORD, add},
    learning,
    support::{
        Home, Running,
        browser::{program, skipped},
        eventually,
        http_client::{Member, Visitor},
    },
};

/// Whether this machine lacks one of the programs that the lines run, for which their test is counted as skipped. What else they run
/// is there on every Debian.
fn lacks(test: &'static str, programs: &[&str]) -> bool {
    let missing: Vec<&str> = programs.iter().copied().filter(|name| program(name).is_none()).collect();
    if !missing.is_empty() {
        skipped(test, &format!("{} (apt-get install {})", missing.join(", "), missing.join(" ")));
    }
    !missing.is_empty()
}

/// The blocks of a document that are for a shell, in their order.
fn shell_lines(document: &str) -> String {
    let blocks = document.split("```sh\n").skip(1).filter_map(|rest| rest.split_once("```"));
    blocks.map(|(block, _)| block).collect::<Vec<_>>().join("\n")
}

/// Types the lines of a document in this home, with the studio's own program and `typed` for whatever asks; what was printed.
fn type_lines(home: &Home, studio: &Running, lines: &str, typed: &str) -> String {
    let script = lines.replace("http://127.0.0.1:8080", &studio.address);
    assert!(
        script.contains(&studio.address),
        "the document names the address that the studio has by default"
    );
    let programs = Path::new(env!("CARGO_BIN_EXE_studio")).parent().expect("it lies in a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut bash = Command::new("bash")
        .args(["-c", &format!("set -eu\n{script}")])
        .current_dir(home.path())
        .env("PATH", format!("{}:{path}", programs.display()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bash, curl and openssl are there");
    bash.stdin.take().expect("piped").write_all(typed.as_bytes()).expect("it reads");
    let output = bash.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said
}

#[test]
fn the_lines_of_curl_of_the_http_channel_work() {
    if lacks("the_lines_of_curl_of_the_http_channel_work", &["curl", "openssl"]) {
        return;
    }
    let home = Home::new();
    let studio = home.start();
    let lines = shell_lines(include_str!("../../docs/http-channel.md"));
    let said = type_lines(&home, &studio, &lines, "");
    assert!(said.contains("\"event\":\"msg_"), "{said}");
    assert!(said.contains("\"event\":\"question-1\"") && said.contains("\"messages\":["), "{said}");
    assert!(said.contains("\"next\":"), "{said}");
    let transcript = Visitor::new(&studio, "customer-17").transcript();
    assert!(transcript.contains(&"visitor: Hello".to_owned()), "{transcript:#?}");
    assert!(transcript.contains(&"visitor: Where is order 4711?".to_owned()), "{transcript:#?}");
}

#[test]
fn the_lines_of_curl_of_the_api_work() {
    if lacks("the_lines_of_curl_of_the_api_work", &["curl", "openssl", "jq"]) {
        return;
    }
    let home = learning::home();
    let studio = home.start_with(&[("STUDIO_KEY", "q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k=")]);
    add(&home, "boss@example.com", "Boss", "owner");
    let boss = Member::log_in(&studio, "boss@example.com", PASSWORD);
    // What the lines deal with: a conversation, in which something was not understood.
    Visitor::new(&studio, "customer-17").say("1", learning::SAID);
    eventually("it is listed", || {
        let items = boss.get("/bots/shop/review").body["items"].as_array().cloned().unwrap_or_default();
        (!items.is_empty()).then_some(())
    });
    let lines = shell_lines(include_str!("../../docs/api.md"))
        .replace(r#""password": "…""#, &format!(r#""password": "{PASSWORD}""#));
    assert!(!lines.contains('…'), "something else is to be filled in:\n{lines}");
    let said = type_lines(&home, &studio, &lines, &format!("{PASSWORD}\n"));
    assert!(!said.contains("\"detail\":"), "something was refused:\n{said}");
    assert!(said.contains("# TYPE studio_model_waiting gauge"), "{said}");
    assert_eq!(said.matches("\"event\":{").count(), 5, "five acts are stored:\n{said}");

    let id = boss.get("/conversations").body["items"][0]["id"].as_str().expect("an id").to_owned();
    eventually("the acts are done", || {
        let timeline = boss.get(&format!("/conversations/{id}/timeline?limit=100")).body.to_string();
        let done = ["Hello, this is Ada.", "waits for the parcel"];
        done.iter().all(|words| timeline.contains(words)).then_some(())
    });
    let learned = boss.get("/bots/shop/learned").body.to_string();
    assert!(learned.contains("track_order"), "{learned}");
    let connections = boss.get("/connections").body.to_string();
    assert!(connections.contains("crm-two"), "{connections}");
    let keys = boss.get("/api-keys").body.to_string();
    assert!(keys.contains("reports"), "{keys}");
}
