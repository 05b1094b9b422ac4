//! The bundled fonts: the only ones there are, so that every machine draws the same text. Knows nothing of layout.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use parley::FontContext;
use parley::fontique::{Blob, Collection, CollectionOptions, GenericFamily, SourceCache};

/// Families that a look may name.
pub const FAMILIES: [&str; 6] = ["Inter", "Manrope", "JetBrains Mono", "Source Serif 4", "Nunito", "Barlow Condensed"];
/// Drawn in place of a family that is not bundled.
pub(crate) const DEFAULT_FAMILY: &str = "Inter";
/// Has what the others lack: emoji and symbols.
pub(crate) const SYMBOL_FAMILY: &str = "Noto Emoji";
/// Every letter of one width, for code; has frames and arrows that the others lack.
pub(crate) const MONO_FAMILY: &str = "JetBrains Mono";

const FILES: [&[u8]; 13] = [
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
];

/// Hash of all bundled fonts: part of the key of every step that draws text.
pub fn fonts_fingerprint() -> [u8; 32] {
    static FINGERPRINT: LazyLock<[u8; 32]> = LazyLock::new(|| {
        let mut hasher = blake3::Hasher::new();
        for file in FILES {
            hasher.update(&(file.len() as u64).to_le_bytes());
            hasher.update(file);
        }
        *hasher.finalize().as_bytes()
    });
    *FINGERPRINT
}

/// Characters of `text` that no bundled font can draw, each once, in order of code point.
pub fn missing_glyphs(text: &str) -> Vec<char> {
    let mut fonts = context();
    let families = [DEFAULT_FAMILY, SYMBOL_FAMILY, MONO_FAMILY];
    let infos: Vec<_> = families.iter().filter_map(|name| fonts.collection.family_by_name(name)).collect();
    let fonts: Vec<_> = infos
        .iter()
        .filter_map(|family| family.default_font())
        .filter_map(|font| Some((font.charmap_index(), font.load(None)?)))
        .collect();
    let charmaps: Vec<_> = fonts.iter().filter_map(|(index, data)| index.charmap(data.as_ref())).collect();
    let drawn = |c: char| charmaps.iter().any(|map| map.map(c).is_some_and(|glyph| glyph != 0));
    let wanted: BTreeSet<char> = text.chars().filter(|&c| !is_invisible(c)).collect();
    wanted.into_iter().filter(|&c| !drawn(c)).collect()
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
        let family = |collection: &mut Collection, name| collection.family_id(name).into_iter().collect::<Vec<_>>();
        let (body, symbols) = (family(&mut collection, DEFAULT_FAMILY), family(&mut collection, SYMBOL_FAMILY));
        collection.set_generic_families(GenericFamily::SansSerif, body.into_iter());
        collection.set_generic_families(GenericFamily::Emoji, symbols.into_iter());
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
            ["Barlow Condensed", "Inter", "JetBrains Mono", "Manrope", "Noto Emoji", "Nunito", "Source Serif 4"]
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
        assert_eq!(missing_glyphs("a中b中אc"), ['א', '中']);
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
