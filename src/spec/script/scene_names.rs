//! Makes scene ids from the words of scenes, so that an edit elsewhere in the script does not change them.

use std::collections::{BTreeMap, BTreeSet};

const MAX_SLUG_WORDS: usize = 5;
const MAX_SLUG_BYTES: usize = 40;

/// Hands out scene names, each of them once.
#[derive(Default)]
pub struct SceneNames {
    taken: BTreeSet<String>,
    /// How often each slug was asked for.
    wanted: BTreeMap<String, usize>,
}

impl SceneNames {
    /// Reserves an id that the script itself gives.
    pub fn reserve(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    /// A new id for a scene with these words.
    pub fn name(&mut self, words: &str) -> String {
        let slug = slug(words);
        let count = self.wanted.entry(slug.clone()).or_default();
        loop {
            *count += 1;
            let name = if *count == 1 { slug.clone() } else { format!("{slug}-{count}") };
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
    }
}

/// The first words in lower case, joined by `-`; a hash of all of them where most letters have no ASCII form.
fn slug(words: &str) -> String {
    let letters = words.chars().filter(|c| c.is_alphabetic()).count();
    let known = words.chars().filter(|c| c.is_alphabetic() && !ascii_letters(*c).is_empty()).count();
    let parts = words.split(|c: char| !c.is_alphanumeric() && !"'’".contains(c));
    let parts = parts.map(|part| part.chars().map(ascii_letters).collect::<String>()).filter(|part| !part.is_empty());
    let mut slug = String::new();
    for part in parts.take(MAX_SLUG_WORDS) {
        if slug.len() + part.len() > MAX_SLUG_BYTES && !slug.is_empty() {
            break;
        }
        let gap = if slug.is_empty() { "" } else { "-" };
        slug = format!("{slug}{gap}{}", &part[..part.len().min(MAX_SLUG_BYTES)]);
    }
    if slug.is_empty() || known * 2 < letters {
        format!("s-{}", &blake3::hash(words.as_bytes()).to_hex()[..8])
    } else {
        slug
    }
}

/// The letter or digit in ASCII, without diacritics; empty if it has no such form.
fn ascii_letters(c: char) -> &'static str {
    const ASCII: &str = "0123456789abcdefghijklmnopqrstuvwxyz";
    let small = c.to_lowercase().next().unwrap_or(c);
    if let Some(at) = ASCII.find(small) {
        return &ASCII[at..=at];
    }
    match small {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => "e",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ø' | 'ō' | 'ő' => "o",
        'ö' | 'œ' => "oe",
        'ř' => "r",
        'ß' => "ss",
        'ś' | 'š' | 'ş' => "s",
        'ť' | 'ţ' => "t",
        'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ű' => "u",
        'ü' => "ue",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_words() {
        let mut names = SceneNames::default();
        names.reserve("the-end");
        for (words, name) in [
            ("Every video starts as a small text file.", "every-video-starts-as-a"),
            ("Every video starts as a large text file.", "every-video-starts-as-a-2"),
            ("The end", "the-end-2"),
            ("Größe, à la carte: 3.5 kg", "groesse-a-la-carte-3"),
            ("Don't ${product}!", "dont-product"),
            ("Donaudampfschifffahrtsgesellschaftskapitänsmütze und mehr", "donaudampfschifffahrtsgesellschaftskapit"),
        ] {
            assert_eq!(names.name(words), name);
        }
        let odd = names.name("日本語のスクリプト 2");
        assert!(odd.starts_with("s-") && odd.len() == 10, "{odd}");
        assert_ne!(names.name("日本語のスクリプト 2"), odd);
    }
}
