//! Small files made here, and the shared data sets where they are.

use std::{
    cell::Cell,
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use studio_skipped::shared_data;

use super::*;

fn file(folder: &tempfile::TempDir, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    path
}

const TRAIN: &str = "text,label\nhello,greet\nhi there,greet\ngood morning,greet\n\"bye, bye\",bye\ngoodbye,bye\nsee you,bye\n";

#[test]
fn small_files_are_evaluated() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options {
        train: file(&folder, "train.csv", TRAIN),
        test: file(
            &folder,
            "test.jsonl",
            "{\"text\":\"hello!\",\"label\":\"greet\"}\n\n{\"text\":\"see you soon\",\"label\":\"bye\"}\n\
             {\"text\":\"goodbye\",\"label\":\"greet\"}\n{\"text\":\"hi\",\"label\":\"greet\"}\n",
        ),
        out_of_scope: Some(file(&folder, "foreign.csv", "zxcv qwert\n123 456\n")),
        shots: None,
    };
    // Two seconds go by between any two looks at it.
    let looks = Cell::new(0);
    let clock = || {
        looks.set(looks.get() + 1);
        Duration::from_secs(2 * looks.get())
    };
    let report = evaluate(&options, None, &clock).unwrap();
    assert_eq!((report.trained_on, report.intents, report.tested_on), (6, 2, 4));
    assert!((report.accuracy - 0.75).abs() < 1e-9, "{report}");
    assert!((report.exact_share - 0.5).abs() < 1e-9);
    assert_eq!(report.confusions, [Confusion { label: "greet".into(), predicted: "bye".into(), count: 1 }]);
    let greet = report.labels["greet"];
    assert!((greet.precision - 1.0).abs() < 1e-9 && (greet.recall - 2.0 / 3.0).abs() < 1e-9, "{greet:?}");
    assert_eq!(report.out_of_scope, Some(OutOfScope { texts: 2, recall: 1.0 }));
    let told = report.to_string();
    let told: Vec<String> =
        told.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let (error, threshold) = (report.calibration_error * 100.0, report.threshold);
    for line in [
        "trained on 6 phrases of 2 intents",
        "tested on 4 texts (50.00 % known word for word)",
        &format!("accuracy 75.00 % ({:.2} % by the linear model alone)", report.linear_accuracy * 100.0),
        "macro F1 73.33 %",
        &format!("calibration error {error:.2} %"),
        &format!("threshold {threshold:.3}"),
        "out-of-scope recall 100.00 % of 2 texts",
        "training time 2.00 s",
        "texts a second 2",
        "worst confusions",
        "label taken for times",
        "greet bye 1",
        "label precision recall F1 texts",
        "bye 50.0 100.0 66.7 1",
        "greet 100.0 66.7 80.0 3",
    ] {
        assert!(told.iter().any(|told| told == line), "{line:?} is missing in {told:#?}");
    }
    assert!(error > 0.0, "{report}");
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["labels"]["greet"]["support"], 3);
    for (field, value) in [("accuracy", 0.75), ("training_seconds", 2.0), ("texts_a_second", 2.0)] {
        assert_eq!(json[field], value, "{field}");
    }
    assert_eq!(json["out_of_scope"], serde_json::json!({ "texts": 2, "recall": 1.0 }));
    assert_eq!(json["confusions"], serde_json::json!([{ "label": "greet", "predicted": "bye", "count": 1 }]));
    for field in ["macro_f1", "calibration_error", "threshold"] {
        assert!(json[field].is_f64(), "{field} in {json}");
    }
    for field in ["precision", "recall", "f1"] {
        assert!(json["labels"]["bye"][field].is_f64(), "{field} in {json}");
    }
}

#[test]
fn so_many_phrases_of_each_intent_are_kept_by_the_seed() {
    let folder = tempfile::tempdir().unwrap();
    let lines = |from: u32| (from..from + 20).map(|number| format!("phrase {number}"));
    let rows = lines(0).map(|text| format!("{text},a")).chain(lines(100).map(|text| format!("{text},b")));
    let train = file(&folder, "train.csv", rows.collect::<Vec<_>>().join("\n"));
    let kept = |seed: u64| {
        let mut lessons = lessons(read(&train, true).unwrap());
        few(&mut lessons, Shots { phrases: 3, seed });
        assert!(lessons.phrases.values().all(|phrases| phrases.len() == 3), "{:?}", lessons.phrases);
        lessons.phrases
    };
    assert_eq!(kept(1), kept(1));
    assert!((2..7).any(|seed| kept(seed) != kept(1)));
    let test = file(&folder, "test.csv", "phrase 1,a\nphrase 101,b\n");
    let options = Options { train, test, out_of_scope: None, shots: Some(Shots { phrases: 3, seed: 1 }) };
    let report = evaluate(&options, None, &|| Duration::ZERO).unwrap();
    assert_eq!((report.trained_on, report.intents), (6, 2));
}

#[test]
fn problems_name_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let good = file(&folder, "good.csv", TRAIN);
    let check = |name: &str, text: &[u8], expected: &str| {
        let bad = file(&folder, name, text);
        let options = Options { train: good.clone(), test: bad.clone(), out_of_scope: None, shots: None };
        let error = evaluate(&options, None, &|| Duration::ZERO).unwrap_err().to_string();
        assert_eq!(error, expected.replace("FILE", &bad.display().to_string()));
    };
    check("empty.csv", b"", "FILE has no texts");
    check("header.csv", b"text,label\n", "FILE has no texts");
    check(
        "one.csv",
        b"text,label\nhello,greet\nhello\n",
        "FILE, line 3: expected two columns, text and label, but found 1",
    );
    for (name, header) in [("three.csv", ""), ("named.csv", "text,label\n")] {
        let text = format!("{header}hello,greet\nhello, you,greet\n");
        let line = text.lines().count();
        let expected = format!(
            "FILE, line {line}: expected columns: 2, but found 3: put a text that has a comma in quotes, or name all columns in \
             the first line, such as `id,text,label`"
        );
        check(name, text.as_bytes(), &expected);
    }
    check("label.csv", b"hello,greet\nhello,\n", "FILE, line 2: the label is missing");
    check("text.csv", b"hello,greet\n\" \",greet\n", "FILE, line 2: the text is empty");
    check("utf8.csv", b"hello,greet\nh\xff,greet\n", "FILE, line 2: not valid UTF-8");
    check(
        "json.jsonl",
        b"{\"text\":\"a\",\"label\":\"b\"}\n{\"label\":\"b\"}\n",
        "FILE, line 2: expected {\"text\": …, \"label\": …}: missing field `text`",
    );
    check(
        "sets.json",
        br#"{"train": [["hi", "greet"]], "test": [["hello", "greet"]]}"#,
        "FILE, line 1: the file is one JSON object of arrays (test, train), expected is CSV or a JSON object a line; \
         `jq -r '.test[] | @csv'` makes such a file of it",
    );
    check(
        "array.json",
        b"[{\"text\": \"hi\", \"label\": \"greet\"}]",
        "FILE, line 1: the file is one JSON array, expected is CSV or a JSON object a line; `jq -c '.[]'` makes such a file \
         of it",
    );
    let missing =
        Options { train: folder.path().join("none.csv"), test: good, out_of_scope: None, shots: None };
    assert!(
        evaluate(&missing, None, &|| Duration::ZERO).unwrap_err().to_string().starts_with("cannot read ")
    );
}

#[test]
fn columns_may_be_named_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let check = |text: &str| {
        let read = read::read(&file(&folder, "x.csv", text), true).unwrap();
        assert_eq!(read, [Example { text: "hello, you".into(), label: "greet".into() }], "{text}");
    };
    check("\u{feff}text,label\n\"hello, you\",greet\n");
    check("Category,id,Utterance\ngreet,1,\"hello, you\"\n");
    check("\"hello, you\",greet\r\n");
    check("\n{\"label\": \"greet\", \"text\": \"hello, you\"}");
}

#[test]
fn banking77_is_understood() {
    let Some(data) = shared_data("banking77_is_understood", "nlu") else { return };
    let options = Options {
        train: data.join("banking77_train.csv"),
        test: data.join("banking77_test.csv"),
        out_of_scope: None,
        shots: None,
    };
    let start = Instant::now();
    let report = evaluate(&options, None, &|| start.elapsed()).unwrap();
    assert!(report.linear_accuracy >= 0.91 && report.accuracy >= 0.91, "{report}");
    assert!(report.calibration_error <= 0.03 && report.accuracy_at_threshold >= 0.85, "{report}");
}

#[test]
fn clinc150_is_understood() {
    let Some(data) = shared_data("clinc150_is_understood", "nlu") else { return };
    let text = fs::read_to_string(data.join("clinc150_full.json")).unwrap();
    let sets: BTreeMap<String, Vec<(String, String)>> = serde_json::from_str(&text).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let convert = |name: &str| {
        let lines = sets[name]
            .iter()
            .map(|(text, label)| serde_json::json!({ "text": text, "label": label }).to_string());
        file(&folder, name, lines.collect::<Vec<_>>().join("\n"))
    };
    let options = Options {
        train: convert("train"),
        test: convert("test"),
        out_of_scope: Some(convert("oos_test")),
        shots: None,
    };
    let start = Instant::now();
    let report = evaluate(&options, None, &|| start.elapsed()).unwrap();
    assert!(report.linear_accuracy >= 0.92 && report.accuracy >= 0.92, "{report}");
    assert!(report.calibration_error <= 0.03 && report.accuracy_at_threshold >= 0.85, "{report}");
    assert!(report.out_of_scope.is_some_and(|foreign| foreign.recall >= 0.6), "{report}");
}
