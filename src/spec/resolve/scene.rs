//! Scenes: each with all that it leaves out filled in.

use super::template::Template;
use super::{Resolver, captions, card, marks, media, order, show, speech, transition, voice};
use crate::diag::{Diagnostic, Place};
use crate::spec::decode::{At, Either};
use crate::spec::language::{self, Defaults};
use crate::spec::model::{Look, Over, Scene, Show, Speech, Utterance, Voice};
use crate::spec::model::{WavePlace, WaveStyle, Waveform};
use crate::spec::scalar::{Duration, VoiceName};

/// What scenes leave out.
pub struct Base<'l> {
    voice: Voice,
    captions: captions::Layer,
    transition: transition::Layer,
    show: show::Base,
    length: Option<f64>,
    lead: f64,
    tail: f64,
    look: &'l Look,
}

impl<'l> Base<'l> {
    /// The film's own voice and captions and its template's transition, under its `defaults`.
    pub fn new(
        film_voice: Option<&Either<At<VoiceName>, language::Voice>>,
        captions: captions::Layer,
        defaults: Option<Defaults>,
        template: &'l Template,
        to: &mut Resolver,
    ) -> Self {
        let film_voice = voice::over(&voice::default(), film_voice, to);
        let defaults = defaults.as_ref();
        Self {
            voice: voice::over(&film_voice, defaults.and_then(|d| d.voice.as_ref()), to),
            captions: captions.over(defaults.and_then(|d| d.captions.as_ref())),
            transition: template.transition.over(defaults.and_then(|d| d.transition.as_ref()), to),
            show: show::Base::new(defaults.and_then(|d| d.show.as_ref())),
            length: length(defaults.and_then(|d| d.length.as_ref()), to),
            lead: silence("lead", defaults.and_then(|d| d.lead.as_ref()), 0.4, to),
            tail: silence("tail", defaults.and_then(|d| d.tail.as_ref()), 0.6, to),
            look: &template.look,
        }
    }
}

fn length(written: Option<&At<Duration>>, to: &mut Resolver) -> Option<f64> {
    written.map(|at| to.ranged("length", at.value.0, at.place, 0.1..=3600.0, "s"))
}

fn silence(field: &str, written: Option<&At<Duration>>, unsaid: f64, to: &mut Resolver) -> f64 {
    written.map_or(unsaid, |at| to.ranged(field, at.value.0, at.place, 0.0..=60.0, "s"))
}

/// Every scene, in order.
pub fn all(scenes: At<Vec<At<language::Scene>>>, base: &Base, to: &mut Resolver) -> Vec<Scene> {
    if scenes.value.is_empty() && scenes.whole {
        to.error("the film has no scenes", scenes.place, "an empty list", "add one: `- say: Hello.`");
    }
    let ids = order::ids(&scenes.value, to);
    let mut placed: Vec<Placed> =
        scenes.value.iter().zip(ids).map(|(written, id)| one(written, id, base, to)).collect();
    order::transitions_fit(&placed, to);
    count(&scenes.value, &mut placed, to);
    placed.into_iter().map(|placed| placed.scene).collect()
}

/// Numbers the chapters where scenes are to show which one they belong to.
fn count(written: &[At<language::Scene>], placed: &mut [Placed], to: &mut Resolver) {
    let chapters = placed.iter().filter(|placed| placed.scene.title.is_some()).count() as u32;
    let mut chapter = 0;
    for (written, placed) in written.iter().zip(placed) {
        chapter += u32::from(placed.scene.title.is_some());
        let Some(counter) = written.value.counter.as_ref().filter(|counter| counter.value.0) else { continue };
        if chapter == 0 {
            let help = "give this scene or one before it a `title`, with which a chapter starts";
            to.error("there is no chapter to count here", counter.place, "no chapter has begun", help);
        }
        placed.scene.counter = Some((chapter, chapters));
    }
}

/// A scene among its neighbours.
pub struct Placed {
    /// The scene.
    pub scene: Scene,
    /// Where its transition stands.
    pub transition: Place,
    /// Nothing in it was wrong, so that its length can be trusted.
    pub whole: bool,
}

fn one(written: &At<language::Scene>, id: String, base: &Base, to: &mut Resolver) -> Placed {
    let before = to.cx.errors();
    let scene = &written.value;
    let transition = base.transition.over(scene.transition.as_ref().map(|at| &at.value), to).finished();
    let captions = base.captions.over(scene.captions.as_ref()).drawn();
    let shown = match &scene.show {
        Some(show) => show::of_scene(show, &base.show, base.look, to).unwrap_or(show::REFUSED),
        None => show::unsaid(scene.title.as_ref(), base.look, to),
    };
    let (shown, mut over) = marked(shown, scene, base, to);
    let speech = speech::of_scene(scene, to);
    over.waveform = waveform(scene, &shown, &speech, to);
    if captions.is_some() {
        captioned(&speech, to);
    }
    unused_voice(scene, to);
    unused_ways(scene, &shown, to);
    let resolved = Scene {
        id,
        place: written.place,
        title: scene.title.as_ref().map(|title| title.value.0.clone()),
        voice: voice::over(&base.voice, scene.voice.as_ref().map(|at| &at.value), to),
        speech,
        show: shown,
        transition,
        captions,
        length: length(scene.length.as_ref(), to).or(base.length),
        // Whether the scene is the first or not: else reordering scenes would change their frames.
        lead: silence("lead", scene.lead.as_ref(), base.lead, to).max(transition.length),
        tail: silence("tail", scene.tail.as_ref(), base.tail, to),
        lower: scene.lower.as_ref().map(|lower| card::lower(lower, to)),
        counter: None,
        inset: scene.inset.as_ref().and_then(|inset| media::inset(inset, to)),
        enter: scene.enter.as_ref().map(|at| at.value),
        leave: scene.leave.as_ref().map(|at| at.value),
        over,
    };
    let transition = scene.transition.as_ref().map_or(written.place, |at| at.place);
    Placed { scene: resolved, transition, whole: written.whole && to.cx.errors() == before }
}

/// What lies over a scene. A picture with marks and no focus of its own is cut around them.
fn marked(mut shown: Show, scene: &language::Scene, base: &Base, to: &mut Resolver) -> (Show, Over) {
    let Some(written) = scene.show.as_ref().map(|show| &show.value) else { return (shown, Over::default()) };
    let marks = marks::of_show(written, base.show.build, to);
    if let (Show::Image { focus, .. }, None, Some(marks)) = (&mut shown, &written.focus, &marks) {
        *focus = marks::focus(marks);
    }
    (shown, Over { marks, ..Over::default() })
}

/// The voice as something that moves: large where there is nothing else to see.
fn waveform(scene: &language::Scene, shown: &Show, speech: &Speech, to: &mut Resolver) -> Option<Waveform> {
    let written = scene.waveform.as_ref()?;
    let (style, at) = match &written.value {
        Either::Short(switch) if !switch.value.0 => return None,
        Either::Short(_) => (None, None),
        Either::Long(map) => (map.style, map.at),
    };
    if *speech == Speech::Silent && written.whole && scene.say.is_none() && scene.narration.is_none() {
        to.error(
            "there is no voice to show in this scene",
            written.place,
            "nothing is said",
            "add `say`, or remove it",
        );
    }
    let bare = matches!(shown, Show::Backdrop(_) | Show::Gradient { .. } | Show::Colour(_));
    let at = at.unwrap_or(if bare { WavePlace::Middle } else { WavePlace::Bottom });
    Some(Waveform { style: style.unwrap_or(WaveStyle::Bars), at })
}

fn captioned(speech: &Speech, to: &mut Resolver) {
    let (Speech::Spoken(script) | Speech::Recorded { script, .. }) = speech else { return };
    for item in script {
        if let Utterance::Text { text, place } = item {
            to.drawn(text, *place);
        }
    }
}

/// Warns of ways to come and go where nothing does.
fn unused_ways(scene: &language::Scene, shown: &Show, to: &mut Resolver) {
    let bare = matches!(
        shown,
        Show::Image { .. } | Show::Video { .. } | Show::Colour(_) | Show::Gradient { .. } | Show::Backdrop(_)
    );
    for (name, way) in [("enter", &scene.enter), ("leave", &scene.leave)] {
        if let Some(way) = way.as_ref().filter(|_| bare) {
            let found = Diagnostic::warning(format!("`{name}` is not used here: only the parts of cards come and go"));
            to.cx.report(found.at(way.place).label("not used").help("remove it"));
        }
    }
}

fn unused_voice(scene: &language::Scene, to: &mut Resolver) {
    let why = match (&scene.narration, &scene.say) {
        (Some(_), _) => "`narration` is a recording",
        (None, None) => "nothing is said in this scene",
        (None, Some(_)) => return,
    };
    if let Some(voice) = &scene.voice {
        let found = Diagnostic::warning(format!("`voice` is not used here: {why}")).at(voice.place);
        to.cx.report(found.label("not used").help("remove it"));
    }
}
