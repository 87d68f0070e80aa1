//! Which programs may come in?

use studio_core::{
    api::ApiKey,
    id::{ApiKeyId, MemberId, OrganisationId},
};
use surrealdb::types::{RecordId, SurrealValue, array, object};

use crate::{
    Store,
    error::{Failure, StoreError},
    json,
    keys::{parse, record},
    members,
    transact::Probe,
};

/// A key and the organisation it opens.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiKeyRow {
    pub organisation: OrganisationId,
    pub key: ApiKey,
}

fn id(organisation: OrganisationId, key: ApiKeyId) -> RecordId {
    record("api_key", array![organisation.to_string(), key.to_string()])
}

fn hash_id(hash: &str) -> RecordId {
    record("api_key_hash", array![hash.to_owned()])
}

pub(crate) const KEYS: &str =
    "SELECT VALUE key FROM api_key:[$organisation]..[$organisation, []] ORDER BY id";

pub(crate) const KEYS_WITH_HASHES: &str =
    "SELECT hash, key FROM api_key:[$organisation]..[$organisation, []]";

impl Store {
    /// Keeps a key under its hash. Refused where the member who makes it is not one any more.
    pub async fn create_api_key(
        &self,
        organisation: OrganisationId,
        key: &ApiKey,
        hash: &str,
    ) -> Result<(), StoreError> {
        let mut bind = object! {
            hash: object! {
                id: hash_id(hash),
                organisation: organisation.to_string(),
                key: key.id.to_string(),
            },
            key: object! {
                id: id(organisation, key.id),
                hash: hash.to_owned(),
                key: json::write("api_key", key)?,
            },
        };
        let mut parts =
            vec!["INSERT INTO api_key_hash $hash RETURN NONE", "INSERT INTO api_key $key RETURN NONE"];
        if let Some(maker) = key.made_by {
            // Written, so that a removal of the same moment is in conflict: no key outlives who made it.
            parts.insert(
                0,
                "IF array::is_empty((UPDATE $maker SET keyed = $key.id RETURN VALUE id)) { THROW 'gone' }",
            );
            bind.insert("maker", members::id(organisation, maker));
        }
        self.transact(&parts, bind, Probe::Exists(id(organisation, key.id))).await?;
        Ok(())
    }

    /// The key with this hash, expired or not.
    pub async fn api_key(&self, hash: &str) -> Result<Option<ApiKeyRow>, StoreError> {
        #[derive(SurrealValue)]
        #[surreal(crate = "surrealdb::types")]
        struct Hash {
            organisation: String,
            key: String,
        }
        let bind = object! { id: hash_id(hash) };
        let found: Vec<Hash> = self.rows("api_key_hash", "SELECT * FROM $id", bind).await?;
        let Some(found) = found.into_iter().next() else { return Ok(None) };
        let organisation = parse("api_key_hash", &found.organisation)?;
        let bind = object! { id: id(organisation, parse("api_key_hash", &found.key)?) };
        let keys: Vec<String> = self.rows("api_key", "SELECT VALUE key FROM $id", bind).await?;
        let Some(key) = keys.first() else { return Ok(None) };
        Ok(Some(ApiKeyRow { organisation, key: json::read("api_key", key)? }))
    }

    /// The keys of an organisation, oldest first.
    pub async fn api_keys(&self, organisation: OrganisationId) -> Result<Vec<ApiKey>, StoreError> {
        let bind = object! { organisation: organisation.to_string() };
        let keys: Vec<String> = self.rows("api_key", KEYS, bind).await?;
        keys.iter().map(|key| json::read("api_key", key)).collect()
    }

    /// The rows of the keys that a member made.
    pub(crate) async fn keys_made_by(
        &self,
        organisation: OrganisationId,
        member: MemberId,
    ) -> Result<Vec<RecordId>, StoreError> {
        #[derive(SurrealValue)]
        #[surreal(crate = "surrealdb::types")]
        struct Row {
            hash: String,
            key: String,
        }
        let bind = object! { organisation: organisation.to_string() };
        let rows: Vec<Row> = self.rows("api_key", KEYS_WITH_HASHES, bind).await?;
        let mut found = Vec::new();
        for row in rows {
            let key: ApiKey = json::read("api_key", &row.key)?;
            if key.made_by == Some(member) {
                found.extend([id(organisation, key.id), hash_id(&row.hash)]);
            }
        }
        Ok(found)
    }

    /// Revokes a key; `false` if there is none.
    pub async fn delete_api_key(
        &self,
        organisation: OrganisationId,
        key: ApiKeyId,
    ) -> Result<bool, StoreError> {
        let bind = object! { id: id(organisation, key) };
        let hashes: Vec<String> = self.rows("api_key", "SELECT VALUE hash FROM $id", bind.clone()).await?;
        let Some(hash) = hashes.first() else { return Ok(false) };
        let ids = vec![id(organisation, key), hash_id(hash)];
        match self.transact(&["DELETE $ids RETURN NONE"], object! { ids: ids }, Probe::Repeat).await {
            Ok(()) => Ok(true),
            Err(failure) => Err(Failure::into(failure)),
        }
    }
}
