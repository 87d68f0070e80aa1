//! What does the studio itself say, and what in place of it?

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use studio_core::{
    api::{Page, StudioText},
    texts::{TextPart, Wording},
};

use super::{plain, running, say};

#[derive(Debug, clap::Args)]
pub struct List {
    /// The language, e.g. `de` or `pt-BR`
    #[arg(long)]
    language: String,
    /// Only those that were changed
    #[arg(long)]
    changed: bool,
    /// Print them as JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub struct Set {
    #[command(flatten)]
    of: Of,
    /// The text, as `dialogue.ftl` (Fluent) or `widget.json` has it
    #[arg(required_unless_present = "forms", conflicts_with = "forms")]
    text: Option<String>,
    /// Of the widget: a text for a form of what is counted, such as `one=…`; several times
    #[arg(long = "form", value_name = "FORM=TEXT")]
    forms: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub struct Of {
    /// The language, e.g. `de` or `pt-BR`
    #[arg(long)]
    language: String,
    /// `dialogue` or `widget`
    part: TextPart,
    /// As `studio texts list` names it, e.g. `apology`
    key: String,
}

pub async fn list(socket: PathBuf, list: List) -> anyhow::Result<ExitCode> {
    let List { language, changed, json } = list;
    let mut texts: Page<StudioText> = running(socket).await?.get(&["texts", &language], &[]).await?;
    texts.items.retain(|text| !changed || text.own.is_some());
    if json {
        say!("{}", serde_json::to_string_pretty(&texts.items)?);
        return Ok(ExitCode::SUCCESS);
    }
    for text in &texts.items {
        let said = text.default_language.as_ref().map(|said| format!(" ({said})")).unwrap_or_default();
        say!("{} {}{said}: {}", text.part.as_str(), text.key, line(&text.default));
        if let Some(own) = &text.own {
            say!("  own: {}", line(own));
        }
        if let Some(problem) = &text.problem {
            say!("  not said: {}", plain(problem));
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub async fn set(socket: PathBuf, set: Set) -> anyhow::Result<ExitCode> {
    let Set { of, text, forms } = set;
    let form = |form: &String| {
        let (name, text) = form.split_once('=').with_context(|| format!("{form}: write it as FORM=TEXT"))?;
        anyhow::Ok((name.to_owned(), text.to_owned()))
    };
    let forms = forms.iter().map(form).collect::<anyhow::Result<_>>()?;
    let path = ["texts", &of.language, of.part.as_str(), &of.key];
    running(socket).await?.put(&path, &Wording { text, forms }).await?;
    say!("{} {} is said from now on.", of.part.as_str(), of.key);
    Ok(ExitCode::SUCCESS)
}

pub async fn reset(socket: PathBuf, of: Of) -> anyhow::Result<ExitCode> {
    running(socket).await?.delete(&["texts", &of.language, of.part.as_str(), &of.key]).await?;
    say!("{} {} is the studio's own again.", of.part.as_str(), of.key);
    Ok(ExitCode::SUCCESS)
}

/// A wording in one line.
fn line(wording: &Wording) -> String {
    let text = match &wording.text {
        Some(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        None => {
            wording.forms.iter().map(|(form, text)| format!("[{form}] {text}")).collect::<Vec<_>>().join(" ")
        }
    };
    plain(&text)
}
