//! What is refused before the parser sees it: texts that are too long, nested too deep, or have signs that cancel out.
//!
//! The parser descends into brackets and choices on its stack, and takes over 100 KB a level without optimization. So levels are
//! counted here, in one pass and without recursion, and the parser runs on a stack that holds many times as many.

use super::refusal::Refusal;

/// The most characters an expression has.
pub(super) const CHARS_MAX: usize = 500;

/// How deep brackets and choices are nested.
pub(super) const LEVELS_MAX: u16 = 16;

/// What was seen of a text so far.
struct Scan {
    /// For each open bracket, how many choices are open in it; the first is for the text itself.
    levels: Vec<usize>,
    /// Whether a value ended last, so that `-` is a subtraction.
    value: bool,
    /// The sign that came last.
    sign: Option<char>,
}

/// Refuses what the parser must not see.
pub(super) fn check(source: &str) -> Result<(), Refusal> {
    if let Some((at, _)) = source.char_indices().nth(CHARS_MAX) {
        let reason = format!("an expression has at most {CHARS_MAX} characters");
        return Err(Refusal { at, reason });
    }
    let mut scan = Scan {
        levels: vec![0],
        value: false,
        sign: None,
    };
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = token_length(rest, first);
        let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let refusal = |reason| Refusal {
            at: source.len() - rest.len(),
            reason,
        };
        scan.see(token, first).map_err(refusal)?;
        rest = after;
    }
    Ok(())
}

impl Scan {
    fn see(&mut self, token: &str, first: char) -> Result<(), String> {
        if first.is_whitespace() || token.starts_with("//") {
            return Ok(());
        }
        let signs = (self.sign.take(), first);
        match first {
            '(' | '[' | '{' => self.levels.push(0),
            ')' | ']' | '}' => {
                self.levels.pop();
            }
            ',' => self.choices(|_| 0),
            '?' => self.choices(|open| open + 1),
            '!' if token == "!" => self.sign = Some(first),
            '-' if !self.value => self.sign = Some(first),
            _ => {}
        }
        self.value = match first {
            ')' | ']' | '}' | '"' | '\'' | '`' => true,
            _ => is_word(first),
        };
        if self.sign.is_some() && signs == (self.sign, first) {
            return Err(format!("two `{first}` in a row cancel out: leave both out"));
        }
        let depth = self.levels.len().saturating_sub(1) + self.levels.iter().sum::<usize>();
        if depth > usize::from(LEVELS_MAX) {
            return Err(format!(
                "brackets and choices are nested more than {LEVELS_MAX} deep"
            ));
        }
        Ok(())
    }

    fn choices(&mut self, change: impl Fn(usize) -> usize) {
        if let Some(open) = self.levels.last_mut() {
            *open = change(*open);
        }
    }
}

pub(super) fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// How many bytes the token has that begins a text.
fn token_length(text: &str, first: char) -> usize {
    let until = |end: fn(char) -> bool| text.find(end).unwrap_or(text.len());
    if text.starts_with("//") {
        return until(|letter| letter == '\n');
    }
    if text.starts_with("!=") {
        return 2;
    }
    if first == '"' || first == '\'' {
        return text_length(text, first, false);
    }
    if !is_word(first) {
        return first.len_utf8();
    }
    let length = until(|letter| !is_word(letter));
    let (word, rest) = text.split_at_checked(length).unwrap_or((text, ""));
    let raw = matches!(word.to_ascii_lowercase().as_str(), "r" | "br");
    match rest.chars().next() {
        Some(quote @ ('"' | '\'')) if raw || word.eq_ignore_ascii_case("b") => {
            length + text_length(rest, quote, raw)
        }
        _ => length,
    }
}

/// How many bytes a literal text has, with its quotes. Nothing ends one that is not closed.
fn text_length(text: &str, quote: char, raw: bool) -> usize {
    let long = quote.to_string().repeat(3);
    let close = if text.starts_with(&long) {
        long.as_str()
    } else {
        long.get(..1).unwrap_or_default()
    };
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(close.len()) {
        if escaped {
            escaped = false;
        } else if letter == '\\' && !raw {
            escaped = true;
        } else if text.get(at..).is_some_and(|rest| rest.starts_with(close)) {
            return at + close.len();
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::super::sample::{check, facts, names};
    use super::super::{Expression, Type};

    #[test]
    fn the_longest_and_the_deepest_are_read() {
        let nested = |open: &str, middle: &str, close: &str| {
            format!("{}{middle}{}", open.repeat(16), close.repeat(16))
        };
        for (source, gives) in [
            (nested("(", "minutes", ")"), Type::Integer),
            (nested("-(", "minutes", ")"), Type::Integer),
            (nested("!(", "done", ")"), Type::Flag),
            (nested("min(1, ", "minutes", ")"), Type::Integer),
            (
                format!("{}1{}", "min(done ? 1 : 2, ".repeat(9), ")".repeat(9)),
                Type::Integer,
            ),
            (nested("done ? 1 : ", "2", ""), Type::Integer),
            (format!("1{}", " + 1".repeat(31)), Type::Integer),
            (format!("done{}", " && done".repeat(31)), Type::Flag),
            (format!("minutes in [1{}]", ", 1".repeat(61)), Type::Flag),
            (format!("{:1$}", "done", Expression::CHARS_MAX), Type::Flag),
            (
                format!("\"{}\".size()", "(\u{e9}?-".repeat(122)),
                Type::Integer,
            ),
        ] {
            let value = check(&source, gives).evaluate(&facts());
            assert!(value.is_ok(), "{source}");
        }
    }

    fn refused(source: &str, reason: &str) {
        let refused = Expression::check(source, &names(), Type::Integer).unwrap_err();
        assert!(refused.reason.starts_with(reason), "{source}: {refused}");
    }

    /// As many of a part as an expression can have.
    fn filled(part: &str) -> String {
        part.repeat(Expression::CHARS_MAX / part.len())
    }

    #[test]
    fn what_is_longer_or_deeper_is_refused_before_it_is_read() {
        let deep = "brackets and choices are nested more than 16 deep";
        for part in [
            "(", "[", "{1:", "-(", "!(", "min(1,", "a?b:", "a?", "(a?", "a[", "\"\"(",
        ] {
            refused(&filled(part), deep);
        }
        for sign in ["!", "-"] {
            let twice = format!("two `{sign}` in a row cancel out");
            refused(&filled(sign), &twice);
            refused(&format!("----{sign}{sign}1"), "two `");
        }
        refused(&format!("action == r'\\' && {}", "(".repeat(17)), deep);
        refused(&format!("action == '\\'' && {}", "(".repeat(17)), deep);
        let long = "an expression has at most 500 characters";
        for part in ["(", "-", "1 + ", "a", " ", "\u{e9}"] {
            refused(&part.repeat(501), long);
        }
    }

    #[test]
    fn what_is_long_without_being_deep_is_read() {
        let many = "an expression has at most 64 values and operators";
        refused(&format!("1{}", " + 1".repeat(32)), many);
        refused(&format!("minutes in [1{}]", ", 1".repeat(62)), many);
        refused(&format!("{}1", "1+".repeat(249)), many);
        refused(&format!("{}done", "done&&".repeat(80)), many);
        refused(&format!("minutes in [{}1]", "1,".repeat(240)), many);
        refused(&format!("{}a", "a.".repeat(249)), "there is no `a.a.");
        refused(&filled("1+1+"), "something is missing at the end");
        refused(&filled("a<1+1*"), "something is missing at the end");
        refused(&filled("\"(\""), "`\"(\"` is not expected here");
    }
}
