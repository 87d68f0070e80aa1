//! Are the numbers of the weights numbers?

use std::{
    fs::File,
    io::{Read as _, Seek as _, SeekFrom},
    path::Path,
};

use super::{ModelError, weights::header};

/// Bytes that are read at once; every number's size divides them.
const BLOCK: usize = 1 << 20;

/// Fails where a tensor holds what is no number (NaN): one is enough for a network to answer nothing else. The file is read once, as for
/// its hash. Weights in the form of libtorch are not looked at.
pub(crate) fn check(file: &Path) -> Result<(), ModelError> {
    if file.extension().is_some_and(|ending| ending == "ot") {
        return Ok(());
    }
    let missing = |why| ModelError::Missing { file: file.to_owned(), why };
    let damaged = |problem: String| ModelError::Damaged { file: file.to_owned(), problem };
    let entries = header(file)?;
    let mut reader = File::open(file).map_err(missing)?;
    let whole = reader.metadata().map_err(missing)?.len();
    // The header was held against the size: the numbers reach to the end of the file.
    let end = entries.values().map(|entry| entry.data_offsets.1).max().unwrap_or(0);
    let start = whole.saturating_sub(end);
    let sizes = entries.values().map(|entry| entry.data_offsets.1.saturating_sub(entry.data_offsets.0));
    if sizes.fold(0, u64::saturating_add) > end {
        // Else a small header could have a large file read a hundred thousand times.
        return Err(damaged("its tensors overlap".to_owned()));
    }
    let mut block = vec![0; BLOCK];
    for (name, entry) in &entries {
        // All that is greater, but for the sign, is none.
        let (size, infinity) = match entry.dtype.as_str() {
            "F32" => (4, 0x7f80_0000),
            "F16" => (2, 0x7c00),
            "BF16" => (2, 0x7f80),
            _ => continue,
        };
        let is_none = |number: &[u8]| match *number {
            [a, b, c, d] => u32::from_le_bytes([a, b, c, d]) & 0x7fff_ffff > infinity,
            [a, b] => u32::from(u16::from_le_bytes([a, b]) & 0x7fff) > infinity,
            _ => false,
        };
        let (from, to) = entry.data_offsets;
        reader.seek(SeekFrom::Start(start.saturating_add(from))).map_err(missing)?;
        let mut left = to.saturating_sub(from);
        while left > 0 {
            let length = usize::try_from(left).map_or(BLOCK, |left| left.min(BLOCK));
            let numbers = &mut block[..length];
            reader.read_exact(numbers).map_err(missing)?;
            if numbers.chunks_exact(size).any(is_none) {
                return Err(damaged(format!("the tensor `{name}` holds what is no number (NaN)")));
            }
            left -= length as u64;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::{Value, json};

    use super::*;

    /// What is said of weights with such a header and such numbers.
    fn said(header: &Value, numbers: &[u8]) -> Option<String> {
        let header = header.to_string();
        let length = u64::try_from(header.len()).unwrap().to_le_bytes();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("model.safetensors");
        fs::write(&file, [&length[..], header.as_bytes(), numbers].concat()).unwrap();
        check(&file).err().map(|error| error.to_string())
    }

    #[test]
    fn a_tensor_with_what_is_no_number_is_named() {
        let check = |kind: &str, bytes: &[u8], good: bool| {
            let end = 4 + bytes.len();
            let header = json!({
                "first": { "dtype": "F32", "shape": [1], "data_offsets": [0, 4] },
                "second": { "dtype": kind, "shape": [bytes.len()], "data_offsets": [4, end] },
            });
            let told = said(&header, &[&1_f32.to_le_bytes()[..], bytes].concat());
            let named = told.as_ref().is_some_and(|told| told.contains("`second` holds what is no number"));
            assert!(if good { told.is_none() } else { named }, "{kind} {bytes:?}: {told:?}");
        };
        let floats = |numbers: &[f32]| numbers.iter().flat_map(|it| it.to_le_bytes()).collect::<Vec<u8>>();
        check("F32", &floats(&[0.0, -1.5, f32::MAX, f32::INFINITY, f32::NEG_INFINITY]), true);
        check("F32", &floats(&[0.0, f32::NAN]), false);
        check("F32", &floats(&[-f32::NAN, 1.0]), false);
        let mut many = vec![1.0; BLOCK / 4 + 2];
        check("F32", &floats(&many), true);
        many[BLOCK / 4 + 1] = f32::NAN;
        check("F32", &floats(&many), false);
        check("F16", &[0x00, 0x7c, 0x00, 0xfc], true);
        check("F16", &[0x00, 0x3c, 0x01, 0x7c], false);
        check("BF16", &[0x80, 0x7f, 0x00, 0x7c], true);
        check("BF16", &[0xc0, 0xff], false);
        check("I64", &[0xff; 8], true);
    }

    #[test]
    fn tensors_that_overlap_are_not_read_again_and_again() {
        let whole = json!({ "dtype": "F32", "shape": [2], "data_offsets": [0, 8] });
        let told = said(&json!({ "one": whole, "other": whole }), &[0; 8]);
        assert!(told.is_some_and(|told| told.contains("its tensors overlap")));
    }
}
