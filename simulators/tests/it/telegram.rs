//! Do `python-telegram-bot` and `grammy` get along with the simulator of Telegram?

use std::process::Command;

use studio_simulators::{
    peers,
    telegram::{Settings, Simulator},
};

/// A simulator on a port of this machine.
async fn simulator() -> (Simulator, String) {
    let simulator = Simulator::new(Settings::default());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("the port that was taken");
    let router = simulator.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (simulator, format!("http://{address}"))
}

async fn check(program: Option<Command>, script: &str, what: &[&str]) {
    let Some(mut program) = program else { return peers::skip(&format!("telegram {script} {what:?}")) };
    let (_simulator, address) = simulator().await;
    let script = format!("{}/peers/{script}", env!("CARGO_MANIFEST_DIR"));
    program.args([script.as_str(), &address, &Settings::default().token]).args(what);
    // A proxy of the machine has no business with what is on it.
    for name in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        program.env_remove(name);
    }
    let output =
        tokio::task::spawn_blocking(move || program.output()).await.expect("no panic").expect("it starts");
    let (told, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && told.trim_end().ends_with("ok"), "{told}\n{errors}");
}

#[tokio::test]
async fn python_telegram_bot_finds_methods_and_errors_as_it_knows_them() {
    check(peers::python(), "telegram_bot.py", &["methods"]).await;
}

#[tokio::test]
async fn python_telegram_bot_understands_groups_albums_and_business_chats() {
    check(peers::python(), "telegram_bot.py", &["groups"]).await;
}

#[tokio::test]
async fn python_telegram_bot_is_refused_as_a_second_reader_and_as_a_flood() {
    check(peers::python(), "telegram_bot.py", &["readers"]).await;
}

#[tokio::test]
async fn a_bot_of_python_telegram_bot_lives_by_polling() {
    check(peers::python(), "telegram_bot.py", &["polling"]).await;
}

#[tokio::test]
async fn a_bot_of_python_telegram_bot_lives_by_webhook() {
    check(peers::python(), "telegram_bot.py", &["webhook"]).await;
}

#[tokio::test]
async fn a_bot_of_grammy_lives_by_polling() {
    check(peers::node(), "telegram.js", &[]).await;
}
