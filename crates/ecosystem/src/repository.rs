//! The many ways in which npm packages write the address of their repository.

/// `host/owner/name` in lower case, such as `github.com/chalk/chalk`, for the
/// forms that npm accepts: URLs of any scheme, `git@host:owner/name`, and the
/// short forms `owner/name`, `github:owner/name`, `gitlab:`, `bitbucket:`
/// (npm's `package.json` documentation, "repository"). `None` if it names no
/// repository on a host.
pub fn normalise(text: &str) -> Option<Box<str>> {
    let text = text.trim();
    if text.len() > 2_000 || text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let text = text
        .split(['#', '?'])
        .next()?
        .strip_prefix("git+")
        .unwrap_or(text.split(['#', '?']).next()?);
    let (host, path) = host_and_path(text)?;
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let (owner, name) = (parts.next()?, parts.next()?);
    let name = name.strip_suffix(".git").unwrap_or(name);
    let host = host.strip_prefix("www.").unwrap_or(host);
    Some(format!("{host}/{owner}/{name}").to_ascii_lowercase().into())
}

fn host_and_path(text: &str) -> Option<(&str, &str)> {
    for (prefix, host) in [
        ("github:", "github.com"),
        ("gitlab:", "gitlab.com"),
        ("bitbucket:", "bitbucket.org"),
    ] {
        if let Some(path) = text.strip_prefix(prefix) {
            return Some((host, path));
        }
    }
    let rest = match text.split_once("://") {
        Some((_, rest)) => rest,
        None if text.contains('@') => text,
        None => {
            return (text.matches('/').count() == 1 && !text.starts_with('.'))
                .then_some(("github.com", text));
        }
    };
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    let end = rest.find([':', '/'])?;
    let (host, path) = (&rest[..end], &rest[end + 1..]);
    // `host:443/owner/name` has a port, `host:owner/name` has none.
    let path = path
        .split_once('/')
        .filter(|(port, _)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(path, |(_, p)| p);
    (!host.is_empty()).then_some((host, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_forms_that_npm_accepts() {
        for text in [
            "git+https://github.com/chalk/chalk.git",
            "git://github.com/chalk/chalk.git",
            "https://www.github.com/Chalk/chalk#readme",
            "git@github.com:chalk/chalk.git",
            "git+ssh://git@github.com/chalk/chalk.git",
            "ssh://git@github.com:22/chalk/chalk",
            "github:chalk/chalk",
            "chalk/chalk",
        ] {
            assert_eq!(
                normalise(text).as_deref(),
                Some("github.com/chalk/chalk"),
                "{text}"
            );
        }
        for text in ["", "chalk", "https://example.com", "./x/y", "a b/c"] {
            assert_eq!(normalise(text), None, "{text}");
        }
    }
}
