//! The list of a package's versions, `{id}/index.json` of the package base
//! address ("flat container"): what restoring a project chooses from.

use super::document::{DocumentError, parse};
use super::version;
use hashbrown::HashSet;
use serde_json::{Value, json};

/// No package has a tenth as many.
const MAX_VERSIONS: usize = 100_000;

/// A list of versions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versions {
    /// In the document's order, each in its normal form and once.
    pub versions: Vec<Box<str>>,
    /// Texts that are no versions. They are never handed on.
    pub unreadable: Vec<Box<str>>,
}

/// A list to serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The document.
    pub bytes: Vec<u8>,
    /// The versions that are held back, in the document's order.
    pub held: Vec<String>,
    /// How many versions are left.
    pub offered: usize,
}

impl Versions {
    /// Reads a list.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(bytes: &[u8]) -> Result<Self, DocumentError> {
        let document = parse(bytes)?;
        let listed = document["versions"].as_array();
        let listed = listed.ok_or(DocumentError::Other("a list of versions"))?;
        if listed.len() > MAX_VERSIONS {
            let (what, limit) = ("versions", MAX_VERSIONS);
            return Err(DocumentError::TooLarge { what, limit });
        }
        let mut seen = HashSet::new();
        let (mut versions, mut unreadable) = (Vec::new(), Vec::new());
        for text in listed.iter().filter_map(Value::as_str) {
            match version::normalised(text) {
                Some(normal) if seen.insert(normal.clone()) => versions.push(normal.into()),
                Some(_) => {}
                None => unreadable.push(super::document::one_line(text).into()),
            }
        }
        Ok(Self {
            versions,
            unreadable,
        })
    }

    /// The list without what `is_held`: the client has no other word for "do not
    /// take this by yourself", and finds the file of a held version all the
    /// same, if it is told of it elsewhere.
    pub fn render(&self, is_held: &dyn Fn(&str) -> bool) -> Rendered {
        let all = self.versions.iter().map(|version| &**version);
        let (held, offered): (Vec<&str>, Vec<&str>) = all.partition(|version| is_held(version));
        let bytes = json!({ "versions": offered }).to_string().into_bytes();
        Rendered {
            bytes,
            offered: offered.len(),
            held: held.into_iter().map(Into::into).collect(),
        }
    }
}
