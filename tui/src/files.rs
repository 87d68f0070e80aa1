//! How is a visitor's file kept on this machine, and opened?
//!
//! Its name and its bytes are a stranger's. The name loses whatever a file system or a shell takes for
//! more than letters, nothing that exists is written over, and only kinds of files that show something
//! rather than do something are opened.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    os::unix::{fs::OpenOptionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use crate::{
    api::Api,
    message::{SaveFile, Saved},
    scrub,
};

/// Characters of a name.
const LONGEST: usize = 80;
/// Files of the same name that are told apart by a number.
const MOST: u32 = 1_000;
/// Endings of files that are opened.
const HARMLESS: [&str; 7] = ["png", "jpg", "jpeg", "gif", "webp", "pdf", "txt"];

/// Fetches a file and saves it. The error is fit for the screen.
pub async fn save(api: &Api, file: SaveFile) -> Result<Saved, String> {
    let (conversation, media) = (file.conversation.to_string(), file.media.to_string());
    let path = ["conversations", &conversation, "media", &media];
    let bytes = api.file(&path).await.map_err(|error| error.to_string())?;
    let path = keep(&file.folder, &file.name, &bytes).map_err(|error| {
        format!("{}: {}", scrub::line(&file.folder.display().to_string()), scrub::line(&error.to_string()))
    })?;
    let opened = if file.open { open(&path) } else { Ok(()) };
    Ok(Saved { path, not_opened: opened.err() })
}

/// Writes a new file, for the operator alone.
fn keep(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let name = safe_name(name);
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) => (stem, format!(".{ending}")),
        None => (name.as_str(), String::new()),
    };
    for number in 1..=MOST {
        let name = if number == 1 { name.clone() } else { format!("{stem} ({number}){ending}") };
        let path = folder.join(name);
        // Not through a link either: `create_new` makes the file or fails.
        let mut file = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
        };
        return match file.write_all(bytes) {
            Ok(()) => Ok(path),
            Err(error) => {
                let _ = std::fs::remove_file(&path);
                Err(error)
            }
        };
    }
    Err(io::Error::new(io::ErrorKind::AlreadyExists, format!("{MOST} files are called {name} already")))
}

/// The name of one file: no folder, nothing hidden, nothing that looks like an option.
fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let tame = |letter: char| match letter {
        '<' | '>' | ':' | '"' | '|' | '?' | '*' | '%' | '$' | '`' | '\'' | ';' | '&' => '_',
        letter => letter,
    };
    let clean: String = scrub::line(last).chars().map(tame).collect();
    let clean =
        clean.trim_matches(|letter: char| matches!(letter, '.' | '-' | '~') || letter.is_whitespace());
    let (stem, ending) = clean.rsplit_once('.').unwrap_or((clean, ""));
    let stem: String = stem.chars().take(LONGEST).collect();
    let ending: String = ending.chars().take(16).collect();
    match (stem.is_empty(), ending.is_empty()) {
        (true, _) => "file".to_owned(),
        (false, true) => stem,
        (false, false) => format!("{stem}.{ending}"),
    }
}

/// Starts `$BROWSER`, or what the machine opens such files with. It outlives the console.
fn open(path: &Path) -> Result<(), String> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_ascii_lowercase();
    if !HARMLESS.contains(&ending.as_str()) {
        return Err(format!("not opened: only {} are", HARMLESS.join(", ")));
    }
    let path = std::path::absolute(path).map_err(|error| scrub::line(&error.to_string()))?;
    let (program, arguments) = opener(std::env::var("BROWSER").ok().as_deref(), &path);
    let mut child = Command::new(&program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Ctrl-C in the console is not meant for it.
        .process_group(0)
        .spawn()
        .map_err(|error| format!("not opened: {}: {error}", scrub::line(&program)))?;
    // Somebody has to take note of its end.
    thread::spawn(move || child.wait());
    Ok(())
}

/// `$BROWSER` is a list of commands, parted by colons, in which `%s` stands for what to open.
fn opener(browser: Option<&str>, path: &Path) -> (String, Vec<PathBuf>) {
    let command = browser.and_then(|browser| browser.split(':').find(|one| !one.trim().is_empty()));
    let Some(command) = command else {
        let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
        return (program.to_owned(), vec![path.to_owned()]);
    };
    let mut words = command.split_whitespace();
    let program = words.next().unwrap_or_default().to_owned();
    let mut arguments: Vec<PathBuf> = words.map(PathBuf::from).collect();
    match arguments.iter_mut().find(|argument| argument.as_os_str() == "%s") {
        Some(place) => path.clone_into(place),
        None => arguments.push(path.to_owned()),
    }
    (program, arguments)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn names_of_strangers() {
        for (name, expected) in [
            ("tent.png", "tent.png"),
            ("Zelt grün 日本.PNG", "Zelt grün 日本.PNG"),
            ("../../.ssh/authorized_keys", "authorized_keys"),
            ("..\\..\\evil.txt", "evil.txt"),
            ("/etc/passwd", "passwd"),
            (".bashrc", "bashrc"),
            ("-rf.txt", "rf.txt"),
            ("~", "file"),
            ("..", "file"),
            ("", "file"),
            ("a\u{202e}gnp.exe", "a▯gnp.exe"),
            ("a\x1b]0;owned\x07\nb.txt", "a␛]0_owned␇ b.txt"),
            ("$(reboot)`x`.pdf", "_(reboot)_x_.pdf"),
        ] {
            assert_eq!(safe_name(name), expected, "{name:?}");
        }
        assert_eq!(safe_name(&format!("{}.{}", "a".repeat(500), "b".repeat(500))).len(), LONGEST + 1 + 16);
    }

    #[test]
    fn nothing_is_written_over_and_no_link_is_followed() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = root.path().join("new").join("files");
        let outside = root.path().join("outside");
        let first = keep(&folder, "bill.pdf", b"one").expect("writable");
        symlink(&outside, folder.join("bill (2).pdf")).expect("writable");
        let third = keep(&folder, "x/../bill.pdf", b"three").expect("writable");
        assert_eq!((first, third.clone()), (folder.join("bill.pdf"), folder.join("bill (3).pdf")));
        assert_eq!(std::fs::read(folder.join("bill.pdf")).expect("is there"), b"one");
        assert_eq!(std::fs::read(&third).expect("is there"), b"three");
        assert!(!outside.exists());
        let mode = std::fs::metadata(third).expect("is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error() {
        let root = tempfile::tempdir().expect("a folder");
        let file = root.path().join("file");
        std::fs::write(&file, b"").expect("writable");
        assert!(keep(&file, "bill.pdf", b"one").is_err());
    }

    #[test]
    fn programs_that_open() {
        let path = Path::new("/tmp/a b.pdf");
        for (browser, program, arguments) in [
            (Some("firefox"), "firefox", vec!["/tmp/a b.pdf"]),
            (Some("w3m -o x=y:lynx"), "w3m", vec!["-o", "x=y", "/tmp/a b.pdf"]),
            (Some("::see %s --now"), "see", vec!["/tmp/a b.pdf", "--now"]),
        ] {
            let arguments: Vec<PathBuf> = arguments.into_iter().map(PathBuf::from).collect();
            assert_eq!(opener(browser, path), (program.to_owned(), arguments), "{browser:?}");
        }
        assert_eq!(opener(None, path), opener(Some(" "), path));
        assert!(open(Path::new("/tmp/a.desktop")).is_err_and(|why| why.starts_with("not opened: only png")));
    }
}
