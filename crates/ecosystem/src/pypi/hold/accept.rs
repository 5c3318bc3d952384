//! Which form a client asks for (PEP 691).

/// A form of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// JSON.
    Json,
    /// HTML, under the type that says its version.
    Html,
    /// The same HTML, under the type that every client knows.
    PlainHtml,
}

const JSON: &str = "application/vnd.pypi.simple.v1+json";
const HTML: &str = "application/vnd.pypi.simple.v1+html";
const PLAIN: &str = "text/html";

impl Form {
    /// The content type of the answer.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => JSON,
            Self::Html => HTML,
            Self::PlainHtml => PLAIN,
        }
    }

    /// The form that an `Accept` field asks for, of several the one it likes
    /// best; HTML where there is no such field, as before there were two.
    /// `None` if it takes neither, which is answered with 406.
    pub fn accepted(accept: Option<&str>) -> Option<Self> {
        let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else {
            return Some(Self::PlainHtml);
        };
        let mut best: Option<(u32, Self)> = None;
        for range in accept.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let form = parts.next().and_then(named);
            let quality = parts.find_map(|part| part.strip_prefix("q="));
            let quality = quality.map_or(1000, thousandths);
            if let Some(form) = form
                && quality > best.map_or(0, |(best, _)| best)
            {
                best = Some((quality, form));
            }
        }
        best.map(|(_, form)| form)
    }
}

fn named(range: &str) -> Option<Form> {
    match range.to_ascii_lowercase().as_str() {
        JSON | "application/vnd.pypi.simple.latest+json" => Some(Form::Json),
        HTML | "application/vnd.pypi.simple.latest+html" => Some(Form::Html),
        PLAIN | "text/*" | "*/*" => Some(Form::PlainHtml),
        "application/*" => Some(Form::Json),
        _ => None,
    }
}

/// A quality in thousandths; what is no number asks for nothing.
fn thousandths(quality: &str) -> u32 {
    let number = quality.parse::<f32>().unwrap_or_default();
    (number.clamp(0.0, 1.0) * 1000.0).round() as u32
}
