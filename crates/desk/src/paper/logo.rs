//! The picture above the letterhead: how a screen says it, how the settings keep it, and how papers draw it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pages::Picture;

use crate::api::setup::LogoView;
use crate::fault::Fault;

/// The widest in dots: the narrowest paper has so many.
const MAX_WIDTH: u32 = 384;
/// The highest in dots, 24 mm on paper.
const MAX_HEIGHT: usize = 192;

/// A logo as the settings keep it.
///
/// # Errors
/// `bad_logo` where it is larger than a paper takes, or its dots are not as many as its sides say.
pub(crate) fn kept(logo: Option<LogoView>) -> Result<Vec<u8>, Fault> {
    let Some(logo) = logo else { return Ok(Vec::new()) };
    let bad = || Fault::bare("bad_logo");
    let bits = STANDARD.decode(logo.bits).map_err(|_| bad())?;
    let picture = Picture { width: logo.width, bits };
    let width = u16::try_from(picture.width).map_err(|_| bad())?;
    if !is_sound(&picture) {
        return Err(bad());
    }
    Ok([width.to_be_bytes().as_slice(), &picture.bits].concat())
}

/// A logo as papers draw it; none where there is none, or where what is kept is not one.
pub(crate) fn picture(kept: &[u8]) -> Option<Picture> {
    let (width, bits) = kept.split_at_checked(2)?;
    let width = u32::from(u16::from_be_bytes(width.try_into().ok()?));
    Some(Picture { width, bits: bits.to_vec() }).filter(is_sound)
}

/// A logo as a screen shows it.
pub(crate) fn view(kept: &[u8]) -> Option<LogoView> {
    picture(kept).map(|picture| LogoView { width: picture.width, bits: STANDARD.encode(picture.bits) })
}

fn is_sound(picture: &Picture) -> bool {
    let (row, all) = (picture.row_bytes(), picture.bits.len());
    (1..=MAX_WIDTH).contains(&picture.width)
        && all.is_multiple_of(row)
        && (1..=MAX_HEIGHT).contains(&(all / row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logos() {
        let check = |width: u32, bytes: usize, is_good: bool| {
            let logo = LogoView { width, bits: STANDARD.encode(vec![0x5a; bytes]) };
            let kept = kept(Some(logo.clone()));
            assert_eq!(kept.is_ok(), is_good, "{width} {bytes}");
            if let Ok(kept) = kept {
                assert_eq!(view(&kept).unwrap().bits, logo.bits);
            }
        };
        check(1, 1, true);
        check(9, 2, true);
        check(9, 3, false);
        check(384, 48 * 192, true);
        check(384, 48 * 193, false);
        check(385, 49, false);
        check(0, 1, false);
        check(8, 0, false);
        check(65_537, 1, false);
        assert_eq!(kept(None).unwrap(), Vec::<u8>::new());
        for bytes in [&[][..], &[0], &[0, 8], &[0, 0, 1], &[0, 9, 1], &[1, 129, 1]] {
            assert_eq!(picture(bytes), None, "{bytes:?}");
        }
        assert!(kept(Some(LogoView { width: 8, bits: "?".to_owned() })).is_err());
    }
}
