//! Addresses, file names, paths and bits of code.

use super::place::{Place, Reading, What, pattern};
use super::spelling;

/// Ends of names of files.
const EXTENSIONS: &[&str] = &[
    "aac", "avi", "bash", "bat", "bin", "bmp", "bz2", "c", "cc", "cfg", "class", "conf", "cpp", "cs", "css", "csv",
    "db", "deb", "dll", "doc", "docx", "env", "exe", "flac", "gif", "git", "go", "gz", "h", "hpp", "htm", "html",
    "ico", "ini", "ipynb", "iso", "jar", "java", "jpeg", "jpg", "js", "json", "jsonl", "jsx", "kt", "lock", "log",
    "lua", "m4a", "md", "mjs", "mkv", "mov", "mp3", "mp4", "mpeg", "odt", "ogg", "onnx", "otf", "pdf", "php", "pl",
    "png", "ppt", "pptx", "ps1", "psd", "py", "pyc", "rb", "rpm", "rs", "rst", "rtf", "scss", "sh", "so", "sql", "srt",
    "svg", "swift", "tar", "tex", "tgz", "tiff", "toml", "ts", "tsv", "tsx", "ttf", "txt", "vtt", "vue", "wasm", "wav",
    "webm", "webp", "woff", "woff2", "xls", "xlsx", "xml", "xz", "yaml", "yml", "zip", "zsh", "zst",
];
/// Ends of host names that are not also ends of file names in common use.
const DOMAINS: &[&str] = &[
    "com", "org", "net", "edu", "gov", "io", "dev", "co", "uk", "de", "fr", "eu", "info", "biz", "us", "ca", "au",
    "tv", "me", "ai", "app", "ch", "at", "nl", "it", "es", "jp", "cn", "in", "br", "ru", "se", "no", "xyz", "tech",
    "cloud", "gg", "ly", "rs", "sh",
];
/// Ends of two letters that are named, though some of them are words.
const SPELLED_ENDS: &[&str] =
    &["ai", "at", "cs", "db", "de", "eu", "in", "io", "it", "md", "py", "rb", "rs", "sh", "ts", "tv", "uk", "us"];
const CLOSING: &[char] =
    &['.', ',', ';', ':', '!', '?', ')', ']', '}', '"', '\'', '”', '’', '…', '»', '>', '*', '`', '—', '–'];

/// The chunk at `place` without the punctuation that closes it; a bracket that it opens itself stays.
fn core<'a>(place: &Place<'a>) -> &'a str {
    let chunk = place.chunk();
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

/// https://example.com/path, www.example.com, example.com
pub(super) fn address(place: &Place) -> Option<Reading> {
    let core = core(place);
    if let Some(scheme) = pattern!(r"(?:https?|ftp|file|ssh|git|s3)://").find(core).map(|found| found.len()) {
        return Some(spelled_out(place, core, scheme));
    }
    let host = core.split(['/', ':', '?', '#']).next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    let last = labels.last()?.to_lowercase();
    let sound = labels.len() > 1
        && labels.iter().all(|l| !l.is_empty() && l.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'));
    let is_host = host.starts_with("www.")
        || (DOMAINS.contains(&last.as_str()) && (!EXTENSIONS.contains(&last.as_str()) || labels.len() > 2));
    // "Stop.No" is a slip of the pen, "U.S" an abbreviation.
    let real = labels.iter().all(|l| l.len() > 1) || host.len() > 6;
    (sound
        && is_host
        && real
        && !host.starts_with(|c: char| c.is_uppercase() && labels[1].starts_with(char::is_uppercase)))
    .then(|| spelled_out(place, core, 0))
}

/// localhost:8080
pub(super) fn host_and_port(place: &Place) -> Option<Reading> {
    let core = core(place);
    let found = pattern!(r"([a-z][a-z0-9-]*):(\d{2,5})").captures(core)?;
    (found[0].len() == core.len()).then(|| {
        let reading = Reading::new(core.len()).all(spelling::name(&found[1], place.accent)).from(found[1].len() + 1);
        reading.words("port").words(&place.wording().name(&found[2]))
    })
}

/// a.b@example.com
pub(super) fn email(place: &Place) -> Option<Reading> {
    let core = core(place).trim_start_matches("mailto:");
    let found = pattern!(r"[A-Za-z0-9][\w.+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+").captures(core)?;
    (found[0].len() == core.len()).then(|| spelled_out(place, core, place.chunk().find(core).unwrap_or(0)))
}

/// video.yaml, src/main.rs, .gitignore, /usr/bin, ~/x, ../y, C:\x
pub(super) fn file(place: &Place) -> Option<Reading> {
    let core = core(place);
    let allowed = |c: char| c.is_alphanumeric() || "./\\_-~+*:@()".contains(c);
    if core.len() < 2 || !core.chars().all(allowed) || !core.contains(char::is_alphabetic) {
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
    is_file.then(|| spelled_out(place, core, 0))
}

fn is_shouted(name: &str) -> bool {
    !name.contains(char::is_lowercase)
}

/// --release, -j2
pub(super) fn flag(place: &Place) -> Option<Reading> {
    let found = pattern!(r"(--?)[A-Za-z][\w-]*(?:=\S+)?").captures(place.rest())?;
    if place.before().is_some_and(|c| !c.is_whitespace() && !"(`\"'“[".contains(c)) {
        return None;
    }
    let core = found[0].trim_end_matches(CLOSING);
    let dashes = found[1].len();
    let mut reading = Reading::new(core.len()).words(if dashes == 2 { "dash dash" } else { "dash" });
    for (at, piece) in pieces(&core[dashes..]) {
        reading = said_piece(reading.from(dashes + at), piece, place, "-");
    }
    Some(reading)
}

/// max_len, foo::bar, main(), snake_case: words without their joints.
pub(super) fn code(place: &Place) -> Option<Reading> {
    let found = pattern!(r"[A-Za-z_]\w*(?:(?:::|\.|->)[A-Za-z_]\w*)*(\(\))?").captures(place.rest())?;
    let written = found[0].trim_end_matches('_');
    let joined = written.contains('_') || written.contains("::") || found.get(1).is_some();
    if !joined || !written.contains(char::is_alphanumeric) {
        return None;
    }
    let mut reading = Reading::new(written.len());
    for (at, piece) in pieces(written) {
        reading = said_piece(reading.from(at), piece, place, "_:()>");
    }
    Some(reading)
}

/// Says all of `core` from byte `from` on, joints by their names.
fn spelled_out(place: &Place, core: &str, from: usize) -> Reading {
    let mut reading = Reading::new(place.chunk().find(core).unwrap_or(0) + core.len());
    for (at, piece) in pieces(&core[from..]) {
        reading = said_piece(reading.from(from + at), piece, place, "");
    }
    reading
}

/// Runs of letters and digits, and single signs, with their bytes.
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

fn said_piece(reading: Reading, piece: &str, place: &Place, silent: &str) -> Reading {
    let sign = piece.chars().next().filter(|c| !c.is_alphanumeric());
    let after_dot = reading.parts.last().is_some_and(|(_, what)| *what == What::Word("dot".to_owned()));
    match sign {
        Some(sign) if silent.contains(sign) => reading,
        Some(sign) => reading.words(sign_name(sign)),
        None if piece.len() == 1 && piece.starts_with(|c: char| c.is_ascii_alphabetic()) => reading.letters(piece),
        None if piece == "com" || piece == "org" => reading.words(piece),
        None if after_dot && SPELLED_ENDS.contains(&piece) => reading.letters(piece),
        None if after_dot && piece.len() <= 3 && EXTENSIONS.contains(&piece) => extension(reading, piece, place),
        None => reading.all(spelling::name(piece, place.accent)),
    }
}

/// An end of a file name of at most three letters: a word if it is one, letters otherwise.
fn extension(reading: Reading, piece: &str, place: &Place) -> Reading {
    const WORDS: &[&str] =
        &["go", "bin", "zip", "jar", "tar", "log", "env", "lua", "deb", "git", "so", "doc", "tex", "ini", "bat", "iso"];
    let listed = spelling::name(piece, place.accent);
    if WORDS.contains(&piece) {
        return reading.words(piece);
    }
    match listed.as_slice() {
        [What::Word(word)] if word == piece => reading.letters(piece),
        _ => reading.all(listed),
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
