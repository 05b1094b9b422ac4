//! Endings and beginnings that English adds to words, in letters and in phonemes. Knows nothing of sentences.

use super::Accent;
use super::stress::is_vowel;

/// An ending with rules of its own for how it sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// -s, -es, -'s
    S,
    /// -ed, -'d
    Ed,
    /// -ing
    Ing,
    /// Another, with its phonemes in American and in British English.
    Other(&'static str, &'static str),
}

const OTHERS: &[(&str, &str, &str)] = &[
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

/// What can stand before a word, American and British.
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

/// The words that `word` may be a form of, the likeliest first, and the ending that makes it so.
pub(super) fn stems(word: &str) -> Vec<(String, Ending)> {
    let mut stems = Vec::new();
    let mut add = |stem: String, ending| {
        if stem.chars().count() > 1 {
            stems.push((stem, ending));
        }
    };
    if let Some(stem) = word.strip_suffix("'s").or_else(|| word.strip_suffix("s'").filter(|s| !s.is_empty())) {
        let plural = if word.ends_with("s'") { format!("{stem}s") } else { stem.to_owned() };
        let ending = if word.ends_with("s'") { Ending::Other("", "") } else { Ending::S };
        add(plural, ending);
    }
    if let Some(stem) = word.strip_suffix('s').filter(|stem| !stem.ends_with(['s', '\''])) {
        add(stem.to_owned(), Ending::S);
        if let Some(y) = stem.strip_suffix("ie") {
            add(format!("{y}y"), Ending::S);
        }
        if let Some(short) = stem.strip_suffix('e') {
            add(short.to_owned(), Ending::S);
        }
    }
    for (suffix, ending) in [("ed", Ending::Ed), ("ing", Ending::Ing)] {
        if let Some(stem) = word.strip_suffix(suffix).filter(|stem| stem.chars().any(|c| "aeiouy".contains(c))) {
            add(stem.to_owned(), ending);
            add(format!("{stem}e"), ending);
            if let Some(single) = undoubled(stem) {
                add(single.to_owned(), ending);
            }
            if let Some(y) = stem.strip_suffix('i').filter(|_| ending == Ending::Ed) {
                add(format!("{y}y"), ending);
            }
        }
    }
    for (suffix, american, british) in OTHERS {
        let Some(stem) = word.strip_suffix(suffix).filter(|stem| stem.chars().count() > 2 || suffix.contains('\''))
        else {
            continue;
        };
        let ending = Ending::Other(american, british);
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

/// "stopp" as "stop".
fn undoubled(stem: &str) -> Option<&str> {
    let mut chars = stem.chars().rev();
    let (last, before) = (chars.next()?, chars.next()?);
    (last == before && "bcdgklmnprstvxz".contains(last)).then(|| &stem[..stem.len() - last.len_utf8()])
}

impl Ending {
    /// The phonemes of `stem` with this ending.
    pub(super) fn added(self, stem: &str, accent: Accent) -> String {
        match self {
            Ending::S => s(stem, accent),
            Ending::Ed => ed(stem, accent),
            Ending::Ing => format!("{}ɪŋ", before_vowel(stem, accent)),
            Ending::Other(american, british) => {
                let ending = if accent == Accent::American { american } else { british };
                match ending.chars().find(|c| !"ˈˌ".contains(*c)).is_some_and(is_vowel) {
                    true => format!("{}{ending}", before_vowel(stem, accent)),
                    false => format!("{stem}{ending}"),
                }
            }
        }
    }
}

/// The end of a word before a vowel: American t between vowels is a flap, British r comes back.
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
pub(super) fn s(stem: &str, accent: Accent) -> String {
    let vowel = if accent == Accent::American { 'ᵻ' } else { 'ɪ' };
    match stem.chars().next_back() {
        Some('p' | 't' | 'k' | 'f' | 'θ') => format!("{stem}s"),
        Some('s' | 'z' | 'ʃ' | 'ʒ' | 'ʧ' | 'ʤ') => format!("{stem}{vowel}z"),
        _ => format!("{stem}z"),
    }
}

fn ed(stem: &str, accent: Accent) -> String {
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
        assert_eq!((s("kˈæt", us), s("dˈɔɡ", us), s("bˈʌs", us)), ("kˈæts".into(), "dˈɔɡz".into(), "bˈʌsᵻz".into()));
        assert_eq!(
            (ed("stˈɑp", us), ed("plˈA", us), ed("wˈɔnt", us)),
            ("stˈɑpt".into(), "plˈAd".into(), "wˈɔntᵻd".into())
        );
        assert_eq!((ed("hˈit", us), ed("hˈiːt", Accent::British)), ("hˈiTᵻd".into(), "hˈiːtɪd".into()));
        assert_eq!(Ending::Ing.added("mˈɒnɪtə", Accent::British), "mˈɒnɪtəɹɪŋ");
    }

    #[test]
    fn stems_are_found() {
        let has = |word: &str, stem: &str| stems(word).iter().any(|(s, _)| s == stem);
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
