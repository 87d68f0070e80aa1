//! What does somebody say and do, and what of it is acknowledged?

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::{LOOK, One, Said, burst};
use crate::{
    platforms::{BEGIN, Fate, File, Way, open},
    visitor::Plan,
};

/// A person on a phone takes so many times as long as a visitor.
const SLOWER: u32 = 8;

/// How something is said.
#[derive(Clone)]
enum Deed {
    Say,
    /// Of what the bot offered.
    Press,
    Send(Vec<u8>),
    /// The form of this number, as one reads it in the transcript.
    FillIn(usize),
}

/// What is done, in which words, and what is heard of the bot before the next is done.
type Act = (Deed, String, Option<String>);

/// Of so many things that are said, one is followed by a choice, one by a file, and one by a form.
const CHOICE: usize = 4;
const FILE: usize = 5;
const FORM: usize = 3;
/// With what a picture begins.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Longest wait for the answer to a press of which the platform tells nobody what became.
const PRESSED_WITHIN: Duration = Duration::from_secs(10);

impl One {
    /// Says one thing after another until it is quiet, each when the one before was acknowledged.
    pub(super) async fn talk(
        self: Arc<Self>,
        mut plan: Plan,
        quiet: CancellationToken,
    ) -> anyhow::Result<()> {
        // Discord lists nobody the direct channels of a bot: what is said first in one while no session lives is lost to
        // every bot. From the first reply on nothing may be.
        let mut is_known = self.way != Way::DiscordGateway;
        let mut number = 0;
        while !quiet.is_cancelled() {
            let line = plan.next();
            number += 1;
            let mut acts = Vec::new();
            if self.is_hasty && burst::begins(number) {
                if !self.burst(number, plan.at_once(), &quiet).await? {
                    return Ok(());
                }
                self.rest(&mut plan, &quiet).await;
            } else if number == 1 && self.way.is_by_interactions() {
                // There is a button to write only below what the bot has said.
                acts.push((Deed::Say, BEGIN.to_owned(), Some(BEGIN.to_owned())));
            } else {
                acts.push((Deed::Say, line.text, line.until));
            }
            acts.extend(self.more(number));
            for (deed, words, until) in acts {
                if quiet.is_cancelled() {
                    return Ok(());
                }
                // Whatever more is said to it would come in between, and the words of a question stand on what is pressed below it.
                let is_plain = matches!(deed, Deed::Say) && until.is_none();
                let mut tries = 0;
                loop {
                    tries += 1;
                    let words = again(tries, &words);
                    let done = self.act(deed.clone(), words, until.clone(), &mut is_known, &quiet).await?;
                    let Some(fate) = done else { return Ok(()) };
                    if let Some(last) = self.sent().last_mut() {
                        last.fate = fate;
                    }
                    if fate != Fate::GivenUp {
                        break;
                    }
                    // What comes of it later, if anything, would be out of order; but of what failed before its maker's eyes nothing comes later than
                    // that, and it is said again.
                    if !is_plain || !self.way.is_by_interactions() || quiet.is_cancelled() {
                        return Ok(());
                    }
                    self.rest(&mut plan, &quiet).await;
                }
                self.rest(&mut plan, &quiet).await;
            }
        }
        Ok(())
    }

    /// Time to type, for as long as anything is to be said.
    async fn rest(&self, plan: &mut Plan, quiet: &CancellationToken) {
        tokio::select! {
            () = sleep(plan.pause() * SLOWER) => {}
            () = quiet.cancelled() => {}
        }
    }

    /// What is done behind what is said under this number.
    fn more(&self, number: usize) -> Vec<Act> {
        let mut acts = Vec::new();
        let ask = |asked: &str| (Deed::Say, asked.to_owned(), question_to(asked));
        if number.is_multiple_of(CHOICE) {
            let kind =
                if self.way.has_lists() && number.is_multiple_of(2 * CHOICE) { "list" } else { "pick" };
            let asked = format!("{kind} {number}");
            acts.push(ask(&asked));
            acts.push((Deed::Press, format!("Yes {asked}"), Some(format!("taken {asked}"))));
        }
        if number.is_multiple_of(FILE) && !self.way.is_by_interactions() {
            let is_picture = number.is_multiple_of(2 * FILE);
            let text = format!("{} {number}\n", self.person.thread()).repeat(number * 50);
            let (before, name) = if is_picture {
                (PNG, format!("pic-{number}.png"))
            } else {
                (&[][..], format!("doc-{number}.txt"))
            };
            acts.push((Deed::Send([before, text.as_bytes()].concat()), name, None));
        }
        if number.is_multiple_of(FORM) && self.way.has_forms() {
            acts.push(ask(&format!("form {number}")));
            let filled = format!("first form {number} red-{number}\nsecond form {number} blue-{number}");
            acts.push((Deed::FillIn(number), filled, Some(format!("red-{number} blue-{number}"))));
        }
        acts
    }

    /// Presses for a form until it opens: a platform whose press is not answered in time opens none. `None` once it is quiet.
    async fn open(&self, number: usize, quiet: &CancellationToken) -> anyhow::Result<Option<String>> {
        while !quiet.is_cancelled() {
            let (title, question) = (format!("Fill in form {number}"), format!("first form {number}"));
            if let Some(form) = open(self.person.as_ref(), &title, &question).await? {
                return Ok(Some(form));
            }
        }
        Ok(None)
    }

    /// Does it, and what became of it; `None` where it was not done any more.
    async fn act(
        &self,
        deed: Deed,
        words: String,
        until: Option<String>,
        is_known: &mut bool,
        quiet: &CancellationToken,
    ) -> anyhow::Result<Option<Fate>> {
        let is_told_once = matches!(deed, Deed::Press | Deed::FillIn(_));
        let form = match deed {
            Deed::FillIn(number) => match self.open(number, quiet).await? {
                Some(form) => form,
                None => return Ok(None),
            },
            Deed::Say | Deed::Press | Deed::Send(_) => String::new(),
        };
        if matches!(deed, Deed::Say) {
            while !self.person.can_write().await? {
                if quiet.is_cancelled() {
                    return Ok(None);
                }
                sleep(LOOK).await;
            }
        }
        let before = self.texts().await?;
        let bytes = if let Deed::Send(bytes) = &deed { Some(bytes.clone()) } else { None };
        self.sent().push(Said { id: None, text: words.clone(), fate: Fate::Open, bytes, burst: None });
        let id = match deed {
            Deed::Say => self.person.say(&words).await?,
            Deed::Press => self.person.press(&words).await?,
            Deed::Send(bytes) => {
                let media_type = if bytes.starts_with(PNG) { "image/png" } else { "text/plain" };
                self.person.send(File { name: &words, media_type, bytes: &bytes }).await?
            }
            Deed::FillIn(number) => {
                let [red, blue] = ["red", "blue"].map(|colour| format!("{colour}-{number}"));
                self.person.submit(&form, [("first", red.as_str()), ("second", blue.as_str())]).await?
            }
        };
        if let Some(last) = self.sent().last_mut() {
            last.id = Some(id.clone());
        }
        let fate = self.until_known(&id).await?;
        let until = match self.way {
            Way::DiscordGateway => until.or_else(|| Some(reply_to(self.way, &words))),
            Way::TelegramPolling
            | Way::TelegramWebhook
            | Way::DiscordPosts
            | Way::SlackEvents
            | Way::SlackSockets
            | Way::WhatsApp => until.filter(|_| fate == Fate::Taken),
        };
        if let Some(until) = until {
            let heard = self.until_heard(&until, &before, quiet);
            // Discord tells of a press or a form once: where nobody takes it, its maker sees that it failed.
            if is_told_once && self.way == Way::DiscordGateway {
                return Ok(Some(match timeout(PRESSED_WITHIN, heard).await {
                    Ok(Ok(true)) => Fate::Taken,
                    Ok(Ok(false)) | Err(_) => Fate::GivenUp,
                    Ok(Err(error)) => return Err(error),
                }));
            }
            *is_known |= heard.await?;
        }
        Ok(Some(if *is_known { fate } else { Fate::GivenUp }))
    }

    pub(super) async fn until_known(&self, id: &str) -> anyhow::Result<Fate> {
        loop {
            match self.person.fate(id).await? {
                Fate::Open => sleep(LOOK).await,
                fate => return Ok(fate),
            }
        }
    }

    /// What the bot has said, each once.
    async fn texts(&self) -> anyhow::Result<BTreeSet<String>> {
        Ok(self.person.shown().await?.into_iter().map(|shown| shown.text).collect())
    }

    /// Whether it was, beside what was said before, and before all fall silent: files are all answered alike but for their count.
    pub(super) async fn until_heard(
        &self,
        words: &str,
        before: &BTreeSet<String>,
        quiet: &CancellationToken,
    ) -> anyhow::Result<bool> {
        while !quiet.is_cancelled() {
            if self.texts().await?.difference(before).any(|text| text.ends_with(words)) {
                return Ok(true);
            }
            sleep(LOOK).await;
        }
        Ok(false)
    }
}

/// The words of a try, which come once in a conversation.
fn again(tries: usize, words: &str) -> String {
    if tries > 1 { format!("{words} {tries}") } else { words.to_owned() }
}

/// What the bot says of these words behind its count.
pub(super) fn reply_to(way: Way, words: &str) -> String {
    if let Some(number) = words.strip_prefix("first form ").and_then(|rest| rest.split(' ').next()) {
        return format!("red-{number} blue-{number}");
    }
    if words.starts_with("doc-") || words.starts_with("pic-") && !way.has_captions() {
        return "a file".to_owned();
    }
    words.strip_prefix("Yes ").map_or_else(|| words.to_owned(), |asked| format!("taken {asked}"))
}

/// What the bot asks of these words once it has said them.
pub(super) fn question_to(words: &str) -> Option<String> {
    let is_choice = words.starts_with("pick ") || words.starts_with("list ");
    let is_form = words.starts_with("form ");
    is_choice.then(|| format!("choose {words}")).or_else(|| is_form.then(|| format!("first {words}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_again_comes_in_words_of_its_own() {
        let tries = [1, 2, 3].map(|tries| again(tries, "say 4"));
        assert_eq!(tries, ["say 4", "say 4 2", "say 4 3"]);
    }
}
