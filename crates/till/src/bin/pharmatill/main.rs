//! `pharmatill`: the same till without a window.

mod arguments;
mod catalogue;
mod day;
mod export;
mod found;
mod keep;
mod out;
mod person;
mod report;
mod seed;
mod serve;
mod verify_code;
mod words;

use std::io::{ErrorKind, IsTerminal};
use std::process::ExitCode;

use clap::Parser;
use serde_json::json;

use arguments::{Arguments, Catalogue, Command};
use out::Out;

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_max_level(tracing::Level::WARN)
        .init();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        // It is not known yet how the command line was meant, but a program says so somewhere in it.
        Err(error) => return mistaken(&error, std::env::args().any(|argument| argument == "--json")),
    };
    let out = Out::new(arguments.json);
    match run(&arguments, &out) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads along has heard enough: `pharmatill … | head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => match error.downcast_ref::<clap::Error>() {
            Some(error) => mistaken(error, arguments.json),
            None => {
                out.failed(&error);
                ExitCode::FAILURE
            }
        },
    }
}

/// Says what is wrong with the command line, or the help that it asks for.
fn mistaken(error: &clap::Error, json: bool) -> ExitCode {
    if json && error.use_stderr() {
        let text = error.render().to_string();
        eprintln!("{}", json!({ "code": out::USAGE, "detail": { "text": text.trim_end() } }));
    } else {
        // Where nobody reads there is nobody to tell.
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.chain().find_map(|cause| cause.downcast_ref::<std::io::Error>());
    io.is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}

fn run(arguments: &Arguments, out: &Out) -> anyhow::Result<()> {
    let data = arguments.data.as_deref();
    let who = arguments.person.as_deref();
    match &arguments.command {
        Command::Init(init) => found::init(arguments::needed(data)?, init, out),
        Command::Invite { file: Some(file), branch } => {
            found::invite(arguments::needed(data)?, who, file, branch.as_deref(), out)
        }
        Command::Invite { file: None, .. } => found::invite_by_server(arguments::needed(data)?, who, out),
        Command::Revoke { till_no } => found::revoke(arguments::needed(data)?, who, *till_no, out),
        Command::Connect { url, code } => found::connect(arguments::needed(data)?, who, url, code, out),
        Command::Catalogue(Catalogue::Import { path, dry_run }) => {
            catalogue::import(arguments::needed(data)?, who, path, *dry_run, out)
        }
        Command::Catalogue(Catalogue::Find { text, limit }) => {
            catalogue::find(arguments::needed(data)?, text, *limit, out)
        }
        Command::Day { file } => day::play(data, file, out),
        Command::BenchSeed { count } => found::seed(arguments::needed(data)?, who, *count, out),
        Command::Demo => found::demo(arguments::needed(data)?, out),
        Command::Report(what) => report::report(arguments::needed(data)?, who, what, out),
        Command::Export(what) => export::export(arguments::needed(data)?, who, what, out),
        Command::Verify { code: None } => keep::verify(arguments::needed(data)?, out),
        Command::Verify { code: Some(code) } => verify_code::verify_code(arguments::needed(data)?, code, out),
        Command::Backup { folder } => keep::back_up(arguments::needed(data)?, folder, out),
        Command::Restore { backup } => keep::restore(arguments::needed(data)?, backup, out),
        Command::RecoverPin => person::recover_pin(arguments::needed(data)?, who, out),
        Command::Serve { port, ui } => serve::serve(arguments::needed(data)?, *port, ui.as_deref()),
    }
}
