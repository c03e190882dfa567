//! Sums in SQL that wrap round instead of failing, like those of figures: what a till wrote ends no merge and no
//! question, and comes to the same in any order. No honest book comes near the end of an `i64`.

use rusqlite::Connection;
use rusqlite::functions::{Aggregate, Context, FunctionFlags};

use crate::error::Error;

struct Sum;

impl Aggregate<i64, Option<i64>> for Sum {
    fn init(&self, _: &mut Context<'_>) -> rusqlite::Result<i64> {
        Ok(0)
    }

    fn step(&self, values: &mut Context<'_>, sum: &mut i64) -> rusqlite::Result<()> {
        *sum = sum.wrapping_add(values.get(0)?);
        Ok(())
    }

    fn finalize(&self, _: &mut Context<'_>, sum: Option<i64>) -> rusqlite::Result<Option<i64>> {
        Ok(sum)
    }
}

/// Lets a connection ask for `wrapped_sum(a, b)`, and for `wrapped_sum(a)` over rows.
pub(crate) fn register(conn: &Connection) -> Result<(), Error> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    conn.create_scalar_function("wrapped_sum", 2, flags, |values| {
        Ok(values.get::<i64>(0)?.wrapping_add(values.get(1)?))
    })?;
    conn.create_aggregate_function("wrapped_sum", 1, flags, Sum)?;
    Ok(())
}
