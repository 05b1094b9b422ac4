"""Judges spoken sentences: what a recogniser hears, when words begin, how loud they are. Exits with 1 if any limit is missed.

    check.py speak T2V FOLDER [--voice NAME]    has t2v say every sentence of sentences.tsv
    check.py judge FOLDER                       judges what lies in the folder: ID.wav, ID.json (its words), ID.txt (its text)

It also makes sure that wrong texts would have failed.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from statistics import median, quantiles

import alignment
import hearing

HERE = Path(__file__).resolve().parent
# Onset errors against forced alignment, in seconds.
ONSET_MEDIAN, ONSET_P90, ONSETS = 0.020, 0.060, 200
SENTENCES, WORDS = 60, 800


def sentences():
    lines = (HERE / "sentences.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[1] for line in lines if line and not line.startswith("#")]


def speak(t2v, folder, voice):
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(sentences()):
        to = folder / f"{number:03}"
        to.with_suffix(".txt").write_text(text, encoding="utf-8")
        output = ["-o", to.with_suffix(".wav"), "--words", to.with_suffix(".json")]
        subprocess.run([t2v, "say", text, *output, *(["--voice", voice] if voice else [])], check=True)


def spoken(folder):
    """(text, wav, words) of every sentence; words have their text and seconds."""
    texts = sorted(folder.glob("*.txt"))
    return [(t.read_text(encoding="utf-8"), t.with_suffix(".wav"), json.loads(t.with_suffix(".json").read_text())) for t in texts]


def word_errors(texts, heard):
    """The share of wrong words over all sentences, and how many words there are."""
    counts = [hearing.errors(text, said) for text, said in zip(texts, heard, strict=True)]
    total = sum(words for _, words in counts)
    return sum(wrong for wrong, _ in counts) / total, total


def show_errors(names, texts, heard):
    for name, text, said in zip(names, texts, heard, strict=True):
        wrong, words = hearing.errors(text, said)
        if wrong:
            print(f"  {name}: {wrong} of {words}\n    said   {hearing.normal(text)}\n    heard  {hearing.normal(said)}")


def fails_on_wrong_text(texts, heard, limit):
    """Whether the measure notices texts at each other's sound, and one wrong word in each sentence."""
    moved = texts[1:] + texts[:1]
    changed = [text.replace(max(text.split(), key=len), "purple", 1) for text in texts]
    return word_errors(moved, heard)[0] > 0.5 and word_errors(changed, heard)[0] > limit


def onset_errors(said):
    """Seconds by which each word begins too late (less than 0: too early)."""
    aligner = alignment.Aligner()
    errors = []
    for _, wav, words in said:
        true = aligner.onsets(wav, [w["text"] for w in words])
        errors += [w["from"] - t for w, t in zip(words, true)] if true else []
    return errors


def judge(folder):
    said = spoken(folder)
    texts, wavs = [text for text, _, _ in said], [wav for _, wav, _ in said]
    words = sum(len(text.split()) for text in texts)
    passed = [report("sentences", len(said), len(said) >= SENTENCES), report("words", words, words >= WORDS)]
    for size, limit in hearing.LIMITS.items():
        model = hearing.recogniser(size, folder.parent)
        heard = [hearing.heard(model, wav) for wav in wavs]
        show_errors([wav.stem for wav in wavs], texts, heard)
        rate, total = word_errors(texts, heard)
        passed.append(report(f"{size}: word errors", f"{rate:.2%} of {total}, at most {limit:.1%}", rate <= limit))
        passed.append(report(f"{size}: a wrong text fails", "", fails_on_wrong_text(texts, heard, limit)))
    return all(passed + judge_onsets(onset_errors(said)))


def judge_onsets(errors):
    sizes = [abs(e) for e in errors]
    middle, ninth = (median(sizes), quantiles(sizes, n=10)[8]) if len(sizes) > 1 else (1.0, 1.0)
    lean = median(errors) if errors else 0.0
    return [
        report("onsets measured", len(errors), len(errors) >= ONSETS),
        report("onset error, median", f"{1000 * middle:.0f} ms (leaning {1000 * lean:+.0f} ms)", middle <= ONSET_MEDIAN),
        report("onset error, 90 %", f"{1000 * ninth:.0f} ms", ninth <= ONSET_P90),
    ]


def report(what, value, good):
    print(f"{'ok  ' if good else 'FAIL'} {what}: {value}".rstrip(": "), flush=True)
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(dest="kind", required=True)
    speaker = kinds.add_parser("speak")
    speaker.add_argument("t2v")
    speaker.add_argument("folder", type=Path)
    speaker.add_argument("--voice")
    kinds.add_parser("judge").add_argument("folder", type=Path)
    given = parser.parse_args()
    if given.kind == "speak":
        speak(given.t2v, given.folder, given.voice)
    elif not judge(given.folder):
        sys.exit(1)


if __name__ == "__main__":
    main()
