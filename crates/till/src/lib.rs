//! A till without a window.
