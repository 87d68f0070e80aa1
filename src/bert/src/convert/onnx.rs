//! The weights of a BERT out of ONNX, of which only so much is read: the nodes' names and inputs, and the initial values.

use std::collections::BTreeMap;

use super::{Numbers, Reader, floats};

/// A value of protobuf, by the number of its field.
enum Field<'b> {
    Number(u64),
    Bytes(&'b [u8]),
    Other,
}

fn fields(bytes: &[u8]) -> Result<Vec<(u64, Field<'_>)>, String> {
    let mut reader = Reader { rest: bytes };
    let mut fields = Vec::new();
    while !reader.rest.is_empty() {
        let key = varint(&mut reader)?;
        let field = match key & 7 {
            0 => Field::Number(varint(&mut reader)?),
            1 => reader.take(8).map(|_| Field::Other)?,
            2 => {
                let length = usize::try_from(varint(&mut reader)?).map_err(|error| error.to_string())?;
                Field::Bytes(reader.take(length)?)
            }
            5 => reader.take(4).map(|_| Field::Other)?,
            other => return Err(format!("a field is of the kind {other}")),
        };
        fields.push((key >> 3, field));
    }
    Ok(fields)
}

fn varint(reader: &mut Reader) -> Result<u64, String> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let [byte] = reader.array()?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    Err("a number is too long".to_owned())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// An initial value.
#[derive(Default)]
struct Value<'b> {
    shape: Vec<usize>,
    kind: u64,
    raw: &'b [u8],
    /// Where small values stand in place of `raw`.
    floats: Vec<f32>,
    whole: Vec<i32>,
}

const FLOAT: u64 = 1;
const UNSIGNED_BYTE: u64 = 2;
const SIGNED_BYTE: u64 = 3;

fn value(bytes: &[u8]) -> Result<(String, Value<'_>), String> {
    let (mut name, mut value) = (String::new(), Value::default());
    for (number, field) in fields(bytes)? {
        match (number, field) {
            (1, Field::Number(size)) => {
                value.shape.push(usize::try_from(size).map_err(|error| error.to_string())?);
            }
            (1, Field::Bytes(sizes)) => {
                let mut reader = Reader { rest: sizes };
                while !reader.rest.is_empty() {
                    let size = varint(&mut reader)?;
                    value.shape.push(usize::try_from(size).map_err(|error| error.to_string())?);
                }
            }
            (2, Field::Number(kind)) => value.kind = kind,
            (4, Field::Bytes(four)) => value.floats = floats(four),
            (5, Field::Bytes(numbers)) => {
                let mut reader = Reader { rest: numbers };
                while !reader.rest.is_empty() {
                    // Negative ones are written as if they had 64 bits.
                    #[expect(clippy::cast_possible_truncation, reason = "its low half is the number")]
                    value.whole.push(varint(&mut reader)? as i32);
                }
            }
            (8, Field::Bytes(bytes)) => name = text(bytes),
            (9, Field::Bytes(bytes)) => value.raw = bytes,
            _ => {}
        }
    }
    Ok((name, value))
}

/// All tensors of the network, unfolded.
pub(super) fn bert(file: &[u8]) -> Result<Vec<Numbers>, String> {
    let graph = fields(file)?
        .into_iter()
        .find_map(|(number, field)| match (number, field) {
            (7, Field::Bytes(graph)) => Some(graph),
            _ => None,
        })
        .ok_or("it has no graph")?;
    let mut values = BTreeMap::new();
    let mut products = Vec::new();
    for (number, field) in fields(graph)? {
        match (number, field) {
            (1, Field::Bytes(bytes)) => products.extend(product(bytes)?),
            (5, Field::Bytes(bytes)) => {
                let (name, value) = value(bytes)?;
                values.insert(name, value);
            }
            _ => {}
        }
    }
    let mut tensors = Vec::new();
    for (name, value) in &values {
        if name.starts_with("bert.") || name.starts_with("classifier.") {
            if value.kind == FLOAT && value.shape.len() == 1 {
                tensors.push((name.clone(), signed(&value.shape), floats(value.raw)));
            } else if let Some(of) = name.strip_suffix("_quantized") {
                let (shape, numbers) = unfolded(&values, of)?;
                tensors.push((of.to_owned(), shape, numbers));
            }
        }
    }
    for (name, weights) in products {
        let of = weights.strip_suffix("_quantized").unwrap_or(&weights);
        let (shape, numbers) = unfolded(&values, of)?;
        let [rows, columns] = shape[..] else { return Err(format!("`{name}` is not a table")) };
        tensors.push((name, vec![columns, rows], turned(&numbers, rows, columns)));
    }
    Ok(tensors)
}

fn signed(shape: &[usize]) -> Vec<i64> {
    shape.iter().map(|size| i64::try_from(*size).unwrap_or(i64::MAX)).collect()
}

/// The layer that multiplies by weights, by the name that ONNX made of it, and the weights' name.
fn product(bytes: &[u8]) -> Result<Option<(String, String)>, String> {
    let (mut inputs, mut name, mut kind) = (Vec::new(), String::new(), String::new());
    for (number, field) in fields(bytes)? {
        match (number, field) {
            (1, Field::Bytes(input)) => inputs.push(text(input)),
            (3, Field::Bytes(bytes)) => name = text(bytes),
            (4, Field::Bytes(bytes)) => kind = text(bytes),
            _ => {}
        }
    }
    let layer = name.strip_suffix("/MatMul_quant").and_then(|name| name.strip_prefix('/'));
    let weights =
        inputs.get(1).filter(|weights| weights.ends_with("_quantized") && weights.starts_with("onnx::"));
    Ok(match (kind.as_str(), layer, weights) {
        ("MatMulInteger", Some(layer), Some(weights)) => {
            Some((format!("{}.weight", layer.replace('/', ".")), weights.clone()))
        }
        _ => None,
    })
}

/// `(byte - zero) * scale`, where zero and scale are one for all or one for each column.
fn unfolded(values: &BTreeMap<String, Value>, of: &str) -> Result<(Vec<i64>, Vec<f32>), String> {
    let get = |ending: &str| {
        let name = format!("{of}_{ending}");
        values.get(&name).ok_or(format!("`{name}` is missing"))
    };
    let (bytes, scale, zero) = (get("quantized")?, &get("scale")?.floats, &get("zero_point")?.whole);
    let columns = bytes.shape.last().copied().unwrap_or(1);
    let right = |count: usize| count == 1 || count == columns;
    if bytes.raw.len() != bytes.shape.iter().product::<usize>() || !right(scale.len()) || !right(zero.len()) {
        return Err(format!("`{of}` has not the size that it says"));
    }
    let number = |byte: u8| match bytes.kind {
        UNSIGNED_BYTE => Ok(i32::from(byte)),
        SIGNED_BYTE => Ok(i32::from(byte.cast_signed())),
        other => Err(format!("`{of}` has numbers of the kind {other}")),
    };
    let mut numbers = Vec::with_capacity(bytes.raw.len());
    for (place, byte) in bytes.raw.iter().enumerate() {
        let column = place % columns;
        let of_column = |count: usize| if count == 1 { 0 } else { column };
        #[expect(clippy::cast_precision_loss, reason = "at most 255")]
        let distance = (number(*byte)? - zero[of_column(zero.len())]) as f32;
        numbers.push(distance * scale[of_column(scale.len())]);
    }
    Ok((signed(&bytes.shape), numbers))
}

/// Rows as columns.
fn turned(numbers: &[f32], rows: i64, columns: i64) -> Vec<f32> {
    let (rows, columns) = (usize::try_from(rows).unwrap_or(0), usize::try_from(columns).unwrap_or(0));
    (0..columns).flat_map(|column| (0..rows).map(move |row| numbers[row * columns + column])).collect()
}
