//! Rules for addresses, file names, paths, command-line flags and identifiers in code.

use super::spelling;
use super::spoken_item::SpokenItem;
use super::text_position::{RuleMatch, TextPosition, pattern};

/// Extensions of file names.
const EXTENSIONS: &[&str] = &[
    "aac", "avi", "bash", "bat", "bin", "bmp", "bz2", "c", "cc", "cfg", "class", "conf", "cpp", "cs", "css", "csv",
    "db", "deb", "dll", "doc", "docx", "env", "exe", "flac", "gif", "git", "go", "gz", "h", "hpp", "htm", "html",
    "ico", "ini", "ipynb", "iso", "jar", "java", "jpeg", "jpg", "js", "json", "jsonl", "jsx", "kt", "lock", "log",
    "lua", "m4a", "md", "mjs", "mkv", "mov", "mp3", "mp4", "mpeg", "odt", "ogg", "onnx", "otf", "pdf", "php", "pl",
    "png", "ppt", "pptx", "ps1", "psd", "py", "pyc", "rb", "rpm", "rs", "rst", "rtf", "scss", "sh", "so", "sql", "srt",
    "svg", "swift", "tar", "tex", "tgz", "tiff", "toml", "ts", "tsv", "tsx", "ttf", "txt", "vtt", "vue", "wasm", "wav",
    "webm", "webp", "woff", "woff2", "xls", "xlsx", "xml", "xz", "yaml", "yml", "zip", "zsh", "zst",
];
/// Top-level domains of addresses without a scheme.
const DOMAINS: &[&str] = &[
    "com", "org", "net", "edu", "gov", "io", "dev", "co", "uk", "de", "fr", "eu", "info", "biz", "us", "ca", "au",
    "tv", "me", "ai", "app", "ch", "at", "nl", "it", "es", "jp", "cn", "in", "br", "ru", "se", "no", "xyz", "tech",
    "cloud", "gg", "ly", "rs", "sh",
];
/// Extensions of two letters that are spelled, although some of them are words.
const SPELLED_EXTENSIONS: &[&str] =
    &["ai", "at", "cs", "db", "de", "eu", "in", "io", "it", "md", "py", "rb", "rs", "sh", "ts", "tv", "uk", "us"];
const CLOSING: &[char] =
    &['.', ',', ';', ':', '!', '?', ')', ']', '}', '"', '\'', '”', '’', '…', '»', '>', '*', '`', '—', '–'];

/// The text up to the next white space, without closing punctuation; a bracket that opens inside it stays.
fn core<'a>(position: &TextPosition<'a>) -> &'a str {
    let chunk = position.chunk();
    let chunk = chunk.split(['—', '…', '"', '“', '”', '<', '>', '|']).next().unwrap_or(chunk);
    let mut core = chunk.trim_end_matches(CLOSING);
    if chunk[core.len()..].starts_with(')') && core.contains('(') {
        core = &chunk[..=core.len()];
    }
    match core.strip_suffix("'s").or_else(|| core.strip_suffix("’s")) {
        Some(stem) => stem,
        None => core,
    }
}

/// A web address: https://example.com/path, www.example.com, example.com
pub(super) fn address(position: &TextPosition) -> Option<RuleMatch> {
    let core = core(position);
    if let Some(scheme) = pattern!(r"(?:https?|ftp|file|ssh|git|s3)://").find(core).map(|found| found.len()) {
        return Some(say_address(position, core, scheme));
    }
    let host = core.split(['/', ':', '?', '#']).next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    let last = labels.last()?.to_lowercase();
    let sound = labels.len() > 1
        && labels.iter().all(|l| !l.is_empty() && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
    let is_host = host.starts_with("www.")
        || (DOMAINS.contains(&last.as_str()) && (!EXTENSIONS.contains(&last.as_str()) || labels.len() > 2));
    // "Stop.No" is a typing error, "U.S" an abbreviation.
    let real = labels.iter().all(|l| l.len() > 1) || host.len() > 6;
    (sound
        && is_host
        && real
        && !host.starts_with(|c: char| c.is_uppercase() && labels[1].starts_with(char::is_uppercase)))
    .then(|| say_address(position, core, 0))
}

/// A host and its port: localhost:8080
pub(super) fn host_and_port(position: &TextPosition) -> Option<RuleMatch> {
    let core = core(position);
    let found = pattern!(r"([a-z][a-z0-9-]*):(\d{2,5})").captures(core)?;
    (found[0].len() == core.len()).then(|| {
        let rule_match = RuleMatch::new(core.len())
            .all(spelling::name_items(&found[1], position.accent))
            .at_offset(found[1].len() + 1);
        rule_match.words("port").words(&position.number_style().identifier(&found[2]))
    })
}

/// An e-mail address: a.b@example.com
pub(super) fn email(position: &TextPosition) -> Option<RuleMatch> {
    let core = core(position).trim_start_matches("mailto:");
    let found = pattern!(r"[A-Za-z0-9][\w.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+").captures(core)?;
    (found[0].len() == core.len()).then(|| say_address(position, core, position.chunk().find(core).unwrap_or(0)))
}

/// A file name or a path: video.yaml, src/main.rs, .gitignore, /usr/bin, ~/x, ../y, C:\x
pub(super) fn file(position: &TextPosition) -> Option<RuleMatch> {
    let core = core(position);
    if core.len() < 2
        || !core.chars().all(|c| c.is_alphanumeric() || "./\\_-~+*:@()".contains(c))
        || !core.contains(char::is_alphabetic)
    {
        return None;
    }
    let name = core.rsplit(['/', '\\']).next().unwrap_or(core);
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, ""));
    let known_end =
        EXTENSIONS.contains(&end.to_lowercase().as_str()) && !end.contains(char::is_uppercase) | is_shouted(name);
    let dot_file = name.len() > 2 && stem.is_empty() && end.len() > 2 && end.starts_with(char::is_lowercase);
    let rooted = ["/", "./", "../", "~/", "\\"].iter().any(|root| core.starts_with(root)) && core.len() > 2;
    let deep = core.matches(['/', '\\']).count() > 1 || core.ends_with('/') || core.contains(":\\");
    let is_file =
        (known_end && !(stem.is_empty() && end.len() < 2)) || dot_file || rooted || (deep && !core.contains("//"));
    is_file.then(|| say_address(position, core, 0))
}

fn is_shouted(name: &str) -> bool {
    !name.contains(char::is_lowercase)
}

/// A command-line flag: --release, -j2
pub(super) fn flag(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"(--?)[A-Za-z][\w-]*(?:=\S+)?").captures(position.rest())?;
    if position.char_before().is_some_and(|c| !c.is_whitespace() && !"(`\"'“[".contains(c)) {
        return None;
    }
    let core = found[0].trim_end_matches(CLOSING);
    let dashes = found[1].len();
    let mut rule_match = RuleMatch::new(core.len()).words(if dashes == 2 { "dash dash" } else { "dash" });
    for (at, piece) in pieces(&core[dashes..]) {
        rule_match = match_with_piece(rule_match.at_offset(dashes + at), piece, position, "-");
    }
    Some(rule_match)
}

/// An identifier in code, read without its signs: max_len, foo::bar, main(), snake_case
pub(super) fn code(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"[A-Za-z_]\w*(?:(?:::|\.|->)[A-Za-z_]\w*)*(\(\))?").captures(position.rest())?;
    let written = found[0].trim_end_matches('_');
    let joined = written.contains('_') || written.contains("::") || found.get(1).is_some();
    if !joined || !written.contains(char::is_alphanumeric) {
        return None;
    }
    let mut rule_match = RuleMatch::new(written.len());
    for (at, piece) in pieces(written) {
        rule_match = match_with_piece(rule_match.at_offset(at), piece, position, "_:()>");
    }
    Some(rule_match)
}

/// Reads all of `core` from the byte `from` on, including its signs.
fn say_address(position: &TextPosition, core: &str, from: usize) -> RuleMatch {
    let mut rule_match = RuleMatch::new(position.chunk().find(core).unwrap_or(0) + core.len());
    for (at, piece) in pieces(&core[from..]) {
        rule_match = match_with_piece(rule_match.at_offset(from + at), piece, position, "");
    }
    rule_match
}

/// Splits `text` into runs of letters and digits and single signs, each with its first byte.
fn pieces(text: &str) -> Vec<(usize, &str)> {
    let mut pieces = Vec::new();
    let mut from = 0;
    for (at, c) in text.char_indices().filter(|(_, c)| !c.is_alphanumeric()) {
        pieces.push((from, &text[from..at]));
        pieces.push((at, &text[at..at + c.len_utf8()]));
        from = at + c.len_utf8();
    }
    pieces.push((from, &text[from..]));
    pieces.retain(|(_, piece)| !piece.is_empty());
    pieces
}

fn match_with_piece(rule_match: RuleMatch, piece: &str, position: &TextPosition, silent: &str) -> RuleMatch {
    let sign = piece.chars().next().filter(|c| !c.is_alphanumeric());
    let after_dot = rule_match.parts.last().is_some_and(|(_, item)| *item == SpokenItem::Word("dot".to_owned()));
    match sign {
        Some(sign) if silent.contains(sign) => rule_match,
        Some(sign) => rule_match.words(sign_name(sign)),
        None if piece.len() == 1 && piece.starts_with(|c: char| c.is_ascii_alphabetic()) => rule_match.letters(piece),
        None if piece == "com" || piece == "org" => rule_match.words(piece),
        None if after_dot && SPELLED_EXTENSIONS.contains(&piece) => rule_match.letters(piece),
        None if after_dot && piece.len() <= 3 && EXTENSIONS.contains(&piece) => extension(rule_match, piece, position),
        None => rule_match.all(spelling::name_items(piece, position.accent)),
    }
}

/// An extension of at most three letters: read as a word if it is listed as one, otherwise spelled.
fn extension(rule_match: RuleMatch, piece: &str, position: &TextPosition) -> RuleMatch {
    const WORDS: &[&str] =
        &["go", "bin", "zip", "jar", "tar", "log", "env", "lua", "deb", "git", "so", "doc", "tex", "ini", "bat", "iso"];
    let listed = spelling::name_items(piece, position.accent);
    if WORDS.contains(&piece) {
        return rule_match.words(piece);
    }
    match listed.as_slice() {
        [SpokenItem::Word(word)] if word == piece => rule_match.letters(piece),
        _ => rule_match.all(listed),
    }
}

fn sign_name(sign: char) -> &'static str {
    match sign {
        '.' => "dot",
        '/' => "slash",
        '\\' => "backslash",
        '-' => "dash",
        '_' => "underscore",
        '@' => "at",
        ':' => "colon",
        '?' => "question mark",
        '=' => "equals",
        '&' => "and",
        '#' => "hash",
        '%' => "percent",
        '+' => "plus",
        '~' => "tilde",
        '*' => "star",
        _ => "",
    }
}
