//! Looks at the pictures that steps make: a step finds out what each is, an expansion reads that, and the scenes that show the picture are
//! planned behind it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::spec::model::{DrawnMedia, Scene, ThumbnailSource};
use crate::steps::ProbePicture;
use crate::work::{InputSource, PlannedStep, StepName, StepWork};

use super::names;
use super::pictures::{LOGO, PlannedPicture, THUMBNAIL};
use super::planner::{Planner, parse};

/// The steps that look at the pictures of which nothing is known yet, and the expansions that read what they find out.
pub fn probe_pictures(planner: &Arc<Planner>) -> Vec<PlannedStep> {
    let mut plan = Vec::new();
    for (name, picture) in planner.pictures.unknown() {
        plan.push(planner.probe_picture(name, picture));
        plan.push(expand_picture(planner, name, picture));
    }
    plan
}

fn expand_picture(planner: &Arc<Planner>, name: &StepName, picture: &PlannedPicture) -> PlannedStep {
    let shared = Arc::clone(planner);
    let own = name.clone();
    let expand = Box::new(move |texts: &[Vec<u8>]| {
        shared.pictures.set_info(&own, parse(&texts[0])?)?;
        Ok(Vec::new())
    });
    let reads = vec![InputSource::output(&names::picture_probe(name), "info")];
    PlannedStep {
        name: names::picture_check(name),
        span: Some(picture.source.place()),
        estimated_seconds: 0.0,
        work: StepWork::Expand { reads, after: Vec::new(), expand },
    }
}

impl Planner {
    fn probe_picture(&self, name: &StepName, picture: &PlannedPicture) -> PlannedStep {
        let inputs = BTreeMap::from([("picture".to_owned(), picture.input.clone())]);
        let planned = self.step(names::picture_probe(name), None, 0.05, &ProbePicture {}, inputs);
        PlannedStep { span: Some(picture.source.place()), ..planned }
    }

    /// The expansions of pictures that a scene waits for: of those that it shows, and of the logo in its corner.
    pub fn picture_expansions(&self, scene: &Scene) -> Vec<StepName> {
        let drawn = scene.drawn_media().into_iter();
        let shown = drawn.filter(|(_, media)| matches!(media, DrawnMedia::Picture(_)));
        let shown = shown.map(|(role, _)| names::picture(scene, &role));
        let logo = self.corner_logo(scene).map(|_| names::film_picture(LOGO));
        self.pictures.expansions(&shown.chain(logo).collect::<Vec<_>>())
    }

    /// The expansion of the thumbnail's own picture, if the film's last steps must wait for one.
    pub fn thumbnail_expansion(&self) -> Vec<StepName> {
        match self.spec.thumbnail.source {
            ThumbnailSource::Image(_) => self.pictures.expansions(&[names::film_picture(THUMBNAIL)]),
            ThumbnailSource::First | ThumbnailSource::Scene { .. } => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
