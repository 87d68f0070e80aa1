//! What lies among a bot's files and is none that can be read?

use std::{fs, path::Path};

use studio_core::bot::{Problem, Severity};

/// Most that are told of one bot.
const MOST: usize = 100;

/// What a bot has a folder for.
const FOLDERS: [&str; 7] =
    ["intents", "entities", "flows", "responses", "translations", "tests", "knowledge"];

/// A warning for every file below `knowledge/` that no document is made of, and for each that stands where a folder belongs.
pub fn not_documents(bot: &Path) -> Vec<Problem> {
    let mut found: Vec<Problem> = FOLDERS.into_iter().filter_map(|name| not_a_folder(bot, name)).collect();
    let mut waiting = vec![bot.join("knowledge")];
    // A link that leads out of the bot's folder is told where the bot is read, and not followed.
    waiting.retain(|folder| is_within(folder, bot));
    while let Some(dir) = waiting.pop() {
        // What cannot be read is told where the bot is read.
        for entry in fs::read_dir(&dir).into_iter().flatten().flatten() {
            let (path, hidden) = (entry.path(), entry.file_name().to_string_lossy().starts_with('.'));
            match entry.file_type() {
                Ok(kind) if kind.is_dir() && !hidden => waiting.push(path),
                Ok(kind) if kind.is_file() && !hidden && !is_document(&path) => {
                    found.push(warning(path.strip_prefix(bot).unwrap_or(&path)));
                }
                Ok(_) | Err(_) => {}
            }
        }
    }
    found.sort_by(|one, other| one.file.cmp(&other.file));
    found.truncate(MOST);
    found
}

fn not_a_folder(bot: &Path, name: &str) -> Option<Problem> {
    let is_file = bot.join(name).metadata().is_ok_and(|found| !found.is_dir());
    let hint = if name == "knowledge" {
        "make a folder of this name, and put documents into it as .md or .txt".to_owned()
    } else {
        format!("make a folder of this name, and put what it says into {name}/all.yaml")
    };
    is_file.then(|| Problem {
        message: "this file is not read: a folder belongs here".to_owned(),
        hint,
        ..warning(Path::new(name))
    })
}

fn is_within(folder: &Path, bot: &Path) -> bool {
    let whole = folder.canonicalize().ok().zip(bot.canonicalize().ok());
    whole.is_some_and(|(folder, bot)| folder.starts_with(bot))
}

fn is_document(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ["md", "txt", "yaml", "yml"].iter().any(|known| ending == *known))
}

fn warning(path: &Path) -> Problem {
    Problem {
        severity: Severity::Warning,
        code: "unknown-file".to_owned(),
        file: path.to_string_lossy().replace('\\', "/"),
        line: 0,
        column: 0,
        message: "this file is not read".to_owned(),
        hint: "documents are Markdown (.md) or plain text (.txt): save what it says as one of them"
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_markdown_and_no_text_is_told() {
        let bot = tempfile::tempdir().expect("a folder");
        for path in ["a.md", "b.txt", "de/c.pdf", "d.docx", ".git/e.bin", ".f.pdf", "g.MD"] {
            let path = bot.path().join("knowledge").join(path);
            fs::create_dir_all(path.parent().expect("has one")).expect("writable");
            fs::write(path, "x").expect("writable");
        }
        fs::write(bot.path().join("logo.png"), "x").expect("writable");
        let told: Vec<_> = not_documents(bot.path()).into_iter().map(|problem| problem.file).collect();
        assert_eq!(told, ["knowledge/d.docx", "knowledge/de/c.pdf", "knowledge/g.MD"]);
        let problem = &not_documents(bot.path())[0];
        assert!(problem.to_string().contains("warning: this file is not read"), "{problem}");
        assert!(not_documents(&bot.path().join("nowhere")).is_empty());
    }

    #[test]
    fn a_file_in_the_place_of_a_folder_is_told() {
        let bot = tempfile::tempdir().expect("a folder");
        fs::create_dir(bot.path().join("flows")).expect("writable");
        for name in ["entities", "knowledge", "logo"] {
            fs::write(bot.path().join(name), "x").expect("writable");
        }
        let told: Vec<_> = not_documents(bot.path()).iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "entities: warning: this file is not read: a folder belongs here\n  hint: make a folder of this name, and put \
                 what it says into entities/all.yaml",
                "knowledge: warning: this file is not read: a folder belongs here\n  hint: make a folder of this name, and put \
                 documents into it as .md or .txt",
            ]
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_out_of_the_folder_is_not_walked() {
        let root = tempfile::tempdir().expect("a folder");
        let (bot, elsewhere) = (root.path().join("bot"), root.path().join("elsewhere"));
        fs::create_dir_all(&bot).expect("writable");
        fs::create_dir_all(&elsewhere).expect("writable");
        fs::write(elsewhere.join("a.conf"), "x").expect("writable");
        std::os::unix::fs::symlink(&elsewhere, bot.join("knowledge")).expect("linked");
        assert!(not_documents(&bot).is_empty());

        fs::remove_file(bot.join("knowledge")).expect("removable");
        fs::rename(&elsewhere, bot.join("papers")).expect("movable");
        std::os::unix::fs::symlink("papers", bot.join("knowledge")).expect("linked");
        assert_eq!(not_documents(&bot).len(), 1);
    }
}
