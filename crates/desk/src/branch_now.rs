//! The branch at a glance, out of the book of a till or of a server: each holds the whole branch, as far as it
//! has come there, and the answer says how far that is.

use std::collections::{BTreeMap, HashSet};

use domain::id::TillId;
use domain::takings::{percent_above, takings_by};
use domain::time::BusinessDate;
use ledger::{Book, Till};

use crate::api::branch::{BranchNow, DrawerNow, OfBranch, TillNow, ToSettle};
use crate::blind::{expected_cash, tender_totals};
use crate::catalogue::NoticedLine;
use crate::fault::{Fault, Stop};
use crate::heard::Heard;
use crate::open::Desk;
use crate::report::count;
use crate::sight::Sight;

/// Rows of each sort that are to be settled or looked at.
const MAX_TO_SETTLE: u32 = 200;
/// Business days for which a line that was sold against the catalogue is shown.
const NOTICED_DAYS: i32 = 7;

impl Desk {
    /// The branch now: completeness, takings, drawers, what is to be settled. Read out of summaries, so that it
    /// can be asked after every change.
    ///
    /// # Errors
    /// `not_set_up`, `branch_unknown` for another branch than this till's, or a failure of the machine.
    pub fn branch_now(&self, of: OfBranch) -> Result<BranchNow, Fault> {
        let heard = self.heard_now();
        self.ask(|counter| {
            counter.check_branch(&of)?;
            self.ask_catalogue(counter, |catalogue| counter.branch_view(catalogue, &heard))
        })
    }
}

impl Sight<'_> {
    /// Refuses what is asked of another branch than the one whose book this is.
    pub(crate) fn check_branch(&self, of: &OfBranch) -> Result<(), Stop> {
        let here = self.branch.branch.to_string();
        let is_here = of.branch_id.as_ref().is_none_or(|asked| *asked == here);
        if is_here { Ok(()) } else { Err(Stop::bare("branch_unknown")) }
    }

    /// The branch now. Where a practice book is worked on, the catalogue is the pharmacy's.
    pub(crate) fn branch_view(&self, catalogue: &Book<'_>, heard: &Heard) -> Result<BranchNow, Stop> {
        let date = self.branch_date()?;
        let day = self.book.day(date)?;
        let week_before = self.book.day(BusinessDate(date.0.saturating_sub(7)))?;
        let boundary_min = self.branch.day_boundary_min;
        // A session that is still open from yesterday is compared with the whole day.
        let is_under_way = date == self.today();
        let week_before_by_now_minor = if is_under_way {
            takings_by(&week_before.hours_minor, boundary_min, self.now.minute_of_day(boundary_min))?
        } else {
            week_before.figures.takings_minor
        };
        let figures = day.figures;
        let is_blind = self.is_day_blind(date)?;
        let devices = self.book.tills()?;
        let revoked = self.book.revoked_devices()?;
        let enrolled: Vec<_> =
            devices.iter().filter(|till| !revoked.contains(&till.device)).copied().collect();
        let tills = self.tills_now(&enrolled, heard)?;
        let (to_settle, to_settle_count) = self.to_settle(catalogue, &devices, date)?;
        Ok(BranchNow {
            now_ms: self.now.ms,
            business_date: date.to_string(),
            has_server: heard.address.is_some(),
            is_connected: heard.is_connected,
            last_contact_ms: heard.last_contact_ms,
            is_history_pending: self.book.is_history_pending()?,
            not_counted_yet: u32::try_from(self.book.unprojected()?).unwrap_or(u32::MAX),
            up_to_now_count: length(tills.iter().filter(|till| till.is_up_to_now).count()),
            tills,
            invited_till_nos: self.book.unheard_till_nos()?,
            drawers: self.drawers_now(&devices, &enrolled)?,
            takings_minor: figures.takings_minor,
            week_before_by_now_minor,
            percent_above: percent_above(figures.takings_minor, week_before_by_now_minor),
            week_before_minor: week_before.figures.takings_minor,
            hours_minor: day.hours_minor.to_vec(),
            week_before_hours_minor: week_before.hours_minor.to_vec(),
            sale_count: count(figures.sale_count),
            average_sale_minor: figures.average_sale_minor(),
            tenders: tender_totals(&figures, is_blind),
            refund_count: count(figures.refund_count),
            refunds_minor: figures.refunds_minor,
            void_count: count(figures.void_count),
            voids_minor: figures.voids_minor,
            discounts_minor: figures.discounts_minor,
            override_count: count(figures.override_count),
            no_sale_count: count(figures.no_sale_count),
            to_settle,
            to_settle_count,
        })
    }

    /// Every till once, however many devices it had.
    pub(crate) fn tills_now(&self, devices: &[Till], heard: &Heard) -> Result<Vec<TillNow>, Stop> {
        let mut tills: BTreeMap<(u32, TillId), TillNow> = BTreeMap::new();
        for device in devices {
            let is_self = self.till.is_some_and(|till| till.till == device.till);
            let till = tills.entry((device.till_no, device.till)).or_insert(TillNow {
                till_no: device.till_no,
                is_self,
                is_connected: is_self,
                last_heard_ms: is_self.then_some(self.now.ms),
                sales_not_here: 0,
                is_up_to_now: is_self,
            });
            if is_self {
                continue;
            }
            till.last_heard_ms = till.last_heard_ms.max(self.book.last_written_ms(device.device)?);
            for life in heard.tills.iter().filter(|life| life.device == device.device) {
                let here = self.book.last_receipt_of(life.device, life.incarnation)?;
                let on_server = u32::try_from(life.last_receipt_no.saturating_sub(here)).unwrap_or(u32::MAX);
                let missing = on_server.saturating_add(life.unsent_count);
                till.sales_not_here = till.sales_not_here.saturating_add(missing);
                till.last_heard_ms = till.last_heard_ms.max(Some(life.last_heard_ms));
                till.is_connected |= heard.is_connected && life.is_connected;
            }
            till.is_up_to_now = till.is_connected && till.sales_not_here == 0;
        }
        Ok(tills.into_values().collect())
    }

    /// The drawers of all tills; of one that was revoked, and those that belong to none, only as long as they are
    /// open.
    fn drawers_now(&self, devices: &[Till], enrolled: &[Till]) -> Result<Vec<DrawerNow>, Stop> {
        let sessions = self.book.open_sessions()?;
        let closes = self.book.last_closes()?;
        let (today, whereabouts) = (self.today(), self.whereabouts()?);
        let mut drawers = Vec::new();
        let mut seen = HashSet::new();
        let of_tills = devices.iter().map(Till::drawer);
        let locations = of_tills.chain(sessions.iter().map(|session| session.location));
        for drawer in locations.filter(|drawer| seen.insert(*drawer)) {
            let name = self.name_of_drawer(drawer, devices);
            let Some(session) = sessions.iter().rfind(|session| session.location == drawer) else {
                if !enrolled.iter().any(|enrolled| enrolled.drawer() == drawer) {
                    continue;
                }
                drawers.push(DrawerNow {
                    name,
                    state: "closed".to_owned(),
                    opened_at_ms: None,
                    opened_by: None,
                    is_of_earlier_day: false,
                    counted_at_ms: None,
                    closed_at_ms: closes.get(&drawer).copied(),
                    expected_cash_minor: None,
                    left_minor: self.left_in(drawer)?,
                });
                continue;
            };
            let counted_at_ms = self.book.last_count_ms(session.cash_session)?;
            let is_blind = self.is_blind(session.cash_session)?;
            let (is_where, _) = whereabouts.of(session.cash_session, devices);
            drawers.push(DrawerNow {
                name,
                state: if counted_at_ms.is_some() { "counted" } else { is_where }.to_owned(),
                opened_at_ms: Some(session.opened_at_ms),
                opened_by: Some(self.name_of(session.opened_by)?),
                is_of_earlier_day: session.business_date < today,
                counted_at_ms,
                closed_at_ms: None,
                expected_cash_minor: expected_cash(
                    &self.book.session_figures(session.cash_session)?,
                    is_blind,
                ),
                left_minor: None,
            });
        }
        drawers.sort_by_key(|drawer| {
            (drawer.opened_at_ms.is_none(), drawer.opened_at_ms.unwrap_or_default(), drawer.name.clone())
        });
        Ok(drawers)
    }

    /// What the book noticed, then what was decided differently apart, then what was sold against the catalogue
    /// in the last days and is not mended yet.
    fn to_settle(
        &self,
        catalogue: &Book<'_>,
        devices: &[Till],
        today: BusinessDate,
    ) -> Result<(Vec<ToSettle>, u32), Stop> {
        let (exceptions, exception_count) = self.book.exceptions(MAX_TO_SETTLE)?;
        let exceptions = exceptions.into_iter().map(|exception| self.exception_row(exception, devices));
        let mut rows = exceptions.collect::<Result<Vec<_>, _>>()?;
        let (conflicts, conflict_count) = self.conflicts(MAX_TO_SETTLE)?;
        for conflict in conflicts {
            let is_price = conflict.field == "price_minor";
            // When it became a question: somebody decided what another one had decided already.
            let newest = conflict.values.iter().max_by_key(|value| value.at_ms);
            rows.push(ToSettle {
                key: format!("conflict {} {}", conflict.product_id, conflict.field),
                kind: if is_price { "price_conflict" } else { "value_conflict" }.to_owned(),
                at_ms: newest.map(|value| value.at_ms),
                till_no: newest.and_then(|value| value.till_no),
                sale_id: None,
                receipt_no: None,
                person: newest.map(|value| value.person.clone()),
                product_id: Some(conflict.product_id),
                product_name: Some(conflict.product_name),
                is_to_be_told: false,
                settled: None,
            });
        }
        let mut noticed = Vec::new();
        for line in self.book.noticed(MAX_TO_SETTLE)? {
            let Some(sold) = self.noticed_line(line)? else { continue };
            let is_recent = sold.business_date.0 > today.0.saturating_sub(NOTICED_DAYS);
            if is_recent && !is_mended(catalogue, &sold)? {
                noticed.push(ToSettle {
                    key: format!("{} {} {}", sold.row.why, sold.row.sale_id, sold.line_no),
                    kind: sold.row.why,
                    at_ms: Some(sold.row.at_ms),
                    till_no: devices
                        .iter()
                        .find(|till| Some(till.till) == sold.till)
                        .map(|till| till.till_no),
                    sale_id: Some(sold.row.sale_id),
                    receipt_no: Some(sold.row.receipt_no),
                    person: Some(sold.row.person),
                    product_id: Some(sold.row.product_id),
                    product_name: Some(sold.row.name),
                    is_to_be_told: false,
                    settled: None,
                });
            }
        }
        noticed.sort_by(|a, b| (a.at_ms, &a.sale_id).cmp(&(b.at_ms, &b.sale_id)));
        let in_all = u32::try_from(exception_count.saturating_add(conflict_count)).unwrap_or(u32::MAX);
        let in_all = in_all.saturating_add(length(noticed.len()));
        rows.append(&mut noticed);
        Ok((rows, in_all))
    }
}

fn length(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// What was sold unknown is in the catalogue by now, or what had no price has one.
fn is_mended(catalogue: &Book<'_>, sold: &NoticedLine) -> Result<bool, Stop> {
    Ok(match sold.row.why.as_str() {
        "unknown" => catalogue.product(sold.product)?.is_some(),
        "price_missing" => {
            catalogue.product(sold.product)?.is_some_and(|product| product.facts.price_minor.is_some())
        }
        _ => false,
    })
}
