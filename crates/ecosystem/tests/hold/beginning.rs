//! What is written while a document still comes.

use super::emit::{emit, packument, style};
use super::{BASE, view};
use proptest::prelude::*;
use tenure_ecosystem::npm::hold::{Beginning, Form, render};
use tenure_testkit::corpus;

/// What is written while the document comes up to these places.
fn written(document: &[u8], places: impl IntoIterator<Item = usize>) -> Vec<u8> {
    let mut beginning = Beginning::new(BASE);
    let mut written = Vec::new();
    for place in places {
        beginning.go_on(&document[..place]);
        while let Some(piece) = beginning.take(100) {
            assert_eq!(piece.len(), 100);
            written.extend(piece);
        }
    }
    while let Some(byte) = beginning.take(1) {
        written.extend(byte);
    }
    written
}

#[test]
fn recorded_documents_begin_as_they_are_served() {
    for (file, bytes) in corpus::packuments().unwrap_or_default() {
        let rendered = render(&bytes, &view(Form::Full, &|_| false)).unwrap();
        for step in [40_000, bytes.len()] {
            let places = (step..bytes.len()).step_by(step).chain([bytes.len()]);
            let written = written(&bytes, places);
            assert!(rendered.bytes.starts_with(&written), "{file}");
            // All of it up to the end of `versions`.
            let rest = rendered.bytes[written.len()..].trim_ascii_start();
            assert!(rest.starts_with(b"}"), "{file}");
        }
    }
}

proptest! {
    /// Where it comes to be cut does not matter.
    #[test]
    fn pieces_are_written_as_the_whole(
        document in packument(true), style in style(), places in proptest::collection::vec(any::<prop::sample::Index>(), 0..6)
    ) {
        let text = emit(&document, &style);
        let start = text.find("versions").map_or(text.len(), |at| at + "versions\":{".len());
        let mut places: Vec<usize> = places.iter().map(|place| place.index(text.len() + 1)).collect();
        places.extend([start.min(text.len()), text.len()]);
        places.sort_unstable();
        let places = places.into_iter().filter(|place| *place >= start);
        let whole = written(text.as_bytes(), [text.len()]);
        prop_assert!(whole.starts_with(&written(text.as_bytes(), places)));
    }

    #[test]
    fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..80), other in proptest::collection::vec(any::<u8>(), 0..80)) {
        let mut begun = br#"{"name":"x","versions":{"#.to_vec();
        begun.extend(bytes);
        let mut beginning = Beginning::new(BASE);
        beginning.go_on(&begun);
        // Another attempt begins the document anew.
        beginning.go_on(&other);
    }
}
