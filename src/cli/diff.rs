//! `t2v diff`: which scenes of a film differ between two revisions, or two builds.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;

use crate::action::Action;
use crate::diag::{Diagnostic, printable};
use crate::digest::Key;
use crate::engine::changes;
use crate::event::{Change, Scene};
use crate::report::diff::{Comparison, Difference, Side, html, text};
use crate::report::{Build, Screen, builds, why};

use super::making::{Bench, What};
use super::{Exit, aftermath, complain, log, say};

#[derive(Args)]
#[command(after_help = "\
A version is a git revision, `.` for the files as they are now, or a build that `t2v log --list` shows (its id, its
number, or `latest`). Of a revision only what is said and a still of each scene are made, nothing is encoded.

Examples:
  t2v diff main                       what changed since main
  t2v diff HEAD~1 HEAD --html d.html  the last commit, with pictures side by side
  t2v diff 2 1                        the last build against the one before")]
pub struct Diff {
    /// The first version
    before: String,
    /// The second version
    #[arg(default_value = ".")]
    after: String,
    /// The spec, or a script (.md, .txt)
    #[arg(long, value_name = "FILE", default_value = "video.yaml")]
    spec: PathBuf,
    /// Which of the spec's variants [default: the first]
    #[arg(long, value_name = "NAME")]
    variant: Option<String>,
    /// Write a page with pictures of both versions
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

impl Diff {
    pub fn run(self, screen: Screen) -> Exit {
        self.told(screen).unwrap_or_else(|exit| exit)
    }

    fn told(&self, screen: Screen) -> Result<Exit, Exit> {
        let failed = |diagnostic| {
            complain(diagnostic, screen);
            Exit::Failed
        };
        let what = What { file: self.spec.clone(), only: None, draft: false, variant: self.variant.clone() };
        let bench = Bench::open(&what.project()).map_err(failed)?;
        let versions = Versions { what, bench: &bench, screen };
        let (before, after) = (versions.scenes(&self.before)?, versions.scenes(&self.after)?);
        let comparison = compare(&bench, (&self.before, &before), (&self.after, &after));
        say(&text(&comparison));
        if let Some(path) = &self.html {
            let wrong = |e| failed(Diagnostic::error(format!("`{}` can't be written: {e}", path.display())));
            fs::write(path, html(&comparison)).map_err(wrong)?;
        }
        Ok(Exit::Done)
    }
}

/// Where versions of a film come from.
struct Versions<'a> {
    what: What,
    bench: &'a Bench,
    screen: Screen,
}

impl Versions<'_> {
    /// The scenes of the version that is called so.
    fn scenes(&self, version: &str) -> Result<Vec<Scene>, Exit> {
        if version == "." {
            return self.bench.previewed(&self.what, self.screen).map(|(_, scenes)| scenes);
        }
        match self.of_build(version) {
            Some(scenes) => Ok(scenes),
            None => self.of_revision(version),
        }
    }

    /// The scenes of an earlier build, if there is one that is called so and whose log tells them.
    fn of_build(&self, which: &str) -> Option<Vec<Scene>> {
        let logs = builds::list(&self.what.project()).ok()?;
        let contents = builds::read(log::find(&logs, which)?).ok()?;
        Some(Build::of(&contents.events).scenes).filter(|scenes| !scenes.is_empty())
    }

    /// The scenes of a git revision, from a copy of its files in a folder that goes away.
    fn of_revision(&self, revision: &str) -> Result<Vec<Scene>, Exit> {
        let failed = |diagnostic| {
            complain(diagnostic, self.screen);
            Exit::Wrong
        };
        let folder = tempfile::tempdir().map_err(|e| failed(Diagnostic::error(e.to_string())))?;
        let project = checkout(&self.what.project(), revision, folder.path()).map_err(failed)?;
        let file = project.join(self.what.file.file_name().unwrap_or_default());
        let what = What { file, ..self.what.clone() };
        self.bench.previewed(&what, self.screen).map(|(_, scenes)| scenes)
    }
}

/// Copies what a revision has of the project to below `folder`, by way of an index of its own: neither the repository's index nor
/// its working tree is touched. Gives the project's folder there.
fn checkout(project: &Path, revision: &str, folder: &Path) -> Result<PathBuf, Diagnostic> {
    let index = folder.join("index");
    let git = |arguments: &[&OsStr], input: &[u8]| run_git(project, &index, arguments, input);
    let word = OsStr::new;
    let commit = format!("{revision}^{{commit}}");
    let commit =
        git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &commit].map(word), b"").map_err(|_| {
            Diagnostic::error(format!("there is neither a build nor a git revision `{revision}`"))
                .help("see `t2v log --list` for builds, `git log` for revisions; `.` means the files as they are")
        })?;
    let prefix = git(&["rev-parse", "--show-prefix"].map(word), b"")?;
    git(&["read-tree", commit.trim()].map(word), b"")?;
    let files = git(&["ls-files", "-z", "--full-name", "."].map(word), b"")?;
    let files_folder = folder.join("files");
    let mut to = std::ffi::OsString::from("--prefix=");
    to.push(files_folder.join(""));
    git(
        &[word("checkout-index"), word("-q"), &to, word("-z"), word("--stdin")],
        files_below(&files, prefix.trim()).as_bytes(),
    )?;
    Ok(files_folder.join(prefix.trim_end_matches('\n')))
}

/// `checkout-index` takes names as seen from the current folder, and writes whole ones.
fn files_below(files: &str, prefix: &str) -> String {
    files.split_terminator('\0').map(|file| format!("{}\0", file.strip_prefix(prefix).unwrap_or(file))).collect()
}

fn run_git(project: &Path, index: &Path, arguments: &[&OsStr], input: &[u8]) -> Result<String, Diagnostic> {
    let mut command = Command::new("git");
    command.arg("-C").arg(project).args(arguments).env("GIT_INDEX_FILE", index);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let wrong = |why: String| Diagnostic::error(format!("git can't be asked: {why}"));
    let mut child = command.spawn().map_err(|e| wrong(e.to_string()).help("t2v diff needs git for revisions"))?;
    let stdin = child.stdin.take();
    let output = std::thread::scope(|scope| {
        scope.spawn(|| stdin.map(|mut pipe| pipe.write_all(input)));
        child.wait_with_output()
    });
    let output = output.map_err(|e| wrong(e.to_string()))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(wrong(String::from_utf8_lossy(&output.stderr).trim().to_owned())),
    }
}

fn compare(bench: &Bench, before: (&str, &[Scene]), after: (&str, &[Scene])) -> Comparison {
    let of = |scenes: &[Scene], id: &str| scenes.iter().find(|scene| scene.id == id).cloned();
    let ids: BTreeSet<&str> = after.1.iter().map(|scene| scene.id.as_str()).collect();
    let gone = before.1.iter().filter(|scene| !ids.contains(scene.id.as_str()));
    let mut comparison = Comparison {
        before: before.0.to_owned(),
        after: after.0.to_owned(),
        seconds: (before.1.last().and_then(|scene| scene.to), after.1.last().and_then(|scene| scene.to)),
        ..Comparison::default()
    };
    for scene in after.1.iter().chain(gone) {
        let (old, new) = (of(before.1, &scene.id), of(after.1, &scene.id));
        match (&old, &new) {
            (Some(old), Some(new)) if alike(old, new) => comparison.same += 1,
            _ => comparison.differences.push(difference(bench, scene, old, new)),
        }
    }
    comparison
}

/// Whether all that is seen and heard of a scene is the same.
fn alike(old: &Scene, new: &Scene) -> bool {
    old.keys == new.keys && old.title == new.title
}

fn difference(bench: &Bench, scene: &Scene, old: Option<Scene>, new: Option<Scene>) -> Difference {
    let side = |scene: &Scene| Side { times: scene.from.zip(scene.to), picture: aftermath::still(scene, &bench.cache) };
    let reasons = match (&old, &new) {
        (Some(old), Some(new)) => reasons(bench, old, new),
        _ => Vec::new(),
    };
    Difference {
        id: scene.id.clone(),
        title: scene.title.clone(),
        before: old.as_ref().map(side),
        after: new.as_ref().map(side),
        reasons,
    }
}

/// In what two versions of a scene differ, in the words of the spec.
fn reasons(bench: &Bench, old: &Scene, new: &Scene) -> Vec<String> {
    let mut reasons = Vec::new();
    let (said, says) = (script(bench, old), script(bench, new));
    if said != says {
        let quoted = |text: &str| Some(serde_json::Value::from(text).to_string());
        let change = Change { part: "params.text".into(), before: quoted(&said), after: quoted(&says), source: None };
        reasons.extend(why::changes("speech", &[change]));
    } else if let Some(change) = first_difference(bench, old, new, "speech/1") {
        reasons.extend(change);
    }
    let no_captions = |reason: &String| !(said != says && reason.contains("aption"));
    reasons.extend(first_difference(bench, old, new, "still").unwrap_or_default().into_iter().filter(no_captions));
    if old.title != new.title {
        let title = |title: &Option<String>| printable(title.as_deref().unwrap_or("none"));
        reasons.push(format!("`title` changed: {} → {}", title(&old.title), title(&new.title)));
    }
    if reasons.is_empty() {
        let only_transition = differing(old, new).iter().all(|step| step.starts_with("transition"));
        reasons.push(if only_transition { "how it comes in" } else { "its timing" }.to_owned());
    }
    reasons
}

/// The steps whose keys differ, or that only one of them has.
fn differing(old: &Scene, new: &Scene) -> Vec<String> {
    let steps: BTreeSet<&String> = old.keys.keys().chain(new.keys.keys()).collect();
    steps.into_iter().filter(|step| old.keys.get(*step) != new.keys.get(*step)).cloned().collect()
}

fn first_difference(bench: &Bench, old: &Scene, new: &Scene, step: &str) -> Option<Vec<String>> {
    let (before, after) = (action(bench, old, step)?, action(bench, new, step)?);
    let changes = changes(&before, &after, &BTreeMap::new());
    Some(why::changes(&after.kind, &changes)).filter(|changes| !changes.is_empty())
}

/// All that is spoken in a scene.
fn script(bench: &Bench, scene: &Scene) -> String {
    let sentences = (1..).map_while(|i| action(bench, scene, &format!("speech/{i}")));
    let text = |action: Action| {
        let text = action.params.get("text").or(action.params.get("script"))?;
        text.as_str().map(str::to_owned)
    };
    sentences.filter_map(text).collect::<Vec<_>>().join(" ")
}

fn action(bench: &Bench, scene: &Scene, step: &str) -> Option<Action> {
    let key: Key = scene.keys.get(step)?.parse().ok()?;
    bench.cache.action(key).ok()?
}
