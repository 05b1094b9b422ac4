//! The records of what a scene shows.

use crate::spec::chart_numbers::LabelledNumbers;
use crate::spec::decode::{ShortOrLong, Spanned, record};
use crate::spec::model::card_style::BackdropKind;
use crate::spec::model::code_chart::ChartKind;
use crate::spec::model::overlays::ArrowSide;
use crate::spec::model::placement::{ImageFit, SplitSide};
use crate::spec::model::timing::BuildTiming;
use crate::spec::scalar::{
    CellText, CodeText, FileName, Flag, FocusName, LineRange, LogoName, MotionName, Number, Seconds, Share, Text,
};
use crate::units::Colour;

record! {
    placed
    /// What is seen: exactly one of `image`, `video`, `colour`, `gradient`, `title`, `list`, `backdrop`, `quote`, `statement`, `table`, `end`,
    /// `code`, `chart`, `pictures`, `split`, `screens`, `qr` and `logo`, with what goes with it.
    Show {
        /// A still picture: PNG, JPEG or WebP.
        image: Option<Spanned<FileName>>,
        /// A moving picture: MP4, MOV, Matroska, WebM or AVI.
        video: Option<Spanned<FileName>>,
        /// One colour over the whole frame.
        colour: Option<Spanned<Colour>>,
        /// The same as `colour`.
        color: Option<Spanned<Colour>>,
        /// Two colours or more along a line.
        gradient: Option<Spanned<Gradient>>,
        /// A title card; with `qr` and `logo`: a line of it.
        title: Option<Spanned<Text>>,
        /// A list of texts.
        list: Option<Spanned<Vec<Spanned<Text>>>>,
        /// With `image`: how the camera moves.
        motion: Option<Spanned<MotionName>>,
        /// With `image`: what matters in it, as `[across, down]` in shares of the picture, or a name such as `top-left`.
        focus: Option<Spanned<ShortOrLong<Spanned<FocusName>, Vec<Spanned<Share>>>>>,
        /// With `image` and `video`: how it fills the frame. With `pictures`, `split` and `screens`: how each fills its place.
        fit: Option<Spanned<ImageFit>>,
        /// With `video`: where it starts. Left out: at its start.
        from: Option<Spanned<Seconds>>,
        /// With `video`: where it ends. Left out: at its end.
        to: Option<Spanned<Seconds>>,
        /// With `video`: how much of it is shown, in place of `to`.
        length: Option<Spanned<Seconds>>,
        /// With `video`: leave its sound out. Left out: `false`.
        mute: Option<Spanned<Flag>>,
        /// With `title` and `logo`: the line below.
        subtitle: Option<Spanned<Text>>,
        /// With `list`, `table`, `code`, `chart`, `pictures` and `screens`: stands above it.
        heading: Option<Spanned<Text>>,
        /// With `list`, `table`, `code`, `chart`, `pictures`, `split` and `marks`: when each part comes.
        build: Option<Spanned<BuildTiming>>,
        /// A backdrop in the look's colours.
        backdrop: Option<Spanned<BackdropKind>>,
        /// With `backdrop`: which of its kind, a whole number from 0 up. Left out: the look's.
        seed: Option<Spanned<Number>>,
        /// A quotation, in large letters.
        quote: Option<Spanned<Text>>,
        /// With `quote`: who said it.
        by: Option<Spanned<Text>>,
        /// A sentence whose words come in as they are spoken; `*starred*` words are lit.
        statement: Option<Spanned<Text>>,
        /// A table: a CSV file's name, or rows, the first of which is the head.
        table: Option<Spanned<ShortOrLong<Spanned<FileName>, Vec<Spanned<Vec<Spanned<CellText>>>>>>>,
        /// The film's end: a title, with space for the player's own elements.
        end: Option<Spanned<End>>,
        /// A listing: a file of the project, or a map with its text.
        code: Option<Spanned<ShortOrLong<Spanned<FileName>, Code>>>,
        /// With `code`: which lines are shown, such as `10-24`. Left out: all of them.
        lines: Option<Spanned<LineRange>>,
        /// With `code`: lines that light up in turn, such as `[12, 15-18]`.
        highlight: Option<Spanned<ShortOrLong<Spanned<LineRange>, Vec<Spanned<LineRange>>>>>,
        /// Numbers as bars, lines or shares.
        chart: Option<Spanned<Chart>>,
        /// Two to nine pictures: files, or maps.
        pictures: Option<Spanned<Vec<Spanned<ShortOrLong<Spanned<FileName>, Pictured>>>>>,
        /// A picture or a video next to text.
        split: Option<Spanned<Split>>,
        /// Two videos side by side: files, or maps.
        screens: Option<Spanned<Vec<Spanned<ShortOrLong<Spanned<FileName>, Screen>>>>>,
        /// With `image`: what is pointed at in it.
        marks: Option<Spanned<Vec<Spanned<Mark>>>>,
        /// With `marks`: the rest of the picture goes dark. Left out: `false`.
        dim: Option<Spanned<Flag>>,
        /// A QR code: an address, or any text up to 200 bytes.
        qr: Option<Spanned<Text>>,
        /// With `qr`: a line next to or below it.
        caption: Option<Spanned<Text>>,
        /// A logo, large: a picture, or `true` for the film's own.
        logo: Option<Spanned<LogoName>>,
    }
}

record! {
    /// How pictures, videos and lists are shown unless a scene says so itself.
    ShowDefaults {
        /// How the camera moves over pictures. Left out: `auto`.
        motion: Option<MotionName>,
        /// How pictures and videos fill the frame. Left out: `cover`.
        fit: Option<ImageFit>,
        /// When items of a list and rows of a table come. Left out: `sentence`.
        build: Option<BuildTiming>,
    }
}

record! {
    /// One of several pictures.
    Pictured {
        /// The picture's file name.
        image: Spanned<FileName>,
        /// The line below it.
        caption: Option<Spanned<Text>>,
        /// What matters in it.
        focus: Option<Spanned<ShortOrLong<Spanned<FocusName>, Vec<Spanned<Share>>>>>,
    }
}

record! {
    /// A picture or a video next to text.
    Split {
        /// The picture's file name.
        image: Option<Spanned<FileName>>,
        /// Or the video's file name.
        video: Option<Spanned<FileName>>,
        /// On which side it stands; in a vertical frame `left` is above, `right` below. Left out: `left`.
        side: Option<SplitSide>,
        /// The title, in large letters.
        title: Option<Spanned<Text>>,
        /// What stands below it.
        text: Option<Spanned<Text>>,
        /// Or a list of texts.
        list: Option<Spanned<Vec<Spanned<Text>>>>,
        /// With `image`: what matters in it.
        focus: Option<Spanned<ShortOrLong<Spanned<FocusName>, Vec<Spanned<Share>>>>>,
        /// With `video`: where it starts. Left out: at its start.
        from: Option<Spanned<Seconds>>,
        /// With `video`: where it ends. Left out: at its end.
        to: Option<Spanned<Seconds>>,
        /// With `video`: leave its sound out. Left out: `false`.
        mute: Option<Spanned<Flag>>,
    }
}

record! {
    /// One of two videos.
    Screen {
        /// The video's file name.
        video: Spanned<FileName>,
        /// The line above it.
        label: Option<Spanned<Text>>,
        /// Where it starts. Left out: at its start.
        from: Option<Spanned<Seconds>>,
        /// Where it ends. Left out: at its end.
        to: Option<Spanned<Seconds>>,
        /// Leave its sound out. Left out: `true`.
        mute: Option<Spanned<Flag>>,
    }
}

record! {
    /// Something that is pointed at in a picture: exactly one of `box`, `arrow` and `circle`, in shares of the picture.
    Mark {
        /// A rectangle around it: `[x, y, width, height]`.
        r#box: Option<Spanned<Vec<Spanned<Share>>>>,
        /// An arrow to it: `[x, y]`.
        arrow: Option<Spanned<Vec<Spanned<Share>>>>,
        /// A circle around it: `[x, y, radius]`, the radius a share of the picture's width.
        circle: Option<Spanned<Vec<Spanned<Share>>>>,
        /// With `arrow`: where it comes from. Left out: from where there is room.
        from: Option<Spanned<ArrowSide>>,
        /// A text at the mark.
        label: Option<Spanned<Text>>,
    }
}

record! {
    /// The film's last card.
    End {
        /// The title, in large letters.
        title: Spanned<Text>,
        /// What stands below it: up to 4 texts.
        lines: Option<Spanned<Vec<Spanned<Text>>>>,
        /// A QR code in place of a video: an address, or any text up to 200 bytes.
        qr: Option<Spanned<Text>>,
    }
}

record! {
    /// A listing of code.
    Code {
        /// The file that holds it.
        file: Option<Spanned<FileName>>,
        /// The code itself, in place of a file.
        text: Option<Spanned<CodeText>>,
        /// The language. Left out: by the name.
        language: Option<Spanned<Text>>,
        /// What stands in the window's tab. Left out: the file's name.
        name: Option<Spanned<Text>>,
    }
}

record! {
    /// Numbers as bars, lines or shares.
    Chart {
        /// How they are shown.
        kind: Spanned<ChartKind>,
        /// The numbers: a CSV file, or a map of labels and numbers.
        data: Spanned<ShortOrLong<Spanned<FileName>, LabelledNumbers>>,
        /// With a file: the column of labels. Left out: the first one.
        x: Option<Spanned<Text>>,
        /// With a file: the columns of numbers, up to four. Left out: the second one.
        y: Option<Spanned<ShortOrLong<Spanned<Text>, Vec<Spanned<Text>>>>>,
        /// What the numbers count, such as `%`, `s` or `million people`.
        unit: Option<Spanned<Text>>,
    }
}

record! {
    /// Colours along a line.
    Gradient {
        /// Two to eight colours, evenly spaced.
        colours: Option<Spanned<Vec<Colour>>>,
        /// The same as `colours`.
        colors: Option<Spanned<Vec<Colour>>>,
        /// Degrees; 0 = left to right, 90 = top to bottom. Left out: 45.
        angle: Option<Spanned<Number>>,
    }
}
