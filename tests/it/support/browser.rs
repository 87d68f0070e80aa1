//! A visitor with a real browser: headless Chromium on the studio's own page.

use std::{
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
pub use studio_skipped::skipped;
use tempfile::TempDir;
use thirtyfour::{
    CapabilitiesHelper as _, ChromiumLikeCapabilities as _, DesiredCapabilities, Key, WebDriver, WebElement,
    error::WebDriverResult,
};

use super::{PATIENCE, eventually, http_client::runtime, picture};

/// Times that a browser is started.
const TRIES: usize = 3;
/// Names of the program, the first that is there is taken.
const BROWSERS: &str = include_str!("../../../tools/browsers");

/// One window of one browser, with a profile of its own.
pub struct Browser {
    window: Option<WebDriver>,
    driver: Child,
    _profile: TempDir,
}

impl Browser {
    /// A browser, or nothing where Chromium or its driver is not installed: then the test counts as skipped.
    pub fn open(test: &str) -> Option<Self> {
        Self::open_as(test, &[])
    }

    /// The same with the screen of a telephone.
    pub fn phone(test: &str) -> Option<Self> {
        let screen =
            json!({ "deviceMetrics": { "width": 390, "height": 844, "pixelRatio": 1.0, "touch": true } });
        Self::open_as(test, &[("mobileEmulation", screen)])
    }

    fn open_as(test: &str, options: &[(&str, Value)]) -> Option<Self> {
        let (Some(chromium), Some(driver)) = (BROWSERS.lines().find_map(program), program("chromedriver"))
        else {
            skipped(test, "Chromium or Chrome, and chromedriver (Debian: chromium, chromium-driver)");
            return None;
        };
        let profile = tempfile::tempdir().expect("a temporary folder");
        // The port that it chooses for one kind of address may be taken for the other: then it ends.
        let (driver, address) = (0..TRIES).find_map(|_| started(&driver)).expect("the driver says its port");
        let window = runtime().block_on(connect(&address, &chromium, profile.path(), options));
        Some(Self { window: Some(window.expect("a window")), driver, _profile: profile })
    }

    fn window(&self) -> &WebDriver {
        self.window.as_ref().expect("only gone when dropped")
    }

    pub fn go(&self, address: &str) {
        runtime().block_on(self.window().goto(format!("{address}/"))).expect("the page opens");
    }

    /// A new tab with a page; it is looked at from now on.
    pub fn open_tab(&self, address: &str) {
        let opened = runtime().block_on(async {
            let tab = self.window().new_tab().await?;
            self.window().switch_to_window(tab).await
        });
        opened.expect("a tab");
        self.go(address);
    }

    /// Looks at a tab, counted from 0 in the order in which they were opened.
    pub fn look_at_tab(&self, number: usize) {
        let looked = runtime().block_on(async {
            let tabs = self.window().windows().await?;
            self.window().switch_to_window(tabs[number].clone()).await
        });
        looked.expect("there is such a tab");
    }

    /// A command of Chromium's own protocol.
    pub fn command(&self, method: &str, parameters: Value) -> Value {
        runtime()
            .block_on(self.window().cdp().send_raw(method, parameters))
            .expect("the browser knows the command")
    }

    /// Shows the page as to somebody with these wishes: `("prefers-color-scheme", "dark")`.
    pub fn wish(&self, wishes: &[(&str, &str)]) {
        let features: Vec<Value> =
            wishes.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        self.command("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    /// Chooses a file to be sent.
    pub fn choose_file(&self, path: &Path) {
        let input = self.find("input[type=file]");
        runtime().block_on(input.send_keys(path.to_string_lossy())).expect("a file can be chosen");
    }

    /// What the widget warns of.
    #[track_caller]
    pub fn is_warned(&self, words: &str) {
        eventually(&format!("the warning {words:?}"), || {
            let said = self.script("return root.querySelector('.alert').textContent", &[]);
            said.as_str().is_some_and(|said| said.contains(words)).then_some(())
        });
    }

    pub fn reload(&self) {
        runtime().block_on(self.window().refresh()).expect("the page opens again");
    }

    /// Runs a script in which `root` is the widget's shadow root.
    pub fn script(&self, script: &str, arguments: &[Value]) -> Value {
        let script = format!("const root = document.getElementById('studio-widget').shadowRoot;\n{script}");
        let answer = runtime().block_on(self.window().execute(script, arguments.to_vec()));
        answer.expect("the script runs").json().clone()
    }

    /// The element of the widget that a selector finds.
    fn find(&self, selector: &str) -> WebElement {
        let script =
            "return document.getElementById('studio-widget')?.shadowRoot.querySelector(arguments[0])";
        eventually(selector, || {
            runtime()
                .block_on(async { self.window().execute(script, vec![json!(selector)]).await?.element() })
                .ok()
        })
    }

    pub fn click(&self, selector: &str) {
        runtime().block_on(self.find(selector).click()).expect("it can be clicked");
    }

    /// Types into whatever has the focus.
    pub fn press(&self, keys: &str) {
        let keys = self.window().action_chain().send_keys(keys);
        runtime().block_on(keys.perform()).expect("keys can be pressed");
    }

    /// Shift and Tab: to what had the focus before.
    pub fn step_back(&self) {
        let keys = self.window().action_chain().key_down(Key::Shift).send_keys(Key::Tab).key_up(Key::Shift);
        runtime().block_on(keys.perform()).expect("keys can be pressed");
    }

    /// Writes a message and sends it.
    pub fn say(&self, text: &str) {
        let input = self.find("textarea");
        runtime().block_on(input.send_keys(format!("{text}\n"))).expect("it can be written into");
    }

    /// All that stands in the chat: `visitor: …`, `bot: …`, `Ada: …`, and `(pending) visitor: …`.
    pub fn transcript(&self) -> Vec<String> {
        let script = "return [...root.querySelectorAll('.log .message')].map(message => {
            const name = message.classList.contains('agent')
                ? message.querySelector('.meta').textContent.split(' · ')[0]
                : message.classList.contains('bot') ? 'bot' : 'visitor';
            const words = [...message.querySelectorAll('.bubble, .card h3')].map(part => part.textContent);
            const pending = message.classList.contains('pending') ? '(pending) ' : '';
            return `${pending}${name}: ${words.join(' | ')}`;
        })";
        let lines = self.script(script, &[]);
        let lines = lines.as_array().cloned().unwrap_or_default();
        lines.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// Waits until a line that came after `count` lines has these words; the lines so far.
    #[track_caller]
    pub fn hears_after(&self, count: usize, words: &str) -> Vec<String> {
        let end = Instant::now() + PATIENCE;
        loop {
            let lines = self.transcript();
            let is_heard = |line: &String| !line.contains("visitor: ") && line.contains(words);
            if lines.iter().skip(count).any(is_heard) {
                return lines;
            }
            assert!(Instant::now() < end, "the visitor does not read {words:?} in {lines:#?}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Says something and waits for an answer with these words; the lines so far.
    #[track_caller]
    pub fn asks(&self, text: &str, words: &str) -> Vec<String> {
        let count = self.transcript().len();
        self.say(text);
        self.hears_after(count, words)
    }

    /// What the browser complained of since it was last asked: errors of scripts, requests that failed, what the
    /// content security policy forbade.
    pub fn complaints(&self) -> Vec<String> {
        let log = runtime().block_on(self.window().browser_log()).expect("the driver keeps it");
        log.into_iter().filter(|entry| entry.level == "SEVERE").map(|entry| entry.message).collect()
    }

    /// A picture of an element of the widget, once nothing moves any more.
    pub fn picture(&self, selector: &str, path: &Path) {
        self.script(
            "return Promise.all(root.getAnimations().map(animation => animation.finished)).then(() => {})",
            &[],
        );
        runtime().block_on(self.find(selector).screenshot(path)).expect("a picture");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if let Some(window) = self.window.take() {
            // Ends the browser too; it would outlive its driver.
            let _ = runtime().block_on(window.quit());
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

async fn connect(
    address: &str,
    chromium: &Path,
    profile: &Path,
    options: &[(&str, Value)],
) -> WebDriverResult<WebDriver> {
    let mut wishes = DesiredCapabilities::chrome();
    wishes.set_binary(&chromium.to_string_lossy())?;
    for argument in [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--lang=en",
        "--window-size=1000,1000",
        &format!("--user-data-dir={}", profile.display()),
    ] {
        wishes.add_arg(argument)?;
    }
    if picture::are_wanted() {
        wishes.add_arg("--force-device-scale-factor=1.5")?;
    }
    for (name, value) in options {
        wishes.add_experimental_option(*name, value)?;
    }
    wishes.set("goog:loggingPrefs", json!({ "browser": "ALL" }))?;
    // On a machine that is very busy a browser may end before its driver has found it.
    for _ in 1..TRIES {
        if let Ok(window) = WebDriver::new(address, wishes.clone()).await {
            return Ok(window);
        }
    }
    WebDriver::new(address, wishes).await
}

/// The driver, and its address: it chooses a free port itself and says which.
fn started(program: &Path) -> Option<(Child, String)> {
    let mut driver = Command::new(program)
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the driver can be run");
    let mut lines = BufReader::new(driver.stdout.take().expect("piped")).lines().map_while(Result::ok);
    let port = lines.find_map(|line| {
        let port = line.split_once("successfully on port ")?.1.trim_end_matches('.');
        port.parse::<u16>().ok()
    });
    let Some(port) = port else {
        driver.wait().expect("it has ended its output");
        return None;
    };
    // Whoever writes into a pipe that nobody reads waits for ever.
    std::thread::spawn(move || lines.for_each(drop));
    Some((driver, format!("http://127.0.0.1:{port}")))
}

/// Where a program of this machine is.
pub fn program(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| path.is_file())
}
