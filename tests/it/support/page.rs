//! A page of somebody else's that shows the widget, under the strictest policy that it can live with.

use std::sync::{Arc, Mutex};

use axum::{
    Router,
    http::header,
    response::{Html, IntoResponse as _},
    routing::get,
};

use super::{Running, http_client::runtime};

pub struct Page {
    /// Scheme, host and port.
    pub origin: String,
    shown: Arc<Mutex<(String, String)>>,
}

impl Page {
    pub fn serve() -> Self {
        let shown = Arc::new(Mutex::new((String::new(), String::new())));
        let page = {
            let shown = Arc::clone(&shown);
            get(async move || {
                let (policy, page) = shown.lock().expect("nobody panics with it").clone();
                ([(header::CONTENT_SECURITY_POLICY, policy)], Html(page)).into_response()
            })
        };
        let router = Router::new().route("/", page).route("/favicon.ico", get(async || ""));
        let listener = runtime().block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let origin = format!("http://{}", listener.local_addr().expect("it has one"));
        runtime().spawn(async move { axum::serve(listener, router).await });
        Self { origin, shown }
    }

    /// Shows the widget of a studio with these attributes of the script.
    pub fn show(&self, studio: &Running, attributes: &str) {
        self.show_with(studio, attributes, &studio.address.replacen("http", "ws", 1));
    }

    /// The same where the policy of the page forgets that sockets have an address of their own.
    pub fn show_without_sockets(&self, studio: &Running) {
        self.show_with(studio, "", "");
    }

    fn show_with(&self, studio: &Running, attributes: &str, socket: &str) {
        let address = &studio.address;
        let policy = format!(
            "default-src 'none'; script-src {address}; connect-src {address} {socket}; \
             img-src 'self' blob: {address}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'; trusted-types 'none'"
        );
        let page = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>A page</title>\
             <h1>A page</h1><p><a href=\"#\">A link behind the chat</a></p>\
             <script src=\"{address}/widget.js\" data-bot=\"web\" {attributes} defer></script></html>"
        );
        *self.shown.lock().expect("nobody panics with it") = (policy, page);
    }
}
