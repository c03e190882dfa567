//! The speed table: one row for each thing measured, its bar beside it.

use std::time::Duration;

use tests::closings::Share;

/// Prints one row for times: the median, the 99th percentile (of a few runs that is the longest), the bar
/// for the latter, and whether it was held. `how` says what was done, and how often.
pub fn times(what: &str, times: &[Duration], bar: Duration, how: &str) {
    let (median, p99) = (percentile(times, 50), percentile(times, 99));
    let held = if p99 <= bar { "yes" } else { "NO" };
    println!("| {what} | {} | {} | p99 <= {} | {held} | {how} |", text(median), text(p99), text(bar));
}

/// Prints one row for times, as [`times`], with what they are beside a baseline of the same run: the same with
/// next to nothing in the book.
pub fn beside(what: &str, measured: &[Duration], baseline: &[Duration], bar: Duration, how: &str) {
    let (median, smallest) =
        (percentile(measured, 50).as_micros(), percentile(baseline, 50).as_micros().max(1));
    let (tenths, baseline) = (median * 10 / smallest, text(percentile(baseline, 50)));
    times(what, measured, bar, &format!("{}.{} times {baseline}; {how}", tenths / 10, tenths % 10));
}

/// Prints one row for bytes, as [`times`].
pub fn mebibytes(what: &str, bytes: u64, bar_mebibytes: u64, how: &str) {
    let held = if bytes <= bar_mebibytes << 20 { "yes" } else { "NO" };
    println!("| {what} | {} MB | | <= {bar_mebibytes} MB | {held} | {how} |", bytes >> 20);
}

/// Prints one row for a share of many, as [`times`]; without a bar where `least_per_mille` is 0.
pub fn share(what: &str, share: Share, least_per_mille: usize, how: &str) {
    let percent = |per_mille: usize| format!("{}.{} %", per_mille / 10, per_mille % 10);
    let (bar, held) = match least_per_mille {
        0 => (String::new(), ""),
        least => (format!(">= {}", percent(least)), if share.per_mille() >= least { "yes" } else { "NO" }),
    };
    let seen = format!("{} ({} of {})", percent(share.per_mille()), share.right, share.of);
    println!("| {what} | {seen} | | {bar} | {held} | {how} |");
}

/// Prints a row for what could not be measured.
pub fn nothing(what: &str, why: &str) {
    println!("| {what} | | | | not measured | {why} |");
}

/// The smallest time that so many of a hundred do not exceed.
pub fn percentile(times: &[Duration], hundredths: usize) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let at = (sorted.len() * hundredths).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or_default()
}

/// Seconds above one second, milliseconds below, with three figures or so.
pub fn text(time: Duration) -> String {
    let us = time.as_micros();
    match us {
        1_000_000.. => format!("{}.{:02} s", us / 1_000_000, us / 10_000 % 100),
        10_000.. => format!("{}.{} ms", us / 1_000, us / 100 % 10),
        _ => format!("{}.{:03} ms", us / 1_000, us % 1_000),
    }
}
