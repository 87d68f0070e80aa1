//! From where does a file come, and is it what Meta said it is? The token goes along, and so to Meta alone.

use axum::{
    Json,
    body::Bytes,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::{super::Account, scene::account};
use crate::{
    platform::{FetchError, Fetched},
    testing::{
        Memory,
        witness::{Witness, of_length},
    },
};

const FILE: &str = "4490709327384033";
const SAYS: &str = "/v23.0/4490709327384033";
const PDF: &[u8] = b"%PDF-1.4 a small invoice";
/// In bytes: the largest that WhatsApp carries.
const LARGEST: u64 = 100 << 20;

fn at(meta: &Witness) -> Account {
    account(&Url::parse(&meta.address).expect("an address"))
}

async fn fetch(meta: &Witness) -> Fetched {
    at(meta).fetch(&Memory::new(&[]), FILE).await
}

/// In Meta's place: says of a file what `says` makes of its own address, and has at `/file` what `gives` makes.
async fn meta(
    says: impl Fn(&str) -> Value + Clone + Send + Sync + 'static,
    gives: impl Fn() -> Response + Clone + Send + Sync + 'static,
) -> Witness {
    Witness::new(move |own, path| match path {
        SAYS => Json(says(own)).into_response(),
        "/file" => gives(),
        _ => StatusCode::NOT_FOUND.into_response(),
    })
    .await
}

/// A file of Meta's own, of which it says this as well.
async fn own(more: Value, gives: impl Fn() -> Response + Clone + Send + Sync + 'static) -> Witness {
    let says = move |own: &str| {
        let mut said = more.clone();
        said["url"] = json!(format!("{own}/file"));
        said
    };
    meta(says, gives).await
}

#[tokio::test]
async fn metas_addresses_are_told_from_others() {
    let meta = Witness::stranger().await;
    let account = at(&meta);
    let check = |address: &str, expected: bool| {
        let url = Url::parse(address).expect("an address");
        assert_eq!(account.is_metas(&url), expected, "{address}");
    };
    for own in [
        "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1",
        "https://fbsbx.com/file",
        "https://scontent.xx.fbcdn.net/file",
        "https://mmg.whatsapp.net/file",
        &format!("{}/file", meta.address),
    ] {
        check(own, true);
    }
    for foreign in [
        "http://lookaside.fbsbx.com/file",
        "https://evilfbsbx.com/file",
        "https://fbsbx.com.evil.example/file",
        "https://fbsbx.com@evil.example/file",
        "https://evil.example/lookaside.fbsbx.com",
        "http://127.0.0.1/file",
        &meta.address.replace("127.0.0.1", "localhost"),
        &meta.address.replace("http:", "https:"),
    ] {
        check(foreign, false);
    }
}

#[tokio::test]
async fn the_token_goes_to_no_other_host_for_a_file() {
    let stranger = Witness::stranger().await;
    let elsewhere = format!("{}/file", stranger.address);
    let place = json!({ "url": elsewhere });
    let named = meta(move |_| place.clone(), || PDF.into_response()).await;
    let why = "the file lies on a host that is not Meta's; it was not fetched";
    assert_eq!(fetch(&named).await, Err(FetchError::Dead(why.to_owned())));
    assert_eq!(named.asked(), [SAYS]);

    let leads =
        own(json!({}), move || (StatusCode::FOUND, [(header::LOCATION, elsewhere.clone())]).into_response())
            .await;
    let fetched = fetch(&leads).await;
    assert!(
        matches!(&fetched, Err(FetchError::Retry { error, .. }) if error.contains("HTTP 302")),
        "{fetched:?}"
    );
    assert_eq!(leads.asked(), [SAYS, "/file"]);
    assert!(stranger.asked().is_empty(), "{:?}", stranger.asked());
}

#[tokio::test]
async fn a_file_that_is_larger_than_whatsapp_carries_is_given_up() {
    let large = Err(FetchError::Dead("the file is larger than 100 MB".to_owned()));
    // Meta writes it as a number, and some that stand in its place as a text.
    for size in [json!(LARGEST + 1), json!((LARGEST + 1).to_string())] {
        let known = own(json!({ "file_size": size }), || PDF.into_response()).await;
        assert_eq!(fetch(&known).await, large, "{size}");
        assert_eq!(known.asked(), [SAYS], "it is not asked for");
    }
    let unknown = own(json!({}), || of_length(LARGEST + 1)).await;
    assert_eq!(fetch(&unknown).await, large);
    assert_eq!(unknown.asked(), [SAYS, "/file"]);
}

#[tokio::test]
async fn a_file_that_arrives_damaged_is_fetched_again() {
    let of = |bytes: &[u8]| hex::encode(Sha256::digest(bytes));
    let other = own(json!({ "sha256": of(b"another file") }), || PDF.into_response()).await;
    let damaged = FetchError::Retry { after: None, error: "the file arrived damaged".to_owned() };
    assert_eq!(fetch(&other).await, Err(damaged));
    // What is no such sum says nothing of the file.
    for sum in [of(PDF), of(PDF).to_uppercase(), "none".to_owned()] {
        let whole = own(json!({ "sha256": sum, "file_size": PDF.len() }), || PDF.into_response()).await;
        assert_eq!(fetch(&whole).await, Ok(Bytes::from_static(PDF)), "{sum}");
    }
}
