//! Generated pieces within documents that people write.

use anyhow::{Context as _, bail};

const END: &str = "<!-- /generated -->";

/// Puts `body` between the markers of the piece `name`; `None` if the document
/// has no such piece.
pub(crate) fn replace(text: &str, name: &str, body: &str) -> anyhow::Result<Option<String>> {
    let begin = format!("<!-- generated:{name} -->");
    let Some((before, rest)) = text.split_once(&begin) else {
        return Ok(None);
    };
    let (old, after) = rest
        .split_once(END)
        .with_context(|| format!("`{begin}` has no `{END}`"))?;
    if old.contains("<!-- generated:") {
        bail!("`{begin}` has no `{END}` before the next piece");
    }
    let body = body.trim();
    Ok(Some(format!("{before}{begin}\n{body}\n{END}{after}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_what_stands_between_the_markers() {
        let text = "a\n<!-- generated:x -->\nold\n<!-- /generated -->\nb";
        let new = replace(text, "x", "new").unwrap().unwrap();
        assert_eq!(new, "a\n<!-- generated:x -->\nnew\n<!-- /generated -->\nb");
        assert_eq!(replace(&new, "x", "new\n").unwrap().unwrap(), new);
    }

    #[test]
    fn says_when_there_is_no_such_piece_or_no_end() {
        assert_eq!(replace("text", "x", "new").unwrap(), None);
        assert!(replace("<!-- generated:x -->", "x", "new").is_err());
        let two = "<!-- generated:x --><!-- generated:y --><!-- /generated -->";
        assert!(replace(two, "x", "new").is_err());
    }
}
