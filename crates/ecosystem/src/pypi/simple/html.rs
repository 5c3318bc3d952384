//! The form in HTML (PEP 503 and those that add to it): a link for each file.

use super::file::{File, Hashes, Metadata, address, one_line};
use super::{Page, SimpleError, Status, minor};
use crate::html::start_tags;
use html5gum::{HtmlString, StartTag};
use percent_encoding::percent_decode_str;
use url::Url;

pub(super) fn read(bytes: &[u8], address: &Url) -> Result<Page, SimpleError> {
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let at = e.valid_up_to();
        SimpleError::Malformed(format!("it is not UTF-8 text from byte {at} on"))
    })?;
    let mut reader = Reader {
        base: address.clone(),
        has_base: false,
        is_page: false,
        page: Page::default(),
    };
    for tag in start_tags(text) {
        reader.tag(&tag)?;
    }
    if !reader.is_page {
        return Err(SimpleError::NotAPage("it has no HTML in it".to_owned()));
    }
    Ok(reader.page)
}

struct Reader {
    base: Url,
    has_base: bool,
    is_page: bool,
    page: Page,
}

impl Reader {
    fn tag(&mut self, tag: &StartTag<()>) -> Result<(), SimpleError> {
        self.is_page = true;
        match &**tag.name {
            b"base" if !self.has_base => {
                if let Some(base) = text(tag, "href").and_then(|to| address(&self.base, to)) {
                    self.base = base;
                    self.has_base = true;
                }
            }
            b"meta" => self.meta(tag)?,
            b"a" => self.page.files.extend(link(tag, &self.base)),
            _ => {}
        }
        Ok(())
    }

    fn meta(&mut self, tag: &StartTag<()>) -> Result<(), SimpleError> {
        let content = text(tag, "content").unwrap_or_default();
        let status = &mut self.page.status;
        let empty = || Status {
            marker: "active".into(),
            reason: None,
        };
        match text(tag, "name") {
            Some("pypi:repository-version") => self.page.minor = minor(content)?,
            Some("pypi:project-status") => {
                status.get_or_insert_with(empty).marker = one_line(content);
            }
            Some("pypi:project-status-reason") => {
                status.get_or_insert_with(empty).reason = Some(one_line(content));
            }
            _ => {}
        }
        Ok(())
    }
}

fn link(tag: &StartTag<()>, base: &Url) -> Option<File> {
    let url = address(base, text(tag, "href")?.trim())?;
    let fragment = url.fragment().unwrap_or_default().to_owned();
    // Installers take the name from the address and not from the link's text.
    let last = url.path_segments()?.next_back()?;
    let name = percent_decode_str(last).decode_utf8().ok()?.into_owned();
    let mut file = File::new(&name, url)?;
    fragment
        .split('&')
        .for_each(|pair| file.hashes.add_pair(pair));
    file.requires_python = text(tag, "data-requires-python").map(one_line);
    file.yanked = text(tag, "data-yanked").map(one_line);
    file.gpg_sig = text(tag, "data-gpg-sig").and_then(|said| said.parse().ok());
    let metadata = text(tag, "data-core-metadata").or_else(|| text(tag, "data-dist-info-metadata"));
    file.metadata = metadata.and_then(offered);
    file.provenance = text(tag, "data-provenance").and_then(|at| address(base, at));
    Some(file)
}

/// `sha256=...`, `true`, or something that only says that it is there.
fn offered(said: &str) -> Option<Metadata> {
    let mut hashes = Hashes::default();
    hashes.add_pair(said);
    match (hashes.is_empty(), said) {
        (false, _) => Some(Metadata::Hashed(hashes)),
        (true, "false") => None,
        (true, _) => Some(Metadata::Offered),
    }
}

fn text<'t>(tag: &'t StartTag<()>, name: &str) -> Option<&'t str> {
    let value = tag.attributes.get(&HtmlString(name.as_bytes().to_vec()))?;
    std::str::from_utf8(value).ok()
}
