/// A hint for a misspelt word: ``; did you mean `module`?`` or nothing.
pub(crate) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    known
        .into_iter()
        .map(|known| (distance(word, known), known))
        // A third of the letters may be wrong; further off it would be a guess.
        .filter(|(distance, known)| *distance <= known.len().div_ceil(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| format!("; did you mean `{known}`?"))
        .unwrap_or_default()
}

/// How many letters must be added, removed, changed or swapped with their neighbour.
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, letter) in from.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in to.iter().enumerate() {
            let changed = last[column] + usize::from(letter != other);
            let mut best = changed.min(last[column + 1] + 1).min(current[column] + 1);
            let swapped =
                row > 0 && column > 0 && from[row - 1] == *other && *letter == to[column - 1];
            if swapped {
                best = best.min(before_last[column - 1] + 1);
            }
            current.push(best);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_miss_is_hinted_at_and_a_far_one_is_not() {
        let known = ["module", "name", "level", "fields"];
        assert_eq!(did_you_mean("modul", known), "; did you mean `module`?");
        assert_eq!(did_you_mean("lvel", known), "; did you mean `level`?");
        assert_eq!(did_you_mean("nmae", known), "; did you mean `name`?");
        assert_eq!(did_you_mean("zebra", known), "");
        assert_eq!(did_you_mean("", known), "");
    }
}
