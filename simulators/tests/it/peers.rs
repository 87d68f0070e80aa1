//! Does a client that others wrote end with the test that started it?

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use studio_simulators::peers;

/// The client below a shell, which says that it is there.
fn below_a_shell(client: &Command, arguments: [&str; 2]) -> Command {
    let mut shell = Command::new("sh");
    shell.args(["-c", "\"$@\" & wait", "sh"]).arg(client.get_program()).args(arguments);
    for (name, value) in client.get_envs() {
        if let Some(value) = value {
            shell.env(name, value);
        }
    }
    shell
}

fn ends_with_its_parent(client: Option<Command>, arguments: [&str; 2], test: &str) {
    let Some(client) = client else { return peers::skip(test) };
    let mut shell = below_a_shell(&client, arguments);
    let mut shell = shell.stdout(Stdio::piped()).spawn().expect("a shell");
    let mut output = BufReader::new(shell.stdout.take().expect("it prints"));
    let mut line = String::new();
    output.read_line(&mut line).expect("it prints");
    assert_eq!(line.trim(), "here");
    // As a test that ran out of time: it ends nothing by itself.
    shell.kill().expect("it runs");
    shell.wait().expect("it ended");
    let (ended, hear) = mpsc::channel();
    // The client alone holds the other end now.
    std::thread::spawn(move || ended.send(output.read_to_end(&mut Vec::new())));
    hear.recv_timeout(Duration::from_mins(1)).expect("the client ended as well").expect("readable");
}

#[test]
fn a_client_in_python_ends_with_its_test() {
    let script = "import time; print('here', flush=True); time.sleep(600)";
    ends_with_its_parent(peers::python(), ["-c", script], "peers::a_client_in_python_ends_with_its_test");
}

#[test]
fn a_client_in_node_ends_with_its_test() {
    let script = "console.log('here'); setTimeout(() => {}, 600_000)";
    ends_with_its_parent(peers::node(), ["-e", script], "peers::a_client_in_node_ends_with_its_test");
}
