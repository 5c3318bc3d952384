//! The form in JSON (PEP 691 and those that add to it).

use super::file::{File, Hashes, Metadata, address, one_line};
use super::{Page, SimpleError, Status, minor};
use crate::pypi::name;
use serde_json::{Map, Value};
use url::Url;

type Object = Map<String, Value>;

pub(super) fn read(bytes: &[u8], project: &str, base: &Url) -> Result<Page, SimpleError> {
    let value: Value =
        serde_json::from_slice(bytes).map_err(|e| SimpleError::Malformed(e.to_string()))?;
    let refuse = |why: &str| SimpleError::NotAPage(why.to_owned());
    let Value::Object(mut object) = value else {
        return Err(refuse("it is no object"));
    };
    let Some(Value::Object(mut meta)) = object.remove("meta") else {
        return Err(refuse("it has no `meta`"));
    };
    let version = meta.remove("api-version");
    let version = version.as_ref().and_then(Value::as_str);
    let minor = minor(version.ok_or_else(|| refuse("it has no `api-version`"))?)?;
    let named = object.remove("name");
    let named = named.as_ref().and_then(Value::as_str);
    if named.and_then(name::normalise).as_deref() != Some(project) {
        let named: String = named.unwrap_or_default().chars().take(80).collect();
        return Err(refuse(&format!(
            "its name is `{}`, not `{project}`",
            named.escape_debug()
        )));
    }
    let Some(Value::Array(files)) = object.remove("files") else {
        return Err(refuse("it has no `files`"));
    };
    Ok(Page {
        project: project.to_owned(),
        minor,
        versions: object.remove("versions").and_then(versions),
        status: object
            .remove("project-status")
            .and_then(|said| status(&said)),
        files: files
            .into_iter()
            .filter_map(|file| self::file(file, base))
            .collect(),
        meta,
        rest: object,
    })
}

fn versions(list: Value) -> Option<Vec<Box<str>>> {
    let Value::Array(list) = list else {
        return None;
    };
    let texts = list.into_iter().filter_map(|version| match version {
        Value::String(version) => Some(version.into()),
        _ => None,
    });
    Some(texts.collect())
}

/// An object, or in the drafts of PEP 792 only the marker.
pub(in crate::pypi) fn status(said: &Value) -> Option<Status> {
    let marker = said.as_str().or_else(|| said["status"].as_str())?;
    Some(Status {
        marker: one_line(marker),
        reason: said["reason"].as_str().map(one_line),
    })
}

fn file(value: Value, base: &Url) -> Option<File> {
    let Value::Object(mut object) = value else {
        return None;
    };
    let name = text(&mut object, "filename")?;
    let url = address(base, &text(&mut object, "url")?)?;
    let mut file = File::new(&name, url)?;
    if let Some(Value::Object(all)) = object.remove("hashes") {
        file.hashes = hashes(&all);
    }
    file.requires_python = text(&mut object, "requires-python").map(|text| one_line(&text));
    file.yanked = object.remove("yanked").as_ref().and_then(yanked);
    let old = object.remove("data-dist-info-metadata");
    let older = object.remove("dist-info-metadata");
    let metadata = object.remove("core-metadata").or(old).or(older);
    file.metadata = metadata.as_ref().and_then(offered);
    file.gpg_sig = object.remove("gpg-sig").as_ref().and_then(Value::as_bool);
    file.size = object.remove("size").as_ref().and_then(Value::as_u64);
    file.uploaded = text(&mut object, "upload-time").map(|text| one_line(&text));
    let provenance = text(&mut object, "provenance");
    file.provenance = provenance.and_then(|at| address(base, &at));
    file.rest = object;
    Some(file)
}

/// Takes a text out of an object.
fn text(object: &mut Object, key: &str) -> Option<String> {
    match object.remove(key) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    }
}

pub(in crate::pypi) fn hashes(all: &Object) -> Hashes {
    let mut hashes = Hashes::default();
    for (algorithm, digest) in all {
        hashes.add(algorithm, digest.as_str().unwrap_or_default());
    }
    hashes
}

/// What is neither `false` nor absent is yanked: who cannot read the reason
/// should not install it.
fn yanked(said: &Value) -> Option<Box<str>> {
    match said {
        Value::Bool(false) | Value::Null => None,
        Value::String(reason) => Some(one_line(reason)),
        _ => Some("".into()),
    }
}

fn offered(said: &Value) -> Option<Metadata> {
    match said {
        Value::Object(all) => {
            let hashes = hashes(all);
            Some(if hashes.is_empty() {
                Metadata::Offered
            } else {
                Metadata::Hashed(hashes)
            })
        }
        Value::Bool(true) => Some(Metadata::Offered),
        _ => None,
    }
}
