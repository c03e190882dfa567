//! Serving, until a signal says stop.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ledger::Random;
use serde_json::json;
use sync_server::backup::BackupTo;
use sync_server::serve::Listening;
use sync_server::server::Options;
use sync_server::tls::Tls;
use tokio::signal::unix::{SignalKind, signal};

use crate::arguments::Arguments;
use crate::found;

/// Threads that verify, compress and read; more would only wait for one another.
const MAX_BLOCKING: usize = 32;

/// How often the backup is written while tills sell; with what writing takes it stays within a second.
const BACKED_UP_EVERY: Duration = Duration::from_millis(500);

/// The computer's clock, in milliseconds since 1970.
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The computer's random bytes. Without them nothing here is safe, so their failing ends the program.
pub fn random() -> Arc<Random> {
    Arc::new(|bytes: &mut [u8]| {
        if getrandom::fill(bytes).is_err() {
            tracing::error!("this computer gives no random bytes");
            std::process::abort();
        }
    })
}

/// How a server is run that is not in a test.
pub fn options(data: &Path) -> Options {
    Options {
        data: data.to_owned(),
        clock: Arc::new(now_ms),
        random: random(),
        ui: None,
        max_connections: 10_000,
        read_timeout: Duration::from_secs(30),
        presence_every: Duration::from_secs(2),
        ping_every: Duration::from_secs(15),
        backup: None,
        tls: None,
        public_url: None,
    }
}

pub fn serve(arguments: &Arguments) -> anyhow::Result<()> {
    let data = arguments.data()?;
    found::init_unasked(data)?;
    let backup = arguments.backup()?.map(|storage| BackupTo { storage, every: BACKED_UP_EVERY });
    let tls = arguments.tls()?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let options = Options {
        ui: arguments.ui.clone(),
        max_connections: arguments.max_connections,
        backup,
        tls: tls.clone(),
        public_url: arguments.public_url.clone(),
        ..options(data)
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(MAX_BLOCKING)
        .build()?;
    runtime.block_on(async {
        let listening = Listening::start(options, arguments.listen).await?;
        let url = format!("{scheme}://{}", listening.address());
        if arguments.json {
            println!("{}", json!({ "url": url }));
        } else {
            println!("PharmaTill's sync-server listens on {url}");
        }
        std::io::stdout().flush()?;
        let mut terminated = signal(SignalKind::terminate())?;
        tokio::select! {
            () = listening.serve() => {}
            result = renewed(tls) => result?,
            _ = terminated.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        anyhow::Ok(())
    })
}

/// Reads the certificate again whenever the program is told to.
async fn renewed(tls: Option<Arc<Tls>>) -> anyhow::Result<()> {
    let mut told = signal(SignalKind::hangup())?;
    while told.recv().await.is_some() {
        match tls.as_ref().map(|tls| tls.read_again()) {
            Some(Err(error)) => tracing::error!(%error, "the old certificate stays"),
            Some(Ok(())) => tracing::info!("the certificate was read again"),
            None => {}
        }
    }
    Ok(())
}
