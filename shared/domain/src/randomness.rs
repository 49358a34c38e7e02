//! Chance, as far as it decides anything: generations, owners of leases, how far repeats are spread.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A source of random bytes that is passed in: the system's in a function, a seed's where a run must be repeatable.
/// Never for keys, tokens and nonces: those come from the system wherever they are made.
#[derive(Clone)]
pub struct Randomness(Arc<Fill>);

type Fill = dyn Fn(&mut [u8]) -> bool + Send + Sync;

impl Randomness {
    /// From what fills bytes; `false` says that it could not.
    pub fn new(fill: impl Fn(&mut [u8]) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(fill))
    }

    /// Random bytes; `None` when the source has none to give.
    pub fn bytes<const COUNT: usize>(&self) -> Option<[u8; COUNT]> {
        let mut bytes = [0; COUNT];
        (self.0)(&mut bytes).then_some(bytes)
    }

    /// A time up to `longest`, so that things do not happen in step; half of it when there is no randomness.
    pub fn up_to(&self, longest: Duration) -> Duration {
        let share = self.bytes().map_or(u16::MAX / 2, u16::from_le_bytes);
        longest / u32::from(u16::MAX) * u32::from(share)
    }
}

impl fmt::Debug for Randomness {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Randomness")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_spread_from_nothing_to_the_longest() {
        let always = |byte| {
            Randomness::new(move |bytes: &mut [u8]| {
                bytes.fill(byte);
                true
            })
        };
        let longest = Duration::from_mins(15);
        assert_eq!(always(0).up_to(longest), Duration::ZERO);
        assert!(always(255).up_to(longest) + Duration::from_millis(1) > longest);
        let none = Randomness::new(|_| false).up_to(longest);
        assert!((longest / 3..longest).contains(&none));
    }
}
