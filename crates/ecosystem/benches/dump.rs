//! How many version rows a second are read from a registry's dump, unpacking
//! included, with rows as wide as real ones (some 700 bytes).

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fmt::Write;
use tenure_ecosystem::cargo::dump::{Dump, Limits};

const VERSIONS: u32 = 150_000;
/// What a crate has on average.
const PER_CRATE: u32 = 10;

const COLUMNS: &str = "bin_names,categories,crate_id,crate_size,created_at,description,\
    documentation,downloads,edition,features,has_lib,homepage,id,keywords,license,links,num,\
    num_no_build,published_by,repository,rust_version,tar_sha256,updated_at,yanked,\
    zip_json_sha256,zip_sha256\n";

fn versions() -> String {
    let mut random = fastrand::Rng::with_seed(7);
    let mut table = COLUMNS.to_owned();
    for id in 1..=VERSIONS {
        let of = id / PER_CRATE;
        let digest = || format!("\\x{:064x}", u128::from(id) * 0x9e37_79b9_7f4a_7c15);
        let (size, downloads) = (random.u32(1_000..900_000), random.u32(..));
        let day = 1 + id % 28;
        writeln!(
            table,
            "{{}},\"{{development-tools,parsing}}\",{of},{size},2024-05-{day:02} 07:15:00.123456+00,\
             \"A crate that does number {of}, quickly, and says so in a line or two of text\",\
             https://docs.example/crate-{of},{downloads},2021,\
             \"{{\"\"default\"\": [\"\"std\"\"], \"\"std\"\": [\"\"alloc\"\", \"\"other-{of}/std\"\"], \
             \"\"alloc\"\": [], \"\"serde\"\": [\"\"dep:serde\"\"]}}\",t,https://home.example/{of},{id},\
             \"{{parser,fast,number-{of}}}\",MIT OR Apache-2.0,,1.{id}.0,1.{id}.0,{user},\
             https://git.example/owner-{of}/crate-{of},1.70,{one},2024-05-{day:02} 07:15:00.123456+00,\
             f,{two},{three}",
            user = of % 5_000,
            one = digest(),
            two = digest(),
            three = digest(),
        )
        .expect("memory takes it");
    }
    table
}

fn packed(tables: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for (name, text) in tables {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        let path = format!("2026-08-20-000000/data/{name}.csv");
        let added = archive.append_data(&mut header, path, text.as_bytes());
        added.expect("memory takes it");
    }
    let packed = archive.into_inner().and_then(GzEncoder::finish);
    packed.expect("memory takes it")
}

fn dump() -> Vec<u8> {
    let mut crates = "id,name,repository\n".to_owned();
    let mut users = "id,gh_login\n".to_owned();
    let mut owners = "crate_id,owner_id,owner_kind,created_at\n".to_owned();
    for id in 0..=VERSIONS / PER_CRATE {
        let _ = writeln!(
            crates,
            "{id},crate-{id},https://git.example/owner-{id}/crate-{id}"
        );
        let _ = writeln!(owners, "{id},{},0,2024-05-01 00:00:00+00", id % 5_000);
    }
    for id in 0..5_000 {
        let _ = writeln!(users, "{id},user-{id}");
    }
    let versions = versions();
    packed(&[
        ("crates", &crates),
        ("users", &users),
        ("teams", "id,login\n"),
        ("crate_owners", &owners),
        ("versions", &versions),
    ])
}

fn reading(criterion: &mut Criterion) {
    let packed = dump();
    let mut group = criterion.benchmark_group("dump");
    group
        .throughput(Throughput::Elements(VERSIONS.into()))
        .sample_size(10);
    group.bench_function("version rows", |b| {
        b.iter(|| Dump::read(packed.as_slice(), Limits::default()).expect("a dump"));
    });
    let dump = Dump::read(packed.as_slice(), Limits::default()).expect("a dump");
    group.bench_function("version rows joined to crates", |b| {
        b.iter(|| dump.crates().map(|of| of.versions.len()).sum::<usize>());
    });
    group.finish();
}

criterion_group!(benches, reading);
criterion_main!(benches);
