"""The owner's page on one sheet: the cycle in words and figures, its charts, why it changed, and the three lists."""

from dataclasses import dataclass
from fractions import Fraction

from pegboard.documents.cash_charts import Frame, draw_make_up, draw_trend
from pegboard.documents.flow import Block
from pegboard.documents.fonts import fitting_size, line_height, shortened, width, wrapped
from pegboard.documents.formats import Formats
from pegboard.documents.furniture import HEAD_HEIGHT, Furniture
from pegboard.documents.paper import Layout
from pegboard.documents.sheet import CONTENT_WIDTH, PaperSize, Sheet
from pegboard.domain.cash_cycle import Measure
from pegboard.domain.cash_words import (
    backup_words,
    cause_name,
    cause_words,
    convention_words,
    effect_words,
    formula,
    headline,
    part_sentence,
    part_title,
    than_words,
)
from pegboard.domain.quantity import Money, divide_half_up, minor_digits
from pegboard.i18n import tr
from pegboard.queries.report_cash_causes import NamedCause
from pegboard.queries.report_cash_cycle import book_notes
from pegboard.queries.report_cash_sheet import CashSheet, ShortList

TILE_HIGH, SIGN = 18.5, 6.0
ROW = 4.6  # mm of a line of a table
CONCERN = 7.4  # mm of a line of a list
MOST_EFFECTS = 6
FOOTNOTE = 6.8  # points


def cash_layout(sheet: CashSheet, furniture: Furniture, paper: PaperSize) -> Layout:
    """Lay the page out: one block as high as the sheet, so that it is one page whatever it says."""
    room = paper.content_height - HEAD_HEIGHT
    drawing = _Drawing(sheet, furniture.company.formats, room)
    return Layout(furniture.title, [Block(room, drawing.draw)])


def tenths(value: Fraction) -> str:
    """A fraction with one decimal, halves away from zero."""
    found = divide_half_up(value.numerator * 10, value.denominator)
    return f"{'-' if found < 0 else ''}{abs(found) // 10}.{abs(found) % 10}"


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Draws the page from the top; what is left over goes to the charts."""

    page: CashSheet
    formats: Formats
    room: float

    def draw(self, sheet: Sheet, top: float) -> None:
        """Draw everything."""
        notes = self._notes()
        y = self._head(sheet, top)
        y = self._tiles(sheet, y + 2)
        lists = 9 + CONCERN * max(1, *(len(each.lines) for each in self._lists()))
        tables = 9 + ROW * max(1, min(len(self.page.effects), MOST_EFFECTS), len(self.page.causes))
        notes_high = line_height(FOOTNOTE) * len(notes) + 1
        charts = min(78.0, top + self.room - y - lists - tables - notes_high - 19)
        y = self._charts(sheet, y + 5, charts)
        y = self._tables(sheet, y + 7, tables)
        self._list_row(sheet, y + 2)
        bottom = top + self.room - notes_high
        for place, line in enumerate(notes, 1):
            sheet.text(0, bottom + place * line_height(FOOTNOTE), line, FOOTNOTE)

    def _head(self, sheet: Sheet, y: float) -> float:
        history = self.page.history
        words = headline(history.now, history.before)
        lines = wrapped(words, CONTENT_WIDTH, 16, True, 2)
        for line in lines:
            y += line_height(16)
            sheet.text(0, y - 1.2, line, 16, True)
        below = history.now.reason or tr(
            "As of the evening of {day}, compared with {then}.",
            day=self.formats.day(history.now.period.last),
            then=than_words(history.now),
        )
        for line in wrapped(f"{below} {self._backup()}".rstrip(), CONTENT_WIDTH, 8.5, most=2):
            y += line_height(8.5)
            sheet.text(0, y, line, 8.5)
        return y + 1

    def _backup(self) -> str:
        state = self.page.backup
        if state.is_kept_elsewhere:
            return ""
        made, drilled = state.made_at, state.drilled_at
        return backup_words(
            f"{self.formats.day(made.date())}, {made:%H:%M}" if made else "",
            self.formats.day(drilled.date()) if drilled else "",
            is_broken=state.is_broken,
            is_second_late=state.is_second_late,
        )

    # --- figures

    def _tiles(self, sheet: Sheet, y: float) -> float:
        history = self.page.history
        wide = (CONTENT_WIDTH - 4 * SIGN) / 5
        x = 0.0
        for place, (now, before) in enumerate(zip(history.now.parts, history.before.parts, strict=True)):
            if place:
                sheet.text(x - SIGN / 2, y + TILE_HIGH / 2 + 1.5, "+" if now.part.sign > 0 else "−", 13, align="center")
            self._tile(sheet, x, y, wide, part_title(now.part), now.days, self._part_words(now, before))
            x += wide + SIGN
        sheet.text(x - SIGN / 2, y + TILE_HIGH / 2 + 1.5, "=", 13, align="center")
        total, earlier = history.now.days, history.before.days
        words = tr("days that money is tied up")
        if total is not None and earlier is not None:
            words = tr("{words} ({change})", words=words, change=self._signed(total - earlier))
        self._tile(sheet, x, y, wide, tr("Cash cycle"), total, words, is_main=True)
        return y + TILE_HIGH

    def _tile(
        self,
        sheet: Sheet,
        x: float,
        y: float,
        wide: float,
        title: str,
        days: Fraction | None,
        words: str,
        *,
        is_main: bool = False,
    ) -> None:
        sheet.box(x, y, wide, TILE_HIGH, 0.6 if is_main else 0.2)
        sheet.text(x + 2, y + 4, title, 8.5, is_main)
        figure = tr("n/a") if days is None else self._number(days)
        sheet.text(x + 2, y + 10.4, figure, 15, True)
        if days is not None:
            sheet.text(x + 3.2 + width(figure, 15, True), y + 10.4, tr("days"), 8)
        for place, line in enumerate(wrapped(words, wide - 3, 6.5, most=2)):
            sheet.text(x + 2, y + 13.6 + place * 2.8, line, 6.5)

    def _part_words(self, now: Measure, before: Measure) -> str:
        words = part_sentence(now.part)
        if now.days is None or before.days is None:
            return words
        return tr("{words} ({change})", words=words, change=self._signed(now.days - before.days))

    # --- charts and tables

    def _charts(self, sheet: Sheet, y: float, high: float) -> float:
        history = self.page.history
        sheet.text(0, y, tr("Over time, in days"), 8.5, True)
        sheet.text(122, y, tr("What it is made of, in days"), 8.5, True)
        draw_trend(sheet, Frame(0, y + 3, 114, high), history.trend, self.formats.short_day)
        draw_make_up(sheet, Frame(122, y + 3, 68, high), history.now, self._number)
        return y + 3 + high

    def _tables(self, sheet: Sheet, y: float, high: float) -> float:
        moved = sorted((effect for effect in self.page.effects if effect.days), key=lambda effect: -abs(effect.days))
        left = [(effect_words(effect), effect.days) for effect in moved[:MOST_EFFECTS]]
        right = [(_cause(cause), cause.cause.days) for cause in self.page.causes]
        for x, title, rows in ((0.0, tr("What moved it"), left), (98.0, tr("Who moved it"), right)):
            self._heading(sheet, x, y, 92, title, tr("days"))
            if not rows:
                sheet.text(x, y + 5.2, tr("Nothing to compare with."), 8)
            for place, (words, days) in enumerate(rows):
                line = y + 5.2 + place * ROW
                sheet.text(x, line, shortened(words, 76, 8.5), 8.5)
                sheet.text(x + 92, line, self._signed(days), 8.5, align="right")
        return y + high - 4

    def _heading(self, sheet: Sheet, x: float, y: float, wide: float, title: str, right: str = "") -> None:
        sheet.text(x, y, title, 8.5, True)
        sheet.text(x + wide, y, right, 7.5, align="right")
        sheet.line(x, y + 1.2, x + wide, y + 1.2, 0.4)

    # --- lists

    def _lists(self) -> tuple[ShortList, ...]:
        return (self.page.stuck, self.page.promises, self.page.supply)

    def _list_row(self, sheet: Sheet, y: float) -> None:
        titles = (tr("Cash stuck"), tr("Promises at risk"), tr("Supply that can stop us"))
        wide = (CONTENT_WIDTH - 12) / 3
        for place, (title, found) in enumerate(zip(titles, self._lists(), strict=True)):
            x = place * (wide + 6)
            count = tr("{shown} of {count}", shown=len(found.lines), count=found.count)
            self._heading(sheet, x, y, wide, title, count if found.count > len(found.lines) else str(found.count))
            if not found.lines:
                sheet.text(x, y + 5.2, tr("None."), 8.5)
            for line, concern in enumerate(found.lines):
                at = y + 5.0 + line * CONCERN
                amount = self.formats.money(concern.amount)
                room = wide - width(amount, 8.5) - 3
                sheet.text(x, at, shortened(concern.subject, room, 8.5, True), 8.5, True)
                sheet.text(x + wide, at, amount, 8.5, align="right")
                words = (
                    f"{concern.number} · {concern.words()}" if concern.number != concern.subject else concern.words()
                )
                sheet.text(x, at + 3.0, words, fitting_size(words, wide, 7, 5.5))

    # --- words

    def _notes(self) -> list[str]:
        history = self.page.history
        currency = history.books.currency

        def money(amount: Fraction) -> str:
            scaled = amount * 10 ** minor_digits(currency)
            return self.formats.money(Money(divide_half_up(scaled.numerator, scaled.denominator), currency))

        parts = [
            f"{part_title(each.part)}: {formula(each, history.convention, money, self._number).rstrip('.')}."
            for each in history.now.parts
        ]
        if all(each.days is None for each in history.now.parts):
            parts = []  # the reason stands below the headline
        then = history.before.period
        compared = tr(
            "Compared with {first} to {last}. Amounts in {currency}. The lists are of {today}.",
            first=self.formats.day(then.first),
            last=self.formats.day(then.last),
            currency=currency,
            today=self.formats.day(self.page.today),
        )
        sentences = [*([" ".join(parts)] if parts else []), f"{convention_words(history.convention)} {compared}"]
        sentences += book_notes(history.books, history.now.period)
        return [line for sentence in sentences for line in wrapped(sentence, CONTENT_WIDTH, FOOTNOTE)]

    def _number(self, value: Fraction) -> str:
        return self.formats.number(tenths(value))

    def _signed(self, value: Fraction) -> str:
        text = self._number(value)
        return f"+{text}" if value > 0 else text


def _cause(each: NamedCause) -> str:
    cause = each.cause
    words = cause_words(cause.part, each.noun, grew=cause.now > cause.before)
    return tr("{name}: {words}", name=cause_name(each.name, cause.key), words=words)
