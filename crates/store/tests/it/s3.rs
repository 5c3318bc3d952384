//! An S3 server in the test's own process.

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use std::path::Path;
use tempfile::TempDir;
use tenure_store::{S3Credentials, S3Options};
use tokio::net::TcpListener;

const BUCKET: &str = "tenure";
const KEY: &str = "test-key";
const SECRET: &str = "test-secret";

/// A server with one bucket, on loopback. It ends with the test.
pub(crate) struct S3 {
    endpoint: String,
    folder: TempDir,
}

impl S3 {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("root");
        std::fs::create_dir_all(root.join(BUCKET)).unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(serve(listener, service(&root)));
        Self { endpoint, folder }
    }

    /// The bucket, with names beginning as given.
    pub(crate) fn options(&self, prefix: &str) -> S3Options {
        S3Options {
            endpoint: Some(self.endpoint.clone()),
            bucket: BUCKET.to_owned(),
            region: "anywhere".to_owned(),
            prefix: prefix.to_owned(),
            allow_http: true,
            credentials: Some(S3Credentials {
                access_key_id: KEY.to_owned(),
                secret_access_key: SECRET.to_owned(),
                session_token: None,
            }),
            temporary: self.folder.path().join("temporary"),
        }
    }

    /// Where it has the objects whose names begin with `prefix`.
    pub(crate) fn objects(&self, prefix: &str) -> std::path::PathBuf {
        self.folder.path().join("root").join(BUCKET).join(prefix)
    }
}

fn service(root: &Path) -> S3Service {
    let mut builder = S3ServiceBuilder::new(FileSystem::new(root).unwrap());
    builder.set_auth(SimpleAuth::from_single(KEY, SECRET));
    builder.build()
}

async fn serve(listener: TcpListener, service: S3Service) {
    while let Ok((connection, _)) = listener.accept().await {
        let served = http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(connection), service.clone());
        tokio::spawn(served);
    }
}
