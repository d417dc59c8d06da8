//! Strings to small numbers, in order of first occurrence.

use hashbrown::HashTable;
use rayon::prelude::*;
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// Distinct strings in one buffer, numbered from 0 as they come.
#[derive(Debug, Default)]
pub struct Interner {
    bytes: String,
    ends: Vec<usize>,
    table: HashTable<u32>,
}

fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

fn get<'t>(bytes: &'t str, ends: &[usize], id: u32) -> &'t str {
    let id = id as usize;
    let start = if id == 0 { 0 } else { ends[id - 1] };
    &bytes[start..ends[id]]
}

impl Interner {
    /// The number of `text`, given now if it is new.
    #[inline]
    pub fn intern(&mut self, text: &str) -> u32 {
        let Self { bytes, ends, table } = self;
        let entry = table.entry(
            hash(text),
            |&id| get(bytes, ends, id) == text,
            |&id| hash(get(bytes, ends, id)),
        );
        match entry {
            hashbrown::hash_table::Entry::Occupied(found) => *found.get(),
            hashbrown::hash_table::Entry::Vacant(place) => {
                let id = ends.len() as u32;
                place.insert(id);
                bytes.push_str(text);
                ends.push(bytes.len());
                id
            }
        }
    }

    /// The string numbered `id`.
    pub fn get(&self, id: u32) -> &str {
        get(&self.bytes, &self.ends, id)
    }

    /// How many distinct strings there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Renumbers in byte order: the strings sorted, and the new number of each old one.
    pub fn into_sorted(self) -> (SortedStrings, Vec<u32>) {
        let mut order: Vec<u32> = (0..self.len() as u32).collect();
        order.par_sort_unstable_by(|&a, &b| self.get(a).as_bytes().cmp(self.get(b).as_bytes()));
        let mut rank = vec![0; order.len()];
        let mut sorted = SortedStrings::default();
        for (position, &id) in order.iter().enumerate() {
            rank[id as usize] = position as u32;
            sorted.bytes.push_str(self.get(id));
            sorted.ends.push(sorted.bytes.len());
        }
        (sorted, rank)
    }
}

/// Distinct strings in byte order.
#[derive(Debug, Default)]
pub struct SortedStrings {
    bytes: String,
    ends: Vec<usize>,
}

impl SortedStrings {
    /// The string at `position`.
    pub fn get(&self, position: usize) -> &str {
        get(&self.bytes, &self.ends, position as u32)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_strings_share_a_number_and_sorting_renumbers() {
        let mut interner = Interner::default();
        let ids: Vec<u32> = ["b", "a", "", "b"].map(|t| interner.intern(t)).into();
        assert_eq!(ids, [0, 1, 2, 0]);
        let (sorted, rank) = interner.into_sorted();
        assert_eq!(rank, [2, 1, 0]);
        assert_eq!(
            [sorted.get(0), sorted.get(1), sorted.get(2)],
            ["", "a", "b"]
        );
    }
}
