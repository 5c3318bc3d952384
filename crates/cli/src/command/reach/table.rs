//! Writes the tables.

use super::{Arguments, Found, FoundOwners};
use crate::context::Process;
use anyhow::Context as _;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use tenure_ecosystem::pairs::Names;

/// What is written at a time.
const BUFFER: usize = 1 << 18;

impl Found {
    /// Writes the packages, and the owners if they are asked for.
    pub(super) fn write(&self, arguments: &Arguments, process: &Process) -> anyhow::Result<()> {
        if let (Some(file), Some(owners)) = (&arguments.owners_out, &self.owners) {
            to_file(file, process, |out| owners.write(out))?;
        }
        match &arguments.out {
            Some(file) => to_file(file, process, |out| self.packages(out)),
            None if arguments.json => Ok(()),
            None => match self.packages(&mut io::stdout().lock()) {
                // A reader that has gone away is no error.
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
                _ => Ok(()),
            },
        }
    }

    fn packages(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut columns = vec![&self.direct[..], &self.reach];
        columns.extend(self.owners.as_ref().map(|owners| &owners.dependents[..]));
        lines(&self.packages, &self.reach, &columns, out)
    }
}

impl FoundOwners {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        lines(&self.names, &self.reach, &[&self.held, &self.reach], out)
    }
}

fn to_file(
    file: &Path,
    process: &Process,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> anyhow::Result<()> {
    let written = File::create(process.env.current_dir().join(file));
    let written = written.and_then(|mut out| write(&mut out));
    written.with_context(|| format!("cannot write `{}`", file.display()))
}

/// A line for each name with its columns; those with most reach first, then by
/// name.
fn lines(names: &Names, reach: &[u32], columns: &[&[u32]], out: &mut dyn Write) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, out);
    let mut digits = itoa::Buffer::new();
    for number in order(names, reach) {
        out.write_all(names.name(number).as_bytes())?;
        for column in columns {
            out.write_all(b"\t")?;
            out.write_all(digits.format(column[number as usize]).as_bytes())?;
        }
        out.write_all(b"\n")?;
    }
    out.flush()
}

fn order(names: &Names, reach: &[u32]) -> Vec<u32> {
    // The first eight bytes of a name nearly always decide.
    let beginning = |number: u32| {
        let mut beginning = [0; 8];
        let name = names.name(number).as_bytes();
        let most = name.len().min(8);
        beginning[..most].copy_from_slice(&name[..most]);
        u64::from_be_bytes(beginning)
    };
    let all = reach.iter().enumerate().map(|(number, reach)| {
        let number = number as u32;
        (u32::MAX - reach, beginning(number), number)
    });
    let mut order: Vec<(u32, u64, u32)> = all.collect();
    order.sort_unstable_by(|one, other| {
        let key = (one.0, one.1).cmp(&(other.0, other.1));
        key.then_with(|| names.name(one.2).cmp(names.name(other.2)))
    });
    order.into_iter().map(|(_, _, number)| number).collect()
}
