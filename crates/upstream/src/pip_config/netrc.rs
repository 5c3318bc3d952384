//! `.netrc`: who somebody is on which machine.

/// A name and a password.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Login<'t> {
    pub(super) name: &'t str,
    pub(super) password: &'t str,
}

/// What is kept for a machine. The entry `default` is for any machine there is,
/// so it is shown to none.
pub(super) fn find<'t>(text: &'t str, machine: &str) -> Option<Login<'t>> {
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.starts_with('#'));
    let mut words = lines.flat_map(str::split_whitespace);
    let (mut is_it, mut name, mut password) = (false, "", None);
    while let Some(word) = words.next() {
        match word {
            "machine" | "default" | "macdef" if is_it => break,
            "machine" => {
                is_it = words
                    .next()
                    .is_some_and(|host| host.eq_ignore_ascii_case(machine));
            }
            "login" | "account" | "password" => {
                let value = words.next()?;
                match word {
                    "login" if is_it => name = value,
                    "password" if is_it => password = Some(value),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    password.map(|password| Login { name, password })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_entry_of_a_machine_and_of_no_other() {
        let text = "# mine\nmachine a.example login ada password one\n\
                    machine b.example\n  login bob\n  password two\ndefault login eve password three\n";
        let login = |name, password| Some(Login { name, password });
        assert_eq!(find(text, "a.example"), login("ada", "one"));
        assert_eq!(find(text, "B.example"), login("bob", "two"));
        assert_eq!(find(text, "c.example"), None);
    }
}
