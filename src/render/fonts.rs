//! The bundled fonts. No others are used, so that every machine draws the same text.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::{Arc, LazyLock};

use parley::FontContext;
use parley::fontique::{Blob, Collection, CollectionOptions, GenericFamily, SourceCache};

/// Font families that a look may name.
pub const FAMILIES: [&str; 6] = ["Inter", "Manrope", "JetBrains Mono", "Source Serif 4", "Nunito", "Barlow Condensed"];
/// The family in place of one that is not bundled.
pub(crate) const DEFAULT_FAMILY: &str = "Inter";
/// The family for emoji and symbols without colour, which the others lack.
pub(crate) const SYMBOL_FAMILY: &str = "Noto Emoji";
/// The family for code; it has box-drawing characters and arrows that the others lack.
pub(crate) const MONO_FAMILY: &str = "JetBrains Mono";

/// The family for coloured emoji.
pub(crate) const EMOJI_FAMILY: &str = "Twemoji Mozilla";

/// Families for scripts that [`FAMILIES`] lack, and the blocks that each one draws.
pub(crate) const SCRIPTS: [(&str, &[RangeInclusive<char>]); 5] = [
    ("Noto Sans Hebrew", &['\u{590}'..='\u{5ff}', '\u{fb1d}'..='\u{fb4f}']),
    (
        "Noto Sans Arabic",
        &[
            '\u{600}'..='\u{6ff}',
            '\u{750}'..='\u{77f}',
            '\u{870}'..='\u{8ff}',
            '\u{fb50}'..='\u{fdff}',
            '\u{fe70}'..='\u{fefc}',
        ],
    ),
    ("Noto Sans Devanagari", &['\u{900}'..='\u{97f}', '\u{a8e0}'..='\u{a8ff}', '\u{1cd0}'..='\u{1cff}']),
    ("Noto Sans Thai", &['\u{e00}'..='\u{e7f}']),
    (
        "Noto Sans CJK SC",
        &[
            '\u{1100}'..='\u{11ff}',
            '\u{2e80}'..='\u{9fff}',
            '\u{a960}'..='\u{a97f}',
            '\u{ac00}'..='\u{d7ff}',
            '\u{f900}'..='\u{faff}',
            '\u{fe30}'..='\u{fe4f}',
            '\u{ff00}'..='\u{ffef}',
            '\u{20000}'..='\u{3ffff}',
        ],
    ),
];

const EMOJI: &[u8] = include_bytes!("../../assets/fonts/Twemoji.ttf");

const FILES: [&[u8]; 24] = [
    include_bytes!("../../assets/fonts/Inter_400Regular.ttf"),
    include_bytes!("../../assets/fonts/Inter_600SemiBold.ttf"),
    include_bytes!("../../assets/fonts/Inter_700Bold.ttf"),
    include_bytes!("../../assets/fonts/Manrope_800ExtraBold.ttf"),
    include_bytes!("../../assets/fonts/NotoEmoji_400Regular.ttf"),
    include_bytes!("../../assets/fonts/JetBrainsMono_400Regular.ttf"),
    include_bytes!("../../assets/fonts/JetBrainsMono_700Bold.ttf"),
    include_bytes!("../../assets/fonts/SourceSerif4_400Regular.ttf"),
    include_bytes!("../../assets/fonts/SourceSerif4_700Bold.ttf"),
    include_bytes!("../../assets/fonts/Nunito_400Regular.ttf"),
    include_bytes!("../../assets/fonts/Nunito_800ExtraBold.ttf"),
    include_bytes!("../../assets/fonts/BarlowCondensed_400Regular.ttf"),
    include_bytes!("../../assets/fonts/BarlowCondensed_700Bold.ttf"),
    include_bytes!("../../assets/fonts/NotoSansHebrew_400Regular.ttf"),
    include_bytes!("../../assets/fonts/NotoSansHebrew_700Bold.ttf"),
    include_bytes!("../../assets/fonts/NotoSansArabic_400Regular.ttf"),
    include_bytes!("../../assets/fonts/NotoSansArabic_700Bold.ttf"),
    include_bytes!("../../assets/fonts/NotoSansDevanagari_400Regular.ttf"),
    include_bytes!("../../assets/fonts/NotoSansDevanagari_700Bold.ttf"),
    include_bytes!("../../assets/fonts/NotoSansThai_400Regular.ttf"),
    include_bytes!("../../assets/fonts/NotoSansThai_700Bold.ttf"),
    include_bytes!("../../assets/fonts/NotoSansCJKsc_400Regular.otf"),
    include_bytes!("../../assets/fonts/NotoSansCJKsc_700Bold.otf"),
    EMOJI,
];

/// BLAKE3 over the length and the bytes of every file; a constant, because hashing all files takes longer than checking
/// that a film is up to date. A test compares it.
const FINGERPRINT: &str = "c937c3878ee6b4e253ea041b593b27910a11f222b1a0c3722f2d609cbdbaebb6";

/// Hash of all bundled fonts, in hexadecimal digits: part of the key of every step that draws text.
pub fn fonts_fingerprint() -> &'static str {
    FINGERPRINT
}

/// The family itself if it is bundled, the default one if not.
pub(crate) fn bundled_family(family: &str) -> &str {
    if FAMILIES.contains(&family) { family } else { DEFAULT_FAMILY }
}

/// Whether the glyphs of a font have colours of their own.
pub(crate) fn has_colours(font: &[u8]) -> bool {
    std::ptr::eq(font.as_ptr(), EMOJI.as_ptr())
}

/// Characters of `text` that no bundled font can draw, each once, in order of code point.
pub fn missing_glyphs(text: &str) -> Vec<char> {
    let wanted: BTreeSet<char> = text.chars().filter(|&c| !is_common(c) && !is_invisible(c)).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let mut context = context();
    let missing = wanted.into_iter().filter(|&c| !fallbacks(c).any(|family| has_glyph(&mut context, family, c)));
    missing.collect()
}

/// Characters that the default family has for certain, so that no font has to be opened for them.
fn is_common(c: char) -> bool {
    matches!(c, '!'..='~' | '¡'..='¬' | '®'..='ň' | 'Ŋ'..='ſ' | 'Α'..='Ρ' | 'Σ'..='Ω' | 'α'..='ω' | 'Ё'..='я' | '–' | '—' | '‘'..='„' | '…' | '€')
}

/// The families of the scripts that `text` is written in, beyond those that a look may name. Where there is CJK
/// punctuation, Latin quotation marks next to it are still Latin.
pub(crate) fn scripts(text: &str) -> impl Iterator<Item = &'static str> {
    let plain = text.bytes().all(|b| b < 0xd6);
    let used = SCRIPTS.iter().filter(move |(_, blocks)| !plain && text.chars().any(|c| is_in_blocks(c, blocks)));
    used.map(|(family, _)| *family)
}

fn is_in_blocks(c: char, blocks: &[RangeInclusive<char>]) -> bool {
    blocks.iter().any(|block| block.contains(&c))
}

/// The families that may draw `c`, whichever one a look names; the likeliest comes first.
fn fallbacks(c: char) -> impl Iterator<Item = &'static str> {
    let script = SCRIPTS.iter().filter(move |(_, blocks)| is_in_blocks(c, blocks));
    let script = script.map(|(family, _)| *family);
    script.chain([DEFAULT_FAMILY, EMOJI_FAMILY, SYMBOL_FAMILY, MONO_FAMILY, SCRIPTS[4].0])
}

fn has_glyph(context: &mut FontContext, family: &str, c: char) -> bool {
    glyph(context, family, c).is_some_and(|glyph| glyph != 0)
}

/// The glyph of `c` in the regular font of a family; 0 stands for a missing one.
fn glyph(context: &mut FontContext, family: &str, c: char) -> Option<u32> {
    let info = context.collection.family_by_name(family)?;
    let font = info.default_font()?;
    let data = font.load(None)?;
    font.charmap_index().charmap(data.as_ref())?.map(c)
}

/// Characters that leave no mark, so no font needs a glyph for them.
fn is_invisible(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// A font context with the bundled fonts and no others.
pub(crate) fn context() -> FontContext {
    static CONTEXT: LazyLock<FontContext> = LazyLock::new(|| {
        let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        for file in FILES {
            collection.register_fonts(Blob::new(Arc::new(file)), None);
        }
        for (generic, name) in [(GenericFamily::SansSerif, DEFAULT_FAMILY), (GenericFamily::Emoji, EMOJI_FAMILY)] {
            let family = collection.family_id(name);
            collection.set_generic_families(generic, family.into_iter());
        }
        FontContext { collection, source_cache: SourceCache::default() }
    });
    CONTEXT.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bundled_families_are_there() {
        let mut fonts = context();
        let mut names: Vec<String> = fonts.collection.family_names().map(str::to_owned).collect();
        names.sort();
        assert_eq!(
            names,
            [
                "Barlow Condensed",
                "Inter",
                "JetBrains Mono",
                "Manrope",
                "Noto Emoji",
                "Noto Sans Arabic",
                "Noto Sans CJK SC",
                "Noto Sans Devanagari",
                "Noto Sans Hebrew",
                "Noto Sans Thai",
                "Nunito",
                "Source Serif 4",
                "Twemoji Mozilla"
            ]
        );
        assert!(FAMILIES.iter().all(|family| names.iter().any(|name| name == family)));
    }

    #[test]
    fn latin_greek_and_cyrillic_are_whole() {
        assert_eq!(
            missing_glyphs("Größe, naïve, Łódź; Ελληνικά; Українська, русский — “quotes” … €"),
            Vec::<char>::new()
        );
        assert_eq!(missing_glyphs("rocket 🚀\u{fe0f} and \u{200b}nothing\n"), Vec::<char>::new());
    }

    #[test]
    fn missing_characters_are_named_once() {
        assert_eq!(missing_glyphs("aᚠb中ᚠאcꦏ"), ['ᚠ', 'ꦏ']);
    }

    #[test]
    fn what_is_common_is_drawn() {
        let mut context = context();
        let common: Vec<char> = ('!'..='\u{ffff}').filter(|&c| is_common(c)).collect();
        assert!(common.len() > 400);
        let missing: Vec<&char> = common.iter().filter(|&&c| !has_glyph(&mut context, DEFAULT_FAMILY, c)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn the_fingerprint_is_that_of_the_files() {
        let mut hasher = blake3::Hasher::new();
        for file in FILES {
            hasher.update(&(file.len() as u64).to_le_bytes());
            hasher.update(file);
        }
        assert_eq!(hasher.finalize().to_hex().as_str(), fonts_fingerprint());
    }

    #[test]
    fn what_people_write_in_these_scripts_is_drawn() {
        let texts = [
            "السلام عليكم، كيف حالك؟ پنجره گچ ٹ ١٢٣",
            "שָׁלוֹם עולם – „כן”",
            "नमस्ते दुनिया, क्षत्रिय। १२३",
            "สวัสดีชาวโลก ฿ ๑๒๓",
            "这是一部用文本文件制作的影片。「」，！？：；（）《》、…——",
            "這是一部用文字檔案製作的影片。臺灣",
            "映画は小さなテキストから始まる。ｱｲｳ、ー！？〜①",
            "작은 텍스트 파일에서 영화가 시작됩니다.",
            "🎬 👍🏽 🇩🇪 👩‍👩‍👧‍👦 ❤️ 1️⃣ 🏳️‍🌈 ✅ ✔ ★",
        ];
        for text in texts {
            assert_eq!(missing_glyphs(text), Vec::<char>::new(), "{text}");
        }
    }

    #[test]
    fn every_family_draws_the_alphabets() {
        let mut fonts = context();
        for family in FAMILIES {
            let font = fonts.collection.family_by_name(family).unwrap().default_font().unwrap().clone();
            let data = font.load(None).unwrap();
            let map = font.charmap_index();
            let map = map.charmap(data.as_ref()).unwrap();
            // What else a family lacks is drawn in the default one, which has all of it.
            let least = if family == DEFAULT_FAMILY {
                "AaÄßŁąΩλЖжїЄ€“”—"
            } else {
                "AaÄßŁąéÑçŐ€“”—"
            };
            assert!(least.chars().all(|c| map.map(c).is_some_and(|glyph| glyph != 0)), "{family}");
        }
    }
}
