//! From a project's page to the one that a proxy serves: some of its releases
//! held back, everything else as it was.
//!
//! A held release's files stay on the page, marked as yanked (PEP 592) with the
//! reason: an installer that is asked for exactly this version still finds it,
//! with its digest, and prints why it should not; every other request passes it
//! over. Files whose release nobody can tell for sure are held, too.
//!
//! The page is written anew from what was read, in both forms, so no installer
//! can see in it what was not judged.

mod accept;
mod html;
mod json;

pub use accept::Form;

use super::simple::{File, Page, one_line};
use hashbrown::HashMap;

/// For whom, and with what held back, a page is written.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// Which form.
    pub form: Form,
    /// Where a file is served. The last part of the path must be the file's
    /// name, which some installers take from there; no fragment.
    pub address: &'a dyn Fn(&File) -> String,
    /// Why a version is held back, if it is: one line, which installers print.
    /// Asked once for every version.
    pub hold: &'a dyn Fn(&str) -> Option<String>,
    /// Why files are held back whose release cannot be told.
    pub unreadable: &'a str,
}

/// A page to serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The page.
    pub bytes: Vec<u8>,
    /// Every version that is held back, in the page's order.
    pub held: Vec<String>,
    /// The names of the files that are held back because nobody can tell which
    /// release they are of.
    pub unreadable: Vec<String>,
    /// How many versions are left that are not held back.
    pub offered: usize,
}

/// A file, and what is said of it here.
struct Entry<'a> {
    file: &'a File,
    address: String,
    yanked: Option<Box<str>>,
}

/// Writes a page.
pub fn render(page: &Page, view: &View<'_>) -> Rendered {
    let mut held = Held::default();
    let entries: Vec<Entry<'_>> = page
        .files
        .iter()
        .map(|file| Entry {
            file,
            address: (view.address)(file),
            yanked: held.reason(file, view).or_else(|| file.yanked.clone()),
        })
        .collect();
    let bytes = match view.form {
        Form::Json => json::write(page, &entries),
        Form::Html | Form::PlainHtml => html::write(page, &entries),
    };
    Rendered {
        bytes,
        offered: held.reasons.len() - held.versions.len(),
        held: held.versions,
        unreadable: held.unreadable,
    }
}

/// What is held back so far.
#[derive(Default)]
struct Held<'a> {
    /// For each version that was asked for.
    reasons: HashMap<&'a str, Option<Box<str>>>,
    versions: Vec<String>,
    unreadable: Vec<String>,
}

impl<'a> Held<'a> {
    /// Why a file is held back, if it is.
    fn reason(&mut self, file: &'a File, view: &View<'_>) -> Option<Box<str>> {
        let Some(released) = &file.released else {
            self.unreadable.push(file.name.to_string());
            return Some(one_line(view.unreadable));
        };
        let versions = &mut self.versions;
        let reason = self.reasons.entry(&released.version).or_insert_with(|| {
            let reason = (view.hold)(&released.version)?;
            versions.push(released.version.to_string());
            Some(one_line(&reason))
        });
        reason.clone()
    }
}

/// The newest minor version that the entries live up to: from 1.1 on, sizes and
/// the list of versions are a must (PEP 700).
fn minor(page: &Page) -> u32 {
    let is_complete = page.versions.is_some() && page.files.iter().all(|file| file.size.is_some());
    if is_complete { page.minor } else { 0 }
}

#[cfg(test)]
mod tests;
