"""What papers to suppliers and customers have in common: the address, the facts beside it, closing clauses."""

import datetime
from collections.abc import Sequence

from pegboard.documents.flow import Block
from pegboard.documents.fonts import line_height, shortened, wrapped
from pegboard.documents.sheet import CONTENT_WIDTH, Sheet
from pegboard.i18n import tr

_ADDRESS_ROOM = 82.0
_FACTS_LEFT = 98.0
_FACT_LABEL = 34.0

Fact = tuple[str, str]  # label, text


def address_lines(name: str, address: str, contact: str = "") -> list[str]:
    """Name, contact and address, each line once."""
    lines = [name, contact, *address.splitlines()]
    return [line.strip() for line in dict.fromkeys(lines) if line.strip()]


def address_block(label: str, lines: Sequence[str], facts: Sequence[Fact]) -> Block:
    """The recipient's address left, facts such as date and terms right."""
    left = [part for line in lines for part in wrapped(line, _ADDRESS_ROOM, 10.5)][:8]
    room = CONTENT_WIDTH - _FACTS_LEFT - _FACT_LABEL
    right = [
        (name if not place else "", part)
        for name, text in facts
        if text
        for place, part in enumerate(wrapped(text, room, 9.5, most=4))
    ]
    height = max(5.5 + len(left) * line_height(10.5), len(right) * 4.5 + 1.5) + 3

    def draw(sheet: Sheet, y: float) -> None:
        sheet.text(0, y + 3.2, label, 8, True)
        for place, line in enumerate(left):
            sheet.text(0, y + 8.4 + place * line_height(10.5), line, 10.5, not place)
        for place, (name, text) in enumerate(right):
            sheet.text(_FACTS_LEFT, y + 3.4 + place * 4.5, shortened(name, _FACT_LABEL - 2, 9, True), 9, True)
            sheet.text(_FACTS_LEFT + _FACT_LABEL, y + 3.4 + place * 4.5, text, 9.5)

    return Block(height, draw, mark="head")


def paragraphs(text: str, size: float = 9) -> list[Block]:
    """Running text, one block a line so that it may go over to the next page."""
    if not text.strip():
        return []
    return [Block(line_height(size), _Line(line, size)) for line in wrapped(text.strip(), CONTENT_WIDTH, size)]


class _Line:
    """Draws one line of text."""

    def __init__(self, text: str, size: float) -> None:
        self._text, self._size = text, size

    def __call__(self, sheet: Sheet, y: float) -> None:
        sheet.text(0, y + line_height(self._size) * 0.8, self._text, self._size)


def total_block(rows: Sequence[Fact]) -> Block:
    """Totals at the right, the last one large."""
    height = len(rows) * 5.2 + 3.5

    def draw(sheet: Sheet, y: float) -> None:
        for place, (label, text) in enumerate(rows):
            is_last = place == len(rows) - 1
            size = 12.0 if is_last else 10.0
            at = y + 5.6 + place * 5.2
            sheet.text(CONTENT_WIDTH - 42, at, label, size, is_last, "right")
            sheet.text(CONTENT_WIDTH - 1.5, at, text, size, is_last, "right")
        sheet.line(CONTENT_WIDTH - 80, y + height, CONTENT_WIDTH, y + height, 0.5)

    return Block(height, draw)


def signature_block(labels: Sequence[str], title: str = "") -> Block:
    """Boxes to fill in and sign."""
    room = CONTENT_WIDTH / len(labels)
    top = 5.0 if title else 0.0
    height = top + 15.0

    def draw(sheet: Sheet, y: float) -> None:
        sheet.text(0, y + 3.4, title, 9, True)
        sheet.box(0, y + top, CONTENT_WIDTH, 15, 0.3)
        for place, label in enumerate(labels):
            if place:
                sheet.line(place * room, y + top, place * room, y + height, 0.2)
            sheet.text(place * room + 1.5, y + top + 3.4, label, 8)

    return Block(height, draw)


def working_day_after(today: datetime.date, days: int) -> datetime.date:
    """The day so many Mondays to Fridays after today: by when an answer is asked for."""
    day = today
    while days:
        day += datetime.timedelta(days=1)
        days -= day.weekday() < 5
    return day


def terms_words(days: int) -> str:
    """Payment terms in words."""
    return tr("{count} days net", count=days) if days else tr("at once")
