//! Networks of random numbers, as small as they can be, written as a model of each task is published.

use std::{fs, path::Path};

use rust_bert::{
    Config as _,
    bart::{BartConfig, BartForConditionalGeneration, BartForSequenceClassification},
    bert::{BertConfig, BertForQuestionAnswering, BertForSequenceClassification, BertForTokenClassification},
    distilbert::{
        DistilBertConfig, DistilBertForQuestionAnswering, DistilBertForTokenClassification,
        DistilBertModelClassifier,
    },
    m2m_100::{M2M100Config, M2M100ForConditionalGeneration},
    marian::MarianForConditionalGeneration,
};
use serde_json::{Value, json};
use tch::{Device, nn::VarStore};

use crate::verify::{CONFIG, Kind, Task, VOCABULARY, WEIGHTS};

/// Every pair of network and task that is known.
pub(crate) const ALL: [(Kind, Task); 10] = [
    (Kind::Bert, Task::Sentiment),
    (Kind::Bert, Task::Names),
    (Kind::Bert, Task::Answers),
    (Kind::DistilBert, Task::Sentiment),
    (Kind::DistilBert, Task::Names),
    (Kind::DistilBert, Task::Answers),
    (Kind::Bart, Task::Labels),
    (Kind::Bart, Task::Summary),
    (Kind::Marian, Task::Translation),
    (Kind::M2m100, Task::Translation),
];

/// Writes everything; the weights have the names that the engine gives them.
pub(crate) fn write(folder: &Path, kind: Kind, task: Task) {
    let put = |file: &str, text: &str| fs::write(folder.join(file), text).unwrap();
    put(CONFIG, &config(kind, task).to_string());
    match kind {
        Kind::Bert | Kind::DistilBert => {
            put(VOCABULARY, "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\nworld\n##s\n");
            put("tokenizer_config.json", r#"{"do_lower_case": true}"#);
        }
        Kind::Bart => {
            put(
                "vocab.json",
                &pieces(&["<s>", "<pad>", "</s>", "<unk>", "<mask>", "h", "e", "l", "o", "Ġ", "he"]),
            );
            put("merges.txt", "#version: 0.2\nh e\n");
            put("tokenizer_config.json", "{}");
        }
        Kind::Marian => {
            put("vocab.json", &pieces(&["</s>", "<unk>", "▁", "h", "e", "l", "o", "<pad>"]));
            fs::write(folder.join("source.spm"), cutter(&["<unk>", "</s>", "▁", "h", "e", "l", "o"]))
                .unwrap();
            put("tokenizer_config.json", r#"{"source_lang": "zh", "target_lang": "en"}"#);
        }
        Kind::M2m100 => {
            put("vocab.json", &pieces(&["<s>", "<pad>", "</s>", "<unk>", "▁", "h", "e", "l", "o"]));
            let cutter = cutter(&["<unk>", "<s>", "</s>", "▁", "h", "e", "l", "o"]);
            fs::write(folder.join("sentencepiece.bpe.model"), cutter).unwrap();
            put("tokenizer_config.json", "{}");
        }
    }
    network(folder, kind, task).save(folder.join(WEIGHTS)).unwrap();
}

/// The network as the engine builds it.
pub(crate) fn network(folder: &Path, kind: Kind, task: Task) -> VarStore {
    tch::manual_seed(7);
    let store = VarStore::new(Device::Cpu);
    let (root, file) = (store.root(), folder.join(CONFIG));
    match (kind, task) {
        (Kind::Bert, Task::Names) => {
            drop(BertForTokenClassification::new(root, &BertConfig::from_file(file)).unwrap());
        }
        (Kind::Bert, Task::Answers) => {
            drop(BertForQuestionAnswering::new(root, &BertConfig::from_file(file)));
        }
        (Kind::Bert, _) => {
            drop(BertForSequenceClassification::new(root, &BertConfig::from_file(file)).unwrap());
        }
        (Kind::DistilBert, Task::Names) => {
            drop(DistilBertForTokenClassification::new(root, &DistilBertConfig::from_file(file)).unwrap());
        }
        (Kind::DistilBert, Task::Answers) => {
            drop(DistilBertForQuestionAnswering::new(root, &DistilBertConfig::from_file(file)));
        }
        (Kind::DistilBert, _) => {
            drop(DistilBertModelClassifier::new(root, &DistilBertConfig::from_file(file)).unwrap());
        }
        (Kind::Bart, Task::Labels) => {
            drop(BartForSequenceClassification::new(root, &BartConfig::from_file(file)).unwrap());
        }
        (Kind::Bart, _) => drop(BartForConditionalGeneration::new(root, &BartConfig::from_file(file))),
        (Kind::Marian, _) => drop(MarianForConditionalGeneration::new(root, &BartConfig::from_file(file))),
        (Kind::M2m100, _) => drop(M2M100ForConditionalGeneration::new(root, &M2M100Config::from_file(file))),
    }
    store
}

fn config(kind: Kind, task: Task) -> Value {
    let labels = match task {
        Task::Names => {
            json!({"0": "O", "1": "B-PER", "2": "I-PER", "3": "B-LOC", "4": "I-LOC", "5": "B-ORG"})
        }
        Task::Labels => json!({"0": "contradiction", "1": "neutral", "2": "entailment"}),
        _ => json!({"0": "NEGATIVE", "1": "POSITIVE"}),
    };
    match kind {
        Kind::Bert => json!({
            "model_type": "bert", "hidden_act": "gelu", "hidden_size": 8, "intermediate_size": 16,
            "max_position_embeddings": 64, "num_attention_heads": 2, "num_hidden_layers": 1, "type_vocab_size": 2,
            "vocab_size": 8, "layer_norm_eps": 1e-12, "hidden_dropout_prob": 0.1,
            "attention_probs_dropout_prob": 0.1, "initializer_range": 0.02, "id2label": labels,
        }),
        Kind::DistilBert => json!({
            "model_type": "distilbert", "activation": "gelu", "attention_dropout": 0.1, "dim": 8, "dropout": 0.1,
            "hidden_dim": 16, "initializer_range": 0.02, "max_position_embeddings": 64, "n_heads": 2, "n_layers": 1,
            "qa_dropout": 0.1, "seq_classif_dropout": 0.2, "sinusoidal_pos_embds": false, "tie_weights_": true,
            "vocab_size": 8, "id2label": labels,
        }),
        Kind::Bart => halves(
            "bart",
            11,
            &json!({
                "bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 2, "id2label": labels,
            }),
        ),
        Kind::Marian => halves(
            "marian",
            8,
            &json!({
                "bos_token_id": 0, "eos_token_id": 0, "pad_token_id": 7, "decoder_start_token_id": 7,
                "static_position_embeddings": true, "normalize_embedding": false, "scale_embedding": true,
                "activation_function": "swish",
            }),
        ),
        Kind::M2m100 => halves(
            "m2m_100",
            112,
            &json!({
                "bos_token_id": 0, "pad_token_id": 1, "eos_token_id": 2, "decoder_start_token_id": 2,
                "scale_embedding": true, "activation_function": "relu",
            }),
        ),
    }
}

fn halves(name: &str, size: i64, more: &Value) -> Value {
    let mut config = json!({
        "model_type": name, "vocab_size": size, "d_model": 8, "encoder_layers": 1, "decoder_layers": 1,
        "encoder_attention_heads": 2, "decoder_attention_heads": 2, "encoder_ffn_dim": 16, "decoder_ffn_dim": 16,
        "encoder_layerdrop": 0.0, "decoder_layerdrop": 0.0, "activation_dropout": 0.0, "attention_dropout": 0.0,
        "dropout": 0.1, "classif_dropout": 0.0, "init_std": 0.02, "max_position_embeddings": 64,
        "num_hidden_layers": 1, "activation_function": "gelu",
    });
    for (key, value) in more.as_object().unwrap() {
        config[key] = value.clone();
    }
    config
}

fn pieces(pieces: &[&str]) -> String {
    let numbered: serde_json::Map<String, Value> =
        pieces.iter().zip(0..).map(|(piece, number)| ((*piece).to_owned(), json!(number))).collect();
    Value::Object(numbered).to_string()
}

/// A model of SentencePiece: pieces, each with its weight, in protobuf.
pub(crate) fn cutter(pieces: &[&str]) -> Vec<u8> {
    let mut model = Vec::new();
    for (piece, number) in pieces.iter().zip(0_u8..) {
        let mut inner = vec![0x0a, u8::try_from(piece.len()).unwrap()];
        inner.extend(piece.as_bytes());
        inner.push(0x15);
        inner.extend((-f32::from(number)).to_le_bytes());
        model.extend([0x0a, u8::try_from(inner.len()).unwrap()]);
        model.extend(inner);
    }
    model
}
