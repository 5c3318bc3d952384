//! The program that scripts use.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Output, Stdio};
use tenure_testkit::{Packument, Release};

/// Ends the program when a test is done with it, however that ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_fake-npm"))
}

fn fails(arguments: &[&str]) -> String {
    let Output { status, stderr, .. } = program().args(arguments).output().unwrap();
    assert!(!status.success());
    String::from_utf8(stderr).unwrap()
}

#[test]
fn serves_a_folder_and_prints_its_address() {
    let folder = tempfile::tempdir().unwrap();
    let release = Release::new("1.0.0").at("2014-03-14T10:00:00Z").by("azer");
    Packument::new("left-pad")
        .release(release)
        .write_to(folder.path())
        .unwrap();
    let mut running = Running(
        program()
            .arg(folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap(),
    );
    let mut address = String::new();
    let out = running.0.stdout.take().unwrap();
    BufReader::new(out).read_line(&mut address).unwrap();
    let host = address
        .trim()
        .trim_start_matches("http://")
        .trim_end_matches('/');
    let mut connection = TcpStream::connect(host).unwrap();
    let question = format!("GET /left-pad HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    connection.write_all(question.as_bytes()).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200") && answer.contains("azer"),
        "{answer}"
    );
}

#[test]
fn says_what_is_wrong() {
    assert!(fails(&[]).contains("usage: fake-npm"));
    assert!(fails(&["--nonsense"]).contains("usage: fake-npm"));
    assert!(fails(&["--pace", "50", "x"]).contains("usage: fake-npm"));
    assert!(fails(&["--pace", "50,0", "x"]).contains("usage: fake-npm"));
    assert!(fails(&["/no/such/folder"]).contains("/no/such/folder"));
    let empty = tempfile::tempdir().unwrap();
    let said = fails(&[empty.path().to_str().unwrap()]);
    assert!(said.contains("no packument"), "{said}");
}
