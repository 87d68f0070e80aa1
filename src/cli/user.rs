//! Who may log in?

use std::{io::IsTerminal as _, process::ExitCode};

use anyhow::{Context as _, bail};
use studio_core::api::{Member, NewMember, NewPassword, Page, Role};
use studio_tui::Api;

use super::{Settings, running, say};
use crate::auth::email;

/// Members who may log in over the network. The studio must be running: its socket is asked, where file
/// permissions are the login. (The console on the same machine needs no member.)
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  studio user add ada@example.com --name Ada
  studio user list
  studio user password ada@example.com")]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Add a member; the password is asked for, or read from standard input
    Add {
        /// What the member logs in with
        email: String,
        /// Name that visitors see
        #[arg(long)]
        name: String,
        #[arg(long, value_enum, default_value_t = RoleName::Agent)]
        role: RoleName,
    },
    /// List the members
    List,
    /// Set a new password; it is asked for, or read from standard input. Ends the member's sessions
    Password {
        /// What the member logs in with
        email: String,
    },
    /// Remove a member: its sessions and API keys end, and its conversations go back to those that wait
    Remove {
        /// What the member logs in with
        email: String,
    },
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum RoleName {
    Analyst,
    Agent,
    Admin,
    Owner,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Analyst => Self::Analyst,
            RoleName::Agent => Self::Agent,
            RoleName::Admin => Self::Admin,
            RoleName::Owner => Self::Owner,
        }
    }
}

pub async fn run(settings: &Settings, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let api = running(settings.load()?.server.socket()).await?;
    match arguments.command {
        Command::Add { email, name, role } => {
            let email = email::checked(&email).map_err(anyhow::Error::msg)?;
            let new = NewMember { email, name, role: role.into(), password: ask()? };
            let member: Member = api.post(&["members"], &new).await?;
            say!("{} may log in now.", member.email);
        }
        Command::List => {
            let members: Page<Member> = api.get(&["members"], &[]).await?;
            for member in members.items {
                let role = format!("{:?}", member.role).to_lowercase();
                say!("{:<40} {role:<10} {}", member.email, member.name);
            }
        }
        Command::Password { email } => {
            let member = find(&api, &email).await?;
            let new = NewPassword { password: ask()? };
            api.tell(&["members", &member.id.to_string(), "password"], &new).await?;
            say!("{} has a new password; its sessions have ended.", member.email);
        }
        Command::Remove { email } => {
            let member = find(&api, &email).await?;
            api.delete(&["members", &member.id.to_string()]).await?;
            say!("{} is removed; its sessions and API keys have ended.", member.email);
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn find(api: &Api, address: &str) -> anyhow::Result<Member> {
    let address = email::checked(address).map_err(anyhow::Error::msg)?;
    let members: Page<Member> = api.get(&["members"], &[]).await?;
    let found = members.items.into_iter().find(|member| member.email == address);
    found.with_context(|| format!("there is no member {address} (`studio user list` shows them)"))
}

fn ask() -> anyhow::Result<String> {
    if !std::io::stdin().is_terminal() {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).context("no password on standard input")?;
        return given(line.trim_end_matches(['\r', '\n']));
    }
    let first = given(&rpassword::prompt_password("Password: ")?)?;
    if first != rpassword::prompt_password("Again: ")? {
        bail!("the two are not the same");
    }
    Ok(first)
}

fn given(password: &str) -> anyhow::Result<String> {
    if password.is_empty() {
        bail!("no password was given: type it at a terminal, or give it as the first line of standard input");
    }
    Ok(password.to_owned())
}
