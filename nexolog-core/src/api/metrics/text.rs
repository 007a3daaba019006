use std::fmt::{Display, Write as _};

use crate::histogram::{Histogram, STEPS};

/// The text in the making.
#[derive(Debug, Default)]
pub(super) struct Text {
    out: String,
}

/// What kind of figure it is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// It only grows.
    Counter,
    Gauge,
    Histogram,
}

/// Names and values of labels.
pub(super) type Labels<'a> = &'a [(&'a str, &'a str)];

impl Text {
    /// Begins a figure: all of its samples follow.
    pub(super) fn begin(&mut self, name: &str, kind: Kind, help: &str) {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        // Writing to a string can't fail.
        let _ = writeln!(self.out, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    pub(super) fn sample(&mut self, name: &str, labels: Labels<'_>, value: impl Display) {
        self.put(name, labels, None, value);
    }

    /// A figure of one sample, without labels.
    pub(super) fn single(&mut self, name: &str, kind: Kind, help: &str, value: impl Display) {
        self.begin(name, kind, help);
        self.sample(name, &[], value);
    }

    pub(super) fn histogram(&mut self, name: &str, labels: Labels<'_>, histogram: &Histogram) {
        let up_to = histogram.up_to();
        let bucket = format!("{name}_bucket");
        for (end, count) in STEPS.iter().map(f64::to_string).zip(up_to) {
            self.put(&bucket, labels, Some(&end), count);
        }
        let all = up_to[STEPS.len()];
        self.put(&bucket, labels, Some("+Inf"), all);
        self.put(&format!("{name}_sum"), labels, None, histogram.sum);
        self.put(&format!("{name}_count"), labels, None, all);
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    fn put(&mut self, name: &str, labels: Labels<'_>, end: Option<&str>, value: impl Display) {
        self.out.push_str(name);
        let mut before = '{';
        for (label, value) in labels.iter().copied().chain(end.map(|end| ("le", end))) {
            self.out.push(before);
            before = ',';
            let _ = write!(self.out, "{label}=\"");
            self.put_escaped(value);
            self.out.push('"');
        }
        if before == ',' {
            self.out.push('}');
        }
        let _ = writeln!(self.out, " {value}");
    }

    fn put_escaped(&mut self, value: &str) {
        for character in value.chars() {
            match character {
                '\\' => self.out.push_str("\\\\"),
                '"' => self.out.push_str("\\\""),
                '\n' => self.out.push_str("\\n"),
                other => self.out.push(other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_labels_are_escaped() {
        let mut text = Text::default();
        text.sample("a", &[("b", "x\"y\\z\n{é}"), ("c", "")], 1);
        assert_eq!(text.finish(), "a{b=\"x\\\"y\\\\z\\n{é}\",c=\"\"} 1\n");
    }

    #[test]
    fn a_histogram_has_every_step_its_sum_and_its_count() {
        let mut times = Histogram::default();
        times.add(0.25);
        times.add(60.0);
        let mut text = Text::default();
        text.histogram("t", &[("r", "/")], &times);
        let text = text.finish();
        assert_eq!(text.lines().count(), STEPS.len() + 3);
        for line in [
            "t_bucket{r=\"/\",le=\"0.1\"} 0\n",
            "t_bucket{r=\"/\",le=\"0.25\"} 1\n",
            "t_bucket{r=\"/\",le=\"10\"} 1\n",
            "t_bucket{r=\"/\",le=\"+Inf\"} 2\n",
            "t_sum{r=\"/\"} 60.25\n",
            "t_count{r=\"/\"} 2\n",
        ] {
            assert!(text.contains(line), "{line} is missing in {text}");
        }
    }
}
