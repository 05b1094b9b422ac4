//! The show `statement`: a sentence whose words appear one by one; starred words are highlighted.

use super::base::ShowBase;
use super::declaration::ShowDeclaration;
use crate::spec::language::show as written;
use crate::spec::resolve::resolver::Resolver;
use crate::voice;

/// The most words of a statement.
const MAX_STATEMENT_WORDS: usize = 40;

/// A sentence whose words come in as they are spoken.
#[derive(Clone, Debug, PartialEq)]
pub struct StatementShow {
    /// Its words, in order.
    pub words: Vec<StatedWord>,
}

/// A word of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedWord {
    /// As written, punctuation and all, without stars.
    pub text: String,
    /// Whether it stood between stars and is highlighted.
    pub lit: bool,
    /// Whether it follows the word before without a space.
    pub joined: bool,
}

impl ShowDeclaration for StatementShow {
    const NAME: &'static str = "statement";

    fn resolve(show: &written::Show, _base: &ShowBase, resolver: &mut Resolver) -> Option<Self> {
        let text = show.statement.as_ref()?;
        let words = statement_words(&resolver.drawn_text(text));
        if words.len() > MAX_STATEMENT_WORDS {
            let message = format!("a statement has at most {MAX_STATEMENT_WORDS} words, not {}", words.len());
            resolver.error(message, text.place, "this statement", "shorten it, or split it over several scenes");
        }
        if words.is_empty() {
            resolver.error("a statement needs words", text.place, "nothing but stars", "write what is to be read");
            return None;
        }
        Some(StatementShow { words })
    }
}

/// The words of a statement. An opening star stands before a word, a closing one behind it; any other is an ordinary character.
fn statement_words(text: &str) -> Vec<StatedWord> {
    let parts = text.split_whitespace().map(split_at_stars);
    let words: Vec<(&str, bool)> =
        parts.flat_map(|parts| parts.into_iter().enumerate().map(|(i, part)| (part, i > 0))).collect();
    let mut stated = Vec::new();
    let mut until = 0;
    for (i, (word, joined)) in words.iter().enumerate() {
        let bare = without_opening_star(word);
        if i >= until && bare.is_some() {
            let ends = words[i..]
                .iter()
                .position(|(word, _)| without_closing_star(without_opening_star(word).unwrap_or(word)).is_some());
            until = ends.map_or(until, |after| i + after + 1);
        }
        let lit = i < until;
        let text = if lit {
            without_closing_star(bare.unwrap_or(word)).unwrap_or_else(|| bare.unwrap_or(word).to_owned())
        } else {
            (*word).to_owned()
        };
        stated.extend(split_unspaced(&text, lit, *joined));
    }
    stated.retain(|word| !word.text.is_empty());
    stated
}

/// The word, cut into phrases if its script puts no spaces between words.
fn split_unspaced(text: &str, lit: bool, joined: bool) -> Vec<StatedWord> {
    if !text.chars().any(voice::is_unspaced) {
        return vec![StatedWord { text: text.to_owned(), lit, joined }];
    }
    let mut words = Vec::new();
    for (i, range) in voice::phrases(text).into_iter().enumerate() {
        words.push(StatedWord { text: text[range].to_owned(), lit, joined: joined || i > 0 });
    }
    words
}

/// Cuts a word before opening and behind closing stars, if its script puts no spaces between words.
fn split_at_stars(word: &str) -> Vec<&str> {
    let stars: Vec<usize> = word.match_indices('*').map(|(at, _)| at).collect();
    if stars.len() < 2 || !word.chars().any(voice::is_unspaced) {
        return vec![word];
    }
    let mut edges = vec![0];
    for pair in stars.chunks_exact(2) {
        let behind = &word[pair[1] + 1..];
        let after = behind.find(|c: char| c.is_alphanumeric() || c == '*').unwrap_or(behind.len());
        edges.extend([pair[0], pair[1] + 1 + after]);
    }
    edges.push(word.len());
    edges.windows(2).map(|pair| &word[pair[0]..pair[1].max(pair[0])]).filter(|part| !part.is_empty()).collect()
}

/// The word without its opening star; `None` if it has none.
fn without_opening_star(word: &str) -> Option<&str> {
    word.strip_prefix('*').filter(|rest| rest.starts_with(|c: char| c != '*'))
}

/// The word without its closing star, which punctuation may follow; `None` if it has none.
fn without_closing_star(word: &str) -> Option<String> {
    let (before, after) = word.rsplit_once('*')?;
    let good = !before.is_empty() && !before.ends_with('*') && after.chars().all(|c| !c.is_alphanumeric());
    good.then(|| format!("{before}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words as they are drawn; lit ones in brackets.
    fn shown(text: &str) -> String {
        let words = statement_words(text);
        let word = |word: &StatedWord| if word.lit { format!("[{}]", word.text) } else { word.text.clone() };
        words.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn stars_light_words_and_phrases() {
        assert_eq!(shown("Only what *changed* is *made again*."), "Only what [changed] is [made] [again.]");
        assert_eq!(shown("*One*, two"), "[One,] two");
        assert_eq!(shown("(*all of this*)"), "(*all of this*)", "a star opens a word");
        assert_eq!(shown("*all three words*"), "[all] [three] [words]");
    }

    #[test]
    fn words_without_spaces_are_cut() {
        assert_eq!(shown("変わったものだけを*作り直す*。"), "変わったものだけを [作り直す。]");
        assert_eq!(shown("*作り直す*だけ"), "[作り直す] だけ");
        let joined: Vec<bool> = statement_words("作る *映画を*見る").iter().map(|word| word.joined).collect();
        assert_eq!(joined, [false, false, true]);
    }

    #[test]
    fn stars_that_mark_nothing_stay() {
        for text in ["2 * 3 = 6", "*never closed", "closed* only", "**bold**", "* *", "a*b*c"] {
            assert_eq!(shown(text), text);
        }
    }
}
