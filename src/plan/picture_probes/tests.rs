//! Pictures that a step makes: they are looked at by another step, and frames with them are planned and drawn as with a file of the same bytes.

use std::fs;
use std::io::Cursor;
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::super::pictures::{PicturePlan, plan_picture};
use super::*;
use crate::action::{Action, Outcome, Requirements};
use crate::cache::insert_outputs;
use crate::diag::ReportStyle;
use crate::digest::Digest;
use crate::engine::BuildSummary;
use crate::plan::tests::{MakeBelieve, Project};
use crate::plan::{PlanExtent, plan_with};
use crate::remote::{ExecError, Executor, Job, LocalExecutor};
use crate::spec::model::PictureSource;
use crate::spec::{self, LoadOptions};
use crate::work::ActionTemplate;

/// The kind of the step that makes a picture.
const MAKER: &str = "make-picture";
/// The file whose pictures a step makes instead.
const MADE: &str = "made.png";

/// One picture in each way to show one, and the logo and thumbnail of the film.
const FILM: &str = "\
title: Made
output: { size: 320x180 }
logo: made.png
thumbnail: made.png
scenes:
  - { id: one, say: The first picture fills the frame., show: { image: made.png } }
  - { id: two, say: Here are two of them., show: { pictures: [a.png, made.png] }, inset: { image: made.png } }
  - { id: three, say: And one beside text., show: { split: { image: made.png, title: Three } } }
  - { id: four, show: { logo: true } }
";

/// Makes pictures out of these bytes, looks at pictures as a real build does, and makes up everything else.
struct PictureMaker<'a> {
    project: &'a Project,
    bytes: &'a [u8],
    /// The steps that were made up.
    others: Mutex<Vec<Action>>,
}

impl PictureMaker<'_> {
    fn make(&self) -> Result<Outcome, ExecError> {
        let staging = self.project.cache.staging()?;
        fs::write(staging.path().join("picture"), self.bytes).unwrap();
        let outputs = insert_outputs(&self.project.cache, staging.path(), &["picture".to_owned()])?;
        Ok(Outcome::computed(outputs, 1))
    }
}

impl Executor for PictureMaker<'_> {
    fn run(&self, action: &Action, job: &Job) -> Result<Outcome, ExecError> {
        match action.kind.as_str() {
            MAKER => self.make(),
            "probe-picture" => LocalExecutor::new(&self.project.cache, &self.project.workshop).run(action, job),
            _ => {
                self.others.lock().unwrap().push(action.clone());
                MakeBelieve(&self.project.cache).run(action, job)
            }
        }
    }
}

/// Plans each picture called `made.png` as one that a step makes, the others as they are.
fn plan_made(source: &PictureSource, name: &StepName) -> PicturePlan {
    if source.name() != MADE {
        return plan_picture(source, name);
    }
    let template = ActionTemplate {
        kind: MAKER,
        version: 1,
        params: Arc::new(json!({"prompt": name.as_str()})),
        inputs: BTreeMap::new(),
        tools: Arc::default(),
        requirements: Requirements::default(),
    };
    let work = StepWork::Run(template);
    let maker = PlannedStep { name: name.clone(), span: Some(source.place()), estimated_seconds: 1.0, work };
    PicturePlan { steps: vec![maker], input: InputSource::output(name, "picture"), info: None }
}

/// Builds a film whose pictures called `made.png` consist of `bytes`: what happened, and the steps that ran besides those that make and look
/// at pictures.
fn build_made(project: &Project, film: &str, bytes: &[u8]) -> (BuildSummary, Vec<Action>) {
    let maker = PictureMaker { project, bytes, others: Mutex::default() };
    let workshop = Arc::clone(&project.workshop);
    let (plan, _) = plan_with(project.spec(film), PlanExtent::Film, workshop, vec![], &plan_made);
    let summary = project.run(plan, &maker);
    (summary, maker.others.into_inner().unwrap())
}

fn png(colour: [u8; 3]) -> Vec<u8> {
    let mut png = Cursor::new(Vec::new());
    image::RgbImage::from_pixel(64, 36, image::Rgb(colour)).write_to(&mut png, image::ImageFormat::Png).unwrap();
    png.into_inner()
}

/// A JPEG whose header claims 30,000 × 30,000 pixels.
fn huge_jpeg() -> Vec<u8> {
    let mut jpeg = Cursor::new(Vec::new());
    image::RgbImage::new(16, 16).write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    let mut jpeg = jpeg.into_inner();
    let frame_header = jpeg.windows(2).position(|marker| marker == [0xff, 0xc0]).unwrap();
    jpeg[frame_header + 5..frame_header + 9].copy_from_slice(&[0x75, 0x30, 0x75, 0x30]);
    jpeg
}

fn project_with(made: &[u8]) -> Project {
    let project = Project::new();
    fs::write(project.dir.path().join(MADE), made).unwrap();
    project
}

#[test]
fn a_made_picture_is_drawn_as_a_file_of_the_same_bytes() {
    let bytes = png([1, 2, 3]);
    let project = project_with(&bytes);
    project.build(FILM);
    let (summary, others) = build_made(&project, FILM, &bytes);
    assert!(summary.is_complete(), "{:?}", summary.failures);
    assert!(others.is_empty(), "{others:?}");
    let ran: Vec<&str> = summary.ran.iter().map(|(name, _)| name.as_str()).collect();
    for made in [
        "film/image/logo",
        "film/image/thumbnail",
        "scene:one/image/picture",
        "scene:two/image/picture-2",
        "scene:two/image/inset",
        "scene:three/image/picture-1",
        "scene:four/image/picture",
    ] {
        assert!(ran.contains(&made), "{made} is not in {ran:?}");
    }
    assert!(ran.iter().any(|name| name.ends_with("/probe")), "{ran:?}");
}

#[test]
fn frames_take_a_picture_from_the_step_that_makes_it() {
    let (file, made) = (png([1, 2, 3]), png([200, 100, 0]));
    let project = project_with(&file);
    let (summary, others) = build_made(&project, FILM, &made);
    assert!(summary.is_complete(), "{:?}", summary.failures);
    let drawn = others.iter().filter(|action| ["segment", "still"].contains(&action.kind.as_str()));
    let inputs: Vec<(&str, Digest)> =
        drawn.flat_map(|action| action.inputs.iter().map(|(role, blob)| (role.as_str(), blob.digest))).collect();
    for role in ["picture", "picture-1", "picture-2", "inset", "logo", "from/picture", "from/picture-2", "to/inset"] {
        assert!(inputs.contains(&(role, Digest::of(&made))), "{role} is not in {inputs:?}");
    }
    assert!(inputs.iter().all(|(_, digest)| *digest != Digest::of(&file)), "{inputs:?}");
}

#[test]
fn a_made_picture_that_cannot_be_used_is_told_as_a_file_is() {
    let film = "scenes:\n  - { id: one, say: Hello., show: { image: made.png } }\n  - { id: two, say: Bye. }\n";
    let good = png([1, 2, 3]);
    for bad in [b"{\"error\": \"quota\"}".to_vec(), huge_jpeg(), good[..20].to_vec()] {
        let project = project_with(&bad);
        let loaded = spec::parse(film, project.dir.path(), "film", &LoadOptions::default());
        let report = loaded.expect_err("the file is refused");
        fs::write(project.dir.path().join(MADE), &good).unwrap();
        let (summary, others) = build_made(&project, film, &bad);
        let [failure] = summary.failures.as_slice() else { panic!("{:?}", summary.failures) };
        assert_eq!(failure.diagnostic, report.diagnostics()[0], "{}", report.render(ReportStyle::Plain));
        assert_eq!(failure.step.as_str(), "scene:one/image/picture/check");
        let spoken = others.iter().filter(|action| action.kind == "speech").count();
        // Two pieces of its picture, and its picture in the sheet.
        assert_eq!((others.len(), spoken), (2 + 3, 2), "scene `two` alone is drawn: {others:?}");
    }
}

#[test]
fn a_broken_logo_is_told_once() {
    let project = project_with(&png([1, 2, 3]));
    let film = "logo: made.png\nscenes: [{ say: One. }, { say: Two. }, { say: Three. }]\n";
    let (summary, _) = build_made(&project, film, b"no picture");
    let failed: Vec<&str> = summary.failures.iter().map(|failure| failure.step.as_str()).collect();
    assert_eq!(failed, ["film/image/logo/check"]);
}

#[test]
fn a_preview_makes_no_picture_that_it_does_not_show() {
    let project = project_with(&png([1, 2, 3]));
    let workshop = Arc::clone(&project.workshop);
    let (plan, _) = plan_with(project.spec(FILM), PlanExtent::Preview, workshop, vec![], &plan_made);
    let names: Vec<&str> = plan.iter().map(|step| step.name.as_str()).collect();
    assert!(names.contains(&"film/image/logo") && !names.contains(&"film/image/thumbnail"), "{names:?}");
}

#[test]
fn files_need_no_steps() {
    let project = project_with(&png([1, 2, 3]));
    let (steps, _) = crate::plan::plan(project.spec(FILM), PlanExtent::Film, Arc::clone(&project.workshop), vec![]);
    let added: Vec<&str> = steps.iter().map(|step| step.name.as_str()).filter(|name| name.contains("image/")).collect();
    assert!(added.is_empty(), "{added:?}");
}
