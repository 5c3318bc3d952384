//! Profile pages: the profile links to a page as the same person's, and that
//! page names the key.

use super::guarded::Answered;
use super::{Inner, Proved, Question};
use crate::FetchError;
use tenure_ecosystem::identity::proof::page::{self, Page};
use url::Url;

const HTML: &str = "text/html, text/plain;q=0.5";

impl Inner {
    pub(super) async fn me(
        &self,
        profile: &Url,
        page: &Url,
        question: &Question,
    ) -> Result<Proved, FetchError> {
        let Some(shown) = self.page(profile).await? else {
            return Ok(Proved::denied("the profile is gone"));
        };
        if !shown.me.iter().any(|link| is_same(link, page)) {
            return Ok(Proved::denied(format!(
                "the profile does not link to `{page}` with rel=\"me\""
            )));
        }
        let Some(named) = self.page(page).await? else {
            return Ok(Proved::denied(format!("`{page}` is gone")));
        };
        if !named.keys.contains(&question.key) {
            return Ok(Proved::denied(format!("`{page}` does not name the key")));
        }
        Ok(Proved::Confirmed {
            via: page.to_string(),
            id: None,
        })
    }

    async fn page(&self, url: &Url) -> Result<Option<Page>, FetchError> {
        match self.web.get(url, HTML).await? {
            Answered::Nothing => Ok(None),
            Answered::Bytes(bytes) => {
                let read = page::read(&bytes, url);
                read.map(Some)
                    .map_err(|error| FetchError::unreadable(url.as_str(), &error))
            }
        }
    }
}

/// Whether two addresses are those of one page: a slash at the end is written
/// or not.
fn is_same(one: &Url, other: &Url) -> bool {
    let bare = |url: &Url| url.as_str().trim_end_matches('/').to_owned();
    bare(one) == bare(other)
}
