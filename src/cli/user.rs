//! Who may log in?

use std::{io::IsTerminal as _, process::ExitCode};

use anyhow::{Context as _, bail};
use studio_core::{
    api::Role,
    id::{MemberId, OrganisationId},
};
use studio_store::{Member, MemberError, NewMember};

use super::Settings;
use crate::{auth::password, clock::Clock, studio::open_store};

/// Members who may log in over the network. (On the same machine the console needs no login.)
/// The server must not be running on an embedded store.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Add a member; the password is asked for, or read from standard input
    Add {
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
    Password { email: String },
    /// Remove a member and end its sessions
    Remove { email: String },
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
    let config = settings.load()?;
    let store = open_store(&config).await?;
    let clock = Clock::default();
    let organisation = OrganisationId::FIRST;
    let result = async {
        match arguments.command {
            Command::Add { email, name, role } => {
                let email = checked(&email)?;
                if name.trim().is_empty() {
                    bail!("the name is empty");
                }
                let hash = password::hash(&ask()?).await?;
                let member = Member {
                    id: MemberId(clock.id()),
                    email: email.clone(),
                    name: name.trim().to_owned(),
                    role: role.into(),
                    created_at: clock.now(),
                };
                let new = NewMember { member, password_hash: hash };
                match store.create_member(organisation, &new).await {
                    Ok(()) => {}
                    Err(MemberError::EmailTaken) => {
                        bail!("there is a member {email} already (`studio user password {email}` sets a new password)")
                    }
                    Err(error @ MemberError::Store(_)) => return Err(error.into()),
                }
                println!("{email} may log in now.");
            }
            Command::List => {
                for member in store.members(organisation).await? {
                    println!("{:<40} {:<10} {}", member.email, format!("{:?}", member.role).to_lowercase(), super::plain(&member.name));
                }
            }
            Command::Password { email } => {
                let email = checked(&email)?;
                let known = store.credentials(&email).await?.with_context(|| format!("there is no member {email}"))?;
                let hash = password::hash(&ask()?).await?;
                store.set_password(known.organisation, known.member.id, &hash).await?;
                println!("{email} has a new password; its sessions have ended.");
            }
            Command::Remove { email } => {
                let email = checked(&email)?;
                let known = store.credentials(&email).await?.with_context(|| format!("there is no member {email}"))?;
                store.delete_member(known.organisation, known.member.id).await?;
                println!("{email} is removed; its sessions have ended.");
            }
        }
        Ok(ExitCode::SUCCESS)
    }
    .await;
    store.close().await;
    result
}

fn checked(email: &str) -> anyhow::Result<String> {
    let email = email.trim().to_lowercase();
    let (name, domain) = email.split_once('@').unwrap_or(("", ""));
    if name.is_empty() || domain.is_empty() || email.chars().any(char::is_whitespace) || email.len() > 254 {
        bail!("{email:?} is not an e-mail address");
    }
    Ok(email)
}

fn ask() -> anyhow::Result<String> {
    if !std::io::stdin().is_terminal() {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).context("no password on standard input")?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let first = rpassword::prompt_password("Password: ")?;
    if first != rpassword::prompt_password("Again: ")? {
        bail!("the two are not the same");
    }
    Ok(first)
}
