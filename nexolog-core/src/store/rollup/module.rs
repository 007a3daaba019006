use super::bytes::{In, Out};
use super::cell::Cell;
use super::names::Sum;

/// The levels, and one more for lines whose level can't be read.
pub(super) const LEVELS: usize = 7;

/// What the lines of one module add up to, by level.
#[derive(Clone, Debug, Default)]
pub(in crate::store) struct Module {
    cells: [Option<Box<Cell>>; LEVELS],
}

impl Module {
    pub(super) fn cell(&mut self, level: usize) -> Option<&mut Cell> {
        self.cells.get_mut(level).map(|cell| &mut **cell.get_or_insert_default())
    }

    /// Cells that have lines, with the number of their level.
    pub(super) fn cells(&self) -> impl Iterator<Item = (usize, &Cell)> {
        let numbered = self.cells.iter().enumerate();
        numbered.filter_map(|(level, cell)| Some((level, &**cell.as_ref()?)))
    }

    pub(super) fn cells_mut(&mut self) -> impl Iterator<Item = &mut Cell> {
        self.cells.iter_mut().flatten().map(|cell| &mut **cell)
    }

    /// All cells as one.
    pub(super) fn together(&self) -> Cell {
        let mut sum = Cell::default();
        self.cells().for_each(|(_, cell)| sum.add_all(cell));
        sum
    }

    /// Adds the cells of `other` whose level passes.
    pub(super) fn add_where(&mut self, other: &Module, passes: impl Fn(usize) -> bool) {
        for (level, cell) in other.cells().filter(|(level, _)| passes(*level)) {
            if let Some(sum) = self.cell(level) {
                sum.add_all(cell);
            }
        }
    }
}

impl Sum for Module {
    fn add_all(&mut self, other: &Module) {
        self.add_where(other, |_| true);
    }

    fn put(&self, out: &mut Out) {
        let present = self.cells().fold(0, |set, (level, _)| set | 1_u64 << level);
        out.number(present);
        self.cells().for_each(|(_, cell)| cell.put(out));
    }

    fn take(input: &mut In<'_>) -> Option<Module> {
        let present = input.number().filter(|present| *present < 1 << LEVELS)?;
        let mut module = Module::default();
        for (level, slot) in module.cells.iter_mut().enumerate() {
            if present & 1 << level != 0 {
                *slot = Some(Box::new(Cell::take(input)?));
            }
        }
        Some(module)
    }
}
