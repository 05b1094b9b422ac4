#!/usr/bin/env python3
"""Draws the film's pictures as SVG, beside this file. `render.sh` turns them into pixels.

Each picture leaves its lower fifth calm, because captions stand there, and nothing close to its edges, because the camera moves.
"""

from pathlib import Path

from kit import *

HERE = Path(__file__).parent
W, H = 2400, 1350

SCRIPT = [
    [("- ", FAINT), ("say: ", TEAL), ("The sea was quiet.", INK)],
    [("  ", FAINT), ("show: ", TEAL), ("{ image: ", MUTED), ("sea.jpg", AMBER), (" }", MUTED)],
    [("- ", FAINT), ("say: ", TEAL), ("Then the numbers came.", INK)],
    [("  ", FAINT), ("show: ", TEAL), ("{ image: ", MUTED), ("chart.png", AMBER), (" }", MUTED)],
    [("- ", FAINT), ("say: ", TEAL), ("Listen to this.", INK)],
    [("  ", FAINT), ("show: ", TEAL), ("{ video: ", MUTED), ("talk.mp4", AMBER), (" }", MUTED)],
]


def line(x, y, runs, size):
    spans = "".join(tag("tspan", escape(words), fill=colour) for words, colour in runs)
    return (f'<text x="{x}" y="{y}" xml:space="preserve" font-family="{MONO}" font-size="{size}" font-weight="500">{spans}</text>')


def bars(x, y, w, h):
    heights = [0.34, 0.55, 0.46, 0.78, 0.95]
    step = w / len(heights)
    return rect(x, y, w, h, 8, fill="url(#sky)") + "".join(
        rect(round(x + (i + .2) * step, 1), round(y + h * (0.94 - 0.8 * tall), 1), round(step * .6, 1), round(h * 0.8 * tall, 1), 6,
             fill=AMBER if i == 4 else TEAL) for i, tall in enumerate(heights))


def speaker(x, y, w, h):
    return rect(x, y, w, h, 8, fill="url(#sky)") + wave(x + w * .1, y + h / 2, w * .8, h * .7, bars=22, seed=5)


def script_to_film():
    """A text file on the left becomes frames on the right."""
    x, y, w, h = 300, 190, 900, 800
    parts = [card(x, y, w, h), rect(x, y, w, 84, 26, fill="#0f1f37"), rect(x, y + 50, w, 34, 0, fill="#0f1f37")]
    parts += [circle(x + 48 + i * 38, y + 42, 11, fill=c) for i, c in enumerate((CORAL, AMBER, TEAL))]
    parts.append(mono(x + w / 2, y + 55, "video.yaml", 32, MUTED, anchor="middle"))
    frames = [mountains, bars, speaker]
    for i, picture in enumerate(frames):
        top = y + 124 + i * 222
        mid = top + 92
        parts.append(rect(x + 36, top, w - 72, 184, 18, fill="#0d1c32", stroke="#223e63", stroke_width=2))
        parts.append(rect(x + 36, top, 10, 184, 5, fill=TEAL if i != 1 else AMBER))
        parts.append(line(x + 74, top + 76, SCRIPT[2 * i], 37))
        parts.append(line(x + 74, top + 138, SCRIPT[2 * i + 1], 37))
        fx, fy, fw, fh = 1630, 166 + i * 284, 470, 264
        colour = TEAL if i != 1 else AMBER
        parts.append(link(x + w - 36, mid, fx - 14, fy + fh / 2, colour, 6, 0.9))
        parts.append(circle(x + w - 36, mid, 12, fill=colour))
        parts.append(path(f"M{fx - 34} {fy + fh / 2 - 18}L{fx - 12} {fy + fh / 2}L{fx - 34} {fy + fh / 2 + 18}", fill="none", stroke=colour,
                          stroke_width=6, stroke_linecap="round", stroke_linejoin="round"))
        inset = fh * 0.075 * 2.1
        parts.append(film(fx, fy, fw, fh, picture(fx + 8, fy + inset, fw - 16, fh - 2 * inset), colour="#28476e"))
    return drawing(W, H, *parts, lights=[(520, 420, 900, "#1d4d7a", 0.35), (1900, 560, 800, "#14675f", 0.4)])


def node(x, y, label, icon, colour=TEAL, w=320, h=112):
    """A step of the graph; `x` and `y` are its middle."""
    left, top = x - w / 2, y - h / 2
    return (card(left, top, w, h, 24, stroke=colour)
            + at(left + 62, y, icon) + text(left + 116, y + 13, label, 37, weight=600))


def icon_speech(colour=TEAL, seed=3):
    return wave(-34, 0, 72, 62, bars=8, colour=colour, seed=seed, gap=0.4)


def icon_film(colour=TEAL):
    return rect(-32, -26, 64, 52, 9, fill="none", stroke=colour, stroke_width=5) + path("M-10 -13L14 0L-10 13Z", fill=colour)


def icon_sound(colour=TEAL):
    return (path("M-30 -11H-14L4 -27V27L-14 11H-30Z", fill=colour, stroke=colour, stroke_width=4, stroke_linejoin="round")
            + path("M16 -16a22 22 0 0 1 0 32M27 -27a38 38 0 0 1 0 54", fill="none", stroke=colour, stroke_width=5, stroke_linecap="round"))


def icon_merge(colour=TEAL):
    return path("M-32 -22H-22Q-4 -22 -4 -2V0M-32 22H-22Q-4 22 -4 2V0H30M16 -14L31 0L16 14", fill="none", stroke=colour,
                stroke_width=5.5, stroke_linecap="round", stroke_linejoin="round")


def icon_fade(colour=TEAL):
    return circle(-11, 0, 22, fill="none", stroke=colour, stroke_width=5) + circle(11, 0, 22, fill=colour, opacity=0.75)


def icon_text(colour=TEAL):
    return "".join(rect(-32, -26 + i * 19, w, 8, 4, fill=colour) for i, w in enumerate((64, 48, 58, 34)))


def graph():
    """The graph of steps, from the file on the left to the film on the right."""
    rows = [250, 560, 870]
    c = [330, 790, 1270, 1700, 2090]
    edges, nodes = [], []
    spec = (c[0], rows[1])
    for i, y in enumerate(rows):
        edges.append(link(spec[0] + 130, spec[1], c[1] - 160, y))
        edges.append(link(c[1] + 160, y, c[2] - 175, y))
        edges.append(link(c[2] + 175, y, c[3] - 110, rows[1], TEAL, 5, 0.75))
        nodes.append(node(c[1], y, f"speech {i + 1}", icon_speech(seed=i + 2)))
        nodes.append(node(c[2], y, f"segment {i + 1}", icon_film(), w=350))
    for i, y in enumerate(((rows[0] + rows[1]) / 2, (rows[1] + rows[2]) / 2)):
        edges.append(link(c[1] + 160, rows[i], c[2] - 170, y, AMBER, 4, 0.6))
        edges.append(link(c[1] + 160, rows[i + 1], c[2] - 170, y, AMBER, 4, 0.6))
        edges.append(link(c[2] + 170, y, c[3] - 110, rows[1], AMBER, 4, 0.6))
        nodes.append(node(c[2], y, "transition", icon_fade(AMBER), AMBER, w=340, h=96))
    sound = 1040
    for y in rows:
        edges.append(link(c[1] + 160, y, c[2] - 130, sound, "#6fa8ff", 4, 0.45))
    edges.append(link(c[2] + 130, sound, c[3] - 110, rows[1], "#6fa8ff", 4, 0.7))
    nodes.append(node(c[2], sound, "sound", icon_sound("#6fa8ff"), "#6fa8ff", w=260, h=96))
    edges.append(link(c[3] + 100, rows[1], c[4] - 130, rows[1], TEAL, 7, 0.95))
    nodes.append(node(spec[0], spec[1], "spec", icon_text(INK), MUTED, w=250))
    nodes.append(node(c[3], rows[1], "mux", icon_merge(), w=230))
    end = at(c[4], rows[1], circle(0, 0, 150, fill=TEAL, opacity=0.28, filter="url(#halo)"), rect(-135, -125, 270, 250, 36, fill="url(#cool)", filter="url(#shadow)"),
             play(0, -24, 66, DEEP, TEAL), text(0, 96, "film.mp4", 36, DEEP, 700, anchor="middle"))
    return drawing(W, H, *edges, *nodes, end, lights=[(2090, 560, 620, "#14675f", 0.5), (700, 500, 900, "#1d4d7a", 0.3)])


def icon_tools(colour=TEAL):
    return (rect(-34, -27, 68, 54, 9, fill="none", stroke=colour, stroke_width=5)
            + path("M-19 -9L-7 2L-19 13M0 14H18", fill="none", stroke=colour, stroke_width=5, stroke_linecap="round", stroke_linejoin="round"))


def icon_step(colour=TEAL):
    return (path("M-22 -16H22M-22 16H8Q22 16 22 -16", fill="none", stroke=colour, stroke_width=5, opacity=0.9)
            + "".join(circle(x, y, 11, fill=c, stroke=colour, stroke_width=5) for x, y, c in ((-22, -16, CARD), (22, -16, colour), (-22, 16, CARD))))


def key_shape(x, y, colour="url(#hot)"):
    """A key whose teeth stand for the digits of a hash."""
    digits = [7, 2, 12, 4, 14, 9, 3, 11]
    first, wide, low = x + 170, 44, y + 34
    teeth = "".join(f"L{first + (i + 1) * wide} {low + d * 5.4:.1f}L{first + i * wide} {low + d * 5.4:.1f}"
                    for i, d in reversed(list(enumerate(digits))))
    shaft = path(f"M{x + 92} {y - 34}H{x + 520}L{x + 556} {y}L{x + 522} {low}{teeth}L{first} {low}H{x + 92}Z", fill=colour)
    bow = path(f"M{x} {y - 130}a130 130 0 1 0 .1 0Z M{x - 34} {y - 52}a52 52 0 1 1 -.1 0Z", fill=colour, fill_rule="evenodd")
    return group(shaft, bow, filter="url(#shadow)")


def keys():
    """What a key is made from, and what never enters it."""
    left, top, w, h, gap = 260, 196, 640, 124, 40
    chips = [("the step and its version", icon_step), ("its settings", icon_text), ("the content of its inputs", icon_film), ("the tools that shape it", icon_tools)]
    parts = []
    hub = (1230, 524)
    for i, (label, icon) in enumerate(chips):
        y = top + i * (h + gap)
        parts.append(link(left + w, y + h / 2, hub[0] - 118, hub[1], TEAL, 6, 0.85))
        parts.append(card(left, y, w, h, 26, stroke=TEAL_DIM))
        parts.append(at(left + 82, y + h / 2, icon(TEAL)))
        parts.append(text(left + 156, y + h / 2 + 13, label, 39, weight=600))
    parts.append(link(hub[0] + 118, hub[1], 1500, hub[1], AMBER, 8, 0.95))
    parts.append(circle(*hub, 150, fill=TEAL, opacity=0.22, filter="url(#halo)"))
    hexagon = "".join(f"{'ML'[i > 0]}{hub[0] + 132 * math.cos(math.radians(60 * i)):.1f} {hub[1] + 132 * math.sin(math.radians(60 * i)):.1f}" for i in range(6))
    parts.append(path(hexagon + "Z", fill="url(#card)", stroke=TEAL, stroke_width=6, stroke_linejoin="round", filter="url(#shadow)"))
    parts.append(text(hub[0], hub[1] + 2, "hash", 50, TEAL, 700, anchor="middle"))
    parts.append(text(hub[0], hub[1] + 48, "blake3", 30, MUTED, 500, MONO, "middle"))
    parts.append(key_shape(1610, hub[1]))
    parts.append(mono(1860, hub[1] + 190, "72c4e93b…", 44, AMBER, weight=600, anchor="middle"))
    for i, label in enumerate(("file name", "date", "machine")):
        x, wide = 1330 + i * 290, 256
        parts.append(rect(x, 880, wide, 84, 42, fill="none", stroke="#38547a", stroke_width=3, stroke_dasharray="10 10"))
        parts.append(text(x + wide / 2, 934, label, 34, MUTED, 500, anchor="middle"))
        half = len(label) * 9.5 + 6
        parts.append(path(f"M{x + wide / 2 - half} 922H{x + wide / 2 + half}", stroke=CORAL, stroke_width=5, stroke_linecap="round"))
    return drawing(W, H, *parts, lights=[(1230, 524, 620, "#14675f", 0.42), (1850, 520, 620, "#6b4a12", 0.36)])


def jar(x, y, kind, label, hot=False):
    """One stored result: a block with what is in it and the head of its key."""
    colour = AMBER if hot else TEAL
    w, h = 300, 250
    inner = {"speech": wave(x + 42, y + 88, w - 84, 96, bars=14, colour=colour, seed=len(label) + ord(label[0])),
             "chart": bars(x + 42, y + 34, w - 84, 112),
             "film": mountains(x + 42, y + 34, w - 84, 112, AMBER, TEAL if not hot else "#d98d22", TEAL_DIM if not hot else AMBER_DIM),
             "sound": at(x + w / 2, y + 90, group(icon_sound("#6fa8ff"), transform="scale(1.7)"))}[kind]
    halo = rect(x, y, w, h, 30, fill=AMBER, opacity=0.35, filter="url(#halo)") if hot else ""
    return (halo + card(x, y, w, h, 28, stroke=colour if hot else LINE, width=5 if hot else 2.5) + inner
            + rect(x + 42, y + 172, w - 84, 48, 14, fill=DEEP) + mono(x + w / 2, y + 207, label, 30, colour, anchor="middle", weight=600))


def cache():
    """Shelves of results, each under its key. Taller than wide."""
    w, h = 1350, 2400
    kinds = ["speech", "film", "speech", "chart", "film", "speech", "speech", "sound", "film", "film", "speech", "chart"]
    labels = ["a41f07", "9c2be0", "07d5aa", "51ff3c", "e8b690", "3d7712", "b60c4e", "72c4e9", "f0981d", "18ad63", "6e25cb", "c3309f"]
    parts = [text(w / 2, 236, "cache", 96, INK, 700, anchor="middle"),
             text(w / 2, 312, "every result, under its key", 44, MUTED, 500, anchor="middle")]
    for row in range(4):
        y = 430 + row * 372
        for column in range(3):
            i = row * 3 + column
            parts.append(jar(150 + column * 375, y, kinds[i], labels[i], hot=i == 7))
        parts.append(rect(110, y + 276, w - 220, 22, 11, fill="#28476e", filter="url(#shadow)"))
        parts.append(rect(110, y + 276, w - 220, 7, 4, fill="#4a76ab", opacity=0.7))
    return drawing(w, h, *parts, lights=[(675, 1000, 900, "#1d4d7a", 0.4), (680, 1450, 620, "#6b4a12", 0.25)])


def edit():
    """One sentence changes: its speech and its segment are made again, the rest stays."""
    parts = []
    x, y, w = 360, 150, 1680
    parts.append(card(x, y, w, 232, 26))
    parts.append(rect(x + 20, y + 24, w - 40, 84, 14, fill="#3a1d27"))
    parts.append(rect(x + 20, y + 122, w - 40, 84, 14, fill="#123a3a"))
    parts.append(mono(x + 52, y + 80, "-", 44, CORAL, weight=700))
    parts.append(line(x + 110, y + 80, [("say: ", TEAL), ("The harbour was ", MUTED), ("quiet", CORAL), (".", MUTED)], 44))
    parts.append(mono(x + 52, y + 178, "+", 44, TEAL, weight=700))
    parts.append(line(x + 110, y + 178, [("say: ", TEAL), ("The harbour was ", INK), ("full of light", TEAL), (".", INK)], 44))
    left, right, top = 460, 2040, 520
    spans = [330, 250, 360, 280, 360]
    names = ["picture", "speech", "sound"]
    for i, name in enumerate(names):
        parts.append(text(left - 34, top + 74 + i * 170, name, 34, MUTED, 600, anchor="end"))
    at_x = left
    hot_span = None
    for i, span in enumerate(spans):
        hot = i == 2
        colour = AMBER if hot else TEAL
        if hot:
            hot_span = (at_x, span)
            parts.append(rect(at_x - 6, top - 6, span - 12, 132, 26, fill=AMBER, opacity=0.4, filter="url(#halo)"))
            parts.append(rect(at_x - 6, top + 164, span - 12, 132, 26, fill=AMBER, opacity=0.28, filter="url(#halo)"))
        parts.append(rect(at_x, top, span - 24, 120, 20, fill="url(#hot)" if hot else "url(#card)", stroke=colour, stroke_width=4 if hot else 2.5,
                          stroke_opacity=1 if hot else 0.55))
        inset = [mountains(at_x + 16, top + 16, 130, 88, *((AMBER, TEAL, TEAL_DIM) if not hot else ("#fff2d8", "#7a4d0c", "#b0761b")))]
        inset.append(rect(at_x + 164, top + 36, max(20, span - 24 - 190), 14, 7, fill="#3a2404" if hot else FAINT, opacity=0.75))
        inset.append(rect(at_x + 164, top + 68, max(20, (span - 24 - 190) * 0.6), 14, 7, fill="#3a2404" if hot else FAINT, opacity=0.5))
        parts += inset
        parts.append(rect(at_x, top + 170, span - 24, 120, 20, fill="#0f2038", stroke=colour, stroke_width=4 if hot else 2, stroke_opacity=1 if hot else 0.4))
        parts.append(wave(at_x + 24, top + 230, span - 72, 92, bars=int(span / 13), colour=colour if hot else TEAL, seed=i + 4))
        at_x += span
    for i in (1, 2):
        edge = left + sum(spans[:i + 1]) - 12
        parts.append(path(f"M{edge - 34} {top + 60}L{edge} {top + 26}L{edge + 34} {top + 60}L{edge} {top + 94}Z", fill=AMBER, stroke=NAVY, stroke_width=8, stroke_linejoin="round"))
    for i in (0, 3):
        edge = left + sum(spans[:i + 1]) - 12
        parts.append(path(f"M{edge - 28} {top + 60}L{edge} {top + 32}L{edge + 28} {top + 60}L{edge} {top + 88}Z", fill=TEAL_DIM, stroke=NAVY, stroke_width=8, stroke_linejoin="round"))
    parts.append(rect(left, top + 340, sum(spans) - 24, 92, 20, fill="#0f2038", stroke=AMBER, stroke_width=3, stroke_opacity=0.8))
    parts.append(wave(left + 20, top + 386, sum(spans) - 64, 54, bars=104, colour=AMBER, seed=9))
    mid = hot_span[0] + (hot_span[1] - 24) / 2
    parts.append(path(f"M{mid} 404V486", stroke=AMBER, stroke_width=6, stroke_linecap="round"))
    parts.append(path(f"M{mid - 20} 466L{mid} 490L{mid + 20} 466", fill="none", stroke=AMBER, stroke_width=6, stroke_linecap="round", stroke_linejoin="round"))
    legend_y = 1046
    for lx, colour, label in ((880, "url(#hot)", "made again"), (1260, TEAL, "reused as it is")):
        parts.append(rect(lx, legend_y - 30, 40, 40, 12, fill=colour))
        parts.append(text(lx + 60, legend_y + 3, label, 36, INK, 600))
    return drawing(W, H, *parts, lights=[(1230, 580, 760, "#6b4a12", 0.3), (1200, 300, 1100, "#1d4d7a", 0.3)])


def outputs():
    """Finished pieces are put side by side into one file."""
    parts = []
    y, w, h = 330, 214, 150
    for i in range(5):
        hot = i == 3
        x = 300 + i * (w + 26)
        colour = AMBER if hot else TEAL
        parts.append(rect(x, y, w, h, 22, fill="url(#card)", stroke=colour, stroke_width=4, filter="url(#shadow)"))
        box = (x + 18, y + 18, w - 36, h - 36)
        parts.append(mountains(*box, AMBER, "#d98d22", AMBER_DIM) if hot else (mountains, bars, speaker, mountains, bars)[i](*box))
    x2 = 300 + 5 * (w + 26) - 26
    parts.append(rect(300, y + h + 40, x2 - 300, 110, 22, fill="#0f2038", stroke="#6fa8ff", stroke_width=3, filter="url(#shadow)"))
    parts.append(wave(330, y + h + 95, x2 - 360, 74, bars=70, colour="#6fa8ff", seed=6))
    parts.append(rect(300, y + h + 190, x2 - 300, 110, 22, fill="#0f2038", stroke=LINE, stroke_width=3, filter="url(#shadow)"))
    at_x = 330
    for i, wide in enumerate((150, 220, 96, 180, 130, 200, 70)):
        if at_x + wide > x2 - 30:
            break
        parts.append(rect(at_x, y + h + 232, wide, 26, 13, fill=AMBER if i == 3 else MUTED, opacity=0.95 if i == 3 else 0.55))
        at_x += wide + 22
    target = (1900, 560)
    for row, colour in ((y + h / 2, TEAL), (y + h + 95, "#6fa8ff"), (y + h + 245, MUTED)):
        parts.append(link(x2 + 16, row, target[0] - 214, target[1], colour, 7, 0.9))
    parts.append(circle(*target, 260, fill=TEAL, opacity=0.3, filter="url(#halo)"))
    parts.append(rect(target[0] - 200, target[1] - 250, 400, 500, 40, fill="url(#cool)", filter="url(#shadow)"))
    parts.append(path(f"M{target[0] + 90} {target[1] - 250}H{target[0] + 160}Q{target[0] + 200} {target[1] - 250} {target[0] + 200} {target[1] - 210}V{target[1] - 140}Z", fill="#9ff5e8", opacity=0.55))
    parts.append(play(target[0], target[1] - 20, 106, DEEP, TEAL))
    parts.append(text(target[0], target[1] + 184, "film.mp4", 54, DEEP, 700, anchor="middle"))
    return drawing(W, H, *parts, lights=[(1900, 560, 760, "#14675f", 0.55), (700, 480, 900, "#1d4d7a", 0.35)])


def logo():
    """t2v's mark: a text line that turns into a play button."""
    w, h = 540, 240
    mark = (rect(14, 14, 212, 212, 56, fill="url(#cool)")
            + "".join(rect(54, 72 + i * 38, wide, 20, 10, fill=DEEP) for i, wide in enumerate((46, 30, 46)))
            + path("M124 84L180 120L124 156Z", fill=DEEP, stroke=DEEP, stroke_width=14, stroke_linejoin="round"))
    name = text(258, 170, "t2v", 168, INK, 800, letter_spacing=-4)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}">'
            f'{tag("defs", linear("cool", "#3fe3cd", "#1ba595"))}{mark}{name}</svg>\n')


PICTURES = {"script": script_to_film, "graph": graph, "keys": keys, "cache": cache, "edit": edit, "outputs": outputs, "logo": logo}

if __name__ == "__main__":
    for name, draw in PICTURES.items():
        (HERE / f"{name}.svg").write_text(draw(), encoding="utf-8")
