use std::fmt;

use jiff::Timestamp;

use super::Filter;
use super::filter::Node;
use super::lexer::{Lexer, Token};
use super::term::{Term, compile, expressions, phrase, size};

/// Longest text of a filter in bytes.
const MAX_LENGTH: usize = 64 << 10;
/// Deepest nesting of groups.
const MAX_DEPTH: usize = 64;
/// Most words, phrases and keys.
const MAX_TERMS: usize = 256;
/// Most values in all lists together.
const MAX_VALUES: usize = 4_096;
/// Most regular expressions.
const MAX_EXPRESSIONS: usize = 8;
/// Most warnings; who reads more than these?
const MAX_WARNINGS: usize = 20;

/// A part of the text that was taken as plain text, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Warning {
    /// Where the part begins: byte offset into the text.
    pub(crate) position: usize,
    /// What was wrong and what would be right.
    pub(crate) message: String,
}

/// What [`parse`] made of a text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Parsed {
    /// What the text asks for; every text gives one.
    pub(crate) filter: Filter,
    /// Parts that could not be read as meant.
    pub(crate) warnings: Vec<Warning>,
}

/// Why [`parse_strict`] refused a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ParseError {
    /// Where the first part that can't be read begins: byte offset into the text.
    pub(crate) position: usize,
    /// What was wrong and what would be right.
    pub(crate) message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (at byte {})", self.message, self.position)
    }
}

impl std::error::Error for ParseError {}

/// Reads a filter. Total: every text gives an answer. `now` anchors relative times (`last:1h`).
#[must_use]
pub(crate) fn parse(text: &str, now: Timestamp) -> Parsed {
    let mut parser = Parser::new(now);
    let mut end = text.len().min(MAX_LENGTH);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let node = parser.parse(text.get(..end).unwrap_or_default());
    if end < text.len() {
        parser.warn(end, format!("a filter has at most {MAX_LENGTH} bytes; the rest is left out"));
    }
    parser.warnings.sort_by_key(|warning| warning.position);
    Parsed { filter: Filter { node }, warnings: parser.warnings }
}

/// Reads a filter that is kept and run unattended, such as an alert rule: no part may be in doubt.
///
/// # Errors
///
/// The first thing that [`parse`] would warn of.
pub(crate) fn parse_strict(text: &str, now: Timestamp) -> Result<Filter, ParseError> {
    let Parsed { filter, warnings } = parse(text, now);
    match warnings.into_iter().next() {
        None => Ok(filter),
        Some(Warning { position, message }) => Err(ParseError { position, message }),
    }
}

struct Parser {
    now: Timestamp,
    warnings: Vec<Warning>,
    terms: usize,
    values: usize,
    expressions: usize,
}

impl Parser {
    fn new(now: Timestamp) -> Parser {
        Parser { now, warnings: Vec::new(), terms: 0, values: 0, expressions: 0 }
    }

    fn warn(&mut self, position: usize, message: impl Into<String>) {
        if self.warnings.len() < MAX_WARNINGS {
            self.warnings.push(Warning { position, message: message.into() });
        }
    }

    fn parse(&mut self, text: &str) -> Node {
        let mut lexer = Lexer::new(text);
        self.alternatives(&mut lexer, 0)
    }

    /// `a b OR c d`, up to the end or to the bracket that closes the group.
    fn alternatives(&mut self, lexer: &mut Lexer<'_>, depth: usize) -> Node {
        let in_group = depth > 0;
        let mut branches = Vec::new();
        let mut branch = Vec::new();
        loop {
            let before = lexer.clone();
            let (start, token) = lexer.next(in_group);
            match token {
                Token::End | Token::Close => {
                    *lexer = before;
                    break;
                }
                Token::Or | Token::And => {
                    if branch.is_empty() || !operand_follows(lexer, in_group) {
                        branch.push(self.as_text(
                            lexer,
                            start,
                            in_group,
                            "needs something on both sides",
                        ));
                    } else if token == Token::Or {
                        branches.push(Node::and(std::mem::take(&mut branch)));
                    }
                }
                _ if self.is_full(start) => break,
                other => branch.push(self.operand(lexer, start, other, depth)),
            }
        }
        branches.push(Node::and(branch));
        Node::or(branches)
    }

    /// A term or a group, negated or not.
    fn operand(
        &mut self,
        lexer: &mut Lexer<'_>,
        start: usize,
        token: Token<'_>,
        depth: usize,
    ) -> Node {
        let in_group = depth > 0;
        let (mut start, mut token) = (start, token);
        let mut is_negated = false;
        while let Token::Not | Token::Minus = token {
            if !operand_follows(lexer, in_group) {
                let text = self.as_text(lexer, start, in_group, "needs something after it");
                return negate_if(is_negated, text);
            }
            is_negated = !is_negated;
            (start, token) = lexer.next(in_group);
        }
        let node = match token {
            Token::Open => self.group(lexer, start, depth),
            Token::Term(term) => self.term(&term, in_group),
            // `operand_follows` saw one.
            _ => Node::all(),
        };
        negate_if(is_negated, node)
    }

    /// What stands in brackets, the opening one read already.
    fn group(&mut self, lexer: &mut Lexer<'_>, start: usize, depth: usize) -> Node {
        if depth == MAX_DEPTH {
            let why = "is nested too deep, so it is taken as text";
            return self.as_text(lexer, start, true, why);
        }
        if let (_, Token::Close) = lexer.clone().next(true) {
            return self.as_text(
                lexer,
                start,
                depth > 0,
                "has nothing in it, so it is taken as text",
            );
        }
        let node = self.alternatives(lexer, depth + 1);
        if lexer.next(true).1 != Token::Close {
            self.warn(start, "this bracket is never closed; add `)`");
        }
        node
    }

    fn term(&mut self, term: &Term<'_>, in_group: bool) -> Node {
        self.terms += 1;
        self.values += size(term);
        self.expressions += expressions(term);
        // Without any value, that is what there is to say.
        if let Some((position, what)) = term.trouble.filter(|_| !term.elements.is_empty()) {
            self.warn(position, what);
        }
        if expressions(term) > 0 && self.expressions > MAX_EXPRESSIONS {
            self.warn(
                term.start,
                format!("a filter has at most {MAX_EXPRESSIONS} regular expressions; this one is taken as text"),
            );
            return phrase(term.written);
        }
        if !in_group && term.written.starts_with(')') {
            self.warn(term.start, "this bracket closes nothing, so it is taken as text");
        }
        match compile(term, self.now) {
            Ok(node) => node,
            Err((position, trouble)) => {
                self.warn(position, trouble);
                phrase(term.written)
            }
        }
    }

    /// Takes what begins at `start` as a word, with a warning that says why.
    fn as_text(&mut self, lexer: &mut Lexer<'_>, start: usize, in_group: bool, why: &str) -> Node {
        let word = lexer.word_at(start, in_group);
        self.terms += 1;
        let shown: String = word.chars().take(16).collect();
        self.warn(start, format!("`{shown}` {why}; in quotes it is searched for as text"));
        phrase(word)
    }

    /// Whether there are more parts than a filter may have; warns, once, of the first that is left out.
    fn is_full(&mut self, start: usize) -> bool {
        if self.terms < MAX_TERMS && self.values < MAX_VALUES {
            return false;
        }
        let message = format!(
            "a filter has at most {MAX_TERMS} parts and {MAX_VALUES} values; the rest is left out"
        );
        if !self.warnings.iter().any(|warning| warning.message == message) {
            self.warn(start, message);
        }
        true
    }
}

fn negate_if(is_negated: bool, node: Node) -> Node {
    if is_negated { Node::Not(Box::new(node)) } else { node }
}

fn operand_follows(lexer: &Lexer<'_>, in_group: bool) -> bool {
    !matches!(lexer.clone().next(in_group).1, Token::End | Token::Close | Token::Or | Token::And)
}
