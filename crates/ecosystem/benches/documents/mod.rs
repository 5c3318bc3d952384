//! The packuments that benches read.
#![expect(
    clippy::disallowed_methods,
    reason = "a bench is configured by the environment"
)]

use std::fmt::Write;

/// Named loads, each of one or more documents.
pub(crate) fn loads() -> Vec<(String, Vec<Vec<u8>>)> {
    let mut loads: Vec<(String, Vec<Vec<u8>>)> = documents()
        .into_iter()
        .map(|(name, bytes)| (name, vec![bytes]))
        .collect();
    let corpus = tenure_testkit::corpus::packuments();
    let bytes = |documents: Vec<_>| documents.into_iter().map(|(_, bytes)| bytes).collect();
    loads.extend(corpus.map(|documents| ("corpus".to_owned(), bytes(documents))));
    loads
}

/// Reads each document of a load.
pub(crate) fn each<T>(documents: &[Vec<u8>], read: impl Fn(&[u8]) -> T) {
    for bytes in documents {
        std::hint::black_box(read(bytes));
    }
}

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
