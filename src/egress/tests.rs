//! Calls to real servers on the loopback network, which a policy allows where a test needs it.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    extract::Path,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{any, get},
};
use bytes::Bytes;
use reqwest::Method;
use studio_adapters::fence::Lookup;
use studio_core::policy::networks::Networks;

use super::{Egress, EgressAnswer, EgressError, EgressRequest, Policy};

const MIB: usize = 1024 * 1024;

async fn serve(router: Router) -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move { axum::serve(listener, router).await });
    port
}

/// Answers with the method, the headers and the body that it was sent.
async fn echo(method: Method, headers: HeaderMap, body: Bytes) -> String {
    let mut lines = vec![method.to_string()];
    lines.extend(headers.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap_or("?"))));
    lines.push(String::from_utf8_lossy(&body).into_owned());
    lines.join("\n")
}

fn policy(ports: &[u16]) -> Policy {
    let networks = Networks {
        allow_private: ["127.0.0.0/8", "::1/128"].map(|net| net.parse().expect("a network")).to_vec(),
        allow_ports: ports.to_vec(),
        ..Networks::default()
    };
    Policy { networks, ..Policy::default() }
}

/// Calls URLs on this machine, as a policy that opens the loopback network and these ports allows.
fn open(ports: &[u16]) -> Egress {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    Egress::new(policy(ports))
}

async fn call(egress: &Egress, url: impl Into<String>) -> Result<EgressAnswer, EgressError> {
    egress.send(EgressRequest::new(Method::GET, url)).await
}

fn text(answer: &EgressAnswer) -> &str {
    std::str::from_utf8(&answer.body).expect("text")
}

/// Finds the addresses given, one list for each look-up, and counts the look-ups.
fn scripted(answers: &[&[&str]]) -> (Lookup, Arc<AtomicUsize>) {
    let answers: Vec<Vec<IpAddr>> =
        answers.iter().map(|list| list.iter().map(|ip| ip.parse().expect("an address")).collect()).collect();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let lookup: Lookup = Arc::new(move |_| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        let answer = answers[number.min(answers.len() - 1)].clone();
        Box::pin(async move { Ok(answer) })
    });
    (lookup, asked)
}

#[tokio::test]
async fn an_answer_comes_whole_whatever_its_status() {
    let router = Router::new()
        .route("/echo", any(echo))
        .route("/missing", get(|| async { (StatusCode::NOT_FOUND, [("x-why", "none")], "no such order") }));
    let port = serve(router).await;
    let egress = open(&[port]);
    let request = EgressRequest {
        headers: vec![("X-Api-Key".to_owned(), "k".to_owned())],
        body: Bytes::from_static(b"{\"order\":4711}"),
        ..EgressRequest::new(Method::POST, format!("http://127.0.0.1:{port}/echo"))
    };
    assert!(!format!("{request:?}").contains("4711"));
    let answer = egress.send(request).await.expect("an answer");
    assert_eq!(answer.status, 200);
    assert!(text(&answer).starts_with("POST\n") && text(&answer).contains("x-api-key: k"));
    assert!(text(&answer).contains("user-agent: studio/") && text(&answer).ends_with("{\"order\":4711}"));

    let answer = call(&egress, format!("http://localhost:{port}/missing")).await.expect("an answer");
    assert_eq!((answer.status, text(&answer)), (404, "no such order"));
    assert_eq!(answer.headers["x-why"], "none");
}

#[tokio::test]
async fn what_is_not_public_is_refused_in_every_spelling() {
    let port = serve(Router::new().route("/", get(|| async { "inside" }))).await;
    let networks = Networks { allow_ports: vec![port], ..Networks::default() };
    let egress = Egress::new(Policy { networks, ..Policy::default() });
    for host in [
        "localhost",
        "LOCALHOST",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0177.0.0.1",
        "017700000001",
        "①②⑦.⓪.⓪.①",
        "0",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "[fd00::1]",
        "169.254.169.254",
        "10.0.0.1",
        "100.64.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "255.255.255.255",
    ] {
        for url in [format!("http://{host}:{port}/"), format!("http://{host}/"), format!("https://{host}/")] {
            let error = call(&egress, &url).await.expect_err(&url);
            assert!(
                matches!(&error, EgressError::Refused(reason) if reason.contains("allow_private")),
                "{url}: {error}"
            );
            assert!(!error.retryable());
        }
    }
}

#[tokio::test]
async fn odd_urls_are_refused() {
    let egress = open(&[]);
    let check = async |url: &str, reason: &str| {
        let error = call(&egress, url).await.expect_err(url);
        assert!(matches!(&error, EgressError::Refused(text) if text.contains(reason)), "{url}: {error}");
    };
    check("ftp://127.0.0.1/", "http:// and https://").await;
    check("file:///etc/passwd", "http:// and https://").await;
    check("gopher://127.0.0.1:6379/_", "http:// and https://").await;
    check("http://user@127.0.0.1/", "user name").await;
    check("http://user:secret@127.0.0.1/", "user name").await;
    check("http://127.0.0.1:22/", "port 22").await;
    check("http://127.0.0.1:99999/", "cannot be read").await;
    check("http://", "cannot be read").await;
    check("orders", "cannot be read").await;
    check("", "cannot be read").await;
    // The ports of allowed networks are not open anywhere else.
    check_port_elsewhere().await;
}

async fn check_port_elsewhere() {
    let (lookup, _) = scripted(&[&["1.1.1.1", "127.0.0.1"]]);
    let egress = Egress::with_lookup(policy(&[8100]), lookup);
    let error = call(&egress, "http://shop.example:8100/").await.expect_err("a port of another network");
    assert!(matches!(&error, EgressError::Refused(reason) if reason.contains("port 8100")), "{error}");
}

#[tokio::test]
async fn one_private_address_among_public_ones_is_enough() {
    let (lookup, _) = scripted(&[&["1.1.1.1", "10.0.0.7"]]);
    let egress = Egress::with_lookup(Policy::default(), lookup);
    let error = call(&egress, "http://shop.example/").await.expect_err("refused");
    assert!(matches!(error, EgressError::Refused(_)));
    assert!(error.to_string().starts_with("shop.example ") && !error.to_string().contains("10.0.0.7"));
}

#[tokio::test]
async fn a_name_is_looked_up_once() {
    let port = serve(Router::new().route("/", get(|| async { "here" }))).await;
    let (lookup, asked) = scripted(&[&["127.0.0.1"], &["10.0.0.1"]]);
    let egress = Egress::with_lookup(policy(&[port]), lookup);
    let url = format!("http://shop.example:{port}/");
    // Nothing but the scripted look-up knows this name: that it answers shows where the connection went.
    assert_eq!(text(&call(&egress, &url).await.expect("an answer")), "here");
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    // The next call looks again, although a connection to the old address still stands.
    assert!(matches!(call(&egress, &url).await, Err(EgressError::Refused(_))));
    assert_eq!(asked.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn redirects_are_checked_like_first_addresses() {
    let to = |location: &'static str| get(move || async move { Redirect::temporary(location) });
    let router = Router::new()
        .route("/metadata", to("http://169.254.169.254/latest/meta-data/"))
        .route("/private", to("http://10.0.0.1/"))
        .route("/decimal", to("http://167772161/"))
        .route("/file", to("file:///etc/passwd"))
        .route("/user", to("http://user:secret@127.0.0.1/"))
        .route("/port", to("http://127.0.0.1:22/"))
        .route("/loop", to("/loop"))
        .route("/3", to("/2"))
        .route("/2", to("/1"))
        .route("/1", to("/0"))
        .route("/0", get(|| async { "there" }))
        .route("/4", to("/3"));
    let port = serve(router).await;
    let egress = open(&[port]);
    let url = |path: &str| format!("http://127.0.0.1:{port}{path}");
    for path in ["/metadata", "/private", "/decimal", "/file", "/user", "/port"] {
        let error = call(&egress, url(path)).await.expect_err(path);
        assert!(matches!(error, EgressError::Refused(_)), "{path}: {error}");
    }
    let answer = call(&egress, url("/3")).await.expect("three redirects");
    assert_eq!((text(&answer), answer.final_url.as_str()), ("there", url("/0").as_str()));
    for path in ["/4", "/loop"] {
        let error = call(&egress, url(path)).await.expect_err(path);
        assert_eq!(error, EgressError::TooManyRedirects { host: "127.0.0.1".to_owned(), limit: 3 });
        assert!(!error.retryable());
    }
}

#[tokio::test]
async fn secrets_do_not_follow_a_redirect_to_another_origin() {
    let other = serve(Router::new().route("/echo", any(echo))).await;
    let away = format!("http://127.0.0.1:{other}/echo");
    let router = Router::new()
        .route("/echo", any(echo))
        .route("/same", any(|| async { Redirect::temporary("/echo") }))
        .route("/away", any(move || async move { Redirect::temporary(&away) }))
        .route("/see", any(|| async { Redirect::to("/echo") }));
    let port = serve(router).await;
    let egress = open(&[port, other]);
    let send = async |path: &str| {
        let headers =
            ["Authorization", "Cookie", "X-Api-Key"].map(|name| (name.to_owned(), "secret".to_owned()));
        let request = EgressRequest {
            headers: headers.to_vec(),
            body: Bytes::from_static(b"order"),
            ..EgressRequest::new(Method::POST, format!("http://127.0.0.1:{port}{path}"))
        };
        let answer = egress.send(request).await.expect("an answer");
        text(&answer).to_owned()
    };
    let same = send("/same").await;
    assert!(
        same.starts_with("POST") && same.ends_with("order") && same.matches("secret").count() == 3,
        "{same}"
    );
    let away = send("/away").await;
    assert!(away.starts_with("POST") && away.ends_with("order") && !away.contains("secret"), "{away}");
    let see = send("/see").await;
    assert!(see.starts_with("GET") && !see.contains("order") && see.contains("secret"), "{see}");
}

#[tokio::test]
async fn a_redirect_is_an_answer_where_none_is_followed() {
    let router = Router::new()
        .route("/found", any(|| async { (StatusCode::FOUND, [(header::LOCATION, "/echo")], "there") }))
        .route("/echo", any(echo));
    let port = serve(router).await;
    let egress = open(&[port]);
    let url = format!("http://127.0.0.1:{port}/found");
    let asked = |follows| EgressRequest { follows, ..EgressRequest::new(Method::POST, url.clone()) };
    let answer = egress.send(asked(false)).await.expect("an answer");
    assert_eq!((answer.status, text(&answer), answer.final_url.as_str()), (302, "there", url.as_str()));
    let answer = egress.send(asked(true)).await.expect("an answer");
    assert!(answer.status == 200 && text(&answer).starts_with("GET\n"), "{}", text(&answer));
}

#[tokio::test]
async fn time_is_bounded_over_the_whole_call() {
    let router = Router::new()
        .route("/slow", get(|| async { tokio::time::sleep(Duration::from_secs(30)).await }))
        .route("/drip", get(|| async { drip() }));
    let port = serve(router).await;
    let egress = open(&[port]);
    for path in ["/slow", "/drip"] {
        let after = Duration::from_millis(200);
        let url = format!("http://127.0.0.1:{port}{path}");
        let started = Instant::now();
        let request = EgressRequest { timeout: Some(after), ..EgressRequest::new(Method::GET, url) };
        let error = egress.send(request).await.expect_err(path);
        assert_eq!(error, EgressError::Timeout { host: "127.0.0.1".to_owned(), after });
        assert!(error.retryable() && started.elapsed() < Duration::from_secs(10));
    }
}

/// A body that never ends, and never stops for long.
fn drip() -> Body {
    Body::from_stream(futures::stream::unfold((), |()| async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        Some((Ok::<_, std::io::Error>(Bytes::from_static(b".")), ()))
    }))
}

#[tokio::test]
async fn size_is_bounded_promised_or_not() {
    let sized = |size: usize| vec![b'x'; size];
    let chunked = move |size: usize| {
        let parts =
            futures::stream::iter((0..size / 65_536).map(|_| Ok::<_, std::io::Error>(vec![b'x'; 65_536])));
        Body::from_stream(parts)
    };
    let router = Router::new()
        .route("/promised/{size}", get(move |Path(size): Path<usize>| async move { sized(size) }))
        .route("/streamed/{size}", get(move |Path(size): Path<usize>| async move { chunked(size) }))
        .route("/packed", get(|| async { packed() }));
    let port = serve(router).await;
    let egress = open(&[port]);
    for kind in ["promised", "streamed"] {
        let answer =
            call(&egress, format!("http://127.0.0.1:{port}/{kind}/{}", 5 * MIB)).await.expect("5 MiB");
        assert_eq!(answer.body.len(), 5 * MIB);
        let error =
            call(&egress, format!("http://127.0.0.1:{port}/{kind}/{}", 6 * MIB)).await.expect_err(kind);
        assert_eq!(error, EgressError::TooLarge { host: "127.0.0.1".to_owned(), limit: 5 * MIB });
        assert!(!error.retryable());
    }
    // What says that it is packed is handed on as it is.
    let answer = call(&egress, format!("http://127.0.0.1:{port}/packed")).await.expect("an answer");
    assert_eq!(text(&answer), "not really gzip");
}

fn packed() -> Response {
    ([(header::CONTENT_ENCODING, "gzip")], "not really gzip").into_response()
}

#[tokio::test]
async fn failures_say_whether_to_try_again() {
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let SocketAddr::V4(address) = gone.local_addr().expect("an address") else { panic!("asked for IPv4") };
    let closed = address.port();
    drop(gone);
    let rude = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let broken = rude.local_addr().expect("an address").port();
    tokio::spawn(async move {
        use tokio::io::AsyncWriteExt;
        while let Ok((mut socket, _)) = rude.accept().await {
            let _ = socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhal").await;
        }
    });
    let egress = open(&[closed, broken]);
    let error = call(&egress, format!("http://127.0.0.1:{closed}/")).await.expect_err("nobody listens");
    assert_eq!(error, EgressError::Unreachable { host: "127.0.0.1".to_owned() });
    assert!(error.retryable());
    let error = call(&egress, format!("http://127.0.0.1:{broken}/")).await.expect_err("half an answer");
    assert_eq!(error, EgressError::Broken { host: "127.0.0.1".to_owned() });
    assert!(error.retryable());

    let lookup: Lookup = Arc::new(|_| Box::pin(async { Err(std::io::Error::other("no such name")) }));
    let error = call(&Egress::with_lookup(Policy::default(), lookup), "http://nowhere.example/").await;
    assert_eq!(error.expect_err("unknown"), EgressError::UnknownHost { host: "nowhere.example".to_owned() });
}

#[tokio::test]
async fn headers_of_the_connection_cannot_be_set() {
    let egress = open(&[]);
    let check = async |name: &str, value: &str| {
        let request = EgressRequest {
            headers: vec![(name.to_owned(), value.to_owned())],
            ..EgressRequest::new(Method::GET, "http://127.0.0.1/")
        };
        let error = egress.send(request).await.expect_err(name);
        assert!(
            matches!(&error, EgressError::Refused(reason) if reason.contains("the header")),
            "{name}: {error}"
        );
    };
    check("Host", "internal").await;
    check("Content-Length", "3").await;
    check("Transfer-Encoding", "chunked").await;
    check("X-Bad", "a\r\nX-Injected: b").await;
    check("X Bad", "a").await;
    check("", "a").await;
}
