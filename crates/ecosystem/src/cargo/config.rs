//! `config.json` at the root of a cargo index: where files are, and where the
//! registry's API is (The Cargo Book, "Index configuration").

use super::index;
use serde_json::Value;

/// Where the file is, below an index. No crate can have this name.
pub const NAME: &str = "config.json";

/// No registry needs a hundredth of it.
const MAX_BYTES: usize = 64 * 1024;

/// What the file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    download: Box<str>,
    /// The address of the API, without a slash at its end; `None` where the
    /// registry has none.
    pub api: Option<Box<str>>,
    /// Whether nothing is told to those without a token.
    pub auth_required: bool,
}

/// Why bytes are no configuration of an index.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Not JSON, or far too long.
    #[error("the index's `config.json` is damaged: {0}")]
    Malformed(String),
    /// It does not say where files are.
    #[error("the index's `config.json` has no `dl`, the address of the files")]
    NoDownload,
}

impl Config {
    /// Reads the file.
    ///
    /// # Errors
    /// When it is no JSON, or does not say where files are.
    pub fn read(bytes: &[u8]) -> Result<Self, ConfigError> {
        if bytes.len() > MAX_BYTES {
            let why = format!("it is longer than {MAX_BYTES} bytes");
            return Err(ConfigError::Malformed(why));
        }
        let config: Value = serde_json::from_slice(bytes)
            .map_err(|error| ConfigError::Malformed(error.to_string()))?;
        let text = |key: &str| config[key].as_str().filter(|text| !text.is_empty());
        Ok(Self {
            download: text("dl").ok_or(ConfigError::NoDownload)?.into(),
            api: text("api").map(|api| api.trim_end_matches('/').into()),
            auth_required: config["auth-required"].as_bool() == Some(true),
        })
    }

    /// The address of a version's file, as cargo puts it together. `name` is
    /// the crate as the index writes it, `checksum` what the index says of the
    /// file. `None` if no crate can have this name.
    pub fn download(&self, name: &str, version: &str, checksum: &str) -> Option<String> {
        let lower = index::path(name)?;
        let lower = lower.rsplit_once('/')?.0;
        // Of the name in its own case: as long as that of the lower case.
        let prefix = match name.len() {
            1 | 2 => lower.to_owned(),
            3 => format!("3/{}", &name[..1]),
            _ => format!("{}/{}", &name[..2], &name[2..4]),
        };
        let markers = [
            ("{crate}", name),
            ("{version}", version),
            ("{prefix}", &prefix),
            ("{lowerprefix}", lower),
            ("{sha256-checksum}", checksum),
        ];
        let is_template = markers
            .iter()
            .any(|(marker, _)| self.download.contains(marker));
        if !is_template {
            return Some(format!("{}/{name}/{version}/download", self.download));
        }
        let template = self.download.to_string();
        Some(markers.iter().fold(template, |text, (marker, value)| {
            text.replace(marker, value)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(dl: &str) -> Config {
        Config::read(format!(r#"{{"dl":"{dl}","api":"https://registry.example/"}}"#).as_bytes())
            .unwrap()
    }

    #[test]
    fn files_are_where_cargo_looks_for_them() {
        let at = |dl: &str, name: &str| config(dl).download(name, "1.0.0", "c0ffee");
        let files = "https://files.registry.example";
        for (template, name, address) in [
            ("", "Serde", "/Serde/1.0.0/download"),
            ("/{crate}-{version}.crate", "Serde", "/Serde-1.0.0.crate"),
            (
                "/{prefix}/{lowerprefix}/{crate}",
                "Serde",
                "/Se/rd/se/rd/Serde",
            ),
            ("/{prefix}/{lowerprefix}", "Abc", "/3/A/3/a"),
            ("/{prefix}", "Ab", "/2"),
            ("/{lowerprefix}", "A", "/1"),
            ("/{sha256-checksum}", "Serde", "/c0ffee"),
        ] {
            let found = at(&format!("{files}{template}"), name);
            assert_eq!(found, Some(format!("{files}{address}")));
        }
        assert_eq!(at(files, "../x"), None);
    }

    #[test]
    fn says_why_bytes_are_no_configuration() {
        let said = |bytes: &[u8]| Config::read(bytes).unwrap_err().to_string();
        assert!(said(b"{").starts_with("the index's `config.json` is damaged"));
        assert!(said(b"[]").contains("no `dl`"));
        assert!(said(&vec![b' '; MAX_BYTES + 1]).contains("longer than"));
        let config = Config::read(br#"{"dl":"https://registry.example","auth-required":true}"#);
        let config = config.unwrap();
        assert_eq!((config.api, config.auth_required), (None, true));
    }
}
