use super::bytes::{In, Out};

/// What all names beyond the bound are counted as.
pub(in crate::store) const OTHER: &str = "other";

/// Something that can be added up, written and read.
pub(in crate::store) trait Sum: Default {
    /// Adds what another has counted.
    fn add_all(&mut self, other: &Self);
    fn put(&self, out: &mut Out);
    fn take(input: &mut In<'_>) -> Option<Self>;
}

/// Something for each name, for `MOST` names at the most.
///
/// Of more names the first by the alphabet are kept, and the rest is counted together. So it does not matter in which order, and
/// in how many parts, things were counted: the sum is the same.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::store) struct Names<T, const MOST: usize> {
    /// Sorted by name.
    entries: Vec<(Box<str>, T)>,
    other: Option<T>,
    /// Where the name before was found: neighbours often share it.
    last: usize,
}

impl<T, const MOST: usize> Default for Names<T, MOST> {
    fn default() -> Names<T, MOST> {
        Names { entries: Vec::new(), other: None, last: 0 }
    }
}

impl<T: Sum, const MOST: usize> Names<T, MOST> {
    /// What belongs to `name`.
    pub(super) fn of(&mut self, name: &str) -> &mut T {
        let is_last = self.entries.get(self.last).is_some_and(|(known, _)| &**known == name);
        if !is_last {
            match self.entries.binary_search_by(|(known, _)| (**known).cmp(name)) {
                Ok(at) => self.last = at,
                Err(at) if at >= MOST => return self.other.get_or_insert_default(),
                Err(at) => self.insert(at, name),
            }
        }
        match self.entries.get_mut(self.last) {
            Some((_, found)) => found,
            None => self.other.get_or_insert_default(),
        }
    }

    fn insert(&mut self, at: usize, name: &str) {
        if self.entries.len() >= MOST
            && let Some((_, dropped)) = self.entries.pop()
        {
            self.other.get_or_insert_default().add_all(&dropped);
        }
        self.entries.insert(at, (name.into(), T::default()));
        self.last = at;
    }

    pub(super) fn add_all(&mut self, other: &Self) {
        self.add_where(other, |_| true);
    }

    /// Adds those of `other` whose name passes. What was counted without a name is added in any case.
    pub(super) fn add_where(&mut self, other: &Self, passes: impl Fn(&str) -> bool) {
        for (name, value) in &other.entries {
            if passes(name) {
                self.of(name).add_all(value);
            }
        }
        if let Some(value) = &other.other {
            self.other.get_or_insert_default().add_all(value);
        }
    }

    /// Whether there were more names than are told apart.
    pub(super) fn is_cut(&self) -> bool {
        self.other.is_some()
    }

    pub(super) fn get(&self, name: &str) -> Option<&T> {
        let at = self.entries.binary_search_by(|(known, _)| (**known).cmp(name)).ok()?;
        self.entries.get(at).map(|(_, value)| value)
    }

    /// All names with what belongs to them, by name; what was counted together is called [`OTHER`].
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &T)> {
        let named = self.entries.iter().map(|(name, value)| (&**name, value));
        named.chain(self.other.iter().map(|value| (OTHER, value)))
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.entries.iter_mut().map(|(_, value)| value).chain(&mut self.other)
    }

    /// Each name after the one before takes only what differs.
    pub(super) fn put(&self, out: &mut Out) {
        out.number((self.entries.len() as u64) << 1 | u64::from(self.is_cut()));
        let mut before = "";
        for (name, value) in &self.entries {
            let shared = shared(before, name);
            out.number(shared as u64);
            out.text(name.get(shared..).unwrap_or_default());
            value.put(out);
            before = name;
        }
        if let Some(other) = &self.other {
            other.put(out);
        }
    }

    pub(super) fn take(input: &mut In<'_>) -> Option<Self> {
        let number = input.number()?;
        let count = usize::try_from(number >> 1).ok().filter(|count| *count <= MOST)?;
        let mut names = Self::default();
        let mut before = String::new();
        for at in 0..count {
            let shared = usize::try_from(input.number()?).ok()?;
            let mut name = before.get(..shared)?.to_owned();
            name.push_str(input.text()?);
            if at > 0 && name <= before {
                return None;
            }
            names.entries.push((name.as_str().into(), T::take(input)?));
            before = name;
        }
        if number & 1 == 1 {
            names.other = Some(T::take(input)?);
        }
        Some(names)
    }
}

/// How many bytes both begin with, up to a character's edge.
fn shared(a: &str, b: &str) -> usize {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    (0..=same).rev().find(|at| b.is_char_boundary(*at) && a.is_char_boundary(*at)).unwrap_or(0)
}
