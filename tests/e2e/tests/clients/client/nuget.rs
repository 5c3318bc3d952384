use super::{Client, Ecosystem};
use std::path::Path;

pub(crate) const NUGET: Client = Client {
    ecosystem: Ecosystem {
        name: "nuget",
        project: &[],
        program: |_, tools| {
            let folder = tools.join("nuget/node_modules/nuget-exe");
            folder.join("nuget-5.8.0.exe")
        },
        run_by: Some("mono"),
        prepared_by: None,
        variables: &[],
        // It takes the lowest version that it can, unless told otherwise.
        range: "delta -DependencyVersion Highest",
        exact: "river -Version 2.1.0",
        takes_exact: false,
    },
    id: "nuget",
    program: "nuget",
    settings: &[(
        "NuGet.Config",
        "<configuration>\n  <packageSources>\n    <clear />\n    \
         <add key=\"feed\" value=\"REGISTRYv3/index.json\" />\n  </packageSources>\n  \
         <config>\n    <add key=\"repositoryPath\" value=\"packages\" />\n  </config>\n\
         </configuration>\n",
    )],
    add: &["install", "-NonInteractive"],
    then: None,
    frozen: RESTORE,
    lockfile: "packages.config",
    freeze: None,
    written: Some(
        "<packages>\n  <package id=\"river\" version=\"2.1.0\" targetFramework=\"net45\" />\n\
         </packages>\n",
    ),
    add_to_locked: None,
    then_locked: Some(RESTORE),
    once_moved: None,
    installed,
    tidy,
    looks_again: false,
    wraps: false,
};

const RESTORE: &[&str] = &["restore", "packages.config", "-NonInteractive"];

/// What is unpacked, each in a folder with its version.
fn installed(project: &Path, package: &str) -> Option<String> {
    let packages = std::fs::read_dir(project.join("packages")).ok()?;
    let names = packages.flatten();
    let mut versions = names.filter_map(|one| {
        let name = one.file_name().to_str()?.to_lowercase();
        Some(name.strip_prefix(package)?.strip_prefix('.')?.to_owned())
    });
    versions.next()
}

fn tidy(line: &str) -> Option<String> {
    let words = line.trim();
    // Requests with how long each took, and how it goes, of several packages in
    // any order.
    let noise = [
        "GET ",
        "OK ",
        "NotFound ",
        "Forbidden ",
        "CACHE ",
        "Attempting to ",
        "Installing ",
        "Adding package ",
        "Resolving ",
        "Resolved ",
        "Retrieving ",
        "Acquiring lock ",
        "MSBuild auto-detection",
    ];
    let is_noise = words.is_empty() || noise.iter().any(|begin| words.starts_with(begin));
    // `Gathering dependency information took 12 ms`
    (!is_noise && !words.ends_with(" ms")).then(|| line.trim_end().to_owned())
}
