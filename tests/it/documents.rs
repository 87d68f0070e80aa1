//! What the documents tell people to type works as it stands.

use std::process::{Command, Stdio};

use crate::support::{Home, http_client::Visitor};

/// The blocks of a document that are for a shell, in their order.
fn shell_lines(document: &str) -> String {
    let blocks = document.split("```sh\n").skip(1).filter_map(|rest| rest.split_once("```"));
    blocks.map(|(block, _)| block).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_lines_of_curl_of_the_http_channel_work() {
    let home = Home::new();
    let studio = home.start();
    let lines = shell_lines(include_str!("../../docs/http-channel.md"));
    let script = lines.replace("http://127.0.0.1:8080", &studio.address);
    assert!(
        script.contains(&studio.address),
        "the document names the address that the studio has by default"
    );
    let output = Command::new("bash")
        .args(["-c", &format!("set -eu\n{script}")])
        .stdin(Stdio::null())
        .output()
        .expect("bash, curl and openssl are there");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("\"event\":\"msg_"), "{said}");
    assert!(said.contains("\"event\":\"question-1\"") && said.contains("\"messages\":["), "{said}");
    assert!(said.contains("\"next\":"), "{said}");
    let transcript = Visitor::new(&studio, "customer-17").transcript();
    assert!(transcript.contains(&"visitor: Hello".to_owned()), "{transcript:#?}");
    assert!(transcript.contains(&"visitor: Where is order 4711?".to_owned()), "{transcript:#?}");
}
