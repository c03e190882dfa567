//! Tokens and challenges that carry everything themselves, under a secret that the server draws whenever it
//! starts: whoever talks with it across a restart begins anew and compares, since an older copy of its disk may
//! have been put in the place of the one that it had.

use blake3::Hasher;
use domain::entry::{Hash32, Incarnation};
use domain::id::{BranchId, DeviceId, OrganisationId};

/// How long a session lasts.
pub const SESSION_MS: i64 = 24 * 3_600_000;
/// How long a challenge may be answered.
pub const CHALLENGE_MS: i64 = 60_000;

const BODY_BYTES: usize = 16 + 16 + 16 + 8 + 32 + 8;

/// Who a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The branch.
    pub branch: BranchId,
    /// The device.
    pub device: DeviceId,
    /// Which life of it.
    pub incarnation: Incarnation,
    /// The key that it proved to have.
    pub signing_key: Hash32,
    /// When it ends, by this server's clock.
    pub expires_ms: i64,
}

/// Makes and reads them.
pub struct Tokens {
    secret: [u8; 32],
}

fn same(given: &[u8], right: &[u8]) -> bool {
    given.len() == right.len() && given.iter().zip(right).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

impl Tokens {
    /// Under this secret.
    #[must_use]
    pub fn new(secret: [u8; 32]) -> Self {
        Self { secret }
    }

    fn mac(&self, context: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut hasher = Hasher::new_keyed(&self.secret);
        hasher.update(context.as_bytes());
        for part in parts {
            hasher.update(part);
        }
        hasher.finalize().into()
    }

    /// The token of a session.
    #[must_use]
    pub fn token(&self, session: &Session) -> Vec<u8> {
        let mut token = Vec::with_capacity(BODY_BYTES + 32);
        token.extend_from_slice(session.organisation.as_bytes());
        token.extend_from_slice(session.branch.as_bytes());
        token.extend_from_slice(session.device.as_bytes());
        token.extend_from_slice(&session.incarnation.0);
        token.extend_from_slice(&session.signing_key.0);
        token.extend_from_slice(&session.expires_ms.to_be_bytes());
        let mac = self.mac("token", &[&token]);
        token.extend_from_slice(&mac);
        token
    }

    /// The session of a token that this server made and that has not ended.
    #[must_use]
    pub fn session(&self, token: &[u8], now_ms: i64) -> Option<Session> {
        let (body, mac) = token.split_at_checked(BODY_BYTES)?;
        if !same(mac, &self.mac("token", &[body])) {
            return None;
        }
        let (organisation, rest) = body.split_at_checked(16)?;
        let (branch, rest) = rest.split_at_checked(16)?;
        let (device, rest) = rest.split_at_checked(16)?;
        let (incarnation, rest) = rest.split_first_chunk()?;
        let (signing_key, rest) = rest.split_first_chunk()?;
        let session = Session {
            organisation: OrganisationId::from_slice(organisation)?,
            branch: BranchId::from_slice(branch)?,
            device: DeviceId::from_slice(device)?,
            incarnation: Incarnation(*incarnation),
            signing_key: Hash32(*signing_key),
            expires_ms: i64::from_be_bytes(*rest.first_chunk()?),
        };
        (session.expires_ms > now_ms).then_some(session)
    }

    fn nonce_mac(&self, device: DeviceId, incarnation: Incarnation, head: &[u8; 16]) -> [u8; 32] {
        self.mac("nonce", &[device.as_bytes(), &incarnation.0, head])
    }

    /// A challenge for a device.
    #[must_use]
    pub fn nonce(&self, device: DeviceId, incarnation: Incarnation, now_ms: i64, random: [u8; 8]) -> Hash32 {
        let mut nonce = [0; 32];
        nonce[..8].copy_from_slice(&now_ms.to_be_bytes());
        nonce[8..16].copy_from_slice(&random);
        let head = *nonce.first_chunk().unwrap_or(&[0; 16]);
        nonce[16..].copy_from_slice(&self.nonce_mac(device, incarnation, &head)[..16]);
        Hash32(nonce)
    }

    /// Whether this server gave the device this challenge, not long ago.
    #[must_use]
    pub fn is_nonce(&self, nonce: &Hash32, device: DeviceId, incarnation: Incarnation, now_ms: i64) -> bool {
        let head = nonce.0.first_chunk().unwrap_or(&[0; 16]);
        let given_ms = i64::from_be_bytes(*nonce.0.first_chunk().unwrap_or(&[0; 8]));
        let mac = self.nonce_mac(device, incarnation, head);
        same(&nonce.0[16..], &mac[..16])
            && (given_ms..given_ms.saturating_add(CHALLENGE_MS)).contains(&now_ms)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const NOW: i64 = 1_780_000_000_000;

    fn session() -> Session {
        Session {
            organisation: OrganisationId(Uuid::from_u128(1)),
            branch: BranchId(Uuid::from_u128(2)),
            device: DeviceId(Uuid::from_u128(3)),
            incarnation: Incarnation([4; 8]),
            signing_key: Hash32([5; 32]),
            expires_ms: NOW + SESSION_MS,
        }
    }

    #[test]
    fn a_token_is_good_for_its_time_and_from_this_server() {
        let tokens = Tokens::new([1; 32]);
        let token = tokens.token(&session());
        assert_eq!(tokens.session(&token, NOW), Some(session()));
        assert_eq!(tokens.session(&token, NOW + SESSION_MS), None);
        assert_eq!(Tokens::new([2; 32]).session(&token, NOW), None);
        for place in 0..token.len() {
            let mut changed = token.clone();
            changed[place] ^= 1;
            assert_eq!(tokens.session(&changed, NOW), None, "{place}");
        }
        assert_eq!(tokens.session(&token[..token.len() - 1], NOW), None);
        assert_eq!(tokens.session(&[], NOW), None);
    }

    #[test]
    fn a_challenge_is_good_for_a_minute_and_for_one_device() {
        let tokens = Tokens::new([1; 32]);
        let Session { device, incarnation, .. } = session();
        let nonce = tokens.nonce(device, incarnation, NOW, [7; 8]);
        assert!(tokens.is_nonce(&nonce, device, incarnation, NOW));
        assert!(!tokens.is_nonce(&nonce, device, incarnation, NOW + CHALLENGE_MS));
        assert!(!tokens.is_nonce(&nonce, device, incarnation, NOW - 1));
        assert!(!tokens.is_nonce(&nonce, DeviceId(Uuid::from_u128(4)), incarnation, NOW));
        assert!(!tokens.is_nonce(&nonce, device, Incarnation([5; 8]), NOW));
        assert!(!tokens.is_nonce(&Hash32([0; 32]), device, incarnation, NOW));
    }
}
