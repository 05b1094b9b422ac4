//! The files that `docs/architecture.md` and `docs/engine.md` name exist, so that a moved file is moved in them, too.

use std::fs;
use std::path::Path;

/// Where a path in those documents may begin: at the root, or in `src/` as the tables of modules have it.
const ROOTS: [&str; 2] = ["", "src"];

/// What stands between backticks outside of fenced blocks.
fn quoted(text: &str) -> Vec<&str> {
    let prose = text.split("```").step_by(2);
    prose.flat_map(|part| part.split('`').skip(1).step_by(2)).collect()
}

/// Paths have a `/`, or end in the name of a source file; what has spaces is a command, and `~` and `…` stand for other names.
fn is_path(text: &str) -> bool {
    let is_file = [".rs", ".md", ".toml", ".yaml", ".sh"].iter().any(|ending| text.ends_with(ending));
    (text.contains('/') || is_file) && !text.contains([' ', ':', '…', '*', '$', '~', '<', '>', '='])
}

/// The rows of the table under a heading: a path in it may stand in the folder that the row names before it.
fn rows<'t>(document: &'t str, heading: &str) -> Vec<&'t str> {
    let (_, rest) = document.split_once(heading).expect("the heading is there");
    rest.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|')).collect()
}

/// The paths of a row that are nowhere.
fn missing(row: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folder = String::new();
    let mut missing = Vec::new();
    for path in quoted(row).into_iter().filter(|text| is_path(text)) {
        let places = ROOTS.map(|start| root.join(start).join(path));
        if !places.iter().any(|place| place.exists()) && !root.join("src").join(&folder).join(path).exists() {
            missing.push(path.to_owned());
        }
        if path.ends_with('/') {
            folder = path.to_owned();
        }
    }
    missing
}

/// Checks the table under a heading, which has more than `count` rows.
#[track_caller]
fn assert_files_exist(name: &str, heading: &str, count: usize) {
    let document = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    let rows = rows(&document, heading);
    assert!(rows.len() > count, "{}", rows.len());
    let missing: Vec<String> = rows.iter().flat_map(|row| missing(row)).collect();
    assert!(missing.is_empty(), "{name} names files that do not exist: {missing:#?}");
}

#[test]
fn every_path_in_where_to_change_what_exists() {
    assert_files_exist("docs/architecture.md", "## Where to change what", 25);
}

#[test]
fn every_test_that_the_promises_name_exists() {
    assert_files_exist("docs/engine.md", "## Promises, and how they are tried", 10);
}
