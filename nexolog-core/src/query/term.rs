//! From one term of a filter (`word`, `key:>5,7`) to the question it asks.

use std::cmp::Ordering;
use std::str::FromStr;

use jiff::Timestamp;

use crate::record::Level;

use super::filter::{Levels, Node, Times};
use super::fold::Needle;
use super::glob::Glob;
use super::pattern::Pattern;
use super::place::Place;
use super::time::{ACCEPTED_TIMES, TimeSpan, parse_duration, parse_time};
use super::units::quantity;
use super::values::Test;

/// A word, a phrase, or a key with its values, as written.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Term<'a> {
    pub(super) start: usize,
    pub(super) written: &'a str,
    pub(super) key: Option<String>,
    /// One without a key; those with a value with one.
    pub(super) elements: Vec<Element<'a>>,
    /// What could not be read, and where, though the rest can be used.
    pub(super) trouble: Option<(usize, &'static str)>,
}

/// One value of a term's list.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Element<'a> {
    pub(super) start: usize,
    pub(super) operator: Option<Operator>,
    pub(super) value: Value<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    Above,
    AtLeast,
    Below,
    AtMost,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Word(&'a str),
    Quoted(String),
    Regex(String),
}

impl Value<'_> {
    fn as_str(&self) -> &str {
        match self {
            Value::Word(word) => word,
            Value::Quoted(text) | Value::Regex(text) => text,
        }
    }
}

/// A sentence for the one who wrote the term: what is wrong, what would be right.
type Trouble = String;

/// Makes the question that `term` asks.
///
/// # Errors
///
/// Where the trouble stands, and what it is.
pub(super) fn compile(term: &Term<'_>, now: Timestamp) -> Result<Node, (usize, Trouble)> {
    let Some(key) = term.key.as_deref() else {
        let element = term.elements.first().ok_or_else(|| missing(term))?;
        return text(&element.value).map_err(|trouble| (element.start, trouble));
    };
    let mut nodes = Vec::new();
    let mut tests = Vec::new();
    let mut levels = None;
    for element in &term.elements {
        let at = |trouble| (element.start, trouble);
        match key {
            "level" => {
                let more = element_levels(element).map_err(at)?;
                levels = Some(levels.unwrap_or(Levels::default()).with(more));
            }
            "timestamp" => nodes.push(Node::Times(element_times(element, now).map_err(at)?)),
            "last" | "after" | "before" => {
                nodes.push(Node::Times(bound(key, element, now).map_err(at)?));
            }
            "has" => {
                let place = Place::of(element.value.as_str()).map_err(at)?;
                nodes.push(Node::Key { place, tests: vec![Test::Exists] });
            }
            _ => tests.push(element_test(key, element).map_err(at)?),
        }
    }
    nodes.extend(levels.map(Node::Levels));
    if !tests.is_empty() {
        let place = Place::of(key).map_err(|trouble| (term.start, trouble))?;
        nodes.push(Node::Key { place, tests });
    }
    if nodes.is_empty() {
        return Err(missing(term));
    }
    Ok(Node::or(nodes))
}

fn missing(term: &Term<'_>) -> (usize, Trouble) {
    (
        term.start,
        "a value is missing after the colon; put the text in quotes to search for it".into(),
    )
}

/// A bare word, phrase or regular expression.
fn text(value: &Value<'_>) -> Result<Node, Trouble> {
    Ok(match value {
        Value::Regex(source) => Node::Pattern(Pattern::new(source)?),
        Value::Word(word) if !word.is_empty() && word.bytes().all(|byte| byte == b'*') => {
            Node::all()
        }
        Value::Word(word) if word.contains('*') => Node::Glob(Glob::anywhere(word)),
        Value::Word(_) | Value::Quoted(_) => phrase(value.as_str()),
    })
}

/// Matches the text as it is.
pub(super) fn phrase(text: &str) -> Node {
    if text.is_empty() { Node::all() } else { Node::Text(Needle::new(text)) }
}

fn element_test(key: &str, element: &Element<'_>) -> Result<Test, Trouble> {
    let place = Place::of(key)?;
    let written = element.value.as_str();
    if let Value::Regex(source) = &element.value {
        return match element.operator {
            None | Some(Operator::Equal) => Pattern::new(source).map(Test::Pattern),
            Some(_) => {
                Err("a regular expression can't be compared with; leave the sign out".into())
            }
        };
    }
    let beyond = |side, or_equal| {
        let number = quantity(written, key).ok_or_else(|| {
            format!("`{}` is no number; use one such as 200, 1.5s or 10MB", shortened(written))
        })?;
        Ok(Test::Beyond { side, or_equal, number })
    };
    match element.operator {
        Some(Operator::Above) => return beyond(Ordering::Greater, false),
        Some(Operator::AtLeast) => return beyond(Ordering::Greater, true),
        Some(Operator::Below) => return beyond(Ordering::Less, false),
        Some(Operator::AtMost) => return beyond(Ordering::Less, true),
        Some(Operator::Equal) | None => {}
    }
    if matches!(element.value, Value::Word(_)) {
        if written.bytes().all(|byte| byte == b'*') {
            return Ok(Test::Exists);
        }
        if written.contains('*') {
            let glob = if place.is_exact() { Glob::exact } else { Glob::folding };
            return Ok(Test::Glob(glob(written)));
        }
        if let Some(range) = range(written, key)? {
            return Ok(range);
        }
    }
    Ok(if place.is_exact() {
        Test::exact(written.to_owned())
    } else if place.is_prose() && element.operator.is_none() {
        Test::Contains(Needle::new(written))
    } else {
        Test::Is { needle: Needle::new(written), number: quantity(written, key) }
    })
}

/// `a..b` with numbers on either side or both; other text with two dots in it is just text.
fn range(written: &str, key: &str) -> Result<Option<Test>, Trouble> {
    let Some((from, to)) = written.split_once("..") else { return Ok(None) };
    let (low, high) = (quantity(from, key), quantity(to, key));
    match (low, high) {
        (Some(_), Some(_)) => {}
        (Some(_), None) if to.is_empty() => {}
        (None, Some(_)) if from.is_empty() => {}
        (None, None) => return Ok(None),
        _ => {
            return Err("a range needs numbers on both sides, such as 500..599, or on one, such \
                        as 500.."
                .into());
        }
    }
    Ok(Some(Test::Within { from: low, to: high }))
}

fn element_levels(element: &Element<'_>) -> Result<Levels, Trouble> {
    let written = element.value.as_str();
    let matching = |accepts: &dyn Fn(Level) -> bool| {
        Levels::of(Level::ALL.into_iter().filter(|level| accepts(*level)))
    };
    let is_word = matches!(element.value, Value::Word(_));
    if is_word && written.contains('*') && element.operator.is_none() {
        let glob = Glob::folding(written);
        return Ok(matching(&|level| glob.matches(level.as_str())));
    }
    if is_word
        && element.operator.is_none()
        && let Some((from, to)) = written.split_once("..")
    {
        let from = if from.is_empty() { Level::Trace } else { level(from)? };
        let to = if to.is_empty() { Level::Critical } else { level(to)? };
        return Ok(matching(&|level| (from..=to).contains(&level)));
    }
    let named = level(written)?;
    Ok(match element.operator {
        None | Some(Operator::Equal) => Levels::of([named]),
        Some(Operator::Above) => matching(&|level| level > named),
        Some(Operator::AtLeast) => matching(&|level| level >= named),
        Some(Operator::Below) => matching(&|level| level < named),
        Some(Operator::AtMost) => matching(&|level| level <= named),
    })
}

fn level(text: &str) -> Result<Level, Trouble> {
    match text.to_ascii_lowercase().as_str() {
        "err" => Ok(Level::Error),
        "crit" | "fatal" => Ok(Level::Critical),
        _ => Level::from_str(text).map_err(|error| error.to_string()),
    }
}

fn element_times(element: &Element<'_>, now: Timestamp) -> Result<Times, Trouble> {
    let written = element.value.as_str();
    if element.operator.is_none()
        && let Some((from, to)) = written.split_once("..")
    {
        let side = |text: &str| if text.is_empty() { Ok(None) } else { time(text, now).map(Some) };
        let (from, to) = (side(from)?, side(to)?);
        return Ok(Times { from: from.map(|span| span.start), to: to.map(|span| span.end) });
    }
    if written == "*" {
        return Ok(Times::default());
    }
    let span = time(written, now)?;
    let (from, to) = match element.operator {
        None | Some(Operator::Equal) => (Some(span.start), Some(span.end)),
        Some(Operator::Above) => (Some(span.end), None),
        Some(Operator::AtLeast) => (Some(span.start), None),
        Some(Operator::Below) => (None, Some(span.start)),
        Some(Operator::AtMost) => (None, Some(span.end)),
    };
    Ok(Times { from, to })
}

/// `last:`, `after:` and `before:`.
fn bound(key: &str, element: &Element<'_>, now: Timestamp) -> Result<Times, Trouble> {
    if element.operator.is_some() {
        return Err(format!("`{key}:` takes a time without a sign before it"));
    }
    let written = element.value.as_str();
    match key {
        "after" => Ok(Times { from: Some(time(written, now)?.start), to: None }),
        "before" => Ok(Times { from: None, to: Some(time(written, now)?.start) }),
        _ => {
            let length = parse_duration(written).ok_or_else(|| {
                format!("`{}` is no duration; use one such as 15m, 1h30m or 7d", shortened(written))
            })?;
            Ok(Times { from: Some(now.as_microsecond().saturating_sub(length)), to: None })
        }
    }
}

fn time(text: &str, now: Timestamp) -> Result<TimeSpan, Trouble> {
    parse_time(text, now)
        .ok_or_else(|| format!("`{}` is no time; use {ACCEPTED_TIMES}", shortened(text)))
}

/// Enough of a text to recognise it by in a message.
fn shortened(text: &str) -> String {
    text.chars().take(64).flat_map(char::escape_debug).collect()
}

/// How many questions a term asks at the most: values of its list.
pub(super) fn size(term: &Term<'_>) -> usize {
    term.elements.len().max(1)
}

/// How many regular expressions a term has.
pub(super) fn expressions(term: &Term<'_>) -> usize {
    term.elements.iter().filter(|element| matches!(element.value, Value::Regex(_))).count()
}
