use super::term::{Element, Operator, Term, Value};

/// A piece of a filter's text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token<'a> {
    End,
    Open,
    Close,
    And,
    Or,
    Not,
    Minus,
    Term(Term<'a>),
}

/// Cuts a filter's text into tokens, one at a time. Cloning one looks ahead.
///
/// Brackets belong to words such as `main()`, so what a closing one means depends on whether a group is open.
#[derive(Clone, Debug)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Lexer<'a> {
        Lexer { text, at: 0 }
    }

    /// The next token and where it begins. `in_group` says that `)` closes a group.
    pub(super) fn next(&mut self, in_group: bool) -> (usize, Token<'a>) {
        self.skip_space();
        let start = self.at;
        let token = match self.peek() {
            None => Token::End,
            Some('(') => self.take('(', Token::Open),
            Some(')') if in_group => self.take(')', Token::Close),
            Some('-') if self.negates() => self.take('-', Token::Minus),
            _ => match self.keyword() {
                Some(token) => token,
                None => Token::Term(self.term(in_group)),
            },
        };
        (start, token)
    }

    /// What begins at `start`, read as a plain word.
    pub(super) fn word_at(&mut self, start: usize, in_group: bool) -> &'a str {
        self.at = start;
        let word = self.word(in_group, false);
        if word.is_empty() {
            self.at = self.text.len().min(start + 1);
        }
        self.since(start)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self, c: char, token: Token<'a>) -> Token<'a> {
        self.at += c.len_utf8();
        token
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Whether the `-` here negates what follows; `- `, `--flag` and `->` are text.
    fn negates(&self) -> bool {
        let after = self.rest().chars().nth(1);
        after.is_some_and(|c| !c.is_whitespace() && !matches!(c, '-' | '>' | ')'))
    }

    fn keyword(&mut self) -> Option<Token<'a>> {
        let keywords = [("AND", Token::And), ("OR", Token::Or), ("NOT", Token::Not)];
        for (name, token) in keywords {
            let Some(after) = self.rest().strip_prefix(name) else { continue };
            if after.chars().next().is_none_or(|c| c.is_whitespace() || c == '(' || c == ')') {
                self.at += name.len();
                return Some(token);
            }
        }
        None
    }

    fn term(&mut self, in_group: bool) -> Term<'a> {
        let start = self.at;
        let mut term = Term { start, ..Term::default() };
        term.key = self.key();
        if term.key.is_some() {
            self.elements(&mut term, in_group);
        } else {
            let element = self.element(&mut term, in_group, false);
            term.elements.push(element);
        }
        term.written = self.since(start);
        term
    }

    /// A key and its colon, or nothing.
    fn key(&mut self) -> Option<String> {
        let mut ahead = self.clone();
        let key = if ahead.opens_quote() {
            let (key, is_closed) = ahead.quoted();
            is_closed.then_some(key)?
        } else {
            let is_first = |c: char| c.is_alphabetic() || matches!(c, '_' | '@' | '$');
            let is_inner =
                |c: char| c.is_alphanumeric() || matches!(c, '_' | '@' | '$' | '-' | '.');
            ahead.peek().filter(|c| is_first(*c))?;
            let rest = ahead.rest();
            let end = rest.find(|c| !is_inner(c)).unwrap_or(rest.len());
            ahead.at += end;
            rest.get(..end)?.to_owned()
        };
        let value = ahead.rest().strip_prefix(':')?;
        // `std::io` and `http://example.com` are text.
        if value.starts_with(':') || value.starts_with("//") {
            return None;
        }
        self.at = ahead.at + 1;
        Some(key)
    }

    fn elements(&mut self, term: &mut Term<'a>, in_group: bool) {
        if self.peek() == Some('(') {
            return self.bracketed(term);
        }
        loop {
            let element = self.element(term, in_group, true);
            if element.value == Value::Word("") {
                term.trouble.get_or_insert((element.start, "a value is missing here"));
            } else {
                term.elements.push(element);
            }
            if self.peek() != Some(',') {
                return;
            }
            self.at += 1;
        }
    }

    /// A list in brackets: `(a OR b)`, `(a, b)`, `(a b)`.
    fn bracketed(&mut self, term: &mut Term<'a>) {
        let start = self.at;
        self.at += 1;
        loop {
            self.skip_space();
            let at = self.at;
            match (self.peek(), self.keyword()) {
                (None, _) => {
                    term.trouble.get_or_insert((start, "this bracket is never closed; add `)`"));
                    return;
                }
                (Some(')'), _) => {
                    self.at += 1;
                    return;
                }
                (Some(','), _) => self.at += 1,
                (_, Some(Token::Or)) => {}
                (_, Some(_)) => {
                    let what = "only values and `OR` can stand in the brackets after a key";
                    term.trouble.get_or_insert((at, what));
                }
                (_, None) => {
                    let element = self.element(term, true, true);
                    term.elements.push(element);
                }
            }
        }
    }

    fn element(&mut self, term: &mut Term<'a>, in_group: bool, has_key: bool) -> Element<'a> {
        let start = self.at;
        let operator = if has_key { self.operator() } else { None };
        let value = if self.opens_quote() {
            let (text, is_closed) = self.quoted();
            if !is_closed {
                term.trouble.get_or_insert((start, "this quote is never closed"));
            }
            Value::Quoted(text)
        } else if let Some(source) = self.regex(has_key) {
            Value::Regex(source)
        } else {
            Value::Word(self.word(in_group, has_key))
        };
        Element { start, operator, value }
    }

    fn operator(&mut self) -> Option<Operator> {
        let operators = [
            (">=", Operator::AtLeast),
            ("<=", Operator::AtMost),
            (">", Operator::Above),
            ("<", Operator::Below),
            ("=", Operator::Equal),
        ];
        let (written, operator) =
            operators.into_iter().find(|(written, _)| self.rest().starts_with(written))?;
        self.at += written.len();
        Some(operator)
    }

    /// Curly quotes are what a phone or an office program makes of straight ones.
    fn opens_quote(&self) -> bool {
        matches!(self.peek(), Some('"' | '“' | '”' | '„'))
    }

    /// The text in quotes that begins here, and whether it ends with a quote.
    fn quoted(&mut self) -> (String, bool) {
        let is_straight = self.peek() == Some('"');
        let mut text = String::new();
        let mut chars = self.rest().chars();
        chars.next();
        let mut is_closed = false;
        while let Some(c) = chars.next() {
            match c {
                '\\' if chars.as_str().starts_with(['"', '\\']) => text.extend(chars.next()),
                '"' => is_closed = true,
                '“' | '”' if !is_straight => is_closed = true,
                other => text.push(other),
            }
            if is_closed {
                break;
            }
        }
        self.at = self.text.len() - chars.as_str().len();
        (text, is_closed)
    }

    /// The regular expression that begins here, if one does: `/`, something, `/`, and then the term ends.
    ///
    /// So `/health` and `/api/v1` are words.
    fn regex(&mut self, has_key: bool) -> Option<String> {
        let mut source = String::new();
        let mut chars = self.rest().strip_prefix('/')?.chars();
        loop {
            match chars.next()? {
                '/' => break,
                '\\' => match chars.next()? {
                    '/' => source.push('/'),
                    other => source.extend(['\\', other]),
                },
                other => source.push(other),
            }
        }
        let ends_term = |c: char| c.is_whitespace() || c == ')' || has_key && c == ',';
        let is_regex = chars.as_str().chars().next().is_none_or(ends_term)
            && !source.is_empty()
            && source.trim().len() == source.len();
        if !is_regex {
            return None;
        }
        self.at = self.text.len() - chars.as_str().len();
        Some(source)
    }

    /// Everything up to white space, to the bracket that closes the group, and in a list to a comma.
    fn word(&mut self, in_group: bool, in_list: bool) -> &'a str {
        let start = self.at;
        let mut open = 0_usize;
        let end = self.rest().char_indices().find(|(_, c)| match c {
            '(' => {
                open += 1;
                false
            }
            ')' if open > 0 => {
                open -= 1;
                false
            }
            ')' => in_group,
            ',' => in_list && open == 0,
            other => other.is_whitespace(),
        });
        self.at = end.map_or(self.text.len(), |(offset, _)| start + offset);
        self.since(start)
    }
}
