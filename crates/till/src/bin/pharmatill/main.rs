//! `pharmatill`: the same till without a window.

mod arguments;
mod catalogue;
mod day;
mod found;
mod keep;
mod out;
mod person;
mod report;
mod seed;
mod serve;

use std::io::{ErrorKind, IsTerminal};
use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Catalogue, Command};
use out::Out;

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_max_level(tracing::Level::WARN)
        .init();
    let arguments = Arguments::parse();
    let out = Out::new(arguments.json);
    match run(&arguments, &out) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads along has heard enough: `pharmatill … | head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            out.failed(&error);
            ExitCode::FAILURE
        }
    }
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
        Command::Invite { file } => found::invite(arguments::needed(data)?, who, file, out),
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
        Command::Verify => keep::verify(arguments::needed(data)?, out),
        Command::Backup { folder } => keep::back_up(arguments::needed(data)?, folder, out),
        Command::Restore { backup } => keep::restore(arguments::needed(data)?, backup, out),
        Command::Serve { port, ui } => serve::serve(arguments::needed(data)?, *port, ui.as_deref()),
    }
}
