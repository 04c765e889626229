#!/usr/bin/env python3
"""Turns what a terminal shows (text with SGR sequences, as `tmux capture-pane -e -p` prints it) into a PNG.

usage: picture.py [--light] [--scale N] IN.ansi OUT.png

Needs Pillow and the Debian packages fonts-noto-cjk and fonts-dejavu-core. Every glyph stands in its cells, one or two, so the picture is
as aligned as a terminal is.
"""

import re
import sys
import unicodedata

from PIL import Image, ImageDraw, ImageFont

REGULAR = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
BOLD = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
MONO_SC = 7  # the face "Noto Sans Mono CJK SC" in the collections
# Signs of one cell that the CJK faces lack or draw two cells wide.
NARROW = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
ARROWS = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
NARROW_BOLD = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono-Bold.ttf"
DARK = [
    (0x16, 0x19, 0x1F), (0xE0, 0x5F, 0x65), (0x8C, 0xC2, 0x65), (0xD9, 0xA9, 0x4A),
    (0x3F, 0x6E, 0xC0), (0xC1, 0x80, 0xD8), (0x56, 0xB6, 0xC2), (0xC8, 0xCC, 0xD4),
    (0x6C, 0x75, 0x85), (0xFF, 0x7B, 0x80), (0xA5, 0xE0, 0x75), (0xFF, 0xCC, 0x66),
    (0x6C, 0xA0, 0xFF), (0xDD, 0x9F, 0xF5), (0x78, 0xDC, 0xE8), (0xFF, 0xFF, 0xFF),
]
LIGHT_TEXT, LIGHT_GROUND = (0x20, 0x22, 0x26), (0xFF, 0xFF, 0xFF)


class Look:
    """What SGR sequences have set so far."""

    def __init__(self, text, ground):
        self.plain = (text, ground)
        self.reset()

    def reset(self):
        self.text, self.ground = self.plain
        self.bold = self.dim = self.italic = self.underline = self.reverse = self.crossed = False

    def take(self, codes):
        codes = [int(code or 0) for code in codes.split(";")]
        while codes:
            code = codes.pop(0)
            if code == 0:
                self.reset()
            elif code in (1, 2, 3, 4, 7, 9):
                name = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "reverse", 9: "crossed"}[code]
                setattr(self, name, True)
            elif code == 22:
                self.bold = self.dim = False
            elif code in (23, 24, 27, 29):
                name = {23: "italic", 24: "underline", 27: "reverse", 29: "crossed"}[code]
                setattr(self, name, False)
            elif code in (38, 48):
                colour = self.colour(codes)
                if code == 38:
                    self.text = colour
                else:
                    self.ground = colour
            elif 30 <= code <= 37:
                self.text = DARK[code - 30]
            elif 90 <= code <= 97:
                self.text = DARK[code - 82]
            elif 40 <= code <= 47:
                self.ground = DARK[code - 40]
            elif 100 <= code <= 107:
                self.ground = DARK[code - 92]
            elif code == 39:
                self.text = self.plain[0]
            elif code == 49:
                self.ground = self.plain[1]

    def colour(self, codes):
        kind = codes.pop(0)
        if kind == 2:
            return tuple(codes.pop(0) for _ in range(3))
        number = codes.pop(0)
        if number < 16:
            return DARK[number]
        if number >= 232:
            return (8 + (number - 232) * 10,) * 3
        number -= 16
        steps = (0, 95, 135, 175, 215, 255)
        return (steps[number // 36], steps[number // 6 % 6], steps[number % 6])

    def colours(self):
        text, ground = self.text, self.ground
        if self.dim:
            text = tuple((2 * one + other) // 3 for one, other in zip(text, ground))
        return (ground, text) if self.reverse else (text, ground)


def cells(sign):
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in ("W", "F") else 1


def main(arguments):
    light = "--light" in arguments
    arguments = [one for one in arguments if one != "--light"]
    scale = 1
    if "--scale" in arguments:
        at = arguments.index("--scale")
        scale = float(arguments[at + 1])
        del arguments[at : at + 2]
    source, target = arguments
    lines = open(source, encoding="utf-8").read().rstrip("\n").split("\n")
    size = round(16 * scale)
    regular = ImageFont.truetype(REGULAR, size, index=MONO_SC)
    bold = ImageFont.truetype(BOLD, size, index=MONO_SC)
    arrows = ImageFont.truetype(ARROWS, round(13 * scale))
    narrow = ImageFont.truetype(NARROW, round(13 * scale))
    narrow_bold = ImageFont.truetype(NARROW_BOLD, round(13 * scale))
    wide, high = round(8 * scale), round(20 * scale)
    plain = (LIGHT_TEXT, LIGHT_GROUND) if light else (DARK[7], DARK[0])
    width = max(sum(cells(sign) for sign in re.sub(r"\x1b\[[0-9;]*m", "", line)) for line in lines)
    picture = Image.new("RGB", (width * wide + 2 * wide, len(lines) * high + high), plain[1])
    draw = ImageDraw.Draw(picture)
    look = Look(*plain)
    for row, line in enumerate(lines):
        x, y = wide, row * high + high // 2
        for piece in re.split(r"(\x1b\[[0-9;]*m)", line):
            if piece.startswith("\x1b["):
                look.take(piece[2:-1])
                continue
            for sign in piece:
                span = cells(sign)
                text, ground = look.colours()
                if ground != plain[1] and span:
                    draw.rectangle((x, y, x + span * wide - 1, y + high - 1), fill=ground)
                if not stroke(draw, sign, x, y, wide, high, text):
                    if span == 1 and ord(sign) > 0x7E:
                        font, lift = (narrow_bold if look.bold else narrow), 0.1 * high
                        font = arrows if 0x27F0 <= ord(sign) <= 0x27FF else font
                    else:
                        font, lift = (bold if look.bold else regular), -0.12 * high
                    drawn = STAND_INS.get(sign, sign)
                    inset = max(0, (span * wide - font.getlength(drawn)) / 2) if span else -wide
                    draw.text((x + inset, y + lift), drawn, font=font, fill=text)
                if look.underline and span:
                    draw.line((x, y + high - 2, x + span * wide - 1, y + high - 2), fill=text)
                if look.crossed and span:
                    draw.line((x, y + high // 2, x + span * wide - 1, y + high // 2), fill=text)
                x += span * wide
    picture.save(target)


# Emoji that none of the two fonts has, by what looks like them.
STAND_INS = {"➕": "＋"}
STROKES = {
    "─": "lr", "│": "ud", "┌": "rd", "┐": "ld", "└": "ru", "┘": "lu",
    "├": "udr", "┤": "udl", "┬": "lrd", "┴": "lru", "┼": "lrud",
}


def stroke(draw, sign, x, y, wide, high, colour):
    """Box lines and blocks reach the edges of their cell whatever the font thinks."""
    middle, centre = x + wide // 2, y + high // 2
    if sign == "▌":
        draw.rectangle((x, y, x + wide // 2 - 1, y + high - 1), fill=colour)
        return True
    ways = STROKES.get(sign)
    if not ways:
        return False
    ends = {"l": (x, centre), "r": (x + wide, centre), "u": (middle, y), "d": (middle, y + high)}
    for way in ways:
        draw.line((middle, centre, *ends[way]), fill=colour)
    return True


main(sys.argv[1:])
