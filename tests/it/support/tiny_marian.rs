//! A Marian of a few numbers that translates every sentence from Chinese into the same English words: written as such models are
//! published, read by the same engine.
//!
//! Its halves do not look at each other. A piece is a place of its own in the vectors, and the last layer moves it to the piece that
//! follows it; so each word leads to the next, and the last to the end.

use std::{fs, path::Path};

use serde_json::{Map, Value, json};

/// What it makes of every sentence.
pub const SAYS: &str = "Good day to you";

const PIECES: [&str; 8] = ["</s>", "<unk>", "▁", "▁Good", "▁day", "▁to", "▁you", "<pad>"];
/// Of the piece that begins a sentence, and of each word of it, the one that follows.
const NEXT: [(usize, usize); 5] = [(7, 3), (3, 4), (4, 5), (5, 6), (6, 0)];
const SIZE: usize = PIECES.len();
const INNER: usize = 16;
const POSITIONS: usize = 64;

/// Writes the model's files into a folder, which is made.
pub fn write(folder: &Path) {
    fs::create_dir_all(folder).expect("writable");
    let put = |file: &str, bytes: &[u8]| fs::write(folder.join(file), bytes).expect("writable");
    put("config.json", config().to_string().as_bytes());
    put("tokenizer_config.json", br#"{"source_lang": "zh", "target_lang": "en"}"#);
    let numbered: Map<String, Value> =
        PIECES.iter().zip(0..).map(|(piece, number)| ((*piece).to_owned(), json!(number))).collect();
    put("vocab.json", Value::Object(numbered).to_string().as_bytes());
    put("source.spm", &cutter(&["<unk>", "</s>", "▁"]));
    put("model.safetensors", &weights());
}

fn config() -> Value {
    json!({
        "model_type": "marian", "vocab_size": SIZE, "d_model": SIZE, "encoder_layers": 1, "decoder_layers": 1,
        "encoder_attention_heads": 2, "decoder_attention_heads": 2, "encoder_ffn_dim": INNER,
        "decoder_ffn_dim": INNER, "encoder_layerdrop": 0.0, "decoder_layerdrop": 0.0, "activation_dropout": 0.0,
        "attention_dropout": 0.0, "dropout": 0.0, "classif_dropout": 0.0, "init_std": 0.02,
        "max_position_embeddings": POSITIONS, "num_hidden_layers": 1, "activation_function": "swish",
        "bos_token_id": 0, "eos_token_id": 0, "pad_token_id": 7, "decoder_start_token_id": 7,
        "static_position_embeddings": true, "normalize_embedding": false, "scale_embedding": true,
    })
}

/// A model of SentencePiece: pieces, each with its weight, in protobuf.
pub fn cutter(pieces: &[&str]) -> Vec<u8> {
    let mut model = Vec::new();
    for (piece, number) in pieces.iter().zip(0_u8..) {
        let mut inner = vec![0x0a, u8::try_from(piece.len()).expect("short")];
        inner.extend(piece.as_bytes());
        inner.push(0x15);
        inner.extend((-f32::from(number)).to_le_bytes());
        model.extend([0x0a, u8::try_from(inner.len()).expect("short")]);
        model.extend(inner);
    }
    model
}

/// Its shape, and its numbers row by row.
pub type Tensor = (Vec<usize>, Vec<f32>);

/// A table of numbers: nothing but zeros, save at these places of rows and columns.
pub fn table(rows: usize, columns: usize, places: &[(usize, usize, f32)]) -> Tensor {
    let mut numbers = vec![0.0; rows * columns];
    for (row, column, number) in places {
        numbers[row * columns + column] = *number;
    }
    (vec![rows, columns], numbers)
}

fn weights() -> Vec<u8> {
    let each = |number: f32| (0..SIZE).map(|place| (place, place, number)).collect::<Vec<_>>();
    let follows: Vec<_> = NEXT.iter().map(|(piece, next)| (*next, *piece, 4.0)).collect();
    let mut all = vec![("model.shared.weight".to_owned(), table(SIZE, SIZE, &each(10.0)))];
    for half in ["encoder", "decoder"] {
        all.push((format!("model.{half}.embed_positions.weight"), table(POSITIONS, SIZE, &[])));
        let layer = format!("model.{half}.layers.0");
        let attentions: &[&str] =
            if half == "encoder" { &["self_attn"] } else { &["self_attn", "encoder_attn"] };
        let mut norms = vec![format!("{layer}.final_layer_norm")];
        for attention in attentions {
            for part in ["k_proj", "v_proj", "q_proj", "out_proj"] {
                all.push((format!("{layer}.{attention}.{part}.weight"), table(SIZE, SIZE, &[])));
                all.push((format!("{layer}.{attention}.{part}.bias"), (vec![SIZE], vec![0.0; SIZE])));
            }
            norms.push(format!("{layer}.{attention}_layer_norm"));
        }
        all.push((format!("{layer}.fc1.weight"), table(INNER, SIZE, &each(1.0))));
        all.push((format!("{layer}.fc1.bias"), (vec![INNER], vec![0.0; INNER])));
        all.push((format!("{layer}.fc2.weight"), table(SIZE, INNER, &follows)));
        all.push((format!("{layer}.fc2.bias"), (vec![SIZE], vec![0.0; SIZE])));
        for norm in norms {
            all.push((format!("{norm}.weight"), (vec![SIZE], vec![1.0; SIZE])));
            all.push((format!("{norm}.bias"), (vec![SIZE], vec![0.0; SIZE])));
        }
    }
    all.push(("final_logits_bias".to_owned(), (vec![1, SIZE], vec![0.0; SIZE])));
    safetensors(&all)
}

/// The length of a header in JSON, the header, and the numbers.
pub fn safetensors(all: &[(String, Tensor)]) -> Vec<u8> {
    let (mut header, mut data) = (Map::new(), Vec::new());
    for (name, (shape, numbers)) in all {
        let start = data.len();
        data.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        let place = json!({ "dtype": "F32", "shape": shape, "data_offsets": [start, data.len()] });
        header.insert(name.clone(), place);
    }
    let mut header = Value::Object(header).to_string();
    while !header.len().is_multiple_of(8) {
        header.push(' ');
    }
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data].concat()
}
