//! Real signed packages: who signed them, that it holds, and that nothing can
//! be changed without it being seen.

#[cfg(test)]
mod packages;
#[cfg(test)]
mod tampered;

/// A package of the corpus.
#[cfg(test)]
struct Package {
    name: String,
    bytes: Vec<u8>,
    /// What the manifest says of its signatures, the primary first.
    signatures: Vec<serde_json::Value>,
}

/// All packages of the corpus; `None` where there is no corpus.
#[cfg(test)]
fn packages() -> Option<Vec<Package>> {
    let folder = tenure_testkit::corpus::folder()?;
    let manifest = std::fs::read_to_string(folder.join("nuget/nupkg.jsonl")).unwrap();
    let read = |line: &str| {
        let about: serde_json::Value = serde_json::from_str(line).unwrap();
        let file = about["file"].as_str().unwrap();
        Package {
            name: file.to_owned(),
            bytes: std::fs::read(folder.join(file)).unwrap(),
            signatures: about["signatures"].as_array().unwrap().clone(),
        }
    };
    Some(manifest.lines().map(read).collect())
}

/// The signature in a package.
#[cfg(test)]
fn signature(package: &[u8]) -> Option<Vec<u8>> {
    use tenure_ecosystem::nuget::signature::{ArchiveError, read_signature};
    let read = |range: std::ops::Range<u64>| {
        Ok::<_, ArchiveError>(package[range.start as usize..range.end as usize].to_vec())
    };
    read_signature(package.len() as u64, read).unwrap()
}
