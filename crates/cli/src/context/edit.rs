//! Changes to files that people write: comments and order stay.

use super::in_file;
use anyhow::{Context as _, bail};
use std::fs;
use std::io::Write as _;
use std::path::Path;
use tenure_trust::acceptance::ProjectFile;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table};

/// The text of a `tenure.toml` with one more `[[section]]` at the end of that
/// section.
pub(crate) fn append_table(
    name: &str,
    text: &str,
    section: &str,
    table: Table,
) -> anyhow::Result<String> {
    let mut document: DocumentMut = text.parse().map_err(|error: toml_edit::TomlError| {
        in_file(name, text, error.span(), error.message())
    })?;
    let item = document
        .entry(section)
        .or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    let Some(entries) = item.as_array_of_tables_mut() else {
        bail!("{name}: `{section}` is written as a list; write it as `[[{section}]]` first");
    };
    entries.push(table);
    let text = document.to_string();
    // What is written must be readable, whatever was given.
    ProjectFile::parse(&text).with_context(|| format!("{name} would not be readable"))?;
    Ok(text)
}

/// Puts `text` at `path` in one step: readers see the old file or the new one.
pub(crate) fn write_atomically(path: &Path, text: &str) -> anyhow::Result<()> {
    // A link stays one: its target is replaced.
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.{}", std::process::id()));
    let written = fs::File::create_new(&temporary)
        .and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()
        })
        .and_then(|()| match fs::metadata(path) {
            Ok(meta) => fs::set_permissions(&temporary, meta.permissions()),
            Err(_) => Ok(()),
        })
        .and_then(|()| fs::rename(&temporary, path));
    written
        .inspect_err(|_| {
            // Nothing reads that name; the first error is the one to report.
            let _ = fs::remove_file(&temporary);
        })
        .with_context(|| format!("cannot write `{}`", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use toml_edit::value;

    fn entry() -> Table {
        let mut table = Table::new();
        table["person"] = value("npm:ada");
        table["until"] = value("2027-01-01".parse::<toml_edit::Datetime>().unwrap());
        table
    }

    #[test]
    fn comments_and_order_stay() {
        let text = "# ours\n[[trust]] # first\nperson = \"npm:bob\"\nuntil = 2027-01-01\n\n# end\n[policy.unknown]\nfails = false # for now\n";
        insta::assert_snapshot!(append_table("tenure.toml", text, "trust", entry()).unwrap());
    }

    #[test]
    fn a_list_is_not_rewritten() {
        let error = append_table("tenure.toml", "trust = []\n", "trust", entry()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "tenure.toml: `trust` is written as a list; write it as `[[trust]]` first"
        );
    }

    #[test]
    fn replaces_a_file_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        write_atomically(&path, "one").unwrap();
        write_atomically(&path, "two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
