use super::*;

fn row(project: &str, seconds: i64, action: &str, serial: u64) -> String {
    format!(
        "<value><array><data><value><string>{project}</string></value>\
         <value><nil/></value><value><int>{seconds}</int></value>\
         <value>{action}</value><value><i8>{serial}</i8></value></data></array></value>\n"
    )
}

fn answer(rows: &[String]) -> String {
    format!(
        "<?xml version='1.0'?>\n<methodResponse>\n<params><param>\n<value><array><data>\n{}\
         </data></array></value>\n</param></params></methodResponse>\n",
        rows.concat()
    )
}

fn parties(logins: &[&str]) -> Vec<Party> {
    let party = |login: &&str| Party::account(Ecosystem::Pypi, login);
    logins.iter().map(party).collect()
}

#[test]
fn roles_are_read_and_all_else_is_counted() {
    let rows = [
        row("Demo_Lib", 100, "add Owner ada", 1),
        row("demo-lib", 150, "invite Maintainer bob", 2),
        row("demo-lib", 200, "accepted Maintainer bob", 3),
        row("other", 250, "add py3 file a&amp;b&#46;whl", 4),
        row("demo-lib", 300, "change Maintainer bob to Owner", 5),
        row("demo-lib", 400, "remove Owner ada", 6),
        row("demo-lib", 500, "new release", 7),
    ];
    let journal = read(answer(&rows).as_bytes()).unwrap();
    assert_eq!(journal.last, Some(7));
    let said: Vec<(&str, i64, bool)> = journal
        .entries
        .iter()
        .map(|entry| (&*entry.project, entry.at.as_millis(), entry.joined))
        .collect();
    let expected = [
        ("demo-lib", 100_000, true),
        ("demo-lib", 200_000, true),
        ("demo-lib", 400_000, false),
    ];
    assert_eq!(said, expected);
    assert_eq!(&*journal.entries[1].action, "accepted Maintainer bob");
}

#[test]
fn an_empty_journal_is_one() {
    assert_eq!(read(answer(&[]).as_bytes()).unwrap(), Journal::default());
}

#[test]
fn what_is_no_journal_is_said_to_be_none() {
    let fault = "<methodResponse><fault><value><struct><member><name>faultString</name>\
                 <value><string>no</string></value></member></struct></value></fault></methodResponse>";
    let whole = answer(&[row("a", 1, "add Owner ada", 1)]);
    for bytes in ["", "{}", "<html></html>", fault, &whole[..whole.len() / 2]] {
        assert!(read(bytes.as_bytes()).is_err(), "{bytes}");
    }
    let deep = "<value>".repeat(100_000);
    assert!(read(deep.as_bytes()).is_err());
}

#[test]
fn entries_lead_from_one_list_to_the_next() {
    let rows = [
        row("a", 100, "accepted Owner mallory", 1),
        row("a", 150, "add Owner mallory", 2),
        row("a", 200, "remove Owner ada", 3),
    ];
    let entries = read(answer(&rows).as_bytes()).unwrap().entries;
    let lists = between(&entries, &parties(&["ada"]), &parties(&["mallory"]));
    let expected = vec![
        (Time::from_millis(100_000), parties(&["ada", "mallory"])),
        (Time::from_millis(200_000), parties(&["mallory"])),
    ];
    assert_eq!(lists, Some(expected));
    // Somebody else is an owner now: the journal does not say why.
    let now = parties(&["mallory", "eve"]);
    assert_eq!(between(&entries, &parties(&["ada"]), &now), None);
}
