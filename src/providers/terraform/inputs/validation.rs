//! Simple validations of an input: a list of what it may be, or bounds of a whole number. Anything else is left to Terraform.

use super::{Input, Token};

/// The most choices that are taken over: as many as Discord offers.
const CHOICES_MAX: usize = 25;

/// Reads what stands behind `condition =`.
pub(super) fn read(tokens: &[Token<'_>], name: &str, input: &mut Input) {
    let length = tokens
        .iter()
        .position(|token| *token == Token::LineEnd)
        .unwrap_or(tokens.len());
    if let Some(choices) = choices(tokens, name) {
        input.choices = choices;
        return;
    }
    let bounds: Option<Vec<_>> = tokens[..length]
        .split(|token| *token == Token::Other(b'&'))
        .filter(|clause| !clause.is_empty())
        .map(|clause| bound(clause, name))
        .collect();
    for (is_min, number) in bounds.unwrap_or_default() {
        if is_min {
            input.min = Some(number);
        } else {
            input.max = Some(number);
        }
    }
}

/// `contains(["a", "b"], var.name)`, over one line or several.
fn choices(tokens: &[Token<'_>], name: &str) -> Option<Vec<String>> {
    let [Token::Word("contains"), Token::Open, Token::Open, rest @ ..] = tokens else {
        return None;
    };
    let end = rest.iter().position(|token| *token == Token::Close)?;
    let mut choices = Vec::new();
    for token in &rest[..end] {
        match token {
            Token::Text(text) => choices.push((*text).to_owned()),
            Token::Other(b',') | Token::LineEnd => {}
            _ => return None,
        }
    }
    let after: Vec<_> = rest[end + 1..]
        .iter()
        .filter(|token| **token != Token::LineEnd && **token != Token::Other(b','))
        .take(2)
        .collect();
    let about_it = matches!(after[..], [Token::Word(word), Token::Close] if is_it(word, name));
    let fits = (1..=CHOICES_MAX).contains(&choices.len());
    (about_it && fits).then_some(choices)
}

/// `var.name >= 1` and the like: whether it is the lower bound, and the bound.
fn bound(clause: &[Token<'_>], name: &str) -> Option<(bool, i64)> {
    let (word, sign, includes, number) = match clause {
        [
            Token::Word(word),
            Token::Other(sign),
            Token::Is,
            Token::Word(number),
        ] => (word, *sign, true, number),
        [Token::Word(word), Token::Other(sign), Token::Word(number)] => {
            (word, *sign, false, number)
        }
        _ => return None,
    };
    let number: i64 = number.parse().ok().filter(|_| is_it(word, name))?;
    match (sign, includes) {
        (b'>', true) => Some((true, number)),
        (b'>', false) => Some((true, number.checked_add(1)?)),
        (b'<', true) => Some((false, number)),
        (b'<', false) => Some((false, number.checked_sub(1)?)),
        _ => None,
    }
}

fn is_it(word: &str, name: &str) -> bool {
    word.strip_prefix("var.") == Some(name)
}
