//! Resolves scenes: fills in what each leaves out, and checks what it says.

use super::resolver::Resolver;
use super::scene_checks::ResolvedScene;
use super::template::ResolvedTemplate;
use super::{captions, inset, lower_third, marks, scene_checks, show, speech, transition, voice};
use crate::diag::Diagnostic;
use crate::spec::decode::{ShortOrLong, Spanned};
use crate::spec::language::{self, Defaults};
use crate::spec::model::{Look, Overlays, Scene, Show, Speech, Utterance, VoiceChoice};
use crate::spec::model::{Waveform, WaveformPosition, WaveformStyle};
use crate::spec::scalar::{Seconds, VoiceName};
use crate::spec::shows::ShowBase;

/// What holds for a scene where it does not say it itself.
pub struct SceneBase<'l> {
    voice: VoiceChoice,
    captions: captions::InheritedCaptions,
    transition: transition::InheritedTransition,
    show: ShowBase,
    length: Option<f64>,
    lead: f64,
    tail: f64,
    look: &'l Look,
}

impl<'l> SceneBase<'l> {
    /// The film's `defaults` over its own voice and captions and its template's transition.
    pub fn new(
        film_voice: Option<&ShortOrLong<Spanned<VoiceName>, language::Voice>>,
        captions: captions::InheritedCaptions,
        defaults: Option<Defaults>,
        template: &'l ResolvedTemplate,
        resolver: &mut Resolver,
    ) -> Self {
        let film_voice = voice::over(&voice::default_voice(), film_voice, resolver);
        let defaults = defaults.as_ref();
        Self {
            voice: voice::over(&film_voice, defaults.and_then(|d| d.voice.as_ref()), resolver),
            captions: captions.over(defaults.and_then(|d| d.captions.as_ref())),
            transition: template.transition.over(defaults.and_then(|d| d.transition.as_ref()), resolver),
            show: ShowBase::new(defaults.and_then(|d| d.show.as_ref()), template.look.backdrop.seed),
            length: min_length(defaults.and_then(|d| d.length.as_ref()), resolver),
            lead: silence_seconds("lead", defaults.and_then(|d| d.lead.as_ref()), 0.4, resolver),
            tail: silence_seconds("tail", defaults.and_then(|d| d.tail.as_ref()), 0.6, resolver),
            look: &template.look,
        }
    }
}

fn min_length(written: Option<&Spanned<Seconds>>, resolver: &mut Resolver) -> Option<f64> {
    written.map(|at| resolver.ranged("length", at.value.0, at.place, 0.1..=3600.0, "s"))
}

fn silence_seconds(field: &str, written: Option<&Spanned<Seconds>>, default: f64, resolver: &mut Resolver) -> f64 {
    written.map_or(default, |at| resolver.ranged(field, at.value.0, at.place, 0.0..=60.0, "s"))
}

/// Resolves every scene, in order.
pub fn resolve_scenes(
    scenes: Spanned<Vec<Spanned<language::Scene>>>,
    base: &SceneBase,
    resolver: &mut Resolver,
) -> Vec<Scene> {
    if scenes.value.is_empty() && scenes.whole {
        resolver.error("the film has no scenes", scenes.place, "an empty list", "add one: `- say: Hello.`");
    }
    let ids = scene_checks::resolve_ids(&scenes.value, resolver);
    let mut placed: Vec<ResolvedScene> =
        scenes.value.iter().zip(ids).map(|(written, id)| resolve_scene(written, id, base, resolver)).collect();
    scene_checks::check_transitions(&placed, resolver);
    number_chapters(&scenes.value, &mut placed, resolver);
    placed.into_iter().map(|placed| placed.scene).collect()
}

/// Numbers the chapters in scenes that show a chapter counter.
fn number_chapters(written: &[Spanned<language::Scene>], placed: &mut [ResolvedScene], resolver: &mut Resolver) {
    let chapters = placed.iter().filter(|placed| placed.scene.title.is_some()).count() as u32;
    let mut chapter = 0;
    for (written, placed) in written.iter().zip(placed) {
        chapter += u32::from(placed.scene.title.is_some());
        let Some(counter) = written.value.counter.as_ref().filter(|counter| counter.value.0) else { continue };
        if chapter == 0 {
            let help = "give this scene or one before it a `title`, with which a chapter starts";
            resolver.error("there is no chapter to count here", counter.place, "no chapter has begun", help);
        }
        placed.scene.counter = Some((chapter, chapters));
    }
}

fn resolve_scene(
    written: &Spanned<language::Scene>,
    id: String,
    base: &SceneBase,
    resolver: &mut Resolver,
) -> ResolvedScene {
    let before = resolver.cx.errors();
    let scene = &written.value;
    let transition = base.transition.over(scene.transition.as_ref().map(|at| &at.value), resolver).finish();
    let captions = base.captions.over(scene.captions.as_ref()).finish();
    let shown = match &scene.show {
        Some(show) => show::resolve(show, &base.show, resolver).unwrap_or(show::REFUSED_SHOW),
        None => show::default_show(scene.title.as_ref(), base.look, resolver),
    };
    let (shown, mut over) = resolve_marks(shown, scene, base, resolver);
    let speech = speech::resolve(scene, resolver);
    over.waveform = waveform(scene, &shown, &speech, resolver);
    if captions.is_some() {
        check_caption_characters(&speech, resolver);
    }
    warn_of_unused_voice(scene, resolver);
    warn_of_unused_entrances(scene, &shown, resolver);
    let resolved = Scene {
        id,
        place: written.place,
        title: scene.title.as_ref().map(|title| title.value.0.clone()),
        voice: voice::over(&base.voice, scene.voice.as_ref().map(|at| &at.value), resolver),
        speech,
        show: shown,
        transition,
        captions,
        length: min_length(scene.length.as_ref(), resolver).or(base.length),
        // For the first scene, too: otherwise reordering scenes would change their frames.
        lead: silence_seconds("lead", scene.lead.as_ref(), base.lead, resolver).max(transition.length),
        tail: silence_seconds("tail", scene.tail.as_ref(), base.tail, resolver),
        lower: scene.lower.as_ref().map(|lower| lower_third::resolve(lower, resolver)),
        counter: None,
        inset: scene.inset.as_ref().and_then(|inset| inset::resolve(inset, resolver)),
        enter: scene.enter.as_ref().map(|at| at.value),
        leave: scene.leave.as_ref().map(|at| at.value),
        over,
    };
    let transition = scene.transition.as_ref().map_or(written.place, |at| at.place);
    ResolvedScene { scene: resolved, transition, whole: written.whole && resolver.cx.errors() == before }
}

/// Resolves the marks over a scene. A picture without `focus` is cut around its marks.
fn resolve_marks(
    mut shown: Show,
    scene: &language::Scene,
    base: &SceneBase,
    resolver: &mut Resolver,
) -> (Show, Overlays) {
    let Some(written) = scene.show.as_ref().map(|show| &show.value) else { return (shown, Overlays::default()) };
    let marks = marks::resolve(written, base.show.build, resolver);
    if let (Show::Image(image), None, Some(marks)) = (&mut shown, &written.focus, &marks) {
        image.focus = marks::focus(marks);
    }
    (shown, Overlays { marks, ..Overlays::default() })
}

/// Resolves `waveform`; by default it is large where there is nothing else to see.
fn waveform(scene: &language::Scene, shown: &Show, speech: &Speech, resolver: &mut Resolver) -> Option<Waveform> {
    let written = scene.waveform.as_ref()?;
    let (style, at) = match &written.value {
        ShortOrLong::Short(switch) if !switch.value.0 => return None,
        ShortOrLong::Short(_) => (None, None),
        ShortOrLong::Long(map) => (map.style, map.at),
    };
    if *speech == Speech::Silent && written.whole && scene.say.is_none() && scene.narration.is_none() {
        resolver.error(
            "there is no voice to show in this scene",
            written.place,
            "nothing is said",
            "add `say`, or remove it",
        );
    }
    let bare = matches!(shown, Show::Backdrop(_) | Show::Gradient(_) | Show::Colour(_));
    let at = at.unwrap_or(if bare { WaveformPosition::Middle } else { WaveformPosition::Bottom });
    Some(Waveform { style: style.unwrap_or(WaveformStyle::Bars), at })
}

fn check_caption_characters(speech: &Speech, resolver: &mut Resolver) {
    let (Speech::Spoken(script) | Speech::Recorded { script, .. }) = speech else { return };
    for item in script {
        if let Utterance::Text { text, place } = item {
            resolver.drawn(text, *place);
        }
    }
}

/// Warns of `enter` and `leave` in scenes without a card.
fn warn_of_unused_entrances(scene: &language::Scene, shown: &Show, resolver: &mut Resolver) {
    let bare = !shown.kind().is_card();
    for (name, way) in [("enter", &scene.enter), ("leave", &scene.leave)] {
        if let Some(way) = way.as_ref().filter(|_| bare) {
            let found = Diagnostic::warning(format!("`{name}` is not used here: only the parts of cards come and go"));
            resolver.cx.report(found.at(way.place).label("not used").help("remove it"));
        }
    }
}

fn warn_of_unused_voice(scene: &language::Scene, resolver: &mut Resolver) {
    let why = match (&scene.narration, &scene.say) {
        (Some(_), _) => "`narration` is a recording",
        (None, None) => "nothing is said in this scene",
        (None, Some(_)) => return,
    };
    if let Some(voice) = &scene.voice {
        let found = Diagnostic::warning(format!("`voice` is not used here: {why}")).at(voice.place);
        resolver.cx.report(found.label("not used").help("remove it"));
    }
}
