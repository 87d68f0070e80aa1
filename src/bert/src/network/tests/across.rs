//! Models of many languages: pieces in place of words, a DistilBERT, a dense layer.

use rust_bert::{
    Config as _,
    distilbert::{DistilBertConfig, DistilBertModel},
};
use serde_json::{Value, json};
use studio_core::embedding::Embedder as _;
use tch::{Device, nn::VarStore};

use super::{by_hand, by_hand::Weights, *};
use crate::{
    Across, Runtime, Settings, State, Task, Told, bring,
    cutter::Cut,
    tasks::tests::tiny::cutter,
    verify::{DENSE, DENSE_WEIGHTS, DESCRIPTION, MODULES, PIECES, VOCABULARY, WEIGHTS},
};

/// With `<s>`, `<pad>`, `</s>` and `<unk>` before them and `<mask>` behind, as XLM-R numbers them.
const WORDS: [&str; 3] = ["▁hello", "▁world", "s"];
/// Texts with the numbers of their pieces.
const CUT: [(&str, &[usize]); 3] =
    [("hello", &[0, 4, 2]), ("hello worlds", &[0, 4, 5, 6, 2]), ("world hello", &[0, 5, 4, 2])];

/// A BERT as `paraphrase-multilingual-MiniLM-L12-v2` is published, with one of the two files that say how it cuts.
fn pieces(folder: &Path, cut: Cut) {
    tiny(folder);
    fs::remove_file(folder.join(VOCABULARY)).unwrap();
    change(&folder.join(CONFIG), |config| config["hidden_act"] = json!("relu"));
    match cut {
        Cut::Words => unreachable!("it has pieces"),
        Cut::Described => fs::write(folder.join(DESCRIPTION), description().to_string()).unwrap(),
        Cut::Pieces => {
            fs::write(folder.join(PIECES), cutter(&["<unk>", "<s>", "</s>", "▁hello", "▁world", "s"]))
                .unwrap();
        }
    }
}

fn description() -> Value {
    let marks = ["<s>", "<pad>", "</s>", "<unk>"];
    let all = marks.into_iter().chain(WORDS).chain(["<mask>"]).zip(0_u8..);
    let vocabulary: Vec<Value> = all.map(|(piece, number)| json!([piece, -f64::from(number)])).collect();
    let added: Vec<Value> = [("<s>", 0), ("<pad>", 1), ("</s>", 2), ("<unk>", 3), ("<mask>", 7)]
        .into_iter()
        .map(|(content, id)| {
            json!({
                "id": id, "content": content, "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": false, "special": true,
            })
        })
        .collect();
    let mark = |id: &str| json!({ "SpecialToken": { "id": id, "type_id": 0 } });
    let text = |id: &str| json!({ "Sequence": { "id": id, "type_id": 0 } });
    json!({
        "version": "1.0",
        "truncation": { "direction": "Right", "max_length": 128, "strategy": "LongestFirst", "stride": 0 },
        // What is filled up is no part of a text.
        "padding": {
            "strategy": { "Fixed": 20 }, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 1,
            "pad_type_id": 0, "pad_token": "<pad>",
        },
        "added_tokens": added,
        "normalizer": { "type": "NFKC" },
        "pre_tokenizer": { "type": "Sequence", "pretokenizers": [
            { "type": "WhitespaceSplit" },
            { "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true },
        ] },
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [mark("<s>"), text("A"), mark("</s>")],
            "pair": [mark("<s>"), text("A"), mark("</s>"), text("B"), mark("</s>")],
            "special_tokens": {
                "<s>": { "id": "<s>", "ids": [0], "tokens": ["<s>"] },
                "</s>": { "id": "</s>", "ids": [2], "tokens": ["</s>"] },
            },
        },
        "decoder": null,
        "model": { "type": "Unigram", "unk_id": 3, "vocab": vocabulary, "byte_fallback": false },
    })
}

/// A DistilBERT with a dense layer, as `distiluse-base-multilingual-cased-v2` is published; `prefix` is what its tensors'
/// names begin with.
fn dense(folder: &Path, prefix: &str) {
    tiny(folder);
    let config = json!({
        "model_type": "distilbert", "activation": "relu", "attention_dropout": 0.1, "dim": 8, "dropout": 0.1,
        "hidden_dim": 16, "initializer_range": 0.02, "max_position_embeddings": 32, "n_heads": 2, "n_layers": 1,
        "qa_dropout": 0.1, "seq_classif_dropout": 0.2, "sinusoidal_pos_embds": false, "tie_weights_": true,
        "vocab_size": 8, "output_hidden_states": true,
    });
    fs::write(folder.join(CONFIG), config.to_string()).unwrap();
    tch::manual_seed(3);
    let store = VarStore::new(Device::Cpu);
    drop(DistilBertModel::new(store.root(), &DistilBertConfig::from_file(folder.join(CONFIG))));
    let named = |(name, tensor): (String, Tensor)| (name.replacen("distilbert.", prefix, 1), tensor);
    let tensors: Vec<(String, Tensor)> = store.variables().into_iter().map(named).collect();
    Tensor::write_safetensors(&tensors, folder.join(WEIGHTS)).unwrap();
    let modules: Vec<Value> = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Dense", "Dense")]
        .into_iter()
        .map(|(path, kind)| json!({ "path": path, "type": format!("sentence_transformers.models.{kind}") }))
        .collect();
    fs::write(folder.join(MODULES), json!(modules).to_string()).unwrap();
    fs::create_dir_all(folder.join("2_Dense")).unwrap();
    let layer = json!({
        "in_features": 8, "out_features": 4, "bias": true,
        "activation_function": "torch.nn.modules.activation.Tanh",
    });
    fs::write(folder.join(DENSE), layer.to_string()).unwrap();
    let random = |shape: &[i64]| Tensor::randn(shape, (Kind::Float, Device::Cpu));
    let layer = [("linear.weight", random(&[4, 8])), ("linear.bias", random(&[4]))];
    Tensor::write_safetensors(&layer, folder.join(DENSE_WEIGHTS)).unwrap();
}

fn change(file: &Path, change: impl FnOnce(&mut Value)) {
    let mut value: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    change(&mut value);
    fs::write(file, value.to_string()).unwrap();
}

fn near(text: &str, found: &[f32], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{text:?}");
    let far = found.iter().zip(expected).map(|(one, other)| (f64::from(*one) - other).abs());
    assert!(far.fold(0.0, f64::max) < 1e-5, "{text:?}: {found:?}, expected {expected:?}");
}

#[test]
fn pieces_are_cut_and_read_as_by_hand() {
    let mut parts = Vec::new();
    // Both have the same weights: chance is shared with the tests that run beside.
    let mut numbers = None;
    for cut in [Cut::Described, Cut::Pieces] {
        let folder = tempfile::tempdir().unwrap();
        pieces(folder.path(), cut);
        let file = folder.path().join(WEIGHTS);
        fs::write(&file, numbers.get_or_insert_with(|| fs::read(&file).unwrap())).unwrap();
        let verified = verify(folder.path()).unwrap();
        assert_eq!((verified.reading.cut, verified.dimensions()), (cut, 8));
        let network = Network::load(&verified).unwrap();
        let weights = Weights::read(&folder.path().join(WEIGHTS));
        let texts = CUT.map(|(text, _)| text);
        for ((text, ids), found) in CUT.iter().zip(network.vectors(&texts).unwrap()) {
            near(text, &found, &by_hand::unit(&weights.mean(ids, &by_hand::BERT)));
        }
        // What is too long is cut off, and what has no piece is heard all the same.
        let long = "hello worlds ".repeat(100);
        assert_eq!(
            network.vectors(&[long.as_str(), "Привет 👍", "ﷺ ﬁ e\u{301}té", "</s>", ""]).unwrap().len(),
            5
        );
        let text = "hello\u{3000}worlds";
        let second = text.find("worlds").unwrap()..text.len();
        let said = Said { text: text.to_owned(), parts: vec![Part::from([second])] };
        parts.push(network.read(&[said]).unwrap().remove(0).remove(1));
    }
    let whole = &parts[0];
    near("worlds", whole, &parts[1].iter().map(|it| f64::from(*it)).collect::<Vec<f64>>());
}

#[test]
fn a_dense_layer_stands_behind_the_mean_whatever_its_tensors_are_called() {
    for prefix in ["", "distilbert."] {
        let folder = tempfile::tempdir().unwrap();
        dense(folder.path(), prefix);
        let verified = verify(folder.path()).unwrap();
        assert_eq!((verified.hidden, verified.dimensions()), (8, 4));
        let network = Network::load(&verified).unwrap();
        if !prefix.is_empty() {
            assert_eq!(network.vectors(&["hello"]).unwrap()[0].len(), 4);
            continue;
        }
        let weights = Weights::read(&folder.path().join(WEIGHTS));
        let layer = Weights::read(&folder.path().join(DENSE_WEIGHTS));
        // Of `vocab.txt`: [CLS] hello world ##s [SEP].
        for (text, ids) in
            [("hello", &[2, 5, 3][..]), ("hello worlds", &[2, 5, 6, 7, 3][..]), ("", &[2, 3][..])]
        {
            let mean = weights.mean(ids, &by_hand::DISTILBERT);
            let made: Vec<f64> = layer.dense("linear", &mean).into_iter().map(f64::tanh).collect();
            near(text, &network.vectors(&[text]).unwrap()[0], &by_hand::unit(&made));
        }
    }
}

#[test]
fn how_a_text_is_cut_is_part_of_what_a_model_is() {
    let folder = tempfile::tempdir().unwrap();
    tiny(folder.path());
    let identity = || {
        let model = Runtime::open(folder.path(), Across::None, Settings::default()).unwrap();
        model.identity().to_owned()
    };
    let before = identity();
    assert_eq!(identity(), before);
    change(&folder.path().join("tokenizer_config.json"), |tokens| {
        let lower = tokens["do_lower_case"] != json!(false);
        tokens["do_lower_case"] = json!(!lower);
    });
    let after = identity();
    assert_ne!(after, before, "what was learned from its vectors is worthless now");
    let weights = |identity: &str| identity.split('.').next().map(str::to_owned);
    assert_eq!(weights(&after), weights(&before), "they are the same");
}

#[test]
fn a_flag_and_not_a_name_says_that_a_model_joins_languages() {
    let (from, models) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    dense(from.path(), "");
    let told = |multilingual| Told {
        does: Task::Vectors,
        licence: "Apache-2.0".to_owned(),
        languages: vec!["en".to_owned(), "pl".to_owned()],
        multilingual,
    };
    let bring = |name: &str, multilingual| bring(name, told(multilingual), from.path(), models.path(), false);
    let open =
        |name: &str, across| Runtime::open(&models.path().join(name), across, Settings::default()).unwrap();
    let plain = bring("multilingual", false).unwrap();
    assert_eq!(plain.told.across(), Across::None);
    let plain = open("multilingual", plain.told.across());
    assert!(!plain.joins("en", "pl"));
    let deep = |runtime: &Runtime| runtime.deep(&["hello"]).unwrap()[0].len();
    assert_eq!((plain.dimensions(), deep(&plain)), (4, 4 + 2 * 8));

    let flagged = bring("mine", true).unwrap();
    let across = open("mine", flagged.told.across());
    assert!(across.joins("en-GB", "pl") && !across.joins("en", "de"));
    assert!(across.identity().starts_with("multilingual:mine@"), "{}", across.identity());
    assert_eq!((across.dimensions(), deep(&across)), (4, 4), "inner layers do not join languages");
    assert!(Across::All.joins("de", "ja"));
    // The dense layer is a part of the model.
    assert!(flagged.files.contains_key(DENSE_WEIGHTS), "{:?}", flagged.files);
    let layer = models.path().join("mine").join(DENSE_WEIGHTS);
    let mut bytes = fs::read(&layer).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&layer, bytes).unwrap();
    assert!(matches!(flagged.state(models.path(), false), State::Whole), "only the hash tells");
    assert!(matches!(flagged.state(models.path(), true), State::Bad(crate::ModelError::Hash { .. })));
}

#[test]
fn what_is_not_known_of_such_models_is_refused_with_a_reason() {
    let refused = |folder: &Path| verify(folder).unwrap_err().to_string();
    let check = |file: &str, spoil: &dyn Fn(&mut Value), expected: &str| {
        let folder = tempfile::tempdir().unwrap();
        dense(folder.path(), "");
        change(&folder.path().join(file), spoil);
        let told = refused(folder.path());
        assert!(told.contains(expected), "{told}");
    };
    check(
        DENSE,
        &|it| it["activation_function"] = json!("torch.nn.Softmax"),
        "`torch.nn.Softmax` is not known",
    );
    check(DENSE, &|it| it["in_features"] = json!(16), "in_features is 16, the encoder's vectors have 8");
    check(DENSE, &|it| it["out_features"] = json!(5), "the configuration says [5, 8]");
    check(MODULES, &|it| it[1]["type"] = json!("models.LSTM"), "in this order");
    check(CONFIG, &|it| it["dim"] = json!(16), "the configuration says");
    check(CONFIG, &|it| it["n_heads"] = json!(3), "not divisible among 3 heads");
    check(CONFIG, &|it| it["model_type"] = json!("xlm-roberta"), "wanted is `bert` or `distilbert`");

    let check = |spoil: &dyn Fn(&Path), expected: &str| {
        let folder = tempfile::tempdir().unwrap();
        pieces(folder.path(), Cut::Described);
        spoil(folder.path());
        let told = refused(folder.path());
        assert!(told.contains(expected), "{told}");
    };
    let describe = |folder: &Path, spoil: &dyn Fn(&mut Value)| change(&folder.join(DESCRIPTION), spoil);
    let more = |it: &mut Value| it["model"]["vocab"].as_array_mut().unwrap().push(json!(["▁new", -9.0]));
    check(&|folder| describe(folder, &more), "its pieces are numbered up to 8, the configuration says 8");
    check(
        &|folder| describe(folder, &|it| it["post_processor"] = Value::Null),
        "it puts no marks around a text",
    );
    check(&|folder| fs::write(folder.join(DESCRIPTION), "{").unwrap(), "tokenizer.json is damaged");
    let lower = r#"{"max_seq_length": 16, "do_lower_case": true}"#;
    check(&|folder| fs::write(folder.join("sentence_bert_config.json"), lower).unwrap(), "lower case");
    check(&|folder| fs::remove_file(folder.join(DESCRIPTION)).unwrap(), "vocab.txt is not there");
    let folder = tempfile::tempdir().unwrap();
    pieces(folder.path(), Cut::Pieces);
    let bytes = fs::read(folder.path().join(PIECES)).unwrap();
    fs::write(folder.path().join(PIECES), &bytes[..bytes.len() - 3]).unwrap();
    assert!(
        refused(folder.path()).contains("sentencepiece.bpe.model is damaged"),
        "{}",
        refused(folder.path())
    );
}
