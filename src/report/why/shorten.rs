//! Two texts side by side in little space: what both begin with and what follows much later is left out.

use unicode_segmentation::UnicodeSegmentation;

/// Texts up to this long are shown whole, in graphemes …
const WHOLE: usize = 40;
/// … of others so much …
const WINDOW: usize = 32;
/// … with so much at most before the first difference.
const BEFORE: usize = 14;

/// Both texts on one line each, shortened around their first difference.
pub fn around_difference(before: &str, after: &str) -> (String, String) {
    let (before, after) = (one_line(before), one_line(after));
    let (a, b): (Vec<&str>, Vec<&str>) = (before.graphemes(true).collect(), after.graphemes(true).collect());
    let common = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    (window(&a, common), window(&b, common))
}

/// One text on one line, its end left out where it is long.
pub fn beginning(text: &str) -> String {
    let line = one_line(text);
    window(&line.graphemes(true).collect::<Vec<_>>(), 0)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The graphemes around `at`, cut between words where there is a gap near by.
fn window(text: &[&str], at: usize) -> String {
    if text.len() <= WHOLE {
        return text.concat();
    }
    let earliest = at.saturating_sub(BEFORE).min(text.len().saturating_sub(WINDOW));
    let start = (earliest..=at.min(text.len())).find(|&i| i == 0 || text[i - 1] == " ").unwrap_or(earliest);
    let latest = (start + WINDOW).min(text.len());
    let mut ends = (at.max(start) + 1..=latest).rev();
    let end = ends.find(|&i| i == text.len() || text[i] == " ").unwrap_or(latest);
    let (left, right) = (if start > 0 { "…" } else { "" }, if end < text.len() { "…" } else { "" });
    format!("{left}{}{right}", text[start..end].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_stay_and_long_ones_are_cut_between_words() {
        let pair = around_difference;
        assert_eq!(pair("It is fast.", "It is\n instant."), ("It is fast.".into(), "It is instant.".into()));
        let text = "Change one sentence of the script, and only that sentence is spoken again, nothing else.";
        let (a, b) = pair(text, &text.replace("spoken", "said"));
        assert_eq!((a.as_str(), b.as_str()), ("…sentence is spoken again,…", "…sentence is said again, nothing…"));
        let (a, b) = pair(text, "Shorter now.");
        assert_eq!((a.as_str(), b.as_str()), ("Change one sentence of the…", "Shorter now."));
        let (a, b) = pair(text, &format!("{text} Really."));
        assert_eq!((a.as_str(), b.as_str()), ("…is spoken again, nothing else.", "…again, nothing else. Really."));
        assert_eq!(beginning(text), "Change one sentence of the…");
    }

    #[test]
    fn graphemes_are_never_cut() {
        let family = "👩‍👩‍👧";
        let (a, b) = around_difference(&family.repeat(60), &format!("{}x", family.repeat(59)));
        assert!(a.replace(family, "").chars().all(|c| c == '…'), "{a}");
        assert!(b.replace(family, "").chars().all(|c| c == '…' || c == 'x'), "{b}");
    }
}
