//! `pharmatill-server`: where the tills of a branch find each other again.

mod arguments;
mod come_in;
mod drill;
mod found;
mod restore;
mod serve;
mod verify;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;
use serde_json::json;

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_max_level(tracing::Level::INFO)
        .init();
    let arguments = Arguments::parse();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            if arguments.json {
                eprintln!("{}", json!({ "code": code(&error), "detail": { "text": format!("{error:#}") } }));
            } else {
                eprintln!("{}: {error:#}", code(&error));
            }
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if let Some(Command::Drill { opened_by }) = &arguments.command {
        return drill::drill(arguments, opened_by);
    }
    let data = arguments.data()?;
    let done = match &arguments.command {
        None | Some(Command::Drill { .. }) => serve::serve(arguments),
        Some(Command::Restore { opened_by, partial }) => restore::restore(arguments, opened_by, *partial),
        Some(Command::Init { recovery, passphrase_file }) => {
            found::init(data, recovery.as_deref(), passphrase_file.as_deref(), arguments.json)
        }
        Some(Command::Recover { file, passphrase_file }) => {
            found::recover(data, file, passphrase_file.as_deref(), arguments.json)
        }
        Some(Command::Code { server }) => come_in::code(data, server.as_deref(), arguments.json),
        Some(Command::Organisations) => come_in::organisations(data, arguments.json),
        Some(Command::Branches) => come_in::branches(data, arguments.json),
        Some(Command::Verify) => verify::verify(data, arguments.json),
    };
    done.map(|()| ExitCode::SUCCESS)
}

/// The stable code of what went wrong, where it has one.
fn code(error: &anyhow::Error) -> &'static str {
    use sync_server::backup::restore::RestoreError;
    use sync_server::keys::KeysError;
    use sync_server::server::StartError;
    if let Some(error) = error.downcast_ref::<KeysError>() {
        return error.code();
    }
    if let Some(error) = error.downcast_ref::<RestoreError>() {
        return error.code();
    }
    match error.downcast_ref::<StartError>() {
        Some(StartError::Keys(error)) => error.code(),
        Some(StartError::NoKeys) => "keys_missing",
        _ => "server_failed",
    }
}
