//! Names of projects (PEP 503) and of their files (PEP 427 and 625, and the
//! forms before them).

use super::version;
use pep440_rs::Version;

/// The longest name of a file that file systems take.
const MAX_FILE_NAME: usize = 255;

/// What kind of file it is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// Ready to be copied into place: nothing of it runs at installation.
    Wheel,
    /// The source, which is built where it is installed: its code runs then.
    Source,
    /// A form that today's installers pass over.
    Old,
}

/// The normal form of a project's name: `zope-interface` for `Zope.Interface`.
/// `None` if PEP 508 does not allow it.
pub fn normalise(name: &str) -> Option<String> {
    let bytes = name.as_bytes();
    let is_inner = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let ends = [bytes.first()?, bytes.last()?];
    if !ends.iter().all(|b| b.is_ascii_alphanumeric()) || !bytes.iter().all(is_inner) {
        return None;
    }
    Some(folded(name))
}

/// Whether the text is a name in its normal form.
pub fn is_normal(name: &str) -> bool {
    normalise(name).as_deref() == Some(name)
}

/// Lower case, and every run of `-`, `_` and `.` as one `-`.
fn folded(name: &str) -> String {
    let mut normal = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '-' | '_' | '.' if normal.ends_with('-') => {}
            '-' | '_' | '.' => normal.push('-'),
            c => normal.push(c.to_ascii_lowercase()),
        }
    }
    normal
}

/// Which release of `project` (in its normal form) a file is of, in the
/// version's normal form. `None` where the name does not tell beyond doubt:
/// another project's file, no version, a form that is not known.
pub fn release_of(project: &str, file_name: &str) -> Option<(FileKind, String)> {
    parsed(project, file_name).map(|(kind, version)| (kind, version.to_string()))
}

pub(in crate::pypi) fn parsed(project: &str, file_name: &str) -> Option<(FileKind, Version)> {
    if !is_usable(file_name) {
        return None;
    }
    let (stem, kind) = stem(file_name)?;
    let text = match kind {
        FileKind::Wheel => wheel(project, stem),
        FileKind::Source => source(project, stem),
        FileKind::Old => old(project, stem),
    }?;
    version::parse(text).map(|version| (kind, version))
}

/// Whether it can be the last part of a path, everywhere.
pub(in crate::pypi) fn is_usable(file_name: &str) -> bool {
    let is_plain =
        |c: char| !c.is_control() && !c.is_whitespace() && !"/\\?#%<>\"'&|:*".contains(c);
    !file_name.starts_with('.')
        && (1..=MAX_FILE_NAME).contains(&file_name.len())
        && file_name.chars().all(is_plain)
}

/// The name without its ending, which says what kind of file it is.
fn stem(file_name: &str) -> Option<(&str, FileKind)> {
    const ENDINGS: [(&str, FileKind); 10] = [
        (".whl", FileKind::Wheel),
        (".tar.gz", FileKind::Source),
        (".zip", FileKind::Source),
        (".tgz", FileKind::Source),
        (".tar.bz2", FileKind::Source),
        (".tar.xz", FileKind::Source),
        (".tar.Z", FileKind::Source),
        (".tar", FileKind::Source),
        (".egg", FileKind::Old),
        (".exe", FileKind::Old),
    ];
    ENDINGS
        .iter()
        .find_map(|(ending, kind)| Some((file_name.strip_suffix(ending)?, *kind)))
}

/// `name-version(-build)?-python-abi-platform` (PEP 427).
fn wheel<'s>(project: &str, stem: &'s str) -> Option<&'s str> {
    let parts: Vec<&str> = stem.split('-').collect();
    let fits = match parts[..] {
        [_, _, _, _, _] => true,
        [_, _, build, _, _, _] => build.starts_with(|c: char| c.is_ascii_digit()),
        _ => false,
    };
    let is_full = parts.iter().all(|part| !part.is_empty());
    (fits && is_full && folded(parts[0]) == project).then(|| parts[1])
}

/// `name-version`, where both may have dashes: the name that was asked for
/// says where it ends, as it does for installers.
fn source<'s>(project: &str, stem: &'s str) -> Option<&'s str> {
    let mut dashes = stem.match_indices('-');
    let (end, _) = dashes.find(|(at, _)| folded(&stem[..*at]) == project)?;
    Some(&stem[end + 1..])
}

/// `name-version-py3.6(-platform)?` for eggs, `name-version.platform(-py3.6)?`
/// for installers of Windows.
fn old<'s>(project: &str, stem: &'s str) -> Option<&'s str> {
    let rest = source(project, stem)?;
    let rest = rest.split("-py").next()?;
    let platform = rest.find(".win32").or_else(|| rest.find(".win-"));
    Some(&rest[..platform.unwrap_or(rest.len())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_a_normal_form() {
        for (name, normal) in [
            ("Zope.Interface", Some("zope-interface")),
            ("a__b-.-c", Some("a-b-c")),
            ("x", Some("x")),
            ("", None),
            ("-x", None),
            ("x.", None),
            ("a b", None),
            ("é", None),
            ("../x", None),
        ] {
            assert_eq!(normalise(name).as_deref(), normal, "{name:?}");
        }
        assert!(is_normal("zope-interface") && !is_normal("zope.interface"));
    }

    #[test]
    fn files_tell_their_version() {
        for (project, file, version) in [
            ("requests", "requests-2.32.3-py3-none-any.whl", "2.32.3"),
            (
                "zope-interface",
                "zope.interface-7.0-1-cp312-cp312-win32.whl",
                "7.0",
            ),
            ("a-b", "a_b-1.0-1build-py3-none-any.whl", "1.0"),
            ("a-b", "A-B-1.0rc1.tar.gz", "1.0rc1"),
            ("foo-2", "foo-2-1.0.zip", "1.0"),
            ("x", "x-2004a.tar.bz2", "2004a0"),
            ("x", "x-1.0-1.tgz", "1.0.post1"),
            ("setuptools", "setuptools-0.6c11-py2.7.egg", "0.6rc11"),
            ("lxml", "lxml-3.0.win-amd64-py3.2.exe", "3.0"),
            ("lxml", "lxml-3.0.win32-py2.4.exe", "3.0"),
        ] {
            let told = release_of(project, file).map(|(_, version)| version);
            assert_eq!(told.as_deref(), Some(version), "{file}");
        }
    }

    #[test]
    fn what_does_not_tell_is_not_guessed() {
        for (project, file) in [
            ("foo", "foo-bar-1.0.tar.gz"),
            ("foo", "foobar-1.0.tar.gz"),
            ("foo", "bar-1.0-py3-none-any.whl"),
            ("foo", "foo-1.0-x1-py3-none-any.whl"),
            ("foo", "foo-1.0-py3-any.whl"),
            ("foo", "foo-1.0--py3-none-any.whl"),
            ("foo", "foo-1.0_local-py3-none-any.whl"),
            ("foo", "foo.tar.gz"),
            ("foo", "foo-1.0-r12.tar.gz.asc"),
            ("foo", "foo-unknown.tar.gz"),
            ("foo", "foo-1.0\u{1b}.tar.gz"),
            ("foo", "../foo-1.0.tar.gz"),
            ("foo", ""),
        ] {
            assert_eq!(release_of(project, file), None, "{file:?}");
        }
    }
}
