"""The upper part of a job traveler: number and codes, dates, item and quantity, who pulled it."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from pegboard.documents.flow import Block, Choice
from pegboard.documents.fonts import fitting_size, line_height, shortened, width, wrapped
from pegboard.documents.formats import Formats
from pegboard.documents.furniture import Furniture, Title
from pegboard.documents.pictures import thumbnail
from pegboard.documents.pull_words import is_late, puller_words
from pegboard.documents.sheet import CONTENT_WIDTH, Sheet
from pegboard.i18n import tr
from pegboard.queries.travelers import Traveler

_CODE = 25.0
_BARS_TOP = 28.0
_BARS = 14.0
_BARS_ROOM = 98.0
_ITEM_TOP = 48.0
_QUANTITY_ROOM = 52.0
_PICTURE_ROOM = 40.0  # for the picture of the item, and how high it may be
_PICTURE_HEIGHT = 28.0
_MOST_CHOICES = 12  # lines of options
_MOST_PULLERS = 3
_MOST_JOBS = 6
_LABEL = 24.0

_Line = tuple[str, str, str]  # label, text, content line


class TravelerHead:
    """Draws the head of a traveler's first page; `head_height` depends on what there is to say."""

    def __init__(self, row: Traveler, furniture: Furniture, formats: Formats) -> None:
        self.title: Title = furniture.title
        self.flow: Sequence[Block | Choice] = ()
        self.is_bare = False
        self._row = row
        self._formats = formats
        self._picture = _picture(row)
        self._text_room = CONTENT_WIDTH - _QUANTITY_ROOM - 5 - (_PICTURE_ROOM + 2 if self._picture else 0)
        self._details = _detail_lines(row, self._text_room)
        self._pulled = _pulled_lines(row, formats)
        least = _PICTURE_HEIGHT + 2.4 if self._picture else 17.5
        self._item_height = max(least, 8.8 + sum(line_height(size) for _text, size in self._details) + 1.6)
        self._band_top = _ITEM_TOP + self._item_height + 1.5
        self._band_height = len(self._pulled) * 4.5 + 2.2 if self._pulled else 0.0
        self.head_height = self._band_top + self._band_height + 2.5

    def draw_head(self, furniture: Furniture, sheet: Sheet, page: int, pages: int) -> None:
        """Draw it (called for the first page)."""
        furniture.draw_company(sheet, 58, is_short=True)
        self._draw_number(furniture, sheet, page, pages)
        self._draw_bars(furniture, sheet)
        self._draw_dates(furniture, sheet)
        self._draw_item(furniture, sheet)
        self._draw_pulled(furniture, sheet)

    def _draw_number(self, furniture: Furniture, sheet: Sheet, page: int, pages: int) -> None:
        right = CONTENT_WIDTH
        if code := furniture.code():
            sheet.qr(right - _CODE, 0, _CODE, code)
            right -= _CODE + 6
        sheet.text(62, 3.6, self.title.title.upper(), 10, True)
        sheet.text(right, 3.6, furniture.page_words(page, pages), 9, align="right")
        sheet.fitted(62, 15.2, right - 62, self.title.number, 28, 16, True)
        x = 62.0
        if any(is_late(puller) for puller in self._row.pulled.demands):
            word = tr("LATE")
            sheet.triangle(x, 18.6, 5)
            sheet.text(x + 6.2, 23, word, 13, True)
            x += 6.2 + width(word, 13, True) + 5
        if furniture.mark_words():
            furniture.draw_mark(sheet, x + width(furniture.mark_words(), 9, True) + 4, 18.6)

    def _draw_bars(self, furniture: Furniture, sheet: Sheet) -> None:
        code = furniture.code()
        if not code:
            sheet.box(0, _BARS_TOP, _BARS_ROOM - 4, _BARS, 0.5)
            sheet.fitted(4, _BARS_TOP + 7, _BARS_ROOM - 12, furniture.title.watermark, 16, 9, True)
            words = tr("For information only: nothing may be started with this paper.")
            sheet.fitted(4, _BARS_TOP + 11.6, _BARS_ROOM - 12, words, 9, 6)
        elif sheet.bars(-4, _BARS_TOP, _BARS_ROOM + 4, _BARS, code):
            sheet.text(_BARS_ROOM / 2 - 2, _BARS_TOP + _BARS + 3.4, code, 8, align="center")
        else:
            sheet.fitted(0, _BARS_TOP + 6, _BARS_ROOM, code, 9, 6)

    def _draw_dates(self, furniture: Furniture, sheet: Sheet) -> None:
        row, formats = self._row, self._formats
        left, room = _BARS_ROOM + 2, CONTENT_WIDTH - _BARS_ROOM - 2
        cell = (room - 26) / 2
        boxes = (
            (left, cell, tr("Start by"), row.start, "dates"),
            (left + cell, cell, tr("Due"), row.due, "dates"),
        )
        for x, wide, label, day, _mark in boxes:
            sheet.box(x, _BARS_TOP, wide, _BARS + 3.5, 0.3)
            sheet.text(x + 1.6, _BARS_TOP + 3.6, label, 8, True)
            short = formats.short_day(day)
            sheet.text(x + 1.6, _BARS_TOP + 10.4, short, fitting_size(short, wide - 3, 15, 9, True), True)
            sheet.text(x + 1.6, _BARS_TOP + 15.2, str(day.year), 9)
        x = left + 2 * cell
        sheet.box(x, _BARS_TOP, CONTENT_WIDTH - x, _BARS + 3.5, 0.9)
        sheet.text(x + 1.8, _BARS_TOP + 3.9, tr("Revision"), 8, True)
        revision = row.revision or "–"
        size = fitting_size(revision, CONTENT_WIDTH - x - 4, 20, 8, True)
        sheet.text((x + CONTENT_WIDTH) / 2, _BARS_TOP + 12.6, shortened(revision, 24, size, True), size, True, "center")
        if furniture.mark.has_changed("dates") or furniture.mark.has_changed("revision"):
            _bar(sheet, CONTENT_WIDTH + 2.4, _BARS_TOP, _BARS + 3.5)

    def _draw_item(self, furniture: Furniture, sheet: Sheet) -> None:
        row, high = self._row, self._item_height
        split = CONTENT_WIDTH - _QUANTITY_ROOM
        sheet.box(0, _ITEM_TOP, CONTENT_WIDTH, high, 0.5)
        sheet.line(split, _ITEM_TOP, split, _ITEM_TOP + high, 0.3)
        sheet.fitted(2.5, _ITEM_TOP + 8, self._text_room, row.item, 20, 11, True)
        if self._picture:
            left, top = split - _PICTURE_ROOM - 1.2, _ITEM_TOP + (high - _PICTURE_HEIGHT) / 2
            wide, tall = _within(self._picture)
            sheet.picture(
                self._picture,
                left + (_PICTURE_ROOM - wide) / 2,
                top + (_PICTURE_HEIGHT - tall) / 2,
                _PICTURE_ROOM,
                _PICTURE_HEIGHT,
            )
        y = _ITEM_TOP + 8.8
        for text, size in self._details:
            y += line_height(size)
            sheet.text(2.5, y - 0.4, text, size)
        self._draw_quantity(sheet, split)
        if any(furniture.mark.has_changed(line) for line in ("item", "quantity")):
            _bar(sheet, -4, _ITEM_TOP, high)

    def _draw_quantity(self, sheet: Sheet, left: float) -> None:
        row, formats = self._row, self._formats
        sheet.text(left + 2, _ITEM_TOP + 3.8, tr("Make, good ones"), 8, True)
        number = formats.quantity(row.quantity)
        unit_room = width(row.unit, 12) + 2
        size = fitting_size(number, _QUANTITY_ROOM - 5 - unit_room, 24, 12, True)
        sheet.text(left + 2, _ITEM_TOP + 12.4, number, size, True)
        sheet.text(left + 2 + width(number, size, True) + 2, _ITEM_TOP + 12.4, row.unit, 12)
        notes = []
        if row.start_quantity != row.quantity:
            notes.append(tr("start with {quantity}", quantity=formats.quantity(row.start_quantity, row.unit)))
        if row.surplus:
            surplus = formats.quantity(row.surplus, row.unit)
            notes.append(tr("{quantity} of it surplus: {reason}", quantity=surplus, reason=row.surplus_reason))
        for place, line in enumerate(wrapped(", ".join(notes), _QUANTITY_ROOM - 4, 8, most=2)):
            sheet.text(left + 2, _ITEM_TOP + 16 + place * 3.2, line, 8)

    def _draw_pulled(self, furniture: Furniture, sheet: Sheet) -> None:
        if not self._pulled:
            return
        sheet.shade(0, self._band_top, CONTENT_WIDTH, self._band_height)
        for place, (label, text, mark) in enumerate(self._pulled):
            y = self._band_top + 4.4 + place * 4.5
            sheet.text(2, y, label, 9, True)
            size = fitting_size(text, CONTENT_WIDTH - _LABEL - 2, 10, 8)
            sheet.text(_LABEL, y, shortened(text, CONTENT_WIDTH - _LABEL - 2, size), size)
            if furniture.mark.has_changed(mark):
                _bar(sheet, -4, y - 3.6, 4.5)


def _bar(sheet: Sheet, x: float, y: float, high: float) -> None:
    sheet.fill(x, y + 0.2, 1.2, high - 0.4)


def _picture(row: Traveler) -> Any:
    """The item's picture for reportlab, None where it has none that can be read."""
    from reportlab.lib.utils import ImageReader

    small = thumbnail(row.picture) if row.picture else b""
    return ImageReader(BytesIO(small)) if small else None


def _within(picture: Any) -> tuple[float, float]:
    """Its width and height on paper."""
    wide, tall = picture.getSize()
    scale = min(_PICTURE_ROOM / wide, _PICTURE_HEIGHT / tall)
    return wide * scale, tall * scale


def _detail_lines(row: Traveler, room: float) -> list[tuple[str, float]]:
    """What stands below the item's code, each line with its size."""
    lines = [(line, 11.0) for line in wrapped(row.description, room, 11, most=2) if line]
    facts = []
    if row.drawing:
        facts.append(tr("Drawing {drawing}", drawing=row.drawing))
    if row.tracking == "lot":
        facts.append(tr("write down the lot"))
    elif row.tracking == "serial":
        facts.append(tr("write down each serial number"))
    lines += [(line, 9.0) for line in wrapped(" · ".join(facts), room, 9, most=2) if line]
    # A choice that is cut off would be built wrong: the band grows with them.
    lines += [(line, 10.0) for line in wrapped(" · ".join(row.options), room, 10, most=_MOST_CHOICES) if line]
    return lines


def _pulled_lines(row: Traveler, formats: Formats) -> list[_Line]:
    demands = [puller_words(puller, formats) for puller in row.pulled.demands]
    if len(demands) > _MOST_PULLERS:
        more = tr("and {count} more", count=len(demands) - _MOST_PULLERS)
        demands = [*demands[: _MOST_PULLERS - 1], f"{demands[_MOST_PULLERS - 1]}; {more}"]
    demands = demands or [tr("no demand: {reason}", reason=row.surplus_reason or tr("surplus"))]
    lines = [(tr("Pulled by") if not place else "", text, "pulled") for place, text in enumerate(demands)]
    parents = [
        tr("{number} {item} ({quantity})", number=each.number, item=each.item, quantity=formats.quantity(each.quantity))
        for each in row.pulled.parents
    ]
    children = [
        tr("{number} {item} ({quantity})", number=each.number, item=each.item, quantity=formats.quantity(each.quantity))
        for each in row.children
    ]
    for label, jobs, mark in ((tr("Goes into"), parents, "parents"), (tr("Waits for"), children, "children")):
        if len(jobs) > _MOST_JOBS:
            jobs = [*jobs[:_MOST_JOBS], tr("and {count} more", count=len(jobs) - _MOST_JOBS)]
        room = CONTENT_WIDTH - _LABEL - 2
        for place, text in enumerate(wrapped(", ".join(jobs), room, 10, most=2) if jobs else ()):
            lines.append((label if not place else "", text, mark))
    return lines
