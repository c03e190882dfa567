//! A page that shows whether a printer is set up right.

use pages::Sheet;

use crate::api::printing::Printer;
use crate::counter::Counter;
use crate::fault::Stop;

/// Letters that code pages differ in.
const LETTERS: &str = "ÄÖÜ äöü ß € é è ê à ç ñ ø å µ °";

impl Counter<'_> {
    /// The letters, the width and the knife of a printer can be seen on it.
    pub(crate) fn test_page(&self, printer: &Printer) -> Result<Sheet, Stop> {
        let mut paper = self.paper(0)?;
        let words = paper.words;
        paper.title(words.printer_test);
        paper.block();
        let moment = paper.moment(self.now);
        paper.pair(&format!("{} {}", words.till, self.house.till.till_no), &moment);
        paper.text(&printer.address);
        paper.text(LETTERS);
        paper.text(words.whole_width);
        paper.pair("|<", ">|");
        Ok(paper.sheet)
    }
}
