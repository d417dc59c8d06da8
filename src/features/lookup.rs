//! A frozen hash table from keys to ids, as plain numbers that can lie in a file and be used in place.
//!
//! Open addressing with linear probing over a power of two of slots, at most ¾ full. A slot has a tag (0 when empty,
//! otherwise the top byte of the key's 64-bit hash, at least 1) and an id; the probe starts at the hash's lower bits. Tags
//! lie apart from ids: most look-ups are for keys that are not there and end in the tags, which fit a processor's cache.
//! The table holds no keys: whoever asks verifies a candidate, so a wrong id is never given.

/// The longest run of filled slots that is believed. At ¾ full a million keys make runs of a few hundred.
const MAX_RUN: usize = 1 << 14;

/// The slots of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LookupSlots {
    /// The tag of each slot.
    pub tags: Vec<u8>,
    /// The id of each filled slot, 0 in others.
    pub ids: Vec<u32>,
}

impl LookupSlots {
    /// Builds the slots for keys with these hashes; the position is the id. Fewer than `u32::MAX` keys.
    pub fn new(hashes: impl ExactSizeIterator<Item = u64>) -> Self {
        let n_slots = (hashes.len() + hashes.len() / 3 + 2).next_power_of_two();
        let mask = n_slots - 1;
        let mut slots = Self {
            tags: vec![0; n_slots],
            ids: vec![0; n_slots],
        };
        for (id, hash) in hashes.enumerate() {
            let mut at = hash as usize & mask;
            while slots.tags[at] != 0 {
                at = (at + 1) & mask;
            }
            slots.tags[at] = tag(hash);
            slots.ids[at] = id as u32;
        }
        slots
    }
}

/// A table used in place.
#[derive(Debug, Clone, Copy)]
pub struct Lookup<'a> {
    tags: &'a [u8],
    ids: &'a [u32],
}

/// Why slots are not a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LookupError {
    /// The number of tags is no power of two, or not that of ids.
    #[error("{tags} tags and {ids} ids, not one power of two")]
    Slots {
        /// The number of tags.
        tags: usize,
        /// The number of ids.
        ids: usize,
    },
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
    /// A table from slots that are known to be one.
    pub(super) fn from_checked(tags: &'a [u8], ids: &'a [u32]) -> Self {
        Self { tags, ids }
    }

    /// Checks slots that were read: a power of two of them, one for each of `n_keys` ids, at least one empty.
    ///
    /// # Errors
    /// [`LookupError`] if they are not so.
    pub fn new(tags: &'a [u8], ids: &'a [u32], n_keys: usize) -> Result<Self, LookupError> {
        let slots = tags.len();
        if !slots.is_power_of_two() || ids.len() != slots {
            return Err(LookupError::Slots {
                tags: slots,
                ids: ids.len(),
            });
        }
        let (mut filled, mut run) = (0, 0);
        for (&tag, &id) in tags.iter().zip(ids) {
            if tag == 0 {
                run = 0;
                continue;
            }
            filled += 1;
            run += 1;
            if run > MAX_RUN {
                return Err(LookupError::Run);
            }
            if id as usize >= n_keys {
                return Err(LookupError::Id { id, keys: n_keys });
            }
        }
        if filled != n_keys || filled == slots {
            return Err(LookupError::Filled {
                filled,
                slots,
                keys: n_keys,
            });
        }
        Ok(Self { tags, ids })
    }

    /// The first slot that may hold a key with this hash, if there is one: found by tags alone.
    #[inline]
    pub fn seek(&self, hash: u64) -> Option<usize> {
        self.seek_from(hash as usize, hash)
    }

    /// The first slot for a key with this hash, and the tag in it.
    #[inline]
    pub fn first(&self, hash: u64) -> (usize, u8) {
        let slot = hash as usize & (self.tags.len() - 1);
        (slot, self.tags[slot])
    }

    /// [`seek`](Self::seek) where [`first`](Self::first) has given the first slot and its tag.
    #[inline]
    pub fn seek_behind(&self, hash: u64, slot: usize, first_tag: u8) -> Option<usize> {
        match first_tag {
            0 => None,
            found if found == tag(hash) => Some(slot),
            _ => self.seek_from(slot + 1, hash),
        }
    }

    #[inline]
    fn seek_from(&self, start: usize, hash: u64) -> Option<usize> {
        let mask = self.tags.len() - 1;
        let wanted = tag(hash);
        let mut at = start & mask;
        loop {
            match self.tags[at] {
                0 => return None,
                found if found == wanted => return Some(at),
                _ => at = (at + 1) & mask,
            }
        }
    }

    /// The id in a slot.
    #[inline]
    pub fn id(&self, slot: usize) -> u32 {
        self.ids[slot]
    }

    /// The id with this hash for which `is_key` holds.
    #[inline]
    pub fn find(&self, hash: u64, is_key: impl FnMut(u32) -> bool) -> Option<u32> {
        self.find_from(self.seek(hash)?, hash, is_key)
    }

    /// [`find`](Self::find) where [`seek`](Self::seek) has given a slot.
    #[inline]
    pub fn find_from(
        &self,
        mut slot: usize,
        hash: u64,
        mut is_key: impl FnMut(u32) -> bool,
    ) -> Option<u32> {
        loop {
            let id = self.ids[slot];
            if is_key(id) {
                return Some(id);
            }
            slot = self.seek_from(slot + 1, hash)?;
        }
    }
}

/// The tag of a filled slot.
#[inline]
fn tag(hash: u64) -> u8 {
    ((hash >> 56) as u8).max(1)
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
            let slots = LookupSlots::new(keys.iter().map(|k| hash_bytes(k.as_bytes())));
            let table = Lookup::new(&slots.tags, &slots.ids, n).unwrap();
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
        let slots = LookupSlots::new([7, 7, 7].into_iter());
        let table = Lookup::from_checked(&slots.tags, &slots.ids);
        assert_eq!(table.find(7, |id| id == 2), Some(2));
        assert_eq!(table.find(7, |_| false), None);
    }

    #[test]
    fn damaged_slots_are_refused() {
        let refused = |tags: &[u8], ids: &[u32], n| Lookup::new(tags, ids, n).err().unwrap();
        assert_eq!(
            refused(&[0; 3], &[0; 3], 0),
            LookupError::Slots { tags: 3, ids: 3 }
        );
        assert_eq!(
            refused(&[0; 4], &[0; 2], 0),
            LookupError::Slots { tags: 4, ids: 2 }
        );
        assert_eq!(
            refused(&[9, 0], &[8, 0], 1),
            LookupError::Id { id: 8, keys: 1 }
        );
        let full = LookupError::Filled {
            filled: 2,
            slots: 2,
            keys: 2,
        };
        assert_eq!(refused(&[1, 2], &[0, 1], 2), full);
        let slots = 4 * MAX_RUN;
        let mut tags = vec![1; slots];
        tags[MAX_RUN + 1..].fill(0);
        assert_eq!(
            refused(&tags, &vec![0; slots], MAX_RUN + 1),
            LookupError::Run
        );
        assert!(Lookup::new(&[], &[], 0).is_err());
    }
}
