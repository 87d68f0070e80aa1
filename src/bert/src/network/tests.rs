//! A tiny network that a test writes; in [`memory`] one that wants more than there is; and in [`table`] the vectors of the real model beside those of an independent implementation.

mod across;
mod by_hand;
mod memory;
mod table;

use std::{collections::BTreeMap, fs, path::Path};

use studio_core::embedding::has_meaning;
use tch::Device;

use super::*;
use crate::verify::{CONFIG, VOCABULARY, WEIGHTS, verify};

/// Writes a network of random numbers with one layer.
pub(crate) fn tiny(folder: &Path) {
    let config = serde_json::json!({
        "model_type": "bert", "hidden_act": "gelu", "hidden_size": 8, "intermediate_size": 16,
        "max_position_embeddings": 32, "num_attention_heads": 2, "num_hidden_layers": 1, "type_vocab_size": 2,
        "vocab_size": 8, "layer_norm_eps": 1e-12, "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
        "initializer_range": 0.02,
    });
    fs::create_dir_all(folder.join("1_Pooling")).unwrap();
    fs::write(folder.join(CONFIG), config.to_string()).unwrap();
    fs::write(folder.join("1_Pooling/config.json"), r#"{"pooling_mode_mean_tokens": true}"#).unwrap();
    fs::write(folder.join("sentence_bert_config.json"), r#"{"max_seq_length": 16}"#).unwrap();
    fs::write(folder.join("tokenizer_config.json"), r#"{"do_lower_case": true}"#).unwrap();
    fs::write(folder.join(VOCABULARY), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nhello\nworld\n##s\n").unwrap();
    let mut names: BTreeMap<String, Vec<i64>> = BTreeMap::from([
        ("embeddings.word_embeddings.weight".to_owned(), vec![8, 8]),
        ("embeddings.position_embeddings.weight".to_owned(), vec![32, 8]),
        ("embeddings.token_type_embeddings.weight".to_owned(), vec![2, 8]),
    ]);
    let mut both = |name: &str, shape: &[i64]| {
        names.insert(format!("{name}.weight"), shape.to_vec());
        names.insert(format!("{name}.bias"), shape[..1].to_vec());
    };
    for part in ["query", "key", "value"] {
        both(&format!("encoder.layer.0.attention.self.{part}"), &[8, 8]);
    }
    both("encoder.layer.0.attention.output.dense", &[8, 8]);
    both("encoder.layer.0.intermediate.dense", &[16, 8]);
    both("encoder.layer.0.output.dense", &[8, 16]);
    for norm in [
        "embeddings.LayerNorm",
        "encoder.layer.0.attention.output.LayerNorm",
        "encoder.layer.0.output.LayerNorm",
    ] {
        both(norm, &[8]);
    }
    tch::manual_seed(1);
    let tensors: Vec<(String, Tensor)> = names
        .into_iter()
        .map(|(name, shape)| (name, Tensor::randn(shape, (Kind::Float, Device::Cpu))))
        .collect();
    Tensor::write_safetensors(&tensors, folder.join(WEIGHTS)).unwrap();
}

#[test]
fn a_tiny_network_is_loaded_and_run() {
    let folder = tempfile::tempdir().unwrap();
    tiny(folder.path());
    let network = Network::load(&verify(folder.path()).unwrap()).unwrap();
    let long = "hello worlds ".repeat(100);
    let texts = ["hello", "hello worlds", "", "👍", &long];
    let together = network.vectors(&texts).unwrap();
    assert_eq!(together.len(), texts.len());
    for (text, vector) in texts.iter().zip(&together) {
        let length: f32 = vector.iter().map(|number| number * number).sum();
        assert!(vector.len() == 8 && (length - 1.0).abs() < 1e-4, "{text}: {vector:?}");
        let alone = &network.vectors(&[text]).unwrap()[0];
        assert_eq!(alone.len(), vector.len(), "{text}");
        for (one, other) in vector.iter().zip(alone) {
            assert!((one - other).abs() < 1e-5, "{text}: {vector:?}, alone {alone:?}");
        }
    }
    assert!(network.vectors(&[]).unwrap().is_empty());
}

#[test]
fn parts_of_a_text_are_heard_in_its_own_run() {
    let folder = tempfile::tempdir().unwrap();
    tiny(folder.path());
    let network = Network::load(&verify(folder.path()).unwrap()).unwrap();
    let text = "héllo hello 👍 world hello";
    let place = |word: &str| text.find(word).map(|start| start..start + word.len()).unwrap();
    let said = |parts: &[Part]| Said { text: text.to_owned(), parts: parts.to_vec() };
    let all = 0..text.len();
    let (first, last) = (0..place("👍").start, place("world").start..text.len());
    let one = |stretch: &Range<usize>| Part::from([stretch.clone()]);
    let parts = [one(&all), one(&first), one(&last), Part::from([first, last]), one(&(90..99))];
    let beside = Said::whole("hello");
    let answers = network.read(&[said(&parts), beside, said(&[])]).unwrap();
    let counts: Vec<usize> = answers.iter().map(Vec::len).collect();
    assert_eq!(counts, [6, 1, 1]);
    let length = |numbers: &[f32]| numbers.iter().map(|number| number * number).sum::<f32>().sqrt();
    for deep in answers.iter().flatten() {
        let lengths: Vec<f32> = deep.chunks(8).map(length).collect();
        let [outer, inner, greatest] = &lengths[..] else { panic!("{lengths:?}") };
        assert!((outer - 1.0).abs() < 1e-4, "{lengths:?}");
        assert!((inner - 0.577).abs() < 1e-4 && (greatest - 0.577).abs() < 1e-4, "{lengths:?}");
    }
    let alone = network.vectors(&[text]).unwrap();
    assert_eq!(alone[0].len(), 8, "what is not deep is the outer part");
    let far_inside = |one: &[f32], other: &[f32]| {
        one[8..].iter().zip(&other[8..]).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max)
    };
    assert!(far_inside(&answers[0][0], &answers[2][0]) < 1e-5, "nor does the inside depend on the parts");
    assert!(far_inside(&answers[0][2], &answers[0][3]) > 1e-3, "parts differ inside");
    assert!(far_inside(&answers[0][0], &answers[0][1]) > 1e-4, "the marks at both ends count inside");
    let outer = |of_text: &Vec<Vec<f32>>| of_text.iter().map(|deep| deep[..8].to_vec()).collect::<Vec<_>>();
    let answers: Vec<Vec<Vec<f32>>> = answers.iter().map(outer).collect();
    let [whole, all, first, last, both, outside] = &answers[0][..] else { panic!("{answers:?}") };
    let far = |one: &[f32], other: &[f32]| {
        one.iter().zip(other).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max)
    };
    assert!(far(whole, &answers[2][0]) < 1e-5, "the whole does not depend on the parts");
    assert!(far(whole, outside) < 1e-5, "what is not there is the whole");
    assert!(far(whole, all) < 1e-5, "the whole is all its words");
    assert!(far(whole, &alone[0]) > 1e-4, "the marks at both ends are not among the words");
    assert!(far(first, last) > 1e-3, "{first:?} {last:?}");
    // Of length 1, and between the two it is made of.
    let length: f32 = both.iter().map(|number| number * number).sum();
    assert!((length - 1.0).abs() < 1e-4, "{both:?}");
    let towards = |other: &[f32]| both.iter().zip(other).map(|(one, other)| one * other).sum::<f32>();
    let between = first.iter().zip(last).map(|(one, other)| one * other).sum::<f32>();
    assert!(towards(first) > between && towards(last) > between, "{both:?}");
}

#[test]
fn what_is_of_unknown_words_has_no_meaning() {
    let folder = tempfile::tempdir().unwrap();
    tiny(folder.path());
    let network = Network::load(&verify(folder.path()).unwrap()).unwrap();
    let check = |text: &str, expected: bool| {
        let deep = network.read(&[Said::whole(text)]).unwrap().remove(0).remove(0);
        assert_eq!((has_meaning(&deep), deep.len()), (expected, 24), "{text}");
        // As the model was taught it has a vector all the same.
        assert!(has_meaning(&network.vectors(&[text]).unwrap()[0]), "{text}");
    };
    check("hello", true);
    check("hello 👍 👍 👍", true);
    check("hello 👍 👍 👍 👍", false);
    check("👍", false);
    check("გამარჯობა მსოფლიო!", false);
    check("?!", true);
    check("", true);
    let text = "hello 👍";
    let part = |word: &str| vec![text.find(word).map(|start| start..start + word.len()).unwrap()];
    let said = Said { text: text.to_owned(), parts: vec![part("hello"), part("👍")] };
    let of_text = network.read(&[said]).unwrap().remove(0);
    let told: Vec<bool> = of_text.iter().map(|vector| has_meaning(vector)).collect();
    assert_eq!(told, [true, true, false]);
}

#[test]
fn the_words_alone_make_a_deep_vector_and_everything_that_of_a_model_that_joins_languages() {
    let folder = tempfile::tempdir().unwrap();
    tiny(folder.path());
    let verified = verify(folder.path()).unwrap();
    let network = Network::load(&verified).unwrap();
    let far = |one: &[f32], other: &[f32]| {
        one[..8].iter().zip(&other[..8]).map(|(one, other)| (one - other).abs()).fold(0.0, f32::max)
    };
    for text in ["hello worlds?", "¿hello, world!", "hello world"] {
        let words: Part = text.match_indices(char::is_alphabetic).map(|(at, it)| at..at + it.len()).collect();
        let said = Said { text: text.to_owned(), parts: vec![words] };
        let of_text = network.read(&[said]).unwrap().remove(0);
        assert!(far(&of_text[0], &of_text[1]) < 1e-5, "{text}: {of_text:?}");
        let everything = network.vectors(&[text]).unwrap();
        assert!(far(&of_text[0], &everything[0]) > 1e-4, "{text}: {of_text:?}");
    }
    // Where nothing is left, everything counts.
    let marks = network.read(&[Said::whole("?!")]).unwrap().remove(0);
    assert!(far(&marks[0], &network.vectors(&["?!"]).unwrap()[0]) < 1e-5, "{marks:?}");

    let across = Network::load(&Verified { deep: false, ..verified }).unwrap();
    let of_text = across.read(&[Said::whole("hello worlds?")]).unwrap().remove(0);
    assert_eq!(of_text[0].len(), 8);
    assert!(far(&of_text[0], &network.vectors(&["hello worlds?"]).unwrap()[0]) < 1e-5, "{of_text:?}");
}

#[test]
fn punctuation_is_told_from_signs_that_are_read() {
    for character in ".,!?;:'\"-()/¿¡…–“”、。？،؟".chars() {
        assert!(is_punctuation(character), "{character}");
    }
    for character in "aZß5é中かकाא$%&+#@€👍".chars() {
        assert!(!is_punctuation(character), "{character}");
    }
}

#[test]
fn texts_of_similar_length_share_a_run() {
    // The ends of the runs.
    let check = |lengths: &[usize], expected: &[usize]| {
        let ends: Vec<usize> = runs(lengths).into_iter().map(|run| run.end).collect();
        assert_eq!(ends, expected, "{lengths:?}");
    };
    check(&[], &[]);
    check(&[7], &[1]);
    check(&[10, 10, 11, 11], &[4]);
    // One long text among short ones costs them less by itself.
    check(&[5, 5, 5, 5, 60], &[4, 5]);
    check(&[5, 6, 30, 31], &[2, 4]);
    let many: Vec<usize> = (1..=64).collect();
    let cost =
        |runs: &[Range<usize>]| -> usize { runs.iter().map(|run| RUN + run.len() * many[run.end - 1]).sum() };
    let best = runs(&many);
    assert_eq!(best.iter().map(Range::len).sum::<usize>(), 64);
    for size in 1..=64 {
        let even: Vec<Range<usize>> =
            (0..64).step_by(size).map(|start| start..(start + size).min(64)).collect();
        assert!(cost(&best) <= cost(&even), "{size}");
    }
}
