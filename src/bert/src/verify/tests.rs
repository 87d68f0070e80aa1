//! Every way in which files are not a model has its own sentence.

use super::*;
use crate::network::tests::tiny;

fn spoilt(file: &str, spoil: impl Fn(Vec<u8>) -> Option<Vec<u8>>) -> String {
    let folder = tempfile::tempdir().unwrap();
    tiny(folder.path());
    verify(folder.path()).unwrap();
    let path = folder.path().join(file);
    match spoil(fs::read(&path).unwrap()) {
        Some(bytes) => fs::write(&path, bytes).unwrap(),
        None => fs::remove_file(&path).unwrap(),
    }
    let error = verify(folder.path()).unwrap_err().to_string();
    error.replace(&folder.path().display().to_string(), "FOLDER")
}

#[test]
fn bad_files_are_refused_with_a_reason() {
    let check = |file: &str, from: &str, to: &str, expected: &str| {
        let spoil = |bytes: Vec<u8>| {
            let text: Vec<u8> = bytes;
            let place = text.windows(from.len()).position(|window| window == from.as_bytes()).unwrap();
            let mut spoilt = text[..place].to_vec();
            spoilt.extend(to.as_bytes());
            spoilt.extend(&text[place + from.len()..]);
            Some(spoilt)
        };
        let error = spoilt(file, spoil);
        assert!(error.contains(expected), "{error}");
    };
    check(CONFIG, "\"bert\"", "\"gpt2\"", "it is of the kind `gpt2`, wanted is `bert`");
    check(CONFIG, "\"gelu\"", "\"odd\"", "the activation `odd` is not known");
    check(CONFIG, "\"num_attention_heads\":2", "\"num_attention_heads\":3", "not divisible among 3 heads");
    check(CONFIG, "\"vocab_size\":8", "\"vocab_size\":9", "it has 8 lines, the configuration says 9");
    check(
        CONFIG,
        "\"num_hidden_layers\":1",
        "\"num_hidden_layers\":2",
        "`encoder.layer.1.attention.self.query.weight` is missing",
    );
    check(CONFIG, "\"intermediate_size\":16", "\"intermediate_size\":17", "the configuration says [17, 8]");
    for key in ["initializer_range", "hidden_dropout_prob", "attention_probs_dropout_prob"] {
        check(CONFIG, &format!("\"{key}\""), "\"other\"", &format!("missing field `{key}`"));
    }
    check(CONFIG, "{", "", "is damaged");
    check(VOCABULARY, "[CLS]", "[XXX]", "`[CLS]` is missing");
    check(WEIGHTS, "\"F32\"", "\"I32\"", "numbers of the kind I32");
    check("1_Pooling/config.json", "true", "false", "not the mean of the tokens' vectors");
    let half = |bytes: Vec<u8>| Some(bytes[..bytes.len() / 2].to_vec());
    assert!(spoilt(WEIGHTS, half).contains("is damaged: its tensors need"), "{}", spoilt(WEIGHTS, half));
    assert!(spoilt(WEIGHTS, |_| Some(vec![1, 2])).contains("first eight bytes"));
    assert!(spoilt(WEIGHTS, |_| Some(vec![255; 100])).contains("its header would have"));
    assert_eq!(spoilt(WEIGHTS, |_| None), "FOLDER/model.safetensors is not there");
}

#[test]
fn hashes_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "abc").unwrap();
    let right = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    check_hash(&file, right).unwrap();
    let error = check_hash(&file, &right.replace('b', "c")).unwrap_err().to_string();
    assert!(error.contains("fetch it again"), "{error}");
}
