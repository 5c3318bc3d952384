use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::{Compression, GzBuilder};
use serde_json::{Map, Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha512};
use std::fmt::Write as _;

/// The file of a release: small, valid, and the same every time.
pub(super) fn of_manifest(manifest: &Value) -> Vec<u8> {
    let name = manifest["name"].as_str().unwrap_or_default();
    let version = manifest["version"].as_str().unwrap_or_default();
    let code = format!("module.exports = {};\n", json!(format!("{name}@{version}")));
    // Noise takes long and does not get smaller.
    let level = match manifest.get("_padding") {
        Some(_) => Compression::none(),
        None => Compression::fast(),
    };
    let gz = GzBuilder::new().mtime(0).write(Vec::new(), level);
    let mut archive = tar::Builder::new(gz);
    add(
        &mut archive,
        "package/package.json",
        &package_json(manifest),
    );
    add(&mut archive, "package/index.js", code.as_bytes());
    if let Some(size) = manifest["_padding"].as_u64() {
        add(&mut archive, "package/padding.bin", &noise(size));
    }
    let gz = archive.into_inner().expect("memory can be written");
    gz.finish().expect("memory can be written")
}

/// Bytes that do not get smaller by compression (xorshift64).
fn noise(size: u64) -> Vec<u8> {
    let size = usize::try_from(size).expect("it fits into memory");
    let mut bytes = Vec::with_capacity(size + 8);
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    while bytes.len() < size {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_be_bytes());
    }
    bytes.truncate(size);
    bytes
}

fn add<W: std::io::Write>(archive: &mut tar::Builder<W>, path: &str, bytes: &[u8]) {
    let mut header = tar::Header::new_ustar();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    header.set_mtime(0);
    let added = archive.append_data(&mut header, path, bytes);
    added.expect("memory can be written");
}

/// What npm needs to know, and nothing that it would run.
const KEPT: [&str; 9] = [
    "name",
    "version",
    "description",
    "dependencies",
    "optionalDependencies",
    "peerDependencies",
    "peerDependenciesMeta",
    "engines",
    "type",
];

fn package_json(manifest: &Value) -> Vec<u8> {
    let kept: Map<String, Value> = KEPT
        .iter()
        .filter_map(|&key| Some((key.to_owned(), manifest.get(key)?.clone())))
        .collect();
    serde_json::to_vec_pretty(&kept).expect("JSON can be written")
}

/// The digests of a file in the two forms that npm knows.
pub(super) fn digests(file: &[u8]) -> (String, String) {
    let shasum = Sha1::digest(file)
        .iter()
        .fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("text can be written");
            hex
        });
    let integrity = format!("sha512-{}", BASE64_STANDARD.encode(Sha512::digest(file)));
    (shasum, integrity)
}
