"""The cash calendar on the screen: thirteen weeks, the low point, and what would move it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from pegboard.domain.cash_plan import CashWeek
from pegboard.domain.cash_what_if import Outlook, outlook
from pegboard.i18n import tr
from pegboard.reports.cash_calendar import WEEKS
from pegboard.ui import theme
from pegboard.ui.cash.calendar_rows import (
    CalendarSheet,
    WeekRow,
    low_sentence,
    low_words,
    read_sheet,
    week_columns,
    week_rows,
)
from pegboard.ui.cash.rows import tick
from pegboard.ui.cash.what_if_bar import WhatIfBar
from pegboard.ui.desk import Desk
from pegboard.ui.detail_table import DetailTable

if TYPE_CHECKING:
    from pegboard.ui.cash.calendar_chart import CalendarChart, CalendarDrawing


FEW = 2_000  # events that are computed faster than a key is pressed


class CalendarView(QScrollArea):
    """Chart over table, with what-ifs that are computed at once from what was read.

    Signals: shown(): the calendar was read.
    """

    shown = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.sheet: CalendarSheet | None = None
        self.before: Outlook | None = None
        self.now: Outlook | None = None
        self.chart: CalendarChart | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.planned = QLabel(wordWrap=True)
        self.planned.setFont(theme.body_font(theme.TITLE))
        self.usual = QLabel(wordWrap=True)
        self.what_if = WhatIfBar()
        self.table: DetailTable[WeekRow] = DetailTable(
            desk, "cash.calendar", tr("Cash calendar"), week_columns(), lambda row: row.first
        )
        self.table.set_row_height(theme.COMPACT_ROW_HEIGHT)
        self._chart_place = QVBoxLayout()
        self._notes = QLabel(wordWrap=True)
        self._notes.setProperty("secondary", True)
        self._build()
        self.what_if.changed.connect(self._try)
        theme.notice().changed.connect(self._draw)

    def _build(self) -> None:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(theme.MARGIN, theme.STEP, theme.MARGIN, theme.GAP)
        layout.setSpacing(theme.GAP)
        for widget in (self.planned, self.usual, self.what_if):
            layout.addWidget(widget)
        layout.addLayout(self._chart_place, 1)
        layout.addWidget(self.table)
        layout.addWidget(self._notes)
        layout.addStretch(0)
        self.setWidget(page)
        self.setFocusProxy(self.what_if.percent)

    # --- reading and trying

    @Slot()
    def refresh(self) -> None:
        """Read what is expected again, off the GUI thread."""
        self._desk.runner.read("cash.calendar", read_sheet, self._show)

    def _show(self, sheet: CalendarSheet) -> None:
        self.sheet = sheet
        self.before = sheet.planned
        self.what_if.set_choices(sheet.suppliers, sheet.orders)
        self._notes.setText(" ".join(sheet.notes))
        self._try()
        self.shown.emit()

    @Slot()
    def _try(self) -> None:
        """Compute what is tried and show it beside the plan; many events are computed off the GUI thread."""
        if self.sheet is None or self.before is None:
            return
        wanted, book = self.what_if.what_if(), self.sheet.book
        if wanted.is_nothing:
            self._desk.runner.forget("cash.what_if")
            self._show_outlook(self.before)
        elif len(book.events) <= FEW:
            self._show_outlook(outlook(book, WEEKS, wanted))
        else:
            self._desk.runner.compute("cash.what_if", lambda: outlook(book, WEEKS, wanted), self._show_outlook)

    def _show_outlook(self, now: Outlook) -> None:
        if self.sheet is None or self.before is None:
            return
        self.now = now
        old = None if now is self.before else self.before
        currency = self.sheet.book.currency
        self.planned.setText(low_sentence(tr("As planned"), now.low, old.low if old else None, currency))
        self.usual.setText(
            low_sentence(tr("As customers usually pay"), now.low_usual, old.low_usual if old else None, currency)
        )
        self.table.show_rows(week_rows(now, old, currency))
        self._draw()

    # --- the chart

    @Slot()
    def _draw(self) -> None:
        if self.sheet is None or self.now is None:
            return
        if self.chart is None:
            from pegboard.ui.cash.calendar_chart import CalendarChart

            self.chart = CalendarChart(tr("Cash by week"))
            self._chart_place.addWidget(self.chart)
        self.chart.setAccessibleDescription(f"{self.planned.text()}. {self.usual.text()}.")
        self.chart.show_calendar(self._drawing(self.now))

    def _drawing(self, now: Outlook) -> "CalendarDrawing":
        from pegboard.ui.cash.calendar_chart import CalendarDrawing
        from pegboard.ui.cash.charts import Line

        assert self.sheet is not None
        unit = self._unit()

        def cash(weeks: tuple[CashWeek, ...]) -> tuple[float | None, ...]:
            return tuple(week.cash / unit for week in weeks)

        lines = [Line(tr("as planned"), cash(now.planned), is_main=True), Line(tr("as usual"), cash(now.usual))]
        if self.before is not None and self.before is not now:
            lines[0] = Line(tr("what if"), lines[0].values, is_main=True)
            lines.append(Line(tr("before"), cash(self.before.planned)))
        low = now.low
        return CalendarDrawing(
            tuple(tick(week.first) for week in now.planned),
            tuple(week.received / unit for week in now.planned),
            tuple(week.paid / unit for week in now.planned),
            tuple(lines),
            now.planned.index(low) if low is not None else 0,
            tr("Low point {words}", words=low_words(low, self.sheet.book.currency)),
        )

    def _unit(self) -> int:
        from pegboard.domain.quantity import minor_digits

        assert self.sheet is not None
        return int(10 ** minor_digits(self.sheet.book.currency))
