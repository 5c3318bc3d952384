//! Pages: what a profile links to as the same person's (`rel="me"`), and which
//! keys a page names.

use super::{MAX_BYTES, MAX_KEYS, ProofError, keys};
use crate::html::start_tags;
use crate::identity::account::web_address;
use crate::vouch::ssh::Fingerprint;
use html5gum::{HtmlString, StartTag};
use url::Url;

/// The most links of a profile that are looked at.
const MAX_LINKS: usize = 100;
/// The element of a page that names a key.
const META: &str = "tenure-key";

/// A page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// What it links to as the same person's.
    pub me: Vec<Url>,
    /// The keys that it names.
    pub keys: Vec<Fingerprint>,
}

/// Reads a page from the address `at`.
///
/// In HTML, a key is named by `<meta name="tenure-key" content="SHA256:...">`
/// within the head: what others may write on a page stands below it. Anything
/// else is a text, with a key on a line of its own.
///
/// # Errors
/// When it is too large, or no text.
pub fn read(bytes: &[u8], at: &Url) -> Result<Page, ProofError> {
    if bytes.len() > MAX_BYTES {
        return Err(ProofError("it is too large"));
    }
    let text = str::from_utf8(bytes).map_err(|_| ProofError("it is not UTF-8"))?;
    if !text.trim_start().starts_with('<') {
        return Ok(Page {
            keys: keys(text.lines()).collect(),
            me: Vec::new(),
        });
    }
    let mut reader = Reader {
        base: at.clone(),
        in_body: false,
        page: Page::default(),
    };
    for tag in start_tags(text) {
        reader.tag(&tag);
    }
    Ok(reader.page)
}

struct Reader {
    base: Url,
    in_body: bool,
    page: Page,
}

impl Reader {
    fn tag(&mut self, tag: &StartTag<()>) {
        match &**tag.name {
            b"a" | b"link" => self.link(tag),
            b"meta" if !self.in_body => self.meta(tag),
            b"html" | b"head" | b"title" | b"script" | b"style" | b"base" | b"noscript"
            | b"meta" | b"template" => {}
            // A head ends where anything else begins (HTML, 13.2.6.4.4).
            _ => self.in_body = true,
        }
        if &**tag.name == b"a" {
            self.in_body = true;
        }
    }

    fn link(&mut self, tag: &StartTag<()>) {
        let rel = attribute(tag, "rel").unwrap_or_default();
        let is_me = rel
            .split_ascii_whitespace()
            .any(|word| word.eq_ignore_ascii_case("me"));
        if !is_me || self.page.me.len() >= MAX_LINKS {
            return;
        }
        let href = attribute(tag, "href").and_then(|to| self.base.join(to.trim()).ok());
        let address = href.and_then(|url| web_address(url.as_str()).ok());
        self.page.me.extend(address);
    }

    fn meta(&mut self, tag: &StartTag<()>) {
        if attribute(tag, "name") != Some(META) || self.page.keys.len() >= MAX_KEYS {
            return;
        }
        let key = attribute(tag, "content").and_then(|key| key.trim().parse().ok());
        self.page.keys.extend(key);
    }
}

fn attribute<'t>(tag: &'t StartTag<()>, name: &str) -> Option<&'t str> {
    let value = tag.attributes.get(&HtmlString(name.as_bytes().to_vec()))?;
    str::from_utf8(value).ok()
}
