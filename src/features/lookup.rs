//! A frozen hash table from keys to ids, as plain numbers that can lie in a file and be used in place.
//!
//! Open addressing with linear probing over a power of two of slots, at most ¾ full. A slot is 0 when empty, otherwise
//! `tag << 32 | (id + 1)`, where the tag is the upper half of the key's 64-bit hash and the probe starts at its lower
//! bits. The table holds no keys: whoever asks verifies a candidate, so a wrong id is never given.

/// The longest run of filled slots that is believed. At ¾ full a million keys make runs of a few hundred.
const MAX_RUN: usize = 1 << 14;

/// A table under construction or read from a file: its slots.
#[derive(Debug, Clone, Copy)]
pub struct Lookup<'a> {
    slots: &'a [u64],
}

/// Why slots are not a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// The number of slots is no power of two.
    #[error("{0} slots, not a power of two")]
    Slots(usize),
    /// The number of filled slots differs from the number of keys, or leaves no slot empty.
    #[error("{filled} slots of {slots} are filled, for {keys} keys")]
    Filled {
        /// Slots that are not empty.
        filled: usize,
        /// All slots.
        slots: usize,
        /// Keys there should be.
        keys: usize,
    },
    /// Filled slots stand so close that looking up would take long.
    #[error("over {MAX_RUN} filled slots in a row")]
    Run,
    /// A slot names an id beyond the keys.
    #[error("a slot names id {id}, there are {keys} keys")]
    Id {
        /// The id found.
        id: u32,
        /// The number of keys.
        keys: usize,
    },
}

impl<'a> Lookup<'a> {
    /// Checks slots that were read: a power of two of them, one for each of `n_keys` ids, at least one empty.
    ///
    /// # Errors
    /// [`LookupError`] if they are not so.
    pub fn new(slots: &'a [u64], n_keys: usize) -> Result<Self, LookupError> {
        if !slots.len().is_power_of_two() {
            return Err(LookupError::Slots(slots.len()));
        }
        let (mut filled, mut run) = (0, 0);
        for &slot in slots {
            run = if slot == 0 { 0 } else { run + 1 };
            if run > MAX_RUN {
                return Err(LookupError::Run);
            }
            if slot != 0 {
                filled += 1;
                let id = (slot as u32).wrapping_sub(1);
                if id as usize >= n_keys {
                    return Err(LookupError::Id { id, keys: n_keys });
                }
            }
        }
        if filled != n_keys || filled == slots.len() {
            return Err(LookupError::Filled {
                filled,
                slots: slots.len(),
                keys: n_keys,
            });
        }
        Ok(Self { slots })
    }

    /// The table of slots that [`new`](Self::new) has passed before.
    pub(super) fn from_checked(slots: &'a [u64]) -> Self {
        Self { slots }
    }

    /// The slot where the probe for `hash` starts: fetched early for many keys, so that their memory is read side by side.
    #[inline]
    pub fn first_slot(&self, hash: u64) -> u64 {
        self.slots[hash as usize & (self.slots.len() - 1)]
    }

    /// The id with this hash for which `is_key` holds.
    #[inline]
    pub fn find(&self, hash: u64, is_key: impl FnMut(u32) -> bool) -> Option<u32> {
        self.find_from(self.first_slot(hash), hash, is_key)
    }

    /// [`find`](Self::find) where [`first_slot`](Self::first_slot) is known.
    #[inline]
    pub fn find_from(
        &self,
        first_slot: u64,
        hash: u64,
        mut is_key: impl FnMut(u32) -> bool,
    ) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let tag = hash >> 32;
        let mut at = hash as usize & mask;
        let mut slot = first_slot;
        loop {
            if slot == 0 {
                return None;
            }
            if slot >> 32 == tag {
                let id = slot as u32 - 1;
                if is_key(id) {
                    return Some(id);
                }
            }
            at = (at + 1) & mask;
            slot = self.slots[at];
        }
    }
}

/// Builds the slots for keys with these hashes; the position is the id. Fewer than `u32::MAX` keys.
pub fn build(hashes: impl ExactSizeIterator<Item = u64>) -> Vec<u64> {
    let n_slots = (hashes.len() + hashes.len() / 3 + 2).next_power_of_two();
    let mask = n_slots - 1;
    let mut slots = vec![0u64; n_slots];
    for (id, hash) in hashes.enumerate() {
        let mut at = hash as usize & mask;
        while slots[at] != 0 {
            at = (at + 1) & mask;
        }
        slots[at] = (hash >> 32) << 32 | (id as u64 + 1);
    }
    slots
}

/// The hash of a term's bytes: 64-bit FNV-1a, finished by [`mix`].
#[inline]
pub fn hash_bytes(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for &byte in bytes {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    mix(hash)
}

/// The hash of an n-gram: [`mix`] of `prefix << 32 | last`.
#[inline]
pub fn hash_pair(prefix: u32, last: u32) -> u64 {
    mix(u64::from(prefix) << 32 | u64::from(last))
}

/// The finalizer of SplitMix64 (Steele, Lea & Flood 2014), which spreads every bit over all others.
#[inline]
pub fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_and_no_other() {
        for n in [0, 1, 2, 3, 100, 1000] {
            let keys: Vec<String> = (0..n).map(|i| format!("k{i}")).collect();
            let slots = build(keys.iter().map(|k| hash_bytes(k.as_bytes())));
            let table = Lookup::new(&slots, n).unwrap();
            let find =
                |key: &str| table.find(hash_bytes(key.as_bytes()), |id| keys[id as usize] == key);
            for (id, key) in keys.iter().enumerate() {
                assert_eq!(find(key), Some(id as u32));
            }
            assert_eq!(find("absent"), None);
        }
    }

    #[test]
    fn colliding_hashes_are_told_apart_by_the_key() {
        let slots = build([7, 7, 7].into_iter());
        let table = Lookup::new(&slots, 3).unwrap();
        assert_eq!(table.find(7, |id| id == 2), Some(2));
        assert_eq!(table.find(7, |_| false), None);
    }

    #[test]
    fn damaged_slots_are_refused() {
        assert_eq!(Lookup::new(&[0; 3], 0).err(), Some(LookupError::Slots(3)));
        assert_eq!(
            Lookup::new(&[9, 0], 1).err(),
            Some(LookupError::Id { id: 8, keys: 1 })
        );
        let filled = LookupError::Filled {
            filled: 2,
            slots: 2,
            keys: 2,
        };
        assert_eq!(Lookup::new(&[1, 2], 2).err(), Some(filled));
        assert!(Lookup::new(&[], 0).is_err());
    }
}
