//! Two versions of a film side by side: which scenes differ, and in what; as text for a terminal, as Markdown for a pull request and as a
//! page with pictures.

use std::fmt::Write as _;

use base64::prelude::{BASE64_STANDARD, Engine as _};

use crate::diag::printable;
use crate::human::format_position;

use super::escape::{self, Escaped};

/// A scene as one version has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DiffSide {
    /// Seconds of the film in which it is seen; `None` where that is not known.
    pub times: Option<(f64, f64)>,
    /// A small still of the scene as JPEG.
    pub picture: Option<Vec<u8>>,
}

/// What became of a scene.
#[derive(Clone, Debug, PartialEq)]
pub struct SceneDiff {
    /// The scene's id in the spec.
    pub id: String,
    /// Its title, where it has one.
    pub title: Option<String>,
    /// As the first version has it; `None` where it has no such scene.
    pub before: Option<DiffSide>,
    /// As the second one has it.
    pub after: Option<DiffSide>,
    /// What differs, in words.
    pub reasons: Vec<String>,
}

/// Two versions of a film.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FilmDiff {
    /// What the first version is called.
    pub before: String,
    /// What the second one is called.
    pub after: String,
    /// Lengths of the two films in seconds, where they are known.
    pub seconds: (Option<f64>, Option<f64>),
    /// The scenes that differ, in the order of the second version.
    pub differences: Vec<SceneDiff>,
    /// How many do not.
    pub same: usize,
}

impl SceneDiff {
    fn kind(&self) -> &'static str {
        match (&self.before, &self.after) {
            (None, _) => "new",
            (_, None) => "removed",
            _ => "changed",
        }
    }

    /// Where it begins in the second version, or in the first one if it was removed.
    fn start(&self) -> Option<f64> {
        let side = self.after.as_ref().or(self.before.as_ref())?;
        side.times.map(|(from, _)| from)
    }

    fn name(&self) -> &str {
        self.title.as_deref().filter(|title| !title.is_empty()).unwrap_or(&self.id)
    }
}

impl FilmDiff {
    fn heading(&self) -> String {
        let mut told = Vec::new();
        for kind in ["changed", "new", "removed"] {
            let count = self.differences.iter().filter(|difference| difference.kind() == kind).count();
            told.extend((count > 0).then(|| format!("{count} {kind}")));
        }
        let told = if told.is_empty() { "no scene differs".to_owned() } else { told.join(", ") };
        format!("{told}, {} the same", self.same)
    }

    fn lengths(&self) -> Option<String> {
        let (before, after) = (self.seconds.0?, self.seconds.1?);
        let change = after - before;
        Some(match change.abs() < 0.05 {
            true => format!("{after:.1} s long, as before"),
            false => format!("{before:.1} s → {after:.1} s ({change:+.1} s)"),
        })
    }
}

/// The comparison as plain text, a paragraph for each scene that differs; safe to print.
pub fn text(comparison: &FilmDiff) -> String {
    let FilmDiff { before, after, differences, .. } = comparison;
    let mut text = format!("{} → {}: {}\n", one_line(before), one_line(after), comparison.heading());
    if let Some(lengths) = comparison.lengths() {
        let _ = writeln!(text, "{lengths}");
    }
    for difference in differences {
        let at = difference.start().map(|from| format!(" at {}", format_position(from))).unwrap_or_default();
        let _ = writeln!(text, "scene `{}`{at}: {}", one_line(&difference.id), difference.kind());
        for reason in &difference.reasons {
            let _ = writeln!(text, "  {}", one_line(reason));
        }
    }
    text
}

/// `text` safe to print, with spaces for its line breaks and tabs.
fn one_line(text: &str) -> String {
    printable(text).replace(['\n', '\t'], " ")
}

/// The comparison in Markdown, a table row for each scene that differs.
pub fn markdown(comparison: &FilmDiff) -> String {
    let FilmDiff { before, after, differences, .. } = comparison;
    let heading = comparison.heading();
    let mut text = format!("### {} → {}: {heading}\n", escape::markdown(before), escape::markdown(after));
    if let Some(lengths) = comparison.lengths() {
        let _ = writeln!(text, "\n{lengths}");
    }
    if !differences.is_empty() {
        text += "\n| scene | | at | what differs |\n|---|---|---|---|\n";
    }
    differences.iter().for_each(|difference| text += &table_row(difference));
    text
}

fn table_row(difference: &SceneDiff) -> String {
    let at = difference.start().map(format_position).unwrap_or_default();
    let reasons: Vec<String> = difference.reasons.iter().map(|reason| escape::markdown(reason)).collect();
    format!("| {} | {} | {at} | {} |\n", escape::markdown(&difference.id), difference.kind(), reasons.join("<br>"))
}

/// The comparison as a page that needs nothing else.
pub fn html(comparison: &FilmDiff) -> String {
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n\
         <title>{} → {}</title>\n<style>\n{}</style>\n</head>\n<body>\n<main>\n<h1>{} → {}</h1>\n<p>{}</p>\n",
        Escaped(&comparison.before),
        Escaped(&comparison.after),
        include_str!("diff.css"),
        Escaped(&comparison.before),
        Escaped(&comparison.after),
        Escaped(&comparison.heading()),
    );
    if let Some(lengths) = comparison.lengths() {
        let _ = writeln!(page, "<p>{}</p>", Escaped(&lengths));
    }
    comparison.differences.iter().for_each(|difference| page += &section(difference));
    page + "</main>\n</body>\n</html>\n"
}

fn section(difference: &SceneDiff) -> String {
    let reasons: String = difference.reasons.iter().map(|reason| format!("<li>{}</li>\n", Escaped(reason))).collect();
    format!(
        "<section class=\"{}\">\n<h2>{} <code>{}</code> <b>{}</b></h2>\n<ul>\n{reasons}</ul>\n<div>\n{}{}</div>\n</section>\n",
        difference.kind(),
        Escaped(difference.name()),
        Escaped(&difference.id),
        difference.kind(),
        figure(difference.before.as_ref(), "not there before"),
        figure(difference.after.as_ref(), "no longer there"),
    )
}

fn figure(side: Option<&DiffSide>, absent: &str) -> String {
    let Some(side) = side else { return format!("<figure><span>{absent}</span></figure>\n") };
    let jpeg = side.picture.as_deref().filter(|bytes| bytes.starts_with(&[0xff, 0xd8, 0xff]));
    let picture = match jpeg {
        Some(bytes) => {
            format!("<img loading=\"lazy\" alt=\"\" src=\"data:image/jpeg;base64,{}\">", BASE64_STANDARD.encode(bytes))
        }
        None => "<span>its picture is no longer in the cache</span>".to_owned(),
    };
    let times =
        side.times.map(|(from, to)| format!("{} – {}, {:.1} s", format_position(from), format_position(to), to - from));
    format!("<figure>{picture}<figcaption>{}</figcaption></figure>\n", times.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comparison() -> FilmDiff {
        let side = |from: f64| DiffSide { times: Some((from, from + 2.0)), picture: Some(vec![0xff, 0xd8, 0xff, 0]) };
        let changed = SceneDiff {
            id: "intro".into(),
            title: Some("<b>".into()),
            before: Some(side(0.0)),
            after: Some(side(0.0)),
            reasons: vec!["`say` changed: \"a|b\" → \"c\"".into()],
        };
        let removed =
            SceneDiff { id: "old".into(), title: None, before: Some(side(2.0)), after: None, reasons: vec![] };
        FilmDiff {
            before: "main".into(),
            after: "now".into(),
            seconds: (Some(4.0), Some(2.5)),
            differences: vec![changed, removed],
            same: 3,
        }
    }

    #[test]
    fn a_pull_request_gets_a_table() {
        let text = markdown(&comparison());
        assert!(
            text.starts_with("### main → now: 1 changed, 1 removed, 3 the same\n\n4.0 s → 2.5 s (-1.5 s)\n"),
            "{text}"
        );
        assert_eq!(text.lines().filter(|line| line.starts_with("| ")).count(), 3, "{text}");
        assert!(!text.contains("a|b"), "a text can't add a column: {text}");
    }

    #[test]
    fn a_terminal_gets_plain_text_that_can_not_steer_it() {
        let mut comparison = comparison();
        comparison.differences[1].reasons.push("`title` changed: a\n\u{1b}[2J → b".into());
        let expected = "\
main → now: 1 changed, 1 removed, 3 the same
4.0 s → 2.5 s (-1.5 s)
scene `intro` at 0:00.0: changed
  `say` changed: \"a|b\" → \"c\"
scene `old` at 0:02.0: removed
  `title` changed: a \\u{1b}[2J → b
";
        assert_eq!(text(&comparison), expected);
    }

    #[test]
    fn the_page_shows_both_pictures_and_no_markup_of_the_project() {
        let page = html(&comparison());
        assert_eq!(page.matches("data:image/jpeg;base64,").count(), 3);
        assert!(page.contains("&lt;b&gt;") && page.contains("no longer there"), "{page}");
    }

    #[test]
    fn nothing_differs() {
        let same = FilmDiff { before: "a".into(), after: "b".into(), same: 2, ..FilmDiff::default() };
        assert_eq!(markdown(&same), "### a → b: no scene differs, 2 the same\n");
        assert_eq!(text(&same), "a → b: no scene differs, 2 the same\n");
    }
}
