//! Connections of the API stay on the public internet, unless whoever runs the studio allows more.

use serde_json::{Value, json};
use studio_simulators::telegram;

use super::{KEY, late, say, state};
use crate::{
    http_story::PASSWORD,
    support::{
        Home, eventually,
        http_client::{Member, runtime},
        platforms::owner,
    },
};

/// `localhost` is this machine everywhere; a simulator there counts as what only the studio's own network reaches.
#[test]
fn a_connection_of_the_api_reaches_no_private_address_neither_when_it_is_made_nor_after_a_restart() {
    let simulator = telegram::Simulator::new(telegram::Settings::default());
    let port = runtime().block_on(async {
        let router = simulator.router();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("it has one").port();
        tokio::spawn(async move { axum::serve(listener, router).await });
        port
    });
    let at = |api: &str| {
        let token = telegram::Settings::default().token;
        json!({ "name": "tg", "channel": "telegram", "bot": "shop", "token": token, "api": api, "poll_seconds": 1 })
    };
    let home = Home::new();
    let closed = [("STUDIO_KEY", KEY)];
    let ports = format!("[{port}]");
    let open = [
        ("STUDIO_KEY", KEY),
        ("STUDIO_EGRESS_ALLOW_PRIVATE", r#"["127.0.0.0/8", "::1/128"]"#),
        ("STUDIO_EGRESS_ALLOW_PORTS", &ports),
        // Nobody is there: a client that asked a proxy would reach nothing.
        ("http_proxy", "http://127.0.0.1:9"),
        ("no_proxy", ""),
    ];

    let studio = home.start_with(&closed);
    let ada = owner(&home, &studio);
    for host in ["localhost", "127.0.0.1", "[::1]"] {
        for api in
            [format!("https://{host}:{port}"), format!("http://{host}:{port}"), format!("https://{host}")]
        {
            let refused = ada.post("/connections", &at(&api));
            assert_eq!(refused.status, 422, "{api}: {refused:?}");
            let detail = refused.body["detail"].as_str().unwrap_or_default();
            let words = ["api", host, "is not on the public internet", "egress.allow_private"];
            assert!(words.iter().all(|word| detail.contains(word)), "{api}: {detail}");
        }
    }
    assert_eq!(ada.get("/connections/tg").status, 404);
    assert!(studio.terminate().success());
    assert_eq!(simulator.calls(), Vec::<Value>::new());

    // Where whoever runs the studio allows it, it runs.
    let identity = |ada: &Member| {
        eventually("the simulator says who we are", || {
            ada.get("/connections/tg").body["standing"]["identity"].as_str().map(str::to_owned)
        })
    };
    let studio = home.start_with(&open);
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let made = ada.post("/connections", &at(&format!("http://localhost:{port}")));
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(ada.post("/connections", &late()).status, 201);
    assert!(identity(&ada).contains("studio_bot"));
    assert!(studio.terminate().success());

    // Where it is allowed no more it does not, says why, and disturbs no other.
    let before = simulator.calls().len();
    let studio = home.start_with(&closed);
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    let broken = ada.get("/connections/tg").body;
    assert_eq!(broken["state"], "broken", "{broken}");
    let problem = broken["problem"].as_str().unwrap_or_default();
    assert!(problem.contains("localhost") && problem.contains("egress.allow_private"), "{broken}");
    assert_eq!(state(&ada, "late"), "running");
    assert_eq!(say(&studio, "1", "where is my order?").status, 200);
    assert!(studio.terminate().success());
    assert_eq!(simulator.calls().len(), before, "nothing was called");

    let studio = home.start_with(&open);
    let ada = Member::log_in(&studio, "ada@example.com", PASSWORD);
    assert_eq!(state(&ada, "tg"), "running");
    assert!(identity(&ada).contains("studio_bot"));
}
