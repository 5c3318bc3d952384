use super::*;
use proptest::prelude::*;

fn told(file: &str, text: &str) -> String {
    let lockfile = match parse(file, text.as_bytes()) {
        Ok(lockfile) => lockfile,
        Err(error) => return error.to_string(),
    };
    let packages = lockfile.packages.iter().map(|locked| {
        let digest = locked.integrity.as_deref().unwrap_or("-");
        let (line, package, version) = (locked.line, &locked.package, &locked.version);
        format!("{line} {package} {version} ({digest})")
    });
    let wants = lockfile.wants.iter().map(|want| {
        let (line, package, range) = (want.line, &want.package, &want.range);
        format!("{line} {:?} wants {package} {range}", want.by)
    });
    let unresolved = lockfile.unresolved.iter().map(|one| {
        let (line, package, text) = (one.line, &one.package, &one.text);
        format!("{line} {package} is not told: `{text}`")
    });
    let all: Vec<String> = packages.chain(wants).chain(unresolved).collect();
    all.join("\n")
}

const LOCK: &str = r#"{
  "version": 2,
  "dependencies": {
    ".NETFramework,Version=v4.7.2": {
      "Newtonsoft.Json": {
        "type": "Direct",
        "requested": "[13.0.1, )",
        "resolved": "13.0.1",
        "contentHash": "aa=="
      }
    },
    "net8.0": {
      "Newtonsoft.Json": {
        "type": "Direct",
        "requested": "[13.0.1, )",
        "resolved": "13.0.1.0",
        "contentHash": "aa=="
      },
      "Below": {
        "type": "Transitive",
        "resolved": "1.0.0-RC.1",
        "contentHash": "bb==",
        "dependencies": { "Newtonsoft.Json": "9.0.1" }
      },
      "my.library": {
        "type": "Project",
        "dependencies": { "Below": "[1.0.0-rc.1, )", "My.Other": "[1.0.0, )" }
      },
      "my.other": { "type": "Project" }
    },
    "net8.0/linux-x64": {}
  }
}"#;

const CONFIG: &str = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>
<packages>
  <package id=\"jQuery\" version=\"2.1.3\" targetFramework=\"net45\" />
  <!-- <package id=\"no\" version=\"1.0\" /> -->
  <package
    id=\"EntityFramework\" version=\"6.1.3-beta1\" allowedVersions=\"[6,7)\" />
</packages>";

const PROJECT: &str = r#"<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <One>1.2.3</One>
    <Two>$(One)-beta</Two>
  </PropertyGroup>
  <PropertyGroup Condition="'$(TargetFramework)' == 'net8.0'">
    <One>2.0.0</One>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Plain" Version="1.0" />
    <PackageReference Include="Floating" Version="1.*" PrivateAssets="all" />
    <PackageReference Include="Exact">
      <Version>[1.0]</Version>
      <PrivateAssets>all</PrivateAssets>
    </PackageReference>
    <PackageReference Include="A; B;" Version="3.0" />
    <PackageReference Include="Property" Version="$(One)" />
    <PackageReference Include="Nested" Version="$(two)" />
    <PackageReference Include="Elsewhere" Version="$(NotHere)" />
    <PackageReference Include="Central" />
    <PackageReference Include="Central.Own" VersionOverride="5.0" />
    <PackageReference Update="Updated" Version="1.0 &amp; 2" />
    <PackageReference Remove="Removed" />
    <PackageReference Include="@(List)" Version="1.0" />
    <ProjectReference Include="../Other/Other.csproj" />
  </ItemGroup>
  <Choose><When Condition="x"><ItemGroup>
    <packagereference include="Chosen" version="1.0" />
    <PackageDownload Include="Twice" Version="[1.0];[2.0]" />
  </ItemGroup></When></Choose>
</Project>"#;

const CENTRAL: &str = r#"<Project xmlns="http://schema.example/msbuild/2003">
  <ItemGroup>
    <PackageVersion Include="Some.Package" Version="1.0.0" />
    <GlobalPackageReference Include="Everywhere" Version="2.0.0" />
  </ItemGroup>
</Project>"#;

#[test]
fn reads_every_format() {
    let all = [
        ("src/packages.lock.json", LOCK),
        ("packages.config", CONFIG),
        ("src/App/App.csproj", PROJECT),
        ("Directory.Packages.props", CENTRAL),
    ];
    let all = all.map(|(file, text)| format!("{file}\n{}", told(file, text)));
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn knows_files_by_their_names() {
    for (name, format) in [
        ("packages.App.lock.json", Some(Format::Lock)),
        ("packages.App.config", Some(Format::Config)),
        (r"src\App.FSPROJ", Some(Format::Project)),
        ("directory.build.targets", Some(Format::Project)),
        ("package-lock.json", None),
        (".csproj", None),
        ("NuGet.config", None),
        ("Directory.Other.props", None),
    ] {
        assert_eq!(Format::of(name), format, "{name}");
    }
}

#[test]
fn says_what_is_wrong_and_where() {
    let deep = "<Project>".repeat(70);
    let all = [
        ("Cargo.lock", ""),
        ("packages.lock.json", ""),
        ("packages.lock.json", "[]"),
        ("packages.lock.json", "{\"version\": 3}"),
        (
            "packages.lock.json",
            "{\"version\": 1,\n\"dependencies\": {\"a\": {]}",
        ),
        (
            "packages.lock.json",
            "{\"version\": 1, \"dependencies\": {\"net8.0\": {\n\"a\": {\"resolved\": \"x\"}}}}",
        ),
        ("packages.config", "<packages>"),
        ("packages.config", "<packages>\n</package>"),
        ("packages.config", "<project />"),
        (
            "packages.config",
            "<packages><package id=\"a\" /></packages>",
        ),
        (
            "packages.config",
            "<packages>\n<package id=\"a b\" version=\"1\"/></packages>",
        ),
        ("a.csproj", ""),
        ("a.csproj", "<Project/><Project/>"),
        ("a.csproj", "<!DOCTYPE a [<!ENTITY b \"c\">]><Project/>"),
        ("a.csproj", "<Project>\n&unknown;</Project>"),
        ("a.csproj", "<Project a=\"1\" a=\"2\"/>"),
        ("a.csproj", &deep),
    ];
    insta::assert_snapshot!(all.map(|(file, text)| told(file, text)).join("\n"));
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(
        text in "(<|>|/|=|\"|'|&|;|Project|PropertyGroup|PackageReference|Version|Include|A|\\$\\(A\\)|1\\.0| |\n|\\{|\\}|:|,|\"version\"|\"dependencies\"|2|<!--|-->){0,60}"
    ) {
        for name in ["packages.lock.json", "packages.config", "a.csproj"] {
            let _ = parse(name, text.as_bytes());
        }
    }
}
