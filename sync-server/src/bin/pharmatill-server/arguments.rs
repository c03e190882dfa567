//! The command line.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use sync_server::backup::storage::Storage;
use sync_server::passkeys::PublicUrl;
use sync_server::tls::Tls;

/// The sync-server of PharmaTill. Without a command it serves.
#[derive(Parser)]
#[command(version)]
pub struct Arguments {
    /// Folder of the server; made where there is none
    #[arg(long, value_name = "DIR", global = true)]
    data: Option<PathBuf>,
    /// Where the server's own backup lies: a folder, or s3://bucket/folder with the usual AWS_… variables
    #[arg(long, value_name = "PLACE", global = true)]
    backup: Option<String>,
    /// Address to listen on. Without a certificate nothing between a till and this address is encrypted
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7878")]
    pub listen: SocketAddr,
    /// Folder of the built ui, for a manager's browser; without it no browser is let in
    #[arg(long, value_name = "DIR")]
    pub ui: Option<PathBuf>,
    /// Address by which browsers reach this server, such as https://till.example.org: passkeys hold for it. Without
    /// it they are offered at http://localhost only, and elsewhere people sign in with a passphrase
    #[arg(long, value_name = "URL")]
    pub public_url: Option<PublicUrl>,
    /// Certificate in PEM, with those that lead to its root; SIGHUP reads it and its key again
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// Its key in PEM
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// The most connections at once
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub max_connections: usize,
    /// One JSON object a line, also of what was not done
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Subcommand)]
pub enum Command {
    /// Makes the server's keys and its recovery file; where there are keys, only the recovery file anew.
    /// The passphrase comes from PHARMATILL_PASSPHRASE or a file
    Init {
        /// The recovery file [default: server.recovery in the folder: copy it elsewhere]
        #[arg(long, value_name = "FILE")]
        recovery: Option<PathBuf>,
        /// File whose first line is the passphrase
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Makes an empty folder the same server again; its tills fill it
    Recover {
        /// The recovery file
        file: PathBuf,
        /// File whose first line is the passphrase
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Makes a code with which one till can come in within an hour
    Code {
        /// Address of this server as tills know it, for the QR code
        #[arg(long, value_name = "URL")]
        server: Option<String>,
    },
    /// Makes a full server in an empty folder out of its backup and its recovery file
    Restore {
        #[command(flatten)]
        opened_by: OpenedBy,
        /// Also where something is missing or damaged: as much as still holds. The backup stays as it is then
        #[arg(long)]
        partial: bool,
    },
    /// Proves that a backup holds: restores it into a folder of its own, verifies everything, and compares it
    /// with the server in --data, which may run meanwhile. Exit code 0: it holds; 2: it holds, and lacks what
    /// that server has, as it may for a second while tills sell; 1: it does not hold
    Drill {
        #[command(flatten)]
        opened_by: OpenedBy,
    },
    /// Lists the organisations that are kept
    Organisations,
    /// Lists the branches that are kept
    Branches,
    /// Checks every hash, signature, sum and number of every branch, and that what is derived is what the
    /// records say; the server must not run meanwhile
    Verify,
}

/// What opens a backup.
#[derive(Args)]
pub struct OpenedBy {
    /// The recovery file
    #[arg(long, value_name = "FILE")]
    pub recovery: PathBuf,
    /// File whose first line is the passphrase
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

impl Arguments {
    /// The folder, which everything but a drill needs.
    pub fn data(&self) -> anyhow::Result<&Path> {
        self.data.as_deref().context("--data DIR is needed")
    }

    /// The folder that a drill may compare with.
    pub fn compared(&self) -> Option<&Path> {
        self.data.as_deref()
    }

    /// What the server proves itself with, if it speaks TLS.
    pub fn tls(&self) -> anyhow::Result<Option<Arc<Tls>>> {
        let (Some(certificate), Some(key)) = (&self.tls_certificate, &self.tls_key) else { return Ok(None) };
        Ok(Some(Arc::new(Tls::read(certificate.clone(), key.clone())?)))
    }

    /// The place of the backup, if there is one.
    pub fn backup(&self) -> anyhow::Result<Option<Storage>> {
        Ok(self.backup.as_deref().map(Storage::at).transpose()?)
    }
}
