//! Which translator do the settings choose?

use std::{sync::Arc, time::Duration};

use studio_core::{
    bot::Bot,
    translation::{Reach, Translator},
};
use studio_nlu::Model;
use url::Url;

use super::{
    Interpreter,
    services::{DeepL, Google, LibreTranslate, Service},
};
use crate::{
    config::{Config, Translation, std_duration},
    egress::Egress,
    models::Models,
};

/// What the settings call the models of this machine.
pub const LOCAL: &str = "local";

/// Why a studio cannot translate with its settings.
#[derive(Debug, thiserror::Error)]
pub enum TranslationError {
    #[error("translation.service is {0:?}; it can be `libretranslate`, `deepl`, `google` or `local`")]
    UnknownService(String),
    #[error("translation.service is `local`, and this studio has no models")]
    NoModels,
    #[error("translation.timeout must be longer than nothing")]
    NoTime,
    #[error("translation.address is missing: write where the service runs")]
    NoAddress,
    #[error("translation.address is no address: {0}")]
    BadAddress(url::ParseError),
    #[error("translation.address must begin with https:// or http://")]
    BadScheme,
    #[error("translation.address cannot be called: {0}")]
    Refused(String),
    #[error("translation.key is missing; give it by `key_file` or STUDIO_TRANSLATION_KEY")]
    NoKey,
}

/// The translator that the settings name, if they name one. Called within the runtime that is to make its calls.
pub fn open(
    config: &Config,
    egress: &Egress,
    models: &Models,
) -> Result<Option<Arc<Interpreter>>, TranslationError> {
    let settings = &config.translation;
    let limit = std_duration(settings.timeout);
    let key = settings.key.reveal();
    let translator: Arc<dyn Translator> = match settings.service.as_str() {
        "" => return Ok(None),
        LOCAL => local(models, limit),
        "libretranslate" => {
            let vendor = LibreTranslate::new(&address(settings, "")?, key);
            Arc::new(Service::new(vendor, egress.clone(), limit))
        }
        "deepl" => {
            let vendor = DeepL::new(&address(settings, DeepL::address_of(key))?, needed(settings)?);
            Arc::new(Service::new(vendor, egress.clone(), limit))
        }
        "google" => {
            let vendor =
                Google::new(&address(settings, Google::ADDRESS)?, needed(settings)?, &settings.project);
            Arc::new(Service::new(vendor, egress.clone(), limit))
        }
        other => return Err(TranslationError::UnknownService(other.to_owned())),
    };
    Ok(Some(Arc::new(Interpreter::new(translator, settings.understand))))
}

/// The models of this machine. Where there are none, or they are broken, the log says so, and what they would have said is said as
/// it was written.
fn local(models: &Models, limit: Duration) -> Arc<dyn Translator> {
    let translators = models.translators(limit);
    for problem in &translators.problems {
        tracing::warn!(problem, instead = "visitors are told the authors' own texts", "model.absent");
    }
    if translators.names().next().is_none() {
        let folder = models.folder();
        tracing::warn!(folder = %folder.display(), "translation.absent: {}", NO_MODEL);
    }
    translators
}

/// What is to be done where no model translates.
pub const NO_MODEL: &str = "no model there translates; `studio models pull opus-mt-zh-en` fetches one, `studio models import` takes yours";

/// A bot as it speaks with this translator: without one, its own languages alone.
pub fn spoken(mut bot: Bot, interpreter: Option<&Interpreter>) -> Bot {
    match interpreter {
        None => bot.translation.into = Reach::default(),
        Some(interpreter) => {
            for (from, to) in pairs(&bot, interpreter.reads) {
                interpreter.translator.prepare(&from, &to);
            }
        }
    }
    bot
}

/// The pairs of languages that a bot names: what it says, and what it reads where messages are translated as well.
pub fn pairs(bot: &Bot, reads: bool) -> Vec<(String, String)> {
    let (Reach::These(into), Some(own)) = (&bot.translation.into, bot.languages.first()) else {
        return Vec::new();
    };
    let pair = |other: &String| {
        let read = reads.then(|| (other.clone(), own.clone()));
        [Some((own.clone(), other.clone())), read].into_iter().flatten().collect::<Vec<_>>()
    };
    into.iter().flat_map(pair).collect()
}

/// Its model, which hears every language where a machine speaks every language.
pub fn hearing(model: Model, bot: &Bot) -> Model {
    match bot.translation.into {
        Reach::Any => model.hearing_every_language(),
        Reach::These(_) => model,
    }
}

/// What would keep a studio with these settings from translating, short of trying it.
pub fn check(config: &Config) -> Result<(), TranslationError> {
    let settings = &config.translation;
    match settings.service.as_str() {
        "" => return Ok(()),
        "libretranslate" => drop(address(settings, "")?),
        "deepl" => drop((address(settings, DeepL::ADDRESS)?, needed(settings)?)),
        "google" => drop((address(settings, Google::ADDRESS)?, needed(settings)?)),
        LOCAL if !cfg!(feature = "models") => return Err(TranslationError::NoModels),
        LOCAL => {}
        other => return Err(TranslationError::UnknownService(other.to_owned())),
    }
    if !settings.timeout.is_positive() {
        return Err(TranslationError::NoTime);
    }
    if settings.service == LOCAL {
        return Ok(());
    }
    let address = address(settings, "https://example.com")?;
    let url = Url::parse(&address).map_err(TranslationError::BadAddress)?;
    match crate::studio::policy(config).networks.refused_unseen(&url) {
        Some(refused) => Err(TranslationError::Refused(refused.to_string())),
        None => Ok(()),
    }
}

/// The address of the service, without a slash at its end.
fn address(settings: &Translation, default: &str) -> Result<String, TranslationError> {
    let address = if settings.address.is_empty() { default } else { &settings.address };
    if address.is_empty() {
        return Err(TranslationError::NoAddress);
    }
    let url = Url::parse(address).map_err(TranslationError::BadAddress)?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(TranslationError::BadScheme);
    }
    Ok(address.trim_end_matches('/').to_owned())
}

fn needed(settings: &Translation) -> Result<&str, TranslationError> {
    let key = settings.key.reveal();
    if key.is_empty() { Err(TranslationError::NoKey) } else { Ok(key) }
}
