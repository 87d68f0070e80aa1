//! The weights of a Marian out of the form of CTranslate2: names, shapes and bytes, one after the other.

use std::collections::BTreeMap;

use super::{Numbers, Reader, floats};

/// Positions of the network: those of Marian's own models.
pub(super) const POSITIONS: usize = 512;

const VERSION: u32 = 6;
const FLOAT: u8 = 0;
const BYTE: u8 = 1;

struct Value<'b> {
    shape: Vec<usize>,
    kind: u8,
    bytes: &'b [u8],
}

fn text(reader: &mut Reader) -> Result<String, String> {
    let length = usize::from(u16::from_le_bytes(reader.array()?));
    let bytes = reader.take(length)?;
    Ok(String::from_utf8_lossy(bytes.strip_suffix(&[0]).unwrap_or(bytes)).into_owned())
}

fn size(reader: &mut Reader) -> Result<usize, String> {
    usize::try_from(u32::from_le_bytes(reader.array()?)).map_err(|error| error.to_string())
}

fn values(file: &[u8]) -> Result<BTreeMap<String, Value<'_>>, String> {
    let mut reader = Reader { rest: file };
    let version = u32::from_le_bytes(reader.array()?);
    let kind = text(&mut reader)?;
    if (version, kind.as_str()) != (VERSION, "TransformerSpec") {
        return Err(format!("it is a {kind} of version {version}"));
    }
    reader.take(4)?;
    let count = size(&mut reader)?;
    let mut values = BTreeMap::new();
    for _ in 0..count {
        let name = text(&mut reader)?;
        let [rank] = reader.array()?;
        let shape = (0..rank).map(|_| size(&mut reader)).collect::<Result<Vec<usize>, String>>()?;
        let [kind] = reader.array()?;
        let length = size(&mut reader)?;
        values.insert(name, Value { shape, kind, bytes: reader.take(length)? });
    }
    Ok(values)
}

struct Values<'b>(BTreeMap<String, Value<'b>>);

impl Values<'_> {
    /// Rows of numbers: bytes are divided by the scale of their row.
    fn rows(&self, name: &str) -> Result<(usize, Vec<f32>), String> {
        let missing = |name: &str| format!("`{name}` is missing");
        let value = self.0.get(name).ok_or_else(|| missing(name))?;
        let rows = value.shape.first().copied().unwrap_or(0).max(1);
        let columns = value.shape.iter().product::<usize>() / rows;
        if value.kind == FLOAT {
            return Ok((rows, floats(value.bytes)));
        }
        let scales = format!("{name}_scale");
        let scales = floats(self.0.get(&scales).ok_or_else(|| missing(&scales))?.bytes);
        if value.kind != BYTE || scales.len() != rows || value.bytes.len() != rows * columns || columns == 0 {
            return Err(format!("`{name}` is not of the kind or size that is known"));
        }
        let lines = value.bytes.chunks_exact(columns).zip(&scales);
        let numbers = lines
            .flat_map(|(line, scale)| line.iter().map(move |byte| f32::from(byte.cast_signed()) / scale));
        Ok((rows, numbers.collect()))
    }
}

/// All tensors of the network, unfolded and by the names of Hugging Face.
pub(super) fn marian(file: &[u8]) -> Result<Vec<Numbers>, String> {
    let values = Values(values(file)?);
    let mut list = List { values: &values, tensors: Vec::new(), model: 0 };
    let (pieces, mut words) = values.rows("decoder/embeddings/weight")?;
    list.model = words.len() / pieces.max(1);
    // A translation begins with nothing, which is a piece in the other form.
    words.resize(words.len() + list.model, 0.0);
    let (_, mut bias) = values.rows("decoder/projection/bias")?;
    bias.push(0.0);
    list.put("final_logits_bias", &[1, pieces + 1], bias);
    list.put("model.shared.weight", &[pieces + 1, list.model], words);
    let (_, mut positions) = values.rows("decoder/position_encodings/encodings")?;
    positions.truncate(POSITIONS * list.model);
    for half in ["encoder", "decoder"] {
        list.put(
            &format!("model.{half}.embed_positions.weight"),
            &[POSITIONS, list.model],
            positions.clone(),
        );
        let layers = (0..)
            .take_while(|layer| values.0.contains_key(&format!("{half}/layer_{layer}/ffn/linear_0/weight")));
        for layer in layers {
            let (from, to) = (format!("{half}/layer_{layer}"), format!("model.{half}.layers.{layer}"));
            let attention = format!("{to}.self_attn");
            list.parts(
                &format!("{from}/self_attention/linear_0"),
                &attention,
                &["q_proj", "k_proj", "v_proj"],
            )?;
            list.parts(&format!("{from}/self_attention/linear_1"), &attention, &["out_proj"])?;
            list.norm(&format!("{from}/self_attention/layer_norm"), &format!("{to}.self_attn_layer_norm"))?;
            if half == "decoder" {
                let attention = format!("{to}.encoder_attn");
                list.parts(&format!("{from}/attention/linear_0"), &attention, &["q_proj"])?;
                list.parts(&format!("{from}/attention/linear_1"), &attention, &["k_proj", "v_proj"])?;
                list.parts(&format!("{from}/attention/linear_2"), &attention, &["out_proj"])?;
                list.norm(&format!("{from}/attention/layer_norm"), &format!("{to}.encoder_attn_layer_norm"))?;
            }
            list.parts(&format!("{from}/ffn/linear_0"), &to, &["fc1"])?;
            list.parts(&format!("{from}/ffn/linear_1"), &to, &["fc2"])?;
            list.norm(&format!("{from}/ffn/layer_norm"), &format!("{to}.final_layer_norm"))?;
        }
    }
    Ok(list.tensors)
}

struct List<'v, 'b> {
    values: &'v Values<'b>,
    tensors: Vec<Numbers>,
    model: usize,
}

impl List<'_, '_> {
    fn put(&mut self, name: &str, shape: &[usize], numbers: Vec<f32>) {
        let shape = shape.iter().map(|size| i64::try_from(*size).unwrap_or(i64::MAX)).collect();
        self.tensors.push((name.to_owned(), shape, numbers));
    }

    /// A layer, or several that stand one below the other.
    fn parts(&mut self, from: &str, to: &str, parts: &[&str]) -> Result<(), String> {
        let (rows, weights) = self.values.rows(&format!("{from}/weight"))?;
        let (_, biases) = self.values.rows(&format!("{from}/bias"))?;
        if rows % parts.len() != 0 || biases.len() != rows || weights.len() % rows != 0 {
            return Err(format!("`{from}` has {rows} rows and {} numbers beside them", biases.len()));
        }
        let (rows, columns) = (rows / parts.len(), weights.len() / rows);
        let pieces = weights.chunks_exact(rows * columns).zip(biases.chunks_exact(rows));
        for (part, (weights, biases)) in parts.iter().zip(pieces) {
            self.put(&format!("{to}.{part}.weight"), &[rows, columns], weights.to_vec());
            self.put(&format!("{to}.{part}.bias"), &[rows], biases.to_vec());
        }
        Ok(())
    }

    fn norm(&mut self, from: &str, to: &str) -> Result<(), String> {
        for (part, name) in [("gamma", "weight"), ("beta", "bias")] {
            let (size, numbers) = self.values.rows(&format!("{from}/{part}"))?;
            self.put(&format!("{to}.{name}"), &[size], numbers);
        }
        Ok(())
    }
}
