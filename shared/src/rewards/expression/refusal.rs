//! Refusals: where something stands in a text, and how it is called in what is said about it.

use cel::common::ast::{Expr, IdedExpr, LiteralValue, SourceInfo, operators};

use super::bounds::is_word;
use super::{Names, Type};

/// How the functions are written.
const FUNCTIONS: [(&str, &str); 5] = [
    ("decimal", "decimal(\"12.5\") or decimal(a)"),
    ("max", "max(a, b)"),
    ("min", "min(a, b)"),
    ("size", "size(a) or a.size()"),
    ("startsWith", "a.startsWith(b)"),
];

pub(super) const NO_MACROS: &str = "macros are not part of the language";

/// How much of the text is repeated in a reason.
const QUOTED_CHARS_MAX: usize = 40;

/// What is wrong, and at which byte of the text.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) at: usize,
    pub(super) reason: String,
}

/// A text, and where the parser found what in it.
pub(super) struct Text<'a> {
    pub(super) source: &'a str,
    pub(super) places: SourceInfo,
}

impl Refusal {
    /// What is said where the parser does not say what it misses.
    pub(super) fn unreadable() -> Self {
        Self {
            at: 0,
            reason: "this is not an expression".to_owned(),
        }
    }
}

impl Text<'_> {
    pub(super) fn refuse(&self, node: &IdedExpr, reason: impl Into<String>) -> Refusal {
        Refusal {
            at: self.start(node),
            reason: reason.into(),
        }
    }

    /// What is said of a part that gives a value of another type than is expected.
    pub(super) fn mismatch(&self, node: &IdedExpr, found: Type, expected: &[Type]) -> Refusal {
        let hint = if found == Type::Integer && expected == [Type::Decimal] {
            ", which decimal(...) makes of it"
        } else {
            ""
        };
        let (what, found) = (self.what(node), name_of(found));
        let expected: Vec<_> = expected.iter().copied().map(name_of).collect();
        let expected = expected.join(" or ");
        self.refuse(
            node,
            format!("{what} is {found}, {expected} is expected{hint}"),
        )
    }

    /// What a part is called: what is written there, or that it is what an operator gives.
    fn what(&self, node: &IdedExpr) -> String {
        match &node.expr {
            Expr::Call(call) => match call.func_name.as_str() {
                operators::CONDITIONAL => "what `? :` gives".to_owned(),
                operators::IN => "what `in` gives".to_owned(),
                name => format!("what `{}` gives", name.trim_matches('_')),
            },
            _ => quoted(&dotted(node).unwrap_or_else(|| self.written(node))),
        }
    }

    /// What is written where a part stands.
    pub(super) fn written(&self, node: &IdedExpr) -> String {
        let end = self
            .places
            .offset_for(node.id)
            .map_or(0, |(_, last)| index(last) + 1);
        let text = self.source.get(self.start(node)..end);
        text.unwrap_or_default().to_owned()
    }

    /// The byte at which a part begins; where an operator stands, for what it gives.
    fn start(&self, node: &IdedExpr) -> usize {
        let Some((first, _)) = self.places.offset_for(node.id) else {
            return 0;
        };
        let first = index(first);
        let (before, after) = self.source.split_at_checked(first).unwrap_or_default();
        // The parser places a name at its last point, a number behind its sign, and a call at its bracket.
        let begin = match &node.expr {
            Expr::Select(select) if dotted(node).is_some() => {
                return self.start(&select.operand);
            }
            Expr::Literal(LiteralValue::Int(number)) if **number < 0 => {
                before.trim_end().strip_suffix('-')
            }
            _ if after.starts_with(['(', '{']) => Some(before.trim_end_matches(is_word)),
            _ => None,
        };
        begin.map_or(first, str::len)
    }
}

fn index(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// A piece of the text as it is repeated in a reason: not all of it if it is long, and no control characters.
pub(super) fn quoted(piece: &str) -> String {
    let mut shown = String::new();
    for letter in piece.chars().take(QUOTED_CHARS_MAX) {
        match letter {
            '"' | '\'' | '\\' => shown.push(letter),
            _ => shown.extend(letter.escape_debug()),
        }
    }
    let more = match piece.chars().nth(QUOTED_CHARS_MAX) {
        Some(_) => "...",
        None => "",
    };
    format!("`{shown}{more}`")
}

/// The name that a part is, points included.
pub(super) fn dotted(node: &IdedExpr) -> Option<String> {
    match &node.expr {
        Expr::Ident(name) => Some(name.clone()),
        Expr::Select(select) if !select.test => {
            Some(format!("{}.{}", dotted(&select.operand)?, select.field))
        }
        _ => None,
    }
}

fn name_of(kind: Type) -> &'static str {
    match kind {
        Type::Integer => "a whole number",
        Type::Decimal => "a decimal",
        Type::Text => "a text",
        Type::Flag => "true or false",
    }
}

/// What is said about a name that is none.
pub(super) fn unknown(name: &str, names: &Names) -> String {
    let name = quoted(name);
    let there: Vec<_> = names.keys().map(|name| format!("`{name}`")).collect();
    if there.is_empty() {
        format!("there is no {name}, and no other name")
    } else {
        format!("there is no {name}; there are {}", there.join(", "))
    }
}

/// What is said about a call that is none of the language's.
pub(super) fn misused(name: &str) -> String {
    if let Some((_, written)) = FUNCTIONS.iter().find(|(known, _)| *known == name) {
        return format!("`{name}` is written {written}");
    }
    if name == operators::INDEX {
        return "`[` stands only on the right of `in`".to_owned();
    }
    let there = FUNCTIONS.map(|(known, _)| format!("`{known}`")).join(", ");
    format!("there is no function {}; there are {there}", quoted(name))
}

#[cfg(test)]
mod tests {
    use super::super::Expression;
    use super::super::sample::names;
    use super::*;

    #[test]
    fn what_is_not_in_the_language_is_refused_where_it_stands() {
        let mut wrong = Vec::new();
        for line in include_str!("refused.txt").lines() {
            let (source, expected) = line.split_once(" => ").unwrap();
            let found = match Expression::check(&source.replace("\\n", "\n"), &names(), Type::Flag)
            {
                Ok(_) => "nothing".to_owned(),
                Err(refused) => refused.to_string(),
            };
            if found != expected {
                wrong.push(format!("{source} => {found}"));
            }
        }
        assert!(wrong.is_empty(), "refused otherwise:\n{}", wrong.join("\n"));
    }

    #[test]
    fn where_there_are_no_names_none_is_known() {
        let refused = Expression::check("a", &Names::new(), Type::Flag).unwrap_err();

        assert_eq!(refused.reason, "there is no `a`, and no other name");
    }
}
