//! Token classes of source code, found by the grammars that editors use.

use std::sync::LazyLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxReference, SyntaxSet};

use super::listing::{CodeLine, CodeSpan, TokenClass};

/// The most lines that are parsed before the first visible one; they tell whether that one lies in a comment.
const MAX_CONTEXT_LINES: usize = 2_000;

/// Names and file extensions of languages, each with the extension by which its grammar is found. A language without a
/// grammar of its own has the grammar of a similar one.
const GRAMMARS: [(&str, &str); 68] = [
    ("bash", "sh"),
    ("c", "c"),
    ("cc", "cpp"),
    ("clj", "clj"),
    ("clojure", "clj"),
    ("cpp", "cpp"),
    ("cs", "cs"),
    ("csharp", "cs"),
    ("css", "css"),
    ("d", "d"),
    ("diff", "diff"),
    ("dot", "dot"),
    ("erl", "erl"),
    ("erlang", "erl"),
    ("go", "go"),
    ("groovy", "groovy"),
    ("h", "c"),
    ("haskell", "hs"),
    ("hpp", "cpp"),
    ("hs", "hs"),
    ("htm", "html"),
    ("html", "html"),
    ("java", "java"),
    ("javascript", "js"),
    ("js", "js"),
    ("json", "json"),
    ("jsx", "js"),
    ("kotlin", "groovy"),
    ("kt", "groovy"),
    ("latex", "tex"),
    ("lisp", "lisp"),
    ("lua", "lua"),
    ("make", "make"),
    ("makefile", "make"),
    ("markdown", "md"),
    ("matlab", "matlab"),
    ("md", "md"),
    ("mjs", "js"),
    ("mk", "make"),
    ("ml", "ml"),
    ("ocaml", "ml"),
    ("patch", "diff"),
    ("perl", "pl"),
    ("php", "php"),
    ("pl", "pl"),
    ("properties", "properties"),
    ("py", "py"),
    ("python", "py"),
    ("r", "r"),
    ("rb", "rb"),
    ("rs", "rs"),
    ("ruby", "rb"),
    ("rust", "rs"),
    ("scala", "scala"),
    ("sh", "sh"),
    ("shell", "sh"),
    ("sql", "sql"),
    ("svg", "xml"),
    ("tex", "tex"),
    ("text", "txt"),
    ("toml", "py"),
    ("ts", "js"),
    ("tsx", "js"),
    ("txt", "txt"),
    ("typescript", "js"),
    ("xml", "xml"),
    ("yaml", "yaml"),
    ("yml", "yaml"),
];

/// Names of languages whose code has colours.
pub static LANGUAGES: [&str; GRAMMARS.len()] = {
    let mut names = [""; GRAMMARS.len()];
    let mut i = 0;
    while i < names.len() {
        names[i] = GRAMMARS[i].0;
        i += 1;
    }
    names
};

static GRAMMAR_SET: LazyLock<SyntaxSet> = LazyLock::new(SyntaxSet::load_defaults_newlines);

/// The lines of `text` from index `first` on, in parts that have one class each. In an unknown language all of it is
/// [`TokenClass::Plain`].
pub fn spans(text: &[String], first: usize, language: Option<&str>) -> Vec<CodeLine> {
    let shown = text.get(first..).unwrap_or_default();
    let Some(grammar) = language.and_then(grammar) else {
        return shown.iter().map(|line| CodeLine { spans: merged([(line.as_str(), TokenClass::Plain)]) }).collect();
    };
    let mut state = ParseState::new(grammar);
    let mut stack = ScopeStack::new();
    for line in &text[first.saturating_sub(MAX_CONTEXT_LINES)..first.min(text.len())] {
        parse_line(line, &mut state, &mut stack);
    }
    shown.iter().map(|line| CodeLine { spans: merged(parse_line(line, &mut state, &mut stack)) }).collect()
}

fn grammar(language: &str) -> Option<&'static SyntaxReference> {
    let (_, ending) = GRAMMARS.iter().find(|(name, _)| *name == language)?;
    match *ending {
        "txt" => None,
        "make" => GRAMMAR_SET.find_syntax_by_name("Makefile"),
        ending => GRAMMAR_SET.find_syntax_by_extension(ending),
    }
}

/// The parts of one line; moves `state` and `stack` past it. A line that the grammar cannot parse is plain.
fn parse_line<'l>(line: &'l str, state: &mut ParseState, stack: &mut ScopeStack) -> Vec<(&'l str, TokenClass)> {
    let ended = format!("{line}\n");
    let Ok(changes) = state.parse_line(&ended, &GRAMMAR_SET) else { return vec![(line, TokenClass::Plain)] };
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, change) in changes {
        let at = at.min(line.len());
        if at > start {
            parts.push((&line[start..at], class(stack.as_slice())));
            start = at;
        }
        // A grammar that closes a scope it did not open leaves the stack as it was.
        let _ = stack.apply(&change);
    }
    parts.push((&line[start..], class(stack.as_slice())));
    parts
}

/// Joins neighbours of one class; spaces belong to the part before them.
fn merged<'l>(parts: impl IntoIterator<Item = (&'l str, TokenClass)>) -> Vec<CodeSpan> {
    let mut spans: Vec<CodeSpan> = Vec::new();
    for (text, class) in parts.into_iter().filter(|(text, _)| !text.is_empty()) {
        match spans.last_mut() {
            Some(last) if last.class == class || text.trim().is_empty() => last.text.push_str(text),
            _ => spans.push(CodeSpan { class, text: text.to_owned() }),
        }
    }
    spans
}

/// Prefixes of scope names and their classes; of several prefixes that match a scope, the first one counts.
struct ScopeTable {
    /// Scopes that count wherever they are in the stack, before all others.
    around: Vec<(Scope, TokenClass)>,
    /// Scopes of which the innermost one counts.
    inner: Vec<(Scope, TokenClass)>,
    /// Code inside a string: the scopes around it do not count.
    inserted: Vec<Scope>,
}

fn scope(name: &str) -> Scope {
    Scope::new(name).expect("the names in this file are well-formed scopes")
}

fn scopes(names: &[(&str, TokenClass)]) -> Vec<(Scope, TokenClass)> {
    names.iter().map(|(name, class)| (scope(name), *class)).collect()
}

static SCOPES: LazyLock<ScopeTable> = LazyLock::new(|| ScopeTable {
    around: scopes(&[
        ("comment", TokenClass::Comment),
        ("entity.name.tag", TokenClass::Type),
        ("meta.structure.dictionary.key", TokenClass::Type),
        ("meta.mapping.key", TokenClass::Type),
        ("markup.inserted", TokenClass::String),
        ("markup.deleted", TokenClass::Number),
        ("markup.heading", TokenClass::Keyword),
        ("markup.raw", TokenClass::String),
    ]),
    inner: scopes(&[
        ("constant.character.escape", TokenClass::Number),
        ("punctuation.definition.string", TokenClass::String),
        ("string", TokenClass::String),
        ("constant.character", TokenClass::String),
        ("constant", TokenClass::Number),
        ("keyword.operator.word", TokenClass::Keyword),
        ("keyword.operator.logical.python", TokenClass::Keyword),
        ("keyword.operator", TokenClass::Punctuation),
        ("keyword", TokenClass::Keyword),
        ("storage", TokenClass::Keyword),
        ("variable.language", TokenClass::Keyword),
        ("entity.name.function", TokenClass::Function),
        ("entity.name.macro", TokenClass::Function),
        ("support.function", TokenClass::Function),
        ("support.macro", TokenClass::Function),
        ("variable.function", TokenClass::Function),
        ("entity.other.attribute-name", TokenClass::Function),
        ("entity.name", TokenClass::Type),
        ("entity.other", TokenClass::Type),
        ("support.class", TokenClass::Type),
        ("support.type", TokenClass::Type),
        ("support.constant", TokenClass::Number),
        ("punctuation", TokenClass::Punctuation),
    ]),
    inserted: ["meta.interpolation", "source.js.embedded", "meta.template.expression"].map(scope).to_vec(),
});

/// The class of a token in these nested scopes.
fn class(stack: &[Scope]) -> TokenClass {
    let inserted = stack.iter().rposition(|scope| SCOPES.inserted.iter().any(|start| start.is_prefix_of(*scope)));
    let stack = &stack[inserted.map_or(0, |at| at + 1)..];
    let around = stack.iter().find_map(|scope| lookup(&SCOPES.around, *scope));
    around.or_else(|| stack.iter().rev().find_map(|scope| lookup(&SCOPES.inner, *scope))).unwrap_or(TokenClass::Plain)
}

/// The class of the first prefix of this scope in a table.
fn lookup(table: &[(Scope, TokenClass)], scope: Scope) -> Option<TokenClass> {
    table.iter().find(|(start, _)| start.is_prefix_of(scope)).map(|(_, class)| *class)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str, language: &str) -> Vec<(String, TokenClass)> {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let spans = spans(&lines, 0, Some(language)).into_iter().flat_map(|line| line.spans);
        spans.map(|span| (span.text.trim().to_owned(), span.class)).collect()
    }

    fn is(found: &[(String, TokenClass)], text: &str, class: TokenClass) {
        assert!(found.iter().any(|(other, c)| other == text && *c == class), "{text} {class:?}: {found:?}");
    }

    #[test]
    fn every_language_has_a_grammar() {
        assert!(LANGUAGES.is_sorted());
        for name in LANGUAGES {
            assert!(grammar(name).is_some() || ["text", "txt"].contains(&name), "{name}");
        }
        assert!(grammar("klingon").is_none());
    }

    #[test]
    fn the_words_of_common_languages_are_told_apart() {
        let rust = parts("// why\npub fn main() -> Result { let n = 12; println!(\"{n}\"); }", "rust");
        is(&rust, "// why", TokenClass::Comment);
        is(&rust, "pub fn", TokenClass::Keyword);
        is(&rust, "main", TokenClass::Function);
        is(&rust, "12", TokenClass::Number);
        let python = parts("def go(n):\n    return \"a\" if n else None  # why", "python");
        is(&python, "def", TokenClass::Keyword);
        is(&python, "go", TokenClass::Function);
        is(&python, "\"a\"", TokenClass::String);
        is(&python, "None", TokenClass::Number);
        let yaml = parts("scenes:\n  - say: Hello there.\n", "yaml");
        is(&yaml, "scenes", TokenClass::Type);
        is(&yaml, "Hello there.", TokenClass::String);
        let json = parts("{ \"a\": [1, true, \"b\"] }", "json");
        is(&json, "\"a\"", TokenClass::Type);
        is(&json, "\"b\"", TokenClass::String);
        is(&parts("const go = async () => { return `a` }", "typescript"), "return", TokenClass::Keyword);
        is(&parts("[package]\nname = \"t2v\" # why", "toml"), "\"t2v\"", TokenClass::String);
    }

    #[test]
    fn nothing_is_lost_and_lines_before_count() {
        let text: Vec<String> = ["/* one", "   two */ let x = 1;", "", "\u{1f600} é"].map(str::to_owned).to_vec();
        let lines = spans(&text, 1, Some("rust"));
        let joined: Vec<String> =
            lines.iter().map(|line| line.spans.iter().map(|span| span.text.as_str()).collect()).collect();
        assert_eq!(joined, text[1..]);
        assert_eq!(lines[0].spans[0].class, TokenClass::Comment);
        assert_eq!(spans(&text, 9, Some("rust")), []);
        assert_eq!(spans(&text, 0, None)[0].spans[0].class, TokenClass::Plain);
    }

    #[test]
    fn hostile_code_costs_little() {
        let start = std::time::Instant::now();
        let line = "((((((((((\"'`/*".repeat(26);
        let text = vec![line; 60];
        for language in ["rust", "js", "php", "md", "rb", "sh"] {
            assert_eq!(spans(&text, 40, Some(language)).len(), 20);
        }
        assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    }
}
