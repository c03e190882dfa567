//! `export`: entries, postings and Z as files.

use std::path::Path;

use desk::api::export::{ExportBook, ExportDays, ExportWhat};

use crate::arguments::Export;
use crate::out::Out;
use crate::person;

/// Writes the files into a folder of their own. Whoever acts must be one who may.
pub fn export(data: &Path, who: Option<&str>, asked: &Export, out: &Out) -> anyhow::Result<()> {
    let desk = till::home::open_once(data)?;
    person::act_as(&desk, who)?;
    let what = match (&asked.from, &asked.to, &asked.z) {
        (Some(from), Some(to), _) => ExportWhat::Days(ExportDays { from: from.clone(), to: to.clone() }),
        (_, _, z) => ExportWhat::Z(z.clone().unwrap_or_default()),
    };
    let folder = std::path::absolute(&asked.out)?;
    let export =
        ExportBook { what, form: asked.format.clone(), with_names: asked.names, folder: String::new() };
    let begun = desk.export_into(&export, &folder)?;
    let done = till::job::finish(&desk, &begun.job, |job| out.progress("records", job.done, job.total));
    out.progress_done();
    done?;
    out.say(&serde_json::json!({ "folder": begun.folder }), || format!("saved in {}", begun.folder))
}
