//! What .NET projects are locked to, in all formats, and where from.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_ecosystem::nuget::lockfile::parse;
use tenure_ecosystem::nuget::sources;

fuzz_target!(|bytes: &[u8]| {
    for name in ["packages.lock.json", "packages.config", "a.csproj"] {
        let _ = parse(name, bytes);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = sources::read(text);
    }
});
