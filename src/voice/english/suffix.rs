//! The suffixes and prefixes of English words, in letters and in phonemes.

use super::accent::Accent;
use super::stress::is_vowel;

/// A suffix, by the rule for its phonemes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Suffix {
    /// One of -s, -es and -'s.
    S,
    /// One of -ed and -'d.
    Ed,
    /// The suffix -ing, which always sounds the same.
    Ing,
    /// A suffix with constant phonemes, in American and in British English.
    Other(&'static str, &'static str),
}

/// Suffixes with constant phonemes, in American and in British English.
const OTHER_SUFFIXES: &[(&str, &str, &str)] = &[
    ("'ll", "əl", "əl"),
    ("'ve", "əv", "əv"),
    ("'re", "əɹ", "ə"),
    ("'d", "d", "d"),
    ("'m", "m", "m"),
    ("n't", "ᵊnt", "ᵊnt"),
    ("ness", "nəs", "nəs"),
    ("less", "ləs", "ləs"),
    ("ful", "fᵊl", "fᵊl"),
    ("ly", "li", "li"),
    ("ers", "əɹz", "əz"),
    ("er", "əɹ", "ə"),
    ("ish", "ɪʃ", "ɪʃ"),
    ("able", "əbᵊl", "əbᵊl"),
    ("ability", "əbˌɪləTi", "əbˌɪlɪti"),
    ("ment", "mənt", "mənt"),
    ("ments", "mənts", "mənts"),
    ("ism", "ˌɪzəm", "ˌɪzᵊm"),
    ("ist", "ɪst", "ɪst"),
    ("ists", "ɪsts", "ɪsts"),
    ("wise", "wˌIz", "wˌIz"),
    ("like", "lˌIk", "lˌIk"),
    ("ship", "ʃˌɪp", "ʃˌɪp"),
    ("free", "fɹˌi", "fɹˌiː"),
    ("proof", "pɹˌuf", "pɹˌuːf"),
    ("ize", "ˌIz", "ˌIz"),
    ("ized", "ˌIzd", "ˌIzd"),
    ("izes", "ˌIzᵻz", "ˌIzɪz"),
    ("izing", "ˌIzɪŋ", "ˌIzɪŋ"),
    ("y", "i", "i"),
];

/// Prefixes and their phonemes in American and in British English.
pub(super) const PREFIXES: &[(&str, &str, &str)] = &[
    ("un", "ˌʌn", "ˌʌn"),
    ("re", "ɹˌi", "ɹˌiː"),
    ("non", "nˌɑn", "nˌɒn"),
    ("pre", "pɹˌi", "pɹˌiː"),
    ("multi", "mˌʌlti", "mˌʌlti"),
    ("micro", "mˌIkɹO", "mˌIkɹQ"),
    ("macro", "mˌækɹO", "mˌakɹQ"),
    ("mini", "mˌɪni", "mˌɪni"),
    ("super", "sˌupəɹ", "sˌuːpə"),
    ("sub", "sˌʌb", "sˌʌb"),
    ("over", "ˌOvəɹ", "ˌQvə"),
    ("under", "ˌʌndəɹ", "ˌʌndə"),
    ("auto", "ˌɔTO", "ˌɔːtQ"),
    ("anti", "ˌænti", "ˌanti"),
    ("inter", "ˌɪntəɹ", "ˌɪntə"),
    ("hyper", "hˌIpəɹ", "hˌIpə"),
    ("mis", "mˌɪs", "mˌɪs"),
    ("dis", "dˌɪs", "dˌɪs"),
    ("de", "dˌi", "dˌiː"),
    ("co", "kˌO", "kˌQ"),
    ("out", "ˌWt", "ˌWt"),
    ("mega", "mˌɛɡə", "mˌɛɡə"),
    ("giga", "ɡˌɪɡə", "ɡˌɪɡə"),
    ("nano", "nˌænO", "nˌanQ"),
    ("meta", "mˌɛTə", "mˌɛtə"),
    ("pseudo", "sˌudO", "sjˌuːdQ"),
];

/// The possible stems of `word`, the most likely first, each with its suffix.
pub(super) fn possible_stems(word: &str) -> Vec<(String, Suffix)> {
    let mut stems = Vec::new();
    let mut add = |stem: String, ending| {
        if stem.chars().count() > 1 {
            stems.push((stem, ending));
        }
    };
    if let Some(stem) = word.strip_suffix("'s").or_else(|| word.strip_suffix("s'").filter(|s| !s.is_empty())) {
        let plural = if word.ends_with("s'") { format!("{stem}s") } else { stem.to_owned() };
        let ending = if word.ends_with("s'") { Suffix::Other("", "") } else { Suffix::S };
        add(plural, ending);
    }
    if let Some(stem) = word.strip_suffix('s').filter(|stem| !stem.ends_with(['s', '\''])) {
        add(stem.to_owned(), Suffix::S);
        if let Some(y) = stem.strip_suffix("ie") {
            add(format!("{y}y"), Suffix::S);
        }
        if let Some(short) = stem.strip_suffix('e') {
            add(short.to_owned(), Suffix::S);
        }
    }
    for (suffix, ending) in [("ed", Suffix::Ed), ("ing", Suffix::Ing)] {
        if let Some(stem) = word.strip_suffix(suffix).filter(|stem| stem.chars().any(|c| "aeiouy".contains(c))) {
            add(stem.to_owned(), ending);
            add(format!("{stem}e"), ending);
            if let Some(single) = undoubled(stem) {
                add(single.to_owned(), ending);
            }
            if let Some(y) = stem.strip_suffix('i').filter(|_| ending == Suffix::Ed) {
                add(format!("{y}y"), ending);
            }
        }
    }
    for (suffix, american, british) in OTHER_SUFFIXES {
        let Some(stem) = word.strip_suffix(suffix).filter(|stem| stem.chars().count() > 2 || suffix.contains('\''))
        else {
            continue;
        };
        let ending = Suffix::Other(american, british);
        add(stem.to_owned(), ending);
        if suffix.starts_with(['a', 'e', 'i', 'y']) {
            add(format!("{stem}e"), ending);
            if let Some(single) = undoubled(stem) {
                add(single.to_owned(), ending);
            }
        }
        if let Some(y) = stem.strip_suffix('i') {
            add(format!("{y}y"), ending);
        }
    }
    stems
}

/// `stem` without the second of two equal consonants at its end: "stop" for "stopp".
fn undoubled(stem: &str) -> Option<&str> {
    let mut chars = stem.chars().rev();
    let (last, before) = (chars.next()?, chars.next()?);
    (last == before && "bcdgklmnprstvxz".contains(last)).then(|| &stem[..stem.len() - last.len_utf8()])
}

impl Suffix {
    /// The phonemes of `stem` with this suffix.
    pub(super) fn applied_to(self, stem: &str, accent: Accent) -> String {
        match self {
            Suffix::S => with_s(stem, accent),
            Suffix::Ed => with_ed(stem, accent),
            Suffix::Ing => format!("{}ɪŋ", before_vowel(stem, accent)),
            Suffix::Other(american, british) => {
                let ending = if accent == Accent::American { american } else { british };
                if ending.chars().find(|c| !"ˈˌ".contains(*c)).is_some_and(is_vowel) {
                    format!("{}{ending}", before_vowel(stem, accent))
                } else {
                    format!("{stem}{ending}")
                }
            }
        }
    }
}

/// `stem` before a vowel: a final t becomes a flap in American English, and a silent r is sounded in British English.
fn before_vowel(stem: &str, accent: Accent) -> String {
    match accent {
        Accent::British if stem.ends_with(['ə', 'ː']) && !stem.ends_with("iː") && !stem.ends_with("uː") => {
            format!("{stem}ɹ")
        }
        Accent::American => flapped(stem),
        Accent::British => stem.to_owned(),
    }
}

fn flapped(stem: &str) -> String {
    let Some(short) = stem.strip_suffix('t') else { return stem.to_owned() };
    match short.chars().next_back() {
        Some(c) if is_vowel(c) || c == 'ɹ' => format!("{short}T"),
        _ => stem.to_owned(),
    }
}

/// The phonemes of `stem` with -s.
pub(super) fn with_s(stem: &str, accent: Accent) -> String {
    let vowel = if accent == Accent::American { 'ᵻ' } else { 'ɪ' };
    match stem.chars().next_back() {
        Some('p' | 't' | 'k' | 'f' | 'θ') => format!("{stem}s"),
        Some('s' | 'z' | 'ʃ' | 'ʒ' | 'ʧ' | 'ʤ') => format!("{stem}{vowel}z"),
        _ => format!("{stem}z"),
    }
}

fn with_ed(stem: &str, accent: Accent) -> String {
    let vowel = if accent == Accent::American { 'ᵻ' } else { 'ɪ' };
    match stem.chars().next_back() {
        Some('t' | 'd') => format!("{}{vowel}d", before_vowel(stem, accent)),
        Some('p' | 'k' | 'f' | 'θ' | 's' | 'ʃ' | 'ʧ') => format!("{stem}t"),
        _ => format!("{stem}d"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_sound_as_what_is_before_them_wants() {
        let us = Accent::American;
        assert_eq!(
            (with_s("kˈæt", us), with_s("dˈɔɡ", us), with_s("bˈʌs", us)),
            ("kˈæts".into(), "dˈɔɡz".into(), "bˈʌsᵻz".into())
        );
        assert_eq!(
            (with_ed("stˈɑp", us), with_ed("plˈA", us), with_ed("wˈɔnt", us)),
            ("stˈɑpt".into(), "plˈAd".into(), "wˈɔntᵻd".into())
        );
        assert_eq!((with_ed("hˈit", us), with_ed("hˈiːt", Accent::British)), ("hˈiTᵻd".into(), "hˈiːtɪd".into()));
        assert_eq!(Suffix::Ing.applied_to("mˈɒnɪtə", Accent::British), "mˈɒnɪtəɹɪŋ");
    }

    #[test]
    fn stems_are_found() {
        let has = |word: &str, stem: &str| possible_stems(word).iter().any(|(s, _)| s == stem);
        for (word, stem) in [
            ("cats", "cat"),
            ("flies", "fly"),
            ("boxes", "box"),
            ("stopped", "stop"),
            ("baked", "bake"),
            ("tried", "try"),
            ("making", "make"),
            ("cat's", "cat"),
            ("dogs'", "dogs"),
        ] {
            assert!(has(word, stem), "{word} {stem}");
        }
    }
}
