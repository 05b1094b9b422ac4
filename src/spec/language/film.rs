//! The film's own record, and those of what is said once for a film.

use super::look::Look;
use super::scene::Scene;
use super::shared::{Captions, SceneCaptions, Transition, Voice};
use super::show::ShowDefaults;
use super::template::UsedTemplate;
use crate::spec::decode::{ShortOrLong, Spanned, record};
use crate::spec::model::{Corner, FrameEdge, ProgressUnit, Quality};
use crate::spec::pronunciations::WrittenPronunciations;
use crate::spec::scalar::{
    Decibels, FileName, Id, LoudnessLufs, Seconds, Share, Switch, Text, TransitionName, VoiceName,
};
use crate::spec::written_vars::WrittenVars;
use crate::units::{Fps, Size};

record! {
    /// A film, as its spec describes it.
    Film {
        /// The film's title. Left out: the spec's file name.
        title: Option<Spanned<Text>>,
        /// The film's file, and how it is encoded.
        output: Option<Output>,
        /// Who speaks: a voice's name, or a map. Left out: `heart`.
        voice: Option<ShortOrLong<Spanned<VoiceName>, Voice>>,
        /// The template that gives the film its look: a bundled one, or a YAML file of the project. Left out: `studio`. A map gives its
        /// parameters values.
        template: Option<ShortOrLong<Spanned<Text>, UsedTemplate>>,
        /// Colours and fonts in place of the template's.
        look: Option<Look>,
        /// Music under the whole film: a file's name, or a map.
        music: Option<ShortOrLong<Spanned<FileName>, Music>>,
        /// Captions and subtitle files, or `false` for none.
        captions: Option<ShortOrLong<Spanned<Switch>, Captions>>,
        /// A picture in a corner of every scene: a file's name, or a map.
        logo: Option<Spanned<ShortOrLong<Spanned<FileName>, Logo>>>,
        /// A bar that shows how far the film is: `chapters`, `scenes`, or a map.
        progress: Option<Spanned<ShortOrLong<Spanned<ProgressUnit>, Progress>>>,
        /// The picture next to the film that stands for it: a file's name, or a map.
        thumbnail: Option<Spanned<ShortOrLong<Spanned<FileName>, Thumbnail>>>,
        /// How words are spoken: a respelling (`red bee`), or IPA between slashes. Needs a voice of the engine `neural`.
        pronounce: Option<WrittenPronunciations>,
        /// Values for `${name}` in texts and file names.
        vars: Option<WrittenVars>,
        /// What a scene leaves out.
        defaults: Option<Defaults>,
        /// Several films from this one spec, each with what is different in it.
        variants: Option<Spanned<Vec<Spanned<Variant>>>>,
        /// The scenes, in order.
        scenes: Spanned<Vec<Spanned<Scene>>>,
    }
}

record! {
    /// One of several films from the same spec: what it says takes the place of what the film says.
    Variant {
        /// Its name; the film is `<file>.<name>.mp4`.
        name: Spanned<Id>,
        /// The film's title. Left out: the film's own.
        title: Option<Spanned<Text>>,
        /// The film's file, inside the project.
        file: Option<Spanned<FileName>>,
        /// Frame size. Left out: the film's own.
        size: Option<Size>,
        /// Frames per second. Left out: the film's own.
        fps: Option<Fps>,
        /// How much work goes into each frame.
        quality: Option<Quality>,
        /// Who speaks, where a scene does not say so itself.
        voice: Option<ShortOrLong<Spanned<VoiceName>, Voice>>,
        /// The template that gives colours and fonts: its name, or a map.
        template: Option<ShortOrLong<Spanned<Text>, UsedTemplate>>,
        /// Colours and fonts in place of the template's.
        look: Option<Look>,
        /// Music under the whole film.
        music: Option<ShortOrLong<Spanned<FileName>, Music>>,
        /// Captions and subtitle files, or `false` for none.
        captions: Option<ShortOrLong<Spanned<Switch>, Captions>>,
        /// Values for `${name}`, over those of the film.
        vars: Option<WrittenVars>,
        /// The ids of the scenes that it has, in this order. Left out: all.
        scenes: Option<Spanned<Vec<Spanned<Id>>>>,
    }
}

record! {
    /// The film's file, and how it is encoded.
    Output {
        /// The film's file, inside the project. Left out: `out/<spec>.mp4`.
        file: Option<Spanned<FileName>>,
        /// Frame size: a name, or WIDTHxHEIGHT in pixels. Left out: `1080p`.
        size: Option<Size>,
        /// Frames per second. Left out: 30.
        fps: Option<Fps>,
        /// How much work goes into each frame. Left out: `standard`.
        quality: Option<Quality>,
    }
}

record! {
    /// Music under the whole film; looped when it is shorter.
    Music {
        /// The music's file.
        file: Spanned<FileName>,
        /// Loudness where nobody speaks. Left out: -20 LUFS.
        level: Option<Spanned<LoudnessLufs>>,
        /// How far it goes down under speech. Left out: 10 dB.
        duck: Option<Spanned<Decibels>>,
        /// Fade at the film's start and end. Left out: 2s.
        fade: Option<Spanned<Seconds>>,
    }
}

record! {
    /// A picture in a corner.
    Logo {
        /// The picture's file.
        file: Option<Spanned<FileName>>,
        /// The same as `file`.
        image: Option<Spanned<FileName>>,
        /// Which corner. Left out: `top-right`.
        corner: Option<Corner>,
        /// 0 to 1. Left out: 1.
        opacity: Option<Spanned<Share>>,
        /// Its share of the frame's height, 0.02 to 0.5. Left out: 0.08.
        height: Option<Spanned<Share>>,
    }
}

record! {
    /// The picture that stands for the film: a picture of its own, or a moment of a scene.
    Thumbnail {
        /// A picture of its own.
        image: Option<Spanned<FileName>>,
        /// The scene that it is taken from. Left out: the first that is no video.
        scene: Option<Spanned<Id>>,
        /// When, as a share of that scene. Left out: 2/3.
        at: Option<Spanned<Share>>,
        /// Words that are written over it.
        headline: Option<Spanned<Text>>,
    }
}

record! {
    /// What a scene leaves out.
    Defaults {
        /// How scenes come in.
        transition: Option<ShortOrLong<Spanned<TransitionName>, Transition>>,
        /// How pictures are shown.
        show: Option<ShowDefaults>,
        /// The voice that speaks: its name, or a map.
        voice: Option<ShortOrLong<Spanned<VoiceName>, Voice>>,
        /// Captions drawn into scenes, or `false` for none.
        captions: Option<ShortOrLong<Spanned<Switch>, SceneCaptions>>,
        /// The shortest a scene may be.
        length: Option<Spanned<Seconds>>,
        /// Silence before speech. Left out: 0.4s.
        lead: Option<Spanned<Seconds>>,
        /// Silence after speech. Left out: 0.6s.
        tail: Option<Spanned<Seconds>>,
    }
}

record! {
    /// A bar that shows how far the film is.
    Progress {
        /// What its parts stand for: `chapters` or `scenes`.
        by: Spanned<ProgressUnit>,
        /// Where it stands. Left out: `bottom`, in tall frames `top`.
        at: Option<Spanned<FrameEdge>>,
    }
}
