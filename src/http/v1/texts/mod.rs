//! What the studio itself says: listed with what operators made of it, changed, and taken back.

pub mod delete;
pub mod list;
pub mod set;

use studio_core::{
    id::OrganisationId,
    texts::{OwnText, Wording, canonical, languages},
};

use crate::{http::ApiError, studio::Studio};

/// Longest tag of a language, and longest key.
const MAX_NAME: usize = 64;

/// A language as it is written in tags.
fn language(tag: &str) -> Result<String, ApiError> {
    let is_tag = tag.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && tag.len() <= MAX_NAME
        && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if is_tag {
        Ok(canonical(tag))
    } else {
        Err(ApiError::bad_request("a language is a tag such as `de` or `pt-BR`"))
    }
}

/// Refuses a language that neither the studio nor one of the bots speaks.
fn exists(studio: &Studio, organisation: OrganisationId, language: &str) -> Result<(), ApiError> {
    let primary = |tag: &str| canonical(tag).split('-').next().unwrap_or_default().to_owned();
    let is_it = |tag: &str| primary(tag) == primary(language);
    let bots = studio.registry.summaries(organisation);
    if languages().any(is_it) || bots.iter().flat_map(|bot| &bot.languages).any(|tag| is_it(tag)) {
        return Ok(());
    }
    Err(ApiError::unfit(format!(
        "no bot here speaks {language:?}, and the studio has no texts in it; it has {}",
        languages().collect::<Vec<_>>().join(", ")
    )))
}

fn own(tag: &str, part: &str, key: String, wording: Wording) -> Result<OwnText, ApiError> {
    let part = part.parse().map_err(|error: String| ApiError::bad_request(error))?;
    if key.len() > MAX_NAME {
        return Err(missing());
    }
    Ok(OwnText { language: language(tag)?, part, key, wording })
}

fn missing() -> ApiError {
    ApiError::not_found("text")
}
