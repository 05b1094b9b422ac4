//! Heteronyms: words with one spelling and several pronunciations. The neighbouring words correct the tagger, and distinguish meanings that
//! are the same part of speech.

use super::accent::Accent;
use super::word_reader::is_ambiguous;

/// Words before a verb in the infinitive.
const MODALS: &[&str] = &[
    "to", "will", "would", "can", "could", "shall", "should", "may", "might", "must", "'ll", "'d", "do", "does", "did",
    "don't", "doesn't", "didn't", "won't", "can't", "cannot", "let", "let's", "please", "n't", "not",
];
/// Words before a noun.
const DETERMINERS: &[&str] = &[
    "a", "an", "the", "my", "your", "his", "her", "its", "our", "their", "this", "each", "every", "no", "any", "some",
    "one", "another", "new", "old",
];
/// Words before a past participle.
const PERFECT_AUXILIARIES: &[&str] =
    &["have", "has", "had", "having", "'ve", "been", "be", "is", "was", "were", "are", "being", "get", "gets", "got"];
/// Words that indicate the past tense.
const PAST_WORDS: &[&str] =
    &["yesterday", "ago", "last", "then", "once", "already", "previously", "earlier", "finished", "before"];
/// Words after "minute" as an adjective.
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
/// Words that indicate a habit, and so the present tense.
const HABIT_WORDS: &[&str] = &["every", "always", "often", "usually", "never", "sometimes", "daily", "now", "rarely"];

/// Inflected forms of heteronyms, whose tags are corrected like those of the ambiguous words of the lexicon.
const INFLECTED_HETERONYMS: &[&str] =
    &["records", "uses", "lives", "leads", "winds", "tears", "closes", "objects", "presents", "produces"];

/// Corrects the tags of words whose phonemes depend on the tag.
pub(super) fn correct_tags(words: &[String], tags: &mut [&'static str], accent: Accent) {
    for i in 0..words.len() {
        let word = words[i].as_str();
        if !is_ambiguous(word, accent) && !INFLECTED_HETERONYMS.contains(&word) {
            continue;
        }
        if let Some(tag) = corrected_tag(words, tags, i) {
            tags[i] = tag;
        }
    }
}

fn corrected_tag(words: &[String], tags: &[&'static str], i: usize) -> Option<&'static str> {
    let (before, after) = (neighbour(words, i, -1), neighbour(words, i, 1));
    let tag = tags[i];
    match words[i].as_str() {
        "read" => tag_of_read(words, before, tag),
        "live" => tag_of_live(before, after, tag),
        "close" => tag_of_close(before, after, tag),
        "minute" => Some(if SMALL_THINGS.contains(&after) { "JJ" } else { "NN" }),
        "content" => tag_of_content(before, after),
        "present" if matches!(before, "is" | "are" | "was" | "were" | "at") => Some("JJ"),
        "wind" if matches!(after, "up" | "down") && !DETERMINERS.contains(&before) => Some("VB"),
        "perfect" | "present" | "that" | "in" => None,
        _ => tag_by_neighbours(before, after, tag, tags.get(i + 1).copied()),
    }
}

fn tag_of_content(before: &str, after: &str) -> Option<&'static str> {
    const STATES: &[&str] = &["was", "were", "am", "feel", "felt", "be", "seemed", "not"];
    let content = STATES.contains(&before) || (matches!(before, "is" | "are") && matches!(after, "with" | "to"));
    content.then_some("JJ")
}

/// The tag of a word that may be a noun or a verb; `None` to keep the tagger's.
fn tag_by_neighbours(before: &str, after: &str, tag: &str, next: Option<&str>) -> Option<&'static str> {
    const OBJECTS: &[&str] = &["it", "them", "him", "us", "me", "you", "as", "to", "with", "for", "on", "in", "at"];
    let verb = tag.starts_with("VB");
    // "to" is rare before such a noun, and a determiner is impossible before a verb.
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

/// Whether one of `words` is in `list`.
fn contains_any(words: &[String], list: &[&str]) -> bool {
    words.iter().any(|word| list.contains(&word.as_str()))
}

fn tag_of_read(words: &[String], before: &str, tag: &'static str) -> Option<&'static str> {
    if MODALS.contains(&before) {
        return Some("VB");
    }
    if PERFECT_AUXILIARIES.contains(&before)
        || (matches!(before, "already" | "just" | "never" | "ever" | "not" | "widely" | "well")
            && contains_any(words, &["have", "has", "had", "'ve", "is", "was"]))
    {
        return Some("VBN");
    }
    match tag {
        _ if matches!(before, "he" | "she" | "it") => Some("VBD"),
        _ if contains_any(words, PAST_WORDS) && !contains_any(words, HABIT_WORDS) && tag != "VB" && tag != "NN" => {
            Some("VBD")
        }
        "VBP" | "VBD"
            if contains_any(words, HABIT_WORDS)
                || matches!(before, "we" | "they" | "you" | "i" | "and") && tag == "VBP" =>
        {
            Some("VB")
        }
        "VBD" if before.is_empty() => Some("VB"),
        "VBN" if before.is_empty() => Some("VB"),
        _ => None,
    }
}

fn tag_of_live(before: &str, after: &str, tag: &'static str) -> Option<&'static str> {
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

fn tag_of_close(before: &str, after: &str, tag: &'static str) -> Option<&'static str> {
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

/// A meaning of a heteronym, recognised by the words before or after it, and its phonemes in American and in British English.
struct HeteronymSense {
    word: &'static str,
    before: &'static [&'static str],
    after: &'static [&'static str],
    sound: [&'static str; 2],
}

const HETERONYMS: &[HeteronymSense] = &[
    HeteronymSense {
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
    HeteronymSense {
        word: "bass",
        before: &["sea", "striped", "largemouth", "smallmouth", "caught", "black", "catch"],
        after: &["fishing", "fish", "fisherman", "boat", "lure"],
        sound: ["bˈæs", "bˈas"],
    },
    HeteronymSense {
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
    HeteronymSense {
        word: "bow",
        before: &["ship's", "to", "we", "they", "must", "the"],
        after: &["down", "before", "out", "to", "of"],
        sound: ["bˈW", "bˈW"],
    },
    HeteronymSense {
        word: "row",
        before: &["terrible", "blazing", "furious"],
        after: &["about", "over"],
        sound: ["ɹˈW", "ɹˈW"],
    },
    HeteronymSense {
        word: "tear",
        before: &["to", "will", "can", "could", "would", "and", "don't", "wear"],
        after: &["down", "up", "apart", "off", "it", "the", "into", "out", "here", "along"],
        sound: ["tˈɛɹ", "tˈɛː"],
    },
    HeteronymSense {
        word: "does",
        before: &["buck", "bucks", "two", "three", "several"],
        after: &["grazed", "graze"],
        sound: ["dˈOz", "dˈQz"],
    },
    HeteronymSense {
        word: "dove",
        before: &["he", "she", "they", "we", "i", "and"],
        after: &["into", "in", "under", "down", "deep", "right"],
        sound: ["dˈOv", "dˈQv"],
    },
    HeteronymSense { word: "sewer", before: &["the", "expert"], after: &["sewed"], sound: ["sˈOəɹ", "sˈQə"] },
    HeteronymSense {
        word: "resume",
        before: &["my", "your", "his", "her", "a", "the", "their"],
        after: &["and", "is", "was", "shows", "to", "with"],
        sound: ["ɹˈɛzəmˌA", "ɹˈɛzjʊmˌA"],
    },
    HeteronymSense {
        word: "resumes",
        before: &["their", "our", "of", "many", "the"],
        after: &[],
        sound: ["ɹˈɛzəmˌAz", "ɹˈɛzjʊmˌAz"],
    },
];
/// Heteronyms for which both neighbours must match, since each alone is common with the other meaning.
const NEEDS_BOTH_NEIGHBOURS: &[&str] = &["bow", "row", "tear", "dove", "sewer", "does"];

/// The phonemes of the word at the index `i`, if its neighbours indicate its meaning.
pub(super) fn sense_phonemes(words: &[String], i: usize, accent: Accent) -> Option<&'static str> {
    let (before, after) = (neighbour(words, i, -1), neighbour(words, i, 1));
    let found = HETERONYMS.iter().filter(|sense| sense.word == words[i]).find(|sense| {
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
            word if NEEDS_BOTH_NEIGHBOURS.contains(&word) => a && b,
            _ => a || b,
        }
    })?;
    Some(found.sound[usize::from(accent == Accent::British)])
}
