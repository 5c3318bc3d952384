//! nginx with files that lie ready: no proxy can do less than that.

use super::{NGINX, Server};
use crate::bench::http::Answer;
use crate::peers;
use crate::running::{Running, empty, free_port};
use std::path::Path;
use std::process::Command;

/// Its defaults, except that nothing is logged, that files are sent by the
/// kernel, that compressed ones lie beside the others, and that connections
/// are not closed every thousand requests. Only root may change the user, and
/// only root has folders that nobody else may read.
const SETTINGS: &str = "user root;
worker_processes auto;
daemon off;
pid PLACE/pid;
error_log PLACE/errors;
events { worker_connections 1024; }
http {
    access_log off;
    sendfile on;
    etag on;
    gzip_static on;
    keepalive_requests 100000000;
    client_body_temp_path PLACE/body;
    proxy_temp_path PLACE/proxy;
    fastcgi_temp_path PLACE/fastcgi;
    uwsgi_temp_path PLACE/uwsgi;
    scgi_temp_path PLACE/scgi;
    server { listen 127.0.0.1:PORT; root PLACE/www; LOCATIONS }
}
";

/// Starts nginx with the files in `www` of a folder.
pub(in crate::bench) fn nginx(place: &Path, port: u16, locations: &str) -> anyhow::Result<Running> {
    let settings = place.join("nginx.conf");
    let text = SETTINGS
        .replace("PLACE", &place.display().to_string())
        .replace("PORT", &port.to_string())
        .replace("LOCATIONS", locations);
    std::fs::write(&settings, text)?;
    let mut command = Command::new(peers::nginx()?);
    command.arg("-p").arg(place).arg("-c").arg(&settings);
    Running::start(&mut command, place.join("log"), port)
}

/// Its version, as it says it.
pub(in crate::bench) fn version() -> anyhow::Result<String> {
    let said = Command::new(peers::nginx()?).arg("-v").output()?.stderr;
    let said = String::from_utf8_lossy(&said);
    Ok(said
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned())
}

/// nginx, with the answers of another server under the names of files.
pub(super) fn ready(place: &Path, answers: &[(String, Answer)]) -> anyhow::Result<Server> {
    empty(place)?;
    std::fs::create_dir(place.join("www"))?;
    for (name, answer) in answers {
        let file = place.join("www").join(name);
        let file = match answer.header("content-encoding") {
            Some("gzip") => file.with_added_extension("gz"),
            _ => file,
        };
        std::fs::write(file, &answer.bytes)?;
    }
    let port = free_port()?;
    let types = "types {} default_type application/octet-stream;";
    Ok(Server {
        name: NGINX,
        version: version()?,
        base: format!("http://127.0.0.1:{port}/"),
        running: nginx(place, port, types)?,
    })
}
