"""Draws the shop's price font, a dot matrix like on a price ticket, as two WOFF2 files beside this script.

    pip install fonttools brotli
    python3 draw.py

Two weights, so that a page loads two fonts; few glyphs, so that each is under one kilobyte.
"""

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

CELL = 120
ROWS = 7
GLYPHS = {
    "zero": ("0", "01110 10001 10011 10101 11001 10001 01110"),
    "one": ("1", "00100 01100 00100 00100 00100 00100 01110"),
    "two": ("2", "01110 10001 00001 00110 01000 10000 11111"),
    "three": ("3", "11110 00001 00001 01110 00001 00001 11110"),
    "four": ("4", "00010 00110 01010 10010 11111 00010 00010"),
    "five": ("5", "11111 10000 11110 00001 00001 10001 01110"),
    "six": ("6", "00110 01000 10000 11110 10001 10001 01110"),
    "seven": ("7", "11111 00001 00010 00100 01000 01000 01000"),
    "eight": ("8", "01110 10001 10001 01110 10001 10001 01110"),
    "nine": ("9", "01110 10001 10001 01111 00001 00010 01100"),
    "period": (".", "00 00 00 00 00 11 11"),
    "comma": (",", "00 00 00 00 11 01 10"),
    "hyphen": ("-", "0000 0000 0000 1111 0000 0000 0000"),
    "percent": ("%", "11001 11010 00010 00100 01000 01011 10011"),
    "euro": ("\u20ac", "00111 01000 11110 01000 11110 01000 00111"),
    "space": (" ", "000 000 000 000 000 000 000"),
}


def square(pen, column, row, inset):
    left, low = column * CELL + inset, (ROWS - 1 - row) * CELL + inset
    right, high = left + CELL - 2 * inset, low + CELL - 2 * inset
    pen.moveTo((left, low))
    for point in ((left, high), (right, high), (right, low)):
        pen.lineTo(point)
    pen.closePath()


def draw(rows, inset):
    pen = TTGlyphPen(None)
    for row, cells in enumerate(rows.split()):
        for column, cell in enumerate(cells):
            if cell == "1":
                square(pen, column, row, inset)
    return pen.glyph()


def font(style, weight, inset):
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", *GLYPHS])
    builder.setupCharacterMap({ord(letter): name for name, (letter, _) in GLYPHS.items()})
    glyphs = {".notdef": TTGlyphPen(None).glyph()}
    widths = {".notdef": (600, 0)}
    for name, (_, rows) in GLYPHS.items():
        glyphs[name] = draw(rows, inset)
        widths[name] = ((len(rows.split()[0]) + 1) * CELL, inset)
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(widths)
    builder.setupHorizontalHeader(ascent=900, descent=-100)
    builder.setupNameTable({"familyName": "Perch Ticket", "styleName": style})
    builder.setupOS2(sTypoAscender=900, sTypoDescender=-100, usWinAscent=900, usWinDescent=100, usWeightClass=weight)
    builder.setupPost()
    builder.font["head"].created = builder.font["head"].modified = 3786912000
    builder.font.flavor = "woff2"
    builder.font.recalcTimestamp = False
    builder.save(Path(__file__).with_name(f"ticket-{style.lower()}.woff2"))


font("Regular", 400, 14)
font("Bold", 700, 0)
