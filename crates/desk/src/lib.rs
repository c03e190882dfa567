//! PharmaTill: desk.
