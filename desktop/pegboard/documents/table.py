"""Tables: a head, rows whose cells wrap, lines between them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pegboard.documents.flow import Block
from pegboard.documents.fonts import fitting_size, line_height, wrapped
from pegboard.documents.sheet import Sheet

PADDING = 1.5  # mm left and right of a cell's text
_HEAD_SIZE = 8.0
_HEAD_HEIGHT = 5.4
_ROW_LINE = 0.12


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, width in millimetres, and how its text stands (left, right, center)."""

    title: str
    width: float
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Words:
    """Text in a cell, its size in points; `whole`: shrink it rather than wrap; `most` lines, 0 for all."""

    text: str
    size: float = 9
    bold: bool = False
    whole: bool = False
    most: int = 0


@dataclass(frozen=True, slots=True)
class Drawn:
    """A cell that is drawn: `draw(sheet, x, y, width, height)`; `height` is the least it needs."""

    height: float
    draw: Callable[[Sheet, float, float, float, float], None]


Cell = str | Sequence[Words] | Drawn


def pen_box() -> Drawn:
    """An empty frame to write in."""
    return Drawn(7.0, lambda sheet, x, y, wide, high: sheet.box(x + 0.8, y + 0.9, wide - 1.6, high - 1.8))


def tick_box(size: float = 5.0) -> Drawn:
    """A square to tick."""

    def draw(sheet: Sheet, x: float, y: float, wide: float, high: float) -> None:
        sheet.box(x + (wide - size) / 2, y + (high - size) / 2, size, size, 0.3)

    return Drawn(size + 2, draw)


class Table:
    """Turns rows into blocks. Build one for a table and call `row` for each row, `head` once before them."""

    def __init__(self, columns: Sequence[Column], *, left: float = 0.0, least: float = 0.0, lines: float = 0.0) -> None:
        """`least` is the least height of a row, `lines` how far the lines go (0: over all columns)."""
        self._columns = columns
        self._lefts = [left + sum(column.width for column in columns[:place]) for place in range(len(columns))]
        self._left = left
        self._right = left + (lines or sum(column.width for column in columns))
        self._least = least
        self.head = Block(_HEAD_HEIGHT, self._draw_head, keeps_next=True)

    def _draw_head(self, sheet: Sheet, y: float) -> None:
        for column, left in zip(self._columns, self._lefts, strict=True):
            room = column.width - 2 * PADDING
            size = fitting_size(column.title, room, _HEAD_SIZE, 6, True)
            sheet.text(_anchor(column, left), y + 3.7, column.title, size, True, column.align)
        sheet.line(self._left, y + _HEAD_HEIGHT, self._right, y + _HEAD_HEIGHT, 0.4)

    def row(self, cells: Sequence[Cell], *, mark: str = "", keeps_next: bool = False, least: float = 0) -> Block:
        """One row; `mark` names the content line for the change bar, `least` is its own least height."""
        laid = [_laid(cell, column) for cell, column in zip(cells, self._columns, strict=True)]
        height = max(self._least, least, *(tall for _lines, tall in laid))

        def draw(sheet: Sheet, y: float) -> None:
            for cell, column, left, (lines, _tall) in zip(cells, self._columns, self._lefts, laid, strict=True):
                if isinstance(cell, Drawn):
                    cell.draw(sheet, left, y, column.width, height)
                    continue
                anchor, at = _anchor(column, left), y + 1.0
                for text, size, bold in lines:
                    at += line_height(size)
                    sheet.text(anchor, at - line_height(size) * 0.22, text, size, bold, column.align)
            sheet.line(self._left, y + height, self._right, y + height, _ROW_LINE)

        return Block(height, draw, self.head, keeps_next, mark)


_Line = tuple[str, float, bool]


def _anchor(column: Column, left: float) -> float:
    if column.align == "right":
        return left + column.width - PADDING
    return left + (PADDING if column.align == "left" else column.width / 2)


def _laid(cell: Cell, column: Column) -> tuple[list[_Line], float]:
    """The lines of a cell with size and weight, and the height they need."""
    if isinstance(cell, Drawn):
        return [], cell.height
    room = column.width - 2 * PADDING
    lines: list[_Line] = []
    for words in (Words(cell),) if isinstance(cell, str) else cell:
        if not words.text:
            continue
        size = _shrunk(words, room) if words.whole else words.size
        lines += [(line, size, words.bold) for line in wrapped(words.text, room, size, words.bold, words.most)]
    return lines, 2.0 + sum(line_height(size) for _text, size, _bold in lines)


def _shrunk(words: Words, room: float) -> float:
    """The size at which the text stands on one line, or where it must wrap, at which no word is broken."""
    size = fitting_size(words.text, room, words.size, words.size * 0.75, words.bold)
    longest = max(words.text.split(" "), key=len)
    return fitting_size(longest, room, size, words.size * 0.6, words.bold)
