//! Rules for abbreviations, titles, initials and Roman numerals.

use super::numbers::roman;
use super::spoken_item::SpokenItem;
use super::text_position::{RuleMatch, TextPosition, is_last, is_word_end, pattern, possessive_length};

/// Titles and their spoken forms before a name.
const TITLES: &[(&str, &str)] = &[
    ("Mr", "mister"),
    ("Mrs", "missus"),
    ("Ms", "miz"),
    ("Dr", "doctor"),
    ("Prof", "professor"),
    ("St", "saint"),
    ("Mt", "mount"),
    ("Ft", "fort"),
    ("Gen", "general"),
    ("Gov", "governor"),
    ("Sen", "senator"),
    ("Rep", "representative"),
    ("Capt", "captain"),
    ("Lt", "lieutenant"),
    ("Col", "colonel"),
    ("Sgt", "sergeant"),
    ("Cpl", "corporal"),
    ("Maj", "major"),
    ("Adm", "admiral"),
    ("Rev", "reverend"),
    ("Hon", "honorable"),
    ("Pres", "president"),
    ("Fr", "father"),
    ("Mme", "madame"),
    ("Messrs", "messieurs"),
];
/// Abbreviations (with their full stop) and their spoken forms in every context.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("e.g.", "for example"),
    ("i.e.", "that is"),
    ("etc.", "etc"),
    ("et al.", "et al"),
    ("vs.", "versus"),
    ("v.", "versus"),
    ("cf.", "compare"),
    ("viz.", "namely"),
    ("approx.", "approximately"),
    ("ca.", "circa"),
    ("est.", "established"),
    ("incl.", "including"),
    ("excl.", "excluding"),
    ("resp.", "respectively"),
    ("misc.", "miscellaneous"),
    ("orig.", "originally"),
    ("esp.", "especially"),
    ("max.", "maximum"),
    ("min.", "minimum"),
    ("avg.", "average"),
    ("temp.", "temperature"),
    ("ver.", "version"),
    ("ext.", "extension"),
    ("Jr.", "junior"),
    ("Sr.", "senior"),
    ("Inc.", "incorporated"),
    ("Ltd.", "limited"),
    ("Corp.", "corporation"),
    ("Co.", "company"),
    ("Bros.", "brothers"),
    ("Dept.", "department"),
    ("Univ.", "university"),
    ("Assn.", "association"),
    ("Govt.", "government"),
    ("St.", "street"),
    ("Dr.", "drive"),
    ("Ave.", "avenue"),
    ("Blvd.", "boulevard"),
    ("Rd.", "road"),
    ("Ln.", "lane"),
    ("Hwy.", "highway"),
    ("Pkwy.", "parkway"),
    ("Sq.", "square"),
    ("Apt.", "apartment"),
    ("Bldg.", "building"),
    ("Mr.", "mister"),
    ("Mrs.", "missus"),
    ("Ms.", "miz"),
    ("Prof.", "professor"),
    ("Mt.", "mount"),
    ("Mon.", "Monday"),
    ("Tue.", "Tuesday"),
    ("Tues.", "Tuesday"),
    ("Wed.", "Wednesday"),
    ("Thu.", "Thursday"),
    ("Thurs.", "Thursday"),
    ("Fri.", "Friday"),
    ("Sat.", "Saturday"),
    ("ft.", "feet"),
    ("lbs.", "pounds"),
    ("oz.", "ounces"),
    ("hrs.", "hours"),
    ("mins.", "minutes"),
    ("secs.", "seconds"),
    ("dept.", "department"),
    ("tel.", "telephone"),
    ("Tel.", "telephone"),
    ("abbr.", "abbreviation"),
    ("def.", "definition"),
    ("w/o", "without"),
    ("w/", "with"),
];
/// Abbreviations and their spoken forms before a number.
const BEFORE_NUMBER: &[(&str, &str)] = &[
    ("No.", "number"),
    ("no.", "number"),
    ("Nos.", "numbers"),
    ("nos.", "numbers"),
    ("№", "number"),
    ("Rm.", "room"),
    ("p.", "page"),
    ("P.", "page"),
    ("pp.", "pages"),
    ("Fig.", "figure"),
    ("fig.", "figure"),
    ("Figs.", "figures"),
    ("Eq.", "equation"),
    ("eq.", "equation"),
    ("Sec.", "section"),
    ("sec.", "section"),
    ("Vol.", "volume"),
    ("vol.", "volume"),
    ("Ch.", "chapter"),
    ("ch.", "chapter"),
    ("Art.", "article"),
    ("art.", "article"),
    ("Ex.", "example"),
    ("ex.", "example"),
    ("Tab.", "table"),
    ("Ver.", "version"),
    ("Ref.", "reference"),
    ("§", "section"),
    ("approx", "approximately"),
    ("ln.", "line"),
    ("col.", "column"),
    ("Col.", "column"),
    ("ll.", "lines"),
];
/// Words before a Roman numeral that is read as a cardinal number.
const NUMBERED_WORDS: &[&str] = &[
    "chapter",
    "part",
    "vol",
    "ch",
    "no",
    "fig",
    "act",
    "scene",
    "section",
    "volume",
    "book",
    "phase",
    "article",
    "war",
    "mark",
    "type",
    "level",
    "stage",
    "class",
    "grade",
    "bowl",
    "apollo",
    "gemini",
    "fantasy",
    "episode",
    "round",
    "rocky",
    "title",
    "appendix",
    "figure",
    "table",
    "unit",
    "lesson",
    "saturn",
    "photoshop",
];
/// Names and titles before a Roman numeral that is read as an ordinal number.
const REGNAL_NAMES: &[&str] = &[
    "pope",
    "king",
    "queen",
    "henry",
    "louis",
    "edward",
    "george",
    "william",
    "charles",
    "james",
    "richard",
    "elizabeth",
    "napoleon",
    "pius",
    "benedict",
    "leo",
    "paul",
    "ramses",
    "frederick",
    "philip",
    "alexander",
    "nicholas",
    "peter",
    "catherine",
    "ivan",
    "umberto",
    "gustav",
    "christian",
    "ferdinand",
    "john",
    "francis",
    "gregory",
    "clement",
    "innocent",
    "urban",
    "wilhelm",
    "friedrich",
    "haakon",
    "harald",
    "olav",
    "alfonso",
    "felipe",
    "otto",
];

/// A title before a name: Dr. Smith, St. John
pub(super) fn title(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"([A-Z][a-z]{1,5})(\.?)\s+[A-Z]").captures(position.rest())?;
    let (_, full) = TITLES.iter().find(|(short, _)| *short == &found[1])?;
    let len = found[1].len() + found[2].len();
    // After a name it is a street: "Sunset Dr."
    let after_name = position.word_before_is_name() && !is_title_like(&position.word_before());
    let spoken = match &found[1] {
        "Rep" | "Col" | "Fr" | "Gen" | "Hon" | "Maj" | "Pres" if found[2].is_empty() => return None,
        "St" if after_name => "street",
        "Dr" if after_name => "drive",
        _ => full,
    };
    Some(RuleMatch::new(len).words(spoken))
}

fn is_title_like(word: &str) -> bool {
    const NO_NAMES: &[&str] = &[
        "the",
        "and",
        "prof",
        "professor",
        "mr",
        "mrs",
        "ms",
        "in",
        "at",
        "from",
        "mount",
        "dear",
        "hello",
        "hi",
        "said",
        "says",
        "but",
        "when",
        "if",
        "as",
        "thanks",
    ];
    word.is_empty() || NO_NAMES.contains(&word)
}

/// A listed abbreviation: e.g., etc., No. 5, pp. 3
pub(super) fn abbreviation(position: &TextPosition) -> Option<RuleMatch> {
    let rest = position.rest();
    let numbered = BEFORE_NUMBER
        .iter()
        .find(|(short, _)| rest.strip_prefix(short).is_some_and(|tail| pattern!(r"\s*(?:\d|[IVX]+\b)").is_match(tail)));
    if let Some((short, full)) = numbered {
        return Some(RuleMatch::new(short.len()).words(full));
    }
    let listed = ABBREVIATIONS.iter().find(|(short, _)| rest.starts_with(short));
    if let Some((short, full)) = listed {
        let tail = position.after(short.len());
        if tail.starts_with(char::is_alphanumeric)
            || (*short == "v." && !is_court_case(position))
            || is_plain_word(short, position)
        {
            return None;
        }
        let rule_match = RuleMatch::new(short.len()).words(full);
        return Some(if is_last(tail) && short.ends_with('.') { rule_match.mark('.') } else { rule_match });
    }
    None
}

/// Whether "v." at `position` is between two names: "Roe v. Wade"
fn is_court_case(position: &TextPosition) -> bool {
    position.word_after(2).starts_with(char::is_uppercase) && position.at > 0
}

/// Whether the abbreviation `short` is a word here: "temp." at the end of a sentence, or "ft." without a number before it.
fn is_plain_word(short: &str, position: &TextPosition) -> bool {
    let before_is_number = position.word_before().ends_with(|c: char| c.is_ascii_digit());
    match short {
        "ft." | "oz." | "lbs." | "hrs." | "mins." | "secs." => !before_is_number,
        "min." | "max." | "temp." | "est." | "ext." | "def." | "ver." | "Sat." | "ca." => {
            is_last(position.after(short.len()))
        }
        _ => false,
    }
}

/// Letters with full stops: U.S., a.m., J. K.
pub(super) fn initials(position: &TextPosition) -> Option<RuleMatch> {
    dotted_letters(position).or_else(|| initial_of_a_name(position))
}

fn dotted_letters(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"(?:[A-Za-z]\.){2,}[A-Za-z]?|Ph\.D\.?|M\.Sc\.?|B\.Sc\.?").find(position.rest())?;
    let tail = position.after(found.len());
    if tail.starts_with(char::is_alphanumeric) {
        return None;
    }
    let letters = found.as_str().to_uppercase().replace('.', "");
    let ending = possessive_length(tail);
    let rule_match = RuleMatch::new(found.len() + ending.unwrap_or(0));
    let rule_match = rule_match.push(SpokenItem::Letters { letters, plural: ending.is_some() });
    Some(if found.as_str().ends_with('.') && is_last(tail) { rule_match.mark('.') } else { rule_match })
}

/// An initial of a name: J. and K. in J. K. Rowling
fn initial_of_a_name(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"([A-Z])\.\s+[A-Z]").captures(position.rest())?;
    let before = position.text_before().trim_end().chars().next_back();
    let one_of_a_name = position.at == 0 || before == Some('.') || position.word_before_is_name();
    (one_of_a_name && &found[1] != "I").then(|| RuleMatch::new(2).letters(&found[1]))
}

/// A Roman numeral: IV in "Chapter IV", VIII in "Henry VIII"
pub(super) fn roman_numeral(position: &TextPosition) -> Option<RuleMatch> {
    let found = pattern!(r"[IVXLCDM]{1,8}").captures(position.rest())?;
    let value = roman(&found[0])?;
    let before = position.word_before();
    let len = found[0].len();
    let capital = position.word_before_is_name();
    if !is_word_end(position.after(len)) || position.after(len).starts_with(['+', '#', '/', '&']) {
        return None;
    }
    if REGNAL_NAMES.contains(&before.as_str()) && capital && value < 40 && (&found[0] != "I" || position.ends_name(len))
    {
        return Some(RuleMatch::new(len).words(&format!("the {}", position.number_style().ordinal(value))));
    }
    let after_counted = NUMBERED_WORDS.contains(&before.as_str()) && (capital || (&found[0] != "I" && before != "war"));
    // A single letter is a name more often than a number, and "MIX" is a word. Two or more of I, V and X are a number.
    let surely = len >= 2 && found[0].bytes().all(|b| b"IVX".contains(&b)) && capital;
    let counted = after_counted && (len > 1 || !matches!(&found[0], "C" | "D" | "M" | "L"));
    (counted || surely).then(|| RuleMatch::new(len).words(&position.number_style().cardinal(value)))
}

impl TextPosition<'_> {
    /// Whether the word before here begins with a capital.
    fn word_before_is_name(&self) -> bool {
        let word = self.text_before().trim_end().rsplit(char::is_whitespace).next().unwrap_or_default();
        word.starts_with(char::is_uppercase) && word.ends_with(char::is_alphanumeric)
    }

    /// Whether a name ends after `len` bytes: "Elizabeth I was", not "King I am".
    fn ends_name(&self, len: usize) -> bool {
        !matches!(self.word_after(len), "am" | "have" | "had" | "will" | "think" | "know" | "was")
    }
}
