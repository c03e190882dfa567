//! What can be said on the command line.

use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{Args, CommandFactory, Parser, Subcommand};

/// The PharmaTill till without a window.
#[derive(Parser)]
#[command(name = "pharmatill", version)]
pub struct Arguments {
    /// Folder of the till: its ledger and its keys
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Who acts, by name; who is on duty at the till stays so [default: the owner, for reports nobody]
    #[arg(long = "as", global = true, value_name = "NAME")]
    pub person: Option<String>,
    /// One JSON object a line instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Founds a pharmacy with this till, or joins one with an invitation
    Init(Init),
    /// Writes an invitation for the next till of this branch, and shows the code that opens it
    Invite {
        /// File to write; without one the server keeps the invitation, and the code is all that the till needs
        file: Option<PathBuf>,
        /// The till is of another branch of the organisation with this name, which is opened where there is none
        #[arg(long, value_name = "NAME", requires = "file")]
        branch: Option<String>,
    },
    /// Cuts another till of the branch off: what it writes from now on does not count
    Revoke {
        /// Its number
        till_no: u32,
    },
    /// Enrols this till at the server of its organisation, with a one-time code that the server shows
    Connect {
        /// Address of the server: http://… or https://…
        url: String,
        /// The code
        code: String,
    },
    /// Reads products into the catalogue, and finds them
    #[command(subcommand)]
    Catalogue(Catalogue),
    /// Plays a day at the counter, written in plain words (see DAYS.md); without --data in a folder of its own that is thrown away
    Day {
        /// The day
        file: PathBuf,
    },
    /// Adds past sales of three lines to a till, many at once, to measure on a full ledger
    BenchSeed {
        /// How many
        count: u64,
    },
    /// Makes a demo pharmacy with invented people, products and a fortnight of sales
    Demo,
    /// Prints a report
    #[command(subcommand)]
    Report(Report),
    /// Saves entries, postings and Z as files: those of the Z of some days, or of one Z
    Export(Export),
    /// Checks every hash, signature, sum and number, and that the derived tables are what the records say
    Verify {
        /// Only the Z or receipt with this code, which stands on its paper: whether the till signed it, and whether a
        /// Z is what the records come to
        #[arg(long, value_name = "CODE")]
        code: Option<String>,
    },
    /// Makes a verified, encrypted copy of the book
    Backup {
        /// Folder or stick; the recovery passphrase comes from PHARMATILL_PASSPHRASE the first time
        folder: PathBuf,
    },
    /// Brings a backup back into the folder of --data, which must be new; the passphrase comes from PHARMATILL_PASSPHRASE
    Restore {
        /// Folder of the backup: the one with ledger.db and recovery.key in it
        backup: PathBuf,
    },
    /// Gives an owner who forgot their PIN the one in PHARMATILL_PIN; the recovery passphrase comes from
    /// PHARMATILL_PASSPHRASE
    RecoverPin,
    /// Answers the ui's commands on this computer's own address
    Serve {
        /// Port, 0 for any that is free
        #[arg(long, default_value_t = 0)]
        port: u16,
        /// Folder of the built ui
        #[arg(long, value_name = "DIR")]
        ui: Option<PathBuf>,
    },
}

/// Answers of the wizard.
#[derive(Args)]
pub struct Init {
    /// Invitation file of the branch to join
    #[arg(long, value_name = "FILE", requires = "code", conflicts_with_all = ["name", "country", "staff"])]
    pub join: Option<PathBuf>,
    /// Address of the server that keeps the invitation, instead of a file
    #[arg(long, value_name = "URL", requires = "code", conflicts_with_all = ["join", "name", "country", "staff"])]
    pub server: Option<String>,
    /// Code that was shown where the invitation was made
    #[arg(long)]
    pub code: Option<String>,
    /// Name of the pharmacy
    #[arg(long, required_unless_present_any = ["join", "server"])]
    pub name: Option<String>,
    /// Two-letter country code
    #[arg(long, required_unless_present_any = ["join", "server"])]
    pub country: Option<String>,
    /// Person as NAME:ROLE, the owner first; again for each person
    #[arg(long, required_unless_present_any = ["join", "server"], value_name = "NAME:ROLE")]
    pub staff: Vec<String>,
    /// Line under the name on paper; again for each line
    #[arg(long, value_name = "LINE")]
    pub letterhead: Vec<String>,
    /// IANA time zone [default: the country's]
    #[arg(long)]
    pub time_zone: Option<String>,
    /// Minutes after midnight at which a business day begins
    #[arg(long, default_value_t = 0)]
    pub day_boundary_min: u32,
    /// Number of this till in its branch
    #[arg(long, default_value_t = 1)]
    pub till_no: u32,
    /// Folder for daily backups; the recovery passphrase comes from PHARMATILL_PASSPHRASE
    #[arg(long, value_name = "DIR")]
    pub backup: Option<PathBuf>,
}

/// Work on the catalogue.
#[derive(Subcommand)]
pub enum Catalogue {
    /// Reads a CSV file with a header, or a folder with the French medicines database as published
    Import {
        /// File or folder
        path: PathBuf,
        /// Reads and compares only
        #[arg(long)]
        dry_run: bool,
    },
    /// Finds products by any part of the name, or by code
    Find {
        /// Words in any order, or a code
        text: String,
        /// Rows at most
        #[arg(long, default_value_t = 20)]
        limit: u32,
    },
}

/// Which report.
#[derive(Subcommand)]
pub enum Report {
    /// The open session as it stands
    X,
    /// A closed session
    Z {
        /// Number with series [default: the last one]
        z_no: Option<String>,
    },
    /// A business day
    Day {
        /// YYYY-MM-DD [default: today]
        date: Option<String>,
    },
}

/// Which entries, and as what.
#[derive(Args)]
pub struct Export {
    /// First business date, YYYY-MM-DD
    #[arg(long, value_name = "DATE", requires = "to", required_unless_present = "z")]
    pub from: Option<String>,
    /// Last business date
    #[arg(long, value_name = "DATE", requires = "from")]
    pub to: Option<String>,
    /// Number of a Z with its series, as printed
    #[arg(long, value_name = "Z-NO", conflicts_with_all = ["from", "to"])]
    pub z: Option<String>,
    /// csv, or json for one object a line
    #[arg(long, value_name = "FORMAT", value_parser = ["csv", "json"])]
    pub format: String,
    /// Folder for the files; it is there as soon as all of them are whole
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
    /// With the names of those who did and allowed it, beside their ids
    #[arg(long)]
    pub names: bool,
}

/// The folder of the till, which every command but `day` needs.
pub fn needed(data: Option<&Path>) -> anyhow::Result<&Path> {
    let missing = || {
        Arguments::command()
            .error(ErrorKind::MissingRequiredArgument, "--data DIR is needed: the folder of the till")
    };
    Ok(data.ok_or_else(missing)?)
}
