//! Where the file of a crate is in an index (The Cargo Book, "Index files").

/// The longest name of a crate that the public registry takes.
const MAX_NAME: usize = 64;

/// Whether a crate can have this name: letters, digits, `-` and `_`, up to 64.
pub fn is_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=MAX_NAME).contains(&name.len()) && name.bytes().all(plain)
}

/// The path of a crate's file below the index, such as `se/rd/serde`; `None`
/// if no crate can have this name.
pub fn path(name: &str) -> Option<String> {
    if !is_name(name) {
        return None;
    }
    let name = name.to_ascii_lowercase();
    Some(match name.len() {
        1 => format!("1/{name}"),
        2 => format!("2/{name}"),
        3 => format!("3/{}/{name}", &name[..1]),
        _ => format!("{}/{}/{name}", &name[..2], &name[2..4]),
    })
}

/// The crate, in lower case, whose file is at `at` below the index; `None` if
/// no crate's is. cargo asks for paths in lower case only.
pub fn name_at(at: &str) -> Option<&str> {
    let name = at.rsplit('/').next()?;
    (path(name).as_deref() == Some(at)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_folder_of_every_length() {
        for (name, at) in [
            ("a", "1/a"),
            ("ab", "2/ab"),
            ("abc", "3/a/abc"),
            ("serde", "se/rd/serde"),
            ("Inflector", "in/fl/inflector"),
        ] {
            assert_eq!(path(name).as_deref(), Some(at));
            assert_eq!(name_at(at), Some(&*name.to_ascii_lowercase()));
        }
        for at in [
            "",
            "a",
            "1/ab",
            "se/rd/Serde",
            "se/xx/serde",
            "../se/rd/serde",
        ] {
            assert_eq!(name_at(at), None, "{at}");
        }
        for name in ["", "a/b", "..", "ä", "a b", &"x".repeat(65)] {
            assert_eq!(path(name), None, "{name}");
        }
    }
}
