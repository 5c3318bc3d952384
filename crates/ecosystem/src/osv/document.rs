//! The fields that are read. Writers leave out what they have nothing to say in,
//! or write `null`; both are the same here. All others are passed over.

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
pub(super) struct Document {
    pub(super) id: Option<String>,
    pub(super) modified: Option<String>,
    pub(super) published: Option<String>,
    pub(super) withdrawn: Option<String>,
    pub(super) aliases: Option<Vec<String>>,
    pub(super) summary: Option<String>,
    pub(super) affected: Option<Vec<Part>>,
    /// Each database says there what it likes, in any form.
    pub(super) database_specific: Option<Value>,
}

#[derive(Deserialize)]
pub(super) struct Part {
    pub(super) package: Option<Package>,
    pub(super) versions: Option<Vec<String>>,
    pub(super) ranges: Option<Vec<Range>>,
    pub(super) database_specific: Option<Value>,
}

#[derive(Deserialize)]
pub(super) struct Package {
    pub(super) ecosystem: String,
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct Range {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) events: Option<Vec<Event>>,
}

#[derive(Deserialize)]
pub(super) struct Event {
    pub(super) introduced: Option<String>,
    pub(super) fixed: Option<String>,
    pub(super) last_affected: Option<String>,
    pub(super) limit: Option<String>,
}
