//! How long it takes to write the document that a proxy serves, with nothing
//! held back and with a tenth of all versions held back, against `serde_json`
//! reading the same bytes into nothing (`IgnoredAny`).
//!
//! `TENURE_BENCH_PACKUMENT=FILE` adds a document of your own.

mod documents;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use documents::each;
use serde::de::IgnoredAny;
use tenure_ecosystem::npm::hold::{Form, View, render};

/// Holds a tenth of all versions back.
fn tenth(version: &str) -> bool {
    version.bytes().map(u32::from).sum::<u32>() % 10 == 0
}

fn view(form: Form, is_restricted: &dyn Fn(&str) -> bool) -> View<'_> {
    View {
        form,
        base: "https://proxy.example/npm/",
        is_restricted,
        message: &|held| format!("{} held", held.versions.len()),
    }
}

fn writing(criterion: &mut Criterion) {
    let forms = [("full", Form::Full), ("abbreviated", Form::Abbreviated)];
    for (name, documents) in documents::loads() {
        let mut group = criterion.benchmark_group(format!("hold/{name}"));
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
        for (name, form) in forms {
            let nothing = view(form, &|_| false);
            let tenth = view(form, &tenth);
            for (held, view) in [("nothing", nothing), ("a tenth", tenth)] {
                group.bench_function(format!("{name}, {held} held"), |b| {
                    b.iter(|| {
                        each(&documents, |bytes| {
                            render(bytes, &view).expect("a packument")
                        });
                    });
                });
            }
        }
        group.finish();
    }
}

criterion_group!(benches, writing);
criterion_main!(benches);
