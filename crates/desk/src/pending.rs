//! Commands of the catalogue and of background work, until `catalogue.rs` and `jobs.rs` bring them.

use crate::api::catalogue::*;
use crate::api::setup::*;
use crate::commands::Nothing;
use crate::{Desk, Fault};

fn later<T>() -> Result<T, Fault> {
    Err(Fault::bare("internal"))
}

#[allow(missing_docs, clippy::missing_errors_doc)]
impl Desk {
    pub fn join(&self, _: Join) -> Result<Status, Fault> { later() }
    pub fn set_backup(&self, _: SetBackup) -> Result<BackupView, Fault> { later() }
    pub fn back_up(&self, _: Nothing) -> Result<JobView, Fault> { later() }
    pub fn verify(&self, _: Nothing) -> Result<JobView, Fault> { later() }
    pub fn cancel_job(&self, _: JobNo) -> Result<JobView, Fault> { later() }
    pub fn find_products(&self, _: FindProducts) -> Result<FoundProducts, Fault> { later() }
    pub fn product(&self, _: ProductId) -> Result<ProductView, Fault> { later() }
    pub fn save_product(&self, _: SaveProduct) -> Result<ProductView, Fault> { later() }
    pub fn import_catalogue(&self, _: ImportCatalogue) -> Result<JobView, Fault> { later() }
    pub fn import_report(&self, _: JobNo) -> Result<ImportReport, Fault> { later() }
    pub fn unknown_sold(&self, _: Nothing) -> Result<Vec<UnknownSold>, Fault> { later() }
    pub(crate) fn backup_view(&self) -> Result<BackupView, Fault> { Ok(BackupView::default()) }
    pub(crate) fn job_views(&self) -> Vec<JobView> { Vec::new() }
}
