//! How long reading a lockfile of 1,500 packages takes, in every format.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::fmt::Write;
use tenure_ecosystem::npm::lockfile::parse;

const PACKAGES: usize = 1500;
const DIGEST: &str = "sha512-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==";

/// What one format has before, for each and after the packages.
struct Shape {
    label: &'static str,
    file_name: &'static str,
    before: &'static str,
    entry: fn(&mut String, usize) -> std::fmt::Result,
    after: &'static str,
}

const SHAPES: [Shape; 5] = [
    Shape {
        label: "package-lock v3",
        file_name: "package-lock.json",
        before: "{\n  \"lockfileVersion\": 3,\n  \"packages\": {\n    \"\": {}",
        entry: |text, n| {
            write!(
                text,
                ",\n    \"node_modules/package-{n}\": {{\n      \"version\": \"1.{n}.0\",\n      \
                 \"resolved\": \"https://registry.example/package-{n}/-/package-{n}-1.{n}.0.tgz\",\n      \
                 \"integrity\": \"{DIGEST}\",\n      \"license\": \"MIT\",\n      \"dependencies\": {{\n        \
                 \"first-dependency\": \"^1.0.0\",\n        \"second-dependency\": \"^2.0.0\"\n      }},\n      \
                 \"engines\": {{\n        \"node\": \">=18\"\n      }}\n    }}"
            )
        },
        after: "\n  }\n}\n",
    },
    Shape {
        label: "pnpm v9",
        file_name: "pnpm-lock.yaml",
        before: "lockfileVersion: '9.0'\n\npackages:\n",
        // An entry of `snapshots` for each would come at the end; it costs the
        // same here.
        entry: |text, n| {
            write!(
                text,
                "\n  package-{n}@1.{n}.0:\n    resolution: {{integrity: {DIGEST}}}\n    \
                 engines: {{node: '>=18'}}\n    dependencies:\n      first-dependency: 1.0.0\n      \
                 second-dependency: 2.0.0\n      third-dependency: 3.0.0(peer@1.0.0)\n"
            )
        },
        after: "",
    },
    Shape {
        label: "yarn 1",
        file_name: "yarn.lock",
        before: "# yarn lockfile v1\n\n",
        entry: |text, n| {
            write!(
                text,
                "\npackage-{n}@^1.0.0, package-{n}@^1.1.0:\n  version \"1.{n}.0\"\n  \
                 resolved \"https://registry.example/package-{n}/-/package-{n}-1.{n}.0.tgz#0123\"\n  \
                 integrity {DIGEST}\n  dependencies:\n    first-dependency \"^1.0.0\"\n    \
                 second-dependency \"^2.0.0\"\n"
            )
        },
        after: "",
    },
    Shape {
        label: "yarn 4",
        file_name: "yarn.lock",
        before: "__metadata:\n  version: 8\n  cacheKey: 10c0\n",
        entry: |text, n| {
            write!(
                text,
                "\n\"package-{n}@npm:^1.0.0, package-{n}@npm:^1.1.0\":\n  version: 1.{n}.0\n  \
                 resolution: \"package-{n}@npm:1.{n}.0\"\n  dependencies:\n    \
                 first-dependency: \"npm:^1.0.0\"\n    second-dependency: \"npm:^2.0.0\"\n  \
                 checksum: 10c0/{DIGEST}\n  languageName: node\n  linkType: hard\n"
            )
        },
        after: "",
    },
    Shape {
        label: "bun",
        file_name: "bun.lock",
        before: "{\n  \"lockfileVersion\": 1,\n  \"packages\": {\n",
        entry: |text, n| {
            write!(
                text,
                "    \"package-{n}\": [\"package-{n}@1.{n}.0\", \"\", {{ \"dependencies\": \
                 {{ \"first-dependency\": \"^1.0.0\", \"second-dependency\": \"^2.0.0\" }} }}, \"{DIGEST}\"],\n\n"
            )
        },
        after: "  }\n}\n",
    },
];

fn lockfile(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("lockfile");
    for shape in SHAPES {
        let mut text = shape.before.to_owned();
        for n in 0..PACKAGES {
            let _ = (shape.entry)(&mut text, n);
        }
        text.push_str(shape.after);
        let read =
            || parse(shape.file_name, text.as_bytes()).map(|lockfile| lockfile.packages.len());
        assert_eq!(read(), Ok(PACKAGES), "{}", shape.label);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(shape.label, |bencher| bencher.iter(read));
    }
}

criterion_group!(benches, lockfile);
criterion_main!(benches);
