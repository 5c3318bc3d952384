//! The settings in a file of TOML, each by its dotted key and with its line.

use crate::npm_config::Place;
use crate::npm_config::layers::Setting;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Deeper tables are no client's settings.
const MAX_DEPTH: usize = 8;

/// Reads texts, numbers and switches; the entries of a list have their number,
/// from 0, as a part of the key. The error does not quote the text, for it may
/// have secrets.
pub(crate) fn read(text: &str, place: &dyn Fn(u32) -> Place) -> Result<Vec<Setting>, String> {
    let table = DeTable::parse(text).map_err(|error| match error.span() {
        Some(span) => format!("line {} cannot be read", line_at(text, span.start)),
        None => "it cannot be read".to_owned(),
    })?;
    let mut found = Vec::new();
    let mut walk = Walk {
        text,
        place,
        found: &mut found,
    };
    walk.table("", table.get_ref(), 0);
    Ok(found)
}

fn line_at(text: &str, at: usize) -> u32 {
    let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    let lines = memchr::memchr_iter(b'\n', before).count() + 1;
    u32::try_from(lines).unwrap_or(u32::MAX)
}

struct Walk<'a> {
    text: &'a str,
    place: &'a dyn Fn(u32) -> Place,
    found: &'a mut Vec<Setting>,
}

impl Walk<'_> {
    fn table(&mut self, prefix: &str, table: &DeTable<'_>, depth: usize) {
        for (key, value) in table {
            let key = match prefix {
                "" => key.get_ref().to_string(),
                prefix => format!("{prefix}.{}", key.get_ref()),
            };
            self.value(key, value, depth + 1);
        }
    }

    fn value(&mut self, key: String, value: &Spanned<DeValue<'_>>, depth: usize) {
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Boolean(on) => on.to_string(),
            DeValue::Integer(number) => number.as_str().to_owned(),
            DeValue::Table(table) if depth < MAX_DEPTH => return self.table(&key, table, depth),
            DeValue::Array(list) if depth < MAX_DEPTH => {
                for (number, entry) in list.iter().enumerate() {
                    self.value(format!("{key}.{number}"), entry, depth + 1);
                }
                return;
            }
            _ => return,
        };
        let line = line_at(self.text, value.span().start);
        self.found.push(Setting::new(key, text, (self.place)(line)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(line: u32) -> Place {
        Place::Variable(line.to_string())
    }

    #[test]
    fn keys_are_dotted_and_have_their_line() {
        let text = "a = 'x'\n[b.\"c d\"]\ne = true\nf = [1,\n 'two']\n\n[[g]]\nh = 'i'\n";
        let found = read(text, &place).unwrap();
        let shown: Vec<String> = found
            .iter()
            .map(|s| format!("{}={} {}", s.key, s.value, s.place))
            .collect();
        let expected = [
            "a=x the variable `1`",
            "b.c d.e=true the variable `3`",
            "b.c d.f.0=1 the variable `4`",
            "b.c d.f.1=two the variable `5`",
            "g.0.h=i the variable `8`",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn an_error_says_the_line_and_no_secret() {
        let error = read("a = 1\ntoken = hunter2\n", &place).unwrap_err();
        assert_eq!(error, "line 2 cannot be read");
    }
}
