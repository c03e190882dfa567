//! Takes the built ui and the window's configuration into the binary.

use tauri_build::{AppManifest, Attributes};

fn main() {
    // The ui is embedded, so a newly built ui must make a new binary.
    println!("cargo:rerun-if-changed=../ui/dist");
    // Naming the commands turns "every command is allowed" into "the ones in `capabilities/`".
    let manifest = AppManifest::new().commands(&["desk", "save", "display"]);
    if let Err(error) = tauri_build::try_build(Attributes::new().app_manifest(manifest)) {
        println!("cargo:error={error:#}");
    }
}
