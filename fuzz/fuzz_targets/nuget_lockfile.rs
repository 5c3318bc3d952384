//! What .NET projects are locked to, in all formats.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_ecosystem::nuget::lockfile::parse;

fuzz_target!(|bytes: &[u8]| {
    for name in ["packages.lock.json", "packages.config", "a.csproj"] {
        let _ = parse(name, bytes);
    }
});
