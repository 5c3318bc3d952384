//! What an error of the storage means, and what to do about it.

use crate::StoreError;
use object_store::Error;
use std::error::Error as _;
use std::path::Path;

/// Nothing, where the object is not there.
pub(super) fn found<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

pub(super) fn explain(at: &str, error: &Error) -> StoreError {
    if let Some(error) = of_the_system(error) {
        return StoreError::of_file(Path::new(at), error);
    }
    let hint = match error {
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
            "; look at the key, and at what it may do in this bucket"
        }
        Error::NotFound { .. } => "; look at the names of the endpoint and the bucket",
        _ => "",
    };
    StoreError::Blobs {
        at: at.to_owned(),
        why: format!("{error}{hint}"),
    }
}

/// The error of a file behind it, if there is one.
fn of_the_system(error: &Error) -> Option<&std::io::Error> {
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<std::io::Error>() {
            return Some(error);
        }
        source = error.source();
    }
    None
}
