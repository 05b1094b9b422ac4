//! Classification of characters for typesetting: direction, scripts and emoji.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

/// Whether most letters of `texts` run from right to left.
pub(crate) fn is_rtl<'t>(texts: impl IntoIterator<Item = &'t str>) -> bool {
    let (mut left, mut right) = (0, 0);
    for c in texts.into_iter().flat_map(str::chars) {
        if is_rtl_letter(c) {
            right += 2;
        } else if c.is_alphabetic() {
            left += 1;
        }
    }
    right > left
}

/// Whether any letter of `text` runs from right to left.
pub(crate) fn has_rtl(text: &str) -> bool {
    text.chars().any(is_rtl_letter)
}

/// Hebrew, Arabic, and other scripts that are written from right to left.
fn is_rtl_letter(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
        && c.is_alphabetic()
}

/// Whether this is kana, which only Japanese is written with.
pub(crate) fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{31f0}'..='\u{31ff}' | '\u{ff66}'..='\u{ff9d}')
}

/// Whether a character is as wide as it is high.
pub(crate) fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether letters of this script join or combine, so that tracking would tear words apart.
pub(crate) fn is_joined(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{e00}'..='\u{eff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

/// The ranges of emoji drawn in colour: characters that are emoji by default or by a variation selector, flags,
/// keycaps, and sequences of them.
pub(crate) fn emoji(text: &str) -> Vec<Range<usize>> {
    if text.bytes().all(|b| b < 0xe2) {
        return Vec::new();
    }
    let pieces = text.grapheme_indices(true).filter(|(_, piece)| is_emoji(piece));
    pieces.map(|(at, piece)| at..at + piece.len()).collect()
}

fn is_emoji(grapheme: &str) -> bool {
    let first = grapheme.chars().next().unwrap_or_default();
    (is_picture(first) || grapheme.contains(['\u{fe0f}', '\u{20e3}'])) && !grapheme.contains('\u{fe0e}')
}

/// Whether a character is an emoji by default.
fn is_picture(c: char) -> bool {
    matches!(c, '\u{1f300}'..='\u{1faff}' | '\u{1f1e6}'..='\u{1f1ff}' | '\u{1f004}' | '\u{1f0cf}' | '\u{1f18e}'
        | '\u{1f191}'..='\u{1f19a}' | '\u{1f201}' | '\u{1f21a}' | '\u{1f22f}' | '\u{1f232}'..='\u{1f236}'
        | '\u{1f238}'..='\u{1f23a}' | '\u{1f250}'..='\u{1f251}')
        || "⌚⌛⏩⏪⏫⏬⏰⏳◽◾☔☕♈♉♊♋♌♍♎♏♐♑♒♓♿⚓⚡⚪⚫⚽⚾⛄⛅⛎⛔⛪⛲⛳⛵⛺⛽✅✊✋✨❌❎❓❔❕❗➕➖➗➰➿⬛⬜⭐⭕".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_run_as_most_of_their_letters_do() {
        for text in ["مرحبا بالعالم", "t2v يصنع الأفلام من النص", "שלום", "2024 عام"]
        {
            assert!(is_rtl([text]), "{text}");
        }
        for text in ["Hello", "The word سلام means peace", "2024", "", "日本語"] {
            assert!(!is_rtl([text]), "{text}");
        }
    }

    #[test]
    fn emoji_are_found_whole() {
        let text = "a 👩‍👩‍👧‍👦b 🇩🇪🇫🇷 1️⃣ 1 ✔ ❤️ ❤ ⭐ 👍🏽 ❤︎ — ©";
        let found: Vec<&str> = emoji(text).into_iter().map(|range| &text[range]).collect();
        assert_eq!(found, ["👩‍👩‍👧‍👦", "🇩🇪", "🇫🇷", "1️⃣", "❤️", "⭐", "👍🏽"]);
        assert!(emoji("Größe, naïve").is_empty());
    }
}
