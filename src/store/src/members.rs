//! Who works here?

use jiff::Timestamp;
use studio_core::{
    api::Role,
    id::{MemberId, OrganisationId},
};
use surrealdb::types::{RecordId, SurrealValue, array, object};

use crate::{
    Store,
    error::{Failure, StoreError},
    json,
    keys::{Parts, parse, record},
    sessions::END_ALL,
    transact::Probe,
};

/// A person who logs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub id: MemberId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub created_at: Timestamp,
}

/// A person who is to be able to log in.
#[derive(Clone)]
pub struct NewMember {
    pub member: Member,
    /// Argon2 hash in PHC form; the store never sees the password.
    pub password_hash: String,
}

/// What a log-in is checked against.
#[derive(Clone)]
pub struct Credentials {
    pub organisation: OrganisationId,
    pub member: Member,
    pub password_hash: String,
}

#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// Choose another address, or let the member change theirs.
    #[error("a member with this e-mail address exists")]
    EmailTaken,
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(SurrealValue)]
#[surreal(crate = "surrealdb::types")]
struct Row {
    id: RecordId,
    email: String,
    name: String,
    role: String,
    password_hash: String,
    created_at: String,
}

pub(crate) fn id(organisation: OrganisationId, member: MemberId) -> RecordId {
    record("member", array![organisation.to_string(), member.to_string()])
}

/// The record id is what makes an address unique, over all organisations: a log-in names only it.
fn email_id(email: &str) -> RecordId {
    record("email", array![email.trim().to_lowercase()])
}

/// What became of a removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    Removed,
    /// There is no such member.
    Absent,
    /// Nothing was removed: nobody else is an owner.
    LastOwner,
}

pub(crate) const MEMBERS: &str = "SELECT * FROM member:[$organisation]..[$organisation, []] ORDER BY id";
/// The other owners are written as well, so that two who remove each other at the same moment are in conflict.
const KEEP_AN_OWNER: &str = "IF (SELECT VALUE role FROM ONLY $id) = $owner AND array::is_empty((\
    UPDATE member:[$organisation]..[$organisation, []] SET stayed = $stayed WHERE role = $owner AND id != $id \
    RETURN VALUE id)) { THROW 'owner' }";

impl Store {
    pub async fn create_member(
        &self,
        organisation: OrganisationId,
        new: &NewMember,
    ) -> Result<(), MemberError> {
        let NewMember { member, password_hash } = new;
        let bind = object! {
            email: object! {
                id: email_id(&member.email),
                organisation: organisation.to_string(),
                member: member.id.to_string(),
            },
            member: object! {
                id: id(organisation, member.id),
                email: member.email.clone(),
                name: member.name.clone(),
                role: json::write("member", &member.role)?,
                password_hash: password_hash.clone(),
                created_at: member.created_at.to_string(),
            },
        };
        let parts = ["INSERT INTO email $email RETURN NONE", "INSERT INTO member $member RETURN NONE"];
        match self.transact(&parts, bind, Probe::Exists(id(organisation, member.id))).await {
            Ok(()) => Ok(()),
            Err(Failure::Exists) => Err(MemberError::EmailTaken),
            Err(failure) => Err(StoreError::from(failure).into()),
        }
    }

    pub async fn member(
        &self,
        organisation: OrganisationId,
        member: MemberId,
    ) -> Result<Option<Member>, StoreError> {
        let bind = object! { id: id(organisation, member) };
        let rows: Vec<Row> = self.rows("member", "SELECT * FROM $id", bind).await?;
        rows.into_iter().next().map(Row::read).transpose()
    }

    /// The members of an organisation.
    pub async fn members(&self, organisation: OrganisationId) -> Result<Vec<Member>, StoreError> {
        let bind = object! { organisation: organisation.to_string() };
        let rows: Vec<Row> = self.rows("member", MEMBERS, bind).await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Who logs in with this address; the only way to a member without an organisation.
    pub async fn credentials(&self, email: &str) -> Result<Option<Credentials>, StoreError> {
        #[derive(SurrealValue)]
        #[surreal(crate = "surrealdb::types")]
        struct Email {
            organisation: String,
            member: String,
        }
        let bind = object! { id: email_id(email) };
        let found: Vec<Email> = self.rows("email", "SELECT * FROM $id", bind).await?;
        let Some(email) = found.into_iter().next() else { return Ok(None) };
        let organisation = parse("email", &email.organisation)?;
        let bind = object! { id: id(organisation, parse("email", &email.member)?) };
        let rows: Vec<Row> = self.rows("member", "SELECT * FROM $id", bind).await?;
        let Some(row) = rows.into_iter().next() else { return Ok(None) };
        let password_hash = row.password_hash.clone();
        Ok(Some(Credentials { organisation, member: row.read()?, password_hash }))
    }

    /// Changes a member's password and ends their sessions; `false` if there is no such member.
    pub async fn set_password(
        &self,
        organisation: OrganisationId,
        member: MemberId,
        password_hash: &str,
    ) -> Result<bool, StoreError> {
        let bind = object! {
            id: id(organisation, member),
            hash: password_hash.to_owned(),
            organisation: organisation.to_string(),
            member: member.to_string(),
        };
        let parts = [
            "IF !record::exists($id) { THROW 'gone' }",
            "UPDATE $id SET password_hash = $hash RETURN NONE",
            END_ALL,
        ];
        match self.transact(&parts, bind, Probe::Repeat).await {
            Ok(()) => Ok(true),
            Err(Failure::Thrown(_)) => Ok(false),
            Err(failure) => Err(failure.into()),
        }
    }

    /// Removes a member with their sessions and the keys they made.
    pub async fn delete_member(
        &self,
        organisation: OrganisationId,
        member: MemberId,
    ) -> Result<Removal, StoreError> {
        let Some(found) = self.member(organisation, member).await? else { return Ok(Removal::Absent) };
        let mut gone = self.keys_made_by(organisation, member).await?;
        gone.extend([id(organisation, member), email_id(&found.email)]);
        let bind = object! {
            id: id(organisation, member),
            organisation: organisation.to_string(),
            owner: json::write("member", &Role::Owner)?,
            gone: gone,
            stayed: member.to_string(),
            member: member.to_string(),
        };
        let parts = [KEEP_AN_OWNER, "DELETE $gone RETURN NONE", END_ALL];
        match self.transact(&parts, bind, Probe::Repeat).await {
            Ok(()) => Ok(Removal::Removed),
            Err(Failure::Thrown(_)) => Ok(Removal::LastOwner),
            Err(failure) => Err(failure.into()),
        }
    }
}

impl Row {
    fn read(self) -> Result<Member, StoreError> {
        let mut parts = Parts::of("member", &self.id)?;
        parts.text()?;
        Ok(Member {
            id: parts.parse()?,
            email: self.email,
            name: self.name,
            role: json::read("member", &self.role)?,
            created_at: parse("member", &self.created_at)?,
        })
    }
}
