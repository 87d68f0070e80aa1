//! Are the models there that the settings want?

use studio_core::{api::ModelState, translation::Translator as _};

use super::Findings;
use crate::{
    cli::checks::CheckedBot,
    config::{Config, std_duration},
    models::{self, Models},
    translation,
};

pub(super) fn wanted(findings: &mut Findings, config: &Config) {
    let models = Models::new(config.models.clone());
    let all = tokio::task::block_in_place(|| models.list(true));
    if !cfg!(feature = "models") {
        return Findings::warn("model", "this studio was built without models: understood by words alone");
    }
    match models::libtorch() {
        Some(Ok(which)) => Findings::good("libtorch", &which),
        Some(Err(why)) => findings.bad("libtorch", &why),
        None => Findings::good("libtorch", "not known here: the system does not tell what is loaded"),
    }
    let wanted = models.wanted();
    if wanted.is_empty() {
        return Findings::good("model", "none is wanted: understood by words alone");
    }
    for told in models.taken_of_several() {
        Findings::good("model", &told);
    }
    for (setting, name, instead) in wanted {
        let Some(model) = all.iter().find(|model| model.name == name) else {
            // The studio starts without, as its greeting says.
            Findings::warn(
                "model",
                &format!(
                    "models.{setting}: there is no model {name} ({instead}); `studio models list` names them"
                ),
            );
            continue;
        };
        if let Some(why) = models.misplaced(setting, name) {
            Findings::warn("model", &format!("{why} ({instead})"));
            continue;
        }
        match model.state {
            ModelState::Whole => {
                Findings::good("model", &format!("{name}: all files are there, and of their hashes"));
            }
            ModelState::Absent => Findings::warn(
                "model",
                &format!(
                    "{name} is not in {}: {instead}; `studio models pull {name}` fetches it",
                    models.folder().display()
                ),
            ),
            ModelState::Bad => {
                let problem = model.problem.as_deref().unwrap_or("not to be used");
                findings.bad("model", &format!("{name}: {problem}"));
            }
        }
    }
}

/// Whether models of this machine have the pairs of languages that bots want, where they are to translate.
pub(super) fn translators(findings: &mut Findings, config: &Config, bots: &[CheckedBot]) {
    if config.translation.service != translation::LOCAL || !cfg!(feature = "models") {
        return;
    }
    let models = Models::new(config.models.clone());
    let translators = models.translators(std_duration(config.translation.timeout));
    for problem in &translators.problems {
        findings.bad("translation", problem);
    }
    let names: Vec<&str> = translators.names().collect();
    if names.is_empty() {
        let folder = models.folder();
        return Findings::warn("translation", &format!("{}: {}", folder.display(), translation::NO_MODEL));
    }
    Findings::good("translation", &format!("by {}", names.join(", ")));
    let reads = config.translation.understand;
    for bot in bots.iter().filter_map(|bot| bot.loaded.as_ref()) {
        for (from, to) in translation::pairs(bot, reads) {
            if !translators.translates(&from, &to) {
                let told = format!("{}: no model there translates from {from} to {to}", bot.name);
                Findings::warn("translation", &told);
            }
        }
    }
}
