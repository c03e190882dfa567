//! `serve`: the ui's commands on this computer's own address.

use std::path::Path;

use anyhow::Context;
use serde_json::json;

/// Serves until the process is ended.
pub fn serve(data: &Path, port: u16, ui: Option<&Path>) -> anyhow::Result<()> {
    let desk = till::open(data)?;
    let token = till::http::new_token(till::home::real_random().as_ref());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let door = till::http::Door::listen(desk, port, ui.map(Path::to_owned), token)
            .await
            .with_context(|| format!("port {port} cannot be listened on"))?;
        println!("{}", json!({ "url": door.url() }));
        Ok(door.serve().await?)
    })
}
