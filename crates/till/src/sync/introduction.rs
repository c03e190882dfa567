//! What a till tells a server that does not know it yet: who may write, which stands in the organisation's
//! streams. There may be more of it than one request holds, and of what the server does not say how far it is.

use std::collections::BTreeSet;

use ledger::{Book, Error};
use replica::stream::{Scope, StreamHead, StreamId};
use replica::vector::{Lacking, StreamVector};

/// How far an introduction has come.
#[derive(Debug, Default)]
pub(super) struct Introduction {
    /// What the server has taken of it.
    taken: StreamVector,
    /// What it has refused since it last took something: there, the records that admit a stream are in another.
    refused: BTreeSet<StreamId>,
}

impl Introduction {
    /// What is to be given next.
    pub(super) fn lacking(&self, book: &Book<'_>) -> Result<Vec<Lacking>, Error> {
        let mut lacking = book.stream_vector()?.lacking_there(&self.taken);
        lacking.retain(|Lacking { head: StreamHead { stream, .. }, .. }| {
            matches!(stream.scope, Scope::Organisation(_)) && !self.refused.contains(stream)
        });
        Ok(lacking)
    }

    /// The server has answered. True where there is more to be given: each time it takes something or refuses
    /// one stream more, so it comes to an end.
    pub(super) fn goes_on(
        &mut self,
        given: &[StreamHead],
        refused: &[StreamHead],
        is_truncated: bool,
    ) -> bool {
        let taken: Vec<_> = given.iter().filter(|end| !refused.contains(end)).copied().collect();
        let had_refused = !self.refused.is_empty();
        if taken.is_empty() {
            self.refused.extend(refused.iter().map(|end| end.stream));
            return is_truncated && !refused.is_empty();
        }
        taken.into_iter().for_each(|end| self.taken.add(end));
        self.refused.clear();
        is_truncated || had_refused
    }
}

#[cfg(test)]
mod tests {
    use domain::entry::{Hash32, Incarnation};
    use domain::id::{DeviceId, OrganisationId};
    use uuid::Uuid;

    use super::*;

    fn head(device: u128, seq: u64) -> StreamHead {
        let stream = StreamId {
            device: DeviceId(Uuid::from_u128(device)),
            incarnation: Incarnation([1; 8]),
            scope: Scope::Organisation(OrganisationId(Uuid::from_u128(9))),
        };
        StreamHead { stream, seq, hash: Hash32([1; 32]) }
    }

    #[test]
    fn what_was_refused_waits_until_something_else_was_taken() {
        let (own, others) = (head(1, 3), head(2, 900));
        let mut introduction = Introduction::default();
        assert!(introduction.goes_on(&[own], &[own], true), "something else found no room");
        assert!(introduction.refused.contains(&own.stream));
        assert!(introduction.goes_on(&[others], &[], false), "it may be taken now");
        assert_eq!(introduction.taken.heads().collect::<Vec<_>>(), [others]);
        assert!(introduction.refused.is_empty());
        assert!(!introduction.goes_on(&[own], &[own], false), "there is nothing else");
    }
}
