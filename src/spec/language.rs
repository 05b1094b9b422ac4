//! The language itself: every record a spec is made of, as written. Decoding and the JSON Schema come from these definitions.

use super::decode::{At, Either, record};
use super::figures::Figures;
use super::model::{Align, BackdropKind, Bullets, Case, Entrance, Panel, Rule};
use super::model::{ArrowSide, Edge, ProgressUnit, WavePlace, WaveStyle};
use super::model::{
    Build, CaptionPosition, CaptionStyle, ChartKind, Corner, Easing, Engine, Fit, InsetShape, Quality, Side,
    SubtitleFormat,
};
use super::pronounce::Pronounce;
use super::scalar::{
    Cell, Decibels, Duration, FileName, Flag, FocusName, Id, LineRange, Listing, LogoName, Loudness, MotionName,
    Number, Share, Switch, Text, TransitionName, VoiceName, WayName,
};
pub use super::styling::{Areas, Layer, Param, Template, UsedTemplate};
use super::vars::Vars;
use crate::units::{Colour, Fps, Size};

/// The maps whose fields people write one level too high.
pub const NESTED: [(&str, &[&str]); 4] =
    [("show", Show::FIELDS), ("output", Output::FIELDS), ("look", Look::FIELDS), ("captions", Captions::FIELDS)];

record! {
    /// A film, as its spec describes it.
    Film {
        /// The film's title. Left out: the spec's file name.
        title: Option<At<Text>>,
        /// What comes out.
        output: Option<Output>,
        /// Who speaks: a voice's name, or a map. Left out: `heart`.
        voice: Option<Either<At<VoiceName>, Voice>>,
        /// The template that gives the film its look: one in the box, or a YAML file of the project. Left out: `studio`. A map gives its
        /// parameters values.
        template: Option<Either<At<Text>, UsedTemplate>>,
        /// Colours and fonts in place of the template's.
        look: Option<Look>,
        /// Music under the whole film: a file's name, or a map.
        music: Option<Either<At<FileName>, Music>>,
        /// Captions and subtitle files, or `false` for none.
        captions: Option<Either<At<Switch>, Captions>>,
        /// A picture in a corner of every scene: a file's name, or a map.
        logo: Option<At<Either<At<FileName>, Logo>>>,
        /// A bar that shows how far the film is: `chapters`, `scenes`, or a map.
        progress: Option<At<Either<At<ProgressUnit>, Progress>>>,
        /// The picture beside the film that stands for it: a file's name, or a map.
        thumbnail: Option<At<Either<At<FileName>, Thumbnail>>>,
        /// How words are spoken: a respelling (`red bee`), or IPA between slashes. Needs a voice of the engine `neural`.
        pronounce: Option<Pronounce>,
        /// Values for `${name}` in texts and file names.
        vars: Option<Vars>,
        /// What a scene leaves out.
        defaults: Option<Defaults>,
        /// Several films from this one spec, each with what is different in it.
        variants: Option<At<Vec<At<Variant>>>>,
        /// What follows what.
        scenes: At<Vec<At<Scene>>>,
    }
}

record! {
    /// One of several films from the same spec: what it says takes the place of what the film says.
    Variant {
        /// Its name; the film is `<file>.<name>.mp4`.
        name: At<Id>,
        /// The film's title.
        title: Option<At<Text>>,
        /// The film's file, inside the project.
        file: Option<At<FileName>>,
        /// Frame size.
        size: Option<Size>,
        /// Frames per second.
        fps: Option<Fps>,
        /// How much work goes into each frame.
        quality: Option<Quality>,
        /// Who speaks, where a scene does not say so itself.
        voice: Option<Either<At<VoiceName>, Voice>>,
        /// The template that gives colours and fonts: its name, or a map.
        template: Option<Either<At<Text>, UsedTemplate>>,
        /// Colours and fonts in place of the template's.
        look: Option<Look>,
        /// Music under the whole film.
        music: Option<Either<At<FileName>, Music>>,
        /// Captions and subtitle files, or `false` for none.
        captions: Option<Either<At<Switch>, Captions>>,
        /// Values for `${name}`, over those of the film.
        vars: Option<Vars>,
        /// The ids of the scenes that it has, in this order. Left out: all.
        scenes: Option<At<Vec<At<Id>>>>,
    }
}

record! {
    /// What comes out.
    Output {
        /// The film's file, inside the project. Left out: `out/<spec>.mp4`.
        file: Option<At<FileName>>,
        /// Frame size: a name, or WIDTHxHEIGHT in pixels. Left out: `1080p`.
        size: Option<Size>,
        /// Frames per second. Left out: 30.
        fps: Option<Fps>,
        /// How much work goes into each frame. Left out: `standard`.
        quality: Option<Quality>,
    }
}

record! {
    /// Who speaks.
    Voice {
        /// Which engine speaks.
        engine: Option<Engine>,
        /// The voice's name.
        name: Option<At<VoiceName>>,
        /// Same as `name`.
        voice: Option<At<VoiceName>>,
        /// 1.0 = the voice's own pace; 0.5 to 2.
        speed: Option<At<Number>>,
    }
}

record! {
    /// Colours and fonts.
    Look {
        /// Behind cards, and where nothing else is.
        background: Option<Colour>,
        /// The other end of the gradient behind cards.
        background_end: Option<Colour>,
        /// Text.
        text: Option<Colour>,
        /// Text of less weight.
        muted: Option<Colour>,
        /// Bullets, rules, the spoken word.
        accent: Option<Colour>,
        /// Caption text.
        caption: Option<Colour>,
        /// Caption outline or box.
        caption_back: Option<Colour>,
        /// Font family of headings.
        heading_font: Option<At<Text>>,
        /// Font family of all else.
        body_font: Option<At<Text>>,
        /// What lies behind cards.
        backdrop: Option<BackdropKind>,
        /// Which backdrop of its kind: a whole number from 0 up. Left out: by the template's name.
        seed: Option<At<Number>>,
        /// How cards are set and come in.
        card: Option<Card>,
    }
}

record! {
    /// How cards are set and come in.
    Card {
        /// Where text stands: `left` or `centre`.
        align: Option<Align>,
        /// How large headings are, 0.5 to 2; 1 = as `studio` has them.
        heading_size: Option<At<Number>>,
        /// How bold headings are, 100 to 900.
        heading_weight: Option<At<Number>>,
        /// The letters of headings: `as-written` or `upper`.
        heading_case: Option<Case>,
        /// Space between the letters of headings, as a share of their size, -0.1 to 0.5.
        tracking: Option<At<Number>>,
        /// What sets a heading off: `bar`, `underline`, `block` or `none`.
        rule: Option<Rule>,
        /// What stands before items: `square`, `dot`, `dash`, `number` or `check`.
        bullets: Option<Bullets>,
        /// What lies behind text: `none`, `box` or `strip`.
        panel: Option<Panel>,
        /// How round panels, rules and bullets are: 0 = sharp, 1 = as round as can be.
        radius: Option<At<Share>>,
        /// How things come in: `none`, `rise`, `drop`, `fade`, `slide`, `slide-left`, `pop`, `wipe` or `type`.
        entrance: Option<Entrance>,
        /// How they go before the scene ends: the same names. `none`: they stay.
        leave: Option<Entrance>,
        /// How their movement runs: `linear`, `ease-in`, `ease-out`, `ease-in-out`, `sharp` or `overshoot`.
        easing: Option<Easing>,
    }
}

record! {
    /// Music under the whole film; looped when it is shorter.
    Music {
        /// The piece.
        file: At<FileName>,
        /// Loudness where nobody speaks. Left out: -20 LUFS.
        level: Option<At<Loudness>>,
        /// How far it goes down under speech. Left out: 10 dB.
        duck: Option<At<Decibels>>,
        /// Fade at the film's start and end. Left out: 2s.
        fade: Option<At<Duration>>,
    }
}

record! {
    /// Captions drawn into the picture, and subtitle files beside the film.
    Captions {
        /// How they look and move. Left out: `karaoke`.
        style: Option<CaptionStyle>,
        /// Where they stand. Left out: `bottom`.
        position: Option<CaptionPosition>,
        /// Draw them into the picture. Left out: `true`.
        burn: Option<Flag>,
        /// Subtitle files to write. Left out: `[srt, vtt]`.
        files: Option<Vec<SubtitleFormat>>,
    }
}

record! {
    /// Captions drawn into a scene.
    SceneCaptions {
        /// How they look and move.
        style: Option<CaptionStyle>,
        /// Where they stand.
        position: Option<CaptionPosition>,
    }
}

record! {
    /// A picture in a corner.
    Logo {
        /// The picture.
        file: Option<At<FileName>>,
        /// Same as `file`.
        image: Option<At<FileName>>,
        /// Which corner. Left out: `top-right`.
        corner: Option<Corner>,
        /// 0 to 1. Left out: 1.
        opacity: Option<At<Share>>,
        /// Its share of the frame's height, 0.02 to 0.5. Left out: 0.08.
        height: Option<At<Share>>,
    }
}

record! {
    /// The picture that stands for the film: a picture of its own, or a moment of a scene.
    Thumbnail {
        /// A picture of its own.
        image: Option<At<FileName>>,
        /// The scene that it is taken from. Left out: the first that is no video.
        scene: Option<At<Id>>,
        /// When, as a share of that scene. Left out: 2/3.
        at: Option<At<Share>>,
        /// Words that are written over it.
        headline: Option<At<Text>>,
    }
}

record! {
    /// What a scene leaves out.
    Defaults {
        /// How scenes come in.
        transition: Option<Either<At<TransitionName>, Transition>>,
        /// How pictures are shown.
        show: Option<ShowDefaults>,
        /// Who speaks.
        voice: Option<Either<At<VoiceName>, Voice>>,
        /// Captions drawn into scenes, or `false` for none.
        captions: Option<Either<At<Switch>, SceneCaptions>>,
        /// The shortest a scene may be.
        length: Option<At<Duration>>,
        /// Silence before speech. Left out: 0.4s.
        lead: Option<At<Duration>>,
        /// Silence after speech. Left out: 0.6s.
        tail: Option<At<Duration>>,
    }
}

record! {
    /// How pictures, videos and lists are shown unless a scene says so itself.
    ShowDefaults {
        /// How the camera moves over pictures. Left out: `auto`.
        motion: Option<MotionName>,
        /// How pictures and videos fill the frame. Left out: `cover`.
        fit: Option<Fit>,
        /// When items of a list and rows of a table come. Left out: `sentence`.
        build: Option<Build>,
    }
}

record! {
    /// How a scene comes in.
    Transition {
        /// Its kind.
        kind: Option<TransitionName>,
        /// How long both scenes share the screen, up to 10s. Left out: 0.5s.
        length: Option<At<Duration>>,
        /// Which way it goes: each kind has its own directions, and one for when this is left out.
        direction: Option<At<WayName>>,
        /// How its pace changes on its way. Left out: `ease-in-out`.
        easing: Option<At<Easing>>,
        /// The colour a fade or a flash goes through. Left out: black for a fade, white for a flash.
        colour: Option<At<Colour>>,
        /// Same as `colour`.
        color: Option<At<Colour>>,
    }
}

record! {
    /// One scene.
    Scene {
        /// Its name, unique in the film. Left out: `scene-1`, `scene-2` and so on.
        id: Option<At<Id>>,
        /// A chapter starts here.
        title: Option<At<Text>>,
        /// What is said: a text, or a list of texts and pauses.
        say: Option<At<Either<At<Text>, Vec<Either<At<Text>, Pause>>>>>,
        /// A recording of what is said.
        narration: Option<At<FileName>>,
        /// What is seen. Left out: the title on a card, or a gradient.
        show: Option<At<Show>>,
        /// How it comes in from the scene before: a name, or a map.
        transition: Option<At<Either<At<TransitionName>, Transition>>>,
        /// Who speaks: a voice's name, or a map.
        voice: Option<At<Either<At<VoiceName>, Voice>>>,
        /// Captions drawn into this scene, or `false` for none.
        captions: Option<Either<At<Switch>, SceneCaptions>>,
        /// The shortest it may be.
        length: Option<At<Duration>>,
        /// Silence before speech.
        lead: Option<At<Duration>>,
        /// Silence after speech.
        tail: Option<At<Duration>>,
        /// A name in the lower third of the picture, for a few seconds.
        lower: Option<Lower>,
        /// Show which of the film's chapters this is. Left out: `false`.
        counter: Option<At<Flag>>,
        /// A small picture or video in a corner, over whatever is shown.
        inset: Option<At<Inset>>,
        /// How the parts of its card come in. Left out: the look's `entrance`.
        enter: Option<At<Entrance>>,
        /// How they go before it ends. Left out: the look's `leave`.
        leave: Option<At<Entrance>>,
        /// The voice as something that moves: `true`, or a map.
        waveform: Option<At<Either<At<Switch>, Waveform>>>,
    }
}

record! {
    /// A bar that shows how far the film is.
    Progress {
        /// What its parts stand for: `chapters` or `scenes`.
        by: At<ProgressUnit>,
        /// Where it stands. Left out: `bottom`, in tall frames `top`.
        at: Option<At<Edge>>,
    }
}

record! {
    /// The voice as something that moves.
    Waveform {
        /// How it is drawn: `bars` or `line`. Left out: `bars`.
        style: Option<WaveStyle>,
        /// Where it stands. Left out: `bottom`; over a backdrop, a gradient or a colour `middle`.
        at: Option<WavePlace>,
    }
}

record! {
    /// Silence between texts.
    Pause {
        /// How long, up to 60s.
        pause: At<Duration>,
    }
}

record! {
    /// What is seen: exactly one of `image`, `video`, `colour`, `gradient`, `title`, `list`, `backdrop`, `quote`, `statement`, `table`, `end`,
    /// `code`, `chart`, `pictures`, `split`, `screens`, `qr` and `logo`, with what goes with it.
    Show {
        /// A still picture: PNG, JPEG or WebP.
        image: Option<At<FileName>>,
        /// A moving picture: MP4, MOV, Matroska, WebM or AVI.
        video: Option<At<FileName>>,
        /// One colour.
        colour: Option<At<Colour>>,
        /// Same as `colour`.
        color: Option<At<Colour>>,
        /// Two colours or more along a line.
        gradient: Option<At<Gradient>>,
        /// A title card; with `qr` and `logo`: a line of it.
        title: Option<At<Text>>,
        /// A list of texts.
        list: Option<At<Vec<At<Text>>>>,
        /// With `image`: how the camera moves.
        motion: Option<At<MotionName>>,
        /// With `image`: what matters in it, as `[across, down]` in shares of the picture, or a name such as `top-left`.
        focus: Option<At<Either<At<FocusName>, Vec<At<Share>>>>>,
        /// With `image` and `video`: how it fills the frame. With `pictures`, `split` and `screens`: how each fills its place.
        fit: Option<At<Fit>>,
        /// With `video`: where it starts. Left out: at its start.
        from: Option<At<Duration>>,
        /// With `video`: where it ends. Left out: at its end.
        to: Option<At<Duration>>,
        /// With `video`: how much of it is shown, in place of `to`.
        length: Option<At<Duration>>,
        /// With `video`: leave its sound out. Left out: `false`.
        mute: Option<At<Flag>>,
        /// With `title` and `logo`: the line below.
        subtitle: Option<At<Text>>,
        /// With `list`, `table`, `code`, `chart`, `pictures` and `screens`: stands above it.
        heading: Option<At<Text>>,
        /// With `list`, `table`, `code`, `chart`, `pictures`, `split` and `marks`: when each part comes.
        build: Option<At<Build>>,
        /// A backdrop in the look's colours.
        backdrop: Option<At<BackdropKind>>,
        /// With `backdrop`: which of its kind, a whole number from 0 up. Left out: the look's.
        seed: Option<At<Number>>,
        /// What somebody said, in large letters.
        quote: Option<At<Text>>,
        /// With `quote`: who said it.
        by: Option<At<Text>>,
        /// A sentence whose words come in as they are spoken; `*starred*` words are lit.
        statement: Option<At<Text>>,
        /// A table: a CSV file's name, or rows, the first of which is the head.
        table: Option<At<Either<At<FileName>, Vec<At<Vec<At<Cell>>>>>>>,
        /// The film's end: a title, with room for the player's own elements.
        end: Option<At<End>>,
        /// A listing: a file of the project, or a map with its text.
        code: Option<At<Either<At<FileName>, Code>>>,
        /// With `code`: which lines are shown, such as `10-24`. Left out: all of them.
        lines: Option<At<LineRange>>,
        /// With `code`: lines that light up in turn, such as `[12, 15-18]`.
        highlight: Option<At<Either<At<LineRange>, Vec<At<LineRange>>>>>,
        /// Numbers as bars, lines or shares.
        chart: Option<At<Chart>>,
        /// Two to nine pictures: files, or maps.
        pictures: Option<At<Vec<At<Either<At<FileName>, Pictured>>>>>,
        /// A picture or a video beside text.
        split: Option<At<Split>>,
        /// Two videos side by side: files, or maps.
        screens: Option<At<Vec<At<Either<At<FileName>, Screen>>>>>,
        /// With `image`: what is pointed at in it.
        marks: Option<At<Vec<At<Mark>>>>,
        /// With `marks`: the rest of the picture goes dark. Left out: `false`.
        dim: Option<At<Flag>>,
        /// A QR code: an address, or any text up to 200 bytes.
        qr: Option<At<Text>>,
        /// With `qr`: a line beside or below it.
        caption: Option<At<Text>>,
        /// A logo, large: a picture, or `true` for the film's own.
        logo: Option<At<LogoName>>,
    }
}

record! {
    /// One of several pictures.
    Pictured {
        /// The picture.
        image: At<FileName>,
        /// The line below it.
        caption: Option<At<Text>>,
        /// What matters in it.
        focus: Option<At<Either<At<FocusName>, Vec<At<Share>>>>>,
    }
}

record! {
    /// A picture or a video beside text.
    Split {
        /// The picture.
        image: Option<At<FileName>>,
        /// Or the video.
        video: Option<At<FileName>>,
        /// On which side it stands; in a vertical frame `left` is above, `right` below. Left out: `left`.
        side: Option<Side>,
        /// The large line.
        title: Option<At<Text>>,
        /// What stands below it.
        text: Option<At<Text>>,
        /// Or a list of texts.
        list: Option<At<Vec<At<Text>>>>,
        /// With `image`: what matters in it.
        focus: Option<At<Either<At<FocusName>, Vec<At<Share>>>>>,
        /// With `video`: where it starts. Left out: at its start.
        from: Option<At<Duration>>,
        /// With `video`: where it ends. Left out: at its end.
        to: Option<At<Duration>>,
        /// With `video`: leave its sound out. Left out: `false`.
        mute: Option<At<Flag>>,
    }
}

record! {
    /// One of two videos.
    Screen {
        /// The video.
        video: At<FileName>,
        /// The line above it.
        label: Option<At<Text>>,
        /// Where it starts. Left out: at its start.
        from: Option<At<Duration>>,
        /// Where it ends. Left out: at its end.
        to: Option<At<Duration>>,
        /// Leave its sound out. Left out: `true`.
        mute: Option<At<Flag>>,
    }
}

record! {
    /// A small picture or video in a corner.
    Inset {
        /// The picture.
        image: Option<At<FileName>>,
        /// Or the video.
        video: Option<At<FileName>>,
        /// Which corner. Left out: `bottom-right`.
        corner: Option<Corner>,
        /// Its share of the frame's width, 0.1 to 0.5. Left out: 0.25, in a vertical frame 0.4.
        size: Option<At<Share>>,
        /// Its outline. Left out: `rounded`.
        shape: Option<InsetShape>,
        /// With `image`: what matters in it.
        focus: Option<At<Either<At<FocusName>, Vec<At<Share>>>>>,
        /// With `video`: where it starts. Left out: at its start.
        from: Option<At<Duration>>,
        /// With `video`: where it ends. Left out: at its end.
        to: Option<At<Duration>>,
        /// With `video`: leave its sound out. Left out: `true`.
        mute: Option<At<Flag>>,
    }
}

record! {
    /// Something that is pointed at in a picture: exactly one of `box`, `arrow` and `circle`, in shares of the picture.
    Mark {
        /// A rectangle around it: `[x, y, width, height]`.
        r#box: Option<At<Vec<At<Share>>>>,
        /// An arrow to it: `[x, y]`.
        arrow: Option<At<Vec<At<Share>>>>,
        /// A circle around it: `[x, y, radius]`, the radius a share of the picture's width.
        circle: Option<At<Vec<At<Share>>>>,
        /// With `arrow`: where it comes from. Left out: from where there is room.
        from: Option<At<ArrowSide>>,
        /// What it is.
        label: Option<At<Text>>,
    }
}

record! {
    /// The film's end.
    End {
        /// The large line.
        title: At<Text>,
        /// What stands below it: up to 4 texts.
        lines: Option<At<Vec<At<Text>>>>,
        /// A QR code in place of a video: an address, or any text up to 200 bytes.
        qr: Option<At<Text>>,
    }
}

record! {
    /// A listing.
    Code {
        /// The file that holds it.
        file: Option<At<FileName>>,
        /// The code itself, in place of a file.
        text: Option<At<Listing>>,
        /// The language. Left out: by the name.
        language: Option<At<Text>>,
        /// What stands in the window's tab. Left out: the file's name.
        name: Option<At<Text>>,
    }
}

record! {
    /// Who or what is seen: a name in the lower third of the picture.
    Lower {
        /// The name.
        name: At<Text>,
        /// The line below it.
        role: Option<At<Text>>,
    }
}

record! {
    /// Numbers as bars, lines or shares.
    Chart {
        /// How they are shown.
        kind: At<ChartKind>,
        /// The numbers: a CSV file, or a map of labels and numbers.
        data: At<Either<At<FileName>, Figures>>,
        /// With a file: the column of labels. Left out: the first one.
        x: Option<At<Text>>,
        /// With a file: the columns of numbers, up to four. Left out: the second one.
        y: Option<At<Either<At<Text>, Vec<At<Text>>>>>,
        /// What the numbers count, such as `%`, `s` or `million people`.
        unit: Option<At<Text>>,
    }
}

record! {
    /// Colours along a line.
    Gradient {
        /// Two to eight colours, evenly spaced.
        colours: Option<At<Vec<Colour>>>,
        /// Same as `colours`.
        colors: Option<At<Vec<Colour>>>,
        /// Degrees; 0 = left to right, 90 = top to bottom. Left out: 45.
        angle: Option<At<Number>>,
    }
}
