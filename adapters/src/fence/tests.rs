//! Accounts of the platforms with a fence around them, and servers of this machine outside of it that count who knocks.

use std::{
    collections::HashMap,
    io,
    net::{IpAddr, SocketAddr},
    path::Path as File,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{
        Path,
        ws::{Message, WebSocketUpgrade},
    },
    response::Redirect,
    routing::{any, get},
};
use serde_json::{Value, json};
use studio_core::policy::networks::{Networks, SOCKETS};
use studio_simulators::{discord, slack, telegram, whatsapp};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tower_service::Service as _;
use url::Url;

use super::{Barred, Fence, Lookup, SocketError, barred};
use crate::{
    connection::ConnectionConfig,
    platform::{ConnectionStanding, Platform},
    testing::{Memory, serve},
};

/// What a name stands for, look-up by look-up; the last again and again.
type Names = &'static [(&'static str, &'static [&'static str])];

const HERE: Names = &[("api.example", &["127.0.0.1"]), ("sockets.example", &["127.0.0.2"])];

fn scripted(names: Names) -> Lookup {
    let asked: Mutex<HashMap<String, usize>> = Mutex::default();
    Arc::new(move |host| {
        let known = names.iter().find(|(name, _)| *name == host);
        let found = known.map(|(_, answers)| {
            let mut asked = asked.lock().expect("not poisoned");
            let count = asked.entry(host).or_default();
            let answer = answers[(*count).min(answers.len() - 1)];
            *count += 1;
            answer.parse::<IpAddr>().expect("an address")
        });
        Box::pin(
            async move { found.map(|address| vec![address]).ok_or_else(|| io::Error::other("no such name")) },
        )
    })
}

/// A fence around the public internet and one network, with ports of the test.
fn fence(private: &str, ports: &[u16], names: Names) -> Fence {
    let networks = Networks {
        allow_private: vec![private.parse().expect("a network")],
        allow_ports: ports.to_vec(),
        ..Networks::default()
    };
    Fence::with_lookup(networks, scripted(names))
}

/// A door before a server that counts who knocks.
async fn door(address: &str, server: SocketAddr) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind((address, 0)).await.expect("a free port");
    let port = listener.local_addr().expect("the port that was taken").port();
    let knocks = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&knocks);
    tokio::spawn(async move {
        while let Ok((mut outside, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let Ok(mut inside) = TcpStream::connect(server).await else { return };
                let _ = tokio::io::copy_bidirectional(&mut outside, &mut inside).await;
            });
        }
    });
    (port, knocks)
}

fn platform(text: &str, fence: &Fence) -> Result<Platform, String> {
    let read = |_: &File| Err(io::Error::other("no files"));
    match toml::from_str(text).expect("the connection of the test") {
        ConnectionConfig::Telegram(config) => {
            config.account(fence, read).map(Platform::Telegram).map_err(|error| error.to_string())
        }
        ConnectionConfig::Discord(config) => config
            .account(fence, read)
            .map(|account| Platform::Discord(account.into()))
            .map_err(|error| error.to_string()),
        ConnectionConfig::Slack(config) => config
            .account(fence, read)
            .map(|account| Platform::Slack(account.into()))
            .map_err(|error| error.to_string()),
        ConnectionConfig::Whatsapp(config) => config
            .account(fence, read)
            .map(|account| Platform::Whatsapp(account.into()))
            .map_err(|error| error.to_string()),
        ConnectionConfig::Web(_) | ConnectionConfig::Http(_) => panic!("no platform: {text}"),
    }
}

fn telegram_at(address: &str) -> String {
    let token = telegram::Settings::default().token;
    format!("channel = 'telegram'\nname = 'tg'\nbot = 'shop'\ntoken = '{token}'\napi = '{address}'")
}

fn discord_at(address: &str) -> String {
    let token = discord::Settings::at(address).token;
    format!("channel = 'discord'\nname = 'dc'\nbot = 'shop'\ntoken = '{token}'\napi = '{address}/api/v10'")
}

fn slack_at(address: &str) -> String {
    let slack::Settings { bot_token, app_token, .. } = slack::Settings::default();
    format!(
        "channel = 'slack'\nname = 'sl'\nbot = 'shop'\nbot_token = '{bot_token}'\napp_token = '{app_token}'\n\
         api = '{address}/api'"
    )
}

fn whatsapp_at(address: &str) -> String {
    let settings = whatsapp::Settings::default();
    format!(
        "channel = 'whatsapp'\nname = 'wa'\nbot = 'shop'\nphone_number_id = '{}'\naccount_id = '{}'\ntoken = '{}'\n\
         app_secret = '{}'\nverify_token = 'a word'\napi = '{address}'",
        settings.phone_number_id, settings.account_id, settings.token, settings.app_secret
    )
}

fn last_error(standing: &ConnectionStanding) -> &str {
    let (_, error) = standing.last_error.as_ref().expect("it says why");
    error
}

/// Waits until a running connection says that something went wrong in these words, at most 20 s.
async fn says(platform: &Platform, words: &str) {
    let mut said = None;
    for _ in 0..1000 {
        said = platform.standing().last_error.map(|(_, error)| error);
        if said.as_ref().is_some_and(|error| error.contains(words)) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{said:?} does not say {words:?}");
}

/// A platform's simulator on this machine is reached within the fence, and by no means outside of it.
async fn check(simulator: SocketAddr, at: fn(&str) -> String) {
    let (port, knocks) = door("127.0.0.1", simulator).await;
    let host = Memory::new(&[]);
    let connection = |name: &str| at(&format!("http://{name}:{port}"));

    let here = fence("127.0.0.0/8", &[port], HERE);
    let account = platform(&connection("api.example"), &here).expect("nothing speaks against it");
    let standing = account.examine(&host).await;
    assert_eq!(standing.token_valid, Some(true), "{standing:?}");
    assert!(knocks.swap(0, Ordering::SeqCst) > 0);

    let check = async |account: Platform| {
        let standing = account.examine(&host).await;
        let error = last_error(&standing);
        assert!(error.contains("api.example is not on the public internet"), "{error}");
        assert!(
            error.contains("let whoever runs the studio allow its network (egress.allow_private)"),
            "{error}"
        );
        assert!(!error.contains("127.0.0.1") && !error.contains("169.254"), "{error}");
        assert_eq!(knocks.load(Ordering::SeqCst), 0, "nobody knocked");
    };
    let elsewhere = fence("10.0.0.0/8", &[port], HERE);
    check(platform(&connection("api.example"), &elsewhere).expect("its name may stand for anything")).await;

    // It was another one when the connection was made.
    let moving = fence("127.0.0.0/8", &[port], &[("api.example", &["127.0.0.1", "169.254.169.254"])]);
    let account = platform(&connection("api.example"), &moving).expect("nothing speaks against it");
    assert_eq!(moving.refused(account.api()).await, None);
    check(account).await;

    for name in ["localhost", "127.0.0.1", "2130706433", "[::1]", "[::ffff:127.0.0.1]"] {
        let Err(refused) = platform(&connection(name), &elsewhere) else { panic!("{name}") };
        assert!(refused.contains("api") && refused.contains("egress.allow_private"), "{name}: {refused}");
    }
    assert_eq!(knocks.load(Ordering::SeqCst), 0, "nobody knocked");
}

#[tokio::test]
async fn telegram_is_called_within_the_fence_alone() {
    let simulator = telegram::Simulator::new(telegram::Settings::default());
    check(serve(simulator.router()).await, telegram_at).await;
}

#[tokio::test]
async fn discord_is_called_within_the_fence_alone() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("the port that was taken");
    let _simulator = discord::Simulator::start(listener, discord::Settings::at(format!("http://{address}")));
    check(address, discord_at).await;
}

#[tokio::test]
async fn slack_is_called_within_the_fence_alone() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("the port that was taken");
    tokio::spawn(slack::serve(listener, slack::Settings::default()));
    check(address, slack_at).await;
}

#[tokio::test]
async fn whatsapp_is_called_within_the_fence_alone() {
    check(serve(whatsapp::router(whatsapp::Settings::default())).await, whatsapp_at).await;
}

#[tokio::test]
async fn no_platform_is_followed_to_where_it_redirects() {
    let (elsewhere, knocks) = door("127.0.0.1", serve(Router::new()).await).await;
    let redirecting = Router::new()
        .fallback(move || async move { Redirect::temporary(&format!("http://127.0.0.1:{elsewhere}/")) });
    let address = format!("http://{}", serve(redirecting).await);
    let host = Memory::new(&[]);
    for at in [telegram_at, discord_at, slack_at, whatsapp_at] {
        let account = platform(&at(&address), &Fence::none()).expect("whoever runs the studio may call it");
        let standing = account.examine(&host).await;
        assert!(!last_error(&standing).is_empty());
        assert_eq!(knocks.load(Ordering::SeqCst), 0, "{}: {standing:?}", account.channel());
    }
}

/// Slack names an address that no connection of the API may call.
#[tokio::test]
async fn the_socket_of_slacks_is_opened_within_the_fence_alone() {
    let (sockets, knocks) = door("127.0.0.2", serve(Router::new()).await).await;
    let api = move |Path(method): Path<String>| async move {
        Json(if method == "apps.connections.open" {
            json!({ "ok": true, "url": format!("ws://sockets.example:{sockets}/link?ticket=secret") })
        } else {
            json!({ "ok": true, "team": "Shop", "user": "studio", "user_id": "U0BOT", "channels": [] })
        })
    };
    let port = serve(Router::new().route("/api/{method}", any(api))).await.port();
    let fence = fence("127.0.0.1/32", &[port, sockets], HERE);
    let account =
        platform(&slack_at(&format!("http://api.example:{port}")), &fence).expect("it may be called");
    let stop = CancellationToken::new();
    let life = tokio::spawn(account.clone().run(Memory::new(&[]), stop.clone()));
    says(&account, "sockets.example is not on the public internet").await;
    assert!(!last_error(&account.standing()).contains("secret"), "{:?}", account.standing());
    assert_eq!(knocks.load(Ordering::SeqCst), 0, "nobody knocked");
    stop.cancel();
    life.await.expect("no panic");
}

/// An API of Discord's that says where its gateway is, and where a session is taken up again; and how many of its own
/// sessions were begun.
async fn discords(
    gateway: impl Fn(u16) -> String + Send + 'static,
    resume: String,
) -> (u16, Arc<AtomicUsize>) {
    let begun = Arc::new(AtomicUsize::new(0));
    let counted = begun.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("the port that was taken").port();
    let gateway = gateway(port);
    let api = move |Path(path): Path<String>| {
        let gateway = gateway.clone();
        async move {
            Json(match path.as_str() {
                "users/@me" => json!({ "id": "900", "username": "studio" }),
                "applications/@me" => json!({ "id": "900", "verify_key": "" }),
                "gateway/bot" => json!({ "url": gateway }),
                _ => json!([]),
            })
        }
    };
    let session = move |upgrade: WebSocketUpgrade| {
        let ready = json!({ "session_id": "s", "resume_gateway_url": resume, "guilds": [] });
        counted.fetch_add(1, Ordering::SeqCst);
        async move {
            upgrade.on_upgrade(async move |mut socket| {
                let text = |frame: Value| Message::Text(frame.to_string().into());
                let hello = json!({ "op": 10, "d": { "heartbeat_interval": 41_250 } });
                let _ = socket.send(text(hello)).await;
                // Who we are; then it breaks off.
                let _ = socket.recv().await;
                let _ = socket.send(text(json!({ "op": 0, "s": 1, "t": "READY", "d": ready }))).await;
            })
        }
    };
    let router = Router::new().route("/api/v10/{*path}", any(api)).route("/gateway", get(session));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (port, begun)
}

#[tokio::test]
async fn discords_gateway_is_opened_within_the_fence_alone() {
    let (sockets, knocks) = door("127.0.0.2", serve(Router::new()).await).await;
    let outside = format!("ws://sockets.example:{sockets}/gateway");
    let first = outside.clone();
    let opened = discords(move |_| first.clone(), String::new()).await;
    let resumed = discords(|port| format!("ws://api.example:{port}/gateway"), outside).await;
    for ((port, begun), was_open) in [(opened, false), (resumed, true)] {
        let fence = fence("127.0.0.1/32", &[port, sockets], HERE);
        let at = discord_at(&format!("http://api.example:{port}"));
        let account = platform(&at, &fence).expect("it may be called");
        let stop = CancellationToken::new();
        let life = tokio::spawn(account.clone().run(Memory::new(&[]), stop.clone()));
        says(&account, "sockets.example is not on the public internet").await;
        assert_eq!(begun.load(Ordering::SeqCst) > 0, was_open);
        assert_eq!(knocks.load(Ordering::SeqCst), 0, "nobody knocked");
        stop.cancel();
        life.await.expect("no panic");
    }
}

#[tokio::test]
async fn a_socket_is_opened_at_the_address_that_was_looked_up() {
    let echo = get(|upgrade: WebSocketUpgrade| async { upgrade.on_upgrade(async |_| {}) });
    let (port, knocks) = door("127.0.0.1", serve(Router::new().route("/", echo)).await).await;
    let open = async |fence: Fence, url: String| {
        let opened = fence.socket(&url.parse().expect("an address"), None).await;
        opened.map(drop)
    };
    // Nothing but the scripted look-up knows this name.
    let url = format!("ws://api.example:{port}/");
    assert_eq!(open(fence("127.0.0.0/8", &[port], HERE), url.clone()).await, Ok(()));
    assert_eq!(knocks.swap(0, Ordering::SeqCst), 1);
    for url in [url, format!("ws://127.0.0.1:{port}/"), format!("ws://[::1]:{port}/")] {
        let refused = open(fence("10.0.0.0/8", &[port], HERE), url.clone()).await;
        assert!(matches!(refused, Err(SocketError::Barred(Barred::Refused(_)))), "{url}: {refused:?}");
    }
    let http = open(Fence::none(), format!("http://127.0.0.1:{port}/")).await;
    assert!(matches!(http, Err(SocketError::Barred(Barred::Refused(_)))), "{http:?}");
    let nobody = open(fence("10.0.0.0/8", &[port], HERE), format!("ws://nobody.example:{port}/")).await;
    assert_eq!(nobody, Err(SocketError::Barred(Barred::Unknown("nobody.example".to_owned()))));
    assert_eq!(knocks.load(Ordering::SeqCst), 0, "nobody knocked");
}

#[tokio::test]
async fn what_a_name_stands_for_is_told_before_it_is_called() {
    let names: Names = &[("api.example", &["169.254.169.254", "1.1.1.1"])];
    let fence = Fence::with_lookup(Networks::default(), scripted(names));
    let api: Url = "https://api.example/".parse().expect("an address");
    let refused = fence.refused(&api).await.expect("it is refused").to_string();
    assert!(refused.starts_with("api.example ") && !refused.contains("169.254"), "{refused}");
    assert_eq!(fence.refused(&api).await, None);
    assert_eq!(fence.refused(&"https://unknown.example/".parse().expect("an address")).await, None);
    assert!(fence.refused(&"https://api.example:8443/".parse().expect("an address")).await.is_some());
    let found = fence.find(&"wss://api.example/".parse().expect("an address"), SOCKETS).await;
    assert_eq!(found, Ok(vec!["1.1.1.1:443".parse().expect("an address")]));
}

/// Every client has its own kind of resolver.
#[tokio::test]
async fn each_clients_resolver_keeps_back_what_may_not_be_called() {
    async fn all(fence: &Fence, name: &str) -> Vec<Result<Vec<SocketAddr>, Option<Barred>>> {
        let reqwests = reqwest::dns::Resolve::resolve(fence, name.parse().expect("a name")).await;
        let telegrams =
            reqwest_of_teloxide::dns::Resolve::resolve(fence, name.parse().expect("a name")).await;
        let slacks = fence.clone().call(name.parse().expect("a name")).await;
        let why = |error: super::AnyError| barred(&*error).cloned();
        vec![
            reqwests.map(Iterator::collect).map_err(why),
            telegrams.map(Iterator::collect).map_err(why),
            slacks.map(Iterator::collect).map_err(why),
        ]
    }
    let names: Names = &[("public.example", &["1.1.1.1"]), ("private.example", &["10.0.0.1"])];
    let fence = Fence::with_lookup(Networks::default(), scripted(names));
    for found in all(&fence, "public.example").await {
        assert_eq!(found, Ok(vec!["1.1.1.1:0".parse().expect("an address")]));
    }
    for found in all(&fence, "private.example").await {
        assert!(matches!(found, Err(Some(Barred::Refused(_)))), "{found:?}");
    }
    for found in all(&fence, "unknown.example").await {
        assert_eq!(found, Err(Some(Barred::Unknown("unknown.example".to_owned()))));
    }
    for found in all(&Fence::none(), "127.0.0.1").await {
        assert_eq!(found, Ok(vec!["127.0.0.1:0".parse().expect("an address")]));
    }
}
