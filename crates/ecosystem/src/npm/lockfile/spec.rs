//! What a dependency's text asks for: a range or tag of a registry package, or
//! something that is not a registry's.

/// `name@rest`, also for scoped names, which begin with an `@` themselves.
pub(super) fn split_name(text: &str) -> Option<(&str, &str)> {
    let start = text.chars().next()?.len_utf8();
    let at = start + text[start..].find('@')?;
    Some((&text[..at], &text[at + 1..]))
}

/// The package and the range that `spec` asks for where a manifest has it
/// under `name`. `None` if it is a folder, a link, a repository or a file.
///
/// `npm:real@^1` is an alias since npm 6.9 and yarn 0.21; without a range it
/// asks for any version. What follows `npm:` in pnpm and bun may also be just
/// a range of the same name.
pub(super) fn registry<'a>(name: &'a str, spec: &'a str) -> Option<(&'a str, &'a str)> {
    let Some(alias) = spec.trim().strip_prefix("npm:") else {
        return Some((name, range(spec)?));
    };
    match split_name(alias) {
        Some((real, spec)) => Some((real, range(spec)?)),
        None if begins_like_range(alias) => Some((name, range(alias)?)),
        None => Some((alias, "*")),
    }
}

/// `spec` if it is a range or a tag: everything else that a manifest may say
/// has a scheme, or is a path or `user/repository`.
pub(super) fn range(spec: &str) -> Option<&str> {
    let spec = spec.trim();
    match spec {
        "" => Some("*"),
        _ if spec.contains([':', '/', '\\', '#']) => None,
        _ => Some(spec),
    }
}

fn begins_like_range(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || "^~<>=*".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_names() {
        assert_eq!(split_name("a@^1"), Some(("a", "^1")));
        assert_eq!(split_name("@a/b@npm:c@1"), Some(("@a/b", "npm:c@1")));
        assert_eq!(split_name("@a/b"), None);
        assert_eq!(split_name("ä@"), Some(("ä", "")));
        assert_eq!(split_name(""), None);
    }

    #[test]
    fn resolves_aliases_and_leaves_out_what_is_no_registrys() {
        for (spec, asked) in [
            ("^1.0.0", Some(("x", "^1.0.0"))),
            (">=1 <2 || 3", Some(("x", ">=1 <2 || 3"))),
            ("", Some(("x", "*"))),
            ("latest", Some(("x", "latest"))),
            ("npm:real@^2", Some(("real", "^2"))),
            ("npm:@s/real@~1.2", Some(("@s/real", "~1.2"))),
            ("npm:@s/real", Some(("@s/real", "*"))),
            ("npm:real", Some(("real", "*"))),
            ("npm:^2", Some(("x", "^2"))),
            ("workspace:^", None),
            ("link:../x", None),
            ("file:x.tgz", None),
            ("user/repository", None),
            ("git@git.example:a/b", None),
            ("https://registry.example/x.tgz", None),
        ] {
            assert_eq!(registry("x", spec), asked, "{spec}");
        }
    }
}
