//! The pictures of a film: where the bytes of each come from, and what is known of it.
//!
//! A file was looked at when the spec was checked. How pictures that steps make are looked at is in [`picture_probes`](super::picture_probes).

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::diag::Diagnostic;
use crate::spec::model::{DrawnMedia, PictureFault, PictureInfo, PictureSource, Spec, ThumbnailSource};
use crate::work::{InputSource, PlannedStep, StepName};

use super::extent::PlanExtent;
use super::names;

/// The role of the film's own logo, in names.
pub const LOGO: &str = "logo";
/// The role of a thumbnail that is a picture of its own, in names.
pub const THUMBNAIL: &str = "thumbnail";

/// How one picture gets into a plan.
pub struct PicturePlan {
    /// The steps that make it; none for a file.
    pub steps: Vec<PlannedStep>,
    /// Where its bytes come from.
    pub input: InputSource,
    /// What is known of it already; `None` for a picture that one of `steps` makes.
    pub info: Option<PictureInfo>,
}

/// Plans a picture. The name is that of the step that makes it, if there is one.
pub type PicturePlanner = dyn Fn(&PictureSource, &StepName) -> PicturePlan;

/// Plans a picture by its source. A file needs no step, and so no name.
pub fn plan_picture(source: &PictureSource, _: &StepName) -> PicturePlan {
    match source {
        PictureSource::File { file, info } => {
            PicturePlan { steps: Vec::new(), input: InputSource::File(file.path.clone()), info: Some(*info) }
        }
    }
}

/// A picture of the film.
pub struct PlannedPicture {
    /// Where the spec says that it comes from.
    pub source: PictureSource,
    /// Where its bytes come from.
    pub input: InputSource,
    /// Known at once of a file; of a picture that a step makes, once its expansion has run.
    info: OnceLock<PictureInfo>,
}

/// All pictures of a film, by their names.
pub struct FilmPictures(BTreeMap<StepName, PlannedPicture>);

impl FilmPictures {
    /// The pictures of `spec` that are drawn in this extent, and the steps that make those of them that are no files.
    pub fn new(spec: &Spec, extent: PlanExtent, plan_picture: &PicturePlanner) -> (Self, Vec<PlannedStep>) {
        let mut pictures = BTreeMap::new();
        let mut steps = Vec::new();
        for (name, source) in named_pictures(spec, extent) {
            let plan = plan_picture(source, &name);
            steps.extend(plan.steps);
            let info = plan.info.map_or_else(OnceLock::new, OnceLock::from);
            pictures.insert(name, PlannedPicture { source: source.clone(), input: plan.input, info });
        }
        (Self(pictures), steps)
    }

    /// Where the bytes of a picture come from. Only steps that wait for its expansion may ask.
    pub fn input(&self, name: &StepName) -> InputSource {
        let picture = &self.0[name];
        assert!(picture.info.get().is_some(), "an expansion runs after those that it waits for");
        picture.input.clone()
    }

    /// The expansions to wait for before frames with these pictures can be planned: none for files.
    pub fn expansions(&self, names: &[StepName]) -> Vec<StepName> {
        names.iter().filter(|name| self.0[*name].info.get().is_none()).map(names::picture_check).collect()
    }

    /// The pictures of which nothing is known yet, with their names.
    pub fn unknown(&self) -> impl Iterator<Item = (&StepName, &PlannedPicture)> {
        self.0.iter().filter(|(_, picture)| picture.info.get().is_none())
    }

    /// Takes over what the probe of a picture found, and refuses what checking a spec refuses of a file.
    pub fn set_info(&self, name: &StepName, found: Result<PictureInfo, PictureFault>) -> Result<(), Diagnostic> {
        let picture = &self.0[name];
        let info = found.and_then(PictureInfo::check_size).map_err(|fault| picture.source.refusal(&fault))?;
        picture.info.get_or_init(|| info);
        Ok(())
    }
}

/// Every picture of the film with its name: those of scenes, the logo, and the thumbnail's own, which only a whole film has.
fn named_pictures(spec: &Spec, extent: PlanExtent) -> Vec<(StepName, &PictureSource)> {
    let mut named = Vec::new();
    for scene in &spec.scenes {
        for (role, media) in scene.drawn_media() {
            if let DrawnMedia::Picture(source) = media {
                named.push((names::picture(scene, &role), source));
            }
        }
    }
    named.extend(spec.logo.iter().map(|logo| (names::film_picture(LOGO), &logo.picture)));
    if let (ThumbnailSource::Image(source), PlanExtent::Film) = (&spec.thumbnail.source, extent) {
        named.push((names::film_picture(THUMBNAIL), source));
    }
    named
}
