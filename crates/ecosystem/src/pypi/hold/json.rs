//! The form in JSON.

use super::Entry;
use crate::pypi::simple::{Hashes, Metadata, Page};
use serde_json::{Map, Value, json};

/// Writes the page.
pub(super) fn write(page: &Page, entries: &[Entry<'_>]) -> Vec<u8> {
    let mut meta = page.meta.clone();
    meta.insert(
        "api-version".into(),
        format!("1.{}", super::minor(page)).into(),
    );
    let mut object = page.rest.clone();
    object.insert("meta".into(), meta.into());
    object.insert("name".into(), (&*page.project).into());
    if let Some(versions) = &page.versions {
        let versions: Vec<&str> = versions.iter().map(|version| &**version).collect();
        object.insert("versions".into(), versions.into());
    }
    if let Some(status) = &page.status {
        let mut said = json!({ "status": &*status.marker });
        if let Some(reason) = &status.reason {
            said["reason"] = (&**reason).into();
        }
        object.insert("project-status".into(), said);
    }
    let files: Vec<Value> = entries.iter().map(file).collect();
    object.insert("files".into(), files.into());
    Value::from(object).to_string().into_bytes()
}

fn file(entry: &Entry<'_>) -> Value {
    let file = entry.file;
    let mut object = file.rest.clone();
    let mut set = |key: &str, value: Value| drop(object.insert(key.to_owned(), value));
    set("filename", (&*file.name).into());
    set("url", (&*entry.address).into());
    set("hashes", hashes(&file.hashes));
    set(
        "yanked",
        match &entry.yanked {
            None => false.into(),
            Some(reason) if reason.is_empty() => true.into(),
            Some(reason) => (&**reason).into(),
        },
    );
    if let Some(python) = &file.requires_python {
        set("requires-python", (&**python).into());
    }
    if let Some(metadata) = &file.metadata {
        let said = match metadata {
            Metadata::Offered => true.into(),
            Metadata::Hashed(all) => hashes(all),
        };
        // Under its first name, too, which older installers look for.
        set("data-dist-info-metadata", said.clone());
        set("core-metadata", said);
    }
    if let Some(has) = file.gpg_sig {
        set("gpg-sig", has.into());
    }
    if let Some(size) = file.size {
        set("size", size.into());
    }
    if let Some(uploaded) = &file.uploaded {
        set("upload-time", (&**uploaded).into());
    }
    if let Some(provenance) = &file.provenance {
        set("provenance", provenance.as_str().into());
    }
    object.into()
}

fn hashes(all: &Hashes) -> Value {
    let all = all
        .iter()
        .map(|(name, digest)| (name.to_owned(), digest.into()));
    Value::Object(all.collect::<Map<String, Value>>())
}
