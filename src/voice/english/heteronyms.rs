//! Words that are written alike and said differently: what the tagger gets wrong is put right from the neighbours, and what parts of speech
//! do not tell apart is told by them.

use super::Accent;
use super::reading::is_ambiguous;

const MODALS: &[&str] = &[
    "to", "will", "would", "can", "could", "shall", "should", "may", "might", "must", "'ll", "'d", "do", "does", "did",
    "don't", "doesn't", "didn't", "won't", "can't", "cannot", "let", "let's", "please", "n't", "not",
];
const DETERMINERS: &[&str] = &[
    "a", "an", "the", "my", "your", "his", "her", "its", "our", "their", "this", "each", "every", "no", "any", "some",
    "one", "another", "new", "old",
];
const PERFECT: &[&str] =
    &["have", "has", "had", "having", "'ve", "been", "be", "is", "was", "were", "are", "being", "get", "gets", "got"];
const PAST: &[&str] =
    &["yesterday", "ago", "last", "then", "once", "already", "previously", "earlier", "finished", "before"];
/// What is minute rather than a minute long.
const SMALL_THINGS: &[&str] = &[
    "amount",
    "amounts",
    "change",
    "changes",
    "crack",
    "cracks",
    "detail",
    "details",
    "difference",
    "differences",
    "fraction",
    "hole",
    "particle",
    "particles",
    "quantities",
    "quantity",
    "trace",
    "traces",
    "variation",
    "variations",
];
const HABIT: &[&str] = &["every", "always", "often", "usually", "never", "sometimes", "daily", "now", "rarely"];

/// Puts the tags of words that depend on them right.
pub(super) fn correct_tags(words: &[String], tags: &mut [&'static str], accent: Accent) {
    for i in 0..words.len() {
        let word = words[i].as_str();
        if !is_ambiguous(word, accent)
            && !matches!(
                word,
                "records"
                    | "uses"
                    | "lives"
                    | "leads"
                    | "winds"
                    | "tears"
                    | "closes"
                    | "objects"
                    | "presents"
                    | "produces"
            )
        {
            continue;
        }
        if let Some(tag) = corrected(words, tags, i) {
            tags[i] = tag;
        }
    }
}

fn corrected(words: &[String], tags: &[&'static str], i: usize) -> Option<&'static str> {
    let (before, after) = (neighbour(words, i, -1), neighbour(words, i, 1));
    let tag = tags[i];
    match words[i].as_str() {
        "read" => read(words, before, tag),
        "live" => live(before, after, tag),
        "close" => close(before, after, tag),
        "minute" => Some(if SMALL_THINGS.contains(&after) { "JJ" } else { "NN" }),
        "content" => content(before, after),
        "present" if matches!(before, "is" | "are" | "was" | "were" | "at") => Some("JJ"),
        "wind" if matches!(after, "up" | "down") && !DETERMINERS.contains(&before) => Some("VB"),
        "perfect" | "present" | "that" | "in" => None,
        _ => by_neighbours(before, after, tag, tags.get(i + 1).copied()),
    }
}

fn content(before: &str, after: &str) -> Option<&'static str> {
    const STATES: &[&str] = &["was", "were", "am", "feel", "felt", "be", "seemed", "not"];
    let content = STATES.contains(&before) || (matches!(before, "is" | "are") && matches!(after, "with" | "to"));
    content.then_some("JJ")
}

/// The tag of a word that is a noun or a verb.
fn by_neighbours(before: &str, after: &str, tag: &str, next: Option<&str>) -> Option<&'static str> {
    const OBJECTS: &[&str] = &["it", "them", "him", "us", "me", "you", "as", "to", "with", "for", "on", "in", "at"];
    let verb = tag.starts_with("VB");
    // "to" before a noun of these is rare, a determiner before a verb impossible.
    if MODALS.contains(&before) && !verb {
        let object = DETERMINERS.contains(&after)
            || OBJECTS.contains(&after)
            || next.is_some_and(|tag| matches!(tag, "NN" | "NNS" | "JJ" | "DT" | "PRP" | "." | "IN"));
        return object.then_some("VB");
    }
    if DETERMINERS.contains(&before) && verb && tag != "VBN" && tag != "VBG" {
        return Some("NN");
    }
    // "We record", "They object"
    if matches!(before, "i" | "we" | "they" | "you" | "who") && tag.starts_with("NN") {
        return Some("VBP");
    }
    None
}

fn neighbour(words: &[String], i: usize, offset: isize) -> &str {
    i.checked_add_signed(offset).and_then(|at| words.get(at)).map_or("", String::as_str)
}

fn read(words: &[String], before: &str, tag: &'static str) -> Option<&'static str> {
    let any = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if MODALS.contains(&before) {
        return Some("VB");
    }
    if PERFECT.contains(&before)
        || (matches!(before, "already" | "just" | "never" | "ever" | "not" | "widely" | "well")
            && any(&["have", "has", "had", "'ve", "is", "was"]))
    {
        return Some("VBN");
    }
    match tag {
        _ if matches!(before, "he" | "she" | "it") => Some("VBD"),
        _ if any(PAST) && !any(HABIT) && tag != "VB" && tag != "NN" => Some("VBD"),
        "VBP" | "VBD" if any(HABIT) || matches!(before, "we" | "they" | "you" | "i" | "and") && tag == "VBP" => {
            Some("VB")
        }
        "VBD" if before.is_empty() => Some("VB"),
        "VBN" if before.is_empty() => Some("VB"),
        _ => None,
    }
}

fn live(before: &str, after: &str, tag: &'static str) -> Option<&'static str> {
    const ADJECTIVAL: &[&str] = &[
        "music",
        "stream",
        "streams",
        "streaming",
        "show",
        "shows",
        "broadcast",
        "concert",
        "demo",
        "view",
        "preview",
        "audience",
        "version",
        "event",
        "data",
        "coverage",
        "chat",
        "feed",
        "video",
        "wire",
        "performance",
        "update",
        "updates",
        "reload",
        "site",
        "server",
        "system",
        "traffic",
        "session",
        "recording",
        "tv",
        "action",
        "football",
    ];
    match before {
        _ if ADJECTIVAL.contains(&after) => Some("JJ"),
        "go" | "goes" | "went" | "going" | "gone" | "broadcast" | "streamed" | "performed" | "recorded" | "played"
        | "is" | "are" | "was" | "it's" | "'s" | "'re" | "a" | "the" => Some("JJ"),
        "to" | "i" | "we" | "they" | "you" | "who" | "people" => Some("VB"),
        _ if MODALS.contains(&before) => Some("VB"),
        _ if matches!(after, "in" | "with" | "there" | "here" | "together" | "near" | "under" | "without")
            && tag != "JJ" =>
        {
            Some("VBP")
        }
        _ => None,
    }
}

fn close(before: &str, after: &str, tag: &'static str) -> Option<&'static str> {
    match (before, after) {
        (_, "to" | "by" | "enough" | "together") if !MODALS.contains(&before) => Some("JJ"),
        (
            "very" | "so" | "too" | "quite" | "as" | "is" | "was" | "are" | "were" | "get" | "stay" | "come" | "came"
            | "a",
            _,
        ) => Some("JJ"),
        ("the", "of") => Some("NN"),
        (b, _) if MODALS.contains(&b) => Some("VB"),
        ("", "the" | "your" | "all" | "this" | "that" | "it") => Some("VB"),
        _ if tag == "NN" && DETERMINERS.contains(&after) => Some("VB"),
        _ => None,
    }
}

/// Phonemes of a word whose meanings are one part of speech, told apart by its neighbours. American, British.
struct Sense {
    word: &'static str,
    before: &'static [&'static str],
    after: &'static [&'static str],
    sound: [&'static str; 2],
}

const SENSES: &[Sense] = &[
    Sense {
        word: "lead",
        before: &["of", "contains", "contain", "containing", "molten", "liquid", "toxic", "heavy"],
        after: &[
            "pipe",
            "pipes",
            "paint",
            "paints",
            "poisoning",
            "bullet",
            "bullets",
            "acid",
            "shot",
            "weight",
            "weights",
            "ore",
            "battery",
            "batteries",
            "crystal",
            "levels",
            "and",
        ],
        sound: ["lˈɛd", "lˈɛd"],
    },
    Sense {
        word: "bass",
        before: &["sea", "striped", "largemouth", "smallmouth", "caught", "black", "catch"],
        after: &["fishing", "fish", "fisherman", "boat", "lure"],
        sound: ["bˈæs", "bˈas"],
    },
    Sense {
        word: "bass",
        before: &[
            "the", "double", "deep", "heavy", "more", "less", "electric", "drum", "plays", "play", "on", "acoustic",
            "and", "some",
        ],
        after: &[
            "guitar",
            "guitars",
            "player",
            "line",
            "lines",
            "drum",
            "drums",
            "note",
            "notes",
            "clef",
            "boost",
            "frequencies",
            "sound",
            "solo",
            "and",
            "is",
            "tones",
        ],
        sound: ["bˈAs", "bˈAs"],
    },
    Sense {
        word: "bow",
        before: &["ship's", "to", "we", "they", "must", "the"],
        after: &["down", "before", "out", "to", "of"],
        sound: ["bˈW", "bˈW"],
    },
    Sense {
        word: "row",
        before: &["terrible", "blazing", "furious"],
        after: &["about", "over"],
        sound: ["ɹˈW", "ɹˈW"],
    },
    Sense {
        word: "tear",
        before: &["to", "will", "can", "could", "would", "and", "don't", "wear"],
        after: &["down", "up", "apart", "off", "it", "the", "into", "out", "here", "along"],
        sound: ["tˈɛɹ", "tˈɛː"],
    },
    Sense {
        word: "does",
        before: &["buck", "bucks", "two", "three", "several"],
        after: &["grazed", "graze"],
        sound: ["dˈOz", "dˈQz"],
    },
    Sense {
        word: "dove",
        before: &["he", "she", "they", "we", "i", "and"],
        after: &["into", "in", "under", "down", "deep", "right"],
        sound: ["dˈOv", "dˈQv"],
    },
    Sense { word: "sewer", before: &["the", "expert"], after: &["sewed"], sound: ["sˈOəɹ", "sˈQə"] },
    Sense {
        word: "resume",
        before: &["my", "your", "his", "her", "a", "the", "their"],
        after: &["and", "is", "was", "shows", "to", "with"],
        sound: ["ɹˈɛzəmˌA", "ɹˈɛzjʊmˌA"],
    },
    Sense {
        word: "resumes",
        before: &["their", "our", "of", "many", "the"],
        after: &[],
        sound: ["ɹˈɛzəmˌAz", "ɹˈɛzjʊmˌAz"],
    },
];
/// Meanings for which both neighbours must agree, since each alone is common with the other meaning.
const BOTH: &[&str] = &["bow", "row", "tear", "dove", "sewer", "does"];

/// The sound of the word at `i`, where its neighbours tell its meaning.
pub(super) fn sense(words: &[String], i: usize, accent: Accent) -> Option<&'static str> {
    let (before, after) = (neighbour(words, i, -1), neighbour(words, i, 1));
    let found = SENSES.iter().filter(|sense| sense.word == words[i]).find(|sense| {
        let (b, a) = (sense.before.contains(&before), sense.after.contains(&after));
        match sense.word {
            "lead" if after == "and" => b || before == "contains",
            "lead" => {
                a || (b && !matches!(before, "of")
                    || before == "of"
                        && matches!(
                            neighbour(words, i, -2),
                            "made" | "ounce" | "tons" | "full" | "amounts" | "levels" | "traces"
                        ))
            }
            "resume" => b && !matches!(after, "the" | "work"),
            word if BOTH.contains(&word) => a && b,
            _ => a || b,
        }
    })?;
    Some(found.sound[usize::from(accent == Accent::British)])
}
