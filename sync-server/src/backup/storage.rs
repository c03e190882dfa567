//! Where a backup lies: a folder, or a bucket of S3 or what speaks like it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, RetryConfig};

/// How often one request is tried before whoever asked is told; whoever asked tries again later.
const TRIES: usize = 2;
/// How long the tries of one request may take together.
const TRIED_FOR: Duration = Duration::from_secs(20);

/// Why the storage does not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The address leads nowhere.
    #[error("{0} is no folder and no address like s3://bucket/folder")]
    NoPlace(String),
    /// The folder cannot be made.
    #[error("the folder of the backup: {0}")]
    Folder(#[from] std::io::Error),
    /// It says no, or nothing.
    #[error("the storage of the backup: {0}")]
    Store(#[from] object_store::Error),
}

/// A place for objects.
#[derive(Debug, Clone)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    /// What stands before every name.
    under: Path,
}

impl Storage {
    /// The storage at `s3://bucket/folder`, with the usual environment variables (`AWS_ACCESS_KEY_ID`,
    /// `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT`, …), or in a folder, which is made.
    ///
    /// # Errors
    /// `NoPlace`, `Folder` or `Store`.
    pub fn at(place: &str) -> Result<Self, StorageError> {
        let Some((scheme, rest)) = place.split_once("://") else {
            std::fs::create_dir_all(place)?;
            let folder = LocalFileSystem::new_with_prefix(place)?.with_fsync(true);
            return Ok(Self { store: Arc::new(folder), under: Path::default() });
        };
        if scheme != "s3" {
            return Err(StorageError::NoPlace(place.to_owned()));
        }
        // The second call says that there is one already, which is what is wanted.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (bucket, under) = rest.split_once('/').unwrap_or((rest, ""));
        let retry = RetryConfig { max_retries: TRIES, retry_timeout: TRIED_FOR, ..RetryConfig::default() };
        // Not everything that speaks like S3 removes several at once.
        let bucket = AmazonS3Builder::from_env().with_bucket_name(bucket).with_disable_bulk_delete(true);
        let bucket = bucket.with_retry(retry).build()?;
        Ok(Self { store: Arc::new(bucket), under: Path::from(under) })
    }

    /// The names that begin with these folders, each with its size.
    ///
    /// # Errors
    /// `Store`.
    pub async fn list(&self, folder: &str) -> Result<Vec<(String, u64)>, StorageError> {
        let objects: Vec<_> = self.store.list(Some(&self.path(folder))).try_collect().await?;
        let name = |path: &Path| {
            let parts: Vec<_> = path.prefix_match(&self.under)?.collect();
            Some(parts.iter().map(AsRef::as_ref).collect::<Vec<_>>().join("/"))
        };
        Ok(objects.iter().filter_map(|object| Some((name(&object.location)?, object.size))).collect())
    }

    /// Writes an object. Once this returns it is there, whole.
    ///
    /// # Errors
    /// `Store`.
    pub async fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), StorageError> {
        self.store.put(&self.path(name), bytes.into()).await?;
        Ok(())
    }

    /// Reads an object.
    ///
    /// # Errors
    /// `Store`.
    pub async fn get(&self, name: &str) -> Result<Vec<u8>, StorageError> {
        Ok(self.store.get(&self.path(name)).await?.bytes().await?.to_vec())
    }

    /// Removes an object; one that is not there is none the less.
    ///
    /// # Errors
    /// `Store`.
    pub async fn remove(&self, name: &str) -> Result<(), StorageError> {
        match self.store.delete(&self.path(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn path(&self, name: &str) -> Path {
        self.under.parts().chain(Path::from(name).parts()).collect()
    }
}
