use super::{Names, Second, read};
use proptest::prelude::*;
use std::io::{self, Read};

fn named(text: &[u8]) -> Result<Vec<(String, String)>, String> {
    let mut names = Names::default();
    let pairs = read(text, &mut names, Second::Same).map_err(|error| error.to_string())?;
    let name = |number: u32| names.name(number).to_owned();
    Ok(pairs
        .into_iter()
        .map(|(one, other)| (name(one), name(other)))
        .collect())
}

fn pair(one: &str, other: &str) -> (String, String) {
    (one.to_owned(), other.to_owned())
}

#[test]
fn names_and_numbers_may_be_mixed() {
    let text = b"a\tb\n7\t8\r\n\n@s/a\t7\n007\t7\n4294967296\t7\nb\ta";
    let expected = [
        pair("a", "b"),
        pair("7", "8"),
        pair("@s/a", "7"),
        pair("007", "7"),
        pair("4294967296", "7"),
        pair("b", "a"),
    ];
    assert_eq!(named(text).unwrap(), expected);
}

#[test]
fn a_name_has_one_number_however_it_is_found() {
    let mut names = Names::default();
    let pairs = read(&b"1\t2\n2\t1\nx\t1\n01\tx\n"[..], &mut names, Second::Same).unwrap();
    assert_eq!(pairs, [(0, 1), (1, 0), (2, 0), (3, 2)]);
    assert_eq!(names.number(b"2").unwrap(), 1);
    assert_eq!(names.len(), 4);
}

#[test]
fn the_second_column_may_have_names_of_its_own() {
    let (mut packages, mut owners) = (Names::default(), Names::default());
    let text = &b"a\tada\nb\tada\n3\t3\n"[..];
    let pairs = read(text, &mut packages, Second::Of(&mut owners)).unwrap();
    assert_eq!(pairs, [(0, 0), (1, 0), (2, 1)]);
    assert_eq!(owners.name(1), "3");
}

#[test]
fn says_which_line_is_wrong() {
    let said = |text: &[u8]| named(text).unwrap_err();
    let no_tab = "line 2: there is no tab; expected two names with one between them";
    assert_eq!(said(b"a\tb\nc d\n"), no_tab);
    assert_eq!(
        said(b"\n1\t2\n1\t2\t3\n"),
        "line 3: there is more than one tab; expected two names"
    );
    assert_eq!(said(b"a\t"), "line 1: a name is empty");
    assert_eq!(said(b"a\t\xff\n"), "line 1: a name is no UTF-8");
    assert_eq!(
        said(b"a\tb\x07\n"),
        "line 1: a name has a control character"
    );
    let long = [b"a\t", &*vec![b'x'; 1025]].concat();
    assert_eq!(said(&long), "line 1: a name is longer than 1,024 bytes");
    let endless = [&b"1\t2\n"[..], &vec![b'1'; 3 << 20]].concat();
    assert_eq!(said(&endless), "line 2: the line is longer than 1 MiB");
}

/// Gives a few bytes at a time.
struct Slow<'a>(&'a [u8], usize);

impl Read for Slow<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = into.len().min(self.1);
        self.0.read(&mut into[..most])
    }
}

proptest! {
    #[test]
    fn it_does_not_matter_in_which_pieces_it_comes(
        lines in prop::collection::vec(("[0-9a-c]{1,3}", "[0-9a-c]{1,9}"), 0..50),
        piece in 1..40_usize,
    ) {
        let text = lines.iter().fold(String::new(), |text, (one, other)| text + one + "\t" + other + "\n");
        prop_assert_eq!(named(text.as_bytes()).unwrap(), lines);
        let (mut whole, mut parts) = (Names::default(), Names::default());
        let one = read(text.as_bytes(), &mut whole, Second::Same).unwrap();
        let other = read(Slow(text.as_bytes(), piece), &mut parts, Second::Same).unwrap();
        prop_assert_eq!(one, other);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = named(&bytes);
    }
}
