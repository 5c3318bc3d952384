use super::{Blobs, Documents, Storage, failure};
use crate::{BlobsAt, S3Options, StoreError};
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::local::LocalFileSystem;
use object_store::{ClientOptions, ObjectStore, ObjectStoreExt, RetryConfig};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long a bucket may stand still.
const PATIENCE: Duration = Duration::from_secs(10);

/// A small blob that is written to see whether that works.
pub(super) const PROBE: &str = "probe";

/// Opens the place where blobs are, and writes there.
pub(crate) async fn open(at: &BlobsAt) -> Result<(Blobs, Documents), StoreError> {
    let storage = match at {
        BlobsAt::Folder(folder) => in_folder(folder)?,
        BlobsAt::S3(options) => in_bucket(options)?,
    };
    let probe = storage.path(PROBE);
    let text = "Tenure keeps blobs here.\n";
    let written = storage.objects.put(&probe, text.into()).await;
    written.map_err(|error| failure::explain(&storage.at, &error))?;
    let storage = Arc::new(storage);
    let in_space = |space| Blobs {
        storage: Arc::clone(&storage),
        space,
    };
    let documents = Documents::new(in_space("documents"));
    Ok((in_space("tarballs"), documents))
}

fn in_folder(folder: &Path) -> Result<Storage, StoreError> {
    let made = |folder: &Path| {
        fs::create_dir_all(folder).map_err(|error| StoreError::of_file(folder, &error))
    };
    let temporary = folder.join("temporary");
    made(folder)?;
    made(&temporary)?;
    let at = folder.display().to_string();
    let objects = LocalFileSystem::new_with_prefix(folder)
        .map_err(|error| failure::explain(&at, &error))?
        .with_fsync(true);
    Ok(Storage {
        objects: Arc::new(objects) as Arc<dyn ObjectStore>,
        folder: Some(folder.to_owned()),
        prefix: String::new(),
        temporary,
        at,
    })
}

fn in_bucket(options: &S3Options) -> Result<Storage, StoreError> {
    let temporary = &options.temporary;
    fs::create_dir_all(temporary).map_err(|error| StoreError::of_file(temporary, &error))?;
    let endpoint = options.endpoint.as_deref().unwrap_or("Amazon S3");
    let at = format!("bucket {} of {endpoint}", options.bucket);
    let objects = bucket(options).map_err(|error| failure::explain(&at, &error))?;
    Ok(Storage {
        objects: Arc::new(objects) as Arc<dyn ObjectStore>,
        folder: None,
        prefix: options.prefix.clone(),
        temporary: temporary.clone(),
        at,
    })
}

fn bucket(options: &S3Options) -> Result<AmazonS3, object_store::Error> {
    // A client that reads slowly may take long for a large blob; only standing
    // still is an error.
    let client = ClientOptions::new()
        .with_allow_http(options.allow_http)
        .with_connect_timeout(PATIENCE)
        .with_timeout_disabled()
        .with_read_timeout(PATIENCE);
    let retry = RetryConfig {
        max_retries: 3,
        retry_timeout: PATIENCE,
        ..RetryConfig::default()
    };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&options.bucket)
        .with_region(&options.region)
        .with_client_options(client)
        .with_retry(retry);
    if let Some(endpoint) = &options.endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    if let Some(credentials) = &options.credentials {
        builder = builder
            .with_access_key_id(&credentials.access_key_id)
            .with_secret_access_key(&credentials.secret_access_key);
        if let Some(token) = &credentials.session_token {
            builder = builder.with_token(token);
        }
    }
    builder.build()
}
