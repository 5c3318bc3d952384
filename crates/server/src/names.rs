//! What a path below the registry's own asks for.
//!
//! Clients write a scoped name as `@s%2fn`, `@s%2Fn` or `@s/n`; all three mean
//! the same (`research: registries 1.1`, seen with npm, pnpm, yarn and bun).

use tenure_domain::{Ecosystem, PackageId};

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A package's document.
    Packument(PackageId),
    /// One manifest, by version or tag.
    Manifest(PackageId, String),
    /// A tarball, by the version in its name.
    Tarball(PackageId, String),
    /// A package's tags.
    DistTags(PackageId),
    /// Something of the registry itself: the path after `-/`, as it came.
    Service(String),
    /// A change of a package: only the registry that hosts it can do that.
    Change(PackageId),
}

/// Reads a path, given without its leading slash. `None` if it means nothing
/// here.
pub(crate) fn read(path: &str) -> Option<Wanted> {
    let path = path.trim_end_matches('/');
    if let Some(service) = path.strip_prefix("-/") {
        return Some(read_service(service));
    }
    let mut segments = Vec::new();
    for segment in path.split('/') {
        segments.push(decode(segment)?);
    }
    let (package, rest) = package(&segments)?;
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    match rest.as_slice() {
        [] => Some(Wanted::Packument(package)),
        ["-", file] => {
            let version = version_in(&package, file)?;
            Some(Wanted::Tarball(package, version))
        }
        ["-rev", _] | ["-", _, "-rev", _] => Some(Wanted::Change(package)),
        [version] => Some(Wanted::Manifest(package, (*version).to_owned())),
        _ => None,
    }
}

fn read_service(service: &str) -> Wanted {
    let tags = || {
        let rest = service.strip_prefix("package/")?;
        let (name, tag) = rest.split_once("/dist-tags")?;
        let name: Option<Vec<String>> = name.split('/').map(decode).collect();
        let name = name?;
        let (package, rest) = package(&name)?;
        if !rest.is_empty() {
            return None;
        }
        Some(if tag.is_empty() {
            Wanted::DistTags(package)
        } else {
            Wanted::Change(package)
        })
    };
    tags().unwrap_or_else(|| Wanted::Service(service.to_owned()))
}

/// The package that the first segments name, and the segments after it.
fn package(segments: &[String]) -> Option<(PackageId, &[String])> {
    let (first, rest) = segments.split_first()?;
    let (name, rest) = match rest.split_first() {
        Some((second, rest)) if first.starts_with('@') && !first.contains('/') => {
            (format!("{first}/{second}"), rest)
        }
        _ => (first.clone(), rest),
    };
    let package = PackageId::new(Ecosystem::Npm, &name).ok()?;
    Some((package, rest))
}

/// The version in a tarball's name, `name-1.0.0.tgz` without the scope.
fn version_in(package: &PackageId, file: &str) -> Option<String> {
    let base = package.name().rsplit('/').next()?;
    let version = file
        .strip_suffix(".tgz")?
        .strip_prefix(base)?
        .strip_prefix('-')?;
    (!version.is_empty()).then(|| version.to_owned())
}

/// A segment with its percent escapes resolved; `None` if they are broken.
pub(crate) fn decode(segment: &str) -> Option<String> {
    if !segment.contains('%') {
        return Some(segment.to_owned());
    }
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &tail[2..];
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn npm(name: &str) -> PackageId {
        PackageId::new(Ecosystem::Npm, name).unwrap()
    }

    #[test]
    fn a_scoped_name_in_three_escapings() {
        for path in [
            "@babel/core",
            "@babel%2fcore",
            "@babel%2Fcore",
            "%40babel%2fcore",
        ] {
            assert_eq!(
                read(path),
                Some(Wanted::Packument(npm("@babel/core"))),
                "{path}"
            );
        }
    }

    #[test]
    fn what_else_is_asked_of_a_package() {
        let tarball = Wanted::Tarball(npm("@babel/core"), "7.0.0-rc.1".to_owned());
        assert_eq!(
            read("@babel/core/-/core-7.0.0-rc.1.tgz"),
            Some(tarball.clone())
        );
        assert_eq!(read("@babel%2fcore/-/core-7.0.0-rc.1.tgz"), Some(tarball));
        let manifest = Wanted::Manifest(npm("chalk"), "latest".to_owned());
        assert_eq!(read("chalk/latest"), Some(manifest));
        let tags = Some(Wanted::DistTags(npm("@babel/core")));
        assert_eq!(read("-/package/@babel%2fcore/dist-tags"), tags);
        assert_eq!(read("-/package/@babel/core/dist-tags"), tags);
        let change = Some(Wanted::Change(npm("chalk")));
        assert_eq!(read("-/package/chalk/dist-tags/next"), change);
        assert_eq!(read("chalk/-rev/12-abc"), change);
        assert_eq!(read("chalk/-/chalk-1.0.0.tgz/-rev/12-abc"), change);
        assert_eq!(read("-/ping"), Some(Wanted::Service("ping".to_owned())));
    }

    #[test]
    fn what_means_nothing() {
        for path in [
            "",
            "@babel",
            "chalk/-/other-1.0.0.tgz",
            "a/b/c/d",
            "%zz",
            "../etc/passwd",
            "chalk/-/chalk-.tgz",
        ] {
            let read = read(path);
            assert!(read.is_none(), "{path}: {read:?}");
        }
    }
}
