use super::*;
use crate::output::style::Look;
use tenure_domain::{DocumentKind, Ecosystem, HistoryBuilder, NewRelease, PackageId, Source};
use tenure_trust::tenures::tenures;

fn history(releases: &[(&str, &str)]) -> History {
    let mut builder = HistoryBuilder::default();
    for (at, (date, login)) in releases.iter().enumerate() {
        builder.push(NewRelease {
            published: Some(date.parse().unwrap()),
            publisher: (!login.is_empty()).then(|| Party::account(Ecosystem::Npm, login)),
            ..NewRelease::new(&format!("1.0.{at}"))
        });
    }
    let source = Source {
        from: String::new(),
        seen: None,
        sha256: String::new(),
        kind: DocumentKind::FullPackument,
    };
    builder.build(PackageId::new(Ecosystem::Npm, "x").unwrap(), source)
}

fn draw(history: &History, unicode: bool) -> String {
    let people = People::default();
    let mut tenures = tenures(history, &[]);
    let mut second = tenures[0].clone();
    second.from = Some("2018-09-05".parse().unwrap());
    tenures.push(second);
    let picture = Picture {
        history,
        people: &people,
        tenures: &tenures,
        changes: &[
            ("2014-01-01".parse().unwrap(), false),
            ("2018-09-05".parse().unwrap(), true),
        ],
        mark: Some("2018-09-05".parse().unwrap()),
        now: "2019-06-01".parse().unwrap(),
    };
    let look = Look { unicode, width: 80 };
    let drawn = picture.draw(look).unwrap();
    anstream::adapter::strip_str(&drawn).to_string()
}

const RELEASES: [(&str, &str); 8] = [
    ("2012-01-05", "ada"),
    ("2012-01-06", "ada"),
    ("2012-02-07", "ada"),
    ("2013-01-05", "ada"),
    ("2014-01-01", "bob"),
    ("2016-05-01", ""),
    ("2018-09-05", "mallory"),
    ("2018-10-05", "mallory"),
];

#[test]
fn draws_in_unicode_and_in_ascii() {
    let history = history(&RELEASES);
    let unicode = draw(&history, true);
    assert!(
        unicode.lines().all(|line| line.chars().count() <= 80),
        "{unicode}"
    );
    insta::assert_snapshot!("unicode", unicode);
    let ascii = draw(&history, false);
    assert!(ascii.is_ascii(), "{ascii}");
    insta::assert_snapshot!("ascii", ascii);
}

#[test]
fn many_people_share_a_row() {
    let names: Vec<String> = (0..30).map(|n| format!("p{n}")).collect();
    let releases: Vec<(&str, &str)> = names.iter().map(|n| ("2015-01-01", n.as_str())).collect();
    let drawn = draw(&history(&releases), true);
    assert!(drawn.contains("21 others"), "{drawn}");
}

#[test]
fn without_dates_there_is_no_picture() {
    let mut builder = HistoryBuilder::default();
    builder.push(NewRelease::new("1.0.0"));
    let source = history(&[]).source().clone();
    let history = builder.build(PackageId::new(Ecosystem::Npm, "x").unwrap(), source);
    let picture = Picture {
        history: &history,
        people: &People::default(),
        tenures: &[],
        changes: &[],
        mark: None,
        now: "2019-06-01".parse().unwrap(),
    };
    let look = Look {
        unicode: true,
        width: 80,
    };
    assert!(picture.draw(look).is_none());
}
