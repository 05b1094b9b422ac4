//! Abbreviations, titles, initials and Roman numerals.

use super::numbers::roman;
use super::place::{Place, Reading, What, ends, is_last, pattern, possessive};

/// Titles, said in full before a name.
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
/// With their full stop: said in full anywhere.
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
/// Said in full only before a number.
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
/// Words before a Roman numeral that counts.
const COUNTED: &[&str] = &[
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
/// Names before a Roman numeral that is an ordinal.
const RULERS: &[&str] = &[
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

/// Dr. Smith, St. John
pub(super) fn title(place: &Place) -> Option<Reading> {
    let found = pattern!(r"([A-Z][a-z]{1,5})(\.?)\s+[A-Z]").captures(place.rest())?;
    let (_, full) = TITLES.iter().find(|(short, _)| *short == &found[1])?;
    let len = found[1].len() + found[2].len();
    // "on Elm St. The house" and "Sunset Dr. is long": after a name it is a street, unless a name follows with no sentence between.
    let after_name = place.word_before_is_name() && !is_title_like(&place.word_before());
    let said = match &found[1] {
        "Rep" | "Col" | "Fr" | "Gen" | "Hon" | "Maj" | "Pres" if found[2].is_empty() => return None,
        "St" if after_name => "street",
        "Dr" if after_name => "drive",
        _ => full,
    };
    Some(Reading::new(len).words(said))
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

/// e.g., etc., No. 5, pp. 3
pub(super) fn abbreviation(place: &Place) -> Option<Reading> {
    let rest = place.rest();
    let numbered = BEFORE_NUMBER
        .iter()
        .find(|(short, _)| rest.strip_prefix(short).is_some_and(|tail| pattern!(r"\s*(?:\d|[IVX]+\b)").is_match(tail)));
    if let Some((short, full)) = numbered {
        return Some(Reading::new(short.len()).words(full));
    }
    let listed = ABBREVIATIONS.iter().find(|(short, _)| rest.starts_with(short));
    if let Some((short, full)) = listed {
        let tail = place.after(short.len());
        if tail.starts_with(char::is_alphanumeric) || (*short == "v." && !is_case(place)) || clashes(short, place) {
            return None;
        }
        let reading = Reading::new(short.len()).words(full);
        return Some(if is_last(tail) && short.ends_with('.') { reading.mark('.') } else { reading });
    }
    None
}

/// "Roe v. Wade": between two names.
fn is_case(place: &Place) -> bool {
    place.word_after(2).starts_with(char::is_uppercase) && place.at > 0
}

/// Whether an abbreviation that is also a word is the word here: a sentence that ends with "temp." or "ft." after no number.
fn clashes(short: &str, place: &Place) -> bool {
    let before_is_number = place.word_before().ends_with(|c: char| c.is_ascii_digit());
    match short {
        "ft." | "oz." | "lbs." | "hrs." | "mins." | "secs." => !before_is_number,
        "min." | "max." | "temp." | "est." | "ext." | "def." | "ver." | "Sat." | "ca." => {
            is_last(place.after(short.len()))
        }
        _ => false,
    }
}

/// U.S., a.m., J. K.: letters with full stops after them.
pub(super) fn initials(place: &Place) -> Option<Reading> {
    dotted_letters(place).or_else(|| initial_of_a_name(place))
}

fn dotted_letters(place: &Place) -> Option<Reading> {
    let found = pattern!(r"(?:[A-Za-z]\.){2,}[A-Za-z]?|Ph\.D\.?|M\.Sc\.?|B\.Sc\.?").find(place.rest())?;
    let tail = place.after(found.len());
    if tail.starts_with(char::is_alphanumeric) {
        return None;
    }
    let letters = found.as_str().to_uppercase().replace('.', "");
    let ending = possessive(tail);
    let reading = Reading::new(found.len() + ending.unwrap_or(0));
    let reading = reading.push(What::Letters { letters, plural: ending.is_some() });
    Some(if found.as_str().ends_with('.') && is_last(tail) { reading.mark('.') } else { reading })
}

/// J. and K. in J. K. Rowling
fn initial_of_a_name(place: &Place) -> Option<Reading> {
    let found = pattern!(r"([A-Z])\.\s+[A-Z]").captures(place.rest())?;
    let before = place.text_before().trim_end().chars().next_back();
    let one_of_a_name = place.at == 0 || before == Some('.') || place.word_before_is_name();
    (one_of_a_name && &found[1] != "I").then(|| Reading::new(2).letters(&found[1]))
}

/// IV in "Chapter IV", VIII in "Henry VIII"
pub(super) fn roman_numeral(place: &Place) -> Option<Reading> {
    let found = pattern!(r"[IVXLCDM]{1,8}").captures(place.rest())?;
    let (value, before) = (roman(&found[0])?, place.word_before());
    let len = found[0].len();
    let capital = place.word_before_is_name();
    if !ends(place.after(len)) || place.after(len).starts_with(['+', '#', '/', '&']) {
        return None;
    }
    if RULERS.contains(&before.as_str()) && capital && value < 40 && (&found[0] != "I" || place.ends_name(len)) {
        return Some(Reading::new(len).words(&format!("the {}", place.wording().ordinal(value))));
    }
    let after_counted = COUNTED.contains(&before.as_str()) && (capital || (&found[0] != "I" && before != "war"));
    // Letters of one sign are names more often than numbers, and "MIX" is a word; two or more of the small signs count.
    let surely = len >= 2 && found[0].bytes().all(|b| b"IVX".contains(&b)) && capital;
    let counted = after_counted && (len > 1 || !matches!(&found[0], "C" | "D" | "M" | "L"));
    (counted || surely).then(|| Reading::new(len).words(&place.wording().cardinal(value)))
}

impl Place<'_> {
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
