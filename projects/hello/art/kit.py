"""The drawings' shared vocabulary: palette, cards, icons, links. Everything returns SVG text."""

import math
import random
from xml.sax.saxutils import escape

NAVY, DEEP, CARD, CARD_HI, LINE = "#0b1729", "#070f1d", "#13253f", "#1a3152", "#2b4a72"
TEAL, TEAL_DIM, AMBER, AMBER_DIM, CORAL = "#2dd4bf", "#17796f", "#f7b23b", "#8a5f16", "#ff7a6b"
INK, MUTED, FAINT = "#eaf1fb", "#8fa6c4", "#4d6689"
SANS = "Inter, 'DejaVu Sans', sans-serif"
MONO = "'JetBrains Mono', 'DejaVu Sans Mono', monospace"


def tag(name, body="", **attributes):
    """One element. `_` in an attribute's name is written as `-`."""
    written = "".join(f' {key.rstrip("_").replace("_", "-")}="{value}"' for key, value in attributes.items())
    return f"<{name}{written}>{body}</{name}>" if body else f"<{name}{written}/>"


def rect(x, y, w, h, r=20, **attributes):
    return tag("rect", x=x, y=y, width=w, height=h, rx=r, **attributes)


def text(x, y, words, size=36, fill=INK, weight=500, family=SANS, anchor="start", **attributes):
    return tag("text", escape(words), x=x, y=y, font_family=family, font_size=size, font_weight=weight,
               fill=fill, text_anchor=anchor, xml__space="preserve", **attributes).replace("xml--space", "xml:space")


def mono(x, y, words, size=34, fill=INK, **attributes):
    return text(x, y, words, size=size, fill=fill, family=MONO, **attributes)


def circle(x, y, r, **attributes):
    return tag("circle", cx=x, cy=y, r=r, **attributes)


def path(d, **attributes):
    return tag("path", d=d, **attributes)


def group(*parts, **attributes):
    return tag("g", "".join(parts), **attributes)


def at(x, y, *parts):
    return group(*parts, transform=f"translate({x} {y})")


def card(x, y, w, h, r=26, stroke=LINE, fill="url(#card)", width=2.5):
    """A raised panel."""
    return rect(x, y, w, h, r, fill=fill, stroke=stroke, stroke_width=width, filter="url(#shadow)")


def link(x1, y1, x2, y2, colour=TEAL, width=5, opacity=0.75, dash=None):
    """A curve that leaves and arrives level."""
    bend = (x2 - x1) * 0.5
    extra = {"stroke_dasharray": dash} if dash else {}
    return path(f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}", fill="none", stroke=colour,
                stroke_width=width, stroke_linecap="round", opacity=opacity, **extra)


def wave(x, y, w, h, bars=24, colour=TEAL, seed=1, gap=0.45):
    """Speech: bars around a middle line at `y`, shaped by a few syllables."""
    dice = random.Random(seed)
    step = w / bars
    out = []
    for i in range(bars):
        syllable = abs(math.sin((i + seed) * 0.55)) * 0.75 + 0.25
        edge = min(1.0, (i + 1) / 3, (bars - i) / 3)
        tall = max(0.08, syllable * edge * (0.55 + 0.45 * dice.random())) * h
        out.append(rect(round(x + i * step, 1), round(y - tall / 2, 1), round(step * (1 - gap), 1), round(tall, 1),
                        round(step * (1 - gap) / 2, 1), fill=colour))
    return "".join(out)


def film(x, y, w, h, body="", colour=TEAL, r=18):
    """A film frame with perforations above and below."""
    hole = h * 0.075
    count = max(4, int(w / (hole * 3)))
    step = w / count
    holes = "".join(rect(round(x + (i + 0.5) * step - hole * 0.7, 1), round(edge, 1), round(hole * 1.4, 1), round(hole, 1), 3, fill=DEEP)
                    for edge in (y + hole * 0.55, y + h - hole * 1.55) for i in range(count))
    inner = rect(x + 8, y + hole * 2.1, w - 16, h - hole * 4.2, 8, fill=DEEP)
    return rect(x, y, w, h, r, fill=colour, filter="url(#shadow)") + holes + inner + body


def mountains(x, y, w, h, sun=AMBER, near=TEAL, far=TEAL_DIM):
    """A tiny landscape: what a picture looks like from afar."""
    px = lambda f: round(x + f * w, 1)
    py = lambda f: round(y + f * h, 1)
    return (rect(x, y, w, h, 8, fill="url(#sky)")
            + circle(px(0.72), py(0.32), round(h * 0.13, 1), fill=sun)
            + path(f"M{px(0)} {py(1)}L{px(0)} {py(.72)}L{px(.28)} {py(.36)}L{px(.52)} {py(.70)}L{px(.70)} {py(.50)}L{px(1)} {py(.80)}L{px(1)} {py(1)}Z", fill=far)
            + path(f"M{px(0)} {py(1)}L{px(0)} {py(.9)}L{px(.2)} {py(.74)}L{px(.42)} {py(.9)}L{px(.66)} {py(.68)}L{px(1)} {py(.94)}L{px(1)} {py(1)}Z", fill=near))


def play(x, y, r, colour=TEAL, ink=DEEP):
    """A play button."""
    return (circle(x, y, r, fill=colour)
            + path(f"M{x - r * .3} {y - r * .46}L{x + r * .5} {y}L{x - r * .3} {y + r * .46}Z", fill=ink,
                   stroke=ink, stroke_width=r * 0.12, stroke_linejoin="round"))


def tick(x, y, r, colour=TEAL, ink=DEEP):
    """A tick in a disc."""
    return (circle(x, y, r, fill=colour)
            + path(f"M{x - r * .42} {y + r * .02}L{x - r * .1} {y + r * .34}L{x + r * .44} {y - r * .32}", fill="none",
                   stroke=ink, stroke_width=r * 0.24, stroke_linecap="round", stroke_linejoin="round"))


def dots(w, h, step=60):
    """The drawing board behind everything."""
    pattern = tag("pattern", circle(step / 2, step / 2, 1.9, fill="#23405f", opacity=0.55), id="dots", width=step,
                  height=step, patternUnits="userSpaceOnUse")
    return tag("defs", pattern) + rect(0, 0, w, h, 0, fill="url(#dots)")


def glow(x, y, r, colour, opacity):
    """A soft light on the board."""
    name = f"g{x}_{y}"
    stops = (tag("stop", offset=0, stop_color=colour, stop_opacity=opacity)
             + tag("stop", offset=1, stop_color=colour, stop_opacity=0))
    return tag("defs", tag("radialGradient", stops, id=name)) + circle(x, y, r, fill=f"url(#{name})")


def linear(name, *colours, x2=0, y2=1):
    stops = "".join(tag("stop", offset=i / (len(colours) - 1), stop_color=c) for i, c in enumerate(colours))
    return tag("linearGradient", stops, id=name, x1=0, y1=0, x2=x2, y2=y2)


def drawing(w, h, *parts, lights=()):
    """A whole picture on the dark board."""
    shadow = tag("filter", tag("feDropShadow", dx=0, dy=14, stdDeviation=16, flood_color="#02060d", flood_opacity=0.5),
                 id="shadow", x="-30%", y="-30%", width="160%", height="180%")
    halo = tag("filter", tag("feGaussianBlur", stdDeviation=22), id="halo", x="-60%", y="-60%", width="220%", height="220%")
    defs = tag("defs", shadow + halo + linear("board", "#0d1b31", NAVY, DEEP, x2=0.4) + linear("card", CARD_HI, CARD)
               + linear("sky", "#1d3a5f", "#0e2038") + linear("hot", "#ffc65c", "#e8942a") + linear("cool", "#3fe3cd", "#1ba595"))
    board = rect(0, 0, w, h, 0, fill="url(#board)") + "".join(glow(*light) for light in lights) + dots(w, h)
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}">{defs}{board}{"".join(parts)}</svg>\n'
