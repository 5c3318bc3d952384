//! How long reading a packument takes, against `serde_json` reading the same
//! bytes into nothing (`IgnoredAny`).
//!
//! `TENURE_BENCH_PACKUMENT=FILE` adds a document of your own.
#![expect(
    clippy::disallowed_methods,
    reason = "a bench is configured by the environment"
)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use serde::de::IgnoredAny;
use std::fmt::Write;
use std::io::Read;
use tenure_ecosystem::npm::packument;

/// A document of the shape of a large compiler's: thousands of nightly
/// versions, each with a manifest of some 4 kB.
fn generated(versions: u32) -> String {
    let mut manifests = String::new();
    let mut times = String::new();
    for n in 0..versions {
        let version = format!("5.{}.{}", n / 100, n % 100);
        let publisher = if n % 7 == 0 { "ada" } else { "bob" };
        let filler = "\"files\":\"lib/of/the/compiler/that/is/rather/long.d.ts\",".repeat(60);
        let _ = write!(
            manifests,
            "{}\"{version}\":{{\"name\":\"big\",\"version\":\"{version}\",{filler}\"scripts\":{{\"build\":\"x\",\"test\":\"y\"}},\
             \"_npmUser\":{{\"name\":\"{publisher}\",\"email\":\"{publisher}@example.com\"}},\
             \"maintainers\":[{{\"name\":\"ada\",\"email\":\"ada@example.com\"}},{{\"name\":\"bob\",\"email\":\"bob@example.com\"}}],\
             \"dist\":{{\"shasum\":\"0123456789abcdef\",\"tarball\":\"https://registry.example/big/-/big-{version}.tgz\"}}}}",
            if n == 0 { "" } else { "," },
        );
        let _ = write!(
            times,
            ",\"{version}\":\"20{:02}-{:02}-{:02}T05:27:47.219Z\"",
            10 + n / 336,
            1 + n / 28 % 12,
            1 + n % 28
        );
    }
    format!(
        "{{\"name\":\"big\",\"dist-tags\":{{\"latest\":\"5.0.0\"}},\"versions\":{{{manifests}}},\"time\":{{\"created\":\"2010-01-01T00:00:00Z\"{times}}}}}"
    )
}

fn documents() -> Vec<(String, Vec<u8>)> {
    let mut documents = vec![("generated".to_owned(), generated(3_400).into_bytes())];
    if let Ok(path) = std::env::var("TENURE_BENCH_PACKUMENT") {
        let bytes = std::fs::read(&path).expect("TENURE_BENCH_PACKUMENT names a readable file");
        documents.push(("given".to_owned(), bytes));
    }
    documents
}

/// The packuments of the corpus, as one load; `None` where it is absent.
fn corpus() -> Option<Vec<Vec<u8>>> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus");
    let folder = std::env::var("TENURE_CORPUS").unwrap_or_else(|_| beside.to_owned());
    let file = std::fs::File::open(format!("{folder}/npm/packuments.tar.gz")).ok()?;
    let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(file));
    let entries = archive.entries().ok()?.filter_map(Result::ok);
    let files = entries.filter(|entry| entry.header().entry_type().is_file());
    let read = files.map(|mut entry| {
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("a readable archive");
        bytes
    });
    Some(read.collect())
}

fn reading(criterion: &mut Criterion) {
    let mut loads: Vec<(String, Vec<Vec<u8>>)> = documents()
        .into_iter()
        .map(|(name, bytes)| (name, vec![bytes]))
        .collect();
    loads.extend(corpus().map(|documents| ("corpus".to_owned(), documents)));
    for (name, documents) in loads {
        let mut group = criterion.benchmark_group(format!("packument/{name}"));
        let bytes: usize = documents.iter().map(Vec::len).sum();
        group
            .throughput(Throughput::Bytes(bytes as u64))
            .sample_size(20);
        group.bench_function("serde_json to IgnoredAny", |b| {
            b.iter(|| {
                each(&documents, |bytes| {
                    serde_json::from_slice::<IgnoredAny>(bytes).expect("JSON")
                });
            });
        });
        group.bench_function("facts", |b| {
            b.iter(|| {
                each(&documents, |bytes| {
                    packument::read_facts(bytes).expect("a packument")
                });
            });
        });
        group.bench_function("facts and digest", |b| {
            b.iter(|| {
                each(&documents, |bytes| {
                    packument::read(bytes).expect("a packument")
                });
            });
        });
        group.finish();
    }
}

fn each<T>(documents: &[Vec<u8>], read: impl Fn(&[u8]) -> T) {
    for bytes in documents {
        std::hint::black_box(read(bytes));
    }
}

criterion_group!(benches, reading);
criterion_main!(benches);
