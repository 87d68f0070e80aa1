//! How far a download has come is shown to whoever looks, and what is cut off is gone on with.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use portable_pty::CommandBuilder;
use studio_bert::{WEIGHTS, find};

use super::{MODEL, home_with_models, said};
use crate::support::{eventually, terminal::Terminal};

const MIB: usize = 1 << 20;
/// What comes before the first run is killed: 24 of 100 bytes of all files.
const BEFORE: usize = 21 * MIB;
/// What comes to the second before the line breaks.
const THEN: usize = MIB;

/// The place from which each connection asked, 0 without a range.
type Asked = Arc<Mutex<Vec<usize>>>;

/// A mirror of weights that are all zeros. Its first connection brings [`BEFORE`] and then nothing until the other end goes, the
/// second brings [`THEN`] and breaks, and all others are refused.
fn mirror(size: usize) -> (String, Asked) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let address = format!("http://{}", listener.local_addr().expect("bound"));
    let asked = Asked::default();
    let of_server = Arc::clone(&asked);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            // Whoever has gone away does not want it.
            let _ = serve(stream, size, &of_server);
        }
    });
    (address, asked)
}

fn serve(mut stream: TcpStream, size: usize, asked: &Mutex<Vec<usize>>) -> std::io::Result<()> {
    let mut from = 0;
    for line in BufReader::new(stream.try_clone()?).lines() {
        let line = line?.to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(range) = line.strip_prefix("range: bytes=") {
            from = range.trim_end_matches('-').parse().expect("a place");
        }
    }
    let number = {
        let mut asked = asked.lock().expect("not poisoned");
        asked.push(from);
        asked.len()
    };
    let Some(bytes) = [BEFORE, THEN].get(number - 1).copied() else {
        return stream.write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    };
    let status = if from > 0 { "206 Partial Content" } else { "200 OK" };
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", size - from)?;
    stream.write_all(&vec![0; bytes])?;
    if number == 1 {
        // Until the other end is gone.
        let _ = stream.read_exact(&mut [0]);
    }
    Ok(())
}

#[test]
fn a_terminal_shows_how_far_a_download_is_and_another_run_goes_on_from_there() {
    let files = find(MODEL).expect("it is the default").files;
    let weights = files.iter().find(|file| file.path == WEIGHTS).expect("it has weights");
    let (address, asked) = mirror(usize::try_from(weights.size).expect("fits"));
    let home = home_with_models("models");
    let part = home.path().join("models").join(format!("{MODEL}.part")).join(WEIGHTS);
    let there = || fs::metadata(&part).map_or(0, |data| usize::try_from(data.len()).expect("fits"));

    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_studio"));
    command.args(["models", "pull", MODEL]);
    command.cwd(home.path());
    command.env("STUDIO_MODELS_MIRROR", &address);
    let mut terminal = Terminal::running(command);
    terminal.wait_for("24% 21.00 MiB/86.88 MiB");
    let screen = terminal.contents();
    assert!(screen.contains('█'), "there is no bar:\n{screen}");
    eventually("all that came is on the disk", || (there() == BEFORE).then_some(()));
    terminal.kill();

    let pull = home.command(&["models", "pull", MODEL]).env("STUDIO_MODELS_MIRROR", &address).output();
    let output = pull.expect("runs");
    let told = said(&output);
    assert!(!output.status.success() && told.contains("403"), "{told}");
    assert_eq!(*asked.lock().expect("not poisoned"), [0, BEFORE, BEFORE + THEN], "{told}");
    assert_eq!(there(), BEFORE + THEN, "{told}");
    let is_bar = |part: &str| told.contains(part);
    assert!(!["MiB", "█", "\r", "\u{1b}["].into_iter().any(is_bar), "a pipe is no terminal: {told:?}");
}
