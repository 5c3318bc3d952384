use super::*;
use proptest::prelude::*;
use std::io::Cursor;

/// An archive with stored entries, written from left to right.
struct Zip {
    bytes: Vec<u8>,
    records: Vec<u8>,
    count: u16,
}

impl Zip {
    fn new() -> Self {
        let (bytes, records, count) = (Vec::new(), Vec::new(), 0);
        Self {
            bytes,
            records,
            count,
        }
    }

    fn entry(mut self, name: &str, flags: u16, data: &[u8]) -> Self {
        let at = self.bytes.len() as u32;
        let size = (data.len() as u32).to_le_bytes();
        let mut common = Vec::new();
        common.extend_from_slice(&20_u16.to_le_bytes());
        common.extend_from_slice(&flags.to_le_bytes());
        common.extend_from_slice(&[0; 10]);
        common.extend_from_slice(&size);
        common.extend_from_slice(&size);
        common.extend_from_slice(&(name.len() as u16).to_le_bytes());
        common.extend_from_slice(&[0; 2]);
        self.bytes.extend_from_slice(b"PK\x03\x04");
        self.bytes.extend_from_slice(&common);
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.extend_from_slice(data);
        self.records.extend_from_slice(b"PK\x01\x02\x14\0");
        self.records.extend_from_slice(&common);
        self.records.extend_from_slice(&[0; 10]);
        self.records.extend_from_slice(&at.to_le_bytes());
        self.records.extend_from_slice(name.as_bytes());
        self.count += 1;
        self
    }

    fn finish(mut self, comment: &[u8]) -> Vec<u8> {
        let at = self.bytes.len() as u32;
        self.bytes.extend_from_slice(&self.records);
        self.bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        self.bytes.extend_from_slice(&self.count.to_le_bytes());
        self.bytes.extend_from_slice(&self.count.to_le_bytes());
        let length = self.records.len() as u32;
        self.bytes.extend_from_slice(&length.to_le_bytes());
        self.bytes.extend_from_slice(&at.to_le_bytes());
        let comment_length = comment.len() as u16;
        self.bytes.extend_from_slice(&comment_length.to_le_bytes());
        self.bytes.extend_from_slice(comment);
        self.bytes
    }
}

const NAME: &str = ".signature.p7s";

fn found(package: &[u8]) -> Result<Option<Vec<u8>>, ArchiveError> {
    read_signature(package.len() as u64, |range| {
        Ok(package[range.start as usize..range.end as usize].to_vec())
    })
}

/// How many reads of which sizes it takes.
fn reads(package: &[u8]) -> Vec<u64> {
    let mut locator = Locator::new(package.len() as u64);
    let mut reads = Vec::new();
    while let Step::Need(range) = locator.step().unwrap() {
        reads.push(range.end - range.start);
        locator.give(
            range.start,
            package[range.start as usize..range.end as usize].to_vec(),
        );
    }
    reads
}

fn digest(package: &[u8]) -> Vec<u8> {
    content::digest(&mut Cursor::new(package), Algorithm::Sha256).unwrap()
}

#[test]
fn finds_the_signature_from_the_end() {
    let small = Zip::new().entry("a.txt", 0, b"a").entry(NAME, 0, b"signed");
    assert_eq!(
        found(&small.finish(b"")).unwrap().as_deref(),
        Some(&b"signed"[..])
    );
    let big = vec![7; 1_000_000];
    let last = Zip::new().entry("a.bin", 0, &big).entry(NAME, 0, b"signed");
    assert_eq!(reads(&last.finish(b"")), [Locator::TAIL]);
    let first = Zip::new().entry(NAME, 0, b"signed").entry("a.bin", 0, &big);
    let first = first.finish(&vec![1; 0xffff]);
    assert_eq!(reads(&first)[0], Locator::TAIL);
    assert_eq!(reads(&first).last(), Some(&(30 + 14 + 6)));
    assert!(reads(&first).iter().sum::<u64>() < 120_000);
    assert_eq!(found(&first).unwrap().as_deref(), Some(&b"signed"[..]));
}

#[test]
fn many_entries_need_one_more_read() {
    let mut zip = Zip::new();
    for number in 0..4_000 {
        zip = zip.entry(&format!("folder/with/a/long/name/{number}"), 0, b"x");
    }
    let package = zip.entry(NAME, 0, b"signed").finish(b"");
    assert_eq!(reads(&package).len(), 3);
    assert_eq!(found(&package).unwrap().as_deref(), Some(&b"signed"[..]));
}

#[test]
fn a_name_that_says_it_is_utf_8_is_no_signature() {
    let package = Zip::new().entry("a", 0, b"a").entry(NAME, 0x800, b"no");
    assert_eq!(found(&package.finish(b"")), Ok(None));
    assert_eq!(found(&Zip::new().finish(b"")), Ok(None));
}

#[test]
fn refuses_what_could_be_read_in_two_ways() {
    let zip = || Zip::new().entry("a", 0, b"a").entry(NAME, 0, b"one");
    let twice = zip().entry(NAME, 0, b"two").finish(b"");
    let ends = zip().finish(b"..PK\x05\x06..");
    let mut gap = zip();
    gap.records.extend_from_slice(b"more");
    let mut fewer = zip();
    fewer.count = 1;
    let deflated = Zip::new().entry(NAME, 2, b"one").finish(b"");
    let mut short = zip().finish(b"");
    short.truncate(short.len() - 1);
    let all = [
        twice,
        ends,
        gap.finish(b""),
        fewer.finish(b""),
        deflated,
        short,
        b"PK".to_vec(),
    ];
    let all: Vec<String> = all
        .iter()
        .map(|package| found(package).unwrap_err().to_string())
        .collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn the_digest_is_that_of_the_package_before_it_was_signed() {
    let before = Zip::new().entry("a", 0, b"first").entry("b", 0, b"second");
    let before = before.finish(b"comment");
    let expected = aws_lc_rs::digest::digest(Algorithm::Sha256.digest(), &before);
    let orders = [[NAME, "a", "b"], ["a", NAME, "b"], ["a", "b", NAME]];
    for order in orders {
        let mut zip = Zip::new();
        for name in order {
            let data: &[u8] = match name {
                "a" => b"first",
                "b" => b"second",
                _ => b"a signature",
            };
            zip = zip.entry(name, 0, data);
        }
        assert_eq!(digest(&zip.finish(b"comment")), expected.as_ref());
    }
}

#[test]
fn a_digest_needs_a_plain_archive_with_a_signature() {
    let error = |package: &[u8]| {
        content::digest(&mut Cursor::new(package), Algorithm::Sha512)
            .unwrap_err()
            .to_string()
    };
    let unsigned = Zip::new().entry("a", 0, b"a").finish(b"");
    assert_eq!(
        error(&unsigned),
        "not a readable package: it has no signature"
    );
    let large = zip64(&Zip::new().entry(NAME, 0, b"s").finish(b""));
    assert_eq!(found(&large).unwrap().as_deref(), Some(&b"s"[..]));
    assert!(error(&large).contains("ZIP64"), "{}", error(&large));
}

/// The same archive with an end in 64 bits.
fn zip64(package: &[u8]) -> Vec<u8> {
    let end = package.len() - 22;
    let number = |at: usize| u32::from_le_bytes(package[at..at + 4].try_into().unwrap());
    let mut large = package[..end].to_vec();
    large.extend_from_slice(b"PK\x06\x06");
    large.extend_from_slice(&[0; 28]);
    large.extend_from_slice(&1_u64.to_le_bytes());
    large.extend_from_slice(&u64::from(number(end + 12)).to_le_bytes());
    large.extend_from_slice(&u64::from(number(end + 16)).to_le_bytes());
    large.extend_from_slice(b"PK\x06\x07\0\0\0\0");
    large.extend_from_slice(&(end as u64).to_le_bytes());
    large.extend_from_slice(&[0; 4]);
    large.extend_from_slice(&package[end..]);
    large
}

#[test]
fn reads_what_is_signed() {
    let read = |text: &str| ContentDigest::read(text.as_bytes());
    let digest = read("Version:1\n\n2.16.840.1.101.3.4.2.3-Hash:AAEC\n\n").unwrap();
    assert_eq!(digest.algorithm, Algorithm::Sha512);
    assert_eq!(digest.bytes, [0, 1, 2]);
    for text in [
        "",
        "Version:2\n\n2.16.840.1.101.3.4.2.1-Hash:AAEC\n\n",
        "Version:1\n\n1.3.14.3.2.26-Hash:AAEC\n\n",
        "Version:1\n\n2.16.840.1.101.3.4.2.1-Hash:???\n\n",
        "Version:1\n\n2.16.840.1.101.3.4.2.1-Hash:AAEC\n2.16.840.1.101.3.4.2.1-Hash:AAED\n",
    ] {
        assert!(read(text).is_err(), "{text:?}");
    }
}

#[test]
fn a_name_that_no_account_has_is_nobody() {
    assert_eq!(account("jamesnk").unwrap().to_string(), "nuget:jamesnk");
    for name in ["", "James Newton-King", "a#1", "workflow/x", "a\u{7}"] {
        assert_eq!(account(name), None, "{name}");
    }
}

#[test]
fn time_is_read_with_its_fraction() {
    let read = |kind, text: &str| {
        let content = text.as_bytes();
        let raw = content;
        der::time(&der::Element { kind, raw, content }).map(|time| time.to_string())
    };
    let general = |text| read(der::Kind::GeneralizedTime, text);
    let short = |text| read(der::Kind::UtcTime, text);
    assert_eq!(
        general("20250916080426.418Z").as_deref(),
        Some("2025-09-16T08:04:26.418Z")
    );
    assert_eq!(
        short("180228215309Z").as_deref(),
        Some("2018-02-28T21:53:09Z")
    );
    assert_eq!(
        short("991231235959Z").as_deref(),
        Some("1999-12-31T23:59:59Z")
    );
    assert_eq!(general("20250916080426+0100"), None);
    assert_eq!(general("2025-09-16T08:04Z"), None);
    assert_eq!(general("20251316080426Z"), None);
    assert_eq!(short("1802282153Z"), None);
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = PackageSignature::read(&bytes);
        let _ = found(&bytes);
        let _ = content::digest(&mut Cursor::new(&bytes), Algorithm::Sha256);
    }

    #[test]
    fn any_change_of_an_archive_is_read_without_a_panic(at in 0_usize..200, byte: u8) {
        let mut package = Zip::new().entry("a", 0, b"a").entry(NAME, 0, b"s").finish(b"c");
        let at = at % package.len();
        package[at] = byte;
        let _ = found(&package);
        let _ = content::digest(&mut Cursor::new(&package), Algorithm::Sha256);
    }
}
