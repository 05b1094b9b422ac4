//! What tests of the language have in common: a folder with files that specs may name, and what holds of any report.

use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::LoadedSpec;
use crate::diag::{Report, ReportStyle};

/// The folder of the specs with mistakes, and of the files that they name.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec_errors/cases")
}

/// Checks that what became of `text` is a film, or a report with errors; that all places are in the text; and that the report can be printed.
pub fn check_result(text: &str, result: Result<LoadedSpec, Report>) -> Result<(), TestCaseError> {
    let report = match result {
        Ok(loaded) => loaded.warnings,
        Err(report) => {
            prop_assert!(report.errors() > 0);
            report
        }
    };
    for found in report.diagnostics() {
        if let Some(place) = found.span {
            prop_assert!(place.start <= place.end && text.get(place.start..place.end).is_some(), "{:?}", found);
        }
    }
    for style in [ReportStyle::Plain, ReportStyle::Graphical { colour: false, unicode: true, width: 80 }] {
        prop_assert!(!report.render(style).chars().any(|c| c.is_control() && c != '\n'));
    }
    Ok(())
}
