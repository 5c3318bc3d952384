//! Statements as `ssh-keygen` signs them, what accounts show, and what is
//! neither.

use super::proof::{github, names, page, registry};
use super::*;
use crate::vouch::tests::{PUBLIC, key, sign};
use proptest::prelude::*;

fn nobody() -> Fingerprint {
    Fingerprint::of_public_key(PUBLIC).unwrap()
}

fn statement(by: &Fingerprint, account: &str, proof: Option<&str>) -> Statement {
    Statement {
        by: by.clone(),
        said: Said::Link {
            account: account.parse().unwrap(),
            proof: proof.map(|proof| proof.parse().unwrap()),
            from: "2026-11-23".parse().unwrap(),
        },
    }
}

#[test]
fn a_statement_counts_with_the_signature_of_its_key() {
    let Some((folder, by)) = key(&["ed25519"]) else {
        return;
    };
    let text = statement(&by, "github:ada", None).to_string();
    let signed = format!("{text}{}", sign(folder.path(), NAMESPACE, &text).unwrap());
    let (read, unread) = read_all(signed.as_bytes());
    assert!(unread.is_empty(), "{unread:?}");
    assert_eq!(read[0].statement, statement(&by, "github:ada", None));
    // A vouch's reader leaves it alone, and the other way round.
    assert_eq!(crate::vouch::read_all(signed.as_bytes()), (vec![], vec![]));
    // What was signed for another purpose is none.
    let vouch = sign(folder.path(), crate::vouch::NAMESPACE, &text).unwrap();
    let (read, unread) = read_all(format!("{text}{vouch}").as_bytes());
    assert!(read.is_empty());
    assert!(
        unread[0]
            .to_string()
            .contains("a signature for `tenure-vouch`")
    );
    let forged = signed.replace("github:ada", "github:eve");
    assert!(read_all(forged.as_bytes()).0.is_empty());
}

#[test]
fn two_keys_are_one_person_s_if_both_have_signed() {
    let (Some((folder, by)), Some((other_folder, other))) = (key(&["ed25519"]), key(&["ecdsa"]))
    else {
        return;
    };
    let text = statement(&by, &format!("key:{other}"), None).to_string();
    let first = sign(folder.path(), NAMESPACE, &text).unwrap();
    let second = sign(other_folder.path(), NAMESPACE, &text).unwrap();
    let why = |file: String| {
        let (read, unread) = read_all(file.as_bytes());
        (read.len(), unread.first().map(|unread| unread.why.clone()))
    };
    assert_eq!(why(format!("{text}{first}{second}")), (1, None));
    for one_sided in [format!("{text}{first}"), format!("{text}{first}{first}")] {
        assert_eq!(why(one_sided), (0, Some(IdentityError::NotBothKeys)));
    }
    let swapped = format!("{text}{second}{first}");
    assert_eq!(why(swapped), (0, Some(IdentityError::OtherKey(other))));
    let text = statement(&by, "github:ada", None).to_string();
    let twice = sign(folder.path(), NAMESPACE, &text).unwrap();
    let (none, error) = why(format!("{text}{twice}{twice}"));
    assert_eq!(none, 0);
    assert!(
        error
            .unwrap()
            .to_string()
            .contains("more than one signature")
    );
}

#[test]
fn accounts_are_written_in_one_way() {
    for text in [
        "github:ada",
        "github:ada#1815",
        "domain:ada.example",
        "web:https://social.example/@ada",
        "npm:ada",
        "cargo:ada#189",
        "pypi:ada",
        "nuget:ada",
    ] {
        let account: Account = text.parse().unwrap();
        assert_eq!(account.to_string(), text);
    }
    assert_eq!("github:Ada".parse(), "github:ada".parse::<Account>());
    assert_eq!(
        "domain:Ada.Example".parse(),
        "domain:ada.example".parse::<Account>()
    );
    let wrong = [
        "ada",
        "github:",
        "github:a b",
        "github:ada#0x1",
        "github:ada#01",
        "domain:localhost",
        "domain:127.0.0.1",
        "domain:ada.example.",
        "domain:ada.example/x",
        "web:http://social.example/@ada",
        "web:https://ada:secret@social.example/",
        "web:https://127.0.0.1/",
        "web:https://[::1]/",
        "web:https://2130706433/",
        "web:https://social.example/#ada",
        "web:file:///etc/passwd",
        "key:SHA256:AAAA",
        "npm:workflow/github/oidc:1",
        "gem:ada",
    ];
    let said = wrong.map(|text| text.parse::<Account>().unwrap_err().to_string());
    insta::assert_snapshot!(
        said.map(|said| said.split(';').next().unwrap().to_owned())
            .join("\n")
    );
}

/// A fuzzer found one that could be read, and not again as it was written.
#[test]
fn an_address_is_as_long_as_it_is_written_out() {
    let account = |marks: usize| format!("web:https://social.example/?{}", "\"".repeat(marks));
    let read: Account = account(100).parse().unwrap();
    assert_eq!(read.to_string().parse(), Ok(read));
    assert!(account(300).parse::<Account>().is_err());
}

#[test]
fn what_is_not_written_in_the_one_way_is_refused() {
    let by = nobody();
    let good = statement(&by, "npm:ada", Some("pkg:npm/river")).to_string();
    assert!(good.parse::<Statement>().is_ok());
    let wrong = |from: &str, to: &str| {
        let text = good.replace(from, to);
        assert_ne!(text, good);
        text.parse::<Statement>().unwrap_err().to_string()
    };
    let cases = [
        wrong("tenure identity 1", "tenure identity 2"),
        wrong("npm:ada", "github:Ada"),
        wrong("npm:ada", "domain:ada.example"),
        wrong("npm:ada", "cargo:ada"),
        wrong("npm:ada", "pypi:ada"),
        wrong("npm:ada", "web:https://social.example/@ada"),
        wrong("npm:ada", &format!("key:{by}")),
        wrong("proof: pkg:npm/river\n", ""),
        wrong("pkg:npm/river", "pkg:npm/river@1.0.0"),
        wrong("pkg:npm/river", "http://ada.example/"),
        wrong("pkg:npm/river", "https://169.254.169.254/latest"),
        wrong("from: 2026-11-23", "from: 2026-11-23T12:00:00Z"),
        wrong("from:", "extra: x\nfrom:"),
    ];
    insta::assert_snapshot!(
        cases
            .map(|case| case.split("; such").next().unwrap().to_owned())
            .join("\n")
    );
}

#[test]
fn a_key_is_named_by_a_line_of_its_own() {
    let key = nobody();
    let token = token(&key);
    assert!(names(&token, &key));
    assert!(names(&format!("# mine\n  {token}\r\nother"), &key));
    for text in [
        "",
        "tenure-key=",
        key.as_str(),
        &format!("see {token}"),
        &format!("{token}x"),
    ] {
        assert!(!names(text, &key), "{text}");
    }
}

#[test]
fn answers_of_the_forge_are_read() {
    let user = github::read_user(br#"{"login": "Ada", "id": 1815, "name": "x"}"#).unwrap();
    assert_eq!((user.login.as_str(), user.id), ("ada", 1815));
    let keys = format!(r#"[{{"id": 1, "key": "{PUBLIC}"}}, {{"key": "ssh-rsa x"}}, 7]"#);
    assert_eq!(github::read_keys(keys.as_bytes()), Ok(vec![nobody()]));
    let gist = format!(
        r#"{{"owner": {{"login": "ada", "id": 1815}}, "files": {{"a": {{"content": "{}"}}, "b": {{}}}}}}"#,
        token(&nobody())
    );
    let gist = github::read_gist(gist.as_bytes()).unwrap();
    assert!(gist.names(&nobody()));
    let ownerless = br#"{"owner": null, "files": {}}"#;
    assert_eq!(
        github::read_gist(ownerless).unwrap_err().to_string(),
        "the gist is nobody's"
    );
    let commits = br#"[{"sha": "0", "author": {"login": "ada", "id": 1815}, "committer": null,
        "commit": {"verification": {"verified": true}}}, {"sha": "1"}]"#;
    let last = github::read_last_commit(commits).unwrap();
    assert!(last.is_signed && last.committer.is_none());
    assert_eq!(last.author.map(|author| author.id), Some(1815));
    for wrong in [&b"[]"[..], b"{}", b"<html>", b""] {
        assert!(github::read_user(wrong).is_err());
        assert!(github::read_gist(wrong).is_err());
        assert!(github::read_last_commit(wrong).is_err());
    }
}

#[test]
fn a_page_names_keys_in_its_head_and_links_with_rel_me() {
    let key = nobody();
    let at = url::Url::parse("https://social.example/@ada").unwrap();
    let html = format!(
        r#"<!DOCTYPE html><html><head><title>Ada</title>
        <link rel="stylesheet me" href="/me"><meta name="tenure-key" content="{key}">
        <!-- <link rel="me" href="https://comment.example/"> -->
        <script>'<a rel="me" href="https://script.example/">'</script></head>
        <body><p>by others: <meta name="tenure-key" content="SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU">
        <a rel="ME nofollow" href="https://ada.example">x</a>
        <a rel="me" href="javascript:alert(1)"></a><a rel="me" href="http://ada.example"></a>
        <a rel="me" href="https://127.0.0.1/"></a><a rel="home" href="https://home.example"></a>"#
    );
    let page = page::read(html.as_bytes(), &at).unwrap();
    assert_eq!(page.keys, std::slice::from_ref(&key));
    let me: Vec<&str> = page.me.iter().map(url::Url::as_str).collect();
    assert_eq!(me, ["https://social.example/me", "https://ada.example/"]);
    let text = format!("my key\n{}\n", token(&key));
    assert_eq!(page::read(text.as_bytes(), &at).unwrap().keys, [key]);
    assert!(page::read(&vec![b' '; proof::MAX_BYTES + 1], &at).is_err());
}

#[test]
fn registries_say_whose_a_package_is_and_what_it_names() {
    let key = nobody();
    let token = token(&key);
    let npm = format!(
        r#"{{"time": {{"1.0.0": "2026-01-01", "1.1.0": "2026-02-01", "2.0.0": "2026-03-01"}}, "versions": {{
        "1.0.0": {{"_npmUser": {{"name": "ada"}}}},
        "1.1.0": {{"_npmUser": {{"name": "ada"}}, "tenure": "{key}", "keywords": ["river"]}},
        "2.0.0": {{"_npmUser": {{"name": "eve"}}, "tenure": "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"}}}}}}"#
    );
    let shown = registry::read_npm(npm.as_bytes(), "ada").unwrap();
    assert_eq!((shown.is_by_account, shown.keys), (true, vec![key.clone()]));
    assert!(
        !registry::read_npm(npm.as_bytes(), "bob")
            .unwrap()
            .is_by_account
    );
    let pypi = |roles: &str| {
        format!(
            r#"{{"info": {{"keywords": "river,{token}"}}, "ownership": {{"organization": null, "roles": [{roles}]}}}}"#
        )
    };
    let ada = r#"{"role": "Owner", "user": "Ada"}"#;
    let alone = registry::read_pypi(pypi(ada).as_bytes(), "ada").unwrap();
    assert_eq!((alone.is_by_account, alone.keys), (true, vec![key.clone()]));
    let both = pypi(&format!(
        r#"{ada}, {{"role": "Maintainer", "user": "eve"}}"#
    ));
    assert!(
        !registry::read_pypi(both.as_bytes(), "ada")
            .unwrap()
            .is_by_account
    );
    assert!(
        !registry::read_pypi(pypi("").as_bytes(), "ada")
            .unwrap()
            .is_by_account
    );
    let nuget = format!(
        r#"{{"data": [{{"id": "Other", "owners": ["eve"]}}, {{"id": "River", "owners": ["Ada"], "tags": ["x", "{token}"]}}]}}"#
    );
    let shown = registry::read_nuget(nuget.as_bytes(), "river", "ada").unwrap();
    let shown = shown.unwrap();
    assert_eq!((shown.is_by_account, shown.keys), (true, vec![key]));
    assert_eq!(
        registry::read_nuget(nuget.as_bytes(), "gone", "ada"),
        Ok(None)
    );
    assert!(registry::read_nuget(b"{}", "river", "ada").is_err());
    let user = br#"{"user": {"id": 189, "login": "ada", "url": "https://forge.example/ada",
        "avatar": "https://avatars.example/u/1815?v=4"}}"#;
    let user = registry::read_cargo_user(user).unwrap();
    assert_eq!((user.id, user.profile_id), (189, Some(1815)));
}

proptest! {
    #[test]
    fn every_statement_is_read_as_it_was_written(login in "[a-z0-9][a-z0-9-]{0,30}", id in proptest::option::of(any::<u64>()), day in 0..30_000_i64) {
        let statement = Statement {
            by: nobody(),
            said: Said::Link {
                account: Account::Github { login, id },
                proof: None,
                from: tenure_domain::Time::from_millis(day * 86_400_000),
            },
        };
        prop_assert_eq!(statement.to_string().parse(), Ok(statement));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(read_all(&bytes).0.is_empty());
        let at = url::Url::parse("https://ada.example/").unwrap();
        let _ = page::read(&bytes, &at);
    }
}
