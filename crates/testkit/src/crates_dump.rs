//! A dump of a cargo registry's database, made up, as large as one likes.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::fs::File;
use std::io::{self, BufWriter, Seek as _, Write};

/// A dump that is the same for the same fields.
#[derive(Clone, Copy, Debug)]
pub struct CratesDump {
    /// What all that is made up follows from.
    pub seed: u64,
    /// How many crates it has. Of versions there are ten times as many.
    pub crates: u32,
    /// The day of 2026 on which it was taken, from 1; below 28. Each day every
    /// hundredth crate has another owner.
    pub day: u32,
}

type Table = BufWriter<File>;

const CRATES: &str = "created_at,description,documentation,homepage,id,max_features,\
    max_upload_size,name,readme,repository,trustpub_only,updated_at";
const VERSIONS: &str = "bin_names,categories,crate_id,crate_size,created_at,description,\
    documentation,downloads,edition,features,has_lib,homepage,id,keywords,license,links,num,\
    num_no_build,published_by,repository,rust_version,tar_sha256,updated_at,yanked,\
    zip_json_sha256,zip_sha256";
const OWNERS: &str = "crate_id,created_at,created_by,owner_id,owner_kind";
const USERS: &str = "created_at,gh_id,gh_login,id,name,username";
const TEAMS: &str = "avatar,github_id,id,login,name,org_id";
const DEFAULTS: &str = "crate_id,num_versions,version_id";
const DEPENDENCIES: &str = "crate_id,default_features,explicit_name,features,id,kind,optional,req,target,\
    version_id";
const DOWNLOADS: &str = "crate_id,downloads";

impl CratesDump {
    /// Writes the dump, a `.tar.gz`, and says how many versions it has.
    ///
    /// # Errors
    /// When it, or a temporary file, cannot be written.
    pub fn write(&self, out: impl Write) -> io::Result<u64> {
        let packed = GzEncoder::new(out, Compression::fast());
        let mut archive = tar::Builder::new(packed);
        let folder = format!("2026-01-{:02}-000000", self.day);
        let metadata = format!(r#"{{"timestamp":"2026-01-{:02}T00:00:00Z"}}"#, self.day);
        add(
            &mut archive,
            &format!("{folder}/metadata.json"),
            &mut metadata.as_bytes(),
            metadata.len() as u64,
        )?;
        let tables = self.tables()?;
        for (name, mut file) in tables.files {
            let size = file.stream_position()?;
            file.rewind()?;
            add(
                &mut archive,
                &format!("{folder}/data/{name}.csv"),
                &mut file,
                size,
            )?;
        }
        archive.into_inner()?.finish()?.flush()?;
        Ok(tables.versions)
    }

    fn tables(&self) -> io::Result<Tables> {
        let begin = |columns: &str| -> io::Result<Table> {
            let mut table = BufWriter::new(tempfile::tempfile()?);
            writeln!(table, "{columns}")?;
            Ok(table)
        };
        let mut crates = begin(CRATES)?;
        let mut versions = begin(VERSIONS)?;
        let mut owners = begin(OWNERS)?;
        let mut users = begin(USERS)?;
        let mut teams = begin(TEAMS)?;
        let mut defaults = begin(DEFAULTS)?;
        let mut downloads = begin(DOWNLOADS)?;
        let mut dependencies = begin(DEPENDENCIES)?;
        let mut next = 0_u64;
        for id in 1..=self.crates {
            let one = Made::new(self, id);
            one.write_crate(&mut crates)?;
            let first = next + 1;
            for nth in 0..one.versions {
                next += 1;
                one.write_version(&mut versions, next, nth)?;
            }
            one.write_owners(&mut owners)?;
            writeln!(defaults, "{id},{},{}", next + 1 - first, next)?;
            writeln!(downloads, "{id},{}", u64::from(id) * 17)?;
            one.write_dependencies(&mut dependencies, next)?;
        }
        for id in 1..=self.people() {
            writeln!(
                users,
                "2015-01-01 00:00:00.000000+00,{},user-{id},{id},User {id},user-{id}",
                id + 1000
            )?;
        }
        writeln!(teams, ",5,1,github:demo:core,Core,6")?;
        let mut files = Vec::new();
        for (name, table) in [
            ("crate_downloads", downloads),
            ("crate_owners", owners),
            ("crates", crates),
            ("default_versions", defaults),
            ("dependencies", dependencies),
            ("teams", teams),
            ("users", users),
            ("versions", versions),
        ] {
            let file = table.into_inner().map_err(io::IntoInnerError::into_error)?;
            files.push((name, file));
        }
        Ok(Tables {
            files,
            versions: next,
        })
    }

    /// A third as many as crates.
    fn people(&self) -> u32 {
        self.crates / 3 + 2
    }
}

struct Tables {
    files: Vec<(&'static str, File)>,
    versions: u64,
}

/// A crate.
struct Made {
    id: u32,
    owner: u32,
    /// Of all but every thirteenth version, which a workflow published.
    publisher: u32,
    versions: u32,
}

impl Made {
    fn new(dump: &CratesDump, id: u32) -> Self {
        let mut random = fastrand::Rng::with_seed(dump.seed ^ u64::from(id) << 20);
        // Few crates have most of the versions: 1 to 91, 10 in the mean.
        let versions = 1 + (random.f64().powi(9) * 90.0) as u32;
        let own = 1 + random.u32(..dump.people());
        let moved = id % 100 < dump.day;
        let owner = if moved { 1 + own % dump.people() } else { own };
        Self {
            id,
            owner,
            publisher: own,
            versions,
        }
    }

    fn first_owner(&self) -> u32 {
        1 + self.id % 7
    }

    fn write_crate(&self, table: &mut Table) -> io::Result<()> {
        let id = self.id;
        let readme =
            "# A crate\n\nSome words, \"\"quoted\"\" now and then, that nobody reads. ".repeat(16);
        writeln!(
            table,
            "2020-01-01 00:00:00.000000+00,A crate that does one thing,https://docs.example/crate-{id},,{id},,,\
             crate-{id:06},\"{readme}\",https://git.example/owner-{}/crate-{id},f,2026-01-01 00:00:00.000000+00",
            self.owner
        )
    }

    fn write_version(&self, table: &mut Table, number: u64, nth: u32) -> io::Result<()> {
        let id = self.id;
        let published = published(nth);
        let publisher = match nth % 13 {
            12 => String::new(),
            _ => self.publisher.to_string(),
        };
        writeln!(
            table,
            "{{}},{{development-tools}},{id},20480,{published},A crate that does one thing,\
             https://docs.example/crate-{id},1234,2021,\"{{\"\"default\"\": [\"\"std\"\"], \"\"std\"\": []}}\",t,,{number},\
             {{words}},MIT OR Apache-2.0,,0.{}.{},0.{}.{},{publisher},https://git.example/owner-{}/crate-{id},1.70,\
             \\x{},2026-01-01 00:00:00.000000+00,f,,",
            nth / 4,
            nth % 4,
            nth / 4,
            nth % 4,
            self.owner,
            digest(number)
        )
    }

    /// Of the newest version: at run time on the crate of half the number, and
    /// for tests on the one before it.
    fn write_dependencies(&self, table: &mut Table, version: u64) -> io::Result<()> {
        let id = self.id;
        for (needed, kind) in [(id / 2, 0), (id - 1, 2)] {
            if needed > 0 {
                writeln!(
                    table,
                    "{needed},t,,{{}},{id}{kind},{kind},f,^0.1,,{version}"
                )?;
            }
        }
        Ok(())
    }

    fn write_owners(&self, table: &mut Table) -> io::Result<()> {
        let id = self.id;
        // Whoever begins a crate owns it from its first version on.
        let since = if self.owner == self.publisher {
            published(0)
        } else {
            "2020-01-01 00:00:00.000000+00".to_owned()
        };
        writeln!(table, "{id},{since},{0},{0},0", self.owner)?;
        if id.is_multiple_of(10) {
            writeln!(
                table,
                "{id},2021-01-01 00:00:00.000000+00,{},1,1",
                self.owner
            )?;
        }
        if self.first_owner() != self.owner && id.is_multiple_of(3) {
            writeln!(table, "{id},,,{},0", self.first_owner())?;
        }
        Ok(())
    }
}

/// When the version that is the `nth` of its crate was published.
fn published(nth: u32) -> String {
    let (year, month) = (2016 + nth / 12, 1 + nth % 12);
    format!("{year}-{month:02}-03 07:15:00.123456+00")
}

/// Digests are what packs worst in a real dump.
fn digest(number: u64) -> String {
    let mut random = fastrand::Rng::with_seed(number);
    std::iter::repeat_with(|| random.u64(..))
        .take(4)
        .fold(String::new(), |text, part| format!("{text}{part:016x}"))
}

fn add(
    archive: &mut tar::Builder<impl Write>,
    path: &str,
    bytes: &mut impl io::Read,
    size: u64,
) -> io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(size);
    header.set_mode(0o644);
    archive.append_data(&mut header, path, bytes)
}
