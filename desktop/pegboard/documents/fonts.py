"""The two faces of all papers, regular and bold: measured, wrapped and fitted.

Widths are in millimetres, sizes in points.
"""

import unicodedata
from functools import cache, lru_cache
from typing import Any

from pegboard.resources import resource

MM = 72 / 25.4  # points in a millimetre
LEADING = 1.22  # line height as a multiple of the size


@cache
def face(bold: bool) -> Any:
    """Return the reportlab font, registered on first use."""
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont

    name = "Roboto-Bold" if bold else "Roboto-Regular"
    font = TTFont(name, str(resource("fonts", f"{name}.ttf")))
    registerFont(font)
    return font


@cache
def _advances(bold: bool) -> tuple[dict[int, float], float]:
    font = face(bold).face
    return font.charWidths, font.defaultWidth


@lru_cache(maxsize=50_000)
def _units(text: str, bold: bool) -> float:
    """Width in thousandths of the size."""
    advances, other = _advances(bold)
    return sum(advances.get(ord(character), other) for character in drawable(text, bold))


MISSING = "\ufffd"  # stands for a letter that the faces do not have, so that a reader sees that one is missing


def drawable(text: str, bold: bool) -> str:
    """The text as the face can show it: signs that turn or hide text fall away, letters that it lacks are marked."""
    if text.isascii():
        return text
    known = _advances(bold)[0]
    return "".join(_shown(character, known) for character in text)


def _shown(character: str, known: dict[int, float]) -> str:
    kind = unicodedata.category(character)
    if kind in ("Cf", "Zl", "Zp") and character != "\u00ad":
        return ""
    if ord(character) in known or kind == "Cc":
        return character
    return "" if kind in ("Mn", "Me") else " " if kind == "Zs" else MISSING


def width(text: str, size: float, bold: bool = False) -> float:
    """Width of one line of text."""
    return _units(text, bold) * size / (1000 * MM)


def line_height(size: float) -> float:
    """Distance from one baseline to the next."""
    return size * LEADING / MM


def fitting_size(text: str, room: float, size: float, smallest: float, bold: bool = False) -> float:
    """The largest size, from `size` down to `smallest`, at which the text fits into `room`; else the smallest."""
    needed = width(text, 1, bold)
    return size if needed * size <= room else max(smallest, room / needed * 0.999)


def shortened(text: str, room: float, size: float, bold: bool = False) -> str:
    """The text, or as much of its beginning as fits with an ellipsis."""
    if width(text, size, bold) <= room:
        return text
    while text and width(text + "…", size, bold) > room:
        text = text[:-1]
    return text.rstrip() + "…"


@lru_cache(maxsize=20_000)
def wrapped(text: str, room: float, size: float, bold: bool = False, most: int = 0) -> tuple[str, ...]:
    """Break text into lines that fit; its own line ends are kept, a word that is too long is broken.

    With `most`, what goes beyond so many lines is left out and the last line ends with an ellipsis.
    """
    lines = [line for paragraph in text.split("\n") for line in _paragraph(paragraph, room, size, bold)]
    if most and len(lines) > most:
        last = lines[most - 1]
        while last and width(last + " …", size, bold) > room:
            last = last[:-1]
        lines = [*lines[: most - 1], f"{last.rstrip()} …"]
    return tuple(lines)


def _paragraph(text: str, room: float, size: float, bold: bool) -> list[str]:
    if width(text, size, bold) <= room:
        return [text.strip()]
    lines = [""]
    for word in filter(None, text.replace("\t", " ").split(" ")):  # a no-break blank stays within its word
        longer = f"{lines[-1]} {word}".strip()
        if width(longer, size, bold) <= room:
            lines[-1] = longer
            continue
        pieces = _pieces(word, room, size, bold)
        lines[-1:] = [lines[-1], *pieces] if lines[-1] else pieces
    return lines


def _pieces(word: str, room: float, size: float, bold: bool) -> list[str]:
    """Parts of a word that fit, broken behind a hyphen, slash or dot where one is near the end."""
    pieces = []
    while width(word, size, bold) > room and len(word) > 1:
        end = 1
        while end < len(word) and width(word[: end + 1], size, bold) <= room:
            end += 1
        softer = max(word.rfind(sign, end // 2, end) for sign in "-/._,")
        end = softer + 1 if softer > 0 else end
        pieces.append(word[:end])
        word = word[end:]
    return [*pieces, word]
