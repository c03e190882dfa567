//! What is counted, for Prometheus. No id of anybody or anything is a label.

use std::sync::atomic::AtomicI64;
use std::time::Duration;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::backup::BackupState;

/// Seconds by which commits are told apart.
const STORE_SECONDS: [f64; 10] = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2.0];

/// The counters of a server.
pub struct Metrics {
    registry: Registry,
    /// Connections that are open.
    pub connections: Gauge,
    /// Live streams that are open.
    pub listeners: Gauge,
    /// Connections that were turned away because there were too many.
    pub turned_away: Counter,
    /// Listeners that were cut off because they were too slow.
    pub cut_off: Counter,
    /// Bytes of bodies that came in.
    pub bytes_in: Counter,
    /// Bytes of bodies that went out.
    pub bytes_out: Counter,
    /// Records that are stored and not projected yet, of all branches.
    pub unprojected: Gauge,
    /// Objects of the backup that could not be written.
    pub backup_failures: Counter,
    backup_objects: Counter,
    backup_bytes: Counter,
    backup_behind_ms: Gauge,
    backup_failing: Gauge,
    pushes: Counter,
    records: Counter,
    refused: Family<[(&'static str, &'static str); 1], Counter>,
    store_seconds: Histogram,
    branches: Gauge<i64, AtomicI64>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("pharmatill"),
            connections: Gauge::default(),
            listeners: Gauge::default(),
            turned_away: Counter::default(),
            cut_off: Counter::default(),
            bytes_in: Counter::default(),
            bytes_out: Counter::default(),
            unprojected: Gauge::default(),
            backup_failures: Counter::default(),
            backup_objects: Counter::default(),
            backup_bytes: Counter::default(),
            backup_behind_ms: Gauge::default(),
            backup_failing: Gauge::default(),
            pushes: Counter::default(),
            records: Counter::default(),
            refused: Family::default(),
            store_seconds: Histogram::new(STORE_SECONDS),
            branches: Gauge::default(),
        };
        let registry = &mut metrics.registry;
        registry.register("connections", "Open connections", metrics.connections.clone());
        registry.register("listeners", "Open live streams", metrics.listeners.clone());
        registry.register("branches", "Open branches", metrics.branches.clone());
        registry.register("turned_away", "Connections above the limit", metrics.turned_away.clone());
        registry.register("cut_off", "Live streams that were too slow", metrics.cut_off.clone());
        registry.register("received_bytes", "Bytes of requests", metrics.bytes_in.clone());
        registry.register("sent_bytes", "Bytes of answers", metrics.bytes_out.clone());
        let unprojected = metrics.unprojected.clone();
        registry.register("unprojected_records", "Records that are stored and not counted yet", unprojected);
        let failures = metrics.backup_failures.clone();
        registry.register("backup_failures", "Objects of the backup that were not written", failures);
        registry.register("backup_objects", "Objects that were written", metrics.backup_objects.clone());
        registry.register("backup_bytes", "Their bytes", metrics.backup_bytes.clone());
        let behind = metrics.backup_behind_ms.clone();
        registry.register("backup_behind_ms", "Age of the oldest that is not in the backup", behind);
        let failing = metrics.backup_failing.clone();
        registry.register("backup_failing", "Branches whose backup fails", failing);
        registry.register("pushes", "Pushes that were stored", metrics.pushes.clone());
        registry.register("records", "Records that were new", metrics.records.clone());
        registry.register("refused", "What was refused, by code", metrics.refused.clone());
        registry.register("store_seconds", "Time of one commit", metrics.store_seconds.clone());
        metrics
    }
}

impl Metrics {
    /// One commit took so long and held so many pushes.
    pub fn store_took(&self, took: Duration, pushes: usize) {
        self.store_seconds.observe(took.as_secs_f64());
        self.pushes.inc_by(pushes as u64);
    }

    /// So many records were new.
    pub fn records_stored(&self, count: usize) {
        self.records.inc_by(count as u64);
    }

    /// An object of the backup was written.
    pub fn backup_wrote(&self, bytes: u64) {
        self.backup_objects.inc();
        self.backup_bytes.inc_by(bytes);
    }

    /// How the backup stands.
    pub fn backup(&self, state: BackupState) {
        self.backup_behind_ms.set(state.behind_ms);
        self.backup_failing.set(i64::try_from(state.failing_count).unwrap_or(i64::MAX));
    }

    /// Something was refused.
    pub fn refused(&self, code: &'static str, count: u64) {
        self.refused.get_or_create(&[("code", code)]).inc_by(count);
    }

    /// Runs were refused before they came to a ledger.
    pub fn refused_runs<'c>(&self, codes: impl Iterator<Item = &'c str>) {
        let known = ["malformed", "bad_record", "scope_foreign", "records_missing", "bad_signature"];
        for code in codes {
            self.refused(known.into_iter().find(|known| *known == code).unwrap_or("other"), 1);
        }
    }

    /// So many branches are open.
    pub fn branches(&self, count: usize) {
        self.branches.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// The text that Prometheus reads.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to memory does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
