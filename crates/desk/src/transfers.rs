//! Cash between drawers, safe, driver's bag and bank: sent by one, accepted with what the other counted.

use domain::account::Account;
use domain::entry::{CashAt, CashPlace, Entry, SealedField, TransferAccepted};
use domain::id::{CashSessionId, EntryId};
use domain::needs::of_place;
use domain::permission::Permission;
use domain::refusal::Refusal;
use domain::time::BusinessDate;
use domain::transfer::{
    AcceptCash as AcceptCommand, SendCash as SendCommand, Transfer, accept, refuse, send,
};
use ledger::{NewEntry, StoredEntry, Till, Write};

use crate::api::drawers::DrawerName;
use crate::api::sales::ReceiptView;
use crate::api::setup::EntryRef;
use crate::api::transfers::{
    AcceptCash, AcceptedView, CashQuery, CashView, PlaceNow, PlaceView, RefuseCash, RefusedView, SendCash,
    TransferView,
};
use crate::cash::{count_views, counts};
use crate::counter::Counter;
use crate::fault::{Fault, Stop};
use crate::heard::Heard;
use crate::open::{Changed, Desk, id};
use crate::paper::TransferSlip;
use crate::sight::Sight;

/// Acceptances that are shown.
const MAX_ACCEPTED: u32 = 50;

/// A transfer that is under way, with what is known of it.
pub(crate) struct UnderWay {
    pub(crate) transfer: Transfer,
    stored: StoredEntry,
    refused: Option<StoredEntry>,
}

impl UnderWay {
    /// Whether it is on its way to a place: sent there, or refused and coming back.
    pub(crate) fn comes_to(&self, place: CashAt) -> bool {
        if self.refused.is_some() { self.transfer.from == place } else { self.transfer.to == place }
    }
}

impl Desk {
    /// The cash of the branch: each drawer of a day, what the other places have, what is on its way.
    ///
    /// # Errors
    /// `not_set_up`, or a failure of the machine.
    pub fn cash(&self, asked: CashQuery) -> Result<CashView, Fault> {
        let heard = self.heard_now();
        let date = asked.business_date.as_deref().map(|date| id(date, BusinessDate::parse)).transpose()?;
        self.ask(|counter| counter.cash_view(date, &heard))
    }

    /// Sends cash on its way. Asked twice, it is sent once.
    ///
    /// # Errors
    /// `nobody_signed_in`, `not_allowed`, `bad_arguments`, `drawer_of_another`, or as [`domain::transfer::send`].
    pub fn send_cash(&self, asked: SendCash) -> Result<CashView, Fault> {
        let entry_id = id(&asked.entry_id, EntryId::parse)?;
        self.act(&[Changed::Book], |counter| {
            if counter.is_done(entry_id, |entry| matches!(entry, Entry::TransferSent(_)))? {
                return Ok((Write::default(), ()));
            }
            let command = SendCommand {
                entry_id,
                from: counter.place(&asked.from)?,
                to: counter.place(&asked.to)?,
                amount_minor: asked.amount_minor,
                denominations: counts(&asked.denominations),
                reason: asked.reason,
                bag_no: asked.bag_no,
                note: asked.note,
            };
            let acting = counter.at_place(command.from.place)?;
            if command.from.place == CashPlace::Drawer && command.from != counter.own_drawer()? {
                return Err(Refusal::PlaceNotAllowed.into());
            }
            let (entry, to_seal) = send(&acting, &command)?;
            Ok((Write::entry(NewEntry { entry: Entry::TransferSent(entry), to_seal }), ()))
        })?;
        self.cash(CashQuery { business_date: None })
    }

    /// Accepts cash with what was counted of it. Asked twice, it is accepted once.
    ///
    /// # Errors
    /// `nobody_signed_in`, `not_allowed`, `transfer_ended` for what is not on its way any more, `drawer_of_another`,
    /// or as [`domain::transfer::accept`].
    pub fn accept_cash(&self, asked: AcceptCash) -> Result<CashView, Fault> {
        let entry_id = id(&asked.entry_id, EntryId::parse)?;
        let transfer_id = id(&asked.transfer_id, EntryId::parse)?;
        self.act(&[Changed::Book], |counter| {
            if counter.is_done(entry_id, |entry| matches!(entry, Entry::TransferAccepted(_)))? {
                return Ok((Write::default(), ()));
            }
            let transfer = counter.under_way_of(transfer_id)?.transfer;
            let at = if asked.is_return { transfer.from } else { transfer.to };
            if at.place == CashPlace::Drawer && at != counter.own_drawer()? {
                return Err(Refusal::PlaceNotAllowed.into());
            }
            let acting = counter.at_place(at.place)?;
            let command = AcceptCommand {
                entry_id,
                at,
                counted_minor: asked.counted_minor,
                denominations: counts(&asked.denominations),
                note: asked.note,
            };
            let needs_second = counter.settings()?.second_person_accepts;
            let (entry, to_seal) = accept(&acting, &transfer, &command, needs_second)?;
            Ok((Write::entry(NewEntry { entry: Entry::TransferAccepted(entry), to_seal }), ()))
        })?;
        self.cash(CashQuery { business_date: None })
    }

    /// Says that cash is not accepted; it goes back. Asked twice, it is refused once.
    ///
    /// # Errors
    /// `nobody_signed_in`, `not_allowed`, `transfer_ended`, or as [`domain::transfer::refuse`].
    pub fn refuse_cash(&self, asked: RefuseCash) -> Result<CashView, Fault> {
        let entry_id = id(&asked.entry_id, EntryId::parse)?;
        let transfer_id = id(&asked.transfer_id, EntryId::parse)?;
        self.act(&[Changed::Book], |counter| {
            if counter.is_done(entry_id, |entry| matches!(entry, Entry::TransferRefused(_)))? {
                return Ok((Write::default(), ()));
            }
            let under_way = counter.under_way_of(transfer_id)?;
            let transfer = under_way.transfer;
            if under_way.refused.is_some() {
                return Err(Refusal::TransferEnded.into());
            }
            let acting = counter.acting(of_place(transfer.to.place), 0)?;
            let (entry, to_seal) =
                refuse(&acting, &transfer, entry_id, &asked.reason, asked.note.as_deref())?;
            Ok((Write::entry(NewEntry { entry: Entry::TransferRefused(entry), to_seal }), ()))
        })?;
        self.cash(CashQuery { business_date: None })
    }

    /// The slip that goes with cash: from where, to where, how much by note and coin, the bag, who sent it.
    ///
    /// # Errors
    /// `transfer_unknown`.
    pub fn transfer_slip(&self, asked: EntryRef) -> Result<ReceiptView, Fault> {
        let transfer_id = id(&asked.entry_id, EntryId::parse)?;
        self.ask(|counter| {
            let stored = counter.book.entry(transfer_id)?.ok_or_else(|| Stop::bare("transfer_unknown"))?;
            let slip = counter.slip_of_transfer(&stored)?;
            Ok(counter.transfer_slip_paper(&slip)?.receipt(None))
        })
    }
}

impl Sight<'_> {
    /// A place as it is shown.
    pub(crate) fn place_view(&self, at: CashAt, tills: &[Till]) -> PlaceView {
        let place = at.place.code().to_owned();
        if at.place != CashPlace::Drawer {
            return PlaceView { place, till_no: None, letter: None };
        }
        let DrawerName { till_no, letter } = self.name_of_drawer(at.location, tills);
        PlaceView { place, till_no, letter }
    }

    /// Everything that is on its way, the oldest first.
    pub(crate) fn under_way(&self) -> Result<Vec<UnderWay>, Stop> {
        let all = self.book.on_its_way()?.into_iter();
        all.filter_map(|stored| self.as_under_way(stored, |_| true).transpose()).collect()
    }

    /// What is on its way to a drawer, or from it in its open session, the oldest first.
    pub(crate) fn under_way_at(
        &self,
        drawer: CashAt,
        open: Option<CashSessionId>,
    ) -> Result<Vec<UnderWay>, Stop> {
        let is_of = |transfer: &Transfer| transfer.from == drawer || transfer.to == drawer;
        let mut found = Vec::new();
        for stored in self.book.on_its_way_but_surplus()? {
            let Some(under_way) = self.as_under_way(stored, is_of)? else { continue };
            let left_now = open.is_some() && under_way.transfer.cash_session == open;
            if under_way.comes_to(drawer) || left_now {
                found.push(under_way);
            }
        }
        Ok(found)
    }

    /// A transfer that is under way, where it is wanted, with what is known of it.
    fn as_under_way(
        &self,
        stored: StoredEntry,
        is_wanted: impl Fn(&Transfer) -> bool,
    ) -> Result<Option<UnderWay>, Stop> {
        let transfer = Transfer::of_entry(&stored.entry, self.branch.safe());
        let Some(transfer) = transfer.filter(is_wanted) else { return Ok(None) };
        let followers = self.book.followers(transfer.transfer)?;
        let refused =
            followers.into_iter().rfind(|follower| matches!(follower.entry, Entry::TransferRefused(_)));
        Ok(Some(UnderWay { transfer, stored, refused }))
    }

    /// What is on its way, as it is shown.
    pub(crate) fn transfer_view(&self, under_way: &UnderWay, tills: &[Till]) -> Result<TransferView, Stop> {
        let UnderWay { transfer, stored, refused } = under_way;
        let refused = refused.as_ref().map(|stored| self.refused_view(stored)).transpose()?;
        let here = self.drawer_here()?;
        let is_here = |at: CashAt| at.place != CashPlace::Drawer || here == Some(at.location);
        let reason = match &stored.entry {
            Entry::TransferSent(sent) => Some(sent.reason.clone()),
            _ => None,
        };
        Ok(TransferView {
            transfer_id: transfer.transfer.to_string(),
            from: self.place_view(transfer.from, tills),
            to: self.place_view(transfer.to, tills),
            amount_minor: transfer.amount_minor,
            denominations: count_views(&transfer.denominations),
            reason,
            bag_no: self.book.unseal(stored, SealedField::Reference, 0)?,
            note: self.book.unseal(stored, SealedField::Note, 0)?,
            person: self.name_of(transfer.sender)?,
            sent_at_ms: stored.header.recorded_at.ms,
            can_arrive: refused.is_none() && is_here(transfer.to),
            can_return: is_here(transfer.from),
            refused,
        })
    }

    fn refused_view(&self, stored: &StoredEntry) -> Result<RefusedView, Stop> {
        let reason = match &stored.entry {
            Entry::TransferRefused(refused) => refused.reason.clone(),
            _ => String::new(),
        };
        Ok(RefusedView {
            person: self.name_of(stored.entry.common().actor)?,
            at_ms: stored.header.recorded_at.ms,
            reason,
            note: self.book.unseal(stored, SealedField::Note, 0)?,
        })
    }

    fn accepted_view(
        &self,
        stored: &StoredEntry,
        accepted: &TransferAccepted,
        tills: &[Till],
    ) -> Result<AcceptedView, Stop> {
        Ok(AcceptedView {
            transfer_id: accepted.transfer.to_string(),
            from: self.place_view(accepted.from, tills),
            at: self.place_view(accepted.at, tills),
            sent_minor: accepted.sent_minor,
            counted_minor: accepted.counted_minor,
            over_short_minor: accepted.counted_minor.saturating_sub(accepted.sent_minor),
            person: self.name_of(accepted.common.actor)?,
            at_ms: stored.header.recorded_at.ms,
            note: self.book.unseal(stored, SealedField::Note, 0)?,
        })
    }

    fn cash_view(&self, date: Option<BusinessDate>, heard: &Heard) -> Result<CashView, Stop> {
        let sees = self.verdict(Permission::Safe, 0)? == domain::permission::Verdict::Allowed
            || self.verdict(Permission::SeeExpected, 0)? == domain::permission::Verdict::Allowed;
        let kept = [
            (CashPlace::Safe, Account::Safe, self.branch.safe()),
            (CashPlace::DriverBag, Account::DriverBag, self.branch.driver_bag()),
            (CashPlace::Bank, Account::Bank, self.branch.bank()),
        ];
        let mut places = Vec::new();
        for (place, account, location) in kept {
            let amount_minor = if sees { Some(self.book.cash_at(account, location)?) } else { None };
            places.push(PlaceNow { place: place.code().to_owned(), amount_minor });
        }
        let tills = self.book.tills()?;
        let mut till_nos: Vec<u32> = tills.iter().map(|till| till.till_no).collect();
        till_nos.sort_unstable();
        till_nos.dedup();
        let on_its_way = self.under_way()?;
        let on_its_way = on_its_way.iter().map(|under_way| self.transfer_view(under_way, &tills));
        let mut accepted = Vec::new();
        for stored in self.book.last_accepted(MAX_ACCEPTED)? {
            if let Entry::TransferAccepted(entry) = &stored.entry {
                accepted.push(self.accepted_view(&stored, entry, &tills)?);
            }
        }
        let date = date.unwrap_or_else(|| self.today());
        let drawers = self.drawer_states(date, &tills, heard)?;
        let is_opened = |no: &&u32| !drawers.iter().any(|drawer| drawer.till_no == Some(**no));
        let unopened_till_nos = till_nos.iter().filter(is_opened).copied().collect();
        Ok(CashView {
            business_date: date.to_string(),
            now_ms: self.now.ms,
            drawers,
            unopened_till_nos,
            places,
            till_nos,
            on_its_way: on_its_way.collect::<Result<_, _>>()?,
            accepted,
        })
    }
}

impl Counter<'_> {
    /// The drawer that this till works at, as a place.
    pub(crate) fn own_drawer(&self) -> Result<CashAt, Stop> {
        Ok(CashAt { place: CashPlace::Drawer, location: self.drawer()? })
    }

    /// What is on its way under this id.
    pub(crate) fn under_way_of(&self, transfer: EntryId) -> Result<UnderWay, Stop> {
        let is_on_its_way = self.book.is_on_its_way(transfer)?;
        let stored = if is_on_its_way { self.book.entry(transfer)? } else { None };
        let found = stored.map_or(Ok(None), |stored| self.as_under_way(stored, |_| true))?;
        found.ok_or_else(|| Refusal::TransferEnded.into())
    }

    /// What the slip says that goes with cash.
    pub(crate) fn slip_of_transfer(&self, stored: &StoredEntry) -> Result<TransferSlip, Stop> {
        let transfer = Transfer::of_entry(&stored.entry, self.branch.safe());
        let transfer = transfer.ok_or_else(|| Stop::bare("transfer_unknown"))?;
        let tills = self.book.tills()?;
        Ok(TransferSlip {
            from: self.place_on_paper(&self.place_view(transfer.from, &tills)),
            to: self.place_on_paper(&self.place_view(transfer.to, &tills)),
            amount_minor: transfer.amount_minor,
            denominations: transfer.denominations,
            bag_no: self.book.unseal(stored, SealedField::Reference, 0)?,
            person: self.name_of(transfer.sender)?,
            at: stored.header.recorded_at,
            business_date: stored.entry.common().business_date.to_string(),
        })
    }

    fn place(&self, view: &PlaceView) -> Result<CashAt, Stop> {
        let place = CashPlace::parse(&view.place).ok_or_else(|| Stop::bare("bad_arguments"))?;
        let location = match place {
            CashPlace::Drawer if view.till_no.is_none() && view.letter.is_none() => self.drawer()?,
            CashPlace::Drawer => {
                self.named(&DrawerName { till_no: view.till_no, letter: view.letter.clone() })?
            }
            CashPlace::Safe => self.branch.safe(),
            CashPlace::DriverBag => self.branch.driver_bag(),
            CashPlace::Bank => self.branch.bank(),
        };
        Ok(CashAt { place, location })
    }
}
