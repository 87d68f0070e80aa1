//! Are the files of a tokeniser whole, and do they go with the network?

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use rust_tokenizers::{error::TokenizerError, vocab::SentencePieceModel};

use super::{ModelError, json};
use crate::network::said;

/// Pieces with their numbers.
pub(super) const PIECES: &str = "vocab.json";
/// Which letters are joined first.
pub(super) const MERGES: &str = "merges.txt";
/// How Marian's models and M2M100's cut a text.
pub(super) const MARIAN_CUTTER: &str = "source.spm";
pub(super) const M2M100_CUTTER: &str = "sentencepiece.bpe.model";

/// Numbers from 0, each once, with room for `more` behind them; among them the special ones, where the network has them.
pub(super) fn pieces(
    folder: &Path,
    size: i64,
    more: i64,
    special: &[(&str, Option<i64>)],
) -> Result<(), ModelError> {
    let file = folder.join(PIECES);
    let pieces: BTreeMap<String, i64> = json(&file)?;
    let damaged = |problem: String| Err(ModelError::Damaged { file: file.clone(), problem });
    let count = i64::try_from(pieces.len()).unwrap_or(i64::MAX);
    let numbers: BTreeSet<i64> = pieces.values().copied().collect();
    if numbers.len() != pieces.len() || numbers.first() != Some(&0) || numbers.last() != Some(&(count - 1)) {
        return damaged(format!("its {count} pieces are not numbered from 0 to {}, each once", count - 1));
    }
    if count.saturating_add(more) > size {
        return damaged(format!(
            "it has {count} pieces and needs {more} more, the configuration says {size}"
        ));
    }
    for (piece, wanted) in special {
        match (pieces.get(*piece), wanted) {
            (None, _) => return damaged(format!("`{piece}` is missing")),
            (Some(found), Some(wanted)) if found != wanted => {
                return damaged(format!("`{piece}` has the number {found}, the configuration says {wanted}"));
            }
            (Some(_), _) => {}
        }
    }
    Ok(())
}

/// Two parts a line.
pub(super) fn merges(folder: &Path) -> Result<(), ModelError> {
    let file = folder.join(MERGES);
    let text = fs::read_to_string(&file).map_err(|why| ModelError::Missing { file: file.clone(), why })?;
    let joins = text.lines().filter(|line| !line.starts_with("#version") && !line.is_empty());
    match joins.zip(1..).find(|(line, _)| line.split(' ').count() != 2) {
        None => Ok(()),
        Some((_, line)) => {
            let problem = format!("its line {line} does not join two parts");
            Err(ModelError::Damaged { file, problem })
        }
    }
}

pub(super) fn cutter(file: &Path) -> Result<(), ModelError> {
    loads(file, |file| SentencePieceModel::from_file(file).map(|_| ()))
}

fn loads(file: &Path, load: impl Fn(&Path) -> Result<(), TokenizerError>) -> Result<(), ModelError> {
    fs::metadata(file).map_err(|why| ModelError::Missing { file: file.to_owned(), why })?;
    let damaged = |problem: String| ModelError::Damaged { file: file.to_owned(), problem };
    catch_unwind(AssertUnwindSafe(|| load(file)))
        .map_err(|panic| damaged(said(panic.as_ref())))?
        .map_err(|error| damaged(error.to_string()))
}
