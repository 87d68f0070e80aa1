//! How do a bot's texts get to translators and back?

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use studio_core::{
    bot::{
        Problem, Severity, load,
        translation::{self, Listing, csv, xliff},
    },
    counted::counted,
};

use super::{Settings, check::find, own_texts, plain, say};

/// Largest file of a translator, in bytes.
const LARGEST: u64 = 16 << 20;

/// Gives a bot's texts to translators, and takes their work back; changes what the studio itself says.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  studio texts export bots/mine --language fr --format xliff --file fr.xlf
  studio texts import bots/mine --language fr --file fr.xlf
  studio texts list --language de
  studio texts set --language de dialogue apology 'Hoppla, das ging schief.'
  studio texts set --language de widget tooLong --form one='{count} Zeichen' --form other='{count} Zeichen'

Of export and import: the language must stand among `languages` of bot.yaml. What the author writes himself in it is not exported.")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Write the texts that are to be translated, and say what is missing or stale
    Export {
        #[command(flatten)]
        of: Of,
        /// Where to; standard output where absent
        #[arg(long)]
        file: Option<PathBuf>,
        /// Only what has no translation yet
        #[arg(long)]
        missing: bool,
    },
    /// Take translations in: `translations/<language>.yaml` of the bot is written anew, or nothing where anything is broken
    Import {
        #[command(flatten)]
        of: Of,
        /// What came back
        #[arg(long)]
        file: PathBuf,
    },
    /// What the studio itself says in a language, and what was made of it. The studio must be running
    List(own_texts::List),
    /// Say something else in place of a text of the studio's own, at once. The studio must be running
    Set(own_texts::Set),
    /// Say the studio's own text again. The studio must be running
    Reset(own_texts::Of),
}

#[derive(Debug, clap::Args)]
struct Of {
    /// The bot's folder, its name in the folder of the bots, or the name of a sample bot
    #[arg(value_name = "BOT")]
    bot: PathBuf,
    /// The language that is translated into, e.g. `fr`
    #[arg(long)]
    language: String,
    /// Form of the file; by its name where absent
    #[arg(long, value_enum)]
    format: Option<Format>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// XLIFF 1.2
    Xliff,
    /// A table with the columns in, source, target
    Csv,
}

pub async fn run(settings: &Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let socket = || Ok::<_, anyhow::Error>(settings.load()?.server.socket());
    match arguments.command {
        Command::Export { of, file, missing } => export(settings, &of, file.as_deref(), missing),
        Command::Import { of, file } => import(settings, &of, &file),
        Command::List(list) => own_texts::list(socket()?, list).await,
        Command::Set(set) => own_texts::set(socket()?, set).await,
        Command::Reset(of) => own_texts::reset(socket()?, of).await,
    }
}

fn export(settings: &Settings, of: &Of, file: Option<&Path>, missing: bool) -> anyhow::Result<ExitCode> {
    let bot = find(settings, &of.bot)?;
    let mut listing = translation::listing(&bot.files, &of.language)?;
    report(&of.language, &listing);
    if missing {
        listing.texts.retain(|text| text.target.is_none());
    }
    let text = match format(of, file)? {
        Format::Csv => csv::write(&listing.texts),
        Format::Xliff => {
            let first = translation::languages(&bot.files).into_iter().next().unwrap_or_default();
            xliff::write(&bot.bot(), (&first, &of.language), &listing.texts)?
        }
    };
    match file {
        Some(path) => {
            fs::write(path, text).with_context(|| format!("failed to write {}", path.display()))?;
        }
        None => super::print(format_args!("{text}")),
    }
    Ok(ExitCode::SUCCESS)
}

fn import(settings: &Settings, of: &Of, file: &Path) -> anyhow::Result<ExitCode> {
    let mut bot = find(settings, &of.bot)?;
    let Some(folder) = bot.path.clone() else {
        bail!("a sample bot cannot be written: copy it into the folder of the bots first");
    };
    let name = file.display();
    let size = fs::metadata(file).with_context(|| format!("failed to read {name}"))?.len();
    if size > LARGEST {
        bail!("{name} has {size} bytes; at most {LARGEST} are read");
    }
    let text = fs::read(file).with_context(|| format!("failed to read {name}"))?;
    let text =
        String::from_utf8(text).ok().with_context(|| format!("{name} is not UTF-8: save it as that"))?;
    let read = match format(of, Some(file))? {
        Format::Csv => csv::read(&text),
        Format::Xliff => xliff::read(&text, &of.language),
    };
    let taken = read.and_then(|returned| translation::take_in(&bot.files, &of.language, &returned));
    let taken = taken.with_context(|| format!("nothing of {name} was taken in, line and reason"))?;
    let path = format!("translations/{}.yaml", of.language);
    let before = load(&bot.files).problems;
    bot.files.0.insert(path.clone(), taken.file.clone());
    let after = load(&bot.files).problems;
    write(&folder.join(&path), &taken.file)?;
    let (made, others): (Vec<_>, Vec<_>) =
        after.iter().partition(|problem| !before.iter().any(|known| same(known, problem, &path)));
    for problem in &made {
        say!("{}", plain(&problem.to_string()));
    }
    for line in &taken.stale {
        say!("stale: {name}:{}", plain(line));
    }
    if taken.unfinished > 0 {
        let (left, are) =
            (counted(taken.unfinished, "target"), if taken.unfinished == 1 { "is" } else { "are" });
        say!("{left} {are} no translation yet, as `state` says, and left out.");
    }
    if !others.is_empty() {
        say!("Not of these translations: {}, see `studio check`.", counted(others.len(), "problem"));
    }
    say!("{}: {} new or changed, {} still missing.", of.language, taken.changed, taken.missing);
    if made.iter().any(|problem| problem.severity == Severity::Error) {
        say!("With these translations in `{}` the bot has errors.", of.language);
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether a problem was there before the file at `rewritten`, whose lines are others now, was written anew.
fn same(before: &Problem, after: &Problem, rewritten: &str) -> bool {
    let place = |problem: &Problem| (problem.file != rewritten).then_some((problem.line, problem.column));
    (&before.code, &before.file, &before.message, place(before))
        == (&after.code, &after.file, &after.message, place(after))
}

/// Whole or not at all.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().context("a file in a folder")?;
    let written = fs::create_dir_all(folder)
        .and_then(|()| fs::write(path.with_extension("new"), text))
        .and_then(|()| fs::rename(path.with_extension("new"), path));
    written.with_context(|| format!("failed to write {}", path.display()))
}

/// On standard error, so that the texts can be piped.
fn report(language: &str, listing: &Listing) {
    let (all, missing, stale) =
        (counted(listing.texts.len(), "text"), listing.missing(), listing.stale.len());
    let mut lines = vec![format!("{language}: {all}, {missing} without translation, {stale} stale")];
    let gone = listing.stale.iter().map(|text| format!("stale: {}: {}", text.within, text.source));
    lines.extend(gone.map(|line| plain(&line).replace('\n', " ")));
    // Nobody reads it: the texts are what counts.
    let _ = writeln!(io::stderr(), "{}", lines.join("\n"));
}

fn format(of: &Of, file: Option<&Path>) -> anyhow::Result<Format> {
    let extension = file.and_then(Path::extension).and_then(|it| it.to_str()).map(str::to_lowercase);
    match (of.format, extension.as_deref()) {
        (Some(format), _) => Ok(format),
        (None, Some("csv")) => Ok(Format::Csv),
        (None, Some("xlf" | "xliff")) => Ok(Format::Xliff),
        (None, _) => bail!("say which form the file has: --format xliff or --format csv"),
    }
}
