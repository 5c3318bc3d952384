//! How long reading a packument takes, against `serde_json` reading the same
//! bytes into nothing (`IgnoredAny`).
//!
//! `TENURE_BENCH_PACKUMENT=FILE` adds a document of your own.

mod documents;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use documents::each;
use serde::de::IgnoredAny;
use tenure_ecosystem::npm::packument;

fn reading(criterion: &mut Criterion) {
    for (name, documents) in documents::loads() {
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

criterion_group!(benches, reading);
criterion_main!(benches);
