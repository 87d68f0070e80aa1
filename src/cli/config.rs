//! Which settings hold?

use std::process::ExitCode;

use super::Settings;

/// Shows the settings as they hold, secrets as `***`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Show every setting with its explanation and its default
    #[arg(long)]
    defaults: bool,
}

pub fn run(settings: &Settings, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if arguments.defaults {
        print!("{}", crate::config::DEFAULTS);
    } else {
        match settings.path() {
            Some(path) => println!("# defaults, then {}, then the environment", path.display()),
            None => println!("# defaults, then the environment; there is no studio.toml here"),
        }
        print!("{}", settings.load()?.printed());
    }
    Ok(ExitCode::SUCCESS)
}
