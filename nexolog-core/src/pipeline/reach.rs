/// How much of what was gathered is written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// The main log: a line that is in it is safe. The other files have second copies, which follow with the
    /// writer's next turn.
    Main,
    /// Every file.
    Everything,
}
