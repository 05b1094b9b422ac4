//! `t2v diff`: which scenes of a film differ between two revisions, or two builds.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::Args;

use serde_json::{Value, json};

use crate::action::Action;
use crate::cache::Cache;
use crate::diag::{Diagnostic, printable};
use crate::digest::Key;
use crate::engine::key_changes;
use crate::event::{KeyChange, SceneSummary};
use crate::report::diff::{DiffSide, FilmDiff, SceneDiff, html, markdown, text};
use crate::report::{BuildHistory, builds, why};
use crate::session::{BuildRequest, Session, SessionError, SessionOptions, artifacts};

use super::console::Console;
use super::{CommandResult, CommandStatus, log, spec_file};

#[derive(Args)]
#[command(after_help = "\
A version is a git revision, `.` for the files as they are now, or a build that `t2v log --list` shows (its id, its number, or `latest`). \
Of a revision only what is said and a still of each scene are made, nothing is encoded. What differs is printed as text to a terminal, \
and as Markdown into a file or a pipe.

Examples:
  t2v diff main                       what changed since main
  t2v diff HEAD~1 HEAD --html d.html  the last commit, with pictures side by side
  t2v diff 2 1                        the last build against the one before
  t2v diff main --exit-code           exit code 1 if a scene differs")]
pub struct DiffArgs {
    /// The first version: a build, a git revision, or `.`
    before: String,
    /// The second version, which is compared with the first
    #[arg(default_value = ".")]
    after: String,
    /// The spec, or a script (.md, .txt) [default: video.yaml here, or in the nearest folder above]
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// Which of the spec's variants [default: the first]
    #[arg(long, value_name = "NAME")]
    variant: Option<String>,
    /// Write a page with pictures of both versions
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Print Markdown to a terminal, too
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    /// Print the differences as JSON
    #[arg(long)]
    json: bool,
    /// End with exit code 1 if a scene differs
    #[arg(long)]
    exit_code: bool,
}

impl DiffArgs {
    pub fn run(self, console: Console) -> CommandResult {
        let file = spec_file::find(self.spec.as_deref(), console)?;
        let request = BuildRequest { variant: self.variant.clone(), ..BuildRequest::new(file) };
        let session = Session::open(&request.project(), SessionOptions::from_environment()?);
        let versions = VersionSource { request, session: &session, console };
        let before = versions.scenes(&self.before)?;
        let after = versions.scenes(&self.after)?;
        let diff = compare(session.cache()?, (&self.before, &before), (&self.after, &after));
        console.print(&self.shown(&diff));
        if let Some(path) = &self.html {
            fs::write(path, html(&diff)).map_err(|error| {
                SessionError::machine(Diagnostic::error(format!("`{}` can't be written: {error}", path.display())))
            })?;
        }
        let differs = self.exit_code && !diff.differences.is_empty();
        Ok(if differs { CommandStatus::Failed } else { CommandStatus::Done })
    }

    /// The comparison as the user wants it on standard output.
    fn shown(&self, diff: &FilmDiff) -> String {
        if self.json {
            diff_json(diff).to_string() + "\n"
        } else if self.markdown || !io::stdout().is_terminal() {
            markdown(diff)
        } else {
            text(diff)
        }
    }
}

/// A comparison for programs, without pictures.
fn diff_json(diff: &FilmDiff) -> Value {
    let scenes: Vec<Value> = diff.differences.iter().map(scene_json).collect();
    json!({
        "before": { "version": diff.before, "seconds": diff.seconds.0 },
        "after": { "version": diff.after, "seconds": diff.seconds.1 },
        "same": diff.same,
        "scenes": scenes,
    })
}

fn scene_json(scene: &SceneDiff) -> Value {
    let [before, after] = [&scene.before, &scene.after]
        .map(|side| side.as_ref().and_then(|side| side.times).map(|(from, to)| [from, to]));
    let change = match (&scene.before, &scene.after) {
        (None, _) => "new",
        (_, None) => "removed",
        _ => "changed",
    };
    json!({
        "id": scene.id,
        "title": scene.title,
        "change": change,
        "before": before,
        "after": after,
        "reasons": scene.reasons,
    })
}

/// Where versions of a film come from.
struct VersionSource<'a> {
    request: BuildRequest,
    session: &'a Session,
    console: Console,
}

impl VersionSource<'_> {
    /// The scenes of the version that the user names.
    fn scenes(&self, version: &str) -> Result<Vec<SceneSummary>, SessionError> {
        if version == "." {
            return self.preview(&self.request);
        }
        match self.scenes_of_build(version) {
            Some(scenes) => Ok(scenes),
            None => self.scenes_of_revision(version),
        }
    }

    fn preview(&self, request: &BuildRequest) -> Result<Vec<SceneSummary>, SessionError> {
        self.session.preview(&self.console.load(self.session, request)?)
    }

    /// The scenes of an earlier build, if there is one of this name and its log holds them.
    fn scenes_of_build(&self, which: &str) -> Option<Vec<SceneSummary>> {
        let logs = builds::list(self.session.project()).ok()?;
        let contents = builds::read(log::find(&logs, which)?).ok()?;
        Some(BuildHistory::of(&contents.events).scenes).filter(|scenes| !scenes.is_empty())
    }

    /// The scenes of a git revision, from a copy of its files in a folder that goes away.
    fn scenes_of_revision(&self, revision: &str) -> Result<Vec<SceneSummary>, SessionError> {
        let folder =
            tempfile::tempdir().map_err(|error| SessionError::machine(Diagnostic::error(error.to_string())))?;
        let project = checkout(self.session.project(), revision, folder.path()).map_err(SessionError::request)?;
        let file = project.join(self.request.file.file_name().unwrap_or_default());
        self.preview(&BuildRequest { file, ..self.request.clone() })
    }
}

/// Copies what a revision has of the project to a folder below `folder` by way of an index of its own: neither the
/// repository's index nor its working tree is touched. Returns the project's folder there.
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
    crate::process::hide_credentials(&mut command);
    let mut child = command.spawn().map_err(|e| git_error(e).help("t2v diff needs git for revisions"))?;
    let stdin = child.stdin.take();
    let output = std::thread::scope(|scope| {
        scope.spawn(|| stdin.map(|mut pipe| pipe.write_all(input)));
        child.wait_with_output()
    });
    let output = output.map_err(git_error)?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(git_error(String::from_utf8_lossy(&output.stderr).trim()))
    }
}

fn git_error(why: impl std::fmt::Display) -> Diagnostic {
    Diagnostic::error(format!("git can't be asked: {why}"))
}

fn compare(cache: &Cache, before: (&str, &[SceneSummary]), after: (&str, &[SceneSummary])) -> FilmDiff {
    let ids: BTreeSet<&str> = after.1.iter().map(|scene| scene.id.as_str()).collect();
    let gone = before.1.iter().filter(|scene| !ids.contains(scene.id.as_str()));
    let mut diff = FilmDiff {
        before: before.0.to_owned(),
        after: after.0.to_owned(),
        seconds: (before.1.last().and_then(|scene| scene.to), after.1.last().and_then(|scene| scene.to)),
        ..FilmDiff::default()
    };
    for scene in after.1.iter().chain(gone) {
        let [old, new] = [before.1, after.1].map(|scenes| scenes.iter().find(|own| own.id == scene.id).cloned());
        match (&old, &new) {
            (Some(old), Some(new)) if alike(old, new) => diff.same += 1,
            _ => diff.differences.push(difference(cache, scene, old, new)),
        }
    }
    diff
}

/// Whether all that is seen and heard of a scene is the same.
fn alike(old: &SceneSummary, new: &SceneSummary) -> bool {
    old.keys == new.keys && old.title == new.title
}

fn difference(cache: &Cache, scene: &SceneSummary, old: Option<SceneSummary>, new: Option<SceneSummary>) -> SceneDiff {
    let reasons = match (&old, &new) {
        (Some(old), Some(new)) => reasons(cache, old, new),
        _ => Vec::new(),
    };
    SceneDiff {
        id: scene.id.clone(),
        title: scene.title.clone(),
        before: old.as_ref().map(|scene| diff_side(cache, scene)),
        after: new.as_ref().map(|scene| diff_side(cache, scene)),
        reasons,
    }
}

fn diff_side(cache: &Cache, scene: &SceneSummary) -> DiffSide {
    DiffSide { times: scene.from.zip(scene.to), picture: artifacts::scene_still(scene, cache) }
}

/// In what two versions of a scene differ, in the words of the spec.
fn reasons(cache: &Cache, old: &SceneSummary, new: &SceneSummary) -> Vec<String> {
    let mut reasons = Vec::new();
    let (said, says) = (script(cache, old), script(cache, new));
    if said != says {
        let [before, after] = [&said, &says].map(|text| Some(Value::from(text.as_str()).to_string()));
        let change = KeyChange { part: "params.text".into(), before, after, source: None };
        reasons.extend(why::changes("speech", &[change]));
    } else if let Some(change) = first_difference(cache, old, new, "speech/1") {
        reasons.extend(change);
    }
    let mut seen = first_difference(cache, old, new, "still").unwrap_or_default();
    // Other words make other captions.
    seen.retain(|reason| said == says || !reason.contains("aption"));
    reasons.extend(seen);
    if old.title != new.title {
        let [before, after] = [&old.title, &new.title].map(|title| printable(title.as_deref().unwrap_or("none")));
        reasons.push(format!("`title` changed: {before} → {after}"));
    }
    if reasons.is_empty() {
        let only_transition = differing(old, new).iter().all(|step| step.starts_with("transition"));
        reasons.push(if only_transition { "how it comes in" } else { "its timing" }.to_owned());
    }
    reasons
}

/// The steps whose keys differ, or that only one of them has.
fn differing(old: &SceneSummary, new: &SceneSummary) -> Vec<String> {
    let steps: BTreeSet<&String> = old.keys.keys().chain(new.keys.keys()).collect();
    steps.into_iter().filter(|step| old.keys.get(*step) != new.keys.get(*step)).cloned().collect()
}

fn first_difference(cache: &Cache, old: &SceneSummary, new: &SceneSummary, step: &str) -> Option<Vec<String>> {
    let (before, after) = (action(cache, old, step)?, action(cache, new, step)?);
    let changes = key_changes(&before, &after, &BTreeMap::new());
    Some(why::changes(&after.kind, &changes)).filter(|changes| !changes.is_empty())
}

/// All that is spoken in a scene.
fn script(cache: &Cache, scene: &SceneSummary) -> String {
    let sentences = (1..).map_while(|i| action(cache, scene, &format!("speech/{i}")));
    sentences.filter_map(|action| spoken_text(&action)).collect::<Vec<_>>().join(" ")
}

/// What a step speaks; `None` for a step that speaks nothing.
fn spoken_text(action: &Action) -> Option<String> {
    let text = action.params.get("text").or(action.params.get("script"))?;
    text.as_str().map(str::to_owned)
}

fn action(cache: &Cache, scene: &SceneSummary, step: &str) -> Option<Action> {
    let key: Key = scene.keys.get(step)?.parse().ok()?;
    cache.action(key).ok()?
}
