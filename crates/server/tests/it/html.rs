//! Whether a page is HTML as its standard has it, as far as this server's pages
//! go: every element closed, each where it may be, attributes quoted.

/// Elements without an end.
const VOID: [&str; 3] = ["meta", "br", "link"];
/// Elements that may stand in a line of text.
const PHRASING: [&str; 6] = ["a", "code", "br", "strong", "em", "time"];
/// Elements that hold text and such elements alone.
const HOLDS_PHRASING: [&str; 10] = [
    "p", "pre", "h1", "h2", "dt", "title", "code", "a", "strong", "th",
];

/// Where an element may be, if its standard says so.
fn parents(element: &str) -> Option<&'static [&'static str]> {
    Some(match element {
        "head" | "body" => &["html"],
        "title" | "meta" | "style" | "link" => &["head"],
        "tr" => &["table", "thead", "tbody"],
        "td" | "th" => &["tr"],
        "thead" | "tbody" => &["table"],
        "li" => &["ul", "ol"],
        "dt" | "dd" => &["dl"],
        _ => return None,
    })
}

/// Checks a whole page.
pub(crate) fn check(page: &str) -> Result<(), String> {
    let mut rest = page
        .strip_prefix("<!DOCTYPE html>")
        .ok_or("it does not begin with its type")?;
    let mut open: Vec<&str> = Vec::new();
    while let Some((text, after)) = rest.split_once('<') {
        check_text(text, &open)?;
        let (tag, after) = after.split_once('>').ok_or("a tag has no end")?;
        rest = after;
        if let Some(closed) = tag.strip_prefix('/') {
            if open.pop() != Some(closed) {
                return Err(format!("`{closed}` ends within {open:?}"));
            }
            continue;
        }
        let (element, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        check_place(element, &open)?;
        check_attributes(element, attributes)?;
        if !VOID.contains(&element) {
            open.push(element);
        }
    }
    check_text(rest, &open)?;
    if open.is_empty() {
        Ok(())
    } else {
        Err(format!("{open:?} have no end"))
    }
}

fn check_text(text: &str, open: &[&str]) -> Result<(), String> {
    let may_have = !matches!(
        open.last(),
        None | Some(&("html" | "head" | "table" | "tr" | "ul" | "dl"))
    );
    if !may_have && !text.trim().is_empty() {
        return Err(format!("`{text}` within {open:?}"));
    }
    let escapes = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;"];
    let mut ampersands = text.match_indices('&');
    let bare =
        ampersands.find(|(at, _)| !escapes.iter().any(|known| text[*at..].starts_with(known)));
    match bare {
        Some(_) if open.last() != Some(&"style") => Err(format!("a bare `&` in `{text}`")),
        _ if text.contains('>') && open.last() != Some(&"style") => {
            Err(format!("a bare `>` in `{text}`"))
        }
        _ => Ok(()),
    }
}

fn check_place(element: &str, open: &[&str]) -> Result<(), String> {
    let inside = open.last().copied().unwrap_or_default();
    let fits = parents(element).is_none_or(|parents| parents.contains(&inside));
    let breaks_line = HOLDS_PHRASING.contains(&inside) && !PHRASING.contains(&element);
    let plain = element
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let twice = element == "a" && open.contains(&"a");
    if !fits || breaks_line || !plain || twice || (inside.is_empty() != (element == "html")) {
        return Err(format!("`{element}` within {open:?}"));
    }
    Ok(())
}

fn check_attributes(element: &str, attributes: &str) -> Result<(), String> {
    let mut names = Vec::new();
    let mut rest = attributes;
    while !rest.is_empty() {
        let wrong = || format!("the attributes of `{element}`: {attributes}");
        let (name, after) = rest.split_once("=\"").ok_or_else(wrong)?;
        let (value, after) = after.split_once('"').ok_or_else(wrong)?;
        let plain = name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        if !plain || names.contains(&name) || value.contains('<') {
            return Err(wrong());
        }
        names.push(name);
        rest = after.trim_start();
    }
    Ok(())
}

#[test]
fn it_finds_what_is_wrong() {
    let page = |body: &str| {
        check(&format!(
            "<!DOCTYPE html><html><head></head><body>{body}</body></html>"
        ))
    };
    assert_eq!(
        page("<p>a <code>b</code> &amp; c</p><ul><li>d</li></ul>"),
        Ok(())
    );
    for wrong in [
        "<p>a",
        "<p><table></table></p>",
        "<table><td>a</td></table>",
        "<ul>a</ul>",
        "a & b",
        "a > b",
        "<p class=a>b</p>",
        "<p id=\"a\" id=\"b\">c</p>",
        "</p>",
        "<a href=\"x\"><a href=\"y\">z</a></a>",
    ] {
        assert!(page(wrong).is_err(), "{wrong}");
    }
}
