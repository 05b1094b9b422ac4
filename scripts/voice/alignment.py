"""Where words begin by forced alignment. Knows nothing of t2v."""

import re
import wave
from math import gcd

import numpy as np
from pocketsphinx import Decoder
from scipy.signal import resample_poly

RATE = 16_000
FRAMES_A_SECOND = 100


def samples(wav):
    """The samples of a mono 16-bit file, at the aligner's rate."""
    with wave.open(str(wav)) as file:
        rate, data = file.getframerate(), file.readframes(file.getnframes())
    step = gcd(rate, RATE)
    sound = np.frombuffer(data, "<i2").astype(np.float64)
    return np.clip(resample_poly(sound, RATE // step, rate // step), -32768, 32767).astype("<i2")


def plain(word):
    """A word as the aligner's dictionary has it; nothing where it would have to guess."""
    word = re.sub(r"^[^A-Za-z]+|[^A-Za-z]+$", "", word).lower()
    return word if re.fullmatch(r"[a-z']+", word) else ""


class Aligner:
    """Aligns sentences whose words are all in the dictionary."""

    def __init__(self):
        self._decoder = Decoder(samprate=RATE, bestpath=False, loglevel="FATAL")

    def onsets(self, wav, words):
        """When each of `words` begins, in seconds; nothing if it can't be told for all of them."""
        spelt = [plain(word) for word in words]
        if not all(word and self._decoder.lookup_word(word) for word in spelt):
            return None
        self._decoder.set_align_text(" ".join(spelt))
        self._decoder.start_utt()
        self._decoder.process_raw(samples(wav).tobytes(), full_utt=True)
        self._decoder.end_utt()
        found = [seg for seg in self._decoder.seg() or [] if not re.match(r"<|\[|\(NULL", seg.word)]
        if [re.sub(r"\(\d+\)$", "", seg.word) for seg in found] != spelt:
            return None
        return [seg.start_frame / FRAMES_A_SECOND for seg in found]
