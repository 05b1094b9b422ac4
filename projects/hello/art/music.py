#!/usr/bin/env python3
"""Composes the film's music: twelve bars, 36 seconds, that meet their own beginning without a seam.

usage: music.py OUT.wav (`render.sh music` also encodes it)

Every sound is added into a ring of samples, so what rings past the end comes back at the start. Standard library only.
"""

import array
import math
import random
import sys
import wave

RATE = 48_000
BEAT = RATE * 3 // 4
BAR = 4 * BEAT
BARS = 12
LENGTH = BARS * BAR

# Four chords of the key of D, told three times: root, then the pad's notes, low to high (MIDI numbers).
CHORDS = {"D": (38, (54, 57, 61, 64)), "Bm": (35, (54, 57, 59, 62)), "G": (43, (55, 59, 62, 66)), "A": (45, (57, 59, 61, 64)),
          "Em": (40, (55, 59, 62, 64))}
ORDER = ["D", "Bm", "G", "A", "D", "Bm", "Em", "A", "G", "Bm", "Em", "A"]
# Steps of each bar's broken chord in half beats; None is a rest.
FIGURES = [(0, 2, 1, 3, None, 2, None, 1), (0, None, 2, 3, None, 1, 2, None), (0, 2, None, 3, 4, None, 2, 1)]

left = array.array("d", bytes(8 * LENGTH))
right = array.array("d", bytes(8 * LENGTH))


def pitch(midi):
    return 440.0 * 2 ** ((midi - 69) / 12)


def add(samples, start, gain, pan):
    """Adds a mono sound into the ring; `pan` from 0 (left) to 1 (right), equal power."""
    gl, gr = gain * math.cos(pan * math.pi / 2), gain * math.sin(pan * math.pi / 2)
    at = start % LENGTH
    for value in samples:
        left[at] += value * gl
        right[at] += value * gr
        at += 1
        if at == LENGTH:
            at = 0


def harmonics(frequency, length, parts):
    """A sum of sines: `parts` are (multiple, gain, decay per second)."""
    out = array.array("d", bytes(8 * length))
    for multiple, gain, decay in parts:
        # A sine by rotation: two multiplications a sample instead of a call.
        turn = complex(math.cos(2 * math.pi * frequency * multiple / RATE), math.sin(2 * math.pi * frequency * multiple / RATE))
        turn *= math.exp(-decay / RATE)
        state = complex(gain, 0)
        for i in range(length):
            state *= turn
            out[i] += state.imag
    return out


def shaped(samples, attack, release):
    """Fades the edges by half a cosine."""
    n = len(samples)
    for i in range(min(attack, n)):
        samples[i] *= 0.5 - 0.5 * math.cos(math.pi * i / attack)
    for i in range(min(release, n)):
        samples[n - 1 - i] *= 0.5 - 0.5 * math.cos(math.pi * i / release)
    return samples


def pad_note(midi, cents):
    frequency = pitch(midi) * 2 ** (cents / 1200)
    sound = harmonics(frequency, BAR + 2 * BEAT, [(1, 1, 0), (2, 0.22, 0), (3, 0.07, 0.2)])
    return shaped(sound, int(1.6 * BEAT), 2 * BEAT)


def pluck_note(midi):
    sound = harmonics(pitch(midi), 3 * BEAT, [(1, 1, 2.4), (2, 0.32, 4.5), (3.01, 0.12, 8), (5.02, 0.05, 14)])
    return shaped(sound, 140, BEAT)


def bass_note(midi):
    sound = harmonics(pitch(midi), BAR, [(1, 1, 0.5), (2, 0.30, 1.2), (3, 0.06, 2.5)])
    return shaped(sound, 1800, int(1.5 * BEAT))


def compose():
    dice = random.Random(7)
    kept = {}

    def note(make, *args):
        if (make, args) not in kept:
            kept[make, args] = make(*args)
        return kept[make, args]

    for bar, name in enumerate(ORDER):
        root, tones = CHORDS[name]
        start = bar * BAR
        for i, tone in enumerate(tones):
            add(note(pad_note, tone, -3), start - BEAT // 2, 0.042, 0.18 + 0.1 * i)
            add(note(pad_note, tone, 4), start - BEAT // 2, 0.042, 0.82 - 0.1 * i)
        add(note(bass_note, root), start, 0.14, 0.5)
        figure = FIGURES[bar % 3] if bar % 4 != 3 else FIGURES[0][:5] + (None, None, None)
        for step, pick in enumerate(figure):
            if pick is None:
                continue
            tone = (tones + (tones[1] + 12,))[pick] + 12
            begin = start + step * BEAT // 2 + dice.randrange(-180, 180)
            gain = 0.17 * (1.0 if step % 4 == 0 else 0.78) * (0.92 + 0.16 * dice.random())
            pan = 0.36 if step % 2 else 0.64
            sound = note(pluck_note, tone)
            # Three echoes, a beat and a half apart in turn, each softer and on the other side.
            for echo in range(4):
                add(sound, begin + echo * 3 * BEAT // 4, gain * 0.42 ** echo, pan if echo % 2 == 0 else 1 - pan)


def soften(channel, cutoff=5200):
    """A gentle low-pass over the ring, run twice round so that its start has settled."""
    share = 1 - math.exp(-2 * math.pi * cutoff / RATE)
    state = 0.0
    for value in channel[-RATE:]:
        state += share * (value - state)
    for i, value in enumerate(channel):
        state += share * (value - state)
        channel[i] = state


def main(path):
    compose()
    soften(left)
    soften(right)
    peak = max(max(map(abs, left)), max(map(abs, right)))
    scale = 0.7 * 32767 / peak
    frames = array.array("h", bytes(4 * LENGTH))
    frames[0::2] = array.array("h", (round(v * scale) for v in left))
    frames[1::2] = array.array("h", (round(v * scale) for v in right))
    with wave.open(path, "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes(frames.tobytes())


if __name__ == "__main__":
    main(sys.argv[1])
