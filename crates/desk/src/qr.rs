//! QR codes as the ui draws them.

use qrcode::QrCode;

use crate::fault::Fault;

/// The rows of a QR code from the top, each a letter `1` for every dark module and `0` for every light one.
pub(crate) fn qr_rows(text: &str) -> Result<Vec<String>, Fault> {
    let qr = QrCode::new(text).map_err(|_| Fault::bare("internal"))?;
    let modules: Vec<char> = qr.to_colors().iter().map(|module| module.select('1', '0')).collect();
    Ok(modules.chunks(qr.width()).map(|row| row.iter().collect()).collect())
}
