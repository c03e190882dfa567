//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// The sync-server of PharmaTill. Without a command it serves.
#[derive(Parser)]
#[command(version)]
pub struct Arguments {
    /// Folder of the server; made where there is none
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// Address to listen on. Nothing between a till and this address is encrypted: put what does that in
    /// front of it wherever it is not a network of your own
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:7878")]
    pub listen: SocketAddr,
    /// Folder of the built ui, for a manager's browser; without it no browser is let in
    #[arg(long, value_name = "DIR")]
    pub ui: Option<PathBuf>,
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
    /// Lists the organisations that are kept
    Organisations,
    /// Lists the branches that are kept
    Branches,
    /// Checks every hash, signature, sum and number of every branch, and that what is derived is what the
    /// records say; the server must not run meanwhile
    Verify,
}
