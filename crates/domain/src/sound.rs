//! Whether an entry is one that an honest till can have written, as far as it says so itself. Others come from
//! outside and are kept; nothing is counted of them.

use crate::entry::{
    Denomination, Discount, Entry, Figures, LineLot, SaleLine, SealedField, TaxLine, TenderLine,
};
use crate::limits::{MAX_MINOR, MAX_RECEIVED_LINES, MAX_SHORT_TEXT, check_lines, check_text};
use crate::lot::LotState;

impl Entry {
    /// Whether each line of a receipt has its own number, and no amount or number is above [`MAX_MINOR`], on
    /// either side; whether a secret has at most what it is checked with, sealed under the person's own key, and a
    /// mail one address; whether lots are of the packs of their line, and what was found about lots names at most 500 of
    /// them; and whether nobody allows something to themselves. Numbers of postings are not looked at
    /// ([`crate::account::is_balanced`]).
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let mut look = Look { is_within: true };
        look.at(self);
        look.is_within && self.has_lines_apart() && self.has_lots() && self.is_between_people()
    }

    fn is_between_people(&self) -> bool {
        match self {
            Self::SecretSet(set) => match set.sealed[..] {
                [] => true,
                [part] => part.field == SealedField::Verifier && part.subject == set.staff.into(),
                _ => false,
            },
            Self::ApprovalDecided(decided) => decided.staff != decided.common.actor,
            Self::PaperMailed(mailed) => {
                matches!(mailed.sealed[..], [part] if part.field == SealedField::EmailAddress)
            }
            _ => true,
        }
    }

    fn receipt_lines(&self) -> &[SaleLine] {
        match self {
            Self::Sale(entry) => &entry.lines,
            Self::Refund(entry) => &entry.lines,
            Self::UnlinkedRefund(entry) => &entry.lines,
            _ => &[],
        }
    }

    /// Whether lots of a line are of its packs, and what was found about lots names some.
    fn has_lots(&self) -> bool {
        if let Self::LotsMarked(marked) = self {
            let is_named = |lot: &String| !lot.is_empty() && check_text(lot, MAX_SHORT_TEXT).is_ok();
            return check_lines(marked.lots.len(), MAX_RECEIVED_LINES).is_ok()
                && marked.lots.iter().all(is_named)
                && marked.state != LotState::Sellable.code();
        }
        self.receipt_lines().iter().all(|line| {
            let sum = |lots: &Vec<LineLot>| lots.iter().map(|lot| i128::from(lot.packs)).sum::<i128>();
            let is_of_line = |lot: &LineLot| lot.packs.signum() == line.quantity.signum();
            line.lots
                .as_ref()
                .is_none_or(|lots| sum(lots) == i128::from(line.quantity) && lots.iter().all(is_of_line))
        })
    }

    fn has_lines_apart(&self) -> bool {
        let lines = self.receipt_lines();
        let mut numbers: Vec<u32> = lines.iter().map(|line| line.line_no).collect();
        numbers.sort_unstable();
        numbers.windows(2).all(|pair| pair[0] < pair[1])
    }
}

struct Look {
    is_within: bool,
}

impl Look {
    fn amount(&mut self, amount: i64) {
        self.is_within &= (-MAX_MINOR..=MAX_MINOR).contains(&amount);
    }

    fn amounts(&mut self, amounts: impl IntoIterator<Item = i64>) {
        amounts.into_iter().for_each(|amount| self.amount(amount));
    }

    fn number(&mut self, number: u64) {
        self.is_within &= number <= MAX_MINOR.unsigned_abs();
    }

    fn at(&mut self, entry: &Entry) {
        match entry {
            Entry::DeviceRevoked(revoked) => {
                self.number(revoked.last_branch_seq);
                self.number(revoked.last_organisation_seq);
            }
            Entry::SessionOpened(opened) => {
                self.cash(&opened.denominations);
                self.amounts([opened.opening_float_minor, opened.expected_minor, opened.from_safe_minor]);
                self.amounts(opened.transfers.iter().map(|found| found.sent_minor));
            }
            Entry::Sale(sale) => {
                self.number(sale.receipt_no);
                self.lines(&sale.lines);
                self.receipt(sale.basket_discount, &sale.taxes, &sale.tenders);
                self.amounts([sale.total_minor, sale.rounding_minor]);
            }
            Entry::Refund(refund) => {
                self.number(refund.receipt_no);
                self.lines(&refund.lines);
                self.receipt(refund.basket_discount, &refund.taxes, &refund.tenders);
                self.amounts([refund.total_minor, refund.rounding_minor]);
            }
            Entry::UnlinkedRefund(refund) => {
                self.number(refund.receipt_no);
                self.lines(&refund.lines);
                self.receipt(refund.basket_discount, &refund.taxes, &refund.tenders);
                self.amounts([refund.total_minor, refund.rounding_minor]);
            }
            Entry::LineVoided(voided) => self.amounts([voided.quantity, voided.amount_minor]),
            Entry::BasketVoided(voided) => {
                self.amounts(voided.lines.iter().flat_map(|line| [line.quantity, line.amount_minor]));
                self.amount(voided.total_minor);
            }
            Entry::BasketParked(parked) => self.amount(parked.total_minor),
            Entry::PaidIn(moved) => self.amount(moved.amount_minor),
            Entry::PaidOut(moved) => self.amount(moved.amount_minor),
            Entry::TransferSent(sent) => {
                self.amount(sent.amount_minor);
                self.cash(&sent.denominations);
            }
            Entry::TransferAccepted(accepted) => {
                self.amounts([accepted.sent_minor, accepted.counted_minor]);
                self.cash(&accepted.denominations);
            }
            Entry::NoSale(moved) => self.amount(moved.amount_minor),
            Entry::DrawerCounted(counted) => {
                self.cash(&counted.denominations);
                self.amount(counted.counted_cash_minor);
                self.amounts(counted.other.iter().map(|other| other.counted_minor));
            }
            Entry::PartCounted(part) => {
                self.cash(&part.denominations);
                self.amount(part.counted_cash_minor);
            }
            Entry::DrawerClosed(closed) => {
                let results = closed.results.iter();
                self.amounts(
                    results.flat_map(|of| [of.expected_minor, of.counted_minor, of.over_short_minor]),
                );
                self.cash(&closed.next_float);
                self.amounts([closed.next_float_minor, closed.to_safe_minor]);
                closed.seen.iter().for_each(|seen| self.number(seen.seq));
            }
            Entry::ZReport(z) => {
                [z.z_no, z.first_seq, z.last_seq].into_iter().for_each(|number| self.number(number));
                self.figures(&z.figures);
                self.amounts([z.perpetual_total_minor, z.opened_at_ms]);
                for covered in z.before.iter().flatten() {
                    self.number(covered.first_seq);
                    self.number(covered.last_seq);
                }
            }
            Entry::TenderCorrected(corrected) => {
                self.tenders(&corrected.before);
                self.tenders(&corrected.after);
            }
            Entry::AccountSettled(settled) => self.amount(settled.amount_minor),
            Entry::GoodsReceived(received) => {
                for line in &received.lines {
                    let told = [line.announced, line.damaged, line.cost_minor];
                    self.amounts(told.into_iter().flatten().chain([line.packs]));
                }
            }
            Entry::StockMoved(moved) => self.amounts(moved.lines.iter().map(|line| line.packs)),
            Entry::ExceptionSettled(settled) => self.amount(settled.extent),
            Entry::OverShortExplained(explained) => self.amount(explained.amount_minor),
            Entry::ApprovalAsked(asked) => self.amount(asked.extent),
            Entry::ApprovalDecided(decided) => {
                self.amount(decided.extent);
                self.amounts(decided.until_ms);
            }
            Entry::OrganisationFounded(_)
            | Entry::SecretSet(_)
            | Entry::PracticeBegun(_)
            | Entry::TransferRefused(_)
            | Entry::CloseSigned(_)
            | Entry::DrawerTaken(_)
            | Entry::DrawerLeft(_)
            | Entry::ClosePicked(_)
            | Entry::BranchOpened(_)
            | Entry::StaffJoined(_)
            | Entry::RoleGiven(_)
            | Entry::StaffLeft(_)
            | Entry::DeviceInvited(_)
            | Entry::DeviceEnrolled(_)
            | Entry::BasketTaken(_)
            | Entry::CustomerAdded(_)
            | Entry::PaperCopied(_)
            | Entry::PaperMailed(_)
            | Entry::LotsMarked(_)
            | Entry::LotsReleased(_)
            | Entry::Erased(_) => {}
        }
    }

    fn lines(&mut self, lines: &[SaleLine]) {
        for line in lines {
            self.amounts([line.quantity, line.unit_price_minor, line.amount_minor, line.rate_ppm]);
            self.amounts([line.discount_minor, line.basket_discount_minor]);
            self.amounts(line.pack_content.into_iter().chain(line.list_price_minor));
            self.amounts(line.lots.iter().flatten().map(|lot| lot.packs));
            self.discount(line.discount);
        }
    }

    fn receipt(&mut self, discount: Option<Discount>, taxes: &[TaxLine], tenders: &[TenderLine]) {
        self.discount(discount);
        self.taxes(taxes);
        self.tenders(tenders);
    }

    fn discount(&mut self, discount: Option<Discount>) {
        if let Some(Discount::Percent(said) | Discount::Amount(said)) = discount {
            self.amount(said);
        }
    }

    fn taxes(&mut self, taxes: &[TaxLine]) {
        self.amounts(taxes.iter().flat_map(|tax| [tax.rate_ppm, tax.gross_minor, tax.tax_minor]));
    }

    fn tenders(&mut self, tenders: &[TenderLine]) {
        let each = tenders.iter();
        self.amounts(each.flat_map(|line| [line.amount_minor, line.tendered_minor, line.change_due_minor]));
    }

    fn cash(&mut self, denominations: &[Denomination]) {
        self.amounts(denominations.iter().flat_map(|each| [each.value_minor, each.count]));
    }

    fn figures(&mut self, figures: &Figures) {
        self.amounts([figures.sale_count, figures.takings_minor, figures.refund_count]);
        self.amounts([figures.refunds_minor, figures.void_count, figures.voids_minor]);
        self.amounts([figures.discounts_minor, figures.no_sale_count, figures.rounding_minor]);
        self.amounts([figures.opening_float_minor, figures.paid_in_minor, figures.paid_out_minor]);
        self.amounts([figures.safe_drops_minor, figures.float_top_ups_minor, figures.settled_cash_minor]);
        self.amounts([figures.copy_count, figures.override_count, figures.correction_count]);
        self.amounts([figures.transfers_out_minor, figures.transfers_in_minor]);
        self.taxes(&figures.taxes);
        self.amounts(figures.tenders.iter().flat_map(|tender| [tender.count, tender.amount_minor]));
        self.number(figures.first_receipt_no);
        self.number(figures.last_receipt_no);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    use crate::entry::{
        ApprovalDecided, ExceptionAbout, ExceptionSettled, NoSale, PaperMailed, SealedRef, SecretKind,
        SecretSet,
    };
    use crate::id::{StaffId, SubjectId};
    use crate::sample::{acting, entry_id};

    #[track_caller]
    fn check(entry: Entry, expected: bool) {
        assert_eq!(entry.is_sound(), expected, "{entry:?}");
    }

    #[test]
    fn amounts_end_where_json_does() {
        let moved = |amount_minor| {
            let common = acting().common(entry_id(1), Vec::new(), Vec::new());
            Entry::NoSale(NoSale { common, sealed: Vec::new(), reason: String::new(), amount_minor })
        };
        check(moved(MAX_MINOR), true);
        check(moved(-MAX_MINOR), true);
        check(moved(MAX_MINOR + 1), false);
        check(moved(-MAX_MINOR - 1), false);
        check(moved(i64::MIN), false);
        let settled = |extent| {
            let common = acting().common(entry_id(1), Vec::new(), Vec::new());
            let about = ExceptionAbout(Vec::new());
            let (sealed, exception, how) = (Vec::new(), String::new(), String::new());
            Entry::ExceptionSettled(ExceptionSettled { common, sealed, exception, about, extent, how })
        };
        check(settled(MAX_MINOR), true);
        check(settled(i64::MAX), false);
    }

    #[test]
    fn a_secret_is_sealed_under_the_key_of_its_person_and_nothing_else_is() {
        let staff = StaffId(Uuid::from_u128(7));
        let part = |subject: SubjectId, field| SealedRef { subject, field, index: 0 };
        let set = |sealed: &[SealedRef]| {
            let common = acting().common(entry_id(1), Vec::new(), Vec::new());
            let (sealed, kind) = (sealed.to_vec(), SecretKind::Pin);
            Entry::SecretSet(SecretSet { common, sealed, staff, kind, is_initial: false })
        };
        let own = part(staff.into(), SealedField::Verifier);
        check(set(&[]), true);
        check(set(&[own]), true);
        check(set(&[own, own]), false);
        check(set(&[part(staff.into(), SealedField::Name)]), false);
        check(set(&[part(entry_id(1).into(), SealedField::Verifier)]), false);
    }

    #[test]
    fn a_mail_has_one_address() {
        let part = |field| SealedRef { subject: entry_id(9).into(), field, index: 0 };
        let mailed = |sealed: &[SealedRef]| {
            let common = acting().common(entry_id(1), Vec::new(), Vec::new());
            let (sealed, what) = (sealed.to_vec(), "receipt".to_owned());
            Entry::PaperMailed(PaperMailed { common, sealed, what, of: Some(entry_id(2)), copy_no: 0 })
        };
        let address = part(SealedField::EmailAddress);
        check(mailed(&[address]), true);
        check(mailed(&[]), false);
        check(mailed(&[address, address]), false);
        check(mailed(&[part(SealedField::Name)]), false);
    }

    #[test]
    fn nobody_allows_something_to_themselves() {
        let allowed = |staff| {
            let common = acting().common(entry_id(1), Vec::new(), Vec::new());
            Entry::ApprovalDecided(ApprovalDecided {
                common,
                sealed: Vec::new(),
                staff,
                permission: "no_sale".to_owned(),
                extent: 0,
                about: None,
                asked: None,
                is_given: true,
                until_ms: None,
                by_server: None,
            })
        };
        check(allowed(StaffId(Uuid::from_u128(0xfff))), true);
        check(allowed(acting().actor), false);
    }
}
