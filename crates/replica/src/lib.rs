//! PharmaTill: replica.
