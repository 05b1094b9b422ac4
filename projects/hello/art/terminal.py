#!/usr/bin/env python3
"""Draws the film's terminal clip, six seconds at 30 frames a second, as contact sheets of ten frames each.

usage: terminal.py FOLDER
"""

import sys
from pathlib import Path

from kit import *

W, H, FPS, SECONDS, PER_SHEET = 1920, 1080, 30, 6, 10
COMMAND = "t2v build video.yaml"
STEPS = [("speech", "scene 4, sentence 2", 1.75, 2.4), ("segment", "scene 4", 2.4, 3.9), ("transition", "3 to 4", 2.4, 3.3),
         ("sound", "mix", 3.3, 3.8), ("transition", "4 to 5", 3.5, 4.3), ("mux", "out/video.mp4", 4.3, 4.7)]


def ease(t):
    t = min(1.0, max(0.0, t))
    return t * t * (3 - 2 * t)


def prompt(x, y, now):
    typed = COMMAND[:max(0, int((now - 0.4) * 20))]
    blink = now < 0.4 or (len(typed) == len(COMMAND) and now < 1.75) or now > 5.0
    caret_on = len(typed) < len(COMMAND) or (blink and int(now * 2.5) % 2 == 0)
    caret = rect(x + 54 + len(typed) * 25.2, y - 33, 20, 42, 3, fill=TEAL) if caret_on and now < 1.75 else ""
    return mono(x, y, "$", 42, TEAL, weight=700) + mono(x + 54, y, typed, 42, INK) + caret


def step(x, y, kind, what, start, end, now):
    if now < start:
        return ""
    done = now >= end
    share = ease((now - start) / (end - start))
    appear = min(1.0, (now - start) / 0.15)
    colour = TEAL if done else AMBER
    bar_x, bar_w = x + 880, 512
    sign = tick(x + 22, y - 12, 20, TEAL) if done else spinner(x + 22, y - 12, now)
    bar = (rect(bar_x, y - 22, bar_w, 20, 10, fill="#1a3152")
           + rect(bar_x, y - 22, round(max(20, bar_w * share), 2), 20, 10, fill=colour))
    return group(sign, mono(x + 66, y, kind, 37, INK), mono(x + 330, y, what, 37, MUTED), bar, opacity=round(appear, 3))


def spinner(x, y, now):
    turn = round(now * 360 % 360, 2)
    return group(circle(0, 0, 17, fill="none", stroke="#33507a", stroke_width=6),
                 path("M0 -17A17 17 0 0 1 17 0", fill="none", stroke=AMBER, stroke_width=6, stroke_linecap="round"),
                 transform=f"translate({x} {y}) rotate({turn})")


def summary(x, y, now):
    if now < 4.8:
        return ""
    appear = round(ease((now - 4.8) / 0.3), 3)
    lift = round((1 - ease((now - 4.8) / 0.3)) * 14, 2)
    return group(mono(x, y, "6 steps ran, ", 40, AMBER, weight=700), mono(x + 13 * 24.0, y, "the rest was reused", 40, TEAL, weight=700),
                 opacity=appear, transform=f"translate(0 {lift})")


def frame(now):
    x, y, w, h = 200, 96, 1520, 740
    body = [card(x, y, w, h, 28), rect(x, y, w, 74, 28, fill="#0f1f37"), rect(x, y + 44, w, 30, 0, fill="#0f1f37"),
            rect(x + 2, y + 74, w - 4, h - 78, 24, fill="#0a1526"),
            rect(x + 2, y + 74, w - 4, 60, 0, fill="#0a1526")]
    body += [circle(x + 44 + i * 36, y + 37, 10, fill=c) for i, c in enumerate((CORAL, AMBER, TEAL))]
    body.append(prompt(x + 64, y + 150, now))
    body += [step(x + 64, y + 236 + i * 68, *row, now) for i, row in enumerate(STEPS)]
    body.append(summary(x + 64, y + 236 + len(STEPS) * 68 + 30, now))
    return "".join(body)


def sheet(number):
    frames = [at(0, i * H, tag("svg", rect(0, 0, W, H, 0, fill="url(#board)") + frame((number * PER_SHEET + i) / FPS), width=W, height=H))
              for i in range(PER_SHEET)]
    whole = drawing(W, H * PER_SHEET, *frames)
    return whole.replace('<filter id="shadow"', '<filter id="shadow" color-interpolation-filters="sRGB"')


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for number in range(FPS * SECONDS // PER_SHEET):
        (folder / f"sheet-{number:02}.svg").write_text(sheet(number), encoding="utf-8")
