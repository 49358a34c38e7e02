//! Randomness that a seed decides: for a run that must be repeatable, and therefore never built into a function.

use std::sync::{Mutex, PoisonError};

/// Fills bytes, the same ones for the same seed (`SplitMix64`).
pub fn seeded(seed: u64) -> impl Fn(&mut [u8]) -> bool + Send + Sync + 'static {
    let state = Mutex::new(seed);
    move |bytes| {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        for piece in bytes.chunks_mut(8) {
            *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut mixed = *state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            mixed ^= mixed >> 31;
            for (byte, random) in piece.iter_mut().zip(mixed.to_le_bytes()) {
                *byte = random;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself_and_another_does_not() {
        let bytes = |seed| {
            let fill = seeded(seed);
            let mut bytes = [0; 20];
            assert!(fill(&mut bytes[..3]) && fill(&mut bytes[3..]));
            bytes
        };
        assert_eq!(bytes(1), bytes(1));
        assert_ne!(bytes(1), bytes(2));
    }
}
