//! Which settings hold?

use std::process::ExitCode;

use super::{Settings, say};

/// Shows the settings as they hold, secrets as `***`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  studio config                        the settings as they hold here
  studio config --defaults             the manual: every setting, explained
  studio config --defaults > studio.toml")]
pub struct Arguments {
    /// Show every setting with its explanation and its default
    #[arg(long)]
    defaults: bool,
}

pub fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if arguments.defaults {
        super::print(format_args!("{}", crate::config::DEFAULTS));
    } else {
        let config = settings.load()?;
        match settings.path() {
            Some(path) => say!("# defaults, then {}, then the environment", path.display()),
            None => say!("# defaults, then the environment; there is no studio.toml here"),
        }
        for ignored in settings.ignored() {
            say!("# {ignored}");
        }
        super::print(format_args!("{}", config.printed()));
    }
    Ok(ExitCode::SUCCESS)
}
