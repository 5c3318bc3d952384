use super::tarball;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::{Arc, OnceLock};
use tenure_domain::Time;

/// A packument, and the forms in which it is served, each made once.
pub(super) struct Document {
    json: Value,
    full: OnceLock<Arc<Form>>,
    abbreviated: OnceLock<Arc<Form>>,
}

/// Bytes to serve, and what names this version of them.
pub(super) struct Form {
    pub(super) bytes: Vec<u8>,
    pub(super) etag: String,
    gzip: OnceLock<Vec<u8>>,
}

/// What npm's abbreviated document keeps of a manifest.
const ABBREVIATED: [&str; 20] = [
    "name",
    "version",
    "deprecated",
    "dependencies",
    "optionalDependencies",
    "devDependencies",
    "bundleDependencies",
    "peerDependencies",
    "peerDependenciesMeta",
    "acceptDependencies",
    "bin",
    "directories",
    "dist",
    "engines",
    "cpu",
    "os",
    "libc",
    "funding",
    "_hasShrinkwrap",
    "hasInstallScript",
];

impl Document {
    /// Takes a packument and points its files at `base`.
    pub(super) fn new(mut json: Value, base: &str) -> Option<Self> {
        let name = json.get("name")?.as_str()?.to_owned();
        let versions = json.get_mut("versions")?.as_object_mut()?;
        for (version, manifest) in versions {
            let manifest = manifest.as_object_mut()?;
            manifest.insert("name".to_owned(), name.clone().into());
            manifest.insert("version".to_owned(), version.clone().into());
            rewrite_dist(manifest, &name, version, base);
        }
        Some(Self {
            json,
            full: OnceLock::new(),
            abbreviated: OnceLock::new(),
        })
    }

    pub(super) fn name(&self) -> &str {
        self.json["name"].as_str().unwrap_or_default()
    }

    pub(super) fn json(&self) -> &Value {
        &self.json
    }

    pub(super) fn full(&self) -> Arc<Form> {
        Arc::clone(self.full.get_or_init(|| Form::of(&self.json)))
    }

    pub(super) fn abbreviated(&self) -> Arc<Form> {
        Arc::clone(
            self.abbreviated
                .get_or_init(|| Form::of(&self.abbreviate())),
        )
    }

    fn abbreviate(&self) -> Value {
        let versions = self.json["versions"].as_object().into_iter().flatten();
        let versions: Map<String, Value> = versions
            .map(|(version, manifest)| {
                let kept = ABBREVIATED
                    .iter()
                    .filter_map(|&key| Some((key.to_owned(), manifest.get(key)?.clone())));
                (version.clone(), kept.collect::<Map<_, _>>().into())
            })
            .collect();
        json!({
            "name": self.json["name"],
            "modified": self.json["time"]["modified"],
            "dist-tags": self.json["dist-tags"],
            "versions": versions,
        })
    }

    /// When it was last changed, as an HTTP date.
    pub(super) fn last_modified(&self) -> Option<String> {
        let time = changed(&self.json)?;
        let seconds = u64::try_from(time.as_millis() / 1000).ok()?;
        let moment = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        Some(httpdate::fmt_http_date(moment))
    }

    /// The manifest of a version, or of the version behind a tag.
    pub(super) fn manifest(&self, selector: &str) -> Option<&Value> {
        let version = self.json["dist-tags"][selector]
            .as_str()
            .unwrap_or(selector);
        self.json["versions"].get(version)
    }

    /// The bytes of a release's file, by the name in its address.
    pub(super) fn file(&self, name: &str) -> Option<Vec<u8>> {
        let versions = self.json["versions"].as_object()?;
        let mut versions = versions.iter();
        let (_, manifest) =
            versions.find(|(version, _)| file_name(self.name(), version) == name)?;
        Some(tarball::of_manifest(manifest))
    }
}

/// When a packument was last changed: its own word, or its latest date.
pub(super) fn changed(json: &Value) -> Option<Time> {
    let read = |value: &Value| value.as_str()?.parse::<Time>().ok();
    let times = json.get("time")?.as_object()?;
    let own = times.get("modified").and_then(read);
    own.or_else(|| times.values().filter_map(read).max())
}

impl Form {
    fn of(json: &Value) -> Arc<Self> {
        let bytes = serde_json::to_vec(json).expect("JSON can be written");
        let digest = Sha256::digest(&bytes);
        let etag = digest[..12].iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").expect("text can be written");
            text
        });
        let etag = format!("\"{etag}\"");
        Arc::new(Self {
            bytes,
            etag,
            gzip: OnceLock::new(),
        })
    }

    /// Compressed once, as a registry behind a cache has it at hand.
    pub(super) fn gzip(&self) -> &[u8] {
        self.gzip.get_or_init(|| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            encoder
                .write_all(&self.bytes)
                .expect("memory can be written");
            encoder.finish().expect("memory can be written")
        })
    }
}

fn rewrite_dist(manifest: &mut Map<String, Value>, name: &str, version: &str, base: &str) {
    let file = tarball::of_manifest(&Value::Object(manifest.clone()));
    let (shasum, integrity) = tarball::digests(&file);
    let address = match manifest.get("_file_at") {
        Some(elsewhere) => elsewhere.clone(),
        None => format!("{base}{name}/-/{}", file_name(name, version)).into(),
    };
    let dist = manifest.entry("dist").or_insert_with(|| json!({}));
    if !dist.is_object() {
        *dist = json!({});
    }
    dist["tarball"] = address;
    dist["shasum"] = shasum.into();
    dist["integrity"] = integrity.into();
}

/// npm leaves the scope out of file names.
fn file_name(name: &str, version: &str) -> String {
    let base = name.rsplit('/').next().unwrap_or(name);
    format!("{base}-{version}.tgz")
}
