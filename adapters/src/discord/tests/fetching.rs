//! From where does a file come, and how large may it be?

use axum::{
    Json,
    body::Bytes,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use url::Url;

use super::*;
use crate::{
    platform::{FetchError, Fetched},
    testing::witness::{Witness, of_length},
};

const MESSAGE: &str = "/api/v10/channels/201/messages/306";
/// In bytes.
const LARGEST: u64 = 25 << 20;

fn at(discord: &Witness) -> Account {
    account_of(MADE_UP, &format!("{}/api/v10", discord.address), "")
}

async fn fetch(discord: &Witness) -> Fetched {
    at(discord).fetch("201/306/401").await
}

/// In Discord's place: a message with a file, which lies where `lies` says by its own address; at `/file` is what `gives` makes.
async fn discord(
    lies: impl Fn(&str) -> String + Clone + Send + Sync + 'static,
    gives: impl Fn() -> Response + Clone + Send + Sync + 'static,
) -> Witness {
    Witness::new(move |own, path| match path {
        MESSAGE => Json(json!({ "attachments": [{ "id": "401", "url": lies(own) }] })).into_response(),
        "/file" => gives(),
        _ => StatusCode::NOT_FOUND.into_response(),
    })
    .await
}

fn at_home(own: &str) -> String {
    format!("{own}/file")
}

#[tokio::test]
async fn discords_addresses_are_told_from_others() {
    let discord = Witness::stranger().await;
    let account = at(&discord);
    let check = |address: &str, expected: bool| {
        let url = Url::parse(address).expect("an address");
        assert_eq!(account.is_discords(&url), expected, "{address}");
    };
    for own in [
        "https://cdn.discordapp.com/attachments/1/2/tent.png?ex=1",
        "https://media.discordapp.net/attachments/1/2/tent.png",
        "https://discord.com/file",
        &at_home(&discord.address),
    ] {
        check(own, true);
    }
    for foreign in [
        "http://cdn.discordapp.com/file",
        "https://evildiscord.com/file",
        "https://discord.com.evil.example/file",
        "https://discord.com@evil.example/file",
        "https://evil.example/cdn.discordapp.com",
        "http://127.0.0.1/file",
        &discord.address.replace("127.0.0.1", "localhost"),
        &discord.address.replace("http:", "https:"),
    ] {
        check(foreign, false);
    }
}

#[tokio::test]
async fn no_other_host_is_asked_for_a_file() {
    let stranger = Witness::stranger().await;
    let elsewhere = at_home(&stranger.address);
    let place = elsewhere.clone();
    let named = discord(move |_| place.clone(), || "a tent".into_response()).await;
    let why = "the file lies with 127.0.0.1, which is not Discord";
    assert_eq!(fetch(&named).await, Err(FetchError::Dead(why.to_owned())));
    assert_eq!(named.asked(), [MESSAGE]);

    let leads = discord(at_home, move || {
        (StatusCode::FOUND, [(header::LOCATION, elsewhere.clone())]).into_response()
    })
    .await;
    let why = "Discord's files answer 302";
    assert_eq!(fetch(&leads).await, Err(FetchError::Dead(why.to_owned())));
    assert_eq!(leads.asked(), [MESSAGE, "/file"]);
    assert!(stranger.asked().is_empty(), "{:?}", stranger.asked());
}

#[tokio::test]
async fn a_file_that_is_larger_than_what_is_kept_is_given_up() {
    let large = discord(at_home, || of_length(LARGEST + 1)).await;
    let why = "the file is larger than 25 MiB";
    assert_eq!(fetch(&large).await, Err(FetchError::Dead(why.to_owned())));
    assert_eq!(large.asked(), [MESSAGE, "/file"]);

    let small = discord(at_home, || "a tent".into_response()).await;
    assert_eq!(fetch(&small).await, Ok(Bytes::from_static(b"a tent")));
}
