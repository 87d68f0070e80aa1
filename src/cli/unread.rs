//! What did the platforms sign that nobody could read?

use std::{fs, io::Write as _, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use serde_json::Value;
use studio_core::api::Unread;
use studio_tui::Api;

use super::{Settings, plain, running, say};

/// What a platform signed, or told by our own socket, and the studio could not read is kept as it came, the newest 100 of each
/// connection, and so is what came while the connection did not run, 100 more. The studio must be running: its socket is asked,
/// where file permissions are the login.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  studio unread list
  studio unread show support 01J9Z3K7T2N8Q4R6V0W1X5Y9AB
  studio unread replay --all            after an update of the studio

Replay exits with 1 where something still cannot be read.")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// What is kept: connection, id, when it came, how long it is, why it was not read
    List {
        /// Of this connection alone
        #[arg(long)]
        connection: Option<String>,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Write one as it came; what is JSON is set out in lines
    Show {
        connection: String,
        id: String,
        /// Write it, byte for byte, to this file
        #[arg(long)]
        file: Option<PathBuf>,
    },
    /// Read one anew, or all: what it tells is taken in, what was taken in when it came is not run again
    Replay {
        #[arg(required_unless_present = "all")]
        connection: Option<String>,
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<String>,
        /// All that are kept
        #[arg(long)]
        all: bool,
    },
}

pub async fn run(settings: &Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let api = running(settings.load()?.server.socket()).await?;
    match arguments.command {
        Command::List { connection, json } => {
            let kept = kept(&api, connection.as_deref()).await?;
            if json {
                say!("{}", serde_json::to_string_pretty(&kept)?);
                return Ok(ExitCode::SUCCESS);
            }
            for Unread { id, connection, size, why, at } in kept {
                say!("{} {id} {at:.0} {size} bytes: {}", plain(&connection), plain(&why));
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Show { connection, id, file } => {
            let bytes = api.file(&["unread", &connection, &id]).await?;
            match file {
                Some(file) => {
                    fs::write(&file, bytes).with_context(|| format!("failed to write {}", file.display()))?;
                }
                None => show(&bytes)?,
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Replay { connection: Some(connection), id: Some(id), .. } => {
            api.order(&["unread", &connection, &id, "replay"]).await?;
            say!("{} {id} was taken in.", plain(&connection));
            Ok(ExitCode::SUCCESS)
        }
        Command::Replay { connection, .. } => replay_all(&api, connection.as_deref()).await,
    }
}

async fn kept(api: &Api, connection: Option<&str>) -> anyhow::Result<Vec<Unread>> {
    let all: Vec<Unread> = api.all(&["unread"]).await?;
    let wanted = |unread: &Unread| connection.is_none_or(|connection| unread.connection == connection);
    Ok(all.into_iter().filter(wanted).collect())
}

async fn replay_all(api: &Api, connection: Option<&str>) -> anyhow::Result<ExitCode> {
    let kept = kept(api, connection).await?;
    let (all, mut left) = (kept.len(), 0_usize);
    for Unread { id, connection, .. } in kept {
        if let Err(error) = api.order(&["unread", &connection, &id, "replay"]).await {
            left += 1;
            say!("{} {id}: {}", plain(&connection), plain(&error.to_string()));
        }
    }
    say!("{} of {all} were taken in.", all - left);
    Ok(if left == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A stranger wrote it: nothing of it moves the cursor of a terminal.
fn show(bytes: &[u8]) -> anyhow::Result<()> {
    let text = match serde_json::from_slice::<Value>(bytes) {
        Ok(value) => serde_json::to_string_pretty(&value)?,
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    };
    let mut out = std::io::stdout().lock();
    for line in text.lines() {
        writeln!(out, "{}", plain(line))?;
    }
    Ok(())
}
