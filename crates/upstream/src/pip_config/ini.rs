//! The dialect of INI that `pip.conf` is written in (Python's `configparser`).

use crate::npm_config::Place;
use crate::npm_config::layers::Setting;

/// The sections that count when packages are installed; a later one stands
/// above an earlier one.
const SECTIONS: [&str; 2] = ["global", "install"];

/// Reads the settings, the most important last. A list is one entry a line, the
/// further lines being indented.
pub(super) fn read(text: &str, place: &dyn Fn(u32) -> Place) -> Vec<Setting> {
    let text = text.trim_start_matches('\u{feff}');
    let mut found: Vec<(usize, Setting)> = Vec::new();
    let mut section = None;
    // The key of the setting that may go on.
    let mut open: Option<String> = None;
    for (line, number) in text.lines().zip(1..) {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = trimmed
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            section = SECTIONS.iter().position(|known| *known == name);
            open = None;
            continue;
        }
        let Some(rank) = section else {
            continue;
        };
        let goes_on = line.starts_with([' ', '\t']);
        let (key, value) = if let (Some(key), true) = (&open, goes_on) {
            (key.clone(), trimmed)
        } else if let Some((key, value)) = trimmed.split_once(['=', ':']) {
            (normal(key), value.trim())
        } else {
            continue;
        };
        let is_list = key == "extra-index-url";
        let values: Vec<&str> = if is_list {
            value.split_whitespace().collect()
        } else {
            Some(value)
                .filter(|value| !value.is_empty())
                .into_iter()
                .collect()
        };
        let settings = values.into_iter();
        found.extend(settings.map(|value| (rank, Setting::new(&*key, value, place(number)))));
        open = Some(key);
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, setting)| setting).collect()
}

/// pip takes `index_url` and `--index-url` for the same.
fn normal(key: &str) -> String {
    let key = key.trim().to_ascii_lowercase().replace('_', "-");
    key.trim_start_matches("--").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_sections_and_lists() {
        let text = "\
# none
index-url = https://nowhere.example/
[install]
Index_URL: https://install.example/simple
[global]
index-url = https://global.example/simple
extra-index-url =
    https://a.example/simple
    # between
    https://b.example/simple
[freeze]
index-url = https://freeze.example/
";
        let found = read(text, &|line| Place::Variable(line.to_string()));
        let shown: Vec<String> = found
            .iter()
            .map(|s| format!("{}={} {}", s.key, s.value, s.place))
            .collect();
        let expected = [
            "index-url=https://global.example/simple the variable `6`",
            "extra-index-url=https://a.example/simple the variable `8`",
            "extra-index-url=https://b.example/simple the variable `10`",
            "index-url=https://install.example/simple the variable `4`",
        ];
        assert_eq!(shown, expected);
    }
}
