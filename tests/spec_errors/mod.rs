//! Every spec under `cases/` beside the exact report that it gets. `T2V_BLESS=1` writes the reports anew.

use std::fs;
use std::path::{Path, PathBuf};

use t2v::diag::{Report, ReportStyle};
use t2v::spec::{self, LoadOptions};

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec_errors/cases");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|e| e == "yaml")).collect();
    cases.sort();
    cases
}

fn report(case: &Path) -> Report {
    let text = fs::read_to_string(case).unwrap();
    let stem = case.file_stem().unwrap().to_str().unwrap();
    match spec::parse(&text, case.parent().unwrap(), stem, &LoadOptions::default()) {
        Ok(loaded) => loaded.warnings,
        Err(report) => report,
    }
}

#[test]
fn every_case_gets_its_report() {
    let bless = std::env::var_os("T2V_BLESS").is_some();
    let mut wrong = Vec::new();
    for case in cases() {
        let said = report(&case).render(ReportStyle::Plain);
        let expected = case.with_extension("txt");
        if bless {
            fs::write(&expected, &said).unwrap();
        } else if fs::read_to_string(&expected).unwrap_or_default() != said {
            wrong.push(format!("{}\n{said}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "these reports differ from the .txt beside the case:\n{}", wrong.join("\n"));
}

#[test]
fn there_are_many_cases_and_all_but_the_accepted_fail() {
    let cases = cases();
    assert!(cases.len() >= 60, "{}", cases.len());
    for case in cases {
        let accepted = case.file_stem().unwrap().to_str().unwrap().starts_with("accepted");
        assert_eq!(report(&case).errors() == 0, accepted, "{}", case.display());
    }
}

#[test]
fn reports_hold_no_control_characters_in_any_style() {
    let drawn = ReportStyle::Graphical { colour: false, unicode: true, width: 80 };
    for case in cases() {
        let report = report(&case);
        for style in [ReportStyle::Plain, drawn] {
            let said = report.render(style);
            assert!(!said.chars().any(|c| c.is_control() && c != '\n'), "{}: {said:?}", case.display());
        }
    }
}

#[test]
fn the_drawing_marks_the_text_and_says_the_way_out() {
    let case = cases().into_iter().find(|case| case.ends_with("variable-unknown.yaml")).unwrap();
    let drawn = report(&case).render(ReportStyle::Graphical { colour: false, unicode: true, width: 80 });
    let expected = "
  × unknown variable `prodcut`
   ╭─[variable-unknown.yaml:5:7]
 4 │       This is
 5 │       ${prodcut}, see?
   ·       ─────┬────
   ·            ╰── here
   ╰────
  help: did you mean `${product}`?
";
    assert_eq!(drawn.trim(), expected.trim());
}
