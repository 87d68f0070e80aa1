//! Every task on a tiny network: loaded, looked at, run, and what comes back has the right shape.

mod real;
pub(crate) mod tiny;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    time::Duration,
};

use rust_bert::pipelines::common::TokenizerOption;
use studio_core::{
    feeling::SentimentModel as _,
    models::{Answerer as _, Summariser as _, Tagger as _, ZeroShot as _},
    translation::{TranslateError, Translator as _},
};
use tempfile::TempDir;

use super::*;
use crate::{
    catalogue::State,
    verify::{TORCH_WEIGHTS, WEIGHTS},
};

/// Texts that a network may stumble over.
const ODD: [&str; 12] = [
    "",
    " ",
    "hello worlds",
    "👍👍🏽",
    "\u{200b}\u{202e}abc\u{202c}",
    "[SEP] hello [CLS] </s> <s> <pad> >>de<< <mask>",
    "مرحبا بالعالم",
    "こんにちは世界",
    "Grüße aus Köln, e\u{301}té",
    "नमस्ते दुनिया",
    "\0\u{1}\n\t\r",
    "ﷺ İstanbul ß ﬁ",
];

fn patient() -> Settings {
    // The machine may have much else to do.
    Settings { patience: Duration::from_mins(1), ..Settings::default() }
}

fn tiny(kind: Kind, task: Task) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    tiny::write(folder.path(), kind, task);
    folder
}

fn odd_and_long() -> Vec<String> {
    let mut texts: Vec<String> = ODD.iter().map(|text| (*text).to_owned()).collect();
    texts.push("hello worlds 世界 ".repeat(300));
    texts
}

#[test]
fn the_tables_of_tensors_are_what_the_engine_builds() {
    for (kind, task) in tiny::ALL {
        let folder = tiny(kind, task);
        let checked =
            verify_task(folder.path(), task).unwrap_or_else(|error| panic!("{kind:?} {task:?}: {error}"));
        let shape = |size: Vec<i64>| size.into_iter().map(i64::unsigned_abs).collect::<Vec<u64>>();
        let built: BTreeMap<String, Vec<u64>> = tiny::network(folder.path(), kind, task)
            .variables()
            .into_iter()
            .map(|(name, tensor)| (name, shape(tensor.size())))
            .collect();
        let table: BTreeMap<String, Vec<u64>> = checked.tensors.into_iter().collect();
        assert_eq!(table, built, "{kind:?} {task:?}");
    }
}

#[test]
fn feelings_are_between_bad_and_good_whoever_else_is_in_the_batch() {
    for kind in [Kind::Bert, Kind::DistilBert] {
        let folder = tiny(kind, Task::Sentiment);
        let checked = verify_task(folder.path(), Task::Sentiment).unwrap();
        let network = sentiment::load(&checked).unwrap();
        let together = network.run(&odd_and_long()).unwrap();
        assert_eq!(together.len(), ODD.len() + 1);
        for (text, score) in odd_and_long().into_iter().zip(together) {
            let alone = network.run(std::slice::from_ref(&text)).unwrap()[0];
            assert!(
                (-1.0..=1.0).contains(&score) && (score - alone).abs() < 1e-5,
                "{text:?}: {score}, {alone}"
            );
        }
        let model = Sentiments::open(folder.path(), &["en"], patient()).unwrap();
        let score = model.score("hello").unwrap();
        let judged = model.judge_now("hello", Some("en-GB")).unwrap();
        assert_eq!(judged, Some(if score.abs() < 0.6 { 0.0 } else { score }));
        assert_eq!(model.judge_now("hallo", Some("de")), Ok(None));
        assert_eq!((model.stats().texts, model.stats().hits, model.stats().restarts), (1, 1, 0));
        assert!(model.identity().contains('@'), "{}", model.identity());
    }
}

#[test]
fn names_are_parts_of_their_text_in_every_script() {
    for kind in [Kind::Bert, Kind::DistilBert] {
        let folder = tiny(kind, Task::Names);
        let model = Names::open(folder.path(), &["en"], patient()).unwrap();
        let mut found = 0;
        for text in odd_and_long() {
            let names = model.names_now(&text, None).unwrap().unwrap();
            let mut last = 0;
            for name in &names {
                assert!(!text[name.start..name.end].is_empty() && name.start >= last, "{text:?}: {names:?}");
                assert!((0.0..=1.0).contains(&name.score), "{name:?}");
                last = name.end;
            }
            found += names.len();
        }
        assert!(found > 0, "random numbers call something a name");
        assert_eq!(model.names_now("hallo", Some("de")), Ok(None));
        assert_eq!(model.stats().restarts, 0);
        // More windows than one batch of the pipeline had.
        let network = names::load(&verify_task(folder.path(), Task::Names).unwrap()).unwrap();
        let mut many: Vec<String> = vec!["hello".repeat(3); 80];
        many.push("world hello worlds".to_owned());
        let together = network.run(&many).unwrap();
        let alone = network.run(&many[80..]).unwrap();
        let spans = |names: &[studio_core::models::Name]| -> Vec<_> {
            names.iter().map(|name| (name.kind, name.start, name.end)).collect()
        };
        assert_eq!(spans(&together[80]), spans(&alone[0]));
    }
}

#[test]
fn answers_are_parts_of_their_passage() {
    for kind in [Kind::Bert, Kind::DistilBert] {
        let folder = tiny(kind, Task::Answers);
        let model = Answers::open(folder.path(), patient()).unwrap();
        let mut found = 0;
        for passage in odd_and_long() {
            for question in ["hello?", "", &"世界 hello ".repeat(100)] {
                if let Some(answer) = model.answer_now(question, &passage).unwrap() {
                    assert!(!passage[answer.start..answer.end].is_empty(), "{answer:?}");
                    assert!((0.0..=1.0).contains(&answer.score), "{answer:?}");
                    found += 1;
                }
            }
        }
        assert!(found > 0);
        assert_eq!(model.answer_now("hello?", ""), Ok(None));
        assert_eq!(model.stats().restarts, 0);
    }
}

#[test]
fn labels_are_weighed_each_for_itself() {
    let folder = tiny(Kind::Bart, Task::Labels);
    let model = Labels::open(folder.path(), patient()).unwrap();
    for text in odd_and_long() {
        let weights = model.weigh_now(&text, &["order", "</s>", "returns"]).unwrap();
        assert!(
            weights.len() == 3 && weights.iter().all(|weight| (0.0..=1.0).contains(weight)),
            "{weights:?}"
        );
    }
    let labels: Vec<String> = (0..40).map(|number| format!("hello {number}")).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let together = model.weigh_now("hello", &labels).unwrap();
    assert_eq!(together.len(), 40);
    for at in [0, 15, 16, 39] {
        let alone = model.weigh_now("hello", &labels[at..=at]).unwrap();
        assert!((alone[0] - together[at]).abs() < 1e-4, "{}: {alone:?} {}", labels[at], together[at]);
    }
    assert!(model.weigh_now("hello", &[]).unwrap().is_empty());
    assert_eq!(model.stats().restarts, 0);
}

#[test]
fn summaries_come_and_are_the_same_each_time() {
    let folder = tiny(Kind::Bart, Task::Summary);
    let model = Summaries::open(folder.path(), patient()).unwrap();
    for text in odd_and_long() {
        let summary = model.summarise(&text).unwrap();
        assert!(summary.len() < 2000, "{summary}");
    }
    let again = Summaries::open(folder.path(), patient()).unwrap();
    assert_eq!(model.summarise("hello hello"), again.summarise("hello hello"));
    assert_eq!(model.stats().restarts, 0);
}

#[test]
fn translators_know_their_languages_and_what_they_cannot_read() {
    for (kind, engine) in [(Kind::Marian, "marian"), (Kind::M2m100, "m2m100")] {
        let folder = tiny(kind, Task::Translation);
        let model = Translations::open(folder.path(), patient()).unwrap();
        assert_eq!(model.engine("zh", "en"), engine);
        assert!(model.translates("zh-Hans", "en-GB"));
        assert_eq!(model.translates("de", "pt-BR"), kind == Kind::M2m100);
        assert!(!model.translates("en", "en") && !model.translates("zh", "xx"));
        let texts: Vec<String> = ODD.iter().map(|text| (*text).to_owned()).collect();
        let translated = model.translate("zh", "en", &texts).unwrap();
        assert_eq!(translated.len(), texts.len());
        // What was translated before is kept: only another one works it out again.
        let again = Translations::open(folder.path(), patient()).unwrap();
        assert_eq!(translated, again.translate("zh", "en", &texts).unwrap());
        assert_eq!((translated[0].as_str(), translated[3].as_str()), ("", "👍👍🏽"), "nothing to translate");
        let error = model.translate("zh", "xx", &texts).unwrap_err();
        assert!(matches!(error, TranslateError::Pair { .. }), "{error}");
        let error = model.translate("zh", "en", &["hello ".repeat(100)]).unwrap_err();
        assert!(error.to_string().contains("600 characters, and the model reads 400"), "{error}");
        assert_eq!(model.stats().restarts, 0);
    }
}

/// The engine would take a language that its tokeniser does not know for a word that it does not know.
#[test]
fn every_language_has_a_piece_of_its_own() {
    let folder = tiny(Kind::M2m100, Task::Translation);
    let model = Translations::open(folder.path(), patient()).unwrap();
    let file = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (pieces, cutter) = (file("vocab.json"), file("sentencepiece.bpe.model"));
    let tokenizer =
        TokenizerOption::from_file(ModelType::M2M100, &pieces, Some(&cutter), false, None, None).unwrap();
    let mut numbers = BTreeSet::new();
    for language in model.languages() {
        let code = language.get_iso_639_1_code().unwrap();
        let piece = if code.len() == 2 { format!(">>{code}.<<") } else { format!(">>{code}<<") };
        let number = tokenizer.convert_tokens_to_ids(&[piece])[0];
        assert!((9..109).contains(&number), "{code}: {number}");
        numbers.insert(number);
    }
    assert_eq!(numbers.len(), 98);
}

#[test]
fn weights_in_the_form_of_libtorch_are_taken_and_looked_at_too() {
    let folder = tiny(Kind::Marian, Task::Translation);
    let (usual, torch) = (folder.path().join(WEIGHTS), folder.path().join(TORCH_WEIGHTS));
    let tensors = Tensor::read_safetensors(&usual).unwrap();
    let before = Translations::open(folder.path(), patient()).unwrap();
    Tensor::save_multi(&tensors, &torch).unwrap();
    std::fs::remove_file(&usual).unwrap();
    let model = Translations::open(folder.path(), patient()).unwrap();
    let texts = ["hello".to_owned()];
    assert_eq!(model.translate("zh", "en", &texts), before.translate("zh", "en", &texts));
    let fewer: Vec<_> = tensors.iter().filter(|(name, _)| name != "final_logits_bias").collect();
    let fewer: Vec<_> = fewer.iter().map(|(name, tensor)| (name, tensor)).collect();
    Tensor::save_multi(&fewer, &torch).unwrap();
    let error = Translations::open(folder.path(), patient()).unwrap_err().to_string();
    assert!(error.contains("the tensor `final_logits_bias` is missing"), "{error}");
    let bytes = std::fs::read(&torch).unwrap();
    std::fs::write(&torch, &bytes[..bytes.len() / 2]).unwrap();
    let error = verify_task(folder.path(), Task::Translation).unwrap_err().to_string();
    assert!(error.contains("it has no end"), "{error}");
}

#[test]
fn weights_in_the_form_of_libtorch_are_compared_before_anybody_opens_them() {
    let (folder, models) = (tiny(Kind::Marian, Task::Translation), tempfile::tempdir().unwrap());
    let (usual, torch) = (folder.path().join(WEIGHTS), folder.path().join(TORCH_WEIGHTS));
    let tensors = Tensor::read_safetensors(&usual).unwrap();
    std::fs::remove_file(&usual).unwrap();
    let bring = || {
        let (does, licence, languages) = (Task::Translation, "MIT".to_owned(), Vec::new());
        let told = crate::own::Told { does, licence, languages, multilingual: false };
        crate::own::bring("mine", told, folder.path(), models.path(), true)
    };
    let missing = "the tensor `final_logits_bias` is missing";
    let fewer: Vec<_> = tensors.iter().filter(|(name, _)| name != "final_logits_bias").collect();
    let fewer: Vec<_> = fewer.iter().map(|(name, tensor)| (name, tensor)).collect();
    Tensor::save_multi(&fewer, &torch).unwrap();
    let error = bring().unwrap_err().to_string();
    assert!(error.contains(missing), "{error}");
    Tensor::save_multi(&tensors, &torch).unwrap();
    let mine = bring().unwrap();
    assert!(matches!(mine.state(models.path(), true), State::Whole));
    Tensor::save_multi(&fewer, models.path().join("mine").join(TORCH_WEIGHTS)).unwrap();
    assert!(matches!(mine.state(models.path(), false), State::Whole), "what takes no time does not tell");
    let State::Bad(error) = mine.state(models.path(), true) else { panic!("it lacks a tensor") };
    assert!(error.to_string().contains(missing), "{error}");
}

#[test]
fn a_model_of_another_task_is_refused_and_never_panics() {
    let tasks = [Task::Sentiment, Task::Names, Task::Answers, Task::Labels, Task::Summary, Task::Translation];
    for (kind, made_for) in tiny::ALL {
        let folder = tiny(kind, made_for);
        for task in tasks.into_iter().filter(|task| *task != made_for) {
            let found = verify_task(folder.path(), task);
            // Who has all that weighs labels has all that writes summaries as well.
            let may = (kind, made_for, task) == (Kind::Bart, Task::Labels, Task::Summary);
            assert_eq!(found.is_ok(), may, "{kind:?} for {made_for:?} as {task:?}: {found:?}");
        }
    }
}

/// What is said of a folder in which one thing was changed.
fn spoilt(kind: Kind, task: Task, file: &str, from: &str, to: &str) -> String {
    let folder = tiny(kind, task);
    let path = folder.path().join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{text}");
    std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
    said_of(folder.path(), task)
}

fn said_of(folder: &Path, task: Task) -> String {
    let error = verify_task(folder, task).unwrap_err().to_string();
    error.replace(&folder.display().to_string(), "FOLDER")
}

#[test]
fn what_the_engine_takes_for_granted_is_looked_at_before() {
    let check = |(kind, task): (Kind, Task), file: &str, from: &str, to: &str, expected: &str| {
        let error = spoilt(kind, task, file, from, to);
        assert!(error.contains(expected), "{error}");
    };
    let feelings = (Kind::DistilBert, Task::Sentiment);
    check(
        feelings,
        "config.json",
        r#""0":"NEGATIVE","1":"POSITIVE""#,
        r#""0":"POSITIVE","1":"NEGATIVE""#,
        "its labels are POSITIVE, NEGATIVE, wanted are negative, positive, in this order",
    );
    check(feelings, "config.json", "NEGATIVE", "LABEL_0", "its labels are LABEL_0, POSITIVE");
    check(feelings, "config.json", "id2label", "labels", "it has no `id2label`");
    check(feelings, "config.json", "\"n_heads\":2,", "", "missing field `n_heads`");
    check(feelings, "config.json", "\"n_heads\":2", "\"n_heads\":3", "dim 8 is not divisible among 3 heads");
    check(
        feelings,
        "config.json",
        "\"n_layers\":1",
        "\"n_layers\":2",
        "`distilbert.transformer.layer.1.attention.q_lin.weight` is missing",
    );
    check(feelings, "config.json", "\"gelu\"", "\"odd\"", "unknown variant `odd`");
    check(
        feelings,
        "config.json",
        "embeddings\":64",
        "embeddings\":16",
        "max_position_embeddings is 16, wanted is 64 to 65536",
    );
    check(feelings, "vocab.txt", "world\n", "", "it has 7 lines, the configuration says 8");
    let names = (Kind::Bert, Task::Names);
    check(names, "config.json", "B-PER", "LABEL_1", "the label `LABEL_1` is not known");
    check(names, "config.json", "\"5\"", "\"6\"", "not numbered from 0");
    check(
        names,
        "config.json",
        ",\"5\":\"B-ORG\"",
        "",
        "`classifier.weight` has the shape [6, 8], the configuration says [5, 8]",
    );
    let labels = (Kind::Bart, Task::Labels);
    check(
        labels,
        "config.json",
        "contradiction",
        "entailment",
        "wanted are contradiction, neutral, entailment, in this order",
    );
    check(labels, "vocab.json", "\"<pad>\":1", "\"<pad>\":3", "not numbered from 0 to 10, each once");
    check(
        labels,
        "config.json",
        "\"pad_token_id\":1",
        "\"pad_token_id\":3",
        "`<pad>` has the number 1, the configuration says 3",
    );
    check(labels, "merges.txt", "h e", "he", "merges.txt is damaged");
    let summary = (Kind::Bart, Task::Summary);
    check(summary, "config.json", "\"decoder_start_token_id\":2,", "", "it has no `decoder_start_token_id`");
    let marian = (Kind::Marian, Task::Translation);
    check(
        marian,
        "config.json",
        "\"marian\"",
        "\"t5\"",
        "it is of the kind `t5`, wanted is `marian` or `m2m_100`",
    );
    check(marian, "config.json", "\"d_model\":8,", "", "missing field `d_model`");
    check(
        marian,
        "tokenizer_config.json",
        "target_lang",
        "target",
        "it does not say `source_lang` and `target_lang`",
    );
    check(marian, "vocab.json", "<unk>", "<odd>", "`<unk>` is missing");
    let m2m100 = (Kind::M2m100, Task::Translation);
    check(
        m2m100,
        "config.json",
        "\"vocab_size\":112",
        "\"vocab_size\":100",
        "it has 9 pieces and needs 100 more",
    );
}

#[test]
fn what_is_cut_in_half_is_refused() {
    for (kind, task) in tiny::ALL {
        let folder = tiny(kind, task);
        let weights = folder.path().join(WEIGHTS);
        let bytes = std::fs::read(&weights).unwrap();
        std::fs::write(&weights, &bytes[..bytes.len() / 2]).unwrap();
        assert!(said_of(folder.path(), task).contains("is damaged: its tensors need"));
        std::fs::write(&weights, &bytes).unwrap();
        let cutter = match kind {
            Kind::Marian => "source.spm",
            Kind::M2m100 => "sentencepiece.bpe.model",
            Kind::Bert | Kind::DistilBert | Kind::Bart => continue,
        };
        let bytes = std::fs::read(folder.path().join(cutter)).unwrap();
        std::fs::write(folder.path().join(cutter), &bytes[..bytes.len() - 3]).unwrap();
        assert!(said_of(folder.path(), task).contains("is damaged"), "{}", said_of(folder.path(), task));
    }
}
