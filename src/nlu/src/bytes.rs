//! How does a model outlive the process that trained it?
//!
//! `SNLU`, the version, a checksum of the rest; then names and entities as JSON and the rest as runs of little-endian
//! numbers, each with its length before it. A model of another version is not read but trained again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use studio_core::understanding::EntityLesson;

use crate::{
    classify::{Calibration, Classifier, Phrases, Ridge, Semantic, Vocabulary, Weights},
    denial::Own,
    entities::{Finder, Learned, Roles},
    feelings::Complaints,
    language::Languages,
    model::Model,
    slips::Slips,
    spelling::Spelling,
};

const MAGIC: [u8; 4] = *b"SNLU";
/// Raised with every change of the format, of the features, of the vectors or of the normalisation.
const VERSION: u32 = 11;
/// Magic, version, checksum.
const HEADER: usize = 16;

/// Why bytes are not a model.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelBytesError {
    #[error("these bytes are not a model")]
    NotAModel,
    #[error("the model is of version {0}, this program reads version {VERSION}")]
    Version(u32),
    #[error("the model is damaged: {0}")]
    Damaged(&'static str),
}

/// What is small enough for JSON.
#[derive(Serialize, Deserialize)]
struct Small {
    intents: Vec<String>,
    exact: BTreeMap<String, u32>,
    entities: BTreeMap<String, EntityLesson>,
    learned: Learned,
    roles: Roles,
    languages: Vec<String>,
    month_first: bool,
    threshold: Option<f64>,
    /// Identity of the vectors, where the model knows meaning.
    identity: Option<String>,
    country: Option<String>,
}

impl Model {
    /// The model as bytes, to be kept under the hash of its lessons.
    #[expect(clippy::missing_panics_doc, reason = "it cannot: what is made JSON is always JSON")]
    pub fn to_bytes(&self) -> Vec<u8> {
        let calibration = &self.classifier.calibration;
        let (learned, roles) = self.finder.learned();
        let small = Small {
            intents: self.intents.clone(),
            exact: self.exact.clone(),
            entities: self.finder.lessons().clone(),
            learned: learned.clone(),
            roles: roles.clone(),
            languages: self.languages.codes().to_vec(),
            month_first: self.finder.month_first(),
            threshold: self.threshold,
            identity: self.semantic.as_ref().map(|semantic| semantic.identity.clone()),
            country: self.finder.country(),
        };
        let small = serde_json::to_vec(&small).expect("maps with text keys are always JSON");
        let (vocabulary, weights) = (&self.classifier.vocabulary, &self.classifier.weights);
        let mut body = Vec::with_capacity(small.len() + weights.rows.len() + vocabulary.len() * 16 + 64);
        put(&mut body, small.into_iter().map(|byte| [byte]));
        put_calibration(&mut body, calibration);
        put(&mut body, std::iter::once(vocabulary.unseen().to_le_bytes()));
        put(&mut body, vocabulary.hashes().iter().map(|hash| hash.to_le_bytes()));
        put(&mut body, vocabulary.rarity().iter().map(|rarity| rarity.to_le_bytes()));
        put_weights(&mut body, weights);
        if let Some(semantic) = &self.semantic {
            put_semantic(&mut body, semantic);
        }
        let mut bytes = Vec::with_capacity(HEADER + body.len());
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(checksum(&body).to_le_bytes());
        bytes.append(&mut body);
        bytes
    }

    /// The model that [`Model::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelBytesError> {
        let (header, mut body) = bytes.split_at_checked(HEADER).ok_or(ModelBytesError::NotAModel)?;
        if header[..4] != MAGIC {
            return Err(ModelBytesError::NotAModel);
        }
        let version = u32::from_le_bytes(array(&header[4..8]));
        if version != VERSION {
            return Err(ModelBytesError::Version(version));
        }
        if u64::from_le_bytes(array(&header[8..])) != checksum(body) {
            return Err(ModelBytesError::Damaged("its checksum differs"));
        }
        let small: Vec<u8> = take(&mut body, u8::from_le_bytes)?;
        let small: Small = serde_json::from_slice(&small)
            .map_err(|_| ModelBytesError::Damaged("its description is not readable"))?;
        let calibration = take_calibration(&mut body)?;
        let unseen = take(&mut body, f32::from_le_bytes)?;
        let &[unseen] = &unseen[..] else {
            return Err(ModelBytesError::Damaged("its parts do not fit together"));
        };
        let hashes = take(&mut body, u64::from_le_bytes)?;
        let rarity = take(&mut body, f32::from_le_bytes)?;
        let weights = take_weights(&mut body, small.intents.len())?;
        let semantic = match small.identity {
            Some(identity) => Some(take_semantic(&mut body, identity, small.intents.len())?),
            None => None,
        };
        let fits = rarity.len() == hashes.len()
            && weights_fit(&weights, hashes.len())
            && semantic.as_ref().is_none_or(|semantic| semantic_fits(semantic, hashes.len()))
            && small.learned.fits()
            && small.exact.values().all(|intent| (*intent as usize) < weights.intents);
        if !fits || !body.is_empty() {
            return Err(ModelBytesError::Damaged("its parts do not fit together"));
        }
        Ok(Self {
            finder: Finder::new(&small.entities, &small.languages, small.month_first)
                .map_err(|_| ModelBytesError::Damaged("one of its patterns is not a regular expression"))?
                .with(small.learned, small.roles)
                .in_country(small.country.as_deref())
                .map_err(|_| ModelBytesError::Damaged("its country is unknown"))?,
            languages: Languages::new(&small.languages),
            classifier: Classifier {
                vocabulary: Vocabulary::new(hashes, rarity, unseen),
                weights,
                calibration,
            },
            semantic,
            embedder: None,
            sentiments: None,
            tagger: None,
            intents: small.intents,
            slips: Slips::new(&small.exact),
            spelling: Spelling::new(small.exact.keys().map(String::as_str), &small.languages),
            own: Own::new(&small.exact, &small.languages),
            complaints: Complaints::new(&small.exact, &small.languages),
            exact: small.exact,
            threshold: small.threshold,
        })
    }
}

fn put_calibration(body: &mut Vec<u8>, calibration: &Calibration) {
    let [constant, first, distance, known] = calibration.coefficients;
    let numbers = [constant, first, distance, known, calibration.threshold];
    put(body, numbers.iter().map(|number| number.to_le_bytes()));
}

fn take_calibration(body: &mut &[u8]) -> Result<Calibration, ModelBytesError> {
    let numbers = take(body, f64::from_le_bytes)?;
    let &[constant, first, distance, known, threshold] = &numbers[..] else {
        return Err(ModelBytesError::Damaged("its parts do not fit together"));
    };
    Ok(Calibration { coefficients: [constant, first, distance, known], threshold })
}

fn put_weights(body: &mut Vec<u8>, weights: &Weights) {
    put(body, weights.scales.iter().map(|scale| scale.to_le_bytes()));
    put(body, weights.bias.iter().map(|bias| bias.to_le_bytes()));
    put(body, weights.rows.iter().map(|weight| weight.to_le_bytes()));
}

fn take_weights(body: &mut &[u8], intents: usize) -> Result<Weights, ModelBytesError> {
    Ok(Weights {
        intents,
        scales: take(body, f32::from_le_bytes)?,
        bias: take(body, f32::from_le_bytes)?,
        rows: take(body, i8::from_le_bytes)?,
    })
}

fn weights_fit(weights: &Weights, features: usize) -> bool {
    weights.scales.len() == features
        && weights.bias.len() == weights.intents
        && Some(weights.rows.len()) == features.checked_mul(weights.intents)
}

fn put_semantic(body: &mut Vec<u8>, semantic: &Semantic) {
    put_weights(body, &semantic.weights);
    put_calibration(body, &semantic.calibration);
    put(body, semantic.described.iter().map(|share| share.to_le_bytes()));
    put(body, std::iter::once(semantic.sure.to_le_bytes()));
    put(body, semantic.phrases.starts.iter().map(|start| start.to_le_bytes()));
    put(body, semantic.phrases.scales.iter().map(|scale| scale.to_le_bytes()));
    put(body, semantic.phrases.numbers.iter().map(|number| number.to_le_bytes()));
    put(
        body,
        [semantic.phrases.outer as u64, semantic.ridges.len() as u64].map(u64::to_le_bytes).into_iter(),
    );
    put(body, semantic.strangers.scales.iter().map(|scale| scale.to_le_bytes()));
    put(body, semantic.strangers.numbers.iter().map(|number| number.to_le_bytes()));
    for ridge in &semantic.ridges {
        put(body, ridge.intents.iter().map(|intent| intent.to_le_bytes()));
        put(body, ridge.centres.iter().map(|centre| centre.to_le_bytes()));
        put(body, ridge.numbers.iter().map(|number| number.to_le_bytes()));
    }
}

fn take_semantic(body: &mut &[u8], identity: String, intents: usize) -> Result<Semantic, ModelBytesError> {
    let damaged = ModelBytesError::Damaged("its parts do not fit together");
    let weights = take_weights(body, intents)?;
    let calibration = take_calibration(body)?;
    let described = take(body, f64::from_le_bytes)?;
    let &[sure] = &take(body, f64::from_le_bytes)?[..] else { return Err(damaged) };
    let starts = take(body, u32::from_le_bytes)?;
    let scales = take(body, f32::from_le_bytes)?;
    let numbers = take(body, i8::from_le_bytes)?;
    let dimensions = numbers.len().checked_div(scales.len()).unwrap_or(0);
    let &[outer, count] = &take(body, u64::from_le_bytes)?[..] else { return Err(damaged) };
    let Ok(outer) = usize::try_from(outer) else { return Err(damaged) };
    let phrases = Phrases::written(dimensions, outer, starts, scales, numbers);
    let strangers = take_strangers(body, outer)?;
    let mut ridges = Vec::new();
    for _ in 0..count {
        ridges.push(Ridge {
            intents: take(body, u32::from_le_bytes)?,
            centres: take(body, u32::from_le_bytes)?,
            numbers: take(body, f32::from_le_bytes)?,
        });
    }
    Ok(Semantic { identity, weights, phrases, ridges, calibration, described, strangers, sure })
}

fn take_strangers(body: &mut &[u8], outer: usize) -> Result<Phrases, ModelBytesError> {
    let scales = take(body, f32::from_le_bytes)?;
    let numbers = take(body, i8::from_le_bytes)?;
    let dimensions = if scales.is_empty() { 0 } else { outer };
    let end = u32::try_from(scales.len())
        .ok()
        .filter(|_| Some(numbers.len()) == scales.len().checked_mul(dimensions));
    let end = end.ok_or(ModelBytesError::Damaged("its parts do not fit together"))?;
    Ok(Phrases::written(dimensions, dimensions, vec![0, end], scales, numbers))
}

fn semantic_fits(semantic: &Semantic, features: usize) -> bool {
    let (phrases, intents) = (&semantic.phrases, semantic.weights.intents);
    weights_fit(&semantic.weights, features + phrases.dimensions)
        && semantic.described.len() == intents
        && phrases.starts.len() == intents + 1
        && phrases.starts.is_sorted()
        && phrases.starts.last().is_some_and(|end| *end as usize == phrases.len())
        && phrases.numbers.len() == phrases.len() * phrases.dimensions
        && phrases.outer <= phrases.dimensions
        && semantic.ridges.iter().all(|ridge| ridge.fits(phrases.len(), intents))
}

fn put<const N: usize>(bytes: &mut Vec<u8>, items: impl ExactSizeIterator<Item = [u8; N]>) {
    bytes.extend((items.len() as u64).to_le_bytes());
    bytes.extend(items.flatten());
}

fn take<T, const N: usize>(bytes: &mut &[u8], read: fn([u8; N]) -> T) -> Result<Vec<T>, ModelBytesError> {
    let short = ModelBytesError::Damaged("it ends too early");
    let Some((length, rest)) = bytes.split_at_checked(8) else { return Err(short) };
    let length =
        usize::try_from(u64::from_le_bytes(array(length))).ok().and_then(|length| length.checked_mul(N));
    let Some((items, rest)) = length.and_then(|length| rest.split_at_checked(length)) else {
        return Err(short);
    };
    *bytes = rest;
    Ok(items.chunks_exact(N).map(|item| read(array(item))).collect())
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().expect("the callers cut the slice to this length")
}

/// FNV-1a over eight bytes at a time: it guards against damage, not against malice.
fn checksum(bytes: &[u8]) -> u64 {
    let mut sum = 0xcbf2_9ce4_8422_2325_u64 ^ bytes.len() as u64;
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        sum = (sum ^ u64::from_le_bytes(word)).wrapping_mul(0x0000_0100_0000_01b3);
        sum ^= sum >> 29;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::{now, shop};

    #[test]
    fn a_model_survives_as_bytes() {
        let model = crate::train(&shop(), None).unwrap();
        let bytes = model.to_bytes();
        let again = Model::from_bytes(&bytes).unwrap();
        for text in ["where is my order", "ich will den rucksak zurückgeben morgen", "", "zzz"] {
            assert_eq!(model.understand(text, "en", &now()), again.understand(text, "en", &now()));
        }
        assert!(again.to_bytes() == bytes, "the bytes differ");
    }

    #[test]
    fn damage_is_noticed() {
        let bytes = crate::train(&shop(), None).unwrap().to_bytes();
        let check = |bytes: &[u8], expected: ModelBytesError| {
            assert_eq!(Model::from_bytes(bytes).map(|_| ()), Err(expected));
        };
        check(b"", ModelBytesError::NotAModel);
        check(b"a text that is no model at all", ModelBytesError::NotAModel);
        let mut other = bytes.clone();
        other[4] = 99;
        check(&other, ModelBytesError::Version(99));
        check(&bytes[..bytes.len() - 1], ModelBytesError::Damaged("its checksum differs"));
        for place in (HEADER..bytes.len()).step_by(bytes.len() / 50) {
            let mut damaged = bytes.clone();
            damaged[place] ^= 0x10;
            check(&damaged, ModelBytesError::Damaged("its checksum differs"));
        }
        // Even with a matching checksum, lengths are not believed.
        let mut body = u64::MAX.to_le_bytes().to_vec();
        body.extend([0; 8]);
        let mut lying = bytes[..8].to_vec();
        lying.extend(checksum(&body).to_le_bytes());
        lying.extend(body);
        check(&lying, ModelBytesError::Damaged("it ends too early"));
    }
}
