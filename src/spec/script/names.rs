//! Gives scenes names from their words, so that an edit elsewhere leaves them as they are. Knows nothing else of scenes.

use std::collections::{BTreeMap, BTreeSet};

const MOST_WORDS: usize = 5;
const LONGEST: usize = 40;

/// Names, none of them twice.
#[derive(Default)]
pub struct Names {
    taken: BTreeSet<String>,
    /// How often each was wanted.
    wanted: BTreeMap<String, usize>,
}

impl Names {
    /// Keeps a name for who asked for it.
    pub fn take(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    /// A name for a scene of these words.
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

/// The first words in small letters with `-` between; a hash of all where most letters would be lost.
fn slug(words: &str) -> String {
    let letters = words.chars().filter(|c| c.is_alphabetic()).count();
    let known = words.chars().filter(|c| c.is_alphabetic() && !plain(*c).is_empty()).count();
    let parts = words.split(|c: char| !c.is_alphanumeric() && !"'’".contains(c));
    let parts = parts.map(|part| part.chars().map(plain).collect::<String>()).filter(|part| !part.is_empty());
    let mut slug = String::new();
    for part in parts.take(MOST_WORDS) {
        if slug.len() + part.len() > LONGEST && !slug.is_empty() {
            break;
        }
        let gap = if slug.is_empty() { "" } else { "-" };
        slug = format!("{slug}{gap}{}", &part[..part.len().min(LONGEST)]);
    }
    match slug.is_empty() || known * 2 < letters {
        true => format!("s-{}", &blake3::hash(words.as_bytes()).to_hex()[..8]),
        false => slug,
    }
}

/// The letter or digit without its marks, in ASCII; nothing if it has no such form.
fn plain(c: char) -> &'static str {
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
        let mut names = Names::default();
        names.take("the-end");
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
