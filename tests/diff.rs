//! `t2v diff` as a user meets it.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::common::Project;

/// Three scenes, none of them spoken.
const FILM: &str = r##"
output: { size: 160x90, quality: draft }
defaults: { length: 1s, transition: cut }
scenes:
  - { id: one, show: { colour: "#204060" } }
  - { id: two, title: First, show: { colour: "#a05020" } }
  - { id: old, show: { colour: "#101010" } }
"##;

const TEXT: &str = "\
HEAD → .: 1 changed, 1 new, 1 removed, 1 the same
3.0 s long, as before
scene `two` at 0:01.0: changed
  `show.colour` changed: #a05020 → #a0c020
  `title` changed: First → Last
scene `new` at 0:02.0: new
scene `old` at 0:02.0: removed
";

const MARKDOWN: &str = "\
### HEAD → .: 1 changed, 1 new, 1 removed, 1 the same

3.0 s long, as before

| scene | | at | what differs |
|---|---|---|---|
| two | changed | 0:01.0 | \\`show.colour\\` changed: \\#a05020 → \\#a0c020<br>\\`title\\` changed: First → Last |
| new | new | 0:02.0 |  |
| old | removed | 0:02.0 |  |
";

/// A film in a git repository, with edits that are not committed.
fn edited() -> Project {
    let project = Project::new(FILM);
    git(&project, &["init", "--quiet"]);
    git(&project, &["add", "video.yaml"]);
    git(&project, &["-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message=film"]);
    project.edit("#a05020", "#a0c020");
    project.edit("First", "Last");
    project.edit("id: old", "id: new");
    project.edit("#101010", "#808080");
    project
}

fn git(project: &Project, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(project.root()).env("HOME", project.root());
    assert!(command.status().unwrap().success(), "{arguments:?}");
}

#[test]
fn a_revision_is_compared_as_text_on_a_terminal_and_as_markdown_in_a_pipe() {
    let project = edited();
    let piped = project.run(&["diff", "HEAD"]).ok();
    assert_eq!((piped.stdout.as_str(), piped.stderr.as_str()), (MARKDOWN, ""));
    assert_eq!(project.run_on_terminal(&["diff", "HEAD"]).ok().stdout, TEXT);
    assert_eq!(project.run_on_terminal(&["diff", "HEAD", "--markdown"]).ok().stdout, MARKDOWN);
    assert!(!project.path("out").exists(), "nothing is built");
}

#[test]
fn a_program_gets_the_scenes_and_an_exit_code() {
    let project = edited();
    let run = project.run(&["diff", "HEAD", "--json", "--exit-code"]);
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""));
    let expected = json!({
        "before": { "version": "HEAD", "seconds": 3.0 },
        "after": { "version": ".", "seconds": 3.0 },
        "same": 1,
        "scenes": [
            {
                "id": "two", "title": "Last", "change": "changed", "before": [1.0, 2.0], "after": [1.0, 2.0],
                "reasons": ["`show.colour` changed: #a05020 → #a0c020", "`title` changed: First → Last"],
            },
            { "id": "new", "title": null, "change": "new", "before": null, "after": [2.0, 3.0], "reasons": [] },
            { "id": "old", "title": null, "change": "removed", "before": [2.0, 3.0], "after": null, "reasons": [] },
        ],
    });
    assert_eq!(serde_json::from_str::<Value>(&run.stdout).unwrap(), expected);
    let same = project.run(&["diff", ".", ".", "--exit-code"]).ok();
    assert_eq!(same.stdout, "### . → .: no scene differs, 3 the same\n\n3.0 s long, as before\n");
}

#[test]
fn a_page_shows_both_versions_of_each_scene_that_differs() {
    let project = edited();
    let run = project.run(&["diff", "HEAD", "--html", "diff.html"]).ok();
    assert_eq!(run.stdout, MARKDOWN);
    let page = fs::read_to_string(project.path("diff.html")).unwrap();
    assert_eq!(page.matches("src=\"data:image/jpeg;base64,").count(), 4, "two of `two`, one of `new` and of `old`");
    for text in ["<title>HEAD → .</title>", "not there before", "no longer there", "`title` changed: First → Last"]
    {
        assert!(page.contains(text), "{text} is missing in {page}");
    }
}

#[test]
fn builds_are_compared_by_number() {
    let project = Project::new(FILM);
    project.build(&[]);
    project.rebuild("#a05020", "#a0c020");
    let expected = "\
### 2 → latest: 1 changed, 2 the same

3.0 s long, as before

| scene | | at | what differs |
|---|---|---|---|
| two | changed | 0:01.0 | \\`show.colour\\` changed: \\#a05020 → \\#a0c020 |
";
    assert_eq!(project.run(&["diff", "2", "latest"]).ok().stdout, expected);
    assert_eq!(
        project.run(&["diff", "latest", "--exit-code"]).ok().stdout.lines().next().unwrap(),
        "### latest → .: no scene differs, 3 the same"
    );
}

#[test]
fn a_comparison_of_what_is_not_there_is_refused() {
    let project = Project::new(FILM);
    let wrong: [(&[&str], i32, &str); 6] = [
        (&[], 2, "the following required arguments were not provided"),
        (&["nothing"], 2, "there is neither a build nor a git revision `nothing` (see `t2v log --list` for builds"),
        (&[".", "--spec", "nowhere.yaml"], 2, "nowhere.yaml"),
        (&[".", "--variant", "tall"], 2, "there is no variant `tall`"),
        (&[".", "--json", "--markdown"], 2, "cannot be used with"),
        (&[".", "--html", "nowhere/diff.html"], 1, "t2v: error: `nowhere/diff.html` can't be written: "),
    ];
    for (arguments, code, told) in wrong {
        let run = project.run(&[&["diff"], arguments].concat());
        assert_eq!(run.code, Some(code), "{run:?}");
        assert!(run.stderr.contains(told), "{run:?}");
    }
}
