//! Requests and the live stream, over both kinds of transport.

use std::time::Duration;

use studio_core::api::{LiveFrame, Me};
use tokio::{sync::mpsc, time::timeout};

use super::server::{BILL, Studio, TOKEN};
use crate::{
    api::Api,
    draft::DraftKind,
    error::ApiError,
    link,
    log_in::log_in,
    message::{Answer, Command, InboxRequest, LiveNews, Msg, Order, Part, SaveFile, Saved},
    model::Filling,
    options::{Credentials, Target},
    perform::perform,
    samples,
};

/// Contacts are found by words and by their ids, made one person, and taken apart.
async fn check_persons(studio: &Studio, api: &Api) {
    let conversation = samples::id("Grace");
    let (grace, ben) = (samples::contact("Grace"), samples::contact("Ben"));
    let person = perform(api.clone(), Command::LoadPerson { conversation, contact: grace }).await;
    let Answer::Person { result: Ok(person), .. } = person else { panic!("no person") };
    assert_eq!(person.identities.len(), 3);
    for (cursor, expected, next) in
        [(None, "hello", Some("before")), (Some("before".to_owned()), "long ago", None)]
    {
        let said = Command::LoadSaid { conversation, contact: grace, cursor };
        let Answer::PersonSaid { result: Ok(page), .. } = perform(api.clone(), said).await else {
            panic!("nothing was said")
        };
        assert_eq!((page.items[0].content.plain().as_str(), page.next_cursor.as_deref()), (expected, next));
    }
    for (query, expected) in
        [("parcel".to_owned(), vec![grace]), (grace.to_string(), vec![grace]), (ben.to_string(), vec![])]
    {
        let found = perform(api.clone(), Command::FindContacts { conversation, query }).await;
        let Answer::Contacts { result: Ok(found), .. } = found else { panic!("no contacts") };
        assert_eq!(found.iter().map(|one| one.contact).collect::<Vec<_>>(), expected);
    }
    let merged = perform(api.clone(), Command::Merge { conversation, contact: ben, into: grace }).await;
    assert!(matches!(merged, Answer::PersonChanged { result: Ok(()), .. }), "{merged:?}");
    let parted = perform(api.clone(), Command::Unmerge { conversation, contact: ben }).await;
    let Answer::PersonChanged { result: Err(error), .. } = parted else { panic!("is part of none") };
    assert!(error.to_string().contains("this contact is part of no other"), "{error}");
    let seen = studio.seen.lock().expect("not poisoned").clone();
    for expected in [format!("merge {ben} {grace}"), format!("unmerge {ben}")] {
        assert!(seen.contains(&expected), "{seen:?}");
    }
}

/// Approved templates are listed, and sent with what fills their gaps.
async fn check_templates(studio: &Studio, api: &Api) {
    let conversation = samples::id("Grace");
    let load = Command::LoadTemplates { conversation, connection: "phone".to_owned() };
    let Answer::Templates { result: Ok(known), .. } = perform(api.clone(), load).await else {
        panic!("no templates")
    };
    assert_eq!(known, samples::templates());
    let mut filling = Filling::of(&known[1]).expect("it can be typed");
    for value in ["Ada", "17"] {
        assert!(filling.draft_mut().expect("a gap").insert(value, false));
        filling.go_on();
    }
    let act = Command::SendTemplate { conversation, template: Box::new(filling.filled()) };
    let sent = perform(api.clone(), act).await;
    assert!(matches!(sent, Answer::TemplateSent { result: Ok(_), .. }), "{sent:?}");
    let seen = studio.seen.lock().expect("not poisoned").clone();
    let expected = r#"template order_sent en {"1": "Ada", "2": "17"}"#;
    assert!(seen.iter().any(|one| one == expected), "{seen:?}");
}

/// What every transport must do.
async fn check(studio: Studio, api: Api) {
    let request = InboxRequest { query: "tag:late a & b".into(), ..InboxRequest::default() };
    let Answer::Inbox { result: Ok(page), .. } = perform(api.clone(), Command::LoadInbox(request)).await
    else {
        panic!("no list")
    };
    assert_eq!(page.items[0].preview, "␛]0;owned␇where is my order?");
    let conversation = samples::id("Grace");
    let part = Part { after: 0, known: 0 };
    let all = perform(api.clone(), Command::LoadMessages { conversation, part }).await;
    let Answer::Messages { result: Ok(messages), .. } = all else { panic!("no messages") };
    assert_eq!(messages.len(), 250);

    let (out, mut news) = mpsc::channel(16);
    let following = tokio::spawn(link::follow(api.clone(), out));
    assert!(matches!(next(&mut news).await, LiveNews::Frame(LiveFrame::Welcome { caught_up: true, .. })));

    let reply =
        Command::Send { conversation, number: 1, kind: DraftKind::Reply, text: "Hello, this is Ada.".into() };
    let Answer::Sent { result: Err(ApiError::Refused { status, detail }), .. } =
        perform(api.clone(), reply.clone()).await
    else {
        panic!("the bot owns it still")
    };
    assert_eq!((status, detail.as_str()), (409, "take the conversation over first"));
    perform(api.clone(), Command::Act { conversation, order: Order::TakeOver }).await;
    assert!(matches!(next(&mut news).await, LiveNews::Frame(LiveFrame::Turn { .. })));
    let Answer::Sent { result: Ok(_), .. } = perform(api.clone(), reply).await else { panic!("not sent") };
    let LiveNews::Frame(LiveFrame::Turn { entries, .. }) = next(&mut news).await else { panic!("no turn") };
    assert_eq!(entries.len(), 1);

    // The server ends the stream; the console comes back from where it was.
    studio.turns.send(LiveFrame::TooSlow).expect("somebody listens");
    assert!(matches!(next(&mut news).await, LiveNews::Frame(LiveFrame::TooSlow)));
    assert!(matches!(next(&mut news).await, LiveNews::Lost { .. }));
    assert!(matches!(next(&mut news).await, LiveNews::Frame(LiveFrame::Welcome { .. })));

    let folder = tempfile::tempdir().expect("a folder");
    let file = |media| {
        let (name, folder) = ("../bill.pdf".to_owned(), folder.path().join("files"));
        Command::SaveFile(SaveFile { conversation, media, name, folder, open: false })
    };
    let Answer::Saved(Ok(saved)) = perform(api.clone(), file(samples::BILL)).await else {
        panic!("not saved")
    };
    assert_eq!(saved, Saved { path: folder.path().join("files/bill.pdf"), not_opened: None });
    assert_eq!(std::fs::read(saved.path).expect("is there"), BILL);
    let none = perform(api.clone(), file(studio_core::id::MediaId(ulid::Ulid(1)))).await;
    let Answer::Saved(Err(why)) = none else { panic!("is not there") };
    assert_eq!(why, "there is no such file");

    check_persons(&studio, &api).await;
    check_templates(&studio, &api).await;
    let event = studio_core::id::EventKey { source: "web".into(), native: "a/b c?d".into() };
    assert!(matches!(perform(api, Command::ReplayParked(event)).await, Answer::Replayed(Ok(()))));

    drop(news);
    timeout(Duration::from_secs(5), following).await.expect("ends once nobody listens").expect("no panic");
    let seen = studio.seen.lock().expect("not poisoned").clone();
    assert!(seen.iter().any(|one| one.contains("tag=late&query=a+%26+b")), "{seen:?}");
    assert!(seen.contains(&"replay web a/b c?d".to_owned()), "{seen:?}");
    assert!(seen.iter().any(|one| one.contains(r#""after":{"epoch":1,"number":2}"#)), "{seen:?}");
}

async fn next(news: &mut mpsc::Receiver<Msg>) -> LiveNews {
    match timeout(Duration::from_secs(10), news.recv()).await {
        Ok(Some(Msg::Live(news))) => news,
        other => panic!("no news: {other:?}"),
    }
}

#[tokio::test]
async fn everything_works_over_tcp() {
    let (studio, url) = Studio::on_tcp().await;
    let target = Target::Url(url);
    let password = Credentials::Password { email: "ada@example.org".into(), password: "correct".into() };
    let (api, session) = log_in(&target, password).await.expect("logs in");
    assert!(session);
    assert_eq!(api.token(), Some(TOKEN));
    check(studio, api).await;
}

#[tokio::test]
async fn everything_works_over_the_unix_socket() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("studio.sock");
    let studio = Studio::on_socket(&path);
    let (api, session) = log_in(&Target::Unix(path), Credentials::None).await.expect("needs no login");
    assert!(!session);
    check(studio, api).await;
}

#[tokio::test]
async fn a_login_that_is_refused_says_so_without_harm() {
    let (_studio, url) = Studio::on_tcp().await;
    let target = Target::Url(url);
    for (credentials, expected) in [
        (Credentials::Token("wrong".into()), "the login was refused: log in first"),
        (
            Credentials::Password { email: "ada@example.org".into(), password: "wrong".into() },
            "the login was refused: e-mail or password is wrong␛[2J",
        ),
    ] {
        let error = log_in(&target, credentials).await.err().expect("is refused");
        assert_eq!(error.to_string(), expected);
    }
}

#[tokio::test]
async fn a_name_that_cannot_be_sent_is_no_refused_login() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("studio.sock");
    let _studio = Studio::on_socket(&path);
    let named = Credentials::Name("a\u{1b}[2J".into());
    let error = log_in(&Target::Unix(path), named).await.err().expect("is refused");
    assert_eq!(
        (error.to_string().as_str(), error.number()),
        ("the name of --name cannot be sent: it must be one line of text without control characters", 64)
    );
}

#[tokio::test]
async fn without_a_server_the_console_says_how_to_start_one() {
    let folder = tempfile::tempdir().expect("a folder");
    for (target, expected) in [
        (
            Target::Unix(folder.path().join("studio.sock")),
            "no studio is running here: start it with `studio serve`",
        ),
        (
            Target::Url("http://127.0.0.1:9".parse().expect("is an address")),
            "nobody answers at http://127.0.0.1:9/: is the studio running there, and the address right?",
        ),
    ] {
        let error = log_in(&target, Credentials::None).await.err().expect("nobody is there");
        assert_eq!(error.number(), 69, "{error:?}");
        assert!(error.to_string().starts_with(expected), "{error}");
    }
}

#[tokio::test]
async fn addresses() {
    for (address, expected) in [
        ("https://studio.example.org", Some("https://studio.example.org/api/v1/me")),
        ("https://studio.example.org/below/", Some("https://studio.example.org/below/api/v1/me")),
        ("https://studio.example.org/?a#b", Some("https://studio.example.org/api/v1/me")),
        ("ftp://studio.example.org", None),
        ("file:///tmp/studio", None),
        ("mailto:studio@example.org", None),
    ] {
        let api = Api::new(&Target::Url(address.parse().expect("is an address")));
        assert_eq!(api.ok().map(|api| api.url(&["me"]).to_string()).as_deref(), expected, "{address}");
    }
}

#[tokio::test]
async fn an_answer_of_another_shape_is_told() {
    let (_studio, url) = Studio::on_tcp().await;
    let api = Api::new(&Target::Url(url)).expect("a client").with_token(TOKEN);
    let error = api.get::<Vec<Me>>(&["me"], &[]).await.expect_err("me is no list");
    assert!(matches!(error, ApiError::Unreadable(_)), "{error:?}");
}
