//! Where do a file, an answer and the token with them go? To Slack alone, whatever address is named; and no file comes that is
//! larger than what is kept.

use axum::{
    Json,
    body::Bytes,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};
use studio_core::content::{Content, Source};
use url::{Url, form_urlencoded::Serializer};

use super::{
    scene::{DIRECT, SECRET},
    webhook::{post, signed},
};
use crate::{
    fence::Fence,
    host::{Host as _, MediaFacts},
    platform::{FetchError, Outcome},
    slack::{Account, Config},
    testing::{
        Memory, from_bot, untried,
        witness::{Witness, of_length},
    },
};

const FILE: &str = "F0TENT";
/// In bytes, as docs/slack.md says.
const LARGEST: u64 = 50 << 20;

fn account(slack: &Witness) -> Account {
    let config: Config = toml::from_str(&format!(
        "name = 'support'\nbot = 'shop'\nbot_token = 'xoxb-1'\nsigning_secret = '{SECRET}'\napi = '{}/api'\n",
        slack.address
    ))
    .expect("the connection of the test");
    config.account(&Fence::none(), |_| Err(std::io::Error::other("no files"))).expect("its credentials")
}

/// In Slack's place: tells of a file what `told` makes of its own address, and has at `/file` what `gives` makes.
async fn slack(
    told: impl Fn(&str) -> Value + Clone + Send + Sync + 'static,
    gives: impl Fn() -> Response + Clone + Send + Sync + 'static,
) -> Witness {
    Witness::new(move |own, path| match path {
        "/api/files.info" => Json(json!({ "ok": true, "file": told(own) })).into_response(),
        "/file" => gives(),
        _ => StatusCode::NOT_FOUND.into_response(),
    })
    .await
}

fn at_home(own: &str) -> Value {
    json!({ "id": FILE, "url_private": format!("{own}/file") })
}

#[test]
fn slacks_addresses_are_told_from_others() {
    // Its API is at http://127.0.0.1:9/api.
    let account = signed();
    let check = |address: &str, expected: bool| {
        let url = Url::parse(address).expect("an address");
        assert_eq!(account.is_slacks(&url), expected, "{address}");
    };
    for own in [
        "https://files.slack.com/files-pri/T1-F1/tent.png",
        "https://hooks.slack.com/commands/1234/5678",
        "https://slack.com/files",
        "http://127.0.0.1:9/upload/F1",
    ] {
        check(own, true);
    }
    for foreign in [
        "http://files.slack.com/tent.png",
        "https://evilslack.com/tent.png",
        "https://slack.com.evil.example/tent.png",
        "https://slack.com@evil.example/tent.png",
        "https://evil.example/files.slack.com",
        "https://127.0.0.1:9/upload/F1",
        "http://127.0.0.1:10/upload/F1",
        "http://127.0.0.1/upload/F1",
        "http://localhost:9/upload/F1",
        "ftp://127.0.0.1:9/upload/F1",
    ] {
        check(foreign, false);
    }
}

#[tokio::test]
async fn the_token_goes_to_no_other_host_for_a_file() {
    let stranger = Witness::stranger().await;
    let elsewhere = format!("{}/file", stranger.address);
    let host = Memory::new(&[]);

    let file = json!({ "id": FILE, "url_private": "https://slack.com/", "url_private_download": elsewhere });
    let named = slack(move |_| file.clone(), || "a tent".into_response()).await;
    let fetched = account(&named).fetch(&host, FILE).await;
    let why = "the file does not lie on Slack; open it where it lies";
    assert_eq!(fetched, Err(FetchError::Dead(why.to_owned())));
    assert_eq!(named.asked(), ["/api/files.info"]);

    let leads =
        slack(at_home, move || (StatusCode::FOUND, [(header::LOCATION, elsewhere.clone())]).into_response())
            .await;
    let fetched = account(&leads).fetch(&host, FILE).await;
    assert!(
        matches!(&fetched, Err(FetchError::Dead(why)) if why.starts_with("Slack does not give the file")),
        "{fetched:?}"
    );
    assert_eq!(leads.asked(), ["/api/files.info", "/file"]);
    assert!(stranger.asked().is_empty(), "{:?}", stranger.asked());

    let own = slack(at_home, || "a tent".into_response()).await;
    assert_eq!(account(&own).fetch(&host, FILE).await, Ok(Bytes::from_static(b"a tent")));
}

#[tokio::test]
async fn a_file_goes_up_to_no_other_host() {
    let stranger = Witness::stranger().await;
    let place = json!({ "ok": true, "upload_url": format!("{}/upload", stranger.address), "file_id": FILE });
    let slack = Witness::new(move |_, _| Json(place.clone()).into_response()).await;
    let (account, host) = (account(&slack), Memory::new(&[]));
    let conversation = host.conversation("support", DIRECT);
    let facts = MediaFacts { name: "bill.pdf".into(), media_type: "application/pdf".into(), size: 9 };
    let media = host.save_media(conversation, facts, Bytes::from_static(b"%PDF-1.7 ")).await;
    let file = Content::File {
        source: Source::Media(media.expect("kept in memory")),
        name: "bill.pdf".into(),
        media_type: "application/pdf".into(),
        size: 9,
    };
    let leaving = untried(conversation, DIRECT, "bill".to_owned(), from_bot(file));
    let attempt = account.send(&host, &leaving).await;
    let Outcome::Retry { error, .. } = &attempt.outcome else { panic!("{attempt:?}") };
    assert_eq!(error, "Slack named a foreign address for a file");
    assert_eq!(attempt.parts, Vec::<String>::new());
    assert_eq!(slack.asked(), ["/api/files.getUploadURLExternal"]);
    assert!(stranger.asked().is_empty(), "{:?}", stranger.asked());
}

#[tokio::test]
async fn what_one_person_is_told_goes_to_no_other_host() {
    let stranger = Witness::stranger().await;
    let slack = Witness::new(|_, _| Json(json!({ "ok": true })).into_response()).await;
    // Where the address is not good, Slack's own method is called instead.
    for (address, expected) in [(&slack.address, "/response"), (&stranger.address, "/api/chat.postEphemeral")]
    {
        let (account, host) = (account(&slack), Memory::new(&[]));
        let typed = Serializer::new(String::new())
            .append_pair("command", "/order")
            .append_pair("user_id", "U0ANNA")
            .append_pair("channel_id", "C0GENERAL")
            .append_pair("trigger_id", "1.2.3")
            .append_pair("response_url", &format!("{address}/response"))
            .finish();
        assert_eq!(post(&account, &host, typed).await.status(), StatusCode::OK);
        let accepted = host.accepted();
        let [event] = accepted.as_slice() else { panic!("{accepted:?}") };
        let conversation = host.conversation("support", &event.thread);
        let message = from_bot(Content::text("On its way."));
        let leaving = untried(conversation, &event.thread, "answer".to_owned(), message);
        let attempt = account.send(&host, &leaving).await;
        assert_eq!((attempt.outcome, attempt.parts), (Outcome::Done, vec!["ephemeral".to_owned()]));
        assert_eq!(slack.asked().last().map(String::as_str), Some(expected));
    }
    assert!(stranger.asked().is_empty(), "{:?}", stranger.asked());
}

#[tokio::test]
async fn a_file_that_is_larger_than_what_is_kept_is_given_up() {
    let host = Memory::new(&[]);
    let large = Err(FetchError::Dead("the file is larger than 50 MiB".to_owned()));
    let told = |own: &str| {
        let mut file = at_home(own);
        file["size"] = json!(LARGEST + 1);
        file
    };
    let known = slack(told, || "a tent".into_response()).await;
    assert_eq!(account(&known).fetch(&host, FILE).await, large);
    assert_eq!(known.asked(), ["/api/files.info"], "it is not asked for");

    let unknown = slack(at_home, || of_length(LARGEST + 1)).await;
    assert_eq!(account(&unknown).fetch(&host, FILE).await, large);
    assert_eq!(unknown.asked(), ["/api/files.info", "/file"]);
}
