//! The widget in a real browser, one thing at a time.

mod access;
mod files;
mod hostile;
mod languages;
mod offline;
mod own_chat;
mod pages;
mod tabs;

use serde_json::Value;

use crate::support::{Home, Running, browser::Browser, page::Page};

const NOTHING: Vec<String> = Vec::new();

/// The widget on a page of another origin than the studio's, with the chat open.
fn on_a_page(test: &str, attributes: &str) -> Option<(Home, Running, Browser)> {
    let opened = before_the_chat(test, attributes)?;
    opened.2.click(".launcher");
    opened.2.hears_after(0, "Welcome");
    Some(opened)
}

/// The same before the chat is opened.
fn before_the_chat(test: &str, attributes: &str) -> Option<(Home, Running, Browser)> {
    let browser = Browser::open(test)?;
    let page = Page::serve();
    let home = Home::with_web("", &format!("origins = [\"{}\"]", page.origin));
    let studio = home.start();
    page.show(&studio, attributes);
    browser.go(&page.origin);
    Some((home, studio, browser))
}

fn strings(value: &Value) -> Vec<String> {
    let items = value.as_array().cloned().unwrap_or_default();
    items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect()
}
