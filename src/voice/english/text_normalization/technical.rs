//! Lists of technical terms that are in no lexicon, with their spoken forms or their phonemes, and of words in capitals.

use crate::voice::english::accent::Accent;

/// Terms (in lower case) and their spoken forms. A word in capitals in a spoken form is spelled.
const SPOKEN_FORMS: &[(&str, &str)] = &[
    ("ai", "AI"),
    ("api", "API"),
    ("args", "arghs"),
    ("argv", "arg V"),
    ("aws", "AWS"),
    ("backend", "back end"),
    ("btrfs", "butter FS"),
    ("bzip2", "B zip two"),
    ("cfg", "con fig"),
    ("chmod", "CH mod"),
    ("cli", "CLI"),
    ("cmake", "C make"),
    ("cron", "kron"),
    ("crates.io", "crates dot IO"),
    ("ctrl", "control"),
    ("dns", "DNS"),
    ("docx", "dock X"),
    ("ebpf", "EBPF"),
    ("etcd", "et CD"),
    ("exe", "EXE"),
    ("ffmpeg", "FFM peg"),
    ("ffprobe", "FF probe"),
    ("fsync", "F sink"),
    ("ftp", "FTP"),
    ("gcc", "GCC"),
    ("gitignore", "git ignore"),
    ("glibc", "G lib C"),
    ("golang", "go lang"),
    ("graphql", "graph QL"),
    ("grpc", "GRPC"),
    ("gzip", "G zip"),
    ("hashmap", "hash map"),
    ("html", "HTML"),
    ("http", "HTTP"),
    ("https", "HTTPS"),
    ("ide", "IDE"),
    ("ip", "IP"),
    ("iot", "IOT"),
    ("ios", "IOS"),
    ("ipados", "eye pad OS"),
    ("iphone", "eye phone"),
    ("ipad", "eye pad"),
    ("jpg", "jay peg"),
    ("js", "JS"),
    ("jsonl", "jason L"),
    ("jwt", "JWT"),
    ("kubectl", "cube control"),
    ("k8s", "kates"),
    ("latex", "lay tech"),
    ("libx264", "lib X two sixty four"),
    ("llm", "LLM"),
    ("llms", "LLMs"),
    ("macos", "mac OS"),
    ("malloc", "mal lock"),
    ("mkdir", "make dir"),
    ("mkv", "MKV"),
    ("mongodb", "mongo DB"),
    ("mp3", "MP three"),
    ("mp4", "MP four"),
    ("mysql", "my SQL"),
    ("namespace", "name space"),
    ("neovim", "neo vim"),
    ("nginx", "engine X"),
    ("npm", "NPM"),
    ("oauth", "oh auth"),
    ("onnx", "onyx"),
    ("phd", "PHD"),
    ("opengl", "open GL"),
    ("openai", "open AI"),
    ("os", "OS"),
    ("pdf", "PDF"),
    ("png", "PNG"),
    ("powershell", "power shell"),
    ("pypi", "pie PI"),
    ("pytest", "pie test"),
    ("qemu", "Q emu"),
    ("readme", "read me"),
    ("redb", "red B"),
    ("rpc", "RPC"),
    ("rustc", "rust C"),
    ("rustfmt", "rust format"),
    ("sha", "shah"),
    ("sql", "SQL"),
    ("sqlite", "SQ light"),
    ("src", "source"),
    ("ssh", "SSH"),
    ("ssd", "SSD"),
    ("ssl", "SSL"),
    ("std", "standard"),
    ("fs", "FS"),
    ("stderr", "standard error"),
    ("stdin", "standard in"),
    ("stdio", "standard IO"),
    ("stdout", "standard out"),
    ("stt", "STT"),
    ("svg", "SVG"),
    ("symlink", "sim link"),
    ("symlinks", "sim links"),
    ("systemd", "system D"),
    ("tcp", "TCP"),
    ("tls", "TLS"),
    ("tmp", "temp"),
    ("tts", "TTS"),
    ("txt", "text"),
    ("udp", "UDP"),
    ("ui", "UI"),
    ("url", "URL"),
    ("urls", "URLs"),
    ("usb", "USB"),
    ("usr", "user"),
    ("utf", "UTF"),
    ("uuid", "UUID"),
    ("ux", "UX"),
    ("vite", "veet"),
    ("vscode", "VS code"),
    ("vue", "view"),
    ("wav", "wave"),
    ("webassembly", "web assembly"),
    ("webgl", "web GL"),
    ("webp", "web P"),
    ("webrtc", "web RTC"),
    ("wifi", "why fi"),
    ("wi-fi", "why fi"),
    ("www", "WWW"),
    ("xml", "XML"),
    ("zlib", "Z lib"),
    ("zstd", "Z standard"),
    ("zsh", "Z shell"),
    ("x86", "X eighty six"),
    ("i/o", "IO"),
    ("tcp/ip", "TCPIP"),
    ("24/7", "twenty four seven"),
    ("w/", "with"),
    ("w/o", "without"),
    ("c++", "C plus plus"),
    ("c#", "C sharp"),
    ("f#", "F sharp"),
    (".net", "dot net"),
    ("asp.net", "ASP dot net"),
    ("node.js", "node JS"),
    ("vue.js", "view JS"),
    ("next.js", "next JS"),
    ("three.js", "three JS"),
    ("d3.js", "D three JS"),
    ("g++", "G plus plus"),
    ("notepad++", "notepad plus plus"),
    ("n/a", "NA"),
    ("he/she", "he or she"),
    ("she/he", "she or he"),
    ("his/her", "his or her"),
    ("him/her", "him or her"),
    ("yes/no", "yes no"),
    ("on/off", "on off"),
    ("read/write", "read write"),
    ("client/server", "client server"),
    ("cmd", "command"),
    ("résumé", "rezz uh may"),
    ("and/or", "and or"),
    ("a/b", "AB"),
    ("i18n", "I eighteen N"),
    ("l10n", "L ten N"),
    ("b2b", "B to B"),
    ("b2c", "B to C"),
    ("p2p", "P to P"),
    ("r&d", "R and D"),
    ("q&a", "Q and A"),
    ("at&t", "AT and T"),
    ("o.k", "OK"),
    ("vs", "versus"),
];

/// Terms (in lower case) and their phonemes in American and in British English.
const PHONEMES: &[(&str, &str, &str)] = &[
    ("async", "ˈAsˌɪŋk", "ˈAsˌɪŋk"),
    ("config", "kˈɑnfˌɪɡ", "kˈɒnfˌɪɡ"),
    ("configs", "kˈɑnfˌɪɡz", "kˈɒnfˌɪɡz"),
    ("enum", "ˈinˌʌm", "ˈiːnˌʌm"),
    ("enums", "ˈinˌʌmz", "ˈiːnˌʌmz"),
    ("env", "ˈɛnv", "ˈɛnv"),
    ("github", "ɡˈɪthˌʌb", "ɡˈɪthˌʌb"),
    ("gitlab", "ɡˈɪtlˌæb", "ɡˈɪtlˌab"),
    ("javascript", "ʤˈɑvəskɹˌɪpt", "ʤˈɑːvəskɹˌɪpt"),
    ("json", "ʤˈAsᵊn", "ʤˈAsᵊn"),
    ("kubernetes", "kˌubəɹnˈɛTiz", "kˌuːbənˈɛtiːz"),
    ("localhost", "lˈOkᵊlhˌOst", "lˈQkᵊlhˌQst"),
    ("mutex", "mjˈutˌɛks", "mjˈuːtˌɛks"),
    ("mutexes", "mjˈutˌɛksᵻz", "mjˈuːtˌɛksɪz"),
    ("numpy", "nˈʌmpˌI", "nˈʌmpˌI"),
    ("nvidia", "ɛnvˈɪdiə", "ɛnvˈɪdiə"),
    ("postgres", "pˈOstɡɹˌɛs", "pˈQstɡɹˌɛs"),
    ("postgresql", "pˈOstɡɹˌɛs kjˌuˈɛl", "pˈQstɡɹˌɛs kjˌuːˈɛl"),
    ("pytorch", "pˈItˌɔɹʧ", "pˈItˌɔːʧ"),
    ("redis", "ɹˈɛdᵻs", "ɹˈɛdɪs"),
    ("scipy", "sˈIpˌI", "sˈIpˌI"),
    ("serde", "sˈɜɹdi", "sˈɜːdi"),
    ("sudo", "sˈudu", "sˈuːduː"),
    ("tokio", "tˈOkiˌO", "tˈQkiˌQ"),
    ("toml", "tˈɑmᵊl", "tˈɒmᵊl"),
    ("wasm", "wˈæzᵊm", "wˈazᵊm"),
    ("yaml", "jˈæmᵊl", "jˈamᵊl"),
    ("yml", "jˈæmᵊl", "jˈamᵊl"),
    ("shh", "ʃ", "ʃ"),
    ("brr", "bˈɜɹ", "bˈɜː"),
    ("brrr", "bˈɜɹ", "bˈɜː"),
    ("grr", "ɡˈɜɹ", "ɡˈɜː"),
    ("psst", "pst", "pst"),
    ("pfft", "pft", "pft"),
    ("tsk", "tˈɪsk", "tˈɪsk"),
    ("youtube", "jˈutˌub", "jˈuːtjˌuːb"),
];

/// Acronyms that are read as words.
const WORD_ACRONYMS: &[&str] = &[
    "ACID", "AIDS", "AJAX", "ARIA", "ARM", "ASCII", "AVIF", "BASIC", "BIOS", "CAD", "CAPTCHA", "CORS", "CRUD", "CUDA",
    "DOM", "FAT", "FIFA", "FLAC", "GIF", "GIT", "GREP", "IMAX", "INTERPOL", "JAR", "JPEG", "LAMP", "LAN", "LASER",
    "LIDAR", "LIFO", "LUFS", "MIDI", "MIME", "MOSFET", "NAND", "NASA", "NASDAQ", "NATO", "NUMA", "OPEC", "PIN",
    "POSIX", "RADAR", "RAID", "RAM", "REPL", "REST", "ROM", "SARS", "SCRUM", "SCUBA", "SIM", "SIMD", "SMART", "SOAP",
    "SOLID", "SONAR", "SWAT", "TED", "TIFF", "UNESCO", "UNICEF", "UNIX", "VIM", "VPAT", "WAN", "WASI", "YOLO", "ZIP",
    "DRY", "KISS", "FOMO",
];
/// Acronyms that are spelled, although in lower case they could be words.
const SPELLED_ACRONYMS: &[&str] = &[
    "IT", "US", "UN", "EU", "UK", "PM", "AM", "OS", "ID", "TV", "PC", "AC", "DC", "HR", "PR", "IP", "DB", "UI", "UX",
    "IO", "VR", "AR", "ML", "QA", "CD", "CI", "ER", "EMS", "GPS", "FAQ", "ICE", "AID", "SPA", "CAT", "DIY", "ETA",
    "GDP", "ROI", "SAT", "SUV", "VAT", "WHO", "ADD", "CAP", "COO", "MIT", "UPS", "LED", "LEDS", "IDS", "IDE", "ORM",
    "ACL", "APT", "HAM", "MOM", "USE", "CIA", "MBA", "CEO", "SUN", "NET", "PHP", "DAG", "TOM", "JIT", "GIL", "MIPS",
    "DIN",
];
/// Short words that are often written in capitals for emphasis.
const STRESSED_WORDS: &[&str] = &[
    "A", "I", "ALL", "AND", "ANY", "ARE", "AS", "AT", "BAD", "BE", "BIG", "BUT", "BY", "CAN", "DID", "DO", "FAR",
    "FEW", "FOR", "GET", "GO", "GOT", "HAD", "HAS", "HE", "HER", "HIM", "HIS", "HOW", "IF", "IN", "IS", "ITS", "ME",
    "MAY", "MY", "NEW", "NO", "NOT", "NOW", "OF", "OFF", "OH", "OLD", "ON", "ONE", "OR", "OUR", "OUT", "OWN", "SAY",
    "SEE", "SHE", "SO", "STOP", "THE", "TO", "TOO", "TOP", "TRY", "TWO", "UP", "WAS", "WAY", "WE", "WHY", "YES", "YET",
    "YOU", "RED", "RUN", "PUT", "DAY", "HOT", "HEY", "WOW", "LET", "WON", "YOUR",
];

/// The spoken form of a listed term.
pub(super) fn spoken_form(word: &str) -> Option<&'static str> {
    let small = word.to_lowercase();
    let (_, spoken) = SPOKEN_FORMS.iter().find(|(written, _)| *written == small)?;
    Some(spoken)
}

/// The phonemes of a listed term.
pub(super) fn phonemes(word: &str, accent: Accent) -> Option<&'static str> {
    let small = word.to_lowercase();
    let (_, american, british) = PHONEMES.iter().find(|(written, ..)| *written == small)?;
    Some(if accent == Accent::American { american } else { british })
}

/// The reading of a word in capitals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CapitalsReading {
    /// An acronym, read as a word.
    Acronym,
    /// An acronym, read letter by letter.
    Spelled,
    /// An ordinary word, stressed.
    Stressed,
    /// The word is in none of the lists.
    Unknown,
}

/// The reading of `word`, which is in capitals, according to the lists.
pub(super) fn capitals_reading(word: &str) -> CapitalsReading {
    match word {
        _ if SPELLED_ACRONYMS.contains(&word) => CapitalsReading::Spelled,
        _ if WORD_ACRONYMS.contains(&word) => CapitalsReading::Acronym,
        _ if STRESSED_WORDS.contains(&word) => CapitalsReading::Stressed,
        _ => CapitalsReading::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_listed_twice() {
        let mut written: Vec<&str> = SPOKEN_FORMS
            .iter()
            .map(|(written, _)| *written)
            .chain(PHONEMES.iter().map(|(written, ..)| *written))
            .collect();
        written.sort_unstable();
        let twice: Vec<_> = written.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }

    #[test]
    fn lists_do_not_contradict_each_other() {
        for word in STRESSED_WORDS {
            assert!(!SPELLED_ACRONYMS.contains(word) && !WORD_ACRONYMS.contains(word), "{word}");
        }
    }
}
