//! Text inside HTML and SVG. Knows nothing of what it says.

use std::fmt;

use crate::diag::printable;

/// Shows a text so that it is text in an element and in a quoted attribute, whatever it holds: markup is escaped, and so are the controls
/// that XML does not allow.
pub struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in printable(self.0).chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                // No characters in XML, though valid in a string.
                '\u{fffe}' | '\u{ffff}' => f.write_str("\u{fffd}")?,
                c => write!(f, "{c}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_text() {
        let shown = Escaped("<script>alert('x')</script> & \"q\" \u{1b}[0m \u{ffff}").to_string();
        let expected = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;q&quot; \\u{1b}[0m \u{fffd}";
        assert_eq!(shown, expected);
    }
}
