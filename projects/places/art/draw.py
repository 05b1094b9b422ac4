#!/usr/bin/env python3
"""Draws the film's pictures and videos: a sky, a sun or a moon, and layers of hills or waves. Needs ffmpeg for their formats."""

import math
import random
import subprocess
from pathlib import Path

OUT = Path(__file__).parent.parent / "assets"
# Sky above, sky below, sun, layers from the farthest to the nearest.
PLACES = {
    "dawn": ("2b3a67", "f2a97e", "ffe2b8", ["5b5f8f", "474a78", "33365e", "222443"]),
    "forest": ("0e3b43", "6fb98f", "f0f3bd", ["3d7a6a", "2d5e55", "1f443f", "12302d"]),
    "desert": ("f4d8a8", "e8985e", "fff3d6", ["d98a5b", "c06a45", "9c4a35", "6f3128"]),
    "sea": ("0b2545", "5fa8d3", "e8f7ff", ["2f7fb3", "22648f", "174a6e", "0d324e"]),
    "dusk": ("1c1033", "c94277", "ffb26b", ["6b2260", "511a52", "381342", "230c2f"]),
}
DAY = ("3d8fcf", "cfeaf7", "fff6c9", ["5fb3d9", "3f97c4", "2a79a8", "1a5b85"])
NIGHT = ("060a1f", "1d2b52", "f3f1e0", ["1b3358", "142846", "0e1d35", "081225"])


def rgb(text):
    return [int(text[i:i + 2], 16) for i in (0, 2, 4)]


def mix(a, b, share):
    return [x + (y - x) * share for x, y in zip(a, b)]


def place(colours, width, height, seed, time=0.0):
    """The pixels of one frame; `time` moves the layers."""
    dice = random.Random(seed)
    top, low, sun = map(rgb, colours[:3])
    layers = [rgb(colour) for colour in colours[3]]
    middle, radius = (width * dice.uniform(.3, .7), height * dice.uniform(.26, .36)), height * .1
    waves = [[(dice.uniform(.015, .06) * height, dice.uniform(.6, 3) * math.pi / width, dice.uniform(0, 6)) for _ in range(3)]
             for _ in layers]
    drift = lambda i, n: time * (.5 + .4 * i) * (1 if n % 2 else -1)
    edges = [[height * (.48 + .14 * i) + sum(a * math.sin(k * x + p + drift(i, n)) for n, (a, k, p) in enumerate(wave))
              for x in range(width)] for i, wave in enumerate(waves)]
    rows = bytearray()
    for y in range(height):
        sky = mix(top, low, min(1, y / height * 1.4))
        for x in range(width):
            colour = mix(sky, sun, min(1, max(0, radius + .5 - math.hypot(x - middle[0], y - middle[1]))))
            for edge, layer in zip(edges, layers):
                if y + 1 > edge[x]:
                    colour = mix(colour, layer, min(1, y + 1 - edge[x]))
            rows += bytes(int(channel + .5) for channel in colour)
    return bytes(rows)


def encode(pixels, size, rate, arguments, name):
    source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "%dx%d" % size, "-r", str(rate), "-i", "-"]
    subprocess.run(["ffmpeg", "-v", "error", "-y", *source, *arguments, str(OUT / name)], input=pixels, check=True)


for seed, (name, colours) in enumerate(PLACES.items()):
    encode(place(colours, 960, 640, seed + 3), (960, 640), 1, ["-frames:v", "1", "-q:v", "4"], f"{name}.jpg")
for name, colours in [("day", DAY), ("night", NIGHT)]:
    frames = b"".join(place(colours, 320, 180, 8, n / 15) for n in range(90))
    h264 = ["-c:v", "libx264", "-preset", "veryslow", "-crf", "30", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
    encode(frames, (320, 180), 15, h264, f"{name}.mp4")
