//! What this till knows of the server and of the other tills. Everything else on the screens comes out of the
//! till's own book; this only says how complete that book is.

use domain::entry::Incarnation;
use domain::id::DeviceId;

use crate::api::branch::SyncView;
use crate::counter::Counter;
use crate::fault::Stop;
use crate::open::{Changed, Desk};
use crate::turns::locked;

/// What is known of the server and the other tills; set by the loop that talks to the server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heard {
    /// Where the server of this till answers; none where none is set up, empty at the server itself.
    pub address: Option<String>,
    /// It answers now.
    pub is_connected: bool,
    /// When it last answered.
    pub last_contact_ms: Option<i64>,
    /// Up to when the server has a backup of everything that this till had written, by the server's clock.
    pub backed_up_ms: Option<i64>,
    /// It has the same records and comes to other figures by day: one of the two computes wrongly.
    pub has_other_figures: bool,
    /// Code of why the server or we refuse (`device_revoked`, `server_unknown`, …), if so.
    pub refused: Option<String>,
    /// The other tills of the branch, as the server hears them.
    pub tills: Vec<TillHeard>,
}

/// Another till, as the server hears it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TillHeard {
    /// The device.
    pub device: DeviceId,
    /// Its present life.
    pub incarnation: Incarnation,
    /// The server hears it now.
    pub is_connected: bool,
    /// When the server last heard it.
    pub last_heard_ms: i64,
    /// Number of its last receipt that the server has; compared with what is here: "3 sales not yet here".
    pub last_receipt_no: u64,
    /// Sales that it says it has not been able to send yet (when it was last heard).
    pub unsent_count: u32,
}

impl Heard {
    /// What the server itself hears.
    #[must_use]
    pub fn at_server(tills: Vec<TillHeard>, now_ms: i64) -> Self {
        let address = Some(String::new());
        let last_contact_ms = Some(now_ms);
        Self {
            address,
            is_connected: true,
            last_contact_ms,
            backed_up_ms: None,
            has_other_figures: false,
            refused: None,
            tills,
        }
    }

    /// What the frame of every screen says of it. While the server answers, the time of its last answer is now.
    fn in_frame(&self) -> Self {
        let last_contact_ms = self.last_contact_ms.filter(|_| !self.is_connected);
        Self { last_contact_ms, tills: Vec::new(), ..self.clone() }
    }
}

impl Desk {
    /// Keeps what is known of the server and the other tills, and tells where it differs from before.
    pub fn set_heard(&self, heard: Heard) {
        let mut kept = locked(&self.heard);
        if *kept == heard {
            return;
        }
        let is_in_frame = kept.in_frame() != heard.in_frame();
        let contact_ms = heard.last_contact_ms;
        *kept = heard;
        drop(kept);
        if let Some(contact_ms) = contact_ms {
            self.note_contact(contact_ms);
        }
        self.tell(if is_in_frame { &[Changed::Status, Changed::Branch] } else { &[Changed::Branch] });
    }

    /// What is known of the server and the other tills of the pharmacy's own book.
    #[must_use]
    pub fn heard_of_server(&self) -> Heard {
        locked(&self.heard).clone()
    }

    /// Tells that this till belongs to a server now, or to another one.
    pub fn tell_server(&self) {
        self.tell(&[Changed::Server, Changed::Status]);
    }

    /// What is known now. A practice book has no server and no other tills.
    pub(crate) fn heard_now(&self) -> Heard {
        if self.present().is_practice { Heard::default() } else { locked(&self.heard).clone() }
    }
}

impl Counter<'_> {
    /// The sync state of the frame.
    pub(crate) fn sync_view(&self, heard: Heard, lease_ends_ms: Option<i64>) -> Result<SyncView, Stop> {
        // Without a server nothing waits for one.
        let unsent = if heard.address.is_some() { self.book.unsent()? } else { ledger::Unsent::default() };
        Ok(SyncView {
            has_server: heard.address.is_some(),
            address: heard.address,
            is_connected: heard.is_connected,
            last_contact_ms: heard.last_contact_ms,
            backed_up_ms: heard.backed_up_ms,
            has_other_figures: heard.has_other_figures,
            refused: heard.refused,
            unsent_count: u32::try_from(unsent.count).unwrap_or(u32::MAX),
            unsent_minor: unsent.amount_minor,
            oldest_unsent_ms: unsent.oldest_ms,
            lease_ends_ms,
        })
    }
}
