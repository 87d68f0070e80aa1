//! Which contacts are one person?
//!
//! A contact that became part of another keeps its own rows; one row says whose part it is. So what was
//! merged can be taken apart again, and nothing is rewritten.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use studio_core::{
    addresses::verified,
    id::{ContactId, MemberId, OrganisationId},
};
use surrealdb::types::{RecordId, SurrealValue, array, object};

use crate::{
    Identity, Store, contacts,
    error::{Failure, StoreError},
    keys::{Parts, parse, record},
    transact::Probe,
    wishes,
};

/// A person: the contact that stands for it, and all that are part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub contact: ContactId,
    /// The contact itself among them.
    pub parts: BTreeSet<ContactId>,
}

/// What became of a wish to merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merging {
    Merged,
    /// They are one person already.
    Already,
    /// One of them is not known.
    Unknown,
    /// Somebody took them apart: only somebody makes them one again.
    Apart,
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    id: RecordId,
    into: String,
}

pub(crate) const ALL: &str = "SELECT id, into FROM merged:[$organisation]..[$organisation, []] ORDER BY id";
/// Which contacts were taken apart; as few.
pub(crate) const APART: &str = "SELECT VALUE id FROM apart:[$organisation]..[$organisation, []] ORDER BY id";
pub(crate) const IDENTITIES: &str = "SELECT VALUE id FROM contact_identity:[$organisation, $contact]..\
    [$organisation, $contact, []] ORDER BY id";

/// How often it is looked again whose part is whose, where others merge at the same time.
const LOOKS: u32 = 4;
/// What was looked at must still hold. Both contacts are written, so that of two merges that would make a circle, each
/// of which sees nothing of the other, one is in conflict.
const MERGE: [&str; 4] = [
    "IF record::exists($whole) { THROW 'moved' }",
    "UPDATE $both SET merged_with = $with RETURN NONE",
    "INSERT INTO merged $row RETURN NONE",
    wishes::PUT,
];

const TAKE: &str = "UPDATE $id SET contact = $contact WHERE contact = $holder RETURN NONE";

/// The addresses of a contact; few, and asked for when it is forgotten.
pub(crate) const VERIFIED: &str =
    "SELECT VALUE id FROM verified:[$organisation]..[$organisation, []] WHERE contact = $contact";

pub(crate) fn id(organisation: OrganisationId, contact: ContactId) -> RecordId {
    record("merged", array![organisation.to_string(), contact.to_string()])
}

impl Store {
    /// The person that a contact is, or is part of.
    pub async fn person(
        &self,
        organisation: OrganisationId,
        contact: ContactId,
    ) -> Result<Person, StoreError> {
        let links = self.links(organisation).await?;
        let contact = root(&links, contact);
        Ok(Person { contact, parts: parts_of(&links, contact) })
    }

    /// Makes the person of `contact` a part of that of `into`. By nobody (`by`), it is left as it is where somebody took the
    /// two apart.
    pub async fn merge_contacts(
        &self,
        organisation: OrganisationId,
        contact: ContactId,
        into: ContactId,
        by: Option<MemberId>,
        now: Timestamp,
    ) -> Result<Merging, StoreError> {
        for known in [contact, into] {
            if self.contact(organisation, known).await?.is_none() {
                return Ok(Merging::Unknown);
            }
        }
        for _ in 0..LOOKS {
            let links = self.links(organisation).await?;
            let (part, whole) = (root(&links, contact), root(&links, into));
            if part == whole {
                return Ok(Merging::Already);
            }
            // After the links: what took them apart is one transaction.
            if by.is_none() && self.are_apart(organisation, &links, part, whole).await? {
                return Ok(Merging::Apart);
            }
            let row = object! {
                id: id(organisation, part),
                into: whole.to_string(),
                by: by.map(|by| by.to_string()),
                at: now.to_string(),
            };
            let wishes = vec![wishes::row(organisation, whole, &format!("merged {part} {now}"))];
            let bind = object! {
                whole: id(organisation, whole),
                row: row,
                wishes: wishes,
                both: vec![contacts::contact_id(organisation, part), contacts::contact_id(organisation, whole)],
                with: format!("{part} {whole}"),
            };
            match self.transact(&MERGE, bind, Probe::Exists(id(organisation, part))).await {
                Ok(()) => return Ok(Merging::Merged),
                // One of them was merged with another meanwhile.
                Err(Failure::Thrown(_) | Failure::Exists) => {}
                Err(failure) => return Err(failure.into()),
            }
        }
        Err(StoreError::Busy { tries: LOOKS })
    }

    /// Takes a contact, with those that are part of it, out of the person that it was made a part of; `false` if it
    /// was none. The two are never made one again by themselves.
    pub async fn unmerge_contact(
        &self,
        organisation: OrganisationId,
        contact: ContactId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let links = self.links(organisation).await?;
        let is_part = links.contains_key(&contact);
        let token = format!("unmerged {contact} {now}");
        let both = [contact, root(&links, contact)];
        let wishes: Vec<_> = both.iter().map(|one| wishes::row(organisation, *one, &token)).collect();
        let mut bind = object! { id: id(organisation, contact), wishes: wishes };
        let mut parts = vec!["DELETE $id RETURN NONE", wishes::PUT];
        if is_part {
            let without: BTreeMap<_, _> = links
                .iter()
                .filter(|(part, _)| **part != contact)
                .map(|(part, into)| (*part, *into))
                .collect();
            let rest = parts_of(&without, root(&without, root(&links, contact)));
            let apart = rest.into_iter().map(|other| {
                let (one, other) = (contact.min(other).to_string(), contact.max(other).to_string());
                object! { id: record("apart", array![organisation.to_string(), one, other]) }.into_value()
            });
            bind.insert("apart", apart.collect::<Vec<_>>());
            parts.push("INSERT IGNORE INTO apart $apart RETURN NONE");
        }
        self.transact(&parts, bind, Probe::Repeat).await?;
        Ok(is_part)
    }

    /// Whether somebody took one of the first person's contacts and one of the second's apart.
    async fn are_apart(
        &self,
        organisation: OrganisationId,
        links: &BTreeMap<ContactId, ContactId>,
        one: ContactId,
        other: ContactId,
    ) -> Result<bool, StoreError> {
        let bind = object! { organisation: organisation.to_string() };
        let rows: Vec<RecordId> = self.rows("apart", APART, bind).await?;
        let (of_one, of_other) = (parts_of(links, one), parts_of(links, other));
        for row in &rows {
            let mut key = Parts::of("apart", row)?;
            key.text()?;
            let (first, second): (ContactId, ContactId) = (key.parse()?, key.parse()?);
            if of_one.contains(&first) && of_other.contains(&second)
                || of_one.contains(&second) && of_other.contains(&first)
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Notes that an address (`kind`: `email`, `phone`) is known to be a contact's; another contact whose it is known to be
    /// already, and still is, is returned. Numbers are given to others: what a contact no longer has is free.
    pub async fn claim_address(
        &self,
        organisation: OrganisationId,
        kind: &str,
        address: &str,
        contact: ContactId,
    ) -> Result<Option<ContactId>, StoreError> {
        // The address itself is nobody's business here.
        let hash = hex::encode(Sha256::digest(format!("{organisation} {kind} {address}")));
        let id = record("verified", array![organisation.to_string(), kind.to_owned(), hash]);
        let row = object! { id: id.clone(), contact: contact.to_string() };
        let insert = "INSERT IGNORE INTO verified $row RETURN NONE";
        self.transact(&[insert], object! { row: row }, Probe::Repeat).await?;
        for _ in 0..LOOKS {
            let bind = object! { id: id.clone() };
            let known: Vec<String> = self.rows("verified", "SELECT VALUE contact FROM $id", bind).await?;
            let holder: Option<ContactId> =
                known.first().map(|known| parse("verified", known)).transpose()?;
            let Some(holder) = holder.filter(|holder| *holder != contact) else { return Ok(None) };
            if self.has_address(organisation, holder, kind, address).await? {
                return Ok(Some(holder));
            }
            let bind = object! { id: id.clone(), contact: contact.to_string(), holder: holder.to_string() };
            self.transact(&[TAKE], bind, Probe::Repeat).await?;
        }
        Err(StoreError::Busy { tries: LOOKS })
    }

    async fn has_address(
        &self,
        organisation: OrganisationId,
        contact: ContactId,
        kind: &str,
        address: &str,
    ) -> Result<bool, StoreError> {
        let Some(known) = self.contact(organisation, contact).await? else { return Ok(false) };
        let addresses = verified(&known.attributes);
        Ok(addresses.iter().any(|(of, known)| *of == kind && known == address))
    }

    /// How a contact is known on the connections; of itself alone, not of its person.
    pub async fn identities(
        &self,
        organisation: OrganisationId,
        contact: ContactId,
    ) -> Result<Vec<Identity>, StoreError> {
        let bind = object! { organisation: organisation.to_string(), contact: contact.to_string() };
        let found: Vec<RecordId> = self.rows("contact_identity", IDENTITIES, bind).await?;
        let names: Vec<(String, String)> = found
            .iter()
            .map(|id| {
                let mut key = Parts::of("contact_identity", id)?;
                key.text()?;
                key.text()?;
                Ok::<_, StoreError>((key.text()?, key.text()?))
            })
            .collect::<Result<_, _>>()?;
        let mut marks = self.marks(organisation, &names).await?;
        let known = names.into_iter().map(|name| {
            let unreachable = marks.remove(&name);
            let (connection, external) = name;
            Identity { connection, external, contact, unreachable }
        });
        Ok(known.collect())
    }

    /// What is part of what: few, beside the contacts.
    async fn links(
        &self,
        organisation: OrganisationId,
    ) -> Result<BTreeMap<ContactId, ContactId>, StoreError> {
        let bind = object! { organisation: organisation.to_string() };
        let rows: Vec<Row> = self.rows("merged", ALL, bind).await?;
        rows.into_iter()
            .map(|row| {
                let mut key = Parts::of("merged", &row.id)?;
                key.text()?;
                Ok((key.parse()?, parse("merged", &row.into)?))
            })
            .collect()
    }
}

/// Those of whom a person consists who stands for itself.
fn parts_of(links: &BTreeMap<ContactId, ContactId>, whole: ContactId) -> BTreeSet<ContactId> {
    let mut parts: BTreeSet<_> = links.keys().copied().filter(|part| root(links, *part) == whole).collect();
    parts.insert(whole);
    parts
}

fn root(links: &BTreeMap<ContactId, ContactId>, mut contact: ContactId) -> ContactId {
    // As many steps as there are links are enough; there is no circle.
    for _ in 0..links.len() {
        match links.get(&contact) {
            Some(into) => contact = *into,
            None => break,
        }
    }
    contact
}
