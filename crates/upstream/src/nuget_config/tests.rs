use super::*;
use crate::configured::Configured;
use crate::machine::Machine;

fn machine(files: &[(&str, &str)]) -> Machine {
    let files = [files, &[("deep/project/a.csproj", "")]].concat();
    Machine::new(&files, "deep/project", Configured::nuget)
}

fn config(sources: &str, more: &str) -> String {
    format!("<configuration><packageSources>{sources}</packageSources>{more}</configuration>")
}

#[test]
fn the_nearest_feed_comes_first() {
    let near = config(
        "\n<add key='folder' value='./packages' />\n<add key='near' value='https://near.example/v3/index.json' />",
        "",
    );
    let user = config(
        "<add key='far' value='https://far.example/index.json' />",
        "",
    );
    let files = [
        ("deep/NuGet.Config", &*near),
        (".nuget/NuGet/NuGet.Config", &*user),
    ];
    let said = machine(&files).default();
    assert_eq!(
        said,
        "https://near.example/v3/ from `~/deep/NuGet.Config` line 3"
    );
    assert_eq!(
        machine(&files[1..]).default(),
        "https://far.example/ from `~/.nuget/NuGet/NuGet.Config` line 1"
    );
    let of = machine(&files).of("https://far.example/index.json");
    assert!(of.starts_with("https://far.example/ from"), "{of}");
    let none = machine(&[]).default();
    assert!(none.contains("`NuGet.Config`"), "{none}");
}

#[test]
fn cleared_and_disabled_feeds_are_not_used() {
    let near = config(
        "<clear /><add key='a' value='https://a.example/index.json' /><add key='b' value='https://b.example/index.json' />",
        "<disabledPackageSources><add key='a' value='true' /></disabledPackageSources>",
    );
    let user = config("<add key='c' value='https://c.example/index.json' />", "");
    let machine = machine(&[
        ("deep/project/nuget.config", &*near),
        (".config/NuGet/NuGet.Config", &*user),
    ]);
    assert!(machine.default().starts_with("https://b.example/ from"));
    let said = machine.of("https://c.example/index.json");
    assert!(said.starts_with("the lockfile takes it from"), "{said}");
}

#[test]
fn a_password_is_for_its_own_feed() {
    let near = config(
        "<add key='mine' value='https://mine.example/v3/index.json' />",
        "<packageSourceCredentials><mine><add key='Username' value='ada' /><add key='ClearTextPassword' value='%FEED%' /></mine></packageSourceCredentials>",
    );
    let machine = machine(&[("deep/project/NuGet.config", &*near)]).with("FEED", "s3cret");
    let credentials = machine.configured().credentials();
    let shown = |url: &str| credentials.for_url(&url.parse().unwrap()).cloned();
    let ada = Some(Credential::user("ada", "s3cret"));
    assert_eq!(shown("https://mine.example/v3/flat/a/index.json"), ada);
    assert_eq!(shown("https://other.example/v3/index.json"), None);
}

#[test]
fn variables_are_filled_in() {
    let env = Environment::empty("/project").with_variable("A", "x");
    for (value, filled) in [
        ("%A%", "x"),
        ("1%A%2%A%3", "1x2x3"),
        ("50%", "50%"),
        ("%B%", "%B%"),
        ("a%b%A%", "a%bx"),
    ] {
        assert_eq!(expanded(value, &env), filled, "{value}");
    }
}

#[test]
fn a_source_mapping_says_where_packages_come_from() {
    let near = config(
        "<add key='a' value='https://a.example/index.json' /><add key='b' value='https://b.example/index.json' />",
        "<packageSourceMapping><packageSource key='a'><package pattern='*' /></packageSource><packageSource key='b'><package pattern='Team.*' /><package pattern='Odd' /></packageSource><packageSource key='gone'><package pattern='team.gone' /></packageSource></packageSourceMapping>",
    );
    let machine = machine(&[("deep/project/NuGet.Config", &*near)]);
    let configured = machine.configured();
    let of = |id: &str| {
        let package = tenure_ecosystem::nuget::name::package(id).unwrap();
        let found = configured.of_package(&package, None);
        found
            .map(|upstream| upstream.url().to_string())
            .map_err(|error| error.to_string())
    };
    assert_eq!(of("Team.One").unwrap(), "https://b.example/");
    assert_eq!(of("ODD").unwrap(), "https://b.example/");
    assert_eq!(of("Other").unwrap(), "https://a.example/");
    let error = of("Team.Gone").unwrap_err();
    assert!(
        error.contains("names no registry for `pkg:nuget/team.gone`"),
        "{error}"
    );
}
