//! What happened to hosts during a build, in words.

use crate::event::HostStatus;

/// Whether a slot is one of this machine's.
pub fn is_here(slot: &str) -> bool {
    slot.is_empty() || ["core ", "wait "].iter().any(|lane| slot.starts_with(lane))
}

/// One line, or more where there is a way out; not yet safe to print.
pub fn in_words(host: &str, news: &HostStatus) -> String {
    match news {
        HostStatus::Joined { slots, differs } => {
            let ours = match differs.iter().any(|tool| tool.starts_with("ff")) {
                true => " (`send-tools: true` beside it in your config sends yours)",
                false => "",
            };
            let slots = if *slots == 1 { "1 slot".to_owned() } else { format!("{slots} slots") };
            let differs = match differs.as_slice() {
                [] => String::new(),
                [tool] => format!("; its {tool} is not the same as here, so steps that need it do not run there{ours}"),
                tools => format!(
                    "; its {} are not the same as here, so steps that need one do not run there{ours}",
                    tools.join(", ")
                ),
            };
            format!("{host}: {slots}{differs}")
        }
        HostStatus::Left { why } => format!("{host}: {why}; what ran there runs elsewhere"),
        HostStatus::Refused { why, help, again } => {
            let again = if *again { "; it is tried again" } else { "" };
            let help = help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
            format!("{host}: not used: {why}{help}{again}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_news_is_one_sentence() {
        let joined = |slots, differs: &[&str]| HostStatus::Joined {
            slots,
            differs: differs.iter().map(|&tool| tool.to_owned()).collect(),
        };
        assert_eq!(in_words("gpu1", &joined(4, &[])), "gpu1: 4 slots");
        let one = in_words("gpu1", &joined(1, &["ffmpeg"]));
        assert_eq!(
            one,
            "gpu1: 1 slot; its ffmpeg is not the same as here, so steps that need it do not run there \
             (`send-tools: true` beside it in your config sends yours)"
        );
        let refused = HostStatus::Refused { why: "its key changed".into(), help: Some("look".into()), again: false };
        assert_eq!(in_words("gpu1", &refused), "gpu1: not used: its key changed (look)");
    }
}
