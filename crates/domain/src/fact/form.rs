//! The written form of a release.

use crate::{Certificate, Contact, NewRelease, Party, ReleaseState, Time};
use serde::{Deserialize, Serialize};

/// [`NewRelease`] with its fields in the canonical order.
#[derive(Serialize, Deserialize)]
#[serde(remote = "NewRelease", deny_unknown_fields)]
pub(super) struct ReleaseForm {
    version: Box<str>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    published: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    publisher: Option<Party>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    approver: Option<Party>,
    #[serde(default, skip_serializing_if = "Option::is_none", with = "contact")]
    contact: Option<Contact>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    owners: Option<Vec<Party>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    dependencies: Vec<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    repository: Option<Box<str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signed_with: Option<Certificate>,
    #[serde(default, skip_serializing_if = "is_false")]
    provenance: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    install_script: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    deprecated: bool,
    #[serde(
        rename = "removed",
        default = "state::offered",
        skip_serializing_if = "state::is_offered",
        with = "state"
    )]
    state: ReleaseState,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}

/// The digest of an address has 64 bits, more than JSON's readers keep in a
/// number, so it is written in hex.
pub(super) mod contact {
    use crate::Contact;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(in crate::fact) struct Form {
        domain: Box<str>,
        digest: String,
    }

    impl Form {
        pub(in crate::fact) fn of(contact: &Contact) -> Self {
            Self {
                domain: contact.domain.clone(),
                digest: format!("{:016x}", contact.digest),
            }
        }
    }

    #[expect(clippy::ref_option, reason = "serde passes a reference")]
    pub(super) fn serialize<S: Serializer>(
        contact: &Option<Contact>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        contact.as_ref().map(Form::of).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Contact>, D::Error> {
        let Some(form) = Option::<Form>::deserialize(deserializer)? else {
            return Ok(None);
        };
        let digest = u64::from_str_radix(&form.digest, 16).map_err(de::Error::custom)?;
        Ok(Some(Contact {
            digest,
            domain: form.domain,
        }))
    }
}

/// `removed` says that the release is no longer offered.
mod state {
    use crate::ReleaseState;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn offered() -> ReleaseState {
        ReleaseState::Offered
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes a reference"
    )]
    pub(super) fn is_offered(state: &ReleaseState) -> bool {
        *state == ReleaseState::Offered
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde passes a reference"
    )]
    pub(super) fn serialize<S: Serializer>(
        state: &ReleaseState,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(!is_offered(state))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<ReleaseState, D::Error> {
        bool::deserialize(deserializer).map(|removed| {
            if removed {
                ReleaseState::Removed
            } else {
                ReleaseState::Offered
            }
        })
    }
}
