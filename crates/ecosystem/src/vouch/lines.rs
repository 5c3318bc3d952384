//! The lines of a statement: fields in a fixed order, `name: value`.

use tenure_domain::Time;

/// Why lines are not those of a statement.
pub(crate) struct Malformed(pub(crate) String);

/// The lines of a statement that were not read yet.
pub(crate) struct Lines<'a>(std::iter::Peekable<std::str::Lines<'a>>);

impl<'a> Lines<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        Self(text.lines().peekable())
    }

    /// The next line, as a whole; empty after the last one.
    pub(crate) fn next(&mut self) -> &'a str {
        self.0.next().unwrap_or_default()
    }

    /// Whether there is another line.
    pub(crate) fn has_more(&mut self) -> bool {
        self.0.peek().is_some()
    }

    /// Whether the next line is that field.
    pub(crate) fn is_next(&mut self, name: &str) -> bool {
        let rest = self.0.peek().and_then(|line| line.strip_prefix(name));
        rest.is_some_and(|rest| rest.starts_with(':'))
    }

    /// The value of the next line, which must be that field.
    pub(crate) fn value(&mut self, name: &str) -> Result<&'a str, Malformed> {
        let line = self.next();
        let value = line.strip_prefix(name);
        let value = value.and_then(|rest| rest.strip_prefix(": "));
        value.ok_or_else(|| Malformed(format!("expected `{name}: ...`, not `{}`", brief(line))))
    }

    pub(crate) fn date(&mut self, name: &str) -> Result<Time, Malformed> {
        let value = self.value(name)?.parse();
        value.map_err(|error| Malformed(format!("`{name}`: {error}")))
    }

    /// The SHA-256 of another statement, in hexadecimal digits.
    pub(crate) fn digest(&mut self, name: &str) -> Result<String, Malformed> {
        let value = self.value(name)?;
        let is_digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if value.len() != 64 || !value.bytes().all(is_digit) {
            return Err(Malformed(format!(
                "`{name}` must be the SHA-256 of a statement"
            )));
        }
        Ok(value.to_owned())
    }
}

/// The beginning of a text from outside, for a message.
pub(crate) fn brief(text: &str) -> String {
    let shown = text.chars().filter(|c| !c.is_control());
    shown.take(60).collect()
}
