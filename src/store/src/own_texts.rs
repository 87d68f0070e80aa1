//! Which of the studio's own texts did operators change?

use jiff::Timestamp;
use studio_core::{
    id::OrganisationId,
    texts::{OwnText, Wording},
};
use surrealdb::types::{RecordId, SurrealValue, array, object};

use crate::{
    Store,
    error::StoreError,
    json,
    keys::{Parts, record},
    transact::Probe,
};

pub(crate) const ALL: &str =
    "SELECT id, wording FROM own_text:[$organisation]..[$organisation, []] ORDER BY id";

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    id: RecordId,
    wording: String,
}

fn id(organisation: OrganisationId, text: &OwnText) -> RecordId {
    let part = text.part.as_str().to_owned();
    record("own_text", array![organisation.to_string(), text.language.clone(), part, text.key.clone()])
}

impl Store {
    /// All texts that were changed.
    pub async fn own_texts(&self, organisation: OrganisationId) -> Result<Vec<OwnText>, StoreError> {
        let rows: Vec<Row> =
            self.rows("own_text", ALL, object! { organisation: organisation.to_string() }).await?;
        rows.into_iter()
            .map(|row| {
                let mut key = Parts::of("own_text", &row.id)?;
                key.text()?;
                let wording: Wording = json::read("own_text", &row.wording)?;
                Ok(OwnText { language: key.text()?, part: key.parse()?, key: key.text()?, wording })
            })
            .collect()
    }

    /// Keeps a text in place of what it was before.
    pub async fn set_own_text(
        &self,
        organisation: OrganisationId,
        text: &OwnText,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let row = object! {
            id: id(organisation, text),
            wording: json::write("own_text", &text.wording)?,
            at: now.to_string(),
        };
        let upsert = "UPSERT $row.id CONTENT $row RETURN NONE";
        self.transact(&[upsert], object! { row: row }, Probe::Repeat).await?;
        Ok(())
    }

    /// Forgets a change.
    pub async fn delete_own_text(
        &self,
        organisation: OrganisationId,
        text: &OwnText,
    ) -> Result<(), StoreError> {
        let bind = object! { id: id(organisation, text) };
        self.transact(&["DELETE $id RETURN NONE"], bind, Probe::Repeat).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use studio_core::texts::TextPart;

    use super::*;
    use crate::testing::{memory, run};

    #[test]
    fn a_changed_text_is_one_organisations_own_until_it_is_taken_back() {
        run(async {
            let store = memory().await.expect("opened");
            let (first, second) = (OrganisationId::FIRST, OrganisationId(ulid::Ulid(9)));
            let text = |key: &str, words: &str| OwnText {
                language: "de".to_owned(),
                part: TextPart::Dialogue,
                key: key.to_owned(),
                wording: Wording::of(words),
            };
            let set = async |text: &OwnText| {
                store.set_own_text(first, text, Timestamp::UNIX_EPOCH).await.expect("kept");
            };
            set(&text("busy", "Moment")).await;
            set(&text("apology", "Oje")).await;
            set(&text("apology", "Hoppla")).await;
            let all = store.own_texts(first).await.expect("read");
            assert_eq!(all, [text("apology", "Hoppla"), text("busy", "Moment")]);
            assert_eq!(store.own_texts(second).await.expect("read"), []);
            store.delete_own_text(first, &text("apology", "")).await.expect("deleted");
            assert_eq!(store.own_texts(first).await.expect("read"), [text("busy", "Moment")]);
        });
    }
}
