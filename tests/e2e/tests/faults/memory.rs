//! Too much of everything: the server's memory stays bounded.

use crate::registry::{file, is_damaged_file, noise, package, registry};
use crate::serving::Serving;
use tenure_testkit::{Fault, gzip, http};

/// The most that the server may have had in memory at once, in MB.
const MOST: u64 = 400;
/// The same where many large documents come at once. They are read two at a
/// time, the others as far as they do not count as large; the rest is memory
/// that the allocator has not given back yet, which is the more the more else
/// runs on the machine. All of them together are 4,000 MB.
const MOST_IN_A_CROWD: u64 = 800;

/// The most that it had so far, in MB.
fn peak(serving: &Serving) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", serving.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes: u64 = line
        .unwrap()
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .unwrap();
    kibibytes * 1024 / 1_000_000
}

fn all_at_once(serving: &Serving, paths: &[String]) -> Vec<http::Answer> {
    std::thread::scope(|scope| {
        let asked: Vec<_> = paths
            .iter()
            .map(|path| scope.spawn(|| serving.get(path)))
            .collect();
        asked.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

#[test]
fn a_document_that_is_too_large_does_not_fill_the_memory() {
    let npm = registry(1, 1000, 0);
    npm.fail("/p0", Fault::Huge(200_000_000));
    let serving = Serving::before(npm.url());
    let paths = vec!["p0".to_owned(); 20];
    all_at_once(&serving, &paths).iter().for_each(is_too_large);
    assert!(peak(&serving) < MOST, "{} MB", peak(&serving));
}

fn is_too_large(answer: &http::Answer) {
    let why = answer.error().unwrap_or_default();
    assert!(why.contains("larger than"), "{} {why}", answer.status);
    assert_eq!(answer.status, 502);
}

#[test]
fn documents_that_are_too_large_do_not_fill_the_memory() {
    let npm = registry(20, 1000, 0);
    let serving = Serving::before(npm.url());
    let bomb = gzip(&vec![b' '; 200_000_000]);
    // 200 MB, as they are and in 200 kB.
    for number in 0..20 {
        let fault = if number % 5 == 0 {
            Fault::Compressed("gzip".to_owned(), bomb.clone())
        } else {
            Fault::Huge(200_000_000)
        };
        npm.fail(&format!("/p{number}"), fault);
    }
    let paths: Vec<_> = (0..20).map(|number| format!("p{number}")).collect();
    all_at_once(&serving, &paths).iter().for_each(is_too_large);
    assert!(peak(&serving) < MOST_IN_A_CROWD, "{} MB", peak(&serving));
}

#[test]
fn large_documents_and_files_do_not_fill_the_memory() {
    let npm = registry(0, 0, 0);
    for number in 0..6 {
        let name = format!("p{number}");
        let readme = noise(&name, 4_000_000);
        npm.put(package(&name, "1.1.0", readme, 1_000_000));
        // As it is: the registry would compress it for long.
        let bytes = http::get(&format!("{}{name}", npm.url())).unwrap().body;
        let kind = "application/json".to_owned();
        npm.fail(&format!("/{name}"), Fault::Body { kind, bytes });
    }
    let serving = Serving::before(npm.url());
    let documents: Vec<_> = (0..6).map(|number| format!("p{number}")).collect();
    let documents = all_at_once(&serving, &documents);
    let files: Vec<_> = (0..6)
        .map(|number| file(&format!("p{number}"), "1.1.0"))
        .collect();
    let files = all_at_once(&serving, &files);
    for (document, file) in documents.iter().zip(&files) {
        assert_eq!((document.status, file.status), (200, 200));
        assert!(!is_damaged_file(document, file));
    }
    assert!(peak(&serving) < MOST, "{} MB", peak(&serving));
}

#[test]
fn clients_cannot_send_without_end() {
    let npm = registry(1, 1000, 0);
    let serving = Serving::before(npm.url());
    let url = format!("{}-/npm/v1/security/advisories/bulk", serving.url());
    let bomb = gzip(&vec![b' '; 200_000_000]);
    let packed = [
        ("content-encoding", "gzip"),
        ("content-type", "application/json"),
    ];
    let answer = http::request("POST", &url, &packed, &bomb).unwrap();
    assert!((400..500).contains(&answer.status), "{}", answer.status);
    assert!(peak(&serving) < MOST, "{} MB", peak(&serving));
}
