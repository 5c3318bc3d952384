//! The plainest HTTP/1.1 client: one request a connection, and the answer as
//! it came, reason phrase and missing end included.

use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::net::TcpStream;
use std::time::Duration;
use url::Url;

/// An answer as it came over the wire.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// What stands behind the status.
    pub reason: String,
    /// Names in lower case, in their order.
    pub headers: Vec<(String, String)>,
    /// The body as far as it came, still compressed if it was.
    pub body: Vec<u8>,
    /// Whether the body came to its end.
    pub complete: bool,
}

impl Answer {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name)?;
        Some(&found.1)
    }

    /// The body as JSON; `null` if it is none.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// What npm prints when it is refused something.
    pub fn error(&self) -> Option<String> {
        Some(self.json()["error"].as_str()?.to_owned())
    }
}

/// How long an answer may make a pause.
const PATIENCE: Duration = Duration::from_mins(2);

/// Asks for an address and reads the whole answer.
///
/// # Errors
/// When there is no connection, or nothing that is an answer.
pub fn get(url: &str) -> io::Result<Answer> {
    request("GET", url, &[], &[])
}

/// Sends a request and reads the whole answer.
///
/// # Errors
/// When there is no connection, or nothing that is an answer.
pub fn request(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<Answer> {
    let stream = send(method, url, headers, body)?;
    read(&mut BufReader::new(stream), method == "HEAD")
}

/// Sends a request and leaves the answer on the connection.
///
/// # Errors
/// When there is no connection.
pub fn send(
    method: &str,
    url: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<TcpStream> {
    let wrong = |why: &str| io::Error::new(io::ErrorKind::InvalidInput, format!("`{url}` {why}"));
    let parsed: Url = url.parse().map_err(|_| wrong("is no address"))?;
    let host = parsed.host_str().ok_or_else(|| wrong("names no host"))?;
    let port = parsed.port_or_known_default().unwrap_or(80);
    let mut stream = TcpStream::connect((host, port))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    // The path as it was written: escapes matter.
    let path = url.splitn(4, '/').nth(3).unwrap_or_default();
    let mut message = Vec::new();
    write!(
        message,
        "{method} /{path} HTTP/1.1\r\nhost: {host}:{port}\r\n"
    )?;
    write!(message, "connection: close\r\n")?;
    if !body.is_empty() {
        write!(message, "content-length: {}\r\n", body.len())?;
    }
    for (name, value) in headers {
        write!(message, "{name}: {value}\r\n")?;
    }
    write!(message, "\r\n")?;
    message.extend_from_slice(body);
    stream.write_all(&message)?;
    Ok(stream)
}

/// Reads an answer; to a `HEAD` there is no body.
fn read(from: &mut BufReader<TcpStream>, is_head: bool) -> io::Result<Answer> {
    let status_line = line(from)?;
    let mut words = status_line.splitn(3, ' ').skip(1);
    let status = words.next().and_then(|word| word.parse().ok());
    let status = status.ok_or_else(|| {
        let why = format!("`{status_line}` is no status line");
        io::Error::new(io::ErrorKind::InvalidData, why)
    })?;
    let reason = words.next().unwrap_or_default().to_owned();
    let mut headers = Vec::new();
    loop {
        let line = line(from)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut answer = Answer {
        status,
        reason,
        headers,
        body: Vec::new(),
        complete: true,
    };
    if !is_head && !matches!(status, 204 | 304) {
        answer.complete = read_body(from, &mut answer);
    }
    Ok(answer)
}

/// Reads the body and says whether it came to its end. Without an announced
/// length the end of the connection is the end of the body.
fn read_body(from: &mut BufReader<TcpStream>, answer: &mut Answer) -> bool {
    let chunked = answer.header("transfer-encoding") == Some("chunked");
    let length = answer.header("content-length").map(str::parse::<u64>);
    if chunked {
        return read_chunks(from, &mut answer.body).is_ok();
    }
    let Some(Ok(length)) = length else {
        return from.read_to_end(&mut answer.body).is_ok();
    };
    // An aborted connection is a fact about the answer.
    let read = from.take(length).read_to_end(&mut answer.body);
    read.is_ok() && answer.body.len() as u64 == length
}

fn read_chunks(from: &mut BufReader<TcpStream>, body: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let size = line(from)?;
        let size = u64::from_str_radix(size.split(';').next().unwrap_or_default(), 16);
        let size = size.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        if from.take(size).read_to_end(body)? as u64 != size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        line(from)?;
        if size == 0 {
            return Ok(());
        }
    }
}

fn line(from: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    if from.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    line.truncate(line.trim_end_matches(['\r', '\n']).len());
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FakeNpm, Fault, Packument, Release};

    #[test]
    fn it_tells_a_whole_answer_from_half_of_one() {
        let npm = FakeNpm::start();
        npm.put(Packument::new("chalk").release(Release::new("1.0.0")));
        let url = format!("{}chalk", npm.url());
        let whole = get(&url).unwrap();
        assert_eq!((whole.status, whole.reason.as_str()), (200, "OK"));
        assert!(whole.complete);
        assert_eq!(whole.json()["name"], "chalk");
        let head = request("HEAD", &url, &[], &[]).unwrap();
        assert!(head.complete && head.body.is_empty());
        npm.fail_times("/chalk", 1, Fault::Truncate);
        let half = get(&url).unwrap();
        assert!(!half.complete && !half.body.is_empty());
        // Without a length.
        npm.fail("/chalk", Fault::Huge(100_000));
        let huge = get(&url).unwrap();
        assert!(huge.complete);
        assert_eq!(huge.body.len(), 131_072);
        let missing = get(&format!("{}nothing", npm.url())).unwrap();
        assert_eq!(missing.error().as_deref(), Some("Not found"));
    }
}
