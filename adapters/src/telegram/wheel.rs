//! When does the wheel stop that turns on a button which was pressed? Once Telegram is answered, which says nothing of what becomes
//! of the press: so it is answered before anything is read, asked or stored, and none of it waits for the answer.

use std::time::Duration;

use serde_json::Value;
use teloxide_core::{
    payloads::AnswerCallbackQuery,
    types::{CallbackQueryId, True},
};

use super::{
    call::{CallError, Refusal, call},
    life::{Account, PATIENCE},
};

/// The longest wait before it is answered once more; our own: by then nobody looks at the button.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

impl Account {
    /// Answers where the update is a press. Twice or too late to answer is no harm: Telegram refuses that, and means nothing else by it.
    pub(super) fn stop_wheel(&self, update: &Value) {
        let Some(query) = update["callback_query"]["id"].as_str() else { return };
        let (line, answer) = (self.line.clone(), AnswerCallbackQuery::new(CallbackQueryId(query.to_owned())));
        tokio::spawn(async move {
            let answered = call::<_, True>(&line, &answer, None, PATIENCE).await;
            if let Err(CallError::Refused(Refusal { retry_after: Some(after), .. })) = answered
                && after.unsigned_abs() <= LONGEST_WAIT
            {
                tokio::time::sleep(after.unsigned_abs()).await;
                let _ = call::<_, True>(&line, &answer, None, PATIENCE).await;
            }
        });
    }
}
