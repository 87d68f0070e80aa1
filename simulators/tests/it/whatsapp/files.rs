//! Which files the stand-in takes, and how long it keeps them.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use studio_simulators::whatsapp::Settings;

use super::simulator;

const DAY: i64 = 86_400;

/// What is answered to an upload; `declared` is its field `type`.
async fn uploaded(base: &str, declared: Option<&str>, (media_type, bytes): (&str, Vec<u8>)) -> Value {
    let Settings { phone_number_id, token, .. } = Settings::default();
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let file = Part::bytes(bytes).file_name("a").mime_str(media_type).expect("a type");
    let form = Form::new().text("messaging_product", "whatsapp").part("file", file);
    let form = match declared {
        Some(declared) => form.text("type", declared.to_owned()),
        None => form,
    };
    let request = client.post(format!("{base}v23.0/{phone_number_id}/media")).bearer_auth(&token);
    request.multipart(form).send().await.expect("an answer").json().await.expect("JSON")
}

#[tokio::test]
async fn pictures_are_what_they_say_and_not_too_large() {
    let base = simulator().await;
    let check = async |media_type: &str, bytes: Vec<u8>, expected: i64| {
        let answer = uploaded(&base, Some(media_type), (media_type, bytes)).await;
        assert_eq!(answer["error"]["code"].as_i64().unwrap_or_default(), expected, "{media_type}: {answer}");
    };
    check("image/png", b"\x89PNG".to_vec(), 0).await;
    check("image/png", b"a text".to_vec(), 100).await;
    check("text/plain", b"a text".to_vec(), 0).await;
    let sticker = |chunk: &[u8], length: usize| {
        let mut sticker = [b"RIFF\0\0\0\0WEBP".as_slice(), chunk].concat();
        sticker.resize(length, 0);
        sticker
    };
    check("image/webp", sticker(b"VP8 ", 90_000), 0).await;
    check("image/webp", sticker(b"VP8 ", 200_000), 131_053).await;
    check("image/webp", sticker(b"VP8X\x0a\0\0\0\x02", 200_000), 0).await;
}

#[tokio::test]
async fn an_upload_says_of_what_type_it_is() {
    let base = simulator().await;
    for (declared, expected) in [(Some("image/png"), 0), (None, 100), (Some(""), 100)] {
        let answer = uploaded(&base, declared, ("image/png", b"\x89PNG".to_vec())).await;
        assert_eq!(answer["error"]["code"].as_i64().unwrap_or_default(), expected, "{declared:?}: {answer}");
    }
}

/// 30 days what was uploaded, 7 days what a person sent; then its id is that of no file.
#[tokio::test]
async fn ids_of_files_run_out() {
    let base = simulator().await;
    let Settings { phone_number_id, token, .. } = Settings::default();
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let post = async |path: &str, body: Value| {
        let request = client.post(format!("{base}{path}")).bearer_auth(&token).json(&body);
        request.send().await.expect("an answer").json::<Value>().await.unwrap_or_default()
    };
    let code = |answer: &Value| answer["error"]["code"].as_i64().unwrap_or_default();
    let answer = uploaded(&base, Some("image/png"), ("image/png", b"\x89PNG".to_vec())).await;
    let id = answer["id"].as_str().expect("an id").to_owned();
    // Its id is the next one.
    let next = (id.parse::<u64>().expect("a number") + 1).to_string();
    post("simulator/people", json!({ "user_id": "DE.1", "phone": "4915112345678", "name": "Ada" })).await;
    let file = json!({ "do": "send_file", "person": "DE.1", "kind": "image", "media_type": "image/png", "base64": "iVBORw==" });
    post("simulator/do", file).await;
    let check = async |days: i64, of_bot: i64, of_person: i64| {
        post("simulator/clock", json!({ "seconds": days * DAY })).await;
        let message = json!({ "messaging_product": "whatsapp", "to": "4915112345678", "type": "image", "image": { "id": id } });
        let answer = post(&format!("v23.0/{phone_number_id}/messages"), message).await;
        assert_eq!(code(&answer), if of_bot == 0 { 0 } else { 131_009 }, "{days}: {answer}");
        for (id, expected) in [(&id, of_bot), (&next, of_person)] {
            let request = client.get(format!("{base}v23.0/{id}")).bearer_auth(&token);
            let answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
            assert_eq!(code(&answer), expected, "{days}: {answer}");
        }
    };
    check(0, 0, 0).await;
    check(6, 0, 0).await;
    check(2, 0, 100).await;
    check(21, 0, 100).await;
    check(2, 100, 100).await;
}
