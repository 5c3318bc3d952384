//! A request to a registry, and by whose decisions it is answered.

use crate::app::App;
use crate::pages;
use crate::view::View;
use axum::http::request::Parts;
use std::sync::Arc;
use tenure_domain::{Ecosystem, PackageId};

/// What every answer of a registry is made from.
pub(crate) struct Asked {
    pub(crate) app: Arc<App>,
    pub(crate) view: Arc<View>,
    pub(crate) parts: Parts,
    /// This server's address as the client knows it, without a slash.
    pub(crate) address: Arc<str>,
}

impl Asked {
    /// The address of the registry, with a slash at the end.
    pub(crate) fn base(&self, ecosystem: Ecosystem) -> Arc<str> {
        format!("{}{}{ecosystem}/", self.address, self.view.path()).into()
    }

    /// The address of the page about a package.
    pub(crate) fn page(&self, package: &PackageId) -> String {
        let page = &pages::path_of(package);
        format!("{}{}{page}", self.address, self.view.path())
    }

    /// Where packages come from, to be named at the end of a sentence.
    pub(crate) fn behind(&self, ecosystem: Ecosystem) -> String {
        let known = self.app.proxy.registry_of(ecosystem);
        known.map_or_else(|_| String::new(), |known| format!(", {}", known.url()))
    }

    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        let query = self.parts.uri.query()?;
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}
