//! Papers as they are printed: one description of a paper, [`Sheet`], drawn as text of any width, as
//! what a receipt printer is told, and as a PDF on pages of A4.
//!
//! It knows no money and no pharmacy: amounts come as the text that stands on the paper, so that nothing that is
//! counted ever meets a floating point number of the drawing.
//!
//! Invariants: whatever text comes, it is drawn without what a person cannot see (control characters, marks that
//! turn the direction of writing); what is marked as practice or copy is so on every page; the same sheet gives
//! the same bytes.

mod bars;
mod escpos;
mod face;
mod layout;
mod pdf;
mod plain;
mod sheet;
mod text;
mod wrap;

pub use escpos::{CodePage, Slip};
pub use pdf::Undrawable;
pub use sheet::{Align, Barcode, Cell, Column, Line, Moment, Picture, Row, Sheet, Table};
