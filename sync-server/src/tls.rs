//! TLS at the server: a certificate and its key in PEM files, which may change while it runs.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is not there, or is no PEM.
    #[error("{0}: {1}")]
    File(PathBuf, pem::Error),
    /// The two do not belong together, or are none.
    #[error("the certificate and its key: {0}")]
    Certificate(#[from] rustls::Error),
}

/// What the server proves itself with to whoever connects.
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    config: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    /// Reads a certificate, with those that lead to its root behind it, and its key.
    ///
    /// # Errors
    /// Says which file is not as it should be.
    pub fn read(certificate: PathBuf, key: PathBuf) -> Result<Self, TlsError> {
        let config = RwLock::new(config(&certificate, &key)?);
        Ok(Self { certificate, key, config })
    }

    /// Reads both files again, for connections from now on.
    ///
    /// # Errors
    /// As [`Tls::read`]; then it stays as it was.
    pub fn read_again(&self) -> Result<(), TlsError> {
        let config = config(&self.certificate, &self.key)?;
        *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
        Ok(())
    }

    /// What a connection is taken with.
    #[must_use]
    pub fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn config(certificate: &PathBuf, key: &PathBuf) -> Result<Arc<ServerConfig>, TlsError> {
    let in_file = |error| TlsError::File(certificate.clone(), error);
    let chain = CertificateDer::pem_file_iter(certificate).map_err(in_file)?;
    let chain = chain.collect::<Result<Vec<_>, _>>().map_err(in_file)?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(|error| TlsError::File(key.clone(), error))?;
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    Ok(Arc::new(config))
}
