use std::cell::RefCell;
use std::hash::{BuildHasher, RandomState};

/// Asked of the system at once: one call of its serves some fifty ids.
const BLOCK: usize = 512;

thread_local! {
    static BLOCKS: RefCell<Block> = const { RefCell::new(Block { bytes: [0; BLOCK], used: BLOCK }) };
}

struct Block {
    bytes: [u8; BLOCK],
    used: usize,
}

/// Bytes of the system's generator; none is given twice.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let taken = BLOCKS.try_with(|block| block.try_borrow_mut().ok()?.take());
    taken.ok().flatten().unwrap_or_else(|| {
        let mut bytes = [0; N];
        fill(&mut bytes);
        bytes
    })
}

impl Block {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        if self.used + N > BLOCK {
            fill(&mut self.bytes);
            self.used = 0;
        }
        let taken = self.bytes.get(self.used..self.used + N)?.try_into().ok();
        self.used += N;
        taken
    }
}

fn fill(bytes: &mut [u8]) {
    if getrandom::fill(bytes).is_ok() {
        return;
    }
    // No system that Rust's library runs on refuses; if one did, requests would still need ids that differ.
    for (count, part) in bytes.chunks_mut(8).enumerate() {
        let number = RandomState::new().hash_one(count).to_le_bytes();
        part.copy_from_slice(number.get(..part.len()).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::random;

    #[test]
    fn no_bytes_are_given_twice() {
        let seen: HashSet<[u8; 16]> = (0..10_000).map(|_| random()).collect();
        assert_eq!(seen.len(), 10_000);
        assert_ne!(random::<600>(), [0; 600], "more than a block");
    }
}
