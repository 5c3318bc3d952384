//! What is held of the packages that were asked for lately: NuGet's clients ask
//! for vulnerabilities at the end of a restore, and that is where they are told.

use crate::proxy::{Document, Judged, Proxy};
use crate::view::View;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use tenure_domain::{PackageId, Time};
use tenure_trust::verdict::Verdict;

/// Packages in all views; more are forgotten together.
const MOST: usize = 50_000;

#[derive(Default)]
pub(super) struct Notes(Mutex<HashMap<Arc<str>, OfView>>);

struct OfView {
    packages: BTreeMap<PackageId, Vec<Note>>,
    changed: Time,
}

/// A version that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) version: Box<str>,
    /// Whether it must not be used.
    pub(crate) is_blocked: bool,
}

impl Proxy {
    /// Notes what of a document is held, for whoever asks at the end.
    pub(crate) fn note(&self, document: &Document, judged: &Judged, view: &View) {
        let held = judged.restrictions.iter();
        let held = held.map(|(version, restriction)| Note {
            version: version.clone(),
            is_blocked: restriction.verdict == Verdict::Block,
        });
        let held: Vec<Note> = held.collect();
        let now = self.clock.now();
        let notes = &self.nuget.notes.0;
        let mut notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = notes.values().map(|view| view.packages.len()).sum();
        if all >= MOST {
            notes.clear();
        }
        let of_view = notes.entry(view.path().into()).or_insert_with(|| OfView {
            packages: BTreeMap::new(),
            changed: now,
        });
        let package = &document.package;
        let before = of_view.packages.get(package).map_or(&[][..], Vec::as_slice);
        if before != held {
            of_view.changed = now;
            if held.is_empty() {
                of_view.packages.remove(package);
            } else {
                of_view.packages.insert(package.clone(), held);
            }
        }
    }

    /// Everything that was noted in a view, and since when it is so; `None` if
    /// nothing was.
    pub(crate) fn noted(&self, view: &View) -> Option<(BTreeMap<PackageId, Vec<Note>>, Time)> {
        let notes = &self.nuget.notes.0;
        let notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
        let of_view = notes.get(&*view.path())?;
        Some((of_view.packages.clone(), of_view.changed))
    }
}
